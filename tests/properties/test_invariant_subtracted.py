"""Invariant 30, by sums alone: no count that was withheld can be computed from any that were not.

The attacker has every account that was published: of other branches and of other years, with every
total and row. They know for each case that it is in one branch, one year and one row of each table,
and nothing of the cases. `subtracting` computes the least and the most that a count can have been.
The protection: of each count that nobody published, all of 0 to k-1 stays possible, so its
feasibility interval holds the whole region below the threshold. Only of a branch without an account
of its own it may be known that a count is at least k: where one of a town in it was published.

What an attacker knows besides who knows the rule itself is in test_invariant_account.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.properties.subtracting import Attack, Sum
from workflow.counting.suppression import publishable
from workflow.counting.tallying import Flow, Tally, cell
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.reasons import Refusal
from workflow.engine.registering import account as make
from workflow.engine.registering import civil_year

K = 5
FLOW = Flow("p", "t", {"one": ("a", "b", "c"), "two": ("x", "y")})
KINDS = tuple(product(*FLOW.tables.values()))
"""What a case can be: its row in each table."""
LEAVES = ("noord/stad", "noord/dorp")
BRANCHES = ("noord", *LEAVES)
YEARS = (2026, 2027)
PLACES = tuple(product(LEAVES, YEARS))
UNKNOWNS = {known: at for at, known in enumerate(product(PLACES, KINDS))}
"""What the attacker does not know: how many cases of each kind, in each branch and year."""


class Published(NamedTuple):
    """An account that the register has: of which branch and year, and its counts by name."""

    branch: str
    year: int
    cells: dict[str, int]


Town = dict[tuple[tuple[str, int], tuple[str, ...]], int]

COUNTS = st.one_of(st.integers(0, 2), st.integers(0, 12))
TOWNS = st.fixed_dictionaries(dict.fromkeys(UNKNOWNS, COUNTS))
ASKED = st.lists(st.tuples(st.sampled_from(BRANCHES), st.sampled_from(YEARS)), max_size=6)


def those(branch: str, year: int, table: str = "", row: str = "") -> frozenset[int]:
    """The unknowns that a count of an account is the sum of: all of them, or those in a row."""
    column = list(FLOW.tables).index(table) if table else 0
    return frozenset(
        at
        for ((leaf, when), kind), at in UNKNOWNS.items()
        if r.covers(branch, leaf) and when == year and (not row or kind[column] == row)
    )


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table."""
    yield from ((table, row) for table, names in FLOW.tables.items() for row in names)


def accounts(town: Town, asked: Sequence[tuple[str, int]]) -> list[Published]:
    """The accounts that come of it when these are asked for, by the rules of the register."""
    register = r.Register()
    began = datetime(2026, 1, 5, tzinfo=UTC)
    for office, branch in [(r.REGISTRAR, "noord"), *(("auditor", name) for name in BRANCHES)]:
        register = r.apply(register, f.OfficeGranted(office, "otto", branch, began))
    counts = list(town.values())

    def counted(branch: str, year: int, table: str = "", row: str = "") -> int:
        return sum(counts[at] for at in those(branch, year, table, row))

    now = civil_year(max(YEARS))[1]
    found = []
    for branch, year in asked:
        tables = {
            table: {row: counted(branch, year, table, row) for row in names}
            for table, names in FLOW.tables.items()
        }
        cells = publishable([Tally(FLOW, counted(branch, year), tables)], K)
        try:
            (made,) = make(register, "otto", f.Accounted(branch, year, K, (), cells), now)
        except Refusal as refused:
            why = {reason.code for reason in refused.reasons}
        else:
            why = set()
            register = r.apply(register, made)
            found.append(Published(branch, year, dict(made.cells)))
        assert why <= {"accounted-already"}
    return found


def known(published: Sequence[Published]) -> Iterator[Sum]:
    """What accounts say, as sums; of a flow that is withheld that it has fewer than k cases."""
    for branch, year, cells in published:
        total = cells.get(cell(FLOW))
        least, most = (0, K - 1) if total is None else (total, total)
        yield Sum(those(branch, year), least, most)
        for table, row in rows():
            if (count := cells.get(cell(FLOW, table, row))) is not None:
                yield Sum(those(branch, year, table, row), count, count)


def _crowded(few: int) -> Town:
    """As many cases of every kind, but in one row, where there are so many."""
    return {known: few if known[1][0] == "a" else 9 for known in UNKNOWNS}


@given(TOWNS, ASKED)
@example(_crowded(1), [("noord/stad", 2026), ("noord", 2026), ("noord", 2027)])
@example({known: 3 * (known[1] == ("a", "x")) for known in UNKNOWNS}, [(LEAVES[0], 2026)])
@example(_crowded(1), [("noord", 2026), ("noord/stad", 2026), ("noord/dorp", 2026)])
@settings(max_examples=4 * settings().max_examples)
def test_invariant_30_no_withheld_count_is_found_by_sums(
    town: Town, asked: list[tuple[str, int]]
) -> None:
    """Of each count that is in no account, in any branch and year, 0 to k-1 stays possible."""
    published = accounts(town, asked)
    attack = Attack(len(UNKNOWNS), list(known(published)))
    said = {(one.branch, one.year): one.cells for one in published}
    for branch, year in product(BRANCHES, YEARS):
        cells = said.get((branch, year), {})
        parts = [("", ""), *rows()]
        for table, row in parts:
            name = cell(FLOW, table, row) if table else cell(FLOW)
            if name in cells:
                assert cells[name] >= K
                continue
            least, most = attack.interval(those(branch, year, table, row))
            if least >= K and (branch, year) not in said:
                continue  # what holds a published town is no small count
            assert least == 0, f"{branch} {year} {name} is at least {least}"
            assert most is None or most >= K - 1, f"{branch} {year} {name} is at most {most}"


@given(TOWNS, ASKED)
def test_invariant_30_nor_how_few_are_in_no_published_row(
    town: Town, asked: list[tuple[str, int]]
) -> None:
    """Beside each published row at least k cases of its flow stand in other rows.

    That all cases but one are of a kind says of that one that it is not.
    """
    for branch, year, cells in accounts(town, asked):
        for table, row in rows():
            count = cells.get(cell(FLOW, table, row))
            assert count is None or cells[cell(FLOW)] - count >= K, (branch, year, table, row)


def between(attack: Attack, unknowns: set[int]) -> tuple[object, object]:
    """The least and the most that these unknowns are together."""
    return attack.interval(frozenset(unknowns))


def test_the_attack_finds_what_there_is_to_find() -> None:
    """Where a total and all rows but one are known, the attack computes the last one exactly.

    And so from a region and one of its two towns it has the other.
    """
    total, first = Sum(frozenset({0, 1, 2}), 9, 9), Sum(frozenset({0}), 6, 6)
    attack = Attack(3, [total, first, Sum(frozenset({1}), 2, 2)])
    assert between(attack, {2}) == (1, 1)
    assert between(Attack(3, [total, first]), {2}) == (0, 3)
    assert between(Attack(3, [total]), {1, 2}) == (0, 9)
    assert between(Attack(2, []), {0}) == (0, None)
    few = Sum(frozenset({0, 1}), 0, 4)
    assert between(Attack(3, [total, few]), {2}) == (5, 9)
    region, town = Sum(frozenset({0, 1}), 8, 8), Sum(frozenset({0}), 7, 7)
    assert between(Attack(2, [region, town]), {1}) == (1, 1)

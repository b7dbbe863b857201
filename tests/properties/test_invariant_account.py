"""Invariant 30: the yearly account reads no case, and no small count can be had from it.

The attacker here knows the rule by which counts are withheld, the procedures and every account that
was published, and goes through all the counts that would have led to the same. What would satisfy
them is a withheld row of which all that is left is small: between 0 and k-1. So the criterion is
that there always remain a count of at least k and one below k. That is more than leaving several
values open (between 1 and 4 there are four, and each of them points at somebody), and more than
what sums alone leave open, which is tried as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from typing import NamedTuple

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.town import RULES
from workflow.counting.suppression import kept, publishable
from workflow.counting.tallying import Flow, Tally, cell, flows, tally
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.reasons import Refusal
from workflow.engine.registering import account as make
from workflow.engine.registering import civil_year

CONDUCT = RULES["conduct"]
BRANCH = "noord"
YEARS = (2026, 2027)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHASES = ("received", "listening", "weighing", "advising", "member_deciding")
"""Phases of a report in their order, of which the counted cases reach the first so many."""


# --- numbers alone -------------------------------------------------------------------------------


def ways(total: int, rows: int) -> Iterator[tuple[int, ...]]:
    """All the ways to divide a total over so many rows."""
    if rows == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *others) for others in ways(total - first, rows - 1))


def named(counts: Sequence[int]) -> dict[str, int]:
    """The counts as the rows of a table."""
    return {f"row-{place}": count for place, count in enumerate(counts)}


TABLES = st.lists(st.integers(0, 9), min_size=2, max_size=4)


@given(TABLES, st.integers(2, 5))
def test_invariant_30_no_row_is_small_or_found_out(counts: list[int], k: int) -> None:
    """No published row is small; each withheld one may be small or not, by sums and by the rule."""
    rows, total = named(counts), sum(counts)
    if total < k:
        return
    shown = kept(rows, k)
    assert all(count >= k for count in shown.values())
    assert total - sum(shown.values()) == 0 or total - sum(shown.values()) >= k
    by_sums = [
        other
        for other in map(named, ways(total, len(counts)))
        if all(other[row] == count for row, count in shown.items())
    ]
    by_rule = [other for other in by_sums if kept(other, k) == shown]
    assert rows in by_rule
    for row in rows.keys() - shown.keys():
        for left in (by_sums, by_rule):
            values = {other[row] for other in left}
            assert min(values) < k <= max(values), f"{row} is found out in {shown}"


@given(
    st.lists(st.sampled_from(list(product(range(3), range(2)))), max_size=7),
    st.integers(2, 3),
)
def test_invariant_30_nor_by_another_table(cases: list[tuple[int, int]], k: int) -> None:
    """Of two tables over the same cases neither gives away what the other withholds."""
    flow = Flow("p", "t", {"one": ("a", "b", "c"), "two": ("x", "y")})
    kinds = list(product(range(3), range(2)))

    def account(town: Sequence[int]) -> tuple[Tally, dict[str, int]]:
        one = [sum(n for (i, _), n in zip(kinds, town, strict=True) if i == at) for at in range(3)]
        two = [sum(n for (_, j), n in zip(kinds, town, strict=True) if j == at) for at in range(2)]
        rows = {
            "one": dict(zip("abc", one, strict=True)),
            "two": dict(zip("xy", two, strict=True)),
        }
        tallied = Tally(flow, sum(town), rows)
        return tallied, publishable([tallied], k)

    true, published = account([cases.count(kind) for kind in kinds])
    sizes = [true.total] if cell(flow) in published else range(k + 3)
    alike = [
        tallied
        for size in sizes
        for tallied, cells in map(account, ways(size, len(kinds)))
        if cells == published
    ]
    assert true in alike
    if cell(flow) not in published:
        assert published == {}
        assert {tallied.total for tallied in alike} == set(range(k)), "any size that is small"
        return
    for table, names in flow.tables.items():
        for row in names:
            if cell(flow, table, row) not in published:
                values = {tallied.tables[table][row] for tallied in alike}
                assert min(values) < k <= max(values), f"{table} {row} is found out"


# --- histories -----------------------------------------------------------------------------------


class Kind(NamedTuple):
    """What became of a case: the year it was opened in, how far it came, and the rest."""

    year: int
    phase: str
    closed: bool
    missed: bool


KINDS = st.builds(
    Kind, st.sampled_from(YEARS), st.sampled_from(PHASES), st.booleans(), st.booleans()
)


def history(
    number: int, kind: Kind, who: str = "noor", answers: Mapping[str, f.Answer] | None = None
) -> list[f.Event]:
    """The events of a report that came so far: opened as the year ends, in time or not."""
    stream = f"z-{number}"
    last = civil_year(kind.year)[1]
    opened = last - (11 * DAY if kind.missed else DAY)
    path = [*PHASES[: PHASES.index(kind.phase) + 1], *(["closed"] if kind.closed else [])]
    facts: list[f.Fact] = [f.Opened(f"{BRANCH}/stad")]
    for source, to in zip(["none", *path], path, strict=False):
        facts.append(f.Stepped("open_report", "report", source, to, dict(answers or {})))
    return [
        f.Event(
            stream, seq, "", opened if seq <= 2 else last - 12 * HOUR + seq * HOUR, who, fact,
            None, CONDUCT.digest,
        )
        for seq, fact in enumerate(facts, 1)
    ]  # fmt: skip


def tallied(year: int, histories: Sequence[Sequence[f.Event]]) -> Tally:
    """The reports of a year, counted."""
    procedures = {CONDUCT.digest: CONDUCT.procedure}
    return tally(BRANCH, year, procedures, histories)[0]


def account(year: int, histories: Sequence[Sequence[f.Event]], k: int = 5) -> bytes:
    """What is published over a year, as bytes."""
    procedures = {CONDUCT.digest: CONDUCT.procedure}
    cells = publishable(tally(BRANCH, year, procedures, histories), k)
    return msgspec.json.encode(dict(sorted(cells.items())))


def town(kinds: Sequence[Kind]) -> list[list[f.Event]]:
    """The histories of cases of these kinds."""
    return [history(number, kind) for number, kind in enumerate(kinds)]


TOWNS = st.lists(KINDS, max_size=24)


@given(TOWNS)
def test_invariant_30_counted_is_what_is_there(kinds: list[Kind]) -> None:
    """Each case is counted in one year, and there in one row of each table: its own."""
    histories = town(kinds)
    for year in YEARS:
        here = [kind for kind in kinds if kind.year == year]
        found = tallied(year, histories)
        assert found.total == len(here)
        for phase, count in found.tables["phase"].items():
            assert count == sum(kind.phase == phase for kind in here)
        assert found.tables["ending"]["closed"] == sum(kind.closed for kind in here)
        assert found.tables["ending"]["still-open"] == sum(not kind.closed for kind in here)
        assert found.tables["deadlines"]["missed"] == sum(kind.missed for kind in here)
        assert found.tables["deadlines"]["kept"] == sum(not kind.missed for kind in here)


@given(TOWNS, st.data(), st.integers(5, 8))
def test_invariant_30_towns_that_differ_in_what_is_withheld(
    kinds: list[Kind], data: st.DataObject, k: int
) -> None:
    """Two towns that differ only in withheld rows have accounts that are equal to the byte."""
    other: list[Kind] = []
    for year in YEARS:
        here = [kind for kind in kinds if kind.year == year]
        cells = msgspec.json.decode(account(year, town(here), k))
        if not cells:
            # A flow that is withheld whole may be of any size that is small, and do anything.
            few = st.lists(KINDS, max_size=k - 1)
            other += [kind._replace(year=year) for kind in data.draw(few)]
            continue
        phases = withheld(cells, "phase")
        turned = dict(zip(phases, data.draw(st.permutations(phases)), strict=True))
        ending = bool(withheld(cells, "ending")) and data.draw(st.booleans())
        deadlines = bool(withheld(cells, "deadlines")) and data.draw(st.booleans())
        other += [
            Kind(
                year,
                turned.get(kind.phase, kind.phase),
                kind.closed != ending,
                kind.missed != deadlines,
            )
            for kind in here
        ]
    for year in YEARS:
        assert account(year, town(other), k) == account(year, town(kinds), k)


def withheld(cells: Mapping[str, int], table: str) -> list[str]:
    """The rows of a table of reports that were not published, of those in which cases are."""
    (flow,) = [flow for flow in flows([CONDUCT.procedure]) if flow.track == "report"]
    rows = PHASES if table == "phase" else flow.tables[table]
    return [row for row in rows if cell(flow, table, row) not in cells]


@given(TOWNS, TOWNS)
def test_invariant_30_years_have_nothing_in_common(kinds: list[Kind], others: list[Kind]) -> None:
    """Whatever the cases of another year are, the account of this one is the same."""
    this = [kind for kind in kinds if kind.year == 2027]
    that = [kind for kind in others if kind.year == 2026]
    assert account(2027, town([*that, *this])) == account(2027, town(this))
    assert account(2026, town([*this, *that])) == account(2026, town(that))


@given(TOWNS, st.sampled_from(PHASES))
def test_invariant_30_a_year_that_is_over_stays_as_it_was(kinds: list[Kind], phase: str) -> None:
    """What is recorded after the end of a year changes nothing in its account."""
    before = town(kinds)
    after = [list(events) for events in before]
    for events in after:
        at = civil_year(2027)[1]
        moved = f.Stepped("x", "report", events[-1].data.to, phase)  # type: ignore[union-attr]
        # It says to have taken place long before, as a conversation can.
        late = msgspec.structs.replace(
            events[-1], seq=len(events) + 1, at=at, data=moved, happened=events[1].at
        )
        events.append(late)
    for year in YEARS:
        assert account(year, after) == account(year, before)


@given(TOWNS, st.sampled_from(("noor", "reporter", "daan")), st.sampled_from(("light", "serious")))
def test_invariant_30_nothing_of_a_case_is_read(kinds: list[Kind], who: str, weight: str) -> None:
    """Who did something, what was answered and what was written change nothing in an account."""
    plain = town(kinds)
    rich = []
    for number, kind in enumerate(kinds):
        events = history(number, kind, who, {"severity": weight})
        last = events[-1]
        note = f.Added("i-1", "conversation", ("reporter",), "counsellor", "00", 512, ("k",))
        consent = f.Consented("c-1", "reporter", "police", "safety", "code", last.at)
        for fact in (f.Joined("reporter", "reporter", "k"), note, consent):
            seq = len(events) + 1
            events.append(msgspec.structs.replace(last, seq=seq, who=who, data=fact))
        rich.append(events)
    for year in YEARS:
        assert account(year, rich, 5) == account(year, plain, 5)


# --- which accounts there are --------------------------------------------------------------------

BRANCHES = ("noord", "noord/stad", "noord/stad/wijk", "noord/stadskanaal", "noord/dorp")


@given(st.lists(st.tuples(st.sampled_from(BRANCHES), st.sampled_from(YEARS)), max_size=12))
def test_invariant_30_a_case_is_in_one_account(asked: list[tuple[str, int]]) -> None:
    """Whatever is asked for, no two accounts over one year are of branches that share a case."""
    register = r.Register()
    began = datetime(2026, 1, 5, tzinfo=UTC)
    for office, branch in [(r.REGISTRAR, "noord"), *(("auditor", name) for name in BRANCHES)]:
        register = r.apply(register, f.OfficeGranted(office, "otto", branch, began))
    now = civil_year(2027)[1]
    for branch, year in asked:
        with suppress(Refusal):
            (made,) = make(register, "otto", f.Accounted(branch, year, 5, (), {}), now)
            register = r.apply(register, made)
    for one, two in combinations(register.accounts, 2):
        apart = not (r.covers(one.branch, two.branch) or r.covers(two.branch, one.branch))
        assert one.year != two.year or apart
    assert bool(register.accounts) == bool(asked)

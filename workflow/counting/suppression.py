"""Which counts of a yearly account may be published, and which are withheld. Pure.

Small numbers point at people. In published tables they are found again by subtraction: a row that
is left out is the total less the other rows. So statistical offices withhold small cells and, with
them, others that would give them away (primary and secondary suppression); an example of practice
is Statistics Netherlands,
https://www.cbs.nl/nl-nl/longread/diversen/2021/aanvullende-onderzoeksbeschrijving-inkomensstatistiek/5-criteria-voor-onthullingsrisico-en-betrouwbaarheid.
That the threshold `k` is 5 is a choice of this project, and no rule of theirs.

In the words of that field: the rows of a table are cells with one linear relation, and an attacker
computes a feasibility interval for each from what is published (Cox, "Suppression methodology and
statistical disclosure control", Journal of the American Statistical Association 75, 1980; Hundepool
and others, "Statistical Disclosure Control", Wiley 2012). As no account overlaps another, tables
are never linked, and the choice that is hard in general (Fischetti and Salazar-González, Management
Science 47, 2001) is made here by a fixed rule. It leaves out more than the least that would do, and
in turn what it chose tells nothing.

The rule
========

1. A flow with fewer than `k` cases is withheld whole: its total and every row of its tables. That
   there were none is withheld as well: whether there was a case at all is what has to stay secret.
2. In a table of a flow with a published total, let `m` be the smallest row of at least `k`. Where
   every row is at least `k`, all are published. Else each row of at most `m` is withheld, and each
   row above `m` is published. Where no row reaches `k`, all are withheld.

What it guarantees
==================

To a reader who knows this rule, the procedures and every account ever published, and knows nothing
of the cases otherwise:

1. No published count is below `k`.
2. Of a withheld total nothing more is known than that it lies in `0..k-1`.
3. For each withheld row of a table with a published total there are counts that lead to the very
   same accounts, byte for byte, in which that row is at least `k`; and others in which it is below
   `k`. So nobody can tell of any withheld row that it is small, let alone what it is.

Why. 1 holds by the rule, as `m` is at least `k`. 2: by the rule a flow of any size below `k` looks
the same. 3, within one table: withheld are the rows of at most `m`. Let their values change places
among each other in whatever way. Total, `m` and published rows stay what they were, so that the
same rows are withheld. One of them is `m`, which is at least `k`, and at least one of them is
below `k`, else none would have been withheld: each row can have been either. Where no row reaches
`k` and all are withheld, the table in which one row holds the whole total (at least `k`) and the
others nothing is withheld just so, whichever row that is. The withheld rows together are at least
`k` too: they hold `m`, or are the whole total. A row in which no case can have been, so that every
reader can strike it out, changes none of this for the other rows; `tallying` leaves such rows out.

Between tables and between accounts: two flows have no case in common, nor have two years, and of
one year no two accounts count the same case (`engine.registering.account`). So no sum ties a cell
to one of another flow, year or branch. Three tables of one flow have its cases in common and
nothing but its total: whatever their rows are, as long as each adds up to the total, there are
cases that make them so (list the cases as many times as there are tables, each time sorted by
row). What is withheld in one table can therefore change as above while the others stay.

4. By sums alone, whatever accounts there are of whatever branches and years, the feasibility
   interval of each withheld row holds all of `0..k-1`. And beside each published row of a table of
   several, at least `k` cases stand in other rows: no complement is small either.

4 is computed by linear programming in tests/properties/test_invariant_subtracted.py. The withheld
rows of a published total are at least two, and together at least `k`: each can be none of these, or
all. And a row is published only where all are at least `k`, or beside `m`, which is.

What it does not guarantee
==========================

- That a row is withheld says that among the withheld rows of that table at least one is below `k`;
  it does not say which.
- Some rows exclude each other: a request that was never answered cannot have ended in a ruling.
  Who reads the procedure beside the tables can at times narrow down a withheld row, by what the
  other tables say; the tables of one flow are not protected against that.
- Who knows cases of their own subtracts them. Against that there is no table, only no account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow.counting.tallying import Tally, cell


def publishable(tallies: Iterable[Tally], k: int) -> dict[str, int]:
    """The counts that may be published, by their names; what is withheld is not there.

    Raises ValueError where `k` is below 2: then there is nothing to protect.
    """
    if k < 2:
        raise ValueError(f"a threshold of {k} protects nobody")
    cells: dict[str, int] = {}
    for tally in tallies:
        if tally.total < k:
            continue
        cells[cell(tally.flow)] = tally.total
        for table, rows in tally.tables.items():
            shown = kept(rows, k)
            cells.update((cell(tally.flow, table, row), count) for row, count in shown.items())
    return cells


def kept(rows: Mapping[str, int], k: int) -> dict[str, int]:
    """The rows of one table that may be published beside its total, which is at least `k`."""
    if min(rows.values(), default=k) >= k:
        return dict(rows)
    m = min((count for count in rows.values() if count >= k), default=None)
    return {row: count for row, count in rows.items() if m is not None and count > m}

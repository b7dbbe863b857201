"""What can be computed from published counts: the attacker's problem of cell suppression.

The least and the most that a count can have been, given sums that were published and that no count
is below nothing: two linear programs (Fischetti and Salazar-González, "Solving the cell suppression
problem on tabular data with linear constraints", Management Science 47(7), 2001). They are solved
exactly, in fractions, by the simplex method with Bland's rule, so that no rounding decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Sum(NamedTuple):
    """What was published: these unknowns together are `at_least` to `at_most` (None: no limit)."""

    unknowns: frozenset[int]
    at_least: int
    at_most: int | None


class Attack:
    """Everything that was published about some unknown counts, solved once."""

    def __init__(self, unknowns: int, known: Sequence[Sum]) -> None:
        """Raises ValueError where nothing at all satisfies what is known."""
        rows: list[list[Fraction]] = []
        slacks = sum(2 if one.at_most is not None else 1 for one in known if not _exact(one))
        place = unknowns
        for one in known:
            line = [Fraction(at in one.unknowns) for at in range(unknowns)]
            for limit, sign in ((one.at_least, -1), (one.at_most, 1)):
                if limit is None or (sign == 1 and _exact(one)):
                    continue
                row = [*line, *[Fraction(0)] * slacks, Fraction(limit)]
                if not _exact(one):
                    row[place] = Fraction(sign)
                    place += 1
                rows.append(row)
        self.width = unknowns + slacks
        self.table, self.basis = _begun(rows, self.width)

    def interval(self, unknowns: frozenset[int]) -> tuple[Fraction, Fraction | None]:
        """The least and the most that these unknowns are together; None where there is no limit."""
        least, most = self._best(unknowns, 1), self._best(unknowns, -1)
        assert least is not None, "no sum of counts is below nothing"
        return least, None if most is None else -most

    def _best(self, unknowns: frozenset[int], sign: int) -> Fraction | None:
        table = [list(row) for row in self.table]
        cost = [Fraction(sign * (at in unknowns)) for at in range(self.width)]
        return _least(table, list(self.basis), cost)


def _exact(one: Sum) -> bool:
    return one.at_least == one.at_most


def _begun(rows: list[list[Fraction]], width: int) -> tuple[list[list[Fraction]], list[int]]:
    """A table in which some solution is basic, and its basis (phase one). Raises ValueError."""
    for row in rows:
        if row[-1] < 0:
            row[:] = [-each for each in row]
    count = len(rows)
    table = [
        [*row[:-1], *(Fraction(at == place) for at in range(count)), row[-1]]
        for place, row in enumerate(rows)
    ]
    basis = [width + place for place in range(count)]
    cost = [Fraction(at >= width) for at in range(width + count)]
    if _least(table, basis, cost):
        raise ValueError("what was published contradicts itself")
    for place in reversed(range(count)):
        if basis[place] < width:
            continue
        entering = next((at for at in range(width) if table[place][at]), None)
        if entering is None:
            del table[place], basis[place]
        else:
            _pivot(table, basis, place, entering)
    return [[*row[:width], row[-1]] for row in table], basis


def _least(table: list[list[Fraction]], basis: list[int], cost: list[Fraction]) -> Fraction | None:
    """The least cost, by going on from the basis; None where there is none."""
    prices = [*cost, Fraction(0)]
    for b, row in zip(basis, table, strict=True):
        if times := cost[b]:
            prices = [price - times * each for price, each in zip(prices, row, strict=True)]
    while True:
        entering = next((at for at, price in enumerate(prices[:-1]) if price < 0), None)
        if entering is None:
            return -prices[-1]
        limits = [
            (row[-1] / row[entering], basis[place], place)
            for place, row in enumerate(table)
            if row[entering] > 0
        ]
        if not limits:
            return None
        leaving = min(limits)[2]
        _pivot(table, basis, leaving, entering)
        times = prices[entering]
        prices = [price - times * each for price, each in zip(prices, table[leaving], strict=True)]


def _pivot(table: list[list[Fraction]], basis: list[int], leaving: int, entering: int) -> None:
    by = table[leaving][entering]
    chosen = table[leaving] = [each / by for each in table[leaving]]
    for place, row in enumerate(table):
        if place != leaving and (times := row[entering]):
            table[place] = [a - times * b if b else a for a, b in zip(row, chosen, strict=True)]
    basis[leaving] = entering

"""Whether a track can always be left: in whatever way, or by the member alone.

In a state of a slice the parts left open may be anything, so it is asked whether they could be such
that no move leaves. Only what is fair counts: at most one person is out, and only where somebody
else holds that office too; that an association has nobody at all is no fault of its procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from workflow.exploring.decisions import Outcome
from workflow.exploring.slices import Open, Slice, State
from workflow.exploring.watched import Component, Value
from workflow.exploring.world import World

HELD = ("running", "new")
"""What a term is of whoever is in office."""
TOLD = 500
"""So many of the worlds in which no move leaves are looked at to tell where that is."""


class Leaving:
    """For states of a slice, whether some of these moves always leaves.

    `leaves` says of what was decided whether it does. `alone`: whoever leaves needs nobody else.
    """

    def __init__(
        self,
        part: Slice,
        moves: Iterable[int],
        leaves: Callable[[Outcome], bool],
        *,
        alone: bool = False,
    ) -> None:
        self.part, self.moves, self.leaves, self.alone = part, tuple(moves), leaves, alone
        self._read: set[int] = set()
        self._known: dict[State, Open | None] = {}

    def against(self, state: State) -> Open | None:
        """What would have to be so that no move leaves here; None where one always does."""
        known = tuple(state[at] for at in sorted(self._read))
        if known in self._known:
            return self._known[known]
        read = len(self._read)
        found = next(self._without(0, state, {}), None)
        if len(self._read) != read:
            self._known.clear()
        self._known[tuple(state[at] for at in sorted(self._read))] = found
        return found

    def ways_against(self, state: State) -> Iterator[Open]:
        """Each place where other tracks would have to be, with what else would have to be so."""
        told: set[frozenset[tuple[Component, Value]]] = set()
        for chosen in islice(self._without(0, state, {}), TOLD):
            where = frozenset(fact for fact in chosen.items() if fact[0][0] == "track")
            if where not in told:
                told.add(where)
                yield chosen

    def _without(self, number: int, state: State, chosen: Open) -> Iterator[Open]:
        if not fair(self.part.decisions.world, chosen, alone=self.alone):
            return
        if number == len(self.moves):
            yield chosen
            return
        for outcome, more, read in self.part.outcomes(self.moves[number], state, chosen):
            self._read |= read
            if not self.leaves(outcome):
                yield from self._without(number + 1, state, more)


def fair(world: World, chosen: Open, *, alone: bool = False) -> bool:
    """Whether at most one person is out, of whom there is another who can act.

    With `alone` there need not be another: what somebody can do alone waits for nobody.
    """
    seats = world.seats.items()
    terms = {name: chosen.get(("term", name), seat.begins) for name, seat in seats}
    out = {
        seat.person
        for name, seat in seats
        if terms[name] == "over" != seat.begins or chosen.get(("recused", seat.person)) is True
    }
    return len(out) <= 1 and (alone or all(_replaceable(world, person, terms) for person in out))


def _replaceable(world: World, person: str, terms: Mapping[str, Value]) -> bool:
    """Whether for each office that somebody held there is another who can act in it."""
    for seat in world.seats.values():
        if seat.person == person and seat.begins == "running":
            declared = world.procedure.offices.get(seat.office)
            able = {seat.office, declared.deputy if declared else None}
            if not any(
                other.office in able and other.person != person and terms[name] in HELD
                for name, other in world.seats.items()
            ):
                return False
    return True

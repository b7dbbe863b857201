"""Whether a track can always be left: in whatever way, or by the member alone.

In a state of a slice the parts left open may be anything, so it is asked whether they could be such
that no move leaves. Only what is fair counts: at most one person is out, and only where somebody
else holds that office too; that an association has nobody at all is no fault of its procedure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow.exploring.decisions import Outcome
from workflow.exploring.exploring import Open, Slice, State
from workflow.exploring.world import World


class Leaving:
    """For states of a slice, whether some of these moves always leaves.

    `leaves` says of what was decided whether it does.
    """

    def __init__(
        self, part: Slice, moves: Iterable[int], leaves: Callable[[Outcome], bool]
    ) -> None:
        self.part, self.moves, self.leaves = part, tuple(moves), leaves
        self._read: set[int] = set()
        self._known: dict[State, Open | None] = {}

    def against(self, state: State) -> Open | None:
        """What would have to be so that no move leaves here; None where one always does."""
        known = tuple(state[at] for at in sorted(self._read))
        if known in self._known:
            return self._known[known]
        read = len(self._read)
        found = self._without(0, state, {})
        if len(self._read) != read:
            self._known.clear()
        self._known[tuple(state[at] for at in sorted(self._read))] = found
        return found

    def _without(self, number: int, state: State, chosen: Open) -> Open | None:
        if not fair(self.part.decisions.world, chosen):
            return None
        if number == len(self.moves):
            return chosen
        for outcome, more, read in self.part.outcomes(self.moves[number], state, chosen):
            self._read |= read
            if not self.leaves(outcome):
                found = self._without(number + 1, state, more)
                if found is not None:
                    return found
        return None


def fair(world: World, chosen: Open) -> bool:
    """Whether at most one person is out, of whom there is another who can act."""
    out = {
        world.seats[part[1]].person
        for part, value in chosen.items()
        if part[0] == "term" and value == "over" and world.seats[part[1]].begins != "over"
    }
    out |= {part[1] for part, value in chosen.items() if part[0] == "recused" and value is True}
    return len(out) <= 1 and all(_replaceable(world, person) for person in out)


def _replaceable(world: World, person: str) -> bool:
    for seat in world.seats.values():
        if seat.person == person and seat.begins == "running":
            declared = world.procedure.offices.get(seat.office)
            able = {seat.office, declared.deputy if declared else None}
            if not any(
                other.office in able and other.person != person and other.begins == "running"
                for other in world.seats.values()
            ):
                return False
    return True

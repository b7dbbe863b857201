"""All tracks of a procedure explored one by one, until none has anything new for another."""

from __future__ import annotations

import msgspec

from workflow.exploring.decisions import Decisions, Enough
from workflow.exploring.slices import Slice


class Explored(msgspec.Struct, frozen=True):
    """All tracks of a procedure, explored one by one: a slice for each.

    Where it is not `exhaustive`, the engine was asked as often as it might be, and more can happen
    than was found.
    """

    decisions: Decisions
    beside: Slice
    slices: dict[str, Slice]
    exhaustive: bool

    def all(self) -> tuple[Slice, ...]:
        """What is done beside the steps, and each track."""
        return (self.beside, *self.slices.values())

    def stale(self) -> bool:
        """Whether something was not explored yet, or turned out to be more since."""
        return any(each.stale() for each in self.all())

    @property
    def states(self) -> int:
        """How many states were found, in all slices together."""
        return sum(len(each.states) for each in self.slices.values())

    @property
    def edges(self) -> int:
        """How many moves lead from one state to another, in all slices together."""
        return sum(each.edges for each in self.slices.values())


def explore(decisions: Decisions, before: Explored | None = None) -> Explored:
    """Explore each track, until what is left open in one has turned out in no other to be more.

    It goes on from what was explored `before`.
    """
    found = before or Explored(
        decisions,
        Slice(decisions, ()),
        {track: Slice(decisions, (track,)) for track in decisions.world.procedure.tracks},
        exhaustive=True,
    )
    try:
        while found.stale():
            for each in found.all():
                if each.stale():
                    each.explore()
    except Enough:
        return msgspec.structs.replace(found, exhaustive=False)
    return found

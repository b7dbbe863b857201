"""The skeleton of a procedure: what its course rests on that a plain state machine can know.

That is where the tracks stand, what steps bring about, the latest answer to a question with one
answer, and who takes part. All else that a guard looks at (people, terms, consents, items) is left
free: whoever runs the exported machine says whether it holds, or both are tried. So a skeleton can
do whatever the procedure can, and more; what it can never do, no case ever does.

What is written in words of its own is unambiguous: declared names hold no capital letter, so a
capital parts two of them (`joined`).
"""

from __future__ import annotations

import msgspec

from workflow.engine.procedure import (
    CLOCK,
    LINKED,
    NOBODY,
    Absent,
    Guard,
    Present,
    Procedure,
    Recorded,
    Step,
    TrackIn,
)

YESNO = ("yes", "no")


class Skeleton(msgspec.Struct, frozen=True):
    """Some tracks of a procedure, in the order in which they are declared."""

    procedure: Procedure
    tracks: tuple[str, ...]

    @property
    def steps(self) -> dict[str, Step]:
        """The steps of these tracks."""
        declared = self.procedure.steps
        return {name: step for name, step in declared.items() if step.track in self.tracks}

    @property
    def opens(self) -> bool:
        """Whether every step that a case can begin with is one of these tracks."""
        return all(
            step.track in self.tracks for step in self.procedure.steps.values() if step.opens
        )

    def exact(self, guard: Guard) -> bool:
        """Whether these tracks alone tell if the guard holds."""
        match guard:
            case TrackIn(track):
                return track in self.tracks
            case Recorded(step, field):
                return bool(self.values(step, field))
            case Present(party) | Absent(party):
                return not self.procedure.parties[party].many and all(
                    step.track in self.tracks
                    for step in self.procedure.steps.values()
                    if step.joins == party
                )
            case _:
                return False

    def known(self, step: Step) -> tuple[Guard, ...]:
        """The guards of the step that are exact."""
        return tuple(guard for guard in step.guards if self.exact(guard))

    def free(self, step: Step) -> tuple[str, ...]:
        """What the guards of the step look at that is left free: their names, each once."""
        names = (guard.__struct_config__.tag for guard in step.guards if not self.exact(guard))
        return tuple(dict.fromkeys(str(name) for name in names))

    def values(self, step: str, field: str) -> tuple[str, ...]:
        """What can be answered to a question that is remembered; nothing where it cannot be."""
        declared = self.procedure.steps[step]
        asked = declared.asks[field]
        if declared.track not in self.tracks or asked.sealed or NOBODY & set(declared.who):
            return ()
        return {"choice": tuple(asked.values), "yesno": YESNO}.get(asked.type, ())

    @property
    def remembered(self) -> tuple[tuple[str, str], ...]:
        """The answers that exact guards look at, each as step and field."""
        found = (g for g in self._guards if isinstance(g, Recorded) and self.exact(g))
        return tuple(dict.fromkeys((guard.step, guard.field) for guard in found))

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that exact guards look at."""
        found = (g for g in self._guards if isinstance(g, Present | Absent) and self.exact(g))
        return tuple(dict.fromkeys(guard.party for guard in found))

    @property
    def _guards(self) -> tuple[Guard, ...]:
        return tuple(guard for step in self.steps.values() for guard in step.guards)

    def emitted(self, step: Step) -> tuple[str, ...]:
        """The steps of these tracks that the step brings about."""
        return tuple(name for name in step.emits if name in self.steps)

    def sources(self, name: str) -> tuple[str, ...]:
        """From which states the step can come from outside these tracks.

        Somebody takes it, another case tells it, a step of another track brings it about; else a
        state may end in it by the clock or because what it rested on fell away.
        """
        step = self.procedure.steps[name]
        outside = (
            other.track not in self.tracks and name in other.emits
            for other in self.procedure.steps.values()
        )
        if set(step.who) - NOBODY or LINKED in step.who or any(outside):
            return step.sources
        states = self.procedure.tracks[step.track].states
        return tuple(
            source
            for source in step.sources
            if states[source].otherwise == name
            or (
                CLOCK in step.who
                and (deadline := states[source].deadline) is not None
                and deadline.then == name
            )
        )


def skeleton(procedure: Procedure, tracks: tuple[str, ...] = ()) -> Skeleton:
    """The skeleton of a checked procedure, or of these tracks of it."""
    return Skeleton(
        procedure, tuple(name for name in procedure.tracks if not tracks or name in tracks)
    )


def joined(*names: str) -> str:
    """Declared names as one identifier, as which no others are written."""
    return "_".join((names[0], *(name.capitalize() for name in names[1:])))

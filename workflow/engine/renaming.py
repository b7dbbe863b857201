"""An older version in the words of a newer one: as if it had always called everything so."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from workflow.engine.procedure import (
    Condition,
    Consent,
    Guard,
    HasItem,
    Invariant,
    Opened,
    Packet,
    Procedure,
    State,
    Step,
    TrackIn,
)
from workflow.engine.replacing import Counterparts

Asking = TypeVar("Asking", Guard, Condition)


def renamed(older: Procedure, now: Counterparts) -> Procedure:
    """The older version, in which what has a counterpart bears its name.

    Where two become one, the last of them stands for both.
    """
    return replace(
        older,
        kinds={now.kind(name): kind for name, kind in older.kinds.items()},
        purposes={now.purpose(name): purpose for name, purpose in older.purposes.items()},
        tracks={
            name: replace(
                track,
                initial=now.state(name, track.initial),
                states={
                    now.state(name, state_name): _state(state, now)
                    for state_name, state in track.states.items()
                },
            )
            for name, track in older.tracks.items()
        },
        steps={name: _step(step, now) for name, step in older.steps.items()},
        invariants={name: _invariant(one, now) for name, one in older.invariants.items()},
    )


def _state(state: State, now: Counterparts) -> State:
    return replace(state, rests_on=tuple(_guard(guard, now) for guard in state.rests_on))


def _step(step: Step, now: Counterparts) -> Step:
    note = step.note and replace(step.note, kind=now.kind(step.note.kind))
    return replace(
        step,
        sources=tuple(dict.fromkeys(now.state(step.track, name) for name in step.sources)),
        to=now.state(step.track, step.to),
        note=note,
        papers=step.papers and now.kind(step.papers),
        guards=tuple(_guard(guard, now) for guard in step.guards),
        grants=tuple(
            replace(one, kind=now.kind(one.kind), purpose=now.purpose(one.purpose))
            for one in step.grants
        ),
        shares=tuple(
            replace(one, kind=one.kind and now.kind(one.kind), purpose=now.purpose(one.purpose))
            for one in step.shares
        ),
        ends_purposes=tuple(now.purpose(name) for name in step.ends_purposes),
    )


def _invariant(invariant: Invariant, now: Counterparts) -> Invariant:
    return replace(
        invariant,
        **{
            key: tuple(_guard(one, now) for one in conditions)
            for key, conditions in invariant.conditions.items()
        },
    )


def _guard(guard: Asking, now: Counterparts) -> Asking:
    match guard:
        case TrackIn(track=track, states=states):
            found = tuple(dict.fromkeys(now.state(track, name) for name in states))
            return replace(guard, states=found)
        case Consent(kind=kind, purpose=purpose):
            return replace(guard, kind=now.kind(kind), purpose=now.purpose(purpose))
        case HasItem(kind=kind):
            return replace(guard, kind=now.kind(kind))
        case Packet(purpose=purpose):
            return replace(guard, purpose=now.purpose(purpose))
        case Opened(kinds=kinds):
            return replace(guard, kinds=tuple(now.kind(kind) for kind in kinds))
        case _:
            return guard

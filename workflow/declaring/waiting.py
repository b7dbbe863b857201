"""Steps that never come: each waits for something that only comes after it, or never at all.

What a case can come to hold is counted up from nothing: the states of its tracks, who takes part,
who is named to an office, what kinds of documents there are, and what was answered. A step adds to
that as soon as one of its states, somebody to take it and all that its guards ask for can be there.
Nothing is ever taken away again, and no two things are held against each other; so a step that is
missing in the end is possible in no case at all. That a step is not missing promises nothing.

For a procedure in which nothing else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.procedure import (
    CLOCK,
    CONSEQUENCE,
    LINKED,
    NOBODY,
    STATEMENT,
    Absent,
    Available,
    Consent,
    Guard,
    HasItem,
    Opened,
    OtherPerson,
    Present,
    Procedure,
    Recorded,
    Staffed,
    Step,
    TrackIn,
)
from workflow.engine.standing import assigned


class Held(msgspec.Struct, frozen=True):
    """What a case may come to hold; `steps` are those that were possible, `taken` by people."""

    states: frozenset[tuple[str, str]]
    parties: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset({STATEMENT})
    steps: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


def waiting(procedure: Procedure) -> Iterator[Problem]:
    """Every step that can never be taken, and every one that can open no case though it says so.

    Where one step is missing only because others are, those others are named.
    """
    empty = Held(frozenset((name, track.initial) for name, track in procedure.tracks.items()))
    begun = empty
    for name, step in procedure.steps.items():
        nobody = not _people(procedure, empty, step, opens=True)
        if step.opens and (nobody or _against(procedure, empty, step, opens=True)):
            yield from _reported(procedure, empty, name, step, opens=True)
        elif step.opens:
            begun = _after(begun, name, step, taken=True)
    if not begun.steps:
        return
    held = _everything(procedure, begun)
    missing = tuple(
        name
        for name, step in procedure.steps.items()
        if name not in held.steps and not step.opens and _ready(held, step)
    )
    first = [one for one in missing if _still(procedure, begun, one, missing)]
    for name in first or missing:
        yield from _reported(procedure, held, name, procedure.steps[name])


def _still(procedure: Procedure, begun: Held, name: str, missing: tuple[str, ...]) -> bool:
    """Whether the step is missing even where all the others that are would happen."""
    for other in missing:
        if other != name:
            begun = _after(begun, other, procedure.steps[other], taken=True)
    return name not in _everything(procedure, begun).steps


def _everything(procedure: Procedure, begun: Held) -> Held:
    """All that a case can come to hold once it has begun."""
    held = begun
    while True:
        before = held
        for name, step in procedure.steps.items():
            people = _people(procedure, held, step)
            taken = bool(people) and not _against(procedure, held, step)
            if _ready(held, step) and (taken or _by_itself(procedure, held, name, step)):
                held = _after(held, name, step, taken=taken)
        held = _added(procedure, held)
        if held == before:
            return held


def _after(held: Held, name: str, step: Step, *, taken: bool) -> Held:
    written = (step.note.kind if step.note else None, step.papers) if taken else ()
    return Held(
        held.states | {(step.track, step.to)},
        held.parties | ({step.joins} if step.joins else set()),
        held.offices | set(step.assigns),
        held.kinds | {kind for kind in written if kind is not None},
        held.steps | {name},
        held.taken | ({name} if taken else set()),
    )


def _added(procedure: Procedure, held: Held) -> Held:
    """With what those who are there may add by themselves."""
    there = {
        name
        for name, kind in procedure.kinds.items()
        if any(_there(procedure, held, who) for who in kind.added_by)
    }
    return msgspec.structs.replace(held, kinds=held.kinds | there)


def _there(procedure: Procedure, held: Held, who: str) -> bool:
    """Whether somebody can be in the case as this office or party."""
    if who in procedure.parties:
        return who in held.parties
    return who in held.offices or not assigned(procedure, who)


def _ready(held: Held, step: Step) -> bool:
    return any((step.track, source) in held.states for source in step.sources)


def _people(
    procedure: Procedure, held: Held, step: Step, *, opens: bool = False
) -> tuple[str, ...]:
    """In which parts and offices somebody can be there to take the step.

    Whoever opens a case joins it, or takes on the office, with that very step.
    """
    own = {step.joins, *step.assigns} if opens else set()
    return tuple(
        who
        for who in step.who
        if who not in NOBODY and (who in own or _there(procedure, held, who))
    )


def _by_itself(procedure: Procedure, held: Held, name: str, step: Step) -> bool:
    """Whether the step can happen with nobody who takes it."""
    if LINKED in step.who:
        return True
    states = procedure.tracks[step.track].states
    here = [states[source] for source in step.sources if (step.track, source) in held.states]
    emitted = any(name in procedure.steps[one].emits for one in held.steps)
    if CONSEQUENCE in step.who and (emitted or any(state.otherwise == name for state in here)):
        return True
    ticks = any(state.deadline is not None and state.deadline.then == name for state in here)
    guards = _failing(procedure, held, step, ())
    return CLOCK in step.who and ticks and next(guards, None) is None


def _against(
    procedure: Procedure, held: Held, step: Step, *, opens: bool = False
) -> tuple[int, ...]:
    """The numbers of the guards for which nobody who can be there can ever take the step."""
    people = _people(procedure, held, step, opens=opens)
    ways = [tuple(_failing(procedure, held, step, (who,), opens=opens)) for who in people]
    return min(ways, key=len, default=())


def _failing(
    procedure: Procedure,
    held: Held,
    step: Step,
    people: tuple[str, ...],
    *,
    opens: bool = False,
) -> Iterator[int]:
    for number, guard in enumerate(step.guards):
        if not _may_hold(procedure, held, step, guard, people, opens=opens):
            yield number


def _may_hold(
    procedure: Procedure,
    held: Held,
    step: Step,
    guard: Guard,
    people: tuple[str, ...],
    *,
    opens: bool,
) -> bool:
    """Whether nothing says that the guard is never satisfied for one of these people."""
    match guard:
        case TrackIn(track=track, states=states):
            here = set(states) & set(step.sources) if track == step.track else states
            return any((track, state) in held.states for state in here)
        case Recorded(step=other) | Available(step=other):
            return other in held.taken
        case Present(party=party) | Consent(party=party):
            return party in held.parties
        case Absent(party=party):
            return not people or opens or any(who != party for who in people)
        case HasItem(kind=kind):
            return kind in held.kinds
        case Opened(kinds=kinds):
            return set(kinds) <= held.kinds
        case Staffed(office=office, or_else=others):
            return any(_there(procedure, held, one) for one in (office, *others))
        case OtherPerson(field=None):
            return not people or any(not _excluded(procedure, guard, who) for who in people)
        case OtherPerson(field=str() as field):
            return guard.than_field != field or not step.asks[field].required
        case _:
            return True


def _excluded(procedure: Procedure, guard: OtherPerson, who: str) -> bool:
    """Whether everyone who acts as this is somebody whom the guard excludes."""
    party = procedure.parties.get(who)
    in_person = party is not None and not party.member
    return who == guard.than_office or (in_person and who in guard.than_parties)


def _reported(
    procedure: Procedure, held: Held, name: str, step: Step, *, opens: bool = False
) -> Iterator[Problem]:
    path = at("steps", name)
    numbers = _against(procedure, held, step, opens=opens)
    waits = step.who == (CLOCK,) and tuple(_failing(procedure, held, step, ()))
    for number in numbers or waits or ():
        if opens:
            yield problem(
                "opens-never",
                at(path, "guards", number),
                f"Met ‘{name}’ begint geen zaak: dan is er nog niets waar deze guard op let.",
                f"No case begins with ‘{name}’: what this guard looks at is not there then.",
            )
        else:
            yield problem(
                "never-possible",
                at(path, "guards", number),
                f"‘{name}’ kan nooit gebeuren. Deze guard wacht op iets wat er nooit komt, of "
                f"pas na ‘{name}’.",
                f"‘{name}’ can never happen. This guard waits for something that never comes, or "
                f"only after ‘{name}’.",
            )
    people = set(step.who) - NOBODY
    if not people or _people(procedure, held, step, opens=opens):
        return
    if opens:
        yield problem(
            "opens-never",
            at(path, "opens"),
            f"Met ‘{name}’ begint geen zaak: {listed(people)} is er dan nog niet (joins, assigns).",
            f"No case begins with ‘{name}’: {listed(people)} is not there then (joins, assigns).",
        )
    else:
        yield problem(
            "never-possible",
            at(path, "who"),
            f"‘{name}’ kan nooit gebeuren: {listed(people)} komt pas daarna in de zaak.",
            f"‘{name}’ can never happen: {listed(people)} only comes into the case after it.",
        )

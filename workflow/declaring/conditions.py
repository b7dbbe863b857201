"""Guards in a procedure: each looks at something that can be there, where somebody can look.

A step has guards, and a state may rest on some: the moment one of those no longer holds, the step
`otherwise` happens. An invariant is made of them too. These checks are of guards and of grounds,
wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflow.declaring.flow import Graph, reached
from workflow.declaring.problems import Problem, at, closest, listed, problem
from workflow.engine.member import automatic
from workflow.engine.procedure import (
    CONSEQUENCE,
    Absent,
    Answered,
    Available,
    Condition,
    Consent,
    Experienced,
    Field,
    FreshEyes,
    Guard,
    NoNewHolder,
    Opened,
    OtherPerson,
    OutsideBranch,
    OwnBranch,
    Present,
    Procedure,
    Recorded,
    Several,
    State,
    Step,
    TrackIn,
    Warranted,
)

PEOPLE = ("person", "persons")
"""The types of field that ask for people."""

_LISTS = {
    TrackIn: "states",
    Recorded: "values",
    Warranted: "values",
    Several: "values",
    Experienced: "offices",
    NoNewHolder: "offices",
    Opened: "kinds",
}
"""The guards that say nothing where what they list is left empty."""
_ATTENDED = (
    Answered,
    Warranted,
    OtherPerson,
    OwnBranch,
    OutsideBranch,
    Experienced,
    Opened,
    FreshEyes,
    Several,
)
"""The guards that look at who acts, or at what is answered now."""


class Placed(NamedTuple):
    """A guard and where it stands: with a step, or else under a state or in an invariant."""

    guard: Guard | Condition
    path: str
    step: Step | None


def guards(procedure: Procedure) -> Iterator[Placed]:
    """Every guard in the procedure, in reading order."""
    for name, track in procedure.tracks.items():
        for state_name, state in track.states.items():
            for number, guard in enumerate(state.rests_on):
                path = at("tracks", name, "states", state_name, "rests_on", number)
                yield Placed(guard, path, None)
    for name, step in procedure.steps.items():
        for number, guard in enumerate(step.guards):
            yield Placed(guard, at("steps", name, "guards", number), step)
    for name, invariant in procedure.invariants.items():
        for key, stated in invariant.conditions.items():
            for number, condition in enumerate(stated):
                yield Placed(condition, at("invariants", name, key, number), None)


def conditions(procedure: Procedure) -> Iterator[Problem]:
    """Every guard that always or never holds, or looks at what is not there."""
    for placed in guards(procedure):
        yield from _saying_nothing(placed)
        yield from _looking_at_people(procedure, placed)
        yield from _looking_back(procedure, placed)
        yield from _unattended(placed)
        yield from _one_of_many(procedure, placed)


def grounds(procedure: Procedure) -> Iterator[Problem]:
    """Every state that cannot rest on what it says. For a procedure without unknown names."""
    for name, track in procedure.tracks.items():
        falling: Graph = {
            state_name: frozenset({procedure.steps[state.otherwise].to})
            for state_name, state in track.states.items()
            if state.otherwise is not None
        }
        for state_name, state in track.states.items():
            path = at("tracks", name, "states", state_name)
            yield from _ground(state_name, state, path)
            if state.otherwise is not None:
                yield from _otherwise(procedure, name, state_name, state.otherwise, path)
            if state_name in reached(falling, falling.get(state_name, ())):
                yield problem(
                    "ground-circle",
                    at(path, "otherwise"),
                    f"Vanuit {state_name} valt de zaak in een kring terug: dat houdt nooit op.",
                    f"From {state_name} the case falls back in a circle, and never stops.",
                )


def _saying_nothing(placed: Placed) -> Iterator[Problem]:
    guard, path = placed.guard, placed.path
    key = _LISTS.get(type(guard))
    if key is not None and not getattr(guard, key):
        nl, en = f"Zonder {key} zegt dit niets.", f"Without {key} this says nothing."
        yield problem("guard-says-nothing", path, nl, en)
    if isinstance(guard, OtherPerson) and not any(
        (
            guard.than_step,
            guard.than_office,
            guard.than_field,
            guard.than_named,
            guard.than_parties,
        )
    ):
        yield problem(
            "guard-says-nothing",
            path,
            "Iemand anders dan wie? Geef than_step, than_office, than_field, than_named of "
            "than_parties.",
            "Someone else than who? Give than_step, than_office, than_field, than_named or "
            "than_parties.",
        )


def _looking_at_people(procedure: Procedure, placed: Placed) -> Iterator[Problem]:
    """Guards on people look at a field that asks for people."""
    guard = placed.guard
    looked: list[tuple[str, str, Field | None]] = []
    asks = placed.step.asks if placed.step else {}
    match guard:
        case OtherPerson(field=str() as asked):
            looked.append(("field", asked, asks.get(asked)))
        case OutsideBranch(field=asked) | Experienced(field=asked) | Opened(field=asked):
            looked.append(("field", asked, asks.get(asked)))
        case Several(field=asked):
            looked.append(("field", asked, asks.get(asked)))
        case FreshEyes(field=asked):
            looked.append(("field", asked, asks.get(asked)))
            before = _asked(procedure, guard.than_step, guard.than_field)
            looked.append(("than_field", guard.than_field, before))
        case Available():
            earlier = _asked(procedure, guard.step, guard.field)
            looked.append(("field", guard.field, earlier))
        case _:
            pass
    for key, asked, field in looked:
        if field is not None and field.type not in PEOPLE:
            yield problem(
                "guard-needs-person",
                at(placed.path, key),
                f"{asked} vraagt niet naar een persoon.",
                f"{asked} does not ask for a person.",
            )


def _looking_back(procedure: Procedure, placed: Placed) -> Iterator[Problem]:
    """A guard cannot look back at an answer that stands in no event."""
    guard = placed.guard
    if not isinstance(guard, Recorded | Warranted | Several):
        return
    key = "field" if isinstance(guard, Recorded) else "asked"
    name = getattr(guard, key)
    asked = _asked(procedure, guard.step, name)
    if asked is not None and asked.sealed:
        yield problem(
            "recorded-sealed",
            at(placed.path, key),
            f"{name} is verzegeld, dus niemand kan er later op letten.",
            f"{name} is sealed, so nothing can look at it later.",
        )


def _unattended(placed: Placed) -> Iterator[Problem]:
    """Where nobody acts and nothing is asked, no guard can look at who acts or at an answer."""
    if isinstance(placed.guard, _ATTENDED) and (placed.step is None or automatic(placed.step)):
        yield problem(
            "guard-needs-actor",
            placed.path,
            "Hier handelt niemand en wordt niets gevraagd, dus deze guard let op niets.",
            "Nobody acts here and nothing is asked, so this guard looks at nothing.",
        )


def _one_of_many(procedure: Procedure, placed: Placed) -> Iterator[Problem]:
    """Nobody plays a part under its own name where several people may play it."""
    guard = placed.guard
    if not isinstance(guard, Present | Absent | Consent):
        return
    declared = procedure.parties.get(guard.party)
    if declared is not None and declared.many:
        yield problem(
            "guard-on-many",
            at(placed.path, "party"),
            f"Er kunnen meer zijn die {guard.party} heten, dus dit is nooit of altijd zo.",
            f"There can be several called {guard.party}, so this is never or always so.",
        )


def _asked(procedure: Procedure, step: str, field: str) -> Field | None:
    earlier = procedure.steps.get(step)
    return earlier.asks.get(field) if earlier else None


def _ground(name: str, state: State, path: str) -> Iterator[Problem]:
    """What a state rests on and what happens otherwise go together."""
    if state.rests_on and state.otherwise is None:
        yield problem(
            "ground-without-otherwise",
            at(path, "rests_on"),
            f"Wat gebeurt er als {name} nergens meer op rust? Noem de stap (otherwise).",
            f"What happens when {name} no longer rests on anything? Name the step (otherwise).",
        )
    if state.otherwise is not None and not state.rests_on:
        yield problem(
            "otherwise-without-ground",
            at(path, "otherwise"),
            f"{name} rust nergens op, dus {state.otherwise} komt er nooit: geef rests_on.",
            f"{name} rests on nothing, so {state.otherwise} never happens: give rests_on.",
        )


def _otherwise(
    procedure: Procedure, track: str, state: str, otherwise: str, path: str
) -> Iterator[Problem]:
    """What happens otherwise is a consequence, from that very state."""
    fitting = [
        name
        for name, step in procedure.steps.items()
        if step.track == track and state in step.sources and CONSEQUENCE in step.who
    ]
    if otherwise not in fitting:
        yield problem(
            "otherwise-step",
            at(path, "otherwise"),
            f"{otherwise} is geen stap met consequence in who vanuit {state}; wel: "
            f"{listed(fitting)}.",
            f"{otherwise} is not a step with consequence in who from {state}; these are: "
            f"{listed(fitting)}.",
            closest(otherwise, fitting) or (fitting[0] if fitting else None),
        )

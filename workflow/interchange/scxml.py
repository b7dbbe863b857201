"""A procedure as SCXML 1.0 (W3C Recommendation, 1 September 2015), with the ECMAScript data model.

Each track is a compound state, several stand in a `<parallel>`. The events are the names of steps.
`_event.data` holds the answers that later guards look at ('yes' and 'no' as text), and `permitted`:
whether all holds that the file cannot know, as `zaak:free` names it. A step without `zaak:free`
needs neither. The attributes in the namespace `zaak` are for readers; an interpreter passes over
them. The same procedure gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from workflow.engine.procedure import (
    Absent,
    Guard,
    Present,
    Recorded,
    State,
    Step,
    TrackIn,
)
from workflow.interchange.skeleton import Skeleton, joined

NAMESPACE = "urn:zaakgang:procedure"
ALL = "_tracks"
"""The identifier of what holds all tracks; no declared name begins so."""
_OWN = frozenset({"done", "error"})
"""The first words of events that the interpreter raises itself, by which a step may be called."""


def scxml(made: Skeleton) -> str:
    """The skeleton as an SCXML document."""
    procedure = made.procedure
    root = _attributes(
        {
            "xmlns": "http://www.w3.org/2005/07/scxml",
            "xmlns:zaak": NAMESPACE,
            "version": "1.0",
            "datamodel": "ecmascript",
            "name": procedure.procedure,
            "zaak:version": procedure.version,
        }
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<scxml{root}>"]
    data = [*(_said(*asked) for asked in made.remembered), *map(_here, made.parties)]
    if data:
        items = [f"<data id={quoteattr(name)} expr=\"''\"/>" for name in data]
        lines += _indented(["<datamodel>", *_indented(items), "</datamodel>"])
    tracks = [line for track in made.tracks for line in _track(made, track)]
    if len(made.tracks) > 1:
        tracks = [f'<parallel id="{ALL}">', *_indented(tracks), "</parallel>"]
    return "\n".join([*lines, *_indented(tracks), "</scxml>", ""])


def _track(made: Skeleton, track: str) -> Iterator[str]:
    declared = made.procedure.tracks[track]
    yield f"<state{_attributes({'id': track, 'initial': f'{track}.{declared.initial}'})}>"
    for name, state in declared.states.items():
        leaving = [
            line
            for step_name, step in made.steps.items()
            if step.track == track and name in step.sources
            for line in _transition(made, step_name, step)
        ]
        # A state that ends its track, and that a step still leaves, is not final to SCXML.
        tag = "final" if state.ends and not leaving else "state"
        head = f"{tag}{_attributes({'id': f'{track}.{name}', **_remarks(state)})}"
        yield from _indented(
            [f"<{head}>", *_indented(leaving), f"</{tag}>"] if leaving else [f"<{head}/>"]
        )
    yield "</state>"


def _remarks(state: State) -> dict[str, str]:
    deadline = state.deadline
    said = {
        "zaak:ends": "true" if state.ends else "",
        "zaak:within": deadline.within if deadline else "",
        "zaak:working-days": str(deadline.working_days or "") if deadline else "",
        "zaak:then": deadline.then if deadline else "",
        "zaak:otherwise": state.otherwise,
    }
    return {name: words for name, words in said.items() if words}


def _transition(made: Skeleton, name: str, step: Step) -> list[str]:
    free = made.free(step)
    permitted = ("_event.data.permitted",) if free else ()
    named = (f"_event.name == '{name}'",) if name in _OWN else ()
    cond = " && ".join((*named, *permitted, *map(_cond, made.known(step))))
    head = {"event": name, "target": f"{step.track}.{step.to}"} | ({"cond": cond} if cond else {})
    head |= {"zaak:opens": "true"} if step.opens else {}
    head |= {"zaak:who": " ".join(step.who)} | ({"zaak:free": " ".join(free)} if free else {})
    does = [
        f'<assign location="{_said(*asked)}" expr="_event.data.{asked[1]}"/>'
        for asked in made.remembered
        if asked[0] == name
    ]
    if step.joins in made.parties:
        does.append(f'<assign location="{_here(step.joins or "")}" expr="\'yes\'"/>')
    does += [f'<raise event="{emitted}"/>' for emitted in made.emitted(step)]
    tag = f"transition{_attributes(head)}"
    return [f"<{tag}>", *_indented(does), "</transition>"] if does else [f"<{tag}/>"]


def _cond(guard: Guard) -> str:
    match guard:
        case TrackIn(track, states):
            return _any(f"In('{track}.{state}')" for state in states)
        case Recorded(step, field, values):
            return _any(f"{_said(step, field)} == '{value}'" for value in values)
        case Present(party):
            return f"{_here(party)} == 'yes'"
        case Absent(party):
            return f"{_here(party)} == ''"
        case _:
            raise TypeError(f"{guard} is nothing that a machine can know")


def _any(conds: Iterable[str]) -> str:
    every = tuple(conds)
    return every[0] if len(every) == 1 else f"({' || '.join(every)})"


def _said(step: str, field: str) -> str:
    return joined("said", step, field)


def _here(party: str) -> str:
    return f"here_{party}"


def _attributes(values: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(words)}" for name, words in values.items())


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]

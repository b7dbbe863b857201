"""Versions at random: a shipped procedure with a few edits, such as an upgrade might bring.

Most edits are small, many are bad, and some lead nowhere: a verdict has to be right about all of
them. Some are foreseen in what the newer version says that it replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import assume
from hypothesis import strategies as st

from tests.properties.world import Draw
from workflow.engine.procedure import (
    Kind,
    Named,
    Procedure,
    Purpose,
    Replacement,
    State,
    Text,
    Track,
    recipients,
)

replace = msgspec.structs.replace
Edit = Callable[[Draw, Procedure], Procedure]
NEW = Text("nieuw", "new")


def _put(procedure: Procedure, section: str, name: str, **changed: Any) -> Procedure:
    known = getattr(procedure, section)
    return replace(procedure, **{section: known | {name: replace(known[name], **changed)}})


def _without(procedure: Procedure, section: str, name: str) -> Procedure:
    kept = {key: one for key, one in getattr(procedure, section).items() if key != name}
    return replace(procedure, **{section: kept})


def _name(draw: Draw, procedure: Procedure, section: str) -> str:
    names = sorted(getattr(procedure, section))
    assume(names)
    found: str = draw(st.sampled_from(names))
    return found


def _toggled(draw: Draw, names: tuple[str, ...], among: tuple[str, ...]) -> tuple[str, ...]:
    """One more name, or one less."""
    one = draw(st.sampled_from(sorted({*among, *names})))
    return tuple(n for n in names if n != one) if one in names else (*names, one)


def _somebody(procedure: Procedure) -> tuple[str, ...]:
    return (*procedure.offices, *procedure.parties)


# --- who sees and reads --------------------------------------------------------------------------


def seen_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """A track is seen by one more or one less."""
    name = _name(draw, procedure, "tracks")
    seen = _toggled(draw, procedure.tracks[name].seen_by, _somebody(procedure))
    return _put(procedure, "tracks", name, seen_by=seen)


def kind_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """A kind is made for, or kept from, one more or one less."""
    name, key = _name(draw, procedure, "kinds"), draw(st.sampled_from(["made_for", "never_to"]))
    names = _toggled(draw, getattr(procedure.kinds[name], key), recipients(procedure)[:-4])
    return _put(procedure, "kinds", name, **{key: names})


def office_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """An office has another deputy, another sort of key, or excludes others."""
    name = _name(draw, procedure, "offices")
    office, others = procedure.offices[name], [None, *sorted(procedure.offices)]
    changed: dict[str, Any] = draw(
        st.sampled_from(
            [
                {"deputy": draw(st.sampled_from(others))},
                {"key": "person" if office.key == "office" else "office"},
                {"assigned": not office.assigned},
                {"not_with": _toggled(draw, office.not_with, tuple(procedure.offices))},
            ]
        )
    )
    return _put(procedure, "offices", name, **changed)


def new_track(draw: Draw, procedure: Procedure) -> Procedure:
    """There is one more track, on which nothing happens yet."""
    seen = tuple(
        draw(st.lists(st.sampled_from(_somebody(procedure)), min_size=1, max_size=3, unique=True))
    )
    owner = draw(st.sampled_from([None, None, *sorted(procedure.parties)]))
    made = Track(NEW, "quiet", seen, {"quiet": State(NEW, idle=True)}, owner)
    return replace(procedure, tracks=procedure.tracks | {"newest": made})


def joins_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """Somebody no longer comes into the case by a step, or does so by another."""
    steps = sorted(name for name, step in procedure.steps.items() if step.joins)
    name = draw(st.sampled_from(steps or sorted(procedure.steps)))
    other = _name(draw, procedure, "steps")
    joins = procedure.steps[name].joins
    procedure = _put(procedure, "steps", name, joins=None)
    return _put(procedure, "steps", other, joins=joins) if draw(st.booleans()) else procedure


def owned_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """A track belongs to somebody else, or to nobody."""
    name = _name(draw, procedure, "tracks")
    owner = draw(st.sampled_from([None, *sorted(procedure.parties)]))
    return _put(procedure, "tracks", name, belongs_to=owner)


# --- what there is -------------------------------------------------------------------------------


def gone(draw: Draw, procedure: Procedure) -> Procedure:
    """Something is there no more, whatever else names it."""
    sections = ["offices", "parties", "outside", "purposes", "kinds"]
    section = draw(st.sampled_from([one for one in sections if getattr(procedure, one)]))
    return _without(procedure, section, _name(draw, procedure, section))


def track_gone(draw: Draw, procedure: Procedure) -> Procedure:
    """A track is there no more, nor its steps."""
    name = _name(draw, procedure, "tracks")
    steps = {key: step for key, step in procedure.steps.items() if step.track != name}
    return replace(_without(procedure, "tracks", name), steps=steps)


def step_gone(draw: Draw, procedure: Procedure) -> Procedure:
    """A step is there no more."""
    return _without(procedure, "steps", _name(draw, procedure, "steps"))


def step_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """A step is one more's or one less's to take, or nobody's decision."""
    name = _name(draw, procedure, "steps")
    if draw(st.booleans()):
        return _put(procedure, "steps", name, decision=None)
    who = _toggled(draw, procedure.steps[name].who, _somebody(procedure))
    return _put(procedure, "steps", name, who=who)


def state_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """A state means something else."""
    name = _name(draw, procedure, "tracks")
    states = procedure.tracks[name].states
    one = draw(st.sampled_from(sorted(states)))
    key = draw(st.sampled_from(["ends", "idle", "decides"]))
    changed = replace(states[one], **{key: not getattr(states[one], key)})
    return _put(procedure, "tracks", name, states=states | {one: changed})


def purpose_otherwise(draw: Draw, procedure: Procedure) -> Procedure:
    """Others read what is shared for a purpose, as far as words go."""
    return _put(procedure, "purposes", _name(draw, procedure, "purposes"), readers=NEW)


def turned(draw: Draw, procedure: Procedure) -> Procedure:
    """What was an outside recipient or an office is a party now, or the other way round."""
    name = draw(st.sampled_from(sorted((*procedure.offices, *procedure.outside))))
    section = "offices" if name in procedure.offices else "outside"
    into = draw(st.sampled_from(["parties", "offices", "outside"]))
    procedure = _without(procedure, section, name)
    made: Any = {"parties": procedure.parties, "offices": procedure.offices, "outside": {}}[into]
    like = next(iter(made.values()), Named(NEW))
    return replace(
        procedure, **{into: getattr(procedure, into) | {name: replace(like, labels=NEW)}}
    )


# --- what is called otherwise --------------------------------------------------------------------


def state_renamed(draw: Draw, procedure: Procedure) -> Procedure:
    """A state is called, or is, another one; as foreseen, mostly."""
    track = _name(draw, procedure, "tracks")
    states = procedure.tracks[track].states
    old = draw(st.sampled_from(sorted(states)))
    new = draw(st.sampled_from(["renamed", "renamed", *sorted(states)]))
    kept = {("renamed" if name == old else name): one for name, one in states.items()}
    if new != "renamed":
        kept = dict(states)
    initial = procedure.tracks[track].initial
    initial = "renamed" if new == "renamed" and initial == old else initial
    procedure = _put(procedure, "tracks", track, states=kept, initial=initial)
    steps = {
        name: replace(
            step,
            sources=tuple(new if source == old else source for source in step.sources),
            to=new if step.to == old else step.to,
        )
        if step.track == track
        else step
        for name, step in procedure.steps.items()
    }
    return _foreseen(draw, replace(procedure, steps=steps), states={track: {old: new}})


def kind_renamed(draw: Draw, procedure: Procedure) -> Procedure:
    """A kind is called, or taken together with, another; as foreseen, mostly."""
    old = _name(draw, procedure, "kinds")
    new = draw(st.sampled_from(["renamed", "renamed", *sorted(procedure.kinds)]))
    made: dict[str, Kind] = {"renamed": procedure.kinds[old]} if new == "renamed" else {}
    after = _without(procedure, "kinds", old) if draw(st.booleans()) else procedure
    after = replace(after, kinds=after.kinds | made)
    return _foreseen(draw, after, kinds={old: new})


def purpose_renamed(draw: Draw, procedure: Procedure) -> Procedure:
    """A purpose is called, or taken together with, another; as foreseen, mostly."""
    old = _name(draw, procedure, "purposes")
    new = draw(st.sampled_from(["renamed", "renamed", *sorted(procedure.purposes)]))
    made: dict[str, Purpose] = {"renamed": procedure.purposes[old]} if new == "renamed" else {}
    after = _without(procedure, "purposes", old) if draw(st.booleans()) else procedure
    after = replace(after, purposes=after.purposes | made)
    return _foreseen(draw, after, purposes={old: new})


def _foreseen(draw: Draw, procedure: Procedure, **names: Any) -> Procedure:
    if not draw(st.sampled_from([True, True, True, False])):
        return procedure
    version = procedure.replaces[0] if procedure.replaces else Replacement("1")
    merged = {key: getattr(version, key) | given for key, given in names.items()}
    return replace(procedure, replaces=(replace(version, **merged),))


EDITS: tuple[Edit, ...] = (
    seen_otherwise,
    kind_otherwise,
    office_otherwise,
    new_track,
    joins_otherwise,
    owned_otherwise,
    gone,
    track_gone,
    step_gone,
    step_otherwise,
    state_otherwise,
    purpose_otherwise,
    turned,
    state_renamed,
    kind_renamed,
    purpose_renamed,
)


def newer(draw: Draw, procedure: Procedure, *, least: int = 1) -> Procedure:
    """A next version, with `least` edits or a few more."""
    found = replace(procedure, version="2")
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=least, max_size=least + 1)):
        found = edit(draw, found)
    return found

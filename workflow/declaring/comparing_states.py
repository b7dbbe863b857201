"""Its part about states: how long they last, what they rest on, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from workflow.declaring.changes import Change, Effect, Versions, both, called, line, unclear
from workflow.declaring.problems import at
from workflow.engine.deadlines import Span, describe, due
from workflow.engine.folding import span
from workflow.engine.procedure import Deadline, State, Text, Track

_STARTS = tuple(datetime(2023, month, 1, tzinfo=UTC) for month in range(1, 13))
"""From where two terms are held against each other: months are not all of one length."""
_STATE: dict[str, Text] = {
    "ends": Text("Of {track} in {state} afgelopen is, is anders dan het was.",
                 "Whether {track} is over in {state} is not as it was."),
    "idle": Text("Of {track} in {state} rust, is anders dan het was.",
                 "Whether {track} rests in {state} is not as it was."),
}  # fmt: skip


def states(v: Versions, track: str, older: Track, newer: Track) -> Iterator[Change]:
    """Everything that is otherwise about the states of a track."""
    added, gone, kept = both(older.states, newer.states)
    for name in added:
        nl, en = "{track} heeft een nieuwe toestand: {state}.", "{track} has a new state: {state}."
        path = at("tracks", track, "states", name)
        yield line("changes", "state-added", path, nl, en, **_names(v, track, name))
    for name in gone:
        nl = "{track} heeft geen toestand {state} meer."
        en = "{track} has no state {state} any more."
        path = at("tracks", track, "states")
        yield line("changes", "state-removed", path, nl, en, **_names(v, track, name))
    for name in kept:
        before, after = older.states[name], newer.states[name]
        yield from _deciding(v, track, name, older, newer)
        if before.labels != after.labels:
            path = at("tracks", track, "states", name, "labels")
            yield called("state-labels", path, before.labels, after.labels)
        for key, said in _STATE.items():
            if getattr(before, key) != getattr(after, key):
                path = at("tracks", track, "states", name, key)
                yield unclear(f"state-{key}", path, said.nl, said.en, **_names(v, track, name))
        yield from _deadline(v, track, name, before, after)
        yield from _ground(v, track, name, before, after)


def _names(v: Versions, track: str, state: str) -> dict[str, Text]:
    return {"track": v.label("tracks", track), "state": v.state(track, state)}


def _deciding(v: Versions, track: str, name: str, older: Track, newer: Track) -> Iterator[Change]:
    before, after = older.states[name], newer.states[name]
    path, names = at("tracks", track, "states", name), _names(v, track, name)
    if before.decides and not after.decides:
        nl = "Bij {state} beslist {who} niet meer; een ander kan daar verder."
        en = "At {state} it is no longer {who} who decides; others can go on from there."
        who = v.who(older.belongs_to or "")
        yield line("widens", "decides", path, nl, en, who=who, **names)
        nl, en = "{who} beslist niet meer bij {state}.", "{who} no longer decides at {state}."
        yield line("narrows", "decides", path, nl, en, who=who, **names)
    elif after.decides and not before.decides:
        nl, en = "Bij {state} beslist nu het lid.", "At {state} the member decides now."
        yield line("changes", "state-decides", at(path, "decides"), nl, en, **names)


# --- how long ------------------------------------------------------------------------------------


def longer(older: Span | None, newer: Span | None) -> bool:
    """Whether the newer term may end later than the older; one that never ends is None."""
    if older is None or newer is None:
        return older is not None
    return any(_end(start, newer) > _end(start, older) for start in _STARTS)


def _end(start: datetime, term: Span) -> datetime:
    try:
        return due(start, term)
    except ValueError:  # beyond the years of which the public holidays are known
        return datetime.max.replace(tzinfo=UTC)


def lasting(term: Span | None, forever: Text) -> Text:
    """A term in words; `forever` is what is said where there is none."""
    return forever if term is None else Text(describe(term, "nl"), describe(term, "en"))


def _deadline(v: Versions, track: str, name: str, older: State, newer: State) -> Iterator[Change]:
    before, after = older.deadline, newer.deadline
    if before == after:
        return
    path, names = at("tracks", track, "states", name, "deadline"), _names(v, track, name)
    was, is_ = (span(one) if one else None for one in (before, after))
    if was != is_:
        nl = "De termijn van {state} is voortaan {after}; dat was {before}."
        en = "The deadline of {state} is {after} now; it was {before}."
        told = {
            "before": lasting(was, Text("onbeperkt", "without end")),
            "after": lasting(is_, Text("onbeperkt", "without end")),
        }
        effect = _term(v, older, newer)
        yield line(effect, "state-deadline", path, nl, en, **told, **names)
    then, now = (_then(v, one) for one in (before, after))
    if then != now:
        nl = "Als de termijn van {state} voorbij is, volgt voortaan {after}; dat was {before}."
        en = "When the deadline of {state} has passed, {after} follows now; it was {before}."
        yield unclear("state-deadline", path, nl, en, before=then, after=now, **names)
    then, now = (_reminded(v, one) for one in (before, after))
    if then != now:
        nl = "Wie aan de termijn van {state} herinnerd wordt: voortaan {after}; dat was {before}."
        en = "Who is reminded of the deadline of {state}: {after} now; it was {before}."
        yield line("changes", "state-deadline", path, nl, en, before=then, after=now, **names)
    if before and after and before.cites != after.cites:
        nl = "De termijn van {state} rust op andere regels."
        en = "The deadline of {state} rests on other rules."
        yield line("changes", "state-deadline", path, nl, en, **names)


def _term(v: Versions, older: State, newer: State) -> Effect:
    """What another term does: what ends by it goes on longer, or the member has less time."""
    was, is_ = (span(one.deadline) if one.deadline else None for one in (older, newer))
    ends = [
        step
        for state, of in ((older, v.older), (newer, v.newer))
        if state.deadline is not None
        for step in (of.steps.get(state.deadline.then or ""),)
        if step is not None and (step.emergency == "close" or step.ends_purposes or step.erases)
    ]
    if ends and longer(was, is_):
        return "widens"
    return "narrows" if (ends or newer.decides) and longer(is_, was) else "changes"


def _then(v: Versions, deadline: Deadline | None) -> Text:
    if deadline is None or deadline.then is None:
        return Text("niets vanzelf", "nothing by itself")
    return v.quoted("steps", deadline.then)


def _reminded(v: Versions, deadline: Deadline | None) -> Text:
    found = [v.who(who) for who in deadline.remind] if deadline else []
    if not found:
        return Text("niemand", "nobody")
    return Text(", ".join(who.nl for who in found), ", ".join(who.en for who in found))


# --- what it rests on ----------------------------------------------------------------------------


def _ground(v: Versions, track: str, name: str, older: State, newer: State) -> Iterator[Change]:
    path, names = at("tracks", track, "states", name), _names(v, track, name)
    for guard in older.rests_on:
        if guard not in newer.rests_on:
            nl = "{state} gaat ook door zonder dat {guard}."
            en = "{state} goes on without this too: {guard}."
            told = v.said(v.older, guard, None)
            rests = at(path, "rests_on")
            yield line("widens", "state-rests-on", rests, nl, en, guard=told, **names)
    for number, guard in enumerate(newer.rests_on):
        if guard not in older.rests_on:
            nl = "{state} gaat alleen nog door zolang {guard}."
            en = "{state} only goes on as long as {guard}."
            told = v.said(v.newer, guard, None)
            rests = at(path, "rests_on", number)
            yield line("narrows", "state-rests-on", rests, nl, en, guard=told, **names)
    if older.rests_on != newer.rests_on and set(older.rests_on) == set(newer.rests_on):
        nl = "Waar {state} op rust, staat in een andere volgorde."
        en = "What {state} rests on stands in another order."
        yield line("changes", "state-rests-on", at(path, "rests_on"), nl, en, **names)
    if older.otherwise != newer.otherwise:
        nl = "Als wegvalt waar {state} op rust, volgt voortaan {after}; dat was {before}."
        en = "When the ground of {state} falls away, {after} follows now; it was {before}."
        told_was, told_is = (
            v.quoted("steps", one) if one else Text("niets", "nothing")
            for one in (older.otherwise, newer.otherwise)
        )
        path = at(path, "otherwise")
        yield unclear("state-otherwise", path, nl, en, before=told_was, after=told_is, **names)

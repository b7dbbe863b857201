"""Every procedure that is one small edit away from a given one, in a fixed order, each with a name.

The edits are typed: they follow the classes of `engine.procedure`, so that a new key of the format
is edited from the day it is there. Words for people, citations and versions are left alone, since
nothing that happens depends on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

import msgspec

from workflow.declaring.naming import references
from workflow.declaring.problems import at
from workflow.engine import procedure as p

Part = str | int
Path = tuple[Part, ...]
"""How to get at something: names of fields (in Python), keys of mappings, numbers in lists."""

WORDS = frozenset(
    (
        *("labels", "help", "title", "readers", "cites", "changed", "sources_of", "version"),
        *("procedure", "aliases", "replaces", "invariants", "step", "field", "asked"),
    )
)
"""Fields that say something to people, or without which the rest of what they stand in is void.

What is promised of every case is among them: edited, it is another promise, and not a mistake.
"""
UNTOUCHED = frozenset({(p.Procedure, "sources"), (p.Office, "key")})
"""What else is not dropped: the sources that are cited, and how an office keeps its key."""
WIDENED: dict[tuple[type, str], str] = {
    (p.Step, "who"): "actor",
    (p.Step, "sources"): "state",
    (p.Step, "ends_purposes"): "purpose",
    (p.Step, "releases"): "assigned",
    (p.Track, "seen_by"): "actor",
    (p.Kind, "added_by"): "actor",
    (p.Kind, "made_for"): "recipient",
    (p.Kind, "never_to"): "recipient",
    (p.Kind, "of"): "party",
    (p.Field, "among"): "recipient",
    (p.Decision, "evidence"): "evidence",
}
"""The lists to which each other name of a sort is added, one at a time."""
EVERYWHERE = frozenset({"step.to", "share.to", "grant.to", "decision.party", "track.initial"})
"""The names that are swapped for each other name of their sort, and not only for the next."""
NEGATED: dict[type, str] = {
    p.TrackIn: "states",
    p.Recorded: "values",
    p.Warranted: "values",
    p.Several: "values",
}
"""The guards that are turned around by listing all that they did not list."""


class Mutant(NamedTuple):
    """A procedure with one edit: what was done (`operator`), where, and with what."""

    operator: str
    place: str
    detail: str
    procedure: p.Procedure

    @property
    def name(self) -> str:
        """What tells this edit from every other of the same procedure."""
        return " ".join(part for part in (self.operator, self.place, self.detail) if part)


def mutants(procedure: p.Procedure) -> Iterator[Mutant]:
    """Every single-edit mutant, those of one operator in the order of the file.

    No two have the same name, and none equals the procedure itself.
    """
    for path, value in _structs(procedure, ()):
        yield from _dropped(procedure, path, value)
        yield from _flipped(procedure, path, value)
        yield from _widened(procedure, path, value)
        yield from _negated(procedure, path, value)
    yield from _swapped(procedure)


def operator(verb: str, value: msgspec.Struct, field: str) -> str:
    """What an edit is called: the verb, and whose key it is about (`drop step.who`)."""
    kind = type(value)
    of = "guard" if kind.__struct_config__.tag else kind.__name__.lower()
    tag = kind.__struct_config__.tag
    return f"{verb} {of}.{f'{tag}.' if tag else ''}{_key(value, field)}"


def _key(value: msgspec.Struct, field: str) -> str:
    names = dict(zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True))
    return names[field]


def _structs(value: Any, path: Path) -> Iterator[tuple[Path, msgspec.Struct]]:
    """Every struct within, in reading order, but words for people."""
    if isinstance(value, p.Text):
        return
    if isinstance(value, msgspec.Struct):
        yield path, value
        for name in value.__struct_fields__:
            if name not in WORDS:
                yield from _structs(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _structs(inner, (*path, name))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _structs(inner, (*path, number))


def put(value: Any, path: Path, new: Any) -> Any:
    """The same value with `new` at the end of the path."""
    if not path:
        return new
    first, *rest = path
    if isinstance(value, Mapping):
        return {**value, first: put(value.get(first), tuple(rest), new)}
    if isinstance(value, tuple) and isinstance(first, int):
        return (*value[:first], put(value[first], tuple(rest), new), *value[first + 1 :])
    inner = put(getattr(value, str(first)), tuple(rest), new)
    return msgspec.structs.replace(value, **{str(first): inner})


def _place(procedure: p.Procedure, path: Path) -> str:
    """The path as problems write it: keys as in the file, where `sources` is `from`."""
    found: list[Part] = []
    value: Any = procedure
    for part in path:
        if isinstance(value, msgspec.Struct):
            found.append(_key(value, str(part)))
            value = getattr(value, str(part))
        else:
            found.append(part)
            value = value[part]
    return at(*found)


def _dropped(procedure: p.Procedure, path: Path, value: msgspec.Struct) -> Iterator[Mutant]:
    """Without each thing that need not be there, and without each entry of each list."""
    for field in msgspec.structs.fields(value):
        here, now = (*path, field.name), getattr(value, field.name)
        skipped = field.name in WORDS or (type(value), field.name) in UNTOUCHED
        if skipped or isinstance(now, p.Text):
            continue
        what = operator("drop", value, field.name)
        place = _place(procedure, here)
        if isinstance(now, tuple):
            for number, entry in enumerate(now):
                left = (*now[:number], *now[number + 1 :])
                yield Mutant(what, at(place, number), _said(entry), put(procedure, here, left))
        elif isinstance(now, Mapping):
            for name in now:
                left_over = {key: one for key, one in now.items() if key != name}
                yield Mutant(what, at(place, name), "", put(procedure, here, left_over))
        elif now is not None and not isinstance(now, bool) and field.default is None:
            yield Mutant(what, place, _said(now), put(procedure, here, None))
    if isinstance(value, p.State) and value.rests_on:
        bare = msgspec.structs.replace(value, rests_on=(), otherwise=None)
        place = _place(procedure, (*path, "rests_on"))
        yield Mutant("drop state.ground", place, "and otherwise", put(procedure, path, bare))


def _said(value: Any) -> str:
    """A name as it is, a guard by its sort and what it is about."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        told = [str(tag)] if tag else []
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if isinstance(part, str):
                told.append(part)
            elif isinstance(part, tuple):
                told += [str(one) for one in part]
        return " ".join(told)
    return str(value)


def _flipped(procedure: p.Procedure, path: Path, value: msgspec.Struct) -> Iterator[Mutant]:
    """With each yes as a no, and each no as a yes."""
    for name in value.__struct_fields__:
        now = getattr(value, name)
        if isinstance(now, bool):
            here = (*path, name)
            what = operator("flip", value, name)
            detail = "no" if now else "yes"
            yield Mutant(what, _place(procedure, here), detail, put(procedure, here, not now))


def _widened(procedure: p.Procedure, path: Path, value: msgspec.Struct) -> Iterator[Mutant]:
    """With each other name that could stand in a list."""
    for name in value.__struct_fields__:
        sort = WIDENED.get((type(value), name))
        if sort is None or (name == "among" and not value.among):  # type: ignore[attr-defined]
            continue
        now = getattr(value, name)
        known = _names(procedure, sort, value)
        if name == "who":
            known = (*known, p.CLOCK, p.CONSEQUENCE, p.LINKED)
        here, what = (*path, name), operator("add", value, name)
        for other in known:
            if other not in now:
                more = put(procedure, here, (*now, other))
                yield Mutant(what, _place(procedure, here), other, more)


def _names(procedure: p.Procedure, sort: str, value: msgspec.Struct) -> tuple[str, ...]:
    """Every declared name of a sort; states are those of the track of the step."""
    if sort == "state":
        assert isinstance(value, p.Step)
        return tuple(procedure.tracks[value.track].states)
    return {
        "actor": (*procedure.offices, *procedure.parties),
        "recipient": (*procedure.offices, *procedure.parties, *procedure.outside),
        "party": tuple(procedure.parties),
        "purpose": tuple(procedure.purposes),
        "office": tuple(procedure.offices),
        "assigned": tuple(n for n, one in procedure.offices.items() if one.assigned),
        "evidence": get_args(p.Evidence),
        "kind": tuple(procedure.kinds),
        "track": tuple(procedure.tracks),
        "step": tuple(procedure.steps),
    }[sort]


def _negated(procedure: p.Procedure, path: Path, value: msgspec.Struct) -> Iterator[Mutant]:
    """With each guard turned around that can be."""
    tag = type(value).__struct_config__.tag
    if tag is None:
        return
    what, place = f"negate guard.{tag}", _place(procedure, path)
    match value:
        case p.Present(party=party):
            yield Mutant(what, place, party, put(procedure, path, p.Absent(party)))
        case p.Absent(party=party):
            yield Mutant(what, place, party, put(procedure, path, p.Present(party)))
        case p.TrackIn() | p.Recorded() | p.Warranted() | p.Several():
            key = NEGATED[type(value)]
            now = getattr(value, key)
            others = tuple(one for one in _all(procedure, value) if one not in now)
            changed = msgspec.structs.replace(value, **{key: others})
            yield Mutant(what, place, " ".join(now), put(procedure, path, changed))
        case p.Answered(field=field, value=now):
            step = procedure.steps[str(path[1])]
            for other in (*step.asks[field].values, *step.asks[field].among):
                if other != now:
                    yield Mutant(what, place, other, put(procedure, (*path, "value"), other))
        case _:
            pass


def _all(procedure: p.Procedure, guard: msgspec.Struct) -> Iterable[str]:
    """Everything that the guard could have listed."""
    if isinstance(guard, p.TrackIn):
        return procedure.tracks[guard.track].states
    assert isinstance(guard, p.Recorded | p.Warranted | p.Several)
    asked = guard.field if isinstance(guard, p.Recorded) else guard.asked
    field = procedure.steps[guard.step].asks[asked]
    return ("yes", "no") if field.type in ("yesno", "affirm") else (*field.values, *field.among)


def _swapped(procedure: p.Procedure) -> Iterator[Mutant]:
    """With each name that refers to something as the next name of its sort, or as every other."""
    for reference in references(procedure):
        path = _path(reference.path)
        if path[0] in WORDS:
            continue
        *outer, _ = path
        value = _at(procedure, tuple(outer))
        while not isinstance(value, msgspec.Struct):
            outer.pop()
            value = _at(procedure, tuple(outer))
        key = str(path[len(outer)])
        field = "sources" if key == "from" and isinstance(value, p.Step) else key
        what = operator("swap", value, field)
        named = _at(procedure, path)
        if "." in named:
            continue
        known = [
            n
            for n in _sort(procedure, reference.sort, reference.within)
            if n not in _beside(procedure, path)
        ]
        after = [n for n in known if n != reference.name]
        if what.removeprefix("swap ") not in EVERYWHERE:
            number = known.index(reference.name) if reference.name in known else 0
            after = [*known[number + 1 :], *known[:number]][:1]
        for other in after:
            yield Mutant(what, reference.path, other, put(procedure, path, other))


def _beside(procedure: p.Procedure, path: Path) -> tuple[str, ...]:
    """The other entries of the list that the path leads into; a swap doubles none of them."""
    if not isinstance(path[-1], int):
        return ()
    entries = _at(procedure, path[:-1])
    return tuple(one for number, one in enumerate(entries) if number != path[-1])


def _sort(procedure: p.Procedure, sort: str, within: tuple[str, ...]) -> tuple[str, ...]:
    if sort == "state":
        return tuple(procedure.tracks[within[0]].states)
    if sort == "field":
        return tuple(procedure.steps[within[0]].asks)
    if sort == "value":
        field = procedure.steps[within[0]].asks[within[1]]
        yes = ("yes", "no") if field.type in ("yesno", "affirm") else ()
        return (*yes, *field.values, *field.among)
    return _names(procedure, sort, procedure)


def _path(place: str) -> Path:
    """What `at` made, taken apart again, with `from` as the field it is."""
    parts: list[Part] = []
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        parts.append(int(number) if number else name)
    steps = len(parts) > 2 and parts[0] == "steps" and parts[2] == "from"
    return (*parts[:2], "sources", *parts[3:]) if steps else tuple(parts)


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = getattr(value, str(part)) if isinstance(value, msgspec.Struct) else value[part]
    return value

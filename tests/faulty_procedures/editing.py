"""Small edits of the shipped procedures, in words, and the edited text as the product reads it.

An edit is one of four: `set` a value, `remove` something, `add` an entry to a list, `rename` a key.
Its path is written as problems write theirs (`steps.close.who`). An entry of a list is told by its
number or by what stands in it: `who[clock]`, `guards[other_person, organ]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from workflow.declaring.between import between
from workflow.declaring.checks import check
from workflow.declaring.citations import unlisted
from workflow.declaring.problems import Problem
from workflow.declaring.reading import Declared, declared, parsed, read_offices
from workflow.declaring.rules import read_rules
from workflow.declaring.yaml_nodes import nodes, plain
from workflow.engine.procedure import Office

FOLDER = Path(__file__).parent
STATES = FOLDER.parent.parent / "states"
SHIPPED = ("conduct", "dispute", "investigation", "norms")
"""The procedures that come with the program."""


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One edit: exactly one of `set`, `remove`, `add` and `rename` is the path it is done at."""

    set: str | None = None
    remove: str | None = None
    add: str | None = None
    rename: str | None = None
    to: Any = None
    """What the value at `set` becomes, what is added at `add`, what the key at `rename` becomes."""

    @property
    def path(self) -> str:
        """Where the edit is made."""
        (path,) = [one for one in (self.set, self.remove, self.add, self.rename) if one]
        return path


class Wrong(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong procedure: why it is wrong, the edits that make it, and the codes that must be found.

    `at` is where a problem is reported that does not stand in the edited part. `offices` are edits
    of states/offices.yaml. `unread` says that the file is refused before it is checked.
    """

    why: str
    codes: tuple[str, ...]
    edit: tuple[Edit, ...] = ()
    offices: tuple[Edit, ...] = ()
    at: tuple[str, ...] = ()
    unread: bool = False


class NoSuchPlace(Exception):
    """An edit that cannot be made: there is nothing where it is made, or it changes nothing."""


def within(path: str, place: str) -> bool:
    """Whether a path is this place, or leads to something in it."""
    return path == place or path.startswith((f"{place}.", f"{place}["))


def corpus(folder: str) -> Iterator[tuple[str, str, Wrong]]:
    """Each wrong procedure of a folder: the shipped one it is made of, its name, and itself."""
    for file in sorted((FOLDER / folder).glob("*.yaml")):
        for name, wrong in _wrong(file).items():
            yield file.stem, name, wrong


@cache
def _wrong(file: Path) -> Mapping[str, Wrong]:
    return msgspec.convert(_tree(file.read_text(encoding="utf-8")), dict[str, Wrong])


def edited_text(text: str, edits: tuple[Edit, ...]) -> str:
    """The text of a declaration with these edits made. Raises NoSuchPlace.

    The text is written anew, without its comments.
    """
    tree = deepcopy(_tree(text))
    for edit in edits:
        _made(tree, edit)
    return rewritten(tree)


def rewritten(tree: Any) -> str:
    """What was read from a declaration as a text: the same keys in the same order.

    It is JSON, which is YAML too, one key to a line.
    """
    return json.dumps(tree, ensure_ascii=False, indent=1)


def written_at(text: str, path: str) -> str:
    """What stands where a problem at this path points: the key of it, its words, or its bracket.

    Of a path that is not in the text, what it would stand in counts.
    """
    tree, stands = json.loads(text), ""
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        key = name or int(number)
        if key not in (tree if isinstance(tree, dict) else range(len(tree))):
            break
        tree = tree[key]
        if not isinstance(tree, dict | list):
            return json.dumps(tree, ensure_ascii=False)
        stands = json.dumps(name) if name else "{" if isinstance(tree, dict) else "["
    return stands


def edited(procedure: str, wrong: Wrong) -> Declared:
    """The edited procedure as the product reads it. Raises Unreadable, or NoSuchPlace."""
    text = (STATES / f"{procedure}.yaml").read_text(encoding="utf-8")
    data = edited_text(text, wrong.edit).encode()
    return parsed(data, f"{procedure}.yaml", offices(wrong.offices))


def offices(edits: tuple[Edit, ...] = ()) -> Mapping[str, Office]:
    """The offices of the association, with these edits made."""
    if not edits:
        return _offices()
    tree = deepcopy(_tree((STATES / "offices.yaml").read_text(encoding="utf-8")))
    for edit in edits:
        _made(tree, msgspec.structs.replace(edit, **_below("offices", edit)))
    return msgspec.convert(tree["offices"], dict[str, Office])


def _below(key: str, edit: Edit) -> dict[str, str]:
    verbs = ("set", "remove", "add", "rename")
    return {verb: f"{key}.{getattr(edit, verb)}" for verb in verbs if getattr(edit, verb)}


@cache
def _offices() -> Mapping[str, Office]:
    return read_offices(STATES / "offices.yaml")


@cache
def shipped(name: str) -> Declared:
    """A procedure that comes with the program, as it is."""
    return declared(STATES / f"{name}.yaml", _offices())


def problems(procedure: str, found: Declared, known: Mapping[str, Office]) -> tuple[Problem, ...]:
    """All that is wrong with the procedure, also between it and the other shipped ones."""
    others = {name: shipped(name) for name in SHIPPED} | {procedure: found}
    everything = [one.procedure for one in others.values()]
    wrong = check(found.procedure, found.positions, known)
    wrong += tuple(found.positions.locate(one) for one in unlisted(found.procedure, numbers()))
    for one in others.values():
        wrong += between(one.procedure, everything, one.positions)
    return wrong


@cache
def numbers() -> tuple[str, ...]:
    """Every number of a rule or a reading that states/rules.yaml has."""
    rules = read_rules(STATES / "rules.yaml")
    return (*(one.number for one in rules.rules), *(one.number for one in rules.readings))


@cache
def _tree(text: str) -> Any:
    root, refused = nodes(text.encode())
    assert not refused, refused
    return plain(root)


def steps(tree: Any, path: str) -> tuple[Any, ...]:
    """The keys and numbers that the path leads through in this tree. Raises NoSuchPlace."""
    found: list[Any] = []
    for name, entry in re.findall(r"([^.\[\]]+)|\[([^\]]+)\]", path):
        key = name or _number(tree, entry, path)
        found.append(key)
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and isinstance(key, int) and key < len(tree):
            tree = tree[key]
        else:
            raise NoSuchPlace(path)
    return tuple(found)


def _number(entries: Any, told: str, path: str) -> int:
    if not isinstance(entries, list):
        raise NoSuchPlace(path)
    if told.isdigit():
        return int(told)
    words = {word.strip() for word in told.split(",")}
    fitting = [number for number, entry in enumerate(entries) if words <= set(_words(entry))]
    if len(fitting) != 1:
        raise NoSuchPlace(f"{path}: {len(fitting)} entries fit")
    return fitting[0]


def _words(entry: Any) -> Iterator[str]:
    if isinstance(entry, dict):
        for value in entry.values():
            yield from _words(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from _words(value)
    else:
        yield str(entry)


def _made(tree: Any, edit: Edit) -> None:
    """Make the edit in the tree itself."""
    *outer, last = steps(tree, edit.path)
    within = tree
    for key in outer:
        within = within[key]
        if within is None:
            raise NoSuchPlace(edit.path)
    there = last in within if isinstance(within, dict) else last < len(within)
    if edit.set is not None:
        if (not isinstance(within, dict) and not there) or (there and within[last] == edit.to):
            raise NoSuchPlace(edit.path)
        within[last] = edit.to
    elif edit.add is not None:
        entries = within.setdefault(last, [])
        if not isinstance(entries, list) or edit.to in entries:
            raise NoSuchPlace(edit.path)
        entries.append(edit.to)
    elif not there:
        raise NoSuchPlace(edit.path)
    elif edit.remove is not None:
        del within[last]
    else:
        entries = [(edit.to if key == last else key, value) for key, value in within.items()]
        within.clear()
        within.update(entries)


def places(procedure: str, wrong: Wrong) -> tuple[str, ...]:
    """The paths of the edits, in the form of the paths of problems."""
    tree = deepcopy(_tree((STATES / f"{procedure}.yaml").read_text(encoding="utf-8")))
    found = []
    for edit in wrong.edit:
        path = steps(tree, edit.path)
        if edit.remove is not None and isinstance(path[-1], int):
            path = path[:-1]  # what came after it has its number now
        _made(tree, edit)
        parts = (*path[:-1], edit.to) if edit.rename is not None else path
        found.append("".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts)[1:])
    return (*found, *(f"offices.{edit.path}" for edit in wrong.offices))

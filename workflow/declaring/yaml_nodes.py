"""Strict YAML: a file as nodes that know their place, in the part of YAML without surprises.

Of YAML 1.1 and 1.2 is taken what they agree on: mappings, lists and scalars. Refused are anchors,
aliases, merge keys, tags, doubled keys and more than one document. A plain scalar is a boolean only
as `true` or `false`, and an integer only in plain decimal digits: `yes`, `012`, `1:30` and
`2025-05-24` are the text they look like. Nothing is constructed, looked up or imported.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec
import yaml

from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Text

MOST_BYTES = 512 * 1024
"""No file is larger: the longest procedure takes a tenth of it."""
MOST_DEPTH = 16
"""Nothing stands deeper: the format itself needs seven levels."""
_KEPT = 16
"""Of so many files the nodes are kept: of all that one command reads, and reads again."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a node begins: line and column, counted from 1, and the file where that is known."""

    line: int
    column: int
    file: str = ""


class Scalar(msgspec.Struct, frozen=True, gc=False):
    """A scalar as written; `plain` without quotes, which is where it may mean more than text."""

    text: str
    plain: bool
    place: Place

    @property
    def value(self) -> str | int | bool | None:
        """What the scalar means; None for `null`, `~` and for nothing at all."""
        if not self.plain:
            return self.text
        if self.text in ("true", "false"):
            return self.text == "true"
        if self.text in ("", "~", "null"):
            return None
        return int(self.text) if _INTEGER.fullmatch(self.text) else self.text


class Entries(msgspec.Struct, frozen=True):
    """A mapping: its keys with their values, in the order of the file."""

    pairs: tuple[tuple[Scalar, Node], ...]
    place: Place


class Items(msgspec.Struct, frozen=True):
    """A list."""

    nodes: tuple[Node, ...]
    place: Place


class Refused(msgspec.Struct, frozen=True):
    """Something that was refused already: whatever should have stood here is not judged again."""

    place: Place


Node = Scalar | Entries | Items | Refused


class NotYaml(Exception):
    """A file of which no nodes can be made at all, and why."""

    def __init__(self, why: Problem) -> None:
        super().__init__(str(why))
        self.problem = why


class _Mark(Protocol):
    """A position as PyYAML gives it, counted from 0; its C parser has a class of its own for it."""

    line: int
    column: int


class _Loader(yaml.CSafeLoader):
    """The C parser of PyYAML, of which only the events are used: no node, no object is built."""

    def events(self, text: str, file: str) -> Iterator[tuple[yaml.Event, Place]]:
        """The events of the text, in order. Raises NotYaml where it is no YAML."""
        try:
            while (event := self.get_event()) is not None:
                yield event, _place(event.start_mark, file)
        except yaml.MarkedYAMLError as error:
            place = _place(error.problem_mark or error.context_mark, file)
            raise NotYaml(_not_yaml(str(error.problem), place, text)) from error
        except yaml.YAMLError as error:
            raise NotYaml(_not_yaml(str(error), Place(1, 1, file), text)) from error


@dataclass(slots=True)
class _Open:
    """A collection of which the end has not been seen yet."""

    place: Place
    mapping: bool
    tagged: bool
    nodes: list[Node] = field(default_factory=list)


def content(path: Path) -> bytes:
    """The bytes of the file. Raises NotYaml where there is none, or it cannot be this large."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            nl, en = f"{path} is geen bestand.", f"{path} is not a file."
            raise NotYaml(problem("not-a-file", "", nl, en))
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        nl, en = f"{path} bestaat niet.", f"{path} does not exist."
        raise NotYaml(problem("no-such-file", "", nl, en)) from error
    except (OSError, ValueError) as error:
        nl, en = f"{path} kan niet worden gelezen: {error}", f"{path} cannot be read: {error}"
        raise NotYaml(problem("unreadable-file", "", nl, en)) from error


@lru_cache(maxsize=_KEPT)
def nodes(data: bytes, file: str = "") -> tuple[Node, tuple[Problem, ...]]:
    """The one document in `data` as nodes, and everything in it that is refused.

    `file` is what the places of the nodes say they come from. Raises NotYaml where no document can
    be made of it: bad UTF-8, bad syntax, too large or deep.
    """
    text = _text(data)
    problems: list[Problem] = []
    documents: list[Node] = []
    stack: list[_Open] = []
    for event, place in _Loader(text).events(text, file):
        if isinstance(event, yaml.NodeEvent):
            problems += _oddities(event, place)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= MOST_DEPTH:
                raise NotYaml(_too_deep(place))
            mapping = isinstance(event, yaml.MappingStartEvent)
            stack.append(_Open(place, mapping, tagged=event.tag is not None))
            continue
        if isinstance(event, yaml.ScalarEvent):
            written = Scalar(event.value, not event.style, place)
            node: Node = written if event.tag is None else Refused(place)
        elif isinstance(event, yaml.AliasEvent):
            node = Refused(place)
        elif isinstance(event, yaml.CollectionEndEvent):
            node, more = _closed(stack.pop())
            problems += more
        else:
            continue
        (stack[-1].nodes if stack else documents).append(node)
    if not documents or (isinstance(documents[0], Scalar) and documents[0].value is None):
        raise NotYaml(problem("empty-file", "", "Het bestand is leeg.", "The file is empty."))
    if len(documents) > 1:
        nl, en = "Een bestand bevat één document.", "A file holds one document."
        problems.append(placed(problem("several-documents", "", nl, en), documents[1].place))
    return documents[0], tuple(problems)


def plain(node: Node) -> object:
    """The node as dicts, lists and scalars, without the places; None for what was refused."""
    match node:
        case Scalar():
            return node.value
        case Entries(pairs):
            return {key.text: plain(value) for key, value in pairs}
        case Items(members):
            return [plain(member) for member in members]
        case Refused():
            return None


def places(node: Node, path: str) -> Iterator[tuple[str, Place]]:
    """Where everything stands: texts where they begin, collections at the key they belong to."""
    yield path, node.place
    if isinstance(node, Entries):
        for key, value in node.pairs:
            inner = at(path, key.text)
            yield from places(value, inner)
            if not isinstance(value, Scalar):
                yield inner, key.place
    elif isinstance(node, Items):
        for number, member in enumerate(node.nodes):
            yield from places(member, at(path, number))


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        nl = f"Het bestand is groter dan {MOST_BYTES} bytes."
        raise NotYaml(problem("too-large", "", nl, f"The file is over {MOST_BYTES} bytes."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", errors="replace")
        nl, en = "Het bestand is geen UTF-8-tekst.", "The file is not UTF-8 text."
        raise NotYaml(placed(problem("not-utf-8", "", nl, en), _end(before))) from error
    odd = _UNPRINTABLE.search(text.replace("\r\n", "\n"))
    if odd is not None:
        nl = f"Hier staat een onzichtbaar teken (U+{ord(odd[0]):04X})."
        en = f"There is an invisible character here (U+{ord(odd[0]):04X})."
        place = _end(odd.string[: odd.start()])
        raise NotYaml(placed(problem("unprintable", "", nl, en), place))
    return text


def _place(mark: _Mark | None, file: str) -> Place:
    return Place(mark.line + 1, mark.column + 1, file) if mark else Place(1, 1, file)


def _end(text: str) -> Place:
    return Place(text.count("\n") + 1, len(text) - text.rfind("\n"))


def placed(found: Problem, place: Place) -> Problem:
    """The problem at this place."""
    return Problem(
        found.code,
        found.text,
        found.path,
        place.file,
        line=place.line,
        column=place.column,
        suggestion=found.suggestion,
    )


def _not_yaml(why: str, place: Place, text: str) -> Problem:
    """That it is no YAML, with where to look; the parser itself speaks English only."""
    line = [*text.splitlines(), ""][min(place.line - 1, text.count("\n"))]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent + line[place.column - 1 : place.column]:
        look = _TAB
    else:
        look = next((look for said, look in _LOOK.items() if said in why), _LOOK_AROUND)
    nl = f"Dit is geen geldige YAML. {look.nl} (De YAML-lezer zegt: {why}.)"
    en = f"This is not valid YAML. {look.en} (The YAML reader says: {why}.)"
    return placed(problem("not-yaml", "", nl, en), place)


_TAB = Text(nl="Hier staat een tab: gebruik spaties.", en="There is a tab here: use spaces.")
_LOOK_AROUND = Text(
    nl="Kijk hier en vlak hiervoor of iets te ver of niet ver genoeg is ingesprongen, en of er een "
    "aanhalingsteken of haakje ontbreekt.",
    en="Look here and just before for a line that is indented too far or not far enough, and for a "
    "quote or bracket that is missing.",
)
_LOOK = {
    "cannot start any token": Text(
        nl="Een tekst die met %, @ of ` begint, hoort tussen aanhalingstekens.",
        en="A text that begins with %, @ or ` has to stand between quotes.",
    ),
    "mapping values are not allowed": Text(
        nl="Een tekst met een dubbele punt en een spatie erin hoort tussen aanhalingstekens. Kijk "
        "anders of deze regel goed is ingesprongen.",
        en="A text with a colon and a space in it has to stand between quotes. Otherwise see "
        "whether this line is indented as it should be.",
    ),
    "expected ',' or": Text(
        nl="Kijk hier en vlak hiervoor of er een komma, haakje of aanhalingsteken ontbreekt.",
        en="Look here and just before for a comma, bracket or quote that is missing.",
    ),
    "unexpected end of stream": Text(
        nl="Ergens hiervoor begint een aanhalingsteken dat nergens eindigt.",
        en="Somewhere before this a quote begins that never ends.",
    ),
    "escape character": Text(
        nl="Tussen dubbele aanhalingstekens heeft \\ een eigen betekenis: gebruik enkele.",
        en="Between double quotes \\ has a meaning of its own: use single ones.",
    ),
}
"""Where to look, by what the parser says."""


def _too_deep(place: Place) -> Problem:
    nl = f"Dit staat dieper dan {MOST_DEPTH} niveaus."
    en = f"This is nested deeper than {MOST_DEPTH} levels."
    return placed(problem("too-deep", "", nl, en), place)


def _oddities(event: yaml.NodeEvent, place: Place) -> Iterator[Problem]:
    if isinstance(event, yaml.AliasEvent):
        nl = f"Verwijzingen (*{event.anchor}) zijn hier niet toegestaan: schrijf het uit."
        en = f"Aliases (*{event.anchor}) are not accepted here: write it out."
        yield placed(problem("alias", "", nl, en), place)
    elif event.anchor is not None:
        nl = f"Ankers (&{event.anchor}) zijn hier niet toegestaan."
        en = f"Anchors (&{event.anchor}) are not accepted here."
        yield placed(problem("anchor", "", nl, en), place)
    tag = getattr(event, "tag", None)
    if tag is not None:
        nl, en = f"Tags ({tag}) zijn hier niet toegestaan.", f"Tags ({tag}) are not accepted here."
        yield placed(problem("tag", "", nl, en), place)


def _closed(done: _Open) -> tuple[Node, tuple[Problem, ...]]:
    if done.tagged:
        return Refused(done.place), ()
    if not done.mapping:
        return Items(tuple(done.nodes), done.place), ()
    problems = []
    pairs: dict[str, tuple[Scalar, Node]] = {}
    for key, value in zip(done.nodes[::2], done.nodes[1::2], strict=True):
        if not isinstance(key, Scalar):
            nl, en = "Een sleutel moet een naam zijn.", "A key must be a name."
            problems.append(placed(problem("key-not-a-name", "", nl, en), key.place))
        elif key.plain and key.text == "<<":
            nl = "Samenvoegen (<<) is hier niet toegestaan: schrijf het uit."
            en = "Merging (<<) is not accepted here: write it out."
            problems.append(placed(problem("merge-key", "", nl, en), key.place))
        elif key.text in pairs:
            first = pairs[key.text][0].place.line
            nl = f"De sleutel “{key.text}” staat er al, op regel {first}."
            en = f"The key “{key.text}” is there already, on line {first}."
            problems.append(placed(problem("duplicate-key", "", nl, en), key.place))
        else:
            pairs[key.text] = (key, value)
    return Entries(tuple(pairs.values()), done.place), tuple(problems)

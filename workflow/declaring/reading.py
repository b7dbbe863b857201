"""Reading a declaration: from a file to a frozen Procedure, or to everything that is wrong with it.

One walk compares what stands in the file with the types of `engine.procedure`; it knows no key by
name. All mistakes are found at once, each with its line and column. Only a file without any becomes
a Procedure, and nothing that stands in it is ever evaluated or imported. Whether what it says makes
sense is for `declaring.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec.inspect import (
    BoolType,
    DictType,
    IntType,
    LiteralType,
    StrType,
    StructType,
    Type,
    VarTupleType,
)

from workflow.declaring import schema
from workflow.declaring.problems import Positions, Problem, at, closest, in_order, listed, problem
from workflow.declaring.yaml_nodes import (
    Entries,
    Items,
    Node,
    NotYaml,
    Refused,
    Scalar,
    content,
    nodes,
)
from workflow.engine.procedure import CLOCK, CONSEQUENCE, Data, Office, Procedure, Text

_YES = frozenset({"yes", "y", "on", "ja", "waar", "true"})
_NO = frozenset({"no", "n", "off", "nee", "onwaar", "false"})


class Unreadable(Exception):
    """A declaration that cannot be used as it stands; `problems` are all that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(one) for one in self.problems)


class Declared(msgspec.Struct, frozen=True):
    """A procedure as read, and where in the file everything in it stands."""

    procedure: Procedure
    positions: Positions


def read(path: Path, offices: Mapping[str, Office]) -> Procedure:
    """The procedure declared in the file. Raises Unreadable with every problem.

    `offices` are those of states/offices.yaml, which the file names.
    """
    return declared(path, offices).procedure


def declared(path: Path, offices: Mapping[str, Office]) -> Declared:
    """As `read`, with the places of everything, for what is found out about it later."""
    return parsed(_content(path), str(path), offices)


def parsed(data: bytes, file: str, offices: Mapping[str, Office]) -> Declared:
    """As `declared`, of these bytes; `file` is what the problems say they come from."""
    root = _sound(data, file, schema.ProcedureFile)
    plain = _plain(root)
    assert isinstance(plain, dict), "the walk let nothing but a mapping through"
    places = {path: place for path, place in _places(root, "") if path}
    known = {name: offices[name] for name in plain["offices"] if name in offices}
    unknown = [
        problem(
            "unknown-office",
            at("offices", number),
            f"De functie {name} staat niet in offices.yaml; bekend zijn: {listed(offices)}.",
            f"The office {name} is not in offices.yaml; known are: {listed(offices)}.",
            closest(name, offices),
        )
        for number, name in enumerate(plain["offices"])
        if name not in offices
    ]
    for number, name in enumerate(plain["offices"]):
        places[at("offices", name)] = places[at("offices", number)]
    positions = Positions(file, places)
    if unknown:
        raise Unreadable(in_order(positions.locate(one) for one in unknown))
    return Declared(msgspec.convert({**plain, "offices": known}, Procedure), positions)


def read_offices(path: Path) -> dict[str, Office]:
    """The offices declared in the file, by name. Raises Unreadable with every problem."""
    root = _sound(_content(path), str(path), schema.Offices)
    offices = msgspec.convert(_plain(root), schema.Offices).offices
    positions = Positions(str(path), dict(_places(root, "")))
    reserved = [
        problem(
            "reserved-name",
            at("offices", name),
            f"{name} heeft al een betekenis en kan geen functie heten.",
            f"{name} has a meaning already, so no office can be called that.",
        )
        for name in offices
        if name in (CLOCK, CONSEQUENCE)
    ]
    if reserved:
        raise Unreadable(in_order(positions.locate(one) for one in reserved))
    return offices


def find(name_or_path: str, folder: Path) -> Path:
    """The file of the procedure with this id, alias or file name in `folder`, or at this path.

    A path ends in `.yaml` or `.yml` or has a folder in it, and is returned as it is. Raises
    Unreadable where no procedure is called so, with the names there are.
    """
    named: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yaml"), reverse=True):
        for name in reversed((*_called(path), path.stem, path.name)):
            named[name] = path
    if name_or_path in named:
        return named[name_or_path]
    if re.search(r"[/\\]|\.ya?ml$", name_or_path):
        return Path(name_or_path)
    known = sorted({name for path in named.values() for name in _called(path)})
    raise Unreadable(
        (
            Problem(
                "unknown-procedure",
                Text(
                    nl=f"Er is geen procedure {name_or_path}; er zijn: {listed(known)}.",
                    en=f"There is no procedure {name_or_path}; there are: {listed(known)}.",
                ),
                file=str(folder),
                suggestion=closest(name_or_path, known),
            ),
        )
    )


def _called(path: Path) -> tuple[str, ...]:
    """The id and the aliases of the procedure in a file, as far as the file can be read."""
    try:
        plain = _plain(nodes(content(path))[0])
    except NotYaml:
        return ()
    if not isinstance(plain, dict) or "procedure" not in plain:
        return ()
    aliases = plain.get("aliases", ())
    names = (plain["procedure"], *(aliases if isinstance(aliases, list) else ()))
    return tuple(name for name in names if isinstance(name, str))


def _content(path: Path) -> bytes:
    try:
        return content(path)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=str(path)),)) from error


def _sound(data: bytes, file: str, form: type[Data]) -> Node:
    """The nodes of a file in which the walk found nothing wrong."""
    try:
        root, refused = nodes(data)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=file),)) from error
    problems = (*refused, *_compared(root, schema.file_type(form), ""))
    if problems:
        located = (msgspec.structs.replace(one, file=file) for one in problems)
        raise Unreadable(in_order(located))
    return root


def _plain(node: Node) -> object:
    match node:
        case Scalar():
            return node.value
        case Entries(pairs):
            return {key.text: _plain(value) for key, value in pairs}
        case Items(members):
            return [_plain(member) for member in members]
        case Refused():
            return None


def _places(node: Node, path: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where everything stands: texts where they begin, collections at the key they belong to."""
    yield path, (node.place.line, node.place.column)
    if isinstance(node, Entries):
        for key, value in node.pairs:
            inner = at(path, key.text)
            yield from _places(value, inner)
            if not isinstance(value, Scalar):
                yield inner, (key.place.line, key.place.column)
    elif isinstance(node, Items):
        for number, member in enumerate(node.nodes):
            yield from _places(member, at(path, number))


def _compared(node: Node, kind: Type, path: str) -> Iterator[Problem]:
    """Everything in which the node is not of this kind."""
    if isinstance(node, Refused):
        return
    match schema.options(kind):
        case (StructType() as struct,):
            yield from _mapping(node, struct, path)
        case (DictType() as names,):
            yield from _names(node, names, path)
        case (VarTupleType(item_type=item),):
            yield from _list(node, item, path)
        case (LiteralType() as literal,):
            yield from _literal(node, literal, path)
        case (BoolType(),):
            yield from _boolean(node, path)
        case (IntType(),):
            if not isinstance(node, Scalar) or type(node.value) is not int:
                yield _wrong(node, path, "een heel getal", "a whole number")
        case (StrType(),):
            yield from _text(node, path)
        case several:
            yield from _tagged(node, tuple(s for s in several if isinstance(s, StructType)), path)


def _mapping(node: Node, kind: StructType, path: str) -> Iterator[Problem]:
    if not isinstance(node, Entries):
        yield _wrong(node, path, "een blok met sleutels", "a mapping with keys")
        return
    fields = schema.keys(kind)
    given = {key.text for key, _ in node.pairs}
    for key, value in node.pairs:
        if key.text in fields:
            yield from _compared(value, fields[key.text].type, at(path, key.text))
        elif key.text != kind.tag_field:
            known = listed(fields)
            yield _here(
                key,
                "unknown-key",
                at(path, key.text),
                f"De sleutel {key.text} bestaat hier niet; hier kunnen staan: {known}.",
                f"There is no key {key.text} here; the keys are: {known}.",
                closest(key.text, fields.keys() - given),
            )
    for name, field in fields.items():
        if field.required and name not in given:
            nl, en = f"De sleutel {name} ontbreekt.", f"The key {name} is missing."
            yield _here(node, "missing-key", path, nl, en)


def _tagged(node: Node, kinds: tuple[StructType, ...], path: str) -> Iterator[Problem]:
    """One of several mappings, told apart by the value of the key that they share."""
    tag = str(kinds[0].tag_field)
    if not isinstance(node, Entries):
        yield _wrong(node, path, f"een blok met de sleutel {tag}", f"a mapping with the key {tag}")
        return
    by_tag = {str(kind.tag): kind for kind in kinds}
    given = next((value for key, value in node.pairs if key.text == tag), None)
    if given is None:
        nl, en = f"De sleutel {tag} ontbreekt.", f"The key {tag} is missing."
        yield _here(node, "missing-key", path, nl, en)
    elif isinstance(given, Scalar) and given.value in by_tag:
        yield from _mapping(node, by_tag[given.text], path)
    elif not isinstance(given, Refused):
        yield _not_among(given, by_tag, at(path, tag))


def _names(node: Node, kind: DictType, path: str) -> Iterator[Problem]:
    if not isinstance(node, Entries):
        yield _wrong(node, path, "een blok met namen", "a mapping with names")
        return
    pattern = schema.key_pattern(kind)
    for key, value in node.pairs:
        if not re.fullmatch(pattern, key.text):
            yield _misnamed(key, pattern, at(path, key.text))
        yield from _compared(value, kind.value_type, at(path, key.text))


def _list(node: Node, item: Type, path: str) -> Iterator[Problem]:
    if not isinstance(node, Items):
        meant = f"[{node.text}]" if isinstance(node, Scalar) and node.text else None
        yield _wrong(node, path, "een lijst", "a list", meant)
        return
    seen: set[str] = set()
    for number, member in enumerate(node.nodes):
        inner = at(path, number)
        yield from _compared(member, item, inner)
        if isinstance(member, Scalar) and schema.distinct(item):
            if member.text in seen:
                nl, en = f"{member.text} staat er al.", f"{member.text} is there already."
                yield _here(member, "duplicate-item", inner, nl, en)
            seen.add(member.text)


def _text(node: Node, path: str) -> Iterator[Problem]:
    if not isinstance(node, Scalar):
        yield _wrong(node, path, "tekst", "text")
    elif not isinstance(node.value, str):
        meant = f'"{node.text}"' if node.value is not None else None
        yield _wrong(node, path, "tekst", "text", meant)
    elif not node.text.strip():
        yield _here(node, "empty-text", path, "Deze tekst is leeg.", "This text is empty.")
    else:
        pattern = schema.PATTERNS.get(path.partition("[")[0])
        if pattern and not re.fullmatch(pattern, node.text):
            yield _misnamed(node, pattern, path)


def _literal(node: Node, kind: LiteralType, path: str) -> Iterator[Problem]:
    if not isinstance(node, Scalar) or node.value not in kind.values:
        yield _not_among(node, kind.values, path)


def _boolean(node: Node, path: str) -> Iterator[Problem]:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return
    word = node.text.lower() if isinstance(node, Scalar) else ""
    meant = "true" if word in _YES else "false" if word in _NO else None
    yield _wrong(
        node, path, "true of false, zonder aanhalingstekens", "true or false, unquoted", meant
    )


def _here(
    node: Node, code: str, path: str, nl: str, en: str, suggestion: str | None = None
) -> Problem:
    return Problem(
        code,
        Text(nl=nl, en=en),
        path,
        line=node.place.line,
        column=node.place.column,
        suggestion=suggestion,
    )


def _wrong(node: Node, path: str, nl: str, en: str, meant: str | None = None) -> Problem:
    found_nl, found_en = _found(node)
    return _here(
        node,
        "wrong-type",
        path,
        f"Hier hoort {nl}, maar er staat {found_nl}.",
        f"This should be {en}, and it is {found_en}.",
        meant,
    )


def _found(node: Node) -> tuple[str, str]:
    match node:
        case Scalar() if node.value is None:
            return "niets", "nothing"
        case Scalar():
            shown = node.text if len(node.text) <= 40 else f"{node.text[:40]}…"
            return f"“{shown}”", f"“{shown}”"
        case Items():
            return "een lijst", "a list"
        case _:
            return "een blok met sleutels", "a mapping"


def _not_among(node: Node, known: Mapping[str, object] | tuple[object, ...], path: str) -> Problem:
    names = [str(name) for name in known]
    found_nl, found_en = _found(node)
    return _here(
        node,
        "not-among",
        path,
        f"Hier staat {found_nl}; het kan alleen zijn: {listed(names)}.",
        f"This is {found_en}; it can only be: {listed(names)}.",
        closest(node.text, names) if isinstance(node, Scalar) else None,
    )


def _misnamed(node: Scalar, pattern: str, path: str) -> Problem:
    if pattern == schema.LETTER:
        nl, en = "Een bron heet naar één hoofdletter", "A source is called by one capital letter"
        meant = node.text[:1].upper()
    else:
        nl = "Een naam begint met een kleine letter en heeft alleen kleine letters, cijfers en _"
        en = "A name begins with a small letter and has only small letters, digits and _"
        meant = re.sub(r"[^a-z0-9]+", "_", node.text.lower()).strip("_")
    return _here(
        node,
        "bad-name",
        path,
        f"{nl}; dit is {_found(node)[0]}.",
        f"{en}; this is {_found(node)[1]}.",
        meant if re.fullmatch(pattern, meant) else None,
    )

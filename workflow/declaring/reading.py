"""Reading a declaration: from a file to a frozen Procedure, or to everything that is wrong with it.

One walk compares what stands in the file with the types of `engine.procedure`; it knows no key by
name. All mistakes are found at once, each with its line and column. Only a file without any becomes
a Procedure, and nothing that stands in it is ever evaluated or imported. Whether what it says makes
sense is for `declaring.checks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.inspect import (
    AnyType,
    BoolType,
    DictType,
    IntType,
    LiteralType,
    StrType,
    StructType,
    Type,
    VarTupleType,
)

from workflow.declaring import policies, schema
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
    placed,
    places,
    plain,
)
from workflow.engine.procedure import NOBODY, Office, Procedure, Text

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
    """A procedure as read, where everything in it stands, and the policy that it was read under."""

    procedure: Procedure
    positions: Positions
    policy: schema.Policy | None = None


def read(path: Path, offices: Mapping[str, Office], bases: tuple[Path, ...] = ()) -> Procedure:
    """The procedure declared in the file. Raises Unreadable with every problem.

    `offices` are those of states/offices.yaml, which the file names. Where the file is a policy,
    the procedure it is based on is looked for around it and then in the folders `bases`.
    """
    return declared(path, offices, bases).procedure


def declared(path: Path, offices: Mapping[str, Office], bases: tuple[Path, ...] = ()) -> Declared:
    """As `read`, with the places of everything, for what is found out about it later."""
    return parsed(_content(path), str(path), offices, bases)


def parsed(
    data: bytes, file: str, offices: Mapping[str, Office], bases: tuple[Path, ...] = ()
) -> Declared:
    """As `declared`, of these bytes; `file` is what the problems say they come from."""
    root, problems = _tree(data, file)
    if policies.is_policy(root):
        return _under_policy(root, problems, file, offices, (*policies.around(Path(file)), *bases))
    _refuse((*problems, *_compared(root, schema.file_type(schema.ProcedureFile), "")))
    return _resolved(root, file, offices, {})


def _resolved(
    root: Node, file: str, offices: Mapping[str, Office], changed: Mapping[str, Node]
) -> Declared:
    """The procedure of nodes in which nothing is wrong, with the offices that it names.

    `changed` are the nodes of those offices that a policy declares anew, which are all named.
    """
    found = _plain(root)
    named = tuple(dict.fromkeys((*found["offices"], *changed)))
    where = {path: place for path, place in places(root, "") if path}
    unknown = [
        problem(
            "unknown-office",
            at("offices", number),
            f"De functie ‘{name}’ staat niet in offices.yaml; bekend zijn: {listed(offices)}.",
            f"The office ‘{name}’ is not in offices.yaml; known are: {listed(offices)}.",
            closest(name, offices),
        )
        for number, name in enumerate(named)
        if name not in offices
    ]
    for number, name in enumerate(found["offices"]):
        where[at("offices", name)] = where[at("offices", number)]
    for name, node in changed.items():
        where |= places(node, at("offices", name))
    positions = policies.spread(file, where)
    if unknown:
        raise Unreadable(in_order(positions.locate(one) for one in unknown))
    known = {name: offices[name] for name in named}
    return Declared(msgspec.convert({**found, "offices": known}, Procedure), positions)


def _under_policy(
    root: Node,
    refused: tuple[Problem, ...],
    file: str,
    offices: Mapping[str, Office],
    folders: tuple[Path, ...],
) -> Declared:
    """The procedure that a policy makes of the one it is based on, read as if it stood in a file.

    Whatever is wrong with either file, and with the two together, is said at once.
    """
    own = (*refused, *_compared(root, schema.file_type(schema.Policy), ""))
    own = (*own, *policies.no_changes(root))
    named = policies.entry(root, "based_on")
    if not isinstance(named, Scalar) or not isinstance(named.value, str):
        raise Unreadable(in_order(own))
    found_in = [_procedures(folder) for folder in folders]
    bases = next((each[named.text] for each in found_in if named.text in each), ())
    if not bases:
        known = {name: None for each in reversed(found_in) for name in each}
        raise Unreadable(in_order((*own, policies.unknown_base(root, known))))
    if len(bases) > 1:
        raise Unreadable(in_order((*own, policies.two_bases(root, bases))))
    [base_file] = bases
    base, unsound = _tree(_content(base_file), str(base_file))
    form = schema.file_type(schema.ProcedureFile)
    unsound = (*unsound, *_compared(base, form, ""))
    merged, wrong = policies.procedure_under(base, root)
    whole, before = dict(places(merged, "")), dict(places(base, ""))
    together = policies.completed(_compared(merged, form, ""), before, whole)
    changed, of_offices = _changed_offices(root, offices)
    _refuse(dict.fromkeys((*own, *unsound, *wrong, *together, *of_offices)))

    plainly = _resolved(base, str(base_file), offices, {}).procedure
    declared = {
        **offices,
        **{name: msgspec.convert(_plain(node), Office) for name, node in changed.items()},
    }
    found = _resolved(merged, file, declared, changed)
    version = found.procedure.version
    if found.procedure == msgspec.structs.replace(plainly, version=version):
        changes = policies.entry(root, "changes") or policies.entry(root, "office_changes") or root
        _refuse((policies.idle("", changes.place),))
    policy = msgspec.convert(_plain(root), schema.Policy)
    return Declared(found.procedure, found.positions, policy)


def _changed_offices(
    policy: Node, offices: Mapping[str, Office]
) -> tuple[dict[str, Node], tuple[Problem, ...]]:
    """The offices that a policy declares anew, each laid over the one it is called after."""
    given = policies.entry(policy, "office_changes")
    changed: dict[str, Node] = {}
    problems: list[Problem] = []
    known = ("office_changes", *(at("office_changes", name) for name in offices))
    for key, value in given.pairs if isinstance(given, Entries) else ():
        path = at("office_changes", key.text)
        before = policies.as_nodes(offices[key.text], key.place) if key.text in offices else None
        node, wrong = policies.laid_over(before, value, path)
        changed[key.text] = node
        departs = _compared(node, schema.file_type(Office), path)
        where = {**dict(places(node, path)), path: key.place}
        problems += (*wrong, *policies.completed(departs, known, where))
        problems += (placed(one, key.place) for one in _reserved([key.text], "office_changes"))
    return changed, tuple(problems)


def read_offices(path: Path) -> dict[str, Office]:
    """The offices declared in the file, by name. Raises Unreadable with every problem."""
    root, problems = _tree(_content(path), str(path))
    _refuse((*problems, *_compared(root, schema.file_type(schema.Offices), "")))
    offices = msgspec.convert(_plain(root), schema.Offices).offices
    positions = policies.spread(str(path), dict(places(root, "")))
    _refuse(positions.locate(one) for one in _reserved(offices, "offices"))
    return offices


def _reserved(offices: Iterable[str], path: str) -> Iterator[Problem]:
    for name in offices:
        if name in NOBODY:
            yield problem(
                "reserved-name",
                at(path, name),
                f"‘{name}’ heeft al een betekenis en kan geen functie heten.",
                f"‘{name}’ has a meaning already, so no office can be called that.",
            )


def find(name_or_path: str, folder: Path) -> Path:
    """The file of the procedure with this id, alias or file name in `folder`, or at this path.

    The policies in the folder `policies` there are found likewise, after the procedures. A path
    ends in `.yaml` or `.yml` or has a folder in it, and is returned as it is; a file that is there
    goes before what is called like it. Raises Unreadable where no procedure is called so, with the
    names there are.
    """
    as_path = re.search(r"[/\\]|\.ya?ml$", name_or_path) is not None
    if as_path and Path(name_or_path).is_file():
        return Path(name_or_path)
    called = [(path, _called(path)) for path in sorted(folder.glob("*.yaml"))]
    called += [(path, _called(path)) for path in sorted((folder / policies.FOLDER).glob("*.yaml"))]
    named: dict[str, Path] = {}
    for path, names in reversed(called):
        named |= dict.fromkeys((*names, path.stem, path.name), path)
    if name_or_path in named:
        return named[name_or_path]
    if as_path:
        return Path(name_or_path)
    known = sorted({name for _, names in called for name in names})
    raise Unreadable(
        (
            Problem(
                "unknown-procedure",
                Text(
                    nl=f"Er is geen procedure ‘{name_or_path}’; er zijn: {listed(known)}.",
                    en=f"There is no procedure ‘{name_or_path}’; there are: {listed(known)}.",
                ),
                file=str(folder),
                suggestion=closest(name_or_path, known),
            ),
        )
    )


def _procedures(folder: Path) -> dict[str, tuple[Path, ...]]:
    """The procedures declared in a folder, by what each is called, with the files it is in."""
    found: dict[str, tuple[Path, ...]] = {}
    for path in sorted(folder.glob("*.yaml")):
        for name in _called(path, ("procedure",))[:1]:
            found[name] = (*found.get(name, ()), path)
    return found


def _called(path: Path, keys: tuple[str, ...] = ("procedure", "policy")) -> tuple[str, ...]:
    """The id and the aliases of what is declared in a file, as far as the file can be read."""
    try:
        found = plain(nodes(content(path), str(path))[0])
    except NotYaml:
        return ()
    if not isinstance(found, dict) or not any(key in found for key in keys):
        return ()
    aliases = found.get("aliases", ())
    ids = (found[key] for key in keys if key in found)
    names = (*ids, *(aliases if isinstance(aliases, list) else ()))
    return tuple(name for name in names if isinstance(name, str))


def _content(path: Path) -> bytes:
    try:
        return content(path)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=str(path)),)) from error


def _tree(data: bytes, file: str) -> tuple[Node, tuple[Problem, ...]]:
    """The nodes of a file, and everything in it that is refused."""
    try:
        return nodes(data, file)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=file),)) from error


def _refuse(problems: Iterable[Problem]) -> None:
    """Go no further where there are problems."""
    if found := in_order(problems):
        raise Unreadable(found)


def _plain(root: Node) -> dict[str, Any]:
    found = plain(root)
    assert isinstance(found, dict), "the walk let nothing but a mapping through"
    return found


def _compared(node: Node, kind: Type, path: str) -> Iterator[Problem]:
    """Everything in which the node is not of this kind."""
    if isinstance(node, Refused):
        return
    match schema.options(kind):
        case (AnyType(),):
            return
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
                f"De sleutel “{key.text}” bestaat hier niet; hier kunnen staan: {known}.",
                f"There is no key “{key.text}” here; the keys are: {known}.",
                closest(key.text, fields.keys() - given),
            )
    for name, field in fields.items():
        if field.required and name not in given:
            nl, en = f"De sleutel “{name}” ontbreekt.", f"The key “{name}” is missing."
            yield _here(node, "missing-key", path, nl, en)


def _tagged(node: Node, kinds: tuple[StructType, ...], path: str) -> Iterator[Problem]:
    """One of several mappings, told apart by the value of the key that they share."""
    tag = str(kinds[0].tag_field)
    if not isinstance(node, Entries):
        yield _wrong(
            node, path, f"een blok met de sleutel “{tag}”", f"a mapping with the key “{tag}”"
        )
        return
    by_tag = {str(kind.tag): kind for kind in kinds}
    given = next((value for key, value in node.pairs if key.text == tag), None)
    if given is None:
        nl, en = f"De sleutel “{tag}” ontbreekt.", f"The key “{tag}” is missing."
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
                nl, en = f"“{member.text}” staat er al.", f"“{member.text}” is there already."
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
        node.place.file,
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
    elif pattern == schema.READING:
        nl, en = "Een open vraag is een Q met een nummer", "An open question is a Q with a number"
        meant = node.text.upper()
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

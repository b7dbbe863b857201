"""The format of the files in `states/`, derived from the classes of `engine.procedure`.

The reader, the published JSON Schemas (draft 2020-12) and the reference table in docs/declaring.md
are all made from what is derived here, and so they cannot say different things.
"""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from msgspec.inspect import (
    AnyType,
    BoolType,
    DictType,
    Field,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from workflow.engine.procedure import Data, Office, Procedure, Source, Text

NAME = "^[a-z][a-z0-9_]*$"
"""What everything that is named in a declaration is called: states, steps, parties, fields."""
LETTER = "^[A-Z]$"
"""How a source is called: rule B18 is rule 18 of source B."""
ALIAS = "^[a-z][a-z0-9_-]*$"
"""What a procedure may be called for short at the command line."""
FILLED = r"\S"
"""Texts are not empty."""
READING = "^Q[1-9][0-9]{0,2}$"
"""How an open question is called of which a policy takes a reading."""
PATTERNS = {"procedure": NAME, "aliases": ALIAS, "policy": NAME, "based_on": NAME}
"""The pattern of the texts at the top of a procedure or policy that are names."""
FIXED = ("procedure", "version", "invariants")
"""What a policy cannot change: the name stays, the version says which policy it is, and what the
association promises of every case it promises in each branch."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _file_format() -> type[Data]:
    """`Procedure` as it stands in a file, where `offices` are names from states/offices.yaml."""
    hints = typing.get_type_hints(Procedure)
    fields: list[Any] = []
    for field in msgspec.structs.fields(Procedure):
        kind = tuple[str, ...] if field.name == "offices" else hints[field.name]
        if field.required:
            fields.append((field.name, kind))
        else:
            given = {"default": field.default, "default_factory": field.default_factory}
            left_out = {key: one for key, one in given.items() if one is not msgspec.NODEFAULT}
            fields.append((field.name, kind, msgspec.field(**left_out)))
    made = msgspec.defstruct("Procedure", fields, bases=(Data,), module=__name__)
    made.__doc__ = Procedure.__doc__
    return typing.cast("type[Data]", made)


class Offices(Data, frozen=True):
    """The file states/offices.yaml: the offices that procedures name."""

    offices: dict[str, Office]


ProcedureFile = _file_format()


class Reading(Text, frozen=True):
    """How a policy reads an open question, in words."""


class Policy(Data, frozen=True):
    """What one branch decides differently: a file in states/policies, laid over a procedure.

    `changes` has the form of the procedure `based_on`, of which it holds only what is different;
    `office_changes` does the same for the offices. Mappings are merged, lists and scalars take the
    place of what stood there, and `null` takes it away.
    """

    policy: str
    based_on: str
    version: str
    labels: Text
    readings: dict[str, Reading] = msgspec.field(default_factory=dict)
    changes: dict[str, Any] = msgspec.field(default_factory=dict)
    office_changes: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


@cache
def file_type(file: type[Data]) -> StructType:
    """What a file in the format `file` holds, as msgspec describes types."""
    return typing.cast("StructType", type_info(file))


def key_pattern(kind: DictType) -> str:
    """The pattern that the keys of a mapping match: a name, but for sources and readings."""
    special: dict[type, str] = {Source: LETTER, Reading: READING}
    value = kind.value_type
    return special.get(value.cls, NAME) if isinstance(value, StructType) else NAME


def options(kind: Type) -> tuple[Type, ...]:
    """What a value may be, with `null` left out: a key without a value is left out of the file."""
    if not isinstance(kind, UnionType):
        return (kind,)
    return tuple(option for option in kind.types if not isinstance(option, NoneType))


def distinct(item: Type) -> bool:
    """Whether a list of these may hold each only once: names and the like may."""
    return isinstance(item, StrType | LiteralType)


def keys(kind: StructType) -> dict[str, Field]:
    """The fields of a mapping by the key they are written with; its tag, if any, not included."""
    return {field.encode_name: field for field in kind.fields}


def mappings() -> dict[str, StructType]:
    """Every kind of mapping in the two formats by name, the outermost first."""
    found: dict[str, StructType] = {}
    for file in (ProcedureFile, Offices):
        for kind in _structs(file_type(file)):
            found.setdefault(kind.cls.__name__, kind)
    return found


def key_sets() -> dict[str, frozenset[str]]:
    """The keys that each kind of mapping accepts, its tag included."""
    return {
        name: frozenset(keys(kind)) | ({kind.tag_field} if kind.tag_field else set())
        for name, kind in mappings().items()
    }


def _structs(kind: Type, *, lists: bool = True) -> Iterator[StructType]:
    """The mappings within a type, depth first, so that a table reads like a file.

    Without `lists` those within lists are left out.
    """
    if isinstance(kind, StructType):
        yield kind
        for field in kind.fields:
            yield from _structs(field.type, lists=lists)
    elif isinstance(kind, DictType):
        yield from _structs(kind.value_type, lists=lists)
    elif isinstance(kind, VarTupleType) and lists:
        yield from _structs(kind.item_type)
    elif isinstance(kind, UnionType):
        for option in kind.types:
            yield from _structs(option, lists=lists)


def schema() -> dict[str, Any]:
    """The JSON Schema of a procedure file; that of the offices file is its `#/$defs/Offices`."""
    described = {name: _mapping(kind) for name, kind in mappings().items()}
    root = described.pop("Procedure")
    root["properties"]["procedure"]["pattern"] = PATTERNS["procedure"]
    root["properties"]["aliases"]["items"]["pattern"] = PATTERNS["aliases"]
    return {"$schema": DIALECT, **root, "$defs": described}


def schema_text() -> str:
    """The JSON Schema as states/procedure.schema.json holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def policy_schema() -> dict[str, Any]:
    """The JSON Schema of a policy file, in which every mapping it changes may be given in part."""
    root = _mapping(file_type(Policy))
    described = {name: _mapping(kind) for name, kind in mappings().items()}
    described["Reading"] = _mapping(file_type(Reading))
    parts = {
        f"{kind.cls.__name__}Changes": _part(kind)
        for file in (ProcedureFile, Offices)
        for kind in _structs(file_type(file), lists=False)
    }
    changed, offices = parts.pop("ProcedureChanges"), parts.pop("OfficesChanges")
    for key in FIXED:
        del changed["properties"][key]
    for key in ("policy", "based_on"):
        root["properties"][key]["pattern"] = PATTERNS[key]
    laid = {"changes": changed, "office_changes": offices["properties"]["offices"]["anyOf"][0]}
    for key, made in laid.items():
        root["properties"][key] = {**made, "minProperties": 1}
    root["anyOf"] = [{"required": [key]} for key in ("changes", "office_changes")]
    kept = {name: made for name, made in described.items() if name not in ("Procedure", "Offices")}
    return {"$schema": DIALECT, **root, "$defs": {**kept, **parts}}


def policy_schema_text() -> str:
    """The JSON Schema as states/policy.schema.json holds it."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"


def _part(kind: StructType) -> dict[str, Any]:
    """Any part of a mapping: no key is required, and `null` takes away what stood there."""
    properties = {key: _changed(field.type) for key, field in keys(kind).items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _changed(kind: Type) -> dict[str, Any]:
    """What may be laid over a value: a part of a mapping, a whole of anything else, or nothing."""
    match options(kind):
        case (StructType() as struct,):
            described: dict[str, Any] = {"$ref": f"#/$defs/{struct.cls.__name__}Changes"}
        case (DictType() as names,):
            described = {
                "type": "object",
                "propertyNames": {"pattern": key_pattern(names)},
                "additionalProperties": _changed(names.value_type),
            }
        case _:
            described = _described(kind)
    return {"anyOf": [described, {"type": "null"}]}


def _mapping(kind: StructType) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    if kind.tag_field:
        properties[kind.tag_field] = {"const": kind.tag}
    for key, field in keys(kind).items():
        properties[key] = _described(field.type)
        if (default := _default(field)) is not None:
            properties[key]["default"] = default
    required = [key for key, field in keys(kind).items() if field.required]
    return {
        "title": kind.cls.__name__,
        "description": inspect.getdoc(kind.cls),
        "type": "object",
        "properties": properties,
        "required": ([kind.tag_field] if kind.tag_field else []) + required,
        "additionalProperties": False,
    }


def _described(kind: Type) -> dict[str, Any]:
    match options(kind):
        case (StructType() as struct,):
            return {"$ref": f"#/$defs/{struct.cls.__name__}"}
        case (DictType() as names,):
            return {
                "type": "object",
                "propertyNames": {"pattern": key_pattern(names)},
                "additionalProperties": _described(names.value_type),
            }
        case (VarTupleType(item_type=item),):
            unique = {"uniqueItems": True} if distinct(item) else {}
            return {"type": "array", "items": _described(item), **unique}
        case (LiteralType(values=values),):
            return {"enum": list(values)}
        case (BoolType(),):
            return {"type": "boolean"}
        case (IntType(),):
            return {"type": "integer"}
        case (StrType(),):
            return {"type": "string", "pattern": FILLED}
        case (AnyType(),):
            return {}
        case several:
            return {"anyOf": [_described(option) for option in several]}


def keys_table() -> str:
    """The reference of docs/declaring.md: for each kind of mapping its keys, in Markdown."""
    return "\n\n".join(_section(name, kind) for name, kind in mappings().items())


def _section(name: str, kind: StructType) -> str:
    rows = ["| key | value | |", "| --- | --- | --- |"]
    if kind.tag_field:
        rows.append(f"| `{kind.tag_field}` | `{kind.tag}` | required |")
    for key, field in keys(kind).items():
        rows.append(f"| `{key}` | {_in_words(field.type)} | {_needed(field)} |")
    return "\n".join([f"### {name}", "", inspect.getdoc(kind.cls) or "", "", *rows])


def _needed(field: Field) -> str:
    if field.required:
        return "required"
    default = _default(field)
    if default is None:
        return ""
    shown = ", ".join(default) if isinstance(default, list) else str(default)
    return f"`{shown.lower()}` if left out"


def _default(field: Field) -> object:
    """What a key means where it is left out; None where it then simply is not there."""
    if field.default is msgspec.NODEFAULT or field.default in (None, ()):
        return None
    return list(field.default) if isinstance(field.default, tuple) else field.default


def _in_words(kind: Type) -> str:
    match options(kind):
        case (StructType() as struct,):
            return _linked(struct)
        case (DictType() as names,):
            key = "letter" if key_pattern(names) == LETTER else "name"
            return f"for each {key}: {_in_words(names.value_type)}"
        case (VarTupleType(item_type=item),):
            return f"list of {_in_words(item)}"
        case (LiteralType(values=values),):
            return " or ".join(f"`{value}`" for value in values)
        case (BoolType(),):
            return "`true` or `false`"
        case (IntType(),):
            return "whole number"
        case (StrType(),):
            return "text"
        case several:
            return " or ".join(_in_words(option) for option in several)


def _linked(kind: StructType) -> str:
    name = kind.cls.__name__
    return f"[{name}](#{name.lower()})"

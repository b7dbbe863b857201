"""The numbers that steps and deadlines cite: what each says, and everything that carries it.

`states/rules.yaml` gives the numbered sentences of the two sources (A and B), the readings chosen
where these leave something open (Q) and the invariants. `table` puts beside each number the steps,
states and guards of the procedures that cite it, the invariants that rest on it and their tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from workflow.declaring.problems import Positions, Problem, at, in_order, problem
from workflow.declaring.reading import Unreadable
from workflow.declaring.yaml_nodes import Node, NotYaml, content, nodes, places, plain
from workflow.engine.procedure import Data, Procedure, Step, Text

FILE = "rules.yaml"
"""The name of the file, in the folder `states`."""

_NUMBERS = {"rules": "[AB][1-9][0-9]?", "readings": "Q[1-9][0-9]?"}
_TEST = re.compile(r"tests/[\w/]+\.py(::\w+)+")
_PLACE = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>.*)`", re.DOTALL)


class Rule(Data, frozen=True):
    """A sentence of a source. `note` says why no step, deadline or invariant cites it."""

    number: str
    says: Text
    note: Text | None = None


class Reading(Data, frozen=True):
    """A question that the sources leave open, and how it is read; `note` as with a Rule."""

    number: str
    question: Text
    chosen: Text
    note: Text | None = None


class Invariant(Data, frozen=True):
    """What holds whatever happens, and the rules it comes from.

    `safety`: something never happens. `liveness`: something happens in the end. `checked_by` lists
    tests by their ids, but for those called `test_invariant_NN_...`, which are found by name.
    `elsewhere` says why no test of this program can check it, and where it is looked after.
    """

    number: int
    says: Text
    kind: Literal["safety", "liveness"]
    cites: tuple[str, ...]
    checked_by: tuple[str, ...] = ()
    elsewhere: Text | None = None


class Rules(Data, frozen=True):
    """The file states/rules.yaml."""

    rules: tuple[Rule, ...]
    readings: tuple[Reading, ...]
    invariants: tuple[Invariant, ...]


class Citation(msgspec.Struct, frozen=True):
    """Where a procedure cites a rule.

    `part` is `step`, `deadline`, `state`, `promise` (an invariant of the procedure itself), or the
    section of the procedure it stands in. `name` is that of the step or promise, `track.state` for
    a deadline or state. `guards` are those of the step.
    """

    procedure: str
    part: str
    name: str
    label: Text | None
    guards: tuple[str, ...] = ()


class Row(msgspec.Struct, frozen=True):
    """A number of the sources or the readings (which have a `question`), and what carries it."""

    number: str
    question: Text | None
    says: Text
    note: Text | None
    cited_by: tuple[Citation, ...]
    invariants: tuple[int, ...]
    tests: tuple[str, ...]

    @property
    def carried(self) -> bool:
        """Whether a step, a deadline or an invariant cites it."""
        return bool(self.cited_by or self.invariants)


class Promise(msgspec.Struct, frozen=True):
    """An invariant with all its tests, those found by their names first."""

    number: int
    says: Text
    kind: str
    cites: tuple[str, ...]
    tests: tuple[str, ...]
    elsewhere: Text | None


class Table(msgspec.Struct, frozen=True):
    """Everything about every number. `uncarried` are those that nothing cites."""

    rules: tuple[Row, ...]
    invariants: tuple[Promise, ...]
    uncarried: tuple[str, ...]

    def only(self, numbers: Iterable[str]) -> Table:
        """The part of the table about these numbers; an invariant's is only digits."""
        kept = set(numbers)
        return Table(
            tuple(row for row in self.rules if row.number in kept),
            tuple(one for one in self.invariants if str(one.number) in kept),
            tuple(number for number in self.uncarried if number in kept),
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number there is, those of the invariants last."""
        return (
            *(row.number for row in self.rules),
            *(str(one.number) for one in self.invariants),
        )


def read_rules(path: Path) -> Rules:
    """The rules in the file. Raises Unreadable with what is wrong with it."""
    try:
        data = content(path)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=str(path)),)) from error
    return parsed_rules(data, str(path))


def parsed_rules(data: bytes, file: str) -> Rules:
    """As `read_rules`, of these bytes; `file` is what the problems say they come from.

    What does not have the form of the file is said first; once it has, everything else at once.
    """
    try:
        root, refused = nodes(data)
    except NotYaml as error:
        raise Unreadable((msgspec.structs.replace(error.problem, file=file),)) from error
    if refused:
        raise Unreadable(in_order(msgspec.structs.replace(one, file=file) for one in refused))
    positions = _positions(root, file)
    try:
        rules = msgspec.convert(plain(root), Rules)
    except msgspec.ValidationError as error:
        raise Unreadable((positions.locate(_misshapen(str(error))),)) from error
    problems = in_order(positions.locate(one) for one in _problems(rules))
    if problems:
        raise Unreadable(problems)
    return rules


def table(
    rules: Rules, procedures: Iterable[Procedure], found: Mapping[int, tuple[str, ...]]
) -> Table:
    """Every number with what carries it in these procedures, in the order of the file.

    `found` gives for each invariant the ids of the tests that are named after it; it is empty
    outside a checkout, where only the tests listed in the file are known.
    """
    citing: dict[str, list[Citation]] = {}
    for procedure in procedures:
        for number, citation in citations(procedure):
            citing.setdefault(number, []).append(citation)
    promises = tuple(
        Promise(
            one.number,
            one.says,
            one.kind,
            one.cites,
            tuple(dict.fromkeys((*found.get(one.number, ()), *one.checked_by))),
            one.elsewhere,
        )
        for one in rules.invariants
    )

    def row(one: Rule | Reading) -> Row:
        resting = [promise for promise in promises if one.number in promise.cites]
        return Row(
            one.number,
            one.question if isinstance(one, Reading) else None,
            one.chosen if isinstance(one, Reading) else one.says,
            one.note,
            tuple(sorted(citing.get(one.number, ()), key=lambda citation: citation.part != "step")),
            tuple(promise.number for promise in resting),
            tuple(dict.fromkeys(test for promise in resting for test in promise.tests)),
        )

    rows = (*map(row, rules.rules), *map(row, rules.readings))
    return Table(rows, promises, tuple(one.number for one in rows if not one.carried))


def citations(procedure: Procedure) -> Iterator[tuple[str, Citation]]:
    """Every number that the procedure cites, with where; a number twice in one place is one."""
    yield from dict.fromkeys(_cited(procedure.procedure, procedure, (), None, ()))


# --- inside --------------------------------------------------------------------------------------


def _cited(
    procedure: str,
    value: object,
    path: tuple[str, ...],
    label: Text | None,
    guards: tuple[str, ...],
) -> Iterator[tuple[str, Citation]]:
    # It knows no class by name but Step, so that whatever comes to have `cites` is found too.
    if isinstance(value, msgspec.Struct):
        if isinstance(value, Step):
            tags = (str(guard.__struct_config__.tag) for guard in value.guards)
            guards = tuple(dict.fromkeys(tags))
        label = getattr(value, "labels", None) or label
        for number in getattr(value, "cites", ()):
            yield number, _citation(procedure, path, label, guards)
        for name, written in zip(
            value.__struct_fields__, value.__struct_encode_fields__, strict=True
        ):
            inner = (*path, written)
            yield from _cited(procedure, getattr(value, name), inner, label, guards)
    elif isinstance(value, Mapping):
        for name, inside in value.items():
            yield from _cited(procedure, inside, (*path, str(name)), label, guards)


def _citation(
    procedure: str, path: tuple[str, ...], label: Text | None, guards: tuple[str, ...]
) -> Citation:
    match path:
        case ("steps", name, *_):
            return Citation(procedure, "step", name, label, guards)
        case ("tracks", track, "states", state, *rest):
            part = "deadline" if "deadline" in rest else "state"
            return Citation(procedure, part, f"{track}.{state}", label)
        case ("invariants", name):
            return Citation(procedure, "promise", name, label)
    return Citation(procedure, path[0] if path else "procedure", ".".join(path[1:]), label)


def _positions(root: Node, file: str) -> Positions:
    found = {path: (place.line, place.column) for path, place in places(root, "") if path}
    return Positions(file, found)


def _misshapen(said: str) -> Problem:
    told = _PLACE.fullmatch(said)
    path, what = (told["path"], told["what"]) if told else ("", said)
    nl, en = f"Dit heeft niet de juiste vorm: {what}.", f"This has not the right form: {what}."
    return problem("wrong-form", path, nl, en)


def _problems(rules: Rules) -> Iterator[Problem]:
    known = {one.number for one in rules.rules} | {one.number for one in rules.readings}
    seen: set[str] = set()
    for section in ("rules", "readings", "invariants"):
        for place, one in enumerate(getattr(rules, section)):
            path = at(section, place, "number")
            number = str(one.number)
            if not re.fullmatch(_NUMBERS.get(section, "[1-9][0-9]?"), number):
                nl = f"{number} is geen nummer voor onder {section}."
                yield problem("bad-number", path, nl, f"{number} is no number for {section}.")
            if number in seen:
                nl, en = f"{number} staat er al.", f"{number} is there already."
                yield problem("duplicate-number", path, nl, en)
            seen.add(number)
    for place, one in enumerate(rules.invariants):
        yield from _resting(one, known, at("invariants", place))


def _resting(one: Invariant, known: set[str], path: str) -> Iterator[Problem]:
    if not one.cites:
        nl, en = f"Invariant {one.number} rust op geen regel.", f"{one.number} rests on no rule."
        yield problem("missing-citation", at(path, "cites"), nl, en)
    for place, number in enumerate(one.cites):
        if number not in known:
            nl, en = f"Er is geen regel {number}.", f"There is no rule {number}."
            yield problem("unknown-rule", at(path, "cites", place), nl, en)
    for place, test in enumerate(one.checked_by):
        if not _TEST.fullmatch(test):
            nl = f"{test} is geen test; zo heet er een: tests/unit/test_x.py::test_y."
            en = f"{test} is no test; one is called so: tests/unit/test_x.py::test_y."
            yield problem("bad-test", at(path, "checked_by", place), nl, en)

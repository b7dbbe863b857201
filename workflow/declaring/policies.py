"""What one branch decides differently, as data: a policy, laid over the procedure it is based on.

A policy file holds only what differs. It is laid over the nodes of the procedure's file before
anything is read from them, so that what comes out is read and checked as any procedure, and each
node still knows the file, line and column where it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from workflow.declaring.problems import Positions, Problem, at, closest, listed, problem
from workflow.declaring.schema import FIXED
from workflow.declaring.yaml_nodes import (
    Entries,
    Items,
    Node,
    Place,
    Scalar,
    placed,
    plain,
)
from workflow.engine.procedure import Office

FOLDER = "policies"
"""The folder, beside the procedures, in which policies are looked for by name."""
REMOVED = "null"
"""Written out, this takes away what the procedure has there; a key left empty is a mistake."""


class SpreadPositions(Positions, frozen=True):
    """Where everything stood that comes from two files: `files` says of each path from which."""

    files: Mapping[str, str] = {}

    def locate(self, problem: Problem) -> Problem:
        """The problem with the file, line and column of its path."""
        path = problem.path
        while path and path not in self.files:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        line, column = self.of(path)
        file = self.files.get(path, self.file)
        return msgspec.structs.replace(problem, file=file, line=line, column=column)


def spread(file: str, found: Mapping[str, Place]) -> SpreadPositions:
    """The positions of these paths; what is on none of them counts as in `file`."""
    return SpreadPositions(
        file,
        {path: (place.line, place.column) for path, place in found.items()},
        {path: place.file or file for path, place in found.items()},
    )


def is_policy(root: Node) -> bool:
    """Whether a file is a policy: its top mapping says which."""
    return entry(root, "policy") is not None


def around(path: Path) -> tuple[Path, ...]:
    """The folders in which a file at `path` looks for what it rests on: procedures and offices.

    Its own folder; and the one above it for what stands in a folder `policies`.
    """
    beside = path.parent
    if path.absolute().parent.name != FOLDER:
        return (beside,)
    return beside, beside.parent if beside.name else Path("..")


def entry(node: Node, key: str) -> Node | None:
    """What a mapping has under this key; None where it has nothing, or is no mapping."""
    pairs = node.pairs if isinstance(node, Entries) else ()
    return next((value for name, value in pairs if name.text == key), None)


def laid_over(base: Node | None, changes: Node, path: str = "") -> tuple[Node, tuple[Problem, ...]]:
    """The base (None: nothing yet) with the changes laid over it, and which of them are idle.

    Mappings are merged key by key, in the order of the base and then of the changes; lists and
    scalars take the place of what stood there; `null` takes it away. A mapping that both have is
    placed where the changes name it: what is wrong with it as a whole came with them.
    """
    if not isinstance(changes, Entries) or not isinstance(base, Entries | None):
        same = base is not None and plain(base) == plain(changes)
        return changes, (idle(path, changes.place),) if same else ()
    if base is not None and not changes.pairs:
        return base, (idle(path, changes.place),)
    merged = {key.text: (key, value) for key, value in base.pairs} if base is not None else {}
    known, problems = tuple(merged), list[Problem]()
    for key, value in changes.pairs:
        inner = at(path, key.text)
        if isinstance(value, Scalar) and value.plain and value.text == REMOVED:
            if merged.pop(key.text, None) is None:
                problems.append(_removes_nothing(key, inner, known))
            continue
        _, before = merged.get(key.text, (key, None))
        laid, more = laid_over(before, value, inner)
        merged[key.text] = key, laid
        problems += more
    return Entries(tuple(merged.values()), changes.place), tuple(problems)


def procedure_under(base: Node, policy: Node) -> tuple[Node, tuple[Problem, ...]]:
    """The procedure as the policy has it, under its own version (`1+waterstad.2`), and problems."""
    changes = entry(policy, "changes")
    if not isinstance(changes, Entries):
        return _versioned(base, policy), ()
    fixed = tuple(_fixed(key) for key, _ in changes.pairs if key.text in FIXED)
    free = tuple((key, value) for key, value in changes.pairs if key.text not in FIXED)
    if fixed and not free:
        return base, fixed
    merged, problems = laid_over(base, Entries(free, changes.place))
    return _versioned(merged, policy), (*fixed, *problems)


def idle(path: str, place: Place) -> Problem:
    """A change after which everything is as it was."""
    nl, en = "Dit was al zo: er verandert niets.", "This was so already: nothing changes."
    return placed(problem("changes-nothing", path, nl, en), place)


def no_changes(policy: Node) -> Iterator[Problem]:
    """A policy says what it changes."""
    if entry(policy, "changes") is None and entry(policy, "office_changes") is None:
        nl = "Dit beleid verandert niets: geef changes of office_changes."
        en = "This policy changes nothing: give changes or office_changes."
        yield placed(problem("no-changes", "", nl, en), policy.place)


def unknown_base(policy: Node, known: Iterable[str]) -> Problem:
    """The procedure that the policy is based on is in none of the folders around it."""
    node = entry(policy, "based_on")
    assert node is not None, "a policy is based on something"
    name, known = str(plain(node)), list(known)
    return placed(
        problem(
            "unknown-base",
            "based_on",
            f"Er is geen procedure {name} waarop dit beleid kan rusten; er zijn: {listed(known)}.",
            f"There is no procedure {name} to base this policy on; there are: {listed(known)}.",
            closest(name, known),
        ),
        node.place,
    )


def two_bases(policy: Node, files: Iterable[Path]) -> Problem:
    """Several files in one folder declare the procedure that the policy is based on."""
    node = entry(policy, "based_on")
    assert node is not None, "a policy is based on something"
    name, names = str(plain(node)), listed(str(file) for file in files)
    return placed(
        problem(
            "two-bases",
            "based_on",
            f"{name} staat in meer dan één bestand: {names}. Zeg op welke tekst dit beleid rust: "
            "laat er één staan, en zet de rest in een andere map.",
            f"{name} is declared in more than one file: {names}. Say on which text this policy "
            "rests: leave one there, and put the others in another folder.",
        ),
        node.place,
    )


def completed(
    problems: Iterable[Problem], base: Iterable[str], merged: Mapping[str, Place]
) -> Iterator[Problem]:
    """The problems, with those of what the base does not have gathered into one each.

    `base` are the paths in the base, and `merged` says where everything stands that was laid over
    it. A slip of the pen in the name of a state reads as a new state in which much is missing:
    then it helps to hear which states there are.
    """
    base = set(base)
    incomplete: dict[str, None] = {}
    for one in problems:
        above, _, name = one.path.rpartition(".")
        new = one.path not in base and above in base and not name.endswith("]")
        if one.code != "missing-key" or not new:
            yield one
        elif one.path not in incomplete:
            incomplete[one.path] = None
            beside = [path.rpartition(".") for path in base]
            known = [last for before, _, last in beside if before == above and "[" not in last]
            yield placed(
                problem(
                    "not-in-base",
                    one.path,
                    f"{name} is er niet om te veranderen, en voor iets nieuws is dit niet genoeg; "
                    f"er zijn: {listed(known)}.",
                    f"There is no {name} to change, and for something new this is not enough; "
                    f"there are: {listed(known)}.",
                    closest(name, known),
                ),
                merged[one.path],
            )


def as_nodes(office: Office, place: Place) -> Node:
    """An office as it would stand in a file, all of it at `place`."""
    return _noded(msgspec.to_builtins(office), place)


def _noded(value: object, place: Place) -> Node:
    if isinstance(value, dict):
        pairs = ((Scalar(key, plain=True, place=place), each) for key, each in value.items())
        return Entries(tuple((key, _noded(each, place)) for key, each in pairs), place)
    if isinstance(value, list | tuple):
        return Items(tuple(_noded(each, place) for each in value), place)
    if isinstance(value, bool):
        return Scalar(str(value).lower(), plain=True, place=place)
    return Scalar(str(value), plain=isinstance(value, int), place=place)


def _removes_nothing(key: Scalar, path: str, known: tuple[str, ...]) -> Problem:
    return placed(
        problem(
            "removes-nothing",
            path,
            f"Er is hier geen {key.text} om weg te halen; er zijn: {listed(known)}.",
            f"There is no {key.text} here to remove; there are: {listed(known)}.",
            closest(key.text, known),
        ),
        key.place,
    )


def _fixed(key: Scalar) -> Problem:
    nl = f"{key.text} ligt vast: de naam blijft, en de versie volgt uit die van het beleid."
    en = f"{key.text} is fixed: the name stays, and the version follows from the policy's."
    if key.text == "invariants":
        nl = "Wat de vereniging van elke zaak belooft, geldt in elke afdeling: dit ligt vast."
        en = "What the association promises of every case holds in each branch: this is fixed."
    return placed(problem("fixed-key", key.text, nl, en), key.place)


def _versioned(root: Node, policy: Node) -> Node:
    name, own = entry(policy, "policy"), entry(policy, "version")
    if not (isinstance(root, Entries) and isinstance(name, Scalar) and isinstance(own, Scalar)):
        return root
    suffix = f"+{name.text}.{own.text}"
    pairs = (
        (key, Scalar(value.text + suffix, plain=False, place=own.place))
        if key.text == "version" and isinstance(value, Scalar) and isinstance(value.value, str)
        else (key, value)
        for key, value in root.pairs
    )
    return Entries(tuple(pairs), root.place)

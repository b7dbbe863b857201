"""Why the checks may accept a procedure that is one edit away from a shipped one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal, NamedTuple
from zlib import crc32

import msgspec

from tests.faulty_procedures.editing import FOLDER, SHIPPED, offices, shipped
from tests.properties.mutating import Mutant, mutants
from workflow.declaring.between import between
from workflow.declaring.changes import Change
from workflow.declaring.checks import check
from workflow.declaring.comparing import compared
from workflow.declaring.yaml_nodes import nodes, plain
from workflow.engine.procedure import Guard, Procedure, Step, Text


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why mutants that fit may be accepted; `needs` says what can tell that they are wrong."""

    why: str
    needs: Literal["rules"] | None = None
    of: tuple[str, ...] = ("*",)
    at: tuple[str, ...] = ("*",)
    where: tuple[str, ...] = msgspec.field(default=("*",), name="with")

    def fits(self, procedure: str, mutant: Mutant) -> bool:
        """Whether the mutant, of the procedure called so, is one of those this is said of."""
        place = mutant.place.replace("[", ".").replace("]", "")
        return _any(procedure, self.of) and _any(place, self.at) and _any(mutant.detail, self.where)


class Judged(NamedTuple):
    """A mutant of a shipped procedure and the codes that the checks find in it."""

    procedure: str
    mutant: Mutant
    codes: tuple[str, ...]


def _any(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


@cache
def reasons() -> Mapping[str, tuple[Reason, ...]]:
    """For each operator the reasons, of which the first that fits is the one."""
    root, refused = nodes((FOLDER / "accepted.yaml").read_bytes())
    assert not refused, refused
    return msgspec.convert(plain(root), dict[str, tuple[Reason, ...]])


def reason(procedure: str, mutant: Mutant) -> Reason | None:
    """Why the mutant may be accepted; None where nothing says so."""
    fitting = (one for one in reasons().get(mutant.operator, ()) if one.fits(procedure, mutant))
    return next(fitting, None)


def changes(procedure: str, mutant: Mutant) -> tuple[Change, ...]:
    """What `zaak procedure diff` says of the mutant of a shipped procedure, guards by sort."""

    def said(_: Procedure, guard: Guard, __: Step | None) -> Text:
        name = str(guard.__struct_config__.tag)
        return Text(name, name)

    return compared(shipped(procedure).procedure, mutant.procedure, said)


def tried(procedure: str, share: int = 1) -> Iterator[Mutant]:
    """The mutants of a shipped procedure; of each `share` of them about one.

    Which ones these are depends on their names only.
    """
    for mutant in mutants(shipped(procedure).procedure):
        if crc32(f"{procedure} {mutant.name}".encode()) % share == 0:
            yield mutant


def judged(procedure: str, share: int = 1) -> Iterator[Judged]:
    """The mutants that are tried, with what is found in them, also between the shipped ones."""
    others = [shipped(name).procedure for name in SHIPPED if name != procedure]
    for mutant in tried(procedure, share):
        found = check(mutant.procedure, None, offices())
        together = () if found else (mutant.procedure, *others)
        for one in together:
            found += between(one, together)
        yield Judged(procedure, mutant, tuple(problem.code for problem in found))

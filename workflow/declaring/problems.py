"""What is wrong with a declaration: where it stands, in words for people, in both languages.

Reading and checking both speak in problems, so that the author of a procedure meets one kind of
message, whatever the mistake was.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import msgspec

from workflow.engine.procedure import Text

NEAR = 0.8
"""So much alike is a slip of the pen: half of a name may be the same and mean another thing."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One mistake in a declaration.

    `code` is stable and for programs, `text` for people. `path` leads to the place within the
    declaration (`steps.advise.from[0]`); `line` and `column` count from 1 and are 1 where the file
    as a whole is meant or none was read. `suggestion` is what was probably meant.
    """

    code: str
    text: Text
    path: str = ""
    file: str = ""
    line: int = 1
    column: int = 1
    suggestion: str | None = None

    def __str__(self) -> str:
        meant = f" ({self.suggestion}?)" if self.suggestion else ""
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.text.en}{meant}"


class Positions(msgspec.Struct, frozen=True):
    """Where everything stood in the file: the line and column, from 1, of each path."""

    file: str
    places: Mapping[str, tuple[int, int]]

    def of(self, path: str) -> tuple[int, int]:
        """The place of `path`; of what it would stand in where it is not in the file."""
        while path and path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, (1, 1))

    def locate(self, problem: Problem) -> Problem:
        """The problem with the file, line and column of its path."""
        line, column = self.of(problem.path)
        return msgspec.structs.replace(problem, file=self.file, line=line, column=column)


def at(*parts: str | int) -> str:
    """The path through these keys and, where a part is a number, list entries counted from 0."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def problem(code: str, path: str, nl: str, en: str, suggestion: str | None = None) -> Problem:
    """A problem that has no place in a file yet."""
    return Problem(code, Text(nl=nl, en=en), path, suggestion=suggestion)


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely a slip of the pen for; None where none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=NEAR)), None)


def listed(names: Iterable[str]) -> str:
    """The names in order, separated by commas."""
    return ", ".join(sorted(names)) or "–"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order in which one reads the file."""
    return tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column, p.path, p.code)))

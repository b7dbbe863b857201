"""Which tests check an invariant, by their names alone: the files are parsed and never imported."""

from __future__ import annotations

import ast
import re
from pathlib import Path

_NAMED = re.compile(r"test_invariant_0*([1-9][0-9]*)")


def named_tests(tests: Path) -> dict[int, tuple[str, ...]]:
    """The tests named after an invariant, `test_invariant_NN_...`, by its number; ids as pytest's.

    `tests` is the folder of a checkout; where there is none, no test is known. Nothing is imported.
    """
    found: dict[int, list[str]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "test_invariant_" not in text:
            continue
        for name in runnable_names(text):
            if number := _NAMED.match(name.rpartition("::")[2]):
                place = f"{path.relative_to(tests.parent).as_posix()}::{name}"
                found.setdefault(int(number[1]), []).append(place)
    return {number: tuple(ids) for number, ids in found.items()}


def runnable_names(source: str) -> tuple[str, ...]:
    """Every name in a test file that pytest may run, in order: `test_x`, `TestY`, `TestY::test_z`.

    Names assigned at the top are among them: that is how a state machine becomes a test.
    """
    names: list[str] = []

    def gather(body: list[ast.stmt], within: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names.append(within + node.name)
            if isinstance(node, ast.ClassDef):
                gather(node.body, f"{within}{node.name}::")
            if isinstance(node, ast.Assign) and not within:
                names.extend(name.id for name in node.targets if isinstance(name, ast.Name))

    gather(ast.parse(source).body, "")
    return tuple(names)

"""Measures everything, prints a table and writes bench/results.json: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import advance, checking, length, page, signatures, startup
from bench.measure import Result, Unmeasurable, say
from bench.peers import against

BENCH = Path(__file__).resolve().parent
RESULTS = BENCH / "results.json"

PARTS: dict[str, tuple[Callable[[Path, int], list[Result]], int, int]] = {
    "advance": (advance.measure, 120, 30),
    "peers": (against.measure, 60, 12),
    "length": (length.measure, 60, 15),
    "page": (page.measure, 40, 10),
    "signatures": (signatures.measure, 40, 10),
    "checking": (checking.measure, 3, 1),
    "startup": (startup.measure, 25, 15),
}
"""By name: what measures it, and in how many rounds, at leisure and in a hurry."""


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; 1 where a goal is missed or something could not be measured."""
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; without any: all")
    asked = parser.parse_args(arguments)
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    results, missing = measured(asked.parts or list(PARTS), quick=asked.quick)
    sys.stdout.write(table(results))
    for reason in missing:
        sys.stdout.write(f"not measured: {reason}\n")
    write(results, keep=bool(asked.parts))
    return int(bool(missing) or not all(result.reached for result in results))


def measured(parts: Sequence[str], *, quick: bool) -> tuple[list[Result], list[str]]:
    """The results of these parts, and why others are lacking."""
    results, missing = [], []
    for name in parts:
        measure, leisurely, hurried = PARTS[name]
        # Beside the results and not in /tmp, which may be in memory: a commit there costs nothing.
        with tempfile.TemporaryDirectory(prefix=".scratch-", dir=BENCH) as folder:
            (Path(folder) / ".gitignore").write_text("*\n")
            try:
                results += measure(Path(folder), hurried if quick else leisurely)
            except Unmeasurable as error:
                missing.append(f"{name}: {error}")
                say(f"{name}: {error}")
    return results, missing


def table(results: Sequence[Result]) -> str:
    """The results as a table, below a line about the machine."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{os.cpu_count()} processors, {platform.system()} on {platform.machine()}"
    lines = [
        f"{system}, {python}, SQLite {sqlite3.sqlite_version}",
        "",
        f"{'':<28}{'ratio':>7}{'least':>8}{'most':>8}{'goal':>7}",
    ]
    for r in results:
        verdict = "" if r.reached else "  MISSED"
        lines.append(
            f"{r.name:<28}{r.ratio:>7.2f}{r.least:>8.2f}{r.most:>8.2f}{r.goal:>7.2f}{verdict}"
        )
        lines.append(f"  {r.unit}")
    return "\n".join(lines) + "\n"


def write(results: Sequence[Result], *, keep: bool) -> None:
    """Write RESULTS; with `keep`, what was not measured now stays as it was."""
    before = json.loads(RESULTS.read_text()) if keep and RESULTS.is_file() else {}
    now = {
        r.name: {
            "ratio": round(r.ratio, 3),
            "goal": r.goal,
            "unit": r.unit,
            "least": round(r.least, 3),
            "most": round(r.most, 3),
        }
        for r in results
    }
    RESULTS.write_text(json.dumps(before | now, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

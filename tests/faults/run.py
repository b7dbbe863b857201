"""Break the program on purpose, one named fault at a time, and see that the tests notice.

    python tests/faults/run.py [WORD ...]

Each fault of `named_faults` and `seeded_leaks` is planted in a copy of the tree, and the tests it
names are run there with the quick profile. A fault that no test notices, or whose place in the code
is not found, makes the exit code 1. With words, only the faults whose name has one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.faults.named_faults import FAULTS, Fault  # noqa: E402 -- only now is the tree importable
from tests.faults.seeded_leaks import LEAKS  # noqa: E402

WORKERS = 2
"""Faults tried side by side, each in a copy of its own."""
PATIENCE = 600
"""Seconds after which a run is given up; a run that never ends is a fault noticed by nobody."""
FAILED = 1
"""The exit code of pytest when tests ran and some failed; any other says that they did not run."""


@contextmanager
def planted(fault: Fault, tree: Path) -> Iterator[None]:
    """The fault in the tree, and out of it again. Raises LookupError where its text is not once."""
    file = tree / fault.file
    sound = file.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        raise LookupError(f"its text stands {sound.count(fault.old)} times in {fault.file}")
    file.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(sound, encoding="utf-8")


def verdict(fault: Fault, tree: Path) -> str:
    """`noticed`, or what went otherwise."""
    try:
        with planted(fault, tree):
            done = subprocess.run(
                [
                    *(sys.executable, "-B", "-m", "pytest", "-q", "-x", "--no-header"),
                    *("-p", "no:cacheprovider", "-p", "tests.faults.first_failure", *fault.tests),
                ],
                cwd=tree,
                env={**os.environ, "HYPOTHESIS_PROFILE": "quick", "PYTHONPATH": str(tree)},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
    except LookupError as error:
        return str(error)
    except subprocess.TimeoutExpired:
        return f"still running after {PATIENCE} seconds"
    if done.returncode == FAILED:
        return "noticed"
    said = [line for line in done.stdout.splitlines() if line.strip()]
    last = said[-1] if said else done.stderr.strip()[-200:]
    return f"NOT NOTICED: {last}" if done.returncode == 0 else f"did not run: {last}"


@contextmanager
def copies(count: int) -> Iterator[SimpleQueue[Path]]:
    """So many copies of what the tests need of the tree."""
    with tempfile.TemporaryDirectory(prefix="zaakgang-") as folder:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            tree = Path(folder) / str(number)
            for name in ("workflow", "states", "templates", "tests"):
                shutil.copytree(
                    ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            for name in ("pyproject.toml", "README.md", "cli.py"):
                if (ROOT / name).exists():
                    shutil.copy(ROOT / name, tree / name)
            free.put(tree)
        yield free


def main(words: list[str]) -> int:
    """Try the faults and print the table; the exit code."""
    chosen = [
        fault
        for fault in (*FAULTS, *LEAKS)
        if not words or any(word in fault.name for word in words)
    ]
    wide = max((len(fault.name) for fault in chosen), default=0)
    survived = 0
    with copies(WORKERS) as free, ThreadPoolExecutor(WORKERS) as pool:

        def judged(fault: Fault) -> tuple[str, float]:
            tree, began = free.get(), time.monotonic()
            try:
                return verdict(fault, tree), time.monotonic() - began
            finally:
                free.put(tree)

        for fault, (said, seconds) in zip(chosen, pool.map(judged, chosen), strict=True):
            survived += said != "noticed"
            print(f"  {fault.name:{wide}}  {fault.breaks:24} {seconds:5.1f} s  {said}", flush=True)
    print(f"\n{len(chosen) - survived} of {len(chosen)} faults noticed")
    return 1 if survived or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How long the whole command takes, from starting Python to the answer."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench.advance import ANSWERS, OFFICE, STEP, STREAM, WHO, ready
from bench.measure import Batch, Result, Unmeasurable, compared, interleaved
from workflow.crypto.keys import save

ZAAK = str(Path(sys.executable).with_name("zaak"))
HELP = (ZAAK, "--help")
ADVANCE = (
    ZAAK,
    "advance",
    STREAM,
    STEP,
    *(word for name in ANSWERS for word in ("--set", f"{name}=yes")),
    "--as",
    OFFICE,
)


def command(*words: str, environment: dict[str, str]) -> Batch:
    """Batches of runs of a command. Raises Unmeasurable when a run fails."""

    def batch(steps: int) -> float:
        seconds = 0.0
        for _ in range(steps):
            begun = perf_counter()
            run = subprocess.run(words, env=environment, capture_output=True, check=False)
            seconds += perf_counter() - begun
            if run.returncode != 0:
                shown = shlex.join((Path(words[0]).name, *words[1:]))
                said = run.stderr.decode(errors="replace").strip()
                raise Unmeasurable(f"{shown} ended with {run.returncode}: {said}")
        return seconds

    return batch


def measure(folder: Path, rounds: int) -> list[Result]:
    """Help against importing click, and an advance against importing SQLAlchemy."""
    if not Path(ZAAK).is_file():
        raise Unmeasurable("zaak is not installed beside this Python")
    association = ready(folder)
    association.close()
    key = folder / "key"
    save(association.keys[WHO], key, None)
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ZAAK_", "PYTHON"))
    }
    # Both sides load bytecode, as they do where they are installed, wherever this machine keeps it.
    plain["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    told = {**plain, "ZAAK_STORE": str(association.path), "ZAAK_KEY": str(key)}
    results = []
    for name, words, module, goal in (
        ("help_vs_click", HELP, "click", 1.4),
        ("zaak_advance_vs_sqlalchemy", ADVANCE, "sqlalchemy", 1.35),
    ):
        imported = f'python -c "import {module}"'
        contenders = {
            "zaak": command(*words, environment=told),
            imported: command(sys.executable, "-c", f"import {module}", environment=plain),
        }
        what = "zaak " + words[1].lstrip("-")
        times = interleaved(contenders, steps=1, rounds=rounds, what=what, warm=1)
        results.append(compared(name, times["zaak"], times[imported], goal, imported))
    return results

"""Our engine against other engines, each doing one logged state change of one stored case."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

from bench.advance import advance, ready, timed
from bench.measure import WARM, Result, Unmeasurable, compared, interleaved
from bench.peers.environment import BENCH, made

PEERS = {
    "django_fsm": ("django_fsm_case", "django-fsm-2 with django-fsm-log"),
    "spiffworkflow": ("spiff_case", "SpiffWorkflow with its JSON serialisation"),
    "eventsourcing": ("eventsourcing_case", "eventsourcing with its SQLite recorder"),
    "dbos": ("dbos_case", "DBOS"),
}
"""By name: the module beside this one, and what it is."""

GOAL = 1.0


class Worker:
    """A peer in a process of its own, told how many steps to take and timing them itself."""

    def __init__(self, python: Path, module: str, database: Path) -> None:
        self._module = module
        self._process = subprocess.Popen(
            (str(python), "-m", f"bench.peers.{module}", str(database)),
            cwd=BENCH.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def batch(self, steps: int) -> float:
        """Seconds for so many steps. Raises Unmeasurable when the peer did not take them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(f"{steps}\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise Unmeasurable(f"{self._module} has stopped") from error
        line = self._process.stdout.readline()
        if not line:
            raise Unmeasurable(f"{self._module} has stopped")
        answer = json.loads(line)
        if "wrong" in answer:
            raise Unmeasurable(f"{self._module} left {answer['wrong']}")
        return float(answer["seconds"])

    def close(self) -> None:
        """Let the process end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def measure(folder: Path, rounds: int) -> list[Result]:
    """The engine against every peer, all interleaved in one run."""
    python = made()
    association = ready(folder)
    with ExitStack() as stack:
        stack.enter_context(closing(association))
        contenders = {"engine": timed(lambda: advance(association))}
        for module, label in PEERS.values():
            worker = Worker(python, module, folder / f"{module}.db")
            contenders[label] = stack.enter_context(closing(worker)).batch
        times = interleaved(contenders, steps=20, rounds=rounds, what="peers", warm=WARM)
    return [
        compared(f"advance_vs_{name}", times["engine"], times[label], GOAL, label)
        for name, (_, label) in PEERS.items()
    ]

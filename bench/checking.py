"""How long exploring all that can happen takes, against asking the engine for each of those moves.

Each shipped procedure is explored in its small association. On the other side stand as many of the
engine's decisions as there are moves in what was explored, each at what one of them takes here.
"""

from __future__ import annotations

import gc
import resource
import statistics
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

from bench.measure import Result, Unmeasurable, compared, say
from workflow.declaring.reading import parsed, read_offices
from workflow.engine.deciding import decide
from workflow.engine.kernel import compile_procedure
from workflow.engine.procedure import canonical, digest
from workflow.exploring.decisions import Decisions
from workflow.exploring.exploring import Explored, explore
from workflow.exploring.people import seats
from workflow.exploring.world import World

NAMES = ("dispute", "conduct", "investigation")
STATES = Path(__file__).resolve().parent.parent / "states"
GOAL = 1.0
MOST = 200_000
AGAINST = "the engine's decisions alone, one for each move found"


def explored(name: str) -> tuple[Explored, float, float]:
    """What can happen under a procedure, with the seconds it took and those one decision took."""
    offices = read_offices(STATES / "offices.yaml")
    procedure = parsed((STATES / f"{name}.yaml").read_bytes(), name, offices).procedure
    rules = compile_procedure(procedure, digest(canonical(procedure)))
    decided: list[float] = []

    def timed(*given: Any, **named: Any) -> Any:
        begun = perf_counter()
        try:
            return decide(*given, **named)
        finally:
            decided.append(perf_counter() - begun)

    gc.collect()
    with patch("workflow.exploring.decisions.decide", timed):
        begun = perf_counter()
        found = explore(Decisions(World(rules, seats(procedure)), MOST))
        took = perf_counter() - begun
    if not found.exhaustive:
        raise Unmeasurable(f"{name} was not explored to the end")
    return found, took, statistics.fmean(decided)


def measure(_: Path, rounds: int) -> list[Result]:
    """Exploring against deciding, all procedures together."""
    ours, theirs = [0.0] * rounds, [0.0] * rounds
    for name in NAMES:
        runs = [explored(name) for _round in range(rounds)]
        found, fastest, _one = min(runs, key=lambda run: run[1])
        say(
            f"checking: {name}, {found.states:,} situations and {found.edges:,} moves, "
            f"{found.edges / fastest:,.0f} moves in a second, here and now"
        )
        for number, (each, took, one) in enumerate(runs):
            ours[number] += took
            theirs[number] += one * each.edges
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"checking: at most {most:,} MiB in use")
    return [compared("exploring_vs_deciding", ours, theirs, GOAL, AGAINST)]

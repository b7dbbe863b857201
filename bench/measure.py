"""Measuring fairly on a machine that does other things too.

Contenders take turns in short rounds, so that a busy moment falls on all of them, and what counts
is how their times of the same round compare: never seconds, which differ from machine to machine.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Batch = Callable[[int], float]
"""Takes so many steps and returns how many seconds they took, preparations left out."""

WARM = 300
"""Steps after which a store is as it will be: SQLite has moved its write-ahead log to the file
once and writes over it from then on, which costs less than a log that grows."""


class Unmeasurable(Exception):
    """What was to be measured could not be run; says why."""


@dataclass(frozen=True)
class Result:
    """A measured ratio: its median over the rounds, and the least and the most of any round.

    `goal` is the most the median may be; `unit` says what is divided by what.
    """

    name: str
    ratio: float
    least: float
    most: float
    goal: float
    unit: str

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.ratio <= self.goal


def interleaved(
    contenders: Mapping[str, Batch], steps: int, rounds: int, what: str, warm: int
) -> dict[str, list[float]]:
    """Seconds per step of each contender in each round, after `warm` steps that do not count.

    Each round begins with another contender, so that no one always follows the same neighbour.
    """
    names = list(contenders)
    times: dict[str, list[float]] = {name: [] for name in names}
    for name in names:
        progress(f"{what}: warming {name}")
        contenders[name](warm)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(contenders[name](steps) / steps)
        progress(f"{what}: round {number + 1} of {rounds}")
    progress()
    for name in names:
        say(f"{what}: {name} {statistics.median(times[name]) * 1e6:,.0f} µs, here and now")
    return times


def compared(
    name: str, ours: Sequence[float], theirs: Sequence[float], goal: float, against: str
) -> Result:
    """How the times `ours` compare with `theirs`, round by round; smaller is better."""
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    unit = f"times {against} (median of {len(ratios)} interleaved rounds; smaller is better)"
    return Result(name, statistics.median(ratios), min(ratios), max(ratios), goal, unit)


def say(text: str) -> None:
    """Tell on standard error how far it is."""
    sys.stderr.write(text + "\n")


def progress(text: str = "") -> None:
    """Show `text` in the place of what was shown before, where somebody is watching."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()

"""What a step costs when a case already has a long history: as much as when it has none.

Three stores hold a case with 11, 1,000 and 10,000 events. On each the member decides anew and
chooses support again, three events for two steps.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from time import perf_counter

from bench.association import Association
from bench.measure import Result, compared, interleaved, progress, say

LENGTHS = (11, 1_000, 10_000)
GOAL = 1.2
LOG_IS_FULL = 700
"""Events after which SQLite has moved its write-ahead log to the file once, at 1,000 pages."""

_STEPS = ("choose_support", "decide_anew")


class Case:
    """A case of a certain length in a store of its own, on which steps are taken in pairs."""

    def __init__(self, folder: Path, length: int) -> None:
        self.length = length
        self.association = Association(folder / f"{length}.db")
        self._streams = (f"z-{number}" for number in count(1))
        # A log that grows costs more than one that is written over, so each has had its full size.
        self._stream = self._fresh()
        self._go_on(LOG_IS_FULL)
        if length > LENGTHS[0]:
            self._stream = self._fresh()
            self._go_on(length)

    def close(self) -> None:
        """Close the store."""
        self.association.close()

    def batch(self, steps: int) -> float:
        """Seconds for so many steps.

        Each time a case is opened first, in every store, so that caches and log are left alike;
        where the history is to be short, the steps are taken on that one.
        """
        fresh = self._fresh()
        if self.length == LENGTHS[0]:
            self._stream = fresh
        begun = perf_counter()
        for _ in range(steps // len(_STEPS)):
            self._pair()
        return perf_counter() - begun

    def _fresh(self) -> str:
        stream = next(self._streams)
        self.association.report(stream)
        return stream

    def _go_on(self, length: int) -> None:
        while (reached := self._pair()) < length:
            progress(f"length: {reached:,} of {length:,} events")

    def _pair(self) -> int:
        there, back = _STEPS
        self.association.step(self._stream, "reporter", there)
        return self.association.step(self._stream, "reporter", back).case.seq


def measure(folder: Path, rounds: int) -> list[Result]:
    """The two longer histories against the shortest."""
    with ExitStack() as stack:
        say("length: writing the histories")
        cases = [stack.enter_context(closing(Case(folder, length))) for length in LENGTHS]
        progress()
        names = {f"{case.length:,} events": case.batch for case in cases}
        times = interleaved(names, steps=10, rounds=rounds, what="length", warm=2)
    [shortest, *longer] = names
    return [
        compared(
            f"advance_at_{case.length}_events",
            times[name],
            times[shortest],
            GOAL,
            f"an advance at {shortest}",
        )
        for case, name in zip(cases[1:], longer, strict=True)
    ]

"""What a slice cannot rule out, tried on cases in which every part of the world is known.

A slice leaves parts open, and then it may seem that nobody can go on where somebody always can. So
cases are really brought there, something is made to go against them, and it is tried to go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from workflow.engine import commands as c
from workflow.exploring.decisions import Decisions, Outcome
from workflow.exploring.leaving import fair
from workflow.exploring.moves import Move
from workflow.exploring.walking import Known, Walk, after

WIDE = 1500
"""So many situations of cases are looked at from which moves are tried."""
FAR = 300
"""So many situations are looked at to find a way on from one."""
SPREAD = 12
"""So many situations are tried in which a track is in one state."""


class Trying:
    """Cases that were walked, once anything has to be tried."""

    def __init__(self, decisions: Decisions) -> None:
        self.walk = Walk(decisions)
        self._walked: list[Known] = []
        self._untried: dict[str, None] = {}

    @property
    def untried(self) -> tuple[str, ...]:
        """The states, as `track.state`, for which no case was found to try anything on."""
        return tuple(self._untried)

    def stuck(self, track: str, state: str, to: frozenset[str], by: str | None = None) -> bool:
        """Whether a case was found from which the track never comes from this state `to` others.

        Also after one setback: somebody is kept out, a term ends, a consent is over. `by` is who
        has to bring it there without anybody else. Raises Enough.
        """

        def leaves(move: Move, outcome: Outcome) -> bool:
            return (by is None or move.who == by) and any(
                part == ("track", track) and value in to for part, value in outcome.changes
            )

        here = ("track", track)
        able = [known for known in self._cases() if self.walk.value(here, known) == state]
        if not able:
            self._untried[f"{track}.{state}"] = None
        for known in able[:SPREAD]:
            for tried in self._set_back(known):
                there = self.walk.value(here, tried) == state
                if there and not self._leads(tried, leaves, by):
                    return True
        return False

    def _set_back(self, known: Known) -> Iterator[Known]:
        yield known
        for number, move in enumerate(self.walk.decisions.moves):
            if setback(move):
                outcome = self.walk.outcome(number, known)
                tried = after(known, outcome)
                if outcome.changes and fair(self.walk.decisions.world, tried):
                    yield tried

    def _leads(self, known: Known, leaves: Callable[[Move, Outcome], bool], by: str | None) -> bool:
        """Whether some way from a situation leaves; also where it is too far to be found."""
        waiting, seen, looked = deque([known]), set(known.items()), 0
        while waiting and looked < FAR:
            here = waiting.popleft()
            looked += 1
            for number, outcome in self._following(here):
                move = self.walk.decisions.moves[number]
                if leaves(move, outcome):
                    return True
                if setback(move) or (by is not None and move.who != by):
                    continue
                if not seen.issuperset(outcome.changes):
                    seen.update(outcome.changes)
                    waiting.append(after(here, outcome))
        return bool(waiting)

    def _cases(self) -> list[Known]:
        """Situations of cases, each with something that no earlier one had; and from each step."""
        if self._walked:
            return self._walked
        begun = [after({}, outcome) for _, outcome in self.walk.begun()]
        taken: set[str] = set()
        starts = deque([begun])
        looked = 0
        while starts and looked < WIDE:
            waiting = deque(starts.popleft())
            seen = {part for known in waiting for part in known.items()}
            while waiting and looked < WIDE:
                here = waiting.popleft()
                self._walked.append(here)
                looked += 1
                for _, outcome in self._following(here):
                    fresh = {step.step for step in outcome.steps()} - taken
                    taken |= fresh
                    if fresh:
                        starts.append([after(here, outcome)])
                    if fresh or not seen.issuperset(outcome.changes):
                        seen.update(outcome.changes)
                        waiting.append(after(here, outcome))
        return self._walked

    def _following(self, known: Known) -> Iterator[tuple[int, Outcome]]:
        """What follows, without asking the engine of steps whose track stands elsewhere."""
        steps = self.walk.decisions.world.procedure.steps
        number = 0
        while number < len(self.walk.decisions.moves):
            command = self.walk.decisions.moves[number].command
            step = steps[command.step] if isinstance(command, c.Advance) else None
            if step is None or self.walk.value(("track", step.track), known) in step.sources:
                outcome = self.walk.outcome(number, known)
                if outcome.changes:
                    yield number, outcome
            number += 1


def setback(move: Move) -> bool:
    """Whether a move takes something away that somebody may need."""
    ends = any(value == "over" for _, value in move.turns)
    return (
        ends or isinstance(move.command, c.Recuse | c.WithdrawConsent) or move.lapsing is not None
    )

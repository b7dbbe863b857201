"""What a slice cannot rule out, tried on cases in which every part of the world is known.

A slice leaves parts open, and then it may seem that nobody can go on where somebody always can. So
a case is really brought there, something is made to go against it, and it is tried to go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal

from workflow.engine import commands as c
from workflow.exploring.decisions import Decisions
from workflow.exploring.leaving import fair
from workflow.exploring.moves import Move
from workflow.exploring.paths import Goal, Paths, Way
from workflow.exploring.slices import Open
from workflow.exploring.walking import Known, Walk, after
from workflow.exploring.watched import Component

REACHING = 60
"""So many situations are looked into to bring a case somewhere."""
NEARBY = 25
"""So many are to bring one there with other parts as well, which may well be impossible."""
AGAIN = 5
"""So many times that is tried with a plan made anew."""
LOOKING = 60
"""So many situations, each with something new, are looked at to find a way on from one."""
PLANNED = 20
"""So many situations are looked into by a plan to find a way on from one."""
TOO_FEW = ("not-fresh", "one-alone")
"""The reasons against a step that a larger association would not have."""
Going = Literal["on", "short", "stuck", "unsure"]
"""Whether a case can go on; `short`: not with as few people as there are in the association."""


class Trying:
    """Cases in which something is tried; made once exploring is over."""

    def __init__(self, decisions: Decisions) -> None:
        self.walk = Walk(decisions)
        self.paths = Paths(self.walk)
        self._untried: dict[str, None] = {}
        self._unstuck: set[tuple[str, str, str | None]] = set()

    def anew(self) -> Trying:
        """The same after more was explored: what went on then still does."""
        again = Trying(self.walk.decisions)
        again._unstuck = self._unstuck
        return again

    @property
    def untried(self) -> tuple[str, ...]:
        """The states, as `track.state`, for which no case was found to try anything on."""
        return tuple(self._untried)

    def standing(
        self, track: str, state: str, *, where: Open | None = None, near: Way | None = None
    ) -> Way | None:
        """A way on which the track comes to stand in this state, with other parts as in `where`.

        From the opening of a case, or on from where the way `near` leads.
        """
        bearing = [
            (part, value)
            for part, value in (where or {}).items()
            if part[0] != "known" and (part[0] == "stands" or value != self.walk.value(part, {}))
        ]
        goal = self.paths.standing((("track", track), state), *bearing)
        if where is not None:
            return self.paths.way(goal, NEARBY, near)
        return self._reached(goal, near)

    def exactly(self, where: Open) -> Way | None:
        """A way on which all these parts of the world come to be so together."""
        return self._reached(self.paths.standing(*where.items()))

    def refused(
        self, step: str, *codes: str, source: str | None = None, by: str | None = None
    ) -> Way | None:
        """A way on which the step is asked for where its track stands ready for it, and refused.

        For a reason with one of these codes, or for any but that it is not theirs to take; where
        the track stands in the state `source`, and to whoever acts in the capacity `by`.
        """
        track = self.walk.decisions.world.procedure.steps[step].track
        among = () if source is None else ((("track", track), source),)
        return self.paths.way(self.paths.refused(step, *codes, among=among, by=by), REACHING)

    def _reached(self, goal: Goal, near: Way | None = None) -> Way | None:
        """A way to the goal; each search asks more, of which the next can make a better plan."""
        for _ in range(AGAIN):
            asked = self.walk.decisions.asked
            way = self.paths.way(goal, REACHING, near)
            if way is not None or self.walk.decisions.asked == asked:
                return way
        return None

    def stuck(
        self,
        track: str,
        state: str,
        to: frozenset[str],
        against: Iterable[Open],
        by: str | None = None,
    ) -> Way | None:
        """A way after which the track never comes from this state `to` one of others.

        Tried are a case that just came there, those where it is as `against` has it, and each of
        them after one setback: somebody is kept out, a term ends, a consent is over. `by` is who
        has to bring it there without anybody else. None where none was found. That there are too
        few people now and then is no fault of the procedure, if it goes on otherwise. Raises
        Enough.
        """
        if (track, state, by) in self._unstuck:
            return None
        near = self.standing(track, state)
        ways = [near, *(self.standing(track, state, where=each, near=near) for each in against)]
        went: set[Going] = set()
        for way in ways:
            for tried, known in (
                self._set_back(way, alone=by is not None) if way is not None else ()
            ):
                if self.walk.value(("track", track), known) != state:
                    continue
                going = self._goes_by(known, track, to, by) if by else self._goes(known, track, to)
                went.add(going)
                if going == "stuck":
                    return tried
                if going == "short" and tried is way:
                    break  # no more would be found out with something against it as well
        if "unsure" in went or "on" not in went:
            self._untried[f"{track}.{state}"] = None
        else:
            self._unstuck.add((track, state, by))
        return None

    def _set_back(self, way: Way, *, alone: bool) -> Iterator[tuple[Way, Known]]:
        """The way itself, and with one setback more; where nobody is left, with somebody new."""
        known: Known = {}
        for outcome in way.outcomes:
            known = after(known, outcome)
        lost = not self._fair(known, alone=alone)
        if not lost:
            yield way, known
        for number, move in enumerate(self.walk.decisions.moves):
            if relief(move) if lost else setback(move):
                outcome = self.walk.outcome(number, known)
                tried = after(known, outcome)
                if outcome.changes and self._fair(tried, alone=alone):
                    yield way.onwards(move, outcome), tried

    def _fair(self, known: Known, *, alone: bool) -> bool:
        return fair(self.walk.decisions.world, known, alone=alone)

    def _goes(self, known: Known, track: str, to: frozenset[str]) -> Going:
        """Whether some way leads on from a situation.

        First by a plan made of all that was asked so far. Where that leads nowhere, everything that
        can be tried from here is asked; and where there is no plan then, even if nothing were ever
        undone, no way leads on.
        """
        part: Component = ("track", track)
        goal = self.paths.standing((("stands", track, *sorted(to)), True))
        if self._leads_at_once(known, part, to) or self.paths.leads(known, goal, PLANNED):
            return "on"
        waiting, seen, looked, short = deque([known]), set(known.items()), 0, False
        while waiting and looked < LOOKING:
            here = waiting.popleft()
            looked += 1
            short |= self._short(here)
            for number, outcome in self.walk.following(here):
                if any(changed == part and value in to for changed, value in outcome.changes):
                    return "on"
                new = not seen.issuperset(outcome.changes)
                if new and not setback(self.walk.decisions.moves[number]):
                    seen.update(outcome.changes)
                    waiting.append(after(here, outcome))
        match self.paths.leads(known, goal, PLANNED):
            case True:
                return "on"
            case False:
                return "short" if short else "stuck"
            case _:
                return "unsure"

    def _leads_at_once(self, known: Known, part: Component, to: frozenset[str]) -> bool:
        return any(
            changed == part and value in to
            for _, outcome in self.walk.following(known)
            for changed, value in outcome.changes
        )

    def _short(self, known: Known) -> bool:
        """Whether something is refused here because the small association has too few people."""
        walk = self.walk
        refused = (walk.outcome(number, known).refused for number in walk.beginning(known))
        return any(reason.code in TOO_FEW for reasons in refused for reason in reasons)

    def _goes_by(self, known: Known, track: str, to: frozenset[str], by: str) -> Going:
        """Whether moves of one person alone lead on, each of which brings something new about."""
        waiting, seen, short = deque([known]), set(known.items()), False
        while waiting:
            here = waiting.popleft()
            short |= self._short(here)
            for number, outcome in self.walk.following(here):
                move = self.walk.decisions.moves[number]
                if move.who != by or setback(move):
                    continue
                if any(part == ("track", track) and value in to for part, value in outcome.changes):
                    return "on"
                if not seen.issuperset(outcome.changes):
                    seen.update(outcome.changes)
                    waiting.append(after(here, outcome))
        return "short" if short else "stuck"


def setback(move: Move) -> bool:
    """Whether a move takes something away that somebody may need."""
    ends = any(value == "over" for _, value in move.turns)
    return (
        ends or isinstance(move.command, c.Recuse | c.WithdrawConsent) or move.lapsing is not None
    )


def relief(move: Move) -> bool:
    """Whether a move brings somebody new into office."""
    return any(value == "new" for _, value in move.turns)

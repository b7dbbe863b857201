"""A short way of real moves to a goal, in one case in which nothing is left open.

The decisions that were asked already are the plan's actions: the looks that lead to one are what it
needs, its changes are what it brings about. How far a situation is from a goal is estimated by
letting nothing ever be undone (delete relaxation: Bonet and Geffner, Planning as Heuristic Search,
2001), and of such a plan the first moves are tried before others (helpful actions: Hoffmann and
Nebel, The FF Planning System, 2001). The search is greedy; its way is shortened afterwards. Every
move on it is one that the engine really decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from heapq import heapify, heappop, heappush
from itertools import count

import msgspec

from workflow.exploring.decisions import Decisions, Outcome, about
from workflow.exploring.moves import Move
from workflow.exploring.walking import Known, Walk, after
from workflow.exploring.watched import Component, Value, derived

Fact = tuple[Component, Value]
"""That a part of the world has a value; or, of `("taken", STEP)`, that a step was taken."""
FAR = 10**6
"""How far a goal is to which no plan is known."""
GUESSED = 20
"""How many moves a plan is thought to be longer for each thing that is lacking in it."""
MOST = 2_000
"""So many situations are looked into before a search is given up, unless told otherwise."""
NOT_THEIRS = frozenset(("not-yours", "office-not-yours"))
"""Why a step is refused to whoever could not take it anyhow."""


class Goal(msgspec.Struct, frozen=True):
    """Where a way is to lead.

    `facts` guide the search: all of them are to become true. `reached` judges a move, what the
    engine made of it, and the situation before it. Where `trying` names a step, moves that ask for
    it are judged although nothing comes of them.
    """

    facts: tuple[Fact, ...]
    reached: Callable[[Known, Move, Outcome], bool]
    trying: str | None = None


class Way(msgspec.Struct, frozen=True):
    """Moves that follow each other from the opening of a case, and what the engine made of each."""

    moves: tuple[Move, ...]
    outcomes: tuple[Outcome, ...]

    def __len__(self) -> int:
        return len(self.moves)

    def onwards(self, move: Move, outcome: Outcome) -> Way:
        """The way with one more move."""
        return Way((*self.moves, move), (*self.outcomes, outcome))

    def without(self, place: int) -> tuple[Move, ...]:
        """Its moves but one."""
        return (*self.moves[:place], *self.moves[place + 1 :])


NOWHERE = Way((), ())
"""The way that has not begun."""


class Paths:
    """Ways through one procedure, found with what exploring left in `walk.decisions`."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self._plans = _Plans(walk.decisions)

    # --- goals --------------------------------------------------------------------------------

    def taken(self, name: str) -> Goal:
        """That a step is taken, by whoever or by itself."""

        def reached(_known: Known, _move: Move, outcome: Outcome) -> bool:
            return any(stepped.step == name for stepped in outcome.steps())

        return Goal(((("taken", name), True),), reached)

    def standing(self, *facts: Fact) -> Goal:
        """That parts of the world have these values, such as `(("track", "report"), "closed")`."""

        def reached(known: Known, _move: Move, outcome: Outcome) -> bool:
            there = after(known, outcome)
            return all(self.walk.value(part, there) == value for part, value in facts)

        return Goal(facts, reached)

    def refused(
        self, name: str, *codes: str, among: tuple[Fact, ...] = (), by: str | None = None
    ) -> Goal:
        """That a step is asked for where its track stands ready for it, and refused.

        For a reason with one of these codes, or for any but that it is not theirs to take; while
        `among` is so, and to whoever acts in the capacity `by`.
        """
        procedure = self.walk.decisions.world.procedure
        step = procedure.steps[name]
        ready: Component = ("stands", step.track, *step.sources)

        def reached(known: Known, move: Move, outcome: Outcome) -> bool:
            found = {reason.code for reason in outcome.refused}
            return (
                about(move) == name
                and by in (None, move.office)
                and bool(found & set(codes) if codes else found and not found & NOT_THEIRS)
                and all(self.walk.value(part, known) == value for part, value in facts)
            )

        facts = ((ready, True), *among)
        return Goal(facts, reached, trying=name)

    # --- ways ---------------------------------------------------------------------------------

    def way(self, goal: Goal, most: int = MOST, near: Way | None = None) -> Way | None:
        """A short way to the goal, from the opening of a case; None where none was found.

        Or one that goes on from where the way `near` leads, where that is nearer. It looks into at
        most `most` situations. Raises Enough.
        """
        starts: list[tuple[Known, Way]] = []
        for move, outcome in self.walk.decisions.begun():
            way = NOWHERE.onwards(move, outcome)
            if goal.reached({}, move, outcome):
                return way
            starts.append((after({}, outcome), way))
        if near is not None:
            known: Known = {}
            for outcome in near.outcomes:
                known = after(known, outcome)
            starts.insert(0, (known, near))
        found = self._found(goal, most, starts)
        return None if found is None else self.shortened(found, goal)

    def leads(self, known: Known, goal: Goal, most: int) -> bool | None:
        """Whether a way leads from a situation to the goal; None where that was not found out.

        It does not where none would even if nothing were ever undone. Raises Enough.
        """
        value = partial(self.walk.value, known=known)
        distance, _ = self._plans.distance(goal.facts, value, guessing=False)
        if distance == FAR:
            return False
        return True if self._found(goal, most, [(known, NOWHERE)]) is not None else None

    def _found(self, goal: Goal, most: int, starts: Iterable[tuple[Known, Way]]) -> Way | None:
        """A way to the goal, found by first trying what a plan from each situation begins with.

        All else that can be done there is tried where that turns out to be no better; at once where
        there is no such plan, or where it is the goal to see a move refused.
        """
        walk = self.walk
        turn = count()
        waiting: list[tuple[int, int, int, Known, Way, set[int] | None]] = [
            (0, 0, next(turn), known, way, None) for known, way in starts
        ]
        seen: set[frozenset[Fact]] = set()
        while waiting and most:
            hoped, _, _, known, before, tried = heappop(waiting)
            if tried is None:
                here = frozenset(known.items())
                if here in seen:
                    continue
                seen.add(here)
                most -= 1
                value = partial(walk.value, known=known)
                distance, planned = self._plans.distance(goal.facts, value)
                if goal.trying is None and planned:
                    hoped, numbers = distance, sorted(planned)
                    rest = (distance + 1, len(before) + 1, next(turn), known, before, planned)
                    heappush(waiting, rest)
                else:
                    hoped, numbers = distance + 1, list(walk.beginning(known))
            else:
                numbers = [number for number in walk.beginning(known) if number not in tried]
            for number in numbers:
                outcome, move = walk.outcome(number, known), walk.decisions.moves[number]
                way = before.onwards(move, outcome)
                if goal.reached(known, move, outcome):
                    return way
                if outcome.changes:
                    then = after(known, outcome)
                    heappush(waiting, (hoped, len(way), next(turn), then, way, None))
        return None

    def shortened(self, way: Way, goal: Goal) -> Way:
        """A way to the goal without the moves that it can do without. Raises Enough."""
        place = len(way) - 2
        while place >= 0:
            shorter = self.replayed(way.without(place), goal)
            if shorter is None:
                place -= 1
            else:
                way, place = shorter, min(place, len(shorter) - 1) - 1
        return way

    def replayed(self, moves: Iterable[Move], goal: Goal) -> Way | None:
        """As much of these moves as leads to the goal and changes anything; None where none does.

        Raises Enough.
        """
        walk = self.walk
        numbers = {move.key: number for number, move in enumerate(walk.decisions.moves)}
        opened = {move.key: outcome for move, outcome in walk.decisions.begun()}
        known: dict[Component, Value] = {}
        way = NOWHERE
        for move in moves:
            if len(way):
                outcome = walk.outcome(numbers[move.key], known)
            elif move.key in opened:
                outcome = opened[move.key]
            else:
                return None
            if goal.reached(known, move, outcome):
                return way.onwards(move, outcome)
            if outcome.changes:
                way, known = way.onwards(move, outcome), after(known, outcome)
        return None


class _Plans:
    """Plans in which nothing is ever undone, made of the decisions that were asked already."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._learnt = 0
        # What only an opening decides is one thing in one case and another in the next.
        self._changing = {part for _, begun in decisions.begun() for part, _ in begun.changes}
        self._facts: dict[Fact, int] = {}
        self._of: dict[Component, dict[Value, int]] = {}
        self._implied: list[list[int]] = []
        self._waiting: list[list[int]] = []
        self._moves: list[int] = []
        self._needs: list[tuple[int, ...]] = []
        self._lacks: list[int] = []
        self._brings: list[tuple[int, ...]] = []
        self._bringing: list[list[tuple[frozenset[int], frozenset[int]]]] = []

    def _learn(self) -> None:
        """Takes in what was decided since: first of all what needs little and brings much about."""
        fresh = self._decisions.done[self._learnt :]
        self._learnt += len(fresh)
        for _, _, outcome in fresh:
            self._changing.update(part for part, _ in outcome.changes)
        actions: dict[tuple[frozenset[int], frozenset[int]], int] = {}
        for number, path, outcome in fresh:
            needs = frozenset(self._fact(f) for f in path if _base(f[0]) in self._changing)
            brings = frozenset(self._fact(fact) for fact in _brought(outcome))
            actions.setdefault((needs, brings), number)
        for action in sorted(actions, key=lambda each: (len(each[0]), -len(each[1]))):
            self._take_in(*action, actions[action])
        self._imply()

    def _take_in(self, needs: frozenset[int], brings: frozenset[int], number: int) -> None:
        """Keeps an action, unless another brings as much about that needs no more."""
        rarest = min((self._bringing[fact] for fact in brings), key=len)
        if any(other <= needs and brings <= brought for other, brought in rarest):
            return
        for fact in brings:
            self._bringing[fact].append((needs, brings))
        for fact in needs:
            self._waiting[fact].append(len(self._moves))
        self._moves.append(number)
        self._needs.append(tuple(sorted(needs)))
        self._lacks.append(sum(1 << fact for fact in needs))
        self._brings.append(tuple(sorted(brings)))

    def _fact(self, fact: Fact) -> int:
        number = self._facts.setdefault(fact, len(self._facts))
        if number == len(self._waiting):
            part, value = fact
            if part[0] != "taken":
                self._of.setdefault(part, {})[value] = number
            self._waiting.append([])
            self._bringing.append([])
            self._implied.append([])
        return number

    def _imply(self) -> None:
        """Notes which facts follow from another, where there are new facts or new values."""
        for (part, value), number in list(self._facts.items()):
            found = derived(part)
            if found is None:
                continue
            base, shown = found
            for option in self._decisions.domain(base):
                if shown(option) == value:
                    follows = self._implied[self._fact((base, option))]
                    if number not in follows:
                        follows.append(number)

    def distance(
        self,
        goal: tuple[Fact, ...],
        value: Callable[[Component], Value],
        *,
        guessing: bool = True,
    ) -> tuple[int, set[int]]:
        """How many moves a plan to the goal takes, and which moves it can begin with.

        Not every decision was asked yet. Where no plan is known one is guessed at: as if moves
        could also be made without the little that they lack.
        """
        known = all(sought in self._facts for sought in goal)
        if not known or self._learnt < len(self._decisions.done):
            for sought in goal:
                self._fact(sought)
            self._learn()
        wanted = [self._facts[sought] for sought in goal]
        costs, by = self._costs(wanted, value, guessing=guessing)
        if any(costs[fact] == FAR for fact in wanted):
            return FAR, set()
        plan: set[int] = set()
        helpful: set[int] = set()
        guessed = 0
        wanting = list(wanted)
        met: set[int] = set()
        while wanting:
            fact = wanting.pop()
            if fact in met or costs[fact] == 0:
                continue
            met.add(fact)
            action = by[fact]
            if action < 0:  # it follows from another fact
                wanting.append(-action - 1)
            elif action not in plan:
                plan.add(action)
                needs = [need for need in self._needs[action] if costs[need] < costs[fact]]
                guessed += len(self._needs[action]) - len(needs)
                wanting += needs
                if all(costs[need] == 0 for need in needs):
                    helpful.add(self._moves[action])
        return len(plan) + GUESSED * guessed, helpful

    def _costs(
        self, wanted: list[int], value: Callable[[Component], Value], *, guessing: bool
    ) -> tuple[list[int], list[int]]:
        """What each fact costs at least to bring about, and by which action (or which fact)."""
        costs = [FAR] * len(self._facts)
        by = [0] * len(self._facts)
        so = 0
        for part, facts in self._of.items():
            fact = facts.get(value(part))
            if fact is not None:
                costs[fact] = 0
                so |= 1 << fact
        otherwise = ~so
        lacking = [(lacks & otherwise).bit_count() for lacks in self._lacks]
        total = [1] * len(lacking)
        waiting = [
            (1, fact, action)
            for action, lacks in enumerate(lacking)
            if lacks == 0
            for fact in self._brings[action]
            if costs[fact] == FAR
        ]
        heapify(waiting)
        left = {fact for fact in wanted if costs[fact] == FAR}
        while left:
            while waiting and left:
                cost, fact, action = heappop(waiting)
                if costs[fact] < FAR:
                    continue
                costs[fact], by[fact] = cost, action
                left.discard(fact)
                for implied in self._implied[fact]:
                    heappush(waiting, (cost, implied, -fact - 1))
                for needing in self._waiting[fact]:
                    lacking[needing] -= 1
                    total[needing] += cost
                    if lacking[needing] == 0:
                        for brought in self._brings[needing]:
                            if costs[brought] == FAR:
                                heappush(waiting, (total[needing], brought, needing))
            if left and not (guessing and self._guess(waiting, costs, lacking, total)):
                break
        return costs, by

    def _guess(
        self,
        waiting: list[tuple[int, int, int]],
        costs: list[int],
        lacking: list[int],
        total: list[int],
    ) -> bool:
        """Lets the actions go ahead that lack least, of those that bring anything new about."""
        able = [
            (lacks, action)
            for action, lacks in enumerate(lacking)
            if lacks > 0 and any(costs[fact] == FAR for fact in self._brings[action])
        ]
        least = min(able, default=(0, 0))[0]
        for lacks, action in able:
            if lacks == least:
                lacking[action] = 0
                cost = total[action] + GUESSED * lacks
                for fact in self._brings[action]:
                    if costs[fact] == FAR:
                        heappush(waiting, (cost, fact, action))
        return bool(able)


def _brought(outcome: Outcome) -> Iterator[Fact]:
    yield from outcome.changes
    for stepped in outcome.steps():
        yield ("taken", stepped.step), True


def _base(part: Component) -> Component:
    found = derived(part)
    return part if found is None else found[0]

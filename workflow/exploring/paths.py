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
from heapq import heappop, heappush
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
        # Of what parts: the facts that only ask something of each, with what they ask.
        self._asking: dict[Component, list[tuple[int, Callable[[Value], bool]]]] = {}
        self._implied: list[int] = []
        self._bringing: list[list[int]] = []
        self._moves: list[int] = []
        self._needs: list[tuple[int, ...]] = []
        # Of each: what it needs and what it brings about, as sets of bits, and its number.
        self._actions: list[tuple[int, int, int]] = []

    def _learn(self) -> None:
        """Takes in what was decided since: first of all what needs little and brings much about."""
        fresh = self._decisions.done[self._learnt :]
        self._learnt += len(fresh)
        for _, _, outcome in fresh:
            self._changing.update(part for part, _ in outcome.changes)
        actions: dict[tuple[int, int], int] = {}
        for number, path, outcome in fresh:
            needs = _mask(self._fact(f) for f in path if _base(f[0]) in self._changing)
            brings = _mask(self._fact(fact) for fact in _brought(outcome))
            actions.setdefault((needs, brings), number)
        for needs, brings in sorted(actions, key=_little_for_much):
            self._take_in(needs, brings, actions[needs, brings])

    def _take_in(self, needs: int, brings: int, number: int) -> None:
        """Keeps an action, unless another brings as much about that needs no more."""
        facts = tuple(_bits(brings))
        rarest = min((self._bringing[fact] for fact in facts), key=len)
        for other in rarest:
            needed, brought, _ = self._actions[other]
            if not needed & ~needs and not brings & ~brought:
                return
        for fact in facts:
            self._bringing[fact].append(len(self._moves))
            brings |= self._implied[fact]
        self._actions.append((needs, brings, len(self._moves)))
        self._moves.append(number)
        self._needs.append(tuple(_bits(needs)))

    def _fact(self, fact: Fact) -> int:
        """The number of a fact. Whatever brings another about, brings what follows from it."""
        number = self._facts.setdefault(fact, len(self._facts))
        if number < len(self._implied):
            return number
        part, value = fact
        self._of.setdefault(part, {})[value] = number
        self._bringing.append([])
        self._implied.append(
            _mask(asking for asking, holds in self._asking.get(part, ()) if holds(value))
        )
        found = derived(part)
        if found is not None:
            base, shown = found
            self._asking.setdefault(base, []).append((number, lambda one: shown(one) == value))
            for option, from_ in self._of.get(base, {}).items():
                if shown(option) == value:
                    self._implied[from_] |= 1 << number
                    for action in self._bringing[from_]:
                        needs, brings, _ = self._actions[action]
                        self._actions[action] = (needs, brings | 1 << number, action)
        return number

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
            if action not in plan:
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
        """What each fact costs to bring about, and by which action.

        Layer by layer all goes ahead that what there is allows, and of the actions that bring a
        fact about first the cheapest counts.
        """
        costs, by = [FAR] * len(self._facts), [0] * len(self._facts)
        missing = (1 << len(costs)) - 1
        for part, facts in self._of.items():
            fact = None if part[0] == "taken" else facts.get(value(part))
            if fact is not None:
                costs[fact] = 0
                missing &= ~(1 << fact)
        sought = _mask(wanted)
        waiting = [each for each in self._actions if each[1] & missing]
        while sought & missing and waiting:
            able = [each for each in waiting if not each[0] & missing]
            guessed = 0
            if not able:
                guessed = min((each[0] & missing).bit_count() for each in waiting)
                able = [each for each in waiting if (each[0] & missing).bit_count() == guessed]
                if not guessing:
                    break
            found = 0
            for _, brings, action in able:
                there = (costs[need] for need in self._needs[action])
                cost = 1 + GUESSED * guessed + sum(each for each in there if each < FAR)
                found |= brings
                for fact in _bits(brings & missing):
                    if cost < costs[fact]:
                        costs[fact], by[fact] = cost, action
            missing &= ~found
            waiting = [each for each in waiting if each[1] & missing]
        return costs, by


def _little_for_much(action: tuple[int, int]) -> tuple[int, int]:
    """What is sorted by: how little an action needs, and then how much it brings about."""
    needs, brings = action
    return needs.bit_count(), -brings.bit_count()


def _bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are one."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1


def _mask(facts: Iterable[int]) -> int:
    """A number of which these bits are one."""
    mask = 0
    for fact in facts:
        mask |= 1 << fact
    return mask


def _brought(outcome: Outcome) -> Iterator[Fact]:
    yield from outcome.changes
    for stepped in outcome.steps():
        yield ("taken", stepped.step), True


def _base(part: Component) -> Component:
    found = derived(part)
    return part if found is None else found[0]

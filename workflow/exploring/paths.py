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

from workflow.exploring.decisions import Branch, Decisions, Outcome, about
from workflow.exploring.moves import Move
from workflow.exploring.walking import Known, Walk, after
from workflow.exploring.watched import Component, Value, derived

Fact = tuple[Component, Value]
"""That a part of the world has a value; or, of `("taken", STEP)`, that a step was taken."""
FAR = 10**6
"""How far a goal is to which no plan is known."""
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

    def refused(self, name: str, *codes: str, among: tuple[Fact, ...] = ()) -> Goal:
        """That a step is asked for where its track stands ready for it, and refused.

        For a reason with one of these codes, or for any but that it is not theirs to take; and
        while `among` is so.
        """
        procedure = self.walk.decisions.world.procedure
        step = procedure.steps[name]
        ready: Component = ("stands", step.track, *step.sources)

        def reached(known: Known, move: Move, outcome: Outcome) -> bool:
            found = {reason.code for reason in outcome.refused}
            return (
                about(move) == name
                and bool(found & set(codes) if codes else found and not found & NOT_THEIRS)
                and all(self.walk.value(part, known) == value for part, value in facts)
            )

        facts = ((ready, True), *among)
        return Goal(facts, reached, trying=name)

    # --- ways ---------------------------------------------------------------------------------

    def way(self, goal: Goal, most: int = MOST) -> Way | None:
        """A short way to the goal, from the opening of a case; None where none was found.

        It looks into at most `most` situations. Raises Enough.
        """
        starts = []
        for move, outcome in self.walk.begun():
            way = NOWHERE.onwards(move, outcome)
            if goal.reached({}, move, outcome):
                return way
            starts.append((after({}, outcome), way))
        found = self._found(goal, most, starts)
        return None if found is None else self.shortened(found, goal)

    def leads(self, known: Known, goal: Goal, most: int) -> bool | None:
        """Whether a way leads from a situation to the goal; None where that was not found out.

        It does not where none would even if nothing were ever undone. Raises Enough.
        """
        distance, _ = self._plans.distance(goal.facts, partial(self.walk.value, known=known))
        if distance == FAR:
            return False
        return True if self._found(goal, most, [(known, NOWHERE)]) is not None else None

    def _found(self, goal: Goal, most: int, starts: Iterable[tuple[Known, Way]]) -> Way | None:
        walk = self.walk
        turn = count()
        waiting = [(0, 0, next(turn), known, way) for known, way in starts]
        seen: set[frozenset[Fact]] = set()
        while waiting and most:
            _, _, _, known, before = heappop(waiting)
            here = frozenset(known.items())
            if here in seen:
                continue
            seen.add(here)
            most -= 1
            distance, helpful = self._plans.distance(goal.facts, partial(walk.value, known=known))
            for number, outcome in self._tried(known, goal):
                move = walk.decisions.moves[number]
                way = before.onwards(move, outcome)
                if goal.reached(known, move, outcome):
                    return way
                if outcome.changes:
                    hoped = distance + (number not in helpful)
                    heappush(waiting, (hoped, len(way), next(turn), after(known, outcome), way))
        return None

    def _tried(self, known: Known, goal: Goal) -> Iterator[tuple[int, Outcome]]:
        """The moves that lead on from a situation, and those that the goal itself is about."""
        walk = self.walk
        steps = walk.decisions.world.procedure.steps
        number = 0
        while number < len(walk.decisions.moves):
            name = about(walk.decisions.moves[number])
            step = steps[name] if name else None
            if step is None or walk.value(("track", step.track), known) in step.sources:
                outcome = walk.outcome(number, known)
                if outcome.changes or (name is not None and name == goal.trying):
                    yield number, outcome
            number += 1

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
        opened = {move.key: outcome for move, outcome in walk.begun()}
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
        self._facts: dict[Fact, int] = {}
        self._moves: list[int] = []
        self._needs: list[tuple[int, ...]] = []
        self._brings: list[tuple[int, ...]] = []
        actions: dict[tuple[frozenset[int], frozenset[int]], int] = {}
        changing = self._changing()
        for (number, _), tree in decisions.trees.items():
            for path, outcome in _leaves(tree):
                needs = frozenset(self._fact(fact) for fact in path if _base(fact[0]) in changing)
                brings = frozenset(self._fact(fact) for fact in _brought(outcome))
                actions.setdefault((needs, brings), number)
        for (needs, brings), number in actions.items():
            self._moves.append(number)
            self._needs.append(tuple(sorted(needs)))
            self._brings.append(tuple(sorted(brings)))
        self._indexed()

    def _changing(self) -> set[Component]:
        """The parts of the world that any decision changes."""
        return {
            part
            for tree in self._decisions.trees.values()
            for _, outcome in _leaves(tree)
            for part, _ in outcome.changes
        }

    def _fact(self, fact: Fact) -> int:
        return self._facts.setdefault(fact, len(self._facts))

    def _indexed(self) -> None:
        """Notes which facts follow from another, and which actions wait for a fact."""
        self._implied: dict[int, list[int]] = {}
        for (part, value), number in list(self._facts.items()):
            found = derived(part)
            if found is None:
                continue
            base, shown = found
            for option in self._decisions.domain(base):
                if shown(option) == value:
                    self._implied.setdefault(self._fact((base, option)), []).append(number)
        self._waiting: list[list[int]] = [[] for _ in self._facts]
        for action, needs in enumerate(self._needs):
            for fact in needs:
                self._waiting[fact].append(action)

    def distance(
        self, goal: tuple[Fact, ...], value: Callable[[Component], Value]
    ) -> tuple[int, set[int]]:
        """How many moves a plan to the goal takes, and which moves it can begin with."""
        for sought in goal:
            if sought not in self._facts:
                self._fact(sought)
                self._indexed()
        wanted = [self._facts[sought] for sought in goal]
        costs, by = self._costs(wanted, value)
        if any(fact not in costs for fact in wanted):
            return FAR, set()
        plan: set[int] = set()
        helpful: set[int] = set()
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
                needs = self._needs[action]
                wanting += needs
                if all(costs[need] == 0 for need in needs):
                    helpful.add(self._moves[action])
        return len(plan), helpful

    def _costs(
        self, wanted: list[int], value: Callable[[Component], Value]
    ) -> tuple[dict[int, int], dict[int, int]]:
        """What each fact costs at least to bring about, and by which action (or which fact)."""
        costs: dict[int, int] = {}
        by: dict[int, int] = {}
        lacking = [len(needs) for needs in self._needs]
        total = [1] * len(lacking)
        waiting: list[tuple[int, int, int]] = []
        values: dict[Component, Value] = {}
        for (part, wants), fact in self._facts.items():
            if part[0] == "taken":
                continue
            if part not in values:
                values[part] = value(part)
            if values[part] == wants:
                waiting.append((0, fact, 0))
        for action, lacks in enumerate(lacking):
            if lacks == 0:
                waiting += [(1, fact, action) for fact in self._brings[action]]
        left = set(wanted)
        waiting.sort()
        while waiting and left:
            cost, fact, action = heappop(waiting)
            if fact in costs:
                continue
            costs[fact], by[fact] = cost, action
            left.discard(fact)
            for implied in self._implied.get(fact, ()):
                heappush(waiting, (cost, implied, -fact - 1))
            for needing in self._waiting[fact]:
                lacking[needing] -= 1
                total[needing] += cost
                if lacking[needing] == 0:
                    for brought in self._brings[needing]:
                        if brought not in costs:
                            heappush(waiting, (total[needing], brought, needing))
        return costs, by


def _leaves(
    tree: Branch | Outcome, path: tuple[Fact, ...] = ()
) -> Iterator[tuple[tuple[Fact, ...], Outcome]]:
    """Every decision in a tree by which something happens, with the looks that lead to it."""
    if isinstance(tree, Outcome):
        if tree.changes:
            yield path, tree
        return
    for value, child in tree.children.items():
        yield from _leaves(child, (*path, (tree.component, value)))


def _brought(outcome: Outcome) -> Iterator[Fact]:
    yield from outcome.changes
    for stepped in outcome.steps():
        yield ("taken", stepped.step), True


def _base(part: Component) -> Component:
    found = derived(part)
    return part if found is None else found[0]

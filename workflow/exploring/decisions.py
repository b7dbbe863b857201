"""The engine's decisions in the small association, each asked once.

What `decide` decides is remembered by what it looked at, as a tree of looks: in every world that
agrees on those it decides the same. Nothing of the engine is copied here, and no rule of it known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft, Entry
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import GROUND
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.exploring.moves import Move, moves, openings
from workflow.exploring.touching import aspect, may_change
from workflow.exploring.watched import Component, Value, Watch
from workflow.exploring.world import NOW, World

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW_AND_THEN = 500
"""After so many decisions progress is told: several times in a second."""

Path = tuple[tuple[Component, Value], ...]


class Outcome(msgspec.Struct, frozen=True):
    """What the engine decided: the parts that are otherwise after it, or why nothing happens."""

    changes: tuple[tuple[Component, Value], ...] = ()
    entries: tuple[Entry, ...] = ()
    refused: tuple[Reason, ...] = ()

    def steps(self) -> Iterator[f.Stepped]:
        """The steps that are taken."""
        return (each.fact for each in self.entries if isinstance(each.fact, f.Stepped))


class Branch:
    """A look, and what follows for each value that it met."""

    __slots__ = ("children", "component")

    def __init__(self, component: Component) -> None:
        self.component = component
        self.children: dict[Value, Branch | Outcome] = {}


class Grown(Exception):
    """The world turned out to have more parts than was known: there is more to be tried."""


class Enough(Exception):
    """The engine was asked as often as it may be."""


class Decisions:
    """Everything that may be tried in a world, what the engine decided, and which values it met.

    `done` are the decisions by which something happens: the number of the move, what was looked at,
    and what comes of it. `domains` are, of each part of the world, the values that it was ever seen
    to get. `most` is how often the engine may be asked; `progress` is told now and then how often
    it was.
    """

    def __init__(
        self, world: World, most: int, progress: Callable[[int], None] = lambda _: None
    ) -> None:
        self.world, self.most, self.progress = world, most, progress
        self.trees: dict[tuple[int, frozenset[str]], Branch | Outcome] = {}
        self.done: list[tuple[int, Path, Outcome]] = []
        self.moves: list[Move] = []
        self.domains: dict[Component, dict[Value, None]] = {}
        self.asked = 0
        self._numbers: dict[tuple[object, ...], int] = {}
        self._begun: list[tuple[Move, Outcome]] | None = None
        self._known: dict[str, tuple[str, ...]] = {}
        self.learn()

    def learn(self) -> None:
        """Take in the moves that there turned out to be since."""
        for move in moves(self.world):
            if move.key not in self._numbers:
                self._numbers[move.key] = len(self.moves)
                self.moves.append(move)

    def number(self, move: Move) -> int:
        """The number of a move."""
        return self._numbers[move.key]

    def domain(self, component: Component) -> dict[Value, None]:
        """Every value that a part was ever seen to have."""
        if component not in self.domains:
            self.domains[component] = {self.world.initially(component): None}
        return self.domains[component]

    def ask(
        self, number: int, resting: frozenset[str], answer: Callable[[Component], Value]
    ) -> Outcome:
        """What happens on a move, where `answer` tells the world; remembered.

        Of what rests on something, only the tracks `resting` are looked at. Raises Grown, Enough.
        """
        if self.asked >= self.most:
            raise Enough
        move = self.moves[number]
        self.asked += 1
        if self.asked % NOW_AND_THEN == 0:
            self.progress(self.asked)
        watch = Watch(answer, {})
        outcome = Outcome()
        known = dict(self.world.known)
        if all(watch.look(part) in wanted for part, wanted in move.needs):
            watch.before = dict(move.turns)
            outcome = self._decided(move, resting, watch)
        path = tuple(watch.seen.items())
        self._remember((number, resting), path, outcome)
        self._met(outcome)
        if outcome.changes:
            self.done.append((number, path, outcome))
        if known != self.world.known:
            raise Grown
        return outcome

    def begun(self) -> list[tuple[Move, Outcome]]:
        """Every beginning of a case that the engine allows, and what there is."""
        world = self.world
        while self._begun is None or self._known != world.known:
            self.learn()
            self._known, found = dict(world.known), []
            for move in openings(world):
                watch = Watch(world.initially, {})
                actor, register = Actor(move.who), world.register(watch)
                try:
                    draft = decide(
                        world.rules, None, move.command, actor, register, NOW, b"",
                        stream="z-case", trial=True,
                    )  # fmt: skip
                except (Refusal, BadCommand):
                    continue
                outcome = Outcome(tuple(world.written(draft).items()), draft.entries)
                self._met(outcome)
                found.append((move, outcome))
            self._begun = found
        return self._begun

    def _decided(self, move: Move, resting: frozenset[str], watch: Watch) -> Outcome:
        world, whole = self.world, self.world.rules
        grounds = {name: guards for name, guards in whole.resting.items() if name in resting}
        rules = Compiled(whole.procedure, whole.digest, whole.machines, grounds)
        case = world.case(watch, move.passing, move.lapsing)
        register = world.register(watch, turned=move.turned)
        try:
            draft = decide(
                rules, case, move.command, Actor(move.who, move.capacity(world.procedure)),
                register, NOW, b"", trial=True,
            )  # fmt: skip
        except Refusal as refusal:
            return Outcome(refused=refusal.reasons)
        except BadCommand as bad:
            return Outcome(refused=bad.problems)
        written = {**dict(move.turns), **world.written(draft)}
        assert _fell(draft) or all(
            may_change(move.touches, aspect(world, component)) for component in written
        ), move
        return Outcome(tuple(written.items()), draft.entries)

    def _met(self, outcome: Outcome) -> None:
        for component, value in outcome.changes:
            self.domain(component)[value] = None

    def _remember(self, key: tuple[int, frozenset[str]], path: Path, outcome: Outcome) -> None:
        if not path:
            self.trees[key] = outcome
            return
        node = self.trees.setdefault(key, Branch(path[0][0]))
        for depth, (component, value) in enumerate(path):
            assert isinstance(node, Branch), path
            assert node.component == component, path
            if depth + 1 == len(path):
                node.children[value] = outcome
            else:
                node = node.children.setdefault(value, Branch(path[depth + 1][0]))


def _fell(draft: Draft) -> bool:
    """Whether something lost its ground, which any move may bring about."""
    return any(
        isinstance(each.fact, f.Stepped) and each.fact.because == GROUND for each in draft.entries
    )


def about(move: Move) -> str | None:
    """The step that a move asks for; None where it asks for none."""
    match move.command:
        case c.Advance(step=step):
            return step
        case c.Open(first=first):
            return first.step
        case c.Hear(steps=(step, *_)):
            return step
    return None

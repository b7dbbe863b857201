"""The search: every state that some tracks of a procedure reach, whatever the others do meanwhile.

A case runs its tracks side by side, and their product is far too large to walk. So the tracks are
explored one by one. What their own moves change is part of the state; every other part of the world
is left open, and may be whatever it was ever seen to be. This leaves nothing out, and may only add
what cannot really happen. (It is localization reduction: Kurshan, Computer-Aided Verification of
Coordinating Processes, 1994.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

import msgspec

from workflow.engine import commands as c
from workflow.engine.procedure import role
from workflow.exploring.decisions import Branch, Decisions, Grown, Outcome, about
from workflow.exploring.moves import Move
from workflow.exploring.touching import aspect, looked_at, may_change, touched
from workflow.exploring.watched import HALF_SHOWN, Component, Value, derived
from workflow.exploring.world import World

_SEEN = ("item", "of", "author", "by", "confided", "opened", "erased")
"""What is never left open: with too many items that may be anybody's, nothing stays true."""

_PERSONAL = ("assigned", "recused", "term", "whom", "party", "author", "by", "confided", "opened")
"""Where one of these is put in sight, it makes a difference which of several people acts."""

State = tuple[Value, ...]
"""What the parts are that a slice does not leave open."""
Open = Mapping[Component, Value]
"""What parts that were left open are taken to be."""


class Edge(msgspec.Struct, frozen=True):
    """A move from one state to another, by their numbers, and what the engine decided."""

    source: int
    target: int
    move: Move
    outcome: Outcome


class Taken(NamedTuple):
    """A step, the state it was taken from, and in which capacity; None where it came by itself."""

    step: str
    source: str
    by: str | None


Shown = tuple[tuple[int, Value], ...]
"""What a decision changes of a state: the places in it, each with what stands there then."""


class _Merged:
    """What a move leads to, by what stands in those places of a state that it ever looked at."""

    __slots__ = ("found", "key", "read")

    def __init__(self, read: set[int]) -> None:
        self.read = read
        self.key: Callable[[State], object] = itemgetter(*read) if read else _nothing
        self.found: dict[object, tuple[tuple[Shown, Outcome], ...]] = {}


def _nothing(_: State) -> None:
    """Stands for what was looked at where nothing was."""


ONWARDS = 50
"""So many states are gone on to find what else is lacking in them before they are made anew."""


class Hidden(Exception):
    """A move looks at a part of the world that is not part of a slice's state yet."""

    def __init__(self, part: Slice, component: Component) -> None:
        super().__init__(component)
        self.part, self.component = part, component


def names_of(world: World, sort: str, kinds: frozenset[str]) -> tuple[str, ...]:
    """The items, and what went to somebody, of these kinds; or all there is of another sort."""
    if sort == "item":
        return tuple(i for i in world.known["item"] if world.kinds[i] in kinds)
    if sort == "gone":
        return tuple(g for g in world.known["gone"] if world.kinds[world.gone[g][0]] in kinds)
    return world.known[sort]


class Slice:
    """Everything that some tracks reach; with no tracks, what is done beside the steps.

    The parts `sight` are part of the state too, and items of `kinds` are looked at. `visible` are
    the parts of the world that a state holds, each with its place in it. `forked` are those left
    open, with the number of values they had. After `explore`, `states` are the states in the order
    in which they were found, `edges` how many moves lead between them, `taken` the steps that were
    taken on some way, `came` how each state was first reached, and `arrows` from which state to
    which other a move leads, by their numbers. Each of these moves is in `kept` where `keeping`.
    """

    def __init__(
        self,
        decisions: Decisions,
        tracks: Iterable[str],
        sight: Iterable[Component] = (),
        kinds: Iterable[str] = (),
        *,
        keeping: bool = False,
    ) -> None:
        self.decisions, self.keeping = decisions, keeping
        self.tracks = tuple(tracks)
        self.visible: dict[Component, int] = {part: at for at, part in enumerate(sight)}
        self.beside = not self.tracks and not self.visible
        self.everybody = False
        self.forked: dict[Component, int] = {}
        self.named: dict[str, tuple[str, ...]] = {}
        self.states: list[State] = []
        self._begun = False
        self.came: list[tuple[int, Move, Outcome]] = []
        self.taken: set[Taken] = set()
        self.edges = 0
        self.kept: list[Edge] = []
        self.arrows: set[tuple[int, int]] = set()
        rules = decisions.world.rules
        procedure = rules.procedure
        self.resting = frozenset(self.tracks) & frozenset(rules.resting)
        self.kinds = frozenset(kinds)
        self._joining = {s.joins for s in procedure.steps.values() if s.track in self.tracks}
        self._numbers: dict[State, int] = {}
        self._passed: dict[tuple[str, ...], bool] = {}
        self._able: dict[State, list[int]] = {}
        self._merged: dict[int, _Merged] = {}
        self._listed: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._whole: dict[Component, tuple[Mapping[Value, None], int, list[Value]]]
        self._whole = {}

    def explore(self, heed: Callable[[int], None] = lambda _: None) -> None:
        """Breadth first, until no part turns out to have more values.

        `heed` is told after each state by how many moves something happens there.
        """
        while not self._explored(heed) or self.stale():
            pass

    def see(self, component: Component) -> None:
        """Make a part of the world part of each state; what was found without it is forgotten."""
        self.visible.setdefault(component, len(self.visible))
        self.states, self._begun = [], False

    def stale(self) -> bool:
        """Whether there turned out to be more since: parts, or values of what was left open."""
        domain = self.decisions.domain
        return (
            not self._begun
            or any(len(domain(part)) != met for part, met in self.forked.items())
            or any(
                names_of(self.decisions.world, sort, self.kinds) != names
                for sort, names in self.named.items()
            )
        )

    def holds(self, state: State) -> bool:
        """Whether this state was found."""
        return state in self._numbers

    def number(self, state: State) -> int | None:
        """The number of a state; None where it was not found."""
        return self._numbers.get(state)

    def after(self, state: State, outcome: Outcome) -> State:
        """The state that follows on what was decided in another."""
        then = list(state)
        for place, value in self._shown(outcome):
            then[place] = value
        return tuple(then)

    def reached(self) -> Iterator[tuple[str, str]]:
        """The states of the tracks that some state of this slice is in, each with its track."""
        for track in self.tracks:
            at = self.visible["track", track]
            yield from ((track, str(name)) for name in dict.fromkeys(s[at] for s in self.states))

    def outcomes(
        self, number: int, state: State, chosen: Open
    ) -> Iterator[tuple[Outcome, Open, set[int]]]:
        """Everything that a move can lead to in a state, where some open parts are `chosen`.

        With each come the open parts that were chosen for it, and the places of the state that were
        looked at. Raises Enough, Grown.
        """
        trees, key = self.decisions.trees, (number, self.resting)
        looked: set[int] = set()
        waiting: list[tuple[Branch | Outcome | None, dict[Component, Value]]]
        waiting = [(trees.get(key), dict(chosen))]
        while waiting:
            node, taken = waiting.pop()
            while type(node) is Branch:
                component, children = node.component, node.children
                known = self._known(component, state, taken, looked)
                if known is None:
                    *others, value = self._options(component, taken)
                    for other in others:
                        waiting.append((children.get(other), {**taken, component: other}))
                    taken[component] = value
                    node = children.get(value)
                else:
                    node = children.get(known[0])
            if type(node) is Outcome:
                yield node, taken, looked
            else:
                self._ask(number, state, taken)
                waiting.append((trees[key], taken))

    def judged(
        self, state: State, judge: Callable[[Callable[[Component], Value]], bool], looked: set[int]
    ) -> Iterator[tuple[bool, Open]]:
        """What `judge` finds in a state, whatever the parts left open are that it looks at.

        The places of the state that it looks at are added to `looked`. Raises Hidden.
        """
        waiting: list[dict[Component, Value]] = [{}]
        while waiting:
            chosen = waiting.pop()

            def answer(component: Component, chosen: dict[Component, Value] = chosen) -> Value:
                known = self._known(component, state, chosen, looked)
                if known is not None:
                    return known[0]
                first, *others = self._options(component, chosen)
                waiting.extend({**chosen, component: other} for other in others)
                chosen[component] = first
                return first

            yield judge(answer), chosen

    def _explored(self, heed: Callable[[int], None]) -> bool:
        """Once through all there is; whether nothing was found that has to be part of a state."""
        self._begin()
        relevant = self._relevant()
        lacking: dict[int, Component] = {}
        grown, until = False, 0
        waiting = deque(range(len(self.states)))
        while waiting and not (lacking and waiting[0] > until):
            here = waiting.popleft()
            state, before = self.states[here], len(self.states)
            moves = 0
            for number in self._beginning(relevant, state):
                if number in lacking:
                    continue
                try:
                    found = self._distinct(number, state)
                except Hidden as hidden:
                    lacking[number] = hidden.component
                    until = until or here + ONWARDS
                    continue
                except Grown:
                    grown = True
                    continue
                moves += len(found)
                for shown, outcome in found:
                    self._go(here, number, shown, outcome)
            waiting.extend(range(before, len(self.states)))
            self.edges += moves
            heed(moves)
        for component in lacking.values():
            self.see(component)
        if grown:
            self.decisions.learn()
        return not lacking and not grown

    def _begin(self) -> None:
        """Forgets what was found, and finds where a case begins, if any ever does."""
        self._begun = True
        decisions, world, visible = self.decisions, self.decisions.world, self.visible
        for track in self.tracks:
            for sort in ("track", "begun"):
                visible.setdefault((sort, track), len(visible))
        self.states, self.came, self.edges, self.kept, self.arrows = [], [], 0, [], set()
        self.taken, self.forked, self._numbers = set(), {}, {}
        self.named, self._passed, self._able, self._merged, self._whole = {}, {}, {}, {}, {}
        self.resting = self._falling()
        self.kinds |= self._kinds()
        self._listed = {}
        self.everybody = any(part[0] in _PERSONAL for part in visible)
        for move, outcome in decisions.begun():
            values = {part: world.initially(part) for part in visible}
            values |= {part: value for part, value in outcome.changes if part in values}
            self._took(move, outcome)
            self._find(tuple(values.values()), -1, move, outcome)

    def _go(self, here: int, number: int, shown: Shown, outcome: Outcome) -> None:
        """Takes in where a move leads from a state."""
        target = here
        if shown:
            then = list(self.states[here])
            for place, value in shown:
                then[place] = value
            target = self._find(tuple(then), here, self.decisions.moves[number], outcome)
            if target != here:
                self.arrows.add((here, target))
        if self.keeping:
            self.kept.append(Edge(here, target, self.decisions.moves[number], outcome))

    def _took(self, move: Move, outcome: Outcome) -> None:
        """Notes which steps were taken, and by whom."""
        for one in outcome.steps():
            by = move.office if one.because is None else None
            self.taken.add(Taken(one.step, one.source, by))

    def _falling(self) -> frozenset[str]:
        """The tracks whose losing their ground may change a state of this slice."""
        world = self.decisions.world
        procedure = world.procedure
        shown = [aspect(world, part) for part in self.visible]
        return frozenset(
            track
            for track in world.rules.resting
            if track in self.tracks
            or any(
                may_change(touched(procedure, state.otherwise), part)
                for state in procedure.tracks[track].states.values()
                if state.otherwise is not None
                for part in shown
            )
        )

    def _kinds(self) -> frozenset[str]:
        """The kinds of item on which it depends what becomes of the parts that a state holds."""
        world = self.decisions.world
        shown = [aspect(world, part) for part in self.visible]
        every = [("track", track) for track in world.procedure.tracks] if self.beside else []
        return looked_at(world.procedure, shown or every)

    def _relevant(self) -> list[int]:
        """The moves that may change something that a state holds."""
        world = self.decisions.world
        shown = [aspect(world, part) for part in self.visible]
        return [
            number
            for number, move in enumerate(self.decisions.moves)
            if self._concerns(move)
            and (any(may_change(move.touches, part) for part in shown) or self.beside)
            and (move.by_hand or not self.beside)
        ]

    def _beginning(self, numbers: list[int], state: State) -> list[int]:
        """Those of some moves that can be made where the tracks of this slice are in a state."""
        there = tuple(state[self.visible["track", track]] for track in self.tracks)
        if there not in self._able:
            self._able[there] = [number for number in numbers if self.begins(number, state)]
        return self._able[there]

    def begins(self, number: int, state: State) -> bool:
        """Whether the step that a move asks for can begin where its track is in a state."""
        step = self.decisions.world.procedure.steps.get(about(self.decisions.moves[number]) or "")
        if step is None or step.track not in self.tracks:
            return True
        return state[self.visible["track", step.track]] in step.sources

    def _concerns(self, move: Move) -> bool:
        """Whether the first who may try it does, and it is about a kind that is looked at here."""
        match move.command:
            case c.AddItem(kind=kind) | c.GiveConsent(kind=kind) if kind not in self.kinds:
                return False
        return move.first or self.everybody

    def _find(self, state: State, source: int, move: Move, outcome: Outcome) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self.states)
            self.states.append(state)
            self.came.append((source, move, outcome))
        return number

    def _distinct(self, number: int, state: State) -> tuple[tuple[Shown, Outcome], ...]:
        """What the move can lead to here, as far as that can be told apart in the state."""
        merged = self._merged.get(number)
        if merged is not None:
            known = merged.found.get(merged.key(state))
            if known is not None:
                return known
        looked: set[int] = set()
        told: dict[Shown, Outcome] = {}
        for outcome, _, read_here in self.outcomes(number, state, {}):
            looked |= read_here
            if outcome.changes:
                self._took(self.decisions.moves[number], outcome)
                told.setdefault(self._shown(outcome), outcome)
        if merged is None or not looked <= merged.read:
            merged = _Merged(looked | merged.read if merged else looked)
            self._merged[number] = merged
        found = merged.found[merged.key(state)] = tuple(told.items())
        return found

    def _shown(self, outcome: Outcome) -> Shown:
        """What is otherwise after a decision of what a state holds, each with its place in it."""
        places = ((self.visible.get(part), value) for part, value in outcome.changes)
        return tuple((place, value) for place, value in places if place is not None)

    def _ask(self, number: int, state: State, chosen: Open) -> None:
        picked = dict(chosen)

        def answer(component: Component) -> Value:
            known = self._known(component, state, picked, set())
            if known is None:
                picked[component] = self._options(component, picked)[0]
                return picked[component]
            return known[0]

        self.decisions.ask(number, self.resting, answer)

    def _known(
        self,
        component: Component,
        state: State,
        chosen: Open,
        looked: set[int],
    ) -> tuple[Value] | None:
        """What a look shows, where that is known here: of the state, or of what was chosen."""
        at = self.visible.get(component)
        if at is not None:
            looked.add(at)
            return (state[at],)
        if component in chosen:
            return (chosen[component],)
        if component[0] == "known":
            return (self._names(component[1]),)
        found = derived(component)
        if found is None:
            return None
        base, shown = found
        at = self.visible.get(base)
        if at is not None:
            looked.add(at)
            return (shown(state[at]),)
        if component[0] == "awaits" and base not in chosen and self._unseen(component[1:]):
            return (False,)
        return (shown(chosen[base]),) if base in chosen else None

    def _names(self, sort: str) -> tuple[str, ...]:
        """All there is of a sort that is looked at here; noted, since there may come to be more."""
        whole = self.decisions.world.known[sort]
        before = self._listed.get(sort)
        if before is None or before[0] is not whole:
            before = whole, names_of(self.decisions.world, sort, self.kinds)
            self._listed[sort] = before
        self.named[sort] = before[1]
        return before[1]

    def _options(self, component: Component, chosen: Open) -> list[Value]:
        """Every value that a part left open may have, beside what was chosen of it already."""
        before = self._whole.get(component)
        if before is not None and len(before[0]) == before[1]:
            return before[2]
        found = derived(component)
        base, shown = (component, None) if found is None else found
        if not self._open(base):
            raise Hidden(self, base)
        domain = self.decisions.domain(base)
        self.forked[base] = len(domain)
        options = list(domain)
        told = options if shown is None else list(dict.fromkeys(map(shown, options)))
        if base[0] not in HALF_SHOWN or len(told) == 1:
            self._whole[component] = domain, len(domain), told
            return told
        for part, was in chosen.items():
            one = derived(part)
            if one is not None and one[0] == base:
                options = [value for value in options if one[1](value) == was]
        return options if shown is None else list(dict.fromkeys(map(shown, options)))

    def _unseen(self, due: tuple[str, ...]) -> bool:
        """Whether what follows of itself, where a track is in one of some states, changes no state.

        It is passed over then, and followed in the slice of its own track.
        """
        if due not in self._passed:
            world, (track, *states) = self.decisions.world, due
            steps = world.procedure.steps.items()
            names = [n for n, s in steps if s.track == track and s.sources == tuple(states)]
            touches = frozenset().union(*(touched(world.procedure, name) for name in names))
            shown = (aspect(world, part) for part in self.visible)
            self._passed[due] = not any(may_change(touches, part) for part in shown)
        return self._passed[due]

    def _open(self, component: Component) -> bool:
        """Whether a part is left open: it may be whatever it was ever seen to be."""
        sort = component[0]
        if self.beside:
            return True
        if sort in ("track", "begun", "stale"):
            return component[1] not in self.tracks
        if sort == "party":
            return role(component[1]) not in self._joining
        return sort not in _SEEN

"""Inquiries into invariants: whether one holds, on a slice that is refined until it tells.

Each is judged on a slice of the tracks that it names. A slice leaves nothing out, so what holds
there holds of every case. It may add what cannot happen. So where something is found against an
invariant, the way to it is followed once more in a single case, where nothing is left open. It
leads there indeed, or some part of the world turns out otherwise on the way than was supposed: then
that part is put in sight and a new slice explored. (Clarke and others, Counterexample-guided
abstraction refinement, 2000.) What cannot be settled within bounds is said to be undecided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from workflow.engine.guards import Situation, holding
from workflow.engine.procedure import Condition, Invariant, TrackIn
from workflow.exploring.decisions import Enough, Grown, Outcome
from workflow.exploring.exploring import Explored
from workflow.exploring.moves import Move
from workflow.exploring.paths import NOWHERE, Goal, Paths, Way
from workflow.exploring.slices import Edge, Hidden, Slice, State
from workflow.exploring.touching import asked_of
from workflow.exploring.walking import Known, Walk, after
from workflow.exploring.watched import Component, Value, Watch, derived
from workflow.exploring.world import NOW, World

ROUNDS = 24
"""So many times parts are put in sight before an invariant is left undecided."""
MOVES = 1_500_000
"""And so many moves are looked at for one invariant: some thirty seconds."""
ASKED = 5_000
"""And so many times the engine is asked for one."""

Answer = Callable[[Component], Value]
Judged = dict[bool, list[Mapping[Component, Value]]]
"""What was found of a state, and what the parts left open were for which it was."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of one invariant; where it is broken, the way that shows it.

    `idle`: what stands under `when` is never so. `undecided`: neither kept nor broken, as far as
    could be found within bounds.
    """

    name: str
    outcome: Literal["kept", "broken", "idle", "undecided"]
    way: Way | None = None


class _TooMuch(Exception):
    """More was to be looked at for one invariant than may be."""


class _Unsettled(Exception):
    """Nothing more can be put in sight that would settle it."""


class Inquiry:
    """One invariant, and the slice on which it is judged as far as that was refined."""

    def __init__(self, explored: Explored, name: str, invariant: Invariant) -> None:
        self.explored, self.name, self.invariant = explored, name, invariant
        self.decisions = explored.decisions
        self.world = self.decisions.world
        self.walk = Walk(self.decisions)
        conditions = [one for each in invariant.conditions.values() for one in each]
        self.tracks = dict.fromkeys(c.track for c in conditions if isinstance(c, TrackIn))
        procedure = self.world.procedure
        self.kinds = frozenset[str]().union(*(asked_of(procedure, c) for c in conditions))
        self.sight: dict[Component, None] = {}
        if not self.tracks:
            looked = self._looked_at(conditions)
            self.sight |= {part: None for part in looked if part[0] != "known"}
        self.slice: Slice | None = None
        self.verdict = Verdict(name, "undecided")
        self.moves, self.until = 0, 0

    def stale(self) -> bool:
        """Whether more turned out to be possible since it was judged."""
        return self.slice is not None and self.slice.stale()

    def settle(self) -> None:
        """Find out what becomes of the invariant."""
        self.verdict = self._settled()

    def _settled(self) -> Verdict:
        self.moves, self.until = 0, self.decisions.asked + ASKED
        try:
            for _ in range(ROUNDS):
                try:
                    self._explore()
                    found = self._judged()
                except Grown:
                    self.decisions.learn()
                    continue
                if isinstance(found, Verdict):
                    return found
                self._see(found)
        except (Enough, _TooMuch, _Unsettled):
            self.slice = None
        way = None if self.invariant.leads_to else self._sought()
        return Verdict(self.name, "undecided" if way is None else "broken", way)

    def _sought(self) -> Way | None:
        """A way against the invariant, looked for in single cases; None where none was found."""
        named = self.invariant.never or self.invariant.when
        try:
            return confirmed(self.walk, named, self._against)
        except Enough:
            return None

    # --- the slice ----------------------------------------------------------------------------

    def _explore(self) -> None:
        """Explore a slice of the tracks, with what is in sight."""
        leads = bool(self.invariant.leads_to)
        whole = self.explored.slices.get(next(iter(self.tracks), ""))
        alone = len(self.tracks) == 1 and not self.sight and not leads
        if whole is not None and alone and self.kinds <= whole.kinds:
            self.slice = whole
            if whole.stale():
                whole.explore()
            return
        found = Slice(self.decisions, self.tracks, self.sight, self.kinds, keeping=leads)
        # What each of the tracks shows alone, they show together: so exploring need not find that.
        for track in self.tracks:
            for part in self.explored.slices[track].visible:
                found.visible.setdefault(part, len(found.visible))
        self.slice = found

        def heed(moves: int) -> None:
            self.moves += moves
            if self.moves > MOVES or self.decisions.asked > self.until:
                raise _TooMuch

        found.explore(heed)

    def _see(self, parts: Iterable[Component]) -> None:
        """Put more parts in sight. Raises _Unsettled where all of them were already."""
        before = (len(self.tracks), len(self.sight))
        for part in parts:
            base = _base(part)
            if base[0] in ("track", "begun", "stale"):
                self.tracks[base[1]] = None
            elif base[0] != "known":
                self.sight[base] = None
                self.kinds |= _kinds_of(self.world, base)
        if (len(self.tracks), len(self.sight)) == before:
            raise _Unsettled

    def _judge(self, *keys: str) -> Callable[[Answer], bool]:
        """Whether all conditions under these keys hold, in the world that an answer tells."""
        conditions = [one for key in keys for one in self.invariant.conditions[key]]
        return lambda answer: _holding(self.world, conditions, Watch(answer, {}))

    def _where(self, judge: Callable[[Answer], bool]) -> list[Judged]:
        """For each state what can be judged of it, and what the parts left open then were."""
        assert self.slice is not None
        while True:
            try:
                return list(self._each(self.slice, judge))
            except Hidden as hidden:
                self._see((hidden.component,))
                self._explore()

    def _each(self, found: Slice, judge: Callable[[Answer], bool]) -> Iterator[Judged]:
        looked: set[int] = set()
        read: tuple[int, ...] = ()
        known: dict[State, Judged] = {}
        for state in found.states:
            key = tuple(state[place] for place in read)
            if key not in known:
                told: Judged = {}
                for verdict, chosen in found.judged(state, judge, looked):
                    told.setdefault(verdict, []).append(chosen)
                if len(looked) > len(read):
                    read, known = tuple(looked), {}
                    key = tuple(state[place] for place in read)
                known[key] = told
            yield known[key]

    # --- never and always ---------------------------------------------------------------------

    def _judged(self) -> Verdict | Iterable[Component]:
        """What becomes of it on this slice, or what has to be in sight to tell."""
        # What has to be in sight for any of it is put there first: it begins a slice anew.
        for key in self.invariant.conditions:
            self._where(self._judge(key))
        if self.invariant.when and not any(True in t for t in self._where(self._judge("when"))):
            return Verdict(self.name, "idle")
        if self.invariant.leads_to:
            return self._leading()
        judge = self._against
        for number, told in enumerate(self._where(judge)):
            if True in told:
                return _telling(told) or self._followed(number, judge)
        return Verdict(self.name, "kept")

    def _against(self, answer: Answer) -> bool:
        """Whether a world is against an invariant of the form never or always."""
        if self.invariant.never:
            return self._judge("never")(answer)
        return self._judge("when")(answer) and not self._judge("always")(answer)

    def _looked_at(self, conditions: Iterable[Condition]) -> Iterator[Component]:
        """All that conditions look at where nothing has happened yet, by the parts themselves."""
        for condition in conditions:
            watch = Watch(lambda part: self.walk.value(part, {}), {})
            _holding(self.world, [condition], watch)
            yield from (_base(part) for part in watch.seen)

    # --- leads to -----------------------------------------------------------------------------

    def _leading(self) -> Verdict | Iterable[Component]:
        """Whether from wherever `when` holds there is a way to where the rest does.

        A move counts as a way only where it leads on whatever the parts left open are.
        """
        assert self.slice is not None
        goal = self._where(self._judge("leads_to"))
        there = self._where(self._judge("when"))
        sure = self._sure({n for n, told in enumerate(goal) if False not in told})
        wanting = [n for n, told in enumerate(there) if True in told and n not in sure]
        if not wanting:
            return Verdict(self.name, "kept")
        able = _reaching(self.slice.kept, {n for n, told in enumerate(goal) if True in told})
        for number in wanting:
            if number not in able:
                return _telling(there[number]) or self._followed(number, self._judge("when"))
        return self._in_doubt(wanting[0], sure, {n for n, told in enumerate(goal) if True in told})

    def _sure(self, goal: set[int]) -> set[int]:
        """The states from which there is a way to the goal whatever the parts left open are."""
        assert self.slice is not None
        into: dict[int, list[Edge]] = {}
        for edge in self.slice.kept:
            if edge.source != edge.target:
                into.setdefault(edge.target, []).append(edge)
        sure, waiting = set(goal), deque(goal)
        while waiting:
            for edge in into.get(waiting.popleft(), ()):
                if edge.source not in sure and self._certain(edge, sure):
                    sure.add(edge.source)
                    waiting.append(edge.source)
        return sure

    def _certain(self, edge: Edge, sure: set[int]) -> bool:
        """Whether a move leads to one of these states whatever the parts left open are."""
        assert self.slice is not None
        state = self.slice.states[edge.source]
        number = self.decisions.number(edge.move)
        return all(
            self.slice.number(self.slice.after(state, outcome)) in sure
            for outcome, *_ in self.slice.outcomes(number, state, {})
        )

    def _in_doubt(self, start: int, sure: set[int], goal: set[int]) -> Iterable[Component]:
        """What was left open and decides whether the shortest way to the goal is one."""
        assert self.slice is not None
        for edge in _shortest(self.slice.kept, start, sure | goal):
            if not self._certain(edge, sure | {edge.target}):
                state = self.slice.states[edge.source]
                ways = self.slice.outcomes(self.decisions.number(edge.move), state, {})
                return {part: None for _, chosen, _ in ways for part in chosen}
        return [part for told in self._where(self._judge("leads_to")) for part in _telling(told)]

    # --- following a way in a single case -----------------------------------------------------

    def _followed(
        self, number: int, judge: Callable[[Answer], bool]
    ) -> Verdict | Iterable[Component]:
        """The verdict `broken` where the way to a state can be gone; else what was otherwise."""
        assert self.slice is not None
        way, known, otherwise = followed(self.walk, self.slice, number)
        if otherwise:
            return otherwise
        if not judge(lambda part: self.walk.value(part, known)):
            raise _Unsettled
        return Verdict(self.name, "broken", way)


def followed(walk: Walk, found: Slice, number: int) -> tuple[Way, Known, tuple[Component, ...]]:
    """The way to a state of a slice, gone in a single case: the moves, and where the case is then.

    Where it cannot be gone, it is followed as far as it can, and the last of the three are the
    parts that were otherwise than the slice supposed: none where it can. Raises Enough.
    """
    places: list[tuple[int, Move, Outcome]] = []
    here = number
    while here >= 0:
        places.append((here, *found.came[here][1:]))
        here = found.came[here][0]
    _, move, outcome = places.pop()
    way, known = NOWHERE.onwards(move, outcome), after({}, outcome)
    for target, move, _ in reversed(places):
        source, index = found.states[found.came[target][0]], walk.decisions.number(move)
        outcome = walk.outcome(index, known)
        then = after(known, outcome)
        if tuple(walk.value(part, then) for part in found.visible) != found.states[target]:
            return way, known, _otherwise(walk, found, known, index, source, target)
        way = way.onwards(move, outcome)
        known = then
    return way, known, ()


def confirmed(
    walk: Walk, named: Iterable[Condition], against: Callable[[Answer], bool]
) -> Way | None:
    """A way to where a case answers to something, found in single cases; None where none was.

    What track_in says among the conditions `named` is where to look. Raises Enough.
    """

    def reached(known: Known, _: Move, outcome: Outcome) -> bool:
        there = after(known, outcome)
        return against(lambda part: walk.value(part, there))

    facts = tuple((("track", c.track), c.states[0]) for c in named if isinstance(c, TrackIn))
    return Paths(walk).way(Goal(facts, reached))


def _otherwise(
    walk: Walk, found: Slice, known: Known, move: int, source: State, target: int
) -> tuple[Component, ...]:
    """The fewest parts left open that must be otherwise for a move to lead to the target."""
    differing = [
        tuple(part for part, value in chosen.items() if walk.value(part, known) != value)
        for outcome, chosen, _ in found.outcomes(move, source, {})
        if found.after(source, outcome) == found.states[target]
    ]
    fewest = min(differing, key=len, default=())
    if fewest:
        return fewest
    # All that was looked at was as supposed, so something on another track fell along with it.
    fell = tuple(step.track for step in walk.outcome(move, known).steps())
    tracks = tuple(("track", track) for track in fell if track not in found.tracks)
    if not tracks:
        raise _Unsettled
    return tracks


def _telling(told: Judged) -> tuple[Component, ...]:
    """The fewest parts left open on which it hangs whether something is so; none: it is anyway."""
    differing = [
        tuple(part for part, value in one.items() if other.get(part, value) != value)
        for one in told.get(True, ())
        for other in told.get(False, ())
    ]
    return min(differing, key=len, default=())


def _holding(world: World, conditions: Iterable[Condition], watch: Watch) -> bool:
    """Whether these conditions hold in a case where nobody acts, by the engine's own guards."""
    case, register = world.case(watch, None, None), world.register(watch)
    return holding(conditions, Situation(world.procedure, register, case, "", None, None, NOW))


def _base(part: Component) -> Component:
    """The part itself, of a look that only asks something of it."""
    one = derived(part)
    return part if one is None else one[0]


def _kinds_of(world: World, part: Component) -> frozenset[str]:
    """The kind of item that a part of the world is about."""
    match part:
        case ("item" | "of" | "author" | "by" | "confided" | "opened", name):
            return frozenset({world.kinds[name]})
        case ("consent", name):
            kind = world.consents[name][3]
            return frozenset() if kind is None else frozenset({kind})
        case ("gone", name):
            return frozenset({world.kinds[world.gone[name][0]]})
    return frozenset()


def _reaching(edges: Iterable[Edge], goal: set[int]) -> set[int]:
    """The states from which some moves lead to the goal."""
    into: dict[int, set[int]] = {}
    for edge in edges:
        into.setdefault(edge.target, set()).add(edge.source)
    found, waiting = set(goal), deque(goal)
    while waiting:
        for source in into.get(waiting.popleft(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found


def _shortest(edges: Iterable[Edge], start: int, goal: set[int]) -> list[Edge]:
    """The edges of a shortest way from a state to the goal; none where it is there already."""
    out: dict[int, list[Edge]] = {}
    for edge in edges:
        out.setdefault(edge.source, []).append(edge)
    came: dict[int, Edge | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here in goal:
            way = []
            while (edge_ := came[here]) is not None:
                way.append(edge_)
                here = edge_.source
            return way[::-1]
        for edge in out.get(here, ()):
            if edge.target not in came:
                came[edge.target] = edge
                waiting.append(edge.target)
    return []

"""What must hold wherever a procedure comes: each demand is judged on everything that was explored.

Because exploring leaves nothing out and may add what cannot happen, what was never found cannot
happen at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import msgspec

from workflow.declaring.flow import brought_about
from workflow.declaring.problems import Problem, at, problem
from workflow.engine import commands as c
from workflow.engine.member import automatic
from workflow.engine.procedure import Procedure, State
from workflow.exploring.decisions import Decisions, Enough, Grown, Outcome, about
from workflow.exploring.exploring import Explored, explore
from workflow.exploring.leaving import Leaving
from workflow.exploring.paths import Way
from workflow.exploring.slices import Hidden, Open, Slice
from workflow.exploring.slices import State as Values
from workflow.exploring.touching import may_change
from workflow.exploring.trying import Trying
from workflow.exploring.world import World

MOST_WAYS = 8
"""So many places of other tracks are tried from which a member may not be able to stop."""


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong, and a way on which it shows; None where it shows on no way."""

    problem: Problem
    way: Way | None = None


class Checked(msgspec.Struct, frozen=True):
    """What was explored, and everything that is wrong with it.

    `untried` are the states of tracks, as `track.state`, of which exploring could not rule out that
    a case gets stuck there, while no case was found in them to try it on.
    """

    explored: Explored
    findings: tuple[Finding, ...] = ()
    untried: tuple[str, ...] = ()


def check(decisions: Decisions, explored: Explored | None = None) -> Checked:
    """All that can happen, and everything that is wrong with it but for what the file promises.

    It goes on from what was `explored`. Judging asks of more people than exploring does. Where that
    turns out to bring more about, it is explored again.
    """
    explored, trying = explored or explore(decisions), Trying(decisions)
    while explored.exhaustive:
        try:
            findings = tuple(demands(explored, trying))
        except Hidden as hidden:
            hidden.part.see(hidden.component)
        except Grown:
            decisions.learn()
        except Enough:
            return Checked(msgspec.structs.replace(explored, exhaustive=False))
        else:
            if not explored.stale():
                return Checked(explored, findings, trying.untried)
        explored, trying = explore(decisions, explored), trying.anew()
    return Checked(explored)


def demands(explored: Explored, trying: Trying) -> Iterator[Finding]:
    """Everything that is wrong with what was explored to the end. Raises Grown, Enough."""
    yield from _dead_states(explored)
    yield from _dead_steps(explored, trying)
    for name, part in explored.slices.items():
        yield from _no_end(part, name, trying)
        yield from _no_way_on(part, name, trying)
        yield from _no_stopping(part, name, trying)


def _dead_states(explored: Explored) -> Iterator[Finding]:
    """Soundness: every state is reached in some case (van der Aalst, Workflow nets, 1998)."""
    procedure = explored.decisions.world.procedure
    for name, track in procedure.tracks.items():
        reached = {state for _, state in explored.slices[name].reached()} | {track.initial}
        for state in track.states:
            if state not in reached:
                found = problem(
                    "dead-state",
                    at("tracks", name, "states", state),
                    f"Geen enkele zaak komt ooit in {state}: wat erheen leidt kan nooit gebeuren.",
                    f"No case ever comes to {state}: what leads there can never happen.",
                )
                yield Finding(found)


def _dead_steps(explored: Explored, trying: Trying) -> Iterator[Finding]:
    """Soundness: every step can be taken in some case, from each of its states, by each it names.

    Somebody who is not in the small association is passed over.
    """
    world = explored.decisions.world
    for name, step in world.procedure.steps.items():
        taken = [one for one in explored.slices[step.track].taken if one.step == name]
        if not taken:
            found = problem(
                "dead-step",
                at("steps", name),
                f"{name} kan in geen enkele zaak gebeuren: er is altijd iets wat het tegenhoudt.",
                f"{name} can happen in no case: there is always something against it.",
            )
            yield Finding(found, trying.refused(name))
            continue
        for number, source in enumerate(step.sources):
            if source not in {one.source for one in taken}:
                found = problem(
                    "dead-from",
                    at("steps", name, "from", number),
                    f"{name} gebeurt nooit vanuit {source}: daar is altijd iets wat het "
                    "tegenhoudt.",
                    f"{name} never happens from {source}: there is always something against it.",
                )
                yield Finding(found, trying.refused(name, source=source))
        for number, who in enumerate(step.who):
            if _there(world, who) and who not in {one.by for one in taken}:
                found = problem(
                    "dead-who",
                    at("steps", name, "who", number),
                    f"{who} kan {name} in geen enkele zaak doen: er is altijd iets wat het "
                    "tegenhoudt.",
                    f"In no case can {who} take {name}: there is always something against it.",
                )
                yield Finding(found, trying.refused(name, by=who))


def _there(world: World, who: str) -> bool:
    """Whether somebody can ever stand in this capacity in the small association."""
    seats = [seat for seat in world.seats.values() if seat.begins != "over"]
    return who in world.procedure.parties or any(who == seat.office for seat in seats)


def _no_end(part: Slice, name: str, trying: Trying) -> Iterator[Finding]:
    """Soundness: from every state there is a way to where nothing waits any more."""
    procedure = part.decisions.world.procedure
    before: dict[int, set[int]] = {}
    for source, target in part.arrows:
        before.setdefault(target, set()).add(source)
    place = part.visible["track", name]
    resting = _resting(procedure, name)
    good = {number for number, state in enumerate(part.states) if state[place] in resting}
    waiting = list(good)
    while waiting:
        for source in before.get(waiting.pop(), ()):
            if source not in good:
                good.add(source)
                waiting.append(source)
    bad: dict[str, Values] = {}
    for number, values in enumerate(part.states):
        if number not in good:
            bad.setdefault(str(values[place]), values)
    for state, values in bad.items():
        found = problem(
            "never-ends",
            at("tracks", name, "states", state),
            f"Vanuit {state} komt een zaak soms nooit meer ergens waar zij eindigt of rust.",
            f"From {state} a case may never come to where it ends or is idle again.",
        )
        exactly = trying.exactly(dict(zip(part.visible, values, strict=True)))
        yield Finding(found, exactly or trying.standing(name, state))


def _no_way_on(part: Slice, name: str, trying: Trying) -> Iterator[Finding]:
    """In every state that waits, somebody who exists can take the case on."""
    procedure = part.decisions.world.procedure
    for state, against in _alarms(part, name, _leaving(part, name), ()):
        others = frozenset(procedure.tracks[name].states) - {state}
        way = trying.stuck(name, state, others, against)
        if way is not None:
            found = problem(
                "no-way-on",
                at("tracks", name, "states", state),
                f"In {state} kan een zaak vast komen te zitten: er is dan niemand die verder kan.",
                f"In {state} a case can get stuck: then there is nobody who can take it on.",
            )
            yield Finding(found, way)


def _no_stopping(part: Slice, name: str, trying: Trying) -> Iterator[Finding]:
    """Law 2: the member whose track it is can always stop, whoever else is there."""
    procedure = part.decisions.world.procedure
    member = procedure.tracks[name].belongs_to
    if member is None:
        return
    resting = _resting(procedure, name)
    # Where it only ends, by the clock or because of another case, there is nothing to stop.
    attended = {
        state
        for cause, step in procedure.steps.items()
        for one in (cause, *brought_about(procedure, cause))
        if procedure.steps[one].track == name
        if not (automatic(step) and procedure.steps[one].to in resting)
        for state in procedure.steps[one].sources
    }
    stopping = [
        number
        for number in _leaving(part, name)
        if part.decisions.moves[number].who == member
        and resting & _leads_to(procedure, name, about(part.decisions.moves[number]))
    ]
    for state, against in _alarms(part, name, stopping, resting):
        if state not in attended:
            continue
        way = trying.stuck(name, state, resting, against, by=member)
        if way is not None:
            found = problem(
                "member-cannot-stop",
                at("tracks", name, "states", state),
                f"In {state} kan het lid niet altijd zelf stoppen: geef het lid daar een eigen "
                "stap naar waar het spoor eindigt of rust, die op niets en niemand wacht.",
                f"In {state} the member cannot always stop by themself: give them a step of their "
                "own to where the track ends or rests, that waits for nothing and nobody.",
            )
            yield Finding(found, way)


def _alarms(
    part: Slice, name: str, moves: Iterable[int], to: Iterable[str]
) -> Iterator[tuple[str, tuple[Open, ...]]]:
    """The states of a track that wait, and that these moves may not always leave (`to` these).

    With each comes what would have to be so.
    """
    procedure = part.decisions.world.procedure
    place, resting = part.visible["track", name], _resting(procedure, name)
    member = procedure.tracks[name].belongs_to
    there = part.visible.get(("party", member or ""))
    judges: dict[str, Leaving] = {}
    found: set[str] = set()
    for state in part.states:
        here = str(state[place])
        if here in resting or here in found or (there is not None and state[there] is None):
            continue
        if here not in judges:
            able = [number for number in moves if part.begins(number, state)]
            judges[here] = Leaving(part, able, _leads(name, frozenset(to), here), alone=bool(to))
        if judges[here].against(state) is not None:
            found.add(here)
            yield here, tuple(islice(judges[here].ways_against(state), MOST_WAYS if to else 1))


def _leads(name: str, to: frozenset[str], here: str) -> Callable[[Outcome], bool]:
    """Whether what was decided brings a track to one of these states, or anywhere else."""

    def leads(outcome: Outcome) -> bool:
        return any(
            part == ("track", name) and (value in to if to else value != here)
            for part, value in outcome.changes
        )

    return leads


def _leaving(part: Slice, name: str) -> list[int]:
    """The moves that may move a track: first what happens by itself, which asks nobody."""
    moves = part.decisions.moves
    able = [
        number
        for number, move in enumerate(moves)
        if may_change(move.touches, ("track", name)) and not move.by_hand
    ]
    return sorted(able, key=lambda number: not isinstance(moves[number].command, c.Tick | c.Hear))


def _leads_to(procedure: Procedure, name: str, step: str | None) -> set[str]:
    """The states of a track that a step leads to, also by what it brings about."""
    steps = (step, *brought_about(procedure, step)) if step is not None else ()
    declared = [procedure.steps[each] for each in steps]
    return {each.to for each in declared if each.track == name}


def _resting(procedure: Procedure, name: str) -> frozenset[str]:
    states: Mapping[str, State] = procedure.tracks[name].states
    return frozenset(state for state, declared in states.items() if declared.ends or declared.idle)

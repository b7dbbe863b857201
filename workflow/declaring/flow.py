"""Where the tracks of a procedure lead: whether each state is reached, is left in time and can end.

The checks here look at a procedure as graphs of states and steps, one for each track, and at what
happens without anyone: by the clock, because a ground falls away, because another case tells it, or
because another step brings it about. They are for a procedure in which every name leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.member import automatic
from workflow.engine.procedure import (
    CLOCK,
    CONSEQUENCE,
    GROUND,
    LINKED,
    NOBODY,
    Procedure,
    Step,
    Track,
)

Graph = Mapping[str, frozenset[str]]
"""From each name the names that one step leads to."""


def flow(procedure: Procedure) -> Iterator[Problem]:
    """Everything that is wrong with where the tracks lead."""
    for name, track in procedure.tracks.items():
        yield from _leading_nowhere(procedure, name, track)
        yield from _without_deadline(name, track)
        yield from _resting(name, track)
        yield from _clock(procedure, name, track)
    yield from _overlapping(procedure)
    for name, step in procedure.steps.items():
        yield from _renewing(procedure, name, step)
        yield from _reopening(procedure, name, step)
        yield from _unwound(procedure, name, step)
        yield from _by_itself(name, step)
        yield from _bringing_about(procedure, name, step)
    yield from _circles(procedure)


def graph(procedure: Procedure, track: str) -> dict[str, frozenset[str]]:
    """From each state of the track the states that a step, by anyone or anything, leads to."""
    steps = [step for step in procedure.steps.values() if step.track == track]
    return {
        state: frozenset(step.to for step in steps if state in step.sources)
        for state in procedure.tracks[track].states
    }


def reached(edges: Graph, start: Iterable[str]) -> frozenset[str]:
    """Everything that can be reached from `start`, itself included, in any number of steps."""
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += edges.get(here, ())
    return frozenset(found)


def brought_about(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The steps that follow at once when this one is taken, directly or through each other."""
    found: set[str] = set()
    waiting = list(procedure.steps[name].emits)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += procedure.steps[one].emits
    return tuple(sorted(found))


def unattended(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The ways in which the step can happen with nobody behind it: clock, linked and ground.

    Not what another step brings about: behind that is whoever took that step.
    """
    who = procedure.steps[name].who
    tracks = procedure.tracks.values()
    falls = any(name == state.otherwise for track in tracks for state in track.states.values())
    return (*(way for way in (CLOCK, LINKED) if way in who), *((GROUND,) if falls else ()))


def _leading_nowhere(procedure: Procedure, name: str, track: Track) -> Iterator[Problem]:
    edges = graph(procedure, name)
    seen = reached(edges, (track.initial,))
    ending = {n for n, state in track.states.items() if state.ends or state.idle}
    for state in track.states:
        path = at("tracks", name, "states", state)
        if state not in seen:
            yield problem(
                "unreachable-state",
                path,
                f"Geen reeks stappen leidt van ‘{track.initial}’ naar ‘{state}’.",
                f"No series of steps leads from ‘{track.initial}’ to ‘{state}’.",
            )
        elif not reached(edges, (state,)) & ending:
            yield problem(
                "no-way-out",
                path,
                f"Vanuit ‘{state}’ is geen toestand te bereiken die eindigt of rust.",
                f"From ‘{state}’ no state can be reached that ends or is idle.",
            )


def _without_deadline(name: str, track: Track) -> Iterator[Problem]:
    for state_name, state in track.states.items():
        if not (state.ends or state.idle or state.deadline):
            yield problem(
                "no-deadline",
                at("tracks", name, "states", state_name),
                f"In ‘{state_name}’ kan een zaak eeuwig liggen: geef een deadline, ends of idle.",
                f"A case can lie in ‘{state_name}’ for ever: give it a deadline, ends or idle.",
            )


def _resting(name: str, track: Track) -> Iterator[Problem]:
    """Where a case is over, or nothing is going on, nobody is waited for."""
    for state_name, state in track.states.items():
        path = at("tracks", name, "states", state_name)
        if state.ends and state.idle:
            yield problem(
                "ends-and-rests",
                at(path, "idle"),
                f"‘{state_name}’ is afgelopen of rust, en niet allebei: laat ends of idle weg.",
                f"‘{state_name}’ is over or idle, and not both: leave out ends or idle.",
            )
        elif (state.ends or state.idle) and state.deadline and state.deadline.remind:
            key = "ends" if state.ends else "idle"
            yield problem(
                "reminds-at-rest",
                at(path, "deadline", "remind"),
                f"In ‘{state_name}’ wacht niemand ({key}), en toch wordt er iemand herinnerd: laat "
                f"{key} weg, of remind.",
                f"In ‘{state_name}’ nobody waits ({key}), and yet somebody is reminded: leave out "
                f"{key}, or remind.",
            )


def _clock(procedure: Procedure, name: str, track: Track) -> Iterator[Problem]:
    """Deadlines name the step they bring about, and steps by the clock have such a deadline."""
    for state_name, state in track.states.items():
        path = at("tracks", name, "states", state_name)
        ticking = [
            step_name
            for step_name, step in procedure.steps.items()
            if step.track == name and CLOCK in step.who and state_name in step.sources
        ]
        then = state.deadline.then if state.deadline else None
        if then is not None and then not in ticking:
            yield problem(
                "deadline-step",
                at(path, "deadline", "then"),
                f"‘{then}’ is geen stap door de klok vanuit ‘{state_name}’.",
                f"‘{then}’ is not a step by the clock from ‘{state_name}’.",
            )
        idle = [one for one in ticking if one != then and automatic(procedure.steps[one])]
        if len(ticking) > 1:
            yield problem(
                "two-clock-steps",
                path,
                f"Vanuit ‘{state_name}’ gaan twee stappen door de klok: {listed(ticking)}.",
                f"Two steps by the clock leave ‘{state_name}’: {listed(ticking)}.",
            )
        elif idle and then is None:
            yield problem(
                "clock-without-deadline",
                at("steps", idle[0], "from"),
                f"Geen deadline van ‘{state_name}’ noemt ‘{idle[0]}’, dus die stap komt er nooit.",
                f"No deadline of ‘{state_name}’ names ‘{idle[0]}’, so it never happens.",
            )
    waking = _waking(procedure)
    for state_name, state in track.states.items():
        then = state.deadline.then if state.deadline else None
        if then is not None and then in reached(waking, waking.get(then, ())):
            yield problem(
                "clock-circle",
                at("tracks", name, "states", state_name, "deadline"),
                f"Vanuit ‘{state_name}’ loopt de klok in een kring: dat houdt nooit op.",
                f"From ‘{state_name}’ the clock runs in a circle, and never stops.",
            )


def _waking(procedure: Procedure) -> Graph:
    """Of each step by the clock the ones that are to follow on it by the clock, on any track."""
    found: dict[str, frozenset[str]] = {}
    for name, step in procedure.steps.items():
        if CLOCK in step.who:
            led = [procedure.steps[one] for one in (name, *brought_about(procedure, name))]
            there = (procedure.tracks[one.track].states[one.to].deadline for one in led)
            found[name] = frozenset(one.then for one in there if one is not None and one.then)
    return found


def _overlapping(procedure: Procedure) -> Iterator[Problem]:
    for (first, a), (second, b) in combinations(procedure.steps.items(), 2):
        people = (set(a.who) & set(b.who)) - NOBODY
        same = set(a.sources) & set(b.sources) if (a.track, a.to) == (b.track, b.to) else set()
        if people and same and set(a.guards) == set(b.guards) and _asked(a) == _asked(b):
            yield problem(
                "overlapping-steps",
                at("steps", second),
                f"‘{second}’ en ‘{first}’ zijn niet te onderscheiden: {listed(people)} komt met "
                f"allebei van {listed(same)} naar ‘{a.to}’, met dezelfde guards en vragen.",
                f"‘{second}’ and ‘{first}’ cannot be told apart: with both {listed(people)} comes "
                f"from {listed(same)} to ‘{a.to}’, with the same guards and questions.",
            )


def _asked(step: Step) -> tuple[object, ...]:
    """What is asked of whoever takes the step: by that, too, people tell one step from another."""
    return (step.joins, frozenset(step.asks), step.note and step.note.kind, step.papers)


def _renewing(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Whoever comes into a state has its whole deadline anyway."""
    state = procedure.tracks[step.track].states[step.to]
    if step.renews and (state.deadline is None or step.to not in step.sources):
        yield problem(
            "renews-nothing",
            at("steps", name, "renews"),
            f"‘{name}’ blijft niet in een toestand met een deadline, dus er is niets te verlengen.",
            f"‘{name}’ does not stay in a state with a deadline, so there is nothing to renew.",
        )


def _reopening(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """What is over stays over, unless a step says that it opens it again."""
    states = procedure.tracks[step.track].states
    leaving = [n for n, source in enumerate(step.sources) if states[source].ends]
    goes_on = bool(leaving) and not states[step.to].ends
    if goes_on and not step.reopens:
        source = step.sources[leaving[0]]
        yield problem(
            "leaves-an-end",
            at("steps", name, "from", leaving[0]),
            f"In ‘{source}’ is het afgelopen (ends). Gaat het met ‘{name}’ weer verder, zet dan "
            "reopens: true bij die stap; haal anders deze toestand weg.",
            f"In ‘{source}’ it is over (ends). If it goes on again with ‘{name}’, say "
            "reopens: true at that step; else take this state away.",
        )
    elif step.reopens and not goes_on:
        yield problem(
            "reopens-nothing",
            at("steps", name, "reopens"),
            f"‘{name}’ leidt nergens vandaan waar het afgelopen is (ends), dus er gaat niets weer "
            "open.",
            f"‘{name}’ leads on from nowhere where it is over (ends), so it opens nothing again.",
        )


def _unwound(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """What people take as well never happens by the clock where no deadline says when."""
    states = procedure.tracks[step.track].states
    deadlines = (states[source].deadline for source in step.sources)
    named = any(deadline is not None and deadline.then == name for deadline in deadlines)
    if CLOCK in step.who and not automatic(step) and not named:
        yield problem(
            "clock-without-deadline",
            at("steps", name, "who"),
            f"Geen deadline noemt ‘{name}’, dus door de klok komt die stap er nooit.",
            f"No deadline names ‘{name}’, so it never happens by the clock.",
        )


def _by_itself(name: str, step: Step) -> Iterator[Problem]:
    """What happens by itself asks nothing, and only the clock waits until it may."""
    if not NOBODY & set(step.who):
        return
    path, alone = at("steps", name), automatic(step)
    for field_name, field in step.asks.items():
        if alone or field.required:
            yield problem(
                "automatic-asks",
                at(path, "asks", field_name),
                f"‘{name}’ gebeurt vanzelf, dus niemand beantwoordt ‘{field_name}’.",
                f"‘{name}’ happens by itself, so nobody answers ‘{field_name}’.",
            )
    if step.note is not None and (alone or step.note.required):
        yield problem(
            "automatic-note",
            at(path, "note"),
            f"‘{name}’ gebeurt vanzelf, dus niemand schrijft er iets bij.",
            f"‘{name}’ happens by itself, so nobody writes anything with it.",
        )
    if step.papers is not None and alone:
        yield problem(
            "automatic-papers",
            at(path, "papers"),
            f"‘{name}’ gebeurt vanzelf, dus niemand brengt er stukken bij mee.",
            f"‘{name}’ happens by itself, so nobody brings documents with it.",
        )
    if step.guards and {CONSEQUENCE, LINKED} & set(step.who):
        yield problem(
            "automatic-guarded",
            at(path, "guards"),
            f"‘{name}’ gebeurt vanzelf en slaat de guards over: zet ze bij de stap ervoor.",
            f"‘{name}’ happens by itself and passes over guards: put them on the step before it.",
        )
    asked = [office for office, field in step.assigns.items() if "." not in field]
    if step.joins is not None or asked:
        yield problem(
            "automatic-joins",
            at(path, "assigns" if asked else "joins"),
            f"‘{name}’ gebeurt vanzelf, dus er komt niemand bij. Een functie kan wel naar wie "
            "eerder genoemd is (stap.vraag).",
            f"‘{name}’ happens by itself, so nobody joins by it. An office can go to whom an "
            "earlier step named (step.field).",
        )
    if step.opens:
        yield problem(
            "automatic-opens",
            at(path, "opens"),
            f"‘{name}’ gebeurt vanzelf, en een zaak opent niet vanzelf.",
            f"‘{name}’ happens by itself, and no case opens by itself.",
        )
    if CLOCK in step.who and step.decision is not None:
        yield problem(
            "clock-decides",
            at(path, "decision"),
            f"De klok beslist niets: ‘{name}’ kan geen beslissing zijn.",
            f"The clock decides nothing: ‘{name}’ cannot be a decision.",
        )


def _bringing_about(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    path = at("steps", name)
    for number, emitted in enumerate(step.emits):
        other = procedure.steps[emitted]
        if CONSEQUENCE not in other.who:
            yield problem(
                "emits-no-consequence",
                at(path, "emits", number),
                f"‘{emitted}’ heeft consequence niet in who, dus ‘{name}’ kan die niet brengen.",
                f"‘{emitted}’ has no consequence in who, so ‘{name}’ cannot bring it about.",
            )
        elif other.track == step.track and emitted != name:
            yield problem(
                "emits-same-track",
                at(path, "emits", number),
                f"‘{emitted}’ is van hetzelfde spoor: laat ‘{name}’ meteen naar ‘{other.to}’ gaan.",
                f"‘{emitted}’ is of the same track: let ‘{name}’ go to ‘{other.to}’ at once.",
            )
    emitted_somewhere = any(name in other.emits for other in procedure.steps.values())
    falls = GROUND in unattended(procedure, name)
    if CONSEQUENCE in step.who and not (emitted_somewhere or falls):
        yield problem(
            "consequence-of-nothing",
            at(path, "who"),
            f"Geen stap brengt ‘{name}’ teweeg (emits), en geen toestand valt terug (otherwise).",
            f"No step brings ‘{name}’ about (emits), and no state falls back on it (otherwise).",
        )


def _circles(procedure: Procedure) -> Iterator[Problem]:
    for name in procedure.steps:
        around = brought_about(procedure, name)
        if name in around and name == min(n for n in around if name in brought_about(procedure, n)):
            yield problem(
                "emits-circle",
                at("steps", name, "emits"),
                f"‘{name}’ brengt via {listed(around)} zichzelf teweeg.",
                f"‘{name}’ brings itself about through {listed(around)}.",
            )

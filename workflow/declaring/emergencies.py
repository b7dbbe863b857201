"""Emergencies in a procedure: affirmed, for named recipients, short, and always closed (B19).

The engine ends an emergency in time whatever a procedure says (`engine.sharing`). Here is refused
what could leave the case in it, or destroy meanwhile what was shared. These checks are for a
procedure in which every name leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from workflow.declaring.flow import brought_about, graph, reached, unattended
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.deadlines import BadDuration, parse_duration
from workflow.engine.member import decider, in_silence
from workflow.engine.procedure import CLOCK, NOBODY, Deadline, Procedure, Step, TrackIn
from workflow.engine.sharing import EMERGENCY_CONDITIONS, EMERGENCY_LIMIT
from workflow.engine.standing import CONFIDANTS


def emergencies(procedure: Procedure) -> Iterator[Problem]:
    """Every emergency that is not the exception it has to be, and every erasure that is not one."""
    for name, step in procedure.steps.items():
        if step.emergency == "open" and not unattended(procedure, name):
            yield from _emergency(procedure, name, step)
        if step.erases is not None:
            yield from _erasing(procedure, name, step, step.erases)


def _emergency(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 1: an emergency is affirmed, has recipients, is short and always closes (B19)."""
    path = at("steps", name)
    asked = {name: field.type for name, field in step.asks.items() if field.required}
    conditions = [name for name in EMERGENCY_CONDITIONS if asked.get(name) != "affirm"]
    if conditions:
        yield problem(
            "emergency-not-affirmed",
            path,
            f"{name} opent een noodtoestand, en moet daarvoor affirm vragen: {listed(conditions)}.",
            f"{name} opens an emergency, and must ask an affirm for that: {listed(conditions)}.",
        )
    if "recipients" not in asked.values():
        yield problem(
            "emergency-without-recipients",
            path,
            f"{name} opent een noodtoestand, dus moet vragen wie het mag weten (recipients).",
            f"{name} opens an emergency, so it must ask who may know (recipients).",
        )
    if others := set(step.who) - CONFIDANTS - NOBODY:
        yield problem(
            "emergency-by-others",
            at(path, "who"),
            f"Een noodtoestand opent alleen een vertrouwenspersoon, niet: {listed(others)}.",
            f"An emergency is opened by a counsellor only, not by: {listed(others)}.",
        )
    stuck = [*_closing_clock(procedure, step.track, step.to), *_stays_open(procedure, step)]
    yield from stuck or _prolonged(procedure, step)


def _stays_open(procedure: Procedure, opening: Step) -> Iterator[Problem]:
    """From every state in which the emergency may be open there is a way to its end."""
    closing = {
        source
        for name, step in procedure.steps.items()
        if step.track == opening.track and _closes(procedure, name)
        for source in step.sources
    }
    everything = graph(procedure, opening.track)
    for state in sorted(open_states(procedure, opening)):
        if not reached(everything, (state,)) & closing:
            yield problem(
                "emergency-stays-open",
                at("tracks", opening.track, "states", state),
                f"In {state} kan een noodtoestand open zijn die nooit meer sluit.",
                f"In {state} an emergency can be open that never closes.",
            )


def _closing_clock(procedure: Procedure, track: str, state: str) -> Iterator[Problem]:
    """Where an emergency is open the clock closes it, in time and whatever else is so."""
    target = at("tracks", track, "states", state)
    deadline = procedure.tracks[track].states[state].deadline
    if deadline is None or deadline.then is None:
        yield problem(
            "emergency-without-end",
            target,
            f"In {state} is een noodtoestand open: een deadline moet die sluiten (then).",
            f"In {state} an emergency is open: a deadline must close it (then).",
        )
        return
    if procedure.steps[deadline.then].guards:
        yield problem(
            "emergency-end-waits",
            at("steps", deadline.then, "guards"),
            f"{deadline.then} sluit de noodtoestand en wacht daarmee op niets: geen guards.",
            f"{deadline.then} closes the emergency and waits for nothing: no guards.",
        )
    if not _closes(procedure, deadline.then):
        yield problem(
            "emergency-not-closed",
            at(target, "deadline", "then"),
            f"{deadline.then} sluit de noodtoestand niet (emergency: close).",
            f"{deadline.then} does not close the emergency (emergency: close).",
        )


def _prolonged(procedure: Procedure, opening: Step) -> Iterator[Problem]:
    """However it goes on the emergency is short: no term in it is so long, or begins anew."""
    for state, lasts in sorted(_lasting(procedure, opening).items()):
        if state != opening.to:
            yield from _closing_clock(procedure, opening.track, state)
        if lasts > EMERGENCY_LIMIT:
            days = EMERGENCY_LIMIT.days
            yield problem(
                "emergency-too-long",
                at("tracks", opening.track, "states", state, "deadline"),
                f"Een noodtoestand duurt hooguit {days} dagen, en niet in werkdagen geteld.",
                f"An emergency lasts {days} days at most, and is not counted in working days.",
            )
    anew = next(_beginning_anew(procedure, opening), None)
    if anew is not None:
        yield problem(
            "emergency-prolonged",
            at("steps", anew, "renews" if procedure.steps[anew].renews else "to"),
            f"Met {anew} kan de termijn van een noodtoestand steeds opnieuw beginnen.",
            f"With {anew} the term of an emergency can begin anew again and again.",
        )


def _beginning_anew(procedure: Procedure, opening: Step) -> Iterator[str]:
    """The steps by which a state in which the emergency is open can be come to again."""
    danger, staying = open_states(procedure, opening), _staying(procedure, opening.track)
    for name, step in procedure.steps.items():
        # What is affirmed anew is another emergency.
        if step.track != opening.track or step.emergency == "open" or _closes(procedure, name):
            continue
        for source in danger & set(step.sources):
            if step.renews if step.to == source else source in reached(staying, (step.to,)):
                yield name
                break


def _lasting(procedure: Procedure, opening: Step) -> dict[str, timedelta]:
    """For each state in which the emergency may be open, how long it can be so when that ends."""
    states, staying = procedure.tracks[opening.track].states, _staying(procedure, opening.track)
    found: dict[str, timedelta] = {}
    waiting = [(opening.to, timedelta(), frozenset[str]())]
    while waiting:
        state, before, above = waiting.pop()
        lasts = before + _span(states[state].deadline)
        found[state] = max(found.get(state, lasts), lasts)
        above |= {state}
        waiting += [(then, lasts, above) for then in staying[state] - above]
    return found


def open_states(procedure: Procedure, opening: Step) -> frozenset[str]:
    """The states in which an emergency opened by this step can still be open."""
    return reached(_staying(procedure, opening.track), (opening.to,))


def _staying(procedure: Procedure, track: str) -> dict[str, frozenset[str]]:
    """From each state of the track the states that a step leads to which closes no emergency."""
    return {
        state: frozenset(
            step.to
            for name, step in procedure.steps.items()
            if step.track == track and state in step.sources and not _closes(procedure, name)
        )
        for state in procedure.tracks[track].states
    }


def _closes(procedure: Procedure, name: str) -> bool:
    return any(
        procedure.steps[one].emergency == "close" for one in (name, *brought_about(procedure, name))
    )


def _span(deadline: Deadline | None) -> timedelta:
    """How long a term is at most; one in working days is too long, as there may be a holiday."""
    if deadline is None:
        return timedelta()
    if deadline.within is None:
        return 2 * EMERGENCY_LIMIT
    try:
        span = parse_duration(deadline.within)
    except BadDuration:
        return timedelta()
    days = span.years * 366 + span.months * 31 + span.weeks * 7 + span.days
    return timedelta(days=days, hours=span.hours, minutes=span.minutes)


def _erasing(procedure: Procedure, name: str, step: Step, party: str) -> Iterator[Problem]:
    """What is erased is a member's to lose, when all is over and nobody's life is at stake."""
    path = at("steps", name)
    if not procedure.tracks[step.track].states[step.to].ends:
        yield problem(
            "erases-before-end",
            at(path, "erases"),
            f"{name} wist alles van {party}, dus moet het spoor eindigen: {step.to} eindigt niet.",
            f"{name} erases all that is of {party}, so the track must end: {step.to} does not.",
        )
    if CLOCK in step.who:
        yield from _erasing_what_runs(procedure, name, step)
    declared = msgspec.structs.replace(step, erases=None)
    theirs = all(decider(procedure, declared, source) == party for source in step.sources)
    others = set(step.who) - {CLOCK, *(() if procedure.parties[party].many else (party,))}
    if others and not (theirs and not others & NOBODY):
        yield problem(
            "erases-by-others",
            at(path, "who"),
            f"Wat van {party} is wist alleen de klok, of {party} zelf: niet {listed(others)}.",
            f"What is of {party} is erased by the clock, or by {party}: not by {listed(others)}.",
        )
    for track in procedure.tracks:
        openings = [
            one
            for other, one in procedure.steps.items()
            if one.track == track and one.emergency == "open" and not unattended(procedure, other)
        ]
        danger = {state for one in openings for state in open_states(procedure, one)}
        if not danger:
            continue
        excluded = step.track == track and not danger & set(step.sources)
        excluded = excluded or any(
            isinstance(guard, TrackIn) and guard.track == track and not danger & set(guard.states)
            for guard in step.guards
        )
        if not excluded:
            safe = listed(set(procedure.tracks[track].states) - danger)
            yield problem(
                "erases-in-emergency",
                at(path, "guards") if step.guards else path,
                f"Er kan een noodtoestand open zijn: geef een guard track_in, {track} in {safe}.",
                f"An emergency can be open: give a guard track_in, {track} in {safe}.",
            )


def _erasing_what_runs(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """The clock erases what is over and nothing else."""
    for source, state in procedure.tracks[step.track].states.items():
        timed = state.deadline is not None and state.deadline.then == name
        if timed and source in step.sources and not in_silence(procedure, step, source):
            yield problem(
                "erases-what-runs",
                at("tracks", step.track, "states", source, "deadline", "then"),
                f"{name} wist door de klok alles van {step.erases}: dat kan alleen vanuit een "
                "toestand met ends, en als er een spoor van hen is dat eindigt.",
                f"{name} erases by the clock all that is of {step.erases}: only from a state with "
                "ends, and where a track of theirs can end.",
            )

"""What a newer version would take from those whom a case is about. Pure.

Law 2 across versions: a state in which a member decides stays one, a decision that was theirs stays
theirs and is evidenced no more weakly, what somebody whom the case is about can do where it stands
they can still do, and nothing ends or begins anew but by a step.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.engine.case import Case
from workflow.engine.meanings import Hindrance, Trace
from workflow.engine.member import decider, enough
from workflow.engine.procedure import Procedure
from workflow.engine.reasons import Reason
from workflow.engine.replacing import Counterparts


def broken(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """Everything that was promised in the case and would not be kept."""
    yield from _tracks(older, newer, case, now)
    yield from _decisions(older, newer, now)
    yield from _ways(older, newer, case, now)
    yield from _answers(older, newer, case)


def _tracks(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    for name, at in case.tracks.items():
        track, after = older.tracks[name], newer.tracks.get(name)
        if after is None:
            if at.begun:
                yield Hindrance(Reason("track-gone", {"track": name}, ("B38",)), Trace(track=name))
            continue
        here = Trace(track=name)
        stands = {"track": name, "state": at.state}
        if at.begun and track.belongs_to != after.belongs_to:
            yield Hindrance(Reason("track-of-another", {"track": name}, ("B16", "B38")), here)
        was, then = track.states[at.state], after.states.get(now.state(name, at.state))
        if then is None:
            continue
        rests = track.belongs_to is not None and was.idle != then.idle
        began = not at.begun and now.state(name, at.state) != after.initial
        if was.ends != then.ends or rests or began:
            yield Hindrance(Reason("moved-by-version", stands, ("B16", "B38")), here)


def _decisions(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[Hindrance]:
    """Nowhere on the way does somebody else come to decide what was a member's to decide."""
    for name, track in older.tracks.items():
        after = newer.tracks[name].states if name in newer.tracks else None
        for state_name, state in track.states.items():
            then = after.get(now.state(name, state_name)) if after is not None else None
            kept = then is None or then.decides
            if state.decides and track.belongs_to is not None and not kept:
                theirs = {"track": name, "state": state_name, "party": track.belongs_to}
                yield Hindrance(Reason("decision-taken", theirs, ("B16", "B38")))
    for name in taken(older, newer, now):
        step = older.steps[name]
        party = next(p for state in step.sources if (p := decider(older, step, state)))
        decides = {"step": name, "party": party}
        yield Hindrance(Reason("step-decision-taken", decides, ("B16", "B38")))


def taken(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[str]:
    """The steps that a member decided on, and that another decides on now, or on less evidence."""
    for name, step in older.steps.items():
        newly = newer.steps.get(name)
        if newly is None or newly.track != step.track or step.track not in newer.tracks:
            continue
        weaker = bool(set(enough(newly)) - set(enough(step)))
        for state in step.sources:
            party, then = decider(older, step, state), now.state(step.track, state)
            there = party is not None and then in newly.sources
            if there and (weaker or decider(newer, newly, then) != party):
                yield name
                break


def _ways(older: Procedure, newer: Procedure, case: Case, now: Counterparts) -> Iterator[Hindrance]:
    """What a party could do where the case stands, they can do there still."""
    playing = {party.role for party in case.parties.values()}
    for name, step in older.steps.items():
        state = case.state(step.track)
        track, then = newer.tracks.get(step.track), now.state(step.track, state)
        if state not in step.sources or step.opens or (track and then not in track.states):
            continue
        theirs = {who for who in step.who if who in playing}
        theirs |= {who for who in (decider(older, step, state),) if who in playing}
        newly = newer.steps.get(name)
        there = newly is not None and newly.track == step.track
        there = there and newly is not None and then in newly.sources
        still = {*newly.who, newly.decision.party if newly.decision else ""} if newly else set()
        for party in sorted(theirs):
            if not there or (party in step.who and party not in still):
                could = {"step": name, "party": party}
                where = Trace(track=step.track)
                yield Hindrance(Reason("way-gone", could, ("B16", "B38")), where)


def _answers(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """An answer that was given is still an answer to what is asked."""
    for name, done in case.done.items():
        before, after = older.steps.get(name), newer.steps.get(name)
        for field in done.answers:
            was = before.asks.get(field) if before else None
            then = after.asks.get(field) if after else None
            if was is not None and then is not None and was.type != then.type:
                particulars = {"step": name, "field": field}
                track = before.track if before else None
                yield Hindrance(Reason("answer-differs", particulars, ("B38",)), Trace(track=track))

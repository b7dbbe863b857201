"""The tables of a View: consents, disclosures, deadlines, emergencies and tracks.

Each is made from the events the audience sees and from nothing else. Times are in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.deadlines import describe
from workflow.engine.folding import span
from workflow.engine.procedure import CLOCK, Deadline, Procedure, Text
from workflow.histories import wording_history as say
from workflow.histories.diagrams import Move, diagram
from workflow.histories.telling import Numbers, answers, capacity, covered, erased
from workflow.histories.views import (
    ConsentSeen,
    DeadlineSeen,
    DisclosureSeen,
    EmergencySeen,
    Followed,
    Track,
    Word,
)
from workflow.histories.visibility import Placed, Scope, ended_consents


def consents(
    seen: Scope,
    shown: Sequence[Placed],
    counted: Numbers,
    place: dict[int, int],
) -> tuple[ConsentSeen, ...]:
    """The consents the audience sees, in the order in which they were given."""
    procedure, destroyed = seen.procedure, erased(seen, shown)
    ends: dict[str, tuple[datetime, str]] = {}
    for each in shown:
        at = each.event.took_place
        match each.event.data:
            case f.Withdrawn(name):
                ends.setdefault(name, (at, "withdrawn"))
            case f.Lapsed(name):
                ends.setdefault(name, (at, "expired"))
            case f.PurposeEnded(purpose):
                for name in ended_consents(seen, each.before, purpose, at):
                    ends.setdefault(name, (at, "over"))
    found = []
    for number, each in enumerate(shown, 1):
        fact = each.event.data
        if not isinstance(fact, f.Consented):
            continue
        ended, status = ends.get(fact.consent, (None, "holds"))
        kind = Word(fact.kind, procedure.kinds[fact.kind].labels) if fact.kind else None
        found.append(
            ConsentSeen(
                number=counted.consents[fact.consent],
                giver=capacity(procedure, fact.giver),
                to=capacity(procedure, fact.to),
                purpose=Word(fact.purpose, procedure.purposes[fact.purpose].labels),
                kind=kind,
                items=len(fact.items),
                what=covered(seen, fact, counted, destroyed),
                evidence=Word(fact.evidence, say.EVIDENCE[fact.evidence]),
                starts=fact.starts,
                until=fact.until,
                ended=ended,
                status=Word(status, say.STATUSES[status]),
                moment=place[number],
            )
        )
    return tuple(found)


def disclosures(
    seen: Scope, shown: Sequence[Placed], counted: Numbers, place: dict[int, int]
) -> tuple[DisclosureSeen, ...]:
    """The disclosures the audience sees, in their order."""
    procedure, destroyed = seen.procedure, erased(seen, shown)
    found: list[DisclosureSeen] = []
    for number, each in enumerate(shown, 1):
        fact = each.event.data
        if not isinstance(fact, f.Disclosed):
            continue
        item = seen.case.items[fact.item]
        on = tuple(counted.consents[name] for name in fact.on if name in counted.consents)
        by = (each.event.office,) if each.names_capacity and each.event.office else ()
        found.append(
            DisclosureSeen(
                number=len(found) + 1,
                at=each.event.took_place,
                item=counted.items[fact.item],
                kind=Word(item.kind, procedure.kinds[item.kind].labels),
                owners=tuple(capacity(procedure, party) for party in item.of),
                to=capacity(procedure, fact.to),
                purpose=Word(fact.purpose, procedure.purposes[fact.purpose].labels),
                basis=Word(fact.basis, say.BASES[fact.basis]),
                rests_on=say.resting_on(say.BASES[fact.basis], on),
                on=on,
                by=tuple(capacity(procedure, name) for name in by),
                moment=place[number],
                into=fact.into,
                erased=fact.item in destroyed,
            )
        )
    return tuple(found)


def deadlines(seen: Scope, shown: Sequence[Placed], now: datetime) -> tuple[DeadlineSeen, ...]:
    """Every deadline of a state that the audience saw entered, in the order in which they began."""
    procedure = seen.procedure
    found: list[DeadlineSeen] = []
    running: dict[str, int] = {}
    for each in shown:
        fact = each.event.data
        entered = [fact.track] if isinstance(fact, f.Stepped) else []
        if isinstance(fact, f.Opened):
            entered = [name for name in procedure.tracks if seen.sees(name)]
        for name in entered:
            if name in running and isinstance(fact, f.Stepped):
                at = running.pop(name)
                found[at] = _left(procedure, found[at], fact, each.event.took_place)
            position = each.after.tracks[name]
            state = procedure.tracks[name].states[position.state]
            if state.deadline is None or position.due is None:
                continue
            running[name] = len(found)
            over = position.due <= now
            outcome = "overdue" if over else "running"
            found.append(
                DeadlineSeen(
                    track=Word(name, procedure.tracks[name].labels),
                    state=Word(position.state, state.labels),
                    term=_term(state.deadline),
                    since=position.since,
                    due=position.due,
                    left=None,
                    outcome=Word(outcome, say.OUTCOMES[outcome]),
                    late=say.late_by(now - position.due) if over else None,
                    cites=state.deadline.cites,
                )
            )
    return tuple(found)


def _left(
    procedure: Procedure, deadline: DeadlineSeen, fact: f.Stepped, at: datetime
) -> DeadlineSeen:
    declared = procedure.tracks[fact.track].states[fact.source].deadline
    by_itself = fact.because == CLOCK and declared is not None and declared.then == fact.step
    outcome = "kept" if at < deadline.due else "lapsed" if by_itself else "missed"
    return msgspec.structs.replace(
        deadline,
        left=at,
        outcome=Word(outcome, say.OUTCOMES[outcome]),
        late=say.late_by(at - deadline.due) if outcome == "missed" else None,
    )


def _term(deadline: Deadline) -> Text:
    return Text(describe(span(deadline), "nl"), describe(span(deadline), "en"))


def emergencies(
    seen: Scope,
    shown: Sequence[Placed],
    disclosures: Sequence[DisclosureSeen],
    place: dict[int, int],
    now: datetime,
) -> tuple[EmergencySeen, ...]:
    """The emergencies the audience sees, each with what followed on its track."""
    procedure = seen.procedure
    shared = [gone for gone in disclosures if gone.basis.name == "emergency"]
    found: list[EmergencySeen] = []
    track = ""
    for number, each in enumerate(shown, 1):
        fact, at = each.event.data, each.event.took_place
        if isinstance(fact, f.Stepped):
            step = procedure.steps[fact.step]
            if step.emergency == "open":
                track = fact.track
            elif found and fact.track == track and step.emergency is None:
                told = Followed(at, Word(fact.step, step.labels), answers(seen, fact))
                found[-1] = msgspec.structs.replace(found[-1], followed=(*found[-1].followed, told))
        elif isinstance(fact, f.EmergencyOpened):
            by = (each.event.office,) if each.names_capacity and each.event.office else ()
            over = fact.until <= now
            found.append(
                EmergencySeen(
                    number=len(found) + 1,
                    opened=at,
                    by=tuple(capacity(procedure, name) for name in by),
                    recipients=tuple(capacity(procedure, name) for name in fact.recipients),
                    until=fact.until,
                    ended=fact.until if over else None,
                    ending=_ending("expired" if over else "open"),
                    followed=(),
                    pending=None,
                    disclosures=tuple(gone.number for gone in shared if at <= gone.at < fact.until),
                    moment=place[number],
                )
            )
        elif isinstance(fact, f.EmergencyClosed) and found:
            ending = _ending("expired" if each.itself == CLOCK else "closed")
            found[-1] = msgspec.structs.replace(found[-1], ended=at, ending=ending)
    if found and seen.case.state(track) != procedure.tracks[track].initial:
        state = seen.case.state(track)
        pending = Word(state, procedure.tracks[track].states[state].labels)
        found[-1] = msgspec.structs.replace(found[-1], pending=pending)
    return tuple(found)


def _ending(name: str) -> Word:
    return Word(name, say.ENDINGS[name])


def tracks(seen: Scope, shown: Sequence[Placed], place: dict[int, int]) -> tuple[Track, ...]:
    """The tracks the audience sees, in the order in which the procedure declares them."""
    procedure = seen.procedure
    steps = [(p.event.data, p.event.took_place, place[n]) for n, p in enumerate(shown, 1)]
    opened = next((at for fact, at, _ in steps if isinstance(fact, f.Opened)), None)
    found = []
    for name, declared in procedure.tracks.items():
        if not shown or not seen.sees(name):
            continue
        moved = [
            (fact, at, number)
            for fact, at, number in steps
            if isinstance(fact, f.Stepped) and fact.track == name
        ]
        states = [declared.initial, *(fact.to for fact, _, _ in moved)]
        state = declared.states[states[-1]]
        found.append(
            Track(
                track=Word(name, declared.labels),
                state=Word(states[-1], state.labels),
                begun=bool(moved),
                ended=state.ends,
                since=moved[-1][1] if moved else opened,
                path=tuple(declared.states[passed].labels for passed in states),
                diagram=diagram(
                    procedure,
                    name,
                    [Move(fact.step, fact.source, fact.to, number) for fact, _, number in moved],
                    told=seen.whole,
                ),
            )
        )
    return tuple(found)

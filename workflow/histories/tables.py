"""The tables of a View: consents, disclosures, deadlines, emergencies and tracks.

Each is made from the events the audience sees and from nothing else. Times are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.deadlines import describe
from workflow.engine.folding import span
from workflow.engine.procedure import CLOCK, Deadline, Procedure, Text, kind_labels
from workflow.engine.replacing import counterparts
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
    Walked,
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
    destroyed = erased(seen, shown)
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
        procedure = each.procedure
        ended, status = ends.get(fact.consent, (None, "holds"))
        kind = Word(fact.kind, kind_labels(procedure, fact.kind)) if fact.kind else None
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
    destroyed = erased(seen, shown)
    found: list[DisclosureSeen] = []
    for number, each in enumerate(shown, 1):
        fact = each.event.data
        if not isinstance(fact, f.Disclosed):
            continue
        item, procedure = seen.case.items[fact.item], each.procedure
        on = tuple(counted.consents[name] for name in fact.on if name in counted.consents)
        by = (each.event.office,) if each.names_capacity and each.event.office else ()
        found.append(
            DisclosureSeen(
                number=len(found) + 1,
                at=each.event.took_place,
                item=counted.items[fact.item],
                kind=Word(item.kind, kind_labels(seen.procedure, item.kind)),
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


def deadlines(
    seen: Scope, shown: Sequence[Placed], place: dict[int, int], now: datetime
) -> tuple[DeadlineSeen, ...]:
    """Every deadline of a state that the audience saw entered, in the order in which they began."""
    found: list[DeadlineSeen | None] = []
    running: dict[str, int] = {}
    for number, each in enumerate(shown, 1):
        fact, procedure = each.event.data, each.procedure
        entered = [fact.track] if isinstance(fact, f.Stepped) else []
        if isinstance(fact, f.Migrated):
            procedure, entered = _after(seen, each.event.seq - 1), _anew(seen, each, fact)
            for name in entered:
                if name in running:  # the term that ran until now is there no more
                    found[running.pop(name)] = None
        if isinstance(fact, f.Opened):
            entered = [name for name in procedure.tracks if seen.sees(name)]
        for name in entered:
            if name in running and isinstance(fact, f.Stepped):
                at = running.pop(name)
                ran = found[at]
                if ran is not None:
                    found[at] = _left(procedure, ran, fact, each.event.took_place, place[number])
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
                    moment=place[number],
                )
            )
    return tuple(each for each in found if each is not None)


def _after(seen: Scope, place: int) -> Procedure:
    """The procedure that the case runs under after the event at this place, counted from 0."""
    return seen.ruled[place + 1] if place + 1 < len(seen.ruled) else seen.procedure


def _anew(seen: Scope, each: Placed, fact: f.Migrated) -> list[str]:
    """The tracks that the audience sees on which a term begins with another version."""
    fresh = [name for name in each.after.tracks if name not in each.before.tracks]
    return [name for name in (*fact.renewed, *fresh) if seen.sees(name)]


def _left(
    procedure: Procedure, deadline: DeadlineSeen, fact: f.Stepped, at: datetime, moment: int
) -> DeadlineSeen:
    declared = procedure.tracks[fact.track].states[fact.source].deadline
    by_itself = fact.because == CLOCK and declared is not None and declared.then == fact.step
    outcome = "kept" if at < deadline.due else "lapsed" if by_itself else "missed"
    return msgspec.structs.replace(
        deadline,
        left=at,
        outcome=Word(outcome, say.OUTCOMES[outcome]),
        late=say.late_by(at - deadline.due) if outcome == "missed" else None,
        ending=moment,
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
            step = each.procedure.steps[fact.step]
            if step.emergency == "open":
                track = fact.track
            elif found and fact.track == track and step.emergency is None:
                told = Followed(at, Word(fact.step, step.labels), answers(seen, each, fact))
                found[-1] = msgspec.structs.replace(found[-1], followed=(*found[-1].followed, told))
        elif isinstance(fact, f.EmergencyOpened):
            by = (each.event.office,) if each.names_capacity and each.event.office else ()
            over = fact.until <= now
            found.append(
                EmergencySeen(
                    number=len(found) + 1,
                    opened=at,
                    by=tuple(capacity(procedure, name) for name in by),
                    recipients=tuple(capacity(each.procedure, name) for name in fact.recipients),
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
        moves = [
            Move(
                fact.step,
                _today(seen, at, name, fact.source),
                _today(seen, at, name, fact.to),
                number,
            )
            for fact, at, number in _moves(shown, name, place)
        ]
        now = seen.case.state(name) if moved else declared.initial
        state = declared.states[now]
        found.append(
            Track(
                track=Word(name, declared.labels),
                state=Word(now, state.labels),
                begun=bool(moved),
                ended=state.ends,
                since=moved[-1][1] if moved else opened,
                path=_path(seen, shown, name),
                walked=tuple(_walked(shown, name, place)),
                diagram=diagram(
                    procedure,
                    name,
                    moves,
                    told=seen.whole,
                ),
            )
        )
    return tuple(found)


def _moves(
    shown: Sequence[Placed], track: str, place: dict[int, int]
) -> Iterator[tuple[f.Stepped, int, int]]:
    """The steps of a track, each with the place of its event in the case and of its moment."""
    for number, each in enumerate(shown, 1):
        fact = each.event.data
        if isinstance(fact, f.Stepped) and fact.track == track:
            yield fact, each.event.seq, place[number]


def _walked(shown: Sequence[Placed], track: str, place: dict[int, int]) -> Iterator[Walked]:
    """The moves of a track, each in the words of its time."""
    for number, each in enumerate(shown, 1):
        fact, procedure = each.event.data, each.procedure
        if isinstance(fact, f.Stepped) and fact.track == track:
            to = procedure.tracks[track].states[fact.to].labels
            step = Word(fact.step, procedure.steps[fact.step].labels)
            yield Walked(place[number], each.event.took_place, step, Word(fact.to, to))


def _today(seen: Scope, seq: int, track: str, state: str) -> str:
    """What a state of the track that event `seq` speaks of is called by now."""
    for place, migrated in seen.migrations:
        if place >= seq:
            state = counterparts(_after(seen, place), migrated.version, migrated.source).state(
                track, state
            )
    return state


def _path(seen: Scope, shown: Sequence[Placed], track: str) -> tuple[Text, ...]:
    """The labels of the states that a track passed, each in the words of that time."""
    declared = seen.procedure.tracks[track]
    found: list[Text] = []
    for each in shown:
        fact, was = each.event.data, each.procedure.tracks.get(track)
        if not found and was is not None:
            found.append(was.states[was.initial].labels)
        if isinstance(fact, f.Stepped) and fact.track == track and was is not None:
            found.append(was.states[fact.to].labels)
        elif isinstance(fact, f.Migrated) and was is not None:
            before, after = each.before.tracks.get(track), each.after.tracks.get(track)
            if before and after and before.state != after.state:
                label = _after(seen, each.event.seq - 1).tracks[track].states[after.state].labels
                found += [label] if label != found[-1] else []
    return tuple(found) or (declared.states[declared.initial].labels,)

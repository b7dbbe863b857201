"""Folding: the one way from a history to the case it leaves. Pure, total over valid histories.

`fold` takes one event further; the whole case is `functools.reduce(fold, events, blank)`. Every
prefix of a history folds, so a history can be looked at as of any moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case, Consent, Disclosure, Done, Emergency, Item, Party, Position
from workflow.engine.deadlines import Span, WorkingDays, due, parse_duration
from workflow.engine.procedure import Deadline, Procedure
from workflow.engine.replacing import counterparts

replace = msgspec.structs.replace


class BadHistory(Exception):
    """A history that cannot have come from this procedure; says at which event, and why."""

    def __init__(self, stream: str, seq: int, problem: str) -> None:
        super().__init__(f"{stream} #{seq}: {problem}")
        self.stream, self.seq, self.problem = stream, seq, problem


def blank(stream: str, procedure: str) -> Case:
    """A case before its first event, under the procedure with this digest."""
    return Case(stream=stream, procedure=procedure)


def span(deadline: Deadline) -> Span:
    """The stretch of time a declared deadline means."""
    if deadline.within is not None:
        return parse_duration(deadline.within)
    assert deadline.working_days is not None, "the reader lets no deadline without a length through"
    return WorkingDays(deadline.working_days)


def position(procedure: Procedure, track: str, state: str, since: datetime) -> Position:
    """A track entering `state` at `since` (UTC), with the moment its deadline passes."""
    deadline = procedure.tracks[track].states[state].deadline
    return Position(state, since, due(since, span(deadline)) if deadline else None)


def fold(procedure: Procedure, case: Case, event: f.Event) -> Case:
    """The case after `event`. Raises BadHistory when the event cannot follow.

    `procedure` is that under which the event leaves the case (`leads`).
    """
    if event.seq != case.seq + 1:
        raise BadHistory(event.stream, event.seq, f"expected event {case.seq + 1}")
    after = apply(procedure, case, event.data, event.who, event.took_place)
    return replace(after, seq=event.seq, latest=event.at)


def apply(procedure: Procedure, case: Case, fact: f.Fact, who: str, at: datetime) -> Case:
    """The case with one more fact, brought about by `who`, that took place `at` (UTC).

    `procedure` is that under which the fact leaves the case: of Migrated, the newer one.
    """
    match fact:
        case f.Stepped():
            return _stepped(procedure, case, fact, who, at)
        case f.Opened(branch):
            tracks = {
                name: position(procedure, name, track.initial, at)
                for name, track in procedure.tracks.items()
            }
            return replace(case, branch=branch, tracks=tracks)
        case f.Added() | f.Disclosed() | f.Read() | f.Erased():
            return _with_items(procedure, case, fact, who)
        case f.Consented() | f.Withdrawn() | f.Lapsed() | f.PurposeEnded():
            return _with_consents(case, fact)
        case f.Joined(party, role, key, person):
            return replace(case, parties=case.parties | {party: Party(role, key, person)})
        case f.Assigned(office, persons):
            return replace(case, assigned=case.assigned | {office: persons})
        case f.Released(office):
            return replace(case, assigned=case.assigned | {office: ()})
        case f.Recused(person, ground):
            return replace(case, recused=case.recused | {person: ground})
        case f.EmergencyOpened(recipients, until):
            return replace(case, emergency=Emergency(recipients, until, at))
        case f.EmergencyClosed():
            return replace(case, emergency=None)
        case f.Linked(other):
            origin = case.origin if case.done else other
            newest = () if other in case.links else (other,)
            return replace(case, links=case.links + newest, origin=origin)
        case f.Heard():
            return case
        case f.Migrated():
            return _migrated(procedure, case, fact, at)
        case _:
            raise BadHistory(case.stream, case.seq + 1, f"{type(fact).__name__} is no case fact")


def leads(case: Case, fact: f.Fact) -> str:
    """The digest of the procedure under which `fact` leaves the case."""
    return fact.to if isinstance(fact, f.Migrated) else case.procedure


def ran_under(events: Iterable[f.Event]) -> tuple[str, ...]:
    """The digests of the procedures that a case with these events ran under, the first one first.

    Events that are not recorded yet name none.
    """
    found: dict[str, None] = {}
    for event in events:
        if event.procedure is not None:
            found.setdefault(event.procedure)
        if isinstance(event.data, f.Migrated):
            found |= {event.data.source: None, event.data.to: None}
    return tuple(found)


def history(
    procedure: Procedure | Mapping[str, Procedure], start: Case, events: Iterable[f.Event]
) -> Case:
    """The case after all `events`, from `start`.

    A case that came under another version needs each of its procedures, by their digests. Raises
    BadHistory.
    """
    for event in events:
        start = fold(under(procedure, start, event), start, event)
    return start


def under(procedure: Procedure | Mapping[str, Procedure], case: Case, event: f.Event) -> Procedure:
    """The procedure under which `event` leaves the case. Raises BadHistory where it is unknown."""
    if isinstance(procedure, Procedure):
        return procedure
    digest = leads(case, event.data)
    if digest not in procedure:
        raise BadHistory(event.stream, event.seq, f"procedure {digest} is not known")
    return procedure[digest]


def _stepped(procedure: Procedure, case: Case, fact: f.Stepped, who: str, at: datetime) -> Case:
    if case.state(fact.track) != fact.source:
        problem = f"track {fact.track} is in {case.state(fact.track)}, not in {fact.source}"
        raise BadHistory(case.stream, case.seq + 1, problem)
    stays = fact.to == fact.source and not procedure.steps[fact.step].renews
    where = case.tracks[fact.track] if stays else position(procedure, fact.track, fact.to, at)
    return replace(
        case,
        tracks=case.tracks | {fact.track: replace(where, begun=True)},
        done=case.done | {fact.step: Done(who, fact.answers)},
    )


def _migrated(procedure: Procedure, case: Case, fact: f.Migrated, at: datetime) -> Case:
    """The case under `procedure`: what it holds is called as there, and its terms run on.

    A track that is new begins now. One that is gone had not begun (`migrating.verdict`).
    """
    if fact.source != case.procedure:
        problem = f"it stands under {case.procedure}, not under {fact.source}"
        raise BadHistory(case.stream, case.seq + 1, problem)
    now = counterparts(procedure, fact.version, fact.source)
    tracks = {}
    for name, track in procedure.tracks.items():
        stood = case.tracks.get(name)
        state = now.state(name, stood.state) if stood else track.initial
        if state not in track.states:
            problem = f"track {name} has no state {state}"
            raise BadHistory(case.stream, case.seq + 1, problem)
        if stood is None:
            tracks[name] = position(procedure, name, state, at)
        elif name in fact.renewed:
            renewed = position(procedure, name, state, at)
            tracks[name] = replace(stood, state=state, due=renewed.due)
        else:
            tracks[name] = replace(stood, state=state)
    return replace(
        case,
        procedure=fact.to,
        tracks=tracks,
        items={name: replace(item, kind=now.kind(item.kind)) for name, item in case.items.items()},
        consents={
            name: replace(
                consent,
                kind=None if consent.kind is None else now.kind(consent.kind),
                purpose=now.purpose(consent.purpose),
            )
            for name, consent in case.consents.items()
        },
        disclosures=tuple(
            replace(gone, purpose=now.purpose(gone.purpose)) for gone in case.disclosures
        ),
    )


def _with_items(
    procedure: Procedure, case: Case, fact: f.Added | f.Disclosed | f.Read | f.Erased, who: str
) -> Case:
    items = case.items
    match fact:
        case f.Added(item, kind, of, author, digest, _, _, confided):
            new = Item(kind, of, author, who, digest, confided)
            return replace(case, items=items | {item: new})
        case f.Disclosed(item, to, purpose, basis, on, readers, into):
            office = procedure.offices.get(to)
            personal = office is not None and office.key == "person"
            gone = Disclosure(item, to, purpose, basis, on, into, readers if personal else ())
            return replace(case, disclosures=_newest_last(case.disclosures, gone))
        case f.Read(item):
            if items[item].seen_by(who):
                return case
            read = replace(items[item], opened_by=(*items[item].opened_by, who))
            return replace(case, items=items | {item: read})
        case f.Erased(_, party):
            return replace(case, erased=tuple(dict.fromkeys((*case.erased, party))))


def _with_consents(case: Case, fact: f.Consented | f.Withdrawn | f.Lapsed | f.PurposeEnded) -> Case:
    match fact:
        case f.Consented():
            consent = Consent(
                giver=fact.giver,
                to=fact.to,
                purpose=fact.purpose,
                evidence=fact.evidence,
                starts=fact.starts,
                items=fact.items,
                kind=fact.kind,
                until=fact.until,
            )
            return replace(case, consents=case.consents | {fact.consent: consent})
        case f.Withdrawn(name) | f.Lapsed(name):
            return _end_consents(case, {name})
        case f.PurposeEnded(purpose):
            return _end_consents(
                case, {name for name, c in case.consents.items() if c.purpose == purpose}
            )


def _end_consents(case: Case, names: set[str]) -> Case:
    ended = {name: replace(case.consents[name], ended=True) for name in names}
    return replace(case, consents=case.consents | ended)


def _newest_last(before: tuple[Disclosure, ...], gone: Disclosure) -> tuple[Disclosure, ...]:
    """Each disclosure once, however often it was repeated."""
    if gone in before:
        before = tuple(old for old in before if old != gone)
    newest = (gone,)
    return before + newest

"""From a history to the View of one audience. Pure: `now` and what was verified come in.

What the clock had to do until `now` is let happen first, as every command does, so that it tells
nobody whether someone else was busy with the case in the meantime.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from workflow.engine import facts as f
from workflow.engine.clock import settle
from workflow.engine.draft import Draft
from workflow.engine.folding import blank, history
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import CLOCK, GROUND, Procedure, role
from workflow.engine.reasons import Refusal
from workflow.engine.register import Register
from workflow.engine.standing import Standing
from workflow.histories import tables
from workflow.histories import wording_history as say
from workflow.histories.looks import looks
from workflow.histories.readings import readings
from workflow.histories.telling import Numbers, answers, capacity, note, numbers
from workflow.histories.views import (
    Change,
    Decided,
    Integrity,
    Moment,
    Source,
    View,
    Word,
)
from workflow.histories.visibility import Placed, Scope, ended_consents, placed, scope


def view(
    rules: Compiled,
    register: Register,
    events: Sequence[f.Event],
    reader: Standing,
    now: datetime,
    integrity: Integrity | None = None,
    earlier: Mapping[str, Procedure] | None = None,
    looked: Sequence[f.Event] = (),
    asker: str | None = None,
) -> View:
    """What `reader` may see of the case with this history, at `now` (UTC).

    `events` is the whole stream of one case under `rules`; `integrity` what verifying it found,
    None when it was not verified; `earlier` are the other versions that it ran under, by digest,
    where it did. `looked` are the looks at it, and `asker`
    is who now looks: their own looks are told to nobody else, also not to whom they look for. A
    reader who may not know of the case gets a view with nothing of it. Raises BadHistory.
    """
    procedure = rules.procedure
    told = _settled(rules, register, events, now, earlier or {})
    seen = scope(procedure, rules.digest, told, reader, earlier)
    shown = placed(seen)
    counted = numbers(shown)
    moments = _moments(seen, shown, counted, len(events))
    place = {event: moment.number for moment in moments for event in _range(moment)}
    disclosures = tables.disclosures(seen, shown, counted, place)
    times = [moment.at for moment in moments]
    if integrity is not None and not seen.whole:
        # Where and how often may tell of hidden events; that something is wrong never does.
        wrong = (say.SOMETHING_WRONG,) if integrity.problems else ()
        integrity = Integrity(integrity.chain_ok, integrity.signatures_ok, wrong)
    return View(
        case=seen.case.stream,
        procedure=Word(procedure.procedure, procedure.labels),
        version=procedure.version,
        digest=rules.digest,
        branch=seen.case.branch if shown else "",
        audience=tuple(capacity(procedure, name) for name in _audience(seen, reader)),
        whole=seen.whole,
        as_of=now,
        opened=min(times, default=None),
        latest=max(times, default=None),
        tracks=tables.tracks(seen, shown, place),
        moments=moments,
        consents=tables.consents(seen, shown, counted, place),
        disclosures=disclosures,
        deadlines=tables.deadlines(seen, shown, place, now),
        emergencies=tables.emergencies(seen, shown, disclosures, place, now),
        readings=readings(seen, shown, counted, register, now),
        looks=looks(seen, register, looked, asker, now),
        sources=tuple(
            Source(letter, source.title, source.changed)
            for letter, source in procedure.sources.items()
        ),
        integrity=integrity,
    )


def _audience(seen: Scope, reader: Standing) -> tuple[str, ...]:
    """The capacities of the reader: of one of several who play a part, which of them they are."""
    parties = [name for name in seen.case.parties if name in reader]
    played = [name for name in seen.procedure.parties if name in reader]
    several = {role(name) for name in parties if name != role(name)}
    return (
        *(name for name in seen.procedure.offices if name in reader),
        *(name for name in played if name not in several),
        *(name for name in parties if role(name) in several),
    )


def _settled(
    rules: Compiled,
    register: Register,
    events: Sequence[f.Event],
    now: datetime,
    earlier: Mapping[str, Procedure],
) -> tuple[f.Event, ...]:
    if not events:
        return ()
    stream = events[0].stream
    first = next((e.data.source for e in events if isinstance(e.data, f.Migrated)), rules.digest)
    known = {**earlier, rules.digest: rules.procedure}
    case = history(known, blank(stream, first), events)
    try:
        draft = settle(Draft(rules, register, case, b""), "", now)
    except Refusal:
        return tuple(events)
    late = (
        f.Event(stream, seq, "", entry.happened, entry.who, entry.fact, entry.office)
        for seq, entry in enumerate(draft.entries, case.seq + 1)
    )
    return (*events, *late)


# --- moments -------------------------------------------------------------------------------------


def _moments(
    seen: Scope, shown: Sequence[Placed], counted: Numbers, recorded: int
) -> tuple[Moment, ...]:
    moments: list[Moment] = []
    first = 1
    # Events of one time make one moment; only those the audience sees decide which go together.
    for together in (list(run) for _, run in groupby(shown, key=_instant)):
        changes = tuple(_changes(seen, together))
        moments.append(_moment(seen, together, changes, counted, recorded))
        moments[-1] = msgspec.structs.replace(
            moments[-1], number=len(moments), first=first, last=first + len(together) - 1
        )
        first += len(together)
    return tuple(moments)


def _instant(each: Placed) -> tuple[str | None, datetime, datetime]:
    event = each.event
    return each.itself, event.took_place, event.at


def _moment(
    seen: Scope,
    together: Sequence[Placed],
    changes: tuple[Change, ...],
    counted: Numbers,
    recorded: int,
) -> Moment:
    event, itself = together[0].event, together[0].itself
    own = [change for change in changes if change.because is None and not change.hidden_cause]
    lead = (own or list(changes))[:1]
    offices = [p.event.office for p in together if p.names_capacity and p.event.office is not None]
    by = [CLOCK] if itself == CLOCK and any(p.names_capacity for p in together) else offices
    cites = [
        rule
        for p in together
        if isinstance(p.event.data, f.Stepped)
        for rule in p.procedure.steps[p.event.data.step].cites
    ] or [rule for p in together for rule in _laws(p.event.data)]
    late = event.at != event.took_place and (seen.whole or not together[0].unattended)
    return Moment(
        number=0,
        first=0,
        last=0,
        at=event.took_place,
        headline=lead[0].step.label
        if lead
        else say.HEADLINES[str(event.data.__struct_config__.tag)],
        recorded=event.at if late else None,
        pending=seen.whole and event.seq > recorded,
        by=tuple(capacity(seen.procedure, name) for name in dict.fromkeys(by)),
        marks=tuple(dict.fromkeys(mark for p in together for mark in _marks(seen, p))),
        about=tuple(dict.fromkeys(kind for p in together for kind in _about(p))),
        changes=changes,
        notes=tuple(words for p in together if (words := note(seen, p, counted)) is not None),
        cites=tuple(dict.fromkeys(cites)),
    )


def _laws(fact: f.Fact) -> tuple[str, ...]:
    match fact:
        case f.Recused():
            return ("B6",)
        case f.Linked() | f.Heard():
            return ()
        case f.Migrated():
            return ("B38",)
        case _:
            return ("B18",)


def _about(each: Placed) -> Iterable[str]:
    match each.event.data:
        case f.Stepped():
            yield "step"
        case f.Consented() | f.Withdrawn() | f.Lapsed() | f.PurposeEnded():
            yield "consent"
        case f.Disclosed():
            yield "disclosure"
        case f.Read():
            yield "reading"
        case f.EmergencyOpened() | f.EmergencyClosed():
            yield "emergency"
    if each.itself == CLOCK:
        yield "deadline"
    if each.itself is not None:
        yield "itself"


def _marks(seen: Scope, each: Placed) -> Iterable[str]:
    match each.event.data:
        case f.EmergencyOpened() | f.EmergencyClosed() | f.Disclosed(basis="emergency"):
            yield "emergency"
    match each.event.data:
        case f.Disclosed():
            yield "disclosure"
        case f.Withdrawn() | f.Lapsed():
            yield "withdrawal"
        case f.PurposeEnded(purpose):
            if ended_consents(seen, each.before, purpose, each.event.took_place):
                yield "withdrawal"
        case f.Erased():
            yield "erasure"
    if each.itself is not None:
        yield each.itself


def _changes(seen: Scope, together: Sequence[Placed]) -> Iterable[Change]:
    for each in together:
        fact, procedure = each.event.data, each.procedure
        if not isinstance(fact, f.Stepped):
            continue
        track = procedure.tracks[fact.track]
        decided = None
        if fact.decided_by is not None and fact.because is None:
            evidence = Word(fact.evidence, say.EVIDENCE[fact.evidence]) if fact.evidence else None
            decided = Decided(capacity(procedure, fact.decided_by), evidence)
        cause = None
        if fact.because not in (None, CLOCK, GROUND) and not each.hidden_cause:
            brought = procedure.steps.get(fact.because)
            cause = Word(fact.because, brought.labels if brought else say.LINKED_LABEL)
        yield Change(
            step=Word(fact.step, procedure.steps[fact.step].labels),
            track=Word(fact.track, track.labels),
            source=Word(fact.source, track.states[fact.source].labels),
            to=Word(fact.to, track.states[fact.to].labels),
            decided=decided,
            answers=answers(seen, each, fact),
            because=cause,
            hidden_cause=each.hidden_cause,
        )


def _range(moment: Moment) -> range:
    return range(moment.first, moment.last + 1)

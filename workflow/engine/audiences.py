"""Who would newly see, read or receive what is in a case, by another version. Pure.

The versions are held against each other where the rules of seeing and reading look at them
(`standing`, `sharing`): whoever those let in by the newer version, they let in by the older. Where
that does not follow from the declarations alone, it counts as a widening.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from workflow.engine.case import Case
from workflow.engine.meanings import Hindrance, Trace, kinds_of, purposes_of
from workflow.engine.procedure import (
    CLOCK,
    CONSEQUENCE,
    GROUND,
    NOBODY,
    Kind,
    Office,
    Procedure,
    Text,
    recipients,
    role,
)
from workflow.engine.reasons import Reason
from workflow.engine.renaming import renamed
from workflow.engine.replacing import Counterparts
from workflow.engine.standing import AUDITOR

_NOTHING = Text("", "")
_PLAIN = Office(_NOTHING)
"""How an office acts that a procedure does not declare."""
_OPEN = Kind(_NOTHING, ())


def widened(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """Every way in which what is in the case could come to more people than it could before."""
    yield from _names(older, newer, case)
    yield from _offices(older, newer)
    yield from _tracks(older, newer, case)
    yield from _arrivals(older, newer, case)
    yield from _kinds(older, newer, case, now)
    yield from _texts(older, newer, case, now)
    yield from _consents(older, newer, case, now)


def sort(procedure: Procedure, name: str) -> str | None:
    """Whether a name is that of an office, a party or an outside recipient; None where of none."""
    sorts = ("offices", "parties", "outside")
    return next((one for one in sorts if name in getattr(procedure, one)), None)


def works_as(procedure: Procedure, office: str) -> Office:
    """What an office is apart from its name in words."""
    return msgspec.structs.replace(procedure.offices.get(office, _PLAIN), labels=_NOTHING)


def newly_seeing(older: Procedure, newer: Procedure, track: str) -> tuple[str, ...]:
    """Who see a track by the newer version and not by the older."""
    before = older.tracks[track].seen_by if track in older.tracks else ()
    return tuple(who for who in newer.tracks[track].seen_by if who not in before)


def newly_reading(older: Kind, newer: Kind) -> tuple[str, ...]:
    """Whom an item of a kind may reach by the newer version and not by the older.

    Whose it is reads it without anybody sharing it (`sharing.may_read`).
    """
    own = (who for who in newer.of if who not in older.of)
    made = (who for who in newer.made_for if who not in older.made_for)
    let = (who for who in older.never_to if who not in newer.never_to)
    return tuple(dict.fromkeys((*own, *made, *let)))


def _names(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """Everybody that the case speaks of is still there, and still what they were."""
    for name, told_by in _spoken_of(older, case).items():
        before, after = sort(older, name), sort(newer, name)
        if before is not None and after is None:
            reason = Reason("recipient-gone", {"to": name}, ("B38",))
            yield Hindrance(reason, told_by)
    for name in recipients(older):
        before, after = sort(older, name), sort(newer, name)
        if None not in (before, after) and before != after:
            yield Hindrance(Reason("recipient-differs", {"to": name}, ("B38",)))
    for part, name in {party.role: name for name, party in case.parties.items()}.items():
        if part in older.parties and part in newer.parties:
            was, is_ = older.parties[part], newer.parties[part]
            if (was.member, was.many) != (is_.member, is_.many):
                reason = Reason("recipient-differs", {"to": part}, ("B38",))
                yield Hindrance(reason, Trace(party=name))


def _spoken_of(older: Procedure, case: Case) -> dict[str, Trace]:
    """The offices, roles and outside recipients in a case, with what would tell of each."""
    found: dict[str, Trace] = {}
    for name, item in case.items.items():
        for who in (*item.of, item.author):
            found.setdefault(role(who), Trace(item=name))
    for gone in case.disclosures:
        found.setdefault(role(gone.to), Trace(item=gone.item))
    for name, consent in case.consents.items():
        for who in (consent.giver, consent.to):
            found.setdefault(role(who), Trace(consent=name))
    for office, persons in case.assigned.items():
        if persons:
            giving = (step.track for step in older.steps.values() if office in step.assigns)
            found.setdefault(office, Trace(track=next(giving, None)))
    for name, party in case.parties.items():
        found.setdefault(party.role, Trace(party=name))
    for who in case.emergency.recipients if case.emergency else ():
        opening = (step.track for step in older.steps.values() if step.emergency == "open")
        found.setdefault(who, Trace(track=next(opening, None)))
    return found


def _offices(older: Procedure, newer: Procedure) -> Iterator[Hindrance]:
    """An office whose deputy, key or exclusions are others is held by others.

    That which audits sees everything, whether or not a version declares it.
    """
    named = {who for track in newer.tracks.values() for who in track.seen_by}
    named |= {w for k in newer.kinds.values() for w in (*k.made_for, *k.never_to)}
    both = [name for name in older.offices if name in newer.offices or name in named]
    for name in dict.fromkeys((*both, AUDITOR)):
        if works_as(older, name) != works_as(newer, name):
            yield Hindrance(Reason("office-differs", {"office": name}, ("B38",)))


def _tracks(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    for name in newer.tracks:
        for who in newly_seeing(older, newer, name):
            added = name not in case.tracks
            if not added or (_at_once(newer, case, who) and not _seeing(older, case, who)):
                reason = Reason("newly-seen", {"track": name, "who": (who,)}, ("B38",))
                yield Hindrance(reason, Trace(track=None if added else name))
    yield from _beginning(older, newer, case)
    yield from _lasting(older, newer, case)


def _at_once(procedure: Procedure, case: Case, who: str) -> bool:
    """Whether they see a track before anything happens on it (`standing.sees`)."""
    return who == AUDITOR or who in procedure.parties or bool(case.assigned.get(who))


def _seeing(older: Procedure, case: Case, who: str) -> bool:
    """Whether they see a track of the case by the older version."""
    return any(
        who in track.seen_by and (case.tracks[name].begun or _at_once(older, case, who))
        for name, track in older.tracks.items()
    )


def _beginning(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """Nobody comes to see the case because a track begins that nobody takes a step on."""
    for name, track in newer.tracks.items():
        at = case.tracks.get(name)
        unseen = tuple(who for who in track.seen_by if not _seeing(older, case, who))
        if (at is not None and at.begun) or not unseen:
            continue
        before = _unbidden(older, name) if name in older.tracks else set()
        if _unbidden(newer, name) - before:
            reason = Reason("newly-seen", {"track": name, "who": unseen}, ("B38",))
            yield Hindrance(reason, Trace(track=name if name in case.tracks else None))


def _unbidden(procedure: Procedure, track: str) -> set[tuple[str, str]]:
    """What makes a track begin without anybody taking a step of it: what it is, and which step."""
    initial = procedure.tracks[track].initial
    state, found = procedure.tracks[track].states[initial], set()
    for name, step in procedure.steps.items():
        if step.track != track or initial not in step.sources:
            continue
        found |= {(who, name) for who in step.who if who in NOBODY - {CONSEQUENCE}}
        found |= {(cause, name) for cause, other in procedure.steps.items() if name in other.emits}
        if state.otherwise == name:
            found.add((GROUND, name))
        if state.deadline is not None and state.deadline.then == name:
            found.add((CLOCK, name))
    return found


def _lasting(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """What was given to the holders of an office stays with them, unless the office sees a track.

    And who is kept from a kind in one office is kept from it in all (`items.reading_as`): an office
    that newly keeps its holders from something is looked at with their other offices.
    """
    given = {gone.to: gone.item for gone in case.disclosures if gone.into is None}
    for office, item in given.items():
        sees_now = any(office in track.seen_by for track in newer.tracks.values())
        saw = any(office in track.seen_by for track in older.tracks.values())
        keeps = office in _keeping(newer) and office not in _keeping(older)
        if (sees_now and not saw) or keeps:
            reason = Reason("newly-received", {"to": office}, ("B18", "B38"))
            yield Hindrance(reason, Trace(item=item))


def _keeping(procedure: Procedure) -> set[str]:
    return {who for kind in procedure.kinds.values() for who in kind.never_to}


def _arrivals(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """Who takes part is known to those who see every track on which such a party can come."""
    for part in dict.fromkeys((*older.parties, *newer.parties)):
        before, after = _coming(older, part), _coming(newer, part)
        if after and not (before and before <= after):
            playing = [name for name, party in case.parties.items() if party.role == part]
            for name in playing[:1]:
                reason = Reason("party-newly-known", {"party": part}, ("B38",))
                yield Hindrance(reason, Trace(party=name))
    own = {track.belongs_to for track in older.tracks.values()}
    for track_name, track in newer.tracks.items():
        if track.belongs_to is not None and track.belongs_to not in own:
            particulars = {"track": track_name, "party": track.belongs_to}
            yield Hindrance(Reason("belongs-newly", particulars, ("B14", "B38")))


def _coming(procedure: Procedure, part: str) -> set[str]:
    return {step.track for step in procedure.steps.values() if step.joins == part}


def _kinds(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    spoken = kinds_of(case)
    for name, told_by in spoken.items():
        then = now.kind(name)
        who = newly_reading(older.kinds.get(name, _OPEN), newer.kinds.get(then, _OPEN))
        if who:
            reason = Reason("newly-read", {"kind": name, "who": who}, ("B18", "B38"))
            yield Hindrance(reason, told_by)
    for first, name in _merging({name: now.kind(name) for name in (*spoken, *older.kinds)}):
        alike = {"kind": first, "other": name}
        if first in spoken:
            yield Hindrance(Reason("kinds-merge", alike, ("B18", "B38")), spoken[first])
    purposes = purposes_of(case)
    for first, name in _merging({n: now.purpose(n) for n in (*purposes, *older.purposes)}):
        together = {"purpose": first, "other": name}
        if first in purposes:
            yield Hindrance(Reason("purposes-merge", together, ("B18", "B38")), purposes[first])


def _texts(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """What was allowed about texts of one sort is not allowed of texts that were of another."""
    was = renamed(older, now)
    for name, consent in case.consents.items():
        if consent.ended or consent.kind is None:
            continue
        then = now.kind(consent.kind)
        if writing(newer, then) - writing(was, then):
            reason = Reason("newly-written", {"kind": consent.kind}, ("B18", "B38"))
            yield Hindrance(reason, Trace(consent=name))
    for name, step in newer.steps.items():
        before = was.steps.get(name)
        if before is None or before.note is None or step.note is None:
            continue
        kind, then = before.note.kind, step.note.kind
        who = newly_reading(was.kinds.get(kind, _OPEN), newer.kinds.get(then, _OPEN))
        if kind != then and who:
            yield Hindrance(Reason("newly-read", {"kind": kind, "who": who}, ("B18", "B38")))


def writing(procedure: Procedure, kind: str) -> set[tuple[str, str]]:
    """By what texts of a kind come into a case: by which steps, and by whose hand outside one."""
    steps = {
        ("steps", name)
        for name, step in procedure.steps.items()
        if kind in (step.papers, step.note.kind if step.note else None)
    }
    declared = procedure.kinds.get(kind, _OPEN)
    return steps | {("added_by", who) for who in declared.added_by}


def _merging(into: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Two that become one: what was allowed about the one would be allowed about the other."""
    taken: dict[str, str] = {}
    for name, then in into.items():
        if then in taken:
            yield taken[then], name
        taken.setdefault(then, name)


def _consents(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """What a consent that holds was given for, and to whom, is in the same words as it was."""
    for name, consent in case.consents.items():
        if consent.ended:
            continue
        before = older.purposes.get(consent.purpose)
        after = newer.purposes.get(now.purpose(consent.purpose))
        if before is not None and after is not None and before.readers != after.readers:
            particulars = {"purpose": consent.purpose}
            reason = Reason("readers-differ", particulars, ("B18", "B38"))
            yield Hindrance(reason, Trace(consent=name))
        told, now_told = _called(older, consent.to), _called(newer, consent.to)
        if None not in (told, now_told) and told != now_told:
            reason = Reason("recipient-differs", {"to": consent.to}, ("B18", "B38"))
            yield Hindrance(reason, Trace(consent=name))


def _called(procedure: Procedure, name: str) -> Text | None:
    """What an office, a party or an outside recipient is called; None where there is none."""
    part = sort(procedure, role(name))
    return getattr(procedure, part)[role(name)].labels if part is not None else None

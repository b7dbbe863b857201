"""Who has looked at a case, as far as one audience may know. Pure.

NEN 7513 asks that those whom a case is about can see who looked, in which office, when and why. So
a look in an office is told:

- to the member whose track it is, and to the counsellor they confide in, with the name: where that
  office saw that very track at that moment, and they see it themselves. That somebody looked at
  what they may not know of is told when, and only when, they see the track;
- to the office that audits: all of them, and of nobody the name, for whomever it asks;
- to whoever looked.

That a party looked is told to that party, and to nobody else: how often a member reads their own
case is theirs alone. Taking out the events of every case counts as a look at each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workflow.engine import facts as f
from workflow.engine.looking import subject
from workflow.engine.procedure import Procedure
from workflow.engine.register import REGISTRAR, STREAM, Register
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, sees, standing
from workflow.histories import wording_history as say
from workflow.histories.local_time import iso
from workflow.histories.telling import capacity
from workflow.histories.views import LookSeen, Word
from workflow.histories.visibility import Scope


def looks(
    seen: Scope,
    register: Register,
    looked: Sequence[f.Event],
    asker: str | None,
    now: datetime,
) -> tuple[LookSeen, ...]:
    """The looks that the audience may know of, oldest first, those of one day taken together.

    `asker` is who reads this `now` (UTC), for themselves or for the audience.
    """
    named = _named(seen, register, asker, now)
    found: dict[tuple[str, ...], list[f.Event]] = {}
    for event in sorted(looked, key=lambda event: event.at):
        if isinstance(event.data, f.Looked) and _told(seen, register, event, event.data, asker):
            fact = event.data
            day = iso(event.at)[:10]
            alike = (event.stream, event.who, event.office or "", fact.what, fact.audience or "")
            found.setdefault((day, *alike), []).append(event)
    return tuple(_together(seen, register, events, asker, named=named) for events in found.values())


def _named(seen: Scope, register: Register, asker: str | None, now: datetime) -> bool:
    """Whether it is said by name who looked: to nobody who audits, but what they read as theirs."""
    if seen.whole:
        return False
    if asker is None or asker == seen.reader.who:
        return True
    return AUDITOR not in standing(seen.procedure, register, seen.case, asker, now)


def _together(
    seen: Scope, register: Register, events: Sequence[f.Event], asker: str | None, *, named: bool
) -> LookSeen:
    first = events[0]
    fact = first.data
    assert isinstance(fact, f.Looked), "only looks are put together"
    mine = first.who == asker == seen.reader.who
    kind = "export_all" if subject(first.stream) == STREAM else fact.what
    office = None if first.office is None else _office(seen, first.office)
    person = register.persons.get(first.who)
    name = person.name if person is not None and office is not None and named else None
    audience = None if fact.audience is None else capacity(seen.procedure, fact.audience)
    return LookSeen(
        at=first.at,
        times=len(events),
        what=Word(kind, say.LOOKED[kind]),
        basis=Word(fact.basis, say.LOOK_BASES[fact.basis]),
        by=office,
        name=name,
        audience=audience,
        mine=mine,
        told=say.looked(
            kind,
            name,
            office.label if office is not None else None,
            audience.label if audience is not None else None,
            len(events),
        ),
    )


def _office(seen: Scope, name: str) -> Word:
    if name == REGISTRAR and name not in seen.procedure.offices:
        return Word(name, say.REGISTRAR_LABEL)
    return capacity(seen.procedure, name)


def _told(
    seen: Scope, register: Register, event: f.Event, fact: f.Looked, asker: str | None
) -> bool:
    """Whether the audience may know of the look."""
    if event.who == asker == seen.reader.who:
        return True
    if fact.basis == "own":
        return False
    everywhere = subject(event.stream) == STREAM
    if everywhere and not _reached(seen, register, event):
        return False
    return seen.whole or _saw(seen, event, fact, everywhere)


def _theirs(seen: Scope, party: str) -> bool:
    """Whether the audience is this party, or the counsellor whom the party confides in."""
    return party in seen.reader or (
        bool(seen.reader.capacities & CONFIDANTS) and seen.confides((party,))
    )


def _saw(seen: Scope, event: f.Event, fact: f.Looked, everywhere: bool) -> bool:
    """Whether whoever looked saw a track of somebody's own, which the audience sees as well."""
    present = {name for name in _own(seen, seen.procedure) if seen.sees(name)}
    if event.office == REGISTRAR:
        return bool(present)  # who keeps the register takes out everything
    place = _place(seen, event.at) if everywhere else min(max(fact.seen, 1), len(seen.ruled))
    then, case = seen.ruled[place - 1], seen.cases[place]
    looker = Standing(event.who, frozenset({event.office or ""}))
    saw = {name for name in _own(seen, then) if sees(then, case, looker, name)}
    renamed = saw - seen.procedure.tracks.keys()
    return bool(saw & present) or bool(renamed and present)


def _own(seen: Scope, procedure: Procedure) -> tuple[str, ...]:
    """The tracks that belong to a party who is the audience, or confides in them."""
    parties = seen.case.parties.items()
    roles = {party.role for name, party in parties if _theirs(seen, name)}
    return tuple(name for name, track in procedure.tracks.items() if track.belongs_to in roles)


def _reached(seen: Scope, register: Register, event: f.Event) -> bool:
    """Whether this case was among those of which all events were taken out."""
    place = _place(seen, event.at)
    if place == 0 or event.office == REGISTRAR:
        return place > 0
    case = seen.cases[place]
    held = register.offices(event.who, case.branch, event.at)
    return AUDITOR in held and event.who not in case.recused


def _place(seen: Scope, at: datetime) -> int:
    """How many events the case had at `at` (UTC)."""
    return sum(event.at <= at for event in seen.events)

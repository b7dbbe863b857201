"""Who could read what, at every moment: the engine's own judgement, asked of the case as it stood.

There is no second rule here. For each item, `engine.items.opening` is asked at each moment at which
its answer may have changed; that is what seals keys to readers and takes them away again, and it
rests on `may_read`, which answers `zaak read`.

Told are: to an auditor, every item; to a party, what is theirs alone; to a counsellor, what is of
those they know. Of an item that is of others too, a party is told only of themselves: whether
somebody else could read it may hang on what those others allowed or took back. Recipients are told
nothing here. What reached them, their disclosures say. Nobody is told who it was: only in which
capacity. Times are in UTC.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.facts import Basis
from workflow.engine.items import opening
from workflow.engine.procedure import Procedure, Text, kind_labels
from workflow.engine.register import Register
from workflow.engine.standing import CONFIDANTS
from workflow.histories import wording_history as say
from workflow.histories.telling import Numbers, capacity
from workflow.histories.views import ReadingSeen, Word
from workflow.histories.visibility import Placed, Scope

_ALL = (f.Joined, f.Assigned, f.Released, f.Recused, f.Erased, f.Migrated)
"""After these, anybody may have begun or ceased to read anything."""

_Spans = dict[tuple[str, str], ReadingSeen]


class _Look(msgspec.Struct, frozen=True):
    """A moment to look at: the case as it stood, and the items that may be read otherwise by then.

    `items` is None where any may.
    """

    at: datetime
    case: Case
    procedure: Procedure
    items: frozenset[str] | None


def readings(
    seen: Scope, shown: Sequence[Placed], counted: Numbers, register: Register, now: datetime
) -> tuple[ReadingSeen, ...]:
    """Who could open which item, from when until when, by the number of the item.

    `register` is that of now, which knows since when and until when everybody held what.
    """
    items = {item: seen.case.items[item].of for item in counted.items if _told(seen, item)}
    if not items:
        return ()
    running: _Spans = {}
    over: list[ReadingSeen] = []
    for look in _looks(seen, shown, tuple(items), register, now):
        for item in items if look.items is None else look.items & items.keys():
            if item in look.case.items:
                _compare(seen, counted, register, look, item, running, over)
    found = (*over, *running.values())
    return tuple(sorted(found, key=lambda each: (each.item, each.since, each.reader.name)))


def _told(seen: Scope, item: str) -> bool:
    """Whether the audience may know who could read the item, or that they could themselves."""
    owners = seen.case.items[item].of
    return seen.whole or seen.owns(owners) or seen.confides(owners)


def _compare(
    seen: Scope,
    counted: Numbers,
    register: Register,
    look: _Look,
    item: str,
    running: _Spans,
    over: list[ReadingSeen],
) -> None:
    """Begin what has begun, and end what is no more, by how the item can be read now."""
    able = _able(seen, register, look, item)
    ended = [
        key for key in running if key[0] == item and able.get(key[1]) != running[key].basis.name
    ]
    over += [msgspec.structs.replace(running.pop(key), until=look.at) for key in ended]
    for name, basis in able.items():
        if (item, name) not in running:
            procedure, found = seen.procedure, seen.case.items[item]
            running[item, name] = ReadingSeen(
                item=counted.items[item],
                kind=Word(found.kind, kind_labels(procedure, found.kind)),
                owners=tuple(capacity(procedure, party) for party in found.of),
                reader=capacity(procedure, name),
                basis=Word(basis, _basis(basis, name in found.of)),
                since=look.at,
                until=None,
                mine=name in seen.reader,
            )


def _able(seen: Scope, register: Register, look: _Look, item: str) -> dict[str, Basis]:
    """The capacities in which the item can be opened, of those that the audience is told of."""
    owners = seen.case.items[item].of
    every = seen.whole or seen.confides(owners) or all(party in seen.reader for party in owners)
    found: dict[str, Basis] = {}
    for _, name, verdict in opening(look.procedure, register, look.case, item, look.at):
        if verdict.basis is not None and (every or name in seen.reader):
            found.setdefault(name, verdict.basis)
    return found


def _basis(basis: Basis, theirs: bool) -> Text:
    return say.WROTE if basis == "own" and not theirs else say.BASES[basis]


# --- when to look --------------------------------------------------------------------------------


def _looks(
    seen: Scope, shown: Sequence[Placed], items: Sequence[str], register: Register, now: datetime
) -> Iterator[_Look]:
    """Every moment at which the answer may have changed, oldest first, and now."""
    turns = deque(at for at in _turns(seen, items, register) if at <= now)
    looked = 0
    for placed in (list(run) for _, run in groupby(shown, key=_instant)):
        at, place = _instant(placed[0]), _settled(seen, placed[-1])
        while turns and turns[0] <= at:
            turn = turns.popleft()
            if looked and turn < at:
                yield _Look(turn, seen.cases[looked], _ruling(seen, looked), None)
        # What the audience does not see is seen by what it did, at the next thing that it sees.
        changed = [_changed(seen, each) for each in range(looked, place)]
        touched = (
            None if None in changed else frozenset().union(*(each for each in changed if each))
        )
        looked = place
        if touched is None or touched:
            yield _Look(at, seen.cases[place], _ruling(seen, place), touched)
    for at in (*turns, now):
        yield _Look(at, seen.case, seen.procedure, None)


def _instant(each: Placed) -> datetime:
    """When it took effect: what happens by itself at its own moment, an act once it is recorded."""
    return each.event.took_place if each.unattended else each.event.at


def _settled(seen: Scope, last: Placed) -> int:
    """How far the case had come once all that was recorded with this had happened."""
    event, place = last.event, last.event.seq
    stamp = (event.at, event.took_place)
    while place < len(seen.events):
        following = seen.events[place]
        if (following.at, following.took_place) != stamp:
            break
        place += 1
    return place


def _ruling(seen: Scope, place: int) -> Procedure:
    """The procedure of the case once so many events had happened."""
    return seen.ruled[place] if place < len(seen.ruled) else seen.procedure


def _changed(seen: Scope, place: int) -> frozenset[str] | None:
    """The items that may be read otherwise after an event; None where any may."""
    before, case = seen.cases[place], seen.cases[place + 1]
    match seen.events[place].data:
        case f.Added(item=item) | f.Disclosed(item=item):
            return frozenset((item,))
        case f.Consented(consent=name) | f.Withdrawn(consent=name) | f.Lapsed(consent=name):
            found = case.consents[name]
            given = _given(case, to=found.to, purpose=found.purpose)
            return frozenset(item for item in given if found.covers(item, case.items[item].kind))
        case f.PurposeEnded(purpose):
            return _given(case, purpose=purpose)
        case f.EmergencyOpened() | f.EmergencyClosed():
            return _given(case, basis="emergency") | _given(before, basis="emergency")
        case fact if isinstance(fact, _ALL):
            return None
        case _:
            return frozenset()


def _given(
    case: Case, to: str | None = None, purpose: str | None = None, basis: str | None = None
) -> frozenset[str]:
    """The items that were disclosed to somebody, for something, on some basis."""
    return frozenset(
        gone.item
        for gone in case.disclosures
        if to in (None, gone.to) and purpose in (None, gone.purpose) and basis in (None, gone.basis)
    )


def _turns(seen: Scope, items: Sequence[str], register: Register) -> list[datetime]:
    """When a term begins or ends of anybody who may read by it: nothing need happen in the case.

    Consents and emergencies that run out are events of the case.
    """
    case = seen.case
    offices = {*CONFIDANTS, *(case.items[item].author for item in items)}
    offices |= {gone.to for gone in case.disclosures if gone.item in items}
    known = [seen.procedure.offices[name] for name in offices if name in seen.procedure.offices]
    held = offices | {office.deputy for office in known if office.deputy is not None}
    people = {term.person for term in register.terms if term.office in held}
    found = {
        at
        for term in register.terms
        if term.person in people
        for at in (term.starts, term.until)
        if at is not None
    }
    return sorted(found)

"""Which events of a case an audience may see, and whose capacity in them it may be told. Pure.

A track's own events go with the track (`engine.standing.sees`). So does what a step brings with
it: who joined, who was assigned or released, that an emergency began or ended. That the case was
opened is told to nobody else than an auditor, since it may have been for something else than what
somebody sees of it. The other facts go with whom they concern:

- an item: its owners, who wrote it, and the counsellors it was confided to. Someone it was shared
  with sees the sharing, and not when it was written;
- a consent: its giver, the counsellors who see the track on which the giver joined, and a recipient
  once something reached them on it. That a member allowed something and thought better of it before
  anything left is nobody else's business;
- a disclosure: who shared, who received, the owners, and the counsellors who know all owners;
- a reading: the item's owners, their counsellors, and who read;
- that someone was recused: their own capacity, and members and counsellors among themselves.

The office that audits sees all of it, and no person in any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import blank, fold
from workflow.engine.procedure import CLOCK, Procedure
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, sees

_WITH_NEXT = (f.Opened, f.Joined, f.Assigned)
_WITH_PREVIOUS = (f.Released, f.PurposeEnded, f.EmergencyOpened, f.EmergencyClosed)


class Placed(msgspec.Struct, frozen=True):
    """An event the audience sees, with the case just before and just after it.

    `names_capacity`: the audience may be told in which capacity it was done. `hidden_cause`: it
    followed from a step that the audience may not see. `clock`: nobody did it.
    """

    event: f.Event
    before: Case
    after: Case
    names_capacity: bool
    hidden_cause: bool
    clock: bool


class Scope(msgspec.Struct, frozen=True):
    """What the whole history tells about what one reader may see."""

    procedure: Procedure
    reader: Standing
    cases: tuple[Case, ...]
    events: tuple[f.Event, ...]
    tracks: tuple[str | None, ...]
    joined_on: dict[str, str]
    received_on: frozenset[str]

    @property
    def whole(self) -> bool:
        """Whether the reader sees every event."""
        return AUDITOR in self.reader

    @property
    def case(self) -> Case:
        """The case as the history leaves it."""
        return self.cases[-1]

    def sees(self, track: str) -> bool:
        """Whether the reader sees the track, as the case now stands."""
        return self.whole or sees(self.procedure, self.case, self.reader, track)

    def knows(self, party: str) -> bool:
        """Whether the reader sees the track on which the party came into the case."""
        return party in self.joined_on and self.sees(self.joined_on[party])

    def confides(self, parties: Sequence[str]) -> bool:
        """Whether the reader is a counsellor who knows all these parties."""
        counsels = bool(self.reader.capacities & CONFIDANTS)
        return counsels and bool(parties) and all(self.knows(party) for party in parties)

    def sees_consent(self, name: str) -> bool:
        """Whether the reader sees the consent: that it was given, and that it ended."""
        giver = self.case.consents[name].giver
        return (
            self.whole
            or giver in self.reader
            or self.confides((giver,))
            or name in self.received_on
        )

    def sees_disclosure(self, gone: f.Disclosed, event: f.Event) -> bool:
        """Whether the reader sees that the item was shared."""
        owners = self.case.items[gone.item].of
        return (
            self.whole
            or gone.to in self.reader
            or self.owns(owners)
            or self.confides(owners)
            or self.did(event)
        )

    def owns(self, owners: Sequence[str]) -> bool:
        """Whether the reader is one of these parties."""
        return any(party in self.reader for party in owners)

    def did(self, event: f.Event) -> bool:
        """Whether the reader did it: in person, or in an office whose key passes on."""
        if event.office is None or event.office not in self.reader:
            return False
        office = self.procedure.offices.get(event.office)
        return event.who == self.reader.who or (office is not None and office.key == "office")


def scope(procedure: Procedure, digest: str, events: Sequence[f.Event], reader: Standing) -> Scope:
    """Fold the history and note what deciding about visibility needs. Raises BadHistory."""
    cases = [blank(events[0].stream if events else "", digest)]
    for event in events:
        cases.append(fold(procedure, cases[-1], event))
    tracks = _tracks(events)
    joined_on = {
        event.data.party: track
        for event, track in zip(events, tracks, strict=True)
        if isinstance(event.data, f.Joined) and track is not None
    }
    received_on = frozenset(
        name
        for event in events
        if isinstance(event.data, f.Disclosed) and event.data.to in reader
        for name in event.data.on
        if event.data.basis == "consent"
    )
    return Scope(procedure, reader, tuple(cases), tuple(events), tracks, joined_on, received_on)


def placed(seen: Scope) -> tuple[Placed, ...]:
    """The events the reader may see, in the order of the history."""
    found = []
    open_cause: dict[str, bool] = {}
    hidden = False
    for place, event in enumerate(seen.events):
        fact = event.data
        if isinstance(fact, f.Stepped):
            because = fact.because if fact.because != CLOCK else None
            hidden = because is not None and not open_cause.get(because, False)
            open_cause[fact.step] = seen.sees(fact.track) and not hidden
        if not _visible(seen, place):
            continue
        clock = event.office is None and not isinstance(fact, f.Opened)
        track = seen.tracks[place]
        openly = isinstance(fact, _WITH_NEXT) or not hidden
        of_step = track is not None and seen.sees(track) and openly
        tells = of_step or seen.whole or _concerns(seen, event)
        found.append(
            Placed(
                event,
                seen.cases[place],
                seen.cases[place + 1],
                names_capacity=tells,
                hidden_cause=hidden and isinstance(fact, f.Stepped),
                clock=clock,
            )
        )
    return tuple(found)


def ended_consents(seen: Scope, before: Case, purpose: str, at: datetime) -> tuple[str, ...]:
    """The consents for `purpose` that end at `at` (UTC), among those the reader sees."""
    return tuple(
        name
        for name, consent in before.consents.items()
        if consent.purpose == purpose and consent.live(at) and seen.sees_consent(name)
    )


def _tracks(events: Sequence[f.Event]) -> tuple[str | None, ...]:
    """The track each event belongs to: its own, or that of the step it came with; None without."""
    found: list[str | None] = []
    latest: str | None = None
    for event in events:
        if isinstance(event.data, f.Stepped):
            latest = event.data.track
        found.append(latest if isinstance(event.data, (f.Stepped, *_WITH_PREVIOUS)) else None)
    following: str | None = None
    for place in range(len(events) - 1, -1, -1):
        fact = events[place].data
        if isinstance(fact, f.Stepped):
            following = fact.track
        if isinstance(fact, _WITH_NEXT):
            found[place] = following
    return tuple(found)


def _visible(seen: Scope, place: int) -> bool:
    event = seen.events[place]
    if seen.whole:
        return True
    match event.data:
        case f.Opened():
            return False
        case f.PurposeEnded(purpose):
            return bool(ended_consents(seen, seen.cases[place], purpose, event.took_place))
        case f.Added():
            return _sees_item(seen, event.data, event)
        case f.Consented(name) | f.Withdrawn(name) | f.Lapsed(name):
            return seen.sees_consent(name)
        case f.Disclosed():
            return seen.sees_disclosure(event.data, event)
        case f.Read(item):
            owners = seen.case.items[item].of
            return seen.owns(owners) or seen.confides(owners) or seen.did(event)
        case f.Recused():
            return _sees_recusal(seen, event)
        case _:
            track = seen.tracks[place]
            return track is not None and seen.sees(track)


def _sees_item(seen: Scope, fact: f.Added, event: f.Event) -> bool:
    confided = bool(seen.reader.capacities & CONFIDANTS) and seen.reader.who in fact.confided
    return seen.owns(fact.of) or (confided and seen.confides(fact.of)) or seen.did(event)


def _sees_recusal(seen: Scope, event: f.Event) -> bool:
    members = {track.belongs_to for track in seen.procedure.tracks.values()}
    inner = {capacity for capacity in (*CONFIDANTS, *members) if capacity is not None}
    return seen.did(event) or bool(event.office in inner and seen.reader.capacities & inner)


def _concerns(seen: Scope, event: f.Event) -> bool:
    """Whether the reader stands close enough to a fact without a track to know whose act it was."""
    if seen.did(event):
        return True
    match event.data:
        case f.Added(of=owners):
            return seen.owns(owners) or seen.confides(owners)
        case f.Disclosed(item=item) | f.Read(item=item):
            owners = seen.case.items[item].of
            return seen.owns(owners) or seen.confides(owners)
        case f.Consented(consent=name) | f.Withdrawn(consent=name):
            giver = seen.case.consents[name].giver
            return giver in seen.reader or seen.confides((giver,))
        case f.Recused():
            return True
        case _:
            return False

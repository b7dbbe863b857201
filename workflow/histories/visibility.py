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
- a disclosure: who shared, who received (and no successor in an office that sees nothing else of
  it), the owners, and the counsellors who know all owners. What was carried into another case
  reached nobody in this one;
- a reading: the item's owners, their counsellors, and who read;
- an erasure: the owners of what was erased and their counsellors, each of their own items;
- that someone was recused: their own capacity, and members and counsellors among themselves;
- that another case is of the same matter, and that one told this case something: nobody. What then
  happens here goes with its track, without why or from where;
- that the case came under another version of its procedure: everyone who sees a track of it. All
  that happened before is seen by the newer version, which lets nobody see more (`migrating`).

The office that audits sees all of it, and no person in any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import blank, fold, under
from workflow.engine.procedure import CLOCK, GROUND, LINKED, Procedure
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, passes_on, reached, sees

_WITH_NEXT = (f.Opened, f.Joined, f.Assigned)
_WITH_PREVIOUS = (f.Released, f.PurposeEnded, f.EmergencyOpened, f.EmergencyClosed)

Itself = Literal["clock", "ground", "linked"]
"""Through what something happened that nobody did in this case: see `facts.Stepped.because`."""


class Placed(msgspec.Struct, frozen=True):
    """An event the audience sees, with the case just before and just after it.

    `procedure` is that under which it was decided, in whose words it is told. `names_capacity`: the
    audience may be told in which capacity it was done. `hidden_cause`: it followed from something
    that the audience may not see. `itself`: nobody did it; through what it happened, where the
    audience may know that.
    """

    event: f.Event
    before: Case
    after: Case
    procedure: Procedure
    names_capacity: bool
    hidden_cause: bool
    itself: Itself | None

    @property
    def unattended(self) -> bool:
        """Whether it was found when somebody looked, and took place whether or not they did."""
        return self.itself in (CLOCK, GROUND)


class Scope(msgspec.Struct, frozen=True):
    """What the whole history tells about what one reader may see.

    `procedure` is that which the case runs under now, and `ruled` that under which each event was
    decided; `migrations` are where it came under another, by the place of the event from 0.
    """

    procedure: Procedure
    reader: Standing
    cases: tuple[Case, ...]
    events: tuple[f.Event, ...]
    ruled: tuple[Procedure, ...]
    tracks: tuple[str | None, ...]
    joined_on: dict[str, str]
    received_on: frozenset[str]
    migrations: tuple[tuple[int, f.Migrated], ...] = ()

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
        if self.whole or track not in self.procedure.tracks:
            return self.whole
        return sees(self.procedure, self.case, self.reader, track)

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
            or reached(self.procedure, self.case, gone, self.reader)
            or self.owns(owners)
            or self.confides(owners)
            or self.did(event)
        )

    def erased(self, gone: f.Erased) -> tuple[str, ...]:
        """Those of the erased items of which the reader may know that they are gone."""
        return tuple(item for item in gone.items if self._may_miss(self.case.items[item].of))

    def _may_miss(self, owners: Sequence[str]) -> bool:
        return self.whole or self.owns(owners) or self.confides(owners)

    def owns(self, owners: Sequence[str]) -> bool:
        """Whether the reader is one of these parties."""
        return any(party in self.reader for party in owners)

    def did(self, event: f.Event) -> bool:
        """Whether the reader did it: in person, or in an office whose key passes on."""
        if event.office is None or event.office not in self.reader:
            return False
        return event.who == self.reader.who or passes_on(self.procedure, event.office)


def scope(
    procedure: Procedure,
    digest: str,
    events: Sequence[f.Event],
    reader: Standing,
    earlier: Mapping[str, Procedure] | None = None,
) -> Scope:
    """Fold the history and note what deciding about visibility needs. Raises BadHistory.

    `earlier` are the other versions that the case ran under, by their digests, where it did.
    """
    known = {**(earlier or {}), digest: procedure}
    first = next((e.data.source for e in events if isinstance(e.data, f.Migrated)), digest)
    cases = [blank(events[0].stream if events else "", first)]
    ruled: list[Procedure] = []
    for event in events:
        leading = under(known, cases[-1], event)
        ruled.append(known.get(cases[-1].procedure, leading))
        cases.append(fold(leading, cases[-1], event))
    tracks = _tracks(events)
    joined_on = {
        event.data.party: track
        for event, track in zip(events, tracks, strict=True)
        if isinstance(event.data, f.Joined) and track is not None
    }
    received_on = frozenset(
        name
        for event in events
        if isinstance(event.data, f.Disclosed) and reached(procedure, cases[-1], event.data, reader)
        for name in event.data.on
        if event.data.basis == "consent"
    )
    return Scope(
        procedure,
        reader,
        tuple(cases),
        tuple(events),
        tuple(ruled),
        tracks,
        joined_on,
        received_on,
        tuple((n, e.data) for n, e in enumerate(events) if isinstance(e.data, f.Migrated)),
    )


def placed(seen: Scope) -> tuple[Placed, ...]:
    """The events the reader may see, in the order of the history."""
    found = []
    open_cause = {CLOCK: True, GROUND: True, LINKED: seen.whole}
    hidden, brought = False, None
    for place, (event, itself) in enumerate(zip(seen.events, _itself(seen.events), strict=True)):
        fact = event.data
        if isinstance(fact, f.Stepped):
            brought = event if fact.because is not None else None
            hidden = fact.because is not None and not open_cause.get(fact.because, False)
            open_cause[fact.step] = seen.sees(fact.track) and not hidden
        if not _visible(seen, place):
            continue
        track = seen.tracks[place]
        comes_first = isinstance(fact, _WITH_NEXT) and not _follows(brought, event)
        openly = comes_first or not hidden
        of_step = track is not None and seen.sees(track) and openly
        tells = of_step or seen.whole or _concerns(seen, event)
        found.append(
            Placed(
                event,
                seen.cases[place],
                seen.cases[place + 1],
                seen.ruled[place],
                names_capacity=tells,
                hidden_cause=hidden and isinstance(fact, f.Stepped),
                itself=None if itself == LINKED and not seen.whole else itself,
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


def _itself(events: Sequence[f.Event]) -> Iterator[Itself | None]:
    """Through what each event happened that nobody did; None for those that somebody did."""
    latest: Itself | None = None
    for event in events:
        match event.data:
            case f.Opened() | f.Linked() if latest is None:
                latest = None  # how a case begins is in no office, and somebody's act
            case f.Stepped(because="clock" | "ground" | "linked" as because):
                latest = because
            case f.Heard():
                latest = "linked"
            case f.Lapsed():
                latest = "clock"
            case _ if event.office is not None:
                latest = None
        yield latest


def _tracks(events: Sequence[f.Event]) -> tuple[str | None, ...]:
    """The track each event belongs to: its own, or that of the step it came with; None without.

    Who is assigned is said before the step that assigns them, and after one that was brought about.
    """
    found: list[str | None] = []
    latest: str | None = None
    brought: f.Event | None = None
    for event in events:
        if isinstance(event.data, f.Stepped):
            latest = event.data.track
            brought = event if event.data.because is not None else None
        with_it = isinstance(event.data, (f.Stepped, *_WITH_PREVIOUS)) or _follows(brought, event)
        found.append(latest if with_it else None)
    following: str | None = None
    for place in range(len(events) - 1, -1, -1):
        fact = events[place].data
        if isinstance(fact, f.Stepped):
            following = fact.track
        if isinstance(fact, _WITH_NEXT) and found[place] is None:
            found[place] = following
    return tuple(found)


def _follows(brought: f.Event | None, event: f.Event) -> bool:
    """Whether an assignment came of the step before it, where that was itself brought about."""
    return (
        isinstance(event.data, f.Assigned)
        and brought is not None
        and (brought.at, brought.took_place, brought.office)
        == (event.at, event.took_place, event.office)
    )


def _visible(seen: Scope, place: int) -> bool:
    event = seen.events[place]
    if seen.whole:
        return True
    match event.data:
        case f.Opened() | f.Linked() | f.Heard():
            return False
        case f.Erased():
            return bool(seen.erased(event.data))
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
        case f.Migrated():
            return any(seen.sees(track) for track in seen.procedure.tracks)
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
        case f.Recused() | f.Erased():
            return True
        case f.Migrated():
            tracks = seen.procedure.tracks.items()
            return any(event.office in t.seen_by and seen.sees(name) for name, t in tracks)
        case _:
            return False

"""A case as its history leaves it: a frozen value, and nothing that only a store or clock knows.

It holds what deciding needs and no more, so that it stays small however long the history grows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec

from workflow.engine.facts import Answer, Basis
from workflow.engine.procedure import role


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of the values a case is made of."""


class Position(Value, frozen=True):
    """Where a track stands, since when, and when its deadline passes (all UTC).

    `begun`: a step of the track was taken, also where it has come back to its beginning since.
    """

    state: str
    since: datetime
    due: datetime | None = None
    begun: bool = False


class Party(Value, frozen=True):
    """Someone the case concerns: by the key of their return code, or as an office-holder."""

    role: str
    key: str | None = None
    person: str | None = None


class Item(Value, frozen=True):
    """What is known in clear of a sealed item.

    `author` is the office or party that wrote it, `by` the person or party in that part,
    `confided` the counsellors it was entrusted to when it was written, and `opened_by` everyone
    who has opened it since.
    """

    kind: str
    of: tuple[str, ...]
    author: str
    by: str
    digest: str
    confided: tuple[str, ...] = ()
    opened_by: tuple[str, ...] = ()

    def seen_by(self, who: str) -> bool:
        """Whether somebody has opened it."""
        return who in self.opened_by


class Consent(Value, frozen=True):
    """A consent and whether it has ended; `until` is exclusive."""

    giver: str
    to: str
    purpose: str
    evidence: str
    starts: datetime
    items: tuple[str, ...] = ()
    kind: str | None = None
    until: datetime | None = None
    ended: bool = False

    def live(self, at: datetime) -> bool:
        """Whether it holds at `at` (UTC), as far as the history so far tells."""
        return not self.ended and self.starts <= at and (self.until is None or at < self.until)

    def covers(self, item: str, kind: str) -> bool:
        """Whether it names this item, or the kind it is of."""
        return item in self.items or (self.kind is not None and self.kind == kind)


class Disclosure(Value, frozen=True):
    """An item that went to a recipient, and on what; or was carried for them `into` a case.

    `readers` are the public keys (OpenSSH form) of those who held an office without a key of its
    own at that moment.
    """

    item: str
    to: str
    purpose: str
    basis: Basis
    on: tuple[str, ...] = ()
    into: str | None = None
    readers: tuple[str, ...] = ()


class Emergency(Value, frozen=True):
    """An open life-threatening situation: who may be told, until when (UTC, exclusive)."""

    recipients: tuple[str, ...]
    until: datetime
    since: datetime


class Done(Value, frozen=True):
    """How a step was last taken."""

    who: str
    answers: dict[str, Answer] = {}


class Case(Value, frozen=True):
    """One run of a procedure, as far as its history goes (`seq` events).

    `erased` are the parties of whom everything was erased, `links` the other cases of its matter,
    and `origin` is that from which it was filed.
    """

    stream: str
    procedure: str
    branch: str = ""
    seq: int = 0
    latest: datetime | None = None
    tracks: dict[str, Position] = {}
    parties: dict[str, Party] = {}
    assigned: dict[str, tuple[str, ...]] = {}
    recused: dict[str, str] = {}
    items: dict[str, Item] = {}
    consents: dict[str, Consent] = {}
    disclosures: tuple[Disclosure, ...] = ()
    emergency: Emergency | None = None
    done: dict[str, Done] = {}
    erased: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    origin: str | None = None

    def state(self, track: str) -> str:
        """The state the track is in."""
        return self.tracks[track].state

    def stands(self, track: str, states: tuple[str, ...]) -> bool:
        """Whether the track is in one of these states."""
        return self.tracks[track].state in states

    def awaits(self, track: str, states: tuple[str, ...]) -> bool:
        """Whether the track is in one of these states, so that what follows from another is due."""
        return self.stands(track, states)

    def serves(self, person: str, office: str) -> bool:
        """Whether the person was named in the case for an office."""
        return person in self.assigned.get(office, ())

    def played(self, person: str) -> tuple[str, ...]:
        """Which parties a person is who takes part in the case by themself."""
        return tuple(name for name, party in self.parties.items() if party.person == person)

    def known_by(self, key: str | None) -> bool:
        """Whether somebody takes part under this public key."""
        return any(party.key == key for party in self.parties.values())

    def consents_to(self, recipient: str, purpose: str) -> Iterable[tuple[str, Consent]]:
        """The consents, live or not, that something goes to a recipient for a purpose."""
        return (
            (name, consent)
            for name, consent in self.consents.items()
            if (consent.to, consent.purpose) == (recipient, purpose)
        )

    def lasting(self) -> Iterable[tuple[str, Consent]]:
        """The consents that were given until some moment."""
        return ((name, each) for name, each in self.consents.items() if each.until is not None)

    def waiting(self) -> Iterable[tuple[str, Position]]:
        """The tracks that stand where a term runs, and where."""
        return ((track, at) for track, at in self.tracks.items() if at.due is not None)

    def of_kind(self, *kinds: str, or_named: Collection[str] = ()) -> Iterable[tuple[str, Item]]:
        """The items of these kinds, or of these names, that were not erased; oldest first."""
        return (
            (name, item)
            for name, item in self.items.items()
            if (item.kind in kinds or name in or_named) and not self.gone(name)
        )

    def disclosed(self, item: str) -> Iterable[Disclosure]:
        """To whom an item went, latest first."""
        return (gone for gone in reversed(self.disclosures) if gone.item == item)

    def gone(self, item: str) -> bool:
        """Whether an item was erased: everything of a party was, and it is of that party too."""
        return bool(self.erased) and any(role(of) in self.erased for of in self.items[item].of)

    def given_out(self, part: str) -> tuple[Disclosure, ...]:
        """What of those who play `part` was given to somebody whose it is not, oldest first."""
        return tuple(
            gone
            for gone in self.disclosures
            if gone.to not in self.items[gone.item].of
            and any(role(of) == part for of in self.items[gone.item].of)
        )

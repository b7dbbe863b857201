"""What can happen, as frozen values: the facts that histories are made of.

A fact is one change; an event is a fact with its place in a stream, who brought it about and when.
Facts carry no names, no free text and no personal data: those are items, which are sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Answer = bool | str | tuple[str, ...]
"""An answer to a field: yes or no, one name, or several."""

Basis = Literal["own", "confidant", "commission", "consent", "emergency", "legal_duty"]
"""On what an item reaches someone; see `engine.sharing`."""


class FactBase(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Base of all facts; `type` in the stored form says which fact it is."""


# --- facts of a case ---------------------------------------------------------------------------


class Opened(FactBase, frozen=True, tag="opened"):
    """A case begins, in a branch, under a procedure."""

    branch: str


class Joined(FactBase, frozen=True, tag="joined"):
    """Someone becomes a party: `key` is their return code's, `person` who they are in office.

    `party` is what they are called in this case: their role, or where several people play it a
    name of their own.
    """

    party: str
    role: str
    key: str | None = None
    person: str | None = None


class Stepped(FactBase, frozen=True, tag="stepped", rename={"source": "from"}):
    """A track moved.

    `because` is `clock`, `ground` (what the state rested on fell away), `linked` (a case of the
    same matter told it, see Heard), or the step that brought this one about.
    """

    step: str
    track: str
    source: str
    to: str
    answers: dict[str, Answer] = {}
    decided_by: str | None = None
    evidence: str | None = None
    evidence_item: str | None = None
    because: str | None = None


class Assigned(FactBase, frozen=True, tag="assigned"):
    """These people hold this office in this case from now on, instead of whoever did before."""

    office: str
    persons: tuple[str, ...]


class Released(FactBase, frozen=True, tag="released"):
    """Nobody holds this office in this case any more; access that rested on it has ended."""

    office: str


class Recused(FactBase, frozen=True, tag="recused"):
    """This person neither acts in nor reads the case, whatever offices they hold (B6)."""

    person: str
    ground: str


class Added(FactBase, frozen=True, tag="added"):
    """An item was sealed into the case, to be opened with the keys in `readers`.

    `of` are the parties whose item it is; `author` the office or party that wrote it; `confided`
    the counsellors it was entrusted to; `digest` the SHA-256 (hex) of the ciphertext and `size`
    its length in bytes, padding included. `readers` are those public keys, in OpenSSH form.
    """

    item: str
    kind: str
    of: tuple[str, ...]
    author: str
    digest: str
    size: int
    readers: tuple[str, ...]
    confided: tuple[str, ...] = ()


class Consented(FactBase, frozen=True, tag="consented"):
    """A party allows items, or a kind of items, to go to a recipient for a purpose (B18)."""

    consent: str
    giver: str
    to: str
    purpose: str
    evidence: str
    starts: datetime
    items: tuple[str, ...] = ()
    kind: str | None = None
    until: datetime | None = None
    evidence_item: str | None = None


class Withdrawn(FactBase, frozen=True, tag="withdrawn"):
    """The giver takes a consent back: from here on nothing more leaves on it."""

    consent: str


class Lapsed(FactBase, frozen=True, tag="lapsed"):
    """A consent ran out: noticed by the clock, and true from its `until` on."""

    consent: str


class PurposeEnded(FactBase, frozen=True, tag="purpose_ended"):
    """Every consent for this purpose ends, because what it was for is over."""

    purpose: str


class Disclosed(FactBase, frozen=True, tag="disclosed"):
    """An item went to a recipient, on a basis. `on` are the consents, or the document, it rests on.

    `readers` are the public keys the item was sealed to; none for a recipient outside the store,
    who was told in another way, and none where it was carried `into` another case.
    """

    item: str
    to: str
    purpose: str
    basis: Basis
    on: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    into: str | None = None


class EmergencyOpened(FactBase, frozen=True, tag="emergency_opened"):
    """Life is in danger: until `until`, these recipients may be told what they need (B19)."""

    recipients: tuple[str, ...]
    until: datetime


class EmergencyClosed(FactBase, frozen=True, tag="emergency_closed"):
    """The emergency is over; what rested on it alone may not be shared or read any more."""


class Read(FactBase, frozen=True, tag="read"):
    """Someone opened an item, on this basis."""

    item: str
    basis: Basis


class Erased(FactBase, frozen=True, tag="erased"):
    """The keys to these items are destroyed: nobody opens them any more (Art. 17 GDPR).

    They are all there are of the party, of whom nothing is written down from then on.
    `recipients` are those whom one of them was given, who are to be told of it (Art. 19 GDPR).
    """

    items: tuple[str, ...]
    party: str
    recipients: tuple[str, ...] = ()


class Linked(FactBase, frozen=True, tag="linked"):
    """This case and `case` are of one matter: about the same conflict. The other says so too."""

    case: str


class Heard(FactBase, frozen=True, tag="heard"):
    """A step of another case of the matter told this one: the event `seq` of case `stream`."""

    stream: str
    seq: int


class Migrated(FactBase, frozen=True, tag="migrated", rename={"source": "from"}):
    """The case goes on under another version of its procedure, and this is the last under the old.

    `source` and `to` are the digests of the two, and `version` what the older one is called. In the
    tracks `renewed` a term begins anew at this moment, since the state there has another now.
    """

    source: str
    to: str
    version: str
    renewed: tuple[str, ...] = ()


# --- facts of the register ---------------------------------------------------------------------


class PersonAdded(FactBase, frozen=True, tag="person_added"):
    """An operator and the public key (OpenSSH form, without comment) that signs for them."""

    person: str
    name: str
    key: str


class OfficeGranted(FactBase, frozen=True, tag="office_granted", rename={"starts": "from"}):
    """A person holds an office in a branch from `starts` until `until` (UTC; none: no end yet)."""

    office: str
    person: str
    branch: str
    starts: datetime
    until: datetime | None = None


class OfficeEnded(FactBase, frozen=True, tag="office_ended"):
    """A person holds the office in that branch no longer, from `at` (UTC) on."""

    office: str
    person: str
    branch: str
    at: datetime


class OfficeKeyed(FactBase, frozen=True, tag="office_keyed"):
    """An office in a branch has this public key; its private half is sealed to `readers`."""

    office: str
    branch: str
    key: str
    item: str
    readers: tuple[str, ...]


class Adopted(FactBase, frozen=True, tag="adopted"):
    """The association follows this version of a procedure from now on (B38).

    With a `branch` only that branch does, with all below it; without one, everywhere.
    """

    procedure: str
    version: str
    digest: str
    aliases: tuple[str, ...] = ()
    branch: str = ""


class Accounted(FactBase, frozen=True, tag="accounted"):
    """The yearly account of a branch, as it was published (A29, B2).

    It counts the cases that were opened in the civil `year` in the branch and all below it, under
    the procedures with these digests. `cells` are the counts by their names, each at least `k`;
    one that is withheld is absent.
    """

    branch: str
    year: int
    k: int
    procedures: tuple[str, ...]
    cells: dict[str, int]


# --- who has looked ------------------------------------------------------------------------------

LookKind = Literal["status", "history", "letter", "export"]
"""What somebody looked at: how a case stands, what happened in it, a letter, or its events."""
LookBasis = Literal["own", "confidant", "audit", "register", "office"]
"""On what somebody may look: their own case, what is confided to them, oversight, keeping the
register, or another office that the procedure lets see part of the case."""


class Looked(FactBase, frozen=True, tag="looked"):
    """Someone was shown what a case is about, or took events out of the store (NEN 7513).

    It stands in a stream beside the one that was looked at (`engine.looking`): `seen` is how many
    events that one had and `head` the hash (hex) of the last of them. `audience` is for whom it was
    rendered, where that was not for whoever looked.
    """

    what: LookKind
    basis: LookBasis
    seen: int
    head: str
    audience: str | None = None


CaseFact = (
    Opened
    | Joined
    | Stepped
    | Assigned
    | Released
    | Recused
    | Added
    | Consented
    | Withdrawn
    | Lapsed
    | PurposeEnded
    | Disclosed
    | EmergencyOpened
    | EmergencyClosed
    | Read
    | Erased
    | Linked
    | Heard
    | Migrated
)
RegisterFact = PersonAdded | OfficeGranted | OfficeEnded | OfficeKeyed | Adopted | Accounted
Fact = CaseFact | RegisterFact | Looked


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact in its place: the signed envelope.

    `prev` is the hash (hex) of the stream's event before it, empty for the first. `at` is when it
    was recorded and `happened`, where that differs, when it took place; both UTC. `who` is the
    person or party who brought it about and whose key signs it, `office` the office they acted
    in, `procedure` the digest of the procedure it was decided under.
    """

    stream: str
    seq: int
    prev: str
    at: datetime
    who: str
    data: Fact
    office: str | None = None
    procedure: str | None = None
    happened: datetime | None = None

    @property
    def took_place(self) -> datetime:
        """When it happened, which is when it was recorded unless it says otherwise."""
        return self.happened or self.at

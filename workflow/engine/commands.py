"""What one can ask of a case, as frozen values. Contents are sealed before they get here.

`happened` (UTC) is given where something took place earlier than it is written down.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.engine.facts import Answer


class NewItem(msgspec.Struct, frozen=True):
    """A freshly sealed content: its random name, the SHA-256 (hex) and size of the ciphertext."""

    item: str
    digest: str
    size: int


class Said(msgspec.Struct, frozen=True):
    """Whose decision it is said to be, with which evidence; `scan` is a written statement."""

    decided_by: str | None = None
    evidence: str | None = None
    scan: NewItem | None = None


class Advance(msgspec.Struct, frozen=True):
    """Take a step.

    `joining` is the public key of a party who joins with it, and `party` the name of that party
    where several people play the part. `papers` are documents that come with the step. `into` is
    the number of the case that the step opens.
    """

    step: str
    answers: dict[str, Answer] = {}
    note: NewItem | None = None
    said: Said = Said()
    joining: str | None = None
    happened: datetime | None = None
    party: str | None = None
    papers: tuple[NewItem, ...] = ()
    into: str | None = None


class Open(msgspec.Struct, frozen=True):
    """Begin a case in `branch` with a step that opens one; `linked` is the case it came from."""

    branch: str
    first: Advance
    linked: str | None = None


class AddItem(msgspec.Struct, frozen=True):
    """Seal an item of a kind into the case; `of` are the parties it can be traced to."""

    item: NewItem
    kind: str
    happened: datetime | None = None
    of: tuple[str, ...] = ()


class GiveConsent(msgspec.Struct, frozen=True):
    """Record that `giver` allows `items`, or all of `kind`, to go to `to` for `purpose`."""

    giver: str
    to: str
    purpose: str
    items: tuple[str, ...] = ()
    kind: str | None = None
    until: datetime | None = None
    said: Said = Said()
    happened: datetime | None = None


class WithdrawConsent(msgspec.Struct, frozen=True):
    """Record that the giver takes a consent back."""

    consent: str


class Share(msgspec.Struct, frozen=True):
    """Share items; `document` is the item that records a legal duty, where that is the basis."""

    items: tuple[str, ...]
    to: str
    purpose: str
    document: str | None = None
    happened: datetime | None = None


class Read(msgspec.Struct, frozen=True):
    """Open an item."""

    item: str


class Recuse(msgspec.Struct, frozen=True):
    """Keep a person out of the case: a party, a witness, or someone close to one (B6)."""

    person: str
    ground: str


class Hear(msgspec.Struct, frozen=True):
    """Let `steps` happen, as the event `seq` of case `stream` tells, which is of the same matter.

    `linked`: that it is so is said by that very event.
    """

    stream: str
    seq: int
    steps: tuple[str, ...]
    linked: bool = False


class Migrate(msgspec.Struct, frozen=True):
    """Go on under the version of the procedure with the digest `to` (hex)."""

    to: str


class Tick(msgspec.Struct, frozen=True):
    """Let the clock do what is due."""


Command = (
    Open
    | Advance
    | AddItem
    | GiveConsent
    | WithdrawConsent
    | Share
    | Read
    | Recuse
    | Hear
    | Migrate
    | Tick
)

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
    """Take a step. `joining` is the public key of a party who joins with it."""

    step: str
    answers: dict[str, Answer] = {}
    note: NewItem | None = None
    said: Said = Said()
    joining: str | None = None
    happened: datetime | None = None


class Open(msgspec.Struct, frozen=True):
    """Begin a case in `branch` with a step that opens one."""

    branch: str
    first: Advance


class AddItem(msgspec.Struct, frozen=True):
    """Seal an item of a kind into the case."""

    item: NewItem
    kind: str
    happened: datetime | None = None


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


class Tick(msgspec.Struct, frozen=True):
    """Let the clock do what is due."""


Command = Open | Advance | AddItem | GiveConsent | WithdrawConsent | Share | Read | Recuse | Tick

"""Letters as frozen values: what each of them says, and nothing of how it is put.

Offices and parties are named in them, people never. Texts that name somebody stand as they do in a
sentence, with their article. Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from workflow.engine.procedure import Text
from workflow.histories.views import Seen, Word

Reads: TypeAlias = Literal["office", "assigned", "holders", "party", "outside"]
"""Who reads what goes to a recipient.

`office`: whoever holds it, successors too. `assigned`: who holds it in this case. `holders`: who
holds it in the branch. `party`: one person the case concerns. `outside`: a body outside the store.
"""


class Checkpoint(Seen, frozen=True):
    """The latest checkpoint of the whole log: in short, and as the note that was signed."""

    short: str
    note: str


class Letterhead(Seen, frozen=True):
    """What stands on every letter. `sender` is the office of who makes it; None for a party.

    `checkpoint` is there as soon as the log keeper has made one.
    """

    case: str
    branch: str
    dated: datetime
    sender: Text | None
    checkpoint: Checkpoint | None = None


class Next(Seen, frozen=True):
    """What follows: where the report stands, until when, whose turn it is, and what else happens.

    `decides`: the member themself is to decide. `then` is what the clock does at `due`; `rests`:
    with that it is over, and until then nobody has to do anything.
    """

    state: Text
    due: datetime | None
    by: tuple[Text, ...]
    then: Text | None
    rests: bool
    decides: bool
    ended: bool


class Receipt(Seen, frozen=True):
    """That what a member brought has arrived; `code` only where it is to be printed.

    `keepers` are the counsellors' offices it was confided to, none where it was not. `exception`:
    the procedure knows emergencies. `audited`: an auditor sees that steps were taken.
    """

    head: Letterhead
    received: datetime
    about: Text
    following: Next
    keepers: tuple[Text, ...]
    exception: bool
    audited: bool
    code: str | None = None


class Document(Seen, frozen=True):
    """An item by name, and of which kind it is."""

    name: str
    kind: Text


class Agreement(Seen, frozen=True):
    """What a consent says. It covers a `kind`, or `documents` and `others` the reader may not name.

    What is None in a form that is still blank: `name`, `starts`, `evidence` and `status`.
    """

    giver: Text
    to: Text
    purpose: Text
    kind: Text | None
    documents: tuple[Document, ...]
    others: int
    until: datetime | None
    name: str | None = None
    starts: datetime | None = None
    evidence: Text | None = None
    status: Word | None = None
    ended: datetime | None = None


class ConsentForm(Seen, frozen=True):
    """A consent on paper. `also` are the other parties whose documents these are as well.

    `readers` says who will come to read it for this purpose, where the procedure does.
    """

    head: Letterhead
    agreement: Agreement
    reads: Reads
    readers: Text | None
    also: tuple[Text, ...]
    keepers: tuple[Text, ...]


class Handed(Seen, frozen=True):
    """A document that was handed over: when, on which consents, and the SHA-256 (hex) of it sealed.

    The hash is of the ciphertext, which giver and receiver both have, byte for byte.
    """

    document: Document
    digest: str
    at: datetime
    on: tuple[str, ...]


class Handover(Seen, frozen=True):
    """Everything that reached one recipient on consent, and those consents."""

    head: Letterhead
    to: Text
    documents: tuple[Handed, ...]
    agreements: tuple[Agreement, ...]


class Shared(Seen, frozen=True):
    """A kind of item that reached someone in an emergency."""

    kind: Text
    to: Text
    at: datetime


class EmergencyNotice(Seen, frozen=True):
    """What a member is told of an emergency that is over.

    `grounds` are the conditions that were affirmed, `reviewers` the offices that go over it,
    `reviewed` when they did, and `justified` what they found. `expired`: the clock ended it.
    """

    head: Letterhead
    opened: datetime
    ended: datetime
    expired: bool
    shared: tuple[Shared, ...]
    grounds: tuple[Text, ...]
    reviewers: tuple[Text, ...]
    reviewed: datetime | None
    justified: bool | None
    keepers: tuple[Text, ...]


class StepBack(Seen, frozen=True):
    """That the support group has stepped back, since when, and nothing of why."""

    head: Letterhead
    since: datetime


Letter: TypeAlias = Receipt | ConsentForm | Handover | EmergencyNotice | StepBack

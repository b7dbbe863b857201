"""What is handed to the desk, what it hands back, and why it could not."""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.crypto.keys import SigningKey
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.ledger import Problem


class Signer(msgspec.Struct, frozen=True):
    """Who acts, with which key, and in which office where they choose one."""

    who: str
    key: SigningKey
    office: str | None = None


class Retry(msgspec.Struct, frozen=True):
    """An idempotency key, and the digest (32 bytes) of the command it is used for."""

    key: str
    request: bytes


class Filer(msgspec.Struct, frozen=True):
    """Under which number the case that a step files is opened, and the key of who joins it.

    `shown` is the digest of the procedure under which they were shown beforehand that it begins.
    """

    case: str
    key: SigningKey
    shown: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What a command did: the case after it and the events it appended, oldest first.

    `filed` is the number of the case that it opened besides.
    """

    case: Case
    events: tuple[f.Event, ...]
    repeated: bool = False
    filed: str | None = None


class NoSuchCase(Exception):
    """There is no such case, or none that this person may know of: the answer is the same."""


class ClockBehind(Exception):
    """This machine's clock stands before the latest event; says both moments (UTC).

    `stream` is where that event is, and None for a case that the actor need not know of; `seq` and
    `who` say which it is and by whom, in the register, which everybody reads.
    """

    def __init__(
        self,
        now: datetime,
        latest: datetime,
        stream: str | None = None,
        seq: int | None = None,
        who: str | None = None,
    ) -> None:
        super().__init__(now, latest, stream, seq, who)
        self.now, self.latest, self.stream, self.seq, self.who = now, latest, stream, seq, who


class Altered(Exception):
    """What is stored does not follow from the signed events; says every problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

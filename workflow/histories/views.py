"""What one audience may see of a case, as frozen values: the only thing histories are made from.

A View holds no person, no content, no identifier of an item or a consent and no number that counts
anything hidden: what its audience may not see is not in it. It holds no name either, but those of
who looked in an office at what is the audience's own (`histories.looks`). Moments, events, items,
consents and disclosures are numbered from 1 among those the audience sees. The number of another
case stands in it only for those who may know that there is one. Two histories that
differ only in what an audience may not see give that audience equal views.

Every label is a Text, in both languages; a template picks one. Times are in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from workflow.engine.procedure import Text
from workflow.histories.diagrams import Diagram
from workflow.histories.local_time import utc

ABOUT = ("step", "consent", "disclosure", "reading", "emergency", "deadline", "itself")
"""What a moment can be about: `itself` is what nobody did; `deadline` where a term ended unkept."""


class Seen(msgspec.Struct, frozen=True):
    """Base of the values a View is made of."""


class Word(Seen, frozen=True):
    """Something the procedure declares: its name there, and its label."""

    name: str
    label: Text


class Integrity(Seen, frozen=True):
    """What verifying the case's stream found: the chain, the signatures, how many events.

    `problems` say in words what does not hold, and where; `head` is the hash of the last event, in
    hex. Only a reader of the whole case is told these and the count; everyone is told whether chain
    and signatures hold.
    """

    chain_ok: bool
    signatures_ok: bool
    problems: tuple[Text, ...] = ()
    events: int | None = None
    head: str | None = None

    @property
    def ok(self) -> bool:
        """Whether all of it holds."""
        return self.chain_ok and self.signatures_ok and not self.problems


class Source(Seen, frozen=True):
    """A text the rules come from, by the letter their numbers begin with."""

    letter: str
    title: Text
    changed: str


class Walked(Seen, frozen=True):
    """One move of a track: the step, where it led, when, and in which moment."""

    moment: int
    at: datetime
    step: Word
    to: Word


class Track(Seen, frozen=True):
    """A track the audience sees: where it stands, and the path it took.

    `since` is None where the track still stands where the case began, if that moment is hidden.
    `path` are the labels of the states passed, from the first to the present one, and `walked` the
    moves that led there. The numbers in the `diagram` are those of the moments.
    """

    track: Word
    state: Word
    begun: bool
    ended: bool
    since: datetime | None
    path: tuple[Text, ...]
    walked: tuple[Walked, ...]
    diagram: Diagram


class Answered(Seen, frozen=True):
    """An answer to what a step asked."""

    field: Word
    answer: Text


class Decided(Seen, frozen=True):
    """Whose decision a step was, and how that is evidenced."""

    party: Word
    evidence: Word | None


class Change(Seen, frozen=True):
    """A track that moved: the step, from where to where.

    `decided` is None for what only follows from something else. `because` is the step it follows
    from, or `linked` for a case of the same matter; `hidden_cause` says that there was such a thing
    which the audience may not see.
    """

    step: Word
    track: Word
    source: Word
    to: Word
    decided: Decided | None = None
    answers: tuple[Answered, ...] = ()
    because: Word | None = None
    hidden_cause: bool = False


class Moment(Seen, frozen=True):
    """What happened at once: a step with all it brought about, or one act beside the steps.

    `first` and `last` are its place among the events the audience sees. `at` is when it took
    place; `recorded` when it was written down, where that differs and the audience sees the whole
    case. `pending`: nobody did it and the next command will record it. `by` are the capacities
    that may be named. `marks` are among `emergency`, `disclosure`, `withdrawal`, `erasure`,
    `clock`, `ground` (what a state rested on fell away) and `linked` (another case told it).
    `about`, by which a reader can choose: of what kinds it is (`ABOUT`).
    """

    number: int
    first: int
    last: int
    at: datetime
    headline: Text
    recorded: datetime | None = None
    pending: bool = False
    by: tuple[Word, ...] = ()
    marks: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[Text, ...] = ()
    cites: tuple[str, ...] = ()


class ConsentSeen(Seen, frozen=True):
    """A consent, and whether it still holds. It covers a `kind`, or a number of `items`."""

    number: int
    giver: Word
    to: Word
    purpose: Word
    kind: Word | None
    items: int
    what: Text
    evidence: Word
    starts: datetime
    until: datetime | None
    ended: datetime | None
    status: Word
    moment: int


class DisclosureSeen(Seen, frozen=True):
    """An item that reached someone. `on` are the consents it rests on that the audience sees.

    `into` is the number of the case it was carried into, where it was. `erased`: it was erased
    since, and the audience may know.
    """

    number: int
    at: datetime
    item: int
    kind: Word
    owners: tuple[Word, ...]
    to: Word
    purpose: Word
    basis: Word
    rests_on: Text
    on: tuple[int, ...]
    by: tuple[Word, ...]
    moment: int
    into: str | None = None
    erased: bool = False


class DeadlineSeen(Seen, frozen=True):
    """How long a state might last, and how that went.

    `outcome` is `kept`, `missed`, `lapsed` (it ran out and the clock took the next step),
    `running` or `overdue`; `late` by how much a missed or overdue one was passed. `moment` is when
    it began, `ending` the moment in which the state was left.
    """

    track: Word
    state: Word
    term: Text
    since: datetime
    due: datetime
    left: datetime | None
    outcome: Word
    late: Text | None
    cites: tuple[str, ...]
    moment: int
    ending: int | None = None


class ReadingSeen(Seen, frozen=True):
    """Somebody who could open an item, in which capacity, on which basis, and how long.

    It held from `since` until `until` (exclusive), or until now where that is None. `mine`: the
    reader of the view is one of those who could.
    """

    item: int
    kind: Word
    owners: tuple[Word, ...]
    reader: Word
    basis: Word
    since: datetime
    until: datetime | None
    mine: bool = False

    def held(self, at: datetime) -> bool:
        """Whether the item could be opened by this reader at `at` (UTC)."""
        return self.since <= at and (self.until is None or at < self.until)


class Stood(Seen, frozen=True):
    """An item as it stood at one moment: who could open it then."""

    item: int
    kind: Word
    owners: tuple[Word, ...]
    readers: tuple[ReadingSeen, ...]


class LookSeen(Seen, frozen=True):
    """Looks of one person on one day, in one office, at one thing, for one audience.

    `at` is the first of them and `times` how many. `by` is the office, None for the reader's own;
    `name` who it was, where this reader may know; `mine`: it was the reader of the view.
    """

    at: datetime
    times: int
    what: Word
    basis: Word
    by: Word | None
    name: str | None
    audience: Word | None
    mine: bool
    told: Text


class Followed(Seen, frozen=True):
    """A step on the track of an emergency, after it was over."""

    at: datetime
    step: Word
    answers: tuple[Answered, ...]


class EmergencySeen(Seen, frozen=True):
    """An emergency: who might know, until when, how it ended, and what was done about it since.

    `pending` is the state the track stands in while something is still to be done.
    """

    number: int
    opened: datetime
    by: tuple[Word, ...]
    recipients: tuple[Word, ...]
    until: datetime
    ended: datetime | None
    ending: Word
    followed: tuple[Followed, ...]
    pending: Word | None
    disclosures: tuple[int, ...]
    moment: int


class View(Seen, frozen=True):
    """What one audience may see of a case, as of `as_of`.

    `whole`: the audience sees every event of the case, as an auditor does. `opened` and `latest`
    are the times of the first and last event the audience sees; None where there is none.
    """

    case: str
    procedure: Word
    version: str
    digest: str
    branch: str
    audience: tuple[Word, ...]
    whole: bool
    as_of: datetime
    opened: datetime | None
    latest: datetime | None
    tracks: tuple[Track, ...]
    moments: tuple[Moment, ...]
    consents: tuple[ConsentSeen, ...]
    disclosures: tuple[DisclosureSeen, ...]
    deadlines: tuple[DeadlineSeen, ...]
    emergencies: tuple[EmergencySeen, ...]
    readings: tuple[ReadingSeen, ...]
    looks: tuple[LookSeen, ...]
    sources: tuple[Source, ...]
    integrity: Integrity | None

    def outcomes(self, *names: str) -> int:
        """How many deadlines ended in one of these outcomes."""
        return sum(deadline.outcome.name in names for deadline in self.deadlines)

    @property
    def named(self) -> bool:
        """Whether somebody's name stands in it: only of who looked."""
        return any(look.name is not None for look in self.looks)

    @property
    def turns(self) -> tuple[datetime, ...]:
        """The moments (UTC) at which it changed who could read what, oldest first."""
        ends = {each.until for each in self.readings if each.until is not None}
        return tuple(sorted({each.since for each in self.readings} | ends))

    def stood(self, at: datetime) -> tuple[Stood, ...]:
        """Who could read what at `at` (UTC): every item that somebody could open then."""
        found: dict[int, list[ReadingSeen]] = {}
        for each in self.readings:
            if each.held(at):
                found.setdefault(each.item, []).append(each)
        return tuple(
            Stood(item, readers[0].kind, readers[0].owners, tuple(readers))
            for item, readers in sorted(found.items())
        )


def document(view: View, lang: str) -> dict[str, Any]:
    """The view as plain JSON values, labels in `lang`, times ISO 8601 in UTC."""
    plain: dict[str, Any] = _plain(view, lang)
    return plain


def _plain(value: Any, lang: str) -> Any:
    match value:
        case Text():
            return value[lang]
        case msgspec.Struct():
            return {name: _plain(getattr(value, name), lang) for name in value.__struct_fields__}
        case tuple():
            return [_plain(each, lang) for each in value]
        case datetime():
            return utc(value)
        case _:
            return value

"""How a View is laid out on a page: by month, giver by recipient, and along one line of time.

Nothing here says more than the View does; it says where on the page it goes. Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from workflow.histories import local_time
from workflow.histories.views import (
    ConsentSeen,
    DeadlineSeen,
    Moment,
    ReadingSeen,
    Seen,
    Stood,
    Track,
    View,
    Walked,
    Word,
)

STANDS = 40
"""So many moments at which it changed who could read what are laid out in full, at most."""
STOOD_ROWS = 1_500
"""And so many items in all of them together, the latest first: the page is to stay a page."""
IN_CELL = 6
"""So many consents stand in one cell of the matrix, the latest; of others only how many."""
DEADLINES = 150
"""Of more deadlines than this, the table leaves out the oldest that were kept."""
WIDE = 1_000
"""How wide the line of time is, in the units of its bars."""
_LEAST = 8


class Entry(Seen, frozen=True):
    """A place in the timeline: a moment, or a deadline that passed without anything happening.

    `begun` are the deadlines that began in the moment; `classes` those by which it is styled and
    chosen: `has-` what marks it, `a-` what it is about, `k` the places of the tracks that moved.
    """

    moment: Moment | None
    classes: str
    passed: DeadlineSeen | None = None
    begun: Sequence[DeadlineSeen] = ()


class Month(Seen, frozen=True):
    """A month of the timeline, in the Netherlands: a moment in it, and what happened in order."""

    number: int
    at: datetime
    entries: tuple[Entry, ...]


class Cell(Seen, frozen=True):
    """The consents from one giver to one recipient: the latest, and how many there were before."""

    to: Word
    consents: tuple[ConsentSeen, ...]
    earlier: int


class Row(Seen, frozen=True):
    """A row of the matrix: who gave, and what to each recipient."""

    giver: Word
    cells: tuple[Cell, ...]


class Sum(Seen, frozen=True):
    """How often items of a kind went to somebody on a basis."""

    kind: Word
    basis: Word
    count: int


class Path(Seen, frozen=True):
    """The latest moves of a track, and how many came before them."""

    steps: tuple[Walked, ...]
    earlier: int


class Terms(Seen, frozen=True):
    """The deadlines of the table, and how many that were kept stand in the timeline alone."""

    rows: tuple[DeadlineSeen, ...]
    left_out: int


class Snapshot(Seen, frozen=True):
    """Who could read what, from a moment on (UTC) until the next."""

    number: int
    at: datetime
    items: tuple[Stood, ...]


class Bar(Seen, frozen=True):
    """A stretch of time along the line: where it begins, and how wide it is, of WIDE."""

    x: int
    width: int


class Line(Seen, frozen=True):
    """The line of time: from when the audience first saw the case until the present (UTC)."""

    start: datetime
    end: datetime

    def bar(self, since: datetime, until: datetime | None) -> Bar:
        """The stretch from `since` until `until`, None for as long as the line lasts."""
        first, last = self._place(since), WIDE if until is None else self._place(until)
        width = max(last - first, _LEAST)
        return Bar(min(first, WIDE - width), width)

    def _place(self, at: datetime) -> int:
        whole = max(self.end - self.start, timedelta(seconds=1))
        return round(WIDE * min(max((at - self.start) / whole, 0.0), 1.0))


def line(view: View) -> Line:
    """The line of time of a view."""
    return Line(view.opened or view.as_of, view.as_of)


def months(view: View) -> tuple[Month, ...]:
    """The moments by month, with the deadlines that began in them and those that passed between."""
    begun: dict[int, list[DeadlineSeen]] = {}
    for each in view.deadlines:
        begun.setdefault(each.moment, []).append(each)
    places = {track.track.name: place for place, track in enumerate(view.tracks, 1)}
    found: list[tuple[datetime, list[Entry]]] = []
    month = ""
    for at, entry in _entries(view, begun, places):
        if (this := local_time.iso(at)[: len("2026-03")]) != month:
            month = this
            found.append((at, []))
        found[-1][1].append(entry)
    return tuple(Month(number, at, tuple(entries)) for number, (at, entries) in enumerate(found, 1))


def _entries(
    view: View, begun: Mapping[int, Sequence[DeadlineSeen]], places: Mapping[str, int]
) -> Iterator[tuple[datetime, Entry]]:
    late = [each for each in view.deadlines if each.outcome.name in ("missed", "overdue")]
    passed = [
        (each, Entry(None, f"passed a-deadline k{places.get(each.track.name, 0)}", each))
        for each in sorted(late, key=lambda each: each.due)
    ]
    waiting = deque(passed)
    for moment in view.moments:
        while waiting and waiting[0][0].due <= moment.at and waiting[0][0].moment < moment.number:
            deadline, entry = waiting.popleft()
            yield deadline.due, entry
        yield moment.at, Entry(moment, _classes(moment, places), None, begun.get(moment.number, ()))
    yield from ((deadline.due, entry) for deadline, entry in waiting)


def _classes(moment: Moment, places: Mapping[str, int]) -> str:
    moved = dict.fromkeys(places.get(change.track.name, 0) for change in moment.changes)
    return " ".join(
        (
            "moment",
            *(f"has-{mark}" for mark in moment.marks),
            *(f"a-{kind}" for kind in moment.about),
            *(f"k{place}" for place in moved),
        )
    )


def terms(view: View) -> Terms:
    """The deadlines of a view: every one that was not kept, and the latest that were."""
    kept = [place for place, each in enumerate(view.deadlines) if each.outcome.name == "kept"]
    over = max(len(view.deadlines) - DEADLINES, 0)
    gone = set(kept[:over])
    rows = tuple(each for place, each in enumerate(view.deadlines) if place not in gone)
    return Terms(rows, len(gone))


def matrix(view: View) -> tuple[Row, ...]:
    """Consents by giver and recipient, both in the order in which they first appear."""
    to: dict[str, Word] = {}
    givers: dict[str, Word] = {}
    found: dict[tuple[str, str], list[ConsentSeen]] = {}
    for each in view.consents:
        to.setdefault(each.to.name, each.to)
        givers.setdefault(each.giver.name, each.giver)
        found.setdefault((each.giver.name, each.to.name), []).append(each)
    return tuple(
        Row(giver, tuple(_cell(word, found.get((name, word.name), [])) for word in to.values()))
        for name, giver in givers.items()
    )


def _cell(to: Word, consents: Sequence[ConsentSeen]) -> Cell:
    return Cell(to, tuple(consents[-IN_CELL:]), max(len(consents) - IN_CELL, 0))


def sums(view: View) -> tuple[Sum, ...]:
    """How often items of each kind went to somebody on each basis, in order of appearance."""
    found: dict[tuple[str, str], Sum] = {}
    for each in view.disclosures:
        key = (each.kind.name, each.basis.name)
        sofar = found.get(key, Sum(each.kind, each.basis, 0))
        found[key] = msgspec.structs.replace(sofar, count=sofar.count + 1)
    return tuple(found.values())


def snapshots(view: View) -> tuple[Snapshot, ...]:
    """Who could read what, at each moment at which it changed, oldest first.

    Where there are more than STANDS of these, at the last one of each day, or if need be of each
    month, or year.
    """
    turns = list(view.turns)
    for length in (len("2026-03-02"), len("2026-03"), len("2026")):
        if len(turns) > STANDS:
            turns = list({local_time.iso(at)[:length]: at for at in turns}.values())
    found: list[Snapshot] = []
    room = STOOD_ROWS
    for number, at in reversed(list(enumerate(turns, 1))):
        stood = view.stood(at)
        room -= len(stood)
        if room < 0:
            break
        found.append(Snapshot(number, at, stood))
    return tuple(reversed(found))


def path(track: Track) -> Path:
    """The moves of a track that are listed beside its drawing: the latest."""
    return Path(track.walked[-STANDS:], max(len(track.walked) - STANDS, 0))


def told_of_others(view: View) -> bool:
    """Whether of some item the audience is told only whether they could read it themselves."""
    alone: dict[int, list[ReadingSeen]] = {}
    for each in view.readings:
        alone.setdefault(each.item, []).append(each)
    return any(
        len(readings[0].owners) > 1 and all(each.mine for each in readings)
        for readings in alone.values()
    )

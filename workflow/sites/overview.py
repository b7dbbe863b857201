"""What the Views of many cases say together: where they stand, how old they are, what is late.

Pure. It is made of Views and of nothing else, each of one case that the reader may see by itself.
So each count is one that the reader could make by turning over the pages, and none is withheld for
being small: that is for accounts, which go to people who may see no case (`counting.suppression`).
What is not in any View, such as a case that the reader may not know of, changes no count here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from workflow.engine.procedure import Text
from workflow.histories.views import EmergencySeen, Seen, View, Word

AGES = (30, 91, 182, 365)
"""How long cases are open, in days: these divide the groups, each of which ends below its number.
"""


class Standing(Seen, frozen=True):
    """Where a track stands that left its beginning, and its place among those of the procedure.

    `open`: something is still to be done there. A term runs in it; or it is to end, and has not.
    """

    track: Word
    state: Word
    open: bool
    place: tuple[int, int]


class Late(Seen, frozen=True):
    """A deadline that was missed, or that passed and still waits (`waits`)."""

    case: str
    page: str
    procedure: Word
    track: Word
    state: Word
    due: datetime
    outcome: Word
    late: Text | None
    waits: bool
    moment: int


class Review(Seen, frozen=True):
    """An emergency about which something is still to be done."""

    case: str
    page: str
    procedure: Word
    emergency: EmergencySeen
    pending: Word


class Summary(Seen, frozen=True):
    """One case as the overview has it. `page` is the file that tells all of it.

    `opened` is the first moment the reader sees. `since` counts the events that no checkpoint
    covers yet, where the reader sees all of the case; else it is None. `sound` is what verifying
    found, None where it was not verified.
    """

    case: str
    page: str
    procedure: Word
    version: str
    branch: str
    standing: tuple[Standing, ...]
    opened: datetime | None
    latest: datetime | None
    late: tuple[Late, ...]
    reviews: tuple[Review, ...]
    since: int | None
    sound: bool | None

    @property
    def open(self) -> bool:
        """Whether something is still to be done on some track that the reader sees."""
        return any(each.open for each in self.standing)

    @property
    def waiting(self) -> int:
        """How many deadlines have passed and still wait for somebody."""
        return sum(each.waits for each in self.late)


class Phase(Seen, frozen=True):
    """A state in which open cases stand: how many, and how many of each age (`AGES`)."""

    track: Word
    state: Word
    ages: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many cases stand there."""
        return sum(self.ages)


class Group(Seen, frozen=True):
    """The open cases of one procedure: how many, of which ages, and where they stand.

    A case of which several tracks run stands in several phases, so these can add up to more.
    """

    procedure: Word
    count: int
    ages: tuple[int, ...]
    phases: tuple[Phase, ...]


class Overview(Seen, frozen=True):
    """Everything that the pages say of all cases together, as of `as_of` (UTC)."""

    as_of: datetime
    cases: tuple[Summary, ...]
    groups: tuple[Group, ...]
    waiting: tuple[Late, ...]
    missed: tuple[Late, ...]
    reviews: tuple[Review, ...]
    unsound: tuple[Summary, ...]

    @property
    def open(self) -> int:
        """How many cases are open."""
        return sum(case.open for case in self.cases)


def summary(view: View, page: str, since: int | None) -> Summary:
    """What an overview keeps of the view of a case."""
    return Summary(
        case=view.case,
        page=page,
        procedure=view.procedure,
        version=view.version,
        branch=view.branch,
        standing=tuple(_standing(view)),
        opened=view.opened,
        latest=view.latest,
        late=tuple(
            Late(
                view.case,
                page,
                view.procedure,
                each.track,
                each.state,
                each.due,
                each.outcome,
                each.late,
                each.outcome.name == "overdue",
                each.moment,
            )
            for each in view.deadlines
            if each.outcome.name in ("missed", "overdue")
        ),
        reviews=tuple(
            Review(view.case, page, view.procedure, each, each.pending)
            for each in view.emergencies
            if each.pending is not None
        ),
        since=since,
        sound=None if view.integrity is None else view.integrity.ok,
    )


def _standing(view: View) -> Iterable[Standing]:
    runs = {each.track.name for each in view.deadlines if each.left is None}
    for place, each in enumerate(view.tracks):
        nodes = {node.name: (at, node) for at, node in enumerate(each.diagram.nodes)}
        at, node = nodes[each.state.name]
        if each.begun and not node.initial:
            to_end = any(other.ends for _, other in nodes.values())
            goes_on = not each.ended and (to_end or each.track.name in runs)
            yield Standing(each.track, each.state, goes_on, (place, at))


def overview(cases: Iterable[Summary], as_of: datetime) -> Overview:
    """All cases together: the newest first, and the deadlines that wait longest first."""
    newest = sorted(cases, key=lambda case: case.case)
    newest.sort(key=lambda case: case.latest.timestamp() if case.latest else 0.0, reverse=True)
    late = sorted(
        (each for case in newest for each in case.late), key=lambda each: (each.due, each.case)
    )
    waiting = tuple(each for each in late if each.waits)
    return Overview(
        as_of=as_of,
        cases=tuple(newest),
        groups=groups(newest, as_of),
        waiting=waiting,
        missed=tuple(reversed([each for each in late if not each.waits])),
        reviews=tuple(
            sorted(
                (each for case in newest for each in case.reviews),
                key=lambda each: (each.emergency.opened, each.case),
            )
        ),
        unsound=tuple(case for case in newest if case.sound is False),
    )


def groups(cases: Sequence[Summary], as_of: datetime) -> tuple[Group, ...]:
    """The open cases by procedure, and of each by phase and age."""
    found: dict[str, list[Summary]] = {}
    for case in cases:
        if case.open:
            found.setdefault(case.procedure.name, []).append(case)
    return tuple(_group(found[name], as_of) for name in sorted(found))


def _group(cases: Sequence[Summary], as_of: datetime) -> Group:
    ages = [0] * (len(AGES) + 1)
    phases: dict[tuple[str, str], tuple[tuple[int, int], Standing, list[int]]] = {}
    for case in cases:
        age = age_of(case.opened, as_of)
        ages[age] += 1
        for each in case.standing:
            if not each.open:
                continue
            key = (each.track.name, each.state.name)
            _, _, counts = phases.setdefault(key, (each.place, each, [0] * len(ages)))
            counts[age] += 1
    rows = sorted(phases.values(), key=lambda row: (row[0], row[1].track.name, row[1].state.name))
    return Group(
        cases[0].procedure,
        len(cases),
        tuple(ages),
        tuple(Phase(each.track, each.state, tuple(counts)) for _, each, counts in rows),
    )


def age_of(opened: datetime | None, as_of: datetime) -> int:
    """To which of the groups that `AGES` divide a case belongs that was opened then."""
    days = (as_of - opened) // timedelta(days=1) if opened is not None else 0
    return sum(days >= limit for limit in AGES)

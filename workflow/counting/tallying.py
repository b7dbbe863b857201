"""How many cases there were in a year, and what became of them: from histories to counts. Pure.

Only what flowed in is counted: the cases that were opened in one civil year, in a branch and all
below it. How many cases stood open is never counted, nor how many there have been so far. Such a
stock, the one a year later, and the flow between them add up, so that a count which is withheld in
one account could be had from two others; and whoever closed the only case would see it go. A case
is opened once. So each belongs to one year, and the accounts of different years have none in
common: no subtraction leads from one to the other.

What is counted of a case is what its signed history said when the year was over, by the times at
which things were recorded, whenever they took place. So the counts never change, and can be taken
again at any later time. A case that came under another version within the year is counted in the
words of that version.

A count is called `PROCEDURE.TRACK.total`, or `PROCEDURE.TRACK.TABLE.ROW`. The cases of a procedure
are divided by the track they were opened on, and of each such flow there are three tables. In each
table every case of the flow stands in exactly one row:

- `phase`: the furthest state that was reached on that track, in the order of the procedure, of
  those that do not end it;
- `ending`: the state in which that track ended, or `still-open`;
- `deadlines`: `missed` where at least one deadline passed of which somebody is reminded, on
  whatever track, and `kept` where none did. A term after which the clock does something and nobody
  is reminded was given to nobody, and so is missed by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.deadlines import is_past
from workflow.engine.folding import blank, fold, under
from workflow.engine.procedure import Procedure, State
from workflow.engine.register import covers
from workflow.engine.registering import civil_year
from workflow.engine.replacing import counterparts

PHASE, ENDING, DEADLINES = "phase", "ending", "deadlines"
STILL_OPEN, MISSED, KEPT = "still-open", "missed", "kept"
"""Rows that are no states: declared names hold no hyphen, and the last two have no others beside
them."""


class Flow(msgspec.Struct, frozen=True):
    """Which cases stand together in tables: of one procedure, opened on one track.

    `tables` are the rows of each table, in their order. They follow from the procedures alone, so
    that which rows there are tells nothing of any case; and each is one in which a case can come to
    stand, so that no reader can strike one out beforehand.
    """

    procedure: str
    track: str
    tables: Mapping[str, tuple[str, ...]]


class Tally(msgspec.Struct, frozen=True):
    """A flow, counted: how many cases, and of each table how many in each row (zeros included)."""

    flow: Flow
    total: int
    tables: Mapping[str, Mapping[str, int]]


class Course(msgspec.Struct, frozen=True):
    """Where one case stands in the tables: its procedure and track, and its row in each table."""

    procedure: str
    track: str
    rows: Mapping[str, str]


def flows(procedures: Iterable[Procedure]) -> tuple[Flow, ...]:
    """The flows and their tables, for these procedures; versions of one are taken together."""
    found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for procedure in procedures:
        opening = {step.track for step in procedure.steps.values() if step.opens}
        for name in procedure.tracks:
            if name not in opening:
                continue
            tables = found.setdefault((procedure.procedure, name), {})
            rows = {
                PHASE: _phases(procedure, name),
                ENDING: [*_endings(procedure, name), STILL_OPEN],
                DEADLINES: [MISSED, KEPT] if _reminds(procedure) else [KEPT],
            }
            for table, names in rows.items():
                tables.setdefault(table, {}).update(dict.fromkeys(names))
    return tuple(
        Flow(procedure, track, {table: tuple(rows) for table, rows in tables.items()})
        for (procedure, track), tables in found.items()
    )


def tally(
    branch: str,
    year: int,
    procedures: Mapping[str, Procedure],
    histories: Iterable[Sequence[f.Event]],
) -> tuple[Tally, ...]:
    """The counts of `branch` over a civil `year` (Amsterdam), a tally for each flow.

    `procedures` are those to be counted, by digest; `histories` are the events of each case,
    oldest first. Cases of other years, other branches and other procedures are passed over. Raises
    BadHistory for a history that cannot have come from its procedure.
    """
    begins, over = civil_year(year)
    courses = [
        course(procedures, events, over)
        for events in histories
        if events
        and begins <= events[0].at < over
        and isinstance(events[0].data, f.Opened)
        and covers(branch, events[0].data.branch)
        and events[0].procedure in procedures
    ]
    return tuple(_counted(flow, courses) for flow in flows(procedures.values()))


def course(
    procedures: Mapping[str, Procedure], events: Sequence[f.Event], over: datetime
) -> Course:
    """Where a case stands in the tables, by what was recorded of it before `over` (UTC).

    The first event must be among that. `procedures` are those it ran under, by digest. Raises
    BadHistory.
    """
    case, missed = blank(events[0].stream, events[0].procedure or ""), False
    procedure = procedures[case.procedure]
    track, been = "", list[str]()
    for event in events:
        if event.at >= over:
            break
        if isinstance(event.data, f.Stepped):
            track = track or event.data.track
            been += [event.data.to] if event.data.track == track else []
            missed |= _missed(procedure, case, event.data.track, event.took_place)
        if isinstance(event.data, f.Migrated):
            missed |= any(
                _missed(procedure, case, name, event.took_place) for name in event.data.renewed
            )
        procedure = under(procedures, case, event)
        case = fold(procedure, case, event)
        if isinstance(event.data, f.Migrated):
            now = counterparts(procedure, event.data.version, event.data.source)
            been = [now.state(track, state) for state in been]
    missed |= any(_missed(procedure, case, name, over) for name in case.tracks)
    # No case is opened but by a step; were one ever empty, it would rest where it began.
    track = track or next(iter(procedure.tracks))
    states = procedure.tracks[track].states
    if case.procedure != events[0].procedure:
        # It may have been where no case that began under this version can be furthest.
        been = [state for state in been if state in _rows(procedure, track)]
    rows = {
        PHASE: _furthest(states, procedure.tracks[track].initial, been),
        ENDING: _ending(states, been),
        DEADLINES: MISSED if missed else KEPT,
    }
    return Course(procedure.procedure, track, rows)


def cell(flow: Flow, table: str | None = None, row: str | None = None) -> str:
    """The name of a count: that of a row of a table, or of the total."""
    return ".".join((flow.procedure, flow.track, table or "total", *([row] if row else [])))


def _counted(flow: Flow, courses: Sequence[Course]) -> Tally:
    here = [c for c in courses if (c.procedure, c.track) == (flow.procedure, flow.track)]
    tables = {
        table: {row: sum(c.rows[table] == row for c in here) for row in rows}
        for table, rows in flow.tables.items()
    }
    return Tally(flow, len(here), tables)


def _furthest(states: Mapping[str, State], initial: str, been: Sequence[str]) -> str:
    order = list(states)
    phases = [state for state in been if not states[state].ends]
    return max(phases, key=order.index, default=initial)


def _ending(states: Mapping[str, State], been: Sequence[str]) -> str:
    """The state in which the track came to its end; what follows an end, as erasing, is none."""
    ended = STILL_OPEN
    for state in been:
        if not states[state].ends:
            ended = STILL_OPEN
        elif ended == STILL_OPEN:
            ended = state
    return ended


def _rows(procedure: Procedure, track: str) -> list[str]:
    return [*_phases(procedure, track), *_endings(procedure, track)]


def _phases(procedure: Procedure, track: str) -> list[str]:
    """The states that can be the furthest of a case: reached through none that is further."""
    declared = procedure.tracks[track]
    order = list(declared.states)
    steps = [step for step in procedure.steps.values() if step.track == track]
    begins = {step.to for step in steps if step.opens}
    found = []
    for name in order:
        nearer = set(order[: order.index(name) + 1])
        nearer |= {s for s, state in declared.states.items() if state.ends}
        reached, waiting = set[str](), list(begins & nearer)
        while waiting:
            at = waiting.pop()
            reached.add(at)
            waiting += [s.to for s in steps if at in s.sources and s.to in nearer - reached]
        ends_at_once = name == declared.initial and any(declared.states[to].ends for to in begins)
        if not declared.states[name].ends and (name in reached or ends_at_once):
            found.append(name)
    return found


def _reminds(procedure: Procedure) -> bool:
    """Whether there is any deadline that can be missed."""
    states = (state for track in procedure.tracks.values() for state in track.states.values())
    return any(state.deadline is not None and state.deadline.remind for state in states)


def _endings(procedure: Procedure, track: str) -> list[str]:
    states = procedure.tracks[track].states
    reached = {
        step.to
        for step in procedure.steps.values()
        if step.track == track and any(not states[source].ends for source in step.sources)
    }
    return [name for name, state in states.items() if state.ends and name in reached]


def _missed(procedure: Procedure, case: Case, track: str, at: datetime) -> bool:
    """Whether the deadline of the state a track is in has passed at `at`, and somebody knew it."""
    position = case.tracks[track]
    deadline = procedure.tracks[track].states[position.state].deadline
    return (
        position.due is not None
        and deadline is not None
        and bool(deadline.remind)
        and is_past(position.due, at)
    )

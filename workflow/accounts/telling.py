"""A published account as it is told, in one language: all that any form of it is made from.

It holds what is in the register of an account, and the labels of the procedures that it counts.
Nothing here has seen a case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from workflow.counting.tallying import DEADLINES, ENDING, PHASE, Flow, cell, flows
from workflow.engine.procedure import Procedure, Text
from workflow.engine.register import Account

TABLES: dict[str, Text] = {
    PHASE: Text(nl="Hoe ver het kwam", en="How far it came"),
    ENDING: Text(nl="Hoe het eindigde", en="How it ended"),
    DEADLINES: Text(nl="Termijnen", en="Deadlines"),
}
ROWS: dict[str, Text] = {
    "still-open": Text(nl="Nog niet afgelopen", en="Not over yet"),
    "missed": Text(nl="Minstens één termijn gemist", en="At least one deadline missed"),
    "kept": Text(nl="Geen termijn gemist", en="No deadline missed"),
}


class Told(msgspec.Struct, frozen=True):
    """Base of the values an account is told in."""


class Row(Told, frozen=True):
    """A row of a table; `cases` is None where it is withheld."""

    name: str
    label: str
    cases: int | None


class Table(Told, frozen=True):
    """How the cases of a flow are divided. `rest` are those of all withheld rows together."""

    name: str
    label: str
    rows: tuple[Row, ...]
    rest: int

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows that were published."""
        return tuple(row for row in self.rows if row.cases is not None)


class Part(Told, frozen=True):
    """The cases of a procedure that were opened on a track; `total` is None where withheld."""

    procedure: str
    track: str
    procedure_label: str
    track_label: str
    total: int | None
    tables: tuple[Table, ...]


class Yearly(Told, frozen=True):
    """A yearly account. `published` is when (UTC), and `by` the name of who made it."""

    branch: str
    year: int
    threshold: int
    published: datetime
    by: str
    parts: tuple[Part, ...]


def told(
    made: Account, procedures: Sequence[Procedure], published: datetime, by: str, lang: str
) -> Yearly:
    """The account with the labels of its `procedures`, of which later ones are newer."""
    parts = tuple(_part(made.cells, flow, procedures, lang) for flow in flows(procedures))
    return Yearly(made.branch, made.year, made.k, published, by, parts)


def _part(cells: Mapping[str, int], flow: Flow, procedures: Sequence[Procedure], lang: str) -> Part:
    versions = [
        p for p in reversed(procedures) if p.procedure == flow.procedure and flow.track in p.tracks
    ]
    total = cells.get(cell(flow))
    tables = []
    for name, names in flow.tables.items():
        rows = tuple(
            Row(row, _label(flow, row, versions, lang), cells.get(cell(flow, name, row)))
            for row in names
        )
        rest = (total or 0) - sum(row.cases or 0 for row in rows)
        tables.append(Table(name, TABLES[name][lang], rows, rest))
    newest = versions[0]
    return Part(
        flow.procedure,
        flow.track,
        newest.labels[lang],
        newest.tracks[flow.track].labels[lang],
        total,
        tuple(tables),
    )


def _label(flow: Flow, row: str, versions: Sequence[Procedure], lang: str) -> str:
    if row in ROWS:
        return ROWS[row][lang]
    tracks = (version.tracks[flow.track] for version in versions)
    return next(track.states[row].labels[lang] for track in tracks if row in track.states)

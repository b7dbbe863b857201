"""eventsourcing with its SQLite recorder: an aggregate that triggers one event a step."""

# The packages stand in another environment, where mypy does not look.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

import sys

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.peers.serving import in_wal, serve

DATABASE = sys.argv[1]


class Case(Aggregate):
    """A case with one track and whose turn it is."""

    def __init__(self, party: str) -> None:
        self.state = "deciding"
        self.party = party

    @event("Stepped")
    def step(self, name: str, source: str, target: str, who: str) -> None:
        """Take a step, if the case stands where it begins and the member takes it."""
        if self.state != source or self.party != who:
            raise ValueError(name)
        self.state = target


in_wal(DATABASE)
# The cache is what the library offers against reading the whole history at each step; it still
# asks the database for events that others appended.
desk: Application[object] = Application(
    env={
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": DATABASE,
        "AGGREGATE_CACHE_MAXSIZE": "8",
    }
)
_opened = Case("reporter")
desk.save(_opened)


def advance() -> None:
    """Load the case, take the step that is open and record the event."""
    case: Case = desk.repository.get(_opened.id)
    if case.state == "deciding":
        case.step("choose_support", "deciding", "supporting", "reporter")
    else:
        case.step("decide_anew", "supporting", "deciding", "reporter")
    desk.save(case)


serve(DATABASE, "SELECT count(*) FROM stored_events", advance)

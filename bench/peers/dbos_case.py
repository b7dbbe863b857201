"""DBOS on SQLite: a durable workflow with one step, whose output it records.

The step itself writes nothing more; the state is kept as the step's recorded output.
"""

# The packages stand in another environment, where mypy does not look.
# mypy: disable-error-code="import-not-found", allow-subclassing-any, allow-untyped-decorators

from __future__ import annotations

import logging
import sys

from dbos import DBOS
from sqlalchemy import create_engine, event

from bench.peers.serving import in_wal, serve

DATABASE = sys.argv[1]
in_wal(DATABASE)
_engine = create_engine(f"sqlite:///{DATABASE}")


@event.listens_for(_engine, "connect")
def _durable(connection: object, _record: object) -> None:
    connection.isolation_level = "IMMEDIATE"  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]
    connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]


logging.getLogger("dbos").setLevel(logging.ERROR)
DBOS(
    config={
        "name": "bench",
        "system_database_url": f"sqlite:///{DATABASE}",
        "system_database_engine": _engine,
        "enable_otlp": False,
        "log_level": "ERROR",
    }
)
_NEXT = {"deciding": "supporting", "supporting": "deciding"}
_state = "deciding"


@DBOS.step()
def _taken(state: str, party: str, who: str) -> str:
    if party != who:
        raise ValueError(who)
    return _NEXT[state]


@DBOS.workflow()
def _advanced(state: str, who: str) -> str:
    after: str = _taken(state, "reporter", who)
    return after


def advance() -> None:
    """Run one workflow of one step: DBOS records its beginning, the step and its end."""
    global _state  # noqa: PLW0603
    _state = _advanced(_state, "reporter")


DBOS.launch()
serve(DATABASE, "SELECT count(*) FROM operation_outputs", advance)
DBOS.destroy()

"""Where a store is and how its database differs from the other one: one frozen value."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from workflow.store.trouble import StoreTrouble, trouble

Row = tuple[Any, ...]


class Cursor(Protocol):
    """What the rest of the store uses of a driver's cursor (PEP 249)."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Row | None: ...
    def fetchmany(self, size: int = ..., /) -> list[Row]: ...
    def fetchall(self) -> list[Row]: ...
    def close(self) -> None: ...


class Driver(Protocol):
    """What sqlite3 and psycopg connections have in common."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> Cursor: ...


@dataclass(frozen=True, slots=True)
class Place:
    """One database, not yet connected to.

    `shown` is safe to print. `begin_write` lets one writer in at a time on either database, so
    that positions become visible in their order; `begin_read` starts a snapshot. `is_store` gives
    a row when the tables of a store are there; `absent` is what it means when they are not.
    """

    engine: Engine
    shown: str
    begin_write: str
    begin_read: str
    is_store: str
    absent: StoreTrouble
    size: str
    scan: Callable[[Driver, str, Sequence[Any]], Cursor]
    after_erasure: Callable[[Driver], None]

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Every exception by which SQLAlchemy or the driver reports a failure."""
        return (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error)

    @property
    def integrity(self) -> type[Exception]:
        """The driver's exception for a constraint that refused a row."""
        refused: type[Exception] = self.engine.dialect.loaded_dbapi.IntegrityError
        return refused

    def trouble(self, error: BaseException) -> StoreTrouble:
        """The trouble that an exception from this database stands for."""
        return trouble(error, self.shown)


def is_url(where: str) -> bool:
    """Whether `where` names a PostgreSQL database rather than a file."""
    return where.startswith(("postgresql://", "postgresql+psycopg://", "postgres://"))


def locate(where: str, patience: float) -> Place:
    """The place that `where` names: a path in the file system, or a postgresql:// URL.

    `patience` is how many seconds to wait for another writer. Raises StoreTrouble when a file is
    missing or a URL cannot be read. Only the driver that is needed is imported.
    """
    if is_url(where):
        from workflow.store import postgres

        return postgres.place(where, patience)
    from workflow.store import sqlite

    return sqlite.place(where, patience)


def batches(cursor: Cursor, size: int = 256) -> Iterator[list[Row]]:
    """The rows of a cursor, `size` at a time."""
    while rows := cursor.fetchmany(size):
        yield rows

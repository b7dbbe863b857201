"""A store in one SQLite file: how it is opened, made and kept to its owner."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from workflow.store.place import Cursor, Driver, Place
from workflow.store.trouble import StoreTrouble, trouble

# FULL: a commit that was acknowledged is on the disk (NORMAL may lose it when power fails).
# fullfsync: on macOS a plain fsync stops at the drive's cache; elsewhere this does nothing.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=ON",
)


Mode = Literal["store", "new", "backup"]
"""What a file is opened as: a store, an empty file to become one, or one that stays as it is."""


def connect(path: str, patience: float, mode: Mode = "store") -> sqlite3.Connection:
    """Open a file that exists. Transactions are begun and ended by statement.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        f"{Path(path).absolute().as_uri()}?mode={'ro' if mode == 'backup' else 'rw'}",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    if mode != "backup":
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
        except BaseException:
            # Nobody else holds the connection yet to close it; the error goes on.
            connection.close()
            raise
    return connection


def place(where: str, patience: float, mode: Mode = "store") -> Place:
    """The store in the file `where`.

    Raises StoreTrouble("store-missing") when there is no file, and "store-corrupt" when it is
    empty: SQLite would take an empty file for a database and write to it.
    """
    try:
        size = os.stat(where).st_size
    except OSError as error:
        raise trouble(error, where) from error
    if size == 0 and mode != "new":
        raise StoreTrouble("store-corrupt", where, "an empty file")
    return Place(
        engine=create_engine(
            "sqlite://",
            creator=lambda: connect(where, patience, mode),
            poolclass=NullPool,
            hide_parameters=True,
        ),
        shown=where,
        begin_write="BEGIN IMMEDIATE",
        begin_read="BEGIN",
        is_store="SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'",
        absent=StoreTrouble("store-corrupt", where, "a database, but not a store"),
        size="SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        scan=_scan,
        after_erasure=_forget_log,
    )


def _scan(driver: Driver, statement: str, parameters: Sequence[Any]) -> Cursor:
    return driver.execute(statement, parameters)


def _forget_log(driver: Driver) -> None:
    # secure_delete overwrites rows in the file; the write-ahead log still has them until it is
    # emptied. The commit stands whatever happens here, and a later checkpoint tries again.
    with suppress(sqlite3.Error):
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def fresh(where: str) -> Iterator[str]:
    """Build a new file beside `where` and put it there, complete and on disk, or not at all.

    Gives the path to build at; only the owner may read it. Raises
    StoreTrouble("store-exists") when `where` is taken, and what the file system says otherwise.
    """
    try:
        # The name is taken first, so that two builders cannot both think it is free.
        os.close(os.open(where, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise trouble(error, where) from error
    folder = os.path.dirname(os.path.abspath(where))
    part = ""
    try:
        handle, part = tempfile.mkstemp(".part", os.path.basename(where) + ".", folder)
        os.close(handle)
        yield part
        _sync(part)
        os.replace(part, where)
        _sync(folder)
    except BaseException as error:
        # Half a copy must not pass for one, whatever stopped it; the error goes on.
        for left in (part + "-wal", part + "-shm", part + "-journal", part, where):
            with suppress(OSError):
                os.unlink(left)
        if isinstance(error, StoreTrouble) and error.where == part:
            raise StoreTrouble(error.code, where, error.detail) from error
        if isinstance(error, (OSError, sqlite3.Error)):
            raise trouble(error, where) from error
        raise


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def seal(path: str) -> None:
    """Make a finished copy one plain file, without a log beside it, and prove it whole.

    Raises StoreTrouble("store-corrupt") when `PRAGMA integrity_check` finds anything wrong.
    """
    connection = connect(path, 0.0)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        connection.close()
    if found != ("ok",):
        raise StoreTrouble("store-corrupt", path, str(found[0]))

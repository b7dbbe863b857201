"""A store in a PostgreSQL database, for teams: psycopg 3 through SQLAlchemy."""

import itertools
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from workflow.store.place import Cursor, Driver, Place
from workflow.store.trouble import StoreTrouble

# Positions must become visible in the order in which they are given out, or a tree head over all
# events could later gain a leaf in its middle. One writer at a time, as in SQLite, gives that and
# leaves no two writers to wait for each other's heads. The number is the ASCII of "zaak".
_BEGIN_WRITE = f"SELECT pg_advisory_xact_lock({int.from_bytes(b'zaak', 'big')})"

_SECRETS = ("password", "passfile", "sslpassword")
_CONNECT_SECONDS = 10
_cursors = itertools.count()


def place(where: str, patience: float) -> Place:
    """The store in the database that the URL names.

    Raises StoreTrouble("store-unreachable") when the URL cannot be read or the driver is not
    installed; connecting comes later.
    """
    url = _url(where)
    public = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    name = public.set(query=url.difference_update_query(_SECRETS).query).render_as_string()
    try:
        engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            paramstyle="format",
            connect_args={}
            if "connect_timeout" in url.query
            else {"connect_timeout": _CONNECT_SECONDS},
        )
    except ModuleNotFoundError as error:
        raise StoreTrouble("store-unreachable", name, "psycopg is not installed") from error
    settings = (
        f"SET lock_timeout = {max(1, int(patience * 1000))};"
        # A server may be set to acknowledge before the log is on disk.
        " SET synchronous_commit = on;"
        " SET default_transaction_isolation = 'read committed'"
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: object) -> None:
        connection.execute(settings)
        connection.commit()

    return Place(
        engine=engine,
        shown=name,
        begin_write=_BEGIN_WRITE,
        begin_read="SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        is_store="SELECT 1 FROM pg_class WHERE oid = to_regclass('alembic_version')",
        absent=StoreTrouble("store-missing", name, "this database holds no store"),
        size="SELECT pg_database_size(current_database())",
        scan=_scan,
        after_erasure=_leave_to_vacuum,
    )


def _url(where: str) -> URL:
    try:
        return make_url(where).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        # Neither the URL nor the complaint about it is repeated: both may hold a password.
        raise StoreTrouble("store-unreachable", "postgresql://", "not a valid URL") from None


def _scan(driver: Any, statement: str, parameters: Sequence[Any]) -> Cursor:
    # A named cursor stays on the server; a plain one would fetch the whole history first.
    cursor: Any = driver.cursor(name=f"scan_{next(_cursors)}")
    try:
        cursor.execute(statement, parameters)
    except BaseException:
        # Nobody else holds the cursor yet to close it; the error goes on.
        cursor.close()
        raise
    rows: Cursor = cursor
    return rows


def _leave_to_vacuum(_: Driver) -> None:
    """Deleted rows stay in PostgreSQL's files until its own vacuum; nothing here can hurry that."""

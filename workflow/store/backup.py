"""Copies of a store: one SQLite file, whatever the store itself is in.

A backup is itself a store and can be opened, upgraded and verified as one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, text

from workflow.store import sqlite
from workflow.store.link import Link
from workflow.store.opening import build, connect
from workflow.store.place import is_url, locate
from workflow.store.schema import metadata
from workflow.store.trouble import StoreTrouble

_BATCH = 500


def backup(link: Link, path: str) -> None:
    """Write a snapshot of the store to the new file `path`: synced, checked, mode 0600.

    Others may go on writing to the store. Raises StoreTrouble("store-exists") when there is
    anything at `path`, and "store-corrupt" when `PRAGMA integrity_check` finds fault with it.
    """
    with sqlite.fresh(path) as part:
        link.begin(link.place.begin_read)
        try:
            if link.place.engine.dialect.name == "sqlite":
                _copy_pages(link, part)
            else:
                build(sqlite.place(part, 0.0, "new"), lambda target: _copy_rows(link, target))
        finally:
            link.rollback()
        sqlite.seal(part)


def restore(path: str, where: str, patience: float) -> None:
    """Make the store at `where` from the backup `path`, every row and position as it was.

    Raises StoreTrouble("store-exists") when `where` is taken; "store-corrupt", "store-missing",
    "store-older" (upgrade the backup first) or "store-newer" when the backup cannot be used.
    """
    source = connect(sqlite.place(path, patience, "backup"))
    try:
        source.begin(source.place.begin_read)
        try:
            _prove(source)
            if is_url(where):
                build(locate(where, patience), lambda target: _copy_rows(source, target))
            else:
                with sqlite.fresh(where) as part:
                    _copy_pages(source, part)
        finally:
            source.rollback()
    finally:
        source.close()


def _copy_pages(source: Link, path: str) -> None:
    with closing(sqlite3.connect(path)) as target:
        try:
            cast(sqlite3.Connection, source.driver).backup(target)
        except sqlite3.Error as error:
            raise source.place.trouble(error) from error


def _prove(source: Link) -> None:
    try:
        found = source.driver.execute("PRAGMA integrity_check(1)").fetchone()
    except source.errors as error:
        raise source.place.trouble(error) from error
    if found != ("ok",):
        raise StoreTrouble("store-corrupt", source.place.shown, str(found and found[0]))


def _copy_rows(source: Link, target: Connection) -> None:
    for table in metadata.sorted_tables:
        for rows in _batches(source, table):
            target.execute(insert(table), rows)
    if target.dialect.name == "postgresql":
        # Rows that bring their own position leave the counter where it was.
        target.execute(
            text(
                "SELECT setval(pg_get_serial_sequence('events', 'position'), max(position))"
                " FROM events HAVING count(*) > 0"
            )
        )


def _batches(source: Link, table: Table) -> Iterator[list[dict[str, Any]]]:
    try:
        rows = source.connection().execute(
            select(table).order_by(*table.primary_key),
            execution_options={"yield_per": _BATCH},
        )
        for part in rows.mappings().partitions():
            yield [dict(row) for row in part]
    except source.errors as error:
        raise source.place.trouble(error) from error

"""What was acknowledged survives the death of the writer, and nothing is there by half."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import workflow
from workflow.store import Store

Places = Callable[[], str]

SOURCES = str(Path(workflow.__file__).parents[1])

# Two events and an item in each transaction, and a line once it is kept.
WRITER = """
import sys
from workflow.store import Head, Record, Store

with Store.open(sys.argv[1]) as store:
    with store.read() as tx:
        head = tx.pair("case-a", 0)[0]
    seq = head.seq if head else 0
    while True:
        two = [Record("case-a", seq + n, bytes(32), b"x" * 3000, b"") for n in (1, 2)]
        with store.write() as tx:
            tx.append(two, Head("case-a", seq + 2, bytes(32), b"s" * 5000, None), seq)
            tx.put_item("case-a", str(seq + 2), b"c" * 9000)
        seq += 2
        print(seq, flush=True)
"""


class CrashContract:
    """Subclasses say where the store is."""

    def test_killed_writer(self, where: str) -> None:
        """After each SIGKILL every acknowledged append is there, and the tail is whole."""
        Store.create(where).close()
        acknowledged = 0
        for lines in (1, 7, 23, 40):
            writer = subprocess.Popen(
                [sys.executable, "-c", WRITER, where],
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join([SOURCES, *sys.path])},
            )
            assert writer.stdout is not None
            with writer.stdout as output:
                for _ in range(lines):
                    acknowledged = int(output.readline())
                writer.kill()
                acknowledged = max([acknowledged, *(int(line) for line in output)])
            writer.wait(30)
            with Store.open(where) as store, store.read() as tx:
                events = list(tx.history("case-a"))
                head = tx.pair("case-a", 0)[0]
                items = sorted(int(item) for _, item, _ in tx.items_all())
            assert head is not None
            assert head.seq >= acknowledged
            assert [event.seq for event in events] == list(range(1, head.seq + 1))
            assert items == list(range(2, head.seq + 1, 2))


class TestSqlite(CrashContract):
    @pytest.fixture
    def where(self, sqlite_places: Places) -> str:
        return sqlite_places()

    def test_integrity(self, where: str) -> None:
        """After the crashes SQLite itself finds no fault with the file."""
        self.test_killed_writer(where)
        with closing(sqlite3.connect(where)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def test_every_commit_is_synced(self, where: str) -> None:
        """A store waits for the disk at each commit, and not only now and then."""
        with Store.create(where) as store, store.read() as tx:
            [[level]] = tx._link.driver.execute("PRAGMA synchronous").fetchall()
            [[mode]] = tx._link.driver.execute("PRAGMA journal_mode").fetchall()
        assert (level, mode) == (2, "wal")


class TestPostgresql(CrashContract):
    @pytest.fixture
    def where(self, postgres_places: Places) -> str:
        return postgres_places()

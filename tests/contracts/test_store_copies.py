"""A backup holds all of a store, and a store restored from it is that store."""

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from workflow.store import Head, Mark, Receipt, Record, Store, StoreTrouble

Places = Callable[[], str]


def fill(store: Store) -> None:
    """Write to every table, more than one batch of events, with a gap among the positions."""
    for name in ("case-b", "register", "case-a"):
        records = [
            Record(name, seq, bytes([seq % 256]) * 32, b"\0\xff%d" % seq, b"\xfe")
            for seq in range(1, 400)
        ]
        with store.write() as tx:
            tx.append(records, Head(name, 399, records[-1].hash, b"\0state", None), 0)
        with pytest.raises(ZeroDivisionError), store.write() as tx:
            tx.append(
                [Record(name, 400, bytes(32), b"", b"")], Head(name, 400, bytes(32), b"", None), 399
            )
            _ = 1 // 0
    with store.write() as tx:
        tx.put_item("case-a", "item", b"\0ciphertext")
        tx.put_key("case-a", "item", "ada", b"\xffsealed")
        tx.put_procedure("digest", b"procedure\0")
        tx.put_checkpoint(Mark(7, 7, "2026-03-02T09:00:00.000000Z", b"note\xff", b"\0nodes"))
        tx.put_receipt(Receipt("key", bytes(32), "case-a", 1, 399))


def contents(store: Store) -> dict[str, Any]:
    """Everything a store can be asked for."""
    with store.read() as tx:
        return {
            "events": list(tx.everything()),
            "heads": list(tx.heads_all()),
            "items": list(tx.items_all()),
            "keys": list(tx.keys_all()),
            "procedure": tx.procedure("digest"),
            "receipt": tx.receipt("key"),
            "checkpoints": tx.checkpoints(),
        }


class CopiesContract:
    """Subclasses say where the store is that a backup is made of."""

    @pytest.fixture
    def store(self, places: Places) -> Iterator[Store]:
        with Store.create(places()) as store:
            yield store

    @pytest.fixture
    def backup(self, tmp_path: Path) -> str:
        return str(tmp_path / "backup.db")

    @pytest.mark.parametrize("target", ["sqlite_places", "postgres_places"])
    def test_round_trip(
        self, store: Store, backup: str, target: str, request: pytest.FixtureRequest
    ) -> None:
        """A store restored on either database holds every row as it was, and goes on from there."""
        fill(store)
        before = contents(store)
        assert len(before["events"]) == 3 * 399
        store.backup(backup)
        places: Places = request.getfixturevalue(target)
        with Store.restore(backup, places()) as restored:
            assert contents(restored) == before
            last = Record("case-a", 400, bytes(32), b"on", b"")
            with restored.write() as tx:
                tx.append([last], Head("case-a", 400, bytes(32), b"", None), 399)
            with restored.read() as tx:
                [(position, found)] = tx.everything(before["events"][-1][0])
        assert found == last
        assert position > before["events"][-1][0]

    def test_empty(self, store: Store, backup: str, places: Places) -> None:
        """An empty store is backed up and restored like any other, and its first event is 1."""
        store.backup(backup)
        with Store.restore(backup, places()) as restored:
            event = Record("case-a", 1, bytes(32), b"", b"")
            with restored.write() as tx:
                tx.append([event], Head("case-a", 1, bytes(32), b"", None), 0)
            assert contents(restored)["events"] == [(1, event)]

    def test_backup_is_a_store(self, store: Store, backup: str, tmp_path: Path) -> None:
        """A backup is one file for its owner only, and opens as a store of the same contents."""
        fill(store)
        store.backup(backup)
        assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.db"]
        assert stat.S_IMODE(Path(backup).stat().st_mode) == 0o600
        with Store.open(backup) as copy:
            assert contents(copy) == contents(store)

    def test_backup_overwrites_nothing(self, store: Store, backup: str) -> None:
        """A backup refuses a path where there is something, and leaves that as it was."""
        Path(backup).write_bytes(b"precious")
        with pytest.raises(StoreTrouble) as trouble:
            store.backup(backup)
        assert (trouble.value.code, trouble.value.where) == ("store-exists", backup)
        assert Path(backup).read_bytes() == b"precious"

    def test_restore_overwrites_nothing(self, store: Store, backup: str, places: Places) -> None:
        """A store is not restored over another one, which keeps what it had."""
        store.backup(backup)
        taken = places()
        with Store.create(taken) as other:
            fill(other)
            before = contents(other)
            with pytest.raises(StoreTrouble) as trouble:
                Store.restore(backup, taken)
            assert trouble.value.code == "store-exists"
            assert contents(other) == before

    def test_backup_of_a_snapshot(self, store: Store, backup: str) -> None:
        """A backup begun while another writer is busy holds nothing of what is not yet kept."""
        fill(store)
        before = contents(store)
        with Store.open(store.where) as other, other.write() as tx:
            tx.put_item("case-b", "later", b"")
            store.backup(backup)
        with Store.open(backup) as copy:
            assert contents(copy) == before

    @pytest.mark.parametrize("damage", ["cut", "scribbled", "text", "older", "newer", "missing"])
    def test_unfit_backups(self, store: Store, backup: str, places: Places, damage: str) -> None:
        """A backup that is damaged, of another schema or missing is named so; nothing is made."""
        fill(store)
        store.backup(backup)
        code = "store-corrupt"
        whole = Path(backup).read_bytes()
        if damage == "cut":
            Path(backup).write_bytes(whole[: len(whole) // 2])
        elif damage == "scribbled":
            middle = len(whole) // 8192 * 4096
            Path(backup).write_bytes(whole[:middle] + b"\xa5" * 4096 + whole[middle + 4096 :])
        elif damage == "text":
            Path(backup).write_bytes(b"not a database at all" * 400)
        elif damage == "missing":
            Path(backup).unlink()
            code = "store-missing"
        else:
            version = {"older": "0001", "newer": "9999"}[damage]
            with closing(sqlite3.connect(backup)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
            code = f"store-{damage}"
        target = places()
        with pytest.raises(StoreTrouble) as trouble:
            Store.restore(backup, target)
        assert (trouble.value.code, trouble.value.where) == (code, backup)
        Store.create(target).close()


class TestSqlite(CopiesContract):
    @pytest.fixture
    def places(self, sqlite_places: Places) -> Places:
        return sqlite_places

    def test_damaged_store(self, store: Store, backup: str, tmp_path: Path) -> None:
        """A damaged store gives no backup, and nothing is left of the attempt."""
        fill(store)
        store.close()
        path = Path(store.where)
        whole = path.read_bytes()
        middle = len(whole) // 8192 * 4096
        path.write_bytes(whole[:middle] + b"\xa5" * 4096 + whole[middle + 4096 :])
        with pytest.raises(StoreTrouble) as trouble:
            store.backup(backup)
        assert trouble.value.code == "store-corrupt"
        assert list(tmp_path.glob("backup*")) == []

    def test_copied_by_hand(self, store: Store, places: Places, tmp_path: Path) -> None:
        """A store file that was copied by hand after it was closed can be restored too."""
        fill(store)
        before = contents(store)
        store.close()
        copy = tmp_path / "copy.db"
        shutil.copy(store.where, copy)
        with Store.restore(str(copy), places()) as restored:
            assert contents(restored) == before


class TestPostgresql(CopiesContract):
    @pytest.fixture
    def places(self, postgres_places: Places) -> Places:
        return postgres_places

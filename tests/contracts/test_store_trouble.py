"""Whatever keeps a store from working is named by its code, on SQLite and on PostgreSQL."""

import os
import sqlite3
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from workflow.store import Head, Record, Store, StoreTrouble

Places = Callable[[], str]

# For accounts that may not mount a small disk: the server's own answer when it is full.
FULL_AFTER_TWENTY = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.seq > 20 THEN RAISE 'no space left on device' USING ERRCODE = 'disk_full'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION full_disk()
"""


def add(store: Store, seq: int, body: bytes = b"") -> None:
    """Append one event to case-a."""
    event = Record("case-a", seq, bytes(32), body, b"")
    with store.write() as tx:
        tx.append([event], Head("case-a", seq, bytes(32), b"", None), seq - 1)


def seqs(store: Store) -> list[int]:
    """What case-a holds."""
    with store.read() as tx:
        return [event.seq for event in tx.history("case-a")]


def code_of(action: Callable[[], object]) -> str:
    """The code of the trouble that the action must end in."""
    with pytest.raises(StoreTrouble) as trouble:
        action()
    assert trouble.value.code in str(trouble.value)
    assert trouble.value.where in str(trouble.value)
    assert trouble.value.detail
    return trouble.value.code


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount two megabytes at `folder`; False where this account may not mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0777", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class TroubleContract(ABC):
    """Subclasses say where the store is, and what a raw connection to it is."""

    @abstractmethod
    def raw(self, where: str, statement: str) -> None:
        """Run a statement past the store."""

    @pytest.fixture
    def store(self, where: str) -> Iterator[Store]:
        with Store.create(where) as store:
            yield store

    def test_exists(self, store: Store, where: str) -> None:
        """A store cannot be created where there is one, and that one stays."""
        add(store, 1)
        assert code_of(lambda: Store.create(where)) == "store-exists"
        assert seqs(store) == [1]

    def test_locked(self, store: Store, where: str) -> None:
        """A writer who finds another one busy gives up after its patience, and may come back."""
        with Store.open(where, patience=0.1) as second:
            with store.write():
                assert code_of(lambda: add(second, 1)) == "store-locked"
                assert seqs(second) == []
            add(second, 1)
        assert seqs(store) == [1]

    @pytest.mark.parametrize(
        ("change", "version", "code"),
        [
            ("UPDATE alembic_version SET version_num = '0000'", "0000", "store-older"),
            ("UPDATE alembic_version SET version_num = '9999'", "9999", "store-newer"),
        ],
    )
    def test_versions(self, store: Store, where: str, change: str, version: str, code: str) -> None:
        """A store of another schema than this program's is not opened; one says what to do."""
        store.close()
        self.raw(where, change)
        with pytest.raises(StoreTrouble, match=version) as trouble:
            Store.open(where)
        assert trouble.value.code == code
        assert ("zaak store upgrade" in trouble.value.detail) == (code == "store-older")

    def test_upgrade_of_newer(self, store: Store, where: str) -> None:
        """A store that a later program made is not upgraded."""
        store.close()
        self.raw(where, "UPDATE alembic_version SET version_num = '9999'")
        assert code_of(lambda: Store.upgrade(where)) == "store-newer"

    def test_upgrade_of_current(self, store: Store, where: str) -> None:
        """Upgrading a store that needs nothing keeps it as it is."""
        add(store, 1)
        Store.upgrade(where)
        assert seqs(store) == [1]

    def test_no_version(self, store: Store, where: str) -> None:
        """A store that does not say its schema is neither opened nor upgraded."""
        store.close()
        self.raw(where, "DELETE FROM alembic_version")
        assert code_of(lambda: Store.open(where)) == "store-corrupt"
        assert code_of(lambda: Store.upgrade(where)) == "store-corrupt"

    def test_no_table(self, store: Store, where: str) -> None:
        """A store that lost a table is corrupt for whoever asks for it."""
        self.raw(where, "DROP TABLE items")
        with store.read() as tx:
            assert code_of(lambda: tx.item("case-a", "item")) == "store-corrupt"
        with store.read() as tx:
            assert code_of(lambda: list(tx.items_all())) == "store-corrupt"

    def test_swallowed(self, store: Store, where: str) -> None:
        """A trouble that a block swallows comes out of it all the same, and nothing is kept."""
        self.raw(where, "DROP TABLE items")
        event = Record("case-a", 1, bytes(32), b"", b"")

        def write() -> None:
            with store.write() as tx:
                tx.append([event], Head("case-a", 1, bytes(32), b"", None), 0)
                code_of(lambda: tx.put_item("case-a", "item", b""))

        assert code_of(write) == "store-corrupt"
        assert seqs(store) == []


class TestSqlite(TroubleContract):
    @pytest.fixture
    def where(self, sqlite_places: Places) -> str:
        return sqlite_places()

    def raw(self, where: str, statement: str) -> None:
        with closing(sqlite3.connect(where)) as connection, connection:
            connection.execute(statement)

    def test_missing(self, where: str) -> None:
        """Opening or upgrading what is not there says so and makes nothing."""
        assert code_of(lambda: Store.open(where)) == "store-missing"
        assert code_of(lambda: Store.upgrade(where)) == "store-missing"
        assert not Path(where).exists()

    def test_missing_folder(self, where: str) -> None:
        """A store is not created in a folder that is not there."""
        assert code_of(lambda: Store.create(f"{where}/deeper.db")) == "store-missing"

    @pytest.mark.parametrize("content", [b"", b"\0" * 100, b"a letter, not a store\n" * 300])
    def test_not_a_database(self, where: str, content: bytes) -> None:
        """A file that is no database is corrupt, and stays as it was."""
        Path(where).write_bytes(content)
        assert code_of(lambda: Store.open(where)) == "store-corrupt"
        assert code_of(lambda: Store.upgrade(where)) == "store-corrupt"
        assert code_of(lambda: Store.create(where)) == "store-exists"
        assert Path(where).read_bytes() == content

    def test_not_a_store(self, where: str) -> None:
        """Another program's database is corrupt as a store."""
        self.raw(where, "CREATE TABLE recipes (name TEXT)")
        assert code_of(lambda: Store.open(where)) == "store-corrupt"

    def test_damaged(self, store: Store) -> None:
        """Damage within the file shows as soon as somebody reads there."""
        for seq in range(1, 20):
            add(store, seq, b"x" * 4000)
        store.close()
        path = Path(store.where)
        pages = path.read_bytes()
        path.write_bytes(pages[: 12 * 4096] + b"\xa5" * (len(pages) - 12 * 4096))

        def read() -> None:
            with store.read() as tx:
                list(tx.everything())

        assert code_of(read) == "store-corrupt"

    def test_folder(self, where: str) -> None:
        """A folder in the place of the file cannot be read as a store."""
        Path(where).mkdir()
        assert code_of(lambda: Store.open(where)) == "store-readonly"
        assert code_of(lambda: Store.create(where)) == "store-exists"

    def test_readonly(self) -> None:
        """Whoever may read the file but not write it is told so, and nothing changes."""
        mine = os.geteuid()
        # Not below the folders of other tests, which other accounts cannot enter.
        with tempfile.TemporaryDirectory(prefix="zaak-") as folder:
            where = f"{folder}/zaken.db"
            with Store.create(where) as store:
                add(store, 1)
                store.close()
                Path(where).chmod(0o444)
                Path(folder).chmod(0o555)
                try:
                    if mine == 0:
                        os.seteuid(65534)  # root may write whatever the mode
                    assert code_of(lambda: Store.open(where)) == "store-readonly"
                    assert code_of(lambda: add(store, 2)) == "store-readonly"
                    assert code_of(lambda: Store.create(f"{where}.new")) == "store-readonly"
                finally:
                    os.seteuid(mine)
                    Path(folder).chmod(0o700)
                    Path(where).chmod(0o600)
                assert seqs(store) == [1]

    def test_full(self, tmp_path: Path) -> None:
        """When the disk is full the writer is told so; what was kept before is still whole."""
        with small_disk(tmp_path / "disk") as mounted:
            where = str(tmp_path / "disk" / "zaken.db")
            Store.create(where).close()
            if mounted:  # no room for the log, before a byte is written
                filler = tmp_path / "disk" / "filler"
                with pytest.raises(OSError, match="No space"):
                    filler.write_bytes(b"x" * 4_000_000)
                assert code_of(lambda: Store.open(where)) == "store-full"
                filler.unlink()
            with Store.open(where) as store:
                if not mounted:
                    add(store, 1)
                    link: Any = store._link
                    link.driver.execute("PRAGMA max_page_count = 200")
                kept = len(seqs(store))

                def fill() -> None:
                    nonlocal kept
                    while kept < 10_000:
                        add(store, kept + 1, b"x" * 5000)
                        kept += 1

                assert code_of(fill) == "store-full"
                assert seqs(store) == list(range(1, kept + 1))
                if mounted:
                    assert code_of(lambda: store.backup(f"{where}.copy")) == "store-full"
                    with pytest.raises(StoreTrouble) as trouble:
                        Store.create(f"{where}.new")
                    assert trouble.value.code == "store-full"
                    assert trouble.value.where == f"{where}.new"
                    assert {path.name for path in Path(where).parent.iterdir()} <= {
                        "zaken.db",
                        "zaken.db-wal",
                        "zaken.db-shm",
                    }
            if mounted:
                with Store.open(where) as store:
                    assert seqs(store) == list(range(1, kept + 1))


class TestPostgresql(TroubleContract):
    @pytest.fixture
    def where(self, postgres_places: Places) -> str:
        return postgres_places()

    def raw(self, where: str, statement: str) -> None:
        with psycopg.connect(where) as connection:
            connection.execute(statement.encode())

    def test_missing(self, where: str) -> None:
        """A database without a store has none to open or to upgrade."""
        assert code_of(lambda: Store.open(where)) == "store-missing"
        assert code_of(lambda: Store.upgrade(where)) == "store-missing"

    def test_other_tables(self, where: str) -> None:
        """A database in which another program has a table of ours is not taken over."""
        self.raw(where, "CREATE TABLE events (name TEXT)")
        assert code_of(lambda: Store.create(where)) == "store-exists"
        self.raw(where, "SELECT name FROM events")
        assert code_of(lambda: Store.open(where)) == "store-missing"

    def test_readonly(self, store: Store, where: str) -> None:
        """An account that may read only is told so when it writes."""
        add(store, 1)
        account = f"auditor_{where.partition('?')[0].rpartition('_')[2]}"
        self.raw(where, f"CREATE ROLE {account} LOGIN")
        self.raw(where, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {account}")
        with Store.open(where.replace("zaak:", f"{account}:")) as reader:
            assert seqs(reader) == [1]
            assert code_of(lambda: add(reader, 2)) == "store-readonly"

    def test_readonly_server(self, store: Store, where: str) -> None:
        """A database that takes no writing, such as a replica, says so."""
        add(store, 1)
        name = where.partition("?")[0].rpartition("/")[2]
        self.raw(where, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        with Store.open(where) as reader:
            assert seqs(reader) == [1]
            assert code_of(lambda: add(reader, 2)) == "store-readonly"

    def test_full(self, store: Store, where: str, server: Any, tmp_path: Path) -> None:
        """When the disk is full the writer is told so; what was kept before is still whole."""
        disk = server.folder / f"disk-{tmp_path.name}"
        space = f"tiny_{os.getpid()}"
        with small_disk(disk) as mounted:
            if mounted:
                os.chown(disk, server.account or os.geteuid(), -1)
                server.execute(f"CREATE TABLESPACE {space} LOCATION '{disk}'")
                self.raw(where, f"ALTER TABLE events SET TABLESPACE {space}")
            else:
                self.raw(where, FULL_AFTER_TWENTY)
            kept = 0

            def fill() -> None:
                nonlocal kept
                while kept < 10_000:
                    add(store, kept + 1, os.urandom(7000))
                    kept += 1

            assert code_of(fill) == "store-full"
            assert seqs(store) == list(range(1, kept + 1))
            assert kept > 10
            if mounted:
                self.raw(where, "ALTER TABLE events SET TABLESPACE pg_default")
                server.execute(f"DROP TABLESPACE {space}")

    def test_unreachable(self, new_server: Callable[[], Any]) -> None:
        """While the server is away everything is unreachable; when it is back the store works."""
        server = new_server()
        where = server.url("postgres")
        with Store.create(where) as store:
            add(store, 1)
            with pytest.raises(StoreTrouble) as trouble, store.write() as tx:
                event = Record("case-a", 2, bytes(32), b"", b"")
                tx.append([event], Head("case-a", 2, bytes(32), b"", None), 1)
                server.stop()
            assert trouble.value.code == "store-unreachable"
            for action in (
                lambda: seqs(store),
                lambda: add(store, 2),
                store.info,
                lambda: Store.open(where),
                lambda: Store.create(where),
                lambda: Store.upgrade(where),
            ):
                assert code_of(action) == "store-unreachable"
            server.start()
            assert seqs(store) == [1]
            with store.read() as tx:
                server.stop()
                assert code_of(lambda: tx.pair("case-a", 0)) == "store-unreachable"
            server.start()
            add(store, 2)
            assert seqs(store) == [1, 2]

    def test_no_such_database(self, server: Any) -> None:
        """A database that the server does not have cannot be reached."""
        assert code_of(lambda: Store.open(server.url("nowhere"))) == "store-unreachable"

    @pytest.mark.parametrize(
        "url",
        [
            "postgresql://zaak:geheim@/nowhere?host={folder}",
            "postgresql://zaak@/nowhere?host={folder}&password=geheim",
            "postgresql://zaak@/nowhere?host={folder}&sslpassword=geheim",
            "postgresql+psycopg://zaak:geheim@/nowhere?host={folder}",
            "postgresql://zaak:geheim@localhost:geheim/nowhere",
            "postgresql://zaak:ge@heim:geheim@[::1/geheim",
        ],
    )
    def test_password_is_not_told(self, server: Any, url: str) -> None:
        """The password of a URL is nowhere in the trouble, whole or broken as the URL may be."""
        with pytest.raises(StoreTrouble) as trouble:
            Store.open(url.format(folder=server.folder))
        assert trouble.value.code == "store-unreachable"
        assert "heim" not in repr(trouble.value) + str(trouble.value)
        assert "*" not in trouble.value.where
        assert trouble.value.where.startswith("postgresql://")

"""The schema that the migrations make is the one that the statements are written for."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import workflow
from workflow.store import Head, Mark, Record, Store, StoreTrouble
from workflow.store.migrate import MIGRATIONS
from workflow.store.place import locate
from workflow.store.schema import VERSION, metadata

Places = Callable[[], str]


class SchemaContract:
    """Subclasses say where the store is, and whether its positions show as a default."""

    DEFAULTS: bool

    def test_migrations_make_the_metadata(self, where: str) -> None:
        """Alembic finds no difference between a migrated database and the tables in Core."""
        Store.create(where).close()
        self.as_in_core(where)

    def as_in_core(self, where: str) -> None:
        """The tables of the store at `where` are those in Core."""
        with locate(where, 1.0).engine.connect() as connection:
            options = {"compare_type": True, "compare_server_default": self.DEFAULTS}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, metadata) == []

    def test_a_store_from_before(self, where: str) -> None:
        """A store without checkpoints is upgraded with every event where it was, and takes them."""
        Store.create(where).close()
        record = Record("case-a", 1, bytes(32), b"{}", b"sig")
        with Store.open(where) as store, store.write() as tx:
            tx.append([record], Head("case-a", 1, bytes(32), b"", None), 0)
        self.unmade(where)
        with pytest.raises(StoreTrouble) as trouble:
            Store.open(where)
        assert trouble.value.code == "store-older"
        Store.upgrade(where)
        with Store.open(where) as store:
            with store.write() as tx:
                tx.put_checkpoint(Mark(1, 1, "2026", b"note", b"nodes"))
            with store.read() as tx:
                assert list(tx.everything()) == [(1, record)]
                assert [mark.size for mark in tx.checkpoints()] == [1]
        self.as_in_core(where)

    def unmade(self, where: str) -> None:
        """Make of a store what the first schema was: there were no checkpoints."""
        with locate(where, 1.0).engine.begin() as connection:
            connection.execute(text("DROP TABLE checkpoints"))
            if connection.dialect.name == "postgresql":
                connection.execute(text("DROP FUNCTION checkpoints_refuse"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    def test_checks_and_nulls(self, where: str) -> None:
        """The checks are in the database too, and only a deadline may be absent."""
        Store.create(where).close()
        with locate(where, 1.0).engine.connect() as connection:
            found = inspect(connection)
            checks = {
                str(check["name"])
                for name in metadata.tables
                for check in found.get_check_constraints(name)
            }
            empty = {
                (name, column["name"])
                for name in metadata.tables
                for column in found.get_columns(name)
                if column["nullable"]
            }
        assert checks == {
            "checkpoints_size_from_one",
            "events_hash_length",
            "events_seq_from_one",
            "heads_hash_length",
            "receipts_request_length",
        }
        assert empty == {("heads", "due")}


class TestSqlite(SchemaContract):
    DEFAULTS = False

    @pytest.fixture
    def where(self, sqlite_places: Places) -> str:
        return sqlite_places()

    def test_modes(self, where: str) -> None:
        """The file and the log beside it are for their owner only, whatever the umask allows."""
        before = os.umask(0)
        try:
            with Store.create(where) as store:
                with store.write() as tx:
                    event = Record("case-a", 1, bytes(32), b"", b"")
                    tx.append([event], Head("case-a", 1, bytes(32), b"", None), 0)
                store.backup(f"{where}.backup")
                Store.restore(f"{where}.backup", f"{where}.restored").close()
                modes = {
                    path.name.removeprefix(Path(where).name): stat.S_IMODE(path.stat().st_mode)
                    for path in Path(where).parent.glob(f"{Path(where).name}*")
                }
        finally:
            os.umask(before)
        assert modes == dict.fromkeys(("", "-wal", "-shm", ".backup", ".restored"), 0o600)

    def test_strange_paths(self, tmp_path: Path) -> None:
        """A path may hold what has a meaning in a URI."""
        where = str(tmp_path / "100% de zaak? #1;ü.db")
        Store.create(where).close()
        with Store.open(where) as store:
            assert store.where == where
        assert Path(where).exists()


class TestPostgresql(SchemaContract):
    DEFAULTS = True

    @pytest.fixture
    def where(self, postgres_places: Places) -> str:
        return postgres_places()


def test_version_is_the_last_migration() -> None:
    """The program asks for exactly the revision at which the migrations end."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [VERSION]
    assert all(len(revision.revision) == 4 for revision in script.walk_revisions())


def run(code: str, *arguments: str, root: Path) -> str:
    """What a fresh interpreter prints that finds `workflow` in `root`."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
    ).stdout


SOURCES = Path(workflow.__file__).parent


def test_imports(tmp_path: Path) -> None:
    """Opening and writing a SQLite store loads neither Alembic nor anything of PostgreSQL."""
    where = str(tmp_path / "zaken.db")
    Store.create(where).close()
    code = (
        "import sys; from workflow.store import Store; store = Store.open(sys.argv[1])\n"
        "with store.write() as tx: tx.put_item('case-a', 'item', b'')\n"
        "store.backup(sys.argv[1] + '.copy')\n"
        "print([name for name in ('alembic', 'psycopg', 'sqlalchemy.dialects.postgresql')"
        " if name in sys.modules])"
    )
    assert run(code, where, root=SOURCES.parent) == "[]\n"


def test_installed_elsewhere(tmp_path: Path) -> None:
    """The migrations are found beside the package wherever that is installed."""
    root = tmp_path / "100% site"
    for name in ("store", "migrations"):
        shutil.copytree(SOURCES / name, root / "workflow" / name)
    (root / "workflow" / "__init__.py").touch()
    code = (
        "import sys, workflow; from workflow.store import Store\n"
        "print(workflow.__file__, Store.create(sys.argv[1]).info().version)"
    )
    printed = run(code, str(tmp_path / "zaken.db"), root=root)
    assert printed == f"{root}/workflow/__init__.py {VERSION}\n"


def test_store_knows_bytes_only() -> None:
    """The store imports nothing else of the engine."""
    code = (
        "import sys; from workflow.store import Store; import workflow.store.postgres\n"
        "print(sorted(name for name in sys.modules if name.startswith('workflow.')"
        " and not name.startswith('workflow.store')))"
    )
    assert run(code, root=SOURCES.parent) == "[]\n"

"""Empty places for a store: files, and databases in a PostgreSQL server started for the tests."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

Places = Callable[[], str]
"""Each call names a place where no store is yet."""

_START_SECONDS = 60


# The server ends when its standard input does: also when the tests are killed, and cannot end it.
_UNTIL_LEFT = """
"$0" "$@" </dev/null & server=$!
read -r _
kill -QUIT "$server"
wait "$server"
"""


class Server:
    """A PostgreSQL server of our own, reached through a socket in its folder."""

    def __init__(self, binaries: Path, folder: Path, account: int | None) -> None:
        self.folder = folder
        self.account = account
        self._binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(
            [
                binaries / "initdb", "-D", folder / "data", "-U", "zaak", "-A", "trust",
                "-E", "UTF8", "--no-locale", "--no-sync",
            ],
            check=True, capture_output=True, cwd=folder, user=account,
        )  # fmt: skip

    def start(self) -> None:
        """Start, and come back when connections are accepted."""
        # Durability is tested by nobody here and would make every commit wait for the disk.
        server: list[str | Path] = [
            self._binaries / "postgres", "-D", self.folder / "data", "-k", self.folder,
            "-c", "listen_addresses=", "-c", "fsync=off",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _UNTIL_LEFT, *server],
                stdin=subprocess.PIPE, stdout=log, stderr=log,
                cwd=self.folder, user=self.account, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    log_text = (self.folder / "log").read_text()
                    pytest.fail(f"PostgreSQL did not start: {log_text}", pytrace=False)
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop at once, whoever is connected."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate(timeout=_START_SECONDS)

    def url(self, database: str, user: str = "zaak") -> str:
        """The URL of a database; the server asks for no password and takes any."""
        return f"postgresql://{user}:geheim@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run one statement as the server's owner, outside a transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def _binaries() -> Path:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4])
    )
    found = [*map(str, debian), *filter(None, [shutil.which("initdb")])]
    if not found:
        pytest.fail("no PostgreSQL server found: install the package `postgresql`", pytrace=False)
    return Path(found[len(debian) - 1 if debian else 0]).resolve().parent


def _account() -> int | None:
    # The server refuses to run as root, so then it runs as the account made for it.
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return pytest.fail("as root, the tests need an account `postgres`", pytrace=False)


@pytest.fixture(scope="session")
def new_server() -> Iterator[Callable[[], Server]]:
    """Start a server of its own at each call; all are gone when the tests end."""
    with tempfile.TemporaryDirectory(prefix="zaak-") as parent:
        Path(parent).chmod(0o711)
        servers: list[Server] = []

        def make() -> Server:
            # A socket's path has room for about a hundred bytes: the name is short.
            folder = Path(parent, str(len(servers)))
            folder.mkdir()
            account = _account()
            if account is not None:
                os.chown(folder, account, -1)
            server = Server(_binaries(), folder, account)
            servers.append(server)
            server.start()
            return server

        yield make
        for server in servers:
            server.stop()


@pytest.fixture(scope="session")
def server(new_server: Callable[[], Server]) -> Server:
    """The server that the tests share, one in each worker."""
    return new_server()


_numbers = itertools.count()


@pytest.fixture
def postgres_places(server: Server) -> Places:
    """Each call makes an empty database and gives its URL."""

    def place() -> str:
        name = f"store_{next(_numbers)}"
        server.execute(f"CREATE DATABASE {name}")
        return server.url(name)

    return place


@pytest.fixture
def sqlite_places(tmp_path: Path) -> Places:
    """Each call gives the path of a file that is not there."""

    def place() -> str:
        return str(tmp_path / f"zaken-{next(_numbers)}.db")

    return place

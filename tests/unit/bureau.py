"""A small association with its own store, in which tests run the real command as its people."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cli import zaak
from workflow.verbs.running import run

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Went(NamedTuple):
    """What a command gave: exit code, standard output and standard error."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Bureau:
    """A folder with a store and keys. Each command comes a minute after the one before it."""

    def __init__(self, folder: Path, where: str | None = None) -> None:
        self.folder, self.now, self._where = folder, BEGIN, where
        self.store = folder / "zaken.db"

    @property
    def where(self) -> str:
        """The store as the command is told: the file, or the database that was given instead."""
        return self._where or str(self.store)

    def found(self, branch: str, people: dict[str, tuple[str, ...]]) -> Bureau:
        """The store begun by saar, with these people and the offices each is granted."""
        self.done("saar", "init", "--person", "saar", "--branch", branch, "--no-passphrase")
        for person, granted in people.items():
            key = str(self.folder / person)
            self.done("saar", "key", "new", key, "--no-passphrase")
            named = (person.title(), "--id", person, "--key", f"{key}.pub")
            self.done("saar", "person", "add", *named)
            for words in granted:
                office, *more = words.split()
                self.done("saar", "office", "grant", office, person, *more)
        return self

    def copied(self, folder: Path) -> Bureau:
        """The same association, with the same keys, in a store of its own."""
        fresh = Bureau(self.folder)
        fresh.now, fresh.store = self.now, folder / "zaken.db"
        with (
            closing(sqlite3.connect(self.store)) as source,
            closing(sqlite3.connect(fresh.store)) as target,
        ):
            source.backup(target)
        fresh.store.chmod(0o600)
        return fresh

    def __call__(
        self, who: str | None, *words: str, code: str = "", stdin: str = "", **more: str
    ) -> Went:
        """Run the command as a person, by their key, or as a member, by their `code`."""
        self.now += timedelta(minutes=1)
        environment = {
            "ZAAK_STORE": self.where,
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(self.folder / "elsewhere"),
            **({"ZAAK_KEY": str(self.folder / who)} if who is not None else {}),
            **({"ZAAK_CODE": code} if code else {}),
            **more,
        }
        out, err = _caught(), _caught()
        kept = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = _caught(stdin), out, err
        try:
            ended = run(zaak, words, environment, lambda: self.now)
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
        return Went(ended, _said(out), _said(err))

    def done(self, who: str | None, *words: str, code: str = "", stdin: str = "") -> Went:
        """The same, of a command that has to succeed."""
        went = self(who, *words, code=code, stdin=stdin)
        assert went.exit == 0, (who, words, went)
        return went

    def events(self) -> int:
        """How many events there are in the store."""
        with closing(sqlite3.connect(self.store)) as store:
            [[count]] = store.execute("SELECT count(*) FROM events")
        assert isinstance(count, int)
        return count


def _caught(content: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    # What is no text, such as a PDF, comes back as it was (PEP 383).
    return stream.buffer.getvalue().decode("utf-8", "surrogateescape")

"""A store: made, opened, upgraded, copied, and asked for transactions."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from workflow.store import backup, opening, sqlite
from workflow.store.link import Link
from workflow.store.place import is_url, locate
from workflow.store.transactions import Read, Write
from workflow.store.values import Head, Info

PATIENCE = 5.0
"""Seconds to wait for another writer before StoreTrouble("store-locked")."""


class Store:
    """An open store. It has one transaction at a time; a second thread opens a second Store.

    `where` is everywhere the path of a SQLite file, or the URL `postgresql://…` of a PostgreSQL
    database that exists. `patience` is in seconds. Every method may raise StoreTrouble.
    """

    def __init__(self, link: Link) -> None:
        self._link = link

    @classmethod
    def create(cls, where: str, *, patience: float = PATIENCE) -> Self:
        """Make an empty store and open it; a new file can be read by its owner only.

        Raises StoreTrouble("store-exists") when there is anything at that path, or a store in
        that database.
        """
        if is_url(where):
            opening.build(locate(where, patience))
        else:
            with sqlite.fresh(where) as part:
                opening.build(sqlite.place(part, patience, "new"))
        return cls.open(where, patience=patience)

    @classmethod
    def open(cls, where: str, *, patience: float = PATIENCE) -> Self:
        """Open a store whose schema is this program's.

        Raises StoreTrouble: "store-missing", "store-corrupt" (no store, or a damaged one),
        "store-older" (`zaak store upgrade`), "store-newer", "store-readonly", "store-locked" or
        "store-unreachable".
        """
        return cls(opening.connect(locate(where, patience)))

    @classmethod
    def upgrade(cls, where: str, *, patience: float = PATIENCE) -> None:
        """Run the migrations that the store has not had; all of them are kept, or none.

        Raises StoreTrouble("store-newer") when a later program made the store.
        """
        opening.upgrade(locate(where, patience))

    @classmethod
    def restore(cls, backup_path: str, where: str, *, patience: float = PATIENCE) -> Self:
        """Make a store from a backup, in an empty place only, and open it.

        Raises StoreTrouble("store-exists") when the place is taken; the codes of `open` for a
        backup that cannot be used.
        """
        backup.restore(backup_path, where, patience)
        return cls.open(where, patience=patience)

    @property
    def where(self) -> str:
        """The place of the store, without a password."""
        return self._link.place.shown

    def read(self) -> Read:
        """A read transaction, to be entered with `with`: one unchanging snapshot."""
        return Read(self._link)

    def write(self) -> Write:
        """A write transaction, to be entered with `with`: kept when the block ends well.

        Entering raises StoreTrouble("store-locked") when another writer does not finish in time.
        """
        return Write(self._link)

    def info(self) -> Info:
        """How much the store holds."""
        with self.read() as transaction:
            return transaction.info()

    def backup(self, path: str) -> None:
        """Write the store to a new SQLite file, from one snapshot, while others go on writing.

        Raises StoreTrouble("store-exists") when there is anything at `path`.
        """
        backup.backup(self._link, path)

    def rewrite_heads(self, heads: Iterable[Head]) -> None:
        """Put `heads`, folded anew from the events, in place of all heads.

        `heads` is read to its end before anything is written, so it may read from this store.
        Raises Conflict when an event was added meanwhile, or when a head does not name the last
        event of its stream.
        """
        rows = list(heads)
        with self.write() as transaction:
            transaction.replace_heads(rows)

    def close(self) -> None:
        """Let go of the database. The next transaction connects again."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

"""What can be read and written inside one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from workflow.store.link import Link
from workflow.store.place import Cursor, Row, batches
from workflow.store.trouble import Conflict
from workflow.store.values import REGISTER, Head, Info, Mark, Receipt, Record


class Read:
    """A read transaction: from its first question on, it sees one unchanging snapshot.

    Every method raises StoreTrouble when the database fails, and RuntimeError once the
    transaction has ended. The methods named `…_all` and `everything` read as they are iterated:
    use them up before it ends.
    """

    __slots__ = ("_failure", "_link", "_open", "_scans")
    _PAIR = "pair"

    def __init__(self, link: Link) -> None:
        self._link = link
        self._open = False
        self._failure: Exception | None = None
        self._scans: list[Cursor] = []

    def __enter__(self) -> Self:
        self._link.begin(self._link.place.begin_read)
        self._open = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._link.rollback()

    def pair(self, stream: str, known: int) -> tuple[Head | None, Head | None]:
        """The head of `stream`, and the register's head unless its seq is the `known` one.

        One statement. None stands for a stream without events, and for a register that is not
        there or has not moved. Asked for the register itself, the first is always its head.
        """
        head = register = None
        for row in self._all(self._PAIR, stream, known):
            found = Head(*row)
            if found.stream == stream:
                head = found
            if found.stream == REGISTER and found.seq != known:
                register = found
        return head, register

    def history(self, stream: str, after: int = 0) -> Iterator[Record]:
        """The events of `stream` with a seq above `after`, in the order of seq."""
        return (Record(*row) for row in self._all("history", stream, after))

    def everything(self, after_position: int = 0) -> Iterator[tuple[int, Record]]:
        """Every event with a position above `after_position`, in the order of appending.

        Positions rise and may have gaps; an event that becomes visible later has a higher one.
        """
        return ((row[5], Record(*row[:5])) for row in self._scan("everything", after_position))

    def streams(self) -> list[str]:
        """The names of all streams that have events, in byte order."""
        return [row[0] for row in self._all("streams")]

    def heads_all(self) -> Iterator[Head]:
        """Every head, in byte order of stream."""
        return (Head(*row) for row in self._scan("heads"))

    def due_before(self, moment: str) -> list[Head]:
        """The heads whose deadline is at or before `moment` (ISO 8601, UTC), soonest first."""
        return [Head(*row) for row in self._all("due", moment)]

    def item(self, stream: str, item: str) -> bytes | None:
        """The ciphertext of an item."""
        return self._value("item", stream, item)

    def items_all(self) -> Iterator[tuple[str, str, bytes]]:
        """Stream, item and ciphertext of every item, in byte order."""
        return ((row[0], row[1], row[2]) for row in self._scan("items"))

    def key(self, stream: str, item: str, reader: str) -> bytes | None:
        """The key of an item as sealed to one reader; None when that reader has none."""
        return self._value("key", stream, item, reader)

    def keys(self, stream: str, item: str) -> dict[str, bytes]:
        """The sealed keys of an item, by reader."""
        return {row[0]: row[1] for row in self._all("keys of item", stream, item)}

    def keys_all(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Stream, item, reader and sealed key of every key, in byte order."""
        return ((row[0], row[1], row[2], row[3]) for row in self._scan("keys"))

    def procedure(self, digest: str) -> bytes | None:
        """The procedure with this digest."""
        return self._value("procedure", digest)

    def receipt(self, key: str) -> Receipt | None:
        """What the command with this idempotency key did, if it was done."""
        rows = self._all("receipt", key)
        return Receipt(*rows[0]) if rows else None

    def checkpoints(self) -> list[Mark]:
        """Every checkpoint that is kept, the smallest first."""
        return [Mark(*row) for row in self._all("checkpoints")]

    def latest_checkpoint(self) -> Mark | None:
        """The checkpoint on the most events; None where none was made."""
        rows = self._all("latest checkpoint")
        return Mark(*rows[0]) if rows else None

    def events_after(self, position: int) -> int:
        """How many events have a position above this one."""
        [[count]] = self._all("events after", position)
        return int(count)

    def hashes(self) -> Iterator[tuple[str, int, bytes]]:
        """Stream, seq and hash of every event, in the order of appending."""
        return ((row[0], row[1], row[2]) for row in self._scan("hashes"))

    def info(self) -> Info:
        """How much the store holds."""
        link = self._link
        [[version]] = self._all("version")
        [[streams, events, items]] = self._all("counts")
        try:
            row = link.driver.execute(link.place.size).fetchone()
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error
        size: int = row[0] if row else 0
        return Info(link.place.engine.dialect.name, version, streams, events, items, size)

    def _value(self, name: str, *parameters: str) -> bytes | None:
        rows = self._all(name, *parameters)
        value: bytes | None = rows[0][0] if rows else None
        return value

    def _all(self, name: str, *parameters: Any) -> list[Row]:
        link = self._link
        self._check()
        try:
            return link.driver.execute(link.sql[name], parameters).fetchall()
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error

    def _scan(self, name: str, *parameters: Any) -> Iterator[Row]:
        link = self._link
        self._check()
        try:
            cursor = link.place.scan(link.driver, link.sql[name], parameters)
            self._scans.append(cursor)
            for rows in batches(cursor):
                for row in rows:
                    yield row
                    self._check()
            self._scans.remove(cursor)
            cursor.close()
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error

    def _end(self) -> None:
        self._open = False
        # A scan that was left halfway would keep its snapshot, or its cursor on the server.
        for cursor in self._scans:
            with suppress(*self._link.errors):
                cursor.close()

    def _check(self) -> None:
        if not self._open:
            raise RuntimeError("this transaction is not open")

    def _failed(self, failure: Exception) -> Exception:
        # PostgreSQL turns the commit of a failed transaction into a silent rollback.
        self._failure = failure
        return failure


class Write(Read):
    """A write transaction: the only one at its time, kept whole or not at all.

    It is kept when its block ends and nothing was raised; once the block has ended the change is
    on disk. After a StoreTrouble or a Conflict nothing is kept, even when the block caught it.
    """

    __slots__ = ("_erased",)
    _PAIR = "pair for update"

    def __enter__(self) -> Self:
        self._link.begin(self._link.place.begin_write)
        self._open = True
        self._erased = False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        link = self._link
        if kind is not None:
            link.rollback()
        elif self._failure is not None:
            link.rollback()
            raise self._failure
        else:
            link.commit(link.place.after_erasure if self._erased else None)

    def append(self, records: Sequence[Record], head: Head, expected: int) -> None:
        """Add `records` to the stream of `head`, which must be at seq `expected` (0: is new).

        The records must be of that stream, count on from `expected` without a gap, and end at
        `head`. Raises Conflict when anything of this does not hold, such as a second writer who
        came first.
        """
        link = self._link
        self._check()
        stream = head.stream
        seq = expected
        for record in records:
            seq += 1
            if record.seq != seq or record.stream != stream:
                raise self._failed(Conflict(stream, expected))
        if seq == expected or head.seq != seq or head.hash != records[-1].hash:
            raise self._failed(Conflict(stream, expected))
        execute, sql = link.driver.execute, link.sql
        try:
            if expected == 0:
                execute(sql["add head"], (stream, seq, head.hash, head.state, head.due))
            elif (
                execute(
                    sql["move head"], (seq, head.hash, head.state, head.due, stream, expected)
                ).rowcount
                != 1
            ):
                raise self._failed(Conflict(stream, expected))
            add = sql["add event"]
            for record in records:
                execute(add, (stream, record.seq, record.hash, record.body, record.signature))
        except link.integrity as error:
            raise self._failed(Conflict(stream, expected)) from error
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error

    def put_item(self, stream: str, item: str, ciphertext: bytes) -> None:
        """Add an item. Raises Conflict when the stream has one by that name."""
        self._add(stream, "add item", stream, item, ciphertext)

    def put_key(self, stream: str, item: str, reader: str, sealed: bytes) -> None:
        """Give a reader the key of an item, in place of the one that reader had."""
        if self._change("change key", sealed, stream, item, reader).rowcount == 0:
            self._add(stream, "add key", stream, item, reader, sealed)

    def drop_keys(
        self, stream: str, item: str | None = None, readers: Sequence[str] | None = None
    ) -> int:
        """Destroy sealed keys and say how many: of one item or all items, of some readers or all.

        On SQLite they are overwritten in the file and in its write-ahead log once the block has
        ended and no other connection still reads an older snapshot. On PostgreSQL, and in
        backups made before, the bytes stay until the administrator's own cleaning.
        """
        of_item = () if item is None else (item,)
        if readers is None:
            name = "drop keys of stream" if item is None else "drop keys of item"
            dropped = self._change(name, stream, *of_item).rowcount
        else:
            name = "drop keys of reader" if item is None else "drop key"
            dropped = sum(
                self._change(name, stream, *of_item, reader).rowcount for reader in readers
            )
        self._erased = self._erased or dropped > 0
        return dropped

    def put_procedure(self, digest: str, body: bytes) -> None:
        """Keep a procedure; again is fine. Raises Conflict when the digest has another body."""
        there = self.procedure(digest)
        if there is None:
            self._add(digest, "add procedure", digest, body)
        elif there != body:
            raise self._failed(Conflict(digest, None))

    def put_receipt(self, receipt: Receipt) -> None:
        """Remember what a command did. Raises Conflict when its key was used before."""
        self._add(
            receipt.stream,
            "add receipt",
            receipt.key,
            receipt.request,
            receipt.stream,
            receipt.first,
            receipt.last,
        )

    def put_checkpoint(self, mark: Mark) -> None:
        """Keep a checkpoint. Raises Conflict where there is one on as many events."""
        self._add(
            "checkpoints",
            "add checkpoint",
            mark.size,
            mark.position,
            mark.made,
            mark.note,
            mark.nodes,
        )

    def replace_heads(self, heads: Iterable[Head]) -> None:
        """Put `heads` in place of all heads.

        Raises Conflict unless every stream has exactly one head and it names the last event.
        """
        self._change("drop heads")
        for head in heads:
            self._add(
                head.stream, "add head", head.stream, head.seq, head.hash, head.state, head.due
            )
        for name in ("headless", "bodiless"):
            for stream, seq in self._all(name):
                raise self._failed(Conflict(stream, seq))

    def _add(self, subject: str, name: str, *parameters: Any) -> None:
        link = self._link
        self._check()
        try:
            link.driver.execute(link.sql[name], parameters)
        except link.integrity as error:
            raise self._failed(Conflict(subject, None)) from error
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error

    def _change(self, name: str, *parameters: Any) -> Cursor:
        link = self._link
        self._check()
        try:
            return link.driver.execute(link.sql[name], parameters)
        except link.errors as error:
            raise self._failed(link.place.trouble(error)) from error

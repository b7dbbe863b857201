"""What every store promises about events, heads and receipts, on SQLite and on PostgreSQL."""

import itertools
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.store import Conflict, Head, Mark, Receipt, Record, Store
from workflow.store.schema import VERSION

Places = Callable[[], str]

RAW_BYTES = st.binary(max_size=300)
# Each example has a stream of its own in the one store, and no example depends on which subclass
# runs it.
FEW = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
_streams = itertools.count()


def record(stream: str, seq: int, body: bytes = b"{}", signature: bytes = b"sig") -> Record:
    """An event with a hash of its own."""
    digest = sha256(b"\0" + stream.encode() + seq.to_bytes(8, "big") + body).digest()
    return Record(stream, seq, digest, body, signature)


def head_at(last: Record, state: bytes = b"state", due: str | None = None) -> Head:
    """The head that an append ending in `last` brings."""
    return Head(last.stream, last.seq, last.hash, state, due)


def add(store: Store, stream: str, first: int, count: int = 1, due: str | None = None) -> Head:
    """Append `count` events of which the first has seq `first`."""
    records = [record(stream, seq) for seq in range(first, first + count)]
    head = head_at(records[-1], due=due)
    with store.write() as tx:
        tx.append(records, head, first - 1)
    return head


class EventsContract(ABC):
    """Subclasses say where the store is, and what a raw connection to it is."""

    CHANGES: tuple[str, ...]
    REPLACED: str

    @abstractmethod
    def raw(self, where: str, statement: str) -> None:
        """Run a statement past the store; raises what the driver raises."""

    @pytest.fixture
    def store(self, where: str) -> Iterator[Store]:
        with Store.create(where) as store:
            yield store

    @FEW
    @given(written=st.lists(st.tuples(RAW_BYTES, RAW_BYTES), min_size=1, max_size=4))
    def test_round_trip(self, store: Store, written: list[tuple[bytes, bytes]]) -> None:
        """The events of a stream come back byte for byte, in the order in which they were added."""
        stream = f"case-{next(_streams)}"
        records = [record(stream, 1 + n, *pair) for n, pair in enumerate(written)]
        with store.write() as tx:
            tx.append(records, head_at(records[-1], written[0][0]), 0)
        with store.read() as tx:
            assert list(tx.history(stream)) == records
            assert list(tx.history(stream, after=1)) == records[1:]
            assert tx.pair(stream, 0)[0] == head_at(records[-1], written[0][0])

    def test_changes_are_refused(self, store: Store, where: str) -> None:
        """The database itself refuses to change, remove or replace an event."""
        add(store, "case-a", 1, 3)
        with store.read() as tx:
            before = list(tx.everything())
        for change in self.CHANGES:
            with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)) as refusal:
                self.raw(where, change)
            assert "append-only" in str(refusal.value), change
        with store.read() as tx:
            assert list(tx.everything()) == before

    def test_checkpoints_stay(self, store: Store, where: str) -> None:
        """The database itself refuses to change, remove or replace a checkpoint."""
        marks = [Mark(size, size, "2026", b"note", b"") for size in (3, 7)]
        with store.write() as tx:
            for mark in marks:
                tx.put_checkpoint(mark)
        with pytest.raises(Conflict), store.write() as tx:
            tx.put_checkpoint(marks[0])
        for statement in (
            "UPDATE checkpoints SET size = 8 WHERE size = 7",
            "DELETE FROM checkpoints WHERE size = 7",
            self.REPLACED,
        ):
            with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)) as refusal:
                self.raw(where, statement)
            assert "append-only" in str(refusal.value), statement
        with store.read() as tx:
            assert tx.checkpoints() == marks
            assert tx.latest_checkpoint() == marks[-1]

    def test_after_a_position(self, store: Store) -> None:
        """Events are counted, and their hashes read, in the order of appending over all streams."""
        for stream, seq in (("case-b", 1), ("case-a", 1), ("case-b", 2)):
            add(store, stream, seq)
        with store.read() as tx:
            every = list(tx.everything())
            positions = [position for position, _ in every]
            assert [tx.events_after(place) for place in (0, *positions)] == [3, 2, 1, 0]
            assert list(tx.hashes()) == [(r.stream, r.seq, r.hash) for _, r in every]
            assert tx.latest_checkpoint() is None

    def test_second_writer_conflicts(self, store: Store, where: str) -> None:
        """Of two writers who read the same head, the second is refused and changes nothing."""
        add(store, "case-a", 1)
        first = add(store, "case-a", 2)
        with Store.open(where) as second:
            late = record("case-a", 2, b"late")
            with pytest.raises(Conflict) as conflict, second.write() as tx:
                tx.append([late], head_at(late), 1)
        assert (conflict.value.stream, conflict.value.expected) == ("case-a", 1)
        with store.read() as tx:
            assert tx.pair("case-a", 0)[0] == first
            assert [found.body for found in tx.history("case-a")] == [b"{}", b"{}"]

    def test_new_stream_conflicts(self, store: Store) -> None:
        """A stream can be begun once only."""
        add(store, "case-a", 1)
        with pytest.raises(Conflict):
            add(store, "case-a", 1)

    def test_race(self, store: Store, where: str) -> None:
        """However many threads race for a seq, one wins each, and no seq is left out."""
        rounds, threads = 8, 3
        won: list[tuple[int, bytes]] = []
        start = threading.Barrier(threads)

        def race(name: bytes) -> None:
            with Store.open(where) as mine:
                for seq in range(1, rounds + 1):
                    start.wait(30)
                    with mine.read() as read:
                        head = read.pair("case-a", 0)[0]
                    assert (head.seq if head else 0) == seq - 1
                    start.wait(30)
                    try:
                        with mine.write() as tx:
                            event = record("case-a", seq, name)
                            tx.append([event], head_at(event), seq - 1)
                    except Conflict:
                        continue
                    finally:
                        start.wait(30)
                    won.append((seq, name))

        racers = [threading.Thread(target=race, args=(b"%d" % n,)) for n in range(threads)]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(60)
        with store.read() as tx:
            assert [(found.seq, found.body) for found in tx.history("case-a")] == sorted(won)
        assert [seq for seq, _ in sorted(won)] == list(range(1, rounds + 1))

    def test_positions_appear_in_order(self, store: Store, where: str) -> None:
        """While several write to streams of their own, no event appears before one already seen."""
        writers, each = 3, 12

        def write(name: str, pause: float) -> None:
            with Store.open(where) as mine:
                for seq in range(1, each + 1):
                    event = record(name, seq)
                    with mine.write() as tx:
                        tx.append([event], head_at(event), seq - 1)
                        time.sleep(pause)  # the slow one would be overtaken here

        threads = [
            threading.Thread(target=write, args=(f"case-{n}", 0.004 * n)) for n in range(writers)
        ]
        for thread in threads:
            thread.start()
        seen: list[int] = []
        while len(seen) < writers * each:
            busy = any(thread.is_alive() for thread in threads)
            with store.read() as tx:
                now = [position for position, _ in tx.everything()]
            assert now[: len(seen)] == seen
            seen = now
            assert busy or len(seen) == writers * each
        for thread in threads:
            thread.join(60)
        assert seen == sorted(set(seen))

    @pytest.mark.parametrize(
        ("seqs", "head_seq", "expected"),
        [
            pytest.param((), 2, 2, id="nothing"),
            pytest.param((4,), 4, 2, id="a gap before"),
            pytest.param((3, 5), 5, 2, id="a gap between"),
            pytest.param((2,), 2, 2, id="a step back"),
            pytest.param((3,), 4, 2, id="a head too far"),
            pytest.param((3, 4), 3, 2, id="a head too near"),
            pytest.param((4,), 4, 3, id="a seq that is not there yet"),
        ],
    )
    def test_misfits(
        self, store: Store, seqs: tuple[int, ...], head_seq: int, expected: int
    ) -> None:
        """Events that do not join up with the stream and with their head are refused."""
        before = add(store, "case-a", 1, 2)
        last = record("case-a", head_seq)
        with pytest.raises(Conflict), store.write() as tx:
            tx.append([record("case-a", seq) for seq in seqs], head_at(last), expected)
        with store.read() as tx:
            assert tx.pair("case-a", 0)[0] == before
            assert len(list(tx.everything())) == 2

    def test_head_and_events_agree(self, store: Store) -> None:
        """Events of another stream than their head, or with another hash, are refused."""
        other = record("case-b", 1)
        with pytest.raises(Conflict), store.write() as tx:
            tx.append([other], Head("case-a", 1, other.hash, b"", None), 0)
        with pytest.raises(Conflict), store.write() as tx:
            tx.append([other], head_at(record("case-b", 1, b"other")), 0)

    def test_stream_begins_at_one(self, store: Store) -> None:
        """A stream that is not there cannot be continued."""
        with pytest.raises(Conflict):
            add(store, "case-a", 2)

    def test_short_hash(self, store: Store) -> None:
        """A hash that is not 32 bytes is refused by the database."""
        short = Record("case-a", 1, b"short", b"", b"")
        with pytest.raises(Conflict), store.write() as tx:
            tx.append([short], head_at(short), 0)

    def test_rollback(self, store: Store) -> None:
        """A block that raises leaves nothing of what it wrote in any table."""
        event = record("case-a", 1)
        with pytest.raises(ZeroDivisionError), store.write() as tx:
            tx.append([event], head_at(event), 0)
            tx.put_item("case-a", "item", b"ciphertext")
            tx.put_key("case-a", "item", "reader", b"sealed")
            tx.put_procedure("digest", b"body")
            tx.put_receipt(Receipt("key", bytes(32), "case-a", 1, 1))
            _ = 1 // 0
        with store.read() as tx:
            assert (list(tx.everything()), list(tx.heads_all()), tx.streams()) == ([], [], [])
            assert (list(tx.items_all()), list(tx.keys_all())) == ([], [])
            assert (tx.procedure("digest"), tx.receipt("key")) == (None, None)

    def test_caught_conflict(self, store: Store) -> None:
        """A Conflict that the block swallows comes out of it all the same, and nothing is kept."""
        add(store, "case-a", 1)
        event = record("case-b", 1)
        with pytest.raises(Conflict), store.write() as tx:
            tx.append([event], head_at(event), 0)
            with pytest.raises(Conflict):
                tx.append([record("case-a", 1)], head_at(record("case-a", 1)), 0)
        with store.read() as tx:
            assert tx.streams() == ["case-a"]

    def test_receipts(self, store: Store) -> None:
        """An idempotency key is remembered with what it did, and cannot be used twice."""
        receipt = Receipt("key", sha256(b"command").digest(), "case-a", 3, 4)
        with store.write() as tx:
            assert tx.receipt("key") is None
            tx.put_receipt(receipt)
        with store.read() as tx:
            assert tx.receipt("key") == receipt
        with pytest.raises(Conflict), store.write() as tx:
            tx.put_receipt(Receipt("key", sha256(b"other").digest(), "case-b", 1, 1))
        with store.read() as tx:
            assert tx.receipt("key") == receipt

    def test_pair(self, store: Store) -> None:
        """The register's head comes along exactly when its seq is not the one already known."""
        case = add(store, "case-a", 1)
        with store.read() as read:
            assert read.pair("case-a", 0) == (case, None)
            assert read.pair("case-b", 0) == (None, None)
        register = add(store, "register", 1, 2)
        for begin in (store.read, store.write):
            with begin() as tx:
                assert tx.pair("case-a", 1) == (case, register)
                assert tx.pair("case-a", 2) == (case, None)
                assert tx.pair("case-b", 1) == (None, register)
                assert tx.pair("register", 1) == (register, register)
                assert tx.pair("register", 2) == (register, None)

    def test_orders(self, store: Store) -> None:
        """Events come in the order of appending over all streams; streams and heads by name."""
        beta, alpha = add(store, "case-Z", 1), add(store, "case-a", 1)
        last = add(store, "case-Z", 2)
        with store.read() as tx:
            everything = list(tx.everything())
            assert [(e.stream, e.seq) for _, e in everything] == [
                ("case-Z", 1),
                ("case-a", 1),
                ("case-Z", 2),
            ]
            assert list(tx.everything(everything[1][0])) == everything[2:]
            assert tx.streams() == ["case-Z", "case-a"]
            assert list(tx.heads_all()) == [last, alpha]
        assert beta.seq == 1

    def test_due(self, store: Store) -> None:
        """Exactly the heads whose deadline has come are due, the one waiting longest first."""
        late = add(store, "case-a", 1, due="2031-03-02T09:00:00Z")
        early = add(store, "case-b", 1, due="2031-03-01T09:00:00Z")
        add(store, "case-c", 1, due="2031-03-02T09:00:01Z")
        add(store, "case-d", 1)
        with store.read() as tx:
            assert tx.due_before("2031-03-02T09:00:00Z") == [early, late]

    def test_snapshot(self, store: Store, where: str) -> None:
        """A read transaction goes on seeing what it saw first, whatever is written meanwhile."""
        head = add(store, "case-a", 1)
        with Store.open(where) as other, store.read() as tx:
            assert tx.pair("case-a", 0)[0] == head
            moved = add(other, "case-a", 2)
            add(other, "case-b", 1)
            assert tx.pair("case-a", 0)[0] == head
            assert tx.streams() == ["case-a"]
            assert len(list(tx.everything())) == 1
        with store.read() as tx:
            assert tx.pair("case-a", 0)[0] == moved

    def test_long_scan(self, store: Store) -> None:
        """Two scans of more rows than one batch run side by side and each gives every row."""
        add(store, "case-a", 1, 600)
        with store.read() as tx:
            both = list(zip(tx.everything(), tx.history("case-a"), strict=True))
        assert [mine.seq for _, mine in both] == list(range(1, 601))
        assert all(one == two for (_, one), two in both)

    def test_rewrite_heads(self, store: Store) -> None:
        """New heads take the place of all the old ones, and the streams go on from them."""
        one, two = add(store, "case-a", 1, 2), add(store, "case-b", 1, due="2031-01-01T00:00:00Z")
        rewritten = [
            Head(one.stream, one.seq, one.hash, b"new", "2032-01-01T00:00:00Z"),
            Head(two.stream, two.seq, two.hash, b"new", None),
        ]
        store.rewrite_heads(head for head in rewritten)
        with store.read() as tx:
            assert list(tx.heads_all()) == rewritten
        add(store, "case-a", 3)

    @pytest.mark.parametrize("wrong", ["missing", "behind", "hash", "stray", "twice"])
    def test_rewrite_misfits(self, store: Store, wrong: str) -> None:
        """Heads that do not name the last event of every stream are refused; the old ones stay."""
        one, two = add(store, "case-a", 1, 2), add(store, "case-b", 1)
        heads = {
            "missing": [one],
            "behind": [Head("case-a", 1, record("case-a", 1).hash, b"", None), two],
            "hash": [Head("case-a", 2, bytes(32), b"", None), two],
            "stray": [one, two, Head("case-c", 1, bytes(32), b"", None)],
            "twice": [one, two, one],
        }[wrong]
        with pytest.raises(Conflict):
            store.rewrite_heads(heads)
        with store.read() as tx:
            assert list(tx.heads_all()) == [one, two]

    def test_one_transaction_at_a_time(self, store: Store) -> None:
        """A store with a transaction open refuses a second one, and serves again afterwards."""
        with store.read() as tx:
            with pytest.raises(RuntimeError, match="transaction"), store.write():
                pass
            assert tx.streams() == []
        add(store, "case-a", 1)

    def test_ended_transaction(self, store: Store) -> None:
        """A transaction that has ended neither reads nor writes."""
        add(store, "case-a", 1, 3)
        with store.write() as tx:
            rows, half_way = tx.everything(), tx.everything()
            next(half_way)
        event = record("case-a", 1)
        for use in (
            lambda: tx.append([event], head_at(event), 0),
            lambda: tx.pair("case-a", 0),
            lambda: next(rows),
            lambda: next(half_way),
            lambda: tx.put_item("case-a", "item", b""),
            lambda: tx.drop_keys("case-a"),
        ):
            with pytest.raises(RuntimeError, match="not open"):
                use()

    def test_info(self, store: Store) -> None:
        """The store counts its streams, events and items."""
        add(store, "case-a", 1, 3)
        add(store, "case-b", 1)
        with store.write() as tx:
            tx.put_item("case-a", "item", b"ciphertext")
        info = store.info()
        assert (info.streams, info.events, info.items, info.version) == (2, 4, 1, VERSION)
        assert info.bytes > 8192


class TestSqlite(EventsContract):
    CHANGES = (
        "UPDATE events SET body = x'00' WHERE seq = 2",
        "UPDATE events SET position = 99 WHERE seq = 2",
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM events",
        """INSERT OR REPLACE INTO events (stream, seq, hash, body, signature)
           VALUES ('case-a', 2, zeroblob(32), x'00', x'00')""",
        """REPLACE INTO events (position, stream, seq, hash, body, signature)
           VALUES (2, 'case-b', 1, zeroblob(32), x'00', x'00')""",
        "UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2",
    )
    REPLACED = "INSERT OR REPLACE INTO checkpoints VALUES (7, 1, '2027', x'00', x'00')"

    @pytest.fixture
    def where(self, sqlite_places: Places) -> str:
        return sqlite_places()

    def raw(self, where: str, statement: str) -> None:
        with closing(sqlite3.connect(where)) as connection, connection:
            connection.execute(statement)


class TestPostgresql(EventsContract):
    CHANGES = (
        "UPDATE events SET body = '' WHERE seq = 2",
        "UPDATE events SET body = '' WHERE false",
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM events",
        "TRUNCATE events",
        """INSERT INTO events (stream, seq, hash, body, signature)
           VALUES ('case-a', 2, decode(repeat('00', 32), 'hex'), '', '')
           ON CONFLICT (stream, seq) DO UPDATE SET body = ''""",
        "SET session_replication_role = replica; DELETE FROM events",
    )
    REPLACED = "SET session_replication_role = replica; TRUNCATE checkpoints"

    @pytest.fixture
    def where(self, postgres_places: Places) -> str:
        return postgres_places()

    def raw(self, where: str, statement: str) -> None:
        with psycopg.connect(where) as connection:
            connection.execute(statement.encode())

    def test_head_is_locked(self, store: Store, where: str) -> None:
        """A head that a writer has read cannot be changed past the store until it has written."""
        add(store, "case-a", 1)
        lock = "SELECT 1 FROM heads WHERE stream = 'case-a' FOR UPDATE NOWAIT"
        with store.write() as tx:
            self.raw(where, lock)
            tx.pair("case-a", 0)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                self.raw(where, lock)

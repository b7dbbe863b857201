"""What whoever controls the database could try, in plain SQL on the file.

Each fraud is tried at one event of a log that was honest until then. Whoever tries it does it well:
the triggers and the checkpoints in the store go, hashes are computed anew, and so are the heads
wherever `zaak store rebuild` would. They have a key of their own and any that they name.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from tests.properties import world as w
from tests.properties.desk_play import REGISTRAR, DeskPlay, founded
from workflow.auditing.exporting import lines
from workflow.auditing.extending import whole
from workflow.auditing.keeping import Kept, read_kept
from workflow.auditing.rebuilding import refolded
from workflow.checkpointing import make
from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import seal, seal_key
from workflow.desk.values import Altered, NoSuchCase, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.ledger import decode, encode, leaf_hash
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import LOG_KEEPER, STREAM
from workflow.store import Store
from workflow.transparency.checkpoints import Checkpoint, Short, read
from workflow.transparency.notes import Note
from workflow.transparency.tree import roots

KEEPER = "wies"
"""The log keeper, who has no part in any case."""
LOG_SEED = hashlib.sha256(b"log keeper").digest()
AFTERWARDS = w.START + 400 * w.DAY
NEWCOMER = "nadia"


class Row(NamedTuple):
    """An event as the database has it."""

    position: int
    stream: str
    seq: int
    hash: bytes
    body: bytes
    signature: bytes


class Honest(NamedTuple):
    """A store that nobody touched, and what somebody keeps of it elsewhere."""

    path: Path
    rows: tuple[Row, ...]
    checkpoint: tuple[Checkpoint, Note]
    kept: tuple[Kept, ...]

    @property
    def log_key(self) -> str:
        """The public key of the log keeper (OpenSSH form)."""
        return SigningKey.from_seed(LOG_SEED).public.line()

    def of(self, stream: str) -> list[Row]:
        """The events of one stream, in their order."""
        return [row for row in self.rows if row.stream == stream]


def honest(path: Path, stories: Sequence[tuple[str, Sequence[w.Move]]]) -> Honest:
    """A new store at `path` in which each story ran as a case of this number.

    At the end a checkpoint is made, and an export kept.
    """
    founded(path)
    now = w.START
    for stream, story in stories:
        play = DeskPlay(path, stream, now)
        for move in story:
            assert play.do(move).done, move
        now = play.now
    with Store.open(str(path)) as store:
        play = DeskPlay(path, now=now)
        log, own = SigningKey.from_seed(LOG_SEED), w.secret(KEEPER)
        facts = (
            f.PersonAdded(KEEPER, "Wies", own.public.line()),
            f.OfficeGranted(LOG_KEEPER, KEEPER, "noord", now),
            f.OfficeKeyed(LOG_KEEPER, "noord", log.public.line(), "i-key-log", ()),
        )
        play.desk.record(lambda _register, _now: facts, Signer(REGISTRAR, w.secret(REGISTRAR)))
        with store.write() as tx:
            content = seal(LOG_SEED)
            tx.put_item(STREAM, "i-key-log", content.ciphertext)
            tx.put_key(STREAM, "i-key-log", own.public.line(), seal_key(content.key, own.public))
        with store.write() as tx:
            note = make(tx, KEEPER, own, now + w.HOUR).note
        with store.read() as tx:
            kept = read_kept(b"".join(lines(tx)))
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Honest(path, _rows(path), read(note), kept)


def _rows(path: Path) -> tuple[Row, ...]:
    with closing(sqlite3.connect(path)) as database:
        found = database.execute("SELECT * FROM events ORDER BY position").fetchall()
    return tuple(Row(*row) for row in found)


# --- the frauds ----------------------------------------------------------------------------------


class Tried(NamedTuple):
    """The database of somebody who may write everything, and the event at which they try it."""

    database: sqlite3.Connection
    honest: Honest
    row: Row

    def run(self, statement: str, *values: object) -> None:
        """Run a statement that has to do something."""
        assert self.database.execute(statement, values).rowcount > 0, statement

    def put(self, at: Row, body: bytes, key: SigningKey) -> None:
        """Write another event in the place of this one, hash and signature and all."""
        statement = "UPDATE events SET body = ?, hash = ?, signature = ? WHERE position = ?"
        self.run(statement, body, leaf_hash(body), key.sign(body), at.position)

    def stranger(self) -> SigningKey:
        """A valid key of the register that is not the one that signed the event."""
        return w.secret("bram" if decode(self.row.body).who != "bram" else "noor")


def edited(tried: Tried) -> None:
    """A digit of the time becomes another; the hash is made to fit."""
    body = bytearray(tried.row.body)
    place = body.index(b'"at":"') + len('"at":"2026-')
    body[place] ^= 1
    statement = "UPDATE events SET body = ?, hash = ? WHERE position = ?"
    tried.run(statement, bytes(body), leaf_hash(bytes(body)), tried.row.position)


def deleted(tried: Tried) -> None:
    """The event goes."""
    tried.run("DELETE FROM events WHERE position = ?", tried.row.position)


def swapped(tried: Tried) -> None:
    """The event and another one of its stream change places: the next, or of the last the first."""
    stream = tried.honest.of(tried.row.stream)
    other = stream[tried.row.seq % len(stream)]
    for here, there in ((tried.row, other), (other, tried.row)):
        statement = "UPDATE events SET body = ?, hash = ?, signature = ? WHERE position = ?"
        tried.run(statement, there.body, there.hash, there.signature, here.position)


def reordered(tried: Tried) -> None:
    """The event and the one before it in the log change places in the order of recording only."""
    one, other = tried.row.position, _before(tried).position
    for old, new in ((one, -1), (other, one), (-1, other)):
        tried.run("UPDATE events SET position = ? WHERE position = ?", new, old)


def inserted(tried: Tried) -> None:
    """An event that nobody recorded is put before it, with a number and a place in the chain."""
    stream = tried.honest.of(tried.row.stream)
    told = decode(tried.row.body)
    prev = stream[told.seq - 2].hash.hex() if told.seq > 1 else ""
    body = encode(msgspec.structs.replace(told, prev=prev, at=told.at - timedelta(microseconds=1)))
    for row in reversed(tried.honest.rows):
        if row.position >= tried.row.position:
            step = int(row.stream == told.stream)
            tried.run(
                "UPDATE events SET position = position + 1, seq = seq + ? WHERE position = ?",
                step,
                row.position,
            )
    values = (tried.row.position, told.stream, told.seq, leaf_hash(body), body)
    signature = w.secret("administrator").sign(body)
    tried.run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", *values, signature)


def spliced(tried: Tried) -> None:
    """An event of another stream stands in its place, as it was signed there."""
    others = [row for row in tried.honest.rows if row.stream != tried.row.stream]
    other = others[tried.row.position % len(others)]
    statement = "UPDATE events SET body = ?, hash = ?, signature = ? WHERE position = ?"
    tried.run(statement, other.body, other.hash, other.signature, tried.row.position)


def truncated(tried: Tried) -> None:
    """The stream is cut off before the event; what honest people do next is added."""
    told = tried.row
    tried.run("DELETE FROM events WHERE stream = ? AND seq >= ?", told.stream, told.seq)
    if told.seq == 1:
        for table in ("heads", "items", "item_keys"):
            tried.database.execute(f"DELETE FROM {table} WHERE stream = ?", (told.stream,))  # noqa: S608


def signed_by_another(tried: Tried) -> None:
    """Another valid person of the register signs the event as it is."""
    signature = tried.stranger().sign(tried.row.body)
    tried.run("UPDATE events SET signature = ? WHERE position = ?", signature, tried.row.position)


def sealed_anew(tried: Tried) -> None:
    """The stream is written anew from the event on, and signed with a new key: chain and all."""
    _written_anew(tried, {})


def back_dated(tried: Tried) -> None:
    """Its own signer dates the event a day earlier, and signs that."""
    told = decode(tried.row.body)
    body = encode(msgspec.structs.replace(told, at=told.at - w.DAY, happened=None))
    tried.put(tried.row, body, w.secret(told.who))


def register_replaced(tried: Tried) -> None:
    """From the event on everybody has a key that whoever controls the database made."""
    _written_anew(tried, _other_keys())


def backup_restored(tried: Tried) -> None:
    """The log is that of a backup that was made just before the event."""
    before = tried.row.position
    tried.run("DELETE FROM events WHERE position >= ?", before)
    left = [row for row in tried.honest.rows if row.position < before]
    added = {
        (row.stream, told.item)
        for row in left
        if isinstance(told := decode(row.body).data, f.Added | f.OfficeKeyed)
    }
    stored = set(tried.database.execute("SELECT stream, item FROM items").fetchall())
    for stream, item in stored - added:
        for table in ("items", "item_keys"):
            statement = f"DELETE FROM {table} WHERE stream = ? AND item = ?"  # noqa: S608
            tried.database.execute(statement, (stream, item))
    gone = {row.stream for row in tried.honest.rows} - {row.stream for row in left}
    for stream in gone:
        tried.database.execute("DELETE FROM heads WHERE stream = ?", (stream,))


NAMES = (*w.PEOPLE, *w.PARTIES, *w.ELSEWHERE_PARTIES, REGISTRAR, KEEPER)
Fraud = Callable[[Tried], None]
FRAUDS: tuple[Fraud, ...] = (
    edited,
    deleted,
    swapped,
    reordered,
    inserted,
    spliced,
    truncated,
    signed_by_another,
    sealed_anew,
    back_dated,
    register_replaced,
    backup_restored,
)


def places(fraud: Fraud, rows: Sequence[Row]) -> list[Row]:
    """The events at which a fraud can be tried."""
    if fraud is register_replaced:
        return [row for row in rows if row.stream == STREAM]
    return list(rows[1:]) if fraud is reordered else list(rows)


def touched(fraud: Fraud, against: Honest, row: Row) -> tuple[Row, ...]:
    """The events that the fraud is about, any of which it may be named by."""
    return (row, against.rows[row.position - 2]) if fraud is reordered else (row,)


def made_anew(tried: Tried) -> None:
    """Every event of the store is written and signed anew, by the same names with other keys."""
    unguarded(tried.database)
    streams = dict.fromkeys(row.stream for row in tried.honest.rows)
    log = {tried.honest.log_key: w.secret("forged log").public.line()}
    for stream in streams:
        first = tried.honest.of(stream)[0]
        _written_anew(tried._replace(row=first), _other_keys() | log)


def pinned(store: Store) -> tuple[Short, tuple[Kept, ...]]:
    """What somebody may keep of a store elsewhere: a checkpoint in short, and an export."""
    with store.read() as tx:
        leaves = whole(tx).leaves
        root = roots(leaves, [len(leaves)])[len(leaves)]
        return Checkpoint("", len(leaves), root).short, read_kept(b"".join(lines(tx)))


def committed(fraud: Fraud, against: Honest, row: Row, copy: Path) -> None:
    """Try the fraud at this event, in a copy of the store; heads follow it where they can."""
    shutil.copy(against.path, copy)
    with closing(sqlite3.connect(copy)) as database:
        unguarded(database)
        fraud(Tried(database, against, row))
        database.commit()
    rebuilt(copy)
    if fraud is truncated:
        _gone_on(copy, row.stream)
        rebuilt(copy)


def unguarded(database: sqlite3.Connection) -> None:
    """Take away what keeps a database append-only, and the checkpoints in it."""
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("DELETE FROM checkpoints")


def _before(tried: Tried) -> Row:
    return next(r for r in reversed(tried.honest.rows) if r.position < tried.row.position)


def _other_keys() -> dict[str, str]:
    return {w.secret(name).public.line(): _forged(name).public.line() for name in NAMES}


def _forged(name: str) -> SigningKey:
    return w.secret(f"forged {name}")


def _written_anew(tried: Tried, keys: dict[str, str]) -> None:
    """Chain the stream anew from the event on, with these public keys in place of others.

    With keys everybody signs with the new one, else the one key of whoever does it signs.
    """
    stream = tried.honest.of(tried.row.stream)
    prev = stream[tried.row.seq - 2].hash.hex() if tried.row.seq > 1 else ""
    for row in stream[tried.row.seq - 1 :]:
        text = row.body.decode()
        for old, new in keys.items():
            text = text.replace(old, new)
        told = decode(text.encode())
        body = encode(msgspec.structs.replace(told, prev=prev))
        prev = leaf_hash(body).hex()
        tried.put(row, body, _forged(told.who) if keys else w.secret("administrator"))
    for old, new in keys.items():
        statement = "UPDATE item_keys SET reader = ? WHERE reader = ? AND stream = ?"
        tried.database.execute(statement, (new, old, tried.row.stream))


def rebuilt(path: Path) -> None:
    """Make the heads anew, as `zaak store rebuild` does where the chain holds."""
    with Store.open(str(path)) as store:
        with store.read() as tx:
            found = refolded(tx)
        if not found.problems:
            store.rewrite_heads(found.heads)


def _gone_on(path: Path, stream: str) -> None:
    """What honest people, who notice nothing, do next: in that stream, or else in the register."""
    play = DeskPlay(path, stream, AFTERWARDS)
    note = c.NewItem("i-later", "00", 1)
    with play.store, suppress(Altered, BadCommand, NoSuchCase, Refusal):
        if stream != STREAM and play.do(w.Move(c.AddItem(note, "conversation"), "noor")).done:
            return
        newcomer = f.PersonAdded(NEWCOMER, "Nadia", w.secret(NEWCOMER).public.line())
        signer = Signer(REGISTRAR, w.secret(REGISTRAR))
        play.desk.record(lambda _register, _now: (newcomer,), signer)

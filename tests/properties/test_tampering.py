"""Whatever byte of a stored event is changed, verifying finds it and names the place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from tests.properties import world as w
from tests.properties.desk_play import DeskPlay, founded
from workflow.auditing.verifying import verify_store
from workflow.engine import commands as c
from workflow.engine.ledger import Problem, decode, encode, leaf_hash
from workflow.store import Store

NOTE = c.NewItem("i-invitation", "00", 1024)
STORY = (
    w.Move(
        c.Open(
            w.BRANCH,
            c.Advance(
                "open_report",
                {"counsellor": "noor", "ground": ("threatened",)},
                c.NewItem("i-first", "00", 1024),
                joining=w.public("reporter"),
            ),
        ),
        "noor",
    ),
    w.Move(c.Advance("start_listening", {"exception_explained": True}), "noor"),
    w.Move(c.Advance("weigh", {"severity": "light", "simple": True}), "noor"),
    w.Move(
        c.Advance("advise", {"options": ("nothing",)}, c.NewItem("i-advice", "00", 1024)), "noor"
    ),
    w.Move(c.Advance("give_advice"), "noor"),
    w.Move(c.Advance("propose_mediation", {"mediator": "mees"}, NOTE), "reporter"),
    w.Move(c.Advance("invite_other", joining=w.public("other")), "mees"),
    w.Move(c.Advance("accept_mediation"), "other", wait=w.DAY),
    w.Move(
        c.Advance("end_mediation", {"outcome": "stopped"}, c.NewItem("i-end", "00", 1024)), "mees"
    ),
    w.Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-first",)), "reporter"),
    w.Move(c.WithdrawConsent("#4"), "reporter"),
    w.Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-advice",)), "reporter"),
    w.Move(c.Advance("choose_referral", {"target": "disputes_committee"}), "reporter"),
    w.Move(c.Advance("hand_over", into="z-2"), "reporter"),
    w.Move(c.Hear("z-2", 1, ("come_back",)), "dirk", wait=9 * w.DAY),
)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a case, and the one that it filed, that nobody has touched."""
    path = tmp_path_factory.mktemp("honest") / "zaken.db"
    founded(path)
    play = DeskPlay(path)
    for move in STORY:
        assert play.do(move).done, move
    with play.store:
        assert verify_store(play.store).problems == ()
    return path


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each example puts its changed copy."""
    return tmp_path_factory.mktemp("copy") / "zaken.db"


def _changed(honest: Path, copy: Path, statement: str, *parameters: object) -> tuple[Problem, ...]:
    """What verifying finds in a copy in which one statement was run behind the store's back."""
    shutil.copy(honest, copy)
    with closing(sqlite3.connect(copy)) as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("PRAGMA ignore_check_constraints = ON")
        assert database.execute(statement, parameters).rowcount > 0
        database.commit()
    with Store.open(str(copy)) as store:
        return verify_store(store).problems


def _rows(honest: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(honest)) as database:
        return database.execute("SELECT stream, seq FROM events ORDER BY position").fetchall()


def _names(problems: tuple[Problem, ...], stream: str, seq: int) -> bool:
    """Whether the place is named: as such, or as the one that is missing before the next."""
    return any(
        p.stream == stream and seq in (p.seq, p.particulars.get("expected")) for p in problems
    )


@given(data=st.data(), column=st.sampled_from(["body", "hash", "signature"]))
def test_any_changed_byte_is_named(
    honest: Path, copy: Path, data: st.DataObject, column: str
) -> None:
    """One byte changed in a body, hash or signature: the report names that stream and seq."""
    stream, seq = data.draw(st.sampled_from(_rows(honest)))
    with closing(sqlite3.connect(honest)) as database:
        ((old,),) = database.execute(
            f"SELECT {column} FROM events WHERE stream = ? AND seq = ?",  # noqa: S608
            (stream, seq),
        ).fetchall()
    place = data.draw(st.integers(0, len(old) - 1))
    byte = old[place] ^ data.draw(st.integers(1, 255))
    new = old[:place] + bytes([byte]) + old[place + 1 :]
    statement = f"UPDATE events SET {column} = ? WHERE stream = ? AND seq = ?"  # noqa: S608
    assert _names(_changed(honest, copy, statement, new, stream, seq), stream, seq)


@given(data=st.data())
def test_any_changed_digit_is_named(honest: Path, copy: Path, data: st.DataObject) -> None:
    """A digit of a body replaced by another, so that it still reads: stream and seq are named."""
    stream, seq = data.draw(st.sampled_from(_rows(honest)))
    with closing(sqlite3.connect(honest)) as database:
        ((old,),) = database.execute(
            "SELECT body FROM events WHERE stream = ? AND seq = ?", (stream, seq)
        ).fetchall()
    digits = [place for place, byte in enumerate(old) if chr(byte).isdigit()]
    place = data.draw(st.sampled_from(digits))
    byte = data.draw(st.sampled_from([d for d in b"0123456789" if d != old[place]]))
    new = old[:place] + bytes([byte]) + old[place + 1 :]
    statement = "UPDATE events SET body = ? WHERE stream = ? AND seq = ?"
    assert _names(_changed(honest, copy, statement, new, stream, seq), stream, seq)


@given(data=st.data(), later=st.integers(1, 50_000))
def test_a_signer_cannot_rewrite(honest: Path, copy: Path, data: st.DataObject, later: int) -> None:
    """Who signed an event signs another in its place, hash and all: the chain tells where."""
    stream, seq = data.draw(st.sampled_from(_rows(honest)))
    with Store.open(str(honest)) as store, store.read() as tx:
        record = next(r for r in tx.history(stream, seq - 1))
    told = decode(record.body)
    at = told.at + timedelta(microseconds=later)
    body = encode(msgspec.structs.replace(told, at=at))
    values = (body, leaf_hash(body), w.secret(told.who).sign(body))
    statement = "UPDATE events SET body = ?, hash = ?, signature = ? WHERE stream = ? AND seq = ?"
    problems = _changed(honest, copy, statement, *values, stream, seq)
    assert _names(problems, stream, seq) or _names(problems, stream, seq + 1)


@given(data=st.data(), to=st.sampled_from(["register", w.STREAM, "z-3"]), by=st.integers(-3, 99))
@example(data=None, to="z-3", by=0)
def test_any_moved_event_is_named(
    honest: Path, copy: Path, data: st.DataObject | None, to: str, by: int
) -> None:
    """An event under another stream or seq is missed where it was, or found where it is."""
    rows = _rows(honest)
    stream, seq = rows[-1] if data is None else data.draw(st.sampled_from(rows))
    if (to, seq + by) in rows or stream == "register" != to:
        event("the place is taken, or the register would lose its keeper")
        to, by = "z-3", 0
    statement = "UPDATE events SET stream = ?, seq = ? WHERE stream = ? AND seq = ?"
    problems = _changed(honest, copy, statement, to, seq + by, stream, seq)
    assert _names(problems, stream, seq) or _names(problems, to, seq + by)


@given(data=st.data())
def test_any_lost_event_is_named(honest: Path, copy: Path, data: st.DataObject) -> None:
    """A deleted event is missed: the report names its place, or where its moment breaks off."""
    stream, seq = data.draw(st.sampled_from(_rows(honest)))
    statement = "DELETE FROM events WHERE stream = ? AND seq = ?"
    problems = _changed(honest, copy, statement, stream, seq)
    last = (stream, seq + 1) not in _rows(honest)
    assert _names(problems, stream, seq) or (last and _names(problems, stream, seq - 1))


BESIDE = (
    "UPDATE heads SET state = CAST(replace(state, 'returned', 'none') AS BLOB), seq = seq - 1",
    "UPDATE items SET ciphertext = CAST(ciphertext || x'00' AS BLOB)",
    "DELETE FROM items WHERE item = 'i-first'",
    "DELETE FROM procedures",
    "UPDATE heads SET due = '2030-01-01T00:00:00.000000Z' WHERE stream = 'z-1'",
)
"""Changes to the tables beside the events, each of which leaves every event as it was."""


@pytest.mark.parametrize("statement", BESIDE)
def test_what_is_derived_is_verified_too(honest: Path, copy: Path, statement: str) -> None:
    """A change to a head, an item or a procedure is found, although no event was touched."""
    assert _changed(honest, copy, statement)

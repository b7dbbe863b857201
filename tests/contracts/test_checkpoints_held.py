"""What a checkpoint that is held outside the store finds, and what it leaves in peace.

Each fraud here is one that the store by itself does not show, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, text

from tests.unit.bureau import Bureau, Went
from workflow.auditing.extending import log_keys
from workflow.crypto.keys import SigningKey, load
from workflow.desk.desk import Desk
from workflow.engine.ledger import leaf_hash
from workflow.keyring import available
from workflow.store import Store
from workflow.store.place import locate
from workflow.transparency import checkpoints, notes
from workflow.transparency.checkpoints import Checkpoint

Places = Callable[[], str]

PEOPLE: dict[str, tuple[str, ...]] = {
    "noor": ("counsellor --branch noord",),
    "otto": ("auditor --branch noord",),
    "wies": ("log_keeper --branch noord",),
    "joke": (),
}


@pytest.fixture(params=["sqlite_places", "postgres_places"])
def places(request: pytest.FixtureRequest) -> Places:
    """Places for a store in either database."""
    found: Places = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with a log keeper and three cases, of which each test gets a copy."""
    folder = tmp_path_factory.mktemp("founded")
    made = Bureau(folder).found("noord", PEOPLE)
    for _ in range(3):
        _case(made)
    key = str(folder / "kees")
    made.done("saar", "key", "new", key, "--no-passphrase")
    made.done("saar", "person", "add", "Kees", "--id", "kees", "--key", f"{key}.pub")
    made.done("saar", "store", "backup", str(folder / "backup.db"))
    return made


@pytest.fixture
def bureau(founded: Bureau, tmp_path: Path, places: Places) -> Bureau:
    """That association, in a store of its own."""
    for who in (*PEOPLE, "saar", "kees"):
        for name in (who, f"{who}.pub"):
            shutil.copy(founded.folder / name, tmp_path / name)
    mine = Bureau(tmp_path, places())
    mine.now = founded.now
    Store.restore(str(founded.folder / "backup.db"), mine.where).close()
    return mine


def _case(bureau: Bureau) -> str:
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    went = bureau.done("noor", *words, "--note", "-", "--json", stdin="Zij belt.")
    case: str = went.document["case"]
    return case


def _checkpoint(bureau: Bureau, name: str = "held", who: str = "wies") -> Path:
    path = bureau.folder / name
    path.unlink(missing_ok=True)
    bureau.done(who, "audit", "checkpoint", "-o", str(path))
    return path


def _verified(bureau: Bureau, *words: str) -> Went:
    return bureau("otto", "audit", "verify", *words, "--json")


def _codes(went: Went) -> set[str]:
    assert went.exit == (0 if went.document["ok"] else 4), went
    return {problem["problem"] for problem in went.document["problems"]}


def _change(bureau: Bureau, change: Callable[[Connection], None], *, marks: bool = False) -> None:
    """Change the database past the store, as its administrator can; the checkpoints in it go."""
    with locate(bureau.where, 1.0).engine.begin() as database:
        if database.dialect.name == "sqlite":
            names = database.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).fetchall()
            for (name,) in names:
                database.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("events", "checkpoints"):
                database.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        if not marks:
            database.execute(text("DELETE FROM checkpoints"))
        change(database)
    rebuilt = bureau("saar", "store", "rebuild")
    assert rebuilt.exit == 0, rebuilt


def _run(database: Connection, statement: str) -> None:
    values = {"junk": bytes(64)} if ":junk" in statement else {}
    database.execute(text(statement), values)


def _rows(database: Connection) -> list[tuple[int, str, int]]:
    found = database.execute(text("SELECT position, stream, seq FROM events ORDER BY position"))
    return [(position, stream, seq) for position, stream, seq in found]


def _forget(database: Connection, stream: str, after: int = 0) -> None:
    values = {"stream": stream, "after": after}
    database.execute(text("DELETE FROM events WHERE stream = :stream AND seq > :after"), values)
    where = "WHERE stream = :stream"
    if not after:
        for table in ("heads", "items", "item_keys", "receipts"):
            database.execute(text(f"DELETE FROM {table} {where}"), values)  # noqa: S608


def _cut_off(_: Bureau, database: Connection) -> None:
    """The newest event of the register goes."""
    last = max(seq for _, stream, seq in _rows(database) if stream == "register")
    _forget(database, "register", last - 1)


def _taken_out(_: Bureau, database: Connection) -> None:
    """A case of which no other speaks goes, with all that is in it."""
    cases = [stream for _, stream, _ in _rows(database) if stream != "register"]
    _forget(database, cases[0])


def _swapped(_: Bureau, database: Connection) -> None:
    """The last that was recorded in one case and the first of the next change places."""
    rows = [row for row in _rows(database) if row[1] != "register"]
    one, two = next((a[0], b[0]) for a, b in pairwise(rows) if a[1] != b[1])
    for old, new in ((one, -1), (two, one), (-1, two)):
        database.execute(
            text("UPDATE events SET position = :new WHERE position = :old"),
            {"new": new, "old": old},
        )


def _signed_again(bureau: Bureau, database: Connection) -> None:
    """The keeper of the register writes the newest of its events anew, and signs it."""
    last = max(seq for _, stream, seq in _rows(database) if stream == "register")
    values: dict[str, Any] = {"seq": last}
    [[body]] = database.execute(
        text("SELECT body FROM events WHERE stream = 'register' AND seq = :seq"), values
    )
    said = json.loads(bytes(body))
    said["data"]["name"] = "Joke de Ander"
    values["body"] = msgspec.json.encode(said, order="sorted")
    values["hash"] = leaf_hash(values["body"])
    values["signature"] = load(bureau.folder / "saar").sign(values["body"])
    database.execute(
        text(
            "UPDATE events SET body = :body, hash = :hash, signature = :signature"
            " WHERE stream = 'register' AND seq = :seq"
        ),
        values,
    )


FRAUDS = {
    "cut off": (_cut_off, "log-shorter"),
    "taken out": (_taken_out, "log-shorter"),
    "swapped": (_swapped, "log-rewritten"),
    "signed again": (_signed_again, "log-rewritten"),
}


def _newcomer(bureau: Bureau, name: str) -> None:
    key = str(bureau.folder / name)
    bureau.done("saar", "key", "new", key, "--no-passphrase")
    bureau.done("saar", "person", "add", name.title(), "--id", name, "--key", f"{key}.pub")


@pytest.mark.parametrize("fraud", FRAUDS)
def test_a_fraud_shows_against_what_is_held(bureau: Bureau, fraud: str) -> None:
    """What the store itself does not show, a held checkpoint does, whole and as a short string."""
    held = _checkpoint(bureau)
    short = _verified(bureau).document["checkpoint"]["short"]
    assert _codes(_verified(bureau, "--against", str(held))) == set()
    commit, code = FRAUDS[fraud]
    _change(bureau, lambda database: commit(bureau, database))
    assert _codes(_verified(bureau)) == set()
    assert _codes(_verified(bureau, "--against", str(held))) == {code}
    assert _codes(_verified(bureau, "--against", short)) == {code}


@pytest.mark.parametrize("fraud", FRAUDS)
def test_a_fraud_shows_however_much_is_added(bureau: Bureau, fraud: str) -> None:
    """Whatever is recorded after it, a fraud shows against every checkpoint from before it."""
    first = _checkpoint(bureau, "first")
    _change(bureau, lambda database: FRAUDS[fraud][0](bureau, database))
    for _ in range(2):
        _case(bureau)
    later = _checkpoint(bureau, "later")
    assert _codes(_verified(bureau)) == set()
    assert _codes(_verified(bureau, "--against", str(first))) == {"log-rewritten"}
    assert _codes(_verified(bureau, "--against", str(later))) == set()


@pytest.mark.parametrize("fraud", FRAUDS)
def test_a_fraud_shows_against_what_the_store_keeps(bureau: Bureau, fraud: str) -> None:
    """Who leaves the checkpoints in the store as they are is found without any held outside."""
    _checkpoint(bureau)
    commit, code = FRAUDS[fraud]
    _change(bureau, lambda database: commit(bureau, database), marks=True)
    assert _codes(_verified(bureau)) == {code}
    refused = bureau("wies", "audit", "checkpoint", "--json")
    assert refused.exit in (0, 4)
    assert (refused.exit == 0) == (fraud in ("swapped", "signed again"))
    assert _codes(_verified(bureau)) == {code}


def _problems(went: Went) -> set[tuple[str, int, str]]:
    found = went.document["problems"]
    return {(problem["stream"], problem["seq"], problem["problem"]) for problem in found}


@pytest.mark.parametrize("fraud", FRAUDS)
def test_a_kept_export_names_the_event(bureau: Bureau, fraud: str) -> None:
    """What else nothing shows, an export that was kept names by stream and number.

    Making the export was a look at the register, which vouches for the register's latest event.
    """
    kept = bureau.folder / "events.jsonl"
    bureau.done("otto", "audit", "export", "-o", str(kept))
    events = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert _codes(_verified(bureau, "--kept", str(kept))) == set()
    _change(bureau, lambda database: FRAUDS[fraud][0](bureau, database))
    found = _problems(_verified(bureau, "--kept", str(kept)))
    newest = max(event["seq"] for event in events if event["stream"] == "register")
    cases = list(dict.fromkeys(e["stream"] for e in events if e["stream"] != "register"))
    seqs = [event["seq"] for event in events if event["stream"] == cases[0]]
    look = ("register.looks", 1, "look-elsewhere")
    named = {
        "cut off": {("register", newest, "kept-missing"), look},
        "taken out": {(cases[0], seq, "kept-missing") for seq in seqs},
        "swapped": {(cases[1], 1, "kept-moved")},
        "signed again": {("register", newest, "kept-differs"), look},
    }
    assert found == named[fraud]
    _case(bureau)
    assert found <= _problems(_verified(bureau, "--kept", str(kept)))


@pytest.mark.parametrize("who", ["joke", "noor", None])
def test_who_kept_nothing_finds_out_nothing(bureau: Bureau, who: str | None) -> None:
    """With made-up exports nobody learns whether a case is there, how long, or who looked."""
    case = _case(bureau)
    bureau.done("noor", "show", case)
    register = bureau.done("saar", "audit", "export").out.splitlines()[0]
    missing = "z-0000-0000-00"
    for there, seq in ((case, 1), (case, 999), (f"{case}.looks", 1)):
        answers = []
        for stream in (there, there.replace(case, missing)):
            kept = bureau.folder / "kept"
            guess = json.dumps({"stream": stream, "seq": seq, "hash": "00"})
            kept.write_text(f"{guess}\n{register}\n", encoding="utf-8")
            went = bureau(who, "audit", "verify", "--kept", str(kept))
            answers.append((went.exit, went.out.replace(case, missing), went.err))
        assert answers[0] == answers[1]
        assert "was in what you kept and is gone" in answers[0][1]


def test_what_is_no_export_is_said(bureau: Bureau) -> None:
    """Anything else than an export is refused as such, before anything is verified."""
    path = bureau.folder / "kept"
    for content in (b"", b"{}\n", b"\xff\n", b'{"stream":"z-1","seq":1,"hash":""}\n' * 2):
        path.write_bytes(content)
        went = bureau("otto", "audit", "verify", "--kept", str(path))
        assert went.exit == 2, content
        assert "holds no export" in went.err


def test_a_backup_that_is_put_back_shows(bureau: Bureau, places: Places) -> None:
    """An older copy in place of the store shows against a later checkpoint, and goes on showing."""
    _checkpoint(bureau, "before")
    copy = bureau.folder / "copy.db"
    bureau.done("saar", "store", "backup", str(copy))
    _case(bureau)
    held = _checkpoint(bureau)
    back = Bureau(bureau.folder, places())
    back.now = bureau.now
    back.done("saar", "store", "restore", str(copy))
    assert _codes(_verified(back)) == set()
    assert _codes(_verified(back, "--against", str(bureau.folder / "before"))) == set()
    found = _verified(back, "--against", str(held))
    assert _codes(found) == {"log-shorter"}
    assert found.document["against"]["since"] < 0
    refused = back("wies", "audit", "checkpoint", "-o", str(held), "--json")
    assert refused.exit == 4, refused
    _case(back)
    _case(back)
    assert _codes(_verified(back, "--against", str(held))) == {"log-rewritten"}
    assert held.read_text(encoding="utf-8") == (bureau.folder / "held").read_text(encoding="utf-8")


def test_honest_growth_raises_no_alarm(bureau: Bureau) -> None:
    """Every checkpoint ever made holds against everything that honestly came after it."""
    held = [_checkpoint(bureau, "held-0")]
    for number in range(1, 6):
        _newcomer(bureau, f"lid-{number}") if number % 2 else _case(bureau)
        held.append(_checkpoint(bureau, f"held-{number}"))
        bureau.done("otto", "tick")
    for path in held:
        size = int(path.read_text(encoding="utf-8").split("\n")[1])
        went = _verified(bureau, "--against", str(path))
        assert _codes(went) == set()
        assert went.document["against"]["since"] == went.document["events"] - size
    assert _verified(bureau).document["checkpoint"]["since"] == 0
    _case(bureau)
    assert _verified(bureau).document["checkpoint"]["since"] > 0


def test_the_one_in_the_file_is_followed(bureau: Bureau) -> None:
    """A checkpoint takes the place of the one in its file, and of nothing that is none."""
    held = _checkpoint(bureau)
    before = held.read_bytes()
    again = bureau.done("wies", "audit", "checkpoint", "-o", str(held), "--json")
    assert (again.document["new"], held.read_bytes()) == (False, before)
    _case(bureau)
    newer = bureau.done("wies", "audit", "checkpoint", "-o", str(held), "--json")
    assert newer.document["new"]
    assert held.read_text(encoding="utf-8") == newer.document["checkpoint"]
    other = bureau.folder / "letter.txt"
    other.write_text("Beste Noor,\n", encoding="utf-8")
    assert bureau("wies", "audit", "checkpoint", "-o", str(other)).exit == 2
    assert other.read_text(encoding="utf-8") == "Beste Noor,\n"


def test_a_checkpoint_of_another_store(bureau: Bureau, places: Places, tmp_path: Path) -> None:
    """The checkpoint of another store is told from a changed one."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    held = _checkpoint(Bureau(folder, places()).found("noord", PEOPLE))
    assert _codes(_verified(bureau, "--against", str(held))) == {"log-another"}


def _forged(bureau: Bureau, key: SigningKey, size: int | None = None) -> Path:
    """A checkpoint on the log as it is, signed with a key of the forger's choice."""
    at, _ = checkpoints.read(_checkpoint(bureau, "true").read_bytes())
    if size is not None:
        at = Checkpoint(at.origin, size, at.root)
    path = bureau.folder / "forged"
    path.write_text(notes.sign(at.text, at.origin, key), encoding="utf-8")
    return path


def test_only_the_log_keeper_signs(bureau: Bureau) -> None:
    """A true checkpoint signed with another key, even that of the keeper of the register, fails."""
    for who in ("saar", "wies"):
        forged = _forged(bureau, load(bureau.folder / who))
        assert _codes(_verified(bureau, "--against", str(forged))) == {
            "checkpoint-signed-by-another"
        }


def test_a_damaged_checkpoint_accuses_nobody(bureau: Bureau) -> None:
    """Of a checkpoint with one sign of its root changed, only the signature is said to be wrong."""
    held = _checkpoint(bureau)
    origin, size, root, *rest = held.read_text(encoding="utf-8").split("\n")
    changed = ("B" if root[0] == "A" else "A") + root[1:]
    held.write_text("\n".join((origin, size, changed, *rest)), encoding="utf-8")
    went = _verified(bureau, "--against", str(held))
    assert _codes(went) == {"checkpoint-signed-by-another"}
    assert "it is itself damaged or forged" in went.out


def test_nobody_else_makes_one(bureau: Bureau) -> None:
    """Who is not the log keeper makes no checkpoint, and is told who does or who appoints one."""
    for who in ("saar", "noor", "otto"):
        went = bureau(who, "audit", "checkpoint")
        assert went.exit == 1
        assert "Ask wies" in went.err
    bureau.done("saar", "office", "end", "log_keeper", "wies", "--yes")
    went = bureau("wies", "audit", "checkpoint")
    assert went.exit == 1
    assert "zaak office grant log_keeper" in went.err


def test_a_branch_below_has_no_log_keeper(bureau: Bureau) -> None:
    """The log is that of the whole store: who is log keeper of a part of it signs nothing."""
    bureau.done("saar", "office", "grant", "ijkmeester", "joke", "--branch", "noord/waterstad")
    assert bureau("joke", "audit", "checkpoint").exit == 1


def test_the_log_key_is_renewed(bureau: Bureau) -> None:
    """A new log keeper has a new key: older checkpoints hold, and the old key signs no more."""
    held = _checkpoint(bureau)
    old = _seed(bureau, "wies")
    bureau.done("saar", "office", "grant", "log_keeper", "joke")
    bureau.done("saar", "office", "end", "log_keeper", "wies", "--yes")
    assert bureau("wies", "audit", "checkpoint").exit == 1
    _case(bureau)
    newer = _checkpoint(bureau, "newer", "joke")
    for path in (held, newer):
        assert _codes(_verified(bureau, "--against", str(path))) == set()
    at, _ = checkpoints.read(newer.read_bytes())
    forged = bureau.folder / "forged"
    forged.write_text(notes.sign(at.text, at.origin, old), encoding="utf-8")
    found = _codes(_verified(bureau, "--against", str(forged)))
    assert found == {"checkpoint-signed-by-another"}


def _seed(bureau: Bureau, who: str) -> SigningKey:
    """The log key, as whoever holds it can take it along."""
    with Store.open(bureau.where) as store:
        register = Desk(store, lambda: bureau.now, bytes).register()
        newest = log_keys(register)[-1].line()
        with store.read() as tx:
            own = dict(available(tx, register, load(bureau.folder / who)))
    return own[newest]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE checkpoints SET note = :junk", "checkpoint-unreadable"),
        ("UPDATE checkpoints SET size = size - 1", "checkpoint-unreadable"),
    ],
)
def test_a_changed_checkpoint_in_the_store(bureau: Bureau, change: str, code: str) -> None:
    """A checkpoint that was changed in the store is named."""
    _checkpoint(bureau)
    _change(bureau, lambda db: _run(db, change), marks=True)
    assert _codes(_verified(bureau)) == {code}


def test_leaves_are_what_was_signed(bureau: Bureau) -> None:
    """A text that was changed beside its stored hash is another leaf, whatever that hash says."""
    held = _checkpoint(bureau)
    with locate(bureau.where, 1.0).engine.begin() as database:
        if database.dialect.name == "sqlite":
            database.execute(text("DROP TRIGGER events_no_update"))
        else:
            database.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        values = {"body": b"{}"}
        database.execute(text("UPDATE events SET body = :body WHERE position = 4"), values)
    assert "log-rewritten" in _codes(_verified(bureau, "--against", str(held)))


def test_what_the_store_keeps_of_the_tree_is_not_believed(bureau: Bureau) -> None:
    """Where what is kept to go on from was changed, the next checkpoint is right all the same."""
    _checkpoint(bureau)
    _change(bureau, lambda db: _run(db, "UPDATE checkpoints SET nodes = :junk"), marks=True)
    _case(bureau)
    newer = _checkpoint(bureau, "newer")
    assert _codes(_verified(bureau, "--against", str(newer))) == set()


def test_one_case_against_a_checkpoint(bureau: Bureau) -> None:
    """One case can be verified together with the whole log, and without a checkpoint by itself."""
    case = _case(bureau)
    held = _checkpoint(bureau)
    whole = bureau("otto", "audit", "verify", case, "--against", str(held), "--json")
    assert _codes(whole) == set()
    assert whole.document["against"]["since"] == 0
    alone = bureau("otto", "audit", "verify", case, "--json").document
    assert "against" not in alone
    assert alone["checkpoint"]["since"] == 0


def test_proofs_hold_without_the_store(bureau: Bureau) -> None:
    """A proof made of an event, or of growth, holds offline against key, checkpoint and string."""
    held = _checkpoint(bureau)
    case = _case(bureau)
    newer = _checkpoint(bureau, "newer")
    made = bureau.done("wies", "audit", "checkpoint", "--json").document
    assert bureau.done("otto", "audit", "prove", case, "--json").document["key"] == made["key"]
    event, growth = (str(bureau.folder / name) for name in ("event", "growth"))
    bureau.done("otto", "audit", "prove", case, "2", "-o", event)
    bureau.done("otto", "audit", "prove", "--from", str(held), "-o", growth)
    offline = Bureau(bureau.folder, str(bureau.folder / "no-store.db"))
    for proof, mine in ((event, newer), (growth, newer), (growth, held)):
        for given in (str(mine), checkpoints.read(mine.read_bytes())[0].short.written):
            words = ("audit", "verify-proof", proof, "--checkpoint", given, "--json")
            went = offline(None, *words, "--key", made["key"])
            assert (went.exit, went.document["ok"], went.document["held"]) == (0, True, True)
    line = (bureau.folder / "saar.pub").read_text(encoding="utf-8")
    wrong = offline(None, "audit", "verify-proof", growth, "--key", line, "--json")
    assert wrong.exit == 4
    alone = offline(None, "audit", "verify-proof", event)
    assert (alone.exit, "was not checked" in alone.err) == (0, True)
    exported = [
        json.loads(row) for row in bureau.done("otto", "audit", "export", case).out.splitlines()
    ]
    for row in exported:
        if row["stream"] == case:
            body = bureau.folder / "body"
            body.write_text(row["body"], encoding="utf-8")
            went = offline(None, "audit", "verify-proof", event, "--event", str(body), "--json")
            assert went.exit == (0 if row["seq"] == 2 else 4), row["seq"]


def test_a_proof_of_a_newer_checkpoint_is_no_fraud(bureau: Bureau) -> None:
    """Against an older checkpoint a sound proof is refused with code 2, one of another root with 4.

    What is wrong with the proof itself, or with who signed it, comes first.
    """
    held = _checkpoint(bureau)
    case = _case(bureau)
    newer = _checkpoint(bureau, "newer")
    event = bureau.folder / "event"
    bureau.done("otto", "audit", "prove", case, "2", "-o", str(event))
    at, _ = checkpoints.read(held.read_bytes())
    proven, _ = checkpoints.read(newer.read_bytes())

    def against(mine: Path, *words: str) -> Went:
        given = ("audit", "verify-proof", str(event), "--checkpoint", str(mine), *words)
        return bureau(None, *given, "--json")

    went = against(held)
    assert (went.exit, went.document["error"]["code"]) == (2, "proof-elsewhere")
    assert (
        f"over {proven.size} events, and yours is over {at.size}" in went.document["error"]["text"]
    )
    other = load(bureau.folder / "saar")
    fork = bureau.folder / "fork"
    forked = Checkpoint(proven.origin, proven.size, bytes(32))
    fork.write_text(notes.sign(forked.text, forked.origin, other), encoding="utf-8")
    assert (against(fork).exit, against(fork).document["ok"]) == (4, False)
    line = (bureau.folder / "saar.pub").read_text(encoding="utf-8")
    assert against(held, "--key", line).exit == 4
    sound = event.read_text(encoding="utf-8")
    event.write_text(sound.replace("index ", "index 1"), encoding="utf-8")
    assert against(held).exit == 4
    dutch = bureau(None, "audit", "verify-proof", str(event), "--lang", "nl")
    assert dutch.out == "Klopt niet: zo'n plaats is er niet onder zoveel gebeurtenissen.\n"


def test_no_proof_of_what_is_not_covered(bureau: Bureau) -> None:
    """Without a checkpoint, or of an event after it, there is no proof, and it says why."""
    case = _case(bureau)
    went = bureau("otto", "audit", "prove", case, "--json")
    assert (went.exit, went.document["refused"]["reasons"][0]["code"]) == (1, "no-checkpoint")
    _checkpoint(bureau)
    bureau.done("otto", "audit", "prove", case)
    later = _case(bureau)
    went = bureau("otto", "audit", "prove", later, "--json")
    assert (went.exit, went.document["refused"]["reasons"][0]["code"]) == (1, "beyond-checkpoint")
    assert bureau("otto", "audit", "prove", case, "99").exit == 2
    assert bureau("noor", "audit", "prove", case).exit == 1
    assert bureau("otto", "audit", "prove").exit == 2


def test_the_window_is_said(bureau: Bureau) -> None:
    """Verifying says how a first checkpoint is made, and after that how much came since."""
    first = bureau.done("otto", "audit", "verify").out
    assert "zaak audit checkpoint" in first
    held = _checkpoint(bureau)
    before = bureau.done("otto", "audit", "verify", "--json").document
    assert "Added since: 0 events" in bureau.done("otto", "audit", "verify").out
    _case(bureau)
    after = bureau.done("otto", "audit", "verify", "--against", str(held), "--json").document
    added = after["events"] - before["events"]
    said = bureau.done("otto", "audit", "verify", "--against", str(held)).out
    assert said.count(f"since: {added} events") == 2
    assert after["checkpoint"]["made"] == before["checkpoint"]["made"]
    assert before["checkpoint"]["short"] in said


def test_a_mistyped_string_is_no_alarm(bureau: Bureau) -> None:
    """A short string with a typing mistake is a mistake in the command, not a changed history."""
    _checkpoint(bureau)
    short: str = _verified(bureau).document["checkpoint"]["short"]
    last = "0" if short[-1] != "0" else "1"
    assert bureau("otto", "audit", "verify", "--against", short[:-1] + last).exit == 2
    assert bureau("otto", "audit", "verify", "--against", "nowhere.txt").exit == 2
    spoken = short.lower().replace("-", " ")
    assert _codes(_verified(bureau, "--against", spoken)) == set()

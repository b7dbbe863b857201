"""Who looks at a case leaves a trace, in SQLite and PostgreSQL, and no forged one goes unfound."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from tests.unit.bureau import Bureau, Went
from workflow.crypto.keys import load
from workflow.engine.facts import Event, LookBasis, Looked
from workflow.engine.ledger import decode, seal
from workflow.engine.looking import Looks, beside
from workflow.store import Head, Record, Store
from workflow.store.place import locate

Places = Callable[[], str]

PEOPLE: dict[str, tuple[str, ...]] = {
    "noor": ("counsellor --branch noord",),
    "otto": ("auditor --branch noord",),
    "joke": ("mediator --branch noord",),
}
SILENT = (
    ("noor", "list"),
    ("noor", "list", "--due"),
    ("noor", "next", "CASE"),
    ("noor", "why", "CASE", "close"),
    ("noor", "due"),
    ("otto", "audit", "verify", "CASE"),
)
"""What shows at most that there is a case, where it stands, and what its reader can do."""
LOOKS = (
    (("noor", "show", "CASE"), "CASE.looks", "status", "confidant", "counsellor"),
    (("noor", "history", "CASE", "--for", "reporter"), "CASE.looks", "history", "confidant", None),
    (("noor", "letter", "CASE", "receipt"), "CASE.looks", "letter", "confidant", "counsellor"),
    (("otto", "history", "CASE"), "CASE.looks", "history", "audit", "auditor"),
    (("otto", "audit", "export", "CASE"), "CASE.looks", "export", "audit", "auditor"),
    (("otto", "audit", "export"), "register.looks", "export", "audit", "auditor"),
    (("saar", "audit", "export"), "register.looks", "export", "register", "registrar"),
    ((None, "show", "CASE"), "CASE.looks.reporter", "status", "own", None),
    ((None, "history", "CASE"), "CASE.looks.reporter", "history", "own", None),
)
"""Commands, and the look that each leaves: in which stream, of what, on which basis, as what."""


@pytest.fixture(params=["sqlite_places", "postgres_places"])
def places(request: pytest.FixtureRequest) -> Places:
    """Places for a store in either database."""
    found: Places = request.getfixturevalue(request.param)
    return found


class Scene:
    """An association with one report, which `code` opens."""

    def __init__(self, bureau: Bureau, case: str, code: str) -> None:
        self.bureau, self.case, self.code = bureau, case, code

    def __call__(self, who: str | None, *words: str) -> Went:
        """Run a command as a person, or as the member where that is None."""
        typed = [self.case if word == "CASE" else word for word in words]
        return self.bureau(who, *typed, code="" if who else self.code)

    def done(self, who: str | None, *words: str) -> Went:
        """The same, of a command that has to succeed."""
        went = self(who, *words)
        assert went.exit == 0, (words, went)
        return went

    def events(self) -> list[Event]:
        """Every event of the store, in the order in which they were recorded."""
        with Store.open(self.bureau.where) as store, store.read() as tx:
            return [decode(record.body) for _, record in tx.everything()]

    def wrong(self) -> dict[str, str]:
        """What verifying finds, and in which stream."""
        went = self("otto", "audit", "verify", "--json")
        assert went.exit == (0 if went.document["ok"] else 4)
        return {one["problem"]: one["stream"] for one in went.document["problems"]}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The association, of which each test gets a copy."""
    made = Bureau(tmp_path_factory.mktemp("founded")).found("noord", PEOPLE)
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    opened = made.done("noor", *words, "--note", "-", "--json", stdin="Zij belt.").document
    made.done("saar", "store", "backup", str(made.folder / "backup.db"))
    return Scene(made, opened["case"], opened["code"])


@pytest.fixture
def scene(founded: Scene, tmp_path: Path, places: Places) -> Scene:
    """That association, in a store of its own."""
    for who in (*PEOPLE, "saar"):
        for name in (who, f"{who}.pub"):
            shutil.copy(founded.bureau.folder / name, tmp_path / name)
    mine = Bureau(tmp_path, places())
    mine.now = founded.bureau.now
    Store.restore(str(founded.bureau.folder / "backup.db"), mine.where).close()
    return Scene(mine, founded.case, founded.code)


def test_each_look_leaves_one_record(scene: Scene) -> None:
    """Each of these commands leaves exactly one look, by whom, as what, at what, on which basis."""
    for words, stream, what, basis, office in LOOKS:
        before = scene.events()
        scene.done(*words)
        [event] = scene.events()[len(before) :]
        fact = event.data
        assert isinstance(fact, Looked)
        asked = "counsellor" if "--for" in words else office
        assert (event.stream, event.office) == (stream.replace("CASE", scene.case), asked), words
        assert (event.who, event.at) == (words[0] or "reporter", scene.bureau.now)
        assert (fact.what, fact.basis) == (what, basis)
        assert fact.audience == ("reporter" if "--for" in words else None)
    assert scene.wrong() == {}


def test_a_list_is_no_look(scene: Scene) -> None:
    """Listing cases, what there is to do, and verifying leave nothing behind."""
    before = scene.events()
    for words in SILENT:
        assert scene(*words).exit in (0, 1), words
    assert scene.events() == before


def test_no_look_moves_a_case(scene: Scene) -> None:
    """However many look, a command with the --expect of before goes through."""
    seq = scene.done("noor", "show", "CASE", "--json").document["seq"]
    for words, *_ in LOOKS:
        scene.done(*words)
    assert scene.done("noor", "show", "CASE", "--json").document["seq"] == seq
    step = ("advance", "CASE", "start_listening", "--set", "exception_explained=yes")
    scene.done("noor", *step, "--expect", str(seq))


def test_who_may_not_look_leaves_nothing(scene: Scene) -> None:
    """Somebody to whom there is no such case is refused, and nothing is recorded."""
    before = scene.events()
    for verb in ("show", "history"):
        assert scene("joke", verb, "CASE").exit == 1
    assert scene("joke", "audit", "export").exit == 1
    assert scene("noor", "audit", "export", "CASE").exit == 1
    assert scene("noor", "history", "CASE", "--for", "auditor").exit == 1
    assert scene.events() == before


def test_nobody_takes_out_what_they_do_not_audit(scene: Scene) -> None:
    """Who audits another branch takes nothing out of a case that they know in some other office."""
    scene.done("saar", "office", "grant", "auditor", "noor", "--branch", "noord/duin")
    scene.done("saar", "office", "grant", "log_keeper", "joke", "--branch", "noord")
    scene.done("joke", "audit", "checkpoint")
    before = scene.events()
    for words in (("export", "CASE"), ("prove", "CASE", "1"), ("prove", "CASE", "999")):
        went = scene("noor", "audit", *words)
        assert (went.exit, went.out) == (1, ""), words
        assert "999" not in went.err
    assert scene.events() == before
    assert scene.case not in scene.done("noor", "audit", "export").out
    assert scene.case not in scene.done("noor", "audit", "export", "--format", "xes").out
    assert scene.case in scene.done("otto", "audit", "export").out


def test_who_keeps_the_register_takes_out_as_such(scene: Scene) -> None:
    """A counsellor takes a case out in the office that lets them, and the member is told which."""
    scene.done("saar", "office", "grant", "registrar", "noor", "--branch", "noord")
    scene.done("noor", "audit", "export", "CASE")
    [look] = _told(scene.done(None, "history", "CASE", "--json"))
    assert (look["by"]["name"], look["basis"]["name"]) == ("registrar", "register")
    assert scene.wrong() == {}


def test_a_party_looks_in_the_office_that_shows_more(scene: Scene) -> None:
    """Who answers for the organ and is of the committee is told to the applicant as of it."""
    members = scene.bureau
    for who in ("otto", "joke"):
        scene.done("saar", "office", "grant", "disputes_committee", who, "--branch", "noord")
    filed = members.done(
        None, "open", "dispute", "--branch", "noord", "--note", "-", "--yes", "--json", stdin="Nee."
    ).document
    case, code = filed["case"], filed["code"]
    members.done("otto", "advance", case, "examine", "--as", "disputes_committee")
    affirmed = [f"--set={name}=yes" for name in ("decision_of_organ", "own_position", "in_time")]
    members.done("otto", "advance", case, "admit", "--as", "disputes_committee", *affirmed)
    scene.done("saar", "office", "end", "disputes_committee", "joke", "--branch", "noord", "--yes")
    members.done(
        *("otto", "advance", case, "call_respondent", "--as", "disputes_committee"),
        *("--set", "respondent=joke", "--yes"),
    )
    members.done("joke", "show", case)
    assert _told(members.done(None, "history", case, "--json", code=code)) == []
    scene.done("saar", "office", "grant", "disputes_committee", "joke", "--branch", "noord")
    members.done("joke", "show", case)
    [look] = _told(members.done(None, "history", case, "--json", code=code))[1:]
    assert (look["name"], look["by"]["name"]) == ("Joke", "disputes_committee")
    assert scene.wrong() == {}


def test_a_stream_of_looks_is_no_case(scene: Scene) -> None:
    """Who names a stream of looks gets, to the byte, the answer for a case that is not there."""
    scene.done("noor", "show", "CASE")
    hidden = scene("joke", "show", f"{scene.case}.looks")
    missing = scene("joke", "show", "z-0000-0000-00.looks")
    assert (hidden.exit, hidden.err) == (missing.exit, missing.err)
    assert scene.done("noor", "list", "--json").document["cases"][0]["case"] == scene.case
    assert len(scene.done("noor", "list", "--json").document["cases"]) == 1


def _told(went: Went) -> list[dict[str, Any]]:
    looks: list[dict[str, Any]] = went.document["looks"]
    return looks


def test_the_member_is_told_who_looked(scene: Scene) -> None:
    """The member reads who looked, by name, in which office, at what, how often and why."""
    scene.done("noor", "show", "CASE")
    scene.done("noor", "show", "CASE")
    scene.done("otto", "history", "CASE")
    scene.done("saar", "audit", "export")
    found = _told(scene.done(None, "history", "CASE", "--json"))
    assert [(one["name"], one["by"]["name"], one["times"]) for one in found] == [
        ("Noor", "counsellor", 2),
        ("Otto", "auditor", 1),
        ("saar", "registrar", 1),
    ]
    page = scene.done(None, "history", "CASE").out
    assert "Noor, as confidential counsellor, looked at how the case stands (2 times)." in page
    assert "it was confided to this counsellor" in page


def test_own_looks_are_told_to_nobody_else(scene: Scene) -> None:
    """That the member looked is told to them, not to counsellor, auditor or a case's export."""
    before = scene.done("otto", "audit", "verify", "CASE", "--json").out
    scene.done(None, "show", "CASE")
    assert scene.done("otto", "audit", "verify", "CASE", "--json").out == before
    [mine] = _told(scene.done(None, "history", "CASE", "--json"))
    assert (mine["mine"], mine["basis"]["name"]) == (True, "own")
    assert not any("own" in one["basis"]["name"] for one in _told(_read(scene, "noor")))
    assert not any(
        "own" in one["basis"]["name"] for one in _told(_read(scene, "noor", "--for", "reporter"))
    )
    assert not any("own" in one["basis"]["name"] for one in _told(_read(scene, "otto")))
    assert "looks.reporter" not in scene.done("otto", "audit", "export", "CASE").out
    assert "looks.reporter" in scene.done("saar", "audit", "export").out, "the log is whole"


def _read(scene: Scene, who: str, *more: str) -> Went:
    return scene.done(who, "history", "CASE", "--json", *more)


def test_an_auditor_reads_no_name(scene: Scene) -> None:
    """The page of an auditor says in which office somebody looked, and not who that was."""
    scene.done("noor", "show", "CASE")
    [one] = _told(_read(scene, "otto"))
    assert (one["name"], one["by"]["name"]) == (None, "counsellor")
    assert "Noor" not in scene.done("otto", "history", "CASE").out


# --- what cannot be recorded is not shown --------------------------------------------------------


@contextmanager
def _unwritable(scene: Scene) -> Iterator[None]:
    """The store, while nothing can be written to it."""
    engine = locate(scene.bureau.where, 1.0).engine
    with engine.connect() as database:
        if database.dialect.name == "sqlite":
            # Another writer that does not end: root, as who tests run, may write to any file.
            database.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            database.rollback()
        else:
            [[name]] = database.execute(text("SELECT current_database()")).fetchall()
            database.rollback()
            with engine.begin() as now:
                now.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
            yield


def test_no_trace_no_sight(scene: Scene) -> None:
    """Where a look cannot be recorded nothing is shown, exit 5; lists and verifying go on."""
    with _unwritable(scene):
        for who in ("noor", None):
            for verb in ("show", "history"):
                went = scene(who, verb, "CASE")
                assert (went.exit, went.out) == (5, ""), (who, verb, went)
                assert "→" in went.err
        scene.done("noor", "list")
        scene.done("otto", "audit", "verify")


# --- what is forged is found ---------------------------------------------------------------------


def _forge(
    scene: Scene,
    signer: str,
    who: str,
    fact: Any,
    office: str | None,
    stream: str | None = None,
    at: datetime | None = None,
) -> None:
    """Put an event, well signed and chained, at the end of a stream of looks."""
    key = load(str(scene.bureau.folder / signer), lambda: "")
    stream = stream or beside(scene.case)
    at = at or scene.bureau.now
    with Store.open(scene.bureau.where) as store, store.write() as tx:
        head, _ = tx.pair(stream, 0)
        seen, _ = tx.pair(scene.case, 0)
        assert seen is not None
        if isinstance(fact, Looked) and not fact.head:
            fact = msgspec.structs.replace(fact, seen=seen.seq, head=seen.hash.hex())
        procedure = decode(next(iter(tx.history(scene.case))).body).procedure
        seq, prev = (head.seq, head.hash) if head else (0, b"")
        link = seal(stream, seq + 1, prev, at, fact, who, office, procedure, at)
        record = Record(stream, seq + 1, link.hash, link.body, key.sign(link.body))
        after = Head(stream, seq + 1, link.hash, msgspec.json.encode(Looks(seq + 1)), None)
        tx.append([record], after, seq)


def _look(what: Any = "history", basis: LookBasis = "confidant", **more: Any) -> Looked:
    return Looked(what, basis, **{"seen": 0, "head": "", **more})


def test_an_honest_look_can_be_forged_onto_nothing(scene: Scene) -> None:
    """What these tests put in by hand is taken for a look where nothing is wrong with it."""
    _forge(scene, "noor", "noor", _look(), "counsellor")
    assert scene.wrong() == {}


FORGED: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "by a stranger": ("refused", ("joke", "joke", _look(basis="office"), "mediator"), {}),
    "in an office not held": ("refused", ("joke", "joke", _look(), "counsellor"), {}),
    "on another basis": ("refused", ("noor", "noor", _look(basis="audit"), "counsellor"), {}),
    "in another office": ("refused", ("noor", "noor", _look(), "mediator"), {}),
    "an export by a counsellor": ("refused", ("noor", "noor", _look("export"), "counsellor"), {}),
    "for an audience not theirs": (
        "refused",
        ("noor", "noor", _look(audience="auditor"), "counsellor"),
        {},
    ),
    "by another's key": ("signed-by-another", ("joke", "noor", _look(), "counsellor"), {}),
    "as the member": ("signed-by-another", ("noor", "reporter", _look(basis="own"), None), {}),
    "at another history": (
        "look-elsewhere",
        ("noor", "noor", _look(seen=1, head="00" * 32), "counsellor"),
        {},
    ),
    "at what is yet to come": (
        "look-elsewhere",
        ("noor", "noor", _look(seen=99, head="00" * 32), "counsellor"),
        {},
    ),
    "hidden as a member's own": (
        "misplaced",
        ("noor", "noor", _look(), "counsellor"),
        {"stream": "CASE.looks.noor"},
    ),
    "beside no case": (
        "look-elsewhere",
        ("noor", "noor", _look(), "counsellor"),
        {"stream": "z-0000-0000-00.looks"},
    ),
    "before the case was": (
        "time-runs-back",
        ("noor", "noor", _look(), "counsellor"),
        {"at": "before"},
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_look_is_found(scene: Scene, name: str) -> None:
    """A look that the program would not have made is found, and where it stands."""
    code, words, more = FORGED[name]
    if "at" in more:
        begun = min(event.at for event in scene.events() if event.stream == scene.case)
        more = {"at": begun - timedelta(seconds=1)}
    if "stream" in more:
        more = {"stream": more["stream"].replace("CASE", scene.case)}
    _forge(scene, *words, **more)
    found = scene.wrong()
    assert set(found) == {code}
    assert found[code].partition(".")[1], "the stream of looks is named"


def test_something_else_among_looks_is_found(scene: Scene) -> None:
    """A step in a stream of looks is found."""
    step = next(e for e in scene.events() if e.stream == scene.case and e.seq == 1)
    _forge(scene, "noor", "noor", step.data, "counsellor")
    assert scene.wrong() == {"not-a-look": f"{scene.case}.looks"}


def _taken_out(scene: Scene, stream: str, seq: int) -> None:
    """Take an event out of the database past the store, as its administrator can."""
    with locate(scene.bureau.where, 1.0).engine.begin() as database:
        if database.dialect.name == "sqlite":
            rows = database.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for (name,) in rows.fetchall():
                database.execute(text(f"DROP TRIGGER {name}"))
        else:
            database.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        database.execute(
            text("DELETE FROM events WHERE stream = :stream AND seq = :seq"),
            {"stream": stream, "seq": seq},
        )


def test_a_look_taken_out_is_found(scene: Scene) -> None:
    """A look that is taken out of the middle, or cut off the end, is found."""
    for _ in range(3):
        scene.done("noor", "show", "CASE")
    looks = beside(scene.case)
    _taken_out(scene, looks, 3)
    assert scene.wrong() == {"head-differs": looks}
    _taken_out(scene, looks, 1)
    assert "gap" in scene.wrong()


def test_who_looked_vouches_for_what_was_there(scene: Scene) -> None:
    """A case whose end is cut off after somebody looked is found out, also with its head redone."""
    scene.done("otto", "history", "CASE")
    last = max(event.seq for event in scene.events() if event.stream == scene.case)
    _taken_out(scene, scene.case, last)
    assert scene("saar", "store", "rebuild").exit == 0
    assert scene.wrong()["look-elsewhere"] == beside(scene.case)

"""What a changed program, or whoever can write to the database, puts in: verification names it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.properties import world as w
from tests.properties.desk_play import REGISTRAR, DeskPlay, founded
from workflow.auditing.rebuilding import refolded
from workflow.auditing.verifying import verify_store
from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import seal as sealed
from workflow.declaring.checks import check
from workflow.desk.values import Altered, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.ledger import seal
from workflow.engine.procedure import Office, Procedure, Text, canonical, digest
from workflow.engine.register import STREAM
from workflow.engine.standing import knows, sees, standing
from workflow.officekeys import generations
from workflow.store import Head, Record

KEEPER = Signer(REGISTRAR, w.secret(REGISTRAR))


@pytest.fixture
def play(tmp_path: Path) -> DeskPlay:
    """A founded store, half an hour after its founding."""
    founded(tmp_path / "zaken.db")
    play = DeskPlay(tmp_path / "zaken.db")
    play.now += 30 * w.MINUTE
    return play


def _record(play: DeskPlay, *facts: f.RegisterFact, by: str = REGISTRAR) -> None:
    play.now += w.MINUTE
    play.desk.record(lambda _register, _now: facts, Signer(by, w.secret(by)))
    play.register = play.desk.register()


def _adopted(play: DeskPlay, form: bytes, version: str, branch: str = w.BRANCH) -> str:
    """Adopt a text as a version of `conduct`, past every check; gives its digest."""
    name = hashlib.sha256(form).hexdigest()
    fact = f.Adopted("conduct", version, name, (), branch)
    play.now += w.MINUTE
    play.desk.record(lambda _r, _n: (fact,), KEEPER, lambda tx, _: tx.put_procedure(name, form))
    play.register = play.desk.register()
    return name


def _found(play: DeskPlay) -> list[tuple[str, int, str]]:
    return [(p.stream, p.seq, p.code) for p in verify_store(play.store).problems]


def _report(play: DeskPlay, stream: str = w.STREAM, rules: str = w.RULES.digest) -> None:
    play.now += w.MINUTE
    answers: dict[str, f.Answer] = {"counsellor": "noor", "ground": "unsaid"}
    first = c.Advance("open_report", answers, joining=w.public("reporter"))
    member = Signer("reporter", w.secret("reporter"))
    outcome = play.desk.open(stream, rules, c.Open(w.BRANCH, first), member, {})
    play.case = outcome.case


def _written(
    play: DeskPlay,
    stream: str,
    at: datetime,
    *facts: f.CaseFact,
    rules: str = w.RULES.digest,
    then: tuple[f.CaseFact, ...] = (),
    who: str = "reporter",
) -> None:
    """Write a case into the database, signed by somebody of whom nobody has heard.

    The facts are of one moment, and those in `then` of one a minute later.
    """
    stranger, prev, records = SigningKey.from_seed(bytes(32)), b"", []
    for seq, fact in enumerate((*facts, *then), 1):
        at += w.MINUTE if seq == len(facts) + 1 else timedelta()
        office = who if fact in then else None
        link = seal(stream, seq, prev, at, fact, who, office, rules, at)
        records.append(Record(stream, seq, link.hash, link.body, stranger.sign(link.body)))
        prev = link.hash
    with play.store.write() as tx:
        tx.append(records, Head(stream, len(records), prev, b"{}", None), 0)


# --- the keys of offices -------------------------------------------------------------------------


@pytest.fixture
def renewed(play: DeskPlay) -> DeskPlay:
    """A store in which the chair left, the office was given on, and its key was renewed."""
    _record(play, f.OfficeEnded("regional_chair", "rik", "noord", play.now + w.MINUTE))
    _record(play, f.OfficeGranted("regional_chair", "zef", "noord", play.now))
    _record(play, f.OfficeKeyed("regional_chair", "noord", w.public("zef"), "i-new", ()))
    assert _found(play) == []
    return play


def test_a_key_that_is_recorded_again_is_no_newer(renewed: DeskPlay) -> None:
    """Who left passes an old key of the office on, and what is sealed next is not sealed to it."""
    play = renewed
    old = generations(play.register, "regional_chair", "noord")[0]
    readers = (w.public("zef"),)
    _record(play, f.OfficeKeyed("regional_chair", "noord", old.key, old.item, readers), by="rik")
    newest = play.register.office_key("regional_chair", "zef", "noord", play.now)
    assert newest == w.public("zef")
    assert _found(play) == []


@pytest.mark.parametrize("what", ["another item", "a new key", "the key of another office"])
def test_who_left_makes_no_key_of_the_office(renewed: DeskPlay, what: str) -> None:
    """A key that a former holder records, and that is not one of that office, is named."""
    play = renewed
    old = generations(play.register, "regional_chair", "noord")[0]
    key, item = {
        "another item": (old.key, "i-other"),
        "a new key": (w.public("rik"), "i-mine"),
        "the key of another office": (w.public("deputy_chair"), "i-key-deputy_c"),
    }[what]
    _record(play, f.OfficeKeyed("regional_chair", "noord", key, item, ()), by="rik")
    assert _found(play) == [(STREAM, play.register.seq, "not-registrar")]


# --- procedures ----------------------------------------------------------------------------------

LIKE_A_PARTY = msgspec.structs.replace(
    w.PROCEDURE,
    version="1a",
    offices={**w.PROCEDURE.offices, "reporter": Office(labels=Text("x", "x"))},
)
"""`conduct` with an office that is called like the member: its holder would decide as they do."""
SPEAKING = msgspec.structs.replace(
    w.PROCEDURE,
    version="1b",
    outside={**w.PROCEDURE.outside, "press\x1b[2J": next(iter(w.PROCEDURE.outside.values()))},
)


@pytest.mark.parametrize("procedure", [LIKE_A_PARTY, SPEAKING], ids=["like a party", "speaking"])
def test_an_unsound_procedure_is_named(play: DeskPlay, procedure: Procedure) -> None:
    """A procedure that no file declares, or that its check refuses, is found."""
    _adopted(play, canonical(procedure), procedure.version)
    assert _found(play) == [(STREAM, 0, "procedure-unsound")]


def _with_state(track: str, state: str, **otherwise: object) -> Procedure:
    tracks, was = w.PROCEDURE.tracks, w.PROCEDURE.tracks[track]
    changed = msgspec.structs.replace(was.states[state], **otherwise)
    with_it = msgspec.structs.replace(was, states={**was.states, state: changed})
    return msgspec.structs.replace(w.PROCEDURE, version="1d", tracks={**tracks, track: with_it})


@pytest.mark.parametrize(
    ("code", "procedure"),
    [
        ("no-deadline", _with_state("report", "listening", deadline=None)),
        ("ends-and-rests", _with_state("report", "closed", idle=True)),
    ],
)
def test_what_is_only_badly_made_goes_on(play: DeskPlay, code: str, procedure: Procedure) -> None:
    """Cases go on under a procedure from before there was a check that it does not pass."""
    assert [each.code for each in check(procedure)] == [code]
    name = _adopted(play, canonical(procedure), "1d")
    play.now += w.HOUR
    _report(play, rules=name)
    assert play.do(w.Move(c.Advance("start_listening", {"exception_explained": True}), "noor")).done
    assert _found(play) == []


def test_nothing_that_an_unsound_procedure_decided_holds(play: DeskPlay) -> None:
    """Each event of a case under an unsound procedure is named."""
    name = _adopted(play, canonical(LIKE_A_PARTY), "1a")
    _written(play, "z-5", play.now, f.Opened(w.BRANCH), rules=name)
    assert ("z-5", 1, "procedure-unknown") in _found(play)


def test_bytes_that_are_no_procedure_are_named(play: DeskPlay) -> None:
    """What was adopted and is no procedure at all is found, and verification goes on."""
    _adopted(play, b"{}", "1c", "noord/dorp")
    _report(play)
    assert _found(play) == [(STREAM, 0, "procedure-unsound")]


def test_a_case_runs_under_what_its_branch_follows(play: DeskPlay) -> None:
    """A case begun under a version that the branch no longer follows is named at its beginning."""
    stricter = canonical(msgspec.structs.replace(w.PROCEDURE, version="2"))
    name = _adopted(play, stricter, "2")
    play.now += w.HOUR
    _report(play, "z-2", name)
    assert _found(play) == []
    _written(play, "z-3", play.now, f.Opened(w.BRANCH))
    assert ("z-3", 1, "procedure-not-followed") in _found(play)


def test_a_case_keeps_the_version_that_it_began_with(play: DeskPlay) -> None:
    """A case that began before its branch adopted another version still verifies (B38)."""
    _report(play)
    _adopted(play, canonical(msgspec.structs.replace(w.PROCEDURE, version="2")), "2")
    assert digest(canonical(w.PROCEDURE)) == w.RULES.digest
    play.now += w.HOUR
    assert play.do(w.Move(c.Advance("start_listening", {"exception_explained": True}), "noor")).done
    assert _found(play) == []


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["reporter", "reporter-4f7k", "concerned-aaaa", "clock-1"])
def test_who_is_called_like_a_party_is_named(play: DeskPlay, name: str) -> None:
    """A person in the register whose name could be that of a party is found."""
    _record(play, f.PersonAdded(name, "Spy", w.secret("spy").public.line()))
    assert _found(play) == [(STREAM, play.register.seq, "not-registrar")]


def test_a_procedure_names_nobody_who_is_there(play: DeskPlay) -> None:
    """A procedure that calls a part after somebody in the register is found."""
    of_noor = {**w.PROCEDURE.outside, "noor": next(iter(w.PROCEDURE.outside.values()))}
    form = canonical(msgspec.structs.replace(w.PROCEDURE, version="1d", outside=of_noor))
    _adopted(play, form, "1d")
    assert (STREAM, play.register.seq, "not-registrar") in _found(play)


def test_who_is_called_like_a_party_sees_nothing(play: DeskPlay) -> None:
    """Somebody registered under the name of the member knows of no case, and sees no track."""
    _report(play)
    _record(play, f.PersonAdded("reporter", "Spy", w.secret("spy").public.line()))
    with play.store.read() as tx:
        found, register, rules = play.desk.case(tx, w.STREAM)
    reader = standing(rules.procedure, register, found, "reporter", play.now)
    assert reader.capacities == frozenset()
    assert not knows(rules.procedure, found, reader)
    assert not any(sees(rules.procedure, found, reader, name) for name in found.tracks)


BEGUN = f.Stepped("open_report", "report", "none", "received")
KIND = next(n for n, kind in w.PROCEDURE.kinds.items() if "mediator" in kind.added_by)
SPEAKS = "z-x\n\x1b[2J\x1b[HAll holds: 9 events"


def test_the_number_of_a_case_says_nothing_else(play: DeskPlay) -> None:
    """A case number with control characters in it is named, and shown with them escaped."""
    _written(play, SPEAKS, play.now, f.Opened(w.BRANCH))
    told: list[str] = []
    report = verify_store(play.store, progress=told.append)
    shown = "z-x\\n\\x1b[2J\\x1b[HAll holds: 9 events"
    assert (shown, 0, "name-unreadable") in {(p.stream, p.seq, p.code) for p in report.problems}
    said = [p.stream for p in report.problems] + [str(p.particulars) for p in report.problems]
    assert all(text.isprintable() for text in (*said, *told))


@pytest.mark.parametrize("name", ["a\x1b[2J", "b\nc", "d\u202ee", "f\u009bg", "h\x7fi"])
def test_a_name_in_an_event_says_nothing_else(play: DeskPlay, name: str) -> None:
    """An event in which a name would change how a terminal shows it is named."""
    _report(play)
    _record(play, f.PersonAdded("spy", name, w.secret("spy").public.line()))
    assert (STREAM, play.register.seq, "name-unreadable") in _found(play)


def test_a_backslash_is_no_control_character(play: DeskPlay) -> None:
    """A name with a backslash before an n is a name like another."""
    _record(play, f.PersonAdded("spy", "Ann\\nie", w.secret("spy").public.line()))
    assert _found(play) == []


# --- times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "at",
    [
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(3000, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 2, 10),
    ],
    ids=["9999", "3000", "1", "without a zone"],
)
def test_a_time_that_cannot_be_is_named(play: DeskPlay, at: datetime) -> None:
    """An event of a year out of range, or without a zone, is named, and so is all the rest."""
    _report(play)
    _written(play, "z-far", at, f.Opened(w.BRANCH), BEGUN)
    _written(play, "z-new", play.now, f.Read("i-none", "own"))
    found = _found(play)
    assert ("z-far", 1, "time-impossible") in found
    assert ("z-new", 1) in {(stream, seq) for stream, seq, _ in found}
    assert w.STREAM not in {stream for stream, _, _ in found}


def test_a_time_that_cannot_be_stops_no_rebuilding(play: DeskPlay) -> None:
    """Heads are computed anew although a case in the database is of the year 9999."""
    _report(play)
    _written(play, "z-far", datetime(9999, 12, 31, tzinfo=UTC), f.Opened(w.BRANCH), BEGUN)
    with play.store.read() as tx:
        found = refolded(tx)
    assert {problem.stream for problem in found.problems} == {"z-far"}
    assert w.STREAM in {head.stream for head in found.heads}


def test_what_the_engine_stumbles_over_is_named(play: DeskPlay) -> None:
    """A party under the name of an office, signed by their own key, ends no verification."""
    key = SigningKey.from_seed(bytes(32)).public.line()
    as_office = f.Joined("mediator", "mediator", key)
    note = f.Added("i-odd", KIND, ("mediator",), "mediator", "00", 1, ())
    _written(play, "z-odd", play.now, f.Opened(w.BRANCH), as_office, then=(note,), who="mediator")
    _report(play)
    found = _found(play)
    assert ("z-odd", 3, "cannot-follow") in found
    assert w.STREAM not in {stream for stream, _, _ in found}


def test_nothing_is_sealed_where_the_history_does_not_verify(play: DeskPlay) -> None:
    """A note is not sealed to anyone while the register holds somebody called like a party."""
    _report(play)
    _record(play, f.PersonAdded("reporter", "Spy", w.secret("spy").public.line()))
    made = sealed(b"told")
    note = c.NewItem("i-told", hashlib.sha256(made.ciphertext).hexdigest(), len(made.ciphertext))
    listened = c.Advance("start_listening", {"exception_explained": True}, note)
    play.now += w.MINUTE
    with pytest.raises(Altered):
        play.desk.perform(w.STREAM, listened, Signer("noor", w.secret("noor")), {"i-told": made})

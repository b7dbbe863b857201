"""Nothing leaves on what somebody wrote into the database: stored state is not believed.

Each test plays an administrator who may write every table, and then the next person at the desk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.properties import world as w
from tests.properties.desk_play import DeskPlay, founded
from workflow.auditing.rebuilding import refolded
from workflow.auditing.verifying import verify_store
from workflow.desk.appending import append
from workflow.desk.loading import Loader
from workflow.desk.values import Altered, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case, Consent
from workflow.engine.deciding import Actor, decide
from workflow.engine.ledger import seal
from workflow.engine.register import STREAM, Register
from workflow.store import Head, Record, Store

NOTE = c.NewItem("i-first", "00", 1)
CHAIR = "regional_chair"


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A store with one report in it, whose conversation is the item `i-first`."""
    path = tmp_path / "zaken.db"
    founded(path)
    first = c.Advance(
        "open_report",
        {"counsellor": "noor", "ground": "unsaid"},
        NOTE,
        joining=w.public("reporter"),
    )
    assert DeskPlay(path).do(w.Move(c.Open(w.BRANCH, first), "noor")).done
    return path


def _share(path: Path) -> w.Result:
    play = DeskPlay(path)
    with play.store.read() as tx:
        play.case, _, _ = play.desk.case(tx, w.STREAM)
    return play.do(w.Move(c.Share(("i-first",), CHAIR, "support"), "noor", wait=w.HOUR))


def _rewrite(path: Path, stream: str, change: Callable[[bytes], bytes]) -> None:
    with sqlite3.connect(path) as db:
        [(state,)] = db.execute("SELECT state FROM heads WHERE stream = ?", (stream,)).fetchall()
        db.execute("UPDATE heads SET state = ? WHERE stream = ?", (change(state), stream))
    db.close()


def _with_consent(state: bytes) -> bytes:
    case = msgspec.json.decode(state, type=Case)
    forged = Consent("reporter", CHAIR, "support", "code", w.START, kind="conversation")
    return msgspec.json.encode(msgspec.structs.replace(case, consents={"c-forged": forged}))


def test_without_tampering_the_rule_answers(where: Path) -> None:
    """On an honest store the same request is refused for want of consent, not for tampering."""
    assert [reason.code for reason in _share(where).refused] == ["consent-missing"]


def test_a_consent_written_into_the_state_lets_nothing_leave(where: Path) -> None:
    """A consent that no signed event gave is found before the item is sealed to anyone."""
    _rewrite(where, w.STREAM, _with_consent)
    with pytest.raises(Altered) as altered:
        _share(where)
    assert [(p.stream, p.code) for p in altered.value.problems] == [(w.STREAM, "state-differs")]


@pytest.fixture
def prepared(where: Path) -> Path:
    """The same, where the member prepares a handover and no consent covers the packet."""
    play = DeskPlay(where)
    play.case, _ = play.stored()
    advice, packet = c.NewItem("i-advice", "00", 1), c.NewItem("i-packet", "00", 1)
    told: dict[str, f.Answer] = {"exception_explained": True}
    weighed: dict[str, f.Answer] = {"severity": "light", "simple": True}
    moves: tuple[tuple[c.Command, str], ...] = (
        (c.Advance("start_listening", told), "noor"),
        (c.Advance("weigh", weighed), "noor"),
        (c.Advance("advise", {"options": ("support", "nothing")}, advice), "noor"),
        (c.Advance("give_advice"), "noor"),
        (c.Advance("choose_referral", {"target": "disputes_committee"}), "reporter"),
        (c.AddItem(packet, "packet"), "reporter"),
    )
    for command, who in moves:
        assert play.do(w.Move(command, who, wait=w.HOUR)).done, command
    return where


def _hand_over(path: Path) -> w.Result:
    play = DeskPlay(path)
    play.case, _ = play.stored()
    play.now += timedelta(days=1)
    return play.do(w.Move(c.Advance("hand_over", into="z-2"), "reporter"))


def test_without_tampering_nothing_is_handed_over(prepared: Path) -> None:
    """On an honest store the handover is refused for want of consent, not for tampering."""
    assert [reason.code for reason in _hand_over(prepared).refused] == ["packet-empty"]


def test_a_consent_written_into_the_state_files_nothing(prepared: Path) -> None:
    """A consent that no signed event gave is found before a document is filed in another case."""

    def change(state: bytes) -> bytes:
        case = msgspec.json.decode(state, type=Case)
        forged = Consent(
            "reporter", "disputes_committee", "ruling", "code", w.START, items=("i-packet",)
        )
        return msgspec.json.encode(msgspec.structs.replace(case, consents={"c-forged": forged}))

    _rewrite(prepared, w.STREAM, change)
    with pytest.raises(Altered) as altered:
        _hand_over(prepared)
    assert [(p.stream, p.code) for p in altered.value.problems] == [(w.STREAM, "state-differs")]


def test_a_key_written_into_the_case_receives_nothing(where: Path) -> None:
    """A member's key replaced in the stored state gets no new item sealed to it."""

    def change(state: bytes) -> bytes:
        return state.replace(w.public("reporter").encode(), w.public("olga").encode())

    _rewrite(where, w.STREAM, change)
    play = DeskPlay(where)
    with play.store.read() as tx:
        play.case, _, _ = play.desk.case(tx, w.STREAM)
    with pytest.raises(Altered):
        play.do(w.Move(c.AddItem(NOTE, "conversation"), "noor", wait=w.HOUR))


def test_a_key_written_into_the_register_receives_nothing(where: Path) -> None:
    """A colleague's key replaced in the stored register gets nothing sealed to it."""

    def change(state: bytes) -> bytes:
        register = msgspec.json.decode(state, type=Register)
        person = msgspec.structs.replace(register.persons["bram"], key=w.public("olga"))
        persons = {**register.persons, "bram": person}
        return msgspec.json.encode(msgspec.structs.replace(register, persons=persons))

    _rewrite(where, STREAM, change)
    play = DeskPlay(where)
    with play.store.read() as tx:
        play.case, _, _ = play.desk.case(tx, w.STREAM)
    with pytest.raises(Altered):
        play.do(w.Move(c.AddItem(NOTE, "conversation"), "noor", wait=w.HOUR))


def test_an_item_in_the_place_of_another_does_not_leave(where: Path) -> None:
    """Another item's bytes and keys put under a name with consent are not passed on."""
    play = DeskPlay(where)
    with play.store.read() as tx:
        play.case, _, _ = play.desk.case(tx, w.STREAM)
    second = c.NewItem("i-second", "00", 1)
    added = play.do(w.Move(c.AddItem(second, "packet"), "noor", wait=w.HOUR))
    assert added.done
    packet = "i-second"
    given = c.GiveConsent(
        "reporter", CHAIR, "support", items=(packet,), said=c.Said("reporter", "spoken")
    )
    assert play.do(w.Move(given, "noor")).done
    with sqlite3.connect(where) as db:
        for table in ("items", "item_keys"):
            db.execute(f"DELETE FROM {table} WHERE item = ?", (packet,))  # noqa: S608
            db.execute(
                f"UPDATE {table} SET item = ? WHERE item = 'i-first'",  # noqa: S608
                (packet,),
            )
    db.close()
    shared = play.do(w.Move(c.Share((packet,), CHAIR, "support"), "noor"))
    assert [reason.code for reason in shared.refused] == ["cannot-open"]


FORGED: dict[str, tuple[str, str | None, f.CaseFact]] = {
    "a consent": (
        "olga",
        None,
        f.Consented("c-forged", "reporter", CHAIR, "support", "code", w.START, kind="conversation"),
    ),
    "a consent recorded by a counsellor of another case": (
        "bram",
        "counsellor",
        f.Consented("c-forged", "reporter", CHAIR, "support", "spoken", w.START, kind="packet"),
    ),
    "an emergency": ("olga", None, f.EmergencyOpened((CHAIR,), w.START + 3000 * w.DAY)),
    "another key of the member": ("reporter", None, f.Joined("reporter", "reporter", "KEY")),
    "another counsellor": ("bram", "counsellor", f.Assigned("counsellor", ("bram",))),
    "a recusal": ("olga", None, f.Recused("ada", "witness")),
    "a consequence of nothing": (
        "olga",
        None,
        f.Stepped("stand_back", "report", "received", "closed", because="nothing"),
    ),
    "a decision the counsellor signs": (
        "noor",
        "counsellor",
        f.Stepped("close", "report", "received", "closed", {}, "reporter", "code"),
    ),
    "a disclosure to a stranger": (
        "noor",
        "counsellor",
        f.Disclosed("i-first", CHAIR, "support", "consent", ("c-none",), ("KEY",)),
    ),
}


def _append(path: Path, who: str, office: str | None, *facts: f.CaseFact) -> int:
    """Append facts, all at one moment, behind the program's back; gives the place of the first."""
    key = w.secret("olga" if who == "reporter" else who)
    at = w.START + w.HOUR
    with Store.open(str(path)) as store:
        with store.write() as tx:
            head, _ = tx.pair(w.STREAM, 0)
            assert head is not None
            prev, records = head.hash, []
            for seq, fact in enumerate(facts, head.seq + 1):
                link = seal(w.STREAM, seq, prev, at, fact, who, office, w.RULES.digest, at)
                records.append(Record(w.STREAM, seq, link.hash, link.body, key.sign(link.body)))
                prev = link.hash
            last = Head(w.STREAM, head.seq + len(facts), prev, head.state, head.due)
            tx.append(records, last, head.seq)
        with store.read() as tx:
            heads = refolded(tx).heads
        store.rewrite_heads(heads)
    return head.seq + 1


@pytest.mark.parametrize(("who", "office", "fact"), FORGED.values(), ids=FORGED.keys())
def test_nothing_gets_into_a_history_but_through_the_rules(
    where: Path, who: str, office: str | None, fact: f.CaseFact
) -> None:
    """An event appended behind the program's back is named, however well it is signed."""
    olga = w.public("olga")
    if isinstance(fact, f.Joined):
        fact = msgspec.structs.replace(fact, key=olga)
    if isinstance(fact, f.Disclosed):
        fact = msgspec.structs.replace(fact, readers=(olga,))
    seq = _append(where, who, office, fact)
    with Store.open(str(where)) as store:
        named = {(problem.stream, problem.seq) for problem in verify_store(store).problems}
    assert (w.STREAM, seq) in named


@pytest.fixture
def signalled(tmp_path: Path) -> Path:
    """A store with one signal in it, which the regional chair assesses."""
    path = tmp_path / "zaken.db"
    founded(path)
    play = DeskPlay(path)
    signal = c.Advance("give_signal", {"corners": ("members",)}, NOTE)
    assert play.do(w.Move(c.Open(w.BRANCH, signal), "vera")).done
    assert play.do(w.Move(c.Advance("assess"), "rik")).done
    return path


STOOD_BACK = f.Stepped("stand_back", "support_group", "assessing", "stood_back", because="linked")


@pytest.mark.parametrize("told_by", ["z-8", "z-9", w.STREAM])
def test_what_no_case_told_was_not_heard(signalled: Path, told_by: str) -> None:
    """A step that a case is said to have told is named, where that case told none or is not there.

    `z-9` is a dispute of somebody else that has told nothing.
    """
    play = DeskPlay(signalled)
    filing = c.Open(w.BRANCH, c.Advance("file", joining=w.public("applicant")))
    member = Signer("applicant", w.secret("applicant"))
    play.desk.open("z-9", w.ELSEWHERE["dispute"].digest, filing, member, {})
    seq = _append(signalled, "dirk", None, f.Heard(told_by, 1), STOOD_BACK)
    found = verify_store(play.store).problems
    assert (w.STREAM, seq, "heard-nothing") in {(p.stream, p.seq, p.code) for p in found}


def test_an_honest_telling_is_heard(signalled: Path) -> None:
    """Where the committee does say that the two are one matter, the same step verifies."""
    play = DeskPlay(signalled)
    play.case, _ = play.stored()
    told = c.Hear(w.SIGNAL_STREAM, 1, ("stand_back",), linked=True)
    result = play.do(w.Move(told, "dirk", wait=w.HOUR))
    assert STOOD_BACK in [event.data for event in result.events]
    assert verify_store(play.store).problems == ()


def test_a_case_that_calls_itself_of_one_matter_is_named(where: Path) -> None:
    """A case that says it is of one matter with another is named, if the other does not say so."""
    play = DeskPlay(where)
    rules, own = w.ELSEWHERE["dispute"], w.secret("applicant")
    first = c.Advance("file", joining=w.public("applicant"))
    filing = c.Open(w.BRANCH, first, linked=w.STREAM)
    register, now = play.desk.register(), w.START + w.DAY
    draft = decide(rules, None, filing, Actor("applicant"), register, now, b"", stream="z-2")
    with play.store.write() as tx:
        append(tx, Loader(), draft, None, now, Signer("applicant", own), {})
    found = verify_store(play.store).problems
    assert [(p.stream, p.code) for p in found] == [("z-2", "link-one-sided")]

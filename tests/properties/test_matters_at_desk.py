"""What one case tells another at the desk: only those it is linked with, and never unnoticed.

Each test plays somebody who oversteps (with an altered program, another clock or a hand in the
database) and then honest people, or an auditor.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.properties import town as t
from tests.properties.matters_play import Matters, public, secret
from workflow.desk import filing
from workflow.desk.desk import Desk
from workflow.desk.values import Altered, ClockBehind, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case, Consent
from workflow.engine.draft import Draft, Entry
from workflow.engine.matters import Neighbour, told
from workflow.engine.reasons import Refusal

YEARS = timedelta(days=3650)
RULING = ("ruling", "investigation")


@pytest.fixture
def matters(tmp_path: Path) -> Matters:
    """A store with everyone of the town, and no cases yet."""
    return Matters(tmp_path / "zaken.db")


def _codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def _examined(matters: Matters) -> None:
    """A dispute that a member brought without any report before it."""
    matters.open("z-d", "dispute", "file", "applicant", "a request")
    matters.step("z-d", "examine", "dirk")


def _one_matter(matters: Matters, signal: str = "z-s") -> None:
    matters.step("z-d", "say_one_matter", "dirk", case=signal, warned=True)


# --- who may say that two cases are one matter ----------------------------------------------------


def test_nobody_says_at_the_desk_from_which_case_theirs_was_filed(matters: Matters) -> None:
    """Opening a case as if it were filed from another is refused, and nothing is opened."""
    matters.advised()
    first = c.Advance("file", joining=public("z-evil:applicant"))
    opening = c.Open(t.BRANCH, first, linked="z-c")
    stranger = Signer("applicant", secret("z-evil:applicant"))
    with pytest.raises(Refusal) as refused:
        matters.desk.open("z-evil", matters.rules["dispute"].digest, opening, stranger, {})
    assert _codes(refused) == ["no-such-case"]
    with matters.store.read() as tx:
        assert "z-evil" not in tx.streams()


def _pretending(matters: Matters) -> None:
    """A stranger writes a dispute into the database that says it was filed from `z-c`."""
    matters.now += t.MINUTE
    digest, who, at = matters.rules["dispute"].digest, "applicant", matters.now
    moved = f.Stepped("file", "application", "none", "filed", {}, who, "code")
    received = f.Stepped("receive", "dispute", "none", "filed", {}, who, because="file")
    entries = (
        Entry(f.Opened(t.BRANCH), who, None, at),
        Entry(f.Linked("z-c"), who, None, at),
        Entry(f.Joined(who, who, public("z-evil:applicant")), who, who, at),
        Entry(moved, who, who, at),
        Entry(received, who, who, at),
    )
    matters.write("z-evil", digest, entries, secret("z-evil:applicant"), at)


def test_a_stranger_does_not_bring_a_case_back(matters: Matters) -> None:
    """Withdrawing a dispute that only says it came from a member's case does nothing to that case.

    Its consents live on, and verifying names the stranger's dispute alone.
    """
    matters.filed()
    _pretending(matters)
    matters.step("z-evil", "withdraw", "applicant")
    case = matters.case("z-c")
    assert (case.state("report"), case.state("handover")) == ("handed_over", "filed")
    assert any(given.live(matters.now) for given in case.consents.values())
    problems = matters.problems()
    assert {problem.stream for problem in problems} == {"z-evil"}
    assert "link-one-sided" in {problem.code for problem in problems}


def test_who_links_one_case_writes_nothing_into_another(matters: Matters) -> None:
    """A step heard in a case that the teller is not linked with is named, by its case alone too."""
    matters.signalled()
    matters.open("z-s2", "conduct", "give_signal", "gijs", "another", corners=("members",))
    matters.step("z-s2", "assess", "rik")
    _examined(matters)
    _one_matter(matters)
    told = next(
        e for e in matters.history("z-d") if getattr(e.data, "step", "") == "say_one_matter"
    )
    stood_back = f.Stepped(
        "stand_back", "support_group", "assessing", "stood_back", because="linked"
    )
    entries = tuple(
        Entry(fact, "dirk", None, told.at) for fact in (f.Heard("z-d", told.seq), stood_back)
    )
    matters.write("z-s2", matters.rules["conduct"].digest, entries, secret("dirk"), told.at)
    for only in ("z-s2", None):
        assert ("z-s2", "refused") in {(p.stream, p.code) for p in matters.problems(only)}
    assert {problem.stream for problem in matters.problems()} == {"z-s2"}


def test_who_says_to_be_linked_tells_nothing_to_who_does_not(matters: Matters) -> None:
    """A case that a dispute only says to be linked with is passed over when the dispute tells."""
    matters.signalled()
    matters.open("z-s2", "conduct", "give_signal", "gijs", "another", corners=("members",))
    matters.step("z-s2", "assess", "rik")
    _examined(matters)
    claimed = (Entry(f.Linked("z-s2"), "dirk", None, matters.now + t.MINUTE),)
    digest = matters.rules["dispute"].digest
    matters.write("z-d", digest, claimed, secret("dirk"), matters.now + t.MINUTE)
    matters.now += t.MINUTE
    _one_matter(matters)
    assert matters.state("z-s", "support_group") == "stood_back"
    assert matters.state("z-s2", "support_group") == "assessing"


def test_who_is_kept_out_of_a_case_does_not_link_it(matters: Matters) -> None:
    """A committee member whom a signal names gets the answer for a case that is not there."""
    involved = {"corners": ("board",), "involved": ("dirk",)}
    matters.open("z-s", "conduct", "give_signal", "vera", "a conflict", **involved)
    _examined(matters)
    answers = []
    for number in ("z-s", "z-nowhere"):
        with pytest.raises(Refusal) as refused:
            _one_matter(matters, number)
        answers.append((refused.value.command, refused.value.reasons))
    assert answers[0] == answers[1]
    assert [reason.code for reason in answers[0][1]] == ["no-such-case"]
    assert matters.state("z-s", "support_group") == "signalled"
    matters.now += t.MINUTE
    joins = f.OfficeGranted("disputes_committee", "olga", "partij", matters.now)
    matters.desk.record(lambda _register, _now: (joins,), matters.keeper)
    matters.step("z-d", "say_one_matter", "olga", case="z-s", warned=True)
    assert matters.state("z-s", "support_group") == "stood_back"
    assert matters.problems() == ()


def test_a_link_by_who_is_kept_out_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an altered program links all the same, verifying says that it was not allowed."""
    involved = {"corners": ("board",), "involved": ("dirk",)}
    matters.open("z-s", "conduct", "give_signal", "vera", "a conflict", **involved)
    _examined(matters)
    real = told

    def careless(
        draft: Draft, others: Mapping[str, Neighbour], who: str, now: datetime, seed: bytes
    ) -> dict[str, Draft]:
        bare = {
            name: msgspec.structs.replace(
                other, case=msgspec.structs.replace(other.case, recused={})
            )
            for name, other in others.items()
        }
        after = real(draft, bare, who, now, seed)
        return {
            name: msgspec.structs.replace(
                one, case=msgspec.structs.replace(one.case, recused=others[name].case.recused)
            )
            for name, one in after.items()
        }

    monkeypatch.setattr(filing, "told", careless)
    _one_matter(matters)
    monkeypatch.undo()
    assert matters.state("z-s", "support_group") == "stood_back"
    assert ("z-d", "refused") in matters.found()


# --- which case comes back -----------------------------------------------------------------------


def _inquired(matters: Matters) -> str:
    """A report to the integrity committee; gives the name of the document that went along."""
    packet = matters.advised()
    matters.choose("z-c", "integrity_committee", packet)
    matters.step("z-c", "hand_over_integrity", "reporter", into="z-i")
    return packet


def _concluded(matters: Matters, *, anew: bool = False) -> None:
    """The investigation `z-i` takes its course, up to a conclusion that is followed up."""
    if not anew:
        matters.step("z-i", "begin_screening", "ineke")
        whom = ("ivo",)
        matters.step(
            "z-i", "propose_commission", "nina", by="bureau", investigators=whom, readers_fixed=True
        )
        matters.step("z-i", "confirm_commission", "niels")
        matters.step("z-i", "start", "ivo", independent=True)
    joining = None if anew else "accused"
    words = "what they say"
    matters.step("z-i", "put_to_accused", "ivo", words, joining=joining, names_reporter=False)
    matters.step("z-i", "answer", "accused", "it is not so")
    if not anew:
        matters.add("z-i", "annex", "ivo", "a fragment", of=("accused",))
    matters.step("z-i", "deliver", "ivo", "the report", finding="not_established")
    matters.step("z-i", "begin_weighing", "nina", readers="delegates")
    for name, item in matters.case("z-i").items.items():
        if item.kind in ("report", "annex"):
            matters.do("z-i", c.Read(name), "nina")
    matters.step("z-i", "conclude", "nina", "the conclusion", weighers=("nina",))
    matters.step("z-i", "follow_up", "nina")


def test_an_earlier_filing_does_not_bring_back_a_later_one(matters: Matters) -> None:
    """While a later filing is pending, a second conclusion of the earlier one changes nothing here.

    The consents for the later filing live on, and all of it verifies.
    """
    packet = _inquired(matters)
    _concluded(matters)
    assert matters.state("z-c", "handover") == "returned"
    matters.choose("z-c", "disputes_committee", packet)
    matters.step("z-c", "hand_over", "reporter", into="z-d")
    matters.step("z-i", "investigate_new_facts", "nina")
    _concluded(matters, anew=True)
    assert matters.state("z-c", "handover") == "filed"
    ruling = [g for g in matters.case("z-c").consents.values() if g.purpose == "ruling"]
    assert [given.live(matters.now) for given in ruling] == [True]
    assert matters.problems() == ()
    matters.step("z-d", "withdraw", "applicant")
    assert matters.state("z-c", "handover") == "returned"
    assert matters.problems() == ()


def test_a_case_brought_back_by_an_earlier_filing_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an altered program brings it back from the earlier filing, that case alone tells it."""
    packet = _inquired(matters)
    _concluded(matters)
    matters.choose("z-c", "disputes_committee", packet)
    matters.step("z-c", "hand_over", "reporter", into="z-d")
    matters.step("z-i", "investigate_new_facts", "nina")
    monkeypatch.setattr("workflow.engine.matters.pending", lambda _: "z-i")
    _concluded(matters, anew=True)
    monkeypatch.undo()
    assert matters.state("z-c", "handover") == "returned"
    for only in ("z-c", None):
        assert ("z-c", "heard-nothing") in {(p.stream, p.code) for p in matters.problems(only)}


def test_who_withdraws_their_official_report_has_their_case_back(matters: Matters) -> None:
    """Withdrawing from an investigation brings the member's case back, to be handed over or erased.

    The investigation itself goes on, without what they gave to it.
    """
    packet = _inquired(matters)
    matters.step("z-i", "withdraw", "notifier")
    assert matters.state("z-i", "investigation") == "reported"
    assert matters.state("z-c", "handover") == "returned"
    assert matters.state("z-c", "report") == "member_deciding"
    matters.choose("z-c", "disputes_committee", packet)
    matters.step("z-c", "hand_over", "reporter", into="z-d")
    matters.step("z-i", "begin_screening", "ineke")
    matters.step("z-i", "dismiss", "ineke", "nothing to look into")
    assert matters.state("z-c", "handover") == "filed"
    assert matters.problems() == ()


# --- what was not told, and what is gone ----------------------------------------------------------


def test_a_case_that_was_not_told_is_missed(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A committee whose program rejects and never tells the member's case is named for it."""
    matters.filed()
    matters.step("z-d", "examine", "dirk")
    monkeypatch.setattr(filing, "tell", lambda *_: None)
    matters.step("z-d", "reject", "dirk", "no decision of an organ")
    monkeypatch.undo()
    rejected = next(e for e in matters.history("z-d") if getattr(e.data, "step", "") == "reject")
    (missed,) = matters.problems()
    assert (missed.stream, missed.seq, missed.code) == ("z-d", rejected.seq, "told-nobody")


def test_what_a_case_does_after_it_was_told_nothing_is_no_omission(matters: Matters) -> None:
    """A case that gets ready for a step only after it could have been told is not missed.

    Also where whoever makes it ready has a clock that stands before the telling.
    """
    matters.filed()
    matters.step("z-d", "examine", "dirk")
    matters.signalled()
    _one_matter(matters)
    matters.step("z-d", "reject", "dirk", "no decision of an organ")
    again = {"corners": ("members",)}
    matters.now -= 2 * t.MINUTE
    matters.open("z-s2", "conduct", "give_signal", "gijs", "another", **again)
    matters.now += 9 * t.MINUTE
    assert matters.problems() == ()


def test_a_filed_case_that_is_gone_is_missed(matters: Matters) -> None:
    """A filed case that was removed from the database whole is named by the case it came from."""
    matters.filed()
    with sqlite3.connect(matters.where) as db:
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {trigger}")
        for table in ("events", "heads", "items", "item_keys"):
            db.execute(f"DELETE FROM {table} WHERE stream = 'z-d'")  # noqa: S608
    db.close()
    assert {(p.stream, p.code, p.particulars["case"]) for p in matters.problems()} == {
        ("z-c", "linked-missing", "z-d")
    }
    assert matters.problems("z-c") == ()


# --- clocks --------------------------------------------------------------------------------------


def _ahead(matters: Matters, stream: str, who: str, kind: str) -> None:
    """Somebody reads in a case on a machine whose clock is ten years ahead."""
    item = next(name for name, one in matters.case(stream).items.items() if one.kind == kind)
    matters.now += YEARS
    matters.do(stream, c.Read(item), who)
    matters.now -= YEARS


def test_a_wrong_clock_stays_in_its_own_case(matters: Matters) -> None:
    """A case of the matter that is told nothing does not set the time for those that are."""
    matters.filed()
    matters.signalled()
    matters.step("z-d", "examine", "dirk")
    _one_matter(matters)
    _ahead(matters, "z-s", "vera", "signal")
    matters.step("z-d", "withdraw", "applicant")
    for stream in ("z-d", "z-c"):
        assert matters.case(stream).latest == matters.now
    assert matters.state("z-c", "handover") == "returned"
    matters.step("z-c", "close", "reporter")
    assert matters.problems() == ()


def test_who_must_tell_a_case_ahead_of_them_is_told_of_the_clock(matters: Matters) -> None:
    """Where the case to be told lies ahead, nothing happens in either, and the clock is named.

    Of the other case nothing is said but the time.
    """
    matters.filed()
    _ahead(matters, "z-c", "reporter", "packet")
    before = matters.case("z-c"), matters.case("z-d")
    with pytest.raises(ClockBehind) as behind:
        matters.step("z-d", "withdraw", "applicant")
    assert (behind.value.now, behind.value.latest) == (matters.now, before[0].latest)
    assert behind.value.stream is None
    assert (matters.case("z-c"), matters.case("z-d")) == before


def test_linking_a_case_ahead_tells_nothing_of_it(matters: Matters) -> None:
    """To link a case whose events lie ahead gets the answer for a case that is not there."""
    matters.signalled()
    _ahead(matters, "z-s", "vera", "signal")
    _examined(matters)
    with pytest.raises(Refusal) as refused:
        _one_matter(matters)
    assert _codes(refused) == ["no-such-case"]


def test_a_clock_behind_the_register_is_told_by_whom(matters: Matters) -> None:
    """Whoever is behind the register hears which event of it lies ahead, and who recorded it."""
    matters.advised()
    matters.now += YEARS
    ended = f.OfficeEnded("conduct_team", "tess", "partij", matters.now)
    matters.desk.record(lambda _register, _now: (ended,), Signer("tess", secret("tess")))
    matters.now -= YEARS
    seq = matters.desk.register().seq
    with pytest.raises(ClockBehind) as behind:
        matters.step("z-c", "close", "reporter")
    assert (behind.value.stream, behind.value.seq, behind.value.who) == ("register", seq, "tess")


# --- what a desk has seen for itself ------------------------------------------------------------


@pytest.mark.parametrize("seals", [False, True], ids=["a reading", "a document"])
def test_a_desk_does_not_trust_what_it_added_to_something_unchecked(
    matters: Matters, seals: bool
) -> None:
    """A consent written into the state lets nothing leave, also after the same desk did something.

    A document is sealed to its readers, so that adding one stops already.
    """
    told = matters.advised()
    given = Consent("reporter", "regional_chair", "support", "code", t.START, items=(told,))
    with sqlite3.connect(matters.where) as db:
        [(state,)] = db.execute("SELECT state FROM heads WHERE stream = 'z-c'").fetchall()
        case = msgspec.structs.replace(
            msgspec.json.decode(state, type=Case), consents={"c-forged": given}
        )
        db.execute("UPDATE heads SET state = ? WHERE stream = 'z-c'", (msgspec.json.encode(case),))
    db.close()
    matters.desk = Desk(matters.store, lambda: matters.now, os.urandom)
    if seals:
        with pytest.raises(Altered):
            matters.add("z-c", "packet", "reporter", "another")
    else:
        matters.do("z-c", c.Read(told), "reporter")
    with pytest.raises(Altered):
        matters.do("z-c", c.Share((told,), "regional_chair", "support"), "noor")


def test_a_desk_checks_a_case_once(matters: Matters, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a desk has checked it does not check again while nobody else adds to it."""
    matters.advised()
    matters.desk = matters.fresh()
    matters.add("z-c", "packet", "reporter", "one")
    monkeypatch.setattr(
        "workflow.desk.loading.check_case", lambda *_: pytest.fail("it was checked already")
    )
    told = matters.add("z-c", "packet", "reporter", "two")
    matters.do("z-c", c.Read(told), "reporter")
    matters.add("z-c", "packet", "reporter", "three")

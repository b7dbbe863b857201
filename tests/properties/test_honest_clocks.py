"""What was honestly done verifies, also where clocks stand apart and standing-in ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.properties import world as w
from tests.properties.desk_play import REGISTRAR, DeskPlay, founded
from workflow.auditing.verifying import verify_store
from workflow.desk.values import ClockBehind, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.ledger import Problem

KEEPER = Signer(REGISTRAR, w.secret(REGISTRAR))


@pytest.fixture
def play(tmp_path: Path) -> DeskPlay:
    """A founded store, half an hour after its founding."""
    founded(tmp_path / "zaken.db")
    play = DeskPlay(tmp_path / "zaken.db")
    play.now += 30 * w.MINUTE
    return play


def _note(name: str) -> c.NewItem:
    return c.NewItem(f"i-{name}", "00", 1)


def _record(play: DeskPlay, *facts: f.RegisterFact) -> None:
    play.desk.record(lambda _register, _now: facts, KEEPER)
    play.register = play.desk.register()


def _granted(play: DeskPlay, office: str, person: str, branch: str = "noord") -> None:
    play.now += w.MINUTE
    _record(play, f.OfficeGranted(office, person, branch, play.now))


def _ended(
    play: DeskPlay, office: str, person: str, branch: str = "noord", at: datetime | None = None
) -> None:
    play.now += w.MINUTE
    _record(play, f.OfficeEnded(office, person, branch, at or play.now))


def _done(play: DeskPlay, who: str, command: c.Command) -> None:
    result = play.do(w.Move(command, who))
    assert result.done, (result.refused, result.bad)


def _found(play: DeskPlay) -> list[tuple[str, int, str]]:
    return [_place(problem) for problem in verify_store(play.store).problems]


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.stream, problem.seq, problem.code


def _report(play: DeskPlay, counsellor: str = "noor") -> None:
    answers: dict[str, f.Answer] = {"counsellor": counsellor, "ground": "unsaid"}
    first = c.Advance("open_report", answers, _note("first"), joining=w.public("reporter"))
    _done(play, "reporter", c.Open(w.BRANCH, first))


def _signal(play: DeskPlay) -> None:
    given = c.Advance("give_signal", {"corners": ("members",)}, _note("signal"))
    _done(play, "vera", c.Open(w.BRANCH, given))


def _group(play: DeskPlay) -> None:
    _signal(play)
    _done(play, "rik", c.Advance("assess"))
    answers: dict[str, f.Answer] = {"helpers": ("hanna", "hugo"), "conflict_present": True}
    _done(play, "rik", c.Advance("activate", answers))


def _reaffirmed(play: DeskPlay) -> None:
    _done(play, "rik", c.Advance("reaffirm", {"conflict_present": True}))


def test_nobody_opens_a_case_before_what_the_register_knows(play: DeskPlay) -> None:
    """A member whose machine is behind the register is told so, and no case is opened."""
    _granted(play, "counsellor", "olga")
    play.now -= 3 * w.MINUTE
    with pytest.raises(ClockBehind):
        _report(play, "olga")
    play.now += 10 * w.MINUTE
    _report(play, "olga")
    assert _found(play) == []


def test_what_was_done_before_a_slow_clock_ended_the_term_verifies(play: DeskPlay) -> None:
    """A term that the keeper ends on a clock five minutes behind takes back no act of before."""
    _report(play)
    listened = c.Advance("start_listening", {"exception_explained": True}, _note("told"))
    _done(play, "noor", listened)
    play.now -= 5 * w.MINUTE
    _ended(play, "counsellor", "noor")
    play.now += 10 * w.MINUTE
    assert _found(play) == []


def test_what_is_sealed_after_a_slow_clock_ended_the_term_verifies(play: DeskPlay) -> None:
    """After such an ending the case goes on, and the key of who left is destroyed with it."""
    test_what_was_done_before_a_slow_clock_ended_the_term_verifies(play)
    _done(play, "reporter", c.Advance("transfer", {"counsellor": "bram"}))
    listened = c.Advance("start_listening", {"exception_explained": True}, _note("again"))
    _done(play, "bram", listened)
    play.now += w.DAY
    _done(play, "bram", c.Advance("weigh", {"severity": "light", "simple": True}))
    assert w.public("noor") not in play.readers("i-again")
    assert _found(play) == []


def test_acting_long_after_the_term_ended_is_still_named(play: DeskPlay) -> None:
    """Clocks that stand apart excuse nobody who acts half an hour after their term has ended."""
    _report(play)
    stale = play.register
    _ended(play, "counsellor", "noor")
    # Her program looks at the register as it was while she held the office.
    play.desk._loader._register = msgspec.structs.replace(stale, seq=play.register.seq)
    play.now += 30 * w.MINUTE
    _done(play, "noor", c.Advance("start_listening", {"exception_explained": True}))
    assert {code for _, _, code in _found(play)} == {"refused"}


@pytest.fixture
def vacant(play: DeskPlay) -> DeskPlay:
    """A signal to a regional chair whose office is vacant: the deputy stands in, and reads it."""
    _ended(play, "regional_chair", "rik")
    play.now += w.HOUR
    _signal(play)
    assert play.opens("i-signal", "dora")
    return play


def test_a_deputy_who_is_displaced_keeps_no_key(vacant: DeskPlay) -> None:
    """Once the office is filled, the next act destroys what was sealed to who stood in."""
    play = vacant
    play.now += w.HOUR
    _granted(play, "regional_chair", "zef")
    _done(play, "zef", c.Advance("assess"))
    assert not play.opens("i-signal", "dora")
    assert _found(play) == []


def test_an_office_that_excludes_another_ends_what_that_opened(play: DeskPlay) -> None:
    """A helper who becomes a counsellor there loses, with the next act, what a helper reads."""
    _group(play)
    assert play.opens("i-signal", "hanna")
    play.now += w.HOUR
    _granted(play, "counsellor", "hanna")
    _reaffirmed(play)
    assert not play.opens("i-signal", "hanna")
    assert _found(play) == []


def test_a_term_ended_as_of_the_minute_ends_its_keys(play: DeskPlay) -> None:
    """A term that ended, by the minute, before the case last moved still takes its keys along."""
    _group(play)
    play.now += w.HOUR
    play.now = play.now.replace(second=20)
    minute = play.now.replace(second=0) + w.MINUTE
    _reaffirmed(play)
    play.now += timedelta(seconds=20) - w.MINUTE
    _ended(play, "helper", "hanna", "noord/duin", at=minute)
    _reaffirmed(play)
    assert not play.opens("i-signal", "hanna")
    assert _found(play) == []

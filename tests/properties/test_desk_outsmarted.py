"""What the desk itself refuses of a store that a changed program has written in."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.properties import world as w
from tests.properties.desk_play import DeskPlay
from tests.properties.test_honest_clocks import _granted, play, vacant
from tests.properties.test_store_outsmarted import LIKE_A_PARTY, SPEAKS, _adopted, _found, _report
from workflow.desk.values import Altered
from workflow.engine import commands as c
from workflow.engine.procedure import canonical
from workflow.engine.reasons import BadCommand, Refusal

__all__ = ["play", "vacant"]


def test_an_unsound_procedure_opens_no_case(play: DeskPlay) -> None:
    """No case begins under a procedure that `zaak procedure check` refuses."""
    name = _adopted(play, canonical(LIKE_A_PARTY), "1a")
    with pytest.raises(Altered) as altered:
        _report(play, rules=name)
    assert [problem.code for problem in altered.value.problems] == ["procedure-unsound"]


def test_an_unsound_procedure_decides_nothing(play: DeskPlay) -> None:
    """In a case under such a procedure nothing is decided, though it seals nothing to anyone."""
    name = _adopted(play, canonical(LIKE_A_PARTY), "1a")
    play.desk._loader._sound.add(name)
    _report(play, rules=name)
    fresh = DeskPlay(Path(play.store.where))
    fresh.now, fresh.case = play.now, play.case
    listened = c.Advance("start_listening", {"exception_explained": True})
    with pytest.raises(Altered):
        fresh.do(w.Move(listened, "noor"))


def test_a_branch_opens_no_case_under_what_it_no_longer_follows(play: DeskPlay) -> None:
    """Under a version that another has replaced in the branch no case begins."""
    _adopted(play, canonical(msgspec.structs.replace(w.PROCEDURE, version="2")), "2")
    with pytest.raises(Refusal) as refusal:
        _report(play)
    assert [reason.code for reason in refusal.value.reasons] == ["procedure-not-adopted"]


def test_a_case_number_is_plain(play: DeskPlay) -> None:
    """No case is opened under a number with control characters in it."""
    with pytest.raises(BadCommand):
        _report(play, SPEAKS)


def test_the_sweep_ends_what_a_deputy_opened(vacant: DeskPlay) -> None:
    """Once the office is filled, `zaak tick` destroys what was sealed to who stood in."""
    _granted(vacant, "regional_chair", "zef")
    vacant.now += w.MINUTE
    assert vacant.desk.sweep() > 0
    assert not vacant.opens("i-signal", "dora")
    assert _found(vacant) == []
    assert vacant.desk.sweep() == 0

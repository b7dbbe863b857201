"""Signals and filings: the one makes way for the other (B35, inv. 16)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w


@pytest.mark.parametrize("goal", ["filed", "filed while asked", "investigated"])
@given(data=st.data())
def test_no_signal_is_given_beside_a_filing(goal: str, data: st.DataObject) -> None:
    """While a committee is seized, no office-holder gives a signal on the case."""
    play = w.Play()
    for move in m.path(data.draw, play, goal):
        assert play.do(move).done
    signal = m.advance(data.draw, play, "give_signal", "branch_chair", {})
    result = play.do(w.Move(signal, "vera", "branch_chair"))
    assert [reason.code for reason in result.refused] == ["not-now"]

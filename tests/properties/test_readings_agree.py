"""What a history tells of who could read what is what the engine answered at the time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from hypothesis import given

from tests.properties import moves as m
from tests.properties.world import DAY, Move, Play
from tests.unit.told import could, judged, seen


@given(script=m.scripts(longest=16))
def test_the_past_is_told_as_it_was_judged(script: tuple[Move, ...]) -> None:
    """At each moment at which something was done, a history names just whom `may_read` let in."""
    play = Play()
    asked: dict[datetime, Counter[tuple[str, str]]] = {}
    for move in script:
        if play.do(move).done and play.case is not None:
            asked[play.now] = judged(play.case, play.now)
    if play.case is None:
        return
    found = seen(play, "auditor", now=play.now + DAY)
    assert {at: could(found, at) for at in asked} == asked

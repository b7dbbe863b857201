"""How deep the drawn towns come: an invariant that only sees the shallows holds of nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.watching import Watched
from workflow.engine import facts as f

RUNS = 12
"""As many towns from each beginning: a fraction of what the quick profile makes in all."""
MARKS = {
    *("mediation_falls", "lose_counsellor", "stand_back", "come_back", "pass_on", "erase"),
    *("erase_now", "lapse", "emergency_expires", "hand_over", "hand_over_integrity"),
}
"""Steps that only happen deep within a procedure, or without anybody taking them."""


def _marks(town: Watched) -> set[str]:
    found = set()
    for stream, events in town.histories.items():
        told = any(isinstance(e.data, f.Heard) for e in events)
        for event in events:
            if isinstance(event.data, f.Stepped) and event.data.step in MARKS:
                found.add(event.data.step)
                if event.data.step == "stand_back" and told and event.data.because == "linked":
                    found.add("a linked stand-back")
            if isinstance(event.data, f.Disclosed) and event.data.to == "regional_chair":
                deputy = {k.key for k in town.register.office_keys if k.office == "deputy_chair"}
                found |= {"a deputy"} if set(event.data.readers) & deputy else set()
        if town.cases[stream].recused:
            found.add("a recusal")
    return found


def _from(goal: str, ways: tuple[tuple[w.Move, ...], ...]) -> Counter[str]:
    """What occurs in the first towns that are drawn from there, the same at every call."""
    seen: Counter[str] = Counter()

    @settings(max_examples=RUNS, derandomize=True, database=None)
    @given(data=st.data(), among=st.sampled_from(ways))
    def play(data: st.DataObject, among: tuple[w.Move, ...]) -> None:
        town, _ = w.watched(data.draw, goal, many=12, among=among)
        seen.update(_marks(town))

    play()
    return seen


def test_drawn_towns_come_deep() -> None:
    """Of the drawn towns some stand back by a link, come back, fall, lose, pass on and erase."""
    seen: Counter[str] = Counter()
    ending = (w.only("close", "erase_now"), w.time, w.only("close"))
    falling = (w.term, w.recuse, w.recuse, w.withdraw, w.time)
    handing = (w.only("hand_over", "say_one_matter", "withdraw", "examine", "reject"), w.time)
    for beginning in s.GOALS:
        seen.update(_from(beginning, (w.ANY, ending, falling, handing)))
    wanted = MARKS | {"a linked stand-back", "a deputy", "a recusal"}
    assert wanted - set(seen) == set(), f"{seen}"

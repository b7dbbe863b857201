"""Exploring leaves nothing out: wherever a case really comes, exploring came too."""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.town import RULES
from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import check
from workflow.exploring.exploring import Explored, explore
from workflow.exploring.people import seats
from workflow.exploring.slices import Hidden
from workflow.exploring.walking import Walk, after
from workflow.exploring.world import World

DEEP = settings().max_examples > 1_000
LOOKED_AT = 15 if DEEP else 5
"""At about so many states of each slice every move is tried: in `make deep` at more."""
STEPS = 25
"""So many moves a walk goes on."""
SMALL = ("dispute", "norms")
"""The procedures of which everything is checked in a few seconds."""
WALKED = (*SMALL, "conduct")
"""Those that are explored in a few seconds, with one in which many people can do the same."""


def decisions(name: str, most: int = 10**6) -> Decisions:
    """Nothing asked yet, of a shipped procedure in its small association."""
    rules = RULES[name]
    return Decisions(World(rules, seats(rules.procedure)), most)


@cache
def explored(name: str) -> Explored:
    """All of a shipped procedure."""
    return explore(decisions(name))


@pytest.mark.parametrize("name", SMALL)
def test_shipped_procedures_are_explored_to_the_end_and_sound(name: str) -> None:
    """All that can happen under a shipped procedure is explored, and nothing is wrong with it."""
    found = check(decisions(name))
    assert found.explored.exhaustive
    assert (found.findings, found.untried) == ((), ())


@pytest.mark.parametrize("name", WALKED)
def test_no_move_of_anybody_leads_out_of_what_was_explored(name: str) -> None:
    """From states all over a slice every move by everyone leads to a state of that slice again."""
    found = explored(name)
    for each in found.slices.values():
        for state in each.states[:: max(1, len(each.states) // LOOKED_AT)]:
            for number in range(len(found.decisions.moves)):
                if not each.begins(number, state):
                    continue
                with suppress(Hidden):  # about items that this slice does not look at
                    for outcome, _, _ in each.outcomes(number, state, {}):
                        then = each.after(state, outcome)
                        assert each.holds(then), (each.tracks, found.decisions.moves[number], then)


@pytest.mark.parametrize("name", WALKED)
@given(data=st.data())
def test_every_walk_stays_in_what_was_explored(name: str, data: st.DataObject) -> None:
    """Wherever moves that the engine allows lead a case, each slice has the state that it is in."""
    found = explored(name)
    walk = Walk(found.decisions)
    _, outcome = data.draw(st.sampled_from(walk.decisions.begun()))
    known = after({}, outcome)
    for _ in range(STEPS):
        for each in found.slices.values():
            state = tuple(walk.value(part, known) for part in each.visible)
            assert each.holds(state), (each.tracks, state)
        moves = list(walk.following(known))
        if not moves:
            return
        _, outcome = data.draw(st.sampled_from(moves))
        known = after(known, outcome)


@pytest.mark.parametrize("name", SMALL)
def test_a_cap_is_said_aloud(name: str) -> None:
    """Where the engine may not be asked often enough, nothing is claimed of all that can happen."""
    found = check(decisions(name, most=5))
    assert not found.explored.exhaustive
    assert found.findings == ()


def test_what_is_asked_goes_by_itself() -> None:
    """Asking the engine leaves nothing behind that only looking for garbage would free."""
    walk = Walk(decisions("dispute"))
    walk.decisions.begun()
    gc.collect()
    gc.disable()
    try:
        for number in range(len(walk.decisions.moves)):
            walk.outcome(number, {})
        assert gc.collect() < walk.decisions.asked
    finally:
        gc.enable()

"""How deep the drawn runs come: a property that only sees the shallows proves nothing."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, settings

from tests.properties import moves as m
from tests.properties import world as w
from workflow.engine import facts as f
from workflow.engine.procedure import CLOCK, GROUND, LINKED

RUNS = 10
"""As many runs from each beginning: a fraction of what the quick profile makes of each property."""


@pytest.fixture(scope="module")
def histories() -> list[list[f.Event]]:
    """The histories of the first runs that are drawn, the same at every call."""
    found: list[list[f.Event]] = []
    for goal in m.PATHS:

        @settings(max_examples=RUNS, derandomize=True, database=None)
        @given(m.scripts(goals=(goal,), longest=24))
        def play(script: tuple[w.Move, ...]) -> None:
            found.append(m.played(script)[0].history)

        play()
    return found


def test_every_step_is_taken(histories: list[list[f.Event]]) -> None:
    """In the runs that are drawn, every step of the procedure is taken at least once."""
    taken = {e.data.step for history in histories for e in history if isinstance(e.data, f.Stepped)}
    assert set(w.PROCEDURE.steps) - taken == set()


def test_every_kind_of_fact_occurs(histories: list[list[f.Event]]) -> None:
    """In the runs that are drawn, every kind of fact occurs that a case can hold in one version.

    Going over to another version is drawn in test_migrating.
    """
    kinds = {type(e.data) for history in histories for e in history}
    assert set(f.CaseFact.__args__) - kinds == {f.Migrated}


def test_every_kind_of_cause_occurs(histories: list[list[f.Event]]) -> None:
    """In the runs that are drawn, steps happen by the clock, by lost ground and by other cases."""
    steps = [e.data for history in histories for e in history if isinstance(e.data, f.Stepped)]
    assert {CLOCK, GROUND, LINKED} - {step.because for step in steps} == set()


def test_every_basis_occurs(histories: list[list[f.Event]]) -> None:
    """In the runs that are drawn, something reaches somebody on every basis there is."""
    gone = [e.data for history in histories for e in history if isinstance(e.data, f.Disclosed)]
    assert set(get_args(f.Basis)) - {each.basis for each in gone} == set()


def test_a_good_share_of_runs_comes_deep(histories: list[list[f.Event]]) -> None:
    """Of the drawn runs, a twelfth each mediates, has an active support group, files and shares."""
    deep: Counter[str] = Counter()
    for history in histories:
        facts = [e.data for e in history]
        deep.update({fact.to for fact in facts if isinstance(fact, f.Stepped)})
        deep.update({fact.basis for fact in facts if isinstance(fact, f.Disclosed)})
        deep.update({type(fact).__name__ for fact in facts})
    wanted = ("mediating", "active", "filed", "open", "consent", "emergency", "Withdrawn", "Read")
    assert {name: deep[name] for name in wanted if deep[name] < len(histories) / 12} == {}

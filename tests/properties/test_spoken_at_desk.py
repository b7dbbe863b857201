"""At a desk with real keys: whoever speaks second is heard, and whoever was asked in error is out.

What is shared is opened with the key of who shares it, and what may no longer be read is sealed to
nobody any more. All of it verifies.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.properties.matters_play import Matters
from workflow.engine.reasons import Refusal


@pytest.fixture
def matters(tmp_path: Path) -> Matters:
    """A store with everyone of the town, and no cases yet."""
    return Matters(tmp_path / "zaken.db")


def _latest(matters: Matters, stream: str) -> str:
    return next(reversed(matters.case(stream).items))


def test_two_helpers_advise(matters: Matters) -> None:
    """Each of two helpers advises the chair, who opens both."""
    matters.open("z-s", "conduct", "give_signal", "vera", "a conflict", corners=("board",))
    matters.step("z-s", "assess", "rik")
    matters.step("z-s", "activate", "rik", helpers=("hanna", "hugo"), conflict_present=True)
    advice = []
    for who in ("hanna", "hugo"):
        matters.step("z-s", "advise_chair", who, f"what {who} thinks")
        advice.append(_latest(matters, "z-s"))
    assert all(matters.opens("z-s", item, "rik") for item in advice)
    assert not matters.opens("z-s", advice[0], "hugo")
    assert matters.problems() == ()


def test_a_replaced_respondent_opens_nothing_more(matters: Matters) -> None:
    """The sealed keys of whoever was asked in error are destroyed when somebody else is asked."""
    matters.open("z-d", "dispute", "file", "applicant", "a request")
    matters.step("z-d", "examine", "dirk")
    matters.step("z-d", "admit", "dirk", decision_of_organ=True, own_position=True, in_time=True)
    matters.step("z-d", "call_respondent", "dirk", respondent="bo")
    request = _latest(matters, "z-d")
    assert matters.opens("z-d", request, "bo")
    matters.step("z-d", "replace_respondent", "dirk", respondent="vera")
    assert not matters.opens("z-d", request, "bo")
    assert matters.opens("z-d", request, "vera")
    assert matters.problems() == ()


def test_a_challenged_judge_does_not_deny_it(matters: Matters) -> None:
    """Whoever is challenged cannot decide about it, and nothing is recorded when they try."""
    matters.open("z-d", "dispute", "file", "applicant", "a request")
    matters.step("z-d", "challenge", "applicant", "he is a friend of theirs", challenged="dirk")
    with pytest.raises(Refusal):
        matters.step("z-d", "deny_challenge", "dirk", "no")
    assert matters.state("z-d", "challenge") == "asked"
    assert matters.problems() == ()

"""Who there is in the small association: everybody whom a step asks for, and who takes it."""

from typing import Any

import pytest

from tests.faulty_procedures.editing import Edit, Wrong, edited
from workflow.engine.kernel import compile_procedure
from workflow.engine.procedure import Procedure
from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import check
from workflow.exploring.people import BRANCH, ELSEWHERE, seats
from workflow.exploring.world import World


def asks(*names: str) -> dict[str, Any]:
    """Fields that each ask for somebody who is a national chair."""
    field = {"type": "person", "labels": {"nl": "wie", "en": "who"}, "office": "national_chair"}
    return dict.fromkeys(names, field)


def norms(*edits: Edit) -> Procedure:
    """The procedure on norms, with these edits."""
    return edited("norms", Wrong(why="", codes=(), edit=edits)).procedure


OUTSIDE = (
    Edit(set="steps.ask.guards", to=[{"guard": "own_branch"}]),
    Edit(set="steps.advise.asks", to=asks("peer")),
    Edit(set="steps.advise.guards", to=[{"guard": "outside_branch", "field": "peer"}]),
)
EXPERIENCED = (
    Edit(set="steps.advise.asks", to=asks("one", "other")),
    Edit(
        set="steps.advise.guards",
        to=[
            {"guard": "experienced", "field": "one", "offices": ["regional_chair"]},
            {"guard": "experienced", "field": "other", "offices": ["deputy_chair"]},
        ],
    ),
)


HOLDING = (
    Edit(set="steps.advise.asks", to=asks("one")),
    Edit(
        set="steps.advise.guards",
        to=[{"guard": "experienced", "field": "one", "offices": ["national_chair"]}],
    ),
)


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(OUTSIDE, id="from outside and from here"),
        pytest.param(EXPERIENCED, id="of two sorts"),
        pytest.param(HOLDING, id="who are what they must have been"),
    ],
)
def test_nobody_is_missing_for_a_step(edits: tuple[Edit, ...]) -> None:
    """Where people are asked for who can be there in an association, they are in the small one."""
    procedure = norms(*edits)
    world = World(compile_procedure(procedure, procedure.procedure), seats(procedure))
    assert check(Decisions(world, most=20_000)).findings == ()


def test_an_office_that_acts_here_and_is_asked_from_outside_is_held_in_both() -> None:
    """One who holds it elsewhere can be chosen, and one who holds it here can act."""
    held = {seat.branch for seat in seats(norms(*OUTSIDE)) if seat.office == "national_chair"}
    assert held == {BRANCH, ELSEWHERE}


def test_whoever_only_comes_from_outside_is_not_here() -> None:
    """For an office that does not act in its own branch there is nobody in that of the case."""
    procedure = norms(*OUTSIDE[1:], Edit(set="steps.ask.who", to=["regional_chair"]))
    held = {seat.branch for seat in seats(procedure) if seat.office == "national_chair"}
    assert held == {ELSEWHERE}


def test_one_may_leave_where_another_has_to_go_on() -> None:
    """Terms end of an office of which one person goes on with what another did."""
    guards = [{"guard": "other_person", "than_step": "advise"}]
    procedure = norms(Edit(set="steps.publish.guards", to=guards))
    ends = {seat.ends for seat in seats(procedure) if seat.office == "conduct_team"}
    assert ends == {True}
    assert not any(seat.ends for seat in seats(norms()) if seat.office == "conduct_team")

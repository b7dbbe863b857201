"""Procedures of an unusual shape in which nothing is wrong: no check may cry wolf over one."""

from pathlib import Path

import pytest

from workflow.declaring.between import between
from workflow.declaring.checks import check
from workflow.declaring.reading import declared, read_offices
from workflow.engine.kernel import compile_procedure
from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import check as check_all
from workflow.exploring.people import seats
from workflow.exploring.world import World

FOLDER = Path(__file__).parent.parent / "sound_procedures"
OFFICES = read_offices(FOLDER / "offices.yaml")
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.name != "offices.yaml")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nothing_is_wrong_with_an_unusual_shape(path: Path) -> None:
    """A procedure that goes round, stands still or goes by itself is accepted without a problem."""
    found = declared(path, OFFICES)
    assert check(found.procedure, found.positions, OFFICES) == ()
    assert between(found.procedure, [found.procedure], found.positions) == ()


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nothing_is_wrong_with_what_can_happen_in_one(path: Path) -> None:
    """All that can happen in a procedure of an unusual shape is explored without a problem."""
    procedure = declared(path, OFFICES).procedure
    world = World(compile_procedure(procedure, path.stem), seats(procedure))
    found = check_all(Decisions(world, most=20_000))
    assert found.explored.exhaustive
    assert (found.findings, found.untried) == ((), ())


def test_there_are_ten_of_them() -> None:
    """Each of the ten files declares a procedure that is called like the file."""
    names = [declared(path, OFFICES).procedure.procedure for path in FILES]
    assert names == [path.stem for path in FILES]
    assert len(names) == 10

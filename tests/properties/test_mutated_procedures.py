"""Every single edit of the shipped procedures is rejected by the checks, or a reason says why not.

`quick` and `ci` try about one mutant in sixteen, always the same; `deep` tries them all.
"""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.faulty_procedures import accepting
from tests.faulty_procedures.editing import SHIPPED, shipped
from tests.properties.mutating import mutants

DEEP = settings().max_examples > 1_000
SHARE = 1 if DEEP else 16
MUTANTS = {name: tuple(mutants(shipped(name).procedure)) for name in SHIPPED}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_mutant_is_another_procedure(name: str) -> None:
    """No two mutants of a procedure have the same name, and none is that procedure."""
    assert len({mutant.name for mutant in MUTANTS[name]}) == len(MUTANTS[name])
    assert all(mutant.procedure != shipped(name).procedure for mutant in MUTANTS[name])


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_not_rejected_is_accounted_for(name: str) -> None:
    """A mutant that passes the checks is one of those of which accepted.yaml says why."""
    passed = [one.mutant for one in accepting.judged(name, SHARE) if not one.codes]
    unsaid = [mutant.name for mutant in passed if accepting.reason(name, mutant) is None]
    assert passed
    assert unsaid == []


@pytest.mark.parametrize("name", SHIPPED)
def test_no_edit_goes_unnoticed_by_diff(name: str) -> None:
    """Whatever single edit passes the checks, comparing the two versions names what was changed."""
    passed = [one.mutant for one in accepting.judged(name, SHARE) if not one.codes]
    assert passed
    assert [mutant.name for mutant in passed if not accepting.changes(name, mutant)] == []


def test_each_reason_is_that_of_a_mutant() -> None:
    """Of each reason there is a mutant whose first fitting reason it is."""
    used = {
        (mutant.operator, accepting.reason(name, mutant))
        for name, made in MUTANTS.items()
        for mutant in made
    }
    given = {
        (operator, one) for operator, several in accepting.reasons().items() for one in several
    }
    assert given - used == set()


def test_the_share_is_one_in_sixteen() -> None:
    """What is tried without asking is between a twentieth and a twelfth of all mutants."""
    made = sum(len(several) for several in MUTANTS.values())
    tried = sum(1 for name in SHIPPED for _ in accepting.tried(name, 16))
    assert made / 20 < tried < made / 12

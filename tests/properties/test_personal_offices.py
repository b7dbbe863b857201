"""In an office without a key of its own, what came to its holder stays with that person.

A member had the branch chair asked for a signal. Whoever is branch chair later learns nothing by
it: not that there is a case, nor what was in it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.properties.guard_scenes import deciding, steps
from tests.properties.town import BRANCH, START, Town, public
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.sharing import may_read
from workflow.engine.standing import standing
from workflow.histories.visibility import placed, scope


def asked(wait: timedelta) -> tuple[Town, str, str]:
    """A town some time after a member had Vera asked for a signal: the case and the request."""
    town = Town()
    stream = deciding(town)
    steps(town, stream, ("ask_for_signal", "reporter", {}))
    request = next(name for name, i in town.cases[stream].items.items() if i.kind == "request")
    town.now += wait
    assert town.do(stream, c.Tick(), "olga").done
    town.leave("branch_chair", "vera", BRANCH)
    town.now += timedelta(minutes=1)
    town.grant("branch_chair", "nadia", BRANCH)
    return town, stream, request


def history(town: Town, stream: str, who: str) -> list[f.Fact]:
    """What `who` sees in the history of the case."""
    procedure, case = town.procedure(stream), town.cases[stream]
    reader = standing(procedure, town.register, case, who, town.now)
    seen = scope(procedure, case.procedure, town.histories[stream], reader)
    return [place.event.data for place in placed(seen)]


@pytest.mark.parametrize("days", [1, 60])
def test_successor_learns_nothing(days: int) -> None:
    """Whoever succeeds the branch chair knows of no case, also while the consent still holds."""
    town, stream, request = asked(timedelta(days=days))
    procedure, case = town.procedure(stream), town.cases[stream]
    assert not town.knows(stream, "nadia")
    assert history(town, stream, "nadia") == []
    nadia = standing(procedure, town.register, case, "nadia", town.now)
    assert not may_read(procedure, case, request, nadia, town.now)
    assert public("nadia") not in town.readers(stream, request)
    answer = town.do(stream, c.Read(request), "nadia")
    assert answer.codes == {"unknown-item"}


def test_successor_gets_what_is_asked_of_them() -> None:
    """A request made after the change reaches the new chair, and only that one."""
    town, stream, request = asked(timedelta(days=1))
    steps(town, stream, ("decide_anew", "reporter", {}), ("ask_for_signal", "reporter", {}))
    gone = [fact for fact in history(town, stream, "nadia") if isinstance(fact, f.Disclosed)]
    assert town.knows(stream, "nadia")
    assert [fact.readers for fact in gone] == [(public("nadia"),)]
    assert gone[0].item != request


def test_who_held_it_keeps_knowing() -> None:
    """The chair who was asked knows of the case as long as they are chair, also afterwards."""
    town = Town()
    stream = deciding(town)
    steps(town, stream, ("ask_for_signal", "reporter", {}))
    town.wait(timedelta(days=60))
    assert town.now > START
    assert town.knows(stream, "vera")
    assert any(isinstance(fact, f.Disclosed) for fact in history(town, stream, "vera"))


def test_office_with_a_key_passes_on() -> None:
    """What came to an office with a key of its own, the next holder knows of."""
    town = Town()
    stream, given = town.open("conduct", "give_signal", "vera", corners=("board",))
    assert given.done
    town.leave("regional_chair", "rik", "partij/noord")
    town.grant("regional_chair", "nadia", "partij/noord")
    assert any(isinstance(fact, f.Disclosed) for fact in history(town, stream, "nadia"))

"""What the clock would do and waits for somebody to be there, happens when somebody is.

A report that nobody listens to within a week passes to whoever the member named for that. Where
that person is not in office then, it waits; nothing else need happen in the case.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.properties.town import DAY, START, Town
from workflow.engine import commands as c
from workflow.engine import facts as f

REGION = "partij/noord"


def waiting(town: Town) -> str:
    """A report made with Noor, that Bram takes over if she does not listen; Bram is gone."""
    town.leave("counsellor", "bram", REGION)
    town.grant("counsellor", "bram", REGION)
    stream, opened = town.open(
        "conduct", "open_report", "reporter", counsellor="noor", fallback="bram", ground=("unsaid",)
    )
    assert opened.done
    town.leave("counsellor", "bram", REGION)
    town.wait(timedelta(days=20))
    assert town.state(stream, "report") == "received"
    return stream


@pytest.mark.parametrize("looked", [True, False])
def test_passes_on_when_somebody_takes_office(looked: bool) -> None:
    """The report passes on the moment the fallback is in office, whether or not anybody looked."""
    town = Town()
    stream = waiting(town)
    town.now += DAY
    town.grant("counsellor", "bram", REGION)
    since = town.now
    if not looked:
        town.now += timedelta(days=20)
    result = town.do(stream, c.Tick(), "olga")
    assert town.state(stream, "report") == "passed_on"
    assert town.cases[stream].assigned["counsellor"] == ("bram",)
    (passed,) = (
        event
        for event in result.events[stream]
        if isinstance(event.data, f.Stepped) and event.data.step == "pass_on"
    )
    assert passed.took_place == since


def test_what_has_passed_again_makes_nothing_happen_too_early() -> None:
    """A fallback who is in office before the week is over takes nothing over before it is."""
    town = Town()
    stream, opened = town.open(
        "conduct", "open_report", "reporter", counsellor="noor", fallback="bram", ground=("unsaid",)
    )
    assert opened.done
    due = town.cases[stream].tracks["report"].due
    town.now = START + timedelta(days=8)
    result = town.do(stream, c.Tick(), "olga")
    passed = next(e for e in result.events[stream] if isinstance(e.data, f.Stepped))
    assert passed.took_place == due

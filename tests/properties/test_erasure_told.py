"""Whoever was given something of a report hears that it was erased (Art. 19 GDPR)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties.town import DAY, Town
from workflow.engine import commands as c
from workflow.engine import facts as f

GIVEN = ("asked for a signal", "helped outside", "mediated", "police", "to the member")
"""The ways in which something of a report can have gone to somebody, as drawn."""


def _ended(town: Town, stream: str, *, now: bool) -> f.Erased:
    """The report is closed, counted and erased, by the member or by the clock."""
    s.done(town.step(stream, "close", "reporter"))
    if now:
        s.done(town.step(stream, "erase_now", "reporter"))
    else:
        town.wait(740 * DAY)
    (erased,) = (e.data for e in town.histories[stream] if isinstance(e.data, f.Erased))
    return erased


@given(ways=st.lists(st.sampled_from(GIVEN), max_size=3, unique=True), now=st.booleans())
def test_who_was_given_something_is_on_record(ways: list[str], now: bool) -> None:
    """With the erasure stands exactly who was given something of what was erased."""
    town = Town()
    stream = s.report(town)
    s.advised(town, stream)
    expected = set()
    for way in ways:
        if way == "asked for a signal":
            s.done(town.step(stream, "ask_for_signal", "reporter"))
            s.done(town.step(stream, "decide_anew", "reporter"))
            expected.add("branch_chair")
        elif way == "helped outside":
            s.done(town.step(stream, "choose_referral", "reporter", target="outside_help"))
            paper = town.add(stream, "packet", "reporter")
            town.consent(stream, "reporter", "outside_help", "help", (paper,))
            s.done(town.step(stream, "refer_outside", "reporter"))
            s.done(town.step(stream, "decide_anew", "reporter"))
            expected.add("outside_help")
        elif way == "mediated":
            s.mediated(town, stream, accepted=False)
            s.done(town.step(stream, "decline_mediation", "other"))
            expected |= {"mediator", "other"}
        elif way == "to the member":
            paper = town.add(stream, "conversation", "noor")
            s.done(town.do(stream, c.Share((paper,), "reporter", "support"), "noor"))
        else:
            paper = town.add(stream, "packet", "reporter")
            town.consent(stream, "reporter", "police", "safety", (paper,))
            s.done(town.do(stream, c.Share((paper,), "police", "safety"), "reporter"))
            expected.add("police")
    erased = _ended(town, stream, now=now)
    assert set(erased.recipients) == expected


@given(
    target=st.sampled_from(["disputes_committee", "integrity_committee"]),
    now=st.booleans(),
    beside=st.booleans(),
)
def test_the_case_it_was_carried_into_is_told(target: str, now: bool, beside: bool) -> None:
    """Erasing tells the case that was filed from the report, and none that is linked otherwise."""
    town = Town()
    stream = s.report(town)
    s.advised(town, stream)
    another = ""
    if beside:
        s.done(town.step(stream, "ask_for_signal", "reporter"))
        s.done(town.step(stream, "give_signal", "vera", corners=("board",)))
        s.done(town.step(stream, "decide_anew", "reporter"))
        another, opened = town.open("dispute", "file_as_organ", "gijs")
        s.done(opened)
        s.seized(town, another, stream)
    s.prepared(town, stream, target)
    filed = s.handed(town, stream)
    if target == "disputes_committee":
        s.done(town.step(filed, "withdraw", "applicant"))
        reader = "dirk"
    else:
        s.done(town.step(filed, "begin_screening", "ineke"))
        s.done(town.step(filed, "dismiss", "ineke"))
        reader = "ineke"
    assert town.state(stream, "handover") == "returned"
    erased = _ended(town, stream, now=now)
    assert target in erased.recipients
    assert town.state(filed, "source") == "erased"
    assert town.cases[filed].tracks["source"].due is not None
    s.done(town.step(filed, "heed_erasure", reader, no_more_than_needed=True))
    if another:
        assert town.state(another, "source") == "none", "nobody else learns of the report"

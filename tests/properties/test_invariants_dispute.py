"""Invariants of what is handed over: what goes, what is kept meanwhile, and that it comes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.town import DAY
from tests.properties.watching import Watched, pending
from workflow.engine import commands as c
from workflow.engine import facts as f

BEFORE_A_COMMITTEE = ("begin_screening", "dismiss", "examine", "admit", "reject", "withdraw")


@given(data=st.data(), by=st.sampled_from(["reporter", "counsellor"]), many=st.integers(0, 6))
def test_invariant_13_the_packet_is_what_was_signed_for(
    data: st.DataObject, by: str, many: int
) -> None:
    """The committee receives just the documents consented to, each as it was sealed (B18, B23)."""
    among = (w.add, w.consent, w.withdraw, w.withdraw, w.share, w.time)
    town, stream = w.watched(data.draw, "preparing", many=many, among=among)
    case = town.cases[stream]
    said = c.Said("reporter", "written", town.item()) if by == "counsellor" else None
    (counsellor,) = case.assigned["counsellor"]
    result = town.step(stream, "hand_over", counsellor if said else "reporter", said=said)
    other = next((one for one in result.events if one != stream), None)
    if other is not None:
        carried = [e.data for e in result.events[stream] if isinstance(e.data, f.Disclosed)]
        came = {i.digest for i in town.cases[other].items.values() if i.kind == "packet"}
        assert came == {town.cases[stream].items[gone.item].digest for gone in carried}
        assert all(i.of == ("applicant",) for i in town.cases[other].items.values())
        for gone in carried:
            givers = {town.cases[stream].consents[name].giver for name in gone.on}
            assert givers >= set(town.cases[stream].items[gone.item].of)
    assert town.broke(13) == []


@given(
    data=st.data(),
    goal=st.sampled_from(["handed over", "investigated", "in danger", "closed"]),
    at_once=st.booleans(),
)
def test_invariant_34_nothing_is_erased_that_is_still_needed(
    data: st.DataObject, goal: str, at_once: bool
) -> None:
    """No report is erased while its emergency is open or a committee has its packet (B19, B23)."""
    town, stream = w.watched(data.draw, goal, many=0)
    among = (w.emergency, w.only(*BEFORE_A_COMMITTEE), w.only("review_emergency"), w.time)
    w.wander(data.draw, town, 2, among)
    town.step(stream, "close", "reporter")
    for _ in range(4):
        if at_once:
            town.step(stream, "erase_now", "reporter")
        else:
            town.wait(731 * DAY)
        if town.state(stream, "report") != "erased":
            w.wander(data.draw, town, 2, among)
    case = town.cases[stream]
    waiting = [one for one in case.links if pending(town.watcher.books[one])]
    if town.state(stream, "report") == "erased":
        assert not waiting
    assert town.broke(34) == []


@given(
    data=st.data(),
    goal=st.sampled_from(["handed over", "investigated", "seized"]),
    way=st.sampled_from(["close", "withdraw", "committee"]),
)
def test_invariant_41_handed_over_is_no_dead_end(data: st.DataObject, goal: str, way: str) -> None:
    """From handed over, closing, withdrawing a request or the committee leads on (B16)."""
    town, stream = w.watched(data.draw, goal, many=0)
    names = [*BEFORE_A_COMMITTEE, "call_respondent", "hear", "say_one_matter"]
    w.wander(data.draw, town, 5, (w.only(*names), w.add, w.consent))
    if town.state(stream, "report") != "handed_over":
        assert town.state(stream, "report") == "member_deciding"
        assert town.state(stream, "handover") == "returned"
        return
    other = next(one for one in town.cases[stream].links if pending(town.watcher.books[one]))
    if way == "close":
        s.done(town.step(stream, "close", "reporter"))
        assert town.state(stream, "report") == "closed"
        return
    _brought_back(town, other, "committee" if goal == "investigated" else way)
    assert town.state(stream, "handover") == "returned"
    assert town.state(stream, "report") == "member_deciding"
    again = "integrity_committee" if goal == "investigated" else "disputes_committee"
    s.prepared(town, stream, again)
    assert pending(town.watcher.books[s.handed(town, stream)])


def _brought_back(town: Watched, other: str, way: str) -> None:
    """The applicant withdraws, or the committee finds it is not for them."""
    if way == "withdraw":
        s.done(town.step(other, "withdraw", "applicant"))
        return
    if "dispute" not in town.cases[other].tracks:
        for name in ("begin_screening", "dismiss"):
            town.step(other, name, "ineke")
        return
    for name in ("examine", "admit", "call_respondent", "respond", "hear", "rule"):
        forms: dict[str, dict[str, str | bool]] = {
            "admit": {"decision_of_organ": True, "own_position": True, "in_time": True},
            "call_respondent": {"respondent": "bo"},
            "hear": {"both_sides": True},
            "rule": {"outcome": "upheld", "binding": True},
        }
        town.take(other, name, "bo" if name == "respond" else "dirk", {**forms.get(name, {})})


@given(
    data=st.data(),
    here=st.sampled_from(["noor", "bram"]),
    there=st.sampled_from(["noor", "bram"]),
    far=st.booleans(),
)
def test_invariant_31_two_reports_stay_two(
    data: st.DataObject, here: str, there: str, far: bool
) -> None:
    """Of another's report only its own counsellor and the auditor know, whatever it does (B18)."""
    town = Watched()
    one = s.report(town, here)
    s.advised(town, one)
    two = s.report(town, there)
    s.advised(town, two)
    for stream in (one, two):
        assert town.do(stream, c.Recuse("gijs", "party"), "reporter").done
    among = (w.only("choose_support", "decide_anew", "tell_name", "advise"), w.add, w.consent)
    w.wander(data.draw, town, 4, among)
    if far and town.state(two, "report") == "member_deciding":
        s.prepared(town, two)
        s.handed(town, two)
    for who in town.register.persons:
        for stream, counsellor in ((one, here), (two, there)):
            assert town.knows(stream, who) == (who in (counsellor, "ada")), f"{who}: {stream}"
    assert not set(town.watcher.matter(one)) & set(town.watcher.matter(two))
    first = town.cases[one]
    for other in town.watcher.matter(two) - {two}:
        s.done(town.step(other, "withdraw", "applicant"))
    assert town.cases[one] == first
    assert town.broke(31) == []

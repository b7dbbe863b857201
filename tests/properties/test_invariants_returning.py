"""Invariants that promise a way on: within bounds, and from wherever a drawn town has come."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.books import CONFIDANTS, held
from tests.properties.town import DAY, MINUTE, public, standing_as
from tests.properties.watching import Watched
from workflow.auditing.redeciding import disagreement
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.folding import blank, fold

COUNSELLORS = st.sampled_from(["noor", "bram", "xena"])
OPEN = ("none", "closed", "erased")
RETENTION = 731 * DAY


def _somebody(town: Watched, stream: str) -> str:
    """A counsellor who can take the case up; the region elects one where there is none left."""
    kept_out = town.cases[stream].recused
    for person in ("xena", "noor", "bram"):
        offices = {office for office, _ in held(town.register, person, town.now)}
        if offices & set(CONFIDANTS) and person not in kept_out:
            return person
    town.grant("counsellor", "nadia", s.REGION)
    return "nadia"


def _free(town: Watched, stream: str) -> None:
    """What office-holders and the applicant can do, so that nothing holds a closed report."""
    town.wait(2 * DAY)
    if not standing_as(town, stream, "counsellor"):
        somebody = _somebody(town, stream)
        s.done(town.step(stream, "reopen", "reporter", counsellor=somebody))
        s.done(town.step(stream, "close", "reporter"))
    who = standing_as(town, stream, "counsellor")[0]
    town.step(stream, "review_emergency", "ada", justified=True)
    town.step(stream, "tell_member", who, safe=True)
    town.step(stream, "lift_hold", "ada")
    for other in town.cases[stream].links:
        if "dispute" in town.cases[other].tracks:
            town.step(other, "withdraw", "applicant")
        else:
            for name in ("begin_screening", "dismiss"):
                town.step(other, name, "ineke")


@given(
    data=st.data(),
    first=COUNSELLORS,
    fallback=COUNSELLORS,
    lost=st.sampled_from(["nobody", "first", "fallback"]),
    how=st.sampled_from(["recused", "left"]),
    listened=st.booleans(),
)
def test_invariant_36_every_report_is_heard_in_time_or_passes_on(
    data: st.DataObject, first: str, fallback: str, lost: str, how: str, listened: bool
) -> None:
    """Unheard for a week, a report passes to the fallback named, and to no board (B2, A27)."""
    town = Watched()
    if first == fallback:
        fallback = "bram" if first == "noor" else "noor"
    stream = s.report(town, first, fallback=fallback)
    w.wander(data.draw, town, 2, (w.add, w.consent, w.only("tell_name")))
    gone = {"nobody": "", "first": first, "fallback": fallback}[lost]
    if gone and how == "recused":
        s.done(town.do(stream, c.Recuse(gone, "close_to_party"), "reporter"))
    elif gone:
        for office, branch in sorted(held(town.register, gone, town.now)):
            town.leave(office, gone, branch)
    if listened and gone != first:
        s.done(town.step(stream, "start_listening", first, exception_explained=True))
    for days in data.draw(st.lists(st.integers(1, 8), min_size=1, max_size=3)):
        town.wait(days * DAY)
    town.wait(8 * DAY)
    if listened and gone != first:
        assert town.state(stream, "report") == "listening"
    elif gone != fallback:
        assert town.state(stream, "report") == "passed_on"
        assert standing_as(town, stream, "counsellor") == (fallback,)
        (passed,) = (e for e in town.histories[stream] if getattr(e.data, "step", "") == "pass_on")
        assert passed.took_place <= town.histories[stream][0].at + 8 * DAY
        s.done(town.step(stream, "start_listening", fallback, exception_explained=True))
    else:
        remaining = next(p for p in ("noor", "bram", "xena") if p not in (first, fallback))
        s.done(town.step(stream, "transfer", "reporter", counsellor=remaining))
    boards = ("rik", "dora", "vera", "bo", "nina", "niels", "nora")
    assert not any(town.knows(stream, who) for who in boards)
    assert town.broke(36) == []


@given(data=st.data())
def test_invariant_37_the_member_can_always_stop(data: st.DataObject) -> None:
    """From every open state the member alone closes the report in one step (B16)."""
    town, _ = w.watched(data.draw, many=8)
    for stream, case in tuple(town.cases.items()):
        town.wait(timedelta())
        if case.tracks.get("report") and town.state(stream, "report") not in OPEN:
            # In no time at all, so that the clock does not come first.
            s.done(town.do(stream, c.Advance("close"), "reporter", wait=timedelta()))
            assert town.state(stream, "report") == "closed"


@given(data=st.data(), part=st.floats(0, 1))
def test_invariant_38_every_emergency_ends_by_itself(data: st.DataObject, part: float) -> None:
    """A day after the last move no emergency is open, whatever anybody left undone (B19, Q5)."""
    among = (w.emergency, w.recuse, w.term, w.some_step, w.share, w.add)
    town, _ = w.watched(data.draw, "in danger", "received", many=6, among=among)
    opened = [
        e for h in town.histories.values() for e in h if isinstance(e.data, f.EmergencyOpened)
    ]
    for event in opened:
        assert isinstance(event.data, f.EmergencyOpened)
        assert timedelta() < event.data.until - event.took_place <= DAY
    town.wait(part * DAY)
    town.wait(DAY)
    for stream, case in town.cases.items():
        assert case.emergency is None
        assert case.tracks.get("emergency") is None or town.state(stream, "emergency") != "open"
    assert town.broke(38) == []


@given(data=st.data(), read_on=st.booleans())
def test_invariant_42_there_is_always_somebody_from_outside(
    data: st.DataObject, read_on: bool
) -> None:
    """With every counsellor of the region recused, the external one takes over (A27)."""
    among = (w.some_step, w.add, w.consent, w.withdraw, w.time)
    town, stream = w.watched(data.draw, many=5, among=among)
    town.wait(MINUTE)
    if town.state(stream, "report") == "erased":
        return
    for person in ("noor", "bram"):
        town.do(stream, c.Recuse(person, "close_to_party"), "reporter")
    told = town.add(stream, "conversation", "reporter")
    if not town.step(stream, "transfer", "reporter", counsellor="xena").done:
        town.step(stream, "close", "reporter")
        s.done(town.step(stream, "reopen", "reporter", counsellor="xena"))
    assert standing_as(town, stream, "counsellor") == ("xena",)
    assert town.state(stream, "care") == "in_care"
    new = town.add(stream, "conversation", "reporter")
    xena = {public("xena")}
    assert xena <= town.readers(stream, new)
    if read_on:
        town.consent(stream, "reporter", "counsellor", "support", (told,))
        s.done(town.do(stream, c.Share((told,), "counsellor", "support"), "reporter"))
        s.done(town.do(stream, c.Read(told), "xena"))
        assert xena <= town.readers(stream, told)
    state = town.state(stream, "report")
    if state == "received":
        s.done(town.step(stream, "start_listening", "xena", exception_explained=True))
    acting = {o for o, _ in held(town.register, "xena", town.now)} & set(CONFIDANTS)
    assert acting == {"external_counsellor"}


@given(data=st.data(), other=st.booleans())
def test_invariant_46_who_is_dissatisfied_comes_back(data: st.DataObject, other: bool) -> None:
    """Until it is erased the member alone reopens a closed report, and then never again (A31)."""
    town, stream = w.watched(data.draw, many=6, among=(w.some_step, w.term, w.recuse, w.emergency))
    town.wait(MINUTE)
    if town.state(stream, "report") not in ("closed", "erased"):
        s.done(town.step(stream, "close", "reporter"))
    for _ in range(data.draw(st.integers(0, 3))):
        town.wait(data.draw(st.sampled_from([DAY, 95 * DAY, 400 * DAY])))
        if town.state(stream, "report") == "closed":
            step = data.draw(st.sampled_from(["reopen", "reopen", "reopen_for_referral"]))
            if step == "reopen_for_referral":
                free = town.state(stream, "handover") in ("none", "returned")
                assert town.step(stream, step, "reporter").done == free
            else:
                s.done(town.step(stream, step, "reporter"))
            if town.state(stream, "report") != "closed":
                s.done(town.step(stream, "close", "reporter"))
    if other and town.state(stream, "report") == "closed":
        _free(town, stream)
        town.step(stream, "erase_now", "reporter")
        town.wait(RETENTION)
    reopened = town.step(stream, "reopen", "reporter")
    assert reopened.done == (town.state(stream, "report") == "listening")
    if not reopened.done:
        assert town.state(stream, "report") == "erased"
        assert not town.step(stream, "reopen_for_referral", "reporter").done


@given(data=st.data(), early=st.booleans())
def test_invariant_47_every_closed_report_is_erased_in_the_end(
    data: st.DataObject, early: bool
) -> None:
    """Counted, unheld and answered, a closed report is erased two years on by itself (B18)."""
    among = (w.some_step, w.add, w.emergency, w.share, w.time, w.only("place_hold"))
    town, stream = w.watched(data.draw, many=6, among=among)
    town.wait(MINUTE)
    if town.state(stream, "report") not in ("closed", "erased"):
        s.done(town.step(stream, "close", "reporter"))
    if not early:
        town.wait(RETENTION)
    if town.state(stream, "report") == "closed":
        _free(town, stream)
        assert town.state(stream, "counting") == "counted"
    town.wait(RETENTION)
    assert town.state(stream, "report") == "erased"
    theirs = [n for n, item in town.cases[stream].items.items() if "reporter" in item.of]
    assert not any(town.readers(stream, item) for item in theirs)


@given(data=st.data(), at_once=st.booleans())
def test_invariant_33_after_erasure_nothing_opens_and_all_is_as_decided(
    data: st.DataObject, at_once: bool
) -> None:
    """After erasure no key opens a word of the member, and the history proves itself (B18)."""
    town, stream = w.watched(data.draw, many=8)
    town.wait(MINUTE)
    if town.state(stream, "report") not in ("closed", "erased"):
        s.done(town.step(stream, "close", "reporter"))
    if town.state(stream, "report") == "closed":
        _free(town, stream)
        if at_once:
            town.step(stream, "erase_now", "reporter")
        else:
            town.wait(RETENTION)
    case = town.cases[stream]
    if town.state(stream, "report") == "erased":
        theirs = [n for n, item in case.items.items() if "reporter" in item.of]
        assert theirs
        for item in theirs:
            assert not town.readers(stream, item)
            for who in ("reporter", "noor", "bram", "xena", "dirk", "rik", "mees"):
                assert not town.do(stream, c.Read(item), who).done
    for name, events in town.histories.items():
        folded = blank(name, town.cases[name].procedure)
        for event in events:
            folded = fold(town.procedure(name), folded, event)
        assert folded == town.cases[name]
    for moment in town.moments:
        problem = disagreement(moment.rules, moment.register, moment.before, moment.events)
        assert problem is None, f"{moment.events[0].data}"
    assert town.broke(33) == []

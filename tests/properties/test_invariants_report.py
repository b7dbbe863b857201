"""Invariants of a member's report: what is shared, who decides, danger, recusal and mediation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.town import DAY, MINUTE, RULES, START, Town, register_of, standing_as
from tests.properties.watching import Watched
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.procedure import canonical, digest

SHARING = (w.consent, w.share, w.share, w.read, w.read, w.withdraw, w.add, w.time, w.some_step)
RULING = ("disputes_committee", "ruling")


@given(data=st.data(), goal=st.sampled_from(["deciding", "preparing", "active", "handed over"]))
def test_invariant_01_no_words_leave_without_a_basis(data: st.DataObject, goal: str) -> None:
    """No item of a member is shared, read or left open on anything but a basis (B18, B19, Q4)."""
    changing = (w.succeed, w.only("transfer"), w.term, w.emergency)
    town, stream = w.watched(data.draw, goal, many=8, among=(*SHARING, *changing))
    for counsellor in data.draw(st.permutations(["noor", "bram", "xena"]))[:2]:
        town.step(stream, "transfer", "reporter", counsellor=counsellor)
    assert town.broke(1) == []


@given(data=st.data(), again=st.booleans())
def test_invariant_02_nothing_leaves_on_a_consent_withdrawn(
    data: st.DataObject, again: bool
) -> None:
    """Once it is withdrawn, a consent carries nothing: shared, handed over or still open (B18)."""
    town, stream = w.watched(data.draw, "preparing", many=3, among=(w.add, w.consent, w.share))
    case = town.cases[stream]
    given_for_it = [n for n, k in case.consents.items() if (k.to, k.purpose) == RULING]
    papers = tuple(n for n, item in case.items.items() if item.kind == "packet")
    if again:
        assert town.do(stream, c.Share(papers[:1], *RULING), "reporter").done
    for name in given_for_it:
        town.do(stream, c.WithdrawConsent(name), "reporter")
    for item in papers:
        assert not town.do(stream, c.Share((item,), *RULING), "reporter").done
        assert not town.do(stream, c.Read(item), "dirk").done
    assert not town.step(stream, "hand_over", "reporter").done
    w.wander(data.draw, town, 4, SHARING)
    assert town.broke(2) == []


@given(data=st.data())
def test_invariant_03_only_the_member_leaves_the_decision(data: st.DataObject) -> None:
    """The state in which the member decides is left on their proven word or by silence (B16)."""
    among = (*(w.bold,) * 5, w.some_step, w.time, w.only("transfer", "close", "reopen"))
    town, stream = w.watched(data.draw, "deciding", "supporting", "closed", many=12, among=among)
    (*able,) = standing_as(town, stream, "counsellor")
    said = data.draw(st.sampled_from(["counsellor", "other", *able, None]))
    evidence = data.draw(st.sampled_from(["code", "spoken", None]))
    for who in able:
        for name in ("choose_support", "choose_referral", "decide_anew", "close"):
            assert not town.take(stream, name, who, {}, c.Said(said, evidence)).done
    assert town.broke(3) == []


@given(data=st.data())
def test_invariant_04_no_decision_is_a_counsellors(data: st.DataObject) -> None:
    """Whoever is on record as having decided or consented is a party to the case (B17)."""
    town, stream = w.watched(data.draw, "deciding", many=6, among=(w.some_step, w.consent, w.bold))
    (*able,) = standing_as(town, stream, "counsellor")
    for who in able:
        for name in ("choose_support", "choose_referral", "close"):
            town.take(stream, name, who, {}, c.Said(who, "spoken"))
            town.take(stream, name, who, {}, c.Said("counsellor", "spoken"))
    w.wander(data.draw, town, 4)
    assert town.broke(4) == []


@given(data=st.data(), past=st.booleans())
def test_invariant_05_an_emergency_tells_only_whom_it_names(
    data: st.DataObject, past: bool
) -> None:
    """On danger to life something goes only while it lasts, to those named, with reasons (B19)."""
    town, stream = w.watched(data.draw, "deciding", many=2, among=(w.add,))
    (who,) = standing_as(town, stream, "counsellor")
    town.wait(data.draw(st.sampled_from([MINUTE, DAY])))
    denied = data.draw(st.sampled_from([None, None, *s.GRAVE]))
    form = {name: name != denied for name in s.GRAVE}
    opened = town.take(stream, "open_emergency", who, {**form, "recipients": ("police",)})
    assert opened.done == (denied is None)
    for _ in range(4):
        item = data.draw(st.sampled_from(sorted(town.cases[stream].items)))
        to = data.draw(st.sampled_from(["police", "crisis_service", "regional_chair"]))
        by = data.draw(st.sampled_from([who, who, "reporter"]))
        happened = town.now - data.draw(st.sampled_from([MINUTE, s.HOUR, DAY])) if past else None
        town.do(stream, c.Share((item,), to, "safety", happened=happened), by)
        data.draw(st.sampled_from([w.time, w.emergency, w.add]))(data.draw, town, stream)
    assert town.broke(5) == []


def _telling_the_chair() -> dict[str, Compiled]:
    """The procedures, in one of which an emergency may be told to the regional chair as well."""
    conduct = RULES["conduct"].procedure
    step = conduct.steps["open_emergency"]
    asked = step.asks["recipients"]
    wider = msgspec.structs.replace(asked, among=(*asked.among, "regional_chair"))
    opening = msgspec.structs.replace(step, asks={**step.asks, "recipients": wider})
    steps = {**conduct.steps, "open_emergency": opening}
    procedure = msgspec.structs.replace(conduct, steps=steps)
    return {**RULES, "conduct": compile_procedure(procedure, digest(canonical(procedure)))}


TELLING_THE_CHAIR = _telling_the_chair()


@given(
    data=st.data(), expires=st.booleans(), to=st.sampled_from(["crisis_service", "regional_chair"])
)
def test_invariant_06_an_emergency_leaves_nothing_behind(
    data: st.DataObject, expires: bool, to: str
) -> None:
    """After an emergency everyone may open and share what they could without it (B19)."""
    calm, grave = (Town(register_of(), TELLING_THE_CHAIR) for _ in range(2))
    goal = data.draw(st.sampled_from(["received", "mediating", "handed over"]))
    told: list[str] = []
    stream = "z-1"
    for town in (calm, grave):
        assert s.report(town) == stream
        if goal != "received":
            s.advised(town, stream)
        if goal == "mediating":
            s.mediated(town, stream)
        if goal == "handed over":
            s.prepared(town, stream)
            s.handed(town, stream)
    held = sorted(grave.cases[stream].items)
    for town in (calm, grave):
        if town is calm:
            town.do(stream, c.AddItem(town.item(), "emergency_notice"), "noor")
        else:
            s.done(town.take(stream, "open_emergency", "noor", {**s.GRAVE, "recipients": (to,)}))
            for item in data.draw(st.lists(st.sampled_from(held), max_size=3)):
                told.append(item)
                s.done(town.do(stream, c.Share((item,), to, "safety"), "noor", wait=timedelta()))
            if to == "regional_chair":
                for item in told:
                    s.done(town.do(stream, c.Read(item), "rik", wait=timedelta()))
            if not expires:
                s.done(town.step(stream, "close_emergency", "noor"))
        town.now = START + 2 * DAY if expires else START + DAY / 2
        town.wait(timedelta())
    assert _access(grave, stream) == _access(calm, stream)


def _access(town: Town, stream: str) -> Any:
    """Who may open which item, and to whom it may be shared, whoever asks."""
    case = town.cases[stream]
    opening = {item: town.readers(stream, item) for item in case.items}
    sharing = {}
    for item in case.items:
        for to, purpose in (*w.GOES_TO, ("regional_chair", "safety"), ("police", "safety")):
            for who in ("noor", "reporter", "rik", "dirk"):
                played = Town(town.register, town.rules)
                played.now, played.cases = town.now, dict(town.cases)
                went = played.do(stream, c.Share((item,), to, purpose), who).done
                sharing[item, to, purpose, who] = went
    return opening, sharing


@given(data=st.data())
def test_invariant_07_who_is_recused_is_out(data: st.DataObject) -> None:
    """Somebody recused takes no step, opens nothing and is told of no case, in any office (B6)."""
    among = (*(w.recuse,) * 4, w.some_step, w.read, w.bold, w.share, w.time)
    town, _ = w.watched(data.draw, "deciding", "mediating", "active", "handed over", among=among)
    for stream, case in town.cases.items():
        for who in case.recused:
            own = {town.register.persons[who].key}
            assert not town.knows(stream, who), f"{who} is answered that there is a case"
            assert town.open_to(stream, who) == ()
            assert not any(own & town.readers(stream, item) for item in case.items)
            for item in case.items:
                assert not town.do(stream, c.Read(item), who).done
            w.tries_all(data.draw, town, stream, who)
    assert town.broke(7) == []


def _taken_away(town: Watched, stream: str, how: str, mediator: str) -> None:
    """One of the things goes that a mediation rests on."""
    if how in ("reporter", "other"):
        for name, given in town.cases[stream].consents.items():
            if given.giver == how and given.kind == "mediation":
                s.done(town.do(stream, c.WithdrawConsent(name), how))
    elif how == "recused":
        s.done(town.do(stream, c.Recuse(mediator, "close_to_party"), "reporter"))
    elif how == "left":
        town.leave("mediator", mediator, s.REGION)


@given(data=st.data(), simple=st.booleans(), mediator=st.sampled_from(["mees", "bram"]))
def test_invariant_11_a_mediation_has_two_willing_members(
    data: st.DataObject, simple: bool, mediator: str
) -> None:
    """A mediation begins and lasts on two consents, in a simple matter, with a third (B24, Q8)."""
    town = Watched()
    stream = s.report(town, data.draw(st.sampled_from(["noor", "bram"])))
    s.advised(town, stream, simple=simple)
    town.step(stream, "propose_mediation", "reporter", mediator=mediator)
    town.step(stream, "invite_other", mediator)
    ending = (w.withdraw, w.withdraw, w.time, w.recuse, w.term)
    how = data.draw(st.sampled_from(["reporter", "other", "recused", "left", "drawn"]))
    w.wander(data.draw, town, data.draw(st.integers(0, 2)), ending)
    town.step(stream, "accept_mediation", "other")
    if town.state(stream, "report") == "mediating":
        assert simple
        w.wander(data.draw, town, 2, (*ending, w.add) if how == "drawn" else (w.add,))
        _taken_away(town, stream, how, mediator)
        town.wait(MINUTE)
        assert how == "drawn" or town.state(stream, "report") == "member_deciding"
        if town.state(stream, "report") == "mediating":
            live = {k.giver for k in town.cases[stream].consents.values() if k.live(town.now)}
            assert live >= {"reporter", "other"}
            assert standing_as(town, stream, "mediator")
    assert town.broke(11) == []


@given(data=st.data(), both=st.booleans(), kind=st.booleans())
def test_invariant_12_a_mediation_stays_between_the_two(
    data: st.DataObject, both: bool, kind: bool
) -> None:
    """No record of a mediation goes anywhere but by the consent of both, to no committee (B24)."""
    town, stream = w.watched(data.draw, "mediating", many=0)
    item = town.add(stream, "mediation", data.draw(st.sampled_from(["reporter", "other"])))
    s.done(
        town.step(
            stream,
            "end_mediation",
            data.draw(st.sampled_from(["reporter", "other"])),
            outcome="stopped",
        )
    )
    for giver in ("reporter", "other")[: 1 + both]:
        for to, purpose in (RULING, ("helper", "support"), ("counsellor", "support")):
            town.consent(
                stream, giver, to, purpose, () if kind else (item,), "mediation" if kind else None
            )
    s.prepared(town, stream)
    town.do(stream, c.Share((item,), *RULING), "reporter")
    counselled = town.do(stream, c.Share((item,), "counsellor", "support"), "reporter")
    assert counselled.done == both
    w.wander(data.draw, town, 3, (w.share, w.read, w.consent))
    if town.state(stream, "report") == "handover_preparing":
        packet = town.step(stream, "hand_over", "reporter").events.get(stream, ())
        gone = {e.data.item for e in packet if isinstance(e.data, f.Disclosed)}
        assert item not in gone
    assert town.broke(12) == []


@given(data=st.data())
def test_invariant_35_access_ends_with_the_term(data: st.DataObject) -> None:
    """Out of office a counsellor opens nothing; a successor only what came since (B2, B18)."""
    among = (w.succeed, w.only("transfer"), w.read, w.add, w.share, w.consent, w.withdraw)
    town, stream = w.watched(data.draw, "received", "deciding", "listening", many=8, among=among)
    for who in ("noor", "bram"):
        town.leave("counsellor", who, s.REGION)
    town.now += MINUTE
    for person in ("noor", "bram"):
        own = {town.register.persons[person].key}
        items = town.cases[stream].items
        assert not any(own & town.readers(stream, item) for item in items)
        assert not any(town.do(stream, c.Read(item), person).done for item in items)
    s.done(town.step(stream, "close", "reporter"))
    s.done(town.step(stream, "reopen", "reporter", counsellor="xena"))
    before, new = town.cases[stream], town.add(stream, "conversation", "xena")
    unshared = set(before.items) - {gone.item for gone in before.disclosures}
    xena = {town.register.persons["xena"].key}
    told = {item for item in unshared if "xena" in before.items[item].confided}
    told |= {item for item in unshared if before.items[item].by == "xena"}
    assert {item for item in unshared if xena & town.readers(stream, item)} <= told
    assert xena <= town.readers(stream, new)
    assert town.broke(35) == []

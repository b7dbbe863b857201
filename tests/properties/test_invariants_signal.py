"""Invariants of signals and the support group: who gives them, who helps, and when it ends."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.books import CONFLICT, OVER, PENDING, SIGNALLERS, held
from tests.properties.town import BRANCH, DAY, MINUTE, PEOPLE, standing_as
from tests.properties.watching import Watched
from tests.properties.world import Draw
from workflow.engine import commands as c
from workflow.engine import facts as f

SUPPORT = (
    "give_signal",
    "assess",
    "activate",
    "reaffirm",
    "advise_chair",
    "resolve",
    "report_back",
)
ENDS = st.sampled_from(["resolve", "lapse", "decline", "file", "link"])


def _at_work(draw: Draw) -> tuple[Watched, str]:
    """A town with the support group at work, in a case with a report or in one of its own."""
    town = Watched()
    if draw(st.booleans()):
        return town, s.lead(draw, town, "active")
    stream = s.signal(town, draw(st.sampled_from(["vera", "gijs", "alma"])))
    s.activated(town, stream, draw(st.sampled_from(["hanna", "hugo"])))
    return town, stream


def _ended(town: Watched, stream: str, how: str) -> None:
    """The support group's part in the case ends in one of the ways that there are."""
    (helper,) = standing_as(town, stream, "helper")
    if how == "resolve":
        s.done(town.step(stream, "advise_chair", helper))
        s.done(town.step(stream, "resolve", "rik", everyone_heard=True))
    elif how == "file" and "reporter" in town.cases[stream].parties:
        s.done(town.step(stream, "decide_anew", "reporter"))
        s.prepared(town, stream)
        s.handed(town, stream)
    elif how == "lapse":
        town.wait(31 * DAY)
    else:
        dispute, filed = town.open("dispute", "file_as_organ", "gijs")
        s.done(filed)
        s.seized(town, dispute, stream)
    assert town.state(stream, "support_group") in OVER


@given(data=st.data(), helper=st.sampled_from(["noor", "hanna", "hugo"]), late=st.booleans())
def test_invariant_08_a_counsellor_of_the_region_is_no_helper(
    data: st.DataObject, helper: str, late: bool
) -> None:
    """In no matter does a counsellor of the region stand as a helper too (B11, B36, Q2)."""
    town = Watched()
    stream = s.report(town, data.draw(st.sampled_from(["noor", "bram"])))
    s.advised(town, stream)
    s.done(town.step(stream, "ask_for_signal", "reporter"))
    if not late:
        w.wander(data.draw, town, 2, (w.succeed,))
    s.done(town.step(stream, "give_signal", "vera", corners=("board",)))
    s.done(town.step(stream, "assess", "rik"))
    if data.draw(st.booleans()):
        town.leave("counsellor", "noor", s.REGION)
    town.step(stream, "activate", "rik", helpers=(helper,), conflict_present=True)
    among = (w.succeed, w.only("transfer"), w.only("activate", "advise_chair"), w.read, w.time)
    w.wander(data.draw, town, 6, among)
    for person in ("hanna", "hugo", "nadia"):
        if any(t.office == "counsellor" for t in town.register.anywhere(person, town.now)):
            town.step(stream, "transfer", "reporter", counsellor=person)
    town.wait(MINUTE)
    town.add(stream, "packet", "reporter")
    assert town.broke(8) == []


@given(
    data=st.data(),
    who=st.sampled_from(PEOPLE),
    office=st.sampled_from(SIGNALLERS),
    branch=st.sampled_from([BRANCH, s.REGION, "partij/noord/dorp"]),
)
def test_invariant_14_a_signal_comes_from_the_branch_and_goes_to_the_chair(
    data: st.DataObject, who: str, office: str, branch: str
) -> None:
    """Only an office-holder of the very branch signals, to the chair or the deputy (B25-B29)."""
    town = Watched()
    town.grant(office, who, branch)
    if data.draw(st.booleans()):
        town.leave(office, who, branch)
    if data.draw(st.booleans()):
        town.grant(office, who, s.REGION)
    for kept, where in (("regional_chair", "rik"), ("deputy_chair", "dora")):
        if data.draw(st.booleans()):
            town.leave(kept, where, s.REGION)
            break
    town.now += MINUTE
    giver = data.draw(st.sampled_from([who, who, who, "vera"]))
    here = {o for o, where in held(town.register, giver, town.now) if where == BRANCH}
    involved = data.draw(st.sampled_from([(), ("rik",), ("bo",)]))
    form: dict[str, tuple[str, ...]] = {"corners": ("board",)}
    if involved:
        form["involved"] = involved
    first = c.Advance("give_signal", {**form}, town.item())
    able = sorted(here & set(SIGNALLERS))
    rules, office_held = town.rules["conduct"], able[0] if able else None
    result = town.do("z-1", c.Open(BRANCH, first), giver, rules=rules, office=office_held)
    if result.done:
        item = next(n for n, i in town.cases["z-1"].items.items() if i.kind == "signal")
        lines = {k.key for k in town.register.office_keys if k.office.endswith("_chair")}
        person = town.register.persons[giver].key
        assert town.readers("z-1", item) <= lines | {person}
    else:
        assert not able or result.codes == {"nobody-to-receive"}
    assert town.broke(14) == []


@given(data=st.data(), how=ENDS)
def test_invariant_15_helpers_read_only_while_at_work(data: st.DataObject, how: str) -> None:
    """A helper opens no item of the case once the support group is no longer active (B33)."""
    town, stream = _at_work(data.draw)
    w.wander(data.draw, town, 3, (w.only("advise_chair", "reaffirm"), w.read, w.add))
    helpers = standing_as(town, stream, "helper")
    _ended(town, stream, how)
    w.wander(data.draw, town, 3, (w.read, w.add, w.only(*SUPPORT)))
    for who in helpers:
        own = {town.register.persons[who].key}
        for item in town.cases[stream].items:
            assert not own & town.readers(stream, item)
            assert not town.do(stream, c.Read(item), who).done
        assert town.open_to(stream, who) == ()
    assert town.broke(15) == []


@given(data=st.data(), own=st.booleans())
def test_invariant_16_no_signal_is_dealt_with_beside_a_filing(
    data: st.DataObject, own: bool
) -> None:
    """While the disputes committee has a report, no signal on it is begun or goes on (B35, Q11)."""
    if own:
        town, stream = w.watched(data.draw, "active", many=0)
        s.done(town.step(stream, "decide_anew", "reporter"))
        s.prepared(town, stream)
        s.handed(town, stream)
    else:
        town, stream = w.watched(data.draw, "seized", "handed over", "deciding", many=0)
    among = (
        *(w.only("give_signal"), w.only("assess", "activate", "reaffirm")),
        *(w.only("examine", "admit", "reject", "withdraw", "say_one_matter"), w.time),
        *(w.only("ask_for_signal", "choose_referral", "decide_anew"), w.only("hand_over"), w.bold),
    )
    w.wander(data.draw, town, 10, among)
    for one, case in town.cases.items():
        if "dispute" in case.tracks and case.state("dispute") in PENDING:
            for other in (o for o in case.links if "support_group" in town.cases[o].tracks):
                for who in ("vera", "gijs", "alma"):
                    town.step(other, "give_signal", who, corners=("board",))
                assert town.state(other, "support_group") not in CONFLICT, one
    assert town.broke(16) == []


@given(data=st.data(), how=ENDS)
def test_invariant_17_what_is_over_stays_over(data: st.DataObject, how: str) -> None:
    """From handed back, stood back or declined the same case never has helpers again (B33, B35)."""
    town, stream = _at_work(data.draw)
    _ended(town, stream, how)
    for who in ("rik", "vera", "hanna", "cora"):
        w.tries_all(data.draw, town, stream, who)
        assert town.state(stream, "support_group") in OVER
    w.wander(data.draw, town, 4, (w.bold, w.only(*SUPPORT), w.time))
    assert town.state(stream, "support_group") in OVER
    assert not standing_as(town, stream, "helper")
    assert town.broke(17) == []


@given(data=st.data())
def test_invariant_18_the_support_group_decides_nothing(data: st.DataObject) -> None:
    """No step that a helper takes moves a track or stands for anybody's decision (B36)."""
    town, stream = _at_work(data.draw)
    w.wander(data.draw, town, 3)
    for who in standing_as(town, stream, "helper"):
        before = dict(town.cases[stream].tracks)
        w.tries_all(data.draw, town, stream, who)
        after = town.cases[stream].tracks
        assert {t: p.state for t, p in after.items()} == {t: p.state for t, p in before.items()}
    assert town.broke(18) == []


@given(data=st.data(), how=st.sampled_from(["resolve", "lapse"]))
def test_invariant_19_afterwards_all_runs_through_the_contact_person(
    data: st.DataObject, how: str
) -> None:
    """After handing back, what a step brings the regional board is the contact person's (B34).

    Own words stay one's own (law 1), so what the signaller shares by hand is not looked at here.
    """
    town, stream = _at_work(data.draw)
    _ended(town, stream, how)
    known = set(town.cases[stream].items)
    board = {k.key for k in town.register.office_keys if k.office.endswith("_chair")}
    for who in ("vera", "gijs", "hanna", "rik", "cora", "reporter"):
        w.tries_all(data.draw, town, stream, who)
    w.wander(data.draw, town, 4, (w.bold, w.some_step, w.add, w.time))
    new = {n: i for n, i in town.cases[stream].items.items() if n not in known}
    reached = {n: i for n, i in new.items() if board & town.readers(stream, n)}
    assert {item.author for item in reached.values()} <= {"contact_person"}
    assert reached
    assert town.broke(19) == []


@given(data=st.data(), how=st.sampled_from(["resolve", "lapse"]))
def test_invariant_19_own_words_stay_ones_own(data: st.DataObject, how: str) -> None:
    """After handing back the chair reads the signal on a new consent of its giver, and only so."""
    town, stream = _at_work(data.draw)
    _ended(town, stream, how)
    case = town.cases[stream]
    (item,) = (name for name, one in case.items.items() if one.kind == "signal")
    giver = case.parties["signaller"].person
    assert giver is not None
    share = c.Share((item,), "regional_chair", "support")
    assert not town.do(stream, c.Read(item), "rik").done
    for who in ("rik", "hanna", "hugo", "cora", "noor"):
        assert not town.do(stream, share, who).done, who
    assert town.do(stream, share, giver).codes == {"consent-withdrawn"}
    said = c.Said("signaller", "code")
    again = c.GiveConsent("signaller", "regional_chair", "support", (item,), None, None, said)
    assert not town.do(stream, again, "rik").done
    s.done(town.do(stream, again, giver))
    s.done(town.do(stream, share, giver))
    s.done(town.do(stream, c.Read(item), "rik"))
    assert town.broke(19) == []


def test_a_counsellor_does_not_learn_of_a_signal_by_its_consents() -> None:
    """Who sees a member's report and no signal in it finds no consents of whoever gave one."""
    town = Watched()
    stream = s.report(town)
    s.advised(town, stream)
    s.done(town.step(stream, "ask_for_signal", "reporter"))
    s.done(town.step(stream, "give_signal", "vera", corners=("board",)))
    (noor,) = standing_as(town, stream, "counsellor")
    given = town.cases[stream].consents.items()
    told = {one.giver: town.do(stream, c.WithdrawConsent(name), noor).codes for name, one in given}
    assert told["signaller"] == {"unknown-consent"}
    assert told["reporter"] != {"unknown-consent"}


@given(
    data=st.data(),
    how=st.sampled_from(["own", "own to integrity", "link"]),
    begun=st.integers(0, 2),
)
def test_invariant_39_filing_and_standing_back_are_one(
    data: st.DataObject, how: str, begun: int
) -> None:
    """With the very event that files or links, a support group stands back (B35, Q11)."""
    town = Watched()
    stream = s.report(town)
    s.advised(town, stream)
    conflict = stream
    if how == "link":
        conflict = s.signal(town)
    else:
        s.done(town.step(stream, "ask_for_signal", "reporter"))
        s.done(town.step(stream, "give_signal", "vera", corners=("board",)))
        s.done(town.step(stream, "decide_anew", "reporter"))
    if begun:
        s.done(town.step(conflict, "assess", "rik"))
    if begun > 1:
        s.done(town.step(conflict, "activate", "rik", helpers=("hugo",), conflict_present=True))
    target = "integrity_committee" if how == "own to integrity" else "disputes_committee"
    s.prepared(town, stream, target)
    before = town.state(conflict, "support_group")
    assert before in CONFLICT
    events = dict(enumerate(town.histories[conflict]))
    other = s.handed(town, stream)
    if how == "link":
        assert town.state(conflict, "support_group") == before
        s.seized(town, other, conflict)
    came = [e for n, e in enumerate(town.histories[conflict]) if n not in events]
    backs = [e for e in came if isinstance(e.data, f.Stepped) and e.data.to == "stood_back"]
    assert len(backs) == 1
    assert backs[0].at == town.histories[other][-1].at
    assert town.state(conflict, "support_group") == "stood_back"
    assert not standing_as(town, conflict, "helper")
    assert town.broke(39) == []


@given(
    data=st.data(),
    waits=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    confirmed=st.booleans(),
)
def test_invariant_40_being_active_is_reaffirmed_or_ends(
    data: st.DataObject, waits: list[int], confirmed: bool
) -> None:
    """Thirty days after it began or was last reaffirmed, the support group is at work no more."""
    town, stream = _at_work(data.draw)
    since = town.now
    for days in waits:
        town.wait(timedelta(days=days))
        if town.state(stream, "support_group") != "active":
            moved = [e for e in town.histories[stream] if getattr(e.data, "step", "") == "lapse"]
            assert since + 29 * DAY < moved[-1].took_place <= since + 31 * DAY
            return
        # The whole of the thirtieth day still belongs to the term.
        assert town.now < since + 31 * DAY
        s.done(town.step(stream, "advise_chair", standing_as(town, stream, "helper")[0]))
        if confirmed:
            s.done(town.step(stream, "reaffirm", "rik", conflict_present=True))
            since = town.now
    town.wait(since + 31 * DAY - town.now)
    assert town.state(stream, "support_group") == "handed_back"
    assert not standing_as(town, stream, "helper")

"""Who reaches the confidential annex, and when: those concerned, delegates, nobody by rank."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties.inquiry import (
    BOARD,
    DELEGATES,
    GOALS,
    HOME,
    LEADER,
    PEOPLE,
    Inquiry,
    Told,
    taken,
)
from tests.properties.town import DAY, MINUTE, Result, Town, any_step, public
from tests.properties.world import Draw
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r

MOVES = 12
"""How many moves are drawn after the beginning that a test asks for."""


def disclosures(result: Result | None) -> list[f.Event]:
    """The events by which something left."""
    events = [e for some in result.events.values() for e in some] if result else []
    return [e for e in events if isinstance(e.data, f.Disclosed)]


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_20_annex_readers(data: st.DataObject, goal: str) -> None:
    """A fragment opens for those traceable in it, its author, and those it went to (A8, A19, Q12).

    Delegates of now have it on commission, others while everyone traceable consents; nobody else.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    for _ in range(MOVES):
        inquiry.move(data.draw)
        told = Told(inquiry)
        for item in told.fragments:
            assert inquiry.town.readers(inquiry.stream, item) == told.keys(item), item
        item = data.draw(st.sampled_from(sorted(told.fragments)))
        for who in (*PEOPLE, *inquiry.parties()):
            assert inquiry.could(c.Read(item), who) == told.opens(item, who), (item, who)
    event(f"ends: {inquiry.state}")


@given(data=st.data(), goal=st.sampled_from(GOALS), also=st.sets(st.sampled_from(BOARD)))
def test_invariant_20_party_leader(data: st.DataObject, goal: str, also: set[str]) -> None:
    """Whoever is party leader opens no fragment, in whatever other office they sit (A7, A12).

    Also not where they asked for the investigation, nor where everyone consents to it.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    for office in sorted(also):
        inquiry.grant(office, "piet")
    for item in inquiry.items("annex"):
        for giver in inquiry.town.cases[inquiry.stream].items[item].of:
            for to in (LEADER, "national_board"):
                inquiry.consent(giver, to, item)
        for to in (LEADER, *BOARD):
            inquiry.share((item,), to, "ivo")
        assert not inquiry.could(c.Read(item), "piet")
        assert public("piet") not in inquiry.town.readers(inquiry.stream, item)
    for _ in range(MOVES // 2):
        inquiry.move(data.draw)
        told = Told(inquiry)
        for person in PEOPLE:
            if told.holds(person, LEADER):
                for item, (_, author) in told.fragments.items():
                    assert author == person or not inquiry.could(c.Read(item), person)


@given(
    data=st.data(),
    office=st.sampled_from(DELEGATES),
    begins=st.integers(1, 400),
    lasts=st.integers(1, 400),
    shared=st.booleans(),
)
def test_invariant_21_as_long_as_the_term(
    data: st.DataObject, office: str, begins: int, lasts: int, shared: bool
) -> None:
    """A delegate's access begins and ends at the very moments at which the term does (A3)."""
    inquiry = Inquiry()
    inquiry.come(data.draw, data.draw(st.sampled_from(("board_weighing", "following_up"))))
    town = inquiry.town
    starts = town.now + begins * MINUTE
    until = starts + lasts * MINUTE
    wanted = "national_board" if shared else office
    if shared:
        inquiry.shared_with_board()
        starts, until = starts + 60 * MINUTE, until + 60 * MINUTE
    else:
        for holder in inquiry.holders(office):
            town.leave(office, holder, HOME)
    term = f.OfficeGranted(wanted, "nadia", HOME, starts, until)
    town.register = r.apply(town.register, term)
    moments = (
        (starts - timedelta(microseconds=1), False),
        (starts, True),
        (until - timedelta(microseconds=1), True),
        (until, False),
        (until + 30 * DAY, False),
    )
    key = public("nadia") if shared else town.register.office_keys[-1].key
    for at, opens in moments:
        town.now = at
        for item in inquiry.items("annex"):
            assert inquiry.could(c.Read(item), "nadia") is opens, at
            assert (key in town.readers(inquiry.stream, item)) is opens, at


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_22_public_on_consent(data: st.DataObject, goal: str) -> None:
    """No fragment goes to the public but on the live consent of everyone traceable in it (A17)."""
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    for item in inquiry.items("annex"):
        for giver in inquiry.town.cases[inquiry.stream].items[item].of:
            if data.draw(st.integers(0, 3)):
                consent = inquiry.consent(giver, "public", item, purpose="openness")
                if not data.draw(st.integers(0, 3)):
                    inquiry.do(c.WithdrawConsent(consent), giver)
        author = inquiry.town.cases[inquiry.stream].items[item].by
        shared = inquiry.share((item,), "public", author, "openness").done
        assert shared == Told(inquiry).consented(item, "public", "openness")
        event(f"released: {shared}")
    for _ in range(MOVES):
        result = inquiry.move(data.draw)
        told = Told(inquiry)
        for gone in disclosures(result):
            assert isinstance(gone.data, f.Disclosed)
            if gone.data.to == "public" and gone.data.item in told.fragments:
                assert told.consented(gone.data.item, "public", gone.data.purpose)


@given(data=st.data(), goal=st.sampled_from(GOALS[1:]), some=st.booleans())
def test_invariant_23_never_the_board_alone(data: st.DataObject, goal: str, some: bool) -> None:
    """Whatever the board does by itself, no fragment reaches anyone but its delegates (A20, A21).

    Also not where all but one of those traceable consented: the last of them decides.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    case = inquiry.town.cases[inquiry.stream]
    for item in inquiry.items("annex"):
        for giver in case.items[item].of[1:] if some else ():
            inquiry.consent(giver, "public", item, purpose="openness")
            inquiry.consent(giver, "national_board", item)
    for _ in range(MOVES):
        result = inquiry.board_move(data.draw)
        fragments = inquiry.items("annex")
        for gone in disclosures(result):
            assert isinstance(gone.data, f.Disclosed)
            to = gone.data.to
            traceable = to in case.items[gone.data.item].of if gone.data.item in case.items else ()
            assert gone.data.item not in fragments or to in DELEGATES or traceable, to


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_24_publishing_states_the_annex(data: st.DataObject, goal: str) -> None:
    """The step `publish` states the annex, which was delivered or marked as to follow (A14, A22).

    Those concerned were told first.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    for _ in range(MOVES):
        wanted = data.draw(st.sampled_from(("inform_concerned", "publish", "")))
        if wanted and (inquiry.acting(DELEGATES[0]) or inquiry.acting(DELEGATES[1])):
            stated = data.draw(st.sampled_from((True, True, False)))
            answers: dict[str, f.Answer] = {"annex_stated": stated} if wanted == "publish" else {}
            inquiry.town.take(inquiry.stream, wanted, inquiry.delegate(), answers)
        else:
            inquiry.move(data.draw)
    annex, informed = "none", False
    published = list(taken(inquiry.history, "publish"))
    for gone in inquiry.history:
        match gone.data:
            case f.Stepped(track="annex", to=to):
                annex = to
            case f.Stepped(step="inform_concerned"):
                informed = True
            case f.Stepped(step="publish", answers=told):
                assert annex in ("to_follow", "delivered")
                assert informed, "those concerned hear it first"
                assert told == {"annex_stated": True}
    event(f"published: {bool(published)}")


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_30_conduct_team_knows_no_case(data: st.DataObject, goal: str) -> None:
    """The team that advises on norms knows of no case, and opens nothing, but in `norms` (A29)."""
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    town = inquiry.town
    opened: dict[str, tuple[str, str, dict[str, f.Answer]]] = {
        "conduct": ("open_report", "reporter", {"counsellor": "noor", "ground": ("integrity",)}),
        "norms": ("advise_unasked", "tess", {}),
        "signal": ("give_signal", "vera", {"corners": ("board",)}),
        "dispute": ("file", "applicant", {}),
    }
    for name in sorted(data.draw(st.sets(st.sampled_from(sorted(opened)), min_size=1))):
        step, who, answers = opened[name]
        procedure = "conduct" if name == "signal" else name
        assert _opened(town, procedure, step, who, answers), name
    keys = {k.key for k in town.register.office_keys if k.office == "conduct_team"}
    for _ in range(MOVES):
        stream = data.draw(st.sampled_from(sorted(town.cases)))
        any_step(data.draw, town, stream)
        if data.draw(st.booleans()):
            _tell_the_team(data.draw, town, stream)
        for other, case in town.cases.items():
            if town.procedure(other).procedure != "norms":
                assert not town.knows(other, "tess"), other
                assert not any(gone.to == "conduct_team" for gone in case.disclosures)
                for item in case.items:
                    assert not keys & town.readers(other, item)


def _opened(town: Town, procedure: str, step: str, who: str, answers: dict[str, f.Answer]) -> bool:
    """Whether a case could be opened so."""
    return town.open(procedure, step, who, **answers)[1].done  # type: ignore[arg-type]


def _tell_the_team(draw: Draw, town: Town, stream: str) -> None:
    """Somebody tries to share something with the team, with everyone's consent."""
    case = town.cases[stream]
    if not case.items:
        return
    item = draw(st.sampled_from(sorted(case.items)))
    purpose = draw(st.sampled_from(sorted(town.procedure(stream).purposes)))
    who = draw(st.sampled_from([*sorted(case.parties), "noor", "nina", "ivo", "rik"]))
    for giver in case.items[item].of:
        given = c.GiveConsent(giver, "conduct_team", purpose, (item,), None, None, c.Said(giver))
        town.do(stream, given, giver)
    town.do(stream, c.Share((item,), "conduct_team", purpose), who)

"""Who keeps the annex: the team that wrote it, then two delegates, and nobody else by accident."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties.inquiry import DELEGATES, HOME, LEADER, Inquiry
from tests.properties.town import DAY, MINUTE, Result, public
from workflow.engine import commands as c
from workflow.engine import facts as f

SEATS = dict(zip(DELEGATES, ("nina", "niels"), strict=True))
"""Who sits in each of the two seats when an investigation begins."""


def _heard(*authors: str) -> Inquiry:
    """An investigation in which the accused was heard, with a fragment by each of these."""
    inquiry = Inquiry()
    inquiry.begin("member", branch=HOME)
    inquiry.investigate()
    for who in authors:
        inquiry.add("annex", who, inquiry.parties("concerned")[0])
    inquiry.put()
    return inquiry


def _sealed_now(result: Result, item: str) -> set[str]:
    """The keys to which this command sealed an item."""
    events = [event.data for some in result.events.values() for event in some]
    gone = [fact for fact in events if isinstance(fact, f.Added | f.Disclosed)]
    return {key for fact in gone if fact.item == item for key in fact.readers}


def _key(inquiry: Inquiry, office: str) -> str:
    """The key that an office has now."""
    keys = inquiry.town.register.office_keys
    return next(key.key for key in reversed(keys) if key.office == office)


@given(
    vacant=st.sampled_from(DELEGATES),
    later=st.booleans(),
    days=st.integers(1, 60),
    who=st.booleans(),
)
def test_invariant_43_a_seat_filled_later_gets_the_annex(
    vacant: str, later: bool, days: int, who: bool
) -> None:
    """With one seat empty at delivery the annex is known to be with one, until both have it (A3).

    Whoever takes the seat is briefed by whoever holds it, and that very step shares both parts.
    """
    (other,) = set(DELEGATES) - {vacant}
    inquiry = _heard("ivo")
    town = inquiry.town
    inquiry.leave(vacant, SEATS[vacant])
    inquiry.deliver(later=later)
    if later:
        inquiry.must("deliver_annex", "ivo")
    (item,) = inquiry.items("annex")
    assert town.state(inquiry.stream, "hands") == "one"
    state = town.procedure(inquiry.stream).tracks["hands"].states["one"]
    assert state.deadline is not None
    assert {*DELEGATES, "auditor"} <= set(state.deadline.remind)
    assert town.cases[inquiry.stream].tracks["hands"].due is not None
    town.wait(days * DAY)
    inquiry.grant(vacant, "nadia")
    town.wait(MINUTE)
    assert _key(inquiry, vacant) not in town.readers(inquiry.stream, item)
    assert town.state(inquiry.stream, "custody") == "briefing_due"
    result = inquiry.must("brief", SEATS[other], both_parts=True)
    assert _key(inquiry, vacant) in _sealed_now(result, item)
    for report in inquiry.items("report"):
        assert _key(inquiry, vacant) in _sealed_now(result, report)
    assert town.state(inquiry.stream, "custody") == "kept"
    assert town.state(inquiry.stream, "hands") == "both"
    gone, stays = (SEATS[other], "nadia") if who else ("nadia", SEATS[other])
    inquiry.leave(other if who else vacant, gone)
    town.wait(DAY)
    assert town.state(inquiry.stream, "hands") == "one"
    assert inquiry.could(c.Read(item), stays)
    assert not inquiry.could(c.Read(item), gone)


@given(leaver=st.sampled_from(DELEGATES))
def test_invariant_43_a_vacancy_shows(leaver: str) -> None:
    """Once one of two delegates has gone, it stands in the case that one at most has the annex."""
    inquiry = _heard("ivo")
    inquiry.deliver()
    assert inquiry.town.state(inquiry.stream, "hands") == "both"
    inquiry.leave(leaver, SEATS[leaver])
    inquiry.town.wait(DAY)
    assert inquiry.town.state(inquiry.stream, "hands") == "one"


@given(office=st.sampled_from(DELEGATES))
def test_invariant_43_what_the_board_lost_is_delivered_again(office: str) -> None:
    """Where both delegates left without handing on, the investigators can deliver anew (A3)."""
    inquiry = _heard("ivo", "iris")
    inquiry.deliver()
    for seat, who in SEATS.items():
        inquiry.leave(seat, who)
    inquiry.grant(office, "nadia")
    result = inquiry.must("deliver_again", "iris")
    for item in inquiry.items("annex", "report"):
        assert _key(inquiry, office) in _sealed_now(result, item)
    assert inquiry.town.state(inquiry.stream, "hands") == "one"


@given(seat=st.sampled_from(DELEGATES), alone=st.booleans())
def test_invariant_20_the_party_leader_is_no_delegate(seat: str, alone: bool) -> None:
    """Whoever leads the party acts as no delegate: the other has the annex, or nobody yet (A7)."""
    (other,) = set(DELEGATES) - {seat}
    inquiry = _heard("ivo")
    inquiry.grant(LEADER, SEATS[seat])
    if alone:
        inquiry.leave(other, SEATS[other])
    result = inquiry.town.step(inquiry.stream, "deliver", "ivo", finding="refuted")
    (item,) = inquiry.items("annex")
    assert not inquiry.could(c.Read(item), SEATS[seat])
    if alone:
        assert result.codes == {"nobody-in-offices"}
    else:
        assert _sealed_now(result, item) == {_key(inquiry, other)}
        assert inquiry.town.state(inquiry.stream, "hands") == "one"


@given(
    author=st.sampled_from(("ivo", "iris")),
    kind=st.sampled_from(("annex", "interview")),
    delivers=st.sampled_from(("ivo", "iris")),
)
def test_a_fragment_is_the_teams(author: str, kind: str, delivers: str) -> None:
    """What one investigator writes the others on the case open at once, and can deliver (A8)."""
    inquiry = _heard("ivo", "iris")
    concerned = inquiry.parties("concerned")[0]
    new = inquiry.town.item()
    result = inquiry.do(c.AddItem(new, kind, of=(concerned,)), author)
    assert {public("ivo"), public("iris")} <= _sealed_now(result, new.item)
    for item in inquiry.items("annex"):
        for who in ("ivo", "iris"):
            assert inquiry.could(c.Read(item), who)
    assert not inquiry.could(c.Read(new.item), "nina")
    inquiry.must("deliver", delivers, finding="refuted")


@given(author=st.sampled_from(("ivo", "iris")), also=st.booleans())
def test_nobody_gives_it_back_to_the_team(author: str, also: bool) -> None:
    """Whoever is taken off the case opens what others wrote no more, and no delegate lets them."""
    inquiry = _heard(author)
    inquiry.deliver()
    (item,) = inquiry.items("annex")
    (stays,) = {"ivo", "iris"} - {author}
    team = (author,) if also else ("ineke",)
    if not also:
        inquiry.grant("investigator", "ineke")
    inquiry.must("replace_investigators", "nina", investigators=team)
    assert not inquiry.could(c.Read(item), stays)
    assert public(stays) not in inquiry.town.readers(inquiry.stream, item)
    for delegate in SEATS.values():
        refused = inquiry.share((item,), "investigator", delegate)
        assert refused.codes == {"not-yours"}
    assert inquiry.share((item,), "investigator", author).done == also

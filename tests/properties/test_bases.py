"""The one rule of sharing against a second telling of it, asked for everything at once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.laws_kept import ALL
from tests.properties.oracle import Past
from workflow.engine import commands as c
from workflow.engine.sharing import may_read, may_share
from workflow.engine.standing import standing

GOALS = (
    *("mediating", "emergency", "mediating", "emergency", "filed"),
    *("investigated", "handed_back", "active", "erased"),
)
RECIPIENTS = (*w.PROCEDURE.offices, *w.PROCEDURE.outside, *w.PROCEDURE.parties)


@st.composite
def situations(draw: st.DrawFn) -> tuple[w.Play, Past]:
    """A case somewhere in its course, with a few consents more, and what its history tells."""
    play = w.Play()
    goal = draw(st.sampled_from(GOALS))
    for move in m.path(draw, play, goal):
        play.do(move)
    if goal == "mediating" and draw(st.booleans()):
        play.do(m.forward(draw, play, "end_mediation"))
    elif goal == "mediating":
        record = m.new_item(play, "record")
        play.do(w.Move(c.AddItem(record, "mediation"), "other"))
        play.do(w.Move(c.Share((record.item,), "mediator", "mediation"), "other"))
    if goal == "handed_back":
        play.do(m.forward(draw, play, "report_back"))
    if draw(st.booleans()) and m.standing_as(play, "counsellor"):
        order = m.new_item(play, "order")
        play.do(w.Move(c.AddItem(order, "legal_document"), m.standing_as(play, "counsellor")[0]))
    for _ in range(draw(st.integers(1, 5))):
        move = m.consenting(draw, play)
        play.do(msgspec.structs.replace(move, wait=w.MINUTE))
    if draw(st.booleans()):
        play.do(m.withdrawing(draw, play))
    for person in draw(st.sets(st.sampled_from(["rik", "dora", "noor", "hanna", "mees"]))):
        if draw(st.booleans()):
            play.do(w.Move(c.Recuse(person, "close_to_party"), person))
        else:
            play.register = w.leaving(play.register, person, play.now, draw(st.booleans()))
    past = Past()
    for each in play.history:
        past.learn(each, play.register)
    return play, past


@settings(max_examples=4 * settings().max_examples)
@given(situation=situations(), data=st.data())
def test_a_basis_is_a_basis(situation: tuple[w.Play, Past], data: st.DataObject) -> None:
    """For every item, recipient, purpose and moment the rule finds a basis just if there is one."""
    play, past = situation
    case = play.case
    assert case is not None
    moments = {play.now, w.START}
    moments |= {consent.until for consent in case.consents.values() if consent.until}
    moments |= {case.emergency.since, case.emergency.until} if case.emergency else set()
    at = data.draw(st.sampled_from(sorted(moments)))
    at += data.draw(st.sampled_from([-w.MINUTE, timedelta(), w.MINUTE]))
    document = data.draw(st.sampled_from([None, *case.items]))
    found = set()
    for item in case.items:
        for to in RECIPIENTS:
            for purpose in w.PROCEDURE.purposes:
                verdict = may_share(w.PROCEDURE, case, item, to, purpose, at, document)
                bases = past.bases(item, to, purpose, at, [document] if document else [])
                assert bool(verdict) == bool(bases), (item, to, purpose, bases)
                assert verdict.basis is None or verdict.basis in bases
                assert bool(verdict) != bool(verdict.reasons)
                found |= bases
    event(f"bases: {sorted(found)}")


@given(situation=situations())
def test_a_reason_to_read_is_a_reason(situation: tuple[w.Play, Past]) -> None:
    """For each item and person, reading is allowed exactly where the history gives a reason."""
    play, past = situation
    case = play.case
    assert case is not None
    for item in case.items:
        for who in ALL:
            reader = standing(w.PROCEDURE, play.register, case, who, play.now)
            verdict = may_read(w.PROCEDURE, case, item, reader, play.now)
            able = past.may_open(item, who, play.now, play.register)
            if who != "signaller":
                assert bool(verdict) == bool(able), (item, who, able)

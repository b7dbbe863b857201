"""Looking changes nothing, is open to whom the case is open to, and is told to nobody else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.desk_play import DeskPlay, founded
from tests.properties.test_tampering import STORY
from workflow.auditing.verifying import verify_store
from workflow.desk.values import NoSuchCase, Signer
from workflow.engine import facts as f
from workflow.engine.looking import Look, Seen, beside, is_case, look, owner, subject
from workflow.engine.reasons import Refusal
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, knows, standing
from workflow.histories.rendering import json, text
from workflow.histories.viewing import view

EVERYONE = (*w.PEOPLE, *w.PARTIES)
KINDS: tuple[f.LookKind, ...] = ("status", "history", "letter")
GOALS = ["member_deciding", "mediating", "handover_preparing", "received"]
LANGS = ("nl", "en")
AUDIENCES = (None, "reporter", "other", "counsellor", "auditor", "mediator")


def _play(data: st.DataObject) -> w.Play:
    play = w.Play()
    for move in m.path(data.draw, play, data.draw(st.sampled_from(GOALS))):
        play.do(move)
    for _ in range(data.draw(st.integers(0, 3))):
        play.do(m.any_move(data.draw, play))
    return play


def _looked(play: w.Play, who: str, asked: Look) -> f.Event | None:
    """The look as an event; None where it is refused."""
    assert play.case is not None
    seen = Seen(play.case.seq, "00" * 32)
    try:
        office, fact = look(w.RULES, play.register, play.case, who, asked, seen, play.now)
    except Refusal:
        return None
    stream = beside(w.STREAM, who if fact.basis == "own" else None)
    return f.Event(stream, 1, "", play.now, who, fact, office, w.RULES.digest)


@given(data=st.data())
def test_who_knows_may_look_and_nobody_else(data: st.DataObject) -> None:
    """A look is refused exactly to whom there is no case; its office alone knows of the case."""
    play = _play(data)
    case = play.case
    assert case is not None
    for who in EVERYONE:
        reader = standing(w.PROCEDURE, play.register, case, who, play.now)
        found = _looked(play, who, Look("history"))
        assert (found is not None) == knows(w.PROCEDURE, case, reader), who
        if found is None:
            continue
        assert isinstance(found.data, f.Looked)
        if found.office is None:
            assert found.data.basis == "own"
            assert reader.capacities & {*w.PARTIES}
        else:
            alone = Standing(who, frozenset({found.office}), reader.key)
            assert found.office in reader
            assert knows(w.PROCEDURE, case, alone)
        if AUDITOR in reader:
            assert found.data.basis == "audit", "what shows most is what is recorded"


@given(data=st.data())
def test_only_those_who_may_render_for_another(data: st.DataObject) -> None:
    """Only an auditor renders for anyone, a counsellor for the member, and each for oneself."""
    play = _play(data)
    case = play.case
    assert case is not None
    for who in EVERYONE:
        reader = standing(w.PROCEDURE, play.register, case, who, play.now)
        for audience in filter(None, AUDIENCES):
            found = _looked(play, who, Look("history", audience))
            allowed = (
                audience in reader
                or AUDITOR in reader
                or (audience == "reporter" and bool(reader.capacities & CONFIDANTS))
            )
            knowing = knows(w.PROCEDURE, case, reader)
            assert (found is not None) == (allowed and knowing), (who, audience)


@given(data=st.data())
def test_a_look_is_told_to_no_other(data: st.DataObject) -> None:
    """Looks change no page but that of who looked, the member, their counsellor and the auditor."""
    play = _play(data)
    case = play.case
    assert case is not None
    lookers = ["reporter", *data.draw(st.lists(st.sampled_from(EVERYONE), min_size=1, max_size=6))]
    asked = [
        Look(data.draw(st.sampled_from(KINDS)), data.draw(st.sampled_from(AUDIENCES)))
        for _ in lookers
    ]
    found = [_looked(play, who, wish) for who, wish in zip(lookers, asked, strict=True)]
    looks = [one for one in found if one is not None]
    named = {"counsellor", "external_counsellor", "auditor"}
    """The offices that see the report itself (states/conduct.yaml)."""
    told = 0
    for who in EVERYONE:
        reader = standing(w.PROCEDURE, play.register, case, who, play.now)
        close = bool(reader.capacities & {"reporter", *CONFIDANTS, AUDITOR})
        calm = view(w.RULES, play.register, play.history, reader, play.now)
        pages = {(render, lang): render(calm, lang) for render in (json, text) for lang in LANGS}
        for asker in dict.fromkeys((who, "olga", "ada")):
            asking = standing(w.PROCEDURE, play.register, case, asker, play.now)
            mine = [one for one in looks if one.who == who == asker]
            of_office = [one for one in looks if one.data.basis != "own"]  # type: ignore[union-attr]
            known = [one for one in of_office if AUDITOR in reader or one.office in named]
            busy = view(
                w.RULES, play.register, play.history, reader, play.now, None, None, looks, asker
            )
            expected = {id(one) for one in (*mine, *(known if close else ()))}
            count = sum(seen.times for seen in busy.looks)
            if knows(w.PROCEDURE, case, reader):
                assert count == len(expected), (who, asker)
            else:
                assert count == 0
            told += count
            assert msgspec.structs.replace(busy, looks=()) == calm
            if AUDITOR in reader or (AUDITOR in asking and asker != who):
                assert all(seen.name is None for seen in busy.looks), "an auditor reads no name"
            if not expected:
                for (render, lang), page in pages.items():
                    assert render(busy, lang) == page
    event(f"told: {min(told, 3)}")


@given(name=st.from_regex(r"[a-z][a-z0-9-]{1,39}", fullmatch=True), who=st.sampled_from(EVERYONE))
def test_streams_of_looks_are_apart(name: str, who: str) -> None:
    """A stream beside a case is none, says what it is beside, and of whom where it is one's own."""
    for own in (None, who):
        stream = beside(name, own)
        assert not is_case(stream)
        assert (subject(stream), owner(stream)) == (name, own)
    assert subject(name) == name
    assert owner(name) is None
    assert is_case(name) == (name != "register")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two stores in which nothing has happened yet."""
    paths = [tmp_path_factory.mktemp(name) / "zaken.db" for name in ("calm", "busy")]
    for path in paths:
        founded(path)
    return paths[0], paths[1]


def _outline(events: tuple[f.Event, ...]) -> list[tuple[object, ...]]:
    """The events without what chance made of them."""
    return [(e.seq, type(e.data), e.who, e.office, e.at, e.took_place) for e in events]


def test_looking_changes_nothing(begun: tuple[Path, Path]) -> None:
    """With everybody looking after every move the case goes as without, and all of it verifies."""
    calm, busy = DeskPlay(begun[0]), DeskPlay(begun[1])
    made = 0
    for move in STORY:
        one, other = calm.do(move), busy.do(move)
        assert one.done
        assert other.done
        assert _outline(one.events) == _outline(other.events)
        assert busy.case is not None
        for who in EVERYONE:
            signer = Signer(who, w.secret(who))
            before = busy.stored()
            try:
                busy.desk.look(w.STREAM, Look("history"), signer)
            except (Refusal, NoSuchCase):
                continue
            made += 1
            assert busy.stored() == before
    with busy.store as store, store.read() as tx:
        looks = [r.stream for _, r in tx.everything() if not is_case(r.stream)]
        looks = [stream for stream in looks if stream != "register"]
        assert len(looks) == made > len(STORY)
    with busy.store as store:
        assert verify_store(store).problems == ()
    with calm.store as store, store.read() as tx:
        assert {owner(stream) for stream in tx.streams()} == {None}

"""Nothing is done twice, and nothing on a stale view: retries, and desks that race."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.desk_play import REGISTRAR, DeskPlay, founded
from workflow.desk.values import Retry
from workflow.engine import commands as c
from workflow.store import Conflict

GOALS = st.sampled_from(["received", "signalled", "mediating", "filed"])


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        founded(Path(folder) / "zaken.db")
        return (Path(folder) / "zaken.db").read_bytes()


@contextmanager
def _desks(count: int) -> Iterator[list[DeskPlay]]:
    """So many desks at one new store."""
    folder = Path(tempfile.mkdtemp(prefix="zaken-"))
    (folder / "zaken.db").write_bytes(_empty())
    desks = [DeskPlay(folder / "zaken.db") for _ in range(count)]
    try:
        yield desks
    finally:
        for desk in desks:
            desk.store.close()
        shutil.rmtree(folder)


def _request(move: w.Move) -> bytes:
    return hashlib.sha256(msgspec.json.encode((str(move.command), move.who))).digest()


@given(data=st.data(), goal=GOALS, times=st.integers(2, 4))
def test_a_repeated_command_is_one_append(data: st.DataObject, goal: str, times: int) -> None:
    """However often a command comes with one idempotency key, it is appended and answered once."""
    with _desks(1) as (desk,):
        for number, move in enumerate(m.path(data.draw, desk, goal)):
            retry = Retry(f"key-{number}", _request(move))
            first = desk.do(move, retry)
            stored = desk.stored()
            for _ in range(times - 1):
                again = desk.do(msgspec.structs.replace(move, wait=w.MINUTE), retry)
                assert again == first
                assert desk.stored() == stored


@given(data=st.data(), goal=GOALS)
def test_a_key_serves_one_command(data: st.DataObject, goal: str) -> None:
    """An idempotency key used before for another command is a conflict, and nothing is appended."""
    with _desks(1) as (desk,):
        moves = iter(m.path(data.draw, desk, goal))
        first = next(moves)
        desk.do(first, Retry("key", _request(first)))
        stored = desk.stored()
        other = w.Move(c.Advance("close"), "reporter")
        with pytest.raises(Conflict):
            desk.do(other, Retry("key", _request(other)))
        assert desk.stored() == stored


@given(data=st.data(), goal=GOALS, behind=st.integers(-2, 2))
def test_a_stale_view_appends_nothing(data: st.DataObject, goal: str, behind: int) -> None:
    """With `expect`, a command is done exactly when the case has that many events."""
    with _desks(1) as (desk,):
        for move in m.path(data.draw, desk, goal):
            desk.do(move)
        stored = desk.stored()
        note = w.Move(c.AddItem(m.new_item(desk), "packet"), "reporter")
        if goal == "signalled":
            note = w.Move(c.Advance("reaffirm", {"conflict_present": True}), "rik")
        expect = stored[0].seq - behind
        if behind == 0:
            assert desk.do(note, expect=expect).done
            assert desk.stored()[0].seq > stored[0].seq
        else:
            with pytest.raises(Conflict):
                desk.do(note, expect=expect)
            assert desk.stored() == stored


@given(data=st.data(), turns=st.lists(st.integers(0, 1), min_size=4, max_size=12))
def test_two_desks_share_one_history(data: st.DataObject, turns: list[int]) -> None:
    """Moves made in turn at two desks give one unbroken history, which both then see."""
    with _desks(2) as desks:
        for move in m.path(data.draw, desks[0], "member_deciding"):
            desks[0].do(move)
        for turn in turns:
            desk = desks[turn]
            desk.case = desk.stored()[0]
            desk.now = max(each.now for each in desks)
            desk.do(m.forward(data.draw, desk))
        one, other = (desk.stored() for desk in desks)
        assert one == other
        assert [event.seq for event in one[1]] == list(range(1, len(one[1]) + 1))


@given(data=st.data(), person=st.sampled_from(w.PEOPLE[:-1]))
def test_the_register_moves_for_every_desk(data: st.DataObject, person: str) -> None:
    """Who loses an office at one desk has lost it at the other, from the next command on."""
    with _desks(2) as (one, other):
        for move in m.path(data.draw, one, "received"):
            one.do(move)
        other.case, other.now = one.case, one.now
        one.leave(person, back=False)
        other.now = one.now + w.MINUTE
        assert other.desk.register() == one.register
        assert REGISTRAR in other.desk.register().persons
        note = w.Move(c.AddItem(m.new_item(other), "conversation"), person)
        assert not other.do(note).done

"""Two runs that differ in one thing only, and what that thing may change."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.folding import blank, fold
from workflow.engine.items import entitled
from workflow.engine.member import automatic
from workflow.engine.procedure import CLOCK
from workflow.engine.sharing import may_read
from workflow.engine.standing import standing

EVERYONE = (*w.PEOPLE, *w.PARTIES)
NAME = re.compile(rb"c-[0-9a-z]{8}")


def _plain(value: Any) -> bytes:
    # The random names of consents differ between runs, and nothing else may.
    return NAME.sub(b"c", msgspec.json.encode(value))


def _noticed(event_: f.Event) -> bytes:
    # When it was recorded, and at whose hand the clock ran, is what a late tick does change.
    clock = event_.office is None and not isinstance(event_.data, f.Opened)
    return _plain((event_.data, event_.took_place, event_.office, None if clock else event_.who))


def _state(play: w.Play) -> Any:
    assert play.case is not None
    plain = w.without_names(play.case)
    # At whose hand something happened by itself is what a late tick does change.
    alone = [name for name, step in w.PROCEDURE.steps.items() if automatic(step)]
    plain["done"] = {k: v for k, v in plain.get("done", {}).items() if k not in alone}
    return plain


@settings(max_examples=3 * settings().max_examples)
@given(script=m.scripts(longest=16), data=st.data())
def test_a_late_tick_changes_nothing(script: tuple[w.Move, ...], data: st.DataObject) -> None:
    """Ticks anywhere change no state, no moment at which anything happened and no refusal."""
    rare, lazy = m.played(script)
    often, busy = w.Play(), []
    for move in script:
        wait = move.wait
        for part in data.draw(st.lists(st.sampled_from([0.1, 0.5, 1.0]), max_size=2)):
            if often.case is not None:
                often.do(m.tick(often, wait * part))
                wait -= wait * part
        busy.append(often.do(msgspec.structs.replace(move, wait=wait)))
    for play in (rare, often):
        play.do(m.tick(play))
    clocked = [e for e in often.history if getattr(e.data, "because", None) == CLOCK]
    event(f"steps by the clock: {min(len(clocked), 3)}")

    assert [_plain((r.refused, r.bad)) for r in lazy] == [_plain((r.refused, r.bad)) for r in busy]
    assert [_noticed(e) for e in rare.history] == [_noticed(e) for e in often.history]
    assert _state(rare) == _state(often)


def _without_emergency(move: w.Move) -> w.Move:
    """The move in a run in which life was never in danger: the notice is written all the same."""
    command = move.command
    if not isinstance(command, c.Advance) or w.PROCEDURE.steps[command.step].track != "emergency":
        return move
    if command.step == "open_emergency" and command.note is not None:
        return msgspec.structs.replace(move, command=c.AddItem(command.note, "emergency_notice"))
    return msgspec.structs.replace(move, command=c.Tick())


def _access(play: w.Play) -> Any:
    assert play.case is not None
    case, at = play.case, play.now
    return {
        item: (
            set(entitled(w.PROCEDURE, play.register, case, item, at)),
            {
                who: may_read(
                    w.PROCEDURE, case, item,
                    standing(w.PROCEDURE, play.register, case, who, at), at,
                ).basis
                for who in EVERYONE
            },
        )
        for item in case.items
    }  # fmt: skip


@given(script=m.scripts(goals=("emergency", "filed while active", "mediating"), longest=16))
def test_an_emergency_leaves_no_access_behind(script: tuple[w.Move, ...]) -> None:
    """Once closed, an emergency has let nobody read what they could not without it (inv. 6)."""
    with_it, _ = m.played(script)
    without, _ = m.played(map(_without_emergency, script))
    for play in (with_it, without):
        play.do(m.tick(play, timedelta(days=3)))
    assert with_it.case is not None
    assert without.case is not None
    if without.case.items.keys() != with_it.case.items.keys():
        event("the runs parted for another reason")
        return
    shared = any(
        e.data.basis == "emergency" for e in with_it.history if isinstance(e.data, f.Disclosed)
    )
    event(f"shared in an emergency: {shared}")

    assert with_it.case.emergency is None
    assert _access(with_it) == _access(without)


@given(script=m.scripts(longest=16))
def test_every_emergency_closes_by_itself(script: tuple[w.Move, ...]) -> None:
    """A day after the last move no emergency is open, whatever anybody left undone (inv. 38)."""
    play, _ = m.played(script)
    play.do(m.tick(play, timedelta(hours=24)))
    assert play.case is not None
    assert play.case.emergency is None
    assert play.case.state("emergency") != "open"
    intervals = [
        (e.data.until - e.took_place) for e in play.history if isinstance(e.data, f.EmergencyOpened)
    ]
    assert all(timedelta() < length <= timedelta(hours=24) for length in intervals)


@given(script=m.scripts(longest=16))
def test_every_prefix_is_a_history(script: tuple[w.Move, ...]) -> None:
    """Folding a history stops at no event, and after each it gives what was decided until then."""
    play, states = w.Play(), {}
    for move in script:
        play.do(move)
        if play.case is not None:
            states[play.case.seq] = play.case
    case = blank(w.STREAM, w.RULES.digest)
    for each in play.history:
        case = fold(w.PROCEDURE, case, each)
        assert case.seq == each.seq
        assert states.get(each.seq, case) == case
    assert case == play.case


@given(script=m.scripts(longest=16))
def test_replaying_gives_the_same_history(script: tuple[w.Move, ...]) -> None:
    """The same moves with the same chance give the same events, byte for byte."""
    first, second = m.played(script)[0], m.played(script)[0]
    assert msgspec.json.encode(first.history) == msgspec.json.encode(second.history)


@given(script=m.scripts(longest=16), ahead=st.timedeltas(timedelta(seconds=1), timedelta(days=99)))
def test_nothing_happens_in_the_future(script: tuple[w.Move, ...], ahead: timedelta) -> None:
    """A command that says it happened after now is refused, and nothing changes."""
    play, _ = m.played(script)
    before, at = play.case, play.now + w.MINUTE + ahead
    note = m.new_item(play)
    said = c.Said("reporter", "spoken")
    for command in (
        c.AddItem(note, "packet", happened=at),
        c.Advance("close", said=said, happened=at),
        c.GiveConsent("reporter", "police", "safety", kind="packet", said=said, happened=at),
        c.Share(tuple(before.items)[:1] if before else (), "reporter", "support", happened=at),
    ):
        result = play.do(w.Move(command, "reporter", wait=timedelta()))
        assert [reason.code for reason in result.bad] == ["happened-in-future"]
    assert play.case == before

"""What is hidden from an audience changes nothing that this audience can get to see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.properties import moves as m
from tests.properties import world as w
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.deciding import Actor, consider, decide
from workflow.engine.procedure import Field
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.standing import knows, sees, standing
from workflow.histories.rendering import json, text
from workflow.histories.viewing import view

AUDIENCES = (
    *("rik", "dora", "vera", "gijs", "cora", "hanna", "hugo"),
    *("zef", "dirk", "ineke", "xena", "olga"),
)
LATER = w.START + 5 * w.DAY
"""When what both runs share begins; before it, each run has its own hidden past."""
LOOPS = (
    ("choose_support", "decide_anew"),
    ("propose_mediation", "invite_other", "decline_mediation"),
    ("propose_mediation", "invite_other", "accept_mediation", "end_mediation"),
    ("choose_referral", "decide_anew"),
)
"""Ways to leave the state in which the member decides, and to come back to it."""
MEDIATED: dict[str, dict[str, f.Answer]] = {"propose_mediation": {"mediator": "mees"}}
ASIDES = ("item", "consent", "withdrawal", "tell_name", "open_emergency", "recusal")


def _shared(who: str, step: str, note: str | None = None, **answers: Any) -> w.Move:
    item = c.NewItem(note, "00", 1024) if note else None
    return w.Move(c.Advance(step, answers, item), who, wait=timedelta())


SIGNAL = (
    _shared("reporter", "ask_for_signal", "i-request"),
    _shared("vera", "give_signal", "i-signal", corners=("board", "group")),
    _shared("rik", "assess"),
    _shared("rik", "activate", helpers=("hanna",), conflict_present=True),
    _shared("rik", "reaffirm", conflict_present=True),
)
FILED = (
    _shared("vera", "give_signal", "i-signal", corners=("board", "group")),
    _shared("rik", "assess"),
    _shared("reporter", "choose_referral", target="disputes_committee"),
    w.Move(c.AddItem(c.NewItem("i-packet", "00", 1024), "packet"), "reporter"),
    w.Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-packet",)), "reporter"),
    w.Move(c.Advance("hand_over", into="z-2"), "reporter"),
    w.Move(c.Hear("z-2", 1, ("come_back",)), "dirk"),
)
MEDIATION = (
    _shared("reporter", "propose_mediation", "i-invitation", mediator="mees"),
    w.Move(c.Advance("invite_other", joining=w.public("other")), "mees"),
    _shared("other", "accept_mediation"),
    _shared("mees", "end_mediation", "i-end", outcome="stopped"),
)


class Schedule(NamedTuple):
    """What two runs share: the moves, of which the first `least` tell nothing by themselves.

    Once the report stands `at_rest`, it moves on in secret with the step `after`. What a run does
    beside are `loops` from the state in which the member decides. `items` are those shared, and
    `also` who is an audience beside those of every schedule.
    """

    moves: tuple[w.Move, ...]
    least: int
    at_rest: str
    after: str
    loops: tuple[tuple[str, ...], ...]
    items: tuple[str, ...]
    also: tuple[str, ...] = ()


SCHEDULES = {
    "signal": Schedule(SIGNAL, 1, "supporting", "decide_anew", LOOPS, ("i-request", "i-signal")),
    "filed": Schedule(FILED, 1, "handed_over", "close", LOOPS, ("i-packet", "i-signal")),
    # Another mediation would be no secret to those who take part in this one.
    "mediation": Schedule(
        MEDIATION,
        1,
        "member_deciding",
        "choose_support",
        tuple(loop for loop in LOOPS if "propose_mediation" not in loop),
        ("i-invitation", "i-end"),
        ("mees", "other"),
    ),
}


class Hidden:
    """One run: what both runs share, and between it what only this one has."""

    def __init__(self, draw: w.Draw, opened: timedelta) -> None:
        self.draw, self.play = draw, w.Play()
        self.play.now += opened
        for move in m.path(draw, self.play, "member_deciding"):
            self.play.do(move)

    def share(self, move: w.Move, at: Any) -> bool:
        """Make a move that both runs have, at a moment that both have it."""
        self.play.now = at
        return self.play.do(msgspec.structs.replace(move, wait=timedelta())).done

    def step(self, name: str) -> None:
        """Take a hidden step, where it can be taken, in no time at all."""
        self.play.do(
            msgspec.structs.replace(
                # The one who mediates is in on it, and so is nobody who is asked what they see.
                m.forward(self.draw, self.play, name, **MEDIATED.get(name, {})),
                wait=timedelta(),
            )
        )

    def loop(self, loops: Sequence[tuple[str, ...]]) -> None:
        """Leave the state in which the member decides, and come back to it."""
        for name in self.draw(st.sampled_from(loops)):
            self.step(name)

    def aside(self) -> None:
        """Do something hidden that moves the report nowhere."""
        name = self.draw(st.sampled_from(ASIDES))
        case = self.play.case
        assert case is not None
        ruling = [n for n, k in enumerate(case.consents.values()) if k.to == "police"]
        commands: dict[str, c.Command] = {
            "item": c.AddItem(m.new_item(self.play, "hidden"), "conversation"),
            "consent": c.GiveConsent("reporter", "police", "ruling", kind="conversation"),
            "withdrawal": c.WithdrawConsent(f"#{ruling[-1]}" if ruling else "c-00000000"),
            "recusal": c.Recuse("els", "close_to_party"),
        }
        if name in commands:
            self.play.do(w.Move(commands[name], "reporter", wait=timedelta()))
        else:
            self.step(name)


def _played(draw: w.Draw, schedule: Schedule, upto: int, *, busy: bool) -> w.Play:
    """A run; a `busy` one has hidden doings wherever these change nothing that is shared."""
    run = Hidden(draw, draw(st.timedeltas(timedelta(), 2 * w.DAY)))
    if busy:
        for _ in range(draw(st.integers(1, 3))):
            run.loop(schedule.loops)
            run.aside()
    at, moved_on = LATER, False
    for move in schedule.moves[:upto]:
        at += w.HOUR
        assert run.share(move, at), f"{move} is open in both runs"
        assert run.play.case is not None
        if busy and (moved_on or run.play.case.state("report") == schedule.at_rest):
            if not moved_on:
                run.step(schedule.after)
                moved_on = True
            run.aside()
            if run.play.case.state("report") == "member_deciding":
                run.loop(schedule.loops)
    run.play.now = at + w.HOUR
    return run.play


def _answer(name: str, field: Field) -> Any:
    match field.type:
        case "affirm" | "yesno":
            return True
        case "choice" | "choices":
            return min(field.values)
        case "recipients":
            return field.among[:1]
        case _:
            return next(person for office, person, _ in w.TERMS if field.office in (None, office))


def probes(items: Sequence[str], at: Any) -> Iterator[c.Command]:
    """Everything an audience could think of asking."""
    for name, step in w.PROCEDURE.steps.items():
        answers = {field: _answer(field, asked) for field, asked in step.asks.items()}
        note = c.NewItem("i-probe", "00", 1024) if step.note else None
        for happened in (None, w.START - w.DAY, at):
            yield c.Advance(name, answers, note, happened=happened)
    recipients = (*w.PROCEDURE.offices, *w.PROCEDURE.outside, *w.PROCEDURE.parties, "nobody")
    for item in items:
        yield c.Read(item)
        for to in recipients:
            yield c.Share((item,), to, "support")
            yield c.Share((item,), to, "ruling", document=items[0])
    for giver in w.PROCEDURE.parties:
        for to in recipients:
            yield c.GiveConsent(giver, to, "support", kind="signal")
            yield c.GiveConsent(giver, to, "support", items=("i-signal",))
    for kind in w.PROCEDURE.kinds:
        yield c.AddItem(c.NewItem("i-probe", "00", 1024), kind)
    for person in (*AUDIENCES, "noor", "nobody"):
        yield c.Recuse(person, "close_to_party")
    yield c.WithdrawConsent("c-00000000")


def _answered(play: w.Play, command: c.Command, who: str) -> Any:
    try:
        draft = decide(w.RULES, play.case, command, Actor(who), play.register, play.now, b"probe")
    except Refusal as refusal:
        return "refused", refusal.reasons
    except BadCommand as bad:
        return "bad", bad.problems
    reader = standing(w.PROCEDURE, play.register, draft.case, who, play.now)
    steps = [entry.fact for entry in draft.entries if isinstance(entry.fact, f.Stepped)]
    seen = [step.step for step in steps if sees(w.PROCEDURE, draft.case, reader, step.track)]
    return "done", seen


def shown(play: w.Play, who: str, items: Sequence[str]) -> dict[str, Any] | None:
    """All that the audience `who` can get out of the case; None where to them there is no case."""
    case = play.case
    assert case is not None
    reader = standing(w.PROCEDURE, play.register, case, who, play.now)
    if not knows(w.PROCEDURE, case, reader):
        return None
    seen = view(w.RULES, play.register, play.history, reader, play.now)
    return {
        "tracks": [sees(w.PROCEDURE, case, reader, track) for track in w.PROCEDURE.tracks],
        "page": [render(seen, lang) for render in (json, text) for lang in ("nl", "en")],
        "open": {
            step: consider(w.RULES, case, step, Actor(who), play.register, play.now)
            for step in w.PROCEDURE.steps
        },
        "answers": {
            str(command): _answered(play, command, who)
            for command in probes(items, play.now - w.MINUTE)
        },
    }


@pytest.mark.parametrize("name", SCHEDULES)
@given(data=st.data())
def test_the_hidden_changes_nothing_shown(data: st.DataObject, name: str) -> None:
    """Two runs that differ only in what an audience may not see answer it alike (inv. 9, 10)."""
    schedule = SCHEDULES[name]
    upto = data.draw(st.sampled_from(range(schedule.least, len(schedule.moves) + 1)))
    calm = _played(data.draw, schedule, upto, busy=False)
    busy = _played(data.draw, schedule, upto, busy=True)
    assert calm.case is not None
    assert busy.case is not None
    assert busy.case != calm.case, "the runs do differ"
    items = schedule.items
    knowing = 0
    for who in (*AUDIENCES, *schedule.also):
        calmly, busily = shown(calm, who, items), shown(busy, who, items)
        knowing += calmly is not None
        assert (calmly is None) == (busily is None), f"{who} learns that there is a case"
        for part in calmly or ():
            assert calmly is not None
            assert busily is not None
            differing = _differing(calmly[part], busily[part])
            assert not differing, f"{who} can tell the runs apart by {part}: {differing}"
    event(f"{name}: {knowing} audiences know of the case")


@given(data=st.data(), goal=st.sampled_from(["received", "mediating", "handover_preparing"]))
def test_a_sealed_case_is_no_case(data: st.DataObject, goal: str) -> None:
    """Before anything reached them, none of these can tell a sealed case from none (inv. 10)."""
    play = w.Play()
    for move in m.path(data.draw, play, goal):
        play.do(move)
    play.do(m.forward(data.draw, play, data.draw(st.sampled_from(["open_emergency", "tell_name"]))))
    assert play.case is not None
    named = {person for persons in play.case.assigned.values() for person in persons}
    strangers = set(AUDIENCES) - named
    assert {who: shown(play, who, ()) for who in strangers} == dict.fromkeys(strangers)


def _differing(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return [(key, one[key], other[key]) for key in one if one[key] != other[key]][:1]
    if isinstance(one, list):
        return [(a, b) for a, b in zip(one, other, strict=True) if a != b][:1]
    return (one, other) if one != other else None

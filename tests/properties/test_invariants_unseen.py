"""Invariants of what nobody may notice: two towns that differ only in what somebody cannot see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties import wandering as w
from tests.properties.town import BRANCH, DAY, MINUTE, PEOPLE, START, TERMS, Town, public
from tests.properties.world import Draw
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.deciding import Actor, consider, decide
from workflow.engine.facts import Answer
from workflow.engine.procedure import Field, Step
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.standing import sees, standing
from workflow.histories.rendering import json
from workflow.histories.viewing import view

BOARDS = ("rik", "dora", "gijs", "alma", "bo", "zef", "cora", "nina", "niels", "nora", "piet")
"""People of boards, councils and the like, none of whom the hidden report was confided to."""
LATER = START + 30 * DAY
"""When what both towns share begins; what is hidden in one of them happens before and between."""
HIDDEN = (
    w.only("start_listening", "weigh", "advise", "give_advice", "choose_support", "decide_anew"),
    *(w.add, w.emergency, w.only("tell_name", "transfer"), w.consent),
)


def _answer(field: Field) -> Answer:
    match field.type:
        case "affirm" | "yesno":
            return True
        case "choice":
            return min(field.values)
        case "choices":
            return (min(field.values),)
        case "recipients":
            return field.among[:1]
        case "case":
            return "z-1"
        case "person" | "persons":
            person = next(p for office, p, _ in TERMS if field.office in (None, office))
            return person if field.type == "person" else (person,)


def _form(step: Step) -> dict[str, Answer]:
    return {name: _answer(field) for name, field in step.asks.items()}


def probes(town: Town, stream: str, items: tuple[str, ...]) -> Iterator[c.Command]:
    """Everything somebody could think of asking of a case."""
    procedure = town.procedure(stream)
    for name, step in procedure.steps.items():
        note = c.NewItem("i-probe", "00", 1024) if step.note else None
        for happened in (None, START - DAY):
            yield c.Advance(name, _form(step), note, happened=happened)
    for item in (*items, "i-none"):
        yield c.Read(item)
        for to, purpose in w.GOES_TO:
            yield c.Share((item,), to, purpose)
    for giver in procedure.parties:
        yield c.GiveConsent(giver, "helper", "support", kind="signal")
    for kind in procedure.kinds:
        yield c.AddItem(c.NewItem("i-probe", "00", 1024), kind)
    for person in ("noor", "rik", "nobody"):
        yield c.Recuse(person, "close_to_party")
    yield c.WithdrawConsent("c-00000000")


def _answered(town: Town, stream: str, command: c.Command, who: str) -> Any:
    rules, case, register = town.of(stream), town.cases[stream], town.register
    try:
        draft = decide(rules, case, command, Actor(who), register, town.now, b"probe")
    except Refusal as refusal:
        return "refused", refusal.reasons
    except BadCommand as bad:
        return "bad", bad.problems
    reader = standing(rules.procedure, register, draft.case, who, town.now)
    steps = [entry.fact for entry in draft.entries if isinstance(entry.fact, f.Stepped)]
    return "done", [x.step for x in steps if sees(rules.procedure, draft.case, reader, x.track)]


def seen(town: Town, stream: str, who: str, items: tuple[str, ...]) -> dict[str, Any] | None:
    """All that somebody gets out of a case; None where to them there is no case."""
    if not town.knows(stream, who):
        return None
    rules, case, register, now = town.of(stream), town.cases[stream], town.register, town.now
    reader = standing(rules.procedure, register, case, who, now)
    found: dict[str, Any] = {
        str(command): _answered(town, stream, command, who)
        for command in probes(town, stream, items)
    }
    found["page"] = json(view(rules, register, town.histories[stream], reader, now), "nl")
    for name in rules.procedure.steps:
        found[name] = consider(rules, case, name, Actor(who), register, now)
    return found


def _alike(one: dict[str, Any] | None, other: dict[str, Any] | None, who: str) -> None:
    assert (one is None) == (other is None), f"{who} learns whether there is a case"
    for what in one or ():
        assert one is not None
        assert other is not None
        assert one[what] == other[what], f"{who} can tell by {what}"


class _Twin:
    """A town whose shared moves have the same moments and names, whatever is hidden in between."""

    def __init__(self) -> None:
        self.town, self.at, self.made = Town(), LATER, 100_000

    def share(self, stream: str, step: str, who: str, **answers: Answer) -> None:
        """A move that both towns have."""
        hidden, self.town._made = self.town._made, self.made
        self.at += s.HOUR
        self.town.now = self.at
        if stream in self.town.cases:
            s.done(self.town.take(stream, step, who, answers))
        else:
            first = c.Advance(step, answers, self.town.item())
            rules = self.town.rules["conduct"]
            s.done(self.town.do(stream, c.Open(BRANCH, first), who, rules=rules))
        self.made, self.town._made = self.town._made, hidden

    def hide(self, draw: Draw, stream: str, many: int) -> None:
        """Moves that only this town has, and that reach nobody else."""
        for _ in range(many):
            self.town.now += MINUTE
            draw(st.sampled_from(HIDDEN))(draw, self.town, stream)


def _signal(twin: _Twin, stream: str, upto: int) -> None:
    moves: tuple[tuple[str, str, dict[str, Answer]], ...] = (
        ("give_signal", "vera", {"corners": ("board",)}),
        ("assess", "rik", {}),
        ("activate", "rik", {"helpers": ("hanna",), "conflict_present": True}),
        ("advise_chair", "hanna", {}),
        ("resolve", "rik", {"everyone_heard": True}),
        ("report_back", "cora", {}),
    )
    for step, who, answers in moves[:upto]:
        twin.share(stream, step, who, **answers)


@given(
    data=st.data(),
    who=st.sampled_from((*BOARDS, "hanna")),
    upto=st.integers(0, 6),
    beside=st.booleans(),
)
def test_invariant_10_a_sealed_case_is_no_case(
    data: st.DataObject, who: str, upto: int, beside: bool
) -> None:
    """With or without a sealed report, also under a signal, each is answered alike (B14, Q4)."""
    calm, busy = _Twin(), _Twin()
    hidden = s.report(busy.town)
    s.advised(busy.town, hidden)
    busy.hide(data.draw, hidden, data.draw(st.integers(0, 4)))
    busy.town.now = max(busy.town.now, START + DAY)
    stream = "z-9"
    if not beside and busy.town.state(hidden, "report") == "member_deciding":
        s.done(busy.town.step(hidden, "ask_for_signal", "reporter"))
        stream = hidden
    for twin in (calm, busy):
        twin.town.now = twin.at
        _signal(twin, stream, upto)
        if twin is busy:
            busy.hide(data.draw, hidden, 2)
        twin.town.now = twin.at + s.HOUR
    for twin in (calm, busy):
        twin.town.wait(MINUTE)
    if stream != hidden:
        assert not busy.town.knows(hidden, who), f"{who} is told that there is a report"
    if upto == 0:
        assert not busy.town.knows(hidden, who)
        return
    items = tuple(calm.town.cases[stream].items)
    _alike(seen(calm.town, stream, who, items), seen(busy.town, stream, who, items), who)


def _nameless(events: list[f.Event], keys: tuple[str, ...]) -> bytes:
    form = msgspec.json.encode(events)
    for key in keys:
        form = form.replace(key.encode(), b"the member's key")
    return form


@given(
    data=st.data(),
    who=st.sampled_from([p for p in PEOPLE if p != "xena"]),
    goal=st.sampled_from(["received", "deciding", "active", "handed over", "closed"]),
)
def test_invariant_09_who_an_unknown_reporter_is_shows_nowhere(
    data: st.DataObject, who: str, goal: str
) -> None:
    """Two reports that differ only in who makes them are the same to all others (B14, Q3)."""
    towns, keys = [], (public("somebody"), public("another"))
    first, second = data.draw(
        st.permutations(["member", "former_member", "alderman", "branch_board"])
    )[:2]
    for key, capacity, experience in ((keys[0], first, "own"), (keys[1], second, "witness")):
        town = Town()
        said: dict[str, Answer] = {"capacity": capacity, "experience": experience}
        asked: dict[str, Answer] = {"counsellor": "noor", "ground": ("threatened",), **said}
        opening = c.Advance("open_report", asked, town.item(), joining=key)
        rules = town.rules["conduct"]
        s.done(town.do("z-1", c.Open(BRANCH, opening), "reporter", rules=rules))
        if goal != "received":
            s.advised(town, "z-1")
        if goal == "active":
            s.done(town.step("z-1", "ask_for_signal", "reporter"))
            s.done(town.step("z-1", "give_signal", "vera", corners=("board",)))
            s.activated(town, "z-1")
        if goal == "handed over":
            s.prepared(town, "z-1")
            s.handed(town, "z-1")
        if goal == "closed":
            s.done(town.step("z-1", "close", "reporter"))
        towns.append(town)
    one, other = towns
    for stream in one.cases:
        assert _nameless(one.histories[stream], keys) == _nameless(other.histories[stream], keys)
        items = tuple(one.cases[stream].items)
        _alike(seen(one, stream, who, items), seen(other, stream, who, items), who)

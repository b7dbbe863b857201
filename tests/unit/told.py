"""Cases for the tests of histories: played on the real engine, move by move, by invented people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.properties.world import BRANCH, DAY, REGISTER, RULES, Move, Play, public
from workflow.engine import commands as c
from workflow.engine.facts import Answer, Event
from workflow.engine.standing import Standing, standing
from workflow.histories.viewing import view
from workflow.histories.views import Integrity, View

ALL_TRUE = ("consent_sought", "no_other_way", "serious_harm", "as_little_as_possible")


def item(name: str, size: int = 1024) -> c.NewItem:
    """A sealed item of that name."""
    return c.NewItem(f"i-{name}", name.encode().hex().ljust(64, "0"), size)


def said(by: str = "reporter", evidence: str = "spoken", scan: str | None = None) -> c.Said:
    """A decision and its evidence."""
    return c.Said(by, evidence, item(scan) if scan else None)


def step(
    who: str,
    name: str,
    answers: dict[str, Answer] | None = None,
    note: str | None = None,
    wait: timedelta = timedelta(minutes=1),
    said: c.Said = c.Said(),  # noqa: B008 -- a frozen value
    joining: str | None = None,
) -> Move:
    """A step taken by `who`, `wait` after the move before it."""
    taken = c.Advance(name, answers or {}, item(note) if note else None, said, joining)
    return Move(taken, who, None, wait)


def report(by: str = "noor") -> Move:
    """A report to counsellor noor opens the case."""
    answers: dict[str, Answer] = {"counsellor": "noor", "ground": ("threatened",)}
    first = c.Advance("open_report", answers, item("first"), joining=public("reporter"))
    return Move(c.Open(BRANCH, first), by)


def signal(opens: bool = False) -> Move:
    """The chair of the branch gives a signal."""
    first = c.Advance("give_signal", {"corners": ("members",)}, item("signal"))
    return Move(c.Open(BRANCH, first) if opens else first, "vera", "branch_chair")


ADVISED = (
    step("noor", "start_listening", {"exception_explained": True}, "listened"),
    step("noor", "weigh", {"severity": "light", "simple": True}, "weighed"),
    step("noor", "advise", {"options": ("nothing", "support")}, "advised"),
    step("noor", "give_advice"),
)
ASSESSED = (
    step("rik", "assess"),
    step("rik", "activate", {"helpers": ("hanna",), "conflict_present": True}),
)
EMERGENCY = step(
    "noor",
    "open_emergency",
    {**dict.fromkeys(ALL_TRUE, True), "recipients": ("crisis_service",)},
    "notice",
)
HANDED_OVER = (
    step("reporter", "choose_referral"),
    Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-first",)), "reporter"),
    step("reporter", "hand_over"),
)
WHOLE = (
    report(),
    *ADVISED,
    step(
        "noor",
        "propose_mediation",
        {"mediator": "mees"},
        "invited",
        said=said(evidence="written", scan="scan"),
    ),
    step("mees", "invite_other", joining=public("other")),
    step("other", "accept_mediation"),
    step("mees", "end_mediation", {"outcome": "stopped"}, "ended"),
    step("reporter", "ask_for_signal", {}, "asked"),
    signal(),
    *ASSESSED,
    EMERGENCY,
    step("reporter", "decide_anew", wait=2 * DAY),
    step("ada", "review_emergency", {"justified": True}),
    step("noor", "tell_member", {"safe": True}),
    Move(c.Recuse("bram", "close_to_party"), "noor"),
    Move(c.GiveConsent("reporter", "crisis_service", "support", kind="weighing"), "reporter"),
    Move(c.WithdrawConsent("#7"), "reporter"),
    Move(c.Read("i-first"), "noor"),
    *HANDED_OVER,
    step("dirk", "examine", wait=30 * DAY),
)
"""A case through every track, with an emergency, a withdrawal and a deadline that was missed."""


def play(moves: Sequence[Move]) -> Play:
    """The moves made on the engine, each of which it must accept."""
    played = Play()
    for move in moves:
        result = played.do(move)
        assert result.done, (move, result)
    return played


def reader(played: Play, capacity: str, now: datetime | None = None) -> Standing:
    """Somebody who stands before the case in that capacity, and in no other."""
    assert played.case is not None
    at = now or played.now
    people = (*REGISTER.persons, *played.case.parties)
    found = (standing(RULES.procedure, REGISTER, played.case, who, at) for who in people)
    who = next((each.who for each in found if capacity in each), "nobody")
    return Standing(who, frozenset({capacity}))


def seen(
    played: Play,
    capacity: str,
    *,
    events: Sequence[Event] | None = None,
    now: datetime | None = None,
    integrity: Integrity | None = None,
) -> View:
    """The case as `capacity` sees it."""
    history = played.history if events is None else events
    at = now or played.now
    return view(RULES, REGISTER, history, reader(played, capacity, at), at, integrity)

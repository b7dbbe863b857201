"""No error names another party to somebody who may not know of them, or tells whether there is one.

Played on towns: an investigation with two persons concerned, a member who reported and an accused,
and a report in which a signal was given.
"""

from __future__ import annotations

import pytest

from tests.properties.guard_scenes import deciding, steps
from tests.properties.town import Result, Town
from workflow.engine import commands as c
from workflow.engine.deciding import Actor, decide
from workflow.engine.facts import Answer
from workflow.engine.reasons import BadCommand, Reason, Refusal

FIRST, SECOND = "concerned-aaaa", "concerned-bbbb"


def asked_anew(*, reported: bool = True) -> tuple[Town, str]:
    """An investigation that is followed up, with two persons concerned and an accused."""
    town = Town()
    if reported:
        stream, opened = town.open("investigation", "report", "notifier")
        assert opened.done
    else:
        stream, opened = town.open("investigation", "pass_on_message", "nina", asked_by="board")
        assert opened.done
    commission: dict[str, Answer] = {
        "by": "bureau", "investigators": ("ivo",), "readers_fixed": True
    }  # fmt: skip
    steps(
        town,
        stream,
        ("begin_screening", "ineke", {}),
        ("propose_commission", "nina", commission),
        ("confirm_commission", "niels", {}),
        ("start", "ivo", {"independent": True}),
    )
    for party in (FIRST, SECOND):
        command = c.Advance("come_forward", joining=f"key of {party}", party=party)
        assert town.do(stream, command, "ivo").done
    town.add(stream, "annex", "ivo", (FIRST, SECOND))
    steps(
        town,
        stream,
        ("put_to_accused", "ivo", {"names_reporter": False}),
        ("answer", "accused", {}),
        ("deliver", "ivo", {"finding": "not_established"}),
        ("begin_weighing", "nina", {"readers": "delegates"}),
    )
    for name, item in town.cases[stream].items.items():
        if item.kind in ("report", "annex"):
            for who in ("nina", "niels"):
                assert town.do(stream, c.Read(name), who).done
    steps(
        town,
        stream,
        ("conclude", "nina", {"weighers": ("nina", "niels")}),
        ("follow_up", "nina", {}),
    )
    return town, stream


def told(result: Result) -> str:
    """Everything that a refusal says, as far as the engine does."""
    assert not result.done
    return " ".join(f"{one.code} {one.particulars}" for one in (*result.refused, *result.bad))


def reasons(town: Town, stream: str, command: c.Command, who: str) -> tuple[Reason, ...]:
    """What the engine answers `who`; none where it does as they ask."""
    try:
        decide(
            town.of(stream), town.cases[stream], command, Actor(who), town.register, town.now, b"s"
        )
    except Refusal as refusal:
        return refusal.reasons
    except BadCommand as bad:
        return bad.problems
    return ()


@pytest.mark.parametrize("who", ["accused", "niels", FIRST])
def test_recipients_are_those_declared(who: str) -> None:
    """Sharing with nobody in particular names no person concerned to whom does not know them."""
    town, stream = asked_anew()
    answer = told(town.do(stream, c.Share((), "nonsense", "care"), who))
    assert {name for name in (FIRST, SECOND) if name in answer} == {who} & {FIRST, SECOND}


def test_recipients_are_named_to_who_brought_them_in() -> None:
    """Whoever brought the persons concerned into the case is told which of them there are."""
    town, stream = asked_anew()
    answer = told(town.do(stream, c.Share((), "nonsense", "care"), "ivo"))
    assert FIRST in answer
    assert SECOND in answer


@pytest.mark.parametrize("who", ["accused", FIRST])
def test_sharing_with_somebody_tells_not_whether_they_are_there(who: str) -> None:
    """Sharing with a person concerned is answered alike whether or not there is such a person."""
    town, stream = asked_anew()
    wish = town.add(stream, "wish", who, (who,))
    there, absent = (
        {reason.code for reason in reasons(town, stream, c.Share((wish,), to, "care"), who)}
        for to in (SECOND, "concerned-cccc")
    )
    assert there == absent == {"consent-missing"}


@pytest.mark.parametrize("named", ["notifier", FIRST, "concerned-cccc"])
def test_naming_others_in_a_document_tells_nothing(named: str) -> None:
    """An accused who writes of somebody they do not know is answered as if nobody were there."""
    answers = []
    for reported in (True, False):
        town, stream = asked_anew(reported=reported)
        result = town.do(stream, c.AddItem(town.item(), "wish", of=(named,)), "accused")
        answers.append(told(result))
    assert answers[0] == answers[1]
    assert "unknown-party" in answers[0]


def test_another_owner_is_not_named() -> None:
    """Whoever shares what is also another's is told that a consent lacks, and not whose."""
    town, stream = asked_anew()
    fragment = next(n for n, i in town.cases[stream].items.items() if i.kind == "annex")
    town.consent(stream, FIRST, "national_board", "weighing", (fragment,))
    answer = told(town.do(stream, c.Share((fragment,), "national_board", "weighing"), FIRST))
    assert SECOND not in answer
    assert "others-consent-missing" in answer
    named = told(town.do(stream, c.Share((fragment,), "national_board", "weighing"), "ivo"))
    assert SECOND in named


def signalled(*, kept_out: bool) -> tuple[Town, str]:
    """A report in which a signal was given that named Alma, or nobody."""
    town = Town()
    stream = deciding(town)
    steps(town, stream, ("ask_for_signal", "reporter", {}))
    involved = {"involved": ("alma",)} if kept_out else {}
    steps(town, stream, ("give_signal", "vera", {"corners": ("board",), **involved}))
    return town, stream


def test_keeping_somebody_out_twice_tells_nothing() -> None:
    """A member who keeps somebody out learns not that a signal did so before."""
    made = []
    for kept_out in (False, True):
        town, stream = signalled(kept_out=kept_out)
        result = town.do(stream, c.Recuse("alma", "close"), "reporter")
        assert result.done
        made.append([(event.data, event.office) for event in result.events[stream]])
    assert made[0] == made[1]


def test_a_signal_keeps_out_whom_a_member_kept_out() -> None:
    """Whoever gives a signal learns not that the member kept the same person out before."""
    made = []
    for kept_out in (False, True):
        town = Town()
        stream = deciding(town)
        steps(town, stream, ("ask_for_signal", "reporter", {}))
        if kept_out:
            assert town.do(stream, c.Recuse("alma", "close"), "reporter").done
        involved: dict[str, Answer] = {"corners": ("board",), "involved": ("alma",)}
        result = town.take(stream, "give_signal", "vera", involved)
        made.append([type(event.data).__name__ for event in result.events[stream]])
    assert made[0] == made[1]
    assert "Recused" in made[1]

"""What a shipped procedure lets people set right, and what nobody can hold up by doing nothing.

Played on towns: a wrong weighing, a wrong respondent, a judge who is challenged, helpers of a small
association, and a report that is closed.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.properties.guard_scenes import deciding, filed, hearing, refused, report, signal, steps
from tests.properties.town import BRANCH, Town, public
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.facts import Answer
from workflow.engine.guards import Situation, suited

YEARS = timedelta(days=800)


@pytest.mark.parametrize("by_clock", [False, True])
def test_closing_counts(by_clock: bool) -> None:
    """A report that is closed, by the member or after a long silence, is counted at that moment."""
    town = Town()
    stream = deciding(town)
    if by_clock:
        town.wait(timedelta(days=200))
    else:
        steps(town, stream, ("close", "reporter", {}))
    assert town.state(stream, "report") == "closed"
    assert town.state(stream, "counting") == "counted"


@pytest.mark.parametrize("at_once", [False, True])
def test_nobody_holds_up_an_erasure(at_once: bool) -> None:
    """Once the member closes, no office-holder need do anything for it to be erased (inv. 47)."""
    town = Town()
    stream = report(town)
    steps(town, stream, ("close", "reporter", {}))
    if at_once:
        steps(town, stream, ("erase_now", "reporter", {}))
    else:
        town.wait(YEARS)
    assert town.state(stream, "report") == "erased"


def test_a_report_counts_once() -> None:
    """A report that is reopened and closed again is not counted twice."""
    town = Town()
    stream = report(town)
    for step in ("close", "reopen", "close"):
        steps(town, stream, (step, "reporter", {}))
    counted = [
        event
        for event in town.histories[stream]
        if isinstance(event.data, f.Stepped) and event.data.step == "count"
    ]
    assert len(counted) == 1


def test_a_wrong_weighing_is_set_right() -> None:
    """After listening again it is weighed anew, and what follows goes by the new weighing."""
    town = Town()
    stream = deciding(town, simple=False)
    assert refused(town, stream, "propose_mediation", "reporter", mediator="mees")
    advice: dict[str, Answer] = {"options": ("nothing", "mediation")}
    steps(
        town,
        stream,
        ("listen_again", "reporter", {}),
        ("weigh", "noor", {"severity": "light", "simple": True}),
        ("advise", "noor", advice),
        ("give_advice", "noor", {}),
        ("propose_mediation", "reporter", {"mediator": "mees"}),
    )


def test_only_the_member_goes_back_on_their_advice() -> None:
    """Before the member decides the counsellor can go back; afterwards only the member can."""
    town = Town()
    stream = report(town)
    weighed: dict[str, Answer] = {"severity": "light", "simple": False}
    listened: dict[str, Answer] = {"exception_explained": True}
    steps(town, stream, ("start_listening", "noor", listened), ("weigh", "noor", weighed))
    steps(town, stream, ("listen_again", "noor", {}), ("weigh", "noor", weighed))
    steps(town, stream, ("advise", "noor", {"options": ("nothing",)}), ("give_advice", "noor", {}))
    assert refused(town, stream, "listen_again", "noor") == {"not-decided-by"}


def test_a_wrong_respondent_is_set_right() -> None:
    """Another person can be asked to answer, and whoever was asked first reads no more."""
    town = Town()
    stream = hearing(town)
    steps(town, stream, ("call_respondent", "dirk", {"respondent": "bo"}))
    (packet,) = (name for name, i in town.cases[stream].items.items() if i.kind == "packet")
    assert public("bo") in town.readers(stream, packet)
    steps(town, stream, ("replace_respondent", "dirk", {"respondent": "vera"}))
    assert public("bo") not in town.readers(stream, packet)
    assert public("vera") in town.readers(stream, packet)
    assert not town.knows(stream, "bo")
    refused(town, stream, "respond", "bo")
    steps(town, stream, ("respond", "vera", {}))


@pytest.mark.parametrize("person", ["dirk", "bo", "vera"])
def test_a_party_does_not_choose_their_judge(person: str) -> None:
    """In a dispute the applicant keeps nobody out: neither a judge nor the organ's own person."""
    town = Town()
    stream = hearing(town)
    steps(town, stream, ("call_respondent", "dirk", {"respondent": "bo"}))
    answer = town.do(stream, c.Recuse(person, "close"), "applicant")
    assert answer.codes == {"not-yours"}
    assert town.cases[stream].recused == {}


@pytest.mark.parametrize("person", ["ineke", "nina", "ivo"])
def test_whoever_reports_does_not_choose_who_investigates(person: str) -> None:
    """In an investigation whoever reported keeps nobody out."""
    town = Town()
    stream, opened = town.open("investigation", "report", "notifier")
    assert opened.done
    assert town.do(stream, c.Recuse(person, "close"), "notifier").codes == {"not-yours"}


def test_whoever_judges_can_stand_aside() -> None:
    """A member of the committee keeps themself out of a dispute."""
    town = Town()
    _, stream = filed(town)
    assert town.do(stream, c.Recuse("dirk", "close"), "dirk").done
    assert not town.knows(stream, "dirk")


def test_members_keep_out_who_would_hear_them() -> None:
    """Where a member confides, they keep out whom they do not want to hear of it."""
    town = Town()
    stream = report(town)
    for person in ("bram", "bo", "rik"):
        assert town.do(stream, c.Recuse(person, "close"), "reporter").done


@pytest.mark.parametrize("upheld", [True, False])
def test_the_committee_decides_on_a_challenge(upheld: bool) -> None:
    """A challenged member is out when the others say so, and stays when they do not."""
    town = Town()
    town.grant("disputes_committee", "olga", "partij")
    _, stream = filed(town)
    steps(town, stream, ("challenge", "applicant", {"challenged": "dirk"}))
    if upheld:
        steps(town, stream, ("uphold_challenge", "olga", {"challenged": "dirk"}))
    else:
        steps(town, stream, ("deny_challenge", "olga", {}))
    assert town.knows(stream, "dirk") is not upheld
    decision = next(n for n, i in town.cases[stream].items.items() if i.kind == "challenge_ruling")
    assert public(f"applicant of {stream}") in town.readers(stream, decision)


@pytest.mark.parametrize("upheld", [True, False])
def test_the_committee_decides_on_a_challenge_of_a_delegate(upheld: bool) -> None:
    """Whoever reported can ask that a delegate takes no part, and others decide about that."""
    town = Town()
    stream, opened = town.open("investigation", "report", "notifier")
    assert opened.done
    steps(town, stream, ("challenge", "notifier", {"challenged": "nina"}))
    if upheld:
        steps(town, stream, ("uphold_challenge", "ineke", {"challenged": "nina"}))
    else:
        steps(town, stream, ("deny_challenge", "ineke", {}))
    assert ("nina" in town.cases[stream].recused) is upheld


def test_only_those_are_offered_who_can_help() -> None:
    """Of the support group those are offered whom the register leaves open, and they can."""
    town = Town()
    town.grant("helper", "bo", BRANCH)
    town.grant("helper", "olga", "partij/noord/duin")
    town.grant("helper", "gijs", "partij/noord/duin")
    stream = signal(town)
    case, procedure = town.cases[stream], town.procedure(stream)
    activate = procedure.steps["activate"]
    here = Situation(procedure, town.register, case, "rik", None, None, town.now)
    helpers = [term.person for term in town.register.terms if term.office == "helper"]
    offered = [who for who in helpers if suited(here, activate, "helpers", who)]
    assert set(helpers) == {"hanna", "hugo", "noor", "bo", "olga", "gijs"}
    assert offered == ["hanna", "hugo"]
    for who in set(helpers) - set(offered):
        refused(town, stream, "activate", "rik", helpers=(who,), conflict_present=True)
    chosen: dict[str, Answer] = {"helpers": tuple(offered), "conflict_present": True}
    steps(town, stream, ("activate", "rik", chosen))

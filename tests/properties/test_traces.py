"""Ways through a case, told as commands: each is found, cannot do with less, and does what it says.

The traces are pasted into a shell, in a folder in which nothing is. In `make test` that is done for
the procedures that are explored in a few seconds, and for one long way through each of the others;
`make deep` does it for every step of all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.properties.test_exploring import DEEP, SMALL, decisions, explored
from workflow.engine import facts as f
from workflow.engine.ledger import decode
from workflow.exploring.decisions import about
from workflow.exploring.paths import NOWHERE, Paths, Way
from workflow.exploring.walking import Known, Walk, after
from workflow.store import Store
from workflow.verbs.options import Asked
from workflow.verbs.session import Session
from workflow.verbs.tracing import trace

WHOLE = (*SMALL, *(("conduct", "investigation") if DEEP else ()))
"""The procedures of which every step is gone to."""

ELSEWHERE = {
    "conduct": {"come_back", "returned", "stand_back"},
    "dispute": {"say_one_matter", "source_erased", "heed_erasure"},
    "investigation": {"source_erased", "heed_erasure"},
    "norms": set[str](),
}
"""The steps that are only taken when another case of the same matter does something."""

LONG = (
    (
        "conduct", "open_report", "start_listening", "weigh", "advise", "give_advice",
        "propose_mediation", "invite_other", "accept_mediation", "end_mediation",
        "choose_referral", "add", "consent", "hand_over", "open_emergency", "deadline",
    ),
    ("conduct", "give_signal", "assess", "activate"),
    (
        "investigation", "report", "begin_screening", "propose_commission", "confirm_commission",
        "start", "put_to_accused", "answer", "end", "add", "deliver", "begin", "brief",
    ),
)  # fmt: skip
"""Ways through the others by the names of their moves: deadlines, consents, terms, experience."""

REFUSED = {
    "uphold_challenge": "same-person",
    "call_respondent": "party-present",
    "rule": "track-not-in",
}
"""Steps of `dispute` that stand ready, and why they are refused."""


@cache
def paths(name: str) -> Paths:
    """Ways through a shipped procedure, all of which was explored."""
    return Paths(Walk(explored(name).decisions))


@cache
def way_to(name: str, step: str) -> Way:
    """The way by which a step is taken."""
    found = paths(name).way(paths(name).taken(step))
    assert found is not None, step
    return found


def ways(name: str) -> dict[str, Way]:
    """The way to each step of a procedure that one can come to without another case."""
    procedure = explored(name).decisions.world.procedure
    return {step: way_to(name, step) for step in procedure.steps if step not in ELSEWHERE[name]}


def told(name: str, walk: Walk, way: Way) -> tuple[str, ...]:
    """The trace of a way, in English."""
    session = Session(Asked({"ZAAK_LANG": "en"}), "procedure check")
    return trace(session, walk.decisions.world, name, way)


def pasted(lines: tuple[str, ...], into: Path) -> subprocess.CompletedProcess[str]:
    """The lines in a shell of their own, that knows nothing but where the program is."""
    into.mkdir()
    programs = Path(sys.executable).parent
    environment = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "ZAAK_LANG": "en"}
    return subprocess.run(
        ["sh", "-c", "\n".join(lines)],
        cwd=into,
        env={**environment, "HOME": str(into), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )


def complaints(went: subprocess.CompletedProcess[str]) -> list[str]:
    """What the shell and the commands in it complained of; what they remark is none of it."""
    lines = went.stderr.splitlines()
    wrong = [line for line in lines if line.startswith(("zaak:", "sh:", "grep:", "tee:"))]
    return [*wrong, *([f"exit {went.returncode}"] if went.returncode else [])]


def taken(into: Path) -> list[str]:
    """Every step that was really recorded in the only case of the trial."""
    steps = []
    with Store.open(str(into / "proef" / "zaken.db")) as store, store.read() as tx:
        for stream in tx.streams():
            events = (decode(record.body) for record in tx.history(stream))
            steps += [event.data.step for event in events if isinstance(event.data, f.Stepped)]
    return steps


def along(walk: Walk, names: tuple[str, ...]) -> Way:
    """The first way of which the moves are called so."""
    found = _along(walk, names, {}, NOWHERE)
    assert found is not None, names
    return found


def _along(walk: Walk, names: tuple[str, ...], known: Known, way: Way) -> Way | None:
    if len(way) == len(names):
        return way
    numbered = (
        (walk.decisions.moves[number], outcome) for number, outcome in walk.following(known)
    )
    for move, outcome in numbered if way.moves else walk.decisions.begun():
        if move.name == names[len(way)] and outcome.changes:
            onwards = way.onwards(move, outcome)
            found = _along(walk, names, after(known, outcome), onwards)
            if found is not None:
                return found
    return None


@pytest.mark.parametrize("name", WHOLE)
def test_no_way_can_do_without_any_of_its_moves(name: str) -> None:
    """Each step has a way to it, and dropping any one move of that leads there no more."""
    for step in explored(name).decisions.world.procedure.steps:
        goal, way = paths(name).taken(step), way_to(name, step)
        assert step in {each.step for each in way.outcomes[-1].steps()}
        for place in range(len(way) - 1):
            shorter = paths(name).replayed(way.without(place), goal)
            assert shorter is None or len(shorter) >= len(way), (step, place)


def test_what_leads_nowhere_is_left_out() -> None:
    """Of a way with a detour, only the moves stay that lead to the goal."""
    found = paths("dispute")
    way = along(found.walk, ("file", "challenge", "examine", "deny_challenge", "withdraw"))
    short = found.shortened(way, found.taken("withdraw"))
    assert [move.name for move in short.moves] == ["file", "withdraw"]


@pytest.mark.parametrize("name", WHOLE)
def test_a_way_leads_there_whatever_was_asked_before(name: str) -> None:
    """A way that the trees of one exploring led to is gone as well where nothing was asked yet."""
    fresh = Paths(Walk(decisions(name)))
    for step, way in ways(name).items():
        found = fresh.replayed(way.moves, fresh.taken(step))
        assert found is not None
        assert found.moves == way.moves


@pytest.mark.parametrize("name", WHOLE)
def test_every_trace_takes_the_step_that_it_leads_to(name: str, tmp_path: Path) -> None:
    """Pasted in an empty folder, a trace runs without a complaint and the step is recorded."""
    found = ways(name)
    for step, way in found.items():
        if any(way.moves == longer.moves[: len(way)] for longer in found.values() if longer != way):
            continue  # it is gone on the way to another step
        went = pasted(told(name, paths(name).walk, way), tmp_path / step)
        assert complaints(went) == [], step
        recorded = taken(tmp_path / step)
        for move, outcome in zip(way.moves, way.outcomes, strict=True):
            assert {each.step for each in outcome.steps()} <= set(recorded), move.name


@pytest.mark.parametrize(("name", "moves"), [(name, moves) for name, *moves in LONG])
def test_a_long_way_is_gone_as_it_is_told(name: str, moves: list[str], tmp_path: Path) -> None:
    """A way with deadlines, consents, items and terms that end goes on real days as explored."""
    walk = Walk(decisions(name))
    way = along(walk, tuple(moves))
    lines = told(name, walk, way)
    assert not [line for line in lines if line.startswith("#")]
    went = pasted(lines, tmp_path / name)
    assert complaints(went) == []
    steps = {each.step for outcome in way.outcomes for each in outcome.steps()}
    assert steps <= set(taken(tmp_path / name))


@pytest.mark.parametrize("step", sorted(REFUSED))
def test_a_trace_can_end_in_what_the_engine_refuses(step: str, tmp_path: Path) -> None:
    """Its last command is refused for the very reason that its last line says."""
    found = paths("dispute")
    way = found.way(found.refused(step, REFUSED[step]))
    assert way is not None
    assert about(way.moves[-1]) == step
    assert REFUSED[step] in {reason.code for reason in way.outcomes[-1].refused}
    *lines, remark = told("dispute", found.walk, way)
    went = pasted(tuple(lines), tmp_path / step)
    assert went.returncode == 1
    assert remark.removeprefix("# refused: ") in " ".join(went.stderr.split())
    assert taken(tmp_path / step).count(step) == sum(about(m) == step for m in way.moves[:-1])


def test_a_trace_ends_in_how_the_case_stands(tmp_path: Path) -> None:
    """The last command shows the case to somebody of the way who may see it, as it came to be."""
    lines = told("norms", paths("norms").walk, way_to("norms", "publish"))
    assert " zaak show $case --key " in lines[-1]
    went = pasted(lines, tmp_path / "case")
    assert complaints(went) == []
    label = explored("norms").decisions.world.procedure.tracks["advice"].states["published"].labels
    shown = went.stdout.splitlines()[-30:]
    assert [line for line in shown if label.en in line]


def test_a_trace_speaks_the_language_that_was_asked_for() -> None:
    """With --lang the pasted commands answer in it; else they do as they do for whoever pastes."""
    asked = Asked({"ZAAK_LANG": "en"})
    asked.lang = "nl"
    world, way = paths("norms").walk.decisions.world, way_to("norms", "publish")
    lines = trace(Session(asked, "procedure check"), world, "norms", way)
    assert lines[0] == "export ZAAK_LANG=nl"
    assert lines[1:] == told("norms", paths("norms").walk, way)


def test_what_is_refused_to_others_leads_nowhere() -> None:
    """That a step is not theirs to take is no refusal to look for, unless it is asked for."""
    found = paths("dispute")
    assert found.way(found.refused("examine"), most=400) is None
    assert found.way(found.refused("examine", "office-not-yours"), most=400) is not None


def test_what_another_case_must_tell_is_no_command(tmp_path: Path) -> None:
    """Where a way needs another case, the trace runs up to there and says so in remarks."""
    lines = told("dispute", paths("dispute").walk, way_to("dispute", "heed_erasure"))
    remarks = [line for line in lines if line.startswith("#")]
    assert "source_erased" in remarks[0]
    assert lines[-len(remarks) :] == tuple(remarks)
    went = pasted(lines, tmp_path / "case")
    assert complaints(went) == []
    assert "source_erased" not in taken(tmp_path / "case")


def test_a_goal_that_nothing_leads_to_has_no_way() -> None:
    """Nobody comes to where a track stands in two states at once."""
    track = "dispute"
    facts = ((("track", track), "filed"), (("track", track), "decided"))
    assert paths("dispute").way(paths("dispute").standing(*facts), most=50) is None


def test_a_way_leads_to_a_state_with_the_parts_that_are_asked() -> None:
    """A way to a state ends where it is so, and so are the other parts that were asked."""
    found = paths("dispute")
    facts = ((("track", "challenge"), "asked"), (("track", "dispute"), "deliberating"))
    way = found.way(found.standing(*facts))
    assert way is not None
    known: Known = {}
    for outcome in way.outcomes:
        known = after(known, outcome)
    assert [found.walk.value(part, known) for part, _ in facts] == [value for _, value in facts]

"""The exported SCXML, run by an interpreter that is not ours, beside our own machines and engine.

Two things are held against each other. Of each track by itself, every state that can be reached and
every step that leads there. Of all tracks together, what real cases do: each accepted step is sent
to the interpreter, which has to do the same, and what follows from it by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.elsewhere import Elsewhere, Move
from tests.properties.inquiry import GOALS, Inquiry
from tests.properties.scenes import REGION, advised, handed, prepared, report
from tests.properties.town import DAY, RULES, Town, any_step
from tests.properties.wandering import watched
from tests.properties.world import Draw
from workflow.engine import facts as f
from workflow.engine.folding import blank, history
from workflow.engine.guards import Situation, holding
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import (
    CLOCK,
    GROUND,
    LINKED,
    Absent,
    Present,
    Procedure,
    Recorded,
    Step,
    TrackIn,
)
from workflow.interchange.scxml import scxml
from workflow.interchange.skeleton import skeleton

TRACKS = [(name, track) for name, rules in RULES.items() for track in rules.procedure.tracks]
TEXTS = {name: scxml(skeleton(rules.procedure)) for name, rules in RULES.items()}
ROOTS = frozenset({None, CLOCK, GROUND, LINKED})
"""Why a step happened that no step of the same case brought about."""
KNOWABLE = (TrackIn, Recorded, Present, Absent)
"""The guards that the case alone decides, and that SCXML can say of these procedures."""


# --- each track by itself ------------------------------------------------------------------------


def _ours(rules: Compiled, track: str) -> set[Move]:
    """Every step that our machine of the track can take from where it can come."""
    names = [name for name, step in rules.procedure.steps.items() if step.track == track]
    found, waiting = set[Move](), [rules.procedure.tracks[track].initial]
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        for name in names:
            to = rules.target(name, state)
            if to is not None:
                found.add((name, f"{track}.{state}", f"{track}.{to}"))
                waiting += [to] if to not in seen else []
                seen.add(to)
    return found


def _asked(procedure: Procedure, name: str) -> Iterator[dict[str, str]]:
    """Each way to answer what later guards look at."""
    looked = {
        guard.field
        for step in procedure.steps.values()
        for guard in step.guards
        if isinstance(guard, Recorded) and guard.step == name
    }
    asks = procedure.steps[name].asks
    values = [tuple(asks[field].values) or ("yes", "no") for field in sorted(looked)]
    for chosen in product(*values):
        yield dict(zip(sorted(looked), chosen, strict=True))


def _theirs(rules: Compiled, track: str, text: str) -> set[Move]:
    """The same, as the interpreter finds it in the text."""
    names = [name for name, step in rules.procedure.steps.items() if step.track == track]
    found, waiting = set[Move](), [Elsewhere(text)]
    seen = {(waiting[0].stands, waiting[0].remembers)}
    while waiting:
        machine = waiting.pop()
        after = machine.copy()
        for name in names:
            for answers in _asked(rules.procedure, name):
                moves = after.send(name, answers)
                if not moves:
                    continue
                found.update(moves)
                where = (after.stands, after.remembers)
                waiting += [after] if where not in seen else []
                seen.add(where)
                after = machine.copy()
    return found


@pytest.mark.parametrize(("name", "track"), TRACKS)
def test_another_interpreter_reaches_the_same(name: str, track: str) -> None:
    """From the text of one track an interpreter reaches the states, by the steps, that we do."""
    rules = RULES[name]
    text = scxml(skeleton(rules.procedure, (track,)))
    assert _theirs(rules, track, text) == _ours(rules, track)


@pytest.mark.parametrize(
    ("track", "here", "there"),
    [
        ("emergency", 'target="emergency.under_review"', 'target="emergency.sealed"'),
        ("support_group", 'event="assess"', 'event="asses"'),
        ("handover", 'initial="handover.none"', 'initial="handover.filed"'),
        ("report", " == 'outside_help'", " == 'nowhere'"),
    ],
)
def test_another_graph_is_noticed(track: str, here: str, there: str) -> None:
    """Where the text leads elsewhere than the track, the comparison of their graphs shows it."""
    rules = RULES["conduct"]
    text = scxml(skeleton(rules.procedure, (track,)))
    assert here in text
    assert _theirs(rules, track, text.replace(here, there)) != _ours(rules, track)


@pytest.mark.parametrize(("name", "track"), TRACKS)
def test_what_is_free_needs_leave(name: str, track: str) -> None:
    """Without being permitted, an event moves the text only where the step has no free guard."""
    rules = RULES[name]
    made = skeleton(rules.procedure, (track,))
    initial = rules.procedure.tracks[track].initial
    for step, declared in made.steps.items():
        if initial in declared.sources:
            moved = Elsewhere(scxml(made)).send(step, permitted=False)
            assert bool(moved) == (not made.free(declared)), step


@pytest.mark.parametrize("name", ["done", "error"])
def test_what_the_interpreter_raises_takes_no_step(name: str) -> None:
    """A step called as the first word of the interpreter's own events is not taken by those."""
    procedure = RULES["dispute"].procedure
    steps = {name if one == "source_erased" else one: s for one, s in procedure.steps.items()}
    machine = Elsewhere(scxml(skeleton(msgspec.structs.replace(procedure, steps=steps))))
    machine.send("file")
    machine.send("withdraw")
    assert "application.withdrawn" in machine.stands
    assert "source.none" in machine.stands
    assert machine.send(name) == [(name, "source.none", "source.erased")]


# --- all tracks together -------------------------------------------------------------------------


def _conduct(draw: Draw) -> Town:
    town, _ = watched(draw)
    return town


def _dispute(draw: Draw) -> Town:
    town = Town()
    stream, opened = town.open("dispute", "file_as_organ", "vera")
    assert opened.done, sorted(opened.codes)
    _onwards(draw, town, stream, 12)
    return town


def _investigation(draw: Draw) -> Town:
    inquiry = Inquiry()
    inquiry.come(draw, draw(st.sampled_from(GOALS)))
    for _ in range(draw(st.integers(0, 6))):
        inquiry.move(draw)
    _onwards(draw, inquiry.town, inquiry.stream, 6)
    return inquiry.town


def _norms(draw: Draw) -> Town:
    town = Town()
    step, who = draw(st.sampled_from([("ask", "rik"), ("advise_unasked", "tess")]))
    stream, opened = town.open("norms", step, who)
    assert opened.done, sorted(opened.codes)
    _onwards(draw, town, stream, 4)
    return town


def _onwards(draw: Draw, town: Town, stream: str, most: int) -> None:
    for _ in range(draw(st.integers(0, most))):
        if draw(st.integers(0, 5)) == 0:
            town.wait(draw(st.sampled_from([DAY, 20 * DAY, 200 * DAY])))
        else:
            any_step(draw, town, stream)


PLAYS = {
    "conduct": _conduct,
    "dispute": _dispute,
    "investigation": _investigation,
    "norms": _norms,
}


def _differences(town: Town, stream: str, text: str) -> list[str]:
    """Wherever the interpreter does otherwise than the case did, or could do now."""
    machine, found = Elsewhere(text), []
    case, procedure = blank(stream, town.of(stream).digest), town.procedure(stream)
    for happened in _chains(town.histories[stream]):
        case = history(procedure, case, happened)
        steps = _steps(happened)
        if steps:
            said = machine.send(steps[0].step, _said(steps[0]))
            did = [(s.step, f"{s.track}.{s.source}", f"{s.track}.{s.to}") for s in steps]
            found += [f"{said} for {did}"] if said != did else []
        stands = {f"{track}.{where.state}" for track, where in case.tracks.items()}
        found += [f"{sorted(machine.stands)}, not {stands}"] if machine.stands != stands else []
    twin = machine.copy()
    for name, step in procedure.steps.items():
        able = bool(twin.send(name))
        if able != _able(town, stream, name, step):
            found.append(f"{name} {'can' if able else 'cannot'} follow")
        twin = machine.copy() if able else twin
    return found


def _chains(events: list[f.Event]) -> Iterator[list[f.Event]]:
    """The events of a case, parted before each step that no other step brought about."""
    chain: list[f.Event] = []
    for event in events:
        if isinstance(event.data, f.Stepped) and event.data.because in ROOTS:
            yield chain
            chain = []
        chain.append(event)
    yield chain


def _steps(events: list[f.Event]) -> list[f.Stepped]:
    return [event.data for event in events if isinstance(event.data, f.Stepped)]


def _from_nowhere(town: Town, stream: str) -> list[f.Stepped]:
    """What happened in the case, not by a step of it, where the skeleton says it cannot begin."""
    made = skeleton(town.procedure(stream))
    outside = [moved for moved in _steps(town.histories[stream]) if moved.because in ROOTS]
    return [moved for moved in outside if moved.source not in made.sources(moved.step)]


def _said(moved: f.Stepped) -> dict[str, str]:
    """The answers that are text, and yes and no as text."""
    words = {True: "yes", False: "no"}
    answers = {
        name: words[answer] if isinstance(answer, bool) else answer
        for name, answer in moved.answers.items()
    }
    return {name: answer for name, answer in answers.items() if isinstance(answer, str)}


def _able(town: Town, stream: str, name: str, step: Step) -> bool:
    """Whether the engine sees nothing against the step that the case alone decides."""
    case, rules = town.cases[stream], town.of(stream)
    situation = Situation(rules.procedure, town.register, case, "", None, None, town.now)
    knowable = [guard for guard in step.guards if isinstance(guard, KNOWABLE)]
    ready = rules.target(name, case.state(step.track)) is not None
    return ready and holding(knowable, situation)


@pytest.mark.parametrize("name", list(PLAYS))
@given(data=st.data())
def test_another_interpreter_goes_where_cases_go(name: str, data: st.DataObject) -> None:
    """After each step of a case the interpreter stands where it does, and could do what it could.

    And what no step of the case brought about begins where the skeleton says that it can.
    """
    town = PLAYS[name](data.draw)
    for stream in town.cases:
        assert _differences(town, stream, TEXTS[town.procedure(stream).procedure]) == []
        assert _from_nowhere(town, stream) == []


def test_what_nobody_takes_is_followed_too() -> None:
    """The interpreter follows what the clock, a lost ground and another case bring about."""
    town = Town()
    stream = report(town)
    town.leave("counsellor", "noor", REGION)
    town.wait(DAY)
    other = report(town, "bram")
    advised(town, other)
    prepared(town, other)
    dispute = handed(town, other)
    assert town.step(dispute, "withdraw", "applicant").done
    town.wait(200 * DAY)
    assert {one.because for history in town.histories.values() for one in _steps(history)} >= ROOTS
    for case in (stream, other, dispute):
        assert _differences(town, case, TEXTS[town.procedure(case).procedure]) == []
        assert _from_nowhere(town, case) == []


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ('<raise event="enter_care"/>', ""),
        ('<raise event="stand_back"/>', ""),
        ("In('handover.none') || ", ""),
        (" == 'disputes_committee'", " == 'integrity_committee'"),
        ('expr="_event.data.target"', "expr=\"''\""),
    ],
)
def test_another_course_is_noticed(here: str, there: str) -> None:
    """Where the text does otherwise than cases do, holding it against one of them shows it."""
    town, text = Town(), TEXTS["conduct"].replace(here, there)
    stream = report(town)
    advised(town, stream)
    found = _differences(town, stream, text)
    assert town.step(stream, "give_signal", "vera", corners=("board",)).done
    prepared(town, stream)
    found += _differences(town, stream, text)
    handed(town, stream)
    found += _differences(town, stream, text)
    assert here in TEXTS["conduct"]
    assert found != []

"""The exported Promela, checked by SPIN: what may never happen, and how many states there are.

Each property comes from docs/rules.md, and each procedure is broken, to see that SPIN then finds
the way to what may not be. The states that SPIN counts are counted anew by our own machines and
guards.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import msgspec
import pytest

from tests.properties.town import RULES
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import apply, blank
from workflow.engine.guards import Situation, holding
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.procedure import CONSEQUENCE, Guard, Procedure, TrackIn
from workflow.engine.register import Register
from workflow.interchange.promela import promela
from workflow.interchange.skeleton import Skeleton, skeleton

PAGE = (Path(__file__).parents[2] / "docs" / "declaring.md").read_text(encoding="utf-8")
DEEPEST = 1_000_000
"""So many steps pan may follow; deeper it would cut off, and say that it did."""
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Verdict(msgspec.Struct, frozen=True):
    """What pan found: whether anything was wrong, how many states it stored, and all it said."""

    errors: int
    states: int
    said: str


def spin(text: str, where: Path) -> Verdict:
    """Check a model with SPIN, and with the verifier that it writes in C."""
    (where / "model.pml").write_text(text, encoding="utf-8")
    claims = "\nltl " in text
    _run(where, "spin", "-a", "model.pml")
    # Without a claim the models are small, and compiling them would take longest.
    _run(where, "gcc", *(["-O2"] if claims else ["-O0", "-DSAFETY"]), "-o", "pan", "pan.c")
    said = _run(where, "./pan", f"-m{DEEPEST}", *(["-a"] if claims else []))
    assert "max search depth too small" not in said
    errors, states = re.search(r"errors: (\d+)", said), re.search(r"(\d+) states, stored", said)
    assert errors is not None
    assert states is not None
    return Verdict(int(errors[1]), int(states[1]), said)


def _run(where: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


# --- what may never happen -----------------------------------------------------------------------


def _unguarded(procedure: Procedure, step: str, track: str) -> Procedure:
    """The procedure with a step that no longer looks where that track stands."""
    declared = procedure.steps[step]
    kept = tuple(g for g in declared.guards if not _looks_at(g, track))
    assert kept != declared.guards
    return _with(procedure, step, guards=kept)


def _looks_at(guard: Guard, track: str) -> bool:
    return isinstance(guard, TrackIn) and guard.track == track


def _with(procedure: Procedure, step: str, **changes: object) -> Procedure:
    changed = msgspec.structs.replace(procedure.steps[step], **changes)
    return msgspec.structs.replace(procedure, steps={**procedure.steps, step: changed})


PROPERTIES = {
    # Invariant 16 (B35, Q11, Q15), and 39: with the very filing the support group stands back.
    "conduct": """[] (at_handover == handover_Filed ->
        at_support_group != support_group_Signalled
        && at_support_group != support_group_Assessing
        && at_support_group != support_group_Active)""",
    # B6: who is challenged has been judged on before there is a ruling. B23: both sides are heard.
    "dispute": """[] ((at_dispute == dispute_Ruled ->
        at_challenge != challenge_Asked && here_respondent)
        && (at_dispute == dispute_Inadmissible -> at_challenge != challenge_Asked))""",
    # Invariant 24 (A14, A22), and 26 (A6, A10): nothing is weighed without the annex.
    "investigation": """[] ((at_publication != publication_None -> at_annex != annex_None)
        && (at_investigation == investigation_Board_weighing -> at_annex == annex_Delivered))""",
    # A29: only what was given is published, and what was put away stays so.
    "norms": """((at_advice != advice_Published) W (at_advice == advice_Given))
        && [] (at_advice == advice_Filed -> [] (at_advice == advice_Filed))""",
}
BROKEN = {
    "conduct, a signal beside a filing": _unguarded(
        RULES["conduct"].procedure, "give_signal", "handover"
    ),
    "conduct, a support group that stays": _with(RULES["conduct"].procedure, "file", emits=()),
    "dispute, a ruling while challenged": _unguarded(
        RULES["dispute"].procedure, "rule", "challenge"
    ),
    "dispute, one side heard": _with(RULES["dispute"].procedure, "hear", guards=()),
    "investigation, published without an annex": _unguarded(
        RULES["investigation"].procedure, "inform_concerned", "annex"
    ),
    "investigation, weighed without an annex": _unguarded(
        RULES["investigation"].procedure, "begin_weighing", "annex"
    ),
    "norms, published before it was given": _with(
        RULES["norms"].procedure, "publish", sources=("asked", "given")
    ),
}


def _claimed(procedure: Procedure) -> str:
    claim = PROPERTIES[procedure.procedure]
    return f"{promela(skeleton(procedure))}\nltl never_otherwise {{ {claim} }}\n"


@pytest.mark.parametrize("name", list(RULES))
def test_spin_finds_no_way_around_a_rule(name: str, tmp_path: Path) -> None:
    """In no run of the exported model, over all its states, does the rule's property fail."""
    found = spin(_claimed(RULES[name].procedure), tmp_path)
    assert found.errors == 0, found.said


@pytest.mark.parametrize("broken", list(BROKEN))
def test_spin_finds_the_way_that_is_left_open(broken: str, tmp_path: Path) -> None:
    """Without what keeps the rule, SPIN finds a run that breaks it, and can replay that run."""
    found = spin(_claimed(BROKEN[broken]), tmp_path)
    assert found.errors == 1, found.said
    replayed = _run(tmp_path, "spin", "-t", "-p", "-g", "model.pml")
    assert "trail ends after" in replayed


def test_the_page_on_declaring_can_be_followed(tmp_path: Path) -> None:
    """The property and the commands of docs/declaring.md find no error in the exported conduct."""
    _, claim, commands = PAGE.rpartition("\n**Promela** ")[2].split("```text\n")
    model = f"{promela(skeleton(RULES['conduct'].procedure))}\n{claim.partition('```')[0]}"
    (tmp_path / "conduct.pml").write_text(model, encoding="utf-8")
    assert "errors: 0" in _run(tmp_path, "sh", "-c", commands.partition("```")[0])


# --- how many states there are -------------------------------------------------------------------


SETS = [
    *((name, (track,)) for name, rules in RULES.items() for track in rules.procedure.tracks),
    ("conduct", ("report", "handover", "support_group")),
    ("conduct", ("report", "identity")),
    ("conduct", ("report", "care", "counting")),
    ("dispute", ()),
    ("dispute", ("dispute", "challenge")),
    ("investigation", ("investigation", "annex", "publication")),
    ("investigation", ("notification", "investigation", "challenge")),
    ("norms", ()),
]


@pytest.mark.parametrize(("name", "tracks"), SETS)
def test_spin_reaches_as_many_states(name: str, tracks: tuple[str, ...], tmp_path: Path) -> None:
    """SPIN stores as many states of these tracks as our own machines and guards walk through."""
    made = skeleton(RULES[name].procedure, tracks)
    assert spin(promela(made), tmp_path).states == walked(RULES[name], made)


def walked(rules: Compiled, made: Skeleton) -> int:
    """How many states the tracks come to; that before the case began counts apart, where it is."""
    empty = apply(rules.procedure, blank("z-1", rules.digest), f.Opened("noord"), "olga", AT)
    opening = [name for name, step in rules.procedure.steps.items() if step.opens]
    inside = all(name in made.steps for name in opening)
    waiting = list(_nexts(rules, made, empty, opening)) if inside else [empty]
    seen = {_standing(made, case) for case in waiting}
    while waiting:
        for after in _nexts(rules, made, waiting.pop(), list(made.steps)):
            if (stands := _standing(made, after)) not in seen:
                seen.add(stands)
                waiting.append(after)
    return len(seen) + inside


def _standing(made: Skeleton, case: Case) -> tuple[object, ...]:
    said = (case.done.get(step) for step, _ in made.remembered)
    answers = [
        done.answers.get(field) if done else None
        for done, (_, field) in zip(said, made.remembered, strict=True)
    ]
    here = [party in case.parties for party in made.parties]
    return (*(case.state(track) for track in made.tracks), *answers, *here)


def _nexts(rules: Compiled, made: Skeleton, case: Case, names: list[str]) -> Iterator[Case]:
    """Every case that one step from outside makes of this one."""
    for name in names:
        step = rules.procedure.steps[name]
        state = case.state(step.track)
        at = Situation(rules.procedure, Register(), case, "olga", None, None, AT)
        if state not in made.sources(name) or rules.target(name, state) is None:
            continue
        if not holding(made.known(step), at):
            continue
        asked = [field for one, field in made.remembered if one == name]
        for chosen in product(*(made.values(name, field) for field in asked)):
            answers: dict[str, f.Answer] = {
                field: value == "yes" if step.asks[field].type == "yesno" else value
                for field, value in zip(asked, chosen, strict=True)
            }
            yield _stepped(rules, made, _joined(rules, case, name), name, answers)


def _joined(rules: Compiled, case: Case, name: str) -> Case:
    joins = rules.procedure.steps[name].joins
    if joins is None or rules.procedure.parties[joins].many:
        return case
    return apply(rules.procedure, case, f.Joined(joins, joins, person="olga"), "olga", AT)


def _stepped(
    rules: Compiled, made: Skeleton, case: Case, name: str, answers: dict[str, f.Answer]
) -> Case:
    """The case after the step and whatever it brings about on these tracks, depth first."""
    step = rules.procedure.steps[name]
    state = case.state(step.track)
    moved = f.Stepped(name, step.track, state, rules.target(name, state) or "", answers)
    case = apply(rules.procedure, case, moved, "olga", AT)
    for one in step.emits:
        inner = rules.procedure.steps[one]
        ready = rules.target(one, case.state(inner.track)) is not None
        if ready and inner.track in made.tracks and CONSEQUENCE in inner.who:
            case = _stepped(rules, made, case, one, {})
    return case


def test_another_model_has_another_count(tmp_path: Path) -> None:
    """Where the model lacks a guard that our machines have, the two counts differ."""
    rules = RULES["dispute"]
    procedure = _unguarded(rules.procedure, "challenge", "dispute")
    assert compile_procedure(procedure, "").machines.keys() == rules.machines.keys()
    states = spin(promela(skeleton(procedure)), tmp_path).states
    assert states != walked(rules, skeleton(rules.procedure))

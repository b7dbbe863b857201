"""What is wrong with a procedure shows in a store: by exploring it, and by what a law refuses."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import settings

from cli import zaak
from tests.faulty_procedures.editing import Wrong, corpus, edited, edited_text
from tests.properties.test_exploring import SMALL
from tests.properties.test_traces import complaints, pasted
from workflow.engine.kernel import compile_procedure
from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import Finding, check
from workflow.exploring.people import seats
from workflow.exploring.stated import stated
from workflow.exploring.world import World
from workflow.verbs.running import run

LAWLESS = {
    "norms": ("advice-for-nobody", "questions-for-the-members", "a-team-that-consents"),
    "dispute": (
        "the-committee-withdraws",
        "withdrawing-on-no-evidence",
        "the-committee-consents-for-the-organ",
        "a-challenge-from-nobody",
    ),
    "conduct": ("closing-on-no-evidence", "the-mediator-consents-for-both"),
}
"""Wrong procedures that declare what a law forbids, and that the engine refuses all the same."""
DEEP = settings().max_examples > 1_000
STATES = Path(__file__).parent.parent.parent / "states"
FAULTS = [
    pytest.param(of, wrong, id=f"{of}-{name}")
    for of, name, wrong in corpus("explored")
    if of in SMALL or DEEP
]
"""In `make test` those that are explored in a few seconds, in `make deep` all."""


def explored(of: str, wrong: Wrong) -> tuple[Finding, ...]:
    """What is wrong with all that can happen under a wrong procedure."""
    procedure = edited(of, wrong).procedure
    world = World(compile_procedure(procedure, of), seats(procedure))
    found = check(Decisions(world, 10**6))
    return (*found.findings, *stated(found.explored))


def traced(of: str, wrong: Wrong, folder: Path) -> list[list[str]]:
    """The commands that `zaak procedure check` gives under each problem of a wrong procedure."""
    file = folder / f"{of}.yaml"
    text = (STATES / file.name).read_text(encoding="utf-8")
    file.write_text(edited_text(text, wrong.edit), encoding="utf-8")
    (folder / "offices.yaml").write_bytes((STATES / "offices.yaml").read_bytes())
    with redirect_stdout(StringIO()) as out:
        code = run(zaak, ["procedure", "check", str(file), "--json"], {"ZAAK_LANG": "en"})
    assert code == 1
    return [problem["trace"] for problem in json.loads(out.getvalue())["problems"]]


@pytest.mark.parametrize(("of", "wrong"), FAULTS)
def test_what_goes_wrong_is_found_by_exploring(of: str, wrong: Wrong) -> None:
    """Each is found with one of its codes, and shown on a way that really goes there."""
    found = explored(of, wrong)
    named = [each for each in found if each.problem.code in wrong.codes]
    assert named, [each.problem.code for each in found]
    for each in named:
        assert each.way is not None or each.problem.code.startswith("dead")


@pytest.mark.parametrize(("of", "wrong"), FAULTS)
def test_the_trace_shows_it_in_a_fresh_store(of: str, wrong: Wrong, tmp_path: Path) -> None:
    """The commands under each problem run one after another, and only the last may be refused."""
    traces = traced(of, wrong, tmp_path)
    for number, lines in enumerate(trace for trace in traces if trace):
        went = pasted(tuple(lines), tmp_path / str(number))
        refused = lines[-1].startswith("# refused")
        assert went.returncode == (1 if refused else 0), (lines, went.stderr)
        assert refused or complaints(went) == []
    assert any(traces) or wrong.codes == ("dead-state",)


@pytest.mark.parametrize(
    ("of", "wrong"),
    [
        pytest.param(of, wrong, id=f"{of}-{name}")
        for of, name, wrong in corpus("edits")
        if name in LAWLESS.get(of, ()) and (of in SMALL or DEEP)
    ],
)
def test_what_a_law_forbids_is_refused_in_a_fresh_store(
    of: str, wrong: Wrong, tmp_path: Path
) -> None:
    """Whatever the file says: the commands under the problem end in the engine's own refusal."""
    traces = [lines for lines in traced(of, wrong, tmp_path) if lines]
    assert traces
    for number, lines in enumerate(traces):
        went = pasted(tuple(lines), tmp_path / str(number))
        assert lines[-1].startswith("# refused: ")
        assert went.returncode == 1, (lines, went.stderr)
        assert "Refused: " in went.stderr
        assert complaints(went)

"""What is wrong with a procedure shows in a store: by exploring it, and by what a law refuses."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli import zaak
from tests.faulty_procedures.editing import Wrong, corpus, edited_text
from tests.properties.test_exploring import DEEP, SMALL
from tests.properties.test_traces import complaints, pasted
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
STATES = Path(__file__).parent.parent.parent / "states"
FAULTS = [
    pytest.param((of, wrong), id=f"{of}-{name}")
    for of, name, wrong in corpus("explored")
    if of in SMALL or DEEP
]
"""In `make test` those that are explored in a few seconds, in `make deep` all."""


def checked(of: str, wrong: Wrong, folder: Path) -> list[dict[str, Any]]:
    """The problems that `zaak procedure check` finds in a wrong procedure."""
    file = folder / f"{of}.yaml"
    text = (STATES / file.name).read_text(encoding="utf-8")
    file.write_text(edited_text(text, wrong.edit), encoding="utf-8")
    (folder / "offices.yaml").write_bytes((STATES / "offices.yaml").read_bytes())
    with redirect_stdout(StringIO()) as out:
        code = run(zaak, ["procedure", "check", str(file), "--json"], {"ZAAK_LANG": "en"})
    assert code == 1
    problems: list[dict[str, Any]] = json.loads(out.getvalue())["problems"]
    return problems


class Judged(NamedTuple):
    """A wrong procedure, and the problems that are found in it."""

    wrong: Wrong
    problems: list[dict[str, Any]]


@pytest.fixture(scope="module", params=FAULTS)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Each wrong procedure after the other, explored once for all that is asked of it."""
    of, wrong = request.param
    return Judged(wrong, checked(of, wrong, tmp_path_factory.mktemp("wrong")))


def test_what_goes_wrong_is_found_by_exploring(judged: Judged) -> None:
    """Each is found with one of its codes, and shown on a way that really goes there."""
    wrong, found = judged
    named = [each for each in found if each["code"] in wrong.codes]
    assert named, [each["code"] for each in found]
    for each in named:
        assert each["trace"] or each["code"].startswith("dead")


def test_the_trace_shows_it_in_a_fresh_store(judged: Judged, tmp_path: Path) -> None:
    """The commands under each problem run one after another, and only the last may be refused."""
    wrong, traces = judged.wrong, [each["trace"] for each in judged.problems]
    for number, lines in enumerate(trace for trace in traces if trace):
        went = pasted(tuple(lines), tmp_path / str(number))
        refused = lines[-1].startswith("# refused")
        assert went.returncode == (1 if refused else 0), (lines, went.stderr)
        assert refused or complaints(went) == []
    assert any(traces) or wrong.codes in (("dead-state",), ("dead-from",))


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
    traces = [each["trace"] for each in checked(of, wrong, tmp_path) if each["trace"]]
    assert traces
    for number, lines in enumerate(traces):
        went = pasted(tuple(lines), tmp_path / str(number))
        assert lines[-1].startswith("# refused: ")
        assert went.returncode == 1, (lines, went.stderr)
        assert "Refused: " in went.stderr
        assert complaints(went)

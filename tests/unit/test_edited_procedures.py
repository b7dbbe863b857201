"""Wrong procedures, each a small edit of a shipped one: what the checks find, and where."""

import re
from pathlib import Path

import pytest

from tests.faulty_procedures import editing as e
from tests.unit.test_checks import PARTS
from workflow.declaring import checks, reading
from workflow.declaring.problems import Problem
from workflow.declaring.reading import Unreadable

EDITS = {f"{of}-{name}": (of, wrong) for of, name, wrong in e.corpus("edits")}
UNSEEN = {f"{of}-{name}": (of, wrong) for of, name, wrong in e.corpus("unseen")}
EXPECTED = frozenset(
    (
        *("dead-step", "dead-state", "no-way-on", "member-cannot-stop", "never-ends"),
        *("pending-at-end", "two-hats", "stays-shared", "law"),
    )
)
"""What exploring is to find wrong with a procedure that the checks accept."""

WITHOUT = frozenset({"empty-label"})
"""Codes that no edited text shows: an empty text is found when it is read."""


def judged(of: str, wrong: e.Wrong) -> tuple[Problem, ...]:
    """All that the product finds wrong with the edited text."""
    if wrong.unread:
        with pytest.raises(Unreadable) as refused:
            e.edited(of, wrong)
        return refused.value.problems
    return e.problems(of, e.edited(of, wrong), e.offices(wrong.offices))


@pytest.mark.parametrize("name", e.SHIPPED)
def test_nothing_is_wrong_with_a_shipped_procedure(name: str) -> None:
    """Without an edit each shipped procedure is accepted, also when it is written anew."""
    text = (e.STATES / f"{name}.yaml").read_text(encoding="utf-8")
    for written in (text, e.edited_text(text, ())):
        declared = reading.parsed(written.encode(), f"{name}.yaml", e.offices())
        assert declared.procedure == e.shipped(name).procedure
        assert e.problems(name, declared, e.offices()) == ()


@pytest.mark.parametrize(("of", "wrong"), EDITS.values(), ids=EDITS)
def test_a_wrong_procedure_is_rejected(of: str, wrong: e.Wrong) -> None:
    """An edit is found with exactly the codes it is named with, where it was made in the text."""
    problems = judged(of, wrong)
    assert {problem.code for problem in problems} == set(wrong.codes)
    edits = e.places(of, wrong)
    for code in wrong.codes:
        paths = [problem.path for problem in problems if problem.code == code]
        assert any(
            any(e.within(path, place) for place in (*edits, *wrong.at))
            or any(e.within(place, path) and "." in path for place in edits)
            for path in paths
        ), f"{code} is found at {paths}, and the edit is at {edits}"
    text = e.edited_text((e.STATES / f"{of}.yaml").read_text(encoding="utf-8"), wrong.edit)
    lines = text.splitlines()
    for problem in problems:
        if problem.file == f"{of}.yaml" and not e.within(problem.path, "offices"):
            stands = lines[problem.line - 1][problem.column - 1 :]
            assert stands.startswith(e.written_at(text, problem.path)), problem


def test_there_are_wrong_procedures_of_each() -> None:
    """Each shipped procedure has wrong ones beside it, and there are no fewer than two hundred."""
    assert {of for of, _ in EDITS.values()} == set(e.SHIPPED)
    assert {of for of, _ in UNSEEN.values()} == set(e.SHIPPED)
    assert len(EDITS) >= 200
    assert len({wrong.why for _, wrong in (*EDITS.values(), *UNSEEN.values())}) == len(EDITS) + len(
        UNSEEN
    )


@pytest.mark.parametrize(("of", "wrong"), UNSEEN.values(), ids=UNSEEN)
def test_what_only_exploring_can_tell_applies_cleanly(of: str, wrong: e.Wrong) -> None:
    """A wrong procedure of the folder unseen is read, differs, and passes the checks of today."""
    declared = e.edited(of, wrong)
    assert set(wrong.codes) <= EXPECTED
    assert wrong.codes
    before = (e.shipped(of).procedure, e.offices())
    assert (declared.procedure, e.offices(wrong.offices)) != before
    assert e.problems(of, declared, e.offices(wrong.offices)) == ()


def test_an_edit_that_changes_nothing_is_no_edit() -> None:
    """An edit at a place that is not there, or to what stands there already, cannot be made."""
    text = (e.STATES / "norms.yaml").read_text(encoding="utf-8")
    for edit in (
        e.Edit(set="steps.ask.to", to="asked"),
        e.Edit(set="steps.asking.to", to="asked"),
        e.Edit(remove="steps.ask.guards"),
        e.Edit(remove="steps.ask.who[clock]"),
        e.Edit(add="steps.ask.who", to="national_chair"),
        e.Edit(rename="steps.asking", to="asks"),
    ):
        with pytest.raises(e.NoSuchPlace):
            e.edited_text(text, (edit,))


def test_which_codes_no_small_edit_shows() -> None:
    """Every code of the checks is that of a wrong procedure here, but for those named above."""
    folder = Path(checks.__file__).parent
    texts = [(folder / f"{part}.py").read_text(encoding="utf-8") for part in PARTS]
    written = {code for text in texts for code in re.findall(r'problem\(\s*"([a-z-]+)"', text)}
    shown = {code for _, wrong in EDITS.values() for code in wrong.codes}
    assert written - shown == WITHOUT

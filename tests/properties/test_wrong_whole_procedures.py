"""Small wrong procedures, each a whole file: what exploring finds in them, and on which way."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cli import zaak
from tests.properties.test_traces import complaints, pasted
from workflow.verbs.running import run

ROOT = Path(__file__).parent.parent
OFFICES = ROOT.parent / "states" / "offices.yaml"
WHOLE = ROOT / "faulty_procedures" / "whole"
FOUND = {
    "answers_themself": ("invariant-broken", "invariants.asked_by_another.never"),
    "carried_along": ("member-cannot-stop", "tracks.report.states.talking"),
    "note_left_out": ("never-ends", "tracks.advice.states.asked"),
    "one_of_two_chosen": ("no-way-on", "tracks.advice.states.asked"),
    "one_recipient_chosen": ("no-way-on", "tracks.advice.states.asked"),
    "waits_for_a_mediator": ("member-cannot-stop", "tracks.report.states.mediating"),
}
"""For each file the one problem in it, and where it stands."""


def checked(name: str, folder: Path) -> list[dict[str, Any]]:
    """All that is found wrong with one of the procedures, from a copy in the folder."""
    for file in (WHOLE / f"{name}.yaml", OFFICES):
        (folder / file.name).write_bytes(file.read_bytes())
    with redirect_stdout(StringIO()) as out:
        run(zaak, ["procedure", "check", str(folder / f"{name}.yaml"), "--json"], {})
    problems: list[dict[str, Any]] = json.loads(out.getvalue())["problems"]
    return problems


def test_each_whole_procedure_is_judged() -> None:
    """No file stands in the folder of which it is not said what is wrong with it."""
    assert {file.stem for file in WHOLE.glob("*.yaml")} == set(FOUND)


@pytest.mark.parametrize("name", FOUND)
def test_what_is_wrong_is_found_and_shown(name: str, tmp_path: Path) -> None:
    """Exactly the one problem is found, and the commands under it run in a fresh store."""
    problems = checked(name, tmp_path)
    assert [(each["code"], each["path"]) for each in problems] == [FOUND[name]]
    went = pasted(tuple(problems[0]["trace"]), tmp_path / "shell")
    assert (went.returncode, complaints(went)) == (0, [])


def test_the_way_to_a_dead_end_leaves_the_note_out(tmp_path: Path) -> None:
    """Where a case ends only with a note, the way shown is one on which nobody wrote it."""
    (found,) = checked("note_left_out", tmp_path)
    assert "--note" not in " ".join(found["trace"])


def test_commands_name_the_file_wherever_they_are_pasted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a file that is named from its own folder, the commands run in another folder too."""
    checked("note_left_out", tmp_path)
    monkeypatch.chdir(tmp_path)
    with redirect_stdout(StringIO()) as out:
        run(zaak, ["procedure", "check", "note_left_out.yaml", "--json"], {})
    (found,) = json.loads(out.getvalue())["problems"]
    went = pasted(tuple(found["trace"]), tmp_path / "elsewhere")
    assert (went.returncode, complaints(went)) == (0, [])

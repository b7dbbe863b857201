"""`zaak procedure check` of files that lie together: what one says of another is looked up."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli import zaak
from workflow.verbs.running import run

TOGETHER = Path(__file__).parent.parent / "faulty_procedures" / "together"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the procedures that have to do with each other, and their offices."""
    return Path(shutil.copytree(TOGETHER, tmp_path / "states"))


def checked(path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """What the command finds in a file, as the document it prints."""
    known = {"ZAAK_LANG": "en", "XDG_DATA_HOME": str(path.parent)}
    run(zaak, ["procedure", "check", "--json", str(path)], known, lambda: NOW)
    return json.loads(capsys.readouterr().out)


def test_files_that_agree_are_sound(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two procedures that tell and open each other are sound where they lie together."""
    for name in ("matter", "neighbour"):
        assert checked(folder / f"{name}.yaml", capsys)["problems"] == []


def test_what_the_other_file_lacks_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A step that the other file renamed is pointed out in the one that tells it, with its line."""
    other = folder / "neighbour.yaml"
    text = other.read_text(encoding="utf-8")
    other.write_text(text.replace("  stand_back:\n", "  step_aside:\n"), encoding="utf-8")
    [found] = checked(folder / "matter.yaml", capsys)["problems"]
    assert (found["code"], found["suggestion"]) == ("tells-nobody", "step_aside")
    lines = (folder / "matter.yaml").read_text(encoding="utf-8").splitlines()
    assert "step: stand_back" in lines[found["line"] - 1]


def test_what_lies_elsewhere_is_not_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alone in its folder the same procedure is sound: those it speaks of may be elsewhere."""
    (folder / "neighbour.yaml").unlink()
    assert checked(folder / "matter.yaml", capsys)["problems"] == []


def test_a_file_beside_it_that_cannot_be_read_is_passed_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else lies in the folder does not keep a procedure from being checked."""
    (folder / "notes.yaml").write_text("- milk\n", encoding="utf-8")
    assert checked(folder / "matter.yaml", capsys)["problems"] == []


def test_excluded_office_is_one_of_the_association(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An office that excludes one which offices.yaml does not know is pointed out."""
    offices = folder / "offices.yaml"
    text = offices.read_text(encoding="utf-8")
    offices.write_text(text.replace("[chair, committee]", "[chair, comity]"), encoding="utf-8")
    [found] = checked(folder / "matter.yaml", capsys)["problems"]
    assert (found["code"], found["path"]) == ("unknown-office", "offices.helper.not_with[1]")


def test_what_passes_on_what_is_filed_with_it_is_found_in_that_file_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who checks the procedure of a committee hears there that it gives a member's filing away."""
    path = folder / "neighbour.yaml"
    text = path.read_text(encoding="utf-8")
    to_chair = "      - {kind: packet, to: chair, purpose: ruling}\n"
    assert text.count(to_chair) == 2
    more = text.replace(to_chair, to_chair + to_chair.replace("chair", "vice_chair"))
    path.write_text(more, encoding="utf-8")
    found = {(one["code"], one["path"]) for one in checked(path, capsys)["problems"]}
    assert found == {("files-beyond", "steps.take_up")}


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", ("nothing wrong so far", "judged only when")), ("nl", ("tot zover niets mis", "pas"))],
)
def test_what_was_explored_in_part_is_not_called_sound(
    lang: str, said: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the engine was asked as often as it might be, that is said, and what was not judged."""
    path = TOGETHER.parent.parent / "sound_procedures" / "pair.yaml"
    went = [
        run(zaak, ["procedure", "check", *most, str(path)], {"ZAAK_LANG": lang}, lambda: NOW)
        for most in (("--most", "20"), ())
    ]
    capped, whole = capsys.readouterr().out.split("pair: ")[1:]
    assert went == [0, 0]
    assert all(words in capped and words not in whole for words in said)

"""The exercises of docs/declaring.md, done as a secretary would: edit, check, look."""

from __future__ import annotations

import html
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from cli import zaak
from workflow.engine.procedure import Condition
from workflow.verbs.migrating import WAYS
from workflow.verbs.options import Asked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "declaring.md").read_text(encoding="utf-8")
EXERCISES = PAGE.partition("## Three exercises")[2].partition("\n## ")[0]
BLOCK = re.compile(r"(?:```|~~~)(\w+)\n(.*?)(?:```|~~~)", re.DOTALL)


ENGLISH = Asked({"ZAAK_LANG": "en"})


def exercise(title: str) -> list[tuple[str, str]]:
    """The blocks of one exercise: the language each is in, and its text."""
    return BLOCK.findall(EXERCISES.partition(f"### {title}\n")[2].partition("\n### ")[0])


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with copies that the page has one make, beside that of the program."""
    shutil.copytree(ROOT / "states", tmp_path / "states")
    monkeypatch.chdir(tmp_path)
    _, commands = BLOCK.findall(EXERCISES)[0]
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        if program == "mkdir":
            Path(words[0]).mkdir()
        else:
            assert program == "cp"
            for name in words[:-1]:
                shutil.copy(name, words[-1])
    return tmp_path / "mine"


def run(commands: str) -> None:
    """Run the commands of a block, all of which must succeed."""
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        assert program == "zaak"
        went = CliRunner().invoke(zaak, words, obj=Asked({"ZAAK_LANG": "en"}))
        assert went.exit_code == 0, f"{line}\n{went.output}"


def edit(file: Path, before: str, after: str) -> None:
    """Replace what stands in the file exactly once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), encoding="utf-8")


def drawn(file: Path) -> str:
    """The words of a drawing."""
    text = html.unescape(re.sub("<[^>]*>", " ", file.read_text(encoding="utf-8")))
    return " ".join(text.split())


def test_changing_a_deadline(mine: Path) -> None:
    """With the two edits of the first exercise the procedure is sound, and its drawing is made."""
    (_, before), (_, after), (_, version), (_, commands), _ = exercise("Change a deadline")
    edit(mine / "conduct.yaml", before, after)
    edit(mine / "conduct.yaml", 'version: "1"\n', version)
    run(commands)
    assert "Listening" in drawn(mine / "report.svg")


def test_a_changed_deadline_for_open_cases(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that stands in the changed state goes over with the lines of the page only."""
    (_, before), (_, after), (_, version), _, (_, replaces) = exercise("Change a deadline")
    newer = mine / "conduct.yaml"
    edit(newer, before, after)
    edit(newer, 'version: "1"\n', version)
    environment = {"ZAAK_LANG": "en", "ZAAK_STORE": "zaken.db", "ZAAK_KEY": "noor"}

    def said(words: str) -> str:
        monkeypatch.setenv("XDG_DATA_HOME", str(mine))
        return CliRunner().invoke(zaak, shlex.split(words), obj=Asked(environment)).output

    said("init --person noor --name Noor --branch noord --no-passphrase")
    said("office grant counsellor noor --branch noord")
    case = json.loads(said("open conduct --branch noord --set ground=unsaid --json"))["case"]
    said(f"advance {case} start_listening --set exception_explained=yes")
    assert "Listening" in said(f"show {case}")
    diff = f"procedure diff conduct {newer}"
    assert VERDICTS["needs-mapping"] in said(diff)
    newer.write_text(newer.read_text(encoding="utf-8") + replaces, encoding="utf-8")
    assert VERDICTS["moves-by-mapping"] in said(diff)
    assert "sound" in said(f"procedure check --quick {newer}")


VERDICTS = dict(re.findall(r"\| `([a-z-]+)` \| ([^|`]+) \| [^|]+ \|", PAGE))
"""What the page says is printed for each verdict."""


def test_the_page_gives_the_words_of_each_verdict() -> None:
    """Beside the name of a verdict stands what the command prints for it."""
    assert {name: words.en for name, words in WAYS.items()}.items() <= VERDICTS.items()


def test_adding_a_state(mine: Path) -> None:
    """With the edits of the second exercise it is a new version, whose drawing has the state."""
    *blocks, (_, version), (_, commands) = exercise("Add a state")
    edit(mine / "dispute.yaml", 'version: "1"\n', version)
    for (_, before), (_, after) in zip(blocks[::2], blocks[1::2], strict=True):
        edit(mine / "dispute.yaml", before, after)
    run(commands)
    assert "Report open to the parties" in drawn(mine / "dispute.svg")
    words = ["procedure", "diff", "states/dispute.yaml", str(mine / "dispute.yaml")]
    assert "version 1 " in (out := CliRunner().invoke(zaak, words, obj=ENGLISH).output)
    assert "→ version 2 " in out


def test_adding_a_state_by_halves_is_noticed(mine: Path) -> None:
    """A state that is added without the step out of it is named by the check."""
    blocks = exercise("Add a state")
    edit(mine / "dispute.yaml", blocks[0][1], blocks[1][1])
    words = ["procedure", "check", str(mine / "dispute.yaml")]
    went = CliRunner().invoke(zaak, words, obj=Asked({"ZAAK_LANG": "en"}))
    assert went.exit_code == 1
    assert "reading_over" in went.output


PROMISED = PAGE.partition("## What you promise of every case")[2].partition("\n## ")[0]


def checking(mine: Path, *edits: tuple[str, str]) -> tuple[int, str]:
    """What is said of the procedure at the top of the page with what the page has it promise."""
    whole = PAGE.partition("```yaml\n")[2].partition("```")[0]
    ((_, promises),) = BLOCK.findall(PROMISED)
    file = mine / "question.yaml"
    file.write_text(whole + "\n" + promises, encoding="utf-8")
    for before, after in edits:
        edit(file, before, after)
    words = ["procedure", "check", str(file)]
    went = CliRunner().invoke(zaak, words, obj=Asked({"ZAAK_LANG": "en"}))
    return went.exit_code, went.output


def test_promising_something_of_every_case(mine: Path) -> None:
    """What the page promises is kept, and said where it stands when a step no longer keeps it."""
    code, said = checking(mine)
    assert (code, "sound" in said) == (0, True), said
    note = "    note: {kind: question, required: true}\n    cites: [R1]"
    guard = "    guards:\n      - {guard: has_item, kind: question}\n    cites: [R2]"
    code, said = checking(mine, (note, "    cites: [R1]"), (guard, "    cites: [R2]"))
    assert code == 1
    file = (mine / "question.yaml").read_text(encoding="utf-8").splitlines()
    (place,) = (number for number, line in enumerate(file, 1) if line == "    always:")
    assert f"question.yaml:{place}:5: ‘Never answered without a question’" in said
    assert "ask → answer" in said


def test_every_problem_with_a_promise_is_on_the_page() -> None:
    """The page explains each code that judging a promise can end in, and names each condition."""
    source = (ROOT / "workflow" / "exploring" / "stated.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'"(invariant-[a-z]+)"', source))
    assert codes == set(re.findall(r"\| `(invariant-[a-z]+)` \|", PROMISED))
    tags = {str(kind.__struct_config__.tag) for kind in get_args(Condition)}
    assert len(tags) > 5
    assert tags <= set(re.findall(r"`([a-z_]+)`", PROMISED))


def test_declaring_a_new_procedure(mine: Path) -> None:
    """The procedure at the top of the page, saved as the third exercise says, is sound."""
    whole = PAGE.partition("```yaml\n")[2].partition("```")[0]
    (mine / "question.yaml").write_text(whole, encoding="utf-8")
    ((_, commands),) = exercise("Declare a new procedure")
    run(commands)
    assert "Asked" in drawn(mine / "question.svg")

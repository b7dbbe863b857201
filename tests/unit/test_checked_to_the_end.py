"""`zaak procedure check` on what is wrong in any way: it says what, and does not stumble itself.

Nor does any other command that is given such a file.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import zaak
from tests.faulty_procedures import editing as e
from workflow.declaring import between
from workflow.verbs.checking import checked
from workflow.verbs.options import Asked
from workflow.verbs.session import Session

FEW = 2
"""So many decisions are enough to see that exploring can begin."""
NAMES = frozenset(
    (
        *("added_by", "belongs_to", "brings", "by", "deputy", "emits", "from", "initial", "joins"),
        *("kind", "kinds", "made_for", "not_with", "of", "office", "offices", "on", "otherwise"),
        *("papers", "party", "purpose", "recipient", "seen_by", "step", "than_step", "then", "to"),
        *("to_field", "track", "who"),
    )
)
"""Keys under which something stands by its name."""
SMALLEST = ("norms", "dispute", "investigation", "conduct")
BETWEEN = frozenset(
    re.findall(r'problem\(\s*"([a-z-]+)"', Path(between.__file__).read_text("utf-8"))
)
NORMS = json.loads(e.edited_text((e.STATES / "norms.yaml").read_text(encoding="utf-8"), ()))


def named(tree: Any, key: str = "") -> Iterator[tuple[Any, Any]]:
    """Each name that stands in a declaration for something: what it is in, and its key there."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for one, value in entries:
        under = str(one) if isinstance(tree, dict) else key
        if isinstance(value, dict | list):
            yield from named(value, under)
        elif under in NAMES and isinstance(value, str):
            yield tree, one


def misspelt() -> Iterator[str]:
    """The norms procedure with one name misspelt, for each that stands in it."""
    tree = deepcopy(NORMS)
    for within, key in named(tree):
        before = within[key]
        within[key] = f"{before}x"
        yield e.rewritten(tree)
        within[key] = before


def codes(text: str, file: Path) -> set[str]:
    """What checking this text finds, exploring and all, as it stands in this file."""
    file.write_text(text, encoding="utf-8")
    found = checked(Session(Asked({"ZAAK_LANG": "en"}), "procedure check"), str(file), FEW)
    return {one["code"] for one in found["problems"]}


def kinds_of_wrong() -> Iterator[tuple[str, e.Wrong]]:
    """A shipped procedure and a wrong edit of it, together with every code there is.

    Not those by which only another procedure says what is no longer so.
    """
    seen: set[str] = set()
    for of, _, wrong in sorted(e.corpus("edits"), key=lambda each: SMALLEST.index(each[0])):
        alone = not wrong.offices and not wrong.unread and not set(wrong.codes) & BETWEEN
        if alone and not seen.issuperset(wrong.codes):
            seen.update(wrong.codes)
            yield of, wrong


def test_no_misspelt_name_makes_checking_stumble(tmp_path: Path) -> None:
    """With any one name of the norms procedure misspelt, checking ends, and finds that name."""
    texts = tuple(misspelt())
    assert len(texts) > 50
    for text in texts:
        assert codes(text, tmp_path / "edited.yaml")


def test_no_wrong_procedure_makes_checking_stumble(tmp_path: Path) -> None:
    """Checking a procedure that is wrong in any known way ends, and finds just what is wrong."""
    for of, wrong in kinds_of_wrong():
        text = e.edited_text((e.STATES / f"{of}.yaml").read_text(encoding="utf-8"), wrong.edit)
        assert codes(text, tmp_path / f"{of}.yaml") == set(wrong.codes), wrong.why


TAKING_A_FILE = ("adopt {}", "diagram {}", "diff norms {}", "diff {} norms", "show {}", "try {}")
"""Every command of `zaak procedure` that is given a file, with one form of `export`."""


def said(words: str, folder: Path) -> tuple[int, str]:
    """The exit code of a command of `zaak procedure`, and all that it said."""
    asked = Asked({"ZAAK_LANG": "en", "ZAAK_STORE": str(folder / "none.db")})
    went = CliRunner().invoke(zaak, ["procedure", *words.split()], obj=asked)
    return went.exit_code, went.output


@pytest.mark.parametrize("command", [*TAKING_A_FILE, "export --format scxml {}"])
@pytest.mark.parametrize("wrong", [("to: asked", "to: askd"), ("within: P2M", "within: 1 month")])
def test_a_wrong_file_is_said_as_checking_says_it(
    command: str, wrong: tuple[str, str], tmp_path: Path
) -> None:
    """A command that is given a wrong file refuses it with each problem that `check` prints."""
    file = tmp_path / "mine.yaml"
    before = (e.STATES / "norms.yaml").read_text(encoding="utf-8")
    file.write_text(before.replace(*wrong, 1), encoding="utf-8")
    checked_exit, lines = said(f"check {file}", tmp_path)
    exit_code, output = said(command.format(file), tmp_path)
    assert exit_code == checked_exit == 1
    *problems, last = lines.splitlines()
    assert problems
    assert last == "The rest is checked once this is right."
    assert all(f"  - {line}" in output.splitlines() for line in problems)


@pytest.mark.parametrize("command", [*TAKING_A_FILE, "check {}", "export --format scxml {}"])
def test_a_file_that_is_not_there_is_a_wrong_word(command: str, tmp_path: Path) -> None:
    """A file that is not there, or is a folder, ends any command with exit code 2 and a way out."""
    for path in (tmp_path / "nope.yaml", tmp_path):
        exit_code, output = said(command.format(path), tmp_path)
        assert exit_code == 2
        assert output.startswith(f"zaak: The file {path} cannot be read")
        assert "\n  → " in output


def test_another_procedure_widens_nothing(tmp_path: Path) -> None:
    """Comparing with another procedure ends with exit code 2, which is not that of widening."""
    assert said("diff conduct norms", tmp_path)[0] == 2


def test_a_rule_that_nothing_knows_is_found(tmp_path: Path) -> None:
    """A number is looked up in the rules.yaml beside the file, else in that of the program."""
    before = (e.STATES / "norms.yaml").read_text(encoding="utf-8")
    file = tmp_path / "norms.yaml"
    cited = before.replace("cites: [A29]}", "cites: [A99]}", 1)
    assert cited != before
    assert codes(cited, file) == {"unknown-rule"}
    title = "en: Statement of the national board on an integrity investigation"
    assert codes(cited.replace(title, "en: What we agreed among ourselves"), file) == set()
    rules = (e.STATES / "rules.yaml").read_text(encoding="utf-8")
    own = rules.replace("number: A29\n", "number: A99\n").replace("A29", "A99")
    (tmp_path / "rules.yaml").write_text(own, encoding="utf-8")
    assert codes(cited.replace("A29", "A99"), file) == set()
    assert codes(before, file) == {"unknown-rule"}


def test_a_procedure_under_which_no_case_begins_is_checked_to_the_end(tmp_path: Path) -> None:
    """Where the engine refuses every opening, what is declared wrong is said all the same."""
    page = (e.STATES.parent / "docs" / "declaring.md").read_text(encoding="utf-8")
    before = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    nobodys = before.replace("    belongs_to: asker\n", "")
    assert nobodys != before
    (tmp_path / "question.yaml").write_text(nobodys, encoding="utf-8")
    # In a process of its own, which can be stopped where it would go on for ever.
    went = subprocess.run(
        [sys.executable, "-m", "workflow", "procedure", "check", "question.yaml"],
        cwd=tmp_path,
        env={**os.environ, "ZAAK_LANG": "en", "PYTHONPATH": str(e.STATES.parent)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert went.returncode == 1, went
    assert "so it is theirs (belongs_to)" in went.stdout

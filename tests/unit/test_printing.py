"""What is printed as a PDF: into a file or another program, not on a terminal or within JSON."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau

ROOT = Path(__file__).resolve().parents[2]


class Opened(Bureau):
    """An association in which one case was opened with a signal, by ilse."""

    case: str


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """A store with one case in it, an auditor, and the chair of a branch who gave the signal."""
    found = Opened(tmp_path)
    found.found(
        "noord",
        {
            "daan": ("regional_chair --branch noord",),
            "ilse": ("branch_chair --branch noord/duin",),
            "otto": ("auditor --branch noord",),
        },
    )
    given = "open conduct --step give_signal --branch noord/duin --set corners=board --json --yes"
    went = found.done("ilse", *given.split(), "--note", "-", stdin="Het botst.")
    found.case = went.document["case"]
    return found


def test_a_history_is_printed_into_a_file(opened: Opened) -> None:
    """With --format pdf -o FILE the history is a PDF in that file, and over no other one."""
    path = opened.folder / "verloop.pdf"
    words = ("history", opened.case, "--format", "pdf", "-o", str(path))
    went = opened.done("otto", *words, "--json")
    assert went.document == {"case": opened.case, "file": str(path), "format": "pdf"}
    made = path.read_bytes()
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")
    again = opened("otto", *words, "--json")
    assert (again.exit, again.document["error"]["code"]) == (2, "file-exists")
    assert path.read_bytes() == made
    opened.done("otto", *words, "--force")
    assert path.read_bytes() != made, "it says of a later moment how things stood"


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_at_one_moment_two_stores_give_the_same_bytes(opened: Opened, lang: str) -> None:
    """A copy of the store, asked at the same moment, gives the same PDF; and so does a pipe."""
    (opened.folder / "copy").mkdir()
    copy = opened.copied(opened.folder / "copy")
    paths = [opened.folder / "one.pdf", opened.folder / "two.pdf"]
    words = ("history", opened.case, "--format", "pdf", "--lang", lang)
    opened.done("otto", *words, "-o", str(paths[0]))
    piped = copy.done("otto", *words).out.encode("utf-8", "surrogateescape")
    assert paths[0].read_bytes() == piped


def test_json_holds_no_pdf(opened: Opened) -> None:
    """With --json and no file it is exit 2, and nobody has looked."""
    before = opened.events()
    went = opened("otto", "history", opened.case, "--format", "pdf", "--json")
    assert (went.exit, went.document["error"]["code"]) == (2, "file-needed")
    assert opened.events() == before


def test_a_terminal_is_given_no_pdf(opened: Opened) -> None:
    """On a terminal it says to name a file; with one it says there that it is being made."""
    command = [sys.executable, "-m", "workflow", "history", opened.case, "--format", "pdf"]
    environment = {
        **os.environ,
        "ZAAK_STORE": opened.where,
        "ZAAK_KEY": str(opened.folder / "otto"),
        "ZAAK_LANG": "nl",
    }
    before = opened.events()
    code, shown = _at_terminal(command, environment)
    assert code == 2
    assert "Geef een bestand: -o verloop.pdf" in shown
    assert "%PDF" not in shown
    assert opened.events() == before
    path = opened.folder / "verloop.pdf"
    code, shown = _at_terminal([*command, "-o", str(path)], environment)
    assert code == 0
    assert "De PDF wordt gemaakt…" in shown
    assert shown.rstrip().endswith(str(path))
    assert path.read_bytes().startswith(b"%PDF")


def _at_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    """The exit code of a command run at a terminal, and what that terminal shows."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the other side was closed, as Linux says it
            pass
        os.close(ours)
    return running.returncode, shown.decode(errors="replace")


def test_who_may_not_see_a_case_prints_none(opened: Opened) -> None:
    """For a case that is not theirs people get the answer of a case that does not exist."""
    opened.done("saar", "key", "new", str(opened.folder / "max"), "--no-passphrase")
    path = opened.folder / "verloop.pdf"
    went = [
        opened("saar", "history", case, "--format", "pdf", "-o", str(path), "--json")
        for case in (opened.case, "z-0000-0000-00")
    ]
    assert {each.exit for each in went} == {1}
    assert went[0].out.replace(opened.case, "") == went[1].out.replace("z-0000-0000-00", "")
    assert not path.exists()

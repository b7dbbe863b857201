"""Files that commands write: over another one only where that was asked, for their owner alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau


class Opened(Bureau):
    """An association in which one case was opened, by noor; otto audits it, wies keeps its log."""

    case: str


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A store with one case in it, and a checkpoint over that."""
    found = Opened(tmp_path_factory.mktemp("opened"))
    found.found(
        "noord",
        {
            "noor": ("counsellor --branch noord",),
            "otto": ("auditor --branch noord",),
            "wies": ("log_keeper --branch noord",),
        },
    )
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    went = found.done("noor", *words, "--note", "-", "--json", stdin="Zij belt.")
    found.case = went.document["case"]
    found.done("wies", "audit", "checkpoint", "-o", str(found.folder / "held"))
    return found


@pytest.mark.parametrize("form", ["jsonl", "xes"])
def test_an_export_goes_over_no_other_file(opened: Opened, tmp_path: Path, form: str) -> None:
    """An export leaves a file that is there alone, records no look then, and obeys --force."""
    path = tmp_path / "notes"
    path.write_text("mine", encoding="utf-8")
    words = ("audit", "export", opened.case, "--format", form, "-o", str(path), "--json")
    before = opened.events()
    went = opened("otto", *words)
    assert (went.exit, went.document["error"]["code"]) == (2, "file-exists")
    assert (path.read_text(encoding="utf-8"), opened.events()) == ("mine", before)
    opened.done("otto", *words, "--force")
    assert opened.case in path.read_text(encoding="utf-8")


def _modes(folder: Path) -> dict[str, int]:
    return {path.suffix: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_what_is_written_is_for_its_owner_alone(opened: Opened, tmp_path: Path) -> None:
    """Whatever the umask allows, nobody else reads what is written, and what is there stays so."""
    commands = {
        ".txt": ("otto", "history", opened.case),
        ".jsonl": ("otto", "audit", "export"),
        ".proof": ("otto", "audit", "prove", opened.case),
        ".svg": ("noor", "procedure", "diagram", "conduct", "--track", "emergency"),
        ".note": ("wies", "audit", "checkpoint"),
    }
    before = os.umask(0)
    try:
        for ending, words in commands.items():
            opened.done(*words, "-o", str(tmp_path / f"made{ending}"))
        note = opened.done("noor", "show", opened.case, "--json").document["items"][0]["item"]
        sealed = tmp_path / "sealed"
        opened.done("noor", "read", opened.case, note, "--sealed", str(sealed))
        written = {path.stat().st_mode & 0o777 for path in sealed.iterdir()}
        (tmp_path / "made.txt").chmod(0o640)
        opened.done(*commands[".txt"], "-o", str(tmp_path / "made.txt"), "--force")
    finally:
        os.umask(before)
    assert written == {0o600}
    assert {each: _modes(tmp_path)[each] for each in commands} == {
        **dict.fromkeys(commands, 0o600), ".txt": 0o640,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "name", "begins"),
    [
        (("otto", "history"), "b.html", "<!doctype html"),
        (("otto", "history"), "b.HTM", "<!doctype html"),
        (("otto", "history"), "b.pdf", "%PDF"),
        (("otto", "history"), "b.json", "{"),
        (("otto", "history"), "b.md", "# "),
        (("otto", "audit", "export"), "b.xes", "<?xml"),
        (("noor", "procedure", "diagram", "conduct"), "b.dot", "digraph"),
        (("noor", "procedure", "diagram", "conduct"), "b.mmd", "stateDiagram"),
        (("noor", "procedure", "diagram", "conduct"), "b", "<svg"),
    ],
)
def test_the_name_says_the_form(
    opened: Opened, tmp_path: Path, words: tuple[str, ...], name: str, begins: str
) -> None:
    """A file gets the form that its name says, wherever -o stands; --format counts for more."""
    who, *asked = words
    about = [] if "diagram" in asked else [opened.case]
    path = tmp_path / name
    opened.done(who, *asked, *about, "-o", str(path))
    assert path.read_bytes()[:20].decode("latin-1").lower().startswith(begins.lower())
    other = {"history": "text", "audit": "jsonl", "procedure": "mermaid"}[asked[0]]
    opened.done(who, *asked, *about, "--format", other, "--force", "-o", str(path))
    said = opened.done(who, *asked, *about, "--format", other).out
    assert path.read_text(encoding="utf-8")[:10] == said[:10]


@pytest.mark.parametrize("form", ["text", "html", "md", "pdf"])
def test_a_reader_is_told_only_what_they_can_do(opened: Opened, tmp_path: Path, form: str) -> None:
    """How to export is said to who may, and that names stand there only where some do."""
    said = {}
    for audience in ("auditor", "reporter"):
        path = tmp_path / audience
        words = ("history", opened.case, "--for", audience, "--format", form, "-o", str(path))
        opened.done("otto", *words)
        if form == "pdf":
            shown = subprocess.run(("pdftotext", path, "-"), capture_output=True, check=True)
            said[audience] = " ".join(shown.stdout.decode().split())
        else:
            said[audience] = " ".join(path.read_text(encoding="utf-8").split())
    assert ["zaak audit export" in each for each in said.values()] == [True, False]
    assert "ask them" in said["reporter"]
    for each in said.values():
        assert "No contents and no names stand here" in each
        assert "of those who looked" not in each


def test_that_names_stand_there_is_said_where_they_do(opened: Opened, tmp_path: Path) -> None:
    """Once an auditor has looked, their name stands in the counsellor's copy, which says so."""
    own = opened.copied(tmp_path)
    own.done("otto", "history", opened.case)
    found = [
        " ".join(own.done(who, "history", opened.case).out.split()) for who in ("otto", "noor")
    ]
    assert [("Otto" in each, "of those who looked" in each) for each in found] == [
        (False, False),
        (True, True),
    ]


def test_a_key_that_is_not_there_is_said(opened: Opened) -> None:
    """Who verifies with a key file that is not there is told so, though none was needed."""
    went = opened(None, "audit", "verify", "--key", str(opened.folder / "nokey"), "--json")
    assert (went.exit, went.document["error"]["code"]) == (5, "key-missing")
    assert opened(None, "audit", "verify").exit == 0


def test_what_can_be_done_is_said(opened: Opened, tmp_path: Path) -> None:
    """A refusal to write over a file names --force where the verb has it, and only there."""
    path = tmp_path / "notes"
    path.write_text("mine", encoding="utf-8")
    assert "--force" in opened("otto", "audit", "prove", opened.case, "-o", str(path)).err
    assert "--force" not in opened("wies", "audit", "checkpoint", "-o", str(path)).err
    assert "→ Give a case" in opened("otto", "audit", "prove").err


@pytest.mark.parametrize("forced", [(), ("--force",)])
def test_nothing_takes_the_place_of_a_pipe(
    opened: Opened, tmp_path: Path, forced: tuple[str, ...]
) -> None:
    """What is written to a pipe comes out of it, and the pipe stays one, with --force as well."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reading:
        opened.done("otto", "audit", "export", opened.case, "-o", str(pipe), *forced)
        said, _ = reading.communicate(timeout=20)
    assert opened.case in said.decode()
    assert pipe.is_fifo()

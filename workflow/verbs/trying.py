"""Trying the program: an invented case, played from beginning to end, and help while typing."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option
from workflow.verbs.running import COMPLETE, run

if TYPE_CHECKING:
    from workflow.demo import Call, Shown, Went
    from workflow.verbs.session import Session

MARK = ".demonstration"
"""The file by which a folder is known to hold a demonstration, and nothing that is to be kept."""
SHELLS = ("bash", "zsh", "fish")


@verb(
    Words(
        "Een verzonnen zaak zien, van melding tot afsluiting.\n\n"
        "In een nieuwe administratie in de map MAP (anders demo/), met elke opdracht zoals "
        "iemand die zou geven. Alles is echt. Een eerdere demonstratie in die map gaat weg; een "
        "map met iets anders blijft zoals zij is.",
        "Watch an invented case, from report to closure.\n\n"
        "In a fresh store in the folder DIR (by default demo/), with every command as someone "
        "would give it. Nothing is staged. An earlier demonstration in that folder is taken away; "
        "a folder with anything else is left alone.",
    ),
    examples=("zaak demo", "zaak demo proef --lang nl"),
)
@argument("folder", required=False, default="demo", metavar="[DIR]")
@option(
    "--procedure",
    default="conduct",
    metavar="NAME",
    words=Words("Van welke procedure.", "Of which procedure."),
)
def demo(session: Session, folder: str, procedure: str) -> None:
    """Play an invented case."""
    from workflow.demo import names, play, script

    if procedure not in names():
        raise session.wrong("unknown-procedure", given=procedure, known=names())
    into = Path(folder)
    emptied(session, into)
    played = script(procedure)
    root = click.get_current_context().find_root().command
    ends = session.asked.clock()
    scenes = 0
    for shown in play(played, into, session.lang, ends, lambda call: called(root, call)):
        scenes += 1
        if not session.json:
            _show(session, shown)
    files = {
        name: str(path)
        for name, path in (
            ("store", into / "zaken.db"),
            ("html", into / "history.html"),
            ("text", into / "history.txt"),
        )
        if path.exists()
    }
    session.answer({"folder": folder, "scenes": scenes, **files}, "\n".join(files.values()))


def emptied(session: Session, into: Path) -> None:
    """Make the folder for a demonstration, with nothing in it but the mark of one.

    Raises BadCommand for a folder with anything else in it, and where nothing can be written.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
        if next(into.iterdir(), None) is not None:
            _make_room(session, into)
        (into / MARK).touch()
    except OSError as error:
        why = session.trouble(error)
        raise session.wrong("file-unwritable", path=str(into), why=why) from error


def _make_room(session: Session, into: Path) -> None:
    """Take an earlier demonstration away, and say so. Raises BadCommand for any other folder."""
    from shutil import rmtree

    if not (into / MARK).is_file():
        raise session.wrong("no-demonstration", path=str(into))
    for path in into.iterdir():
        if path.is_dir() and not path.is_symlink():
            rmtree(path)
        else:
            path.unlink()
    session.remark(
        session.say(
            f"De vorige demonstratie in {into} is weggehaald, met alles wat erin stond.",
            f"The earlier demonstration in {into} was taken away, with all that was in it.",
        )
    )


def called(root: click.Command, call: Call) -> Went:
    """Run one command of a play as the machine would, and catch what it prints."""
    from workflow.demo import Went

    both, answered = io.BytesIO(), io.BytesIO()
    out, err = _caught(_Copied(answered, both)), _caught(both)
    stdin, sys.stdin = sys.stdin, _caught(io.BytesIO(call.stdin))
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(root, call.words, call.environment, lambda: call.now)
    finally:
        sys.stdin = stdin
    return Went(code, _read(both), _read(answered))


class _Copied(io.BytesIO):
    """Bytes that are written here and, in the same order, to another place too."""

    def __init__(self, here: io.BytesIO, too: io.BytesIO) -> None:
        super().__init__()
        self.here, self.too = here, too

    def write(self, content: Any) -> int:
        self.too.write(content)
        return self.here.write(content)


def _caught(stream: io.BytesIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", write_through=True)


def _read(stream: io.BytesIO) -> str:
    return stream.getvalue().decode("utf-8", "replace")


def _show(session: Session, shown: Shown) -> None:
    from textwrap import indent, wrap

    from workflow.verbs.output import painted

    lines = []
    if shown.phase:
        lines += ["", painted(session, shown.phase, "bold")]
    if shown.say:
        lines += ["", *wrap(shown.say, 88)]
    if shown.went is not None:
        lines.append(painted(session, f"  {shown.who} $ {shown.command}", "green"))
    if shown.stdin:
        lines.append(painted(session, indent(shown.stdin.rstrip(), "  < "), "dim"))
    if shown.went is not None and shown.went.printed.strip():
        lines.append(indent(shown.went.printed.rstrip(), "    "))
    sys.stdout.write("\n".join(lines) + "\n")


@verb(
    Words(
        "Een script waarmee je shell met Tab aanvult.\n\n"
        "Ook zaaknummers, stappen en stukken, voor zover je ze mag kennen.",
        "A script that lets your shell complete with Tab.\n\n"
        "Case numbers, steps and documents too, as far as you may know of them.",
    ),
    examples=(
        'eval "$(zaak completion bash)"',
        "zaak completion fish > ~/.config/fish/completions/zaak.fish",
    ),
)
@argument("shell", type=click.Choice(SHELLS))
def completion(session: Session, shell: str) -> None:
    """Print a completion script."""
    from click.shell_completion import get_completion_class

    root = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    assert found is not None, "click knows the shells it is asked for"
    script = found(root, {}, "zaak", COMPLETE).source()
    session.answer({"shell": shell, "script": script}, script)

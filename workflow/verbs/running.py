"""One run of the command, from the words typed to the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from workflow.verbs.languages import Words
from workflow.verbs.options import Asked

if TYPE_CHECKING:
    from datetime import datetime

INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal."""

COMPLETE = "_ZAAK_COMPLETE"
"""The variable by which a shell asks for completions (click's convention)."""

UNKNOWN_LANGUAGE = Words(
    "Let op: ZAAK_LANG={} is geen taal die dit programma spreekt; nl of en.\n",
    "Note: ZAAK_LANG={} is no language this program speaks; nl or en.\n",
)


def load(where: str) -> click.Command:
    """The command at `module.name` within workflow.verbs, imported now."""
    module, _, name = where.partition(".")
    command = getattr(import_module(f"workflow.verbs.{module}"), name)
    assert isinstance(command, click.Command)
    return command


def run(
    root: click.Command,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    clock: Callable[[], datetime] | None = None,
) -> int:
    """Run a command with these arguments and return its exit code.

    It reads and writes `sys.stdin`, `sys.stdout` and `sys.stderr`. `clock` gives the time in UTC.
    """
    asked = Asked(environment, clock)
    asked.foresee(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a letter shows a question mark; that is no reason to stop.
            stream.reconfigure(errors="replace")
    if COMPLETE in environment:
        from click.shell_completion import shell_complete

        return shell_complete(root, {"obj": asked}, "zaak", COMPLETE, environment[COMPLETE])
    if asked.unknown_language is not None:
        sys.stderr.write(UNKNOWN_LANGUAGE.say(asked.language).format(asked.unknown_language))
    try:
        with root.make_context("zaak", list(arguments), obj=asked) as ctx:
            root.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return _flushed(ended.exit_code)
    except click.UsageError as error:
        from workflow.verbs.mistakes import answer

        return _flushed(answer(error, asked.language, asked.json))
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write(Words("\nAfgebroken.\n", "\nInterrupted.\n").say(asked.language))
        return INTERRUPTED
    except BrokenPipeError:
        return _unheard(0)
    return 0


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _unheard(code)
    return code


def _unheard(code: int) -> int:
    """Whoever read has gone: what Python still wants to write at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code

"""What a verb prints as a PDF: where it may go, that it takes a moment, that it may fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.verbs.session import Session


def printable(session: Session, output: str | None) -> None:
    """Raises BadCommand where a PDF would go to a terminal, or into the one document of --json."""
    if output is None and (session.json or sys.stdout.isatty()):
        raise session.wrong("file-needed")


@contextmanager
def printing(session: Session) -> Iterator[None]:
    """Say at a terminal that it is being made, until it is. Raises BadCommand if it cannot be."""
    from workflow.typesetting import CannotTypeset

    told = sys.stderr.isatty() and not session.json
    if told:
        making = session.say("De PDF wordt gemaakt…", "The PDF is being made…")
        sys.stderr.write(f"\r\x1b[K{making}")
        sys.stderr.flush()
    try:
        yield
    except CannotTypeset as error:
        raise session.wrong("cannot-print", why=str(error)) from error
    finally:
        if told:
            sys.stderr.write("\r\x1b[K")


def show(made: str | bytes) -> None:
    """What was made, on standard output."""
    if isinstance(made, str):
        sys.stdout.write(made)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()

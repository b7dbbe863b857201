"""Files that a verb writes: whole or not at all, and over another one only where that was asked."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workflow.verbs.session import Session

PRIVATE = 0o600
"""The mode of a file that only its owner can read (POSIX.1-2017, chmod)."""


def write_new(
    session: Session,
    path: str,
    text: str | bytes | Iterable[bytes],
    *,
    force: bool = False,
) -> None:
    """Write a new file, a text in UTF-8, that only its owner can read.

    With `force` it takes the place of one that is there, and whoever could read that can read it.
    A device or a pipe, such as /dev/stdout, is written to, and nothing takes its place. Raises
    BadCommand where a file is there otherwise (`file-exists`), or it cannot be written, and
    whatever the parts of a `text` raise.
    """
    content = (text.encode(),) if isinstance(text, str) else text
    content = (content,) if isinstance(content, bytes) else content
    if (force and os.path.lexists(path)) or _passes_on(path):
        _write_over(session, Path(path), content, _mode(path))
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    except FileExistsError as error:
        raise session.wrong("file-exists", path=path) from error
    except OSError as error:
        raise session.wrong("file-unwritable", path=path, why=session.trouble(error)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(content)
    except BaseException as error:
        # Half a file goes, whatever stopped it (Ctrl-C as well), and what stopped it goes on.
        with suppress(OSError):
            Path(path).unlink()
        if isinstance(error, OSError):
            raise session.wrong("file-unwritable", path=path, why=session.trouble(error)) from error
        raise


def unused(session: Session, output: str | None, *, force: bool) -> None:
    """Raise BadCommand (`file-exists`) for the name of a file that is there and is to stay.

    For a verb that records something before it writes.
    """
    if output is None or force or _passes_on(output):
        return
    if os.path.lexists(output):
        raise session.wrong("file-exists", path=output)


def write_private(session: Session, path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, also over another. Raises BadCommand."""
    _write_over(session, path, (content,), PRIVATE)


def _passes_on(path: str | Path) -> bool:
    """Whether what is written there is kept nowhere: to a device, or into a pipe."""
    try:
        kind = Path(path).stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)


def _mode(path: str) -> int:
    """Who may do what with a file that is there; of a link to none, what a new one gets."""
    try:
        return Path(path).stat().st_mode & 0o777
    except OSError:
        return PRIVATE


def _write_over(session: Session, path: Path, content: Iterable[bytes], mode: int) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if _passes_on(path):
            with path.open("wb") as stream:
                stream.writelines(content)
            return
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, mode)
                file.writelines(content)
            part.replace(path)
        except BaseException:
            # Half a file goes, whatever stopped it (Ctrl-C as well), and what stopped it goes on.
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise session.wrong(
            "file-unwritable", path=str(path), why=session.trouble(error)
        ) from error

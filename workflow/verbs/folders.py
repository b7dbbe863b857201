"""Folders that a verb fills: whole or not at all, and in the place of nothing but an earlier one.

What is made grows in a folder beside it that only its owner can enter, and is given its name once
all of it is there. So whatever goes wrong meanwhile, a full disk or Ctrl-C, an earlier folder stays
as it was. A folder is known by its `MARK`, which lists what was written: one with anything else in
it is somebody's own, and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.verbs.session import Session

MARK = ".zaak-site"
"""The file that lists the files of a folder that was filled here, one on each line."""


@contextmanager
def filled(session: Session, path: str) -> Iterator[Path]:
    """A new folder to write in; it takes the name `path` once the block ends, and else it goes.

    Raises BadCommand: `folder-in-use` where something else is there, `file-unwritable` where it
    cannot be written, also when something in the block could not.
    """
    from shutil import rmtree
    from tempfile import mkdtemp

    try:
        place = Path(path).resolve()
        _check(session, path, place)
        growing = Path(mkdtemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent))
    except (OSError, RuntimeError) as error:
        raise _unwritable(session, path, error) from error
    try:
        yield growing
        files = sorted(each.relative_to(growing).as_posix() for each in _files(growing))
        (growing / MARK).write_text("".join(f"{name}\n" for name in files), encoding="utf-8")
        _check(session, path, place)
        _put(growing, place)
    except BaseException as error:
        # What is half-done goes, whatever stopped it (Ctrl-C as well), and that then goes on.
        rmtree(growing, ignore_errors=True)
        if isinstance(error, OSError):
            raise _unwritable(session, path, error) from error
        raise


def _check(session: Session, path: str, place: Path) -> None:
    """Raise BadCommand for a place where something is that was not made here."""
    if not place.exists():
        return
    if not place.is_dir():
        raise session.wrong("folder-in-use", path=path)
    mark = place / MARK
    known = set(mark.read_text(encoding="utf-8").splitlines()) if mark.is_file() else set()
    there = {each.relative_to(place).as_posix() for each in _files(place)}
    if there - known - {MARK}:
        raise session.wrong("folder-in-use", path=path)


def _files(place: Path) -> Iterator[Path]:
    """Everything in a folder, and in those in it, but the folders themselves."""
    return (each for each in place.rglob("*") if each.is_symlink() or not each.is_dir())


def _put(growing: Path, place: Path) -> None:
    """Give the new folder its name; an earlier one goes, once that is done.

    Who opened an earlier one to others meant what was in it. Of an empty folder nobody did.
    """
    from shutil import rmtree

    if not place.exists():
        growing.rename(place)
        return
    if (place / MARK).is_file():
        growing.chmod(place.stat().st_mode & 0o777)
    earlier = growing.with_suffix(".earlier")
    place.rename(earlier)
    try:
        growing.rename(place)
    except BaseException:
        with suppress(OSError):
            earlier.rename(place)
        raise
    rmtree(earlier, ignore_errors=True)


def _unwritable(session: Session, path: str, error: Exception) -> Exception:
    why = session.trouble(error) if isinstance(error, OSError) else str(error)
    return session.wrong("folder-unwritable", path=path, why=why)

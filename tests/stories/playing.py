"""Playing a story: its script through the real command line, on a folder of procedures."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from cli import zaak
from workflow import resources
from workflow.demo import Call, OffScript, Scene, Script, Shown, Went, play, read, script
from workflow.verbs.trying import called

STORIES = Path(__file__).parent
STATES = resources.folder("states")
TEMPLATES = resources.folder("templates")
LANGUAGE = "nl"

_END = Scene(run="zaak audit verify", say="Aan het einde klopt alles wat er is vastgelegd.")


def stories() -> tuple[Path, ...]:
    """The files of all stories, in the order of their numbers."""
    return tuple(sorted(STORIES.glob("[0-9][0-9]-*.yaml")))


def play_story(path: Path, states: Path = STATES, into: Path | None = None) -> tuple[Shown, ...]:
    """Play the story in a file, in the folder `into` or else in one that is gone afterwards.

    `states` is the folder with the procedures and offices that the store begins with, such as a
    changed copy of `states/`. After the last scene the whole store must verify. Returns what
    happened; raises OffScript where something else happened than the story tells.
    """
    if into is None:
        with tempfile.TemporaryDirectory() as folder:
            return play_story(path, states, Path(folder))
    told = read(path)
    whole = msgspec.structs.replace(told, scenes=(*told.scenes, _ending(told)))
    return _played(whole, states, into, LANGUAGE, None)


def play_demo(procedure: str, lang: str, ends: datetime, into: Path) -> tuple[Shown, ...]:
    """Play the case that `zaak demo` shows of a procedure, in one language, into a folder.

    Without dates it is over before `ends` (UTC). Returns and raises as `play_story` does.
    """
    return _played(script(procedure), STATES, into, lang, ends)


def _played(
    told: Script, states: Path, into: Path, lang: str, ends: datetime | None
) -> tuple[Shown, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "folder", lambda name: _folders(states)[name])
        return tuple(play(told, into, lang, ends, _called))


def _folders(states: Path) -> dict[str, Path]:
    return {"states": states, "templates": TEMPLATES}


def _ending(told: Script) -> Scene:
    return msgspec.structs.replace(_END, who=told.founder["id"])


def _called(call: Call) -> Went:
    return called(zaak, call)


__all__ = ["OffScript", "play_demo", "play_story", "stories"]

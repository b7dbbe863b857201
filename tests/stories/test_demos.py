"""The cases that `zaak demo` shows: each plays to its end, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.playing import STATES, play_demo
from workflow.demo import names, script
from workflow.engine.procedure import Text

PROCEDURES = tuple(sorted(path.stem for path in STATES.glob("*.yaml")))
DECLARED = tuple(name for name in PROCEDURES if name not in ("offices", "rules"))
ENDS = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_every_procedure_can_be_watched() -> None:
    """Each procedure that comes with the program has a case to show it."""
    assert names() == DECLARED


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("procedure", names())
def test_the_demonstration_plays(procedure: str, lang: str, tmp_path: Path) -> None:
    """A demonstration goes as its script says, leaves histories, and ends with a sound store."""
    last = play_demo(procedure, lang, ENDS, tmp_path)[-1]
    assert last.went is not None
    assert (last.command, last.went.exit) == ("zaak audit verify", 0)
    for name in ("history.html", "history.txt"):
        assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("procedure", names())
def test_a_demonstration_is_told_in_both_languages(procedure: str) -> None:
    """Nothing that a demonstration says or types is in Dutch only."""
    assert [words for words in _words(procedure) if not isinstance(words, Text)] == []


def _words(procedure: str) -> Iterator[Text | str]:
    played = script(procedure)
    yield played.title
    for scene in played.scenes:
        yield from (words for words in (scene.phase, scene.say, scene.input) if words is not None)


def test_the_public_course_keeps_to_its_dates(tmp_path: Path) -> None:
    """The published investigation is replayed on its own days, whatever day it is today."""
    shown = play_demo("investigation", "en", ENDS, tmp_path)
    assert any(each.went and "--step pass_on_message" in each.command for each in shown)
    for name in ("history.txt", "history-concerned.txt"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "7 December 2020" in text
        assert "16 April 2022" in text
        assert "2026" not in text.replace("2026-11-22", "")

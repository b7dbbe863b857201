"""Stories in which the rules change halfway, and every case is brought over: they go on as told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stories.playing import STORIES, play_story

POLICY = """
policy: {name}
based_on: {procedure}
version: "1"
labels: {{nl: In andere woorden, en: In other words}}
changes:
  labels: {{nl: Anders genoemd, en: Called otherwise}}
"""
OVER = {
    "02": [("consent give", "conduct", "noor", "first")],
    "07": [("open_emergency", "conduct", "noor", "case")],
    "15": [("hand_over", "conduct", "noor", "case"), ("hand_over", "dispute", "mirjam", "dispute")],
}
"""After which command of a story a procedure is adopted anew, and who brings which case over."""


def upgraded(number: str) -> dict[str, Any]:
    """A story with, after the first such command, the scenes in which cases go over."""
    (path,) = STORIES.glob(f"{number}-*.yaml")
    told: dict[str, Any] = yaml.safe_load(path.read_bytes())
    founder, branch = told["founder"]["id"], told["branch"]
    for place, (after, procedure, who, case) in enumerate(OVER[number]):
        adopting = {
            "who": founder,
            "run": f"zaak procedure adopt - --branch {branch}",
            "input": POLICY.format(name=f"anders{place}", procedure=procedure),
        }
        over = {"who": who, "run": f"zaak case migrate {{{case}}}", "tells": ["overgegaan"]}
        told["scenes"][_after(told, after) : _after(told, after)] = [adopting, over]
    return told


def _after(told: dict[str, Any], command: str) -> int:
    return 1 + next(n for n, scene in enumerate(told["scenes"]) if command in scene.get("run", ""))


@pytest.mark.parametrize("number", OVER)
def test_a_story_goes_on_where_its_cases_go_over(number: str, tmp_path: Path) -> None:
    """Brought over to a version that means the same, a case goes on as before, and verifies.

    So do the cases that it is linked with, in both directions.
    """
    path = tmp_path / f"{number}-told.yaml"
    path.write_text(json.dumps(upgraded(number), default=str), encoding="utf-8")
    last = play_story(path, into=tmp_path / "play")[-1]
    assert last.went is not None
    assert (last.command, last.went.exit) == ("zaak audit verify", 0)

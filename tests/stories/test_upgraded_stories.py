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
            "run": f"zaak procedure adopt --quick - --branch {branch}",
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


NARROWING = """
title: Minder lezers
branch: noord
founder: {id: saar, name: Saar}
people: {noor: Noor, dirk: Dirk}
offices: [counsellor noor --branch noord, disputes_committee dirk --branch noord]
scenes:
  - at: 2023-05-08T20:00
    who: noor
    run: zaak open conduct --branch noord --set counsellor=noor --set ground=unsaid --note -
    input: Iemand belde.
    keep: {case: <case>, told: 'Toegevoegd: .* \\((<item>)\\)'}
  - who: noor
    run: zaak consent give {case} --party reporter --to disputes_committee --items {told}
      --purpose ruling --evidence spoken --yes
  - {who: noor, run: 'zaak share {case} {told} --to disputes_committee --purpose ruling --yes'}
  - {who: dirk, run: 'zaak read {case} {told}', tells: [Iemand belde]}
  - who: saar
    run: zaak procedure adopt --quick - --branch noord
    input: |
      policy: minder
      based_on: conduct
      version: "1"
      labels: {nl: Minder lezers, en: Fewer readers}
      changes: {kinds: {conversation: {never_to: [disputes_committee]}}}
  - {who: noor, run: 'zaak read {case} {told}'}
  - {who: noor, run: 'zaak case migrate {case}', tells: [overgegaan]}
  - {who: dirk, run: 'zaak read {case} {told}', refused: [no-basis-to-read]}
"""


def test_who_may_no_longer_read_has_no_key_any_more(tmp_path: Path) -> None:
    """Where the newer version lets fewer people read, their sealed keys are gone with going over.

    Verification would find one that is left.
    """
    path = tmp_path / "narrowing.yaml"
    path.write_text(NARROWING, encoding="utf-8")
    last = play_story(path, into=tmp_path / "play")[-1]
    assert last.went is not None
    assert last.went.exit == 0

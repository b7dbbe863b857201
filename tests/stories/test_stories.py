"""The stories: each goes as it is told, and would be noticed if it did not."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stories.playing import STATES, STORIES, play_story, stories
from workflow.demo import OffScript, Unplayable, read

RULES = STORIES.parents[1] / "docs/rules.md"
INVARIANTS = range(1, 48)

TOLD = """
title: Er ligt niets
branch: noord
founder: {id: saar, name: Saar}
people: {noor: Noor, daan: Daan}
offices: [counsellor noor --branch noord]
scenes:
  - {at: 2021-03-01T08:00, who: daan, run: zaak list, name: nothing, tells: [zaken], hides: [z-]}
  - {who: noor, run: zaak list --json, json: {cases: [], more: null}}
  - who: noor
    run: zaak open conduct --set ground=unsaid --note -
    input: Iemand belde.
    keep: {case: <case>, told: 'Toegevoegd: .* \\((<item>)\\)'}
  - {who: noor, run: 'zaak advance {case} close_emergency', refused: [wrong-state]}
  - {who: noor, run: 'zaak read {case} {told}', tells: [Iemand belde]}
  - {who: daan, run: 'zaak show {case}', hidden: true}
  - {who: daan, run: zaak list, same_as: nothing}
  - {who: someone, run: zaak list, expect: 5}
"""


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
def test_the_story_goes_as_it_is_told(path: Path, tmp_path: Path) -> None:
    """Each command is answered as the story says, and afterwards the store verifies."""
    last = play_story(path, into=tmp_path)[-1]
    assert last.went is not None
    assert (last.command, last.went.exit) == ("zaak audit verify", 0)


@pytest.mark.parametrize("path", stories(), ids=lambda path: path.stem)
def test_a_story_says_what_it_shows(path: Path) -> None:
    """A story's file is called by its number, and what it shows is known under those numbers."""
    told = read(path)
    assert told.story is not None
    assert int(path.stem[:2]) in told.story.numbers
    assert told.story.quote
    assert told.shows.invariants
    assert set(told.shows.invariants) <= set(INVARIANTS)
    known = re.findall(r"^\| ([ABQ]\d+) \|", RULES.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(told.shows.cites) <= set(known)


def test_no_story_is_told_twice() -> None:
    """No two files tell the story of the same number."""
    numbers = [number for path in stories() if (s := read(path).story) for number in s.numbers]
    assert len(numbers) == len(set(numbers))


def test_every_story_is_told() -> None:
    """There is a file for each of the seventeen stories, for each policy and for an upgrade."""
    numbers = {number for path in stories() if (s := read(path).story) for number in s.numbers}
    policies = len(list((STATES / "policies").glob("*.yaml")))
    assert numbers == set(range(1, 19 + policies))


def _told(folder: Path, text: str) -> Path:
    path = folder / "told.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_that_comes_true_is_played(tmp_path: Path) -> None:
    """A script with every kind of expectation, all of which hold, is played to its end."""
    assert len(play_story(_told(tmp_path, TOLD))) > TOLD.count("run:")


@pytest.mark.parametrize(
    ("old", "new", "noticed"),
    [
        ("tells: [zaken]", "tells: [zaken, bestuur]", "does not tell: bestuur"),
        ("hides: [z-]", "hides: [Geen]", "does not hide: Geen"),
        ("cases: []", "cases: null", "cases is [], expected null"),
        ("more: null", "more: 1", "more is null, expected 1"),
        ("told: 'Toegevoegd", "told: 'Weggehaald", "nothing to keep as told"),
        ("refused: [wrong-state]", "refused: [not-yours]", "because of wrong-state, expected"),
        ("refused: [wrong-state]", "refused: [wrong-state, not-yours]", "expected not-yours"),
        ("refused: [wrong-state]", "tells: [case]", "exit 1, expected 0"),
        ("tells: [Iemand belde]", "refused: [no-basis-to-read]", "exit 0, expected 1"),
        ("daan, run: 'zaak show {case}'", "noor, run: 'zaak show {case}'", "exit 0, expected 1"),
        ("'zaak show {case}', hidden", "zaak person add, hidden", "exit 2, expected 1"),
        (
            "daan, run: 'zaak show {case}'",
            "noor, run: 'zaak advance {case} give_advice'",
            "a case that does not exist gets another answer",
        ),
        ("{who: daan, run: zaak list, same", "{who: noor, run: zaak list, same", "not the same"),
        ("expect: 5", "expect: 2", "exit 5, expected 2"),
    ],
)
def test_what_does_not_come_true_is_noticed(
    old: str, new: str, noticed: str, tmp_path: Path
) -> None:
    """A script of which one expectation is changed into something untrue is off script there."""
    assert TOLD.count(old) == 1
    with pytest.raises(OffScript, match=re.escape(noticed)):
        play_story(_told(tmp_path, TOLD.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at: 2021-03-01T08:00, ", ""),
        ("at: 2021-03-01T08:00", "at: morgenochtend"),
        ("{who: noor, run: zaak list --json", "{at: 2021-02-01T08:00, who: noor, run: zaak list"),
        ("refused: [wrong-state]", "refused: [wrong-state], expect: 1"),
        ("refused: [wrong-state]", "refused: [wrong-state], refused: []"),
        ("refused: [wrong-state]", "refuse: [wrong-state]"),
        ("told: 'Toegevoegd", "noor: 'Toegevoegd"),
        ("same_as: nothing", "same_as: something"),
        ("{told}", "{tell}"),
        ("{who: someone, run: zaak list, expect", "{who: someone, expect"),
        ("{who: someone, run", "{run"),
        ("zaak list, expect", "list, expect"),
        ("who: someone", "who: saskia"),
    ],
)
def test_a_script_that_says_nothing_clear_is_not_played(old: str, new: str, tmp_path: Path) -> None:
    """A script with one mistake in how it is written is refused as unplayable."""
    assert TOLD.count(old) == 1
    with pytest.raises(Unplayable):
        play_story(_told(tmp_path, TOLD.replace(old, new)))


@pytest.mark.parametrize(
    ("story", "file", "rule", "said"),
    [
        ("02", "conduct", "steps.hand_over.guards.packet", "hand_over"),
        ("03", "conduct", "steps.pass_on.guards.available", "due"),
        ("04", "offices", "offices.helper.not_with", "init"),
        ("07", "conduct", "steps.review_emergency.guards.other_person", "review_emergency"),
        ("09", "conduct", "kinds.mediation.never_to", "share"),
        ("09", "dispute", "steps.say_one_matter.asks.warned", "say_one_matter"),
        ("11", "investigation", "steps.conclude_anew.guards.fresh_eyes", "conclude_anew"),
        ("12", "investigation", "steps.conclude.guards.opened", "conclude"),
        ("13", "conduct", "steps.activate.guards.outside_branch", "activate"),
        ("14", "conduct", "steps.give_signal.recuses", "show"),
        ("15", "conduct", "steps.choose_referral.guards.track_in", "choose_referral"),
        ("15", "dispute", "steps.reject.tells", "show"),
    ],
)
def test_without_its_rule_a_story_turns_red(
    story: str, file: str, rule: str, said: str, tmp_path: Path
) -> None:
    """Where what a story is about is not declared, it goes off script at a command about it."""
    states = tmp_path / "states"
    shutil.copytree(STATES, states)
    path = states / f"{file}.yaml"
    declared = yaml.safe_load(path.read_bytes())
    _take_out(declared, *rule.split("."))
    # JSON is YAML too, and never abbreviates.
    path.write_text(json.dumps(declared, default=str), encoding="utf-8")
    (told,) = STORIES.glob(f"{story}-*.yaml")
    with pytest.raises(OffScript) as off:
        play_story(told, states)
    assert said in (off.value.scene.run or "").split(), off.value


def _take_out(declared: Any, *rule: str) -> None:
    """Take a rule out of a declaration, by its place: through keys, and a guard by its name."""
    *path, last = rule
    for part in path:
        declared = declared[part]
    if isinstance(declared, list):
        found = next(each for each in declared if each["guard"] == last)
        declared.remove(found)
    else:
        del declared[last]

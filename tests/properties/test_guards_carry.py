"""Each guard of each shipped procedure carries something: taken away, a scene ends otherwise."""

from __future__ import annotations

import pytest

from tests.properties.guard_scenes import SCENES, guards, without
from tests.properties.town import RULES, Town

EVERY = {found[0]: found[1:] for found in guards(RULES)}


def test_each_guard_has_a_scene() -> None:
    """Every guard of the shipped procedures has a scene of its own, and no scene is of no guard."""
    assert set(SCENES) == set(EVERY)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_scene_holds(name: str) -> None:
    """By the shipped procedures the scene ends as its guard has it."""
    SCENES[name](Town())


@pytest.mark.parametrize("name", sorted(EVERY))
def test_guard_is_what_holds_it(name: str) -> None:
    """Without this one guard the scene ends otherwise."""
    procedure, where, place = EVERY[name]
    town = Town(rules=without(RULES, procedure, where, place))
    with pytest.raises(AssertionError):
        SCENES[name](town)

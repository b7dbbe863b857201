"""`zaak tick` does what it can in every case, whatever is wrong with one of them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau, Went

PEOPLE: dict[str, tuple[str, ...]] = {
    "noor": ("counsellor --branch noord",),
    "bram": ("counsellor --branch noord",),
    "daan": ("regional_chair --branch noord",),
}
DAY = timedelta(days=1)
YEARS = timedelta(days=3650)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with two counsellors."""
    return Bureau(tmp_path_factory.mktemp("bureau")).found("noord", PEOPLE)


@pytest.fixture
def bureau(founded: Bureau, tmp_path: Path) -> Bureau:
    """The same in a store of its own."""
    return founded.copied(tmp_path)


def _opened(bureau: Bureau, *words: str) -> str:
    asked = ("--set", "ground=unsaid", "--set", "fallback=bram", *words, "--json")
    return str(bureau.done("noor", "open", "conduct", *asked).document["case"])


def _two(bureau: Bureau) -> tuple[str, str]:
    """A case that a machine ten years ahead left due at once, and one that is due in a week."""
    right = bureau.now
    bureau.now += YEARS
    happened = (right - 30 * DAY).strftime("%Y-%m-%dT%H:%M")
    ahead = _opened(bureau, "--happened", happened)
    bureau.now = right
    waiting = _opened(bureau)
    bureau.now += 9 * DAY
    return ahead, waiting


def _state(bureau: Bureau, case: str) -> str:
    with closing(sqlite3.connect(bureau.store)) as store:
        [[state]] = store.execute("SELECT state FROM heads WHERE stream = ?", (case,))
    return "passed_on" if b"passed_on" in state else "received"


def test_one_case_does_not_hold_up_the_others(bureau: Bureau) -> None:
    """Past a case that lies ahead, tick does the next; then it says which was left, and why."""
    ahead, waiting = _two(bureau)
    went = bureau("noor", "tick", "--json")
    assert went.exit == 5
    assert _state(bureau, waiting) == "passed_on"
    (left,) = went.document["left"]
    assert left["case"] == ahead
    assert [reason["code"] for reason in left["reasons"]] == ["clock-behind"]
    again = bureau("noor", "tick")
    assert again.exit == 5
    assert ahead in again.out
    assert "clock" in again.out
    assert waiting not in again.out


def test_what_is_left_tells_nobody_of_a_case(bureau: Bureau) -> None:
    """Who may not know of the case that was left hears that there is one, and no more of it."""
    ahead, waiting = _two(bureau)
    said = [bureau("daan", "tick"), bureau("daan", "tick", "--json")]
    assert [went.exit for went in said] == [5, 5]
    assert not any(case in went.out + went.err for case in (ahead, waiting) for went in said)
    assert said[1].document["left"] == []
    assert said[1].document["left_elsewhere"] == 1


def test_a_fault_in_one_case_does_not_hold_up_the_others(bureau: Bureau) -> None:
    """A case that the program cannot even read exits 70 in the end, and the others went on."""
    broken, waiting = _opened(bureau), _opened(bureau)
    with closing(sqlite3.connect(bureau.store)) as store, store:
        store.execute("UPDATE heads SET state = CAST('{' AS BLOB) WHERE stream = ?", (broken,))
    bureau.now += 9 * DAY
    went = bureau("noor", "tick")
    assert went.exit == 70
    assert _state(bureau, waiting) != _state(bureau, broken)


def test_keys_are_swept_also_where_a_case_is_left(bureau: Bureau) -> None:
    """Who left an office loses the keys of their cases, whatever is wrong with another case."""
    words = bureau.folder / "words.txt"
    words.write_text("what was told")
    case = _opened(bureau)
    bureau.done("noor", "add", case, os.fspath(words), "--kind", "conversation")
    _two(bureau)
    bureau.done("saar", "office", "end", "counsellor", "noor", "--branch", "noord")
    before = _keys(bureau, case)
    went: Went = bureau("saar", "tick")
    assert went.exit == 5
    assert _keys(bureau, case) < before


def _keys(bureau: Bureau, case: str) -> int:
    with closing(sqlite3.connect(bureau.store)) as store:
        [[count]] = store.execute("SELECT count(*) FROM item_keys WHERE stream = ?", (case,))
    assert isinstance(count, int)
    return count


def test_nothing_left_exits_well(bureau: Bureau) -> None:
    """Where every case that was due went on, tick exits 0 and leaves nothing."""
    case = _opened(bureau)
    bureau.now += 9 * DAY
    went = bureau.done("bram", "tick", "--json")
    assert [each["case"] for each in went.document["ticked"]] == [case]
    assert (went.document["left"], went.document["left_elsewhere"]) == ([], 0)

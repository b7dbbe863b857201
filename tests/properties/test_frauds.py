"""Whatever a database administrator tries, at any event, is found, and named by that event."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import frauds as fraud
from tests.properties import moves as m
from tests.properties import test_tampering as told
from tests.properties import world as w
from tests.properties.desk_play import DeskPlay, founded
from workflow.auditing.verifying import verify_store
from workflow.engine import commands as c
from workflow.engine.ledger import Problem
from workflow.store import Store

EXAMPLES = settings().max_examples
DEEP = EXAMPLES >= 1_000
FEW = 9
"""At how many events each fraud is tried, where not at all of them."""
CLEAN = EXAMPLES // 5
"""How many histories are played that nobody tampers with: in the deep profile a thousand."""
KEPT = frozenset({"kept-missing", "kept-differs", "kept-moved"})
"""What an earlier export tells, and nothing but that."""
BY_THEMSELVES = (
    fraud.edited,
    fraud.swapped,
    fraud.inserted,
    fraud.spliced,
    fraud.signed_by_another,
    fraud.sealed_anew,
)
"""The frauds that a store names by itself, whichever event it is."""


def _story(into: str) -> list[w.Move]:
    """The story of the other tests of tampering, in which the case that is filed is called so."""
    moves = []
    for move in told.STORY:
        command = move.command
        if isinstance(command, c.Advance) and command.into:
            command = msgspec.structs.replace(command, into=into)
        if isinstance(command, c.Hear):
            command = msgspec.structs.replace(command, stream=into)
        moves.append(msgspec.structs.replace(move, command=command))
    return moves


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> fraud.Honest:
    """A store of five cases that nobody touched, with what the auditor keeps of it elsewhere."""
    stories = [("z-1", _story("z-2")), ("z-3", _story("z-4")), ("z-5", _story("z-6")[:11])]
    made = fraud.honest(tmp_path_factory.mktemp("honest") / "zaken.db", stories)
    assert len(made.rows) > 190
    assert _found(made.path, made) == ()
    return made


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each fraud has its own copy of the store."""
    return tmp_path_factory.mktemp("copy") / "zaken.db"


def _found(path: Path, against: fraud.Honest) -> tuple[Problem, ...]:
    with Store.open(str(path)) as store:
        return verify_store(store, held=against.checkpoint, kept=against.kept).problems


def _named(problems: list[Problem], row: fraud.Row) -> bool:
    """Whether the event is named: as such, or as the one that is missing before the next."""
    return any(
        problem.stream == row.stream
        and row.seq in (problem.seq, problem.particulars.get("expected"))
        for problem in problems
    )


def _some(tried: fraud.Fraud, rows: list[fraud.Row]) -> list[fraud.Row]:
    """The events at which it is tried: all, or first, last and a few that differ between frauds."""
    if DEEP:
        return rows
    step = len(rows) // FEW
    return [rows[0], *rows[1 + fraud.FRAUDS.index(tried) % step : -1 : step], rows[-1]]


@pytest.mark.parametrize("tried", fraud.FRAUDS, ids=lambda each: each.__name__)
def test_a_fraud_is_found_and_named(honest: fraud.Honest, copy: Path, tried: fraud.Fraud) -> None:
    """The store and a held checkpoint show the fraud, and they or a kept export name the event."""
    missed = []
    for row in _some(tried, fraud.places(tried, honest.rows)):
        fraud.committed(tried, honest, row, copy)
        problems = _found(copy, honest)
        shown = [problem for problem in problems if problem.code not in KEPT]
        alone = [problem for problem in shown if problem.stream != "log"]
        if not (
            shown
            and any(_named(list(problems), each) for each in fraud.touched(tried, honest, row))
            and (tried not in BY_THEMSELVES or _named(alone, row))
        ):
            missed.append((row.stream, row.seq, [(p.stream, p.seq, p.code) for p in problems]))
    assert missed == []


def test_a_store_made_anew_is_told_from_the_one_it_was(honest: fraud.Honest, copy: Path) -> None:
    """A store signed anew with other keys is sound in itself, and fits nothing that was kept."""
    shutil.copy(honest.path, copy)
    with closing(sqlite3.connect(copy)) as database:
        fraud.made_anew(fraud.Tried(database, honest, honest.rows[0]))
        database.commit()
    fraud.rebuilt(copy)
    with Store.open(str(copy)) as store:
        assert verify_store(store).problems == ()
        whole = verify_store(store, held=honest.checkpoint).problems
        short = verify_store(store, held=(honest.checkpoint[0].short, None)).problems
        kept = verify_store(store, kept=honest.kept).problems
    size = len(honest.rows)
    assert [(p.stream, p.seq, p.code) for p in whole] == [("log", size, "log-another")]
    assert [(p.stream, p.seq, p.code) for p in short] == [("log", size, "log-rewritten")]
    assert (kept[0].stream, kept[0].seq, kept[0].code) == ("register", 1, "kept-differs")
    assert {p.stream for p in kept} == {row.stream for row in honest.rows}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded store without cases."""
    path = tmp_path_factory.mktemp("empty") / "zaken.db"
    founded(path)
    return path


@settings(max_examples=CLEAN)
@given(script=m.scripts(longest=8), at=st.integers(0, 30))
def test_no_clean_history_raises_an_alarm(
    empty: Path, copy: Path, script: tuple[w.Move, ...], at: int
) -> None:
    """Where people only did what the program let them, all holds, also against what was kept."""
    shutil.copy(empty, copy)
    play = DeskPlay(copy)
    with play.store:
        for move in script[:at]:
            play.do(move)
        held, kept = fraud.pinned(play.store)
        for move in script[at:]:
            play.do(move)
        assert verify_store(play.store, held=(held, None), kept=kept).problems == ()

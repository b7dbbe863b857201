"""The other end of the pipe: a program that takes steps when told to, and says how long it took.

A line with a number on standard input asks for so many steps; the answer is a line of JSON. Only
the standard library is imported here, since every peer runs this in an environment of its own.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from time import perf_counter

FULL = 2
"""What `PRAGMA synchronous` answers when every commit is synced to the disk."""


def in_wal(database: str) -> None:
    """Make the file `database`, in write-ahead mode: SQLite keeps that mode in the file.

    Raises RuntimeError where this SQLite would not sync each commit unless asked to, because no
    peer asks.
    """
    with closing(sqlite3.connect(database)) as connection:
        [mode] = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        [level] = connection.execute("PRAGMA synchronous").fetchone()
    if mode != "wal" or level != FULL:
        raise RuntimeError(f"journal_mode {mode} and synchronous {level}, not wal and {FULL}")


def serve(
    database: str,
    count: str,
    advance: Callable[[], object],
    prepare: Callable[[int], object] | None = None,
) -> None:
    """Answer until standard input ends: `seconds` for the steps, and `wrong` if they left no trace.

    `advance` takes one step. `count` is the query that counts what was recorded in `database`;
    it must grow by one a step at least. `prepare` readies that many steps and is not timed.
    """
    recorded = _recorded(database, count)
    for line in sys.stdin:
        steps = int(line)
        if prepare is not None:
            prepare(steps)
        begun = perf_counter()
        for _ in range(steps):
            advance()
        seconds = perf_counter() - begun
        before, recorded = recorded, _recorded(database, count)
        answer: dict[str, object] = {"seconds": seconds}
        if recorded < before + steps:
            answer["wrong"] = f"{recorded - before} records of {steps} steps"
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _recorded(database: str, count: str) -> int:
    with closing(sqlite3.connect(database)) as connection:
        [number] = connection.execute(count).fetchone()
    return int(number)

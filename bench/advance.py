"""One durable advance through the engine, against SQLite written to by hand.

The two by hand work on copies of the very file the engine works on, with the same settings. `bare`
writes rows of the same bytes and no more. `worked` earns them: it reads the state, evaluates the
guard, chains, hashes and signs, as somebody would write it for this one step.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.association import Association
from bench.measure import WARM, Batch, Result, compared, interleaved
from workflow.crypto.keys import SigningKey
from workflow.store.sqlite import PRAGMAS

STREAM = "z-1"
WHO, OFFICE = "chair", "regional_chair"
STEP = "reaffirm"
TRACK, STATE = "support_group", "active"
ANSWERS = {"conflict_present": True}
LASTS = timedelta(days=30)

_BEGIN = "BEGIN IMMEDIATE"
_LOAD = "SELECT seq, hash, state, due FROM heads WHERE stream = ?"
_ADD = "INSERT INTO events (stream, seq, hash, body, signature) VALUES (?, ?, ?, ?, ?)"
_MOVE = "UPDATE heads SET seq = ?, hash = ?, state = ?, due = ? WHERE stream = ? AND seq = ?"


def timed(step: Any) -> Batch:
    """Batches of `step`, a function without arguments."""

    def batch(steps: int) -> float:
        begun = perf_counter()
        for _ in range(steps):
            step()
        return perf_counter() - begun

    return batch


def ready(folder: Path) -> Association:
    """A new association in `folder`, with the case STREAM in which STEP can be taken for ever."""
    association = Association(folder / "engine.db")
    association.report(STREAM)
    association.support_group(STREAM)
    advance(association)
    return association


def advance(association: Association) -> None:
    """The engine's step."""
    association.step(STREAM, WHO, STEP, ANSWERS)


def opened(path: Path) -> sqlite3.Connection:
    """A connection to a store with the settings that the engine has."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


class Bare:
    """The same rows with the same bytes in one transaction, and no thought at all."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._run = connection.execute
        _, _, self._state, self._due = self._run(_LOAD, (STREAM,)).fetchone()
        self._hash, self._body, self._signature = self._run(
            "SELECT hash, body, signature FROM events WHERE stream = ? ORDER BY seq DESC", (STREAM,)
        ).fetchone()

    def __call__(self) -> None:
        """Load the head, add an event and move the head."""
        run = self._run
        run(_BEGIN)
        seq, _, _, _ = run(_LOAD, (STREAM,)).fetchone()
        run(_ADD, (STREAM, seq + 1, self._hash, self._body, self._signature))
        move = (seq + 1, self._hash, self._state, self._due, STREAM, seq)
        if run(_MOVE, move).rowcount != 1:
            raise RuntimeError("somebody else came first")
        run("COMMIT")


class Worked:
    """The same step by hand: its guard, its event and the state after it."""

    def __init__(self, connection: sqlite3.Connection, key: SigningKey) -> None:
        self._run, self._key = connection.execute, key
        [state] = self._run("SELECT state FROM heads WHERE stream = 'register'").fetchone()
        self._terms = [
            (term["person"], term["office"], term["branch"], datetime.fromisoformat(term["starts"]))
            for term in json.loads(state)["terms"]
        ]

    def __call__(self) -> None:
        """Load the case, judge the step, append the signed event and move the head."""
        run = self._run
        now = datetime.now(UTC)
        run(_BEGIN)
        seq, prev, state, _ = run(_LOAD, (STREAM,)).fetchone()
        case = json.loads(state)
        at = case["tracks"][TRACK]["state"]
        if at != STATE or not self._holds(case["branch"], now) or WHO in case.get("recused", ()):
            raise PermissionError(STEP)
        text = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        event = {
            "at": text,
            "data": {"answers": ANSWERS, "from": at, "step": STEP, "to": STATE, "track": TRACK},
            "office": OFFICE,
            "prev": prev.hex(),
            "procedure": case["procedure"],
            "seq": seq + 1,
            "stream": STREAM,
            "type": "stepped",
            "who": WHO,
        }
        body = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        digest = hashlib.sha256(b"\0" + body).digest()
        due = (now + LASTS).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case["seq"], case["latest"] = seq + 1, text
        case["tracks"][TRACK] = {"state": STATE, "since": text, "due": due}
        case["done"][STEP] = {"who": WHO, "answers": ANSWERS}
        after = json.dumps(case, separators=(",", ":"), ensure_ascii=False).encode()
        run(_ADD, (STREAM, seq + 1, digest, body, self._key.sign(body)))
        if run(_MOVE, (seq + 1, digest, after, due, STREAM, seq)).rowcount != 1:
            raise RuntimeError("somebody else came first")
        run("COMMIT")

    def _holds(self, branch: str, now: datetime) -> bool:
        return any(
            person == WHO
            and office == OFFICE
            and (branch == held or branch.startswith(held + "/"))
            and starts <= now
            for person, office, held, starts in self._terms
        )


def measure(folder: Path, rounds: int) -> list[Result]:
    """The engine against both, in one run."""
    association = ready(folder)
    association.close()
    for name in ("bare", "worked"):
        shutil.copyfile(association.path, folder / f"{name}.db")
    with (
        closing(association),
        closing(opened(folder / "bare.db")) as bare,
        closing(opened(folder / "worked.db")) as worked,
    ):
        times = interleaved(
            {
                "engine": timed(lambda: advance(association)),
                "by hand": timed(Bare(bare)),
                "by hand, judged and signed": timed(Worked(worked, association.keys[WHO])),
            },
            steps=20,
            rounds=rounds,
            what="advance",
            warm=WARM,
        )
        _same_bytes(association.path, folder / "bare.db", folder / "worked.db")
    ours = times["engine"]
    plain = "hand-written sqlite3 writing the same bytes"
    full = "hand-written sqlite3 that also judges the guard, hashes and signs"
    return [
        compared("advance_vs_sqlite3", ours, times["by hand"], 2.7, plain),
        compared("advance_vs_sqlite3_signed", ours, times["by hand, judged and signed"], 1.7, full),
    ]


def _same_bytes(*paths: Path) -> None:
    """Raise RuntimeError unless all wrote as many events, with heads and bodies of like size."""
    sizes = []
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            sizes.append(
                connection.execute(
                    "SELECT max(seq), length(body), length(signature), length(state)"
                    " FROM events JOIN heads USING (stream, seq) WHERE stream = ?",
                    (STREAM,),
                ).fetchone()
            )
    for other in sizes[1:]:
        if any(abs(one - two) > 8 for one, two in zip(sizes[0], other, strict=True)):
            raise RuntimeError(f"not the same work: {sizes}")

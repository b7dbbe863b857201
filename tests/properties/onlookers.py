"""What somebody can ask of a store without having a part in what happens: every verb that reads.

And every verb that acts, where it is refused. Each is the real command, run in this process, with
the answer as bytes: what was printed on either stream, and the exit code.

What docs/threat-model.md says is given away to whoever can open the store is not compared: how many
events there are in all (`COUNTS`), and hashes where somebody sees a whole history (`HASHES`), which
are as random as the keys that contents are sealed with, with the sizes that these are padded to.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import msgspec

from cli import zaak
from tests.properties import matters_play as mp
from tests.properties import pairs as p
from tests.properties import town as t
from workflow.demo import Call
from workflow.engine.case import Case
from workflow.engine.procedure import Procedure
from workflow.store import Store
from workflow.verbs.trying import called

COMMAND = Path(__file__).resolve().parents[2] / "cli.py"
LATE = timedelta(days=40)
NOWHERE = "z-nerg-9999-zz"
COUNTS = (("store", "info"), ("audit", "verify"), ("audit", "verify", "--json"))
"""Commands that count all there is in the store, whoever asks: their numbers are not compared."""
HASHES = re.compile(r'\b[0-9a-f]{64}\b|"signature":"[^"]*"')
SIZES = re.compile(r'\\"size\\":[0-9]+')
FRESH = re.compile(r"\b[icz]-[0-9a-z]{4,10}(?:-[0-9a-z]{4}-[0-9a-z]{2})?\b")
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}\b")
FORMATS = ("text", "md", "html", "json")
PDF = "pdf"
"""What is asked beside one of those by who sees no hashes, which no eye could leave out there."""


class Answer(NamedTuple):
    """What came of a command: the exit code, all that was printed, and what of it on stdout."""

    exit: int
    printed: str
    answer: str


class Inside(NamedTuple):
    """What there is in a store: each case by its number, and the procedure it runs under."""

    cases: dict[str, tuple[Case, Procedure]]

    @classmethod
    def of(cls, path: Path) -> Inside:
        """What there is in the store at `path`."""
        with Store.open(str(path)) as store, store.read() as tx:
            streams = {t.RULES[name].digest: t.RULES[name].procedure for name in t.RULES}
            found = {}
            for stream in tx.streams():
                head, _ = tx.pair(stream, 0)
                if head is not None and stream.startswith("z-") and ".looks" not in stream:
                    case = msgspec.json.decode(head.state, type=Case)
                    found[stream] = case, streams[case.procedure]
        return cls(found)

    def names(self, stream: str) -> tuple[set[str], set[str]]:
        """The items and the consents of a case, by name."""
        if stream not in self.cases:
            return set(), set()
        case, _ = self.cases[stream]
        return set(case.items), set(case.consents)


class Asked(NamedTuple):
    """One command: its words, and what the shell had typed where it is asked to complete.

    `late`: once terms have passed that now still run.
    """

    words: tuple[str, ...]
    typed: str | None = None
    stdin: bytes = b""
    late: bool = False


class Onlooker:
    """Somebody who looks at stores through the command `zaak`, in a folder of their own."""

    def __init__(self, folder: Path, who: str, lang: str) -> None:
        self.folder, self.who = folder, who
        self.store = folder / "zaken.db"
        self.environment = {"ZAAK_STORE": str(self.store), "HOME": str(folder), "ZAAK_LANG": lang}
        _, is_party, _ = who.partition(":")
        if is_party:
            self.environment["ZAAK_CODE"] = p.code(who)
        else:
            key = folder / f"key-{who}"
            if not key.exists():
                key.write_bytes(mp.secret(who).openssh(None, ""))
                key.chmod(0o600)
            self.environment["ZAAK_KEY"] = str(key)

    def before(self, path: Path) -> None:
        """Have a copy of the store at `path` to look at."""
        for old in self.folder.glob("zaken.db*"):
            old.unlink()
        shutil.copyfile(path, self.store)

    def asks(self, asked: Asked, now: datetime) -> Answer:
        """Give one command at `now` (UTC), or `LATE` after it."""
        now += LATE if asked.late else timedelta()
        if asked.typed is None:
            went = called(zaak, Call(asked.words, self.environment, asked.stdin, now))
            return Answer(went.exit, went.printed, went.answer)
        environment = {
            "_ZAAK_COMPLETE": "bash_complete",
            "COMP_WORDS": asked.typed,
            "COMP_CWORD": str(len(asked.typed.split(" ")) - 1),
        }
        # What a shell has typed so far is read by click itself, from the process.
        with patch.dict(os.environ, environment):
            whole = {**self.environment, **environment}
            went = called(zaak, Call(asked.words, whole, asked.stdin, now))
        return Answer(went.exit, went.printed, went.answer)

    def runs(self, *words: str) -> Answer:
        """Run one command as a process of its own, at the time that it is now."""
        done = subprocess.run(
            [sys.executable, str(COMMAND), *words],
            env={**self.environment, "PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Answer(done.returncode, done.stdout + done.stderr, done.stdout)

    @property
    def whole(self) -> bool:
        """Whether they see every event of a case: the auditor, and who keeps the register."""
        held = {office for office, person, _ in t.TERMS if person == self.who}
        return "auditor" in held or self.who == mp.KEEPER


STATES = ("held", "known_to_counsellor", "under_review", "supporting")
"""States of tracks that few see."""


def glance(stream: str, turn: int) -> tuple[Asked, ...]:
    """What all who might notice something ask of every pair, beside who asks everything."""
    asked = ("list", f"list --state {STATES[turn % 4]}", f"show {stream}", f"show {stream} --json")
    return (*(Asked(tuple(words.split())) for words in asked), Asked(("list", "--due"), late=True))


def plan(
    onlooker: Onlooker, worlds: Sequence[Inside], focus: Sequence[str], turn: int
) -> Iterator[Asked]:
    """What the onlooker asks, of everything and of the cases in `focus`, first of what they know.

    A third of all that could be asked, by turns (from 0), and always what shows most. `worlds` say
    which names there are to guess: an onlooker asks for what is in either.
    """
    yield from _always(focus[0], turn)
    if not onlooker.whole and turn % 4 == 0:
        yield Asked(("history", focus[0], "--format", PDF))
    reading = [*_of_all(onlooker, turn)]
    acting: list[Asked] = []
    for stream in focus:
        reading += _of_case(worlds, stream, turn)
        acting += _acting(worlds, stream, turn)
    yield from reading[turn % 3 :: 3]
    yield from acting[turn % 3 :: 3]
    for stream in focus:
        for consent in _consents(worlds, stream):
            yield Asked(("consent", "withdraw", stream, consent))
    yield Asked(("tick",), late=True)
    yield Asked(("list", "--json"), late=True)


def _always(stream: str, turn: int) -> Iterator[Asked]:
    yield Asked(("list",))
    yield Asked(("due", "--json"))
    yield Asked((), "zaak show ")
    for line in (f"show {stream}", f"advance {stream} ", f"why {stream} ", f"read {stream} "):
        yield Asked((), f"zaak {line}")
    for option in ("history {} --for ", "consent withdraw {} ", "share {} --to "):
        yield Asked((), "zaak " + option.format(stream))
    yield Asked(("show", stream, "--json"))
    yield Asked(("next", stream))
    yield Asked(("audit", "verify", stream))
    yield Asked(("history", stream, "--format", FORMATS[turn % len(FORMATS)]))


def _of_all(onlooker: Onlooker, turn: int) -> Iterator[Asked]:
    state = STATES[turn % 4]
    for words in (
        *("list --json", "due", "list --due", f"list --state {state}", f"show {NOWHERE}"),
        *("person list", "office list --all", "account 2026 --publish"),
    ):
        yield Asked(tuple(words.split()))
    yield from map(Asked, COUNTS)
    if onlooker.who == mp.KEEPER:
        yield Asked(("office", "end", "counsellor", "bram", "--branch", p.REGION))
        yield Asked(("office", "end", "mediator", "mees", "--branch", p.REGION, "--json"))


def _of_case(worlds: Sequence[Inside], stream: str, turn: int) -> Iterator[Asked]:
    audience = ("reporter", "regional_chair", "other", "counsellor")[turn % 4]
    letter = ("receipt", "emergency", "step-back")[turn % 3]
    for words in (
        *("show {}", "next {} --json", "consent list {} --json", "consent list {}"),
        *(f"history {{}} --for {audience}", f"letter {{}} {letter}", "audit verify {}"),
        "letter {} handover --to disputes_committee",
        f"audit export {{}} --format {('jsonl', 'xes')[turn % 2]}",
    ):
        yield Asked(tuple(words.format(stream).split()))
    for step in _some_steps(worlds, stream, turn):
        yield Asked(("why", stream, step, "--json"))
    for item in _items(worlds, stream):
        yield Asked(("read", stream, item))


def _acting(worlds: Sequence[Inside], stream: str, turn: int) -> Iterator[Asked]:
    to = ("helper", "regional_chair", "police")[turn % 3]
    for item in _items(worlds, stream)[-2:]:
        yield Asked(("share", stream, item, "--to", to, "--purpose", "support", "--yes"))
        giving = ("consent", "give", stream, "--items", item, "--to", to, "--purpose", "support")
        yield Asked((*giving, "--json"))
    for party in _parties(worlds, stream):
        yield Asked(("history", stream, "--for", party))
        yield Asked(("add", stream, "-", "--kind", "annex", "--of", party), stdin=b"a document")
        giving = ("consent", "give", stream, "--kind", "annex", "--to", to, "--purpose", "openness")
        yield Asked((*giving, "--party", party, "--evidence", "spoken"))
        yield Asked(("letter", stream, "receipt", "--party", party))
        yield Asked(("advance", stream, "close", "--decided-by", party, "--evidence", "spoken"))
    for person in ("olga", "piet", "bo"):
        yield Asked(("recuse", stream, person, "--ground", "close_to_party"))
    for step in _some_steps(worlds, stream, turn + 1)[: None if stream != p.HIDDEN else 2]:
        yield Asked(("advance", stream, step, "--yes", "--json"))
    adding = ("add", stream, "-", "--kind", "packet", "--idempotency-key", p.AGAIN)
    yield Asked(adding, stdin=b"a document")
    for seq in {world.cases[stream][0].seq: 0 for world in worlds if stream in world.cases}:
        yield Asked(("advance", stream, "close", "--expect", str(seq)))


def _some_steps(worlds: Sequence[Inside], stream: str, turn: int) -> tuple[str, ...]:
    """A third of the steps of a case's procedure, by turns."""
    for world in worlds:
        if stream in world.cases:
            return tuple(world.cases[stream][1].steps)[turn % 3 :: 3]
    return ("close",)


def _items(worlds: Sequence[Inside], stream: str) -> list[str]:
    """Names of items: all that only one world has, and some that both have."""
    return _named([world.names(stream)[0] for world in worlds])


def _consents(worlds: Sequence[Inside], stream: str) -> list[str]:
    return _named([world.names(stream)[1] for world in worlds])


def _parties(worlds: Sequence[Inside], stream: str) -> list[str]:
    """Who takes part in only one of the worlds, by the name that could be guessed."""
    found: list[set[str]] = [
        set(w.cases[stream][0].parties) if stream in w.cases else set() for w in worlds
    ]
    return sorted(found[0].union(*found) - found[0].intersection(*found))


def _named(each: Sequence[set[str]]) -> list[str]:
    both = set.intersection(*each)
    return [*sorted(both)[:2], *sorted(set.union(*each) - both)[:3]]


def visible(answer: Answer) -> list[str]:
    """The numbers of the cases in the answer to `zaak list --json`; none where it was refused."""
    if answer.exit:
        return []
    return [row["case"] for row in json.loads(answer.answer)["cases"]]


def compared(asked: Asked, answer: Answer, known: frozenset[str], *, whole: bool) -> Answer:
    """The answer without what is as random as a name, or said to be given away.

    `known` are names that were there before, which are not random to whoever asks. With `whole`
    the onlooker sees whole histories, and the hashes in them.
    """

    def plain(text: str) -> str:
        text = FRESH.sub(lambda m: m.group() if m.group() in known else "NAME", text)
        text = CODE.sub("CODE", text)
        if whole:
            text = SIZES.sub("SIZE", HASHES.sub("HASH", text))
        return re.sub(r"[0-9]+", "0", text) if asked.words in COUNTS else text

    return Answer(answer.exit, plain(answer.printed), plain(answer.answer))

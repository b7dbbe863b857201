"""Playing an invented case: a script of real commands, run one by one at a clock of its own.

The scripts are data (`states/demo/PROCEDURE.yaml`). Nothing is staged: every command goes through
the real command line into a real store, and an answer other than the script expects is an error.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import yaml

from workflow.engine.deadlines import parse_duration
from workflow.engine.procedure import Text
from workflow.resources import folder

PACE = timedelta(minutes=2)
"""How long a command takes the people in the script."""


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One command: who runs it (a person, or the name of a return code), and what is expected.

    `after` is how much later than the scene before it happens and `late` how long before that it
    took place; `keep` remembers names from the answer, each by a regular expression.
    """

    who: str
    run: str
    phase: Text | None = None
    say: Text | None = None
    after: str | None = None
    late: str | None = None
    input: Text | None = None
    keep: dict[str, str] = {}
    expect: int = 0


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole play: the people, their offices, and the scenes."""

    title: Text
    branch: str
    founder: dict[str, str]
    people: dict[str, str]
    offices: tuple[str, ...]
    scenes: tuple[Scene, ...]


class Call(msgspec.Struct, frozen=True):
    """A command as the command line gets it: words, environment, standard input and the time."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    stdin: bytes
    now: datetime


class Went(msgspec.Struct, frozen=True):
    """What came back: the exit code and everything that was printed."""

    exit: int
    printed: str


class Shown(msgspec.Struct, frozen=True):
    """A moment of the play, to be shown: the scene's words, the command and what came back."""

    phase: str | None
    say: str | None
    who: str
    command: str
    stdin: str
    went: Went


class OffScript(Exception):
    """A command answered otherwise than the script expects: a fault in the program."""

    def __init__(self, command: str, expected: int, went: Went) -> None:
        super().__init__(f"{command}: exit {went.exit}, expected {expected}\n{went.printed}")


def script(procedure: str) -> Script:
    """The script for a procedure. Raises FileNotFoundError where there is none."""
    path = folder("states") / "demo" / f"{procedure}.yaml"
    plain: Any = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return msgspec.convert(plain, Script)


def names() -> tuple[str, ...]:
    """The procedures for which there is a script."""
    return tuple(sorted(path.stem for path in (folder("states") / "demo").glob("*.yaml")))


def play(
    played: Script, into: Path, lang: str, ends: datetime, call: Callable[[Call], Went]
) -> Iterator[Shown]:
    """Play a script into the folder `into`, so that it ends before `ends` (UTC).

    `call` runs a command. Yields each moment as it has happened; raises OffScript at the first
    answer that the script does not expect.
    """
    known = {"dir": str(into)}
    now = _beginning(played, ends)
    (into / "keys").mkdir(parents=True, exist_ok=True)
    for scene in (*_setting_up(played), *played.scenes):
        now += _length(scene.after) + PACE
        known["late"] = (now - _length(scene.late)).isoformat()
        words = tuple(word.format(**known) for word in shlex.split(scene.run))
        stdin = scene.input[lang] if scene.input else ""
        environment = _environment(scene, into, lang, known)
        went = call(Call(words[1:], environment, stdin.encode(), now))
        command = shlex.join(words)
        if went.exit != scene.expect:
            raise OffScript(command, scene.expect, went)
        for name, pattern in scene.keep.items():
            found = re.search(pattern, went.printed)
            if found is None:
                raise OffScript(f"{command} ({name})", scene.expect, went)
            known[name] = found.group()
        yield Shown(
            scene.phase[lang] if scene.phase else None,
            " ".join(scene.say[lang].split()) if scene.say else None,
            scene.who,
            command,
            stdin,
            went,
        )


def _setting_up(played: Script) -> Iterator[Scene]:
    founder = played.founder
    yield Scene(
        founder["id"],
        f"zaak init --branch {played.branch} --person {founder['id']} --name {founder['name']}",
        phase=Text("0. De administratie inrichten", "0. Setting up"),
        say=Text(
            "Iedereen heeft een eigen sleutel. Het register zegt wie welke functie heeft.",
            "Everyone has a key of their own. The register says who holds which office.",
        ),
    )
    for person, name in played.people.items():
        yield Scene(person, f"zaak key new {{dir}}/keys/{person} --no-passphrase")
        yield Scene(
            founder["id"],
            f"zaak person add {name} --id {person} --key {{dir}}/keys/{person}.pub",
        )
    for office in played.offices:
        yield Scene(founder["id"], f"zaak office grant {office}")


def _environment(scene: Scene, into: Path, lang: str, known: Mapping[str, str]) -> dict[str, str]:
    environment = {"ZAAK_STORE": str(into / "zaken.db"), "ZAAK_LANG": lang}
    if scene.who in known:
        return {**environment, "ZAAK_CODE": known[scene.who]}
    return {**environment, "ZAAK_KEY": str(into / "keys" / scene.who)}


def _length(duration: str | None) -> timedelta:
    if duration is None:
        return timedelta()
    parsed = parse_duration(duration)
    return timedelta(days=parsed.days, hours=parsed.hours, minutes=parsed.minutes)


def _beginning(played: Script, ends: datetime) -> datetime:
    """Eight o'clock (UTC) on a day from which the whole play is over before `ends`."""
    length = sum((_length(scene.after) for scene in played.scenes), timedelta(days=2))
    return (ends - length).replace(hour=8, minute=0, second=0, microsecond=0)

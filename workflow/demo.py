"""Playing an invented case: a script of real commands, run one by one at a clock of its own.

The scripts are data: `states/demo/PROCEDURE.yaml` shows a procedure to newcomers, and each file in
`tests/stories/` is a story that has to go as it is told. Nothing is staged: every command goes
through the real command line into a real store, and an answer other than the script expects is an
error.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from workflow.declaring import yaml_nodes
from workflow.engine.deadlines import parse_duration
from workflow.engine.procedure import Text
from workflow.expecting import (
    NOWHERE,
    SHAPES,
    Answer,
    Call,
    Caller,
    Scene,
    Unplayable,
    Went,
    Words,
    answer,
    filled,
    unexpected,
)
from workflow.resources import folder

PACE = timedelta(minutes=2)
"""How long a command takes the people in the script."""
BEFOREHAND = timedelta(days=1)
"""How long before its first scene a script that has dates is set up."""
HERE = ZoneInfo("Europe/Amsterdam")
SOMEONE = "someone"
"""Who acts with neither a key nor a return code."""


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which stories a script tells, by their numbers, and how it was first told."""

    numbers: tuple[int, ...]
    quote: str


class Shows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a story is about: invariants by their numbers, and rules as procedures cite them."""

    invariants: tuple[int, ...] = ()
    cites: tuple[str, ...] = ()


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole play: the people, their offices, and the scenes."""

    title: Words
    branch: str
    founder: dict[str, str]
    people: dict[str, str]
    offices: tuple[str, ...]
    scenes: tuple[Scene, ...]
    story: Story | None = None
    shows: Shows = Shows()


class Shown(msgspec.Struct, frozen=True):
    """A moment of the play, to be shown: its words, the command and what came back, if any."""

    phase: str | None
    say: str | None
    who: str = ""
    command: str = ""
    stdin: str = ""
    went: Went | None = None


class OffScript(Exception):
    """A command answered otherwise than the script expects: a fault in the program."""

    def __init__(self, scene: Scene, shown: Shown, now: datetime, wrong: tuple[str, ...]) -> None:
        self.scene, self.wrong = scene, wrong
        when = now.astimezone(HERE).strftime("%Y-%m-%d %H:%M")
        came = shown.went.printed.rstrip() if shown.went else ""
        told = f"{shown.say}\n" if shown.say else ""
        super().__init__(
            f"line {scene.line}, {when}\n{told}  {shown.who} $ {shown.command}\n"
            + "".join(f"  - {each}\n" for each in wrong)
            + "what came:\n"
            + came
        )


def script(procedure: str) -> Script:
    """The script that shows a procedure. Raises FileNotFoundError where there is none."""
    return read(folder("states") / "demo" / f"{procedure}.yaml")


def names() -> tuple[str, ...]:
    """The procedures for which there is a script."""
    return tuple(sorted(path.stem for path in (folder("states") / "demo").glob("*.yaml")))


def read(path: Path) -> Script:
    """The script in a file. Raises Unplayable, and FileNotFoundError where there is none."""
    try:
        document, problems = yaml_nodes.nodes(path.read_bytes())
        if problems:
            raise Unplayable(f"{path.name}: {problems[0]}")
        found = msgspec.convert(_plain(document), Script)
    except (yaml_nodes.NotYaml, msgspec.ValidationError) as error:
        raise Unplayable(f"{path.name}: {error}") from error
    for scene, wrong in _unplayable(found):
        raise Unplayable(f"{path.name}:{scene.line}: {wrong}")
    return found


def _plain(node: yaml_nodes.Node, *, of: str = "") -> Any:
    match node:
        case yaml_nodes.Scalar():
            return node.value
        case yaml_nodes.Items():
            return [_plain(each, of=of) for each in node.nodes]
        case yaml_nodes.Entries():
            found = {key.text: _plain(value, of=key.text) for key, value in node.pairs}
            return {**found, "line": node.place.line} if of == "scenes" else found
        case yaml_nodes.Refused():
            raise Unplayable(f"{node.place.line}: this cannot stand here")


def _unplayable(played: Script) -> Iterator[tuple[Scene, str]]:
    """Everything by which a scene would not mean what it says."""
    people = _people(played)
    dated = any(scene.at for scene in played.scenes)
    earlier: set[str] = set()
    for place, scene in enumerate(played.scenes):
        if dated and place == 0 and scene.at is None:
            yield scene, "where a script has dates, its first scene has one"
        if scene.at and scene.after:
            yield scene, "either at or after"
        if scene.run is None and scene != Scene(
            phase=scene.phase, say=scene.say, at=scene.at, after=scene.after, line=scene.line
        ):
            yield scene, "nothing can be expected where no command is run"
        if scene.run is not None and (scene.who is None or not scene.run.startswith("zaak ")):
            yield scene, "a command begins with zaak, and somebody runs it"
        exits = (scene.refused, scene.hidden, scene.expect, scene.same_as)
        if sum(map(bool, exits)) > 1 or (scene.same_as and scene.json):
            yield scene, "only one of expect, refused, hidden and same_as; no json with same_as"
        if taken := people & scene.keep.keys():
            yield scene, f"{', '.join(taken)}: a person is called so"
        if scene.same_as is not None and scene.same_as not in earlier:
            yield scene, f"no earlier scene is called {scene.same_as}"
        if scene.name is not None:
            earlier.add(scene.name)


def play(
    played: Script, into: Path, lang: str, ends: datetime | None, call: Caller
) -> Iterator[Shown]:
    """Play a script into the folder `into`.

    A script with dates is played on them, any other so that it ends before `ends` (UTC). `call`
    runs a command. Yields each moment as it has happened. Raises OffScript at the first answer that
    the script does not expect, and Unplayable where the script itself is at fault.
    """
    known = {"dir": str(into), "nowhere": NOWHERE}
    answers: dict[str, Answer] = {}
    now = _beginning(played, ends)
    (into / "keys").mkdir(parents=True, exist_ok=True)
    for scene in (*_setting_up(played), *played.scenes):
        now = _moment(scene, now)
        told = Shown(_said(scene.phase, lang), _said(scene.say, lang))
        if scene.run is None or scene.who is None:
            yield told
            continue
        known["late"] = (now - _length(scene.late)).isoformat()
        words = tuple(filled(word, known) for word in shlex.split(scene.run))
        stdin = _text(scene.input, lang)
        if scene.who not in known and scene.who not in _people(played):
            raise Unplayable(f"{scene.line}: nobody is called {scene.who}")
        environment = _environment(scene.who, into, lang, known)
        asked = Call(
            (*words[1:], *(("--json",) if scene.json is not None and not scene.exit else ())),
            environment,
            stdin.encode(),
            now,
        )
        went = call(asked)
        shown = msgspec.structs.replace(
            told, who=scene.who, command=shlex.join(words), stdin=stdin, went=went
        )
        wrong = unexpected(scene, asked, went, known, answers, call)
        if wrong:
            raise OffScript(scene, shown, now, wrong)
        if scene.name is not None:
            answers[scene.name] = answer(asked, went)
        yield shown


# --- who, when and in which words ----------------------------------------------------------------


def _setting_up(played: Script) -> Iterator[Scene]:
    founder = {name: shlex.quote(value) for name, value in played.founder.items()}
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
            f"zaak person add {shlex.quote(name)} --id {person} --key {{dir}}/keys/{person}.pub",
        )
    for office in played.offices:
        yield Scene(founder["id"], f"zaak office grant {office}")


def _people(played: Script) -> frozenset[str]:
    return frozenset((*played.people, played.founder["id"], SOMEONE))


def _environment(who: str, into: Path, lang: str, known: Mapping[str, str]) -> dict[str, str]:
    environment = {
        "ZAAK_STORE": str(into / "zaken.db"),
        "ZAAK_LANG": lang,
        "XDG_DATA_HOME": str(into / "elsewhere"),
    }
    if who == SOMEONE:
        return environment
    if re.fullmatch(SHAPES["code"], known.get(who, "")):
        return {**environment, "ZAAK_CODE": known[who]}
    return {**environment, "ZAAK_KEY": str(into / "keys" / who)}


def _said(words: Words | None, lang: str) -> str | None:
    return " ".join(_text(words, lang).split()) or None


def _text(words: Words | None, lang: str) -> str:
    return words[lang] if isinstance(words, Text) else words or ""


def _moment(scene: Scene, before: datetime) -> datetime:
    if scene.at is not None:
        at = _date(scene)
        if at <= before:
            raise Unplayable(f"{scene.line}: {scene.at} is not after the scene before it")
        return at
    return before + _length(scene.after) + (PACE if scene.run is not None else timedelta())


def _date(scene: Scene) -> datetime:
    try:
        return datetime.fromisoformat(scene.at or "").replace(tzinfo=HERE).astimezone(UTC)
    except ValueError as error:
        raise Unplayable(f"{scene.line}: {error}") from error


def _length(duration: str | None) -> timedelta:
    if duration is None:
        return timedelta()
    parsed = parse_duration(duration)
    if parsed.years or parsed.months:
        raise Unplayable(f"{duration}: how long that is depends on the calendar")
    return timedelta(
        weeks=parsed.weeks, days=parsed.days, hours=parsed.hours, minutes=parsed.minutes
    )


def _beginning(played: Script, ends: datetime | None) -> datetime:
    """The day before a script's first date; else eight o'clock (UTC) on a day from which it fits.

    It fits when the whole play is over before `ends`.
    """
    if played.scenes and played.scenes[0].at is not None:
        return _date(played.scenes[0]) - BEFOREHAND
    if ends is None:
        raise Unplayable("a script without dates has to end somewhere")
    length = sum((_length(scene.after) for scene in played.scenes), timedelta(days=2))
    return (ends - length).replace(hour=8, minute=0, second=0, microsecond=0)


__all__ = [
    "SOMEONE",
    "Call",
    "OffScript",
    "Scene",
    "Script",
    "Shown",
    "Shows",
    "Story",
    "Unplayable",
    "Went",
    "names",
    "play",
    "read",
    "script",
]

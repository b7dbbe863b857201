"""A moment of a play, and whether what came of it is what the script expects.

Expectations are checked against what the command line really printed, and for a case that somebody
must not know of by asking the same about one that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from workflow.engine.procedure import Text

NOWHERE = "z-0000-0000-00"
"""A case number that no case has: `{nowhere}` in a script."""
SHAPES = {
    "case": r"\bz-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}\b",
    "code": r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b",
    "item": r"\bi-[0-9a-z]{8}\b",
    "consent": r"\bc-[0-9a-z]{8}\b",
}
"""What a pattern may call by its name: `<case>` stands for the shape of any case number."""

Words = Text | str
"""Words for people: in both languages, or in Dutch only."""


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A moment of the play: what is told about it, and perhaps one command with its outcome.

    `who` runs the command: a person, SOMEONE, or the name under which a return code was kept.
    `at` says when, on the clock in Amsterdam; else it is `after` the scene before; `late` is how
    long before that it took place, for `{late}` in the command. `input` is its standard input.

    Then what is expected. `expect` is the exit code; `refused` has instead the code of every
    reason of a refusal; `hidden` wants the very answer that a case that does not exist would get,
    and `same_as` the answer of the earlier scene of that `name`, to the byte. (In both the case
    numbers that the commands themselves name count as the same.)
    `tells` are patterns that must be in what was printed and `hides` patterns that must not. `json`
    asks for the answer as JSON and gives values by path (`items.0.kind`); null stands for nothing
    there. `keep` remembers something from the answer by a pattern: its group, else all of it.

    `line` is where the scene stands in its file.
    """

    who: str | None = None
    run: str | None = None
    phase: Words | None = None
    say: Words | None = None
    at: str | None = None
    after: str | None = None
    late: str | None = None
    input: Words | None = None
    name: str | None = None
    keep: dict[str, str] = {}
    expect: int = 0
    refused: tuple[str, ...] = ()
    hidden: bool = False
    tells: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    json: dict[str, Any] | None = None
    same_as: str | None = None
    line: int = 0

    @property
    def exit(self) -> int:
        """The exit code that is expected: 1 where a refusal is."""
        return 1 if self.refused or self.hidden else self.expect


class Call(msgspec.Struct, frozen=True):
    """A command as the command line gets it: words, environment, standard input and the time."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    stdin: bytes
    now: datetime


class Went(msgspec.Struct, frozen=True):
    """What came back: the exit code, all that was printed, and of it what was the answer."""

    exit: int
    printed: str
    answer: str


Caller = Callable[[Call], Went]
Answer = tuple[int, str]
"""An exit code and what was printed, in which the numbers that the command names are alike."""


class Unplayable(ValueError):
    """A script that cannot be played as it is written."""


def unexpected(
    scene: Scene,
    asked: Call,
    went: Went,
    known: dict[str, str],
    answers: Mapping[str, Answer],
    call: Caller,
) -> tuple[str, ...]:
    """Everything in which what came is not what the scene expects; none where all of it is.

    `known` is what was kept, to which this adds what the scene keeps; `answers` are those of the
    earlier scenes that have a name. `call` runs the same command once more, about the same case as
    JSON or about no case at all. Raises Unplayable where the scene speaks of something not kept.
    """
    expected = answers[scene.same_as][0] if scene.same_as is not None else scene.exit
    if went.exit != expected:
        return (f"exit {went.exit}, expected {expected}",)
    return (
        *_kept(scene, went, known),
        *_wrong(scene, asked, went, known, call),
        *_otherwise(scene, answer(asked, went), answers),
    )


def answer(asked: Call, went: Went) -> Answer:
    """What came, in which the case numbers that the command itself names are all alike."""
    printed = went.printed
    for number in re.findall(SHAPES["case"], " ".join(asked.words)):
        printed = printed.replace(number, "z-…")
    return went.exit, printed


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with each `{name}` replaced; numbers between braces belong to patterns.

    Raises Unplayable for a name under which nothing is known.
    """

    def value(name: re.Match[str]) -> str:
        if name[1] not in known:
            raise Unplayable(f"nothing is known as {name[1]}: {text}")
        return known[name[1]]

    return re.sub(r"\{([a-z]\w*)\}", value, text)


def _wrong(
    scene: Scene, asked: Call, went: Went, known: Mapping[str, str], call: Caller
) -> Iterator[str]:
    for pattern in scene.tells:
        if not _found(pattern, went.printed, known):
            yield f"does not tell: {pattern}"
    for pattern in scene.hides:
        if found := _found(pattern, went.printed, known):
            yield f"does not hide: {pattern} ({found.group()})"
    # What was refused changed nothing, so it can be asked again.
    again = went if asked.words[-1] == "--json" else None
    if scene.refused or scene.hidden or (scene.json is not None and again is None):
        again = call(_in_json(asked))
    if again is None:
        return
    document = msgspec.json.decode(again.answer)
    if wanted := sorted(scene.refused) or ["no-such-case"] * scene.hidden:
        codes = sorted({reason["code"] for reason in document["refused"]["reasons"]})
        if codes != wanted:
            yield f"refused because of {', '.join(codes)}, expected {', '.join(wanted)}"
    for path, value in (scene.json or {}).items():
        came, wants = _at(document, path), _filled_in(value, known)
        if came != wants:
            yield f"{path} is {_compact(came)}, expected {_compact(wants)}"
    if scene.hidden:
        yield from _differences_from_nowhere(asked, went, again, call)


def _differences_from_nowhere(asked: Call, went: Went, again: Went, call: Caller) -> Iterator[str]:
    elsewhere = msgspec.structs.replace(
        asked, words=tuple(re.sub(SHAPES["case"], NOWHERE, word) for word in asked.words)
    )
    if elsewhere == asked:
        yield "the command names no case"
    for here, there, came in (
        (asked, elsewhere, went),
        (_in_json(asked), _in_json(elsewhere), again),
    ):
        other = call(there)
        if answer(here, came) != answer(there, other):
            yield f"a case that does not exist gets another answer:\n{other.printed}"


def _otherwise(scene: Scene, came: Answer, answers: Mapping[str, Answer]) -> Iterator[str]:
    if scene.same_as is not None and answers[scene.same_as] != came:
        exit_, printed = answers[scene.same_as]
        yield f"not the same as {scene.same_as}, which gave exit {exit_}:\n{printed}"


def _kept(scene: Scene, went: Went, known: dict[str, str]) -> Iterator[str]:
    for name, pattern in scene.keep.items():
        found = _found(pattern, went.printed, known)
        if found is None:
            yield f"nothing to keep as {name}: {pattern}"
        else:
            known[name] = found[found.lastindex or 0]


def _in_json(asked: Call) -> Call:
    return msgspec.structs.replace(asked, words=(*asked.words, "--json"))


def _at(document: Any, path: str) -> Any:
    """The value at a path through keys and, where a part is a number, lists; None without one."""
    for part in path.split("."):
        try:
            document = document[int(part) if isinstance(document, list) else part]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return document


def _compact(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _found(pattern: str, text: str, known: Mapping[str, str]) -> re.Match[str] | None:
    for name, shape in SHAPES.items():
        pattern = pattern.replace(f"<{name}>", shape)
    escaped = {name: re.escape(value) for name, value in known.items()}
    return re.search(filled(pattern, escaped), text, re.MULTILINE)


def _filled_in(value: Any, known: Mapping[str, str]) -> Any:
    match value:
        case str():
            return filled(value, known)
        case list():
            return [_filled_in(each, known) for each in value]
        case dict():
            return {name: _filled_in(each, known) for name, each in value.items()}
        case _:
            return value

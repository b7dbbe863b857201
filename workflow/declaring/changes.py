"""What two versions of a procedure differ in, as values: one change, in words and in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from workflow.engine.procedure import Guard, Procedure, Step, Text

Effect = Literal["widens", "narrows", "changes"]
Said = Callable[[Procedure, Guard, Step | None], Text]
"""What a guard of a procedure, at a step or under a state, asks for, in words."""


class Change(msgspec.Struct, frozen=True):
    """One thing that the newer version has otherwise.

    `code` is stable and for programs. `path` leads to the place in the newer version, or to where
    it would be; `line` and `column` count from 1 and are 0 where the newer version is no file.
    With `unclear` it cannot be told from the declarations whether it widens: somebody has to read.
    """

    effect: Effect
    code: str
    text: Text
    path: str
    file: str = ""
    line: int = 0
    column: int = 0
    unclear: bool = False


class Versions(msgspec.Struct, frozen=True):
    """An older version in the words of the newer one, that newer one, and how guards are said."""

    older: Procedure
    newer: Procedure
    said: Said

    def who(self, name: str) -> Text:
        """An office, a party or an outside recipient, by its label.

        Where others are called just so, its name stands behind it.
        """
        known: dict[str, Text] = {}
        for one in (self.older, self.newer):
            for section in (one.offices, one.parties, one.outside):
                known |= {each: declared.labels for each, declared in section.items()}
        if name in known:
            found = known[name]
            alike = [its for other, its in known.items() if other != name]
            if any(its.nl == found.nl or its.en == found.en for its in alike):
                return Text(f"{found.nl} ({name})", f"{found.en} ({name})")
            return found
        return {
            "clock": Text("de klok", "the clock"),
            "consequence": Text("een andere stap", "another step"),
            "linked": Text("een andere zaak", "another case"),
        }.get(name, Text(name, name))

    def label(self, section: str, name: str) -> Text:
        """The label of a track, step, kind or purpose."""
        for one in (self.newer, self.older):
            if name in getattr(one, section):
                found: Text = getattr(one, section)[name].labels
                return found
        return Text(name, name)

    def quoted(self, section: str, name: str) -> Text:
        """The same, quoted: for what stands beside words that are no label."""
        found = self.label(section, name)
        return Text(f"‘{found.nl}’", f"‘{found.en}’")

    def state(self, track: str, name: str) -> Text:
        """The label of a state."""
        for one in (self.newer, self.older):
            if track in one.tracks and name in one.tracks[track].states:
                return one.tracks[track].states[name].labels
        return Text(name, name)


def line(effect: Effect, code: str, path: str, nl: str, en: str, **names: Text) -> Change:
    """A change in words; `{name}` in them stands for the label of that name, first with a capital.

    Labels of what is no person are quoted.
    """
    said = {name: _quoted(name, label.nl) for name, label in names.items()}
    told = {name: _quoted(name, label.en) for name, label in names.items()}
    return Change(
        effect, code, Text(_capital(nl.format_map(said)), _capital(en.format_map(told))), path
    )


def unclear(code: str, path: str, nl: str, en: str, **names: Text) -> Change:
    """A change of which it cannot be told whether it widens, in words as `line` has them."""
    found = line("changes", code, path, nl, en, **names)
    return msgspec.structs.replace(found, unclear=True)


def called(code: str, path: str, was: Text, now: Text) -> Change:
    """What is called otherwise: the old label and the new one, in each language that differs."""
    tongues: tuple[tuple[Literal["nl", "en"], Text], ...] = (
        ("nl", Text("Nederlands", "Dutch")),
        ("en", Text("Engels", "English")),
    )
    differ = [
        (was[tongue], now[tongue], name) for tongue, name in tongues if was[tongue] != now[tongue]
    ]
    nl = (f"‘{before}’ heet nu ‘{after}’ ({name.nl})" for before, after, name in differ)
    en = (f"‘{before}’ is called ‘{after}’ now ({name.en})" for before, after, name in differ)
    return Change("changes", code, Text(f"{'; '.join(nl)}.", f"{'; '.join(en)}."), path)


_QUOTED = frozenset({"track", "step", "state", "kind", "purpose", "field", "was", "now", "name"})


def _quoted(name: str, label: str) -> str:
    return f"‘{label}’" if name in _QUOTED else label


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def both(older: Iterable[str], newer: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """What is only in the newer, only in the older, and in both; each in its order."""
    before, after = list(older), list(newer)
    return (
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        [name for name in after if name in before],
    )

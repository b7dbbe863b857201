"""Options and arguments of a verb, explained in two languages, and what was asked of every verb.

A verb gets its own by name. What every verb can be asked is kept in `Asked`, for its Session.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from workflow.verbs.languages import LANGUAGES, Words, capitals, language_of

if TYPE_CHECKING:
    from datetime import datetime

    from click.shell_completion import CompletionItem

_CLICKS_OWN = {
    "[required]": "[verplicht]",
    "[default: ": "[anders: ",
    "; required]": "; verplicht]",
}


class Asked:
    """What was asked with the options that every verb has (None where nothing was), and of what.

    `environment` and `clock` (which gives the time in UTC) are those of the machine, except where
    another part of the program runs the command.
    """

    __slots__ = ("clock", "code_file", "environment", "json", "key", "lang", "office", "store")

    def __init__(
        self, environment: Mapping[str, str], clock: Callable[[], datetime] | None = None
    ) -> None:
        self.environment, self.clock = environment, clock or _now
        self.lang: str | None = None
        self.json = False
        self.store: str | None = None
        self.key: str | None = None
        self.code_file: str | None = None
        self.office: str | None = None

    @property
    def language(self) -> str:
        """The language to speak: as asked, else ZAAK_LANG, else the locale; Dutch or English."""
        if self.lang is not None:
            return self.lang
        wanted = language_of(self.environment.get("ZAAK_LANG", ""))
        if wanted is not None:
            return wanted
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        locale = next((found for name in names if (found := self.environment.get(name))), "")
        return "nl" if locale.lower().startswith("nl") else "en"

    @property
    def unknown_language(self) -> str | None:
        """What ZAAK_LANG asks for, where that is neither Dutch nor English."""
        wanted = self.environment.get("ZAAK_LANG", "")
        return wanted if wanted and language_of(wanted) is None else None

    def foresee(self, arguments: Sequence[str]) -> None:
        """Note the language and the form of answers, even where the rest is not understood."""
        for place, word in enumerate(arguments):
            if word == "--":
                break
            following = arguments[place + 1] if place + 1 < len(arguments) else ""
            if word == "--json":
                self.json = True
            elif word == "--lang" or word.startswith("--lang="):
                lang = word.removeprefix("--lang=") if "=" in word else following
                self.lang = lang if lang in LANGUAGES else self.lang


def _now() -> datetime:
    from datetime import UTC, datetime

    return datetime.now(UTC)


def asked_of(ctx: click.Context) -> Asked:
    """What was asked in this run of the command."""
    found = ctx.find_object(Asked)
    if found is None:
        found = ctx.obj = Asked(os.environ)
    return found


def spoken(ctx: click.Context) -> str:
    """The language in which this run of the command speaks."""
    return asked_of(ctx).language


class OneOf(click.Choice[str]):
    """One of a few words of the command itself, which may be typed in Dutch as well.

    `also` says which of them another word means.
    """

    name = "choice"

    def __init__(self, choices: Sequence[str], also: Mapping[str, str]) -> None:
        super().__init__(tuple(choices), case_sensitive=False)
        self.also = also

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word that is meant. Raises click.BadParameter where none is."""
        typed = str(value).strip().casefold().replace(" ", "-")
        return super().convert(self.also.get(typed, value), param, ctx)


class Option(click.Option):
    """An option whose help is in both languages."""

    def __init__(self, *names: Any, words: Words, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and its help in the language spoken."""
        self.help = self.words.say(spoken(ctx))
        found = super().get_help_record(ctx)
        if found is None or spoken(ctx) != "nl":
            return found
        names, words = capitals("nl", found[0]), found[1]
        for english, dutch in _CLICKS_OWN.items():
            words = words.replace(english, dutch)
        return names, words


Completing = Callable[[click.Context], Iterable[tuple[str, str]]]
"""Gives the values that may follow, each with a few words about it."""


def completion(complete: Completing | None) -> dict[str, Any]:
    """What tells click how to complete a value; nothing where there is nothing to tell."""
    if complete is None:
        return {}

    def items(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        # Completion happens while somebody types: whatever goes wrong, it is silent.
        with suppress(Exception):
            return [
                CompletionItem(value, help=words or None)
                for value, words in complete(ctx)
                if value.startswith(typed)
            ]
        return []

    return {"shell_complete": items}


def option(
    *names: str, words: Words, complete: Completing | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option of a verb; `settings` are those of `click.option`."""
    return click.option(*names, cls=Option, words=words, **completion(complete), **settings)


def forcing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --force, for verbs that write a file."""
    return option(
        "--force", is_flag=True, words=Words("Overschrijf het bestand.", "Overwrite the file.")
    )(function)


ENDINGS = {
    "dot": "dot",
    "csv": "csv",
    "gv": "dot",
    "htm": "html",
    "html": "html",
    "json": "json",
    "jsonl": "jsonl",
    "md": "md",
    "mmd": "mermaid",
    "pdf": "pdf",
    "svg": "svg",
    "txt": "text",
    "xes": "xes",
}
"""Which form a file has, by the ending of its name."""


def forming(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option --format, of these forms. Where it is not given, the name after -o says it.

    And where that says nothing, it is the first of them. The verb gets it as `form`.
    """

    def chosen(ctx: click.Context, _: click.Parameter, given: str | None) -> str:
        # As -o comes first (it is eager), it is known here.
        ending = str(ctx.params.get("output") or "").rpartition(".")[2].casefold()
        named = ENDINGS.get(ending)
        return given or (named if named in forms else None) or forms[0]

    return option(
        "--format",
        "form",
        type=click.Choice(forms),
        callback=chosen,
        words=Words(
            f"In welke vorm; zonder deze die van de naam na -o, en anders {forms[0]}.",
            f"In which form; without it, that of the name after -o, and else {forms[0]}.",
        ),
    )


def argument(
    name: str, complete: Completing | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An argument of a verb; `settings` are those of `click.argument`."""
    return click.argument(name, **completion(complete), **settings)

"""What verbs are made of: commands, options and help that speak Dutch and English.

Nothing here imports more than click, so that help costs nothing. A verb is declared so::

    @verb(
        Words("Wat het doet, in het Nederlands.", "What it does, in English."),
        examples=("zaak why z-4f7k-9qtm-2c hand_over",),
    )
    @argument("case")
    @option("--plain", is_flag=True, words=Words("Zonder kleur.", "Without colour."))
    def why(session: Session, case: str, plain: bool) -> None:
        ...

The function gets a `workflow.verbs.session.Session` and then its own parameters by name. Whatever
it raises becomes one message and one exit code (`workflow.verbs.failures`); it never exits itself.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from datetime import datetime

LANGUAGES = ("nl", "en")
INTERRUPTED = 130
"""The exit code after Ctrl-C: 128 and the number of the signal."""


COMPLETE = "_ZAAK_COMPLETE"
"""The variable by which a shell asks for completions (click's convention)."""


class Words(NamedTuple):
    """The same words in both languages."""

    nl: str
    en: str

    def say(self, lang: str) -> str:
        """The words in `lang`: Dutch for `nl`, else English."""
        return self.nl if lang == "nl" else self.en


USAGE = Words("Gebruik: ", "Usage: ")
OPTIONS = Words("Opties", "Options")
EVERYWHERE = Words("Opties bij elke opdracht", "Options of every verb")
EXAMPLES = Words("Voorbeelden", "Examples")
_CAPITALS = {
    "CASE": "ZAAK",
    "STEP": "STAP",
    "VERB": "OPDRACHT",
    "ITEM": "STUK",
    "ITEMS": "STUKKEN",
    "PERSON": "PERSOON",
    "OFFICE": "FUNCTIE",
    "CONSENT": "TOESTEMMING",
    "NAME": "NAAM",
}
HELP = Words("Deze uitleg.", "Show this message.")
UNKNOWN_LANGUAGE = Words(
    "Let op: ZAAK_LANG={} is geen taal die dit programma spreekt; nl of en.\n",
    "Note: ZAAK_LANG={} is no language this program speaks; nl or en.\n",
)
VERSION = Words("De versie van dit programma.", "Show the version of this program.")


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
        wanted = _language(self.environment.get("ZAAK_LANG", ""))
        if wanted is not None:
            return wanted
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        locale = next((found for name in names if (found := self.environment.get(name))), "")
        return "nl" if locale.lower().startswith("nl") else "en"

    @property
    def unknown_language(self) -> str | None:
        """What ZAAK_LANG asks for, where that is neither Dutch nor English."""
        wanted = self.environment.get("ZAAK_LANG", "")
        return wanted if wanted and _language(wanted) is None else None

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


def _language(wanted: str) -> str | None:
    """The language of a name such as `NL` or `nl_NL.UTF-8`; None where it is no language of ours.

    A name is a language with perhaps a territory, an encoding and a modifier (POSIX.1-2017 §8.2).
    """
    name = wanted.strip().lower()
    for mark in "_-.@":
        name = name.partition(mark)[0]
    return name if name in LANGUAGES else None


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
        names, words = found
        for english, dutch in _CLICKS_OWN.items():
            words = words.replace(english, dutch)
        return names, words


Completing = Callable[[click.Context], Iterable[tuple[str, str]]]
"""Gives the values that may follow, each with a few words about it."""


def _completion(complete: Completing | None) -> dict[str, Any]:
    if complete is None:
        return {}

    def items(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
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
    return click.option(*names, cls=Option, words=words, **_completion(complete), **settings)


def argument(
    name: str, complete: Completing | None = None, **settings: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An argument of a verb; `settings` are those of `click.argument`."""
    return click.argument(name, **_completion(complete), **settings)


def _keep(name: str, ctx: click.Context, _: click.Parameter, value: Any) -> None:
    if value:
        setattr(asked_of(ctx), name, value)


def _offices(ctx: click.Context) -> Iterable[tuple[str, str]]:
    from workflow.verbs.completing import offices

    return offices(ctx)


def _everywhere() -> list[click.Parameter]:
    """The options that every verb has, before and after it."""
    keep = {"expose_value": False, "is_eager": True}
    return [
        Option(
            ["--store"],
            metavar="PATH|URL",
            callback=partial(_keep, "store"),
            words=Words(
                "Waar de zaken staan: een bestand, of postgresql://…",
                "Where the cases are: a file, or postgresql://…",
            ),
            **keep,
        ),
        Option(
            ["--key"],
            metavar="FILE",
            callback=partial(_keep, "key"),
            words=Words("Je sleutelbestand.", "Your key file."),
            **keep,
        ),
        Option(
            ["--code-file"],
            metavar="FILE|-",
            callback=partial(_keep, "code_file"),
            words=Words(
                "Handel als lid, met de terugkeercode in dit bestand.",
                "Act as a member, with the return code in this file.",
            ),
            **keep,
        ),
        Option(
            ["--as"],
            metavar="OFFICE",
            **_completion(_offices),
            callback=partial(_keep, "office"),
            words=Words(
                "De functie waarin je handelt, als je er meer hebt.",
                "The office you act in, where you hold several.",
            ),
            **keep,
        ),
        Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            callback=partial(_keep, "lang"),
            words=Words("Nederlands of Engels.", "Dutch or English."),
            **keep,
        ),
        Option(
            ["--json"],
            is_flag=True,
            callback=partial(_keep, "json"),
            words=Words("Antwoord met één JSON-document.", "Answer with one JSON document."),
            **keep,
        ),
    ]


def _version() -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
        if wanted and not ctx.resilient_parsing:
            from importlib.metadata import PackageNotFoundError, version

            try:
                click.echo(f"zaak {version('zaakgang')}")
            except PackageNotFoundError:
                click.echo("zaak")  # a checkout that was never installed has no version
            ctx.exit()

    return Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show, words=VERSION
    )


class Spoken(click.Command):
    """A command with the options of every verb, and help in the language spoken."""

    def __init__(
        self, *args: Any, words: Words, examples: Sequence[str] = (), **settings: Any
    ) -> None:
        self.words, self.examples = words, tuple(examples)
        self.shared = _everywhere()
        settings["params"] = [*(settings.get("params") or ()), *self.shared]
        super().__init__(*args, **settings)

    def get_short_help_str(self, limit: int = 80) -> str:
        """The first sentence of the help, for lists of verbs."""
        return self.first_words("en")[:limit]

    def first_words(self, lang: str) -> str:
        """The first sentence of the help in `lang`."""
        return self.words.say(lang).strip().split("\n", 1)[0]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help, explained in the language spoken."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = HELP.say(spoken(ctx))
        return found

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Usage, what it does, options and examples, in the language spoken."""
        lang = spoken(ctx)
        pieces = " ".join(self.collect_usage_pieces(ctx))
        usage = in_words_of(lang, pieces)
        formatter.write_usage(ctx.command_path, usage, prefix=USAGE.say(lang))
        for paragraph in self.words.say(lang).strip().split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(" ".join(paragraph.split()))
        self.format_verbs(formatter, lang)
        self.format_options(ctx, formatter)
        if self.examples:
            with formatter.section(EXAMPLES.say(lang)):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")

    def format_verbs(self, formatter: click.HelpFormatter, lang: str) -> None:
        """The verbs below this one; a single verb has none."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verb's own options, and apart from them those that every verb has."""
        lang = spoken(ctx)
        for title, params in (
            (OPTIONS, [p for p in self.get_params(ctx) if p not in self.shared]),
            (EVERYWHERE, self.shared),
        ):
            options = (p for p in params if isinstance(p, click.Option))
            rows = [row for p in options if (row := p.get_help_record(ctx)) is not None]
            if rows:
                with formatter.section(title.say(lang)):
                    formatter.write_dl(rows)


class Verb(Spoken):
    """A verb: runs its function with a session and turns whatever it raises into an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb. Exits with the code of what went wrong, if anything did."""
        from workflow.verbs.session import Session

        with Session(asked_of(ctx), ctx.command_path.partition(" ")[2]) as session:
            try:
                assert self.callback is not None
                code = self.callback(session, **ctx.params)
            except (click.exceptions.Exit, click.Abort, BrokenPipeError):
                raise
            except Exception as error:  # noqa: BLE001 - the one place where all failures end
                from workflow.verbs.failures import answer

                code = answer(error, session)
        ctx.exit(code or 0)


class VerbGroup(Spoken, click.Group):
    """Verbs that belong together, such as those of consent."""

    def __init__(self, *args: Any, version: bool = False, **settings: Any) -> None:
        super().__init__(*args, subcommand_metavar="VERB…", no_args_is_help=True, **settings)
        if version:
            self.shared.append(_version())
            self.params.append(self.shared[-1])

    def format_verbs(self, formatter: click.HelpFormatter, lang: str) -> None:
        """Each verb with its first words."""
        rows = [
            (name, command.first_words(lang))
            for name, command in self.commands.items()
            if isinstance(command, Spoken)
        ]
        with formatter.section(Words("Opdrachten", "Verbs").say(lang)):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb meant by the first word; a UsageError with the closest names where none is."""
        found = self.get_command(ctx, args[0]) if args else None
        if found is None and args and not args[0].startswith("-"):
            raise UnknownVerb(args[0], self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)

    def verb(
        self, words: Words, *, name: str | None = None, examples: Sequence[str]
    ) -> Callable[[Callable[..., Any]], Verb]:
        """Declare a verb of this group; see `verb`."""

        def declare(function: Callable[..., Any]) -> Verb:
            declared = verb(words, name=name, examples=examples)(function)
            self.add_command(declared)
            return declared

        return declare


def in_words_of(lang: str, usage: str) -> str:
    """A line of usage with its capitals in `lang`, such as ZAAK for CASE in Dutch."""
    usage = usage.replace("[OPTIONS]", f"[{OPTIONS.say(lang).upper()}]")
    if lang == "nl":
        for english, dutch in _CAPITALS.items():
            usage = re.sub(rf"\b{english}\b", dutch, usage)
    return usage


class UnknownVerb(click.UsageError):
    """A verb that does not exist, and those that do."""

    def __init__(self, given: str, known: Sequence[str], ctx: click.Context) -> None:
        super().__init__(f"No such command '{given}'.", ctx)
        self.given, self.known = given, tuple(known)


def verb(
    words: Words, *, name: str | None = None, examples: Sequence[str]
) -> Callable[[Callable[..., Any]], Verb]:
    """Declare the function below as a verb, called after the function or `name`.

    The first sentence of `words` stands on a line of its own: lists of verbs show only that.
    """

    def declare(function: Callable[..., Any]) -> Verb:
        return click.command(
            name or function.__name__.rstrip("_").replace("_", "-"),
            cls=Verb,
            words=words,
            examples=examples,
        )(function)

    return declare


def group(name: str, words: Words, *, examples: Sequence[str]) -> VerbGroup:
    """A group of verbs, to be filled with `@NAME.verb(…)`."""
    return VerbGroup(name, words=words, examples=examples)


def load(where: str) -> click.Command:
    """The command at `module.name` within workflow.verbs, imported now."""
    module, _, name = where.partition(".")
    command = getattr(import_module(f"workflow.verbs.{module}"), name)
    assert isinstance(command, click.Command)
    return command


def run(
    root: click.Command,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    clock: Callable[[], datetime] | None = None,
) -> int:
    """Run a command with these arguments and return its exit code.

    It reads and writes `sys.stdin`, `sys.stdout` and `sys.stderr`. `clock` gives the time in UTC.
    """
    asked = Asked(environment, clock)
    asked.foresee(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a letter shows a question mark; that is no reason to stop.
            stream.reconfigure(errors="replace")
    if COMPLETE in environment:
        from click.shell_completion import shell_complete

        return shell_complete(root, {"obj": asked}, "zaak", COMPLETE, environment[COMPLETE])
    if asked.unknown_language is not None:
        sys.stderr.write(UNKNOWN_LANGUAGE.say(asked.language).format(asked.unknown_language))
    try:
        with root.make_context("zaak", list(arguments), obj=asked) as ctx:
            root.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return _flushed(ended.exit_code)
    except click.UsageError as error:
        from workflow.verbs.mistakes import answer

        return _flushed(answer(error, asked.language, asked.json))
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write(Words("\nAfgebroken.\n", "\nInterrupted.\n").say(asked.language))
        return INTERRUPTED
    except BrokenPipeError:
        return _unheard(0)
    return 0


def _flushed(code: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _unheard(code)
    return code


def _unheard(code: int) -> int:
    """Whoever read has gone: what Python still wants to write at its end goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code

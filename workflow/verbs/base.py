"""What verbs are made of: commands, the options of all of them, and help in two languages.

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

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import click

from workflow.verbs.languages import LANGUAGES, Words, capitals
from workflow.verbs.options import Option, asked_of, completion, spoken

USAGE = Words("Gebruik: ", "Usage: ")
OPTIONS = Words("Opties", "Options")
EVERYWHERE = Words("Opties bij elke opdracht", "Options of every verb")
EXAMPLES = Words("Voorbeelden", "Examples")
HELP = Words("Deze uitleg.", "Show this message.")
VERSION = Words("De versie van dit programma.", "Show the version of this program.")


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
            **completion(_offices),
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
    return capitals(lang, usage.replace("[OPTIONS]", f"[{OPTIONS.say(lang).upper()}]"))


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

"""Mistakes in the words of a command, said in the language spoken and with what was meant."""

from __future__ import annotations

import sys

import click

from workflow.verbs.base import UnknownVerb, in_words_of
from workflow.verbs.languages import Words

EXIT = 2


def answer(error: click.UsageError, lang: str, json: bool) -> int:
    """Say what is wrong with the words, on standard error or as JSON; returns the exit code."""
    text = said(error).say(lang)
    if json:
        from json import dumps

        document = {"error": {"code": "usage", "text": text}}
        sys.stdout.write(dumps(document, ensure_ascii=False) + "\n")
        return EXIT
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(text + "\n")
        return EXIT
    lines = [f"zaak: {text}"]
    if error.ctx is not None:
        more = Words("Uitleg", "Help").say(lang)
        lines.append(f"  → {more}: {error.ctx.command_path} --help")
    sys.stderr.write("\n".join(lines) + "\n")
    return EXIT


def said(error: click.UsageError) -> Words:
    """The mistake in both languages."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return Words(error.format_message(), error.format_message())
        case UnknownVerb(given=given, known=known):
            return _meant(
                Words(f"De opdracht ‘{given}’ bestaat niet.", f"There is no verb ‘{given}’."),
                given,
                known,
            )
        case click.NoSuchOption(option_name=given, possibilities=known):
            return _meant(
                Words(f"De optie {given} bestaat niet.", f"There is no option {given}."),
                given,
                tuple(known or ()),
            )
        case click.MissingParameter(param=click.Parameter() as param):
            name = param.make_metavar(error.ctx) if error.ctx else param.human_readable_name
            if isinstance(param, click.Option):
                name = param.opts[0]
            return Words(f"Er ontbreekt: {in_words_of('nl', name)}.", f"Missing: {name}.")
        case click.BadParameter(param=click.Parameter() as param):
            name = param.opts[0] if isinstance(param, click.Option) else param.human_readable_name
            if isinstance(param.type, click.Choice):
                values = ", ".join(str(value) for value in param.type.choices)
                return Words(f"{name} is één van: {values}.", f"{name} is one of: {values}.")
            if isinstance(param.type, click.types.IntParamType):
                return Words(f"{name} is een geheel getal.", f"{name} is a whole number.")
            return Words(f"{name} klopt niet.", f"{name}: {error.message}")
        case click.BadOptionUsage(option_name=given):
            return Words(f"De optie {given} klopt niet.", error.format_message())
    words = error.format_message()
    if words.startswith("Got unexpected extra"):
        extra = _bracketed(words)
        return Words(f"‘{extra}’ hoort hier niet.", f"‘{extra}’ does not belong here.")
    return Words(f"Zo kan het niet: {words}", words)


def _bracketed(words: str) -> str:
    return words[words.find("(") + 1 : words.rfind(")")]


def _meant(said: Words, given: str, known: tuple[str, ...]) -> Words:
    from difflib import get_close_matches

    plain = {name.lstrip("-"): name for name in known}
    near = [plain[name] for name in get_close_matches(given.lstrip("-"), plain, n=3, cutoff=0.6)]
    if not near:
        return said
    names = ", ".join(near)
    return Words(f"{said.nl} Bedoel je: {names}?", f"{said.en} Did you mean: {names}?")

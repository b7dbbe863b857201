import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli import VERBS, zaak
from workflow.verbs.base import Spoken
from workflow.verbs.options import Asked, Option


def _all(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Spoken]]:
    assert isinstance(command, Spoken)
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command, obj=Asked({}))
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, name
            yield from _all(found, (*words, name))


EVERY = list(_all(zaak, ("zaak",)))
IDS = [" ".join(words) for words, _ in EVERY]


def _help(words: tuple[str, ...], lang: str) -> str:
    done = CliRunner().invoke(zaak, [*words[1:], "--help"], obj=Asked({"ZAAK_LANG": lang}))
    assert done.exit_code == 0, done.output
    return done.output


def test_every_verb_is_there() -> None:
    """Each row of the table leads to a command that answers to the verb's own name."""
    named = {words[1]: command.name for words, command in EVERY if len(words) == 2}
    assert named == {verb: verb for verbs in VERBS.values() for verb, _, _ in verbs}


def test_groups_of_verbs() -> None:
    """The list of verbs is divided as scripts and manuals refer to it."""
    assert [title.en for title in VERBS] == [
        "Setting up",
        "Cases",
        "Consent and sharing",
        "Time",
        "Histories and audit",
        "Procedures",
        "Trying it",
    ]
    listed = re.findall(r"^(\S.*):$", _help(("zaak",), "en"), flags=re.MULTILINE)
    assert listed[:7] == [title.en for title in VERBS]


@pytest.mark.parametrize(("words", "command"), EVERY, ids=IDS)
def test_explained_in_both_languages(words: tuple[str, ...], command: Spoken) -> None:
    """A verb and each of its own options are explained in Dutch and in English, not the same."""
    own = [param for param in command.params if isinstance(param, Option)]
    for said in (command.words, *(option.words for option in own)):
        assert said.nl.strip()
        assert said.en.strip()
        assert said.nl != said.en


@pytest.mark.parametrize(("words", "command"), EVERY, ids=IDS)
def test_options_are_bilingual(words: tuple[str, ...], command: Spoken) -> None:
    """No verb has an option that was declared without words in both languages."""
    plain = [p.name for p in command.params if type(p) is click.Option and p.name != "help"]
    assert plain == []


@pytest.mark.parametrize(("words", "command"), EVERY, ids=IDS)
def test_what_an_option_takes_has_a_name(words: tuple[str, ...], command: Spoken) -> None:
    """No option stands in the help with click's own word for any text."""
    assert re.findall(r" TEXT\b", _help(words, "en")) == []


@pytest.mark.parametrize(("words", "command"), EVERY, ids=IDS)
def test_help_speaks_one_language(words: tuple[str, ...], command: Spoken) -> None:
    """Dutch help has no English of click's own; English help has the whole English explanation."""
    dutch, english = _help(words, "nl"), _help(words, "en")
    assert (
        re.findall(
            r"Usage|Options|OPTIONS|Show this|Examples|Commands|required|default: |CASE", dutch
        )
        == []
    )
    assert dutch.startswith("Gebruik: zaak")
    assert english.startswith("Usage: zaak")
    flat = " ".join(english.split())
    assert " ".join(command.words.en.split()) in flat


@pytest.mark.parametrize(("words", "command"), EVERY, ids=IDS)
def test_examples_are_understood(words: tuple[str, ...], command: Spoken) -> None:
    """Each verb shows an example of itself, in which every option is one that it has."""
    lines = "\n".join(command.examples).replace("\\\n", " ").split("\n")
    assert any(_of(line, words) for line in lines)
    for line in lines:
        if not _of(line, words):
            continue
        known = {name for param in command.params for name in param.opts}
        used = {word.split("=")[0] for word in shlex.split(line) if word.startswith("--")}
        if not isinstance(command, click.Group):
            assert used <= known, line


def _of(line: str, words: tuple[str, ...]) -> bool:
    return " ".join(words) in line


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "Gebruik"),
        ({"LANG": "nl"}, "Gebruik"),
        ({"LANG": "nl_BE", "LC_ALL": "en_GB.UTF-8"}, "Usage"),
        ({"LANG": "en_US", "LC_MESSAGES": "nl_NL"}, "Gebruik"),
        ({"LANG": "nl_NL", "ZAAK_LANG": "en"}, "Usage"),
        ({"LANG": "en_GB", "ZAAK_LANG": "NL"}, "Gebruik"),
        ({"ZAAK_LANG": "nl_NL.UTF-8"}, "Gebruik"),
        ({"LANG": "nl_NL", "ZAAK_LANG": "en_GB.UTF-8"}, "Usage"),
        ({"LANG": "nl_NL", "ZAAK_LANG": "fr"}, "Gebruik"),
        ({"LANG": "de_DE"}, "Usage"),
        ({}, "Usage"),
    ],
)
def test_language_follows_the_machine(environment: dict[str, str], first: str) -> None:
    """The locale chooses Dutch or English, ZAAK_LANG goes before it, and English is left."""
    done = CliRunner().invoke(zaak, ["--help"], obj=Asked(environment))
    assert done.output.startswith(first)


@pytest.mark.parametrize(
    "place", [("--lang", "nl", "show", "--help"), ("show", "--help", "--lang", "nl")]
)
def test_language_may_be_said_anywhere(place: tuple[str, ...]) -> None:
    """--lang counts before and after the verb, and also after --help."""
    asked = Asked({})
    asked.foresee(place)
    assert CliRunner().invoke(zaak, list(place), obj=asked).output.startswith("Gebruik: zaak show")

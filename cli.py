"""The command's verbs at a glance; no rules. A verb's module is imported when it is used."""

from __future__ import annotations

import gc
import os
import sys

import click

from workflow.verbs.base import VerbGroup
from workflow.verbs.interrupting import hold_back
from workflow.verbs.languages import Words
from workflow.verbs.running import load, run

# Group by group: each verb, the command in workflow.verbs that it is, and what it does.
VERBS: dict[Words, tuple[tuple[str, str, Words], ...]] = {
    Words("Inrichten", "Setting up"): (
        ("init", "founding.init", Words("een nieuwe administratie beginnen", "begin a new store")),
        ("key", "keys.key", Words("je sleutel maken en tonen", "make and show your key")),
        ("person", "people.person", Words("mensen inschrijven", "enter people in the register")),
        ("office", "offices.office", Words("wie welke functie heeft", "who holds which office")),
        ("store", "stores.store", Words("reservekopie en herstel", "back up, restore, upgrade")),
    ),
    Words("Zaken", "Cases"): (
        ("open", "opening.open_case", Words("een zaak beginnen", "begin a case")),
        ("list", "cases.list_cases", Words("de zaken die je kent", "the cases you may know of")),
        ("show", "cases.show", Words("hoe een zaak ervoor staat", "how a case stands")),
        ("next", "steps.next_steps", Words("wat er nu kan, en wat niet", "what can be done now")),
        ("why", "steps.why", Words("waarom een stap niet kan", "why a step cannot be taken")),
        ("advance", "acting.advance", Words("een stap zetten", "take a step")),
        ("add", "papers.add", Words("een stuk toevoegen", "add a document")),
        ("read", "papers.read", Words("een stuk lezen", "read a document")),
        ("recuse", "acting.recuse", Words("iemand buiten de zaak houden", "keep someone out")),
    ),
    Words("Toestemming en delen", "Consent and sharing"): (
        ("consent", "consents.consent", Words("geven, intrekken, tonen", "give, withdraw, list")),
        ("share", "papers.share", Words("stukken delen", "share documents")),
    ),
    Words("Tijd", "Time"): (
        ("due", "times.due", Words("wat er wanneer moet gebeuren", "what is due, and when")),
        (
            "tick",
            "times.tick",
            Words("uitvoeren wat vanzelf moet gebeuren", "let happen what is due"),
        ),
    ),
    Words("Geschiedenis en controle", "Histories and audit"): (
        ("history", "histories.history", Words("wat er is gebeurd", "what happened")),
        ("letter", "letters.letter", Words("een brief op papier", "a letter on paper")),
        ("account", "accounts.account", Words("het jaarverslag", "the yearly account")),
        ("audit", "verifications.audit", Words("nagaan of alles klopt", "verify what is stored")),
    ),
    Words("Procedures", "Procedures"): (
        (
            "procedure",
            "procedures.procedure",
            Words("tonen, nakijken, tekenen, aannemen", "show, check, draw, adopt"),
        ),
        (
            "case",
            "migrating.case",
            Words("zaken onder een nieuwe versie brengen", "bring cases under a new version"),
        ),
    ),
    Words("Uitproberen", "Trying it"): (
        ("demo", "trying.demo", Words("een verzonnen zaak zien", "watch an invented case")),
        ("completion", "trying.completion", Words("aanvullen met Tab", "completion with Tab")),
    ),
}


class Root(VerbGroup):
    """The command `zaak`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """Every verb, in the order of the table."""
        return [name for verbs in VERBS.values() for name, _, _ in verbs]

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - as click calls it
        cmd_name: str,
    ) -> click.Command | None:
        """The verb called `cmd_name`; its module is imported now."""
        for verbs in VERBS.values():
            for name, where, _ in verbs:
                if name == cmd_name:
                    return load(where)
        return None

    def format_verbs(self, formatter: click.HelpFormatter, lang: str) -> None:
        """The table, without importing any verb."""
        for title, verbs in VERBS.items():
            with formatter.section(title.say(lang)):
                formatter.write_dl([(name, does.say(lang)) for name, _, does in verbs])


zaak = Root(
    "zaak",
    words=Words(
        "Vertrouwelijke zaken, stap voor stap en met bewijs van wat er gebeurde.\n\n"
        "Een opdracht uitgelegd: zaak OPDRACHT --help.",
        "Confidential cases, step by step and with proof of what happened.\n\n"
        "About one verb: zaak VERB --help.",
    ),
    examples=("zaak demo", "zaak open conduct --note -", "zaak next z-4f7k-9qtm-2c"),
    version=True,
)


def main() -> None:
    """Run the command with `sys.argv`. Always raises SystemExit."""
    # A run is short and most of what it makes is code: looking that over for garbage takes longer
    # than it is worth, halfway and at the end.
    gc.set_threshold(100_000, 50, 50)
    hold_back()
    code = run(zaak, sys.argv[1:], os.environ)
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()

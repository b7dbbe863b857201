"""`zaak procedure try`: a small association in a store of its own, to try a procedure in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option
from workflow.verbs.trying import called, emptied

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from workflow.engine.facts import OfficeGranted
    from workflow.engine.procedure import Procedure
    from workflow.verbs.session import Session

FOLDER = "proef"
"""Where the small association comes where nothing else is said."""
STORE, KEYS, TEXT = "zaken.db", "keys", "words.txt"
"""What lies in that folder: the store, everybody's keys, and a text for wherever one is asked."""
REGION = "noord"
"""The branch of the register; those of the small association lie below it."""


class Rehearsal(NamedTuple):
    """A folder in which a procedure can be tried, and the clock (UTC) by which it is set up."""

    into: Path
    now: datetime
    lang: str


@verb(
    Words(
        "Probeer een procedure uit in een kleine vereniging.\n\n"
        "In de map MAP (anders proef/) komt een administratie met verzonnen mensen, die alle "
        "functies van de procedure hebben, met hun sleutels (zonder wachtzin) en een tekst voor "
        "waar een stuk wordt gevraagd. Alleen in zo'n administratie zegt ZAAK_NOW hoe laat het is, "
        "zodat termijnen kunnen verlopen. Een eerdere proef in die map gaat weg; een map met iets "
        "anders blijft zoals zij is.\n\nVooraf wordt alleen nagekeken wat er staat (zaak procedure "
        "check --quick), niet doorlopen wat er kan gebeuren: dat kun je hier juist bekijken.",
        "Try a procedure in a small association.\n\n"
        "The folder DIR (by default proef/) gets a store with invented people who hold all offices "
        "of the procedure, with their keys (without passphrase) and a text for wherever a document "
        "is asked. Only in such a store ZAAK_NOW says what time it is, so that deadlines can pass. "
        "An earlier trial in that folder is taken away; a folder with anything else is left alone."
        "\n\nBeforehand only what it says is checked (zaak procedure check --quick), and what can "
        "happen is not explored: that is what you can look at here.",
    ),
    name="try",
    examples=(
        "zaak procedure try conduct",
        "ZAAK_NOW=2026-03-02T09:00 zaak procedure try mijn.yaml proef",
    ),
)
@argument("file", metavar="FILE|NAME")
@argument("folder", required=False, default=FOLDER, metavar="[DIR]")
@option(
    "--anyway",
    is_flag=True,
    words=Words(
        "Ook als wat er staat niet in orde is: zo zie je wat er geweigerd wordt.",
        "Even where what it says is not sound: to see what is refused.",
    ),
)
def try_(session: Session, file: str, folder: str, anyway: bool) -> int:
    """Set up the small association of a procedure."""
    from workflow.engine.facts import OfficeGranted
    from workflow.engine.kernel import compile_procedure
    from workflow.engine.procedure import canonical, digest
    from workflow.engine.register import REGISTRAR
    from workflow.exploring.people import seats
    from workflow.exploring.replaying import KEEPER, names, terms
    from workflow.exploring.world import World
    from workflow.verbs.catalogue import readable, sound
    from workflow.verbs.clocks import standing

    declared = readable(session, file) if anyway else sound(session, file)
    asked = session.environment.get("ZAAK_NOW")
    now = (standing(asked) if asked else session.asked.clock)()
    into = Path(folder)
    emptied(session, into)
    rehearsal = Rehearsal(into, now, session.lang)
    world = World(compile_procedure(declared, digest(canonical(declared))), seats(declared))
    people = tuple(names(world).values())
    granted = tuple(terms(world, now))
    keeping = OfficeGranted(REGISTRAR, KEEPER, REGION, now)
    _founded(session, rehearsal, declared)
    (into / TEXT).write_text(
        session.say(
            "Een verzonnen tekst, om mee te proberen.\n", "An invented text, to try with.\n"
        ),
        encoding="utf-8",
    )
    root = click.get_current_context().find_root().command
    for words in (*_entered(people, into), *(_granting(term) for term in granted)):
        if failed := _run(root, rehearsal, words):
            return failed
    rows = [
        {
            "person": who,
            "key": str(into / KEYS / who),
            "offices": [
                {"office": t.office, "branch": t.branch, "past": t.until is not None}
                for t in (keeping, *granted)
                if t.person == who
            ],
        }
        for who in (KEEPER, *people)
    ]
    document = {
        "folder": folder,
        "procedure": declared.procedure,
        "store": str(into / STORE),
        "text": str(into / TEXT),
        "persons": rows,
    }
    session.answer(document, lambda: _told(session, document))
    return 0


def _founded(session: Session, rehearsal: Rehearsal, declared: Procedure) -> None:
    """The store, founded by whoever everybody can be, with the procedure and those it files in."""
    from workflow.crypto.keys import save
    from workflow.engine.reasons import BadCommand, Refusal
    from workflow.exploring.replaying import KEEPER
    from workflow.verbs.catalogue import sound
    from workflow.verbs.clocks import keeper_of_trials
    from workflow.verbs.founding import founded
    from workflow.verbs.options import Asked
    from workflow.verbs.session import Session as Run

    into, now, _ = rehearsal
    keys = into / KEYS
    keys.mkdir(mode=0o700)
    save(keeper_of_trials(), keys / KEEPER, None)
    filed = {step.files.procedure for step in declared.steps.values() if step.files}
    others = []
    for name in sorted(filed - {declared.procedure}):
        # One that is not at hand is for whoever tries it to adopt.
        with suppress(BadCommand, Refusal):
            others.append(sound(session, name))
    asked = Asked({}, lambda: now)
    asked.store, asked.key, asked.lang = str(into / STORE), str(keys / KEEPER), session.lang
    with Run(asked, session.command) as run:
        founded(run, KEEPER, KEEPER.capitalize(), REGION, [*others, declared], no_passphrase=True)


def _entered(people: tuple[str, ...], into: Path) -> Iterator[tuple[str, ...]]:
    for who in people:
        key = str(into / KEYS / who)
        yield "key", "new", key, "--no-passphrase"
        yield "person", "add", who.capitalize(), "--id", who, "--key", f"{key}.pub"


def _granting(term: OfficeGranted) -> tuple[str, ...]:
    words = ("office", "grant", term.office, term.person, "--branch", term.branch)
    if term.until is None:
        return words
    return (*words, "--from", term.starts.isoformat(), "--until", term.until.isoformat())


def _run(root: click.Command, rehearsal: Rehearsal, words: tuple[str, ...]) -> int:
    """Run a command of whoever keeps the register; gives its exit code, and says what was wrong."""
    import sys

    from workflow.expecting import Call
    from workflow.exploring.replaying import KEEPER

    into, now, lang = rehearsal
    environment = {
        "ZAAK_STORE": str(into / STORE),
        "ZAAK_KEY": str(into / KEYS / KEEPER),
        "ZAAK_LANG": lang,
        "XDG_DATA_HOME": str(into / "elsewhere"),
    }
    went = called(root, Call(words, environment, b"", now))
    if went.exit:
        sys.stderr.write(went.printed)
    return went.exit


def _told(session: Session, document: dict[str, Any]) -> str:
    from workflow.verbs.output import columns

    rows = []
    for row in document["persons"]:
        past = session.say(" (vroeger)", " (past)")
        held = (f"{t['office']} {t['branch']}{past if t['past'] else ''}" for t in row["offices"])
        rows.append((row["person"], row["key"], ", ".join(held) or "–"))
    head = session.say(
        f"In {document['folder']} staat een kleine vereniging klaar. Iedereen daar ben jij:",
        f"A small association is ready in {document['folder']}. You are everybody there:",
    )
    how = session.say(
        "Begin zo:\n"
        f"  export ZAAK_STORE={document['store']}\n"
        f"  zaak --key SLEUTEL open {document['procedure']} --branch noord/waterstad",
        "Begin like this:\n"
        f"  export ZAAK_STORE={document['store']}\n"
        f"  zaak --key KEY open {document['procedure']} --branch noord/waterstad",
    )
    return "\n".join([head, *columns(rows, indent=2), "", how])

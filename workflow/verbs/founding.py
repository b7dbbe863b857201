"""`zaak init`: a new store, its founder, and the procedures that come with the program."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.verbs.base import verb
from workflow.verbs.keys import made, own_folder
from workflow.verbs.languages import Words
from workflow.verbs.options import option

if TYPE_CHECKING:
    from workflow.crypto.keys import SigningKey
    from workflow.engine.procedure import Procedure
    from workflow.engine.register import Register
    from workflow.store import Store, Write
    from workflow.verbs.session import Session

SEAT = Words("vereniging", "association")
"""The branch that is proposed to a founder who names none."""


@verb(
    Words(
        "Begin een nieuwe administratie.\n\n"
        "Je wordt wie het register bijhoudt, voor de afdeling BRANCH en alles daaronder. Is er nog "
        "geen sleutel (--key), dan wordt die gemaakt. De procedures die bij dit programma horen "
        "worden aangenomen. Mislukt er iets, dan blijft er niets half achter.",
        "Begin a new store.\n\n"
        "You become the keeper of the register, for BRANCH and all below it. Where there is no key "
        "yet (--key), one is made. The procedures that come with this program are adopted. If "
        "anything fails, nothing half-done stays behind.",
    ),
    examples=("zaak init", "zaak init --person anna --name 'Anna Boersma' --branch noord"),
)
@option("--person", metavar="ID", words=Words("Je naam in het register.", "Your register name."))
@option("--name", metavar="NAME", words=Words("Je hele naam.", "Your full name."))
@option("--branch", metavar="BRANCH", words=Words("De afdeling.", "The branch."))
@option(
    "--no-passphrase",
    is_flag=True,
    words=Words("Een nieuwe sleutel zonder wachtzin.", "A new key without a passphrase."),
)
def init(
    session: Session,
    person: str | None,
    name: str | None,
    branch: str | None,
    no_passphrase: bool,
) -> None:
    """Make the store, found its register and adopt the shipped procedures."""
    from workflow.verbs.catalogue import shipped
    from workflow.verbs.clocks import keeper_of_trials

    name, founder, seat = _founder(session, name, person, branch)
    procedures = shipped(session)
    if Path(session.key_file).exists() and session.key.public == keeper_of_trials().public:
        raise session.wrong("key-of-everybody", path=session.key_file)
    shown, key, fresh = founded(session, founder, name, seat, procedures, no_passphrase)
    document = {
        "store": shown,
        "person": founder,
        "name": name,
        "branch": seat,
        "key": session.key_file,
        "key_made": fresh,
        "fingerprint": key.public.fingerprint,
        "procedures": [procedure.procedure for procedure in procedures],
    }
    session.answer(document, lambda: _welcome(session, document, procedures))


def founded(
    session: Session,
    founder: str,
    name: str,
    seat: str,
    procedures: list[Procedure],
    no_passphrase: bool,
) -> tuple[str, SigningKey, bool]:
    """Make a store whose founder adopts these procedures; whole, or nothing of it stays behind.

    Gives where it is, the key of the founder, and whether that was made now.
    """
    from workflow.desk.desk import Desk
    from workflow.desk.values import Signer
    from workflow.engine import registering
    from workflow.engine.facts import Adopted
    from workflow.engine.procedure import canonical, digest, recipients

    taken = {called for procedure in procedures for called in recipients(procedure)}
    registering.founding(founder, name, "", seat, session.asked.clock(), taken)
    forms = [(procedure, canonical(procedure)) for procedure in procedures]
    versions = [Adopted(p.procedure, p.version, digest(form), p.aliases) for p, form in forms]

    def keep(tx: Write, _: Register) -> None:
        for _procedure, form in forms:
            tx.put_procedure(digest(form), form)

    with _store(session) as store, _key(session, no_passphrase) as (key, fresh):
        line = key.public.line()
        Desk(store, session.asked.clock, os.urandom).record(
            lambda _, now: (
                *registering.founding(founder, name, line, seat, now, taken),
                *versions,
            ),
            Signer(founder, key),
            keep,
        )
        return store.where, key, fresh


def _founder(
    session: Session, name: str | None, person: str | None, branch: str | None
) -> tuple[str, str, str]:
    """The founder's full name, their name in the register, and the branch; asked at a terminal.

    Elsewhere raises BadCommand without a branch: what it is called stays for good.
    """
    if not session.at_terminal:
        if branch is None:
            raise session.wrong("seat-missing")
        named = name or person or _login()
        return named, person or slug(named), branch
    if name is None:
        name = session.asked_for(session.say("Je hele naam", "Your full name"), person or _login())
    if person is None:
        called = session.say("Je naam in het register", "Your name in the register")
        person = session.asked_for(called, slug(name))
    if branch is None:
        kept_for = session.say(
            "De afdeling of regio waarvoor dit is, met alles daaronder",
            "The branch or region that this is for, with all below it",
        )
        branch = session.asked_for(kept_for, session.say(*SEAT))
    return name, person, branch


def slug(name: str) -> str:
    """A name for the register made of a full name: `Anna de Vríes` becomes `anna-de-vries`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")


def _login() -> str:
    import getpass

    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""


@contextmanager
def _store(session: Session) -> Iterator[Store]:
    """A new store, which is taken away again when what is done with it fails."""
    from workflow.store import Store, StoreTrouble
    from workflow.store.place import is_url

    where = session.where
    folder_made = own_folder(session, where)
    try:
        store = Store.create(where)
    except StoreTrouble as trouble:
        # Tables without any event are what a failed beginning leaves behind in a database.
        if trouble.code != "store-exists" or not is_url(where):
            _forget_folder(session, folder_made)
            raise
        store = Store.open(where)
        if store.info().events:
            store.close()
            raise
    try:
        yield store
    except BaseException:
        # Whatever stopped it (Ctrl-C as well), the half-made store goes; what stopped it goes on.
        store.close()
        if not is_url(where):
            for part in (where, f"{where}-wal", f"{where}-shm"):
                Path(part).unlink(missing_ok=True)
            _forget_folder(session, folder_made)
        raise
    store.close()


def _forget_folder(session: Session, made_now: bool) -> None:
    if made_now:
        with suppress(OSError):
            session.home.rmdir()


@contextmanager
def _key(session: Session, no_passphrase: bool) -> Iterator[tuple[SigningKey, bool]]:
    """The founder's key and whether it was made now; a new one goes when what is done fails."""
    where = session.key_file
    if Path(where).exists():
        yield session.key, False
        return
    key = made(session, where, no_passphrase)
    try:
        yield key, True
    except BaseException:
        # As with the store: a key made for a beginning that failed is taken away again.
        for part in (where, f"{where}.pub"):
            Path(part).unlink(missing_ok=True)
        raise


def _welcome(session: Session, said: Mapping[str, Any], procedures: list[Procedure]) -> str:
    names = ", ".join(f"{p.labels[session.lang]} ({p.procedure})" for p in procedures)
    lines_nl = [
        f"De administratie staat klaar: {said['store']}",
        f"{said['name']} ({said['person']}) houdt het register bij voor {said['branch']}.",
        f"Aangenomen: {names}",
        "",
    ]
    lines_en = [
        f"The store is ready: {said['store']}",
        f"{said['name']} ({said['person']}) keeps the register for {said['branch']}.",
        f"Adopted: {names}",
        "",
    ]
    if said["key_made"]:
        lines_nl += [
            f"Je nieuwe sleutel staat in {said['key']}. Bewaar er een kopie van.",
            "",
        ]
        lines_en += [
            f"Your new key is in {said['key']}. Keep a copy of it.",
            "",
        ]
    steps = (
        "  zaak key new {0}\n"
        "  zaak person add {0} --key FILE.pub\n"
        "  zaak office grant counsellor {0} --branch {2}\n"
        "  zaak store backup {1}\n"
    )
    lines_nl += [
        "Wat nu? Iedereen maakt een eigen sleutel en geeft jou het .pub-bestand. Jij zet hen in",
        "het register en geeft hun een functie. Maak daarna een reservekopie.",
        steps.format("NAAM", "FILE", said["branch"]),
    ]
    lines_en += [
        "What now? Everyone makes a key of their own and gives you the .pub file. You enter them,",
        "with their offices. Make a backup after that.",
        steps.format("NAME", "FILE", said["branch"]),
    ]
    return "\n".join(lines_nl if session.lang == "nl" else lines_en)

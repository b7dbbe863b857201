"""`zaak store`: how much there is, copies, newer versions, and repair of what is derived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs.base import group
from workflow.verbs.keys import own_folder
from workflow.verbs.languages import Words
from workflow.verbs.options import argument
from workflow.verbs.output import counted

if TYPE_CHECKING:
    from workflow.engine.ledger import Problem
    from workflow.store import Info
    from workflow.verbs.session import Session

DOES_NOT_VERIFY = 4

store = group(
    "store",
    Words("De administratie zelf.", "The store itself."),
    examples=("zaak store info", "zaak store backup zaken-2026-03.db"),
)


@store.verb(
    Words("Hoeveel er in de administratie zit.", "How much the store holds."),
    examples=("zaak store info", "zaak store info --json"),
)
def info(session: Session) -> None:
    """Count what the store holds."""
    shown = session.store.where
    found = session.store.info()
    session.answer(_counted(shown, found), lambda: _shown(session, shown, found))


@store.verb(
    Words(
        "Werk een oudere administratie bij.\n\nMaak eerst een reservekopie. Alles lukt, of er "
        "verandert niets.",
        "Upgrade an older store.\n\nMake a copy first. All of it succeeds, or nothing changes.",
    ),
    examples=("zaak store upgrade",),
)
def upgrade(session: Session) -> None:
    """Bring the store to the schema of this program."""
    from workflow.store import Store

    Store.upgrade(session.where)
    shown, found = session.store.where, session.store.info()
    session.answer(_counted(shown, found), lambda: _shown(session, shown, found))


@store.verb(
    Words(
        "Maak een reservekopie.\n\nEén bestand, ook als de administratie in PostgreSQL staat. "
        "Anderen kunnen intussen doorwerken. Bewaar het op een andere plaats: alles staat erin, "
        "verzegeld.",
        "Make a backup.\n\nOne file, also where the store is in PostgreSQL. Others can go on "
        "working. Keep it in another place: it holds everything, sealed.",
    ),
    examples=("zaak store backup zaken-2026-03.db",),
)
@argument("file")
def backup(session: Session, file: str) -> None:
    """Write a backup to a new file."""
    from workflow.store import Store

    session.store.backup(file)
    with Store.open(file) as copy:
        found = copy.info()
    events = counted(session, found.events, "gebeurtenis", "gebeurtenissen", "event", "events")
    items = counted(session, found.items, "stuk", "stukken", "item", "items")
    holds = f"{events}, {items}"
    session.answer(
        {**_counted(session.store.where, found), "file": file},
        session.say(
            f"De reservekopie staat in {file}: {holds}.", f"The backup is in {file}: {holds}."
        ),
    )


@store.verb(
    Words(
        "Zet een reservekopie terug.\n\nAlleen op een plaats waar nog niets is (--store).",
        "Put a backup back.\n\nOnly in a place where nothing is yet (--store).",
    ),
    examples=("zaak store restore zaken-2026-03.db --store terug.db",),
)
@argument("file")
def restore(session: Session, file: str) -> None:
    """Make a store from a backup."""
    from workflow.store import Store

    own_folder(session, session.where)
    with Store.restore(file, session.where) as made:
        shown, found = made.where, made.info()
    session.answer(_counted(shown, found), lambda: _shown(session, shown, found))


@store.verb(
    Words(
        "Bereken opnieuw wat uit de geschiedenis volgt.\n\nEerst wordt de hele keten nagekeken. "
        "Klopt die, dan worden de stand en de termijnen van alle zaken opnieuw uit de "
        "gebeurtenissen afgeleid. Aan de gebeurtenissen zelf verandert niets. Klopt de keten niet, "
        "dan is de uitgangscode 4 en verandert er niets.",
        "Compute anew what follows from the history.\n\nFirst the whole chain is checked. If it "
        "holds, the states and deadlines of all cases are derived from the events again. The "
        "events themselves do not change. If it does not hold, the exit code is 4 and nothing "
        "changes.",
    ),
    examples=("zaak store rebuild",),
)
def rebuild(session: Session) -> int:
    """Refold every stream and write the heads anew, if the chain holds."""
    from workflow.auditing.rebuilding import refolded

    with session.store.read() as tx:
        found = refolded(tx)
    if found.problems:
        problems = [
            {"stream": one.stream, "seq": one.seq, "problem": one.code} for one in found.problems
        ]
        session.answer(
            {"ok": False, "streams": len(found.heads), "differed": None, "problems": problems},
            lambda: _broken(session, found.problems),
        )
        return DOES_NOT_VERIFY
    session.store.rewrite_heads(found.heads)
    session.answer(
        {"ok": True, "streams": len(found.heads), "differed": found.differed, "problems": []},
        session.say(
            f"De keten klopt. Opnieuw berekend: {len(found.heads)}; anders dan er stond: "
            f"{len(found.differed)}.",
            f"The chain holds. Computed anew: {len(found.heads)}; other than stored: "
            f"{len(found.differed)}.",
        ),
    )
    return 0


def _broken(session: Session, problems: tuple[Problem, ...]) -> str:
    head = session.say(
        "De keten klopt niet; er is niets veranderd.", "The chain does not hold; nothing changed."
    )
    return "\n".join([head, *(f"  {one.stream} #{one.seq}: {one.code}" for one in problems)])


def _counted(shown: str, found: Info) -> dict[str, Any]:
    return {
        "store": shown,
        "database": found.dialect,
        "schema": found.version,
        "streams": found.streams,
        "events": found.events,
        "items": found.items,
        "bytes": found.bytes,
    }


def _shown(session: Session, shown: str, found: Info) -> str:
    from workflow.verbs.output import columns

    rows = (
        (session.say("Plaats", "Place"), shown),
        ("Database", f"{found.dialect} ({session.say('schema', 'schema')} {found.version})"),
        (session.say("Reeksen", "Streams"), str(found.streams)),
        (session.say("Gebeurtenissen", "Events"), str(found.events)),
        (session.say("Stukken", "Items"), str(found.items)),
        (session.say("Grootte", "Size"), f"{found.bytes / 1024:.0f} KiB"),
    )
    return "\n".join(columns(rows))

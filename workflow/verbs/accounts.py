"""`zaak account`: how many cases there were in a year and what became of them, and of none of them.

Accounts are public to everyone in the register, in whatever branch: what they hold could be told to
anybody (`counting.suppression`). So nothing is hidden here of which accounts there are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.moments import amsterdam
from workflow.verbs.options import argument, option
from workflow.verbs.output import columns, counted, painted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from workflow.counting.tallying import Flow
    from workflow.engine import facts as f
    from workflow.engine.procedure import Procedure
    from workflow.engine.register import Account, Register
    from workflow.verbs.session import Session

TABLES: dict[str, Words] = {
    "phase": Words("Hoe ver het kwam", "How far it came"),
    "ending": Words("Hoe het eindigde", "How it ended"),
    "deadlines": Words("Termijnen", "Deadlines"),
}
ROWS: dict[str, Words] = {
    "still-open": Words("Nog niet afgelopen", "Not over yet"),
    "missed": Words("Minstens één termijn gemist", "At least one deadline missed"),
    "kept": Words("Geen termijn gemist", "No deadline missed"),
}


@verb(
    Words(
        "Het jaarverslag van een afdeling.\n\nHoeveel zaken er in dat jaar begonnen en wat ervan "
        "werd, zonder iets van één zaak. Kleine aantallen staan er niet in, en ook niet wat ze zou "
        "verraden. Een auditor maakt het op, één keer, als het jaar voorbij is. Wie in het "
        "register staat, leest wat is opgemaakt.",
        "The yearly account of a branch.\n\nHow many cases began in that year and what became of "
        "them, and nothing of any one case. Small counts are not in it, nor what would give them "
        "away. An auditor makes it, once, when the year is over. Everyone in the register reads "
        "what was made.",
    ),
    examples=("zaak account 2025 --publish", "zaak account 2025 --branch noord --json"),
)
@argument("year", metavar="YEAR")
@option(
    "--branch",
    metavar="BRANCH",
    words=Words(
        "De afdeling, met wat eronder valt; zonder deze die van het register.",
        "The branch, with what lies below it; without it, the register's.",
    ),
)
@option(
    "--threshold",
    metavar="N",
    words=Words(
        "Laat aantallen onder N weg; zonder deze onder de 5.",
        "Leave out counts below N; without it, below 5.",
    ),
)
@option(
    "--publish",
    is_flag=True,
    words=Words(
        "Maak het op als het er nog niet is. Dat kan één keer, en het blijft wat het is.",
        "Make it if it is not there yet. That can be done once, and it stays what it is.",
    ),
)
def account(
    session: Session, year: str, branch: str | None, threshold: str | None, publish: bool
) -> None:
    """Show the yearly account, or publish it."""
    from workflow.engine.registering import THRESHOLD, seat
    from workflow.verbs.seats import labelled

    labelled(session)
    if not re.fullmatch(r"[0-9]{4}", year):
        raise session.wrong("bad-year", given=year)
    k = threshold or str(THRESHOLD)
    if not re.fullmatch(r"[0-9]{1,6}", k):
        raise session.wrong("bad-threshold", given=k, least=THRESHOLD)
    who, register = session.person, session.desk.register()
    where = branch or seat(register)
    found = register.account(where, int(year))
    known = found is not None
    if found is None:
        found = _published(session, who, register, where, int(year), int(k), certain=publish)
    with session.store.read() as tx:
        procedures = [session.desk.rules(tx, name).procedure for name in found.procedures]
    made = _made(session, found)
    document = {**_document(session, found, procedures), **made}
    if known and publish and not session.json:
        session.remark(
            session.say(
                "Dit jaarverslag was er al; het is gebleven wat het was.",
                "This account was there already; it stayed what it was.",
            )
        )
    session.answer(document, lambda: _text(session, document))


def _published(
    session: Session,
    who: str,
    register: Register,
    branch: str,
    year: int,
    k: int,
    *,
    certain: bool,
) -> Account:
    """Count, decide and record. Raises Refusal, BadCommand, Conflict and Altered.

    Refuses too where nobody is `certain`: what was published cannot be taken back.
    """
    from msgspec.structs import replace

    from workflow.auditing.recounting import recounted
    from workflow.auditing.streams import Procedures
    from workflow.auditing.verifying import verify_store
    from workflow.desk.values import Altered
    from workflow.engine import facts as f
    from workflow.engine import registering
    from workflow.engine.register import STREAM
    from workflow.store import Conflict

    office = registering.ACCOUNTS
    if session.office not in (None, office):
        raise session.refused("not-yours", "A29", "B2", who=(office,))
    asked = f.Accounted(branch, year, k, registering.counted(register, branch), {})
    # Whoever may not make it does not have the cases counted either.
    registering.account(register, who, asked, session.desk.now())
    if not certain:
        raise session.refused("account-unpublished", year=year, branch=branch)
    problems = verify_store(session.store).problems
    if problems:
        raise Altered(problems)
    with session.store.read() as tx:
        made = replace(asked, cells=recounted(tx, asked, Procedures(tx)))

    def decided(now_there: Register, now: datetime) -> Sequence[f.Fact]:
        if now_there.seq != register.seq:
            raise Conflict(STREAM, register.seq)
        return registering.account(now_there, who, made, now)

    session.desk.record(decided, replace(session.signer, office=office))
    found = session.desk.register().account(branch, year)
    assert found is not None, "it was recorded"
    return found


def _made(session: Session, made: Account) -> dict[str, Any]:
    """When (UTC) the account was published, and by whom, as the register has it."""
    from workflow.engine import facts as f
    from workflow.engine.register import STREAM

    with session.store.read() as tx:
        for event in session.desk.history(tx, STREAM):
            fact = event.data
            if isinstance(fact, f.Accounted) and (fact.branch, fact.year) == (
                made.branch,
                made.year,
            ):
                return {"published": event.took_place, "by": event.who}
    raise AssertionError("what is in the register was recorded there")


def _document(session: Session, made: Account, procedures: Sequence[Procedure]) -> dict[str, Any]:
    from workflow.counting.tallying import cell, flows

    return {
        "branch": made.branch,
        "year": made.year,
        "threshold": made.k,
        "flows": [
            {
                "procedure": flow.procedure,
                "track": flow.track,
                "labels": _labels(session, flow, procedures),
                "total": made.cells.get(cell(flow)),
                "tables": {
                    table: [
                        {
                            "row": row,
                            "label": _row(session, flow, row, procedures),
                            "cases": made.cells.get(cell(flow, table, row)),
                        }
                        for row in rows
                    ]
                    for table, rows in flow.tables.items()
                },
            }
            for flow in flows(procedures)
        ],
    }


def _of(flow: Flow, procedures: Sequence[Procedure]) -> list[Procedure]:
    """The versions of the flow's procedure that have its track, the newest first."""
    return [
        p for p in reversed(procedures) if p.procedure == flow.procedure and flow.track in p.tracks
    ]


def _labels(session: Session, flow: Flow, procedures: Sequence[Procedure]) -> dict[str, str]:
    newest = _of(flow, procedures)[0]
    return {
        "procedure": newest.labels[session.lang],
        "track": newest.tracks[flow.track].labels[session.lang],
    }


def _row(session: Session, flow: Flow, row: str, procedures: Sequence[Procedure]) -> str:
    if row in ROWS:
        return ROWS[row].say(session.lang)
    tracks = (p.tracks[flow.track] for p in _of(flow, procedures))
    return next(t.states[row].labels[session.lang] for t in tracks if row in t.states)


def _text(session: Session, document: Mapping[str, Any]) -> str:
    year, branch, k = document["year"], document["branch"], document["threshold"]
    title = session.say(f"Jaarverslag {year}: {branch}", f"Yearly account {year}: {branch}")
    lines = [
        painted(session, title, "bold"),
        session.say(
            f"Zaken die in {year} begonnen, zoals zij er aan het eind van dat jaar voor stonden.",
            f"Cases that began in {year}, as they stood at the end of that year.",
        ),
        session.say(
            f"Aantallen onder de {k} staan er niet in, en ook niet wat ze zou verraden.",
            f"Counts below {k} are not in it, nor what would give them away.",
        ),
    ]
    from workflow.verbs.seats import full_name
    from workflow.wording.dates import date_text

    day = date_text(document["published"].astimezone(amsterdam()), session.lang)
    by = full_name(session, document["by"])
    lines.append(session.say(f"Opgemaakt op {day} door {by}.", f"Published on {day} by {by}."))
    for flow in document["flows"]:
        total = flow["total"]
        few = session.say(f"minder dan {k}, of geen", f"fewer than {k}, or none")
        many = few if total is None else counted(session, total, "zaak", "zaken", "case", "cases")
        called = f"{flow['labels']['procedure']} – {flow['labels']['track']}"
        lines += ["", f"{painted(session, called, 'bold')}: {many}"]
        for table, rows in flow["tables"].items() if total is not None else ():
            lines += [f"  {TABLES[table].say(session.lang)}", *_table(session, rows, total)]
    return "\n".join(lines)


def _table(session: Session, rows: Sequence[Mapping[str, Any]], total: int) -> list[str]:
    """The rows that were published, and what the others are together, which is no small number."""
    shown = [(row["label"], row["cases"]) for row in rows if row["cases"] is not None]
    if not shown:
        none = session.say("niet uit te splitsen: te kleine aantallen", "not divided: too few")
        return [f"    {none}"]
    rest = total - sum(count for _, count in shown)
    if rest:
        shown.append((session.say("De rest samen", "The rest together"), rest))
    return columns([(label, str(count)) for label, count in shown], indent=4)

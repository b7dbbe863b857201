"""`zaak account`: how many cases there were in a year and what became of them, and of none of them.

Accounts are public to everyone in the register, in whatever branch: what they hold could be told to
anybody (`counting.suppression`). So nothing is hidden here of which accounts there are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workflow.verbs.base import verb
from workflow.verbs.files import unused, write_new
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, forming, option
from workflow.verbs.output import columns, painted
from workflow.verbs.printing import printable, printing, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from workflow.accounts.telling import Yearly
    from workflow.engine import facts as f
    from workflow.engine.register import Account, Register
    from workflow.verbs.session import Session


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
    examples=(
        "zaak account 2025 --publish",
        "zaak account 2025 --branch noord --json",
        "zaak account 2025 --format pdf -o jaarverslag.pdf",
    ),
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
        "Laat aantallen onder N weg; zonder deze onder de 5, of onder wat de procedures vragen.",
        "Leave out counts below N; without it, below 5, or below what the procedures ask.",
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
@forming("text", "html", "pdf", "csv")
@option(
    "-o",
    "--output",
    is_eager=True,
    metavar="FILE",
    words=Words("Naar een bestand.", "Into a file."),
)
@forcing
def account(
    session: Session,
    year: str,
    branch: str | None,
    threshold: str | None,
    publish: bool,
    form: str,
    output: str | None,
    force: bool,
) -> None:
    """Show the yearly account, or publish it."""
    from workflow.accounts.telling import told
    from workflow.engine import registering
    from workflow.engine.registering import THRESHOLD, seat
    from workflow.verbs.seats import full_name, labelled

    labelled(session)
    if not re.fullmatch(r"[0-9]{4}", year):
        first = registering.began(session.desk.register(), session.desk.now())
        raise session.wrong("bad-year", given=year, first=str(first))
    if threshold is not None and not re.fullmatch(r"[0-9]{1,6}", threshold):
        raise session.wrong("bad-threshold", given=threshold, least=THRESHOLD)
    if form == "pdf":
        printable(session, output)
    unused(session, output, force=force)
    who, register = session.person, session.desk.register()
    where = branch or seat(register)
    found = register.account(where, int(year))
    known = found is not None
    if found is None:
        k = int(threshold) if threshold is not None else None
        found = _published(session, who, register, where, int(year), k, certain=publish)
    with session.store.read() as tx:
        procedures = [session.desk.rules(tx, name).procedure for name in found.procedures]
    if known and threshold is not None and int(threshold) != found.k:
        least = registering.threshold(procedures)
        if int(threshold) < least:
            raise session.wrong("bad-threshold", given=threshold, least=least)
        raise session.wrong("threshold-stays", given=threshold, least=found.k)
    made = _made(session, found)
    named = full_name(session, made["by"])
    yearly = told(found, procedures, made["published"], named, session.lang)
    if known and publish and not session.json:
        session.remark(
            session.say(
                "Dit jaarverslag was er al; het is gebleven wat het was.",
                "This account was there already; it stayed what it was.",
            )
        )
    if form == "text" and output is None:
        session.answer({**_document(yearly), **made}, lambda: _text(session, yearly, painted))
        return
    rendered = _rendered(session, yearly, form)
    if output is None:
        show(rendered)
        return
    write_new(session, output, rendered, force=force)
    session.answer(
        {"branch": found.branch, "year": found.year, "file": output, "format": form}, output
    )


def _rendered(session: Session, yearly: Yearly, form: str) -> str | bytes:
    from workflow.accounts import rendering

    if form == "pdf":
        with printing(session):
            return rendering.pdf(yearly, session.lang)
    if form == "text":
        return _text(session, yearly, lambda _, words, *__: words) + "\n"
    return rendering.csv(yearly) if form == "csv" else rendering.html(yearly, session.lang)


def _published(
    session: Session,
    who: str,
    register: Register,
    branch: str,
    year: int,
    k: int | None,
    *,
    certain: bool,
) -> Account:
    """Count, decide and record; without `k` by the threshold that the procedures ask for.

    Raises Refusal, BadCommand, Conflict and Altered. Refuses too where nobody is `certain`: what
    was published cannot be taken back.
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
    counted = registering.counted(register, branch)
    with session.store.read() as tx:
        lowest = registering.threshold(session.desk.rules(tx, name).procedure for name in counted)
    empty = f.Accounted(branch, year, lowest if k is None else k, counted, {})
    # Whoever may not make it does not have the cases counted either.
    registering.account(register, who, empty, session.desk.now(), lowest)
    if not certain:
        raise session.refused("account-unpublished", year=year, branch=branch)
    problems = verify_store(session.store).problems
    if problems:
        raise Altered(problems)
    with session.store.read() as tx:
        made = replace(empty, cells=recounted(tx, empty, Procedures(tx)))

    def decided(now_there: Register, now: datetime) -> Sequence[f.Fact]:
        if now_there.seq != register.seq:
            raise Conflict(STREAM, register.seq)
        return registering.account(now_there, who, made, now, lowest)

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


def _document(yearly: Yearly) -> dict[str, Any]:
    return {
        "branch": yearly.branch,
        "year": yearly.year,
        "threshold": yearly.threshold,
        "flows": [
            {
                "procedure": part.procedure,
                "track": part.track,
                "labels": {"procedure": part.procedure_label, "track": part.track_label},
                "total": part.total,
                "tables": {
                    table.name: [
                        {"row": row.name, "label": row.label, "cases": row.cases}
                        for row in table.rows
                    ]
                    for table in part.tables
                },
            }
            for part in yearly.parts
        ],
    }


def _text(session: Session, yearly: Yearly, look: Callable[..., str]) -> str:
    from workflow.accounts.rendering import lines, many, preface, title, words

    lang = session.lang
    said = [look(session, title(yearly, lang), "bold"), *preface(yearly, lang)]
    for part in yearly.parts:
        called = f"{part.procedure_label} – {part.track_label}"
        count = many(part, yearly.threshold, lang)
        said += ["", f"{look(session, called, 'bold')}: {count}"]
        for table in part.tables if part.total is not None else ():
            rows = [(label, str(cases)) for label, cases in lines(table, lang)]
            said += [f"  {table.label}"]
            said += columns(rows, indent=4) if rows else [f"    {words(lang)['none']}"]
    return "\n".join(said)

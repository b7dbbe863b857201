"""Histories of cases, each as one audience may read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.files import write_new
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, forming, option
from workflow.verbs.printing import printable, printing, show

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflow.auditing.verifying import Report
    from workflow.engine.ledger import Problem
    from workflow.engine.standing import Standing
    from workflow.histories.views import Integrity, View
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

CHAIN = frozenset(
    {
        "body-unreadable",
        "chain-broken",
        "gap",
        "happened-after-recorded",
        "hash-differs",
        "misplaced",
        "time-runs-back",
    }
)
"""What is wrong with the chain itself, whatever the events say."""
SIGNATURES = frozenset({"signature-bad", "signed-by-another"})


@verb(
    Words(
        "Wat er in een zaak is gebeurd, voor zover je dat mag zien.\n\n"
        "Met --for zoals een ander het ziet, als jij daarvoor genoeg van de zaak kent. Met "
        "--format pdf om te bewaren of op papier mee te geven.",
        "What happened in a case, as far as it is yours to see.\n\n"
        "With --for as somebody else sees it, where you know enough of the case for that. With "
        "--format pdf to keep, or to hand over on paper.",
    ),
    examples=(
        "zaak history z-4f7k-9qtm-2c",
        "zaak history z-4f7k-9qtm-2c --for reporter --format html -o verloop.html",
        "zaak history z-4f7k-9qtm-2c --format pdf -o verloop.pdf",
    ),
)
@argument("case", completing.cases)
@option(
    "--for",
    "audience",
    metavar="AUDIENCE",
    complete=completing.recipients,
    words=Words("Voor welke lezer.", "For which reader."),
)
@forming("text", "html", "pdf", "md", "json")
@option(
    "-o",
    "--output",
    is_eager=True,
    metavar="FILE",
    words=Words("Naar een bestand.", "Into a file."),
)
@forcing
def history(
    session: Session,
    case: str,
    audience: str | None,
    form: str,
    output: str | None,
    force: bool,
) -> None:
    """Show what happened."""
    from workflow.verbs.dossier import look, opened

    if form == "pdf":
        printable(session, output)
    dossier = opened(session, case)
    reader, audience = _reader(session, dossier, audience)
    seen = viewed(session, dossier, reader, session.desk.now())
    rendered = _rendered(session, seen, form)
    look(session, dossier, "history", audience)
    if output is not None:
        write_new(session, output, rendered, force=force)
        session.answer({"case": dossier.case.stream, "file": output, "format": form}, output)
    else:
        show(rendered)


def _rendered(session: Session, seen: View, form: str) -> str | bytes:
    from workflow.histories.rendering import render

    if form != "pdf":
        return render(seen, "json" if session.json and form == "text" else form, session.lang)  # type: ignore[arg-type]
    from workflow.histories.diagrams import CannotDraw
    from workflow.histories.paper import pdf

    try:
        with printing(session):
            return pdf(seen, session.lang)
    except CannotDraw as error:
        raise session.wrong("cannot-print", why=str(error)) from error


def _reader(
    session: Session, dossier: Dossier, audience: str | None
) -> tuple[Standing, str | None]:
    """The caller, or another audience, and what that is called in the procedure.

    Who else may read for whom is for the engine to say, and does not tell which of several parties
    take part. A counsellor must besides see every event themselves that the member sees.
    """
    from workflow.engine.looking import may_render
    from workflow.engine.procedure import role
    from workflow.engine.standing import AUDITOR, Standing, members
    from workflow.verbs.dossier import sight
    from workflow.verbs.whom import party

    if audience is None:
        return dossier.reader, None
    audience = party(session, dossier, audience)
    procedure, part = dossier.procedure, role(audience)
    several = audience != part and part in procedure.parties and procedure.parties[part].many
    audits = AUDITOR in dossier.reader
    takes_part = not several or audience in dossier.case.parties
    known = (*procedure.offices, *procedure.parties)
    if (audience not in known and not several) or (audits and not takes_part):
        shown = (*known, *dossier.case.parties) if audits else known
        raise session.wrong("unknown-recipient", given=audience, known=tuple(dict.fromkeys(shown)))
    now = session.desk.now()
    people = members(procedure, dossier.register, dossier.case, audience, now)
    mine = audience in dossier.reader
    who = dossier.reader.who if mine else next(iter(people), audience)
    person = dossier.register.persons.get(who)
    capacities = frozenset({audience, part} if several else {audience})
    reader = Standing(who, capacities, person.key if person else None)
    if mine or audits:
        return reader, audience
    if not may_render(procedure, dossier.case, dossier.reader, audience):
        raise session.refused("not-yours", who=(audience,))
    with session.store.read() as tx:
        own = {event.seq for event in sight(tx, session, dossier).events}
        other = sight(tx, session, dossier._replace(reader=reader))
        theirs = {event.seq for event in other.events}
    if theirs <= own:
        return reader, audience
    raise session.refused("not-yours", who=(audience,))


def viewed(
    session: Session,
    dossier: Dossier,
    reader: Standing,
    now: datetime,
    report: Report | None = None,
) -> View:
    """What `reader` may see of the case at `now` (UTC), as the caller is shown it.

    `report` is what verifying this case among others found; without it the case is verified now.
    Raises Altered where so much was changed that there is no history to be read.
    """
    from workflow.auditing.verifying import verify_store
    from workflow.desk.values import Altered
    from workflow.engine.folding import BadHistory
    from workflow.engine.ledger import BadBody, Problem
    from workflow.engine.standing import AUDITOR
    from workflow.histories.viewing import view

    stream = dossier.case.stream
    found = _problems(report or verify_store(session.store, stream), stream)
    try:
        with session.store.read() as tx:
            events = session.desk.history(tx, stream)
            head, _ = tx.pair(stream, -1)
            earlier = session.desk.versions(tx, events)
            looked = session.desk.looks(tx, stream, dossier.signer.who)
        return view(
            dossier.rules,
            dossier.register,
            events,
            reader,
            now,
            _integrity(found, len(events), head.hash.hex() if head is not None else None),
            earlier,
            looked,
            dossier.signer.who,
        )
    except (BadBody, BadHistory) as error:
        if not found:
            raise
        # Where and how often may tell of hidden events; that something is wrong never does.
        told = found if AUDITOR in reader else (Problem(stream, 0, "state-differs"),)
        raise Altered(told) from error


def _problems(report: Report, stream: str) -> tuple[Problem, ...]:
    """What does not hold of a case, of the looks beside it, or of the register."""
    from workflow.engine.looking import subject
    from workflow.engine.register import STREAM
    from workflow.engine.registering import legible

    mine = (legible(stream), STREAM)
    return tuple(problem for problem in report.problems if subject(problem.stream) in mine)


def _integrity(problems: Sequence[Problem], recorded: int, head: str | None) -> Integrity:
    from workflow.histories.views import Integrity
    from workflow.verbs.problems import words

    codes = {problem.code for problem in problems}
    return Integrity(
        chain_ok=not codes & CHAIN,
        signatures_ok=not codes & SIGNATURES,
        problems=tuple(words(problem) for problem in problems),
        events=recorded,
        head=head,
    )

"""Letters on paper, from what the caller may see of a case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.files import write_new, write_private
from workflow.verbs.languages import Words
from workflow.verbs.options import OneOf, argument, forcing, forming, option

if TYPE_CHECKING:
    from workflow.engine.reasons import Reason
    from workflow.engine.register import Register
    from workflow.letters.letters import Checkpoint, ConsentForm, Letter, Receipt
    from workflow.letters.writing import Known
    from workflow.store import Read
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

KINDS: dict[str, frozenset[str]] = {
    "receipt": frozenset({"party", "code_from"}),
    "consent": frozenset({"to", "party", "consent", "purpose", "items", "kind", "until"}),
    "handover": frozenset({"to"}),
    "emergency": frozenset(),
    "step-back": frozenset(),
}
"""The letters there are, and which options each of them takes."""
LETTER = OneOf(
    tuple(KINDS),
    {
        "ontvangst": "receipt",
        "ontvangstbevestiging": "receipt",
        "bevestiging": "receipt",
        "toestemming": "consent",
        "toestemmingsformulier": "consent",
        "overdracht": "handover",
        "noodopening": "emergency",
        "nood": "emergency",
        "terugtreden": "step-back",
    },
)


class Wanted(NamedTuple):
    """What the options say of a letter; None where nothing was said."""

    to: str | None
    party: str | None
    consent: str | None
    purpose: str | None
    items: str | None
    kind: str | None
    until: str | None
    code_from: str | None


@verb(
    Words(
        "Een brief uit een zaak, om af te drukken.\n\n"
        "receipt bevestigt een melding, consent is een formulier voor toestemming, handover hoort "
        "bij overgedragen stukken, emergency vertelt het lid wat er bij levensgevaar is gedeeld, "
        "step-back zegt dat de supportgroep is teruggetreden. In een brief staat nooit meer dan "
        "je van de zaak mag zien, en nooit de naam van iemand.",
        "A letter from a case, to be printed.\n\n"
        "receipt confirms a report, consent is a consent form, handover comes with documents that "
        "were handed over, emergency tells the member what was shared when life was in danger, "
        "step-back says that the support group has stepped back. A letter never holds more than "
        "is yours to see of the case, and never anybody's name.",
    ),
    examples=(
        "zaak letter z-4f7k-9qtm-2c receipt --code-from code.txt --format html -o brief.html",
        "zaak letter z-4f7k-9qtm-2c consent --to mediator --purpose mediation --kind conversation",
        "zaak letter z-4f7k-9qtm-2c handover --to disputes_committee --lang nl",
    ),
)
@argument("case", completing.cases)
@argument("letter", type=LETTER)
@option(
    "--to",
    metavar="RECIPIENT",
    complete=completing.recipients,
    words=Words("Aan wie is of wordt gegeven.", "To whom it went, or may go."),
)
@option(
    "--party",
    metavar="P",
    words=Words(
        "Voor welke betrokkene, als er meer zijn.", "For which party, where there are several."
    ),
)
@option(
    "--consent",
    metavar="CONSENT",
    complete=completing.consents,
    words=Words("Een toestemming die al is gegeven.", "A consent that was given already."),
)
@option(
    "--purpose",
    metavar="PURPOSE",
    complete=completing.purposes,
    words=Words("Waarvoor, op een leeg formulier.", "What for, on a blank form."),
)
@option(
    "--items",
    metavar="I,…",
    complete=completing.items,
    words=Words("Welke stukken, op een leeg formulier.", "Which documents, on a blank form."),
)
@option(
    "--kind",
    metavar="KIND",
    complete=completing.kinds,
    words=Words("Of alles van deze soort.", "Or everything of this kind."),
)
@option(
    "--until",
    metavar="DATE",
    words=Words(
        "Tot en met deze dag, op een leeg formulier.",
        "Up to and including this day, on a blank form.",
    ),
)
@option(
    "--code-from",
    metavar="FILE|-",
    words=Words(
        "Druk de terugkeercode in dit bestand af op de bevestiging.",
        "Print the return code in this file on the receipt.",
    ),
)
@forming("text", "html")
@option(
    "-o",
    "--output",
    is_eager=True,
    metavar="FILE",
    words=Words(
        "Naar een bestand, alleen leesbaar voor jou.", "Into a file, readable by you alone."
    ),
)
@forcing
def letter(
    session: Session,
    case: str,
    letter: str,
    to: str | None,
    party: str | None,
    consent: str | None,
    purpose: str | None,
    items: str | None,
    kind: str | None,
    until: str | None,
    code_from: str | None,
    form: str,
    output: str | None,
    force: bool,
) -> None:
    """Write a letter."""
    from workflow.letters.rendering import render
    from workflow.letters.writing import known
    from workflow.verbs.dossier import look, opened, sight

    wanted = Wanted(to, party, consent, purpose, items, kind, until, code_from)
    _fitting(session, letter, wanted)
    dossier = opened(session, case)
    wanted = _named(session, dossier, wanted)
    office = _office(session, dossier)
    _verified(session, dossier)
    register = session.desk.register()
    with session.store.read() as tx:
        seen = sight(tx, session, dossier)
        checkpoint = _checkpoint(tx, register)
    of = known(seen.scope, office, session.desk.now(), checkpoint)
    said = render(_letter(session, letter, of, wanted), form, session.lang)  # type: ignore[arg-type]
    document = {"case": dossier.case.stream, "letter": letter, "format": form}
    look(session, dossier, "letter")
    if output is not None:
        if force:
            write_private(session, Path(output), said.encode())
        else:
            write_new(session, output, said)
        session.answer({**document, "file": output}, output)
    elif session.json:
        session.answer({**document, "text": said}, "")
    else:
        sys.stdout.write(said)


def _checkpoint(tx: Read, register: Register) -> Checkpoint | None:
    """The latest checkpoint, as it stands on letters; None where none was made. Raises Altered."""
    from workflow.checkpointing import latest
    from workflow.letters.letters import Checkpoint

    found = latest(tx, register)
    if found is None:
        return None
    said, _, mark = found
    return Checkpoint(said.short.written, mark.note.decode())


def _named(session: Session, dossier: Dossier, wanted: Wanted) -> Wanted:
    """The same with the names that the procedure declares, where labels were typed."""
    from workflow.verbs import meant, whom

    p = dossier.procedure
    return wanted._replace(
        to=wanted.to and whom.party(session, dossier, wanted.to),
        party=wanted.party and whom.party(session, dossier, wanted.party),
        purpose=wanted.purpose and meant.declared(session, p, "purposes", wanted.purpose),
        kind=wanted.kind and meant.declared(session, p, "kinds", wanted.kind),
    )


def _letter(session: Session, kind: str, of: Known, wanted: Wanted) -> Letter:
    """The letter asked for. Raises Refusal where the caller sees nothing to write it about."""
    from workflow.letters import writing

    found: Letter | None
    match kind:
        case "receipt":
            return _receipt(session, of, wanted)
        case "consent":
            return _consent(session, of, wanted)
        case "handover":
            received = writing.recipients(of)
            if not received or wanted.to not in (None, *received):
                raise session.refused("no-handover", "B18")
            to = wanted.to or _only(session, received, "--to")
            return writing.handover(of, to)
        case "emergency":
            until = writing.open_until(of)
            if until is not None:
                raise session.refused("emergency-lasts", "B19", until=until)
            found = writing.emergency(of)
            if found is None:
                raise session.refused("no-emergency-over", "B19")
            return found
        case _:
            found = writing.step_back(of)
            if found is None:
                raise session.refused("no-step-back", "B34", "B35")
            return found


def _receipt(session: Session, of: Known, wanted: Wanted) -> Receipt:
    from workflow.letters.writing import receipt, reporters

    parties = reporters(of)
    if not parties or wanted.party not in (None, *parties):
        raise session.refused("no-receipt", "B14")
    if wanted.party is not None:
        parties = (wanted.party,)
    code = _code(session, wanted)
    if code is None:
        return receipt(of, _only(session, parties, "--party"))
    from workflow.crypto.codes import derive, normalise

    line = derive(code, of.head.case).public.line()
    for party in parties:
        if of.seen.case.parties[party].key == line:
            return receipt(of, party, normalise(code))
    raise session.refused("code-of-another", "B14")


def _code(session: Session, wanted: Wanted) -> str | None:
    if wanted.code_from is not None:
        return session.text(wanted.code_from).decode("utf-8", "replace").strip()
    return session.environment.get("ZAAK_CODE") or None


def _consent(session: Session, of: Known, wanted: Wanted) -> ConsentForm:
    from workflow.letters.writing import consent_asked, consent_given, givers
    from workflow.verbs.moments import last_moment

    if wanted.consent is not None:
        found = consent_given(of, wanted.consent)
        if found is None:
            raise session.wrong("unknown-consent", consent=wanted.consent)
        return found
    parties = givers(of)
    if not parties:
        raise session.refused("no-consent-form", "B18")
    items = tuple(dict.fromkeys(p.strip() for p in (wanted.items or "").split(",") if p.strip()))
    to, purpose = wanted.to or "", wanted.purpose or ""
    _well_put(of, wanted, items, parties)
    owning = _owning(of, parties, items, wanted.kind)
    giver = wanted.party or _only(session, owning or parties, "--party")
    for item in items:
        if giver not in of.seen.case.items[item].of:
            raise session.refused("not-theirs-to-give", "B18", item=item, giver=giver)
    return consent_asked(
        of, giver, to, purpose, items, wanted.kind, last_moment(session, wanted.until)
    )


def _well_put(of: Known, wanted: Wanted, items: tuple[str, ...], parties: tuple[str, ...]) -> None:
    """Raise a BadCommand for every word of a blank form that the caller cannot mean."""
    from workflow.engine.reasons import BadCommand, Reason

    p = of.procedure
    problems: list[Reason] = []
    for code, name, names in (
        ("unknown-party", wanted.party, parties),
        ("unknown-recipient", wanted.to, (*p.offices, *p.outside, *p.parties)),
        ("unknown-purpose", wanted.purpose, tuple(p.purposes)),
        ("unknown-kind", wanted.kind, tuple(p.kinds)),
    ):
        if name is not None and name not in names:
            problems.append(Reason(code, {"given": name, "known": names}))
    problems += [Reason("unknown-item", {"item": item}) for item in items if item not in of.named]
    if bool(items) == (wanted.kind is not None):
        problems.append(Reason("items-or-kind"))
    if problems:
        raise BadCommand(tuple(problems))


def _owning(
    of: Known, parties: tuple[str, ...], items: tuple[str, ...], kind: str | None
) -> tuple[str, ...]:
    """The parties whose documents all of these are, or may be."""
    case = of.seen.case
    whose = of.procedure.kinds[kind].of if kind is not None else ()
    return tuple(
        party
        for party in parties
        if all(party in case.items[item].of for item in items)
        and (kind is None or of.role(party) in whose)
    )


def _only(session: Session, names: tuple[str, ...], wish: str) -> str:
    if len(names) > 1:
        raise session.wrong("letter-choice", option=wish, known=names)
    return names[0]


def _fitting(session: Session, letter: str, wanted: Wanted) -> None:
    """Raise a BadCommand for options that this letter does not take, or cannot do without."""
    given = {name for name, value in wanted._asdict().items() if value is not None}
    for name in sorted(given - KINDS[letter]):
        wish = "--" + name.replace("_", "-")
        text = session.say(
            f"{wish} hoort niet bij de brief {letter}.",
            f"{wish} does not belong to the letter {letter}.",
        )
        raise session.wrong("usage", text=text)
    if letter == "consent" and not (
        given == {"consent"} or ("consent" not in given and {"to", "purpose"} <= given)
    ):
        text = session.say(
            "Geef --consent TOESTEMMING voor een toestemming die er al is, of --to en --purpose "
            "met --items of --kind voor een leeg formulier.",
            "Give --consent CONSENT for a consent that was given, or --to and --purpose with "
            "--items or --kind for a blank form.",
        )
        raise session.wrong("usage", text=text)


def _office(session: Session, dossier: Dossier) -> str | None:
    """The office in which the caller writes; None for a party and for a mere recipient."""
    reader = dossier.reader
    if any(party in reader for party in dossier.case.parties):
        return None
    if session.office is not None and session.office not in reader:
        raise session.wrong("office-not-yours", office=session.office)
    held = (name for name in dossier.procedure.offices if name in reader)
    return session.office or next(held, None)


def _verified(session: Session, dossier: Dossier) -> None:
    """Let nothing be put on paper from a history that does not verify. Raises Altered."""
    from workflow.auditing.verifying import verify_store
    from workflow.desk.values import Altered

    report = verify_store(session.store, dossier.case.stream)
    if report.problems:
        raise Altered(report.problems)

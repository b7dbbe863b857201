"""Consent: giving it, taking it back, and seeing what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.acting import evidencing
from workflow.verbs.base import Words, argument, group, option
from workflow.verbs.bringing import sealed, stated
from workflow.verbs.doing import (
    Care,
    careful,
    carry_out,
    happening,
    leaving_lines,
    outcome,
    reader_lines,
    readers,
    retrying,
)

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

consent = group(
    "consent",
    Words(
        "Toestemming geven, intrekken en nakijken.\n\nZonder toestemming gaat er niets weg, op "
        "levensgevaar en een wettelijke plicht na.",
        "Give, withdraw and list consent.\n\nWithout consent nothing leaves, except for danger to "
        "life and a legal duty.",
    ),
    examples=("zaak consent list z-4f7k-9qtm-2c",),
)


@consent.verb(
    Words(
        "Toestemming vastleggen.\n\n"
        "Voor welke stukken (of welke soort), aan wie, waarvoor, tot wanneer. Het lid tekent zelf "
        "met de code, of een vertrouwenspersoon legt het vast: op schrift of wat er gezegd is.",
        "Record a consent.\n\n"
        "For which documents (or which kind), to whom, what for and until when. The member signs "
        "with the code, or a counsellor records it: in writing or what was said.",
    ),
    examples=(
        "zaak consent give z-4f7k-9qtm-2c --to helper --purpose support --items i-4f7k9qtm",
        "zaak consent give z-4f7k-9qtm-2c --party reporter --to mediator --kind conversation \\",
        "  --purpose mediation --until 2026-06-30 --evidence spoken",
    ),
)
@argument("case", completing.cases)
@option("--party", metavar="P", words=Words("Wie toestemming geeft.", "Who consents."))
@option(
    "--to",
    required=True,
    metavar="RECIPIENT",
    complete=completing.recipients,
    words=Words("Aan wie het mag.", "To whom it may go."),
)
@option(
    "--items",
    metavar="I,…",
    complete=completing.items,
    words=Words("Welke stukken.", "Which documents."),
)
@option(
    "--kind",
    complete=completing.kinds,
    words=Words("Of alles van deze soort.", "Or everything of this kind."),
)
@option(
    "--purpose",
    required=True,
    complete=completing.purposes,
    words=Words("Waarvoor.", "What for."),
)
@option(
    "--until",
    metavar="DATE",
    words=Words("Tot en met deze dag.", "Up to and including this day."),
)
@evidencing
@happening
@option(
    "--yes",
    is_flag=True,
    words=Words(
        "Vraag niet nog eens of het mag, als er staat wie het lezen.",
        "Do not ask once more where it says who will read it.",
    ),
)
@careful
def give(
    session: Session,
    case: str,
    party: str | None,
    to: str,
    items: str | None,
    kind: str | None,
    purpose: str,
    until: str | None,
    evidence: str | None,
    statement: str | None,
    happened: str | None,
    yes: bool,
    expect: int | None,
    idempotency_key: str | None,
) -> None:
    """Record a consent."""
    from workflow.engine.commands import GiveConsent, Said
    from workflow.engine.facts import Consented
    from workflow.verbs.dossier import opened
    from workflow.verbs.moments import last_moment, moment

    dossier = opened(session, case, as_member=evidence == "code")
    giver = party or _only_party(session, dossier)
    scan = stated(session, evidence, statement)
    contents: dict[str, SealedItem] = {}
    named = tuple(part.strip() for part in (items or "").split(",") if part.strip())
    command = GiveConsent(
        giver,
        to,
        purpose,
        items=named,
        kind=kind,
        until=last_moment(session, until),
        said=Said(giver, evidence, sealed(session, scan, contents)),
        happened=moment(session, happened),
    )
    care = Care(expect, idempotency_key)
    request = {
        "case": dossier.case.stream,
        "party": giver,
        "to": to,
        "items": list(named),
        "kind": kind,
        "purpose": purpose,
        "until": until,
        "evidence": evidence,
        "happened": happened,
        "expect": expect,
    }
    retry = retrying(care, dossier.signer.key, "consent give", request, scan or b"")
    _foretold(session, dossier, purpose, yes)
    done = carry_out(session, dossier, command, contents, care, retry)
    made = next(e.data.consent for e in done.events if isinstance(e.data, Consented))
    who = readers(session, dossier, purpose)
    document, _ = outcome(session, dossier, done, consent=made, readers=who)
    session.answer(document, lambda: _given(session, dossier, made, command))


def _foretold(session: Session, dossier: Dossier, purpose: str, yes: bool) -> None:
    """Say who will come to read it before it is allowed; a person at the terminal may stop here."""
    lines = reader_lines(session, dossier, (purpose,))
    if not lines or session.json:
        return
    for line in lines:
        session.remark(line)
    if session.at_terminal:
        session.confirmed(session.say("Doorgaan?", "Go on?"), yes, "B18")


def _given(session: Session, dossier: Dossier, name: str, command: Any) -> str:
    from workflow.verbs.output import kind_label, label, purpose_label

    p, lang = dossier.procedure, session.lang
    what = kind_label(p, command.kind, lang) if command.kind else ", ".join(command.items)
    to, purpose = label(p, command.to, lang), purpose_label(p, command.purpose, lang)
    return session.say(
        f"{name}: {what} mag naar {to}, voor {purpose}.",
        f"{name}: {what} may go to {to}, for {purpose}.",
    )


def _only_party(session: Session, dossier: Dossier) -> str:
    """The party the caller is; BadCommand where they are none, or more than one."""
    own = [party for party in dossier.case.parties if party in dossier.reader]
    if len(own) == 1:
        return own[0]
    raise session.wrong("party-missing", known=tuple(dossier.procedure.parties))


@consent.verb(
    Words(
        "Een toestemming intrekken.\n\n"
        "Vanaf dat moment gaat er niets meer weg. Wat al gedeeld was, wordt genoemd.",
        "Take a consent back.\n\n"
        "From that moment nothing more leaves. What had been shared already is listed.",
    ),
    examples=("zaak consent withdraw z-4f7k-9qtm-2c c-4f7k9qtm",),
)
@argument("case", completing.cases)
@argument("consent", completing.consents, metavar="CONSENT")
@careful
def withdraw(
    session: Session, case: str, consent: str, expect: int | None, idempotency_key: str | None
) -> None:
    """Take a consent back."""
    from workflow.engine.commands import WithdrawConsent
    from workflow.verbs.dossier import opened

    dossier = opened(session, case)
    care = Care(expect, idempotency_key)
    request = {"case": dossier.case.stream, "consent": consent, "expect": expect}
    retry = retrying(care, dossier.signer.key, "consent withdraw", request, b"")
    done = carry_out(session, dossier, WithdrawConsent(consent), {}, care, retry)
    gone = [each for each in dossier.case.disclosures if consent in each.on]
    document, _ = outcome(session, dossier, done, consent=consent)
    document["disclosed"] = [
        {"item": each.item, "to": each.to, "purpose": each.purpose} for each in gone
    ]

    def text() -> str:
        if not gone:
            return session.say(
                f"{consent} is ingetrokken. Er was nog niets op gedeeld.",
                f"{consent} is withdrawn. Nothing had been shared on it.",
            )
        head = session.say(
            f"{consent} is ingetrokken. Dit was er al op gedeeld:",
            f"{consent} is withdrawn. This had been shared on it already:",
        )
        return "\n".join([head, *leaving_lines(session, dossier, gone)])

    session.answer(document, text)


@consent.verb(
    Words("De toestemmingen in een zaak.", "The consents in a case."),
    name="list",
    examples=("zaak consent list z-4f7k-9qtm-2c",),
)
@argument("case", completing.cases)
def list_consents(session: Session, case: str) -> None:
    """List consents."""
    from workflow.verbs.cases import consent_lines, consents_of
    from workflow.verbs.dossier import opened, sight

    dossier = opened(session, case)
    with session.store.read() as tx:
        seen = sight(tx, session, dossier)
    found = consents_of(seen, session.desk.now())
    none = session.say("Geen toestemmingen.", "No consents.")
    session.answer(
        {"case": dossier.case.stream, "consents": found},
        lambda: "\n".join(consent_lines(session, dossier, found)) or none,
    )

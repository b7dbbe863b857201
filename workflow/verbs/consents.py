"""Consent: giving it, taking it back, and seeing what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.acting import evidencing
from workflow.verbs.base import group
from workflow.verbs.bringing import sealed, stated
from workflow.verbs.doing import (
    Care,
    careful,
    carry_out,
    done_before,
    happening,
    leaving_lines,
    outcome,
    reader_lines,
    readers,
    retrying,
)
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.engine.case import Consent
    from workflow.engine.commands import GiveConsent
    from workflow.verbs.dossier import Dossier, Sight
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
    metavar="KIND",
    complete=completing.kinds,
    words=Words("Of alles van deze soort.", "Or everything of this kind."),
)
@option(
    "--purpose",
    required=True,
    metavar="PURPOSE",
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
    from workflow.verbs import meant, whom
    from workflow.verbs.dossier import opened
    from workflow.verbs.moments import last_moment, moment

    dossier = opened(session, case, as_member=evidence == "code")
    giver = whom.party(session, dossier, party) if party else _only_party(session, dossier)
    to = whom.party(session, dossier, to)
    purpose = meant.declared(session, dossier.procedure, "purposes", purpose)
    kind = kind and meant.declared(session, dossier.procedure, "kinds", kind)
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
    if not done_before(session, retry):
        _not_yet(session, dossier, command)
    _foretold(session, dossier, purpose, yes)
    done = carry_out(session, dossier, command, contents, care, retry)
    made = next(e.data.consent for e in done.events if isinstance(e.data, Consented))
    who = readers(session, dossier, purpose)
    document, _ = outcome(session, dossier, done, consent=made, readers=who)
    session.answer(document, lambda: _given(session, dossier, made, command))


def _not_yet(session: Session, dossier: Dossier, command: GiveConsent) -> None:
    """Refuse a consent that adds nothing to one that holds: taken back, the other would stay.

    One that lasts longer, covers more or was evidenced otherwise does add something.
    """
    said = "code" if command.giver in dossier.reader else command.said.evidence
    for name, held in _alike(session, dossier, command):
        lasts = held.until is None or (command.until is not None and command.until <= held.until)
        covers = (
            held.kind == command.kind if command.kind else set(command.items) <= set(held.items)
        )
        if lasts and covers and held.evidence == said:
            raise session.refused("consent-holds", "B18", consent=name, until=held.until)


def _alike(
    session: Session, dossier: Dossier, like: GiveConsent | Consent
) -> list[tuple[str, Consent]]:
    """The other consents that hold, to the same and for the same, of something it covers too.

    Those that the caller may know of.
    """
    from workflow.verbs.dossier import sight

    with session.store.read() as tx:
        seen = sight(tx, session, dossier).scope
    items, now = dossier.case.items, session.desk.now()
    kinds = {items[name].kind for name in like.items if name in items}
    return [
        (name, other)
        for name, other in dossier.case.consents.items()
        if seen.sees_consent(name)
        and other.live(now)
        and (other.giver, other.to, other.purpose) == (like.giver, like.to, like.purpose)
        and (
            (other.kind is not None and (other.kind == like.kind or other.kind in kinds))
            or any(
                name in like.items or (name in items and items[name].kind == like.kind)
                for name in other.items
            )
        )
    ]


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
    from workflow.verbs.dossier import opened, reread

    dossier = opened(session, case)
    care = Care(expect, idempotency_key)
    request = {"case": dossier.case.stream, "consent": consent, "expect": expect}
    retry = retrying(care, dossier.signer.key, "consent withdraw", request, b"")
    done = carry_out(session, dossier, WithdrawConsent(consent), {}, care, retry)
    gone = [each for each in dossier.case.disclosures if consent in each.on]
    document, _ = outcome(session, dossier, done, consent=consent)
    after = reread(session, dossier, done.case)
    still = _alike(session, after, after.case.consents[consent])
    document["still"] = [name for name, _ in still]
    document["disclosed"] = [
        {"item": each.item, "to": each.to, "purpose": each.purpose} for each in gone
    ]

    def text() -> str:
        if gone:
            head = session.say(
                f"{consent} is ingetrokken. Dit was er al op gedeeld:",
                f"{consent} is withdrawn. This had been shared on it already:",
            )
            said = [head, *leaving_lines(session, dossier, gone)]
        else:
            said = [
                session.say(
                    f"{consent} is ingetrokken. Er was nog niets op gedeeld.",
                    f"{consent} is withdrawn. Nothing had been shared on it.",
                )
            ]
        return "\n".join([*said, *_still(session, after, still)])

    session.answer(document, text)


def _still(session: Session, dossier: Dossier, still: list[tuple[str, Consent]]) -> list[str]:
    """That another consent allows the same, and how to take that back as well."""
    from workflow.verbs.moments import end

    case, lines = dossier.case.stream, list[str]()
    for name, other in still:
        until = session.say("tot", "until")
        lasts = f" ({end(session, other.until, until)})" if other.until else ""
        lines.append(
            session.say(
                f"Let op: {name} geldt nog{lasts}, en daarop mag hetzelfde worden gedeeld. Moet "
                f"dat ook niet meer? zaak consent withdraw {case} {name}",
                f"Note: {name} still holds{lasts}, and the same may be shared on it. If that is "
                f"no longer wanted either: zaak consent withdraw {case} {name}",
            )
        )
    return lines


@consent.verb(
    Words("De toestemmingen in een zaak.", "The consents in a case."),
    name="list",
    examples=("zaak consent list z-4f7k-9qtm-2c",),
)
@argument("case", completing.cases)
def list_consents(session: Session, case: str) -> None:
    """List consents."""
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


def consents_of(seen: Sight, now: Any) -> list[dict[str, Any]]:
    """The consents the caller may know of."""
    return [
        {
            "consent": name,
            "giver": consent.giver,
            "to": consent.to,
            "purpose": consent.purpose,
            "items": () if seen.scope.whole else consent.items,
            "kind": consent.kind,
            "evidence": consent.evidence,
            "from": consent.starts,
            "until": consent.until,
            "live": consent.live(now),
        }
        for name, consent in seen.scope.case.consents.items()
        if seen.scope.sees_consent(name)
    ]


def consent_lines(session: Session, dossier: Dossier, consents: list[dict[str, Any]]) -> list[str]:
    """Consents as people read them, a line each, and who will come to read what is shared."""
    from workflow.verbs.moments import end
    from workflow.verbs.output import columns, kind_label, label, purpose_label

    p, lang = dossier.procedure, session.lang
    rows = []
    for each in consents:
        what = kind_label(p, each["kind"], lang) if each["kind"] else ", ".join(each["items"])
        if not each["live"]:
            holds = session.say("geldt niet meer", "no longer holds")
        elif each["until"] is None:
            holds = session.say("geldt", "holds")
        else:
            until = end(session, each["until"], session.say("tot", "until"))
            holds = session.say(f"geldt {until}", f"holds {until}")
        rows.append(
            (
                each["consent"],
                f"{label(p, each['giver'], lang)} → {label(p, each['to'], lang)}",
                what,
                purpose_label(p, each["purpose"], lang),
                holds,
            )
        )
    live = [each["purpose"] for each in consents if each["live"]]
    return [*columns(rows, indent=2), *reader_lines(session, dossier, live)]

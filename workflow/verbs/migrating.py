"""`zaak case migrate`: cases that go on under another version of their procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import group
from workflow.verbs.doing import Care, careful, carry_out, outcome, retrying
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.engine.facts import Migrated
    from workflow.engine.procedure import Procedure
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

case = group(
    "case",
    Words(
        "Zaken onder een andere versie van hun procedure brengen.",
        "Bring cases under another version of their procedure.",
    ),
    examples=("zaak case migrate z-4f7k-9qtm-2c --dry-run",),
)

REFUSED = 1
WAYS = {
    "moves": Words("gaat over zoals zij is", "goes over as it is"),
    "moves-by-mapping": Words(
        "gaat over zoals de nieuwe versie zegt (replaces)",
        "goes over as the newer version says (replaces)",
    ),
    "needs-mapping": Words(
        "gaat niet over: er ontbreekt een tegenhanger",
        "does not go over: a counterpart is missing",
    ),
    "finish": Words("loopt af onder haar eigen versie", "finishes under its own version"),
}
"""How a case stands to another version, in words."""


@case.verb(
    Words(
        "Breng zaken onder een andere versie van hun procedure.\n\nVoor wie de zaak in handen "
        "heeft: de vertrouwenspersoon, en waar die er niet is een functie die er nu een stap in "
        "kan zetten. Zonder --to is het de versie die de afdeling nu volgt; een andere kan niet. "
        "Niemand mag er meer door zien, lezen of ontvangen dan eerst, en het lid houdt elke "
        "beslissing; anders loopt de zaak af onder de versie waarmee zij begon. Met --dry-run "
        "gebeurt er niets, en zie je wat er zou gebeuren.",
        "Bring cases under another version of their procedure.\n\nFor whoever has the case in "
        "their care: the counsellor, and where there is none an office that can take a step in it "
        "now. Without --to it is the version that the branch follows now; no other will do. Nobody "
        "may see, read or receive more by it than before, and the member keeps every decision; "
        "else the case finishes under the version that it began with. With --dry-run nothing is "
        "done, and you see what would be.",
    ),
    examples=(
        "zaak case migrate z-4f7k-9qtm-2c --dry-run",
        "zaak case migrate z-4f7k-9qtm-2c --to 2",
    ),
)
@argument("cases", completing.cases, nargs=-1, required=True, metavar="CASE...")
@option(
    "--to",
    metavar="VERSION|FILE",
    words=Words(
        "De versie: haar naam, het begin van haar digest, of een bestand met haar tekst.",
        "The version: its name, how its digest begins, or a file with its text.",
    ),
)
@option("--dry-run", is_flag=True, words=Words("Alleen laten zien.", "Only show."))
@careful
def migrate(
    session: Session,
    cases: tuple[str, ...],
    to: str | None,
    dry_run: bool,
    expect: int | None,
    idempotency_key: str | None,
) -> int:
    """Bring cases under another version."""
    if len(cases) > 1 and (expect is not None or idempotency_key is not None):
        text = session.say(
            "--expect en --idempotency-key gaan over één zaak.",
            "--expect and --idempotency-key are about one case.",
        )
        raise session.wrong("usage", text=text)
    care = Care(expect, idempotency_key)
    found = [
        _one(session, name, to, care, dry_run=dry_run, alone=len(cases) == 1)
        for name in dict.fromkeys(cases)
    ]
    done = all(document["goes"] for document, _ in found)
    document = {"dry_run": dry_run, "cases": [each for each, _ in found]}
    session.answer(document, lambda: "\n".join(line for _, lines in found for line in lines))
    return 0 if done else REFUSED


def _one(
    session: Session, name: str, to: str | None, care: Care, *, dry_run: bool, alone: bool
) -> tuple[dict[str, Any], list[str]]:
    """What came of one case, for JSON and in lines.

    Raises Refusal for one that stands `alone`; among several it is told with the others.
    """
    from workflow.engine.reasons import Refusal
    from workflow.verbs.dossier import opened
    from workflow.verbs.versions import reason_lines

    try:
        dossier = opened(session, name)
        return _carried(session, dossier, to, care, dry_run=dry_run)
    except Refusal as refusal:
        if alone:
            raise
        from workflow.verbs.failures import reason_documents

        stream = name.strip().lower()
        why = reason_documents(refusal.reasons, session.lang, session.procedure, None)
        document = {"case": stream, "goes": False, "verdict": None, "why": list(why)}
        lines = [f"{stream}: {_no(session)}"]
        return document, lines + (
            reason_lines(session, session.procedure, refusal.reasons) if session.procedure else []
        )


def _no(session: Session) -> str:
    return session.say("niet overgegaan", "did not go over")


def _carried(
    session: Session, dossier: Dossier, to: str | None, care: Care, *, dry_run: bool
) -> tuple[dict[str, Any], list[str]]:
    from workflow.engine.commands import Migrate
    from workflow.engine.facts import Migrated
    from workflow.verbs import versions

    following = versions.followed(dossier)
    if to is not None:
        wanted = versions.meant(session, dossier, to)
    elif following is not None:
        wanted = following.digest
    else:
        raise session.refused("version-not-followed", "B38", version=None)
    newer = versions.rules(session, wanted)
    found, _ = versions.way(dossier, newer.procedure)
    stream, command = dossier.case.stream, Migrate(wanted)
    document: dict[str, Any] = {
        "case": stream,
        "goes": True,
        "verdict": found.way if found is not None else None,
        "from": dossier.rules.digest,
        "to": wanted,
        "why": [],
    }
    if dry_run:
        draft, _ = session.desk.preview(stream, command, dossier.signer)
        fact = next(e.fact for e in draft.entries if isinstance(e.fact, Migrated))
        would = session.say("zou overgaan", "would go over")
        return document, _lines(session, newer.procedure, dossier, would, fact)
    request = {"case": stream, "to": wanted}
    retry = retrying(care, dossier.signer.key, "case migrate", request, b"")
    done = carry_out(session, dossier, command, {}, care, retry)
    fact = next(e.data for e in done.events if isinstance(e.data, Migrated))
    told, _ = outcome(session, dossier, done)
    went = session.say("overgegaan", "went over")
    return {**document, **told}, _lines(session, newer.procedure, dossier, went, fact)


def _lines(
    session: Session, newer: Procedure, dossier: Dossier, went: str, fact: Migrated
) -> list[str]:
    """What came of it, with the terms that begin anew on the tracks that the caller sees."""
    from workflow.engine.standing import sees

    procedure, older, to, lang = dossier.procedure, fact.version, newer.version, session.lang
    lines = [
        f"{dossier.case.stream}: {went}, "
        + session.say(f"van versie {older} naar versie {to}.", f"from version {older} to {to}.")
    ]
    seen = [name for name in fact.renewed if sees(procedure, dossier.case, dossier.reader, name)]
    anew = ", ".join(newer.tracks[name].labels[lang] for name in seen)
    if anew:
        lines.append(
            "    " + session.say("De termijn begint opnieuw: ", "The term begins anew: ") + anew
        )
    return lines

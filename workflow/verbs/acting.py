"""Taking a step, and keeping someone out of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.bringing import (
    brought,
    code_lines,
    digests,
    filed,
    joined,
    sealed,
    stated,
)
from workflow.verbs.doing import (
    Care,
    careful,
    carry_out,
    confirming,
    happening,
    outcome,
    retrying,
)
from workflow.verbs.languages import Words
from workflow.verbs.options import OneOf, argument, option

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.engine.commands import NewItem, Said
    from workflow.engine.procedure import Procedure, Step
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

EVIDENCE = OneOf(
    ("code", "written", "spoken"),
    {
        "schriftelijk": "written",
        "op-schrift": "written",
        "mondeling": "spoken",
        "in-gesprek": "spoken",
        "gesproken": "spoken",
        "terugkeercode": "code",
    },
)
GROUND = OneOf(
    ("party", "witness", "close"),
    {"partij": "party", "betrokken": "party", "getuige": "witness", "dichtbij": "close"},
)


def setting(function: Any) -> Any:
    """The options --set and --note, for verbs that take a step."""
    function = option(
        "--note",
        metavar="FILE|-",
        words=Words(
            "Verzegelde woorden bij de stap; als ze moeten en hier ontbreken, opent je editor.",
            "Sealed words that come with the step; your editor opens if they lack here.",
        ),
    )(function)
    return option(
        "--set",
        "pairs",
        multiple=True,
        metavar="FIELD=VALUE",
        words=Words(
            "Een antwoord op wat de stap vraagt; mag vaker.",
            "An answer to what the step asks; may be repeated.",
        ),
    )(function)


def evidencing(function: Any) -> Any:
    """The options --evidence and --statement, for what is a member's decision."""
    function = option(
        "--statement",
        metavar="FILE|-",
        words=Words("De scan van een ondertekende verklaring.", "The scan of a signed statement."),
    )(function)
    return option(
        "--evidence",
        type=EVIDENCE,
        words=Words(
            "Hoe het lid dit besliste: met de code, op schrift of in gesprek.",
            "How the member decided: with the code, in writing or in conversation.",
        ),
    )(function)


def deciding(function: Any) -> Any:
    """The options that say whose decision a step is, and how they took it."""
    return option(
        "--decided-by",
        metavar="PARTY",
        words=Words("Wie dit besliste.", "Whose decision it is."),
    )(evidencing(function))


@verb(
    Words(
        "Een stap zetten in een zaak.\n\n"
        "Wat een stap vraagt zie je met `zaak next ZAAK`. Bij een beslissing van het lid hoort een "
        "bewijs: --evidence. Voordat er iets gedeeld wordt, zie je wat, met wie en waarom.",
        "Take a step in a case.\n\n"
        "What a step asks is shown by `zaak next CASE`. A member's decision needs evidence: "
        "--evidence. Before anything is shared you see what, with whom and why.",
    ),
    examples=(
        "zaak advance z-4f7k-9qtm-2c weigh --set severity=light --set simple=yes --note -",
        "zaak advance z-4f7k-9qtm-2c choose_support --decided-by reporter --evidence spoken",
        "zaak advance z-4f7k-9qtm-2c hand_over --yes --expect 24",
    ),
)
@argument("case", completing.cases)
@argument("step", completing.steps)
@setting
@option(
    "--paper",
    "papers",
    multiple=True,
    metavar="FILE|-",
    words=Words(
        "Een stuk dat met de stap meegaat; mag vaker.",
        "A document that comes with the step; may be repeated.",
    ),
)
@deciding
@happening
@confirming
@careful
def advance(
    session: Session,
    case: str,
    step: str,
    pairs: tuple[str, ...],
    note: str | None,
    papers: tuple[str, ...],
    decided_by: str | None,
    evidence: str | None,
    statement: str | None,
    happened: str | None,
    yes: bool,
    expect: int | None,
    idempotency_key: str | None,
) -> None:
    """Take a step."""
    from workflow.engine.commands import Advance
    from workflow.engine.member import decider
    from workflow.engine.stepping import named
    from workflow.verbs import meant, whom
    from workflow.verbs.asking import completed, settings
    from workflow.verbs.dossier import opened
    from workflow.verbs.moments import moment

    dossier = opened(session, case, as_member=evidence == "code")
    step = session.doing = meant.declared(session, dossier.procedure, "steps", step)
    declared = named(dossier.procedure, step)
    if decided_by is not None:
        decided_by = whom.party(session, dossier, decided_by)
    elif evidence is not None:
        state, parties = dossier.case.state(declared.track), dossier.case.parties
        decided_by = decider(dossier.procedure, declared, state, parties)
    if decided_by is not None or evidence is not None:
        _somebodys(session, dossier, step, evidence, decided_by, scanned=statement is not None)
    begun = ("zaak", "advance", dossier.case.stream, step)
    answers, words = completed(
        session,
        step,
        declared,
        meant.answers(session, declared, settings(session, pairs), dossier.register),
        note,
        dossier.register,
        session.desk.now(),
        begun,
    )
    contents: dict[str, SealedItem] = {}
    scan = stated(session, evidence, statement)
    documents = [session.text(paper) for paper in papers]
    joining, filing = joined(session, dossier, declared), filed(session, declared)
    sealed_scan = sealed(session, scan, contents)
    said = whose(session, dossier.procedure, decided_by, evidence, sealed_scan)
    command = Advance(
        step,
        dict(answers),
        note=sealed(session, words, contents),
        said=said,
        joining=joining.key,
        happened=moment(session, happened),
        party=joining.party,
        papers=brought(session, documents, contents),
        into=filing.filer.case if filing.filer else None,
    )
    care = Care(expect, idempotency_key, yes)
    request = {
        "case": dossier.case.stream,
        "step": step,
        "answers": answers,
        "decided_by": decided_by,
        "evidence": evidence,
        "happened": happened,
        "expect": expect,
        "as": session.office,
        "papers": digests(documents),
    }
    retry = retrying(
        care, dossier.signer.key, "advance", request, (words or b"") + b"\0" + (scan or b"")
    )
    done = carry_out(
        session,
        dossier,
        command,
        contents,
        care,
        retry,
        discloses=_may_disclose(dossier, declared),
        filer=filing.filer,
    )
    code = None if done.repeated else joining.code
    item = command.note.item if command.note and not done.repeated else None
    opened_too = {"case": done.filed, "code": filing.code} if done.filed else None
    party = None if done.repeated else joining.party
    document, events = outcome(
        session, dossier, done, code=code, item=item, party=party, opened=opened_too
    )
    session.answer(document, lambda: _told(session, dossier, document, events, step, code))


def _somebodys(
    session: Session,
    dossier: Dossier,
    name: str,
    evidence: str | None,
    decided_by: str | None,
    *,
    scanned: bool,
) -> None:
    """Raise a BadCommand for evidence of a decision with a step that is nobody's decision.

    Nothing would be kept of it. It says no more than taking the step would: where that is not the
    caller's, or cannot be done now, the engine says so and nothing else. A party who acts with
    their own code may say that they decided; that is so.
    """
    from workflow.engine.member import decider
    from workflow.engine.stepping import acting
    from workflow.verbs.besides import addable

    step, case, who = dossier.procedure.steps[name], dossier.case, dossier.signer.who
    if evidence in (None, "code") and decided_by in (None, who) and who in case.parties:
        return
    state, able = case.state(step.track), acting(step, dossier.reader, dossier.signer.office)
    if able is None or state not in step.sources:
        return
    if decider(dossier.procedure, step, state, case.parties) is None:
        keeps = tuple(each["kind"] for each in addable(session, dossier)) if scanned else ()
        raise session.wrong("nobodys-decision", step=name, keeps=keeps)


def whose(
    session: Session,
    procedure: Procedure,
    decided_by: str | None,
    evidence: str | None,
    scan: NewItem | None,
) -> Said:
    """Whose decision a step is said to be. Raises BadCommand where they are nobody's party."""
    from workflow.engine.commands import Said

    if decided_by is not None and decided_by not in procedure.parties:
        known = tuple(procedure.parties)
        raise session.wrong("unknown-party", given=decided_by, known=known)
    return Said(decided_by, evidence, scan)


def _may_disclose(dossier: Dossier, step: Step) -> bool:
    """Whether the step shares something, or brings about one that does."""
    steps = dossier.procedure.steps
    return bool(step.shares) or any(_may_disclose(dossier, steps[name]) for name in step.emits)


def _told(
    session: Session,
    dossier: Dossier,
    document: dict[str, Any],
    events: list[Any],
    step: str,
    code: str | None,
) -> str:
    from workflow.verbs.output import named

    procedure, lang = dossier.procedure, session.lang
    lines = moved_lines(session, dossier, events)
    if document.get("repeated"):
        lines.append(session.say("Dit was al gedaan.", "This was done already."))
    else:
        lines = [*_unseen(session, dossier, document, events, step), *lines]
    if document["seq"]:
        lines.append(f"{dossier.case.stream}  seq {document['seq']}")
    else:
        lines.append(
            session.say(
                f"Je deel in zaak {dossier.case.stream} zit erop: je ziet haar niet meer.",
                f"Your part in case {dossier.case.stream} is over: you no longer see it.",
            )
        )
    joins = document.get("party") or procedure.steps[step].joins
    if code is not None and joins is not None:
        lines += code_lines(session, named(procedure, joins, lang), code)
    filed = document.get("opened")
    if filed is not None:
        lines.append(session.say("Geopend: zaak ", "Opened: case ") + filed["case"])
        lines += code_lines(session, filed["case"], filed["code"])
    return "\n".join(lines)


def _unseen(
    session: Session, dossier: Dossier, document: dict[str, Any], events: list[Any], name: str
) -> list[str]:
    """What the caller just did themselves, as far as the history does not show it to them."""
    from workflow.engine import facts as f
    from workflow.verbs.output import kind_label

    procedure, lang = dossier.procedure, session.lang
    step, seen = procedure.steps[name], [event.data for event in events]
    lines = []
    if not any(isinstance(fact, f.Stepped) and fact.step == name for fact in seen):
        lines.append(session.say("Gedaan: ", "Done: ") + step.labels[lang])
    item = document.get("item")
    added = any(isinstance(fact, f.Added) and fact.item == item for fact in seen)
    if item is not None and step.note is not None and not added:
        word = session.say("Toegevoegd", "Added")
        lines.append(f"{word}: {kind_label(procedure, step.note.kind, lang)} ({item})")
    return lines


_BY_ITSELF = {
    "clock": Words(" (vanzelf, doordat de termijn verliep)", " (by the clock)"),
    "ground": Words(
        " (vanzelf, doordat wegviel waar het op rustte)",
        " (by itself, as what it rested on fell away)",
    ),
    "linked": Words(" (als gevolg van iets anders)", " (as a consequence of something else)"),
}
"""What is said of a step that nobody took: never what fell away, nor which case told this one."""


def moved_lines(session: Session, dossier: Dossier, events: list[Any]) -> list[str]:
    """What happened, as far as the caller may see it: a line for each move and for each item."""
    from workflow.engine import facts as f
    from workflow.verbs.output import kind_label, label, purpose_label

    procedure, lang = dossier.procedure, session.lang
    lines = []
    for event in events:
        match event.data:
            case f.Stepped(track=track, source=source, to=to, because=because):
                declared = procedure.tracks[track]
                moved = (
                    f"{declared.labels[lang]}: {declared.states[source].labels[lang]}"
                    f" → {declared.states[to].labels[lang]}"
                )
                lines.append(
                    moved + (_BY_ITSELF[because].say(lang) if because in _BY_ITSELF else "")
                )
            case f.Added(item=item, kind=kind):
                word = session.say("Toegevoegd", "Added")
                lines.append(f"{word}: {kind_label(procedure, kind, lang)} ({item})")
            case f.Disclosed(item=item, to=to, into=into):
                word = session.say("Gedeeld", "Shared")
                case = session.say(f", in zaak {into}", f", in case {into}") if into else ""
                lines.append(f"{word}: {item} → {label(procedure, to, lang)}{case}")
            case f.Erased():
                words = (
                    "Stukken gewist: niemand opent ze nog.",
                    "Items erased: nobody opens them.",
                )
                lines.append(session.say(*words))
            case f.Consented(consent=consent, to=to, purpose=purpose):
                word = session.say("Toestemming", "Consent")
                target = f"{label(procedure, to, lang)}, {purpose_label(procedure, purpose, lang)}"
                lines.append(f"{word} {consent}: → {target}")
            case f.Withdrawn(consent=consent):
                lines.append(session.say("Ingetrokken: ", "Withdrawn: ") + consent)
    return lines


@verb(
    Words(
        "Iemand buiten de zaak houden.\n\n"
        "Wie zelf betrokken is, of dicht bij een betrokkene staat, leest en doet niets in de zaak.",
        "Keep someone out of the case.\n\n"
        "Whoever is involved, or close to someone who is, neither reads nor acts in it.",
    ),
    examples=("zaak recuse z-4f7k-9qtm-2c ilse --ground close",),
)
@argument("case", completing.cases)
@argument("person", completing.persons)
@option(
    "--ground",
    type=GROUND,
    required=True,
    words=Words(
        "Waarom: betrokken, getuige, of dichtbij een van hen.",
        "Why: a party, a witness, or close to one.",
    ),
)
@careful
def recuse(
    session: Session,
    case: str,
    person: str,
    ground: str,
    expect: int | None,
    idempotency_key: str | None,
) -> None:
    """Keep a person out."""
    from workflow.engine.commands import Recuse
    from workflow.verbs.dossier import opened
    from workflow.verbs.seats import full_name, person_meant

    dossier = opened(session, case)
    person = person_meant(session, person)
    full = full_name(session, person)
    care = Care(expect, idempotency_key)
    request = {"case": dossier.case.stream, "person": person, "ground": ground}
    retry = retrying(care, dossier.signer.key, "recuse", request, b"")
    done = carry_out(session, dossier, Recuse(person, ground), {}, care, retry)
    document, _ = outcome(session, dossier, done)
    said = session.say(
        f"{full} staat vanaf nu buiten deze zaak.", f"{full} is kept out of this case from now."
    )
    session.answer(document, said)

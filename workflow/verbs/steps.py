"""What can be done in a case, and why something cannot: the same rules as for doing it, asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.engine.procedure import Step
    from workflow.engine.reasons import Reason
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


@verb(
    Words(
        "Welke stappen er nu voor je zijn, en wat andere in de weg staat.\n\n"
        "Bij elke stap staat wat hij vraagt en wat hij deelt. Stappen waaraan jij nu niets kunt "
        "doen staan er alleen bij met --all.",
        "Which steps are yours to take now, and what stands in the way of others.\n\n"
        "Each step is listed with what it asks and what it shares. Steps about which you can do "
        "nothing now are listed only with --all.",
    ),
    name="next",
    examples=("zaak next z-4f7k-9qtm-2c", "zaak next z-4f7k-9qtm-2c --json"),
)
@argument("case", completing.cases)
@option("--all", "every", is_flag=True, words=Words("Alle stappen.", "All steps."))
def next_steps(session: Session, case: str, every: bool) -> None:
    """Show the steps that can be taken."""
    from workflow.verbs.besides import addable, lines
    from workflow.verbs.dossier import considered, opened
    from workflow.verbs.versions import behind

    dossier = opened(session, case)
    found = considered(session, dossier)
    adds = addable(session, dossier)
    document: dict[str, Any] = {
        "case": dossier.case.stream,
        "steps": [described(session, dossier, name, reasons) for name, reasons in found.items()],
        "adds": adds,
    }
    newer = behind(dossier)
    if newer is not None:
        document["newer"] = {"version": newer.version, "digest": newer.digest}

    def text() -> str:
        said = [_next_text(session, dossier, found, every), *lines(session, dossier, adds)]
        if newer is not None:
            mine, theirs = dossier.procedure.version, newer.version
            said += [
                "",
                session.say(
                    f"Deze zaak volgt versie {mine} van de procedure, de afdeling inmiddels versie "
                    f"{theirs}. Of zij over kan:",
                    f"This case follows version {mine} of the procedure, its branch version "
                    f"{theirs} by now. Whether it can go over:",
                ),
                f"  zaak case migrate {dossier.case.stream} --dry-run",
            ]
        return "\n".join(said)

    session.answer(document, text)


BEYOND = frozenset(
    ("wrong-state", "not-now", "not-yours", "party-present", "other-branch", "report-without-owner")
)
"""Reasons that nothing the caller does now takes away."""


def described(
    session: Session, dossier: Dossier, name: str, reasons: tuple[Reason, ...]
) -> dict[str, Any]:
    """A step with whether it can be taken, what it asks and what it shares, for JSON."""
    from workflow.engine.member import decider, enough
    from workflow.verbs.doing import readers
    from workflow.verbs.failures import reason_documents

    step = dossier.procedure.steps[name]
    party = (
        decider(dossier.procedure, step, dossier.case.state(step.track), dossier.case.parties)
        if not reasons
        else (step.decision.party if step.decision else None)
    )
    return {
        "step": name,
        "track": step.track,
        "to": step.to,
        "label": step.labels[session.lang],
        "allowed": not reasons,
        "reasons": reason_documents(reasons, session.lang, dossier.procedure, dossier.case.stream),
        "asks": {
            field: {
                "type": asked.type,
                "label": asked.labels[session.lang],
                "required": asked.required,
                "values": _values(session, dossier, step, field),
            }
            for field, asked in step.asks.items()
        },
        "note": {"kind": step.note.kind, "required": step.note.required} if step.note else None,
        "papers": step.papers,
        "decision": {"party": party, "evidence": enough(step)} if party else None,
        "shares": [
            {
                "kind": each.kind,
                "to": each.to,
                "to_field": each.to_field,
                "purpose": each.purpose,
                "readers": readers(session, dossier, each.purpose),
            }
            for each in step.shares
        ],
        "joins": step.joins,
    }


def _values(session: Session, dossier: Dossier, step: Step, field: str) -> dict[str, str]:
    from workflow.engine.guards import Situation, suited
    from workflow.verbs.asking import choices_of

    asked, now = step.asks[field], session.desk.now()
    if asked.type in ("affirm", "yesno"):
        return {"yes": session.say("ja", "yes"), "no": session.say("nee", "no")}
    found = choices_of(session, asked, dossier.register, now)
    if asked.type not in ("person", "persons"):
        return found
    here = Situation(
        dossier.procedure, dossier.register, dossier.case, dossier.signer.who, None, None, now
    )
    return {name: words for name, words in found.items() if suited(here, step, field, name)}


def _next_text(
    session: Session, dossier: Dossier, found: dict[str, tuple[Reason, ...]], every: bool
) -> str:
    from workflow.verbs.output import counted, painted

    open_now = [name for name, reasons in found.items() if not reasons]
    here, elsewhere = _blocked(found)
    lines = []
    if open_now:
        lines.append(painted(session, session.say("Nu mogelijk", "Possible now"), "bold"))
        for name in open_now:
            lines += step_lines(session, dossier, name)
    if here:
        lines += ["", painted(session, session.say("Nu nog niet", "Not yet"), "bold")]
        for name in here:
            lines.append(_step_title(session, dossier, name))
            lines += reason_lines(session, dossier, found[name])
    if elsewhere and not every:
        hidden = counted(session, len(elsewhere), "stap", "stappen", "step", "steps")
        still = session.say("nu niet aan de orde", "not at issue now")
        lines += ["", f"{hidden} {still}: zaak next {dossier.case.stream} --all"]
    if elsewhere and every:
        title = session.say("Bij een andere stand van zaken", "When the case stands elsewhere")
        lines += ["", painted(session, title, "bold")]
        lines += [_step_title(session, dossier, name) for name in elsewhere]
    if not found:
        lines.append(session.say("Hier is voor jou niets te doen.", "Nothing here is yours to do."))
    return "\n".join(lines).lstrip("\n")


def _blocked(found: dict[str, tuple[Reason, ...]]) -> tuple[list[str], list[str]]:
    """The blocked steps: where the caller could change something, and where they could not."""
    here, elsewhere = [], []
    for name, reasons in found.items():
        if any(reason.code in BEYOND for reason in reasons):
            elsewhere.append(name)
        elif reasons:
            here.append(name)
    return here, elsewhere


def _step_title(session: Session, dossier: Dossier, name: str) -> str:
    from workflow.verbs.output import painted

    step, lang = dossier.procedure.steps[name], session.lang
    track = dossier.procedure.tracks[step.track]
    to = track.states[step.to].labels[lang]
    if step.track != next(iter(dossier.procedure.tracks)):
        to = f"{track.labels[lang]}: {to}"
    arrow = painted(session, f"→ {to}", "dim")
    return f"  {painted(session, name, 'green')}  {step.labels[lang]}  {arrow}"


def step_lines(session: Session, dossier: Dossier, name: str) -> list[str]:
    """A step with everything it asks, needs and shares."""
    from workflow.engine.member import decider
    from workflow.verbs.doing import reader_lines
    from workflow.verbs.output import columns, kind_label, label, purpose_label

    p, lang = dossier.procedure, session.lang
    step = p.steps[name]
    rows: list[tuple[str, ...]] = []
    for field, asked in step.asks.items():
        values = _values(session, dossier, step, field)
        shown = [key if key == words else f"{key} ({words})" for key, words in values.items()]
        optional = "" if asked.required else session.say(" (hoeft niet)", " (optional)")
        plain = asked.type in ("affirm", "yesno")
        rows.append(
            (
                f"--set {field}=",
                asked.labels[lang] + optional,
                ", ".join(_values(session, dossier, step, field).values())
                if plain
                else ", ".join(shown),
            )
        )
    if step.note is not None:
        need = "" if step.note.required else session.say(" (hoeft niet)", " (optional)")
        rows.append(("--note", kind_label(p, step.note.kind, lang) + need))
    if step.papers is not None:
        rows.append(("--paper", kind_label(p, step.papers, lang)))
    party = decider(p, step, dossier.case.state(step.track), dossier.case.parties)
    if party is not None and party not in dossier.reader:
        ways = "|".join(_evidence(dossier, step, party))
        decision = session.say("beslissing van", "decision of")
        rows.append(("--evidence", f"{decision} {label(p, party, lang)}", ways))
    for share in step.shares:
        to = label(p, share.to, lang) if share.to else _asked(step, share.to_field, lang)
        what = (
            kind_label(p, share.kind, lang)
            if share.kind
            else session.say("alles met toestemming", "everything consented to")
        )
        rows.append(
            (
                session.say("deelt", "shares"),
                f"{what} → {to}",
                purpose_label(p, share.purpose, lang),
            )
        )
    who = reader_lines(session, dossier, (share.purpose for share in step.shares))
    return [
        _step_title(session, dossier, name),
        *columns(rows, indent=6),
        *(f"    {line}" for line in who),
    ]


def _asked(step: Step, field: str | None, lang: str) -> str:
    """To whom something goes that an answer says: as the question is called."""
    return f"‘{step.asks[field].labels[lang]}’" if field in step.asks else ""


def reason_lines(session: Session, dossier: Dossier, reasons: tuple[Reason, ...]) -> list[str]:
    """Each reason with its rules, and what would help."""
    from workflow.wording.wording import reason_text, way_out

    lines = []
    for reason in reasons:
        cites = f" ({', '.join(reason.cites)})" if reason.cites else ""
        lines.append(f"      - {reason_text(reason, session.lang, dossier.procedure)}{cites}")
        way = way_out(reason, session.lang, dossier.procedure, case=dossier.case.stream)
        if way and session.command == "next":
            # Whoever reads this is looking at what that would show.
            said = (each for each in re.split(r"(?<=\.) ", way) if "zaak next" not in each)
            way = " ".join(said)
        if way:
            lines.append(f"        → {way}")
    return lines


@verb(
    Words(
        "Waarom een stap nu kan of niet kan.\n\n"
        "Elke reden, wat er waar zou moeten zijn, en wie daarvoor kan zorgen.",
        "Why a step can or cannot be taken now.\n\n"
        "Every reason, what would have to be true, and who could make it so.",
    ),
    examples=("zaak why z-4f7k-9qtm-2c hand_over",),
)
@argument("case", completing.cases)
@argument("step", completing.every_step)
def why(session: Session, case: str, step: str) -> None:
    """Explain a step."""
    from workflow.engine.deciding import Actor, consider
    from workflow.engine.stepping import named
    from workflow.verbs.dossier import opened
    from workflow.verbs.meant import declared

    dossier = opened(session, case)
    step = declared(session, dossier.procedure, "steps", step)
    named(dossier.procedure, step)
    actor = Actor(dossier.signer.who, dossier.signer.office)
    reasons = consider(
        dossier.rules, dossier.case, step, actor, dossier.register, session.desk.now()
    )
    told = described(session, dossier, step, reasons)
    document = {"case": dossier.case.stream, **told}
    session.answer(document, lambda: _why_text(session, dossier, step, reasons))


def _command(session: Session, dossier: Dossier, name: str) -> str:
    """The command that takes the step, with all that it needs; words in capitals are to be chosen.

    It can be pasted into a shell: no sign in it means anything there.
    """
    from workflow.engine.member import decider
    from workflow.verbs.asking import blank

    step = dossier.procedure.steps[name]
    words = ["zaak", "advance", dossier.case.stream, name]
    for field, asked in step.asks.items():
        if asked.required:
            words += ["--set", f"{field}={blank(session, asked)}"]
    if step.note is not None and step.note.required:
        words += ["--note", "-"]
    party = decider(dossier.procedure, step, dossier.case.state(step.track), dossier.case.parties)
    if party is not None and party not in dossier.reader:
        able = _evidence(dossier, step, party)
        ways: list[str] = [way for way in able if way != "code"] or ["code"]
        how = ways[0] if len(ways) == 1 else session.say("HOE", "HOW")
        words += ["--decided-by", party, "--evidence", how]
        words += ["--statement", "FILE"] if how == "written" else []
    return " ".join(words)


def _evidence(dossier: Dossier, step: Step, party: str) -> tuple[str, ...]:
    """The evidence of the party's decision that the caller can give, of what suffices for the step.

    What the party said is recorded by a counsellor in whom they confide, and by nobody else.
    """
    from workflow.engine.member import confiding, enough
    from workflow.engine.standing import CONFIDANTS
    from workflow.engine.stepping import acting

    capacity = acting(step, dossier.reader, dossier.signer.office)
    hears = capacity in CONFIDANTS and confiding(dossier.procedure) in (None, party)
    return tuple(way for way in enough(step) if way != "spoken" or hears)


def _why_text(session: Session, dossier: Dossier, name: str, reasons: tuple[Reason, ...]) -> str:
    from workflow.verbs.output import labels

    p, lang = dossier.procedure, session.lang
    step = p.steps[name]
    if not reasons:
        can = session.say("Deze stap kan nu:", "This step can be taken now:")
        command = _command(session, dossier, name)
        return "\n".join([can, *step_lines(session, dossier, name), "", f"  {command}"])
    lines = [_step_title(session, dossier, name)]
    if step.help is not None:
        lines.append(f"      {step.help[lang]}")
    who = labels(p, step.who, lang)
    lines.append(session.say(f"      Aan: {who}", f"      Up to: {who}"))
    lines += ["", session.say("Dit staat in de weg:", "In the way:")]
    return "\n".join([*lines, *reason_lines(session, dossier, reasons)])

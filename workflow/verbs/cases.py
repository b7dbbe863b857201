"""Looking at cases: which there are, and how one stands, as far as it is the caller's to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.verbs.dossier import Dossier, Sight
    from workflow.verbs.session import Session


@verb(
    Words(
        "De zaken die je mag kennen.\n\nMet --state alleen wat in die toestand staat; met --due "
        "alleen waar een termijn voorbij is.",
        "The cases you may know of.\n\nWith --state only those in that state; with --due only "
        "those with a deadline that has passed.",
    ),
    name="list",
    examples=("zaak list", "zaak list --state weighing", "zaak list --due --json"),
)
@option(
    "--state",
    metavar="[TRACK=]STATE",
    words=Words("Alleen zaken in deze toestand.", "Only cases in this state."),
)
@option(
    "--due",
    is_flag=True,
    words=Words("Alleen waar een termijn voorbij is.", "Only where a deadline has passed."),
)
def list_cases(session: Session, state: str | None, due: bool) -> None:
    """List cases."""
    from workflow.verbs.doing import states
    from workflow.verbs.dossier import all_visible

    wanted = None if state is None else _wanted(session, state)
    now = session.desk.now()
    found: list[tuple[Dossier, dict[str, Any]]] = []
    for dossier in all_visible(session):
        at = states(dossier)
        deadlines = pending(dossier, now)
        if due and not any(each["overdue"] for each in deadlines):
            continue
        if wanted is not None and not wanted & set(at.items()):
            continue
        row = {
            "case": dossier.case.stream,
            "procedure": dossier.procedure.procedure,
            "branch": dossier.case.branch,
            "states": at,
            "due": deadlines,
        }
        found.append((dossier, row))
    session.answer({"cases": [row for _, row in found]}, lambda: _listed(session, found))


def _wanted(session: Session, given: str) -> frozenset[tuple[str, str]]:
    """The tracks and states meant by `[TRACK=]STATE`, each by its name or by a label.

    Raises BadCommand where no adopted procedure has such a state.
    """
    from workflow.verbs.catalogue import adopted
    from workflow.wording.choices import folded

    track, _, state = (folded(part) for part in given.rpartition("="))
    found: set[tuple[str, str]] = set()
    known: dict[str, str] = {}
    for _, declared in adopted(session):
        for name, one in declared.tracks.items():
            of_track = (name, one.labels.nl, one.labels.en)
            for at, standing in one.states.items():
                called = (at, standing.labels.nl, standing.labels.en)
                known.setdefault(at, standing.labels[session.lang])
                if state in map(folded, called) and (not track or track in map(folded, of_track)):
                    found.add((name, at))
    if not found:
        raise session.wrong("unknown-state", given=given, known=tuple(known), called=known)
    return frozenset(found)


def _listed(session: Session, found: list[tuple[Dossier, dict[str, Any]]]) -> str:
    from workflow.engine.registering import legible
    from workflow.verbs.output import columns, painted

    if not found:
        return session.say("Geen zaken.", "No cases.")
    rows = []
    for dossier, row in found:
        soonest = next(iter(row["due"]), None)
        rows.append(
            (
                legible(row["case"]),
                row["branch"],
                "; ".join(_moved(session, dossier, row["states"]))
                or dossier.procedure.labels[session.lang],
                "" if soonest is None else _when(session, soonest),
            )
        )
    return "\n".join(columns(rows, looks={0: "bold"}, session=session)) or painted(session, "")


def _moved(session: Session, dossier: Dossier, states: dict[str, str]) -> Iterator[str]:
    """The tracks that have begun, and where they stand."""
    for name, state in states.items():
        track = dossier.procedure.tracks[name]
        if state != track.initial:
            labels = track.labels[session.lang], track.states[state].labels[session.lang]
            yield f"{labels[0]}: {labels[1]}"


def _when(session: Session, due: dict[str, Any], preposition: str = "") -> str:
    from workflow.verbs.moments import end
    from workflow.verbs.output import painted

    text = end(session, due["at"], preposition)
    if due["overdue"]:
        return painted(session, session.say(f"{text}: voorbij", f"{text}: passed"), "red")
    return text


def pending(dossier: Dossier, now: Any) -> list[dict[str, Any]]:
    """The deadlines on tracks that the caller sees, soonest first."""
    from workflow.engine.clock import deadlines
    from workflow.engine.deadlines import is_past
    from workflow.engine.standing import sees

    found = []
    for at, track in deadlines(dossier.case):
        if not sees(dossier.procedure, dossier.case, dossier.reader, track):
            continue
        state = dossier.case.state(track)
        declared = dossier.procedure.tracks[track].states[state].deadline
        found.append(
            {
                "track": track,
                "state": state,
                "at": at,
                "overdue": is_past(at, now),
                "then": declared.then if declared else None,
                "remind": declared.remind if declared else (),
            }
        )
    return found


@verb(
    Words(
        "Hoe een zaak ervoor staat, voor zover je dat mag zien.\n\n"
        "Toestanden, termijnen, stukken, toestemmingen en wat er gedeeld is.",
        "How a case stands, as far as it is yours to see.\n\n"
        "States, deadlines, documents, consents and what was shared.",
    ),
    examples=("zaak show z-4f7k-9qtm-2c", "zaak show z-4f7k-9qtm-2c --code-file code.txt --json"),
)
@argument("case", completing.cases)
def show(session: Session, case: str) -> None:
    """Show a case."""
    from workflow.verbs.consents import consents_of
    from workflow.verbs.doing import states
    from workflow.verbs.dossier import look, opened, sight

    dossier = opened(session, case)
    now = session.desk.now()
    with session.store.read() as tx:
        seen = sight(tx, session, dossier)
    parties = [p for p in dossier.case.parties if p in dossier.reader or seen.scope.knows(p)]
    document = {
        "case": dossier.case.stream,
        "procedure": dossier.procedure.procedure,
        "version": dossier.procedure.version,
        "branch": dossier.case.branch,
        "as": sorted(dossier.reader.capacities),
        "parties": parties,
        "states": states(dossier),
        "seq": seen.seq,
        "due": pending(dossier, now),
        "items": _items(dossier, seen, now),
        "consents": consents_of(seen, now),
        "disclosures": _disclosures(seen),
    }
    look(session, dossier, "status")
    session.answer(document, lambda: _shown(session, dossier, document))


def _items(dossier: Dossier, seen: Sight, now: Any) -> list[dict[str, Any]]:
    """The items the caller may know of; an auditor learns of each only what kind it is."""
    from workflow.engine.facts import Added, Disclosed, Erased
    from workflow.engine.sharing import may_read

    procedure, case, reader = dossier.procedure, dossier.case, dossier.reader
    known = {
        event.data.item
        for event in seen.events
        if isinstance(event.data, Added)
        or (
            isinstance(event.data, Disclosed)
            and event.data.to in reader
            and event.data.into is None
        )
    }
    gone = {
        item
        for event in seen.events
        if isinstance(event.data, Erased)
        for item in seen.scope.erased(event.data)
    }
    found: list[dict[str, Any]] = []
    for name, item in case.items.items():
        verdict = may_read(procedure, case, name, reader, now)
        if seen.scope.whole and not verdict:
            found.append({"kind": item.kind, "readable": False, "erased": name in gone})
        elif name in known:
            found.append(
                {
                    "item": name,
                    "kind": item.kind,
                    "of": item.of,
                    "author": item.author,
                    "readable": bool(verdict),
                    "basis": verdict.basis,
                    "erased": name in gone,
                }
            )
    return found


def _disclosures(seen: Sight) -> list[dict[str, Any]]:
    from workflow.engine.facts import Disclosed

    case, scope = seen.scope.case, seen.scope
    return [
        {
            "item": None if scope.whole else fact.item,
            "kind": case.items[fact.item].kind,
            "to": fact.to,
            "into": fact.into,
            "purpose": fact.purpose,
            "basis": fact.basis,
            "on": [n for n in fact.on if n not in case.consents or scope.sees_consent(n)],
            "at": event.took_place,
        }
        for event in seen.events
        if isinstance(fact := event.data, Disclosed)
    ]


def _shown(session: Session, dossier: Dossier, document: dict[str, Any]) -> str:
    from workflow.verbs.consents import consent_lines
    from workflow.verbs.moments import end
    from workflow.verbs.output import (
        capital,
        columns,
        kind_label,
        label,
        named,
        painted,
        purpose_label,
    )

    p, lang = dossier.procedure, session.lang

    def title(nl: str, en: str) -> str:
        return painted(session, session.say(nl, en), "bold")

    head = f"{p.labels[lang]} ({p.version}), {dossier.case.branch}"
    lines = [painted(session, dossier.case.stream, "bold") + f"  {head}"]
    lines.append(
        session.say("Jij bent hier: ", "You are here as: ")
        + (
            ", ".join(named(p, name, lang) for name in _called(document["as"]))
            or session.say("ontvanger", "recipient")
        )
        + f"  (seq {document['seq']})"
    )
    due = {each["track"]: each for each in document["due"]}
    before = session.say("tot", "until")
    rows: list[tuple[str, ...]] = []
    for name, state in document["states"].items():
        track = p.tracks[name]
        rows.append(
            (
                track.labels[lang],
                track.states[state].labels[lang],
                _when(session, due[name], before) if name in due else "",
            )
        )
    if rows:
        lines += ["", title("Waar het staat", "Where it stands"), *columns(rows, indent=2)]
    if document["parties"]:
        rows = [
            (
                name,
                label(p, name, lang),
                session.say("(jij)", "(you)") if name in dossier.reader else "",
            )
            for name in document["parties"]
        ]
        lines += ["", title("Wie meedoen", "Who takes part"), *columns(rows, indent=2)]
    if document["items"]:
        rows = [
            (
                each.get("item", "–"),
                kind_label(p, each["kind"], lang),
                session.say("van ", "by ") + label(p, each["author"], lang)
                if "author" in each
                else "",
                _unreadable(session, each),
            )
            for each in document["items"]
        ]
        lines += ["", title("Stukken", "Documents"), *columns(rows, indent=2)]
    if document["consents"]:
        lines += ["", title("Toestemmingen", "Consents")]
        lines += consent_lines(session, dossier, document["consents"])
    if document["disclosures"]:
        rows = [
            (
                each["item"] or "–",
                kind_label(p, each["kind"], lang),
                f"→ {label(p, each['to'], lang)}" + _carried(session, each["into"]),
                purpose_label(p, each["purpose"], lang),
            )
            for each in document["disclosures"]
        ]
        lines += ["", title("Gedeeld", "Shared"), *columns(rows, indent=2)]
    emergency = dossier.case.emergency
    if emergency is not None and "emergency" in document["states"]:
        until = end(session, emergency.until, before)
        lines += ["", capital(session.say(f"noodopening {until}", f"emergency {until}"))]
    return "\n".join(lines)


def _called(capacities: list[str]) -> list[str]:
    """The capacities, without the part that one of several plays, who has a name of their own."""
    from workflow.engine.procedure import role

    several = {role(name) for name in capacities if role(name) != name}
    return [name for name in capacities if name not in several]


def _unreadable(session: Session, item: dict[str, Any]) -> str:
    if item["erased"]:
        return session.say("gewist", "erased")
    return "" if item["readable"] else session.say("niet te lezen", "not readable")


def _carried(session: Session, case: str | None) -> str:
    return session.say(f", in zaak {case}", f", in case {case}") if case else ""

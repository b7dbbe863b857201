"""Time: what is due, and letting happen what the clock must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs.base import Words, verb
from workflow.verbs.output import counted

if TYPE_CHECKING:
    from workflow.desk import Outcome
    from workflow.verbs.session import Session


@verb(
    Words(
        "Wat er wanneer moet gebeuren, het eerste bovenaan.\n\n"
        "Alleen van zaken die je mag kennen. Een termijn die voorbij is, is gemarkeerd.",
        "What is due and when, soonest first.\n\n"
        "Only of cases you may know of. A deadline that has passed is marked.",
    ),
    examples=("zaak due", "zaak due --json"),
)
def due(session: Session) -> None:
    """List deadlines."""
    from workflow.verbs.cases import pending
    from workflow.verbs.dossier import all_visible

    now = session.desk.now()
    found = [
        (dossier, {"case": dossier.case.stream, **each})
        for dossier in all_visible(session)
        for each in pending(dossier, now)
    ]
    found.sort(key=lambda pair: (pair[1]["at"], pair[1]["case"], pair[1]["track"]))

    def text() -> str:
        from workflow.verbs.moments import end
        from workflow.verbs.output import columns, labels, painted

        rows = []
        for dossier, each in found:
            p, lang = dossier.procedure, session.lang
            track = p.tracks[each["track"]]
            then = p.steps[each["then"]].labels[lang] if each["then"] else None
            reminded = labels(p, each["remind"], lang)
            mark = session.say("voorbij", "passed") if each["overdue"] else ""
            rows.append(
                (
                    end(session, each["at"]),
                    mark,
                    each["case"],
                    f"{track.labels[lang]}: {track.states[each['state']].labels[lang]}",
                    f"→ {then}" if then else reminded,
                )
            )
        none = session.say("Er staat niets open.", "Nothing is due.")
        lines = columns(rows)
        marked = [
            painted(session, line, "red") if each["overdue"] else line
            for line, (_, each) in zip(lines, found, strict=True)
        ]
        return "\n".join(marked) or none

    session.answer({"due": [each for _, each in found]}, text)


@verb(
    Words(
        "Uitvoeren wat vanzelf moet gebeuren.\n\n"
        "Veilig om overal en zo vaak je wilt te draaien, bijvoorbeeld elk uur. Wie het draait, "
        "tekent ervoor en leest er niets mee.",
        "Let happen what the clock must do.\n\n"
        "Safe to run anywhere and any number of times, such as every hour. Whoever runs it signs "
        "for it and learns nothing by it.",
    ),
    examples=("zaak tick", "zaak tick --json"),
)
def tick(session: Session) -> None:
    """Let the clock do its part."""
    from workflow.engine.commands import Tick
    from workflow.engine.ledger import stamp
    from workflow.store import Conflict

    signer, desk = session.signer, session.desk
    with session.store.read() as tx:
        waiting = [head.stream for head in tx.due_before(stamp(desk.now()))]
    done: list[Outcome] = []
    for stream in waiting:
        try:
            went = desk.perform(stream, Tick(), signer)
        except Conflict:
            continue  # whoever came first has let the clock do its part
        if went.events:
            done.append(went)
    desk.sweep()
    seen = [(went, each) for went in done if (each := _known(session, went)) is not None]
    shown = [each for _, each in seen]
    document = {
        "cases": len(seen),
        "events": sum(len(went.events) for went, _ in seen),
        "ticked": [each for each, _ in shown],
    }

    def text() -> str:
        lines = [line for _, lines in shown for line in lines]
        cases, events = len(seen), sum(len(went.events) for went, _ in seen)
        if not seen:
            return session.say("Er was niets te doen.", "There was nothing to do.")
        what = counted(session, events, "gebeurtenis", "gebeurtenissen", "event", "events")
        where = counted(session, cases, "zaak", "zaken", "case", "cases")
        lines.append(f"{what} in {where}.")
        return "\n".join(lines)

    session.answer(document, text)


def _known(session: Session, went: Outcome) -> tuple[dict[str, Any], list[str]] | None:
    """What happened in a case, if whoever ran it may know of the case."""
    from workflow.engine.standing import knows
    from workflow.verbs.acting import moved_lines
    from workflow.verbs.doing import outcome
    from workflow.verbs.dossier import laid_out

    with session.store.read() as tx:
        stored = session.desk.case(tx, went.case.stream)
    dossier = laid_out(session, session.signer, *stored)
    if not knows(dossier.procedure, dossier.case, dossier.reader):
        return None
    document, events = outcome(session, dossier, went)
    stream = went.case.stream
    return document, [f"{stream}  {line}" for line in moved_lines(session, dossier, events)]

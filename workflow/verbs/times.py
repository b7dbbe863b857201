"""Time: what is due, and letting happen what the clock must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.output import counted

if TYPE_CHECKING:
    from workflow.desk.values import Outcome
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
        "tekent ervoor en leest er niets mee. Wat in een zaak niet lukt houdt de andere niet op: "
        "aan het eind staat wat er bleef liggen, en de code is dan niet 0.",
        "Let happen what the clock must do.\n\n"
        "Safe to run anywhere and any number of times, such as every hour. Whoever runs it signs "
        "for it and learns nothing by it. What fails in one case does not hold up the others: at "
        "the end it says what was left, and the exit code is not 0.",
    ),
    examples=("zaak tick", "zaak tick --json"),
)
def tick(session: Session) -> int:
    """Let the clock do its part, in every case where it can; gives the worst exit code."""
    from workflow.engine.commands import Tick
    from workflow.engine.ledger import stamp
    from workflow.store import Conflict, StoreTrouble

    signer, desk = session.signer, session.desk
    with session.store.read() as tx:
        waiting = [head.stream for head in tx.due_before(stamp(desk.now()))]
    done: list[Outcome] = []
    left: list[_Left] = []
    for stream in waiting:
        try:
            went = desk.perform(stream, Tick(), signer)
        except Conflict:
            continue  # whoever came first has let the clock do its part
        except StoreTrouble:
            raise  # it is no case that this is about
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            left.append(_leaving(session, stream, error))
            continue
        if went.events:
            done.append(went)
    try:
        desk.sweep()
    except StoreTrouble:
        raise
    except Exception as error:  # noqa: BLE001 - what was done is said all the same
        left.append(_leaving(session, None, error))
    shown = [each for went in done if (each := _known(session, went)) is not None]
    events = sum(len(document["events"]) for document, _ in shown)
    told = [each for each in left if each.case is not None]
    elsewhere = len(left) - len(told)
    document = {
        "cases": len(shown),
        "events": events,
        "ticked": [each for each, _ in shown],
        "left": [{"case": each.case, "reasons": each.reasons} for each in told],
        "left_elsewhere": elsewhere,
    }

    def text() -> str:
        lines = [line for _, lines in shown for line in lines]
        cases = len(shown)
        if shown:
            what = counted(session, events, "gebeurtenis", "gebeurtenissen", "event", "events")
            where = counted(session, cases, "zaak", "zaken", "case", "cases")
            lines.append(f"{what} in {where}.")
        elif not left:
            lines.append(session.say("Er was niets te doen.", "There was nothing to do."))
        for each in told:
            head = session.say("Bleef liggen", "Was left")
            lines.append(f"{head}: {each.case}")
            lines += [f"  {reason['text']}" for reason in each.reasons]
        if elsewhere:
            where = counted(session, elsewhere, "zaak", "zaken", "case", "cases")
            lines.append(
                session.say(
                    f"Ook bleef iets liggen in {where} waar je niet van mag weten.",
                    f"Something was also left in {where} that you may not know of.",
                )
            )
        return "\n".join(lines)

    session.answer(document, text)
    return max((each.exit for each in left), default=0)


class _Left(NamedTuple):
    """A case in which the clock could not do its part: what that exits with, and why.

    The case is None where whoever runs it may not know of it, and nothing more is said then.
    """

    exit: int
    case: str | None
    reasons: list[dict[str, Any]]


def _leaving(session: Session, stream: str | None, error: Exception) -> _Left:
    from workflow.verbs.failures import FAULT, fault, reason_documents, understood

    failure = understood(error, session.command, stream)
    code = FAULT if failure is None else failure.exit
    if stream is None:
        return _Left(code, None, [])
    try:
        with session.store.read() as tx:
            session.desk.seen(tx, stream, session.signer.who)
    except Exception:  # noqa: BLE001 - who may know of a case that cannot be read, nobody can say
        return _Left(code, None, [])
    if failure is None:
        return _Left(code, stream, [{"code": "internal-error", "text": fault(error, session)}])
    return _Left(code, stream, reason_documents(failure.reasons, session.lang, None, stream))


def _known(session: Session, went: Outcome) -> tuple[dict[str, Any], list[str]] | None:
    """What happened in a case, where whoever ran it may know of something of it."""
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
    if not events:
        return None
    stream = went.case.stream
    return document, [f"{stream}  {line}" for line in moved_lines(session, dossier, events)]

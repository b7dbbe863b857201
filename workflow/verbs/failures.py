"""How a verb fails: for each kind of failure one exit code and one way of saying it.

| exit | what happened |
|---|---|
| 1 | refused by a rule |
| 2 | the words of the command are wrong |
| 3 | the case changed meanwhile, or the idempotency key was used for something else |
| 4 | a history does not verify (said by `audit verify` itself) |
| 5 | store or key cannot be used |
| 70 | a fault of this program (EX_SOFTWARE in BSD sysexits.h) |
| 130 | interrupted (128 + SIGINT) |

Which exit code a reason has follows from what it was raised in, as `understood` says. The list of
all reason codes, with their words and what would help, is kept in `wording.phrases` (those of
rules) and `wording.command_phrases` (those of words, codes, keys, clocks and stores);
tests/unit/test_wording.py holds that list to the code: none is missing and none is left over.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs.output import write_document

if TYPE_CHECKING:
    from workflow.desk.values import ClockBehind
    from workflow.engine.procedure import Procedure
    from workflow.engine.reasons import Reason
    from workflow.verbs.session import Session

REFUSED, WRONG, CHANGED, ALTERED, UNUSABLE, FAULT = 1, 2, 3, 4, 5, 70


class Failure(NamedTuple):
    """A failure as far as it is understood: the exit code, what was asked, and every reason."""

    exit: int
    command: str
    reasons: tuple[Reason, ...]


def understood(error: Exception, command: str, case: str | None = None) -> Failure | None:
    """What kind of failure an exception is; None for a fault of this program.

    `case` is the case that the command is about, where the caller may know of it. Of a history that
    cannot be read no more is said than that: at which event may tell of events that are hidden.
    """
    from workflow.crypto.codes import BadCode
    from workflow.crypto.keys import KeyTrouble
    from workflow.crypto.sealing import CannotOpen
    from workflow.desk.values import Altered, ClockBehind, NoSuchCase
    from workflow.engine.folding import BadHistory
    from workflow.engine.ledger import BadBody
    from workflow.engine.reasons import BadCommand, Reason, Refusal
    from workflow.store import Conflict, StoreTrouble
    from workflow.verbs.closed import Closed

    match error:
        case Refusal():
            return Failure(REFUSED, error.command, error.reasons)
        case NoSuchCase():
            return Failure(REFUSED, command, (Reason("no-such-case"),))
        case BadCommand():
            return Failure(WRONG, command, error.problems)
        case BadCode():
            return Failure(WRONG, command, (Reason(error.code),))
        case Conflict():
            code = "idempotency-key-used" if error.expected is None else "changed-meanwhile"
            return Failure(CHANGED, command, (Reason(code),))
        case Altered():
            reasons = tuple(
                Reason("altered", {"stream": p.stream, "seq": p.seq, "problem": p.code})
                for p in error.problems
            )
            return Failure(ALTERED, command, reasons)
        case BadHistory() | BadBody():
            return Failure(ALTERED, command, (_unreadable(case),))
        case StoreTrouble():
            where = {"where": error.where, "detail": error.detail}
            return Failure(UNUSABLE, command, (Reason(error.code, where),))
        case KeyTrouble():
            return Failure(UNUSABLE, command, (Reason(error.code, {"path": error.path}),))
        case Closed(able=(), item=item, kind=kind):
            return Failure(
                UNUSABLE, command, (Reason("closed-to-all", {"item": item, "kind": kind}),)
            )
        case Closed(able=able, item=item, kind=kind, to=to):
            about = {"item": item, "kind": kind, "to": to, "able": able}
            return Failure(UNUSABLE, command, (Reason("closed-to-you", about),))
        case CannotOpen():
            return Failure(UNUSABLE, command, (Reason("cannot-open"),))
        case ClockBehind():
            return Failure(UNUSABLE, command, (_behind(error),))
    return None


def _unreadable(case: str | None) -> Reason:
    """That a history cannot be read: that of a case, or of one that is not to be named."""
    from workflow.engine.reasons import Reason

    if case is None:
        return Reason("altered-somewhere")
    return Reason("altered", {"stream": case, "seq": 0, "problem": "state-differs"})


def _behind(error: ClockBehind) -> Reason:
    """How far the clock is behind, and behind what, as far as that may be said."""
    from workflow.engine.reasons import Reason

    times: dict[str, Any] = {"now": error.now, "latest": error.latest}
    if error.stream is None:
        return Reason("clock-behind-elsewhere", times)
    if error.seq is not None:
        which = {"now": error.now, "latest": error.latest, "seq": error.seq, "person": error.who}
        return Reason("clock-behind-register", which)
    return Reason("clock-behind", times)


def answer(error: Exception, session: Session) -> int:
    """Say what went wrong, on standard error or as one JSON document; returns the exit code."""
    failure = understood(error, session.command, session.case)
    if failure is None:
        return _fault(error, session)
    if session.json:
        write_document(_document(failure, session.lang, session.procedure, session.case))
    else:
        sys.stderr.write(_text(failure, session.lang, session.procedure, session.case))
    return failure.exit


def _way(
    reason: Reason, lang: str, procedure: Procedure | None, case: str | None = None
) -> str | None:
    from workflow.wording.wording import way_out

    way = way_out(reason, lang, procedure, case=case)
    near = reason.particulars.get("near")
    if not near:
        return way
    meant = f"Bedoel je {near[0]}?" if lang == "nl" else f"Did you mean {near[0]}?"
    return f"{meant} {way or ''}".strip()


def reason_documents(
    reasons: tuple[Reason, ...], lang: str, procedure: Procedure | None, case: str | None = None
) -> list[dict[str, Any]]:
    """Reasons for JSON: their code and words, the rules, what is missing and what would help."""
    from workflow.wording.wording import reason_text

    return [
        {
            "code": reason.code,
            "text": reason_text(reason, lang, procedure),
            "cites": reason.cites,
            "missing": reason.particulars or None,
            "way_out": _way(reason, lang, procedure, case),
        }
        for reason in reasons
    ]


def _document(
    failure: Failure, lang: str, procedure: Procedure | None, case: str | None
) -> dict[str, Any]:
    reasons = reason_documents(failure.reasons, lang, procedure, case)
    if failure.exit == REFUSED:
        return {"refused": {"command": failure.command, "reasons": reasons}}
    text = " ".join(str(reason["text"]) for reason in reasons)
    return {"error": {"code": failure.reasons[0].code, "text": text, "reasons": reasons}}


def _text(failure: Failure, lang: str, procedure: Procedure | None, case: str | None) -> str:
    from workflow.wording.wording import reason_text

    lines = []
    if failure.exit == REFUSED:
        refused = "Geweigerd" if lang == "nl" else "Refused"
        lines.append(f"{refused}: {failure.command}")
    elif len(failure.reasons) > 1:
        lines.append(f"zaak {failure.command}:")
    many = bool(lines)
    for reason in failure.reasons:
        if many and reason.code == "usage":
            lines.append(f"  {reason_text(reason, lang, procedure)}")
            continue
        cites = f" ({', '.join(reason.cites)})" if reason.cites else ""
        lines.append(("  - " if many else "zaak: ") + reason_text(reason, lang, procedure) + cites)
        way = _way(reason, lang, procedure, case)
        if way:
            lines.append(f"{'    ' if many else '  '}→ {way}")
    return "\n".join(lines) + "\n"


def fault(error: Exception, session: Session) -> str:
    """What is said where this program itself is at fault."""
    kind = type(error).__name__
    return session.say(
        f"Een fout in dit programma ({kind}). Met ZAAK_DEBUG=1 zie je waar.",
        f"A fault in this program ({kind}). With ZAAK_DEBUG=1 you see where.",
    )


def _fault(error: Exception, session: Session) -> int:
    if session.environment.get("ZAAK_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    text = fault(error, session)
    if session.json:
        write_document({"error": {"code": "internal-error", "text": text}})
    else:
        sys.stderr.write(f"zaak: {text}\n")
    return FAULT

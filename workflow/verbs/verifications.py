"""Verifying a store: everything recomputed, and each thing that does not hold named."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import group
from workflow.verbs.checkpoints import (
    HELD,
    against_said,
    checkpoint,
    held,
    prove,
    verify_proof,
    window_said,
    windowed,
)
from workflow.verbs.files import unused, write_new
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, forming, option
from workflow.verbs.problems import words
from workflow.verbs.sites import site

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from workflow.auditing.verifying import Report
    from workflow.engine.facts import Event
    from workflow.store import Read
    from workflow.verbs.session import Session

DIFFERS = 4
"""The exit code where a history does not verify."""

audit = group(
    "audit",
    Words(
        "Nagaan of er niets is veranderd.\n\nWat gebeurd is kan niet stilletjes worden aangepast: "
        "deze opdracht rekent alles na.",
        "Verify that nothing was changed.\n\nWhat happened cannot be silently changed: this "
        "recomputes everything.",
    ),
    examples=("zaak audit verify", "zaak audit verify z-4f7k-9qtm-2c --json"),
)

for command in (checkpoint, prove, verify_proof, site):
    audit.add_command(command)


@audit.verb(
    Words(
        "Alle handtekeningen, ketens, stappen en gronden controleren.\n\n"
        "Zonder ZAAK de hele administratie. Met --against wordt nagegaan of die voortbouwt op een "
        "ijkpunt dat buiten is bewaard. Een eerdere export (--kept) wijst aan welke gebeurtenis "
        "weg of veranderd is. Eindigt met code 4 als iets niet klopt.",
        "Recompute every signature, chain, step and basis.\n\n"
        "Without CASE the whole store. With --against, also whether it extends a checkpoint that "
        "was kept outside. An earlier export (--kept) tells which event is gone or changed. Ends "
        "with code 4 where something does not hold.",
    ),
    examples=(
        "zaak audit verify",
        "zaak audit verify z-4f7k-9qtm-2c --json",
        "zaak audit verify --against ijkpunt.txt",
        "zaak audit verify --kept events.jsonl",
    ),
)
@argument("case", completing.cases, required=False)
@option(
    "--against",
    metavar=HELD,
    words=Words(
        "Een ijkpunt dat je hebt: het bestand, of de korte reeks op een brief.",
        "A checkpoint that you hold: the file, or the short string on a letter.",
    ),
)
@option(
    "--kept",
    metavar="FILE|-",
    words=Words(
        "Een eerdere export die je bewaarde (zaak audit export).",
        "An earlier export that you kept (zaak audit export).",
    ),
)
def verify(session: Session, case: str | None, against: str | None, kept: str | None) -> int:
    """Verify the store, or the register and one case."""
    from pathlib import Path

    from workflow.auditing.keeping import BadExport, read_kept
    from workflow.auditing.verifying import verify_store
    from workflow.crypto.keys import KeyTrouble
    from workflow.engine.standing import AUDITOR
    from workflow.verbs.dossier import opened

    asked = session.asked.key
    if asked is not None and not Path(asked).exists():
        # Verifying needs no key, but who names one should not think that it was used.
        raise KeyTrouble("key-missing", asked)
    dossier = None if case is None else opened(session, case)
    only = None if dossier is None else dossier.case.stream
    # How many events a case has tells whoever sees a part of it that something happens in the rest.
    counts = dossier is None or AUDITOR in dossier.reader
    mine = held(session, against) if against is not None else None
    try:
        earlier = read_kept(session.content(kept)) if kept is not None else ()
    except BadExport as error:
        raise session.wrong("bad-export", path=kept) from error

    def progress(stream: str) -> None:
        if sys.stderr.isatty() and not session.json:
            sys.stderr.write(f"\r\x1b[K{stream}")

    told = _told(session) if earlier else lambda _: True
    report = verify_store(session.store, only, progress, mine, earlier, told)
    if sys.stderr.isatty() and not session.json:
        sys.stderr.write("\r\x1b[K")
    document: dict[str, Any] = {
        "ok": report.ok,
        "streams": report.streams if counts else None,
        "events": report.events if counts else None,
        "problems": [
            {
                "stream": problem.stream,
                "seq": problem.seq,
                "problem": problem.code,
                "text": words(problem)[session.lang],
            }
            for problem in report.problems
        ],
        "checkpoint": windowed(report.window),
        **({"against": windowed(report.against)} if mine is not None else {}),
    }
    session.answer(document, lambda: _verdict(session, report, counts=counts))
    return 0 if report.ok else DIFFERS


def _told(session: Session) -> Callable[[str], bool]:
    """Of which streams the caller may be told what is in them: those that they may take out.

    And of the register, which everybody reads. Who comes without a key is nobody.
    """
    from pathlib import Path

    from workflow.engine.looking import subject, takes_out
    from workflow.engine.reasons import Refusal
    from workflow.engine.register import REGISTRAR, STREAM
    from workflow.verbs.dossier import all_visible

    register, now = session.desk.register(), session.desk.now()
    audited: set[str] = set()
    if session.code is None and Path(session.key_file).exists():
        with suppress(Refusal):
            held = register.anywhere(session.person, now)
            if any(term.office == REGISTRAR for term in held):
                return lambda _: True
            audited = {
                each.case.stream
                for each in all_visible(session)
                if takes_out(register, each.reader, now)
            }
    return lambda stream: stream == STREAM or subject(stream) in audited


@audit.verb(
    Words(
        "Gebeurtenissen uitvoeren om ze zonder dit programma na te rekenen.\n\n"
        "Eén JSON-object per regel, met de ondertekende tekst, de handtekening en de sleutel. "
        "Met ZAAK alleen het register en die zaak. Of als XES: de stappen van elke zaak, zonder "
        "namen, voor programma's die processen onderzoeken. Voor wie het register bijhoudt en voor "
        "de auditcommissie.",
        "Export events to verify them without this program.\n\n"
        "One JSON object a line, with the signed text, the signature and the key. With CASE only "
        "the register and that case. Or as XES: the steps of each case, without names, for "
        "programs that mine processes. For auditors and the keeper of the register.",
    ),
    examples=(
        "zaak audit export -o events.jsonl",
        "zaak audit export --format xes -o log.xes",
        "zaak audit export z-4f7k-9qtm-2c",
    ),
)
@argument("case", completing.cases, required=False)
@forming("jsonl", "xes")
@option(
    "-o",
    "--output",
    is_eager=True,
    metavar="FILE",
    words=Words("Bewaar het hier.", "Save it here."),
)
@forcing
def export(session: Session, case: str | None, form: str, output: str | None, force: bool) -> None:
    """Write the events, as they were signed, to a file or to standard output."""
    from workflow.auditing.exporting import lines
    from workflow.engine.looking import EXPORTERS, takes_out
    from workflow.engine.register import REGISTRAR
    from workflow.interchange.xes import xes
    from workflow.verbs.dossier import all_visible, look, opened

    register, now = session.desk.register(), session.desk.now()
    held = register.anywhere(session.person, now)
    if not any(term.office in EXPORTERS for term in held):
        raise session.refused("not-yours", who=EXPORTERS)
    unused(session, output, force=force)
    # Whoever keeps the register keeps the store; an auditor exports the cases that they audit.
    only = None
    if case is not None:
        dossier = opened(session, case)
        only = {dossier.case.stream}
        look(session, dossier, "export")
    else:
        if not any(term.office == REGISTRAR for term in held):
            audited = (
                each for each in all_visible(session) if takes_out(register, each.reader, now)
            )
            only = {dossier.case.stream for dossier in audited}
        session.desk.look_at_all(session.signer)
    count = 0

    def written(tx: Read) -> Iterator[bytes]:
        nonlocal count
        if form == "xes":
            yield from (line.encode() for line in xes(_cases(tx, only)))
            return
        for line in lines(tx, only, own=case is None):
            count += 1
            yield line

    with session.store.read() as tx:
        if form == "xes":
            # Looked through beforehand, so that of what does not hold nothing half-done is written.
            for _ in _cases(tx, only):
                pass
        if output is None:
            sys.stdout.writelines(line.decode() for line in written(tx))
            return
        write_new(session, output, written(tx), force=force)
    more = {} if form == "xes" else {"events": count}
    session.answer({"file": output, "format": form, **more}, output)


def _cases(tx: Read, only: Collection[str] | None) -> Iterator[tuple[str, Sequence[Event]]]:
    """Each case, or each of these, with the name of its procedure. Raises Altered.

    The chain of every case is verified first; what does not hold says nothing about a process.
    """
    from workflow.auditing.walking import walk
    from workflow.desk.values import Altered
    from workflow.engine.ledger import Problem as Broken
    from workflow.engine.looking import is_case
    from workflow.engine.procedure import from_canonical

    for stream in tx.streams():
        if not is_case(stream) or (only is not None and stream not in only):
            continue
        found = list(walk(stream, tx.history(stream)))
        broken = tuple(each for each in found if isinstance(each, Broken))
        events = [each[0] for each in found if not isinstance(each, Broken)]
        form = tx.procedure(events[0].procedure or "") if events else None
        if broken or form is None:
            raise Altered(broken or (Broken(stream, 1, "procedure-unknown"),))
        yield from_canonical(form).procedure, events


def _verdict(session: Session, report: Report, *, counts: bool) -> str:
    from workflow.auditing.extending import LOG
    from workflow.verbs.output import columns, counted, painted

    what = counted(session, report.events, "gebeurtenis", "gebeurtenissen", "event", "events")
    where = counted(session, report.streams, "reeks", "reeksen", "stream", "streams")
    these = session.say(
        "het register en wat er in deze zaak is gebeurd", "the register and this case"
    )
    checked = f"{what} in {where}" if counts else these
    window = window_said(session, report.window)
    if report.ok:
        holds = painted(session, session.say("Alles klopt", "All holds"), "green")
        lines = [f"{holds}: {checked}."]
        if report.against is not None:
            lines.append(against_said(session, report.against))
        return "\n".join([*lines, window])
    head = painted(session, session.say("Niet alles klopt", "Not all holds"), "red")
    # Since when, nobody can say of a log that is not the one the checkpoint speaks of.
    broken = any(problem.stream == LOG for problem in report.problems)
    rows = [
        (problem.stream, str(problem.seq), words(problem)[session.lang], problem.code)
        for problem in report.problems
    ]
    return "\n".join(
        [f"{head}: {checked}.", *columns(rows, indent=2), *([] if broken else [window])]
    )

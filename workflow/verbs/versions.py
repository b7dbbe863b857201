"""A version of a procedure that somebody means, and how cases stand to it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.engine.kernel import Compiled
    from workflow.engine.migrating import Verdict
    from workflow.engine.procedure import Procedure
    from workflow.engine.reasons import Reason
    from workflow.engine.register import Version
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

LEAST = 7
"""So many characters of a digest are enough to mean a version by, where no other begins so."""


def followed(dossier: Dossier) -> Version | None:
    """The version that the branch of a case follows now; None where it follows none any more."""
    return dossier.register.version(dossier.procedure.procedure, dossier.case.branch)


def behind(dossier: Dossier) -> Version | None:
    """The version that the branch follows and the case does not, for who has the case in care."""
    from workflow.engine.migrating import carrying

    newer = followed(dossier)
    if newer is None or newer.digest == dossier.case.procedure:
        return None
    return newer if carrying(dossier.procedure, dossier.case, dossier.reader) else None


def meant(session: Session, dossier: Dossier, given: str) -> str:
    """The digest of the version of a case's procedure that is called so, or stands in that file.

    By the name of the version, the beginning of its digest, or a file with the very text of one.
    Raises BadCommand where none was adopted, or not that of the file.
    """
    from workflow.declaring.reading import Unreadable
    from workflow.engine.procedure import canonical, digest
    from workflow.verbs.catalogue import read

    name = dossier.procedure.procedure
    known = [one for one in dossier.register.adopted if one.procedure == name]
    for one in reversed(known):
        if given == one.version or (len(given) >= LEAST and one.digest.startswith(given)):
            return one.digest
    if given.endswith((".yaml", ".yml")) or "/" in given:
        with suppress(Unreadable):
            declared = read(session, given).procedure
            found = digest(canonical(declared))
            if found in {one.digest for one in known}:
                return found
            if declared.procedure == name:
                raise session.wrong("version-not-adopted", path=given)
    versions = tuple(dict.fromkeys(one.version for one in known))
    called = {version: version for version in versions}
    raise session.wrong("unknown-version", given=given, known=versions, called=called)


def way(dossier: Dossier, newer: Procedure) -> tuple[Verdict | None, tuple[Reason, ...]]:
    """How a case stands to another version, with every reason that is the caller's to know.

    No verdict for who neither has the case in their care nor audits it: it would tell of things in
    the case that they may not see. A version that nobody adopted is judged by what the caller knows
    of the case: else whoever writes one could ask by it for anything in the case.
    """
    from workflow.engine.meanings import mapped
    from workflow.engine.migrating import (
        BY_MAPPING,
        MOVES,
        NOT_IN_CARE,
        Verdict,
        as_known,
        carrying,
        known,
        verdict,
    )
    from workflow.engine.procedure import canonical, digest
    from workflow.engine.replacing import counterparts
    from workflow.engine.standing import AUDITOR

    older, case, reader = dossier.procedure, dossier.case, dossier.reader
    if not carrying(older, case, reader) and AUDITOR not in reader:
        return None, (NOT_IN_CARE,)
    if digest(canonical(newer)) not in {one.digest for one in dossier.register.adopted}:
        case = as_known(older, case, reader)
    found = verdict(older, newer, case)
    if found:
        # What goes over by being named, and is hidden from the caller, is not said to be there.
        shown, now = (
            as_known(older, case, reader),
            counterparts(newer, older.version, case.procedure),
        )
        found = Verdict(BY_MAPPING if mapped(shown, now) else MOVES)
    return found, known(older, dossier.case, reader, found)


def running(session: Session, digest: str) -> list[Dossier] | None:
    """The open cases under a version that the caller may know of, in the order of their names.

    None where they cannot be looked at: for who has no key in the register of a store. Raises what
    keeps a key from being used that was named on the command line.
    """
    from workflow.crypto.keys import KeyTrouble
    from workflow.engine.reasons import Refusal
    from workflow.store import StoreTrouble
    from workflow.verbs.dossier import all_visible

    try:
        _ = session.person
    except (KeyTrouble, Refusal, StoreTrouble):
        if session.asked.key:
            raise
        return None
    return [
        dossier
        for dossier in all_visible(session)
        if dossier.case.procedure == digest and is_open(dossier)
    ]


def is_open(dossier: Dossier) -> bool:
    """Whether anything is pending in the case, or nothing that began in it came to an end yet."""
    tracks = dossier.procedure.tracks
    begun = [tracks[name].states[at.state] for name, at in dossier.case.tracks.items() if at.begun]
    ended = any(state.ends for state in begun)
    return any(not state.ends and not (ended and state.idle) for state in begun)


def reason_lines(session: Session, procedure: Procedure, why: tuple[Reason, ...]) -> list[str]:
    """What keeps a case from going over, a line each, and after it once what would help."""
    from workflow.wording.wording import reason_text, way_out

    lines = []
    for reason in why:
        cites = f" ({', '.join(reason.cites)})" if reason.cites else ""
        lines.append(f"    - {reason_text(reason, session.lang, procedure)}{cites}")
    ways = (way_out(reason, session.lang, procedure) for reason in why)
    return [*lines, *(f"      → {said}" for said in dict.fromkeys(ways) if said)]


def documents(session: Session, dossier: Dossier, why: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """The same as JSON has it."""
    from workflow.verbs.failures import reason_documents

    return list(reason_documents(why, session.lang, dossier.procedure, dossier.case.stream))


def rules(session: Session, digest: str) -> Compiled:
    """The adopted version with this digest. Raises Altered."""
    with session.desk.store.read() as tx:
        return session.desk.rules(tx, digest)

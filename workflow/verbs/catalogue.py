"""The procedures at hand: adopted by the association, shipped with the program, or in a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workflow.declaring.problems import Problem
    from workflow.declaring.reading import Declared, Unreadable
    from workflow.declaring.schema import Policy
    from workflow.engine.procedure import Office, Procedure
    from workflow.engine.reasons import Reason
    from workflow.engine.register import Version
    from workflow.verbs.session import Session

OFFICES = "offices.yaml"
_NO_FILE = frozenset({"no-such-file", "not-a-file", "unreadable-file"})
"""The codes of what is wrong with a file before anything in it is."""


def adopted(session: Session) -> list[tuple[Version, Procedure]]:
    """Every version that the association adopted, newest first; none without a store.

    Those for everywhere go before those of a branch: what a branch calls an office is its own.
    """
    from contextlib import suppress

    from msgspec import DecodeError, ValidationError

    from workflow.engine.procedure import from_canonical
    from workflow.store import StoreTrouble

    try:
        register = session.desk.register()
    except StoreTrouble as trouble:
        if trouble.code == "store-missing":
            return []
        raise
    with session.store.read() as tx:
        forms = [(version, tx.procedure(version.digest)) for version in register.adopted]
    forms.reverse()
    forms.sort(key=lambda found: bool(found[0].branch))
    found = []
    for version, form in forms:
        # What is no procedure at all was put there by another program: verifying says so.
        with suppress(ValidationError, DecodeError):
            found.append((version, from_canonical(form or b"")))
    return found


def shipped(session: Session) -> list[Procedure]:
    """The procedures that come with the program, sound and in the order of their files."""
    from workflow.declaring.rules import FILE as RULES

    paths = [p for p in sorted(_states().glob("*.yaml")) if p.name not in (OFFICES, RULES)]
    return [sound(session, str(path)) for path in paths]


def policies(session: Session) -> list[Policy]:
    """The policies that come with the program, sound or not, in the order of their files."""
    from workflow.declaring.policies import FOLDER
    from workflow.declaring.reading import Unreadable

    found = []
    for path in sorted((_states() / FOLDER).glob("*.yaml")):
        with suppress(Unreadable):
            policy = read(session, str(path)).policy
            if policy is not None:
                found.append(policy)
    return found


def offices() -> Mapping[str, Office]:
    """The offices that come with the program, from which procedures choose."""
    return _offices(_states() / OFFICES)


def under_policy(version: str) -> str | None:
    """The policy under which a version stands (`1+waterstad.2`); None where it has none."""
    _, plus, policy = version.partition("+")
    return policy.rpartition(".")[0] if plus else None


def told_policy(session: Session, name: str) -> Policy | None:
    """The policy of this name that comes with the program, or in this file; None where none is.

    Nor of standard input, which is read once.
    """
    from workflow.declaring.reading import Unreadable

    if name == "-":
        return None
    with suppress(Unreadable):
        return read(session, name).policy
    return None


def named(session: Session, name: str, branch: str | None) -> Procedure:
    """The procedure of this name or alias as `branch` follows it; without one, as it is everywhere.

    Where none was adopted it is the shipped one, or the one in a file. From here on messages know
    its words. Raises BadCommand where there is none, and Refusal where it is unsound.
    """
    known = adopted(session)
    if known:
        version = session.desk.register().version(name, branch or "")
        for one, declared in known:
            if branch is None and under_policy(one.version) == name:
                session.procedure = declared
                return declared
            called = name in (one.procedure, *one.aliases)
            if one == version or (version is None and branch is None and called):
                session.procedure = declared
                return declared
    found = sound(session, name)
    session.procedure = found
    return found


def unknown(session: Session, name: str) -> Exception:
    """What to raise for the name of a procedure that is neither adopted nor shipped."""
    versions = [version for version, _ in adopted(session)]
    names = {version.procedure for version in versions} | {p.procedure for p in shipped(session)}
    ways = {policy for one in versions if (policy := under_policy(one.version))}
    ways |= {policy.policy for policy in policies(session)}
    policy = session.say("beleid", "a policy")
    called = {one: one for one in sorted(names)} | dict.fromkeys(sorted(ways - names), policy)
    return session.wrong("unknown-procedure", given=name, known=tuple(called), called=called)


def sound(session: Session, file: str) -> Procedure:
    """The procedure in a file. Raises Refusal with everything that is wrong with it."""
    return soundly(session, file).procedure


def soundly(session: Session, file: str) -> Declared:
    """As `sound`, with the places of everything."""
    from workflow.declaring.reading import Unreadable
    from workflow.engine.reasons import Refusal

    try:
        declared = read(session, file)
        problems = wrong_with(file, declared)
    except Unreadable as error:
        if error.problems[0].code == "unknown-procedure":
            raise unknown(session, file) from error
        problems = error.problems
    else:
        if not problems:
            return declared
    raise Refusal(session.command, unsound(session, problems))


def unsound(session: Session, problems: Iterable[Problem]) -> tuple[Reason, ...]:
    """Why a procedure with these problems is refused."""
    from workflow.engine.reasons import Reason

    said = ((one, one.text[session.lang] + perhaps(session, one.suggestion)) for one in problems)
    return tuple(
        Reason("procedure-unsound", {"place": _place(one), "problem": text}) for one, text in said
    )


def perhaps(session: Session, suggestion: str | None) -> str:
    """What was probably meant, to be said after what is wrong; nothing where that is unknown."""
    meant = session.say("Bedoeld is misschien", "Perhaps meant")
    return f" {meant}: {suggestion}" if suggestion else ""


def readable(session: Session, file: str) -> Procedure:
    """The procedure in a file, sound or not. Raises Refusal where it cannot be read."""
    from workflow.declaring.reading import Unreadable

    try:
        return read(session, file).procedure
    except Unreadable:
        return sound(session, file)


def read(session: Session, file: str) -> Declared:
    """A procedure with the places of everything: by name, from a file, or standard input (`-`).

    Offices come from the offices.yaml beside the file, else from the one of this program, and so
    does the procedure that a policy is based on. Raises Unreadable, and BadCommand.
    """
    from workflow.declaring.reading import Unreadable, declared, find, parsed

    states = _states()
    if file == "-":
        return parsed(session.content("-"), "-", offices(), (states,))
    path = find(file, states)
    try:
        return declared(path, _offices(_offices_for(path)), (states,))
    except Unreadable as error:
        if error.problems[0].code in _NO_FILE and error.problems[0].file == str(path):
            raise session.wrong("file-unreadable", path=file, why=_why(session, error)) from error
        raise


def wrong_with(file: str, found: Declared) -> tuple[Problem, ...]:
    """Everything that is wrong with a procedure, and with what it says of those beside its file."""
    from workflow.declaring.between import between, reaches
    from workflow.declaring.checks import check as check_all
    from workflow.declaring.policies import around
    from workflow.declaring.problems import in_order
    from workflow.declaring.reading import Unreadable, declared, find
    from workflow.declaring.rules import FILE as RULES

    path = None if file == "-" else find(file, _states())
    known = _offices(_offices_for(path) if path else _states() / OFFICES)
    problems = check_all(found.procedure, found.positions, known)
    problems = in_order((*problems, *_unlisted(path, found)))
    if problems or path is None or not reaches(found.procedure):
        return problems
    others = []
    for one in sorted(around(path)[-1].glob("*.yaml")):
        if one.name not in (OFFICES, RULES, path.name):
            with suppress(Unreadable):
                others.append(declared(one, known, (_states(),)).procedure)
    return between(found.procedure, others, found.positions)


# --- inside --------------------------------------------------------------------------------------


def _states() -> Path:
    from workflow.resources import folder

    return folder("states")


def _offices(path: Path) -> Mapping[str, Office]:
    from workflow.declaring.reading import read_offices

    return read_offices(path)


def _offices_for(path: Path) -> Path:
    """The offices.yaml that a procedure goes by: the one beside the file, else this program's."""
    from workflow.declaring.policies import around

    beside = (folder / OFFICES for folder in around(path))
    return next((one for one in beside if one.is_file()), _states() / OFFICES)


def _unlisted(path: Path | None, found: Declared) -> list[Problem]:
    """What a procedure cites that is not in the rules.yaml beside it.

    Where none is beside it, that of this program counts, for sources that have the same title here.
    """
    from workflow.declaring.citations import unlisted
    from workflow.declaring.policies import around
    from workflow.declaring.reading import Unreadable, declared
    from workflow.declaring.rules import FILE as RULES
    from workflow.declaring.rules import read_rules

    procedure, states = found.procedure, _states()
    beside = [folder / RULES for folder in (around(path) if path else ())]
    own = next((one for one in beside if one.is_file()), None)
    try:
        rules = read_rules(own or states / RULES)
    except Unreadable:
        return []  # `zaak procedure rules` says what is wrong with it
    numbers = [*(one.number for one in rules.rules), *(one.number for one in rules.readings)]
    if own is None and any(unlisted(procedure, numbers)):
        files = [each for each in states.glob("*.yaml") if each.name not in (OFFICES, RULES)]
        shipped = [declared(each, offices()).procedure.sources for each in files]
        ours = {letter: source.title for sources in shipped for letter, source in sources.items()}
        cited = {letter: source.title for letter, source in procedure.sources.items()}
        numbers = [one for one in numbers if cited.get(one[0]) == ours.get(one[0], ...)]
    return [found.positions.locate(one) for one in unlisted(procedure, numbers)]


def _why(session: Session, error: Unreadable) -> str:
    """Why a file cannot be read, as far as the operating system says it."""
    trouble = error.__cause__.__cause__ if error.__cause__ else None
    if isinstance(trouble, OSError):
        return session.trouble(trouble)
    return session.say("het is geen bestand", "it is no file")


def _place(one: Problem) -> str:
    return f"{one.file}:{one.line}:{one.column}"

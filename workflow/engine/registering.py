"""Deciding about the register: people, offices, terms, office keys and adopted procedures. Pure.

The register is kept by whoever holds the office `registrar`; the first one founds it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from workflow.engine import facts as f
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import REGISTRAR, Register, covers

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
BRANCH = re.compile(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)*")


def founding(person: str, name: str, key: str, branch: str, now: datetime) -> tuple[f.Fact, ...]:
    """How a register begins: its first person, who keeps it for `branch` and all below it."""
    _well_named(person, branch)
    return (f.PersonAdded(person, name, key), f.OfficeGranted(REGISTRAR, person, branch, now))


def add_person(
    register: Register,
    who: str,
    person: str,
    name: str,
    key: str,
    now: datetime,
    taken: Collection[str] = (),
) -> tuple[f.Fact, ...]:
    """A new operator. Raises Refusal unless `who` keeps the register, BadCommand for bad names.

    `taken` are the names of parties and recipients in the adopted procedures: a person called so
    could be mistaken for one.
    """
    _kept_by(register, who, None, "person add", now)
    _well_named(person)
    if person in taken:
        raise BadCommand((Reason("name-taken", {"given": person}),))
    if person in register.persons:
        raise Refusal("person add", (Reason("person-known", {"person": person}),))
    holder = register.signer(key)
    if holder is not None:
        raise Refusal("person add", (Reason("key-known", {"person": holder}),))
    return (f.PersonAdded(person, name, key),)


def grant_office(
    register: Register,
    who: str,
    term: f.OfficeGranted,
    offices: Collection[str],
    now: datetime,
) -> tuple[f.Fact, ...]:
    """A person takes up an office. `offices` are those that the adopted procedures know."""
    _kept_by(register, who, term.branch, "office grant", now)
    _known(register, term.person, term.office, offices, term.branch)
    if term.until is not None and term.until <= term.starts:
        raise BadCommand((Reason("term-ends-first", {"from": term.starts, "until": term.until}),))
    if any(
        (t.person, t.office, t.branch) == (term.person, term.office, term.branch)
        and (t.until is None or term.starts < t.until)
        and (term.until is None or t.starts < term.until)
        for t in register.terms
    ):
        particulars = {"person": term.person, "office": term.office, "branch": term.branch}
        raise Refusal("office grant", (Reason("holds-already", particulars),))
    return (term,)


def end_office(
    register: Register, who: str, ended: f.OfficeEnded, now: datetime
) -> tuple[f.Fact, ...]:
    """A person leaves an office: the register's keeper may say so, and the holder themself."""
    if who != ended.person:
        _kept_by(register, who, ended.branch, "office end", now)
    held = any(
        (t.office, t.person, t.branch) == (ended.office, ended.person, ended.branch)
        and t.runs(ended.at)
        for t in register.terms
    )
    if not held:
        particulars = {"person": ended.person, "office": ended.office, "branch": ended.branch}
        raise Refusal("office end", (Reason("does-not-hold-there", particulars),))
    if ended.at < now.replace(second=0, microsecond=0):
        raise BadCommand((Reason("ends-in-past", {"at": ended.at}),))
    return (ended,)


def adopt(
    register: Register,
    who: str,
    version: f.Adopted,
    branch: str,
    now: datetime,
    taken: Collection[str] = (),
) -> tuple[f.Fact, ...]:
    """The association adopts a procedure version; cases already open keep theirs (B38).

    `taken` are the names of its parties and recipients; nobody may be called so. Raises Refusal
    also where another text was adopted as this version: a version has one text.
    """
    _kept_by(register, who, branch, "procedure adopt", now)
    called = [Reason("name-taken", {"given": name}) for name in taken if name in register.persons]
    if called:
        raise Refusal("procedure adopt", tuple(called))
    if any(known.digest == version.digest for known in register.adopted):
        particulars = {"procedure": version.procedure, "version": version.version}
        raise Refusal("procedure adopt", (Reason("adopted-already", particulars),))
    if any(
        (known.procedure, known.version) == (version.procedure, version.version)
        for known in register.adopted
    ):
        particulars = {"procedure": version.procedure, "version": version.version}
        raise Refusal("procedure adopt", (Reason("version-used", particulars),))
    return (version,)


def seat(register: Register) -> str:
    """The branch for which the register is kept: that of its first keeper."""
    return next((t.branch for t in register.terms if t.office == REGISTRAR), "")


def _kept_by(register: Register, who: str, branch: str | None, command: str, now: datetime) -> None:
    held = [t for t in register.anywhere(who, now) if t.office == REGISTRAR]
    if not any(branch is None or covers(t.branch, branch) for t in held):
        particulars = {"who": (REGISTRAR,), "branch": branch}
        raise Refusal(command, (Reason("not-registrar", particulars),))


def _known(
    register: Register, person: str, office: str, offices: Collection[str], branch: str
) -> None:
    problems = []
    if person not in register.persons:
        known = tuple(register.persons)
        problems.append(Reason("unknown-person", {"given": person, "known": known}))
    if office not in offices:
        problems.append(Reason("unknown-office", {"given": office, "known": tuple(offices)}))
    if not BRANCH.fullmatch(branch):
        problems.append(Reason("bad-branch", {"given": branch}))
    if problems:
        raise BadCommand(tuple(problems))


def _well_named(person: str, branch: str | None = None) -> None:
    problems = []
    if not NAME.fullmatch(person):
        problems.append(Reason("bad-name", {"given": person}))
    if branch is not None and not BRANCH.fullmatch(branch):
        problems.append(Reason("bad-branch", {"given": branch}))
    if problems:
        raise BadCommand(tuple(problems))

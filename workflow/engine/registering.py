"""Deciding about the register: people, offices, terms, adopted procedures, yearly accounts. Pure.

The register is kept by whoever holds the office `registrar`; the first one founds it. A yearly
account is put into it by an auditor.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import MAXYEAR, UTC, datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import REGISTRAR, Register, covers

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
BRANCH = re.compile(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)*")
ACCOUNTS = "auditor"
"""The office that makes the yearly account: it sees the course of every case, and no contents."""
THRESHOLD = 5
"""Smaller counts of cases are never published. The number is a choice of this project."""


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
    now: datetime,
    taken: Collection[str] = (),
) -> tuple[f.Fact, ...]:
    """The association adopts a procedure version; cases already open keep theirs (B38).

    `taken` are the names of its parties and recipients; nobody may be called so. Raises Refusal
    unless `who` keeps the register for the branch of the version (or, where it is for everywhere,
    for the seat), and also where another text was adopted as this version: a version has one text,
    whichever branches follow it. Raises BadCommand for what cannot be a branch.
    """
    if version.branch and not BRANCH.fullmatch(version.branch):
        raise BadCommand((Reason("bad-branch", {"given": version.branch}),))
    _kept_by(register, who, version.branch or seat(register), "procedure adopt", now)
    called = [Reason("name-taken", {"given": name}) for name in taken if name in register.persons]
    if called:
        raise Refusal("procedure adopt", tuple(called))
    if any(
        (known.digest, known.branch) == (version.digest, version.branch)
        for known in register.adopted
    ):
        particulars = {"procedure": version.procedure, "version": version.version}
        raise Refusal("procedure adopt", (Reason("adopted-already", particulars),))
    if any(
        (known.procedure, known.version) == (version.procedure, version.version)
        and known.digest != version.digest
        for known in register.adopted
    ):
        particulars = {"procedure": version.procedure, "version": version.version}
        raise Refusal("procedure adopt", (Reason("version-used", particulars),))
    return (version,)


def account(
    register: Register, who: str, made: f.Accounted, now: datetime
) -> tuple[f.Accounted, ...]:
    """An auditor of the branch, or of one above it, publishes its yearly account: once.

    A year is counted when it is over, in the Netherlands. Over one year there is no second account
    that counts a case again, so not of a branch above or below either: what is left when one is
    subtracted from the other would be a count that nobody looked at. Whether `made.cells` are
    right is for `counting` to say; here none may be below `made.k`, nor that below `THRESHOLD`.
    The procedures are those adopted for the branch, for one above it or for one below it.

    Raises Refusal with every reason, and BadCommand for what cannot be a branch, a year or a
    threshold.
    """
    problems = []
    if not BRANCH.fullmatch(made.branch) or not covers(seat(register), made.branch):
        problems.append(Reason("bad-branch", {"given": made.branch}))
    elif not any(covers(made.branch, term.branch) for term in register.terms):
        # A slip of the pen would else be published, and keep the real branch from being counted.
        known = tuple(dict.fromkeys(term.branch for term in register.terms))
        problems.append(Reason("branch-without-offices", {"given": made.branch, "known": known}))
    began = register.terms[0].starts if register.terms else now
    if not year_of(began) <= made.year < MAXYEAR:
        problems.append(Reason("bad-year", {"given": str(made.year)}))
    if made.k < THRESHOLD:
        problems.append(Reason("bad-threshold", {"given": str(made.k), "least": THRESHOLD}))
    if problems:
        raise BadCommand(tuple(problems))
    reasons = []
    if ACCOUNTS not in register.offices(who, made.branch, now):
        reasons.append(Reason("not-yours", {"who": (ACCOUNTS,)}, ("A29", "B2")))
    _, over = civil_year(made.year)
    if now < over:
        reasons.append(Reason("year-not-over", {"year": made.year, "until": over}, ("B2",)))
    for other in register.accounts:
        overlaps = covers(other.branch, made.branch) or covers(made.branch, other.branch)
        if other.year == made.year and overlaps:
            particulars = {"year": made.year, "branch": other.branch}
            reasons.append(Reason("accounted-already", particulars, ("A29",)))
    if any(count < made.k for count in made.cells.values()):
        reasons.append(Reason("count-too-small", {"least": made.k}, ("A29",)))
    if reasons:
        raise Refusal("account", tuple(reasons))
    return (msgspec.structs.replace(made, procedures=counted(register, made.branch)),)


def counted(register: Register, branch: str) -> tuple[str, ...]:
    """The digests of the procedures that cases of `branch`, or of one below it, can run under."""
    found = (v.digest for v in register.adopted if v.reaches(branch) or covers(branch, v.branch))
    return tuple(dict.fromkeys(found))


def civil_year(year: int) -> tuple[datetime, datetime]:
    """When a year begins and when it is over (exclusive), in UTC, by the civil time of Amsterdam.

    Raises ValueError for a year that a datetime cannot hold, with the moment after it.
    """
    # Imported on first use: zoneinfo takes milliseconds to load, which only counting should cost.
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Europe/Amsterdam")
    begins, over = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    return begins.astimezone(UTC), over.astimezone(UTC)


def year_of(at: datetime) -> int:
    """The civil year, in Amsterdam, of a moment that bears a time zone."""
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo("Europe/Amsterdam")).year


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

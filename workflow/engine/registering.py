"""Deciding about the register: people, offices, terms, adopted procedures, yearly accounts. Pure.

The register is kept by whoever holds the office `registrar`; the first one founds it. A yearly
account is put into it by an auditor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import MAXYEAR, UTC, datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.procedure import Procedure, role
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import REGISTRAR, Register, covers

NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")
BRANCH = re.compile(r"[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)*")
CASE = re.compile(r"[a-z][a-z0-9-]{1,39}")
"""The number of a case."""
OFFICE = re.compile(r"[a-z][a-z0-9_]*")
"""What anything is called that a procedure declares."""
ALIAS = re.compile(r"[a-z][a-z0-9_-]*")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that are not seen themselves, but change how a terminal shows the others."""
YEARS = range(1900, 3000)
"""The years, in UTC, in which anything can happen: what is counted from them stays a datetime."""
ACCOUNTS = "auditor"
"""The office that makes the yearly account: it sees the course of every case, and no contents."""
THRESHOLD = 5
"""Smaller counts of cases are never published, whatever a procedure or policy says.

A choice of this project, on the careful side of practice: "Some agencies require at least five
respondents in a cell, others require three" (Glossary of Statistical Disclosure Control, 2005, in
the OECD Glossary of Statistical Terms).
"""
HIGHEST = 100
"""A procedure asks no more: what it asks holds for good, and an account that withholds all is none.
"""


def founding(
    person: str,
    name: str,
    key: str,
    branch: str,
    now: datetime,
    taken: Collection[str] = (),
) -> tuple[f.Fact, ...]:
    """How a register begins: its first person, who keeps it for `branch` and all below it.

    `taken` are the names in the procedures it begins with. Raises BadCommand for bad names.
    """
    _well_named(person, name, branch)
    _distinct(person, taken)
    _in_time(now)
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
    _well_named(person, name)
    _distinct(person, taken)
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
    _in_time(term.starts, term.until)
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
    """A person leaves an office: the register's keeper may say so, and the holder themself.

    Raises Refusal where that is not theirs to say or not so, BadCommand for an impossible time.
    """
    _in_time(ended.at)
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


def key_office(
    register: Register, who: str, keyed: f.OfficeKeyed, now: datetime
) -> tuple[f.Fact, ...]:
    """An office gets a new key, or one that it has is passed on to those in `keyed.readers`.

    A new one comes from the keeper of the register or from a holder. Whoever has left makes none,
    and passes on what they could open while they held the office; that makes it no newer. A key
    stays that of one office in one branch, and its private half the one item. Raises Refusal.
    """
    known = next((held for held in register.office_keys if held.key == keyed.key), None)
    same = known and (known.office, known.branch, known.item)
    if known is not None and same != (keyed.office, keyed.branch, keyed.item):
        raise Refusal("office share-key", (Reason("key-known", {"person": known.office}),))
    keeps = any(
        term.office == REGISTRAR and covers(term.branch, keyed.branch)
        for term in register.anywhere(who, now)
    )
    held = [
        term
        for term in register.terms
        if (term.office, term.person, term.branch) == (keyed.office, who, keyed.branch)
        and term.starts <= now
    ]
    if not keeps and not any(known is not None or term.runs(now) for term in held):
        reason = Reason("not-yours", {"who": (keyed.office, REGISTRAR)})
        raise Refusal("office share-key", (reason,))
    return (keyed,)


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
    for the seat), where it is called as another adopted procedure is, and also where another text
    was adopted as this version: a version has one text, whichever branches follow it. Raises
    BadCommand for what cannot be a branch, or a name.
    """
    _matching((OFFICE, version.procedure), *((ALIAS, alias) for alias in version.aliases))
    _readable(version.version)
    if version.branch and not BRANCH.fullmatch(version.branch):
        raise BadCommand((Reason("bad-branch", {"given": legible(version.branch)}),))
    _kept_by(register, who, version.branch or seat(register), "procedure adopt", now)
    called = [
        Reason("part-called-like-person", {"person": person, "given": role(person)})
        for person in register.persons
        if mistakable(person, taken)
    ]
    if called:
        raise Refusal("procedure adopt", tuple(called))
    taken_over = tuple(_taken_over(register, version))
    if taken_over:
        raise Refusal("procedure adopt", taken_over)
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


def _taken_over(register: Register, version: f.Adopted) -> Iterator[Reason]:
    """A reason for each name or alias of the version that is one of another adopted procedure.

    Whoever typed it would else begin a case under other rules than before, without a word.
    """
    for name in dict.fromkeys((version.procedure, *version.aliases)):
        others = (
            known.procedure
            for known in register.adopted
            if known.procedure != version.procedure and name in (known.procedure, *known.aliases)
        )
        if (other := next(others, None)) is not None:
            yield Reason("alias-taken", {"given": name, "procedure": other})


def began(register: Register, now: datetime) -> int:
    """The year in which the register began, with its first term; of `now` (UTC) without any."""
    return year_of(register.terms[0].starts if register.terms else now)


def account(
    register: Register, who: str, made: f.Accounted, now: datetime, lowest: int = THRESHOLD
) -> tuple[f.Accounted, ...]:
    """An auditor of the branch, or of one above it, publishes its yearly account: once.

    A year is counted when it is over, in the Netherlands. Over one year there is no second account
    that counts a case again, so not of a branch above or below either: what is left when one is
    subtracted from the other would be a count that nobody looked at. Whether `made.cells` are
    right is for `counting` to say; here none may be below `made.k`, nor that below `lowest`, which
    is what the procedures that it counts ask for (`threshold`).
    The procedures are those adopted for the branch, for one above it or for one below it.

    Raises Refusal with every reason, and BadCommand for what cannot be a branch, a year or a
    threshold.
    """
    problems = []
    if not BRANCH.fullmatch(made.branch) or not covers(seat(register), made.branch):
        problems.append(Reason("bad-branch", {"given": legible(made.branch)}))
    elif not any(covers(made.branch, term.branch) for term in register.terms):
        # A slip of the pen would else be published, and keep the real branch from being counted.
        known = tuple(dict.fromkeys(term.branch for term in register.terms))
        problems.append(Reason("branch-without-offices", {"given": made.branch, "known": known}))
    first = began(register, now)
    if not first <= made.year < MAXYEAR:
        problems.append(Reason("bad-year", {"given": str(made.year), "first": str(first)}))
    if made.k < lowest:
        problems.append(Reason("bad-threshold", {"given": str(made.k), "least": lowest}))
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


def threshold(procedures: Iterable[Procedure]) -> int:
    """The smallest count that an account of cases under these procedures may publish.

    The highest that any of them asks for, and never less than `THRESHOLD`.
    """
    return max((THRESHOLD, *(each.threshold or THRESHOLD for each in procedures)))


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
    if office not in offices or not OFFICE.fullmatch(office):
        problems.append(Reason("unknown-office", {"given": office, "known": tuple(offices)}))
    if not BRANCH.fullmatch(branch):
        problems.append(Reason("bad-branch", {"given": legible(branch)}))
    if problems:
        raise BadCommand(tuple(problems))


def mistakable(person: str, taken: Collection[str]) -> bool:
    """Whether who is called so could be taken for a party or recipient of a procedure.

    `taken` are the names of those. Where several play one part they are called after it, such as
    `concerned-4f7k`, so nobody in the register has a name that begins like that.
    """
    return role(person) in taken


def legible(text: str) -> str:
    """The text with every character escaped that would change how a terminal shows it."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _distinct(person: str, taken: Collection[str]) -> None:
    if mistakable(person, taken):
        raise BadCommand((Reason("name-taken", {"given": person}),))


def _in_time(*moments: datetime | None) -> None:
    problems = [
        Reason("bad-time", {"given": moment.isoformat()})
        for moment in moments
        if moment is not None and not timely(moment)
    ]
    if problems:
        raise BadCommand(tuple(problems))


def timely(moment: datetime) -> bool:
    """Whether something can happen at this moment: it bears a zone, and is in one of `YEARS`."""
    return moment.utcoffset() is not None and moment.year in YEARS


def _matching(*named: tuple[re.Pattern[str], str]) -> None:
    problems = [
        Reason("bad-name", {"given": legible(given)})
        for pattern, given in named
        if not pattern.fullmatch(given)
    ]
    if problems:
        raise BadCommand(tuple(problems))


def _readable(*names: str) -> None:
    problems = [
        Reason("bad-name", {"given": legible(given)})
        for given in names
        if not given.strip() or CONTROL.search(given)
    ]
    if problems:
        raise BadCommand(tuple(problems))


def _well_named(person: str, name: str, branch: str | None = None) -> None:
    _readable(name)
    problems = []
    if not NAME.fullmatch(person):
        problems.append(Reason("bad-name", {"given": legible(person)}))
    if branch is not None and not BRANCH.fullmatch(branch):
        problems.append(Reason("bad-branch", {"given": legible(branch)}))
    if problems:
        raise BadCommand(tuple(problems))

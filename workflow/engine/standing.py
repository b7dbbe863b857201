"""In which capacities someone stands before a case: the offices and parties they act and read as.

This is where recusal is kept (B6): a recused person stands before the case in no capacity at all,
whatever offices they hold, and is answered as if the case did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from workflow.engine.case import Case, Disclosure
from workflow.engine.facts import Disclosed
from workflow.engine.procedure import Procedure, role
from workflow.engine.register import Register

CONFIDANTS = frozenset({"counsellor", "external_counsellor"})
"""The offices a member confides in (B14). They act only in the cases they are named in, and what is
told to them is theirs to read by right; no declaration makes another office one of them."""
AUDITOR = "auditor"
"""The office that reads rendered histories of every case in its branch, without their contents."""


class Standing(msgspec.Struct, frozen=True):
    """Who it is, and the offices and parties they may speak as in this case.

    `key` is the public key (OpenSSH form) of a person of the register, who opens with it what came
    to them in an office that has no key of its own.
    """

    who: str
    capacities: frozenset[str]
    key: str | None = None

    def __contains__(self, capacity: str) -> bool:
        return capacity in self.capacities


def standing(
    procedure: Procedure, register: Register, case: Case, who: str, at: datetime
) -> Standing:
    """The capacities of `who` (a person's or party's name) before `case` at `at` (UTC).

    An office counts when its term runs in the case's branch and, for an office that acts only
    where it is assigned, when the case names the person in it. A deputy stands in for an office
    that nobody else can fill here, and in one they are assigned to. Offices that exclude each
    other do not go together, whatever the register says. A person of the register is a party only
    where the case names the person as one: to be called like a party makes nobody that party.
    """
    if who in case.recused:
        return Standing(who, frozenset())
    person = register.persons.get(who)
    if person is None and who in case.parties:
        return Standing(who, frozenset({who, case.parties[who].role}))
    held = register.offices(who, case.branch, at)
    offices = {office for office in held if not assigned(procedure, office)}
    offices |= {
        office
        for office, declared in procedure.offices.items()
        if declared.deputy in held
        and not assigned(procedure, office)
        and not _filled(procedure, register, case, office, at)
    }
    offices |= {
        office
        for office in case.assigned
        if holds(procedure, register, who, office, at) and case.serves(who, office)
    }
    # Whoever is confided in here does nothing else here, wherever they hold what (B11, B36).
    confided = {office for office in CONFIDANTS if case.serves(who, office)}
    other = held | confided | offices
    fit = {office for office in offices if not excluded(procedure, other, office)}
    parties = {(name, role(name)) for name in case.played(who)}
    return Standing(who, frozenset(fit.union(*parties)), person.key if person else None)


def holds(procedure: Procedure, register: Register, who: str, office: str, at: datetime) -> bool:
    """Whether `who` holds `office` at `at` (UTC), in whatever branch, or the office deputising."""
    declared = procedure.offices.get(office)
    able = {office, declared.deputy if declared else None}
    return any(term.office in able for term in register.anywhere(who, at))


def eligible(
    procedure: Procedure, register: Register, who: str, office: str, branch: str, at: datetime
) -> bool:
    """Whether `who` can act as `office` in cases of `branch` at `at` (UTC), unless recused."""
    held = register.offices(who, branch, at)
    return holds(procedure, register, who, office, at) and not excluded(procedure, held, office)


def excluded(procedure: Procedure, held: frozenset[str], office: str) -> frozenset[str]:
    """The offices among `held` because of which nobody acts as `office` (B6, B11)."""
    declared = procedure.offices.get(office)
    return held & frozenset(declared.not_with) if declared else frozenset()


def _filled(
    procedure: Procedure, register: Register, case: Case, office: str, at: datetime
) -> bool:
    """Whether somebody who holds the office can act in it in this case."""
    return any(
        term.runs(at)
        and term.person not in case.recused
        and not excluded(procedure, register.offices(term.person, case.branch, at), office)
        for term in register.reaching(office, case.branch)
    )


def assigned(procedure: Procedure, office: str) -> bool:
    """Whether the office acts only in the cases it is named in."""
    declared = procedure.offices.get(office)
    return office in CONFIDANTS or (declared is not None and declared.assigned)


def members(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> tuple[str, ...]:
    """The people or parties who stand before the case in `capacity` at `at` (UTC)."""
    return tuple(standing_as(procedure, register, case, capacity, at))


def standing_as(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> Iterator[str]:
    """The same, one by one, for whoever need not know them all."""
    named: Iterable[str] = tuple(
        party.person or name
        for name, party in (case.parties.items() if role(capacity) in procedure.parties else ())
        if capacity in (name, party.role)
    )
    if not named and assigned(procedure, capacity):
        named = case.assigned.get(capacity, ())
    elif not named:
        declared = procedure.offices.get(capacity)
        deputy = declared.deputy if declared is not None else None
        named = (
            term.person
            for office in (capacity, deputy)
            if office is not None
            for term in register.reaching(office, case.branch)
            if term.runs(at)
        )
    passed: set[str] = set()
    for person in named:
        if person not in passed and capacity in standing(procedure, register, case, person, at):
            yield person
        passed.add(person)


def keys(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> tuple[str, ...]:
    """The public keys (OpenSSH form) to which an item for `capacity` is sealed at `at` (UTC).

    The office's own key where it has one, so that access follows the office; else the key of each
    person or party in that capacity. None where nobody stands in it, or it is outside the store.
    """
    return tuple(dict.fromkeys(_keys(procedure, register, case, capacity, at)))


def staffed(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> bool:
    """Whether anybody stands before the case in `capacity` at `at` (UTC)."""
    return next(standing_as(procedure, register, case, capacity, at), None) is not None


def reachable(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> bool:
    """Whether an item for `capacity` can be sealed to anybody at `at` (UTC); see `keys`."""
    return next(_keys(procedure, register, case, capacity, at), None) is not None


def _keys(
    procedure: Procedure, register: Register, case: Case, capacity: str, at: datetime
) -> Iterator[str]:
    for who in standing_as(procedure, register, case, capacity, at):
        public = key(procedure, register, case, capacity, who, at)
        if public is not None:
            yield public


def key(
    procedure: Procedure, register: Register, case: Case, capacity: str, who: str, at: datetime
) -> str | None:
    """The public key with which `who` opens what is theirs as `capacity`; None without one.

    A deputy opens it with the key of the deputy's own office.
    """
    office = procedure.offices.get(capacity)
    if office is not None and passes_on(procedure, capacity):
        public = register.office_key(capacity, who, case.branch, at)
        if public is None and office.deputy is not None:
            public = key(procedure, register, case, office.deputy, who, at)
        return public
    person, party = register.persons.get(who), case.parties.get(who)
    return person.key if person else party.key if party else None


def passes_on(procedure: Procedure, capacity: str) -> bool:
    """Whether what came to an office stays with it: it has a key of its own, for the next holder.

    A member confides in a person, whatever a declaration says: what was told to a counsellor is
    for no later one, until the member consents (law 1).
    """
    office = procedure.offices.get(capacity)
    return office is not None and office.key == "office" and capacity not in CONFIDANTS


def older_keys(
    procedure: Procedure, register: Register, case: Case, capacity: str, who: str, at: datetime
) -> tuple[str, ...]:
    """The earlier keys of an office, which still open what was sealed to them."""
    office = procedure.offices.get(capacity)
    if office is None or not passes_on(procedure, capacity):
        return ()
    found = register.office_keys_of(capacity, who, case.branch, at)
    if not found and office.deputy is not None:
        return older_keys(procedure, register, case, office.deputy, who, at)
    return found[:-1]


def sees(procedure: Procedure, case: Case, reader: Standing, track: str) -> bool:
    """Whether `reader` may know that `track` exists and moves in this case.

    An office that is not assigned to the case sees a track only once it has left its resting
    beginning: until then its mere existence would tell that there is a case.
    """
    declared = procedure.tracks[track]
    capacities = reader.capacities & set(declared.seen_by)
    if not capacities:
        return False
    return case.tracks[track].begun or any(
        capacity == AUDITOR or capacity in procedure.parties or case.assigned.get(capacity)
        for capacity in capacities
    )


def knows(procedure: Procedure, case: Case, reader: Standing) -> bool:
    """Whether `reader` may know that the case exists: they see a track, or hold an item of it."""
    return any(sees(procedure, case, reader, track) for track in procedure.tracks) or any(
        reached(procedure, case, gone, reader) for gone in case.disclosures
    )


def reached(
    procedure: Procedure, case: Case, gone: Disclosure | Disclosed, reader: Standing
) -> bool:
    """Whether the item reached the reader in this case, and was not carried into another.

    To an office that has a key of its own, or that sees the case go on, it came for whoever holds
    the office. In any other office it came to those who held it then, and a successor learns
    nothing by it.
    """
    if gone.to not in reader or gone.into is not None:
        return False
    personal = gone.to in procedure.offices and not passes_on(procedure, gone.to)
    if not personal or reader.key in gone.readers:
        return True
    alone = Standing(reader.who, frozenset({gone.to}))
    return any(sees(procedure, case, alone, track) for track in procedure.tracks)


def arrives(procedure: Procedure, case: Case, reader: Standing, role: str) -> bool:
    """Whether `reader` sees those who play this part come into the case."""
    tracks = {step.track for step in procedure.steps.values() if step.joins == role}
    return bool(tracks) and all(sees(procedure, case, reader, track) for track in tracks)


def acquainted(procedure: Procedure, case: Case, reader: Standing) -> tuple[str, ...]:
    """The parties of whom `reader` may know that they take part: they saw them come, or are one."""
    return tuple(
        name
        for name, party in case.parties.items()
        if name in reader or arrives(procedure, case, reader, party.role)
    )

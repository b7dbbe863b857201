"""Who holds which office, from when until when, in which branch: the register, folded from events.

A branch is a path such as `noord/waterstad`: an office held in `noord` covers the branches below
it. The register is a stream of signed events like any case; this module folds it and answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from workflow.engine import facts as f

STREAM = "register"
REGISTRAR = "registrar"
"""The office that keeps the register. `zaak init` grants it to whoever founds the store."""
LOG_KEEPER = "log_keeper"
"""The office whose key signs checkpoints of the log over all events; it sees no case by it."""
UNDECLARED = (REGISTRAR, LOG_KEEPER)
"""The offices that are about the store itself, so that no procedure need declare them."""

APART = timedelta(minutes=15)
"""So far the clocks of two machines may stand apart. What was recorded at most this long before
something else, by another machine, may in truth have come after it."""

replace = msgspec.structs.replace


class Person(msgspec.Struct, frozen=True):
    """An operator: the name colleagues know them by, and their public key."""

    name: str
    key: str


class Term(msgspec.Struct, frozen=True, omit_defaults=True):
    """A person holding an office in a branch, from `starts` until `until` (UTC, exclusive)."""

    office: str
    person: str
    branch: str
    starts: datetime
    until: datetime | None = None

    def runs(self, at: datetime) -> bool:
        """Whether the term runs at `at` (UTC)."""
        return self.starts <= at and (self.until is None or at < self.until)


class OfficeKey(msgspec.Struct, frozen=True):
    """The key of an office that outlives its holder; `item` holds the sealed private half.

    The newest is the one that came into the register last, whatever was passed on since.
    """

    office: str
    branch: str
    key: str
    item: str


class Version(msgspec.Struct, frozen=True, omit_defaults=True):
    """A procedure version the association adopted, for a branch and all below it or everywhere."""

    procedure: str
    version: str
    digest: str
    aliases: tuple[str, ...] = ()
    branch: str = ""

    def reaches(self, branch: str) -> bool:
        """Whether it was adopted for `branch`: everywhere, for it or for one above it."""
        return not self.branch or covers(self.branch, branch)


class Account(msgspec.Struct, frozen=True):
    """The yearly account of a branch that was published; see `engine.facts.Accounted`."""

    branch: str
    year: int
    k: int
    procedures: tuple[str, ...]
    cells: dict[str, int]


class Register(msgspec.Struct, frozen=True, omit_defaults=True):
    """The register as its history leaves it."""

    seq: int = 0
    latest: datetime | None = None
    persons: dict[str, Person] = {}
    terms: tuple[Term, ...] = ()
    office_keys: tuple[OfficeKey, ...] = ()
    adopted: tuple[Version, ...] = ()
    accounts: tuple[Account, ...] = ()

    def holders(self, office: str, branch: str, at: datetime) -> tuple[str, ...]:
        """Who holds `office` for `branch` at `at`, in the order they were granted it."""
        found = [
            t.person
            for t in self.terms
            if t.office == office and covers(t.branch, branch) and t.runs(at)
        ]
        return tuple(dict.fromkeys(found))

    def offices(self, person: str, branch: str, at: datetime) -> frozenset[str]:
        """The offices `person` holds for `branch` at `at`."""
        return frozenset(
            t.office
            for t in self.terms
            if t.person == person and covers(t.branch, branch) and t.runs(at)
        )

    def anywhere(self, person: str, at: datetime) -> tuple[Term, ...]:
        """Every term of `person` that runs at `at`."""
        return tuple(t for t in self.terms if t.person == person and t.runs(at))

    def holds_exactly(self, person: str, office: str, branch: str, at: datetime) -> bool:
        """Whether the office is held in this very branch, not in one above it (B27)."""
        return any(
            t.person == person and t.office == office and t.branch == branch and t.runs(at)
            for t in self.terms
        )

    def reaching(self, office: str, branch: str) -> tuple[Term, ...]:
        """Every term of `office`, past, present or to come, that covers `branch`."""
        return tuple(t for t in self.terms if t.office == office and covers(t.branch, branch))

    def ended_between(self, start: datetime | None, end: datetime) -> bool:
        """Whether somebody's access may have ended after `start` and not after `end`, by this.

        A term that begins ends it too, for a deputy and in an office that it excludes, and what
        was recorded since may say so of earlier. A clock that was behind ended a term too early.
        """
        if start is None:
            return False
        if self.latest is not None and start < self.latest:
            return True
        return any(
            start < t.starts <= end or (t.until is not None and start - APART < t.until <= end)
            for t in self.terms
        )

    def office_key(self, office: str, person: str, branch: str, at: datetime) -> str | None:
        """The newest key of `office` in the branch for which `person` holds it, over `branch`."""
        found = self.office_keys_of(office, person, branch, at)
        return found[-1] if found else None

    def office_keys_of(
        self, office: str, person: str, branch: str, at: datetime
    ) -> tuple[str, ...]:
        """Every key of `office` that `person` has by holding it over `branch`, oldest first."""
        held = {
            t.branch
            for t in self.terms
            if (t.office, t.person) == (office, person) and covers(t.branch, branch) and t.runs(at)
        }
        return tuple(k.key for k in self.office_keys if k.office == office and k.branch in held)

    def version(self, name: str, branch: str = "") -> Version | None:
        """The version `branch` follows of the procedure called `name`, or known by that alias.

        It is the newest one adopted for the nearest branch that covers `branch`; where there is
        none, and without `branch`, the newest one adopted for everywhere.
        """
        # An alias leads to the procedure, of which a branch may have a version without that alias.
        called = [v.procedure for v in self.adopted if name == v.procedure]
        called = called or [v.procedure for v in self.adopted if name in v.aliases]
        found = [v for v in self.adopted if v.procedure in called[-1:] and v.reaches(branch)]
        nearest = max((len(v.branch) for v in found), default=0)
        return next((v for v in reversed(found) if len(v.branch) == nearest), None)

    def account(self, branch: str, year: int) -> Account | None:
        """The yearly account that was published of `branch` itself over `year`; None without."""
        found = (a for a in self.accounts if (a.branch, a.year) == (branch, year))
        return next(found, None)

    def signer(self, key: str) -> str | None:
        """The person whose key this is."""
        return next((name for name, person in self.persons.items() if person.key == key), None)


def covers(held: str, branch: str) -> bool:
    """Whether an office held in branch `held` reaches `branch`: itself, or one below it."""
    return branch == held or branch.startswith(held + "/")


def fold(register: Register, event: f.Event) -> Register:
    """The register after `event`."""
    return replace(apply(register, event.data), seq=event.seq, latest=event.at)


def apply(register: Register, fact: f.Fact) -> Register:
    """The register with one more fact."""
    match fact:
        case f.PersonAdded(person, name, key):
            return replace(register, persons={**register.persons, person: Person(name, key)})
        case f.OfficeGranted(office, person, branch, starts, until):
            term = Term(office, person, branch, starts, until)
            return replace(register, terms=(*register.terms, term))
        case f.OfficeEnded(office, person, branch, at):
            terms = tuple(
                replace(t, until=at)
                if (t.office, t.person, t.branch) == (office, person, branch) and t.runs(at)
                else t
                for t in register.terms
            )
            return replace(register, terms=terms)
        case f.OfficeKeyed(office, branch, key, item):
            if any(
                (k.office, k.branch, k.key) == (office, branch, key) for k in register.office_keys
            ):
                return register  # it was passed on, and is as old as it was
            held = OfficeKey(office, branch, key, item)
            return replace(register, office_keys=(*register.office_keys, held))
        case f.Adopted(procedure, version, digest, aliases, branch):
            adopted = Version(procedure, version, digest, aliases, branch)
            return replace(register, adopted=(*register.adopted, adopted))
        case f.Accounted(branch, year, k, procedures, cells):
            # In one order, so that the state has one form: a body, read back, has its keys sorted.
            account = Account(branch, year, k, procedures, dict(sorted(cells.items())))
            return replace(register, accounts=(*register.accounts, account))
        case _:
            raise TypeError(f"{type(fact).__name__} is no fact of the register")


def history(events: Iterable[f.Event]) -> Register:
    """The register after all `events`."""
    register = Register()
    for event in events:
        register = fold(register, event)
    return register

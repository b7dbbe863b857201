"""One case's own books: what its bare history says, in other words than the engine's.

What the law is stands here a second time, in constants, so that neither a fault in the code nor one
in a declared procedure can hide from it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from workflow.engine import facts as f
from workflow.engine.register import Register

CONFIDANTS = ("counsellor", "external_counsellor")
NAMED_ONLY = (*CONFIDANTS, "mediator", "helper")
"""Offices that act only in the cases they are named in."""
STANDS_IN = {"counsellor": "external_counsellor", "regional_chair": "deputy_chair"}
"""Who takes the place of an office that nobody can fill."""
KEYED = ("regional_chair", "deputy_chair", "disputes_committee", "integrity_committee")
"""Offices whose key passes from holder to holder."""
WRITTEN_FOR = {"helper_advice": "regional_chair", "contact_report": "regional_chair"}
"""What an office-holder writes for another who asked for it."""
MEMBERS = {"conduct": "reporter", "dispute": "applicant"}
"""Whose words a procedure is about."""
COMMITTEES = ("disputes_committee", "integrity_committee")
BOARD = ("regional_chair", "deputy_chair")
SIGNALLERS = ("branch_chair", "group_leader", "alderman")
CONFLICT = frozenset({"signalled", "assessing", "active"})
OVER = frozenset({"handed_back", "stood_back", "declined"})
PENDING = frozenset({"filed", "admissibility", "hearing", "deliberating"})
"""The states of a dispute in which the committee has the matter."""
IN_HAND = frozenset({"reported", "screening", "commission_proposed", "commissioned"}) | {
    *("investigating", "wederhoor", "heard", "delivered", "board_weighing")
}
"""The states of an investigation in which whoever reported has no answer yet."""
CONDITIONS = ("consent_sought", "no_other_way", "serious_harm", "as_little_as_possible")
DAY = timedelta(days=1)


class Book:
    """What the history of one case says, as far as it was read."""

    def __init__(self, stream: str, procedure: str) -> None:
        self.stream, self.procedure, self.branch = stream, procedure, ""
        self.items: dict[str, f.Event] = {}
        self.told: dict[str, set[str]] = {}
        self.consents: dict[str, f.Consented] = {}
        self.over: set[str] = set()
        self.emergency: tuple[tuple[str, ...], datetime, datetime] | None = None
        self.went: list[f.Disclosed] = []
        self.assigned: dict[str, tuple[str, ...]] = {}
        self.ever: dict[str, set[str]] = {}
        self.recused: set[str] = set()
        self.parties: dict[str, f.Joined] = {}
        self.states: dict[str, str] = {}
        self.steps: dict[str, f.Event] = {}
        self.links: set[str] = set()
        self.erased: set[str] = set()

    def learn(self, event: f.Event, register: Register) -> None:
        """Take in one more event; `register` is as it was then."""
        fact = event.data
        match fact:
            case f.Opened(branch):
                self.branch = branch
            case f.Added():
                self.items[fact.item] = event
                self.told[fact.item] = {
                    p for o in CONFIDANTS for p in self.people(o, event.at, register)
                }
            case f.Consented():
                self.consents[fact.consent] = fact
            case f.Withdrawn() | f.Lapsed():
                self.over.add(fact.consent)
            case f.PurposeEnded():
                self.over |= {n for n, k in self.consents.items() if k.purpose == fact.purpose}
            case f.Disclosed():
                self.went.append(fact)
            case f.Assigned(office, persons):
                self.assigned[office] = persons
                self.ever.setdefault(office, set()).update(persons)
            case f.EmergencyClosed():
                self.emergency = None
            case f.Recused():
                self.recused.add(fact.person)
            case f.Joined():
                self.parties[fact.party] = fact
            case _:
                self._learn_more(event)

    def _learn_more(self, event: f.Event) -> None:
        fact = event.data
        match fact:
            case f.Released():
                self.assigned.pop(fact.office, None)
            case f.Stepped():
                self.states[fact.track] = fact.to
                self.steps[fact.step] = event
            case f.Linked():
                self.links.add(fact.case)
            case f.Erased():
                self.erased |= set(fact.items)
            case f.EmergencyOpened():
                self.emergency = (fact.recipients, event.took_place, fact.until)
            case _:
                pass

    def added(self, item: str) -> f.Added:
        """How the item came into the case."""
        fact = self.items[item].data
        assert isinstance(fact, f.Added), "only these were taken in as items"
        return fact

    def state(self, track: str) -> str:
        """Where a track stands, and `none` before it moved."""
        return self.states.get(track, "none")

    def agreed(self, item: str, to: str, purpose: str, at: datetime) -> bool:
        """Whether all whose item it is let it go there for that, at that moment."""
        fact = self.added(item)
        givers = {
            k.giver
            for name, k in self.consents.items()
            if name not in self.over
            and (k.to, k.purpose) == (to, purpose)
            and (item in k.items or k.kind == fact.kind)
            and k.starts <= at
            and not (k.until and k.until <= at)
        }
        return bool(fact.of) and givers >= set(fact.of)

    def bases(self, gone: f.Disclosed, at: datetime) -> set[str]:
        """Every basis on which what went could go at that moment."""
        fact, to = self.added(gone.item), gone.to
        named, own = set(self.assigned.get(to, ())), MEMBERS.get(self.procedure)
        barred = fact.kind == "mediation" and to in COMMITTEES
        found = {
            "own": to in fact.of,
            "confidant": to in CONFIDANTS
            and fact.of == (own,)
            and bool(named)
            and named <= self.told[gone.item],
            "commission": WRITTEN_FOR.get(fact.kind) == to and fact.author not in CONFIDANTS,
            "consent": not barred and self.agreed(gone.item, to, gone.purpose, at),
            "emergency": self.emergency is not None
            and to in self.emergency[0]
            and self.emergency[1] <= at < self.emergency[2],
            "legal_duty": any(
                i in self.items and self.added(i).kind == "legal_document" for i in gone.on
            ),
        }
        return {basis for basis, holds in found.items() if holds}

    def people(self, capacity: str, at: datetime, register: Register) -> set[str]:
        """Who acts and reads as `capacity`: in office, named where that is needed, not recused."""
        if capacity in self.parties:
            return {self.parties[capacity].person or capacity} - self.recused
        if capacity in NAMED_ONLY:
            able = {capacity, STANDS_IN.get(capacity)}
            named = self.assigned.get(capacity, ())
            found = {p for p in named if any(o in able for o, _ in held(register, p, at))}
        else:
            found = self._over_branch(capacity, at, register) - self.recused
            deputy = STANDS_IN.get(capacity)
            if not found and deputy is not None:
                found = self._over_branch(deputy, at, register)
        if capacity == "helper":
            found -= self._over_branch("counsellor", at, register)
        return found - self.recused

    def _over_branch(self, office: str, at: datetime, register: Register) -> set[str]:
        return {
            t.person
            for t in register.terms
            if t.office == office and t.runs(at) and f"{self.branch}/".startswith(f"{t.branch}/")
        }

    def capacities(self, item: str, who: str, at: datetime, register: Register) -> set[str]:
        """The capacities in which `who` may open the item at `at`."""
        event, fact = self.items[item], self.added(item)
        able = set(fact.of)
        if fact.author in KEYED or event.who == who:
            able.add(fact.author)
        if fact.of == (MEMBERS.get(self.procedure),) and who in self.told[item]:
            able |= set(CONFIDANTS)
        for gone in self.went:
            if gone.item == item and gone.into is None:
                lasting = gone.basis == "legal_duty"
                if lasting or self.bases(msgspec.structs.replace(gone, on=()), at):
                    able.add(gone.to)
        return {part for part in able if who in self.people(part, at, register)}

    def keys(self, item: str, at: datetime, register: Register) -> set[str]:
        """The public keys that may open the item at `at`."""
        if item in self.erased:
            return set()
        found = set()
        for who in {*register.persons, *self.parties}:
            for part in self.capacities(item, who, at, register):
                found |= self._key(part, who, at, register)
        return found

    def _key(self, part: str, who: str, at: datetime, register: Register) -> set[str]:
        for office in (part, STANDS_IN.get(part)) if part in KEYED else ():
            where = {branch for o, branch in held(register, who, at) if o == office}
            lines = [
                k.key for k in register.office_keys if k.office == office and k.branch in where
            ]
            if lines:
                return {lines[-1]}
        if who in self.parties:
            return {self.parties[who].key or ""} - {""}
        return {register.persons[who].key}


def held(register: Register, who: str, at: datetime) -> set[tuple[str, str]]:
    """The offices somebody holds at `at` (UTC), each with its branch."""
    return {(t.office, t.branch) for t in register.terms if t.person == who and t.runs(at)}

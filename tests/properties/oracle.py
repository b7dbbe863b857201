"""Who may have what, told a second time: from the bare history, in other words than the engine's.

It knows nothing of `engine.sharing`, `engine.standing` and `engine.items`: only the facts of
the history, the terms of the register, and what the laws say.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tests.properties.world import BRANCH, OFFICE_KEYS
from workflow.engine import facts as f
from workflow.engine.register import Register

COUNSELLORS = ("counsellor", "external_counsellor")
ASSIGNED = (*COUNSELLORS, "mediator", "helper")
"""Offices that act only in the cases they are named in."""
STANDS_IN = {"regional_chair": "deputy_chair", "counsellor": "external_counsellor"}
"""Who does the work of an office that nobody can do, or is asked to do it by name."""
APART = {"helper": ("counsellor",)}
"""Offices that nobody fills who also holds one of these over the branch of the case."""
ORDERED = {"helper_advice": "regional_chair", "contact_report": "regional_chair"}
"""What somebody in office writes because the other asked for it."""
KEPT_FROM = {"mediation": ("disputes_committee", "integrity_committee")}
"""Who never gets to read a kind of item, whatever is agreed."""


class Past:
    """Everything that matters of a history, as far as it was learned."""

    def __init__(self) -> None:
        self.items: dict[str, f.Event] = {}
        self.told: dict[str, frozenset[str]] = {}
        self.consents: dict[str, f.Consented] = {}
        self.over: set[str] = set()
        self.emergency: tuple[tuple[str, ...], datetime, datetime] | None = None
        self.went: list[f.Disclosed] = []
        self.assigned: dict[str, tuple[str, ...]] = {}
        self.recused: dict[str, datetime] = {}
        self.parties: dict[str, f.Joined] = {}
        self.states: dict[str, str] = {}
        self.answers: dict[str, dict[str, f.Answer]] = {}
        self.wiped: set[str] = set()
        self.matter: set[str] = set()

    def learn(self, event: f.Event, register: Register) -> None:
        """Take in one more event; `register` is as it was then."""
        fact = event.data
        match fact:
            case f.Added():
                self.items[fact.item] = event
                self.told[fact.item] = frozenset(
                    p for o in COUNSELLORS for p in self.people(o, event.at, register)
                )
            case f.Consented():
                self.consents[fact.consent] = fact
            case f.Withdrawn() | f.Lapsed():
                # What the history says is over is over, also where it is asked about before.
                self.over.add(fact.consent)
            case f.PurposeEnded():
                self.over |= {n for n, c in self.consents.items() if c.purpose == fact.purpose}
            case f.EmergencyOpened():
                self.emergency = (fact.recipients, event.took_place, fact.until)
            case f.EmergencyClosed():
                self.emergency = None
            case f.Disclosed():
                self.went.append(fact)
            case f.Assigned():
                self.assigned[fact.office] = fact.persons
            case f.Released():
                self.assigned.pop(fact.office, None)
            case f.Recused():
                self.recused[fact.person] = event.at
            case f.Joined():
                self.parties[fact.party] = fact
            case f.Stepped():
                self.states[fact.track] = fact.to
                self.answers[fact.step] = fact.answers
            case f.Erased():
                self.wiped |= set(fact.items)
            case f.Linked():
                self.matter.add(fact.case)
            case _:
                pass

    def added(self, item: str) -> f.Added:
        """How the item came into the case."""
        fact = self.items[item].data
        assert isinstance(fact, f.Added), "only these were taken in as items"
        return fact

    def consented(self, item: str, to: str, purpose: str, at: datetime) -> bool:
        """Whether everyone whose item it is lets it go there for that, at that moment."""
        fact = self.added(item)
        givers = {
            c.giver
            for name, c in self.consents.items()
            if name not in self.over
            and (c.to, c.purpose) == (to, purpose)
            and (item in c.items or c.kind == fact.kind)
            and c.starts <= at
            and not (c.until and c.until <= at)
        }
        kept = to in KEPT_FROM.get(fact.kind, ()) or item in self.wiped
        return bool(fact.of) and givers >= set(fact.of) and not kept

    def bases(
        self, item: str, to: str, purpose: str, at: datetime, on: Collection[str] = ()
    ) -> set[str]:
        """Every basis on which the item may go to `to` for `purpose` at `at`."""
        if item in self.wiped:
            return set()
        fact = self.added(item)
        named = set(self.assigned.get(to, ()))
        found = {
            "own": to in fact.of,
            "confidant": to in COUNSELLORS
            and fact.of == ("reporter",)
            and bool(named)
            and named <= self.told[item],
            "commission": ORDERED.get(fact.kind) == to
            and fact.author in ("helper", "contact_person"),
            "consent": self.consented(item, to, purpose, at),
            "emergency": self.emergency is not None
            and to in self.emergency[0]
            and self.emergency[1] <= at < self.emergency[2],
            "legal_duty": any(
                i in self.items and self.added(i).kind == "legal_document" for i in on
            ),
        }
        return {basis for basis, holds in found.items() if holds}

    def agrees(self, giver: str, kind: str, to: str, purpose: str, at: datetime) -> bool:
        """Whether `giver` lets every item of that kind go there for that, at that moment."""
        return any(
            (c.giver, c.kind, c.to, c.purpose) == (giver, kind, to, purpose)
            and name not in self.over
            and c.starts <= at
            and not (c.until and c.until <= at)
            for name, c in self.consents.items()
        )

    def people(
        self,
        capacity: str,
        at: datetime,
        register: Register,
        ask: Collection[str] | None = None,
    ) -> set[str]:
        """Who acts and reads as `capacity`: in office, named where that is needed, not recused.

        With `ask`, who would if these were named.
        """
        if capacity in self.parties:
            return {self.parties[capacity].person or capacity}.difference(self.recused)
        able = {capacity, STANDS_IN.get(capacity)}
        if capacity in ASSIGNED:
            named = set(self.assigned.get(capacity, ()) if ask is None else ask)
            found = named & {
                t.person
                for t in register.terms
                if t.office in able and t.starts <= at and not (t.until and t.until <= at)
            }
            return self._fit(found, capacity, at, register)
        found = self._fit(_here(capacity, at, register), capacity, at, register)
        if found or capacity not in STANDS_IN:
            return found
        return self._fit(_here(STANDS_IN[capacity], at, register), capacity, at, register)

    def _fit(self, found: set[str], office: str, at: datetime, register: Register) -> set[str]:
        others = (_here(other, at, register) for other in APART.get(office, ()))
        return found.difference(self.recused, *others)

    def may_open(self, item: str, who: str, at: datetime, register: Register) -> set[str]:
        """The capacities in which `who` may open the item at `at`."""
        event, fact = self.items[item], self.added(item)
        if item in self.wiped:
            return set()
        able = set(fact.of)
        if fact.author in OFFICE_KEYS or event.who == who:
            able.add(fact.author)
        if fact.of == ("reporter",) and who in self.told[item]:
            able |= set(COUNSELLORS)
        kept = any(
            who in self.people(office, at, register) for office in KEPT_FROM.get(fact.kind, ())
        )
        for gone in self.went:
            if gone.item != item or gone.into is not None:
                continue
            if gone.basis == "legal_duty" or (
                (gone.basis == "emergency" or not kept)
                and self.bases(item, gone.to, gone.purpose, at)
            ):
                able.add(gone.to)
        return {part for part in able if who in self.people(part, at, register)}

    def keys(
        self, item: str, people: Collection[str], at: datetime, register: Register
    ) -> set[str]:
        """The public keys that open the item for those of `people` who may."""
        found = set()
        for who in people:
            for part in self.may_open(item, who, at, register):
                if part in OFFICE_KEYS:
                    office = part if who in _here(part, at, register) else STANDS_IN[part]
                    found.add(next(k.key for k in register.office_keys if k.office == office))
                elif who in self.parties:
                    found.add(self.parties[who].key or "")
                else:
                    found.add(register.persons[who].key)
        return found - {""}


def _here(office: str, at: datetime, register: Register) -> set[str]:
    """Whose term in the office runs at `at`, in the branch of the case or in one above it."""
    return {
        t.person
        for t in register.terms
        if t.office == office
        and t.starts <= at
        and (t.until is None or at < t.until)
        and f"{BRANCH}/".startswith(f"{t.branch}/")
    }

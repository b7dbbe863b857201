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
        self.recused: set[str] = set()
        self.parties: dict[str, f.Joined] = {}
        self.states: dict[str, str] = {}

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
                self.recused.add(fact.person)
            case f.Joined():
                self.parties[fact.party] = fact
            case f.Stepped():
                self.states[fact.track] = fact.to
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
        return bool(fact.of) and givers >= set(fact.of)

    def bases(
        self, item: str, to: str, purpose: str, at: datetime, on: Collection[str] = ()
    ) -> set[str]:
        """Every basis on which the item may go to `to` for `purpose` at `at`."""
        fact = self.added(item)
        named = set(self.assigned.get(to, ()))
        found = {
            "own": to in fact.of,
            "confidant": to in COUNSELLORS
            and fact.of == ("reporter",)
            and bool(named)
            and named <= self.told[item],
            "consent": self.consented(item, to, purpose, at),
            "emergency": self.emergency is not None
            and to in self.emergency[0]
            and self.emergency[1] <= at < self.emergency[2],
            "legal_duty": any(
                i in self.items and self.added(i).kind == "legal_document" for i in on
            ),
        }
        return {basis for basis, holds in found.items() if holds}

    def people(self, capacity: str, at: datetime, register: Register) -> set[str]:
        """Who acts and reads as `capacity`: in office, named where that is needed, not recused."""
        if capacity in self.parties:
            found = {self.parties[capacity].person or capacity}
        else:
            named = self.assigned.get(capacity, ())
            found = {
                t.person
                for t in register.terms
                if t.office == capacity
                and t.starts <= at
                and (t.until is None or at < t.until)
                and (
                    t.person in named
                    if capacity in ASSIGNED
                    else f"{BRANCH}/".startswith(f"{t.branch}/")
                )
            }
        return found - self.recused

    def may_open(self, item: str, who: str, at: datetime, register: Register) -> set[str]:
        """The capacities in which `who` may open the item at `at`."""
        event, fact = self.items[item], self.added(item)
        able = set(fact.of)
        if fact.author in OFFICE_KEYS or event.who == who:
            able.add(fact.author)
        if fact.of == ("reporter",) and who in self.told[item]:
            able |= set(COUNSELLORS)
        for gone in self.went:
            if gone.item == item and (
                gone.basis == "legal_duty" or self.bases(item, gone.to, gone.purpose, at)
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
                    found.add(next(k.key for k in register.office_keys if k.office == part))
                elif who in self.parties:
                    found.add(self.parties[who].key or "")
                else:
                    found.add(register.persons[who].key)
        return found - {""}

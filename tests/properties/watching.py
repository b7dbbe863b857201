"""A watcher of towns: keeps its own books of every case, and says which invariant was broken.

It reads the bare events and the terms of the register, and asks the engine nothing but who may open
an item and who stands before a case; what should be is told by the books alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tests.properties.books import (
    BOARD,
    COMMITTEES,
    CONDITIONS,
    CONFIDANTS,
    CONFLICT,
    DAY,
    IN_HAND,
    MEMBERS,
    OVER,
    PENDING,
    SIGNALLERS,
    Book,
    held,
)
from tests.properties.town import Result, Town, standing_as
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.kernel import Compiled
from workflow.engine.register import Register


class Watcher:
    """Reads every event of every case once, and notes each invariant that it breaks."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.broken: list[tuple[int, str]] = []

    def matter(self, stream: str) -> set[str]:
        """All cases of the same matter, by what the cases say of each other."""
        found, waiting = set[str](), [stream]
        while waiting:
            one = waiting.pop()
            if one not in found and one in self.books:
                found.add(one)
                waiting += self.books[one].links
        return found

    def saw(
        self, town: Town, register: Register, moment: Mapping[str, tuple[f.Event, ...]]
    ) -> None:
        """Take in what came of one command, in all the cases that it reached."""
        for stream, events in moment.items():
            name = town.procedure(stream).procedure
            book = self.books.setdefault(stream, Book(stream, name))
            if any(_step(e) == "hand_over" for e in events):
                self._packet(book, moment)
            if any(_step(e) == "give_signal" for e in events):
                self._addressed(book, events, register)
            self._kept_out(book, events)
            for event in events:
                self._event(book, event, register)
                book.learn(event, register)
            if any(_step(e) == "transfer" for e in events):
                self._unless(not any(_leaves(e) for e in events), 3, "shared by a transfer")
        self._at_once(moment)
        self._stands(town, tuple(moment))

    def _at_once(self, moment: Mapping[str, tuple[f.Event, ...]]) -> None:
        """With the very command that files or links, support groups stand back (inv. 39)."""
        for stream, events in moment.items():
            filed = any(_step(e) in ("hand_over", "hand_over_integrity") for e in events)
            linked = {e.data.case for e in events if isinstance(e.data, f.Linked)}
            seized = linked if self.books[stream].state("dispute") in PENDING else set()
            for one in seized | ({stream} if filed else set()):
                at_work = self.books[one].state("support_group") in CONFLICT
                self._unless(not at_work, 39, f"{one} did not stand back")

    def _kept_out(self, book: Book, events: tuple[f.Event, ...]) -> None:
        """Whoever was recused before this does nothing in it (inv. 7)."""
        acted = {e.who for e in events if e.office is not None} & book.recused
        self._unless(not acted, 7, f"{acted} acted, recused")

    def _addressed(self, book: Book, events: tuple[f.Event, ...], register: Register) -> None:
        """A signal goes to the regional chair or, where none can act, to the deputy (inv. 14)."""
        gone = [e.data for e in events if isinstance(e.data, f.Disclosed)]
        self._unless({fact.to for fact in gone} == {"regional_chair"}, 14, "addressed elsewhere")
        kept_out = {e.data.person for e in events if isinstance(e.data, f.Recused)} | book.recused
        (at,) = {e.at for e in events}
        able = {
            office
            for office in BOARD
            if any(
                t.office == office and t.runs(at) and t.person not in kept_out
                for t in register.terms
            )
        }
        to = "regional_chair" if "regional_chair" in able else "deputy_chair"
        lines = {k.key for k in register.office_keys if k.office == to}
        sealed_to = {key for fact in gone for key in fact.readers}
        self._unless(sealed_to <= lines, 14, f"not sealed to the {to}")

    def _unless(self, holds: bool, number: int, what: object) -> None:
        if not holds:
            self.broken.append((number, str(what)))

    def _packet(self, book: Book, moment: Mapping[str, tuple[f.Event, ...]]) -> None:
        """What was consented to and signed for is what went, and what came in (inv. 13)."""
        (at,) = {event.at for event in moment[book.stream]}
        consented = {
            item
            for item in book.items
            if book.added(item).kind != "mediation"
            and book.agreed(item, "disputes_committee", "ruling", at)
        }
        # A statement sealed with the very step may be covered by a consent to its kind.
        own = {e.data.item for e in moment[book.stream] if isinstance(e.data, f.Added)}
        gone = {
            e.data.item: e.data.into
            for e in moment[book.stream]
            if isinstance(e.data, f.Disclosed) and e.data.to == "disputes_committee"
        }
        self._unless(set(gone) - own == consented, 13, "the packet is not what was consented to")
        into = {stream for stream in gone.values() if stream}
        came = sorted(
            e.data.digest
            for stream in into
            for e in moment.get(stream, ())
            if isinstance(e.data, f.Added) and e.data.kind == "packet"
        )
        sent = sorted(book.added(item).digest for item in set(gone) - own)
        arrived = own or came == sent
        self._unless(len(into) == 1 and bool(arrived), 13, "what came in is not what was sent")

    def _event(self, book: Book, event: f.Event, register: Register) -> None:
        fact, at = event.data, event.at
        if event.office is None:
            self._unless(not _leaves(event), 3, "shared or consented where nobody acted")
        match fact:
            case f.Disclosed():
                self._disclosed(book, event, fact)
            case f.Read(item):
                able = book.capacities(item, event.who, at, register)
                if not able or item in book.erased:
                    self._excess(book, item, {event.who}, f"{event.who} read {item}")
            case f.Consented():
                self._unless(fact.giver in book.parties, 4, f"{fact.giver} consented")
            case f.Assigned(office, persons) if office == "counsellor":
                strangers = [
                    p
                    for p in persons
                    if not {o for o, _ in held(register, p, at)} & set(CONFIDANTS)
                ]
                self._unless(not strangers, 36, f"a report came to {strangers}")
            case f.EmergencyOpened():
                opened = book.steps["open_emergency"]
                assert isinstance(opened.data, f.Stepped), "a step opened it"
                affirmed = all(opened.data.answers.get(asked) is True for asked in CONDITIONS)
                reasons = affirmed and event.office in CONFIDANTS
                self._unless(reasons, 5, "an emergency without its reasons")
                self._unless(fact.until <= event.took_place + DAY, 38, "an emergency too long")
            case f.Linked(other) if book.procedure == "conduct":
                same = other in self.books and self.books[other].procedure == "conduct"
                self._unless(not same, 31, "two reports were linked")
            case f.Stepped():
                self._stepped(book, event, fact, register)
            case _:
                pass

    def _disclosed(self, book: Book, event: f.Event, fact: f.Disclosed) -> None:
        if book.procedure not in MEMBERS:
            return
        item = book.added(fact.item)
        # Whom we tell by other means we told when we did; what is sealed is sealed now.
        at = event.took_place if fact.to in ("crisis_service", "police") else event.at
        if fact.basis == "emergency":
            self._unless("emergency" in book.bases(fact, at), 5, f"{fact.item} to {fact.to}")
        if fact.basis == "consent":
            ended = [n for n in fact.on if n in book.over or not _live(book.consents[n], at)]
            self._unless(not ended, 2, f"{fact.item} on {ended}")
        if item.kind == "mediation" and fact.basis not in ("emergency", "legal_duty", "own"):
            givers = {book.consents[n].giver for n in fact.on}
            both = givers >= set(item.of) and fact.to not in COMMITTEES
            self._unless(both, 12, f"{fact.item} to {fact.to}")
        self._unless(fact.basis in book.bases(fact, at), 1, f"{fact.item} to {fact.to}")
        if fact.to in BOARD and book.state("support_group") == "handed_back":
            through = event.office == "contact_person" and item.kind == "contact_report"
            own = event.who in {book.parties[of].person for of in item.of}
            self._unless(through or own, 19, f"{item.kind} by {event.office}")

    def _stepped(self, book: Book, event: f.Event, fact: f.Stepped, register: Register) -> None:
        if fact.source == "member_deciding":
            by_clock = fact.because == "clock" and fact.to == "closed"
            self._unless(by_clock or _decided(book, event, fact, "reporter"), 3, fact.step)
        if fact.track == "report" and fact.step in ("close", "erase_now", "reopen"):
            self._unless(_decided(book, event, fact, "reporter"), 3, fact.step)
        if fact.decided_by is not None:
            self._unless(fact.decided_by in book.parties, 4, f"{fact.decided_by}: {fact.step}")
            signed = fact.evidence != "code" or event.who == fact.decided_by or bool(fact.because)
            self._unless(signed, 4, f"{event.who} signed for {fact.decided_by}")
        if fact.to == "mediating":
            self._unless(self._two_willing(book, event.at), 11, "a mediation begins")
        if fact.step == "give_signal":
            here = (event.office or "", book.branch) in held(register, event.who, event.at)
            self._unless(here and event.office in SIGNALLERS, 14, f"{event.who} signalled")
        if event.office == "helper":
            harmless = fact.source == fact.to and fact.decided_by is None
            self._unless(harmless, 18, f"{event.who} took {fact.step}")
        if fact.track == "support_group":
            again = fact.source in OVER and fact.to != fact.source
            self._unless(not again, 17, f"{fact.step} from {fact.source}")
        if fact.track == "report" and fact.to == "erased":
            self._unless(book.emergency is None, 34, "erased in an emergency")
            self._unless(not self._elsewhere(book), 34, "erased while it is pending elsewhere")

    def _elsewhere(self, book: Book) -> set[str]:
        """The cases that were filed from this one and in which it is still being dealt with."""
        into = {gone.into for gone in book.went if gone.into is not None}
        return {s for s in into if s in self.books and pending(self.books[s])}

    def _two_willing(self, book: Book, at: datetime) -> bool:
        """Whether two members agree to mediation of a simple matter (inv. 11)."""
        keys = {book.parties[p].key for p in ("reporter", "other") if p in book.parties}
        consents = {
            k.giver
            for name, k in book.consents.items()
            if (k.kind, k.to, k.purpose) == ("mediation", "mediator", "mediation")
            and name not in book.over
            and _live(k, at)
        }
        weighed = book.steps["weigh"].data if "weigh" in book.steps else None
        simple = isinstance(weighed, f.Stepped) and weighed.answers.get("simple") is True
        other = set(book.assigned.get("mediator", ())) - set(book.assigned.get("counsellor", ()))
        # The consent is given by the very step that begins it, and so is written right after it.
        willing = consents | {"other"} >= {"reporter", "other"}
        return len(keys) == 2 and willing and simple and bool(other)

    def _stands(self, town: Town, touched: tuple[str, ...]) -> None:
        for stream in touched:
            book = self.books[stream]
            if book.procedure in MEMBERS:
                self.reads(town, stream)
            if book.state("report") == "mediating":
                both = {k.giver for n, k in book.consents.items() if n not in book.over}
                held_up = self._two_willing(book, town.now) and "other" in both
                self._unless(held_up, 11, "a mediation lasts")
            matter = [self.books[one] for one in self.matter(stream)]
            seized = any(one.state("dispute") in PENDING for one in matter)
            at_work = [b.stream for b in matter if b.state("support_group") in CONFLICT]
            self._unless(not (seized and at_work), 16, f"{at_work} beside a filing")
            self._both(town, matter)

    def _both(self, town: Town, matter: list[Book]) -> None:
        """Nobody stands in one matter as a counsellor and as a helper (inv. 8)."""
        acting: dict[str, set[str]] = {"counsellor": set(), "helper": set()}
        for book in matter:
            if book.procedure == "conduct":
                for office, able in acting.items():
                    able |= set(standing_as(town, book.stream, office))
        self._unless(not acting["counsellor"] & acting["helper"], 8, acting)

    def reads(self, town: Town, stream: str) -> None:
        """Hold who may open the items of a case against what its history says."""
        book, at, register = self.books[stream], town.now, town.register
        for item in book.items:
            keys = town.readers(stream, item)
            if item in book.erased:
                self._unless(not keys, 33, f"{item} opens after erasure")
            excess = keys - book.keys(item, at, register)
            if excess:
                who = {p for p in register.persons if register.persons[p].key in excess}
                self._excess(book, item, who, f"{who or excess} may open {item}")

    def _excess(self, book: Book, item: str, who: set[str], what: str) -> None:
        """Somebody reads what they should not: every invariant that speaks of it is broken."""
        fact, words = book.added(item), MEMBERS.get(book.procedure)
        speaking = {
            1: words in fact.of,
            2: any(k.purpose in {g.purpose for g in book.went if g.item == item}
                   for n, k in book.consents.items() if n in book.over),
            7: bool(who & book.recused),
            12: fact.kind == "mediation",
            15: bool(who & book.ever.get("helper", set())),
            33: item in book.erased,
            35: bool(who & book.ever.get("counsellor", set())),
        }  # fmt: skip
        self.broken += [(number, what) for number, speaks in speaking.items() if speaks]


def pending(book: Book) -> bool:
    """Whether a committee still has what was filed in this case.

    An investigation goes on without the documents of whoever withdraws their report (Q17).
    """
    given = book.state("notification") != "withdrawn"
    return book.state("dispute") in PENDING or (book.state("investigation") in IN_HAND and given)


def _live(consent: f.Consented, at: datetime) -> bool:
    return consent.starts <= at and not (consent.until and consent.until <= at)


def _leaves(event: f.Event) -> bool:
    return isinstance(event.data, f.Disclosed | f.Consented)


def _step(event: f.Event) -> str | None:
    return event.data.step if isinstance(event.data, f.Stepped) else None


def _decided(book: Book, event: f.Event, fact: f.Stepped, party: str) -> bool:
    """Whether the history proves that the party decided this (inv. 3)."""
    own = fact.evidence == "code" and event.who == party
    written = fact.evidence == "written" and fact.evidence_item in book.items
    spoken = fact.evidence == "spoken" and event.office in CONFIDANTS
    return fact.decided_by == party and (own or written or spoken)


class Moment(msgspec.Struct, frozen=True):
    """What one command did in one case: the case and the register before it, and the events."""

    rules: Compiled
    before: Case | None
    register: Register
    events: tuple[f.Event, ...]


class Watched(Town):
    """A town whose every move is watched."""

    def __init__(self, register: Register | None = None) -> None:
        super().__init__(register)
        self.watcher = Watcher()
        self.moments: list[Moment] = []

    def do(
        self,
        stream: str,
        command: c.Command,
        who: str,
        *,
        office: str | None = None,
        rules: Compiled | None = None,
        wait: timedelta = timedelta(minutes=1),
    ) -> Result:
        """As a town does, with the watcher looking on."""
        before = dict(self.cases)
        result = super().do(stream, command, who, office=office, rules=rules, wait=wait)
        for one, events in result.events.items():
            moment = Moment(self.of(one), before.get(one), self.register, events)
            self.moments.append(moment)
        if result.events:
            self.watcher.saw(self, self.register, result.events)
        return result

    def broke(self, number: int) -> list[str]:
        """What was seen that breaks the invariant of this number, also in what stands open now."""
        for stream, book in self.watcher.books.items():
            if book.procedure in MEMBERS:
                self.watcher.reads(self, stream)
        return [what for one, what in self.watcher.broken if one == number]

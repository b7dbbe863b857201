"""The small association in which a procedure is tried, and a case there as named parts of a world.

Of everything there is enough to tell apart what a procedure can tell apart: two people in an office
that somebody is chosen for and one in any other, one item of each kind and author, one consent for
each giver, kind, recipient and purpose. Time has no dates here: a deadline is pending or passes, a
consent holds or is over, a term is yet to begin, runs or has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from workflow.engine import case as k
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.draft import Draft
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import NoNewHolder, Procedure
from workflow.exploring import watched as w
from workflow.exploring.people import BRANCH, BYSTANDER, Seat
from workflow.exploring.watched import Component, Look, Parts, Row, Value, Watch

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""Since when everything is as it is. The moments are invented and only their order matters."""
SUCCEEDED = START + timedelta(days=30)
"""When a successor's term began."""
RECENT = SUCCEEDED + timedelta(days=1)
"""Since when a track stands as it does where it moved after that: so long ago that all is over."""
NOW = START + timedelta(days=90)
PASSED = NOW
"""When a deadline passed that passes now: this moment, so that what begins then has yet to last."""
FAR = START + timedelta(days=36500)

OTHER_CASE = "z-other"
"""Another case of the same matter."""
FILED_CASE = "z-filed"
"""The case that a step opens."""
_ITEM = {"of": "of", "author": "author", "by": "by", "confided": "confided", "opened_by": "opened"}
"""The fields of an item and the sorts of parts that they are."""

ABSENT: Mapping[str, Value] = {
    "track": "",
    "begun": False,
    "stale": False,
    "party": None,
    "assigned": (),
    "recused": False,
    "item": False,
    "of": (),
    "author": "",
    "by": "",
    "confided": (),
    "opened": (),
    "consent": "over",
    "gone": None,
    "whom": "",
    "answer": None,
    "emergency": None,
    "erased": (),
    "link": False,
    "term": "before",
}
"""What each sort of component is where nothing has happened to it."""


class World:
    """One procedure, who there is, and which parts a case there can have as far as is known."""

    def __init__(self, rules: Compiled, seats: Iterable[Seat]) -> None:
        self.rules = rules
        self.seats = {seat.name: seat for seat in seats}
        persons = dict.fromkeys((*(seat.person for seat in self.seats.values()), BYSTANDER))
        self.persons = {name: r.Person(name, f"key of {name}") for name in persons}
        self.known: dict[str, tuple[str, ...]] = {
            "party": (),
            "assigned": tuple(
                dict.fromkeys(o for step in self.procedure.steps.values() for o in step.assigns)
            ),
            "item": (),
            "consent": (),
            "gone": (),
        }
        self.kinds: dict[str, str] = {}
        self.consents: dict[str, tuple[str, str, str, str | None]] = {}
        self.gone: dict[str, tuple[str, str, str, f.Basis, str | None]] = {}
        self.waiting_for_new = _waiting_for_new(self.procedure)
        self.office_keys = tuple(
            r.OfficeKey(seat.office, seat.branch, f"key of {seat.office} {seat.branch}", "")
            for seat in self.seats.values()
            if (o := self.procedure.offices.get(seat.office)) is not None and o.key == "office"
        )

    @property
    def procedure(self) -> Procedure:
        """The procedure that is tried."""
        return self.rules.procedure

    def initially(self, component: Component) -> Value:
        """What a part of the world is before anything happened."""
        sort = component[0]
        if sort == "known":
            return self.known[component[1]]
        if sort == "track":
            return self.procedure.tracks[component[1]].initial
        if sort == "term":
            return self.seats[component[1]].begins
        return ABSENT[sort]

    # --- the world as the engine takes it -----------------------------------------------------

    def register(self, watch: Watch, *, turned: bool = False) -> r.Register:
        """The register, of which each look at a term is noted; `turned`: one turned just now."""
        terms = tuple(
            w.made(
                w.Term,
                seat.office,
                seat.person,
                seat.branch,
                Look(watch, ("term", seat.name), _begins),
                Look(watch, ("term", seat.name), _ends),
            )
            for seat in self.seats.values()
        )
        return w.Register(5, FAR if turned else START, self.persons, terms, self.office_keys)

    def case(self, watch: Watch, passing: str | None, lapsing: str | None) -> w.Case:
        """The case, of which each look is noted.

        The deadline of track `passing` has passed, and the consent `lapsing` has run out.
        """

        def look(*component: str) -> Any:
            return watch.look(component)

        @cache
        def position(track: str) -> w.Position:
            since = Look(watch, ("stale", track), lambda stale: START if stale else RECENT)
            return w.made(
                w.Position,
                Look(watch, ("track", track)),
                since if track in self.waiting_for_new else START,
                PASSED if track == passing else None,
                Look(watch, ("begun", track)),
            )

        @cache
        def item(name: str) -> w.Item:
            of, author, by, confided, opened = (Look(watch, (s, name)) for s in _ITEM.values())
            return w.made(w.Item, self.kinds[name], of, author, by, "", confided, opened)

        @cache
        def consent(name: str) -> w.Consent:
            giver, to, purpose, kind = self.consents[name]
            until = PASSED if name == lapsing else None
            ended = Look(watch, ("consent", name), lambda held: held != "live")
            return w.made(w.Consent, giver, to, purpose, "code", START, (), kind, until, ended)

        @cache
        def gone(name: str) -> w.Disclosure:
            what, to, purpose, basis, into = self.gone[name]
            there = Look(watch, ("went", name), lambda went: into if went else "nowhere")
            readers = Look(watch, ("gone", name), lambda went: went or ())
            return w.made(w.Disclosure, what, to, purpose, basis, (), there, readers)

        @cache
        def done(step: str) -> w.Done:
            fields = tuple(self.procedure.steps[step].asks)
            answers = Parts(
                lambda: fields,
                lambda name: look("answer", step, name),
                lambda name: look("answer", step, name) is not None,
            )
            return w.made(w.Done, Look(watch, ("whom", step)), answers)

        def present(sort: str, default: Value) -> Any:
            return lambda name: look(sort, name) != default

        def known(sort: str) -> Callable[[], tuple[str, ...]]:
            # There may turn out to be more: a decision that went through them rests on these.
            return lambda: look("known", sort)

        return w.made(
            w.Case,
            stream="z-case",
            procedure=self.rules.digest,
            branch=BRANCH,
            seq=10,
            latest=NOW,
            tracks=Parts(lambda: tuple(self.procedure.tracks), position, watch=watch),
            parties=Parts(
                known("party"),
                lambda name: look("party", name),
                lambda name: bool(look("present", name)),
                watch=watch,
            ),
            assigned=Parts(
                lambda: self.known["assigned"], lambda name: look("assigned", name), watch=watch
            ),
            recused=Parts(
                lambda: tuple(self.persons), lambda _: "party", present("recused", False)
            ),
            items=Parts(
                known("item"), item, present("item", False), of=lambda name: self.kinds[name]
            ),
            consents=Parts(known("consent"), consent),
            disclosures=Row(known("gone"), gone, lambda name: self.gone[name][0]),
            emergency=Look(watch, ("emergency",), _emergency),
            done=Parts(lambda: tuple(self.procedure.steps), done),
            erased=Look(watch, ("erased",)),
            links=w.Names(watch, "link", (OTHER_CASE, FILED_CASE)),
            passing=passing,
            lapsing=lapsing,
        )

    # --- what the engine made of it -----------------------------------------------------------

    def written(self, draft: Draft) -> dict[Component, Value]:
        """The parts that are otherwise after a decision."""
        case, found = draft.case, dict[Component, Value]()
        self._moved(case, found)
        for name, party in _touched(case.parties):
            self.know("party", name)
            found["party", name] = party
        for office, persons in _touched(case.assigned):
            found["assigned", office] = persons
        for person, _ in _touched(case.recused):
            found["recused", person] = True
        for step, done in _touched(case.done):
            if type(done) is not w.Done:
                found["whom", step] = done.who
                for field in self.procedure.steps[step].asks:
                    found["answer", step, field] = done.answers.get(field)
        names = self._items(case, found)
        self._shared(case, found, names)
        if type(emergency := w.raw(case, "emergency")) is not Look:
            found["emergency",] = emergency.recipients if emergency else None
        if type(erased := w.raw(case, "erased")) is not Look:
            found["erased",] = tuple(sorted(erased))
        links = w.raw(case, "links")
        for other in links.written if isinstance(links, w.Names) else links:
            found["link", other] = True
        return found

    def _moved(self, case: k.Case, found: dict[Component, Value]) -> None:
        """Notes which tracks moved."""
        for track, position in _touched(case.tracks):
            for field, sort in (("state", "track"), ("begun", "begun")):
                if type(value := w.raw(position, field)) is not Look:
                    found[sort, track] = value
            since = w.raw(position, "since")
            if track in self.waiting_for_new and type(since) is not Look:
                found["stale", track] = since < SUCCEEDED

    def _shared(self, case: k.Case, found: dict[Component, Value], names: dict[str, str]) -> None:
        """Notes what became of consents, and what went to somebody."""
        for name, consent in _touched(case.consents):
            if type(ended := w.raw(consent, "ended")) is not Look:
                slot = name if name in self.consents else self._consent(consent)
                found["consent", slot] = "over" if ended else "live"
        went = w.raw(case, "disclosures")
        for gone in went.written if isinstance(went, Row) else went:
            what = names.get(gone.item, gone.item)
            slot = self.disclosure(what, gone.to, gone.purpose, gone.basis, gone.into)
            found["gone", slot] = gone.readers

    def _items(self, case: k.Case, found: dict[Component, Value]) -> dict[str, str]:
        """Notes what became of items; gives the names by which new ones are known."""
        names = {}
        for name, item in _touched(case.items):
            new = name not in self.kinds
            slot = names[name] = self._item(item) if new else name
            for field, sort in _ITEM.items():
                if type(value := w.raw(item, field)) is not Look:
                    # Who opened it first makes no difference.
                    found[sort, slot] = tuple(sorted(value)) if sort == "opened" else value
            if new:
                found["item", slot] = True
                # It stands for every item of its kind, and this one has not gone to anybody.
                found |= {("gone", gone): None for gone, of in self.gone.items() if of[0] == slot}
        return names

    def _item(self, item: k.Item) -> str:
        traceable = self.procedure.kinds[item.kind].traceable if item.kind != "statement" else False
        slot = "/".join((item.kind, *item.of)) if traceable else item.kind
        self.kinds[slot] = item.kind
        return self.know("item", slot)

    def _consent(self, consent: k.Consent) -> str:
        return self.consent(consent.giver, consent.to, consent.purpose, consent.kind)

    def consent(self, giver: str, to: str, purpose: str, kind: str | None) -> str:
        """The name of a consent, which from now on there can be."""
        slot = "/".join((giver, kind or "", to, purpose))
        self.consents[slot] = (giver, to, purpose, kind)
        return self.know("consent", slot)

    def disclosure(self, item: str, to: str, purpose: str, basis: f.Basis, into: str | None) -> str:
        """The name of a disclosure, which from now on there can be."""
        slot = " ".join((item, to, purpose, basis, into or ""))
        self.gone[slot] = (item, to, purpose, basis, into)
        return self.know("gone", slot)

    def know(self, sort: str, name: str) -> str:
        """Take in that a case can have this part, such as a party or an item; gives its name."""
        if name not in self.known[sort]:
            self.known[sort] += (name,)
        return name


def _begins(term: str) -> datetime:
    return {"before": FAR, "new": SUCCEEDED}.get(term, START - timedelta(days=1))


def _ends(term: str) -> datetime | None:
    return START - timedelta(hours=1) if term == "over" else None


def _emergency(recipients: tuple[str, ...] | None) -> k.Emergency | None:
    return None if recipients is None else k.Emergency(recipients, FAR, START)


def _touched(parts: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    return parts.written.items() if isinstance(parts, Parts) else parts.items()


def _waiting_for_new(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """The tracks on which it matters whether somebody came into office since, and which office."""
    found: dict[str, tuple[str, ...]] = {}

    def note(track: str, guards: Iterable[Any]) -> None:
        for guard in guards:
            if isinstance(guard, NoNewHolder):
                found[track] = (*found.get(track, ()), *guard.offices)

    for name, track in procedure.tracks.items():
        for state in track.states.values():
            note(name, state.rests_on)
    for step in procedure.steps.values():
        note(step.track, step.guards)
    return found

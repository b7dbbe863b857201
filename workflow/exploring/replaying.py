"""A way through a case, gone on days and by people of a register: what really comes of each move.

Exploring knows of time only that a deadline is pending or passes. Here it has dates: each command
is given a minute after the one before it, and what waits for a moment is given at that moment.
Every command is put to the engine as any other, so a way that cannot be gone like this is found
out: on days other deadlines may pass first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.case import Case, Consent
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft
from workflow.engine.facts import Answer
from workflow.engine.procedure import Step
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.exploring.moves import SOMEBODY, Move
from workflow.exploring.paths import Way
from workflow.exploring.people import BYSTANDER, Seat
from workflow.exploring.world import OTHER_CASE, World

PACE = timedelta(minutes=1)
"""So long after each other commands are given."""
SETTING_UP = timedelta(hours=1)
"""So long before the first command the small association is there."""
YEAR = timedelta(days=365)
PAST = (2 * YEAR, YEAR)
"""How long ago a term began, and ended, that was over from the start."""
CONSENT_HOLDS = timedelta(days=2)
"""So long a consent holds that is to run out."""
CASE = "z-case"
KEEPER = "keeper"
"""Who keeps the register of the small association, and lets the clock do its part there."""

FIRST_NAMES = (
    "anouk", "bastiaan", "carlijn", "diederik", "eefje", "floris", "geertje", "hidde", "ilonka",
    "jelmer", "klaske", "lodewijk", "marjolein", "nanne", "otto", "petronella", "quirijn",
    "roelof", "saskia", "tjitske", "ubbo", "valentijn", "wietske", "xander", "ypie", "zeger",
    "annelies", "boudewijn", "cornelie", "dirkje", "evert", "femke", "gijsbert", "hilde", "ineke",
    "jurriaan", "katrijn", "lubbert", "machteld", "nienke", "okke", "pleun", "reinou", "sjoerd",
)  # fmt: skip
"""Invented people, in the order in which they come into the register."""


class Scene(msgspec.Struct, frozen=True):
    """A command as it was really given, when and by whom, and what came of it.

    `who` is a person of the register, or a party under a return code. A `seat` is granted or ends
    before it; `consent` says which of their consents the giver takes back, the first being 1, and
    `made` in which scene (the first being 0) the item was made that is read. `expected` are the
    steps that this is about, `steps` those that were really taken. `elsewhere` is set where another
    case has to do something, which nobody in this one can.
    """

    move: Move
    at: datetime
    command: c.Command
    who: str
    office: str | None
    case: Case | None = None
    steps: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()
    refused: tuple[Reason, ...] = ()
    seat: Seat | None = None
    consent: int = 0
    made: int | None = None
    elsewhere: bool = False

    @property
    def by_code(self) -> bool:
        """Whether whoever gives it does so with a return code."""
        return self.opened_by_member or (self.case is not None and self.who in self.case.parties)

    @property
    def opened_by_member(self) -> bool:
        """Whether a member opens the case by themself."""
        match self.command:
            case c.Open(first=first):
                return self.move.who == self.who and first.joining is not None
        return False

    @property
    def as_expected(self) -> bool:
        """Whether it went as exploring said."""
        return set(self.expected) <= set(self.steps)


class OffTheWay(Exception):
    """On days the way cannot be gone: which move, and why not."""

    def __init__(self, move: Move, why: str) -> None:
        super().__init__(f"{move.name}: {why}")
        self.move = move


def names(world: World) -> dict[str, str]:
    """What each person of the small association is called in a register."""
    taken = {*world.procedure.parties, *world.procedure.offices, *world.procedure.outside}
    free = (name for name in FIRST_NAMES if name not in taken)
    persons = (*(person for person in world.persons if person != BYSTANDER), BYSTANDER)
    return dict(zip(persons, free, strict=False))


def terms(world: World, at: datetime) -> Iterator[f.OfficeGranted]:
    """The terms of office that a register begins with which is set up `at` this moment (UTC)."""
    called = names(world)
    for seat in world.seats.values():
        if seat.begins == "running":
            yield f.OfficeGranted(seat.office, called[seat.person], seat.branch, at)
        elif seat.begins == "over":
            began, ended = (at - ago for ago in PAST)
            yield f.OfficeGranted(seat.office, called[seat.person], seat.branch, began, ended)


class Replay:
    """One case as it goes on: `play` gives a way to it from its beginning."""

    def __init__(self, world: World, at: datetime) -> None:
        self.world, self.now = world, at
        self.called = names(world)
        self.case: Case | None = None
        self.register = self._founded(at - SETTING_UP)
        self._items: dict[str, int] = {}
        self._made = 0

    def _founded(self, at: datetime) -> r.Register:
        register = r.Register()
        for name in (KEEPER, *self.called.values()):
            register = r.apply(register, f.PersonAdded(name, name, f"key of {name}"))
        for term in terms(self.world, at):
            register = r.apply(register, term)
        for key in self.world.office_keys:
            register = r.apply(register, f.OfficeKeyed(key.office, key.branch, key.key, "", ()))
        return msgspec.structs.replace(register, latest=at)

    def play(self, way: Way) -> tuple[Scene, ...]:
        """The way as it really goes, up to and including the first move that goes otherwise.

        Raises OffTheWay where a move cannot be given at all.
        """
        found: list[Scene] = []
        lapsing = frozenset(move.lapsing for move in way.moves if move.lapsing)
        for move, outcome in zip(way.moves, way.outcomes, strict=True):
            expected = tuple(stepped.step for stepped in outcome.steps())
            scene = self._given(move, lapsing, len(found))
            found.append(msgspec.structs.replace(scene, expected=expected))
            if scene.refused or not found[-1].as_expected:
                break
        return tuple(found)

    def _given(self, move: Move, lapsing: frozenset[str], place: int) -> Scene:
        self.now += PACE
        before, seat, consent, made = self.case, None, 0, None
        if move.passing is not None:
            due = before.tracks[move.passing].due if before is not None else None
            if due is None:
                raise OffTheWay(move, "no deadline is pending")
            self.now = max(self.now, _whole(due))
        if move.lapsing is not None:
            self.now = max(self.now, _whole(self._until(move)))
        for component, value in move.turns:
            if component[0] == "term":
                seat = self.world.seats[component[1]]
                self._turn(seat, ends=value == "over")
                self.now += PACE
        command = self._real(move, lapsing)
        if isinstance(command, c.WithdrawConsent):
            command, consent = self._withdrawn(move)
        elif isinstance(command, c.Read):
            command, made = self._read(move)
        who = KEEPER if move.who == SOMEBODY else self.called.get(move.who, move.who)
        office = move.capacity(self.world.procedure)
        if not self._there(who, command):
            raise OffTheWay(move, f"{who} is not there")
        draft, refused = self._decided(command, Actor(who, office))
        steps: tuple[str, ...] = ()
        if draft is not None:
            facts = [entry.fact for entry in draft.entries]
            steps = tuple(fact.step for fact in facts if isinstance(fact, f.Stepped))
            for fact in facts:
                if isinstance(fact, f.Added):
                    self._items[fact.item] = place
            # As where it is stored: what follows by itself is looked for since then.
            latest = self.now if draft.entries else draft.case.latest
            self.case = msgspec.structs.replace(draft.case, latest=latest)
        return Scene(
            move, self.now, command, who, office, before, steps, (), refused, seat, consent, made,
            isinstance(move.command, c.Hear) or _elsewhere(move),
        )  # fmt: skip

    def _there(self, who: str, command: c.Command) -> bool:
        """Whether there is somebody called so to give a command, with a key or a return code."""
        if isinstance(command, c.Open) and command.first.joining is not None:
            return True
        return who in self.register.persons or (self.case is not None and who in self.case.parties)

    def _decided(self, command: c.Command, actor: Actor) -> tuple[Draft | None, tuple[Reason, ...]]:
        self._made += 1
        seed = self._made.to_bytes(4, "big")
        try:
            draft = decide(
                self.world.rules, self.case, command, actor, self.register, self.now, seed,
                stream=CASE if self.case is None else "",
            )  # fmt: skip
        except Refusal as refusal:
            return None, refusal.reasons
        except BadCommand as bad:
            return None, bad.problems
        return draft, ()

    def _turn(self, seat: Seat, *, ends: bool) -> None:
        """A term begins now, or ends."""
        who = self.called[seat.person]
        fact: f.Fact
        if ends:
            fact = f.OfficeEnded(seat.office, who, seat.branch, self.now)
        else:
            fact = f.OfficeGranted(seat.office, who, seat.branch, self.now)
        self.register = msgspec.structs.replace(r.apply(self.register, fact), latest=self.now)

    # --- commands with real names -------------------------------------------------------------

    def _real(self, move: Move, lapsing: frozenset[str]) -> c.Command:
        command = move.command
        match command:
            case c.Open(branch, first, linked):
                return c.Open(branch, self._advance(first), linked)
            case c.Advance():
                return self._advance(command)
            case c.AddItem(item):
                return msgspec.structs.replace(command, item=self._item(item))
            case c.Recuse(person):
                return msgspec.structs.replace(command, person=self.called.get(person, person))
            case c.GiveConsent():
                slot = "/".join((command.giver, command.kind or "", command.to, command.purpose))
                if slot in lapsing:
                    until = (self.now + CONSENT_HOLDS).replace(hour=0, minute=0)
                    return msgspec.structs.replace(command, until=until)
        return command

    def _advance(self, first: c.Advance) -> c.Advance:
        step = self.world.procedure.steps[first.step]
        answers = {name: self._answer(step, name, a) for name, a in first.answers.items()}
        note = self._item(first.note) if first.note else None
        papers = tuple(self._item(paper) for paper in first.papers)
        said = first.said
        if said.scan is not None:
            said = c.Said(said.decided_by, said.evidence, self._item(said.scan))
        return msgspec.structs.replace(first, answers=answers, note=note, papers=papers, said=said)

    def _answer(self, step: Step, name: str, answer: Answer) -> Answer:
        if step.asks[name].type not in ("person", "persons"):
            return answer
        if isinstance(answer, tuple):
            return tuple(self.called.get(who, who) for who in answer)
        return self.called.get(str(answer), answer)

    def _item(self, item: c.NewItem) -> c.NewItem:
        self._made += 1
        name = f"i-{self._made}"
        return c.NewItem(name, hashlib.sha256(name.encode()).hexdigest(), item.size)

    def _withdrawn(self, move: Move) -> tuple[c.WithdrawConsent, int]:
        """The command by which the last such consent is taken back, and which of theirs it is."""
        assert isinstance(move.command, c.WithdrawConsent)
        giver, *_ = self.world.consents[move.command.consent]
        theirs = [name for name, one in self._consents().items() if one.giver == giver]
        name = self._last_consent(move, move.command.consent)
        return c.WithdrawConsent(name), theirs.index(name) + 1

    def _until(self, move: Move) -> datetime:
        until = self._consents()[self._last_consent(move, move.lapsing or "")].until
        if until is None:
            raise OffTheWay(move, "the consent has no end")
        return until

    def _consents(self) -> Mapping[str, Consent]:
        return self.case.consents if self.case is not None else {}

    def _last_consent(self, move: Move, slot: str) -> str:
        giver, to, purpose, kind = self.world.consents[slot]
        alike = [
            name
            for name, one in self._consents().items()
            if (one.giver, one.to, one.purpose, one.kind) == (giver, to, purpose, kind)
            and not one.ended
        ]
        if not alike:
            raise OffTheWay(move, "there is no such consent")
        return alike[-1]

    def _read(self, move: Move) -> tuple[c.Read, int]:
        """The command by which the last such item is read, and in which scene it was made."""
        assert isinstance(move.command, c.Read)
        kind = self.world.kinds[move.command.item]
        items = self.case.items if self.case is not None else {}
        alike = [name for name, item in items.items() if item.kind == kind]
        if not alike:
            raise OffTheWay(move, "there is no such item")
        return c.Read(alike[-1]), self._items[alike[-1]]


def _elsewhere(move: Move) -> bool:
    """Whether a step is asked for that another case is named in."""
    first = move.command.first if isinstance(move.command, c.Open) else move.command
    return isinstance(first, c.Advance) and OTHER_CASE in first.answers.values()


def _whole(moment: datetime) -> datetime:
    """The first whole minute that is not before a moment."""
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)

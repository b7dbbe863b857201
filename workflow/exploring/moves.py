"""Everything that anyone may try in the small association, and everything that happens by itself.

A move is a command and who gives it, or a turn of the world: a deadline passes, a consent runs out,
a term begins or ends, a case of the same matter tells something. Whether a move is possible is not
decided here: it is put to the engine. Answers differ only where something in the procedure looks at
the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

import msgspec

from workflow.declaring.conditions import guards
from workflow.engine import commands as c
from workflow.engine.answers import named as names
from workflow.engine.facts import Answer
from workflow.engine.member import automatic, decider, enough
from workflow.engine.procedure import (
    LINKED,
    NOBODY,
    Answered,
    Consent,
    Field,
    HasItem,
    Hat,
    Opened,
    OtherPerson,
    Packet,
    Procedure,
    Recorded,
    Several,
    Step,
    Warranted,
)
from workflow.engine.standing import CONFIDANTS
from workflow.exploring.foreseeing import consents, foreseen
from workflow.exploring.people import BRANCH, BYSTANDER, pairs, parties, wearing
from workflow.exploring.touching import Aspect, falls, touched
from workflow.exploring.watched import Component, Value
from workflow.exploring.world import FILED_CASE, OTHER_CASE, World

SOMEBODY = "somebody"
"""Whoever runs a command at the moment when the clock or another case does something."""


class Move(msgspec.Struct, frozen=True):
    """A command, who gives it and in which office; or a turn of the world.

    `needs` are the values that parts of the world must have and `turns` those they get with it
    before the engine is asked. The deadline of track `passing` passes, or the consent `lapsing`
    runs out. `touches` is all that the move may change.
    """

    name: str
    command: c.Command
    who: str
    office: str | None = None
    needs: tuple[tuple[Component, tuple[Value, ...]], ...] = ()
    turns: tuple[tuple[Component, Value], ...] = ()
    passing: str | None = None
    lapsing: str | None = None
    turned: bool = False
    touches: frozenset[Aspect] = frozenset()
    first: bool = True

    @property
    def key(self) -> tuple[object, ...]:
        """What tells moves apart."""
        command = msgspec.json.encode(self.command)
        turn = (self.turns, self.passing, self.lapsing, self.turned)
        return (self.name, self.who, self.office, command, *turn)

    @property
    def by_hand(self) -> bool:
        """Whether it is made beside the steps, or is a turn of the world: no step brings it."""
        return bool(self.turns) or not isinstance(self.command, c.Advance | c.Hear | c.Tick)

    def capacity(self, procedure: Procedure) -> str | None:
        """The office in which the actor says to act; None where they act as a party or nobody."""
        nobody = isinstance(self.command, c.Tick | c.Hear) or self.office in procedure.parties
        return None if nobody else self.office


def new(name: str) -> c.NewItem:
    """A content that the move seals."""
    return c.NewItem(f"new-{name}", "", 1024)


def openings(world: World) -> Iterator[Move]:
    """Every way in which a case can begin."""
    for name, step in world.procedure.steps.items():
        if step.opens:
            for who, capacity in actors(world, step):
                for first in advances(world, name, step, who, capacity):
                    yield Move(name, c.Open(BRANCH, first), who, capacity)


def moves(world: World) -> Iterator[Move]:
    """Everything that may be tried or happen in a case, with the parts it has as far as known."""
    procedure = world.procedure
    foreseen(world)
    for name, step in procedure.steps.items():
        if LINKED in step.who:
            hear = c.Hear(OTHER_CASE, 1, (name,), linked=True)
            yield Move(name, hear, SOMEBODY, touches=touched(procedure, name))
        if automatic(step):
            continue
        touches = touched(procedure, name)
        seen: set[str] = set()
        # Where an earlier step was somebody's, or an answer names them, it takes somebody else.
        others = (guard for guard in step.guards if isinstance(guard, OtherPerson))
        apart = any(guard.than_step or guard.than_field or guard.than_named for guard in others)
        for who, capacity in actors(world, step):
            alike = capacity in seen and capacity not in procedure.parties and not apart
            seen.add(capacity)
            for command in advances(world, name, step, who, capacity):
                yield Move(name, command, who, capacity, touches=touches, first=not alike)
    yield from _by_hand(world)
    yield from _turns(world)


def actors(world: World, step: Step) -> Iterator[tuple[str, str]]:
    """Whoever could stand in a capacity that may take the step, with that capacity."""
    for capacity in step.who:
        if capacity not in NOBODY:
            for who in standing_in(world, capacity):
                yield who, capacity


def standing_in(world: World, capacity: str) -> tuple[str, ...]:
    """Everybody who could ever stand before a case in a capacity."""
    procedure = world.procedure
    if capacity in procedure.parties:
        if procedure.parties[capacity].member:
            return parties(procedure, capacity)
        joining = [step for step in procedure.steps.values() if step.joins == capacity]
        return tuple(dict.fromkeys(who for step in joining for who in _joining(world, step)))
    return holding(world, capacity)


def _joining(world: World, step: Step) -> tuple[str, ...]:
    """Who comes into the case in person by a step: whom it names, or who takes it."""
    if step.joins_as is None:
        return tuple(who for who, _ in actors(world, step))
    named = _people(world, step, step.joins_as, step.asks[step.joins_as])
    return tuple(dict.fromkeys(who for answer in named for who in names(answer)))


def holding(world: World, office: str | None) -> tuple[str, ...]:
    """Everybody who ever holds an office, or the office that stands in for it."""
    declared = world.procedure.offices.get(office or "")
    able = {office, declared.deputy if declared else None}
    return tuple(dict.fromkeys(s.person for s in world.seats.values() if s.office in able))


def advances(world: World, name: str, step: Step, who: str, capacity: str) -> Iterator[c.Advance]:
    """Every way of taking a step that makes a difference."""
    procedure = world.procedure
    said = _said(procedure, step, who, capacity)
    fields = [
        [(field, answer) for answer in _answers(world, name, step, field)] for field in step.asks
    ]
    joining: Iterable[str | None] = (None,)
    if step.joins is not None:
        joining = parties(procedure, step.joins)
    member = step.joins is not None and procedure.parties[step.joins].member
    many = step.joins is not None and procedure.parties[step.joins].many
    texts = product(_noted(procedure, step), _papers(procedure, step))
    for answers, party, (note, papers) in product(product(*fields), joining, tuple(texts)):
        given = {field: answer for field, answer in answers if answer is not None}
        yield c.Advance(
            name,
            given,
            note,
            said,
            joining=f"key of {party}" if member else None,
            party=party if many else None,
            papers=papers,
            into=FILED_CASE if step.files else None,
        )


def _noted(procedure: Procedure, step: Step) -> tuple[c.NewItem | None, ...]:
    """The note that comes with a step, and none where it may be left out and something asks it."""
    if step.note is None:
        return (None,)
    needed = step.note.required or not _asked_for(procedure, step.note.kind)
    return (new("note"),) if needed else (new("note"), None)


def _papers(procedure: Procedure, step: Step) -> tuple[tuple[c.NewItem, ...], ...]:
    """The documents that come with a step, and none where something asks whether there are any."""
    if step.papers is None:
        return ((),)
    paper = (new("paper"),)
    return (paper, ()) if _asked_for(procedure, step.papers) else (paper,)


def _asked_for(procedure: Procedure, kind: str) -> bool:
    """Whether it makes a difference that a case holds an item of the kind: a guard or share asks.

    What goes on a consent of any kind asks for each.
    """
    for placed in guards(procedure):
        match placed.guard:
            case Packet():
                return True
            case HasItem(kind=wanted) if wanted == kind:
                return True
            case Opened(kinds=kinds) if kind in kinds:
                return True
    shares = (share for step in procedure.steps.values() for share in step.shares)
    return any(share.kind in (kind, None) for share in shares)


def _said(procedure: Procedure, step: Step, who: str, capacity: str) -> c.Said:
    """Whose decision it is said to be, and as well evidenced as the actor can."""
    found = (decider(procedure, step, source) for source in step.sources)
    party = next((p for p in found if p is not None), None)
    if party is None or party == who:
        return c.Said()
    if capacity in CONFIDANTS and "spoken" in enough(step):
        return c.Said(party, "spoken")
    return c.Said(party, "written", new("scan"))


def _answers(world: World, name: str, step: Step, field: str) -> tuple[Answer | None, ...]:
    """The answers to a field that make a difference; None: it is left unanswered."""
    asked = step.asks[field]
    told = _told_apart(world.procedure, name, step, field)
    found: tuple[Answer | None, ...]
    match asked.type:
        case "affirm":
            found = (True,)
        case "yesno":
            found = (True, False) if told else (True,)
        case "choice":
            others = [value for value in asked.values if value not in told]
            found = (*told, *others[:1])
        case "choices":
            found = _chosen(tuple(asked.values), told)
        case "recipients":
            found = tuple(
                dict.fromkeys((*(_chosen(asked.among, told) if told else ()), asked.among))
            )
        case "case":
            found = (OTHER_CASE,)
        case "person" | "persons":
            found = _people(world, step, field, asked)
    if asked.required:
        return found
    bears = (*step.assigns.values(), *step.recuses, step.joins_as)
    hatted = any(True for _ in _second_hats(world.procedure, step, field))
    matters = told or asked.office or field in bears or hatted
    return (None, *found) if matters else (None,)


def _chosen(values: tuple[str, ...], told: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each value that is told apart alone, all of those together, and one of the others."""
    others = tuple(value for value in values if value not in told)
    found = (*((value,) for value in told), told, others[:1])
    return tuple(dict.fromkeys(chosen for chosen in found if chosen))


def _told_apart(procedure: Procedure, name: str, step: Step, field: str) -> tuple[str, ...]:
    """The values of a field that some guard tells from other values."""
    found: dict[str, None] = {}
    for placed in guards(procedure):
        match placed.guard:
            case Recorded(step=of, field=asked, values=values) if (of, asked) == (name, field):
                found |= dict.fromkeys(values)
            case Warranted(step=of, asked=asked, values=values) if (of, asked) == (name, field):
                found |= dict.fromkeys(values)
            case Several(step=of, asked=asked, values=values) if (of, asked) == (name, field):
                found |= dict.fromkeys(values)
    for guard in step.guards:
        if isinstance(guard, Answered | Warranted) and guard.field == field:
            found[guard.value] = None
    return tuple(found)


def _people(world: World, step: Step, field: str, asked: Field) -> tuple[Answer, ...]:
    if asked.office is None:
        people = (*_apart(world, step, field), BYSTANDER)
        return tuple((p,) if asked.type == "persons" else p for p in people)
    people = holding(world, asked.office)
    if asked.type == "person":
        return people
    counted = any(isinstance(guard, Several) and guard.field == field for guard in step.guards)
    assigned = field in step.assigns.values()
    together = (people,) if len(people) > 1 and (counted or assigned) else ()
    return (*((person,) for person in people), *together)


def _apart(world: World, step: Step, field: str) -> Iterator[str]:
    """The persons whom it makes a difference to name in a field that anybody can be named in."""
    procedure = world.procedure
    offices: list[str] = []
    if field in (*step.recuses, step.joins_as):
        # Whoever is kept out makes a difference where somebody else then stands in, or nobody does.
        declared = procedure.offices.items()
        standing = [name for name, office in declared if office.assigned] or [
            name for name, office in declared if office.deputy
        ]
        offices += standing[:1]
    for against in _second_hats(procedure, step, field):
        offices += wearing(procedure, against)[:1]
    for guard in step.guards:
        if isinstance(guard, Opened) and guard.field == field:
            shares = (share for each in procedure.steps.values() for share in each.shares)
            offices += [share.to for share in shares if share.kind in guard.kinds and share.to]
    for office in dict.fromkeys(offices):
        yield from holding(world, office)[:1]


def _second_hats(procedure: Procedure, step: Step, field: str) -> Iterator[Hat]:
    """The hats of which an invariant says what happens where whom a field names wears them too."""
    for one, other in pairs(procedure):
        for hat, against in ((one, other), (other, one)):
            named = hat.step is not None and procedure.steps[hat.step] is step
            joins = hat.party is not None and (hat.party, field) == (step.joins, step.joins_as)
            if (named and hat.field == field) or joins:
                yield against


def _by_hand(world: World) -> Iterator[Move]:
    """What is done in a case beside its steps."""
    yield from _adding(world)
    yield from _consenting(world)
    yield from _recusing(world)
    yield from _reading(world)


def _adding(world: World) -> Iterator[Move]:
    procedure = world.procedure
    for name, kind in procedure.kinds.items():
        for capacity in kind.added_by:
            for who in standing_in(world, capacity):
                for of in _traced(procedure, name) if kind.traceable else ((),):
                    command = c.AddItem(new("item"), name, of=of)
                    touches = frozenset({("item", name), ("gone",)})
                    yield Move("add", command, who, capacity, touches=touches)


def _traced(procedure: Procedure, kind: str) -> tuple[tuple[str, ...], ...]:
    """To whom an item of a traceable kind may be traced, as far as that makes a difference.

    To each who is told apart as whose it is, to one who stands for the others, and to two together.
    """
    apart = {step.erases for step in procedure.steps.values()}
    for step in procedure.steps.values():
        apart |= {share.to for share in step.shares if share.kind in (kind, None)}
    apart |= {each.guard.party for each in guards(procedure) if isinstance(each.guard, Consent)}
    members = [part for part, declared in procedure.parties.items() if declared.member]
    alike = [part for part in members if part not in apart]
    named = [parties(procedure, part)[0] for part in members if part in apart or part in alike[:1]]
    return (*((party,) for party in named), *([tuple(named[:2])] if len(named) > 1 else []))


def _consenting(world: World) -> Iterator[Move]:
    for slot, (giver, to, purpose, kind) in consents(world).items():
        give = c.GiveConsent(giver, to, purpose, kind=kind)
        touches = frozenset({("consent", purpose)})
        yield Move("consent", give, giver, touches=touches)
        if slot in world.consents:
            yield Move("withdraw", c.WithdrawConsent(slot), giver, touches=touches)
            yield Move("lapse", c.Tick(), SOMEBODY, lapsing=slot, touches=touches)


def _recusing(world: World) -> Iterator[Move]:
    """A member keeps a counsellor out, as where that counsellor is a party (B6)."""
    procedure = world.procedure
    members = dict.fromkeys(track.belongs_to for track in procedure.tracks.values())
    offices = [office for office in ("counsellor",) if office in procedure.offices]
    for member, office in product((m for m in members if m is not None), offices):
        for person in holding(world, office)[:1]:
            touches = frozenset({("recused",)})
            yield Move("recuse", c.Recuse(person, "party"), member, touches=touches)


def _reading(world: World) -> Iterator[Move]:
    """Reading, where it is asked whether somebody has opened what they were given."""
    for step in world.procedure.steps.values():
        opened = [guard for guard in step.guards if isinstance(guard, Opened)]
        for guard, (item, kind) in product(opened, world.kinds.items()):
            named = _people(world, step, guard.field, step.asks[guard.field])
            for who in dict.fromkeys(person for answer in named for person in names(answer)):
                if kind in guard.kinds:
                    touches = frozenset({("item", kind)})
                    yield Move("read", c.Read(item), who, touches=touches)


def _turns(world: World) -> Iterator[Move]:
    """What happens by itself."""
    procedure = world.procedure
    yield Move("ground", c.Tick(), SOMEBODY, turned=True, touches=falls(procedure))
    for name, track in procedure.tracks.items():
        thens = dict.fromkeys(
            state.deadline.then
            for state in track.states.values()
            if state.deadline and state.deadline.then
        )
        if thens:
            touches = frozenset().union(*(touched(procedure, then) for then in thens))
            yield Move("deadline", c.Tick(), SOMEBODY, passing=name, touches=touches)
    for seat in world.seats.values():
        part = ("term", seat.name)
        touches = frozenset({part})
        if seat.begins == "before":
            stale = tuple(
                (("stale", track), True)
                for track, offices in world.waiting_for_new.items()
                if seat.office in offices
            )
            touches |= {component for component, _ in stale}
            yield Move(
                "begin", c.Tick(), SOMEBODY, None, ((part, ("before",)),),
                ((part, "new"), *stale), turned=True, touches=touches,
            )  # fmt: skip
        if seat.ends:
            yield Move(
                "end", c.Tick(), SOMEBODY, None, ((part, ("running", "new")),),
                ((part, "over"),), turned=True, touches=touches,
            )  # fmt: skip

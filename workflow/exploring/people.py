"""Who there is in the small association: persons, the offices they hold and where.

Two for an office that somebody is chosen for, so that there is somebody else; three for one that
judges its own; one for any other. One more of an office that acts here and is chosen from outside.
One of them holds another office too, where an invariant speaks of somebody with two hats.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any, Literal

import msgspec

from workflow.declaring.conditions import guards
from workflow.engine.procedure import (
    Available,
    Experienced,
    FreshEyes,
    Hat,
    NoNewHolder,
    Opened,
    OtherPerson,
    OutsideBranch,
    OwnBranch,
    Procedure,
    SamePerson,
    Staffed,
)
from workflow.engine.standing import AUDITOR, CONFIDANTS, assigned

BYSTANDER = "bystander"
"""Somebody whom the register knows and who holds no office."""
BRANCH = "noord/waterstad"
"""The branch of the case."""
ELSEWHERE = "noord/klaverdorp"
"""Another branch of the same region, for those who must come from outside."""

Begins = Literal["before", "running", "over"]


class Seat(msgspec.Struct, frozen=True):
    """A term of office: which, whose and where, how it stands at first, and whether it may end."""

    office: str
    person: str
    branch: str
    begins: Begins = "running"
    ends: bool = False

    @property
    def name(self) -> str:
        """What the term is called among the parts of a world."""
        return f"{self.office} {self.person} {self.branch}"


def seats(procedure: Procedure) -> tuple[Seat, ...]:
    """The terms of office in the small association of a procedure."""
    return tuple(dict.fromkeys(_seats(procedure)))


def _seats(procedure: Procedure) -> Iterator[Seat]:
    outside, past = _from_outside(procedure), _experience(procedure)
    here = outside & _acting_here(procedure)
    turning, succeeded, several = _turning(procedure), _succeeded(procedure), _several(procedure)
    alike = interchangeable(procedure)
    for office in procedure.offices:
        if office in alike:
            continue
        where = ELSEWHERE if office in outside else BRANCH
        called = office.replace("_", "-")
        for letter in _letters(procedure, office, several - succeeded):
            yield Seat(office, f"{called}-{letter}", where, ends=office in turning)
            for earlier in past.get(office, ()):
                yield Seat(earlier, f"{called}-{letter}", where, "over")
        if office in here:
            yield Seat(office, f"{called}-here", BRANCH, ends=office in turning)
            for earlier in past.get(office, ()):
                yield Seat(earlier, f"{called}-here", BRANCH, "over")
        for opening in _opening(procedure, office):
            yield Seat(opening, f"{called}-a", where)
        if office in succeeded:
            yield Seat(office, f"{called}-c", where, "before")
    for office, other in dict.fromkeys(_two_hatted(procedure)):
        letters = _letters(procedure, office, several - succeeded)
        person = f"{office.replace('_', '-')}-{letters[-1:] or 'a'}"
        yield Seat(other, person, ELSEWHERE if other in outside else BRANCH)


def _letters(procedure: Procedure, office: str, several: set[str]) -> str:
    """The people of an office: one, or two; none where those of other offices hold it too."""
    if any(office in _opening(procedure, other) for other in procedure.offices):
        return ""
    if office not in several:
        return "a"
    return "abc" if office in _judging(procedure) else "ab"


def _judging(procedure: Procedure) -> set[str]:
    """The offices that alone judge one of their own, whom an earlier step named.

    One of them may be out already, and then a third is there to judge.
    """
    return {
        step.who[0]
        for step in procedure.steps.values()
        for guard in step.guards
        if isinstance(guard, OtherPerson) and guard.field is None and guard.than_named
        if len(step.who) == 1
    }


def _two_hatted(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Two offices of which somebody holds both, so as to wear two hats in one case.

    For every two hats that an invariant speaks of, unless they go with one office. Two offices that
    somebody stands in at once are for `not_with`, and need no trying.
    """
    for one, other in pairs(procedure):
        ones, others = wearing(procedure, one), wearing(procedure, other)
        standing = one.office is not None and other.office is not None
        if ones and others and not standing and not set(ones) & set(others):
            # Whoever is chosen for a case is chosen from as few as can be.
            chosen = (
                procedure.offices[others[0]].assigned and not procedure.offices[ones[0]].assigned
            )
            yield (others[0], ones[0]) if chosen else (ones[0], others[0])


def pairs(procedure: Procedure) -> Iterator[tuple[Hat, Hat]]:
    """Every two hats of which an invariant says what happens where somebody wears both."""
    for placed in guards(procedure):
        if isinstance(placed.guard, SamePerson):
            yield from product(placed.guard.one, placed.guard.other)


def wearing(procedure: Procedure, hat: Hat) -> tuple[str, ...]:
    """The offices whose holders can wear a hat; none where it does not go with an office."""
    steps = procedure.steps
    found: list[str | None] = [hat.office]
    if hat.party is not None:
        joining = [step for step in steps.values() if step.joins == hat.party]
        found += [who for step in joining if step.joins_as is None for who in step.who]
        found += [step.asks[step.joins_as].office for step in joining if step.joins_as is not None]
    if hat.step is not None:
        step = steps[hat.step]
        found += step.who if hat.field is None else (step.asks[hat.field].office,)
    return tuple(dict.fromkeys(o for o in found if o is not None and o in procedure.offices))


def parties(procedure: Procedure, part: str) -> tuple[str, ...]:
    """Who plays a part: one, or two where several may."""
    return (f"{part}-a", f"{part}-b") if procedure.parties[part].many else (part,)


def interchangeable(procedure: Procedure) -> frozenset[str]:
    """The offices that could change places with an earlier one, and nothing else would change.

    What is so of the first of them is so of each, so nobody need hold the others.
    """
    offices = [o for o in procedure.offices if o not in CONFIDANTS and o != AUDITOR]
    plain = msgspec.to_builtins(procedure)
    said = _said(plain, {}, offices)
    return frozenset(
        second
        for first, second in combinations(offices, 2)
        if _said(plain, {first: second, second: first}, offices) == said
    )


def _said(form: Any, called: dict[str, str], offices: list[str]) -> Any:
    """What a form says where some offices are called otherwise; no order of offices matters."""
    if isinstance(form, dict):
        return {
            called.get(name, name): _said(inner, {} if name == "values" else called, offices)
            for name, inner in form.items()
            if name not in ("labels", "help")
        }
    if isinstance(form, list | tuple):
        found = [_said(inner, called, offices) for inner in form]
        return sorted(found) if found and all(f in offices for f in found) else found
    return called.get(form, form) if isinstance(form, str) else form


def _several(procedure: Procedure) -> set[str]:
    """The offices of which a second person makes a difference: there is somebody else to take."""
    found = set[str]()
    for step in procedure.steps.values():
        for guard in step.guards:
            if isinstance(guard, FreshEyes):
                found.add(step.asks[guard.field].office or "")
            elif isinstance(guard, OtherPerson):
                fields = [name for name in (guard.field, guard.than_field) if name in step.asks]
                found |= {step.asks[name].office or "" for name in fields}
                found |= {office for office in step.who if guard.field is None}
    found |= {office for step in procedure.steps.values() if step.recuses for office in step.who}
    return found


def _opening(procedure: Procedure, office: str) -> Iterator[str]:
    """The other offices that have to open what was shared to this one: who does holds both."""
    for step in procedure.steps.values():
        for guard in step.guards:
            if not isinstance(guard, Opened):
                continue
            asked = step.asks[guard.field].office
            shares = [share for each in procedure.steps.values() for share in each.shares]
            given = {share.to for share in shares if share.kind in guard.kinds}
            if asked is not None and asked != office and office in given:
                yield asked


def _from_outside(procedure: Procedure) -> set[str]:
    """The offices whose holders must come from another branch."""
    return {office for office, guard in _on_people(procedure) if isinstance(guard, OutsideBranch)}


def _acting_here(procedure: Procedure) -> set[str]:
    """The offices whose holders act, or stand in, for their own branch, and so are there too."""
    found = set[str]()
    for step in procedure.steps.values():
        own = any(isinstance(guard, OwnBranch) for guard in step.guards)
        found |= {who for who in step.who if own or not assigned(procedure, who)}
    deputies = (office.deputy for name, office in procedure.offices.items() if name in found)
    return found | {deputy for deputy in deputies if deputy is not None}


def _experience(procedure: Procedure) -> dict[str, tuple[str, ...]]:
    """The offices whose holders must have held others, and one such other for each demand.

    Each holder has held them all, so that there is somebody for every field. What somebody is now
    they need not have been.
    """
    found = dict[str, tuple[str, ...]]()
    for office, guard in _on_people(procedure):
        if isinstance(guard, Experienced) and office not in guard.offices:
            found[office] = (*found.get(office, ()), guard.offices[0])
    return found


def _on_people(procedure: Procedure) -> Iterator[tuple[str, OutsideBranch | Experienced]]:
    for step in procedure.steps.values():
        for guard in step.guards:
            if isinstance(guard, OutsideBranch | Experienced):
                office = step.asks[guard.field].office
                if office is not None:
                    yield office, guard


def _turning(procedure: Procedure) -> set[str]:
    """The offices of which it makes a difference to what can happen that somebody left."""
    # Somebody stands in for whoever left, and also for whoever is kept out.
    kept_out = any(step.recuses for step in procedure.steps.values())
    found = {name for name, office in procedure.offices.items() if office.deputy and not kept_out}
    found |= {"counsellor"} & set(procedure.offices)
    found |= {
        guard.office
        for guard in (placed.guard for placed in guards(procedure))
        if isinstance(guard, Staffed | Available)
    }
    return found | _taking_turns(procedure)


def _taking_turns(procedure: Procedure) -> set[str]:
    """The offices of which one person may not go on with what another of them did."""
    return {
        office
        for step in procedure.steps.values()
        for guard in step.guards
        if isinstance(guard, OtherPerson) and guard.field is None and guard.than_step is not None
        for office in set(step.who) & set(procedure.steps[guard.than_step].who)
        if office in procedure.offices
    }


def _succeeded(procedure: Procedure) -> set[str]:
    """The offices of which it makes a difference that somebody new came."""
    return {
        office
        for guard in (placed.guard for placed in guards(procedure))
        if isinstance(guard, NoNewHolder)
        for office in guard.offices
    }

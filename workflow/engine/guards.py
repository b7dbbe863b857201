"""The fixed registry of guards: what each declared condition means, and the reason it gives.

A guard judges the case as it is, the answers given with the step, and who acts. It returns None
when satisfied and a Reason when not; a Reason that gives away another track says so in `about`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any

import msgspec

from workflow.engine import procedure as p
from workflow.engine.case import Case, Position
from workflow.engine.facts import Answer
from workflow.engine.reasons import Reason
from workflow.engine.register import Register
from workflow.engine.sharing import consented, may_read
from workflow.engine.standing import eligible, excluded, staffed, standing


class Situation(msgspec.Struct, frozen=True):
    """Everything a guard may look at.

    `answers` is None where nobody has answered yet. `stands` is where the track stands of which it
    is asked. In a `trial` it is asked whether and not why.
    """

    procedure: p.Procedure
    register: Register
    case: Case
    who: str
    office: str | None
    answers: Mapping[str, Answer] | None
    at: datetime
    stands: Position | None = None
    trial: bool = False

    def named(self, field: str) -> tuple[str, ...]:
        """The names answered to `field`; none where it was not answered."""
        answer = (self.answers or {}).get(field, ())
        if isinstance(answer, bool):
            return ()
        return (answer,) if isinstance(answer, str) else answer


def failing(
    guards: Iterable[p.Guard | p.Condition], cites: tuple[str, ...], situation: Situation
) -> Iterator[Reason]:
    """Every one of these guards that is not satisfied, as reasons that cite these rules."""
    for guard in guards:
        reason = _JUDGES[type(guard)](guard, situation)
        if reason is not None:
            yield msgspec.structs.replace(reason, cites=cites)


def holding(guards: Iterable[p.Guard | p.Condition], situation: Situation) -> bool:
    """Whether all of these guards are satisfied."""
    return next(failing(guards, (), situation), None) is None


def suited(situation: Situation, step: p.Step, field: str, person: str) -> bool:
    """Whether the register leaves `person` open as an answer to `field`, in this case's branch.

    What else the case holds against them is found when they are named, and not told beforehand.
    """
    asked, at = step.asks[field], situation
    offices = at.register.offices(person, at.case.branch, at.at)
    if asked.office is not None and excluded(at.procedure, offices, asked.office):
        return False
    guards = (
        guard
        for guard in step.guards
        if isinstance(guard, p.OutsideBranch | p.Experienced) and guard.field == field
    )
    return holding(guards, msgspec.structs.replace(at, answers={field: (person,)}))


def unattended(
    procedure: p.Procedure,
    register: Register,
    case: Case,
    track: str,
    guards: Iterable[p.Guard],
    at: datetime,
) -> bool:
    """Whether these guards of `track` hold at `at` (UTC) where nobody acts and nothing is asked."""
    situation = Situation(procedure, register, case, "", None, None, at, case.tracks[track])
    return holding(guards, situation)


def _track_in(guard: p.TrackIn, at: Situation) -> Reason | None:
    if at.case.stands(guard.track, guard.states):
        return None
    state = "" if at.trial else at.case.state(guard.track)
    particulars = {"track": guard.track, "state": state, "states": guard.states}
    return Reason("track-not-in", particulars, about=guard.track)


def _recorded(guard: p.Recorded, at: Situation) -> Reason | None:
    if _said(at.case, guard.step, guard.field) & set(guard.values):
        return None
    particulars = {"step": guard.step, "field": guard.field, "values": guard.values}
    about = at.procedure.steps[guard.step].track
    return Reason("not-recorded", particulars, about=about)


def _answered(guard: p.Answered, at: Situation) -> Reason | None:
    if at.answers is None or guard.value in _names(at.answers.get(guard.field)):
        return None
    return Reason("answer-lacks", {"field": guard.field, "value": guard.value})


def _warranted(guard: p.Warranted, at: Situation) -> Reason | None:
    asked = at.answers is not None and guard.value in _names(at.answers.get(guard.field))
    if not asked or _said(at.case, guard.step, guard.asked) & set(guard.values):
        return None
    particulars = {
        "given": guard.value, "step": guard.step, "field": guard.asked, "values": guard.values
    }  # fmt: skip
    about = at.procedure.steps[guard.step].track
    return Reason("only-if-recorded", particulars, about=about)


def _present(guard: p.Present, at: Situation) -> Reason | None:
    if guard.party in at.case.parties:
        return None
    return Reason("party-absent", {"party": guard.party})


def _absent(guard: p.Absent, at: Situation) -> Reason | None:
    if guard.party not in at.case.parties:
        return None
    return Reason("party-present", {"party": guard.party})


def _consent(guard: p.Consent, at: Situation) -> Reason | None:
    for _, consent in at.case.consents_to(guard.to, guard.purpose):
        if (consent.giver, consent.kind) == (guard.party, guard.kind) and consent.live(at.at):
            return None
    particulars = {
        "giver": guard.party,
        "kind": guard.kind,
        "to": guard.to,
        "purpose": guard.purpose,
    }
    return Reason("consent-to-kind-missing", particulars)


def _has_item(guard: p.HasItem, at: Situation) -> Reason | None:
    if any(True for _ in at.case.of_kind(guard.kind)):
        return None
    return Reason("item-missing", {"kind": guard.kind})


def _packet(guard: p.Packet, at: Situation) -> Reason | None:
    if consented(at.procedure, at.case, guard.to, guard.purpose, at.at):
        return None
    return Reason("packet-empty", {"to": guard.to, "purpose": guard.purpose})


def _other_person(guard: p.OtherPerson, at: Situation) -> Reason | None:
    if guard.field is not None and at.answers is None:
        return None
    persons = set(at.named(guard.field)) if guard.field else {at.who}
    others: set[str] = set()
    if guard.than_step is not None and guard.than_step in at.case.done:
        others.add(at.case.done[guard.than_step].who)
    if guard.than_office is not None:
        others.update(one for one in persons if _acts_as(at, one, guard.than_office))
    for party in at.case.parties.values() if guard.than_parties else ():
        if party.role in guard.than_parties and party.person is not None:
            others.add(party.person)
    if guard.than_field is not None:
        others.update(at.named(guard.than_field))
    if guard.earlier is not None:
        others.update(_said(at.case, *guard.earlier))
    if not persons & others:
        return None
    particulars: dict[str, Any] = {"persons": tuple(sorted(persons & others))}
    if guard.than_step is not None:
        particulars["step"] = guard.than_step
    if guard.than_office is not None:
        particulars["office"] = guard.than_office
    if guard.than_field is not None:
        particulars["field"] = guard.than_field
    if guard.earlier is not None:
        particulars["named"] = guard.earlier[0]
    if guard.than_parties:
        particulars["who"] = guard.than_parties
    return Reason("same-person", particulars)


def _acts_as(at: Situation, person: str, office: str) -> bool:
    """Whether the person was named for the office in the case, or stands in it."""
    return at.case.serves(person, office) or office in standing(
        at.procedure, at.register, at.case, person, at.at
    )


def _same_person(guard: p.SamePerson, at: Situation) -> Reason | None:
    for one, other in product(guard.one, guard.other):
        if one.office is not None and other.office is not None:
            wearing = set(at.register.persons)
        else:
            wearing = _wearing(one, at) if one.office is None else _wearing(other, at)
        if any(_wears(who, one, at) and _wears(who, other, at) for who in sorted(wearing)):
            return None
    return Reason("nobody-is-both")


def _wears(who: str, hat: p.Hat, at: Situation) -> bool:
    if hat.office is not None:
        return _acts_as(at, who, hat.office)
    return who in _wearing(hat, at)


def _wearing(hat: p.Hat, at: Situation) -> set[str]:
    """Whoever wears a hat that is no office."""
    if hat.party is not None:
        parties = (party for party in at.case.parties.values() if party.role == hat.party)
        return {party.person for party in parties if party.person is not None}
    if hat.field is not None:
        return _said(at.case, hat.step or "", hat.field)
    done = at.case.done.get(hat.step or "")
    return {done.who} if done is not None and done.who else set()


def _own_branch(_: p.OwnBranch, at: Situation) -> Reason | None:
    branch = at.case.branch
    if at.office and at.register.holds_exactly(at.who, at.office, branch, at.at):
        return None
    return Reason("other-branch", {"branch": branch, "office": at.office})


def _outside_branch(guard: p.OutsideBranch, at: Situation) -> Reason | None:
    inside = tuple(
        person
        for person in at.named(guard.field)
        if any(t.branch == at.case.branch for t in at.register.anywhere(person, at.at))
    )
    if not inside:
        return None
    return Reason("from-this-branch", {"persons": inside, "branch": at.case.branch})


def _experienced(guard: p.Experienced, at: Situation) -> Reason | None:
    new = tuple(
        person
        for person in at.named(guard.field)
        if not any(
            t.person == person and t.office in guard.offices and t.starts <= at.at
            for t in at.register.terms
        )
    )
    if not new:
        return None
    return Reason("not-experienced", {"persons": new, "offices": guard.offices})


def _staffed(guard: p.Staffed, at: Situation) -> Reason | None:
    offices = (guard.office, *guard.or_else)
    if any(staffed(at.procedure, at.register, at.case, office, at.at) for office in offices):
        return None
    if guard.or_else:
        return Reason("nobody-in-offices", {"office": guard.office, "offices": offices})
    return Reason("nobody-in-office", {"office": guard.office})


def _available(guard: p.Available, at: Situation) -> Reason | None:
    if any(
        person not in at.case.recused
        and eligible(at.procedure, at.register, person, guard.office, at.case.branch, at.at)
        for person in _said(at.case, guard.step, guard.field)
    ):
        return None
    return Reason("nobody-available", {"office": guard.office})


def _no_new_holder(guard: p.NoNewHolder, at: Situation) -> Reason | None:
    new = tuple(
        term.person
        for office in guard.offices
        for term in at.register.reaching(office, at.case.branch)
        if at.stands is None or at.stands.since < term.starts <= at.at
    )
    if not new:
        return None
    return Reason("new-holder", {"persons": new, "offices": guard.offices})


def _opened(guard: p.Opened, at: Situation) -> Reason | None:
    unread: dict[str, None] = {}
    for person in at.named(guard.field):
        reader = standing(at.procedure, at.register, at.case, person, at.at)
        for kind in guard.kinds:
            theirs = [
                item
                for name, item in at.case.of_kind(kind)
                if may_read(at.procedure, at.case, name, reader, at.at)
            ]
            if not theirs or any(not item.seen_by(person) for item in theirs):
                unread[person] = None
    if not unread:
        return None
    return Reason("not-opened", {"persons": tuple(unread), "kinds": guard.kinds})


def _fresh_eyes(guard: p.FreshEyes, at: Situation) -> Reason | None:
    before = _said(at.case, guard.than_step, guard.than_field)
    named = set(at.named(guard.field))
    again = named & before
    strict = guard.all_new or len(before) == 1
    if at.answers is None or not (again if strict else 2 * len(again) >= len(named)):
        return None
    return Reason("not-fresh", {"persons": tuple(sorted(again)), "step": guard.than_step})


def _several(guard: p.Several, at: Situation) -> Reason | None:
    named = at.named(guard.field)
    together = _said(at.case, guard.step, guard.asked) & set(guard.values)
    if at.answers is None or not together or len(set(named)) > 1:
        return None
    return Reason("one-alone", {"persons": named})


def _said(case: Case, step: str, field: str) -> set[str]:
    """What was answered to `field` the last time that `step` was taken."""
    done = case.done.get(step)
    return _names(done.answers.get(field)) if done else set()


def _names(answer: Answer | None) -> set[str]:
    if answer is None:
        return set()
    if isinstance(answer, bool):
        return {"yes" if answer else "no"}
    return {answer} if isinstance(answer, str) else set(answer)


_JUDGES: dict[type, Callable[[Any, Situation], Reason | None]] = {
    p.TrackIn: _track_in,
    p.Recorded: _recorded,
    p.Answered: _answered,
    p.Warranted: _warranted,
    p.Present: _present,
    p.Absent: _absent,
    p.Consent: _consent,
    p.HasItem: _has_item,
    p.Packet: _packet,
    p.OtherPerson: _other_person,
    p.OwnBranch: _own_branch,
    p.OutsideBranch: _outside_branch,
    p.Experienced: _experienced,
    p.Staffed: _staffed,
    p.Available: _available,
    p.NoNewHolder: _no_new_holder,
    p.Opened: _opened,
    p.FreshEyes: _fresh_eyes,
    p.Several: _several,
    p.SamePerson: _same_person,
}

"""The fixed registry of guards: what each declared condition means, and the reason it gives.

A guard judges the case as it is, the answers given with the step, and who acts. It returns None
when satisfied and a Reason when not; a Reason that gives away another track says so in `about`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from workflow.engine import procedure as p
from workflow.engine.case import Case
from workflow.engine.facts import Answer
from workflow.engine.reasons import Reason
from workflow.engine.register import Register
from workflow.engine.sharing import consented


class Situation(msgspec.Struct, frozen=True):
    """Everything a guard may look at. `answers` is None where nobody has answered yet."""

    procedure: p.Procedure
    register: Register
    case: Case
    who: str
    office: str | None
    answers: Mapping[str, Answer] | None
    at: datetime

    def named(self, field: str) -> tuple[str, ...]:
        """The names answered to `field`; none where it was not answered."""
        answer = (self.answers or {}).get(field, ())
        if isinstance(answer, bool):
            return ()
        return (answer,) if isinstance(answer, str) else answer


def failing(step: p.Step, situation: Situation) -> tuple[Reason, ...]:
    """Every guard of `step` that is not satisfied, as reasons citing the step's rules."""
    reasons = []
    for guard in step.guards:
        reason = _JUDGES[type(guard)](guard, situation)
        if reason is not None:
            reasons.append(msgspec.structs.replace(reason, cites=step.cites))
    return tuple(reasons)


def _track_in(guard: p.TrackIn, at: Situation) -> Reason | None:
    state = at.case.state(guard.track)
    if state in guard.states:
        return None
    particulars = {"track": guard.track, "state": state, "states": guard.states}
    return Reason("track-not-in", particulars, about=guard.track)


def _recorded(guard: p.Recorded, at: Situation) -> Reason | None:
    done = at.case.done.get(guard.step)
    answer = done.answers.get(guard.field) if done else None
    if _names(answer) & set(guard.values):
        return None
    particulars = {"step": guard.step, "field": guard.field, "values": guard.values}
    about = at.procedure.steps[guard.step].track
    return Reason("not-recorded", particulars, about=about)


def _answered(guard: p.Answered, at: Situation) -> Reason | None:
    if at.answers is None or guard.value in at.named(guard.field):
        return None
    return Reason("answer-lacks", {"field": guard.field, "value": guard.value})


def _present(guard: p.Present, at: Situation) -> Reason | None:
    if guard.party in at.case.parties:
        return None
    return Reason("party-absent", {"party": guard.party})


def _absent(guard: p.Absent, at: Situation) -> Reason | None:
    if guard.party not in at.case.parties:
        return None
    return Reason("party-present", {"party": guard.party})


def _consent(guard: p.Consent, at: Situation) -> Reason | None:
    for consent in at.case.consents.values():
        named = (consent.giver, consent.kind, consent.to, consent.purpose)
        if named == (guard.party, guard.kind, guard.to, guard.purpose) and consent.live(at.at):
            return None
    particulars = {
        "giver": guard.party,
        "kind": guard.kind,
        "to": guard.to,
        "purpose": guard.purpose,
    }
    return Reason("consent-to-kind-missing", particulars)


def _has_item(guard: p.HasItem, at: Situation) -> Reason | None:
    if any(item.kind == guard.kind for item in at.case.items.values()):
        return None
    return Reason("item-missing", {"kind": guard.kind})


def _packet(guard: p.Packet, at: Situation) -> Reason | None:
    if consented(at.case, guard.to, guard.purpose, at.at):
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
        others.update(at.case.assigned.get(guard.than_office, ()))
    if not persons & others:
        return None
    particulars: dict[str, Any] = {"persons": tuple(sorted(persons & others))}
    if guard.than_step is not None:
        particulars["step"] = guard.than_step
    if guard.than_office is not None:
        particulars["office"] = guard.than_office
    return Reason("same-person", particulars)


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
    p.Present: _present,
    p.Absent: _absent,
    p.Consent: _consent,
    p.HasItem: _has_item,
    p.Packet: _packet,
    p.OtherPerson: _other_person,
    p.OwnBranch: _own_branch,
    p.OutsideBranch: _outside_branch,
}

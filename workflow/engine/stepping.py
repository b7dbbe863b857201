"""Taking a step: who may, whose decision it is, what it asks, and everything that follows from it.

The order of what follows is fixed: who joins and who is assigned, what is written, the transition,
consents, the emergency, what is shared, what ends, and last the steps this one brings about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.answers import checked, unfit
from workflow.engine.answers import named as names
from workflow.engine.deadlines import due, parse_duration
from workflow.engine.draft import Draft
from workflow.engine.guards import Situation, failing
from workflow.engine.items import By, added, disclosed
from workflow.engine.member import (
    automatic,
    decider,
    enough,
    evidence_lacks,
    inherited,
    ownerless,
)
from workflow.engine.procedure import CONSEQUENCE, Procedure, Share, Step
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.sharing import EMERGENCY_LIMIT, consented, emergency_lacks
from workflow.engine.standing import Standing, sees

SCAN = "statement"
"""The kind of item a written statement becomes."""


def take(draft: Draft, command: c.Advance, who: Standing, office: str | None, by: By) -> Draft:
    """The draft with the step taken. Raises Refusal with every reason, or BadCommand.

    `office` is the capacity the actor chose; without it the first that may take the step.
    """
    procedure = draft.rules.procedure
    step = named(procedure, command.step)
    by = msgspec.structs.replace(by, capacity=acting(step, who, office))
    if by.capacity is None:
        raise Refusal(command.step, objections(draft, command.step, who, by, None, None))
    answers = checked(draft.register, step, command.answers)
    reasons = objections(draft, command.step, who, by, answers, command.said)
    if step.note is not None and step.note.required and command.note is None:
        raise BadCommand((Reason("note-missing", {"step": command.step}),))
    if reasons:
        raise Refusal(command.step, reasons)
    party = decider(procedure, step, draft.case.state(step.track))
    draft, more = _carried_out(draft, command, step, answers, party, by)
    if more:
        raise Refusal(command.step, more)
    return draft


def named(procedure: Procedure, name: str) -> Step:
    """The step called `name`; raises BadCommand with the names that exist."""
    step = procedure.steps.get(name)
    if step is None:
        raise BadCommand((Reason("unknown-step", {"step": name, "known": tuple(procedure.steps)}),))
    return step


def acting(step: Step, who: Standing, office: str | None) -> str | None:
    """The capacity in which `who` would take the step: the one chosen, or the first that may."""
    return next((c for c in step.who if c in who and office in (None, c)), None)


def objections(
    draft: Draft,
    name: str,
    who: Standing,
    by: By,
    answers: Mapping[str, f.Answer] | None,
    said: c.Said | None,
) -> tuple[Reason, ...]:
    """Every reason why the step may not be taken; without `answers` and `said`, as far as known.

    What an actor may not see is not given away: where they do not see the step's track, the only
    answer is that the step is not theirs, and reasons about other hidden tracks lose their
    particulars.
    """
    procedure, case = draft.rules.procedure, draft.case
    step = procedure.steps[name]
    state = case.state(step.track)
    if by.capacity is None:
        return (Reason("not-yours", {"who": step.who}, step.cites),)
    reasons = []
    if draft.rules.target(name, state) is None:
        stands = {"track": step.track, "state": state, "from": step.sources}
        reasons.append(Reason("wrong-state", stands, step.cites, about=step.track))
    elif by.happened < (since := _since(draft, step, who, by)):
        reasons.append(Reason("happened-before-state", {"since": since, "happened": by.happened}))
    if ownerless(procedure, step):
        reasons.append(Reason("report-without-owner", {"track": step.track}, ("B16",)))
    party = decider(procedure, step, state)
    # Whose decision it would be depends on the state, and so tells it.
    told = state in step.sources or sees(procedure, case, who, step.track)
    if party is not None and said is not None and told:
        scanned = said.scan is not None
        lacks = evidence_lacks(
            party, by.capacity, said.decided_by, said.evidence, enough(step), scanned=scanned
        )
        reasons += [lacks] if lacks else []
    situation = Situation(
        procedure, draft.register, case, by.who, by.capacity, answers, by.happened
    )
    reasons += failing(step, situation)
    reasons += unfit(step, draft.register, answers or {}, by.now)
    return tuple(_discreet(procedure, draft, who, reason, step) for reason in reasons)


def _since(draft: Draft, step: Step, who: Standing, by: By) -> datetime:
    """The earliest moment at which the step can have happened, as far as the actor may know.

    A track that rests where the case began would tell those who do not see it when that was.
    """
    procedure, case = draft.rules.procedure, draft.case
    resting = case.state(step.track) == procedure.tracks[step.track].initial
    if case.done and resting and not sees(procedure, case, who, step.track):
        return by.now
    return case.tracks[step.track].since


def _discreet(
    procedure: Procedure, draft: Draft, who: Standing, reason: Reason, step: Step
) -> Reason:
    if reason.about is None or sees(procedure, draft.case, who, reason.about):
        return reason
    if reason.about == step.track and draft.case.state(step.track) in step.sources:
        return reason
    return Reason("not-now", cites=reason.cites)


def _carried_out(
    draft: Draft,
    command: c.Advance,
    step: Step,
    answers: Mapping[str, f.Answer],
    party: str | None,
    by: By,
) -> tuple[Draft, tuple[Reason, ...]]:
    said = command.said
    if step.joins is not None and step.joins not in draft.case.parties:
        member = draft.rules.procedure.parties[step.joins].member
        joined = f.Joined(
            step.joins,
            step.joins,
            key=command.joining if member else None,
            person=None if member else by.who,
        )
        draft = draft.add(joined, by.who, by.capacity, by.happened)
    for office, field in step.assigns.items():
        assigned = f.Assigned(office, names(answers.get(field)))
        draft = draft.add(assigned, by.who, by.capacity, by.happened)
    if said.scan is not None and party is not None:
        draft = added(draft, said.scan, SCAN, by, of=(party,))
    if command.note is not None:
        if step.note is None:
            raise BadCommand((Reason("no-note-here", {"step": command.step}),))
        draft = added(draft, command.note, step.note.kind, by)
    evidence = None if party is None else "code" if by.capacity == party else said.evidence
    moved = f.Stepped(
        command.step,
        step.track,
        draft.case.state(step.track),
        step.to,
        {name: answer for name, answer in answers.items() if not step.asks[name].sealed},
        decided_by=party,
        evidence=evidence,
        evidence_item=said.scan.item if said.scan and party else None,
    )
    return follow(draft, moved, by, giver=party or step.joins)


def follow(
    draft: Draft, moved: f.Stepped, by: By, *, giver: str | None = None
) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft with the transition `moved` and all it brings about, or with reasons why not."""
    procedure = draft.rules.procedure
    step = procedure.steps[moved.step]
    draft = draft.add(moved, by.who, by.capacity, by.happened)
    draft, more = _granted(draft, step, moved, by, giver)
    reasons = list(more)
    if step.emergency == "open" and by.capacity is not None:
        draft, more = _emergency(draft, step, moved, by)
        reasons += more
    for share in step.shares if by.capacity is not None else ():
        draft, more = _shared(draft, share, moved.answers, by)
        reasons += more
    for purpose in step.ends_purposes:
        if any(
            given.purpose == purpose and not given.ended for given in draft.case.consents.values()
        ):
            draft = draft.add(f.PurposeEnded(purpose), by.who, by.capacity, by.happened)
    for office in step.releases:
        if office in draft.case.assigned:
            draft = draft.add(f.Released(office), by.who, by.capacity, by.happened)
    if step.emergency == "close" and draft.case.emergency is not None:
        draft = draft.add(f.EmergencyClosed(), by.who, by.capacity, by.happened)
    for name in step.emits:
        draft, more = _brought_about(draft, name, moved, by)
        reasons += more
    return draft, tuple(reasons)


def _granted(
    draft: Draft, step: Step, moved: f.Stepped, by: By, giver: str | None
) -> tuple[Draft, tuple[Reason, ...]]:
    """The consents that taking the step gives, by who decided it or acts for themself."""
    if not step.grants or by.capacity is None:
        return draft, ()
    party = draft.case.parties.get(giver or "")
    if giver is None or party is None or (moved.decided_by != giver and party.person != by.who):
        return draft, (Reason("not-decided-by", {"party": giver}, ("B16", "B18")),)
    for grant in step.grants:
        until = due(by.happened, parse_duration(grant.lasts)) if grant.lasts else None
        consent = f.Consented(
            draft.name("c"),
            giver,
            grant.to,
            grant.purpose,
            moved.evidence or "code",
            by.happened,
            kind=grant.kind,
            until=until,
            evidence_item=moved.evidence_item,
        )
        draft = draft.add(consent, by.who, by.capacity, by.happened)
    return draft, ()


def _emergency(
    draft: Draft, step: Step, moved: f.Stepped, by: By
) -> tuple[Draft, tuple[Reason, ...]]:
    """The emergency that the step opens: for whom, and until when at most."""
    reasons = emergency_lacks(by.capacity, moved.answers)
    if reasons:
        return draft, reasons
    ends = draft.case.tracks[step.track].due
    longest = by.happened + EMERGENCY_LIMIT
    recipients = tuple(
        name
        for field, asked in step.asks.items()
        if asked.type == "recipients"
        for name in names(moved.answers.get(field))
    )
    opened = f.EmergencyOpened(recipients, min(ends, longest) if ends else longest)
    return draft.add(opened, by.who, by.capacity, by.happened), ()


def _brought_about(
    draft: Draft, name: str, cause: f.Stepped, by: By
) -> tuple[Draft, tuple[Reason, ...]]:
    """A consequence happens where its track stands ready for it, and is passed over elsewhere."""
    procedure = draft.rules.procedure
    step = procedure.steps[name]
    state = draft.case.state(step.track)
    if CONSEQUENCE not in step.who or draft.rules.target(name, state) is None:
        return draft, ()
    if not inherited(step, state, procedure, cause.decided_by):
        party = decider(procedure, step, state)
        return draft, (Reason("not-decided-by", {"party": party}, ("B16",)),)
    moved = f.Stepped(
        name, step.track, state, step.to, decided_by=cause.decided_by, because=cause.step
    )
    return follow(draft, moved, by, giver=cause.decided_by)


def _shared(
    draft: Draft, share: Share, answers: Mapping[str, f.Answer], by: By
) -> tuple[Draft, tuple[Reason, ...]]:
    recipients = (share.to,) if share.to else names(answers.get(share.to_field or ""))
    reasons: list[Reason] = []
    for to in recipients:
        if share.kind is None:
            items = consented(draft.case, to, share.purpose, by.now)
        else:
            items = tuple(n for n, item in draft.case.items.items() if item.kind == share.kind)
        for item in items:
            draft, more = disclosed(draft, item, to, share.purpose, by)
            reasons += more
    return draft, tuple(reasons)


def open_steps(procedure: Procedure, state: Mapping[str, str]) -> tuple[str, ...]:
    """The steps whose track stands where they begin, except those that nobody takes."""
    return tuple(
        name
        for name, step in procedure.steps.items()
        if state[step.track] in step.sources and not automatic(step)
    )

"""Taking a step: who may, whose decision it is, what it asks, and everything that follows from it.

The order of what follows is fixed: who joins, who is kept out and who is assigned, what is written,
the transition, consents, the emergency, what is shared, what ends, the steps this one brings about,
and last what other cases are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.answers import checked, unfit
from workflow.engine.answers import named as names
from workflow.engine.case import Case
from workflow.engine.deadlines import due, parse_duration
from workflow.engine.draft import Draft, Telling
from workflow.engine.guards import Situation, failing
from workflow.engine.items import By, added, disclosed, whose
from workflow.engine.member import (
    automatic,
    decider,
    enough,
    evidence_lacks,
    inherited,
    ownerless,
)
from workflow.engine.procedure import CONSEQUENCE, Procedure, Share, Step, role
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import Register
from workflow.engine.sharing import EMERGENCY_LIMIT, consented, emergency_lacks
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, eligible, keys, sees

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
    """The capacity in which `who` would take the step: the one chosen, or the first that may.

    One of several who play a part acts as the party that they are.
    """
    able = (c for c in step.who if c in who and office in (None, c, who.who))
    capacity = next(able, None)
    return who.who if capacity == role(who.who) and who.who in who else capacity


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
    elif by.happened != by.now and not step.opens and _brings_in(procedure, case, step):
        # They are given their code now, and have the time from now.
        reasons.append(Reason("joining-happens-now", {"role": step.joins}, step.cites))
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
    since = case.tracks[step.track].since
    situation = Situation(
        procedure, draft.register, case, by.who, by.capacity, answers, by.happened, since
    )
    reasons += failing(step.guards, step.cites, situation)
    reasons += unfit(procedure, step, draft.register, answers or {}, case.branch, by.now)
    reasons += _overseers(step, draft, answers or {}, by)
    reasons += _kept_out(step, draft, answers or {})
    if step.note is not None and step.note.required:
        of = whose(procedure, case, step.note.kind, by.capacity)
        if any(role(party) in case.erased for party in of):
            reasons.append(Reason("party-erased", {}, ("B18",)))
    ready = draft.rules.target(name, state) is not None
    return tuple(
        _discreet(procedure, draft, who, reason, step)
        for reason in reasons
        if ready or reason.about in (None, step.track) or sees(procedure, case, who, reason.about)
    )


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
    joined = _joined(draft, command, step, answers, by)
    if joined is not None:
        draft = draft.add(joined, by.who, by.capacity, by.happened)
    for field in step.recuses:
        for person in names(answers.get(field)):
            if person not in draft.case.recused:
                recused = f.Recused(person, "party")
                draft = draft.add(recused, by.who, by.capacity, by.happened)
    for office, field in step.assigns.items():
        if field in answers:
            assigned = f.Assigned(office, names(answers[field]))
            draft = draft.add(assigned, by.who, by.capacity, by.happened)
    if said.scan is not None and party is not None:
        draft = added(draft, said.scan, SCAN, by, of=(party,))
    if command.note is not None:
        if step.note is None:
            raise BadCommand((Reason("no-note-here", {"step": command.step}),))
        draft = added(draft, command.note, step.note.kind, by)
    for paper in command.papers:
        if step.papers is None:
            raise BadCommand((Reason("no-papers-here", {"step": command.step}),))
        draft = added(draft, paper, step.papers, by)
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
    acts = by.capacity if by.capacity in draft.case.parties else None
    giver = party or (joined.party if joined else step.joins) or acts
    draft, reasons = follow(draft, moved, by, giver=giver, into=command.into)
    if step.links is not None:
        (other,) = names(answers.get(step.links))
        if other == draft.case.stream:
            raise Refusal(command.step, (Reason("no-such-case"),))
        draft = msgspec.structs.replace(_linked(draft, other, by), linked=other)
    return draft, reasons


def _brings_in(procedure: Procedure, case: Case, step: Step) -> bool:
    """Whether the step brings in a member who does not take part yet."""
    return (
        step.joins is not None
        and procedure.parties[step.joins].member
        and step.joins not in case.parties
    )


def _joined(
    draft: Draft,
    command: c.Advance,
    step: Step,
    answers: Mapping[str, f.Answer],
    by: By,
) -> f.Joined | None:
    """Who comes into the case with the step; None where nobody does, or they take part already."""
    if step.joins is None:
        return None
    declared = draft.rules.procedure.parties[step.joins]
    party = command.party if declared.many else step.joins
    if party is None or role(party) != step.joins:
        raise BadCommand((Reason("bad-party-name", {"given": party, "role": step.joins}),))
    if party in draft.case.parties:
        if declared.many:
            raise BadCommand((Reason("party-known", {"party": party}),))
        return None
    if declared.member:
        if any(other.key == command.joining for other in draft.case.parties.values()):
            raise BadCommand((Reason("code-of-another-party", {"role": step.joins}),))
        return f.Joined(party, step.joins, key=command.joining)
    (person,) = names(answers.get(step.joins_as)) if step.joins_as else (by.who,)
    return f.Joined(party, step.joins, person=person)


def _overseers(
    step: Step, draft: Draft, answers: Mapping[str, f.Answer], by: By
) -> tuple[Reason, ...]:
    """Whoever is overseen does not choose the overseer: no step keeps an auditor out (B6)."""
    branch = draft.case.branch
    kept_out = {person for field in step.recuses for person in names(answers.get(field))}
    if any(AUDITOR in draft.register.offices(person, branch, by.now) for person in kept_out):
        return (Reason("not-yours", {"who": (AUDITOR,)}, ("B6",)),)
    return ()


def _kept_out(step: Step, draft: Draft, answers: Mapping[str, f.Answer]) -> tuple[Reason, ...]:
    """Nobody who was kept out of the case becomes the member's confidant (B6).

    Those who choose one are those who see who was kept out. Of other offices it would tell.
    """
    return tuple(
        Reason("nobody-available", {"office": office}, step.cites)
        for office, field in step.assigns.items()
        if office in CONFIDANTS
        and any(person in draft.case.recused for person in names(answers.get(field)))
    )


def _linked(draft: Draft, other: str, by: By) -> Draft:
    """The draft of a case that is of one matter with another."""
    if other not in draft.case.links:
        draft = draft.add(f.Linked(other), by.who, by.capacity, by.happened)
    return draft


def follow(
    draft: Draft,
    moved: f.Stepped,
    by: By,
    *,
    giver: str | None = None,
    into: str | None = None,
) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft with the transition `moved` and all it brings about, or with reasons why not.

    `into` is the number of the case that the step opens, where it opens one.
    """
    procedure = draft.rules.procedure
    step = procedure.steps[moved.step]
    draft = draft.add(moved, by.who, by.capacity, by.happened)
    told = tuple(Telling(draft.case.seq, tell) for tell in step.tells)
    draft = msgspec.structs.replace(draft, tells=(*draft.tells, *told))
    for office, field in step.assigns.items() if moved.because is not None else ():
        persons = _named_earlier(procedure, draft.register, draft.case, office, field, by.happened)
        draft = draft.add(f.Assigned(office, persons), by.who, by.capacity, by.happened)
    draft, more = _granted(draft, step, moved, by, giver)
    reasons = list(more)
    if step.files is not None and by.capacity is not None:
        if into is None:
            return draft, (*reasons, Reason("files-a-case", {"step": moved.step}))
        draft = msgspec.structs.replace(_linked(draft, into, by), files=step.files)
    if step.emergency == "open" and by.capacity is not None:
        draft, more = _emergency(draft, step, moved, by)
        reasons += more
    for share in step.shares if by.capacity is not None else ():
        draft, more = _shared(draft, share, moved.answers, by, into if step.files else None)
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
    if step.erases is not None:
        gone = tuple(
            name
            for name, item in draft.case.items.items()
            if step.erases in map(role, item.of) and not item.erased
        )
        draft = draft.add(f.Erased(gone, step.erases), by.who, by.capacity, by.happened)
    for name in step.emits:
        draft, more = _brought_about(draft, name, moved, by)
        reasons += more
    return draft, tuple(reasons)


def _named_earlier(
    procedure: Procedure, register: Register, case: Case, office: str, field: str, at: datetime
) -> tuple[str, ...]:
    """Whom an earlier step named for the office, and who can still take it up at `at` (UTC)."""
    earlier, _, asked = field.partition(".")
    done = case.done.get(earlier)
    return tuple(
        person
        for person in names(done.answers.get(asked) if done else None)
        if person not in case.recused
        and eligible(procedure, register, person, office, case.branch, at)
    )


def _granted(
    draft: Draft, step: Step, moved: f.Stepped, by: By, giver: str | None
) -> tuple[Draft, tuple[Reason, ...]]:
    """The consents that taking the step gives, by who decided it or acts for themself."""
    if not step.grants or by.capacity is None:
        return draft, ()
    party = draft.case.parties.get(giver or "")
    own = party is not None and (party.person == by.who or by.capacity == giver)
    if giver is None or party is None or not (own or moved.decided_by == giver):
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
    draft: Draft, share: Share, answers: Mapping[str, f.Answer], by: By, into: str | None
) -> tuple[Draft, tuple[Reason, ...]]:
    recipients = (share.to,) if share.to else names(answers.get(share.to_field or ""))
    if share.if_any and not any(_there(draft, to, by) for to in recipients):
        return draft, ()
    reasons: list[Reason] = []
    for to in recipients:
        if share.kind is None:
            items = consented(draft.rules.procedure, draft.case, to, share.purpose, by.now)
        else:
            items = tuple(
                name
                for name, item in draft.case.items.items()
                if item.kind == share.kind and not item.erased
            )
        for item in items:
            draft, more = disclosed(draft, item, to, share.purpose, by, into=into)
            if into is not None and not more:
                carried = tuple(dict.fromkeys((*draft.carried, item)))
                draft = msgspec.structs.replace(draft, carried=carried)
            reasons += more
    return draft, tuple(reasons)


def _there(draft: Draft, to: str, by: By) -> bool:
    procedure, register = draft.rules.procedure, draft.register
    return to in procedure.outside or bool(keys(procedure, register, draft.case, to, by.now))


def open_steps(procedure: Procedure, state: Mapping[str, str]) -> tuple[str, ...]:
    """The steps whose track stands where they begin, except those that nobody takes."""
    return tuple(
        name
        for name, step in procedure.steps.items()
        if state[step.track] in step.sources and not automatic(step)
    )

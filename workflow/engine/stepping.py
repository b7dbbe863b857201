"""Taking a step: who may, in which capacity, whose decision it is, what it asks, and what is said.

The order of what is written is fixed: who joins, who is kept out and who is assigned, notes and
papers, what follows from the step (`following`), and last which case it is of one matter with.
Explaining (`beforehand`) and enforcing (`take`) ask the same functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.answers import checked, unfit
from workflow.engine.answers import named as names
from workflow.engine.case import Case
from workflow.engine.clock import settle
from workflow.engine.draft import Draft
from workflow.engine.following import follow, linked
from workflow.engine.guards import Situation, failing
from workflow.engine.items import By, added, whose
from workflow.engine.member import (
    LONG_SILENCE,
    automatic,
    confiding,
    decider,
    enough,
    evidence_lacks,
    overtaken,
    overtakes,
    ownerless,
)
from workflow.engine.procedure import STATEMENT, Guard, Procedure, Step, TrackIn, role
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.sharing import unnamed
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, knows, sees

UNWRITTEN = ""
"""What an item is called that is only thought of: no item of a case is called so."""


def take(draft: Draft, command: c.Advance, who: Standing, office: str | None, by: By) -> Draft:
    """The draft with the step taken. Raises Refusal with every reason, or BadCommand.

    `office` is the capacity the actor chose; without it the first against which nothing stands. If
    something stands against each, the reasons are those against the first.
    """
    procedure = draft.rules.procedure
    step = named(procedure, command.step)
    able = ways(draft, command.step, who, office, by)
    if not able:
        raise Refusal(command.step, beforehand(draft, command.step, who, office, by))
    answers = checked(draft.register, step, command.answers)
    if step.note is not None and step.note.required and command.note is None:
        raise BadCommand((Reason("note-missing", {"step": command.step}),))
    refused: tuple[Reason, ...] = ()
    for way in able:
        reasons = objections(draft, command.step, who, way, answers, command.said)
        if not reasons:
            party = decider(procedure, step, draft.case.state(step.track), draft.case.parties)
            try:
                after, reasons = _carried_out(draft, command, step, answers, party, way)
                reasons = (*reasons, *_overtaken(draft, after, way))
            except Refusal as refusal:
                after, reasons = draft, refusal.reasons
            if not reasons:
                return after
            reasons = _told(draft, who, reasons, step)
        refused = refused or reasons
    raise Refusal(command.step, refused)


def named(procedure: Procedure, name: str) -> Step:
    """The step called `name`; raises BadCommand with the names that exist."""
    step = procedure.steps.get(name)
    if step is None:
        raise BadCommand((Reason("unknown-step", {"step": name, "known": tuple(procedure.steps)}),))
    return step


def capacities(step: Step, who: Standing, office: str | None) -> tuple[str, ...]:
    """The capacities in which `who` may take the step, or of these the one chosen.

    One of several who play a part acts as the party that they are.
    """
    return tuple(
        who.who if capacity == role(who.who) and who.who in who else capacity
        for capacity in step.who
        if capacity in who and office in (None, capacity, who.who)
    )


def acting(step: Step, who: Standing, office: str | None) -> str | None:
    """The first capacity in which `who` may take the step; None where they never may."""
    return next(iter(capacities(step, who, office)), None)


def ways(draft: Draft, name: str, who: Standing, office: str | None, by: By) -> tuple[By, ...]:
    """The capacities in which `who` may take the step, in the order in which to try them.

    Those against which something stands whatever is answered come last.
    """
    step = draft.rules.procedure.steps[name]
    able = [
        msgspec.structs.replace(by, capacity=capacity) for capacity in capacities(step, who, office)
    ]
    if len(able) > 1:
        able.sort(key=lambda way: bool(_known(draft, name, who, way)))
    return tuple(able)


def beforehand(
    draft: Draft, name: str, who: Standing, office: str | None, by: By
) -> tuple[Reason, ...]:
    """Every reason why `who` may not take the step, as far as known before they say anything.

    So none about answers, notes or evidence; but what follows from the step is tried.
    """
    able = ways(draft, name, who, office, by)
    return _known(draft, name, who, able[0] if able else msgspec.structs.replace(by, capacity=None))


def _known(draft: Draft, name: str, who: Standing, by: By) -> tuple[Reason, ...]:
    step = draft.rules.procedure.steps[name]
    reasons = objections(draft, name, who, by, None, None)
    return reasons or _told(draft, who, _foreseen(draft, name, by), step)


def _foreseen(draft: Draft, name: str, by: By) -> tuple[Reason, ...]:
    """Why what follows from the step cannot be, so far as no answer could change it.

    It is tried with a note where one is required, and somebody to join where somebody does.
    """
    procedure = draft.rules.procedure
    step = procedure.steps[name]
    joined = None
    if step.joins is not None and (
        procedure.parties[step.joins].many or step.joins not in draft.case.parties
    ):
        declared = procedure.parties[step.joins]
        person = None if declared.member else by.who
        party = f"{step.joins}-" if declared.many else step.joins
        joined = f.Joined(party, step.joins, key="" if declared.member else None, person=person)
        draft = draft.add(joined, by.who, by.capacity, by.happened)
    if step.note is not None and step.note.required:
        draft = added(draft, c.NewItem(UNWRITTEN, "", 0), step.note.kind, by)
    state = draft.case.state(step.track)
    decides = decider(procedure, step, state, draft.case.parties)
    moved = f.Stepped(name, step.track, state, step.to, decided_by=decides)
    giver = _giver(draft, step, decides, joined, by)
    _, reasons = follow(draft, moved, by, giver=giver, into="" if step.files else None)
    return tuple(
        _of_the_note(reason, step) for reason in reasons if _settled(procedure, step, reason)
    )


def _of_the_note(reason: Reason, step: Step) -> Reason:
    """A reason about a note that is not written yet speaks of notes of its kind."""
    if step.note is None or reason.particulars.get("item") != UNWRITTEN:
        return reason
    rest = {name: said for name, said in reason.particulars.items() if name != "item"}
    code = "consent-to-kind-missing" if "giver" in rest else reason.code
    return msgspec.structs.replace(
        reason, code=code, particulars={"item": step.note.kind, "kind": step.note.kind, **rest}
    )


def _settled(procedure: Procedure, step: Step, reason: Reason) -> bool:
    """Whether a reason against what follows from the step holds whatever is answered to it."""
    to = reason.particulars.get("to")
    if reason.code == "emergency-condition" or step.joins_as is not None:
        return False
    if to is None:
        return True
    if step.emergency == "open":
        return False  # the recipients of an emergency are answered
    if reason.code == "nobody-to-receive" or to in CONFIDANTS:
        return not step.recuses and to not in _named_by_it(procedure, step)
    return True


def _named_by_it(procedure: Procedure, step: Step) -> frozenset[str]:
    """The offices that the step, or what it brings about, gives to whom its answers name."""
    found, waiting, seen = set[str](), [step], list[Step]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.append(one)
            found |= set(one.assigns)
            waiting += [procedure.steps[name] for name in one.emits]
    return frozenset(found)


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
    against = _against(draft, name, who, by, answers, said)
    if draft.trial:
        return tuple(islice(against, 1))
    ready = draft.ready(name)
    return tuple(
        _discreet(procedure, draft, who, reason, step)
        for reason in against
        if ready or reason.about in (None, step.track) or sees(procedure, case, who, reason.about)
    )


def _against(
    draft: Draft,
    name: str,
    who: Standing,
    by: By,
    answers: Mapping[str, f.Answer] | None,
    said: c.Said | None,
) -> Iterator[Reason]:
    procedure, case = draft.rules.procedure, draft.case
    step = procedure.steps[name]
    if by.capacity is None:
        yield Reason("not-yours", {"who": step.who}, step.cites)
        return
    if not draft.ready(name):
        state = "" if draft.trial else case.state(step.track)
        stands = {"track": step.track, "state": state, "from": step.sources}
        yield Reason("wrong-state", stands, step.cites, about=step.track)
    elif by.happened != by.now and by.happened < (since := _since(draft, step, who, by)):
        yield Reason("happened-before-state", {"since": since, "happened": by.happened})
    elif by.happened != by.now and not step.opens and _brings_in(procedure, case, step):
        # They are given their code now, and have the time from now.
        yield Reason("joining-happens-now", {"role": step.joins}, step.cites)
    if ownerless(procedure, step, case.parties):
        yield Reason("report-without-owner", {"track": step.track}, ("B16",))
    state = case.state(step.track)
    party = decider(procedure, step, state, case.parties)
    # Whose decision it would be depends on the state, and so tells it.
    told = state in step.sources or sees(procedure, case, who, step.track)
    if party is not None and said is not None and told and not _takes_part(case, party, step):
        yield Reason("party-absent", {"party": party}, ("B16",))
    elif party is not None and said is not None and told:
        scanned = said.scan is not None
        lacks = evidence_lacks(
            party,
            by.capacity,
            said.decided_by,
            said.evidence,
            enough(step),
            scanned=scanned,
            confides=confiding(procedure),
        )
        yield from [lacks] if lacks else []
    situation = Situation(
        procedure,
        draft.register,
        case,
        by.who,
        by.capacity,
        answers,
        by.happened,
        case.tracks[step.track],
        trial=draft.trial,
    )
    guards = sorted(step.guards, key=_asks_much) if draft.trial else step.guards
    yield from failing(guards, step.cites, situation)
    yield from unfit(procedure, step, draft.register, answers or {}, case.branch, by.now)
    yield from _overseers(step, draft, answers or {}, by)
    yield from _confidants(step, draft, answers or {}, party, by)
    yield from _kept_out(step, draft, answers or {})
    if step.note is not None and step.note.required:
        of = whose(procedure, case, step.note.kind, by.capacity)
        if any(role(party) in case.erased for party in of):
            yield Reason("party-erased", {}, ("B18",))


def _takes_part(case: Case, party: str, step: Step) -> bool:
    """Whether somebody is that party in the case, or becomes it with the step."""
    return step.joins == party or any(
        party in (name, one.role) for name, one in case.parties.items()
    )


def _asks_much(guard: Guard) -> bool:
    """Whether a guard looks at more than where a track stands."""
    return not isinstance(guard, TrackIn)


def _since(draft: Draft, step: Step, who: Standing, by: By) -> datetime:
    """The earliest moment at which the step can have happened, as far as the actor may know.

    A track that rests where the case began would tell those who do not see it when that was.
    """
    procedure, case = draft.rules.procedure, draft.case
    resting = case.state(step.track) == procedure.tracks[step.track].initial
    if case.done and resting and not sees(procedure, case, who, step.track):
        return by.now
    return case.tracks[step.track].since


def _told(
    draft: Draft, who: Standing, reasons: tuple[Reason, ...], step: Step
) -> tuple[Reason, ...]:
    """The reasons against what follows from the step, as far as they are the actor's to know.

    Of what a case holds nobody hears who may not know that there is one.
    """
    procedure, case = draft.rules.procedure, draft.case
    if draft.trial:
        return reasons
    stranger = bool(case.done) and not knows(procedure, case, who)
    return tuple(
        Reason("not-now", cites=reason.cites)
        if stranger and ("item" in reason.particulars or reason.code == "none-to-give")
        else _discreet(procedure, draft, who, reason, step)
        for reason in unnamed(procedure, case, who, reasons)
    )


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
            # Also whoever was kept out before: that is not for everyone to know.
            recused = f.Recused(person, "party")
            draft = draft.add(recused, by.who, by.capacity, by.happened)
    for office, field in step.assigns.items():
        if field in answers:
            assigned = f.Assigned(office, names(answers[field]))
            draft = draft.add(assigned, by.who, by.capacity, by.happened)
    if said.scan is not None and party is not None:
        draft = added(draft, said.scan, STATEMENT, by, of=(party,))
    if command.note is not None:
        if step.note is None:
            raise BadCommand((Reason("no-note-here", {"step": command.step}),))
        draft = added(draft, command.note, step.note.kind, by)
    for paper in command.papers:
        if step.papers is None:
            raise BadCommand((Reason("no-papers-here", {"step": command.step}),))
        draft = added(draft, paper, step.papers, by)
    # In a case that was filed, what stood for the decision to file it stands for this one too.
    filed = draft.case.origin is not None and not draft.case.done
    signed = by.capacity == party and not (filed and said.evidence)
    evidence = None if party is None else "code" if signed else said.evidence
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
    giver = _giver(draft, step, party, joined, by)
    draft, reasons = follow(draft, moved, by, giver=giver, into=command.into)
    if step.links is not None:
        (other,) = names(answers.get(step.links))
        if other == draft.case.stream:
            raise Refusal(command.step, (Reason("no-such-case"),))
        draft = msgspec.structs.replace(linked(draft, other, by), linked=other)
    return draft, reasons


def _giver(
    draft: Draft, step: Step, party: str | None, joined: f.Joined | None, by: By
) -> str | None:
    """Who gives the consents that taking the step gives."""
    acts = by.capacity if by.capacity in draft.case.parties else None
    return party or (joined.party if joined else step.joins) or acts


def _brings_in(procedure: Procedure, case: Case, step: Step) -> bool:
    """Whether the step brings in a member who does not take part yet."""
    return (
        step.joins is not None
        and procedure.parties[step.joins].member
        and step.joins not in case.parties
    )


def _overtaken(before: Draft, after: Draft, by: By) -> Iterator[Reason]:
    """Nobody's time to answer is over because somebody records late what happened (law 2).

    Neither by a deadline that follows on it, nor by what the clock would have done until now.
    """
    if by.happened == by.now:
        return
    procedure, now = before.rules.procedure, settle(after, by.who, by.now)
    passed = {
        entry.fact.track
        for entry in now.entries[len(after.entries) :]
        if isinstance(entry.fact, f.Stepped)
        and overtakes(procedure, procedure.steps[entry.fact.step], entry.fact.source)
    }
    for name, stands in now.case.tracks.items():
        moved = stands != before.case.tracks.get(name)
        if name in passed or (moved and overtaken(procedure, name, stands, by.now)):
            yield Reason("no-time-to-answer", {"days": LONG_SILENCE.days}, ("B16",), about=name)


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
        if step.joins_as is None:
            return None
    if declared.member:
        if party in draft.case.parties:
            return None  # whoever takes part keeps the code they have
        if draft.case.known_by(command.joining):
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


def _confidants(
    step: Step, draft: Draft, answers: Mapping[str, f.Answer], party: str | None, by: By
) -> Iterator[Reason]:
    """Nobody else keeps those out of a member's case whom the member may confide in (law 2)."""
    member = confiding(draft.rules.procedure)
    if member not in draft.case.parties or party == member:
        return
    for field in step.recuses:
        for person in names(answers.get(field)):
            terms = (t for t in draft.register.terms if t.person == person)
            if any(term.office in CONFIDANTS and term.runs(by.now) for term in terms):
                yield Reason("confidant-kept-out", {"person": person, "field": field}, ("B2", "B6"))


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


def open_steps(procedure: Procedure, state: Mapping[str, str]) -> tuple[str, ...]:
    """The steps whose track stands where they begin, except those that nobody takes."""
    return tuple(
        name
        for name, step in procedure.steps.items()
        if state[step.track] in step.sources and not automatic(step)
    )

"""What follows from a step: the transition itself, and everything that comes with it.

The order is fixed: the transition, who is assigned by it, consents, the case it files, the
emergency, what is shared, what ends, what is erased, and the steps that it brings about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.answers import named as names
from workflow.engine.case import Case
from workflow.engine.deadlines import due, parse_duration
from workflow.engine.draft import Draft, Telling
from workflow.engine.items import By, disclosed
from workflow.engine.member import enough, inherited
from workflow.engine.procedure import CONSEQUENCE, Procedure, Share, Step, role
from workflow.engine.reasons import Reason
from workflow.engine.register import Register
from workflow.engine.sharing import EMERGENCY_LIMIT, consented, emergency_lacks, may_read
from workflow.engine.standing import Standing, eligible, reachable, standing


def linked(draft: Draft, other: str, by: By) -> Draft:
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
    taken: f.Stepped | None = None,
) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft with the transition `moved` and all it brings about, or with reasons why not.

    `into` is the number of the case that the step opens, where it opens one. `taken` is the step
    that somebody took, where this one is brought about: what shows their decision is said there.
    """
    taken = taken or moved
    procedure = draft.rules.procedure
    step = procedure.steps[moved.step]
    draft = draft.add(moved, by.who, by.capacity, by.happened)
    told = tuple(Telling(draft.case.seq, tell) for tell in step.tells)
    draft = msgspec.structs.replace(draft, tells=(*draft.tells, *told))
    for office, field in step.assigns.items() if moved.because is not None else ():
        persons = _named_earlier(procedure, draft.register, draft.case, office, field, by.happened)
        draft = draft.add(f.Assigned(office, persons), by.who, by.capacity, by.happened)
    draft, more = _granted(draft, step, taken, by, giver)
    reasons = list(more)
    if step.files is not None and by.capacity is not None:
        if into is None:
            return draft, (*reasons, Reason("files-a-case", {"step": moved.step}))
        draft = msgspec.structs.replace(linked(draft, into, by), files=step.files)
    if step.emergency == "open" and by.capacity is not None:
        draft, more = _emergency(draft, step, moved, by)
        reasons += more
    if reasons and draft.trial:
        return draft, tuple(reasons)
    draft, more = _all_shared(draft, step, moved.answers, by, into if step.files else None)
    reasons += more
    if reasons and draft.trial:
        return draft, tuple(reasons)
    for purpose in step.ends_purposes:
        if draft.trial or any(
            given.purpose == purpose and not given.ended for given in draft.case.consents.values()
        ):
            draft = draft.add(f.PurposeEnded(purpose), by.who, by.capacity, by.happened)
    for office in step.releases:
        if draft.trial or draft.case.assigned.get(office):
            draft = draft.add(f.Released(office), by.who, by.capacity, by.happened)
    if step.emergency == "close" and (draft.trial or draft.case.emergency is not None):
        draft = draft.add(f.EmergencyClosed(), by.who, by.capacity, by.happened)
    if step.erases is not None:
        erased = _erased(draft.case, step.erases) if not draft.trial else f.Erased((), step.erases)
        draft = draft.add(erased, by.who, by.capacity, by.happened)
    for name in step.emits:
        draft, more = _brought_about(draft, name, moved, taken, by)
        reasons += more
    return draft, tuple(reasons)


def _erased(case: Case, part: str) -> f.Erased:
    """That everything is erased of those who play a part: which items, and who was given one."""
    items = tuple(
        name
        for name, item in case.items.items()
        if part in map(role, item.of) and not case.gone(name)
    )
    given = (was.to for was in case.given_out(part) if was.item in items)
    return f.Erased(items, part, tuple(dict.fromkeys(given)))


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
    draft: Draft, step: Step, taken: f.Stepped, by: By, giver: str | None
) -> tuple[Draft, tuple[Reason, ...]]:
    """The consents that the step gives, by who decided what was `taken` or acts for themself.

    They rest on what shows that decision; where nobody decides, who acts has signed for themself.
    """
    if not step.grants or by.capacity is None:
        return draft, ()
    party = draft.case.parties.get(giver or "")
    own = party is not None and (party.person == by.who or by.capacity == giver)
    if giver is None or party is None or not (own or taken.decided_by == giver):
        return draft, (Reason("not-decided-by", {"party": giver}, ("B16", "B18")),)
    for grant in step.grants:
        until = due(by.happened, parse_duration(grant.lasts)) if grant.lasts else None
        consent = f.Consented(
            draft.name("c"),
            giver,
            grant.to,
            grant.purpose,
            taken.evidence or "code",
            by.happened,
            kind=grant.kind,
            until=until,
            evidence_item=taken.evidence_item,
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
    draft: Draft, name: str, cause: f.Stepped, taken: f.Stepped, by: By
) -> tuple[Draft, tuple[Reason, ...]]:
    """A consequence happens where its track stands ready for it, and is passed over elsewhere.

    It is also where it is somebody else's decision, for whom nobody waits who decides for
    themself, and where it takes more to show than showed the step that was `taken`.
    """
    procedure = draft.rules.procedure
    step = procedure.steps[name]
    if CONSEQUENCE not in step.who or not draft.due(name):
        return draft, ()
    # Before anybody takes it, nothing is known of what would show their decision.
    if taken.evidence is not None and taken.evidence not in enough(step):
        return draft, ()
    state = draft.case.state(step.track)
    if not inherited(step, state, procedure, cause.decided_by):
        return draft, ()
    moved = f.Stepped(
        name, step.track, state, step.to, decided_by=cause.decided_by, because=cause.step
    )
    after, reasons = follow(draft, moved, by, giver=cause.decided_by, taken=taken)
    # Whoever does not see that track hears nothing of what goes wrong on it.
    return after, tuple(
        reason if reason.about else msgspec.structs.replace(reason, about=step.track)
        for reason in reasons
    )


def _all_shared(
    draft: Draft, step: Step, answers: Mapping[str, f.Answer], by: By, into: str | None
) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft with everything that the step shares; or why not, as where its actor has nothing.

    What somebody else could give of it stays where it is.
    """
    if by.capacity is None or not step.shares:
        return draft, ()
    before, reasons = len(draft.entries), list[Reason]()
    lacking: list[str] = []
    giver = standing(draft.rules.procedure, draft.register, draft.case, by.who, by.now)
    for share in step.shares:
        able = () if share.kind is None else _openable(draft, share.kind, giver, by.now)
        if share.kind is not None and not able and any(draft.case.of_kind(share.kind)):
            lacking.append(share.kind)
        draft, more = _shared(draft, share, able, step, answers, by, into)
        reasons += more
        if more and draft.trial:
            return draft, more
    if lacking and not reasons and len(draft.entries) == before:
        reasons.append(Reason("none-to-give", {"kind": lacking[0]}, step.cites))
    return draft, tuple(reasons)


def _shared(
    draft: Draft,
    share: Share,
    able: tuple[str, ...],
    step: Step,
    answers: Mapping[str, f.Answer],
    by: By,
    into: str | None,
) -> tuple[Draft, tuple[Reason, ...]]:
    recipients = (share.to,) if share.to else names(answers.get(share.to_field or ""))
    if share.if_any and not any(_there(draft, to, by) for to in recipients):
        return draft, ()
    reasons: list[Reason] = []
    for to in recipients:
        if share.kind is None:
            items = consented(draft.rules.procedure, draft.case, to, share.purpose, by.now)
        else:
            items = _given(draft, share.kind, able, to, share.purpose, step)
        for item in items:
            draft, more = disclosed(draft, item, to, share.purpose, by, into=into)
            if into is not None and not more:
                carried = tuple(dict.fromkeys((*draft.carried, item)))
                draft = msgspec.structs.replace(draft, carried=carried)
            reasons += more
            if more and draft.trial:
                return draft, more
    return draft, tuple(reasons)


def _given(
    draft: Draft, kind: str, able: tuple[str, ...], to: str, purpose: str, step: Step
) -> tuple[str, ...]:
    """The items of `kind` that whoever takes the step gives, of those that they are `able` to.

    With a new text of that kind goes nothing that went to `to` for this purpose before. A step that
    brings no text gives all of it again, for whoever has come since.
    """
    if step.note is None or step.note.kind != kind:
        return able
    case = draft.case
    return tuple(
        name
        for name in able
        if not any(
            gone.to == to and gone.purpose == purpose and gone.into is None
            for gone in case.disclosed(name)
        )
    )


def _openable(draft: Draft, kind: str, giver: Standing, at: datetime) -> tuple[str, ...]:
    """The items of `kind` that somebody can open, and so can give."""
    procedure, case = draft.rules.procedure, draft.case
    found = case.of_kind(kind)
    return tuple(name for name, _ in found if may_read(procedure, case, name, giver, at))


def _there(draft: Draft, to: str, by: By) -> bool:
    procedure, register = draft.rules.procedure, draft.register
    return to in procedure.outside or reachable(procedure, register, draft.case, to, by.now)

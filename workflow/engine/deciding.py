"""Deciding: from a command and a case to what happens, or to every reason why not. Pure.

`decide` first lets the clock do what was due (`engine.clock`), so that it makes no difference
whether a tick came early or late; then it judges the command on the case as it then stands, and
writes what follows into a draft. It raises Refusal with every failing rule, or BadCommand when the
command's own words are wrong; in both cases nothing happens at all. `consider` asks the same
functions what is open to someone, so that explanation and enforcement cannot drift apart.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.answers import named as names
from workflow.engine.case import Case
from workflow.engine.clock import falling, settle
from workflow.engine.consenting import give, withdraw
from workflow.engine.draft import Draft
from workflow.engine.folding import blank
from workflow.engine.following import follow
from workflow.engine.items import By, added, disclosed, reading_as, whose
from workflow.engine.kernel import Compiled
from workflow.engine.member import confiding, decider
from workflow.engine.migrating import migrate
from workflow.engine.procedure import LINKED, role
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import Register, covers
from workflow.engine.registering import BRANCH, seat
from workflow.engine.sharing import may_read, unnamed
from workflow.engine.standing import (
    AUDITOR,
    CONFIDANTS,
    Standing,
    acquainted,
    arrives,
    reached,
    standing,
)
from workflow.engine.stepping import beforehand, take


class Actor(msgspec.Struct, frozen=True):
    """Who asks: a person or party, and the office they choose to act in where they hold several."""

    who: str
    office: str | None = None


def decide(
    rules: Compiled,
    case: Case | None,
    command: c.Command,
    actor: Actor,
    register: Register,
    now: datetime,
    seed: bytes | tuple[str, ...],
    *,
    stream: str = "",
    trial: bool = False,
    onto: Compiled | None = None,
) -> Draft:
    """What happens when `actor` asks `command` of `case` at `now` (UTC).

    `case` is None, and `stream` the new case's name, only for Open. `onto` is the version that a
    case is to go on under, where that is asked. `seed` is fresh randomness from which new names
    are made (see Draft). Returns the draft: its entries are what to append and its case the state
    after. Raises Refusal or BadCommand, with every reason. Of a `trial` nothing will be written:
    it is refused with the first reason found.
    """
    by = By(actor.who, actor.office, now, _happened(command, now))
    if isinstance(command, c.Open):
        assert case is None, "a case is opened once"
        draft = Draft(rules, register, blank(stream, rules.digest), seed, trial=trial)
        return falling(_open(draft, command, actor, by), actor.who, now)
    assert case is not None, "only Open begins without a case"
    draft = settle(Draft(rules, register, case, seed, trial=trial), actor.who, now)
    who = standing(rules.procedure, register, draft.case, actor.who, now)
    if actor.office is not None and actor.office not in who and not isinstance(command, c.Tick):
        particulars = {"office": actor.office}
        raise Refusal(_name(command), (Reason("office-not-yours", particulars),))
    return falling(_done(draft, command, who, actor, by, onto), actor.who, now)


def _done(
    draft: Draft,
    command: c.Command,
    who: Standing,
    actor: Actor,
    by: By,
    onto: Compiled | None,
) -> Draft:
    match command:
        case c.Advance():
            return take(draft, command, who, actor.office, by)
        case c.AddItem():
            return _add_item(draft, command, who, actor.office, by)
        case c.GiveConsent():
            return give(draft, command, who, by)
        case c.WithdrawConsent(consent):
            return withdraw(draft, consent, who, by)
        case c.Share():
            return _share(draft, command, who, by)
        case c.Read(item):
            return _read(draft, item, who, by)
        case c.Recuse():
            return _recuse(draft, command, who, by)
        case c.Hear():
            return _hear(draft, command, by)
        case c.Migrate(to):
            return migrate(draft, onto, to, who, actor.office, by)
        case c.Tick() | c.Open():
            return draft


def consider(
    rules: Compiled, case: Case, step: str, actor: Actor, register: Register, now: datetime
) -> tuple[Reason, ...]:
    """Every reason why `actor` could not take `step` at `now` (UTC), as far as known beforehand.

    None of them about answers, notes or evidence, which come with taking it, nor about other cases;
    but what follows from the step is tried, so a consent that lacks is named.
    """
    draft = settle(Draft(rules, register, case, b""), actor.who, now)
    who = standing(rules.procedure, register, draft.case, actor.who, now)
    return beforehand(draft, step, who, actor.office, By(actor.who, None, now, now))


def _name(command: c.Command) -> str:
    return command.step if isinstance(command, c.Advance) else type(command).__name__.lower()


def _happened(command: c.Command, now: datetime) -> datetime:
    asked = command.first if isinstance(command, c.Open) else command
    happened: datetime | None = getattr(asked, "happened", None)
    if happened is not None and happened > now:
        raise BadCommand((Reason("happened-in-future", {"happened": happened, "now": now}),))
    return happened or now


def _open(draft: Draft, command: c.Open, actor: Actor, by: By) -> Draft:
    """Who opens a case stands before it as an office-holder, or as the member it is about."""
    procedure, first = draft.rules.procedure, command.first
    step = procedure.steps.get(first.step)
    if step is None or not step.opens:
        known = tuple(name for name, declared in procedure.steps.items() if declared.opens)
        raise BadCommand((Reason("opens-no-case", {"given": first.step, "known": known}),))
    home = seat(draft.register)
    if not BRANCH.fullmatch(command.branch) or (home and not covers(home, command.branch)):
        raise BadCommand((Reason("bad-branch", {"given": command.branch}),))
    draft = draft.add(f.Opened(command.branch), actor.who, None, by.happened)
    if command.linked is not None:
        draft = draft.add(f.Linked(command.linked), actor.who, None, by.happened)
    who = standing(procedure, draft.register, draft.case, actor.who, by.now)
    held = draft.register.offices(actor.who, command.branch, by.now)
    taking_on = {
        office
        for office, field in step.assigns.items()
        if office in held and actor.who in names(first.answers.get(field))
    }
    joins = first.party or step.joins
    member = {actor.who, role(actor.who)} if first.joining and actor.who == joins else set()
    opener = Standing(actor.who, who.capacities | taking_on | member, who.key)
    return take(draft, first, opener, actor.office, by)


def _add_item(draft: Draft, command: c.AddItem, who: Standing, office: str | None, by: By) -> Draft:
    kind = draft.rules.procedure.kinds.get(command.kind)
    if kind is None:
        known = tuple(draft.rules.procedure.kinds)
        raise BadCommand((Reason("unknown-kind", {"given": command.kind, "known": known}),))
    capacity = next(
        (name for name in kind.added_by if name in who and office in (None, name, who.who)), None
    )
    if capacity is None:
        raise Refusal("add", (Reason("not-yours", {"who": kind.added_by}, ("B18",)),))
    capacity = who.who if capacity == role(who.who) and who.who in who else capacity
    strangers = _strangers(draft, command.of, who, capacity, by) if command.of else ()
    if strangers:
        raise BadCommand(strangers)
    if kind.traceable != bool(command.of):
        raise BadCommand((Reason("traceable-to-whom", {"kind": command.kind}),))
    of = command.of
    if of and (capacity in CONFIDANTS or capacity in draft.case.parties):
        # Naming others takes nothing from whose words they are.
        of += whose(draft.rules.procedure, draft.case, command.kind, capacity)
    by = By(by.who, capacity, by.now, by.happened)
    return added(draft, command.item, command.kind, by, tuple(dict.fromkeys(of)))


def _strangers(
    draft: Draft, named: tuple[str, ...], who: Standing, capacity: str, by: By
) -> tuple[Reason, ...]:
    """Those named who take no part, or of whom the actor may not know whether they do.

    An office-holder may name anybody in the case; which names they choose from are those they know.
    """
    procedure, case = draft.rules.procedure, draft.case
    holds_office = capacity in procedure.offices
    able = case.parties if holds_office else acquainted(procedure, case, who)
    strangers = tuple(party for party in named if party not in able)
    if not strangers or draft.trial:
        return tuple(Reason("unknown-party", {"given": party}) for party in strangers)
    read = {
        party
        for name, item in case.items.items()
        if holds_office and may_read(procedure, case, name, who, by.now)
        for party in item.of
    }
    known = tuple(dict.fromkeys((*acquainted(procedure, case, who), *sorted(read))))
    return tuple(Reason("unknown-party", {"given": one, "known": known}) for one in strangers)


def _reachable(draft: Draft, to: str, who: Standing) -> bool:
    """Whether `to` may be one of several in a part, of whom the actor cannot know who there are."""
    procedure, part = draft.rules.procedure, role(to)
    several = part in procedure.parties and procedure.parties[part].many and to != part
    return several and not arrives(procedure, draft.case, who, part)


def _share(draft: Draft, command: c.Share, who: Standing, by: By) -> Draft:
    procedure = draft.rules.procedure
    parties = (*procedure.parties, *acquainted(procedure, draft.case, who))
    recipients = (*procedure.offices, *procedure.outside, *dict.fromkeys(parties))
    problems = []
    if command.to not in recipients and not _reachable(draft, command.to, who):
        particulars = {"given": command.to, "known": recipients}
        problems.append(Reason("unknown-recipient", particulars))
    if command.purpose not in procedure.purposes:
        particulars = {"given": command.purpose, "known": tuple(procedure.purposes)}
        problems.append(Reason("unknown-purpose", particulars))
    held = [item for item in command.items if _readable(draft, item, who, by)]
    problems += [Reason("unknown-item", {"item": i}) for i in command.items if i not in held]
    if problems:
        raise BadCommand(tuple(problems))
    capacity = next((c for c in sorted(who.capacities & CONFIDANTS)), None) or by.capacity
    if capacity is None and held:
        capacity = _reading(draft, held[0], who, by)
    reasons: list[Reason] = []
    if command.document is not None and capacity not in CONFIDANTS:
        reasons.append(Reason("not-yours", {"who": tuple(sorted(CONFIDANTS))}, ("B18",)))
    by = By(by.who, capacity, by.now, by.happened)
    for item in held:
        draft, more = disclosed(draft, item, command.to, command.purpose, by, command.document)
        reasons += more
        gone = draft.case.disclosures[-1] if not more else None
        if gone is not None and gone.basis == "commission" and gone.to in procedure.outside:
            # What was made for everyone becomes public by the step that says so, and not by hand.
            reasons.append(Reason("public-by-step-only", {"to": gone.to}, ("A14",)))
    if reasons:
        raise Refusal("share", unnamed(procedure, draft.case, who, reasons))
    return draft


def _readable(draft: Draft, item: str, who: Standing, by: By) -> bool:
    """Whether `who` may open the item; for one they may not, the answer is that it is not there."""
    return item in draft.case.items and bool(
        may_read(draft.rules.procedure, draft.case, item, who, by.now)
    )


def _read(draft: Draft, item: str, who: Standing, by: By) -> Draft:
    held = any(
        reached(draft.rules.procedure, draft.case, gone, who) for gone in draft.case.disclosed(item)
    )
    if not held and not _readable(draft, item, who, by):
        raise BadCommand((Reason("unknown-item", {"item": item}),))
    verdict = may_read(draft.rules.procedure, draft.case, item, who, by.now)
    if verdict.basis is None:
        raise Refusal("read", verdict.reasons)
    capacity = by.capacity or _reading(draft, item, who, by)
    return draft.add(f.Read(item, verdict.basis), by.who, capacity, by.now)


def _reading(draft: Draft, item: str, who: Standing, by: By) -> str | None:
    """The capacity in which `who` may read the item; several in which they may are one as good."""
    procedure, register, case = draft.rules.procedure, draft.register, draft.case
    for capacity in sorted(who.capacities):
        reader = reading_as(procedure, register, case, item, who.who, capacity, by.now)
        if may_read(procedure, case, item, reader, by.now):
            return capacity
    return None


def _hear(draft: Draft, command: c.Hear, by: By) -> Draft:
    """What a case of the same matter tells this one: the steps that stand ready for it happen.

    Nobody acts here, so nothing is shared, granted or decided by it, whatever the steps declare.
    Raises Refusal where neither case says that they are of one matter.
    """
    if not command.linked and command.stream not in draft.case.links:
        raise Refusal("hear", (Reason("no-such-case"),))
    nobody = By(by.who, None, by.now, by.now)
    heard = draft.add(f.Heard(command.stream, command.seq), by.who, None, by.now)
    if command.linked and command.stream not in draft.case.links:
        heard = heard.add(f.Linked(command.stream), by.who, None, by.now)
    begun = heard
    for name in command.steps:
        step = heard.rules.procedure.steps.get(name)
        if step is None or LINKED not in step.who or not heard.ready(name):
            continue
        state = heard.case.state(step.track)
        if decider(heard.rules.procedure, step, state) is not None:
            continue
        moved = f.Stepped(name, step.track, state, step.to, because=LINKED)
        after, reasons = follow(heard, moved, nobody)
        heard = heard if reasons else after
    return heard if heard is not begun else draft


def _recuse(draft: Draft, command: c.Recuse, who: Standing, by: By) -> Draft:
    """A person recuses themself, or is kept out by a member who confides or by their counsellor.

    Where nobody is confided in, somebody judges: a party asks for another by a step, and does not
    choose their judge.
    """
    procedure = draft.rules.procedure
    confidants = CONFIDANTS & set(procedure.offices)
    inner = {*confidants, confiding(procedure)} if confidants else set()
    able = {capacity for capacity in who.capacities if capacity in inner}
    if command.person == who.who:
        able |= who.capacities
    if not able:
        raise Refusal("recuse", (Reason("not-yours", {"who": tuple(sorted(confidants))}, ("B6",)),))
    if command.person not in draft.register.persons:
        known = tuple(draft.register.persons)
        raise BadCommand((Reason("unknown-person", {"given": command.person, "known": known}),))
    if command.person != who.who and AUDITOR in draft.register.offices(
        command.person, draft.case.branch, by.now
    ):
        # Whoever is overseen does not choose the overseer.
        raise Refusal("recuse", (Reason("not-yours", {"who": (AUDITOR,)}, ("B6",)),))
    # Whoever is kept out already is so once more: else it would tell who kept them out before.
    return draft.add(f.Recused(command.person, command.ground), by.who, min(able), by.now)

"""What happens by itself: deadlines that pass, consents that run out, grounds that fall away.

All are found from the history and the register alone and take effect at the moment itself, not when
somebody noticed. Every command lets them happen first, so a late tick changes nothing; and what a
command takes the ground from falls with that command.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.draft import Draft
from workflow.engine.following import follow
from workflow.engine.guards import unattended
from workflow.engine.items import By
from workflow.engine.member import LONG_SILENCE, answerable, in_silence, once_over, theirs
from workflow.engine.procedure import (
    CLOCK,
    GROUND,
    Absent,
    Consent,
    Guard,
    HasItem,
    Present,
    Procedure,
    Recorded,
    Staffed,
    TrackIn,
)
from workflow.engine.reasons import Refusal
from workflow.engine.register import Register

MOST = 1000
"""More by the clock than this in one go means a procedure whose clock runs in a circle."""

_OF_THE_CASE = (TrackIn, Recorded, Present, Absent, HasItem)
"""The guards that change by an event of the case alone, and neither by the register nor by time."""

Due = tuple[datetime, f.Stepped | f.Lapsed]
"""Something that happens by itself, and when (UTC)."""


def settle(draft: Draft, who: str, now: datetime) -> Draft:
    """The draft with everything that had to happen by itself until `now` (UTC), the oldest first.

    `who` runs the command and signs, but brings nothing about.
    """
    since, begun = draft.case.latest or now, draft
    turned = _turned(draft.register, since, now)
    for _ in range(MOST):
        procedure, register, case = draft.rules.procedure, draft.register, draft.case
        shaken = tuple(draft.rules.resting) if turned else _shaken(draft, begun)
        waiting = (
            *_waiting(procedure, register, case, since, now),
            *_fallen(draft, shaken, since, now),
        )
        first = min((d for d in waiting if d[0] <= now), key=lambda due: due[0], default=None)
        if first is None:
            return draft
        since, fact = max(since, first[0]), first[1]
        draft = _happened(draft, fact, who, first[0])
    raise RuntimeError(f"the clock of procedure {draft.rules.procedure.procedure} runs in a circle")


def falling(draft: Draft, who: str, now: datetime) -> Draft:
    """The draft after every state has been left whose ground the command took away."""
    for _ in range(MOST):
        first = next(_fallen(draft, _shaken(draft), now, now), None)
        if first is None:
            return draft
        draft = _happened(draft, first[1], who, now)
    raise RuntimeError(f"procedure {draft.rules.procedure.procedure} falls in a circle")


def next_due(procedure: Procedure, case: Case) -> Due | None:
    """The next thing the clock may do: when (UTC), and what will have happened; None without one.

    What depends on the register, or waits for a guard, is found when the time has come.
    """
    waiting = (*_lapsing(case), *_deadlines(procedure, case))
    return min(waiting, key=lambda due: due[0], default=None)


def _happened(draft: Draft, fact: f.Stepped | f.Lapsed, who: str, at: datetime) -> Draft:
    if isinstance(fact, f.Lapsed):
        return draft.add(fact, who, None, at)
    draft, reasons = follow(draft, fact, By(who, None, at, at))
    if reasons:
        raise Refusal(fact.step, reasons)
    return draft


def _waiting(
    procedure: Procedure, register: Register, case: Case, since: datetime, now: datetime
) -> Iterator[Due]:
    """What is due by `now` (UTC), in so far as its guards hold.

    What waited for its guards happens the moment they do: by an event of the case, or by a term of
    the register that begins or ends.
    """
    yield from _lapsing(case)
    for due, fact in _deadlines(procedure, case):
        step = procedure.steps[fact.step]
        over = once_over(procedure, step)
        # What is erased was over for as long as anybody has to answer, on each of those tracks.
        ended = (case.tracks[each.track] for each in over)
        at = max((due, *(stands.since + LONG_SILENCE for stands in ended if stands.begun)))
        guards = (*step.guards, *over)
        moments = [max(at, since)] if guards else [at]
        if any(not isinstance(guard, _OF_THE_CASE) for guard in guards):
            moments = _turns(register, moments[0], now)
        for moment in moments if at <= now else ():
            if unattended(procedure, register, case, fact.track, guards, moment):
                yield moment, fact
                break


def _lapsing(case: Case) -> Iterator[Due]:
    for name, consent in case.lasting():
        if consent.until is not None and not consent.ended:
            yield consent.until, f.Lapsed(name)


def _deadlines(procedure: Procedure, case: Case) -> Iterator[tuple[datetime, f.Stepped]]:
    for track, at in case.waiting():
        if at.due is None:
            continue
        deadline = procedure.tracks[track].states[at.state].deadline
        if deadline is None or deadline.then is None:
            continue
        step = procedure.steps[deadline.then]
        silent = in_silence(procedure, step, at.state) and answerable(procedure, step, at.state)
        if CLOCK in step.who and silent:
            yield at.due, f.Stepped(deadline.then, track, at.state, step.to, because=CLOCK)


def _turned(register: Register, since: datetime, now: datetime) -> bool:
    """Whether anyone's term may have begun or ended that was still otherwise at `since` (UTC).

    By an event of the register since then, which may say so of an earlier moment, or in due time.
    """
    told = register.latest is None or register.latest >= since
    return told or len(_turns(register, since, now)) > 1


def _shaken(draft: Draft, begun: Draft | None = None) -> tuple[str, ...]:
    """The tracks of which the entries of the draft (since `begun`) may take a ground away.

    What is not known to leave a ground alone may take it away.
    """
    facts = [entry.fact for entry in draft.entries[len(begun.entries) if begun else 0 :]]
    return tuple(
        track
        for track, guards in draft.rules.resting.items()
        if any(
            (isinstance(fact, f.Stepped) and fact.track == track)
            or any(_may_lose(guard, fact) for guard in guards)
            for fact in facts
        )
    )


def _may_lose(guard: Guard, fact: f.CaseFact) -> bool:
    match guard:
        case Consent():
            ended = isinstance(fact, f.PurposeEnded) and fact.purpose == guard.purpose
            return ended or isinstance(fact, f.Withdrawn | f.Lapsed | f.Migrated)
        case Staffed():
            offices = (guard.office, *guard.or_else)
            released = isinstance(fact, f.Released) and fact.office in offices
            return released or isinstance(fact, f.Assigned | f.Recused | f.Migrated)
        case _:
            return True


def _fallen(draft: Draft, tracks: tuple[str, ...], since: datetime, now: datetime) -> Iterator[Due]:
    """The states of `tracks` that lost their ground, each with the first moment when that was so.

    Consents end by events of the case; a term begins and ends by the register alone, so the
    moments to look at are `since`, and every beginning and end of a term from then to `now` (UTC).
    """
    procedure, register, case = draft.rules.procedure, draft.register, draft.case
    for track in tracks:
        position = case.tracks[track]
        state = procedure.tracks[track].states[position.state]
        if not state.rests_on or state.otherwise is None:
            continue
        step = procedure.steps[state.otherwise]
        if theirs(procedure, step, position.state) is not None:
            continue  # nobody's decision is made by what falls away
        for moment in _turns(register, max(since, position.since), now):
            if not unattended(procedure, register, case, track, state.rests_on, moment):
                moved = f.Stepped(state.otherwise, track, position.state, step.to, because=GROUND)
                yield moment, moved
                break


def _turns(register: Register, since: datetime, now: datetime) -> list[datetime]:
    turns = {since}
    for term in register.terms if since < now else ():
        turns |= {at for at in (term.starts, term.until) if at is not None and since < at <= now}
    return sorted(turns)


def deadlines(case: Case) -> tuple[tuple[datetime, str], ...]:
    """Every pending deadline: when it passes (UTC) and on which track, soonest first."""
    return tuple(sorted((p.due, name) for name, p in case.waiting() if p.due is not None))

"""What a case holds that a newer version does not know, or means otherwise. Pure.

What keeps its name and its meaning goes over as it is. What does not needs a counterpart, which the
newer version names in what it `replaces`: then its author has said that it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from workflow.engine.case import Case
from workflow.engine.procedure import Deadline, Procedure, State
from workflow.engine.reasons import Reason
from workflow.engine.renaming import renamed
from workflow.engine.replacing import Counterparts


class Trace(msgspec.Struct, frozen=True):
    """What of a case it would give away to speak of something; nothing where all are None."""

    track: str | None = None
    item: str | None = None
    consent: str | None = None
    party: str | None = None


class Hindrance(msgspec.Struct, frozen=True):
    """Why a case does not go over, and what of the case that gives away."""

    reason: Reason
    trace: Trace = Trace()


def unmet(older: Procedure, newer: Procedure, case: Case, now: Counterparts) -> Iterator[Hindrance]:
    """Everything in the case that has no counterpart in the newer version."""
    yield from _states(older, newer, case, now)
    yield from _kinds(older, newer, case, now)
    yield from _purposes(older, newer, case, now)


def mapped(case: Case, now: Counterparts) -> bool:
    """Whether anything that the case holds goes over because the newer version names it."""
    states = any(at.state in now.states.get(name, {}) for name, at in case.tracks.items())
    kinds, purposes = kinds_of(case), purposes_of(case)
    return states or bool(kinds.keys() & now.kinds) or bool(purposes.keys() & now.purposes)


def kinds_of(case: Case) -> dict[str, Trace]:
    """The kinds that the case speaks of, each with what would tell of it."""
    found = {c.kind: Trace(consent=name) for name, c in case.consents.items() if c.kind is not None}
    return found | {i.kind: Trace(item=name) for name, i in case.items.items()}


def purposes_of(case: Case) -> dict[str, Trace]:
    """The purposes that the case speaks of, each with what would tell of it."""
    found = {gone.purpose: Trace(item=gone.item) for gone in case.disclosures}
    return found | {c.purpose: Trace(consent=n) for n, c in case.consents.items()}


def term(deadline: Deadline | None) -> tuple[str | None, int | None] | None:
    """How long a deadline is, and nothing else of it."""
    return None if deadline is None else (deadline.within, deadline.working_days)


def differs(older: State, newer: State) -> tuple[str, ...]:
    """What a state means otherwise, by the keys of its declaration; its labels are only words."""
    return tuple(
        key
        for key in ("ends", "idle", "decides", "deadline", "rests_on", "otherwise")
        if _told(getattr(older, key)) != _told(getattr(newer, key))
    )


def _told(value: Any) -> Any:
    """What a declaration says, without the rules that it cites."""
    return msgspec.structs.replace(value, cites=()) if isinstance(value, Deadline) else value


def _states(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    was = renamed(older, now)
    for name, at in case.tracks.items():
        if name not in newer.tracks:
            continue
        party = older.tracks[name].belongs_to
        for state_name, state in older.tracks[name].states.items():
            there = now.state(name, state_name) in newer.tracks[name].states
            if state.decides and party is not None and state_name != at.state and not there:
                decides = {"track": name, "state": state_name, "party": party}
                yield Hindrance(Reason("decision-gone", decides, ("B16", "B38")))
        states, then = newer.tracks[name].states, now.state(name, at.state)
        if then not in states:
            stands = {"track": name, "state": at.state}
            yield Hindrance(Reason("state-gone", stands, ("B38",)), Trace(track=name))
        elif at.state not in now.states.get(name, {}):
            other = differs(was.tracks[name].states[then], states[then])
            if other:
                means = {"track": name, "state": at.state, "keys": other}
                yield Hindrance(Reason("state-differs", means, ("B38",)), Trace(track=name))


def _kinds(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    for name, told_by in kinds_of(case).items():
        before, after = older.kinds.get(name), newer.kinds.get(now.kind(name))
        if before is None and after is None and name not in now.kinds:
            continue  # such as a written statement, which no procedure need declare
        if after is None:
            reason = Reason("kind-gone", {"kind": name}, ("B38",))
            yield Hindrance(reason, told_by)
        elif name not in now.kinds:
            keys = ("labels", "of", "traceable")
            other = tuple(k for k in keys if getattr(before, k, None) != getattr(after, k))
            if other:
                reason = Reason("kind-differs", {"kind": name, "keys": other}, ("B38",))
                yield Hindrance(reason, told_by)


def _purposes(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """A purpose is all in words: where a consent rests on it, those must be the same."""
    live = {consent.purpose for consent in case.consents.values() if not consent.ended}
    for name, told_by in purposes_of(case).items():
        before, after = older.purposes.get(name), newer.purposes.get(now.purpose(name))
        if after is None:
            reason = Reason("purpose-gone", {"purpose": name}, ("B38",))
            yield Hindrance(reason, told_by)
        elif before is not None and name in live and name not in now.purposes:
            if before.labels == after.labels:
                continue
            reason = Reason("purpose-differs", {"purpose": name}, ("B18", "B38"))
            yield Hindrance(reason, told_by)

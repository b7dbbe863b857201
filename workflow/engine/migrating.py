"""Whether a case can go on under another version of its procedure, and its going over. Pure.

A case runs under the version it began with (B38), and comes under another only by an explicit act.
`verdict` says whether that can be, from the two versions and the case alone, and `migrate` asks it:
there is no other way. It is strict where it cannot know. What it lets through nobody newly sees,
reads or receives (`audiences`), takes nothing from those whom the case is about (`promises`), and
loses nothing on the way (`meanings`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from workflow.engine import facts as f
from workflow.engine.audiences import widened
from workflow.engine.case import Case, Position
from workflow.engine.draft import Draft
from workflow.engine.items import By
from workflow.engine.kernel import Compiled
from workflow.engine.meanings import Hindrance, Trace, mapped, term, unmet
from workflow.engine.member import automatic
from workflow.engine.procedure import CLOCK, Procedure
from workflow.engine.promises import broken, unclear
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.renaming import renamed
from workflow.engine.replacing import Counterparts, counterparts
from workflow.engine.standing import (
    AUDITOR,
    CONFIDANTS,
    Standing,
    acquainted,
    reached,
    sees,
)

Way = Literal["moves", "moves-by-mapping", "needs-mapping", "finish"]
"""How a case stands to another version: it goes over as it is; it does so because the newer version
names counterparts; it would if that named more of them; or it finishes under its own."""
MOVES: Way = "moves"
BY_MAPPING: Way = "moves-by-mapping"
NEEDS_MAPPING: Way = "needs-mapping"
FINISH: Way = "finish"


NOT_IN_CARE = Reason("not-in-your-care", cites=("B38",))
"""In whose care it is instead is not said: that depends on things that the actor may not see."""
HIDDEN = Reason("hidden-hindrance", cites=("B38",))
"""What stands in the way and is not the reader's to know."""


class Verdict(msgspec.Struct, frozen=True):
    """How a case stands to another version, and everything that keeps it from going over."""

    way: Way
    why: tuple[Hindrance, ...] = ()

    def __bool__(self) -> bool:
        return self.way in (MOVES, BY_MAPPING)


def verdict(older: Procedure, newer: Procedure, case: Case) -> Verdict:
    """Whether `case`, which runs under `older`, can go on under `newer`.

    Both are versions of one procedure; between different ones there is no way.
    """
    if older.procedure != newer.procedure:
        particulars = {"procedure": newer.procedure}
        return Verdict(FINISH, (Hindrance(Reason("another-procedure", particulars, ("B38",))),))
    now = counterparts(newer, older.version, case.procedure)
    lacking = (*unmet(older, newer, case, now), *unclear(older, newer, case, now))
    against = (*widened(older, newer, case, now), *broken(older, newer, case, now))
    if against:
        return Verdict(FINISH, (*against, *lacking))
    if lacking:
        return Verdict(NEEDS_MAPPING, lacking)
    return Verdict(BY_MAPPING if mapped(case, now) else MOVES)


def migrate(
    draft: Draft, onto: Compiled | None, to: str, who: Standing, office: str | None, by: By
) -> Draft:
    """The draft of the case under the version `onto`, which has the digest `to`.

    That must be the one that the branch of the case follows. Raises Refusal with every reason that
    is the actor's to know.
    """
    older, case = draft.rules.procedure, draft.case
    able = tuple(name for name in carrying(older, case, who) if office in (None, name))
    if not able:
        raise Refusal("migrate", (NOT_IN_CARE,))
    followed = draft.register.version(older.procedure, case.branch)
    if to == case.procedure:
        raise Refusal("migrate", (Reason("version-already", {}, ("B38",)),))
    if onto is None or followed is None or followed.digest != to or onto.digest != to:
        particulars = {"version": followed.version if followed else None}
        raise Refusal("migrate", (Reason("version-not-followed", particulars, ("B38",)),))
    found = verdict(older, onto.procedure, case)
    if not found:
        raise Refusal("migrate", known(older, case, who, found))
    now = counterparts(onto.procedure, older.version, case.procedure)
    anew = begun_anew(older, onto.procedure, case, now)
    fact = f.Migrated(case.procedure, to, older.version, anew)
    after = msgspec.structs.replace(draft, rules=onto)
    return after.add(fact, by.who, able[0], by.now)


def carriers(procedure: Procedure, case: Case) -> tuple[str, ...]:
    """The offices that may bring the case under another version: those in whose care it is.

    Where a member confides in somebody here, they and nobody else. In other cases the offices that
    can take it further from where it stands.
    """
    confided = tuple(office for office in sorted(CONFIDANTS) if case.assigned.get(office))
    if confided:
        return confided
    found = (
        office
        for step in procedure.steps.values()
        if not automatic(step)
        and case.state(step.track) in step.sources
        and case.tracks[step.track].begun
        and step.to != case.state(step.track)
        for office in step.who
        if office in procedure.offices and office != AUDITOR
    )
    return tuple(dict.fromkeys(found))


def carrying(procedure: Procedure, case: Case, who: Standing) -> tuple[str, ...]:
    """In which offices `who` may bring the case under another version; none where in none."""
    return tuple(
        office
        for office in carriers(procedure, case)
        if office in who and any(sees(procedure, case, who, track) for track in case.tracks)
    )


def known(procedure: Procedure, case: Case, reader: Standing, found: Verdict) -> tuple[Reason, ...]:
    """What keeps a case from going over, as far as it is the reader's to know.

    Of what they may not see they hear only that there is something.
    """
    told: list[Reason] = []
    for one in found.why:
        reason = one.reason if _knows(procedure, case, reader, one.trace) else HIDDEN
        if reason not in told:
            told.append(reason)
    return tuple(told)


def as_known(procedure: Procedure, case: Case, reader: Standing) -> Case:
    """The case as far as the reader knows of it: what is hidden from them is not there.

    A verdict on this tells them nothing new, whatever version they ask it of.
    """

    def knows(**what: str) -> bool:
        return _knows(procedure, case, reader, Trace(**what))

    if AUDITOR in reader:
        return case
    items = {name: item for name, item in case.items.items() if knows(item=name)}
    opening = {step.track for step in procedure.steps.values() if step.emergency == "open"}
    giving = {office: step.track for step in procedure.steps.values() for office in step.assigns}
    return msgspec.structs.replace(
        case,
        tracks={
            name: at if knows(track=name) else Position(procedure.tracks[name].initial, at.since)
            for name, at in case.tracks.items()
        },
        parties={name: party for name, party in case.parties.items() if knows(party=name)},
        items=items,
        consents={name: one for name, one in case.consents.items() if knows(consent=name)},
        disclosures=tuple(
            gone
            for gone in case.disclosures
            if gone.item in items
            and (_holds(case, gone.item, reader) or reached(procedure, case, gone, reader))
        ),
        assigned={
            office: persons
            for office, persons in case.assigned.items()
            if office in reader or (office in giving and knows(track=giving[office]))
        },
        emergency=case.emergency if any(knows(track=track) for track in opening) else None,
        done={
            name: done
            for name, done in case.done.items()
            if name in procedure.steps and knows(track=procedure.steps[name].track)
        },
    )


def _holds(case: Case, name: str, reader: Standing) -> bool:
    """Whether an item is the reader's own, or was confided to them."""
    item = case.items[name]
    own = any(party in reader for party in item.of) or item.by == reader.who
    return own or (bool(reader.capacities & CONFIDANTS) and reader.who in item.confided)


def _knows(procedure: Procedure, case: Case, reader: Standing, one: Trace) -> bool:
    """Whether the reader may know of what it would give away."""
    if AUDITOR in reader:
        return True
    if one.track is not None:
        return sees(procedure, case, reader, one.track)
    if one.party is not None:
        return one.party in acquainted(procedure, case, reader)
    if one.consent is not None:
        given = case.consents[one.consent]
        confides = bool(reader.capacities & CONFIDANTS)
        close = confides and given.giver in acquainted(procedure, case, reader)
        return given.giver in reader or close
    if one.item is not None:
        return _holds(case, one.item, reader) or any(
            reached(procedure, case, each, reader) for each in case.disclosed(one.item)
        )
    return True


def begun_anew(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> tuple[str, ...]:
    """The tracks that stand in a state of which the term is another, or ends otherwise, now.

    So nobody is overtaken by what a newer version has the clock do: they have its whole term.
    """
    was = renamed(older, now)
    return tuple(
        name
        for name, at in case.tracks.items()
        if name in newer.tracks
        and (there := now.state(name, at.state))
        and _runs_out(was, name, there) != _runs_out(newer, name, there)
    )


def _runs_out(procedure: Procedure, track: str, state: str) -> tuple[object, ...]:
    """How long the term of a state is, and what happens by itself when it is over, on what guards.

    Nothing is where the clock takes no step then.
    """
    deadline = procedure.tracks[track].states[state].deadline
    then = procedure.steps[deadline.then] if deadline and deadline.then else None
    if then is None or CLOCK not in then.who:
        return (term(deadline),)
    return term(deadline), then.to, then.guards, then.erases, then.emits

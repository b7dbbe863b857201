"""Items entering a case and leaving it: every disclosure in a history is written here.

`disclosed` is the only function that makes a Disclosed fact, and it asks `may_share` first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.commands import NewItem
from workflow.engine.draft import Draft
from workflow.engine.folding import apply
from workflow.engine.member import confiding, owners
from workflow.engine.procedure import Procedure, role
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.register import Register
from workflow.engine.sharing import Verdict, may_read, may_share, never_to
from workflow.engine.standing import (
    CONFIDANTS,
    Standing,
    key,
    members,
    older_keys,
    passes_on,
    standing,
    standing_as,
)


class By(msgspec.Struct, frozen=True):
    """Who does something, in which capacity, when it is recorded and when it happened (UTC)."""

    who: str
    capacity: str | None
    now: datetime
    happened: datetime


def added(draft: Draft, new: NewItem, kind: str, by: By, of: tuple[str, ...] = ()) -> Draft:
    """The draft with a new item of `kind`.

    It is of the parties the kind names, as far as they take part, unless `of` says whose it is. It
    opens for them, for its author, and for the counsellors who are assigned now: only what is told
    while they are there is confided to them. Raises Refusal where all of one of these parties was
    erased.
    """
    procedure, register, case = draft.rules.procedure, draft.register, draft.case
    of = of or whose(procedure, case, kind, by.capacity)
    if any(role(party) in case.erased for party in of):
        raise Refusal("add", (Reason("party-erased", {}, ("B18",)),))
    confided = tuple(
        person
        for office in sorted(CONFIDANTS)
        for person in members(procedure, register, case, office, by.now)
    )
    author = by.capacity or by.who
    fact = f.Added(new.item, kind, of, author, new.digest, new.size, (), confided)
    if draft.trial:
        return draft.add(fact, by.who, by.capacity, by.happened)
    after = apply(procedure, case, fact, by.who, by.happened)
    readers = tuple(
        public
        for who, capacity, _ in opening(procedure, register, after, new.item, by.now)
        if (public := key(procedure, register, after, capacity, who, by.now)) is not None
    )
    readers = tuple(dict.fromkeys(readers))
    complete = msgspec.structs.replace(fact, readers=readers)
    return draft.add(complete, by.who, by.capacity, by.happened)


def whose(procedure: Procedure, case: Case, kind: str, author: str | None) -> tuple[str, ...]:
    """The parties whose words an item holds, whatever its kind leaves out.

    What a counsellor writes down is the member's who confides in them, and nobody else's: nobody's,
    where the kind is of other members only. What a party writes is theirs, and a member's words are
    never an office-holder's (law 1).
    """
    of = procedure.kinds[kind].of if kind in procedure.kinds else ()
    parties = tuple(party for party in of if party in case.parties)
    if author in CONFIDANTS:
        confides, named = confiding(procedure), owners(procedure) & set(of)
        theirs = confides in case.parties and (not named or confides in named)
        parties = (confides,) if confides is not None and theirs else ()
    elif author in case.parties:
        same = procedure.parties[role(author)].member
        parties = tuple(p for p in parties if procedure.parties[role(p)].member == same)
        parties += (author,)
    return tuple(dict.fromkeys(parties))


def disclosed(
    draft: Draft,
    item: str,
    to: str,
    purpose: str,
    by: By,
    document: str | None = None,
    into: str | None = None,
) -> tuple[Draft, tuple[Reason, ...]]:
    """The draft with `item` disclosed to `to`, or unchanged with every reason why it may not be.

    Whatever is sealed is sealed now, so only a recipient outside the store, who was told by other
    means, can have been told earlier. What is carried `into` another case is sealed there.
    """
    procedure, register, case = draft.rules.procedure, draft.register, draft.case
    outside = to in procedure.outside
    reasons = []
    if not outside and by.happened != by.now:
        reasons.append(Reason("sharing-happens-now", {"to": to}, ("B18",)))
    at = by.happened if outside else by.now
    # Danger to life is for the counsellors to judge (B19), and nobody else learns of it by trying.
    known = case if by.capacity in CONFIDANTS else msgspec.structs.replace(case, emergency=None)
    verdict = may_share(procedure, known, item, to, purpose, at, document)
    readers: tuple[str, ...] = ()
    if verdict.basis == "commission" and case.items[item].author == to != by.capacity:
        # What an office wrote for itself too, nobody else gives it back.
        reasons.append(Reason("not-yours", {"who": (to,)}, ("A8",)))
    if verdict.basis is not None and not outside and into is None:
        gone = f.Disclosed(item, to, purpose, verdict.basis, verdict.on)
        found = _receiving(procedure, register, case, gone, by)
        readers = tuple(dict.fromkeys(islice(found, 1) if draft.trial else found))
        # Only who might share learns whether there is anybody: else it would tell who takes part.
        if not readers:
            reasons.append(Reason("nobody-to-receive", {"to": to}))
    if reasons or verdict.basis is None:
        return draft, (*verdict.reasons, *reasons)
    fact = f.Disclosed(item, to, purpose, verdict.basis, verdict.on, readers, into)
    return draft.add(fact, by.who, by.capacity, by.happened), ()


def _receiving(
    procedure: Procedure, register: Register, case: Case, gone: f.Disclosed, by: By
) -> Iterator[str]:
    """The public keys of those who stand in `gone.to` and may read the item once it is shared."""
    to = gone.to
    personal = to in procedure.offices and not passes_on(procedure, to)
    for who in standing_as(procedure, register, case, to, by.now):
        public = key(procedure, register, case, to, who, by.now)
        if public is None:
            continue
        # Whom it reached is remembered only of an office in which it stays with the person.
        reached = msgspec.structs.replace(gone, readers=(public,) if personal else ())
        after = apply(procedure, case, reached, by.who, by.happened)
        reader = reading_as(procedure, register, after, gone.item, who, to, by.now)
        if may_read(procedure, after, gone.item, reader, by.now):
            yield public


def entitled(
    procedure: Procedure, register: Register, case: Case, item: str, now: datetime
) -> tuple[str, ...]:
    """The public keys that may open `item` at `now` (UTC): no other sealed key should exist.

    What was sealed to an office before its key was renewed is still sealed to the earlier key.
    """
    found: dict[str, None] = {}
    for who, capacity, _ in opening(procedure, register, case, item, now):
        newest = key(procedure, register, case, capacity, who, now)
        older = older_keys(procedure, register, case, capacity, who, now)
        found |= dict.fromkeys(public for public in (newest, *older) if public is not None)
    return tuple(found)


def opening(
    procedure: Procedure, register: Register, case: Case, item: str, now: datetime
) -> Iterator[tuple[str, str, Verdict]]:
    """Who may open `item` at `now` (UTC), each with the capacity in which they may, and on what."""
    found = case.items[item]
    shared_with = (gone.to for gone in case.disclosed(item) if gone.into is None)
    for capacity in dict.fromkeys((*found.of, found.author, *sorted(CONFIDANTS), *shared_with)):
        for who in members(procedure, register, case, capacity, now):
            reader = reading_as(procedure, register, case, item, who, capacity, now)
            if verdict := may_read(procedure, case, item, reader, now):
                yield who, capacity, verdict


def reading_as(
    procedure: Procedure,
    register: Register,
    case: Case,
    item: str,
    who: str,
    capacity: str,
    now: datetime,
) -> Standing:
    """`who` in this one capacity, and in those that keep them from reading the item at all."""
    barring = frozenset(never_to(procedure, case.items[item].kind))
    if barring:
        barring &= standing(procedure, register, case, who, now).capacities
    person = register.persons.get(who)
    return Standing(who, barring | {capacity}, person.key if person else None)

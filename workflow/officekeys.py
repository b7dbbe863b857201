"""The key of an office that outlives its holders: made, passed on, and renewed when one leaves.

Each generation is an Ed25519 key whose 32-byte seed is an item of the register, sealed to the
holders of that office in that very branch. Whoever leaves loses their sealed copies, and a new
generation is made for who stays, so that a predecessor opens nothing written afterwards. Nobody can
pass on what they cannot open: where a newcomer cannot be given the older keys, it is said who can.

`succession` is pure and decides; `look` and `carry_out` read and write what belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import SealedItem, digest, open_key, seal
from workflow.engine import facts as f
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.register import REGISTRAR, STREAM, OfficeKey, Register, covers
from workflow.keyring import pass_on
from workflow.store import Read, Write


class Seen(msgspec.Struct, frozen=True):
    """What lies in the store: who has a sealed copy of each key, and which the actor can open.

    `sealed` gives the readers (public lines) by item, `opened` the item's key for those that the
    actor opens. `seq` is the place in the register's history at which this was so.
    """

    seq: int
    sealed: dict[str, tuple[str, ...]] = {}
    opened: dict[str, bytes] = {}


class Fresh(msgspec.Struct, frozen=True):
    """A new generation, ready to be stored: the public line, and its seed as a sealed item."""

    line: str
    content: SealedItem

    @property
    def item(self) -> str:
        """The item's name: the digest of its ciphertext, so that the event names the very bytes."""
        return digest(self.content.ciphertext)


class Handover(msgspec.Struct, frozen=True):
    """What becomes of the keys of an office in a branch.

    `given` and `taken` hold lines of readers by item. `lacking` are the people in office who miss
    an older key, each with those who could pass it on; `lost` are the keys nobody can open now.
    """

    facts: tuple[f.OfficeKeyed, ...] = ()
    made: Fresh | None = None
    given: dict[str, tuple[str, ...]] = {}
    taken: dict[str, tuple[str, ...]] = {}
    lacking: dict[str, tuple[str, ...]] = {}
    lost: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.facts)


def fresh(seed: bytes) -> Fresh:
    """A new generation from 32 random bytes."""
    return Fresh(SigningKey.from_seed(seed).public.line(), seal(seed))


def generations(register: Register, office: str, branch: str) -> tuple[OfficeKey, ...]:
    """The keys of the office in this very branch, oldest first."""
    found = {k.item: k for k in register.office_keys if (k.office, k.branch) == (office, branch)}
    return tuple(found.values())


def in_office(register: Register, office: str, branch: str, at: datetime) -> dict[str, str]:
    """Who holds the office in this very branch at `at` (UTC), each with their public line."""
    held = [
        t.person for t in register.terms if (t.office, t.branch) == (office, branch) and t.runs(at)
    ]
    return {person: register.persons[person].key for person in dict.fromkeys(held)}


def look(tx: Read, register: Register, office: str, branch: str, key: SigningKey) -> Seen:
    """What there is now of the keys of an office. Raises CannotOpen for damaged copies."""
    sealed, opened = {}, {}
    line = key.public.line()
    for generation in generations(register, office, branch):
        copies = tx.keys(STREAM, generation.item)
        sealed[generation.item] = tuple(copies)
        if line in copies:
            opened[generation.item] = open_key(copies[line], key)
    return Seen(register.seq, sealed, opened)


def may_pass_on(
    register: Register, who: str, office: str, branch: str, seen: Seen, at: datetime
) -> None:
    """Raises Refusal unless `who` holds the office, can open a key of it, or keeps the register."""
    keeps = any(
        t.office == REGISTRAR and covers(t.branch, branch) for t in register.anywhere(who, at)
    )
    if not (keeps or seen.opened or who in in_office(register, office, branch, at)):
        reason = Reason("not-yours", {"who": (office, REGISTRAR)})
        raise Refusal("office share-key", (reason,))


def succession(
    register: Register,
    office: str,
    branch: str,
    seen: Seen,
    new: Fresh,
    at: datetime,
    leaving: str | None = None,
) -> Handover:
    """What becomes of the keys, given the register after the change of office, at `at` (UTC).

    `leaving` has just left: their copies are destroyed whatever that means for older items. Of
    anyone else who is no longer in office a copy is destroyed only where a holder has that key.
    """
    present = in_office(register, office, branch, at)
    lines = tuple(dict.fromkeys(present.values()))
    known = generations(register, office, branch)
    gone = register.persons[leaving].key if leaving is not None else None
    after: dict[str, tuple[str, ...]] = {}
    for generation in known:
        copies = seen.sealed.get(generation.item, ())
        kept = [line for line in copies if line in lines]
        if generation.item in seen.opened:
            kept += [line for line in lines if line not in kept]
        stale = [] if kept else [line for line in copies if line not in lines and line != gone]
        after[generation.item] = (*kept, *stale)
    newest = known[-1].item if known else None
    was = seen.sealed.get(newest, ()) if newest else ()
    outsider = any(line not in lines for line in was)
    whole = newest is not None and set(after[newest]) == set(lines)
    made = new if lines and (outsider or not whole) else None
    return _written(register, office, branch, seen, after, made, present)


def _written(
    register: Register,
    office: str,
    branch: str,
    seen: Seen,
    after: dict[str, tuple[str, ...]],
    made: Fresh | None,
    present: dict[str, str],
) -> Handover:
    known = generations(register, office, branch)
    changed = [k for k in known if set(seen.sealed.get(k.item, ())) != set(after[k.item])]
    facts = [f.OfficeKeyed(office, branch, k.key, k.item, after[k.item]) for k in changed]
    if made is not None:
        readers = tuple(dict.fromkeys(present.values()))
        facts.append(f.OfficeKeyed(office, branch, made.line, made.item, readers))
    names = {person.key: name for name, person in register.persons.items()}
    lacking: dict[str, tuple[str, ...]] = {}
    for readers in after.values():
        for person, line in present.items():
            if line not in readers and readers:
                able = tuple(names.get(reader, reader) for reader in readers)
                lacking[person] = tuple(dict.fromkeys((*lacking.get(person, ()), *able)))
    return Handover(
        tuple(facts),
        made,
        {k.item: _without(after[k.item], seen.sealed.get(k.item, ())) for k in changed},
        {k.item: _without(seen.sealed.get(k.item, ()), after[k.item]) for k in changed},
        lacking,
        tuple(item for item, readers in after.items() if not readers and seen.sealed.get(item)),
    )


def _without(lines: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left = set(others)
    return tuple(line for line in lines if line not in left)


def carry_out(tx: Write, seen: Seen, handover: Handover) -> None:
    """Store the new key, pass on those that can be, and destroy the copies of who has left."""
    for item, lines in handover.given.items():
        if lines:
            pass_on(tx, STREAM, item, seen.opened[item], lines)
    for item, lines in handover.taken.items():
        if lines:
            tx.drop_keys(STREAM, item, list(lines))
    if handover.made is not None:
        made = handover.made
        tx.put_item(STREAM, made.item, made.content.ciphertext)
        pass_on(tx, STREAM, made.item, made.content.key, handover.facts[-1].readers)

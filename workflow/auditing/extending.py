"""Whether the log of today is the one that a checkpoint speaks of, with whatever was added since.

The log is all events of all streams in the order in which they were appended, and its leaves are
their hashes, computed here from the signed bytes. A checkpoint counts when it is signed with the
key that was the log keeper's at its size: the register says so, and it is in the log itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from workflow.crypto.keys import KeyTrouble, PublicKey
from workflow.engine.ledger import Problem, decode, leaf_hash
from workflow.engine.register import LOG_KEEPER, STREAM, Register, fold
from workflow.engine.registering import seat
from workflow.store import Mark, Read, Record
from workflow.transparency.checkpoints import Checkpoint, Held, origin, read
from workflow.transparency.notes import BadNote, Note, signer
from workflow.transparency.tree import roots

LOG = "log"
"""What stands for a stream where something is wrong with all of them together."""


class Log(msgspec.Struct, frozen=True):
    """The log as it is stored: its leaf hashes, and from which size on each log key was the newest.

    `sizes` rises; the key at the same place in `keys` came with the event that makes that size.
    """

    leaves: tuple[bytes, ...]
    sizes: tuple[int, ...]
    keys: tuple[PublicKey, ...]

    @property
    def size(self) -> int:
        """How many events there are."""
        return len(self.leaves)

    @property
    def origin(self) -> str:
        """The name of the log; of one without events, a name that none has."""
        return origin(self.leaves[0]) if self.leaves else ""

    def signers(self, size: int) -> tuple[PublicKey, ...]:
        """Whose signature counts at that size: the newest key then; of a size to come, any key."""
        if size > self.size:
            return self.keys
        newest = bisect_right(self.sizes, size)
        return self.keys[newest - 1 : newest] if newest else ()


class Window(msgspec.Struct, frozen=True):
    """A checkpoint beside the log of today: how many events came `since`, and when it was made.

    `made` is what the database says (ISO 8601, UTC), and nobody signs that; None where it is not
    known. `since` is negative where the log is shorter than the checkpoint.
    """

    held: Held
    since: int
    made: str | None = None


def whole(tx: Read) -> Log:
    """The log, every leaf computed from the bytes that are stored. Raises StoreTrouble."""
    leaves, sizes, keys = list[bytes](), list[int](), list[PublicKey]()
    register = Register()
    for _, record in tx.everything():
        leaves.append(leaf(record))
        if record.stream != STREAM:
            continue
        known = len(log_keys(register))
        # Whether the register holds is for `auditing.streams` to say.
        with suppress(ValueError, TypeError, KeyError):
            register = fold(register, decode(record.body))
        for key in log_keys(register)[known:]:
            sizes.append(len(leaves))
            keys.append(key)
    return Log(tuple(leaves), tuple(sizes), tuple(keys))


def leaf(record: Record) -> bytes:
    """The leaf hash of an event, from the bytes that are stored and not from what stands beside.

    What a database hands back as text was not stored by us, and is the leaf of nothing.
    """
    if not isinstance(record.body, bytes):
        return leaf_hash(b"")
    return leaf_hash(record.body)


def log_keys(register: Register) -> tuple[PublicKey, ...]:
    """The keys that the log keeper has had, oldest first: for the whole store, so of its seat."""
    found = []
    for each in register.office_keys:
        if (each.office, each.branch) == (LOG_KEEPER, seat(register)):
            with suppress(KeyTrouble):
                found.append(PublicKey.parse(each.key))
    return tuple(found)


def compared(
    log: Log, marks: Sequence[Mark], held: Held | None = None, note: Note | None = None
) -> tuple[Problem, ...]:
    """What does not hold about the checkpoints in the store, and about one held elsewhere.

    Of the latter, `note` is how it was signed; None of a short string, in which no signature and no
    origin stand.
    """
    sizes = [mark.size for mark in marks]
    there = roots(log.leaves, [*sizes, held.size] if held is not None else sizes)
    problems, sound = list[Problem](), [0]
    for mark in marks:
        at = _read(mark)
        if at is None:
            problems.append(Problem(LOG, mark.size, "checkpoint-unreadable"))
            continue
        found, signed = at
        wrong = tuple(_differences(log, found, signed, there, sound[-1]))
        problems += wrong
        if not wrong:
            sound.append(mark.size)
    if held is not None:
        after = max(size for size in sound if size < max(held.size, 1))
        known = {(problem.seq, problem.code) for problem in problems}
        for problem in _differences(log, held, note, there, after):
            if (problem.seq, problem.code) not in known:
                problems.append(problem)
    return tuple(problems)


def _read(mark: Mark) -> tuple[Checkpoint, Note] | None:
    with suppress(BadNote):
        found, note = read(mark.note)
        if found.size == mark.size:
            return found, note
    return None


def _differences(
    log: Log, held: Held, note: Note | None, there: Mapping[int, bytes], after: int
) -> Iterator[Problem]:
    """Everything by which the log is not the one that a checkpoint speaks of.

    `there` are the roots of today, by size; up to `after` the log is known to be right.
    """
    if isinstance(held, Checkpoint):
        if held.origin != log.origin:
            yield Problem(LOG, held.size, "log-another", {"origin": held.origin})
            return
        if note is None or not _signed(log, held, note):
            yield Problem(LOG, held.size, "checkpoint-signed-by-another")
            # A root that nobody who could sign it signed says nothing of the log. Where the
            # register names no key at all, that is about the register, and the root is looked at.
            if log.signers(held.size):
                return
    if held.size > log.size:
        particulars = {"size": held.size, "events": log.size}
        yield Problem(LOG, held.size, "log-shorter", particulars)
    elif not held.matches(there[held.size]):
        yield Problem(LOG, held.size, "log-rewritten", {"size": held.size, "after": after})


def _signed(log: Log, held: Checkpoint, note: Note) -> bool:
    try:
        return signer(note, held.origin, log.signers(held.size)) is not None
    except BadNote:
        return False

"""A checkpoint made by the log keeper: on all events until now, signed, and kept in the store.

It goes on from the checkpoint before it, so it hashes what was added since and not the whole log.
That one is believed only as far as its signature goes; what it says of earlier events was true when
the log keeper signed it, and `auditing.extending` finds out whether it still is.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from workflow.auditing.extending import LOG, leaf, log_keys
from workflow.auditing.streams import Registers, check_register
from workflow.crypto.keys import PublicKey, SigningKey
from workflow.desk.values import Altered
from workflow.engine.ledger import Problem, stamp
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.register import LOG_KEEPER, STREAM, Register
from workflow.engine.registering import seat
from workflow.keyring import available
from workflow.store import Mark, Read, Write
from workflow.transparency.checkpoints import Checkpoint, origin, read
from workflow.transparency.notes import BadNote, Note, sign, signer
from workflow.transparency.tree import Frontier

COMMAND = "audit checkpoint"


class Made(msgspec.Struct, frozen=True):
    """A checkpoint, its `note` as it was signed, with which key, and whether it was made now."""

    checkpoint: Checkpoint
    note: bytes
    key: PublicKey
    fresh: bool


def make(tx: Write, who: str, key: SigningKey, now: datetime) -> Made:
    """Sign the log as it is at `now` (UTC), or give the checkpoint there is where nothing came.

    The register is recomputed from its signed events first. Raises Altered where that does not
    hold, or where the log does not go on from the checkpoint before; Refusal where `who` is not the
    log keeper, or cannot open the newest key of that office with `key`.
    """
    register = _register(tx)
    signing = _log_key(tx, register, who, key, now)
    before = latest(tx, register)
    frontier, position = Frontier(), 0
    name = before[0].origin if before else ""
    if before is not None:
        said, note, mark = before
        frontier, position = _gone_on(tx, said, mark)
        if tx.events_after(position) == 0:
            if signer(note, said.origin, [signing.public]) is None:
                raise Altered((Problem(LOG, said.size, "checkpoint-signed-by-another"),))
            return Made(said, mark.note, signing.public, fresh=False)
    leaves = list[bytes]()
    for place, record in tx.everything(position):
        leaves.append(leaf(record))
        if leaves[-1] != record.hash:
            raise Altered((Problem(record.stream, record.seq, "hash-differs"),))
        position = place
    name = name or origin(leaves[0])
    grown = frontier.extended(leaves)
    made = Checkpoint(name, grown.size, grown.root)
    signed = sign(made.text, name, signing).encode()
    tx.put_checkpoint(Mark(grown.size, position, stamp(now), signed, grown.packed()))
    return Made(made, signed, signing.public, fresh=True)


def latest(tx: Read, register: Register) -> tuple[Checkpoint, Note, Mark] | None:
    """The newest checkpoint in the store; None where none was made.

    Raises Altered where it is none, or is not signed with a key that the log keeper has had.
    """
    mark = tx.latest_checkpoint()
    if mark is None:
        return None
    try:
        found, note = read(mark.note)
        known = signer(note, found.origin, log_keys(register))
    except BadNote as error:
        raise Altered((Problem(LOG, mark.size, "checkpoint-unreadable"),)) from error
    if known is None or found.size != mark.size:
        raise Altered((Problem(LOG, mark.size, "checkpoint-signed-by-another"),))
    return found, note, mark


def _register(tx: Read) -> Register:
    checked = check_register(tx, Registers())
    if checked.problems or not isinstance(checked.state, Register):
        raise Altered(checked.problems or (Problem(STREAM, 0, "head-missing"),))
    return checked.state


def _log_key(tx: Read, register: Register, who: str, key: SigningKey, now: datetime) -> SigningKey:
    """The newest key of the log keeper, opened by one who holds that office."""
    branch = seat(register)
    if not register.holds_exactly(who, LOG_KEEPER, branch, now):
        held = register.holders(LOG_KEEPER, branch, now)
        code = "not-log-keeper" if held else "no-log-keeper"
        raise Refusal(COMMAND, (Reason(code, {"able": held, "branch": branch}),))
    newest = log_keys(register)[-1:]
    for line, opened in available(tx, register, key):
        if newest and line == newest[0].line():
            return opened
    raise Refusal(COMMAND, (Reason("log-key-closed", {"branch": branch}),))


def _gone_on(tx: Read, said: Checkpoint, mark: Mark) -> tuple[Frontier, int]:
    """The tree at the checkpoint before, and the position of its last event. Raises Altered.

    What the store keeps of that tree is good where it leads to the root that was signed; else the
    tree is computed anew from the events.
    """
    try:
        frontier = Frontier.unpacked(said.size, mark.nodes)
    except ValueError:
        frontier = Frontier()
    if frontier.root == said.root and tx.events_after(0) == (
        said.size + tx.events_after(mark.position)
    ):
        return frontier, mark.position
    leaves, position = list[bytes](), 0
    for place, record in tx.everything():
        if len(leaves) == said.size:
            break
        leaves.append(leaf(record))
        position = place
    frontier = Frontier().extended(leaves)
    if (frontier.size, frontier.root) != (said.size, said.root):
        code = "log-shorter" if frontier.size < said.size else "log-rewritten"
        raise Altered((Problem(LOG, said.size, code),))
    return frontier, position

"""Proofs about a log as files that can be checked anywhere, without the store.

That an event is in the log is a C2SP tlog-proof (https://c2sp.org/tlog-proof): text that other
programs read too. Its `extra` is the leaf hash of the event, which needs no trust: it is what the
proof is about. That one checkpoint grew out of another has no such form, so it is told in the
same way: a first line that says what follows, the hashes in base64 and an empty line, and then
both checkpoints, verbatim.
"""

from __future__ import annotations

import base64
import re
from typing import TypeAlias

import msgspec

from workflow.transparency.checkpoints import Checkpoint, read
from workflow.transparency.notes import LONGEST, BadNote, Note, unbase64
from workflow.transparency.tree import verify_consistency, verify_inclusion

INCLUSION = "c2sp.org/tlog-proof@v1"
CONSISTENCY = "zaakgang/consistency-proof@v1"

_INDEX = re.compile("index (0|[1-9][0-9]{0,18})")
_EXTRA = "extra "


class Inclusion(msgspec.Struct, frozen=True):
    """That the leaf with hash `leaf` is the one at `index` (from 0) under a checkpoint.

    `leaf` is empty where the file does not say of which event it is. `note` is the checkpoint as
    it was signed.
    """

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    note: bytes

    @property
    def checkpoints(self) -> tuple[tuple[Checkpoint, Note], ...]:
        """The checkpoint that it is about. Raises BadNote."""
        return (read(self.note),)

    @property
    def written(self) -> bytes:
        """The proof as a file."""
        extra = [_EXTRA + base64.b64encode(self.leaf).decode()] if self.leaf else []
        lines = [INCLUSION, *extra, f"index {self.index}", *_encoded(self.path), "", ""]
        return "\n".join(lines).encode() + self.note

    def verify(self, leaf: bytes) -> None:
        """Raise BadProof unless the checkpoint covers the leaf with this hash, at its place."""
        ((at, _),) = self.checkpoints
        verify_inclusion(leaf, self.index, at.size, self.path, at.root)


class Consistency(msgspec.Struct, frozen=True):
    """That the log of the checkpoint `newer` begins with all of `older`; both as signed notes."""

    path: tuple[bytes, ...]
    older: bytes
    newer: bytes

    @property
    def checkpoints(self) -> tuple[tuple[Checkpoint, Note], ...]:
        """The older and the newer checkpoint. Raises BadNote."""
        return read(self.older), read(self.newer)

    @property
    def written(self) -> bytes:
        """The proof as a file."""
        head = "\n".join([CONSISTENCY, *_encoded(self.path), "", ""]).encode()
        return head + self.older + b"\n" + self.newer

    def verify(self) -> None:
        """Raise BadProof unless the one grew out of the other, and BadNote for another log."""
        (old, _), (new, _) = self.checkpoints
        if old.origin != new.origin:
            raise BadNote("the checkpoints are of two logs")
        verify_consistency(old.size, new.size, self.path, old.root, new.root)


Proof: TypeAlias = Inclusion | Consistency


def parse(file: bytes) -> Proof:
    """The proof in a file; BadNote for anything else. Whether it holds is not looked at."""
    if len(file) > LONGEST:
        raise BadNote("longer than any proof")
    head, separated, rest = file.partition(b"\n\n")
    try:
        kind, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadNote("no proof") from error
    if not separated or kind not in (INCLUSION, CONSISTENCY):
        raise BadNote("no proof")
    found = _inclusion(lines, rest) if kind == INCLUSION else _consistency(lines, rest)
    _ = found.checkpoints
    return found


def _inclusion(lines: list[str], rest: bytes) -> Inclusion:
    leaf = b""
    if lines and lines[0].startswith(_EXTRA):
        leaf = unbase64(lines.pop(0).removeprefix(_EXTRA))
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if index is None:
        raise BadNote("a proof without the place of what it is about")
    return Inclusion(leaf, int(index[1]), tuple(map(unbase64, lines[1:])), rest)


def _consistency(lines: list[str], rest: bytes) -> Consistency:
    # A checkpoint has one empty line, before its signatures; so between two there is the second.
    parts = rest.split(b"\n\n")
    if len(parts) != 4:
        raise BadNote("a proof of growth without its two checkpoints")
    older, newer = b"\n\n".join(parts[:2]) + b"\n", b"\n\n".join(parts[2:])
    return Consistency(tuple(map(unbase64, lines)), older, newer)


def _encoded(path: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(node).decode() for node in path]

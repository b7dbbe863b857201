"""Events as text that anyone can verify with stock tools: one JSON object a line.

`body` holds the exact signed text, so that `jq -j .body` gives back the signed bytes; `signature`
is the armored SSHSIG that `ssh-keygen -Y verify` takes, and `signer` the key that made it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from workflow.crypto.keys import BadSignature, SigningKey, armor, verify
from workflow.crypto.sealing import CannotOpen
from workflow.engine.looking import owner, subject
from workflow.engine.register import STREAM, Register
from workflow.keyring import available
from workflow.store import Read, Record


class Line(msgspec.Struct, frozen=True):
    """An event as exported; `hash` is the stored leaf hash of the body (RFC 6962 §2.1), in hex.

    What is stored is exported as it is, also where it does not hold: `signer` is then empty.
    """

    stream: str
    seq: int
    hash: str
    body: str
    signature: str
    signer: str


def lines(tx: Read, only: Collection[str] | None = None, *, own: bool = True) -> Iterator[bytes]:
    """Every event in the order of appending, or those of the register and the cases `only`.

    With these come the looks at them. Without `own`, when those whom a case is about looked
    themselves is left out, in whole streams; no checkpoint can then be computed from the export.
    """
    for _, record in tx.everything():
        about = subject(record.stream)
        if only is not None and about != STREAM and about not in only:
            continue
        if not own and owner(record.stream) is not None:
            continue
        line = Line(
            record.stream,
            record.seq,
            record.hash.hex(),
            record.body.decode(errors="replace"),
            armor(record.signature),
            _signer(record),
        )
        yield msgspec.json.encode(line) + b"\n"


def _signer(record: Record) -> str:
    try:
        return verify(record.signature, record.body).line()
    except BadSignature:
        return ""


def sealed_item(
    tx: Read, register: Register, stream: str, item: str, key: SigningKey, into: Path
) -> tuple[Path, Path]:
    """Write an item as it is sealed, and its key as sealed to this reader, for the `age` program.

    Gives the two files, `ITEM.age` and `ITEM.key.age`. Raises CannotOpen where nothing is sealed to
    the reader's own key, and OSError where the files cannot be written.
    """
    ciphertext = tx.item(stream, item)
    sealed = tx.keys(stream, item)
    own = next((line for line, _ in available(tx, register, key) if line in sealed), None)
    if ciphertext is None or own is None:
        raise CannotOpen(item)
    into.mkdir(parents=True, exist_ok=True)
    files = into / f"{item}.age", into / f"{item}.key.age"
    for path, content in zip(files, (ciphertext, sealed[own]), strict=True):
        with open(path, "wb", opener=_privately) as file:
            file.write(content)
    return files


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)

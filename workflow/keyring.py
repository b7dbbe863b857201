"""Opening what is sealed: with a person's own key, or with the key of an office they hold.

The private half of an office's key is itself an item of the register, sealed to its holders.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.crypto.keys import PublicKey, SigningKey
from workflow.crypto.sealing import CannotOpen, digest, open_key, open_sealed, seal_key
from workflow.engine.register import STREAM, Register
from workflow.store import Read, Write


def open_item_key(tx: Read, register: Register, stream: str, item: str, key: SigningKey) -> bytes:
    """The key of an item, opened with `key` or with the key of an office it opens.

    Raises CannotOpen when nothing sealed to this person opens it.
    """
    sealed = tx.keys(stream, item)
    for reader, own in available(tx, register, key):
        if reader in sealed:
            return open_key(sealed[reader], own)
    raise CannotOpen(item)


def open_item(
    tx: Read, register: Register, stream: str, item: str, known: str, key: SigningKey
) -> tuple[bytes, bytes]:
    """The key and the content of an item whose ciphertext has the digest `known` (hex).

    Raises CannotOpen where nothing sealed to this person opens it, where the ciphertext is another
    than the history names, or where what was sealed to them is the key of something else.
    """
    ciphertext = tx.item(stream, item)
    if ciphertext is None or digest(ciphertext) != known:
        raise CannotOpen(item)
    item_key = open_item_key(tx, register, stream, item, key)
    return item_key, open_sealed(ciphertext, item_key)


def available(tx: Read, register: Register, key: SigningKey) -> Iterable[tuple[str, SigningKey]]:
    """The keys a person can use, their own first, each by its public line."""
    line = key.public.line()
    yield line, key
    for held in register.office_keys:
        sealed = tx.key(STREAM, held.item, line)
        ciphertext = tx.item(STREAM, held.item)
        if sealed is not None and ciphertext is not None:
            seed = open_sealed(ciphertext, open_key(sealed, key))
            office = SigningKey.from_seed(seed)
            if office.public.line() == held.key:
                yield held.key, office


def pass_on(tx: Write, stream: str, item: str, key: bytes, readers: Iterable[str]) -> None:
    """Seal an item's key to each reader (a public key in OpenSSH form)."""
    for reader in readers:
        tx.put_key(stream, item, reader, seal_key(key, PublicKey.parse(reader)))

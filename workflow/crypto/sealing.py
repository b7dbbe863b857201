"""Items: content sealed once, whose key is then sealed to each person who may read it.

An item is an age file (C2SP ``age.md``) for an X25519 identity made for that item alone, and the
item key is that identity's text. The item key is sealed to a reader as an age file for their
ssh-ed25519 key. A reader therefore needs nothing but the stock tool::

    age -d -i ~/.ssh/id_ed25519 sealed-key > item-key
    age -d -i item-key item.age > content

The content comes first in what ``age`` writes; after it come one byte 0x80 and zero bytes
(ISO/IEC 7816-4 padding), which a text viewer shows as trailing blanks.

The padded size follows Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
Communication with PURBs", 2019) and is never less than 1 KiB. Around it age puts a header with a
random stanza whose size is drawn without looking at the content, so two contents that pad to the
same size cannot be told apart by the size of their ciphertexts.
"""

import hashlib
from dataclasses import dataclass, field

import pyrage

from workflow.crypto.keys import PublicKey, SigningKey

MINIMUM_SIZE = 1024
_END_OF_CONTENT = b"\x80"


class CannotOpen(Exception):
    """The key does not fit, or the bytes were changed after sealing."""


@dataclass(frozen=True)
class SealedItem:
    """An item: `ciphertext` may be stored anywhere, `key` (74 ASCII bytes) opens it."""

    ciphertext: bytes
    key: bytes = field(repr=False)


def padded_size(size: int) -> int:
    """The Padmé size, in bytes, for `size` bytes of content and the byte that ends them.

    At least 1 KiB; above that at most 12 % more than `size`.
    """
    needed = max(size + len(_END_OF_CONTENT), MINIMUM_SIZE)
    exponent = needed.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (needed + mask) & ~mask


def _pad(content: bytes) -> bytes:
    return (content + _END_OF_CONTENT).ljust(padded_size(len(content)), b"\0")


def _unpad(padded: bytes) -> bytes:
    ended = padded.rstrip(b"\0")
    content = ended[:-1]
    if ended[-1:] != _END_OF_CONTENT or len(padded) != padded_size(len(content)):
        raise CannotOpen("the padding is not the one sealing makes")
    return content


def seal(content: bytes) -> SealedItem:
    """Pad and encrypt `content` under a fresh key; two calls never give the same item."""
    identity = pyrage.x25519.Identity.generate()
    ciphertext: bytes = pyrage.encrypt(_pad(content), [identity.to_public()])
    return SealedItem(ciphertext, str(identity).encode("ascii"))


def open_sealed(ciphertext: bytes, key: bytes) -> bytes:
    """The content of an item; CannotOpen if `key` is another item's or anything was changed."""
    try:
        identity = pyrage.x25519.Identity.from_str(key.decode("ascii"))
        padded: bytes = pyrage.decrypt(ciphertext, [identity])
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError) as error:
        raise CannotOpen("the item does not open with this key") from error
    return _unpad(padded)


def seal_key(key: bytes, reader: PublicKey) -> bytes:
    """Seal an item key to one reader: an age file that ``age -d -i`` opens with their ssh key."""
    sealed: bytes = pyrage.encrypt(key, [pyrage.ssh.Recipient.from_str(reader.line())])
    return sealed


def open_key(sealed: bytes, signing_key: SigningKey) -> bytes:
    """The item key inside `sealed`; CannotOpen for somebody else's key or changed bytes."""
    try:
        key: bytes = pyrage.decrypt(sealed, [signing_key.age_identity()])
    except (pyrage.DecryptError, ValueError) as error:
        raise CannotOpen("this key is not the reader's") from error
    return key


def digest(ciphertext: bytes) -> str:
    """The item's name: SHA-256 of its ciphertext in lower-case hexadecimal (FIPS 180-4)."""
    return hashlib.sha256(ciphertext).hexdigest()

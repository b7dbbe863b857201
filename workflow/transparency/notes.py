"""Texts with a signature that other people's programs can check: C2SP signed notes.

https://c2sp.org/signed-note, with plain Ed25519 signatures (type 0x01, RFC 8032 over the text). A
key goes by its name and by the first four bytes of a hash over name and key.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

import msgspec

from workflow.crypto.keys import PublicKey, SigningKey

ED25519 = b"\x01"
"""The type of an Ed25519 signature among those assigned in the standard."""
LONGEST = 64 * 1024
"""The bytes of the longest note that is looked at; its sixteen signatures fit many times over."""

_ID = 4
_SIGNATURE = re.compile(r"\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")


class BadNote(ValueError):
    """Bytes that are no signed note, or one whose signature does not hold."""


class Signature(msgspec.Struct, frozen=True):
    """A signature line: the name of a key, the four bytes it goes by, and what it made."""

    name: str
    key_id: bytes
    made: bytes


class Note(msgspec.Struct, frozen=True):
    """A text that ends in a newline, and whatever signatures stand below it."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(name: str, key: PublicKey) -> bytes:
    """The four bytes by which a key goes, under that name."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + key.raw).digest()[:_ID]


def sign(text: str, name: str, key: SigningKey) -> str:
    """The note of a `text` that ends in a newline; ValueError for what cannot be one."""
    if not text.endswith("\n") or _CONTROL.search(text) or not _NAME.fullmatch(name):
        raise ValueError("a note is lines of text, and the name of its key one word")
    made = key_id(name, key.public) + key.sign_plainly(text.encode())
    return f"{text}\n\u2014 {name} {base64.b64encode(made).decode()}\n"


def parse(note: bytes) -> Note:
    """The text and signatures of a note. Raises BadNote for anything that is not one.

    Whether a signature holds is not looked at: see `signer`.
    """
    if len(note) > LONGEST:
        raise BadNote("longer than any note")
    try:
        said = note.decode()
    except UnicodeDecodeError as error:
        raise BadNote("not in UTF-8") from error
    text, separated, signed = said.rpartition("\n\n")
    if not separated or not signed.endswith("\n") or _CONTROL.search(said):
        raise BadNote("no text with signatures below it")
    return Note(text + "\n", tuple(map(_signature, signed[:-1].split("\n"))))


def _signature(line: str) -> Signature:
    found = _SIGNATURE.fullmatch(line)
    if found is None or not _NAME.fullmatch(found[1]):
        raise BadNote("a line below the text is no signature")
    made = unbase64(found[2])
    if len(made) <= _ID:
        raise BadNote("a line below the text is no signature")
    return Signature(found[1], made[:_ID], made[_ID:])


def signer(note: Note, name: str, keys: Iterable[PublicKey]) -> PublicKey | None:
    """Which of `keys`, known under `name`, signed the note; None where none of them did.

    Signatures of others are passed over, as the standard asks. Raises BadNote where one claims to
    be of one of these keys and does not hold.
    """
    known = {key_id(name, key): key for key in keys}
    found = None
    for signature in note.signatures:
        key = known.get(signature.key_id) if signature.name == name else None
        if key is None:
            continue
        if not key.holds(signature.made, note.text.encode()):
            raise BadNote("a signature of this key does not hold")
        found = found or key
    return found


def verifier(name: str, key: PublicKey) -> str:
    """A public key as programs for signed notes take it: `name+id+key`.

    The form is that of golang.org/x/mod/sumdb/note, where signed notes come from.
    """
    encoded = base64.b64encode(ED25519 + key.raw).decode()
    return f"{name}+{key_id(name, key).hex()}+{encoded}"


def parse_verifier(text: str) -> tuple[str, PublicKey]:
    """The name and key of what `verifier` gives; BadNote for anything else."""
    name, _, rest = text.strip().partition("+")
    claimed, _, encoded = rest.partition("+")
    raw = unbase64(encoded)
    if raw[:1] != ED25519 or not _NAME.fullmatch(name):
        raise BadNote("no Ed25519 key of a note")
    try:
        key = PublicKey(raw[1:])
    except ValueError as error:
        raise BadNote("no Ed25519 key of a note") from error
    if claimed != key_id(name, key).hex():
        raise BadNote("the name and the key do not belong together")
    return name, key


def unbase64(text: str) -> bytes:
    """The bytes of standard base64 (RFC 4648 §4) in its one form; BadNote for anything else."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise BadNote("not in base64") from error
    if base64.b64encode(found).decode() != text:
        raise BadNote("not in base64")
    return found

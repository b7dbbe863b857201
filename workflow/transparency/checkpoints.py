"""What is said of a log at one size: its checkpoint, whole or as a string to read aloud.

The whole is a C2SP checkpoint (https://c2sp.org/tlog-checkpoint): origin, size and root, as a
signed note. The short string is the size and the first 100 bits of the root, with a check group,
in the alphabet of the return codes::

    1042-4F7K-9QTM-2C8X-5JWD-0PQ7-B3ZN

Who wants to show another history of that size under a short string that somebody holds has to try
about 2¹⁰⁰ of them. Who can prepare two histories before the checkpoint is made finds two that agree
in 100 bits after about 2⁵⁰; the whole checkpoint withstands that too.
"""

from __future__ import annotations

import base64
import re
from typing import TypeAlias

import msgspec

from workflow.crypto.codes import ALPHABET, BadCode, check_symbols, grouped, symbols
from workflow.transparency.notes import BadNote, Note, parse, unbase64
from workflow.transparency.tree import LENGTH

SHORT_BITS = 100
"""How much of the root a short string holds."""

_BITS = 5
_GROUPS = SHORT_BITS // _BITS
_CHECK = 4
_SIZE = 7
"""So many symbols of the size go into the check; larger sizes have no short string."""
_DECIMAL = re.compile("0|[1-9][0-9]{0,18}")
_DASHES = re.compile("[\\s\u2010-\u2014\u2212-]")


class Checkpoint(msgspec.Struct, frozen=True):
    """A log at one size: which log (`origin`), how many leaves, and the 32-byte root over them.

    `extensions` are lines that others may have added; this program writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        encoded = base64.b64encode(self.root).decode()
        return "\n".join((self.origin, str(self.size), encoded, *self.extensions)) + "\n"

    @property
    def short(self) -> Short:
        """Its size and the beginning of its root."""
        return Short(self.size, int.from_bytes(self.root, "big") >> (8 * LENGTH - SHORT_BITS))

    def matches(self, root: bytes) -> bool:
        """Whether the root is this one."""
        return self.root == root


class Short(msgspec.Struct, frozen=True):
    """A checkpoint in short: the size, and the first 100 bits of the root as a number."""

    size: int
    beginning: int

    @property
    def written(self) -> str:
        """As people read and type it; ValueError for a size of more than 2³⁵."""
        data = _symbols(self.beginning, _GROUPS)
        check = check_symbols(_symbols(self.size, _SIZE) + data)
        return f"{self.size}-{grouped(data + check)}"

    def matches(self, root: bytes) -> bool:
        """Whether the root begins so."""
        return int.from_bytes(root, "big") >> (8 * LENGTH - SHORT_BITS) == self.beginning


Held: TypeAlias = Checkpoint | Short
"""What somebody outside can hold of a log."""


class BadShort(ValueError):
    """A short string with a mistake in it, or something that is none."""


def origin(first: bytes) -> str:
    """The name of the log whose first leaf has this hash: it belongs to that log and tells nothing.

    The first event names the founder's key, so no two logs begin alike.
    """
    return f"zaakgang/{first[:10].hex()}"


def read(note: bytes) -> tuple[Checkpoint, Note]:
    """The checkpoint in a signed note; BadNote where it holds none. No signature is looked at."""
    found = parse(note)
    lines = found.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines) or not _DECIMAL.fullmatch(lines[1]):
        raise BadNote("no checkpoint: an origin, a size and a root")
    root = unbase64(lines[2])
    if len(root) != LENGTH:
        raise BadNote("no checkpoint: its root has another length")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:])), found


def read_short(text: str) -> Short:
    """The short string as somebody typed it; BadShort where there is a mistake in it.

    Lower case, spaces and other dashes are taken, and O, I and L are read as 0, 1 and 1.
    """
    signs = _DASHES.sub("", text)
    try:
        size, data = signs[: -_GROUPS - _CHECK], symbols(signs[-_GROUPS - _CHECK :])
        digits = "".join(ALPHABET[value] for value in symbols(size))
    except BadCode as error:
        raise BadShort("a sign that is in no short string") from error
    if len(data) != _GROUPS + _CHECK or not _DECIMAL.fullmatch(digits):
        raise BadShort("not a size with six groups of four")
    number = int(digits)
    if number >= 1 << (_BITS * _SIZE):
        raise BadShort("no log is that long")
    if check_symbols(_symbols(number, _SIZE) + data[:_GROUPS]) != data[_GROUPS:]:
        raise BadShort("there is a typing mistake in it")
    beginning = 0
    for value in data[:_GROUPS]:
        beginning = beginning << _BITS | value
    return Short(number, beginning)


def _symbols(number: int, count: int) -> list[int]:
    """The number in `count` symbols of five bits, the highest first; ValueError for a larger."""
    if not 0 <= number < 1 << (_BITS * count):
        raise ValueError("more than fits into a short string")
    return [number >> _BITS * place & 31 for place in reversed(range(count))]

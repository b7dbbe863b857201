"""What goes into a store and comes out of it: frozen rows."""

import msgspec

REGISTER = "register"
"""The stream that says who holds which office; its head travels along with every other head."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One event as it lies on disk: the exact signed bytes, their hash and their signature.

    `seq` counts from 1 within `stream`; `hash` is 32 bytes.
    """

    stream: str
    seq: int
    hash: bytes
    body: bytes
    signature: bytes


class Head(msgspec.Struct, frozen=True, gc=False):
    """The end of a stream: its last event and the state folded up to it.

    `state` is the caller's encoding; `due` is the next deadline as ISO 8601 text in UTC, all
    deadlines of one store in one format so that text order is time order, or None.
    """

    stream: str
    seq: int
    hash: bytes
    state: bytes
    due: str | None


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What a command with this idempotency key did: events `first` to `last` of `stream`.

    `request` is the 32-byte digest of the command, so that a key used for another command shows.
    """

    key: str
    request: bytes
    stream: str
    first: int
    last: int


class Mark(msgspec.Struct, frozen=True, gc=False):
    """A checkpoint as it is kept: a signed `note` on the first `size` events in their order.

    `position` is that of the last of them, `made` when it was made (ISO 8601, UTC), and `nodes`
    what the caller needs to go on from there.
    """

    size: int
    position: int
    made: str
    note: bytes
    nodes: bytes


class Info(msgspec.Struct, frozen=True):
    """The size of a store: counts of rows, and `bytes` on disk as the database reports them."""

    dialect: str
    version: str
    streams: int
    events: int
    items: int
    bytes: int

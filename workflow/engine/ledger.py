"""Law 3: what happened cannot be silently changed. Events as bytes, hashed and chained.

An event's body is canonical JSON (RFC 8785): the exact bytes that are signed and stored. Its hash
is the RFC 6962 §2.1 leaf hash of the body, so that one tree can later be laid over all events. Each
body holds the hash of the body before it in its stream, so that no event can be changed, taken out,
put in or moved without every later one showing it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from workflow.engine.facts import Event, Fact

FIRST = ""
"""The `prev` of a stream's first event."""


class BadBody(ValueError):
    """Bytes that are not the canonical body of an event."""


class Problem(msgspec.Struct, frozen=True):
    """Something that does not hold, and where: `code` says what, `particulars` gives the values."""

    stream: str
    seq: int
    code: str
    particulars: dict[str, Any] = {}


class Sealed(msgspec.Struct, frozen=True):
    """An event with its body and hash: what is signed, and what the next one is chained to."""

    event: Event
    body: bytes
    hash: bytes


def leaf_hash(body: bytes) -> bytes:
    """The RFC 6962 §2.1 leaf hash: SHA-256 over a zero byte and the body."""
    return hashlib.sha256(b"\x00" + body).digest()


_sorted = msgspec.json.Encoder(order="sorted").encode


def encode(event: Event) -> bytes:
    """The canonical body of an event.

    Sorted JSON is RFC 8785 for what an event can hold: its keys are ASCII names, and it has no
    numbers but small integers. A property in the tests holds it against a reference encoder.
    """
    plain = msgspec.to_builtins(event)
    plain["type"] = plain["data"].pop("type")
    return _sorted(plain)


def decode(body: bytes) -> Event:
    """The event whose canonical body this is; raises BadBody for any other bytes."""
    try:
        plain = msgspec.json.decode(body)
        plain["data"]["type"] = plain.pop("type")
        event = msgspec.convert(plain, Event)
        same = encode(event) == body
    except msgspec.MsgspecError as error:
        raise BadBody(str(error)) from error
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise BadBody("not the body of an event") from error
    if not same:
        raise BadBody("not in canonical form")
    return event


def seal(
    stream: str,
    seq: int,
    prev: bytes,
    at: datetime,
    fact: Fact,
    who: str,
    office: str | None,
    procedure: str | None,
    happened: datetime,
) -> Sealed:
    """The next event of a stream: `seq` follows the event whose hash is `prev` (empty at first)."""
    event = Event(
        stream=stream,
        seq=seq,
        prev=prev.hex(),
        at=at,
        who=who,
        data=fact,
        office=office,
        procedure=procedure,
        happened=None if happened == at else happened,
    )
    body = encode(event)
    return Sealed(event, body, leaf_hash(body))


def stamp(at: datetime) -> str:
    """A moment as ISO 8601 in UTC, always of the same length, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def chain_problems(
    stream: str, records: Iterable[tuple[int, bytes, bytes]]
) -> Iterator[Problem | Event]:
    """Walk a stream's stored rows (seq, hash, body): its events, and every break in the chain.

    Yields the events that can be read, in order, and a Problem for whatever does not fit; after a
    break the walk goes on from the row as it stands, so that each break is named once.
    """
    prev, expected, latest = b"", 1, datetime.min.replace(tzinfo=UTC)
    for seq, stored_hash, body in records:
        if seq != expected:
            yield Problem(stream, seq, "gap", {"expected": expected})
        expected = seq + 1
        if not isinstance(body, bytes):
            yield Problem(stream, seq, "body-unreadable", {"why": "not stored as bytes"})
            prev = b""
            continue
        true_hash = leaf_hash(body)
        if true_hash != stored_hash:
            yield Problem(stream, seq, "hash-differs")
        try:
            event = decode(body)
        except BadBody as error:
            yield Problem(stream, seq, "body-unreadable", {"why": str(error)})
            prev = true_hash
            continue
        if (event.stream, event.seq) != (stream, seq):
            yield Problem(stream, seq, "misplaced", {"stream": event.stream, "seq": event.seq})
        if event.prev != prev.hex():
            yield Problem(stream, seq, "chain-broken")
        if event.at < latest:
            yield Problem(stream, seq, "time-runs-back", {"at": event.at, "after": latest})
        if event.happened is not None and event.happened > event.at:
            yield Problem(stream, seq, "happened-after-recorded", {"happened": event.happened})
        latest = max(latest, event.at)
        prev = true_hash
        yield event

"""The ledger: bodies, hashes and the chain."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from workflow.engine import facts as f
from workflow.engine.ledger import BadBody, Problem, chain_problems, decode, encode, leaf_hash, seal

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
FACTS = st.one_of(
    st.builds(f.Opened, branch=WORDS),
    st.builds(f.PersonAdded, person=WORDS, name=WORDS, key=WORDS),
    st.builds(f.Consented, WORDS, WORDS, WORDS, WORDS, WORDS, MOMENTS, until=st.none() | MOMENTS),
    st.builds(
        f.Stepped,
        step=NAMES,
        track=NAMES,
        source=NAMES,
        to=NAMES,
        answers=st.dictionaries(NAMES, st.booleans() | WORDS | st.tuples(WORDS, WORDS)),
    ),
)
EVENTS = st.builds(
    f.Event,
    stream=WORDS,
    seq=st.integers(1, 2**53 - 1),
    prev=st.binary(min_size=32, max_size=32).map(bytes.hex),
    at=MOMENTS,
    who=WORDS,
    data=FACTS,
    office=st.none() | WORDS,
    happened=st.none() | MOMENTS,
)


@given(EVENTS)
def test_a_body_is_rfc_8785(event: f.Event) -> None:
    """What is signed is byte for byte what the reference RFC 8785 encoder makes of the event."""
    plain = msgspec.to_builtins(event)
    plain["type"] = plain["data"].pop("type")
    assert encode(event) == rfc8785.dumps(plain)


@given(EVENTS)
def test_a_body_decodes_to_its_event(event: f.Event) -> None:
    """Nothing of an event is lost or changed on the way to bytes and back."""
    assert decode(encode(event)) == event


@given(EVENTS, st.data())
def test_only_the_canonical_body_decodes(event: f.Event, data: st.DataObject) -> None:
    """A body with any one byte changed is either refused or is the body of another event."""
    body = bytearray(encode(event))
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    try:
        other = decode(bytes(body))
    except BadBody:
        return
    assert other != event


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"null", b"{}", b'{"data":[]}', b"\xff", b"0"])
def test_other_json_is_no_body(spoilt: bytes) -> None:
    """Bytes that are not an event's body raise BadBody, whatever else they are."""
    with pytest.raises(BadBody):
        decode(spoilt)


def test_the_hash_is_the_rfc_6962_leaf_hash() -> None:
    """RFC 6962 §2.1: SHA-256 over a zero byte and the entry."""
    assert leaf_hash(b"x") == hashlib.sha256(b"\0x").digest()


def _stream(length: int) -> list[tuple[int, bytes, bytes]]:
    rows, prev = [], b""
    for seq in range(1, length + 1):
        at = START + timedelta(hours=seq)
        link = seal("z-1", seq, prev, at, f.Opened(f"b{seq}"), "noor", None, None, at)
        rows.append((seq, link.hash, link.body))
        prev = link.hash
    return rows


def _problems(rows: list[tuple[int, bytes, bytes]]) -> list[tuple[int, str]]:
    found = chain_problems("z-1", rows)
    return [(p.seq, p.code) for p in found if isinstance(p, Problem)]


def test_a_clean_chain_has_no_problems() -> None:
    """A stream as it was written verifies."""
    assert _problems(_stream(20)) == []


@pytest.mark.parametrize("at", range(1, 19))
def test_a_missing_event_is_named(at: int) -> None:
    """Taking out any event but the last is found at the event after it."""
    rows = _stream(20)
    del rows[at - 1]
    assert (at + 1, "gap") in _problems(rows)
    assert (at + 1, "chain-broken") in _problems(rows)


def test_events_in_another_order_are_named() -> None:
    """Two events that changed places are both found."""
    rows = _stream(6)
    (a, *first), (b, *second) = rows[2], rows[3]
    rows[2], rows[3] = (a, *second), (b, *first)  # type: ignore[assignment]
    assert {(3, "misplaced"), (4, "misplaced")} <= set(_problems(rows))


def test_an_event_of_another_case_is_named() -> None:
    """An event put in from another stream is found, even where its number fits."""
    other = seal("z-2", 3, b"", START, f.Opened("x"), "noor", None, None, START)
    rows = _stream(5)
    rows[2] = (3, other.hash, other.body)
    assert (3, "misplaced") in _problems(rows)


def test_time_does_not_run_back() -> None:
    """An event recorded before the one it follows is named."""
    first = seal("z-1", 1, b"", START, f.Opened("x"), "noor", None, None, START)
    earlier = START - timedelta(seconds=1)
    second = seal("z-1", 2, first.hash, earlier, f.Opened("x"), "noor", None, None, earlier)
    rows = [(1, first.hash, first.body), (2, second.hash, second.body)]
    assert _problems(rows) == [(2, "time-runs-back")]


def test_nothing_happens_after_it_was_recorded() -> None:
    """An event that claims to have happened later than it was recorded is named."""
    later = START + timedelta(seconds=1)
    link = seal("z-1", 1, b"", START, f.Opened("x"), "noor", None, None, later)
    assert _problems([(1, link.hash, link.body)]) == [(1, "happened-after-recorded")]

"""Walking a stream as it is stored: its events, each with who signed it, and what is wrong with it.

What comes out can be counted with and shown: bodies, chain and signatures hold up to there, every
time is one that can be, and no name changes how a terminal shows another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from workflow.crypto.keys import BadSignature, verify
from workflow.engine import facts as f
from workflow.engine.ledger import Problem, chain_problems
from workflow.engine.looking import subject
from workflow.engine.registering import CONTROL, timely
from workflow.store import Record

_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\[bfnrtu]")
"""A control character in JSON (RFC 8259 §7)."""


def walk(stream: str, stored: Iterable[Record]) -> Iterator[Problem | tuple[f.Event, str]]:
    """The events of a stream, each with the public key (OpenSSH form) that signed it.

    In their place come problems, for whatever is not as it must be.
    """
    records: list[Record] = []

    def rows() -> Iterator[tuple[int, bytes, bytes]]:
        for record in stored:
            records.append(record)
            yield record.seq, record.hash, record.body

    chain = chain_problems(stream, rows())
    while True:
        try:
            found = next(chain)
        except StopIteration:
            return
        except (TypeError, ValueError, OverflowError):
            # A time without a zone stands before or after no other, so here the chain breaks off.
            yield Problem(stream, records[-1].seq, "time-impossible")
            return
        if isinstance(found, Problem):
            # Nothing is decided by the order of looks, and a clock that was ahead when one person
            # looked keeps nobody else from looking.
            if found.code != "time-runs-back" or subject(stream) == stream:
                yield found
        else:
            yield from _judged(found, records[-1])


def _judged(event: f.Event, record: Record) -> Iterator[Problem | tuple[f.Event, str]]:
    stream, seq = record.stream, record.seq
    try:
        # What a database hands back as text was not stored by us; `verify` takes bytes.
        key = verify(bytes(record.signature), record.body).line()
    except (BadSignature, TypeError):
        yield Problem(stream, seq, "signature-bad")
        return
    text = record.body.decode()
    if not all(map(timely, _moments(event))):
        yield Problem(stream, seq, "time-impossible")
    elif CONTROL.search(text) or _ESCAPED.search(text):
        yield Problem(stream, seq, "name-unreadable")
    else:
        yield event, key


def _moments(event: f.Event) -> Iterator[datetime]:
    """Every time that an event names."""
    said = (getattr(event.data, name) for name in event.data.__struct_fields__)
    for value in (event.at, event.happened, *said):
        if isinstance(value, datetime):
            yield value

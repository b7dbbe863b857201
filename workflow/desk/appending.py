"""Entries made into events: chained to those before them, signed, and stored with the new state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import SealedItem
from workflow.desk import access
from workflow.desk.loading import Loader, encode
from workflow.desk.values import Outcome, Retry, Signer
from workflow.engine import facts as f
from workflow.engine.clock import next_due
from workflow.engine.draft import Draft, Entry
from workflow.engine.ledger import Sealed, seal, stamp
from workflow.engine.looking import Looks
from workflow.engine.register import STREAM, Register
from workflow.engine.register import fold as register_fold
from workflow.store import Head, Receipt, Record, Write


def append(
    tx: Write,
    loader: Loader,
    draft: Draft,
    head: Head | None,
    now: datetime,
    signer: Signer,
    contents: Mapping[str, SealedItem],
    retry: Retry | None = None,
) -> Outcome:
    """Store what was decided about one case at `now` (UTC), whose `head` is None if it is new.

    Raises Altered before anything is sealed to anyone on the word of a state that does not follow
    from its events, and CannotOpen.
    """
    if not draft.entries:
        return Outcome(draft.case, ())
    stream, procedure = draft.case.stream, draft.rules.procedure
    if access.seals(draft):
        loader.trust(tx, STREAM)
        if head is not None:
            loader.trust(tx, stream)
    links = _chained(stream, head, draft.decided_under(), now, draft.entries)
    case = msgspec.structs.replace(draft.case, latest=now)
    due = next_due(procedure, case)
    after = Head(stream, case.seq, links[-1].hash, encode(case), stamp(due[0]) if due else None)
    tx.append(_signed(links, signer.key), after, head.seq if head else 0)
    loader.appended(tx, head, after)
    access.give(tx, draft, contents, signer.key)
    if access.may_end(draft, now):
        access.end(tx, procedure, draft.register, case, now)
    if retry is not None:
        first = links[0].event.seq
        tx.put_receipt(Receipt(retry.key, retry.request, stream, first, case.seq))
    return Outcome(case, tuple(link.event for link in links))


def append_register(
    tx: Write,
    register: Register,
    head: Head | None,
    now: datetime,
    signer: Signer,
    facts: Sequence[f.Fact],
) -> tuple[Register, tuple[f.Event, ...]]:
    """Store facts of the register at `now` (UTC); gives the register after them and the events."""
    entries = [Entry(fact, signer.who, signer.office, now) for fact in facts]  # type: ignore[arg-type]
    links = _chained(STREAM, head, [None] * len(entries), now, entries)
    for link in links:
        register = register_fold(register, link.event)
    if links:
        after = Head(STREAM, register.seq, links[-1].hash, encode(register), None)
        tx.append(_signed(links, signer.key), after, head.seq if head else 0)
    return register, tuple(link.event for link in links)


def append_look(
    tx: Write,
    stream: str,
    now: datetime,
    signer: Signer,
    office: str | None,
    fact: f.Looked,
    procedure: str | None,
) -> f.Event:
    """Store a look at `now` (UTC) at the end of a stream of looks; `procedure` is that looked by.

    It touches the head of that stream and nothing else, so it costs the same however many went
    before it.
    """
    head, _ = tx.pair(stream, 0)
    entry = Entry(fact, signer.who, office, now)  # type: ignore[arg-type]
    [link] = _chained(stream, head, [procedure], now, [entry])
    state = encode(Looks(link.event.seq))
    after = Head(stream, link.event.seq, link.hash, state, None)
    tx.append(_signed([link], signer.key), after, head.seq if head else 0)
    return link.event


def _chained(
    stream: str,
    head: Head | None,
    procedures: Iterable[str | None],
    now: datetime,
    entries: Iterable[Entry],
) -> list[Sealed]:
    """The entries in their places, each with the digest of the procedure it was decided under."""
    prev, seq = (head.hash, head.seq) if head else (b"", 0)
    links = []
    for entry, procedure in zip(entries, procedures, strict=True):
        seq += 1
        link = seal(
            stream, seq, prev, now, entry.fact, entry.who, entry.office, procedure, entry.happened
        )
        links.append(link)
        prev = link.hash
    return links


def _signed(links: Iterable[Sealed], key: SigningKey) -> list[Record]:
    return [
        Record(link.event.stream, link.event.seq, link.hash, link.body, key.sign(link.body))
        for link in links
    ]

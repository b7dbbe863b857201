"""Computing every head anew from the events alone, after the chain has been found to hold.

What a head holds is a projection: it can always be thrown away and made again. This module reads
and computes; whoever calls it writes.
"""

from __future__ import annotations

import msgspec

from workflow.auditing.walking import walk
from workflow.engine.clock import next_due
from workflow.engine.facts import Event
from workflow.engine.folding import BadHistory, blank, ran_under
from workflow.engine.folding import history as case_history
from workflow.engine.ledger import Problem, stamp
from workflow.engine.looking import Looks, subject
from workflow.engine.procedure import Procedure, digest, from_canonical
from workflow.engine.register import STREAM
from workflow.engine.register import history as register_history
from workflow.store import Head, Read, Record


class Refolded(msgspec.Struct, frozen=True):
    """The heads as the events have them, the streams whose stored head differs, what is wrong.

    Where there are problems the heads are not complete, and must not be written.
    """

    heads: tuple[Head, ...]
    differed: tuple[str, ...]
    problems: tuple[Problem, ...]


def refolded(tx: Read) -> Refolded:
    """Every stream checked and folded, within one snapshot. Raises StoreTrouble."""
    stored = {head.stream: head for head in tx.heads_all()}
    heads: list[Head] = []
    problems: list[Problem] = []
    procedures: dict[str, Procedure | None] = {}
    for stream in tx.streams():
        records = list(tx.history(stream))
        events, wrong = _read(stream, records)
        problems += wrong
        if wrong:
            continue
        try:
            state, due = _folded(tx, stream, events, procedures)
        except BadHistory as error:
            particulars = {"why": error.problem}
            problems.append(Problem(stream, error.seq, "cannot-follow", particulars))
            continue
        heads.append(Head(stream, records[-1].seq, records[-1].hash, state, due))
    differed = [head.stream for head in heads if stored.get(head.stream) != head]
    differed += [stream for stream in stored if stream not in {head.stream for head in heads}]
    return Refolded(tuple(heads), tuple(differed), tuple(problems))


def _read(stream: str, records: list[Record]) -> tuple[list[Event], list[Problem]]:
    """The events of a stream, and everything in it that does not hold."""
    events, problems = [], []
    for found in walk(stream, records):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            events.append(found[0])
    return events, problems


def _folded(
    tx: Read, stream: str, events: list[Event], procedures: dict[str, Procedure | None]
) -> tuple[bytes, str | None]:
    """A stream's folded state in its stored form, and its next deadline. Raises BadHistory."""
    if stream == STREAM:
        try:
            return msgspec.json.encode(register_history(events)), None
        except (TypeError, KeyError) as error:
            raise BadHistory(stream, events[-1].seq, str(error)) from error
    if subject(stream) != stream:
        return msgspec.json.encode(Looks(events[-1].seq)), None
    known: dict[str, Procedure] = {}
    for name in ran_under(events):
        if name not in procedures:
            form = tx.procedure(name)
            sound = form is not None and digest(form) == name
            procedures[name] = from_canonical(form) if form is not None and sound else None
        procedure = procedures[name]
        if procedure is None:
            raise BadHistory(stream, 1, f"procedure {name} is not in the store")
        known[name] = procedure
    try:
        case = case_history(known, blank(stream, events[0].procedure or ""), events)
    except KeyError as error:
        raise BadHistory(stream, events[-1].seq, str(error)) from error
    first = next_due(known[case.procedure], case)
    return msgspec.json.encode(case), stamp(first[0]) if first else None

"""What an earlier export says of the log, held against the log of today: which event is gone.

A checkpoint says that the log is another than it was, and cannot say where: it holds one hash for
all events. An export holds one for each. So who kept one is told which event vanished, is another
or changed places, by its stream and number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from workflow.auditing.extending import leaf
from workflow.engine.ledger import Problem
from workflow.store import Read


class BadExport(ValueError):
    """Text that is no export of events."""


class Kept(msgspec.Struct, frozen=True):
    """An event of an earlier export: `hash` is its leaf hash (RFC 6962 §2.1), in hex."""

    stream: str
    seq: int
    hash: str


_decoder = msgspec.json.Decoder(Kept)


def read_kept(content: bytes) -> tuple[Kept, ...]:
    """The events of an export (`zaak audit export`, one JSON object a line), in its order.

    Raises BadExport where a line is none, where there is no line, or an event stands there twice.
    """
    try:
        found = tuple(_decoder.decode(line) for line in content.splitlines() if line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadExport(str(error)) from error
    if not found or len({(kept.stream, kept.seq) for kept in found}) < len(found):
        raise BadExport("no events, or one of them twice")
    return found


def unkept(
    tx: Read, kept: Sequence[Kept], told: Callable[[str], bool] = lambda _: True
) -> Iterator[Problem]:
    """Each event of an earlier export that is gone, is another now, or stands elsewhere in the log.

    What was added since is no problem, and neither is a case that the export left out. Of events
    that changed places those are named which come too late. Raises StoreTrouble.

    Anybody can write down what they say they kept. So of a stream about which the asker is not
    `told`, whatever has not the hash that they kept is gone, as it would be were there none.
    """
    places = {
        (record.stream, record.seq): (place, leaf(record).hex())
        for place, record in tx.everything()
    }
    latest = 0
    for event in kept:
        place, now = places.get((event.stream, event.seq), (0, ""))
        if now != event.hash and not told(event.stream):
            place = 0
        if not place:
            yield Problem(event.stream, event.seq, "kept-missing")
        elif now != event.hash:
            yield Problem(event.stream, event.seq, "kept-differs")
        elif place < latest:
            yield Problem(event.stream, event.seq, "kept-moved")
        latest = max(latest, place)

"""Counting the cases of a store: for a yearly account that is made, and for those that were.

An account is in the register and the cases are beside it, so whoever has both can count again.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.auditing.streams import Procedures
from workflow.counting.suppression import publishable
from workflow.counting.tallying import tally
from workflow.engine import facts as f
from workflow.engine.ledger import decode
from workflow.engine.looking import is_case
from workflow.engine.procedure import Procedure
from workflow.engine.register import STREAM
from workflow.engine.registering import threshold, year_of
from workflow.store import Read


def recounted(tx: Read, made: f.Accounted, procedures: Procedures) -> dict[str, int]:
    """The cells that an account of this branch, year and threshold has by the cases of the store.

    What `made` itself says of them is not looked at. The streams must verify: raises BadHistory
    and BadBody for what cannot be read.
    """
    counted = _counted(made, procedures)
    tallies = tally(made.branch, made.year, counted, _opened_in(tx, made.year))
    return publishable(tallies, made.k)


def differing(tx: Read, procedures: Procedures) -> Iterator[tuple[int, f.Accounted]]:
    """The accounts that do not say what the cases say, each with its place in the register.

    So is one with a lower threshold than its procedures ask. Every case they count must be in the
    store.
    """
    for seq, made in _accounts(tx):
        low = made.k < threshold(_counted(made, procedures).values())
        if low or recounted(tx, made, procedures) != made.cells:
            yield seq, made


def _counted(made: f.Accounted, procedures: Procedures) -> dict[str, Procedure]:
    return {d: rules.procedure for d in made.procedures if (rules := procedures.get(d))}


def _accounts(tx: Read) -> list[tuple[int, f.Accounted]]:
    events = (decode(record.body) for record in tx.history(STREAM))
    return [(event.seq, event.data) for event in events if isinstance(event.data, f.Accounted)]


def _opened_in(tx: Read, year: int) -> Iterator[list[f.Event]]:
    """The events of each case whose first was recorded in a year."""
    for stream in tx.streams():
        if not is_case(stream):
            continue
        first, *others = tx.history(stream)
        begun = decode(first.body)
        if year_of(begun.at) == year:
            yield [begun, *(decode(record.body) for record in others)]

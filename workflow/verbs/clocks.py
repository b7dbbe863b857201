"""What time it is: what the machine says, and in a store to try a procedure in whatever one likes.

Only there, because what is recorded must bear the time at which it was. A store to try in is known
by who founded it: somebody whose private key is in this module, where everybody can read it. The
founding is the first event of the register, signed and chained to all that follows, so no other
store ever becomes one; and one that is founded so has a keeper whom everybody can be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.crypto.keys import SigningKey
    from workflow.store import Store

VARIABLE = "ZAAK_NOW"
"""The environment variable that says what time it is."""
_SEED = hashlib.sha256(b"zaakgang: the keeper of a store to try a procedure in").digest()


def keeper_of_trials() -> SigningKey:
    """The key of whoever founds a store to try a procedure in; it is nobody's secret."""
    from workflow.crypto.keys import SigningKey

    return SigningKey.from_seed(_SEED)


def told(text: str, store: Store) -> Callable[[], datetime]:
    """A clock (UTC) that stands still at the moment that VARIABLE says.

    Raises BadCommand `clock-not-free` for a store that is not there to try in, and `bad-time`.
    """
    from workflow.engine.reasons import BadCommand, Reason

    if not is_trial(store):
        raise BadCommand((Reason("clock-not-free"),))
    return standing(text)


def standing(text: str) -> Callable[[], datetime]:
    """A clock (UTC) that stands still at a moment, in Amsterdam unless a zone is given.

    Raises BadCommand `bad-time`.
    """
    from zoneinfo import ZoneInfo

    from workflow.engine.reasons import BadCommand, Reason

    try:
        read = datetime.fromisoformat(text)
        zoned = read if read.tzinfo else read.replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
        moment = zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCommand((Reason("bad-time", {"given": text}),)) from error
    return lambda: moment


def is_trial(store: Store) -> bool:
    """Whether the register of a store was founded with the key that everybody has."""
    from workflow.engine.facts import PersonAdded
    from workflow.engine.ledger import decode
    from workflow.engine.register import STREAM

    with store.read() as tx:
        first = next(iter(tx.history(STREAM)), None)
    fact = decode(first.body).data if first is not None else None
    return isinstance(fact, PersonAdded) and fact.key == keeper_of_trials().public.line()

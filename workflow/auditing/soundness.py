"""Whether an adopted procedure may decide anything: whether its check finds nothing harmful in it.

That no procedure switches a law off is found by checking it. The command that adopts one does so,
but a register is kept by whoever has its key and some program, so it is asked here again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from workflow.engine.procedure import Procedure, from_canonical
from workflow.engine.registering import ALIAS, CONTROL, OFFICE

_ESCAPED = re.compile(r"(?<!\\)(?:\\\\)*\\[bfrtu]")
"""A control character in JSON (RFC 8259 §7), other than the end of a line."""


@lru_cache(maxsize=256)
def faults(form: bytes) -> tuple[str, ...]:
    """What is harmful in the procedure in this canonical form: codes, none where it may decide.

    It is found once for each text. Bytes that are no procedure have the fault `not-a-procedure`.
    No file can declare what has the fault `bad-name` or `unreadable-text`: a name of other
    characters than names have, or words that change how a terminal shows what stands around them.
    """
    # Imported on first use: whoever only looks at a case does not wait for what judges procedures.
    from workflow.declaring.checks import HARMLESS, check

    try:
        declared, text = from_canonical(form), form.decode()
        found = [each.code for each in check(declared) if each.code not in HARMLESS]
        found += ["bad-name"] if not all(map(OFFICE.fullmatch, _names(declared))) else []
        found += ["bad-name"] if not all(map(ALIAS.fullmatch, declared.aliases)) else []
        found += ["unreadable-text"] if CONTROL.search(text) or _ESCAPED.search(text) else []
        return tuple(dict.fromkeys(found))
    except (
        msgspec.MsgspecError,
        ArithmeticError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ):
        # What the checks stumble over is nothing that anybody could have declared in a file.
        return ("not-a-procedure",)


def _names(declared: Procedure) -> Iterator[str]:
    """Everything that the procedure gives a name."""
    yield declared.procedure
    for section in ("offices", "parties", "outside", "purposes", "kinds", "tracks", "steps"):
        yield from getattr(declared, section)
    for track in declared.tracks.values():
        yield from track.states
    for step in declared.steps.values():
        for name, field in step.asks.items():
            yield from (name, *field.values)

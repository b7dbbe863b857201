"""All that can happen under a procedure, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import msgspec

from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import Checked, check
from workflow.exploring.exploring import Explored, explore
from workflow.exploring.stated import Stated, stated

Beside = Callable[[Callable[[], Stated]], AbstractContextManager[Callable[[], Stated | None]]]
"""Has something worked out by a copy of the process, and gives what waits for the answer."""


def judge(decisions: Decisions, beside: Beside = lambda _: nullcontext(lambda: None)) -> Checked:
    """What must hold wherever a procedure comes, and then what its own invariants promise.

    Neither needs the other, so the promises can be judged `beside` the rest. Where it turns out
    meanwhile that there is more than was known then, they are judged once more.
    """
    explored = explore(decisions)
    with beside(partial(_quietly, explored)) as result:
        checked = check(decisions, explored)
        promised = result()
    if promised is None or any(each.outgrown(decisions) for each in promised.met):
        promised = stated(checked.explored)
    return msgspec.structs.replace(checked, findings=(*checked.findings, *promised.findings))


def _quietly(explored: Explored) -> Stated:
    """The same as `stated`, in a copy of the process, which tells of no progress."""
    explored.decisions.progress = lambda _: None
    return stated(explored)

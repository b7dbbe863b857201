"""What the clock does: steps that happen because a deadline passed, and consents that run out.

Both are found from the history alone and take effect at the moment itself, not when somebody
noticed. Every command lets them happen first, so a late tick changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.draft import Draft
from workflow.engine.items import By
from workflow.engine.procedure import CLOCK, Procedure
from workflow.engine.reasons import Refusal
from workflow.engine.stepping import follow

MOST = 1000
"""More by the clock than this in one go means a procedure whose clock runs in a circle."""


def settle(draft: Draft, who: str, now: datetime) -> Draft:
    """The draft with everything the clock had to do until `now` (UTC), the oldest first.

    `who` runs the command and signs, but brings nothing about.
    """
    for _ in range(MOST):
        first = next_due(draft.rules.procedure, draft.case)
        if first is None or first[0] > now:
            return draft
        at, fact = first
        if isinstance(fact, f.Lapsed):
            draft = draft.add(fact, who, None, at)
            continue
        draft, reasons = follow(draft, fact, By(who, None, at, at))
        if reasons:
            raise Refusal(fact.step, reasons)
    raise RuntimeError(f"the clock of procedure {draft.rules.procedure.procedure} runs in a circle")


def next_due(procedure: Procedure, case: Case) -> tuple[datetime, f.Stepped | f.Lapsed] | None:
    """The next thing the clock does: when (UTC), and what will have happened; None without one."""
    return min(_waiting(procedure, case), key=lambda due: due[0], default=None)


def _waiting(procedure: Procedure, case: Case) -> Iterator[tuple[datetime, f.Stepped | f.Lapsed]]:
    for name, consent in case.consents.items():
        if consent.until is not None and not consent.ended:
            yield consent.until, f.Lapsed(name)
    for track, at in case.tracks.items():
        deadline = procedure.tracks[track].states[at.state].deadline
        if at.due is None or deadline is None or deadline.then is None:
            continue
        step, states = procedure.steps[deadline.then], procedure.tracks[track].states
        to = step.to
        # Nobody's silence is taken for a decision: from a state in which a member decides, the
        # clock may only end the matter.
        decides = states[at.state].decides and not (states[to].ends or states[to].decides)
        if CLOCK in step.who and not decides:
            yield at.due, f.Stepped(deadline.then, track, at.state, to, because=CLOCK)


def deadlines(case: Case) -> tuple[tuple[datetime, str], ...]:
    """Every pending deadline: when it passes (UTC) and on which track, soonest first."""
    return tuple(sorted((p.due, name) for name, p in case.tracks.items() if p.due is not None))

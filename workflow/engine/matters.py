"""Several cases of one matter: what a step in one tells the others, and the case that it files.

Each case is decided by itself and from its own history. What the decision about one means for the
others is found here, and decided there by the same rules, so that all of it can be stored at once
or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import LINKED, Filing, Procedure
from workflow.engine.reasons import Reason, Refusal


class Neighbour(msgspec.Struct, frozen=True):
    """Another case, and the rules it runs under."""

    rules: Compiled
    case: Case


def listens(teller: Procedure, procedure: str) -> bool:
    """Whether cases of `procedure` are ever told anything by those of `teller`."""
    return any(tell.procedure == procedure for step in teller.steps.values() for tell in step.tells)


def told(
    draft: Draft, others: Mapping[str, Neighbour], who: str, now: datetime, seed: bytes
) -> dict[str, Draft]:
    """What happens in `others`, the cases of the same matter, because of what was decided in one.

    By their numbers, and only those in which something does. `who` acted; `seed` is randomness.
    Raises Refusal where nothing would happen in the case that a step links: that there is such a
    case is then nobody's business.
    """
    found = {}
    for stream, other in others.items():
        name = other.rules.procedure.procedure
        telling = [
            said
            for said in draft.tells
            if said.tell.procedure == name and (not said.tell.origin or stream == draft.case.origin)
        ]
        linked = stream == draft.linked and draft.case.stream not in other.case.links
        if not telling and not linked:
            continue
        seq = min((said.seq for said in telling), default=draft.case.seq)
        steps = tuple(said.tell.step for said in telling)
        hear = c.Hear(draft.case.stream, seq, steps, linked)
        after = decide(other.rules, other.case, hear, Actor(who), draft.register, now, seed)
        stepped = any(
            isinstance(entry.fact, f.Stepped) and entry.fact.because == LINKED
            for entry in after.entries
        )
        if linked and not stepped:
            raise Refusal("link", (Reason("no-such-case"),))
        if stepped:
            found[stream] = after
    return found


def filed(
    draft: Draft,
    filing: Filing,
    rules: Compiled,
    into: str,
    key: str,
    papers: tuple[c.NewItem, ...],
    now: datetime,
    seed: bytes,
) -> Draft:
    """The case numbered `into` that a step files, under `rules`, with these documents (B23).

    It is opened by the party who comes into it, with the public `key` (OpenSSH form) of a return
    code of their own. Raises Refusal where those rules do not allow it.
    """
    party = rules.procedure.steps[filing.step].joins or ""
    first = c.Advance(filing.step, joining=key, papers=papers)
    opening = c.Open(draft.case.branch, first, linked=draft.case.stream)
    register = draft.register
    return decide(rules, None, opening, Actor(party), register, now, seed, stream=into)

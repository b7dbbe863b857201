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
from workflow.engine.draft import Draft, Telling
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


def filed_from(case: Case) -> frozenset[str]:
    """The cases into which something of this one was carried, which are those it filed."""
    return frozenset(gone.into for gone in case.disclosures if gone.into is not None)


def pending(case: Case) -> str | None:
    """The case that was filed last, which is the one that it can come back from; None before any.

    Whoever dealt with an earlier filing has nothing to say of a later one (inv. 34).
    """
    filings = [gone.into for gone in case.disclosures if gone.into is not None]
    return filings[-1] if filings else None


def _said_to(draft: Draft, stream: str, other: Neighbour) -> tuple[Telling, ...]:
    """What is said to one other case, which must itself say that the two are of one matter."""
    if draft.case.stream not in other.case.links and stream != draft.linked:
        return ()
    return tuple(
        said
        for said in draft.tells
        if said.tell.procedure == other.rules.procedure.procedure
        and (
            not said.tell.origin
            or (stream == draft.case.origin and pending(other.case) == draft.case.stream)
        )
        and (not said.tell.filed or stream in filed_from(draft.case))
    )


def told(
    draft: Draft, others: Mapping[str, Neighbour], who: str, now: datetime, seed: bytes
) -> dict[str, Draft]:
    """What happens in `others`, the cases of the same matter, because of what was decided in one.

    By their numbers, and only those in which something does. `who` acted; `seed` is randomness.
    Raises Refusal where nothing would happen in the case that a step links, or where `who` is kept
    out of it: that there is such a case is then nobody's business.
    """
    found = {}
    for stream, other in others.items():
        telling = _said_to(draft, stream, other)
        linked = stream == draft.linked and draft.case.stream not in other.case.links
        if stream == draft.linked and who in other.case.recused:
            raise Refusal("link", (Reason("no-such-case"),))
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
    seed: bytes | tuple[str, ...],
) -> Draft:
    """The case numbered `into` that a step files, under `rules`, with these documents (B23).

    It is opened by the party who comes into it, with the public `key` (OpenSSH form) of a return
    code of their own, on the evidence there is of the decision to file it. Raises Refusal where
    those rules do not allow it, where nothing goes along, and where by them something would reach
    anybody else, or for anything else, than what goes along was let go for (inv. 13).
    """
    if not papers:
        raise Refusal(filing.step, (Reason("nothing-to-file", {}, ("B23",)),))
    party = rules.procedure.steps[filing.step].joins or ""
    evidence = next(
        entry.fact.evidence
        for entry in draft.entries
        if isinstance(entry.fact, f.Stepped) and entry.fact.because is None
    )
    first = c.Advance(filing.step, said=c.Said(party, evidence), joining=key, papers=papers)
    opening = c.Open(draft.case.branch, first, linked=draft.case.stream)
    register = draft.register
    opened = decide(rules, None, opening, Actor(party), register, now, seed, stream=into)
    reasons = tuple(
        Reason("files-beyond", {"to": to, "purpose": purpose}, ("B18", "B23"))
        for to, purpose in beyond(draft, opened)
    )
    if reasons:
        raise Refusal(filing.step, reasons)
    return opened


def beyond(draft: Draft, opened: Draft) -> tuple[tuple[str, str], ...]:
    """To whom, and for which purpose, something goes in the case that opens which nobody let go."""
    into = opened.case.stream
    let_go = {(gone.to, gone.purpose) for gone in draft.case.disclosures if gone.into == into}
    gone = (entry.fact for entry in opened.entries if isinstance(entry.fact, f.Disclosed))
    found = dict.fromkeys((fact.to, fact.purpose) for fact in gone)
    return tuple(each for each in found if each not in let_go)

"""Consents that steps give, and what steps share: each is there for the other.

A consent that no step uses was asked of somebody for nothing, or for somebody else than whom it
goes to. A document that a step always shares, to which no step asks consent, makes whoever takes
that step stand before a refusal. What members consent to by hand is shared without a kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.conditions import guards
from workflow.declaring.laws import owners
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.procedure import Consent, Grant, Packet, Procedure, Share, Step
from workflow.engine.standing import CONFIDANTS


def consenting(procedure: Procedure) -> Iterator[Problem]:
    """Every consent that nothing goes on, and everything that goes on no consent."""
    for name, step in procedure.steps.items():
        for number, grant in enumerate(step.grants):
            if not _used(procedure, grant):
                yield problem(
                    "granted-for-nothing",
                    at("steps", name, "grants", number),
                    f"Op deze toestemming gaat niets: geen stap deelt {grant.kind} met {grant.to} "
                    f"voor {grant.purpose}, en geen voorwaarde vraagt ernaar.",
                    f"Nothing goes on this consent: no step shares {grant.kind} with {grant.to} "
                    f"for {grant.purpose}, and no guard asks for it.",
                )
        for number, share in enumerate(step.shares if step.emergency != "open" else ()):
            lacking = _unconsented(procedure, step, share)
            if lacking:
                yield problem(
                    "shared-unconsented",
                    at("steps", name, "shares", number),
                    f"Geen stap vraagt toestemming om {share.kind} met {listed(lacking)} te delen "
                    f"voor {share.purpose}: zet dat bij de grants van een stap.",
                    f"No step asks consent to share {share.kind} with {listed(lacking)} for "
                    f"{share.purpose}: put that under the grants of a step.",
                )


def _used(procedure: Procedure, grant: Grant) -> bool:
    """Whether a step shares on this consent, or a guard asks for it."""
    for step in procedure.steps.values():
        for share in step.shares:
            same = share.purpose == grant.purpose and share.kind in (None, grant.kind)
            if same and grant.to in _recipients(step, share):
                return True
    return any(
        (asked.to, asked.purpose) == (grant.to, grant.purpose)
        for asked in (placed.guard for placed in guards(procedure))
        if isinstance(asked, Consent | Packet)
    )


def _unconsented(procedure: Procedure, step: Step, share: Share) -> set[str]:
    """Those with whom the step shares a kind that no step asks consent for.

    What is somebody's own, was confided to them or is made for them they have without.
    """
    theirs = owners(procedure, share.kind) if share.kind is not None else frozenset()
    if share.kind is None or not theirs:
        return set()
    given = {
        grant.to
        for each in procedure.steps.values()
        for grant in each.grants
        if (grant.kind, grant.purpose) == (share.kind, share.purpose)
    }
    made_for = procedure.kinds[share.kind].made_for
    return _recipients(step, share) - {*theirs, *made_for, *CONFIDANTS, *given}


def _recipients(step: Step, share: Share) -> set[str]:
    field = step.asks.get(share.to_field or "")
    return {*((share.to,) if share.to else ()), *(field.among if field else ())}

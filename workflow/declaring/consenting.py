"""Consents that steps give, and what steps share: each is there for the other.

A consent that no step uses was asked of somebody for nothing, or for somebody else than whom it
goes to. A document that a step always shares, to which no step before it asks consent of each whose
it is, makes whoever takes that step stand before a refusal. What members consent to by hand is
shared without a kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.conditions import guards
from workflow.declaring.laws import owners
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.declaring.sharers import follows, recipients, told_in_emergency, unasked
from workflow.engine.procedure import Consent, Grant, Packet, Procedure, Share, Step
from workflow.engine.standing import CONFIDANTS


def consenting(procedure: Procedure) -> Iterator[Problem]:
    """Every consent that nothing goes on, and everything that goes on no consent."""
    for name, step in procedure.steps.items():
        for number, grant in enumerate(step.grants):
            if not _used(procedure, step, grant):
                yield problem(
                    "granted-for-nothing",
                    at("steps", name, "grants", number),
                    f"Op deze toestemming gaat niets: met of na {name} deelt geen stap "
                    f"{grant.kind} met {grant.to} voor {grant.purpose}, en geen voorwaarde vraagt "
                    "ernaar.",
                    f"Nothing goes on this consent: with or after {name} no step shares "
                    f"{grant.kind} with {grant.to} for {grant.purpose}, and no guard asks for it.",
                )
        for number, share in enumerate(step.shares if step.emergency != "open" else ()):
            yield from _unconsented(procedure, name, share, at("steps", name, "shares", number))


def _used(procedure: Procedure, step: Step, grant: Grant) -> bool:
    """Whether a step shares on this consent, or a guard asks for it.

    What was shared on another consent before is read again on this one.
    """
    asking = _asking(procedure, grant.kind, grant.to, grant.purpose)
    shared = any(
        share.kind is None or any(follows(procedure, each, one) for each in asking)
        for one in procedure.steps.values()
        for share in one.shares
        if share.purpose == grant.purpose and share.kind in (None, grant.kind)
        if grant.to in recipients(one, share)
    )
    return shared or any(
        (asked.to, asked.purpose) == (grant.to, grant.purpose)
        and (placed.step is None or follows(procedure, step, placed.step))
        for placed in guards(procedure)
        if isinstance(asked := placed.guard, Consent | Packet)
    )


def _asking(procedure: Procedure, kind: str, to: str, purpose: str) -> tuple[Step, ...]:
    """The steps that ask consent for this."""
    return tuple(
        step
        for step in procedure.steps.values()
        if any((one.kind, one.to, one.purpose) == (kind, to, purpose) for one in step.grants)
    )


def _unconsented(procedure: Procedure, name: str, share: Share, path: str) -> Iterator[Problem]:
    """Those with whom the step shares a kind that no step before it asks consent for.

    What is somebody's own, was confided to them or is made for them they have without, and in an
    emergency so do those who may know.
    """
    step, kind = procedure.steps[name], share.kind
    theirs = owners(procedure, kind) if kind is not None else frozenset[str]()
    if kind is None or not theirs:
        return
    without = {*theirs, *procedure.kinds[kind].made_for, *CONFIDANTS}
    without |= told_in_emergency(procedure, step)
    before = {
        to: [
            one
            for one in _asking(procedure, kind, to, share.purpose)
            if follows(procedure, one, step)
        ]
        for to in sorted(recipients(step, share) - without)
    }
    if lacking := [to for to, asking in before.items() if not asking]:
        yield problem(
            "shared-unconsented",
            path,
            f"Met of voor {name} vraagt geen stap toestemming om {kind} met {listed(lacking)} te "
            f"delen voor {share.purpose}: zet dat bij de grants van een stap.",
            f"With or before {name} no step asks consent to share {kind} with {listed(lacking)} "
            f"for {share.purpose}: put that under the grants of a step.",
        )
    for to, asking in before.items():
        if asking and (parties := unasked(procedure, step, kind, asking)):
            yield problem(
                "shared-unconsented",
                path,
                f"Om {kind} met {to} te delen voor {share.purpose} is ook toestemming nodig van "
                f"{listed(parties)}. Wie een stap zet stemt alleen voor zichzelf toe: geef ieder "
                "van hen een eigen stap met deze grants.",
                f"To share {kind} with {to} for {share.purpose} takes the consent of "
                f"{listed(parties)} too. Whoever takes a step consents for themself alone: give "
                "each of them a step of their own with this under grants.",
            )

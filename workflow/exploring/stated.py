"""Whether a procedure keeps its own promises: its invariants, judged on what can happen."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from workflow.declaring.invariants import by_seats
from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Invariant
from workflow.exploring.decisions import Decisions
from workflow.exploring.demands import Finding
from workflow.exploring.exploring import Explored
from workflow.exploring.inquiring import Inquiry, Verdict
from workflow.exploring.paths import NOWHERE
from workflow.exploring.slices import names_of
from workflow.exploring.watched import Component


class Stated(msgspec.Struct, frozen=True):
    """Every invariant that does not hold, or of which it could not be found that it does.

    They were judged with all that was `met` then.
    """

    findings: tuple[Finding, ...] = ()
    met: tuple[Met, ...] = ()


class Met(msgspec.Struct, frozen=True):
    """What an invariant was judged with.

    How many values each part that was left open could have, and the `names` that there were, by
    their sort, of what has one of the `kinds`.
    """

    values: dict[Component, int]
    names: dict[str, tuple[str, ...]]
    kinds: frozenset[str]

    def outgrown(self, decisions: Decisions) -> bool:
        """Whether there turned out to be more since."""
        return any(len(decisions.domain(part)) > met for part, met in self.values.items()) or any(
            names_of(decisions.world, sort, self.kinds) != names
            for sort, names in self.names.items()
        )


def stated(explored: Explored) -> Stated:
    """What is wrong with the invariants, where all that can happen was explored."""
    if not explored.exhaustive:
        return Stated()
    invariants = explored.decisions.world.procedure.invariants
    inquiries = _inquired(explored)
    findings = tuple(
        Finding(wrong, one.verdict.way)
        for one in inquiries
        for wrong in _said(one.verdict, invariants[one.name])
    )
    slices = [one.slice for one in inquiries if one.slice is not None]
    return Stated(findings, tuple(Met(each.forked, each.named, each.kinds) for each in slices))


def verdicts(explored: Explored) -> tuple[Verdict, ...]:
    """What becomes of each invariant, in the order of the file."""
    invariants = explored.decisions.world.procedure.invariants
    found = {name: Verdict(name, "kept") for name in invariants}
    return tuple({**found, **{one.name: one.verdict for one in _inquired(explored)}}.values())


def _inquired(explored: Explored) -> tuple[Inquiry, ...]:
    """An inquiry into each invariant that is not kept by who holds which office alone."""
    invariants = explored.decisions.world.procedure.invariants.items()
    found = tuple(
        Inquiry(explored, name, invariant)
        for name, invariant in invariants
        if not by_seats(invariant)
    )
    stale = found
    while stale:
        for each in stale:
            each.settle()
        stale = tuple(each for each in found if each.stale())
    return found


# --- in words ------------------------------------------------------------------------------------


def _said(verdict: Verdict, invariant: Invariant) -> Iterator[Problem]:
    """What is wrong with an invariant, at the key that it hangs on."""
    label, form = invariant.labels, next(k for k in _FORMS if getattr(invariant, k))
    path = at("invariants", verdict.name)
    gone = " → ".join(move.name for move in (verdict.way or NOWHERE).moves)
    if verdict.outcome == "idle":
        yield problem(
            "invariant-idle",
            at(path, "when"),
            f"Wat hier staat is in geen enkele zaak zo, dus ‘{label.nl}’ zegt niets.",
            f"What stands here is so in no case, so ‘{label.en}’ says nothing.",
        )
    elif verdict.outcome == "undecided":
        yield problem(
            "invariant-undecided",
            at(path, form),
            f"Of ‘{label.nl}’ altijd opgaat is niet uitgemaakt: daarvoor hangt het van te veel af. "
            "Noem minder voorwaarden tegelijk, of zeg het van één spoor.",
            f"Whether ‘{label.en}’ always holds was not settled: it hangs on too much for that. "
            "Name fewer conditions at once, or say it of one track.",
        )
    elif verdict.outcome == "broken" and form == "leads_to":
        yield problem(
            "invariant-broken",
            at(path, form),
            f"‘{label.nl}’ gaat niet altijd op. Hierna komt de zaak daar nooit meer: {gone}.",
            f"‘{label.en}’ does not always hold. After this the case never comes there: {gone}.",
        )
    elif verdict.outcome == "broken":
        yield problem(
            "invariant-broken",
            at(path, form),
            f"‘{label.nl}’ gaat niet altijd op. Deze stappen breken de belofte: {gone}.",
            f"‘{label.en}’ does not always hold. These steps break it: {gone}.",
        )


_FORMS = ("never", "always", "leads_to")

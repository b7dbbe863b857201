"""Law 2: the member decides, and the decision is recorded as theirs (B16, B17).

Which steps are a member's decision follows from the procedure, but not only from what a step
declares: leaving a state in which the member decides, and ending a member's own report, are theirs
whatever the declaration says. What counts as evidence of a decision is fixed here too.
"""

from __future__ import annotations

from workflow.engine.procedure import CLOCK, NOBODY, Evidence, Procedure, Step
from workflow.engine.reasons import Reason
from workflow.engine.standing import CONFIDANTS


def decider(procedure: Procedure, step: Step, state: str) -> str | None:
    """The party who decides whether `step` is taken from `state`; None where nobody need decide.

    Theirs is leaving a state in which they decide, ending or laying down their report, going on
    with what ended, and who else becomes a confidant. Silence is not a decision: a step by the
    clock may end a report; it discloses nothing, and goes on with nothing.
    """
    if not step.opens and any(
        office in CONFIDANTS and not _named_before(procedure, field)
        for office, field in step.assigns.items()
    ):
        return confiding(procedure)
    track = procedure.tracks[step.track]
    left, to = track.states.get(state), track.states[step.to]
    over = left is not None and left.ends
    leaves = over or (left is not None and left.decides)
    if track.belongs_to is not None and (leaves or to.ends or (to.idle and step.to != state)):
        silent = step.who == (CLOCK,) and (to.ends or not over)
        return None if silent else track.belongs_to
    return step.decision.party if step.decision else None


def _named_before(procedure: Procedure, field: str) -> bool:
    """Whether `field` is an answer to an earlier step that was the member's to take (B2)."""
    earlier, dot, _ = field.partition(".")
    if not dot:
        return False
    step = procedure.steps[earlier]
    return step.opens or (step.decision is not None and step.decision.party == confiding(procedure))


def confiding(procedure: Procedure) -> str | None:
    """The party who confides in a counsellor: the member whose report the procedure is about."""
    return next((t.belongs_to for t in procedure.tracks.values() if t.belongs_to), None)


def enough(step: Step) -> tuple[Evidence, ...]:
    """The levels of evidence that suffice for the decision to take `step`."""
    return step.decision.evidence if step.decision else ("code", "written", "spoken")


def evidence_lacks(
    party: str,
    capacity: str | None,
    decided_by: str | None,
    evidence: str | None,
    suffices: tuple[Evidence, ...],
    *,
    scanned: bool,
) -> Reason | None:
    """Why this is not sufficient evidence that `party` decided; None where it is.

    `capacity` is the part in which the actor acts. The party acting for themselves signs with
    the key of their return code. What they said is recorded by a counsellor and by nobody else.
    """
    particulars = {"party": party, "evidence": suffices}
    if capacity == party:
        return None if "code" in suffices else Reason("evidence-too-weak", particulars, ("B16",))
    if decided_by != party:
        return Reason("not-decided-by", particulars, ("B16", "B17"))
    if evidence == "code" or evidence not in suffices:
        return Reason("evidence-too-weak", particulars, ("B16",))
    if evidence == "written" and not scanned:
        return Reason("statement-missing", {}, ("B16",))
    if evidence == "spoken" and capacity not in CONFIDANTS:
        return Reason("spoken-to-a-counsellor-only", particulars, ("B16", "B18"))
    return None


def inherited(step: Step, state: str, procedure: Procedure, decided_by: str | None) -> bool:
    """Whether a consequence may follow: the member it would decide for decided its cause."""
    party = decider(procedure, step, state)
    return party is None or party == decided_by or step.who == (CLOCK,)


def ownerless(procedure: Procedure, step: Step) -> bool:
    """Whether the step would open a member's report on a track that belongs to no member."""
    joins = step.joins
    member = joins is not None and joins in procedure.parties and procedure.parties[joins].member
    return step.opens and member and procedure.tracks[step.track].belongs_to != joins


def automatic(step: Step) -> bool:
    """Whether nobody takes this step: the clock does, or another step or case brings it about."""
    return all(who in NOBODY for who in step.who)

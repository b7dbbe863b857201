"""Law 2: the member decides, and the decision is recorded as theirs (B16, B17).

Which steps are a member's decision follows from the procedure, but not only from what a step
declares: leaving a state in which the member decides, and ending a member's own report, are theirs
whatever the declaration says. What counts as evidence of a decision is fixed here too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from workflow.engine.case import Position
from workflow.engine.deadlines import at_least
from workflow.engine.folding import span
from workflow.engine.procedure import CLOCK, CONSEQUENCE, NOBODY, Evidence, Procedure, Step, TrackIn
from workflow.engine.reasons import Reason
from workflow.engine.standing import CONFIDANTS

LONG_SILENCE = timedelta(days=28)
"""How long a member can answer, at the least, before the clock may end or lay down their report."""


def decider(
    procedure: Procedure, step: Step, state: str, parties: Collection[str] = ()
) -> str | None:
    """The party who decides whether `step` is taken from `state`; None where nobody need decide.

    `parties` are those who take part in the case.
    """
    if step.who == (CLOCK,) and step.decision is None and in_silence(procedure, step, state):
        return None
    return theirs(procedure, step, state, parties)


def theirs(
    procedure: Procedure, step: Step, state: str, parties: Collection[str] = ()
) -> str | None:
    """The party whose decision it is that `step` is taken from `state`, whoever takes it.

    Theirs is leaving a state in which they decide, ending or laying down their report, going on
    with what ended or was laid down, erasing what is theirs, and who becomes a confidant or is one
    no longer.
    """
    if _confides(procedure, step, parties) or _parts(procedure, step):
        return confiding(procedure)
    track = procedure.tracks[step.track]
    left, to = track.states.get(state), track.states[step.to]
    if track.belongs_to is not None:
        away = step.to != state
        opens = step.opens and confiding(procedure) not in parties
        laid = _laid(procedure, step.track, state) and away and not opens
        over = left is not None and (left.ends or left.decides or laid)
        if over or to.ends or (to.idle and away):
            return track.belongs_to
    return step.decision.party if step.decision else step.erases


def in_silence(procedure: Procedure, step: Step, state: str) -> bool:
    """Whether the clock may take `step` from `state` when nobody answers in time (`answerable`).

    Silence is not a decision. It may end a member's report or let it rest; it never goes on with
    what is theirs to go on with, chooses nobody to confide in, and erases only what is over.
    """
    track = procedure.tracks[step.track]
    left, to = track.states[state], track.states[step.to]
    if _confides(procedure, step) or _parts(procedure, step):
        return False
    if step.erases is not None and not (left.ends and _ending(procedure, step.erases)):
        return False
    if track.belongs_to is None or to.ends:
        return True
    if left.ends or (left.decides and not to.decides):
        return False
    return to.idle or not _laid(procedure, step.track, state)


def _laid(procedure: Procedure, track: str, state: str) -> bool:
    """Whether a track may rest in `state` because somebody laid it down there.

    Where a case begins nothing was laid down yet, unless a step leads back there.
    """
    declared = procedure.tracks[track]
    left = declared.states.get(state)
    return left is not None and left.idle and (state != declared.initial or _back(procedure, track))


def _back(procedure: Procedure, track: str) -> bool:
    """Whether a step leads a track back to where it began."""
    initial = procedure.tracks[track].initial
    return any(
        step.track == track and step.to == initial and set(step.sources) != {initial}
        for step in procedure.steps.values()
    )


def answerable(procedure: Procedure, step: Step, state: str) -> bool:
    """Whether the deadline of `state` gives a member time to answer before the clock takes `step`.

    That is needed where a decision passes by it, where their report ends or comes to rest, and
    where anything is erased.
    """
    deadline = procedure.tracks[step.track].states[state].deadline
    if not overtakes(procedure, step, state):
        return True
    return deadline is not None and at_least(span(deadline)) >= LONG_SILENCE


def overtaken(procedure: Procedure, track: str, stands: Position, now: datetime) -> bool:
    """Whether the time a member has to answer on a track is over soon after `now` (UTC).

    So it can be where a step is recorded long after it happened: what nobody could know of yet,
    nobody could answer.
    """
    deadline = procedure.tracks[track].states[stands.state].deadline
    if stands.due is None or deadline is None or deadline.then is None:
        return False
    step = procedure.steps[deadline.then]
    silent = CLOCK in step.who and overtakes(procedure, step, stands.state)
    return silent and stands.due < now + LONG_SILENCE


def overtakes(procedure: Procedure, step: Step, state: str) -> bool:
    """Whether a decision of a member passes, or their report ends or rests, or it is erased."""
    track = procedure.tracks[step.track]
    left, to = track.states[state], track.states[step.to]
    away = step.to != state
    ending = not left.ends and (to.ends or (to.idle and away))
    passing = track.belongs_to is not None and (ending or (left.decides and away))
    return passing or step.erases is not None


def once_over(procedure: Procedure, step: Step) -> tuple[TrackIn, ...]:
    """What has to be so before anything is erased by the clock: all that is the member's is over.

    A track that never ends is over where nothing is pending.
    """
    if step.erases is None:
        return ()
    ending: dict[str, set[str]] = {}
    for party in _sharing(procedure, step.erases):
        ending |= _ending(procedure, party)
    found = []
    for name, track in procedure.tracks.items():
        if track.belongs_to in _sharing(procedure, step.erases) and name != step.track:
            resting = {state for state, declared in track.states.items() if declared.idle}
            over = ending[name] | (resting & {track.initial}) if name in ending else resting
            found.append(TrackIn(name, tuple(sorted(over))))
    return tuple(found)


def _sharing(procedure: Procedure, party: str) -> set[str]:
    """Everybody of whom something is erased with what is of a party: it is of both."""
    joint = {part for kind in procedure.kinds.values() if party in kind.of for part in kind.of}
    return {party, *joint}


def _ending(procedure: Procedure, party: str) -> dict[str, set[str]]:
    """The tracks of a member that can end, each with the states in which it has."""
    return {
        name: ending
        for name, track in procedure.tracks.items()
        if track.belongs_to == party
        and (ending := {state for state, declared in track.states.items() if declared.ends})
    }


def _confides(procedure: Procedure, step: Step, parties: Collection[str] = ()) -> bool:
    """Whether with the step somebody becomes a confidant whom the member has not chosen yet."""
    begins = _begins(procedure, step) and confiding(procedure) not in parties
    return not begins and any(
        office in CONFIDANTS and not _named_before(procedure, field)
        for office, field in step.assigns.items()
    )


def _parts(procedure: Procedure, step: Step) -> bool:
    """Whether with the step others take away whom the member confides in, and name nobody else."""
    able = {confiding(procedure), CONSEQUENCE, *CONFIDANTS}
    gone = CONFIDANTS & (set(step.releases) - step.assigns.keys())
    return bool(gone) and not set(step.who) <= able


def _begins(procedure: Procedure, step: Step) -> bool:
    """Whether a case opens with the step by the member, or by whom they told it to."""
    return step.opens and set(step.who) <= {confiding(procedure), *CONFIDANTS, *NOBODY}


def _named_before(procedure: Procedure, field: str) -> bool:
    """Whether `field` is an answer to an earlier step that was the member's to take (B2).

    Not the answer by which that step itself named a confidant: it was heeded then, and the member
    may have left them since. Nor one that can be given anew when the case already runs.
    """
    earlier, dot, answer = field.partition(".")
    if not dot:
        return False
    step = procedure.steps[earlier]
    heeded = {named for office, named in step.assigns.items() if office in CONFIDANTS}
    if answer in heeded:
        return False
    initial = procedure.tracks[step.track].initial
    once = step.sources == (initial,) and not _back(procedure, step.track)
    if (_begins(procedure, step) and once) or any("." not in named for named in heeded):
        return True
    party = step.decision.party if step.decision else None
    return party is not None and party == confiding(procedure)


def confiding(procedure: Procedure) -> str | None:
    """The party who confides in a counsellor: the member whose report the procedure is about.

    That is who has a track of their own and joins where a case opens; else the first who has one.
    """
    theirs = [t.belongs_to for t in procedure.tracks.values() if t.belongs_to]
    opening = {step.joins for step in procedure.steps.values() if step.opens}
    return next((party for party in theirs if party in opening), next(iter(theirs), None))


def owners(procedure: Procedure) -> set[str]:
    """The parties who have a track that is theirs."""
    return {t.belongs_to for t in procedure.tracks.values() if t.belongs_to is not None}


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
    confides: str | None = None,
) -> Reason | None:
    """Why this is not sufficient evidence that `party` decided; None where it is.

    `capacity` is the part in which the actor acts. The party acting for themselves signs with
    the key of their return code. What they said is recorded by a counsellor, in whom they and
    nobody else `confides`, and by no other.
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
    if evidence == "spoken" and (capacity not in CONFIDANTS or confides not in (None, party)):
        return Reason("spoken-to-a-counsellor-only", particulars, ("B16", "B18"))
    return None


def inherited(step: Step, state: str, procedure: Procedure, decided_by: str | None) -> bool:
    """Whether a consequence may follow: the member it would decide for decided its cause."""
    return {theirs(procedure, step, state), step.erases} <= {None, decided_by}


def ownerless(procedure: Procedure, step: Step, parties: Collection[str] = ()) -> bool:
    """Whether the step would begin a member's report on a track that belongs to no member.

    It does so where a case opens for them, and where they join one in which a counsellor can act
    before whoever confides in them takes part; `parties` are those who do.
    """
    joins = procedure.parties.get(step.joins or "")
    if joins is None or not joins.member:
        return False
    if step.opens:
        return procedure.tracks[step.track].belongs_to != step.joins
    confides = confiding(procedure)
    heard = CONFIDANTS & procedure.offices.keys()
    return bool(heard) and confides not in (step.joins, *parties)


def automatic(step: Step) -> bool:
    """Whether nobody takes this step: the clock does, or another step or case brings it about."""
    return all(who in NOBODY for who in step.who)

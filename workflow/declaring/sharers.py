"""Whose consent a step needs to share what it always shares, as far as a declaration can tell.

A document can be of several parties at once (`engine.items.whose`), and then each of them consents.
Of what a case holds nothing is known here, so a party is only named who can be in the case, whose
document it can be and who can be among those it is shared by. Where that is not certain, nobody is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.declaring.emergencies import open_states
from workflow.declaring.flow import graph, reached, unattended
from workflow.declaring.laws import deciders
from workflow.engine.member import automatic, confiding
from workflow.engine.procedure import NOBODY, Procedure, Share, Step, TrackIn
from workflow.engine.standing import CONFIDANTS


def follows(procedure: Procedure, first: Step, then: Step) -> bool:
    """Whether a step can come with or after another; of two tracks nobody knows the order."""
    if first is then or first.track != then.track:
        return True
    return bool(reached(graph(procedure, first.track), (first.to,)) & set(then.sources))


def recipients(step: Step, share: Share) -> set[str]:
    """Those with whom the step shares, or may."""
    field = step.asks.get(share.to_field or "")
    return {*((share.to,) if share.to else ()), *(field.among if field else ())}


def told_in_emergency(procedure: Procedure, step: Step) -> set[str]:
    """Those who may know without being asked for, where the step needs an emergency to be open."""
    return {
        who
        for name, opening in procedure.steps.items()
        if opening.emergency == "open" and not unattended(procedure, name)
        if _only_in(step, opening.track, open_states(procedure, opening))
        for field in opening.asks.values()
        if field.type == "recipients"
        for who in field.among
    }


def _only_in(step: Step, track: str, states: Collection[str]) -> bool:
    """Whether the step can be taken only where the track is in one of these states."""
    where = [(guard.track, guard.states) for guard in step.guards if isinstance(guard, TrackIn)]
    where.append((step.track, step.sources))
    return any(on == track and set(here) <= set(states) for on, here in where)


def unasked(procedure: Procedure, step: Step, kind: str, asking: Collection[Step]) -> set[str]:
    """The parties whose consent the step needs to share a kind, and whom no step asks for it.

    `asking` are the steps that ask anybody. Whoever takes a step consents for themself alone: two
    who are only asked with this very step have not both been asked when one of them takes it.
    """
    if step.opens or automatic(step) or procedure.kinds[kind].traceable:
        return set()
    elsewhere = {party for one in asking if one is not step for party in _asked(procedure, one)}
    here = _asked(procedure, step) if any(one is step for one in asking) else set[str]()
    found = set[str]()
    for group in _together(procedure, kind):
        if not any(_opens(procedure, kind, who, group) for who in step.who):
            continue
        rest = {one for one in group - elsewhere if _there(procedure, one, step)}
        begun = {one for one in rest if not _comes_in(procedure, one)}
        found |= rest if len(rest - begun) + bool(begun) > 1 else rest - here
    return found


def _asked(procedure: Procedure, step: Step) -> set[str]:
    """The parties whose consent the step can hold: they decide it, take it or come in by it."""
    name = next(name for name, one in procedure.steps.items() if one is step)
    giving = {*deciders(procedure, name), *step.who, step.joins}
    return {who for who in giving if who is not None and who in procedure.parties}


def _together(procedure: Procedure, kind: str) -> Iterator[frozenset[str]]:
    """The parties whose a document of the kind is at once, for each who may have written it."""
    of = {party for party in procedure.kinds[kind].of if not procedure.parties[party].many}
    confides = {confiding(procedure)} - {None}
    for writer in _writers(procedure, kind):
        if writer in CONFIDANTS:
            yield frozenset(of & confides)
        elif writer in procedure.parties:
            same = procedure.parties[writer].member
            yield frozenset(party for party in of if procedure.parties[party].member == same)
        else:
            yield frozenset(of)


def _writers(procedure: Procedure, kind: str) -> set[str]:
    """Who may write a document of the kind: with a step, or by adding it."""
    found = set(procedure.kinds[kind].added_by)
    for step in procedure.steps.values():
        if kind in (step.papers, step.note.kind if step.note else None):
            found |= {step.joins} if step.joins and step.joins_as is None else set(step.who)
    return found - NOBODY


def _opens(procedure: Procedure, kind: str, who: str, group: Collection[str]) -> bool:
    """Whether who takes a step may open, and so share, a document of the kind of these parties."""
    if who in group or who in procedure.kinds[kind].made_for:
        return True
    if who in CONFIDANTS:
        return set(group) <= {confiding(procedure)}
    shared = any(
        share.kind in (None, kind) and who in recipients(step, share)
        for step in procedure.steps.values()
        for share in step.shares
    )
    return shared or (who in procedure.offices and who in _writers(procedure, kind))


def _there(procedure: Procedure, party: str, step: Step) -> bool:
    """Whether a party can be in the case where the step is taken, if it is not their own case."""
    if party in step.who:
        return True
    joining = [one for one in procedure.steps.values() if one.joins == party]
    return any(
        follows(procedure, one, step) and (not one.opens or one.track == step.track)
        for one in joining
    )


def _comes_in(procedure: Procedure, party: str) -> bool:
    """Whether a party comes into cases that others began."""
    return any(one.joins == party and not one.opens for one in procedure.steps.values())

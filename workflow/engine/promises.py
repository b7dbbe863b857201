"""What a newer version would take from those whom a case is about. Pure.

Law 2 across versions: a state in which a member decides stays one, a decision that was theirs stays
theirs and is evidenced no more weakly, what somebody whom the case is about can do where it stands
they can still do, as easily and with the same outcome, and nothing goes on, ends or begins anew but
by a step.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.engine.case import Case
from workflow.engine.deadlines import due
from workflow.engine.folding import span
from workflow.engine.meanings import Hindrance, Trace
from workflow.engine.member import automatic, confiding, decider, enough
from workflow.engine.procedure import Consent, Field, Grant, Procedure, Share, Step
from workflow.engine.reasons import Reason
from workflow.engine.renaming import renamed
from workflow.engine.replacing import Counterparts
from workflow.engine.standing import AUDITOR, CONFIDANTS


def broken(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """Everything that was promised in the case and would not be kept."""
    was = renamed(older, now)
    if confiding(older) not in (None, confiding(newer)):
        confides = {"party": confiding(older)}
        yield Hindrance(Reason("confides-otherwise", confides, ("B2", "B38")))
    yield from _tracks(older, newer, case, now)
    yield from _grounds(was, newer, case, now)
    yield from _sights(older, newer, case)
    yield from _dangers(was, newer, case)
    yield from _erasing(was, newer, case)
    yield from _decisions(older, newer, now)
    yield from _passed_by(older, newer, now)
    yield from _endings(was, newer)
    yield from _ways(older, newer, case, now)
    yield from _answers(older, newer, case)


def _tracks(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    for name, at in case.tracks.items():
        track, after = older.tracks[name], newer.tracks.get(name)
        if after is None:
            if at.begun:
                yield Hindrance(Reason("track-gone", {"track": name}, ("B38",)), Trace(track=name))
            continue
        here = Trace(track=name)
        stands = {"track": name, "state": at.state}
        if at.begun and track.belongs_to != after.belongs_to:
            yield Hindrance(Reason("track-of-another", {"track": name}, ("B16", "B38")), here)
        was, then = track.states[at.state], after.states.get(now.state(name, at.state))
        if then is None:
            continue
        began = not at.begun and now.state(name, at.state) != after.initial
        moved = at.begun and _elsewhere(older, newer, name, at.state, now)
        if was.ends != then.ends or was.idle != then.idle or began or moved:
            yield Hindrance(Reason("moved-by-version", stands, ("B16", "B38")), here)


def _elsewhere(
    older: Procedure, newer: Procedure, track: str, state: str, now: Counterparts
) -> bool:
    """Whether a state becomes another one, and not only another name.

    That is so where the older version called another state by that name, or where only a member's
    decision leads to it, and to the older one something else led too.
    """
    then = now.state(track, state)
    if then == state:
        return False
    known = then in older.tracks[track].states
    return known or (_by_decision(newer, track, then) and not _by_decision(older, track, state))


def _by_decision(procedure: Procedure, track: str, state: str) -> bool:
    """Whether a track comes into the state by the decision of a member alone."""
    entries = [
        decider(procedure, step, source)
        for step in procedure.steps.values()
        if (step.track, step.to) == (track, state)
        for source in step.sources
        if source != state
    ]
    return state != procedure.tracks[track].initial and bool(entries) and None not in entries


def _grounds(
    was: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """What goes on only as long as somebody consents, goes on no longer than that."""
    for name, at in case.tracks.items():
        there = newer.tracks[name].states if name in newer.tracks else {}
        standing = now.state(name, at.state)
        # Of where it does not stand only that is said of which the older version has a state too.
        for then, before in was.tracks[name].states.items():
            grounds = [
                guard
                for guard in before.rests_on
                if isinstance(guard, Consent)
                and guard.kind in newer.kinds
                and guard.purpose in newer.purposes  # else it lacks a counterpart (`meanings`)
            ]
            if then in there and any(guard not in there[then].rests_on for guard in grounds):
                state = at.state if then == standing else then
                rests = {"track": name, "state": state}
                yield Hindrance(Reason("ground-gone", rests, ("B18", "B38")), Trace(track=name))


def _endings(was: Procedure, newer: Procedure) -> Iterator[Hindrance]:
    """What a step ends of what was allowed, also by what it brings about, it ends still."""
    falling = [
        (state.otherwise, then.otherwise)
        for name, track in was.tracks.items()
        for state_name, state in track.states.items()
        if name in newer.tracks
        if (then := newer.tracks[name].states.get(state_name)) is not None
        if state.otherwise is not None and then.otherwise is not None
    ]
    taken_still = ((name, name) for name in was.steps if name in newer.steps)
    for name, instead in dict.fromkeys((*taken_still, *falling)):
        kept = was.steps[name].track in newer.tracks
        left = (_ended(was, name, newer) if kept else set()) - _ended(newer, instead, newer)
        if left:
            reason = Reason("ends-less", {"step": name, "purpose": min(left)}, ("B18", "B38"))
            yield Hindrance(reason, Trace(track=was.steps[name].track))


def _ended(procedure: Procedure, name: str, newer: Procedure) -> set[str]:
    """The purposes for which consents end with a step and with what it brings about.

    Of those and on those tracks that the newer version still has.
    """
    found, waiting, seen = set[str](), [name], set[str]()
    while waiting:
        one = waiting.pop()
        step = procedure.steps.get(one)
        if one not in seen and step is not None and step.track in newer.tracks:
            seen.add(one)
            found |= {purpose for purpose in step.ends_purposes if purpose in newer.purposes}
            waiting += step.emits
    return found


def _sights(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """Nobody whom the case is about loses sight of it, nor does who oversees it (law 3).

    Nor do they lose what they may add to it outside any step.
    """
    playing = {party.role: name for name, party in case.parties.items()}
    for part, name in playing.items():
        for track in case.tracks:
            kept = newer.tracks.get(track)
            if part in older.tracks[track].seen_by and kept and part not in kept.seen_by:
                lost = {"track": track, "party": part}
                yield Hindrance(Reason("sight-lost", lost, ("B16", "B38")), Trace(party=name))
        for kind, declared in newer.kinds.items():
            before = older.kinds.get(kind)
            if before and part in before.added_by and part not in declared.added_by:
                could = {"kind": kind, "party": part}
                yield Hindrance(Reason("adding-gone", could, ("B16", "B38")), Trace(party=name))
    oversees = {
        name
        for name, at in case.tracks.items()
        if at.begun and AUDITOR in older.tracks[name].seen_by
    }
    if oversees and not any(
        name in newer.tracks and AUDITOR in newer.tracks[name].seen_by for name in oversees
    ):
        yield Hindrance(Reason("oversight-lost", {}, ("B38",)))


def _dangers(was: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """As long as an emergency is open or not accounted for, nobody has other ways out of it."""
    opening = {step.track for step in was.steps.values() if step.emergency == "open"}
    for track in sorted(opening & case.tracks.keys() & newer.tracks.keys()):
        state = was.tracks[track].states.get(case.state(track))
        if state is None or state.idle:
            continue
        for name, step in newer.steps.items():
            before = was.steps.get(name)
            if step.track == track and not automatic(step) and not _within(step, before):
                leaves = {"step": name, "track": track}
                reason = Reason("emergency-otherwise", leaves, ("B19", "B38"))
                yield Hindrance(reason, Trace(track=track))


def _erasing(was: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """Nothing is erased by more people, sooner, or while it had to be kept (law 3)."""
    playing = {party.role: name for name, party in case.parties.items()}
    for name, step in newer.steps.items():
        before, part = was.steps.get(name), step.erases
        if part is None or part not in playing or (before and _lost(before, newer)):
            continue  # where a name is gone, it lacks a counterpart (`unclear`)
        same = before is not None and before.erases == part and _within(step, before)
        if not same or _sooner(was, newer, name, case):
            erases = {"step": name, "party": part}
            reason = Reason("erased-otherwise", erases, ("B18", "B38"))
            yield Hindrance(reason, Trace(party=playing[part]))


def _lost(step: Step, newer: Procedure) -> tuple[str, ...]:
    """The states a step begins or ends in and that its track has no more."""
    track = newer.tracks.get(step.track)
    states = (*step.sources, step.to) if track is not None else ()
    return tuple(name for name in states if track is not None and name not in track.states)


def _sooner(was: Procedure, newer: Procedure, step: str, case: Case) -> bool:
    """Whether the clock takes a step earlier than it did, or where it did not."""
    track = newer.steps[step].track
    for name, state in newer.tracks[track].states.items():
        if state.deadline is None or state.deadline.then != step:
            continue
        before = was.tracks[track].states.get(name)
        if before is None or before.deadline is None or before.deadline.then != step:
            return True
        since = case.tracks[track].since
        if due(since, span(state.deadline)) < due(since, span(before.deadline)):
            return True
    return False


def _within(newer: Step, older: Step | None) -> bool:
    """Whether a step can be taken by nobody, and from nowhere, who could not take it before."""
    return (
        older is not None
        and older.to == newer.to
        and set(newer.sources) <= set(older.sources)
        and set(newer.who) <= set(older.who)
        and all(guard in newer.guards for guard in older.guards)
    )


def _decisions(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[Hindrance]:
    """Nowhere on the way does somebody else come to decide what was a member's to decide."""
    for name, track in older.tracks.items():
        after = newer.tracks[name].states if name in newer.tracks else None
        for state_name, state in track.states.items():
            then = after.get(now.state(name, state_name)) if after is not None else None
            kept = then is None or then.decides
            if state.decides and track.belongs_to is not None and not kept:
                theirs = {"track": name, "state": state_name, "party": track.belongs_to}
                yield Hindrance(Reason("decision-taken", theirs, ("B16", "B38")))
    for name in taken(older, newer, now):
        step = older.steps[name]
        party = next(p for state in step.sources if (p := decider(older, step, state)))
        decides = {"step": name, "party": party}
        yield Hindrance(Reason("step-decision-taken", decides, ("B16", "B38")))


def _passed_by(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[Hindrance]:
    """No other step leads where until now only a member's decision led, whatever it is called."""
    was = renamed(older, now)
    for name, step in newer.steps.items():
        if automatic(step):
            continue
        for source in step.sources:
            until_now = {
                other: decider(was, one, source)
                for other, one in was.steps.items()
                if (one.track, one.to) == (step.track, step.to) and source in one.sources
            }
            parties = set(until_now.values())
            newly = decider(newer, step, source)
            weaker = newly in parties and not set(enough(step)) <= {
                each for other in until_now for each in enough(was.steps[other])
            }
            before = was.tracks.get(step.track)
            arriving = before is not None and source not in before.states and newly is None
            if arriving and _by_decision(was, step.track, step.to):
                leading = {"step": name, "party": _deciding(was, step.track, step.to)}
                yield Hindrance(Reason("step-decision-taken", leading, ("B16", "B38")))
                break
            if (
                name not in until_now
                and parties
                and None not in parties
                and (weaker or newly not in parties)
            ):
                known, party = next(iter(until_now.items()))
                decides = {"step": known, "party": party}
                yield Hindrance(Reason("step-decision-taken", decides, ("B16", "B38")))
                break


def _deciding(procedure: Procedure, track: str, state: str) -> str:
    """The party by whose decision a track comes into the state."""
    return next(
        party
        for step in procedure.steps.values()
        if (step.track, step.to) == (track, state)
        for source in step.sources
        if (party := decider(procedure, step, source)) is not None
    )


def taken(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[str]:
    """The steps that a member decided on, and that another decides on now, or on less evidence."""
    for name, step in older.steps.items():
        newly = newer.steps.get(name)
        if newly is None or newly.track != step.track or step.track not in newer.tracks:
            continue
        weaker = bool(set(enough(newly)) - set(enough(step)))
        for state in step.sources:
            party, then = decider(older, step, state), now.state(step.track, state)
            there = party is not None and then in newly.sources
            if there and (weaker or decider(newer, newly, then) != party):
                yield name
                break


def _ways(older: Procedure, newer: Procedure, case: Case, now: Counterparts) -> Iterator[Hindrance]:
    """What a party could do where the case stands, they can do there still."""
    playing = {party.role for party in case.parties.values()}
    was = renamed(older, now)
    for name, step in older.steps.items():
        state = case.state(step.track)
        track, then = newer.tracks.get(step.track), now.state(step.track, state)
        begins = step.opens and not case.tracks[step.track].begun
        if state not in step.sources or begins or (track and then not in track.states):
            continue
        theirs = {who for who in step.who if who in playing}
        theirs |= {who for who in (decider(older, step, state),) if who in playing}
        newly = newer.steps.get(name)
        there = newly is not None and newly.track == step.track
        there = there and newly is not None and then in newly.sources
        still = set(newly.who) if newly else set()
        decides = decider(newer, newly, then) if newly and there else None
        where = Trace(track=step.track)
        for party in sorted(theirs):
            could = {"step": name, "party": party}
            lost = party in step.who and not (
                party in still and decides in (None, party, decider(older, step, state))
            )
            if not there or lost:
                yield Hindrance(Reason("way-gone", could, ("B16", "B38")), where)
                continue
            known = newly is not None and not _nameless(was.steps[name], newer)
            other = harder(was.steps[name], newly) if newly is not None and known else ()
            if other:
                leads = {"step": name, "party": party, "keys": other}
                yield Hindrance(Reason("way-differs", leads, ("B16", "B38")), where)


def unclear(
    older: Procedure, newer: Procedure, case: Case, now: Counterparts
) -> Iterator[Hindrance]:
    """What a party can do where the case stands, and of which a newer version must say what it is.

    It speaks of a state, a kind or a purpose that is there no more, and has no counterpart.
    """
    playing = {party.role for party in case.parties.values()}
    was = renamed(older, now)
    for name, step in older.steps.items():
        state = case.state(step.track)
        theirs = {*step.who, decider(older, step, state)} if state in step.sources else set()
        concerned = sorted(who for who in theirs if who in playing)
        if concerned and name in newer.steps and not step.opens and step.track in newer.tracks:
            for gone in _nameless(was.steps[name], newer)[:1]:
                speaks = {"step": name, "party": concerned[0], "given": gone}
                reason = Reason("way-unclear", speaks, ("B16", "B38"))
                yield Hindrance(reason, Trace(track=step.track))
        if step.erases in playing and name in newer.steps:
            for gone in _lost(was.steps[name], newer)[:1]:
                erases = {"step": name, "party": step.erases, "given": gone}
                yield Hindrance(Reason("erasing-unclear", erases, ("B18", "B38")))


def _nameless(step: Step, newer: Procedure) -> tuple[str, ...]:
    """The states, kinds and purposes that a step speaks of and the newer version does not have."""
    track = newer.tracks.get(step.track)
    states = (step.to,) if track is not None and step.to not in track.states else ()
    told: tuple[Grant | Share | Consent, ...]
    told = (*step.grants, *step.shares, *(g for g in step.guards if isinstance(g, Consent)))
    purposes = (*step.ends_purposes, *(one.purpose for one in told))
    kinds = (step.note.kind if step.note else None, *(one.kind for one in told))
    gone = [name for name in purposes if name not in newer.purposes]
    gone += [name for name in kinds if name is not None and name not in newer.kinds]
    return (*states, *dict.fromkeys(gone))


def harder(older: Step, newer: Step) -> tuple[str, ...]:
    """In what a step asks more, leads elsewhere or brings about more, by the keys that say so.

    Also where it no longer ends what it ended: a consent, or somebody's access.
    """
    asks = any(_asks_more(older.asks.get(name), field) for name, field in newer.asks.items())
    noted = newer.note is not None and newer.note.required
    noted = noted and not (older.note is not None and older.note.required)
    found = {
        "to": older.to != newer.to,
        "guards": any(guard not in older.guards for guard in newer.guards),
        "asks": asks,
        "note": noted,
        "ends_purposes": bool(set(older.ends_purposes) - set(newer.ends_purposes)),
        "releases": bool(set(older.releases) - set(newer.releases)),
        "grants": any(grant not in older.grants for grant in newer.grants),
        "shares": any(share not in older.shares for share in newer.shares),
        "emits": bool(set(newer.emits) - set(older.emits)),
        "files": older.files != newer.files,
        "emergency": older.emergency != newer.emergency,
        "erases": older.erases != newer.erases,
    }
    return tuple(key for key, differs in found.items() if differs)


def _asks_more(older: Field | None, newer: Field) -> bool:
    """Whether somebody who could answer before might not be able to."""
    if older is None:
        return newer.required
    fewer = set(older.values) - set(newer.values) or set(older.among) - set(newer.among)
    stricter = newer.required and not older.required
    return bool(fewer) or stricter or (older.type, older.office) != (newer.type, newer.office)


def _answers(older: Procedure, newer: Procedure, case: Case) -> Iterator[Hindrance]:
    """An answer that was given still answers what is asked, and makes nobody a confidant newly."""
    confiding = _confiding(newer) - _confiding(older)
    for name, done in case.done.items():
        before, after = older.steps.get(name), newer.steps.get(name)
        for field in done.answers:
            was = before.asks.get(field) if before else None
            then = after.asks.get(field) if after else None
            # What the older version did not ask was answered to one before it: who knows to what.
            asked = then is not None and (was is None or _sort(was) != _sort(then))
            if asked or f"{name}.{field}" in confiding:
                particulars = {"step": name, "field": field}
                track = before.track if before else None
                yield Hindrance(Reason("answer-differs", particulars, ("B38",)), Trace(track=track))


def _sort(asked: Field) -> tuple[str, str | None]:
    """What sort of answer is asked for, and who can be named in it."""
    return asked.type, asked.office


def _confiding(procedure: Procedure) -> set[str]:
    """The answers, as `step.field`, by which somebody becomes a member's confidant later."""
    return {
        field
        for step in procedure.steps.values()
        for office, field in step.assigns.items()
        if office in CONFIDANTS and "." in field
    }

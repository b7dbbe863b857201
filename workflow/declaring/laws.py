"""The laws at declaration time: what a procedure may not even declare.

The engine keeps the laws whatever a procedure says (`engine.sharing`, `engine.member`). Here is
refused what could then never happen, or would look like something the law does not allow. These
checks are for a procedure in which every name leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from workflow.declaring.flow import brought_about, graph, reached
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.deadlines import BadDuration, parse_duration
from workflow.engine.member import automatic, decider, enough, ownerless
from workflow.engine.procedure import CLOCK, CONSEQUENCE, Deadline, Procedure, Step, Track
from workflow.engine.sharing import EMERGENCY_CONDITIONS, EMERGENCY_LIMIT
from workflow.engine.standing import CONFIDANTS


def laws(procedure: Procedure) -> Iterator[Problem]:
    """Every declaration that a law forbids."""
    for name, step in procedure.steps.items():
        yield from _basis(procedure, name, step)
        if step.emergency == "open" and CLOCK not in step.who:
            yield from _emergency(procedure, name, step)
        yield from _silence(procedure, name, step)
        yield from _decision(procedure, name, step)
        yield from _consequences(procedure, name, step)
        yield from _opening(procedure, name, step)
    for name, track in procedure.tracks.items():
        yield from _deciding(procedure, name, track)


def deciders(procedure: Procedure, name: str) -> frozenset[str | None]:
    """Who may have decided when this step is taken; None where it may be nobody.

    What another step brings about was decided by who decided that step.
    """
    causes = [
        other
        for other in procedure.steps
        if other != name and name in brought_about(procedure, other)
    ]
    found: set[str | None] = set()
    for cause in (name, *causes):
        step = procedure.steps[cause]
        if CLOCK in step.who:
            found.add(None)
        if not automatic(step):
            found |= {decider(procedure, step, source) for source in step.sources}
    return frozenset(found)


def _basis(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 1: a consent has a giver, and what is shared is somebody's to give."""
    path = at("steps", name)
    givers = deciders(procedure, name)
    if step.joins is not None and not procedure.parties[step.joins].member:
        givers = frozenset(step.joins if giver is None else giver for giver in givers)
    for number, grant in enumerate(step.grants):
        inner = at(path, "grants", number)
        of = procedure.kinds[grant.kind].of
        if None in givers:
            yield problem(
                "grant-without-giver",
                inner,
                f"Niemand beslist {name}, dus niemand geeft deze toestemming.",
                f"Nobody decides {name}, so nobody gives this consent.",
            )
        elif givers and not givers <= set(of):
            strangers = listed(giver for giver in givers if giver and giver not in of)
            yield problem(
                "grant-not-theirs",
                inner,
                f"{grant.kind} is niet van {strangers}, dus die geeft er geen toestemming voor.",
                f"{grant.kind} is not of {strangers}, who cannot consent to sharing it.",
            )
    for number, share in enumerate(step.shares):
        kind = share.kind
        if kind is not None and not procedure.kinds[kind].of and step.emergency != "open":
            yield problem(
                "shared-of-nobody",
                at(path, "shares", number),
                f"{kind} is van niemand, dus niemand kan toestaan dat het gedeeld wordt.",
                f"{kind} is nobody's, so nobody can consent to its being shared.",
            )


def _emergency(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 1: an emergency is affirmed, has recipients, is short and always closes (B19)."""
    path = at("steps", name)
    asked = {name: field.type for name, field in step.asks.items() if field.required}
    conditions = [name for name in EMERGENCY_CONDITIONS if asked.get(name) != "affirm"]
    if conditions:
        yield problem(
            "emergency-not-affirmed",
            path,
            f"{name} opent een noodtoestand, en moet daarvoor affirm vragen: {listed(conditions)}.",
            f"{name} opens an emergency, and must ask an affirm for that: {listed(conditions)}.",
        )
    if "recipients" not in asked.values():
        yield problem(
            "emergency-without-recipients",
            path,
            f"{name} opent een noodtoestand, dus moet vragen wie het mag weten (recipients).",
            f"{name} opens an emergency, so it must ask who may know (recipients).",
        )
    if others := set(step.who) - CONFIDANTS - {CONSEQUENCE}:
        yield problem(
            "emergency-by-others",
            at(path, "who"),
            f"Een noodtoestand opent alleen een vertrouwenspersoon, niet: {listed(others)}.",
            f"An emergency is opened by a counsellor only, not by: {listed(others)}.",
        )
    target = at("tracks", step.track, "states", step.to)
    deadline = procedure.tracks[step.track].states[step.to].deadline
    if deadline is None or deadline.then is None:
        yield problem(
            "emergency-without-end",
            target,
            f"In {step.to} is een noodtoestand open: een deadline moet die sluiten (then).",
            f"In {step.to} an emergency is open: a deadline must close it (then).",
        )
    else:
        if not _closes(procedure, deadline.then):
            yield problem(
                "emergency-not-closed",
                at(target, "deadline", "then"),
                f"{deadline.then} sluit de noodtoestand niet (emergency: close).",
                f"{deadline.then} does not close the emergency (emergency: close).",
            )
        if _longer(deadline, EMERGENCY_LIMIT):
            days = EMERGENCY_LIMIT.days
            yield problem(
                "emergency-too-long",
                at(target, "deadline"),
                f"Een noodtoestand duurt hooguit {days} dagen, en niet in werkdagen geteld.",
                f"An emergency lasts {days} days at most, and is not counted in working days.",
            )
    yield from _stays_open(procedure, step)


def _stays_open(procedure: Procedure, opening: Step) -> Iterator[Problem]:
    steps = [(name, step) for name, step in procedure.steps.items() if step.track == opening.track]
    closing = {
        source for name, step in steps if _closes(procedure, name) for source in step.sources
    }
    staying = {
        state: frozenset(
            step.to
            for name, step in steps
            if state in step.sources and not _closes(procedure, name)
        )
        for state in procedure.tracks[opening.track].states
    }
    everything = graph(procedure, opening.track)
    for state in sorted(reached(staying, (opening.to,))):
        if not reached(everything, (state,)) & closing:
            yield problem(
                "emergency-stays-open",
                at("tracks", opening.track, "states", state),
                f"In {state} kan een noodtoestand open zijn die nooit meer sluit.",
                f"In {state} an emergency can be open that never closes.",
            )


def _closes(procedure: Procedure, name: str) -> bool:
    return any(
        procedure.steps[one].emergency == "close" for one in (name, *brought_about(procedure, name))
    )


def _longer(deadline: Deadline, limit: timedelta) -> bool:
    """Whether the deadline exceeds `limit`; working days do, since a weekend may come between."""
    if deadline.within is None:
        return True
    try:
        span = parse_duration(deadline.within)
    except BadDuration:
        return False
    days = span.years * 366 + span.months * 31 + span.weeks * 7 + span.days
    return timedelta(days=days, hours=span.hours, minutes=span.minutes) > limit


def _silence(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Laws 1 and 2: silence is no consent; what the clock does discloses and opens nothing."""
    if CLOCK not in step.who:
        return
    for one in (name, *brought_about(procedure, name)):
        by = procedure.steps[one]
        if by.shares:
            yield problem(
                "clock-shares",
                at("steps", name, "shares" if one == name else "emits"),
                f"{name} gebeurt door de klok, en zwijgen is geen toestemming om te delen.",
                f"{name} happens by the clock, and silence is no consent to share.",
            )
        if by.emergency == "open":
            yield problem(
                "clock-opens-emergency",
                at("steps", name, "emergency" if one == name else "emits"),
                f"{name} gebeurt door de klok, die geen noodtoestand kan openen.",
                f"{name} happens by the clock, which cannot open an emergency.",
            )


def _decision(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: who decides is not for the declaration to change, and evidence there always is."""
    path = at("steps", name)
    parties = {decider(procedure, step, source) for source in step.sources} - {None}
    if step.decision is not None:
        owners = {party for party in parties if party != step.decision.party}
        if owners:
            yield problem(
                "decision-not-theirs",
                at(path, "decision", "party"),
                f"Deze stap is de beslissing van {listed(p for p in owners if p)}.",
                f"This step is the decision of {listed(p for p in owners if p)}.",
            )
            return
        if not step.decision.evidence:
            yield problem(
                "no-evidence",
                at(path, "decision", "evidence"),
                "Een beslissing zonder bewijs bestaat niet: noem code, written of spoken.",
                "There is no decision without evidence: give code, written or spoken.",
            )
            return
    evidence = enough(step)
    for party in sorted(p for p in parties if p):
        others = set(step.who) - {party, CLOCK, CONSEQUENCE}
        possible = (
            automatic(step)
            or ("code" in evidence and party in step.who)
            or ("written" in evidence and others)
            or ("spoken" in evidence and others & CONFIDANTS)
        )
        if not possible:
            yield problem(
                "evidence-impossible",
                at(path, "decision") if step.decision else path,
                f"Niemand in who kan met {listed(evidence)} laten zien dat {party} beslist.",
                f"Nobody in who can show with {listed(evidence)} that {party} decides.",
            )


def _consequences(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: a step that is the member's decision is brought about by their decision only."""
    if CONSEQUENCE in step.who and CLOCK not in step.who and automatic(step):
        return
    decided = {decider(procedure, step, source) for source in step.sources}
    for one in brought_about(procedure, name):
        needs = {decider(procedure, procedure.steps[one], s) for s in procedure.steps[one].sources}
        silent = CLOCK in step.who and needs != {None}
        never = None not in needs and not needs & decided
        if needs and (silent or never):
            yield problem(
                "undecided-consequence",
                at("steps", name, "emits"),
                f"{one} is een beslissing van {listed(p for p in needs if p)}, {name} niet.",
                f"{one} is a decision of {listed(p for p in needs if p)}, and {name} is not.",
            )


def _opening(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: a member's report is on a track that belongs to that member."""
    track = procedure.tracks[step.track]
    members = {
        who
        for who in step.who
        if step.opens and who in procedure.parties and procedure.parties[who].member
    }
    if ownerless(procedure, step) or (members and track.belongs_to is None):
        party = step.joins or min(members)
        yield problem(
            "members-track-of-nobody",
            at("tracks", step.track, "belongs_to"),
            f"{name} opent dit spoor voor het lid {party}, dus is het van {party} (belongs_to).",
            f"{name} opens this track for the member {party}, so it is theirs (belongs_to).",
        )


def _deciding(procedure: Procedure, name: str, track: Track) -> Iterator[Problem]:
    path = at("tracks", name)
    steps = {n: step for n, step in procedure.steps.items() if step.track == name}
    owner = track.belongs_to
    if owner is None:
        for state_name, state in track.states.items():
            if state.decides:
                yield problem(
                    "decides-without-member",
                    at(path, "states", state_name, "decides"),
                    f"In {state_name} beslist een lid, maar het spoor is van niemand (belongs_to).",
                    f"In {state_name} a member decides, but the track is nobody's (belongs_to).",
                )
        return
    if not procedure.parties[owner].member:
        yield problem(
            "belongs-to-no-member",
            at(path, "belongs_to"),
            f"{owner} is geen lid, en een spoor is van wie erover beslist.",
            f"{owner} is not a member, and a track belongs to the member who decides.",
        )
    disclosing = [
        step_name
        for step_name, step in steps.items()
        if step.emergency != "open"
        and (step.shares or step.grants)
        and owner not in deciders(procedure, step_name)
    ]
    if disclosing and not any(state.decides for state in track.states.values()):
        yield problem(
            "nobody-decides",
            path,
            f"{listed(disclosing)} deelt, maar {owner} beslist in geen toestand (decides).",
            f"{listed(disclosing)} shares, but in no state does {owner} decide (decides).",
        )

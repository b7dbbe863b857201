"""The laws at declaration time: what a procedure may not even declare.

The engine keeps the laws whatever a procedure says (`engine.sharing`, `engine.member`). Here is
refused what could then never happen, or would look like something the law does not allow. These
checks are for a procedure in which every name leads somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from workflow.declaring.flow import brought_about, unattended
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.member import (
    LONG_SILENCE,
    answerable,
    automatic,
    confiding,
    decider,
    enough,
    ownerless,
    theirs,
)
from workflow.engine.procedure import (
    CLOCK,
    GROUND,
    LINKED,
    NOBODY,
    Procedure,
    Step,
    Text,
    Track,
)
from workflow.engine.standing import CONFIDANTS

_HOW = {
    CLOCK: Text(nl="door de klok", en="by the clock"),
    LINKED: Text(nl="omdat een andere zaak het meldt", en="because another case tells it"),
    GROUND: Text(nl="omdat een grond wegvalt", en="because a ground falls away"),
}
"""How a step happens with nobody behind it."""


def laws(procedure: Procedure) -> Iterator[Problem]:
    """Every declaration that a law forbids."""
    for name, step in procedure.steps.items():
        yield from _basis(procedure, name, step)
        yield from _silence(procedure, name)
        yield from _unanswered(procedure, name, step)
        yield from _decision(procedure, name, step)
        yield from _consequences(procedure, name, step)
        yield from _opening(procedure, name, step)
        yield from _unasked(procedure, name, step)
    for name, track in procedure.tracks.items():
        yield from _deciding(procedure, name, track)


def deciders(procedure: Procedure, name: str) -> frozenset[str | None]:
    """Who may have decided when this step is taken; None where it may be nobody.

    What another step brings about was decided by who decided that step.
    """
    found: set[str | None] = set()
    for cause in (name, *_causes(procedure, name)):
        step = procedure.steps[cause]
        if unattended(procedure, cause):
            found.add(None)
        if not automatic(step):
            found |= {decider(procedure, step, source) for source in step.sources}
    return frozenset(found)


def _causes(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The other steps that bring this one about."""
    return tuple(
        other
        for other in procedure.steps
        if other != name and name in brought_about(procedure, other)
    )


def _givers(procedure: Procedure, name: str) -> frozenset[str | None]:
    """Who may give the consents of this step: its decider or, without one, who acts for themself.

    None where it may be nobody. Whoever is brought in by somebody else does not act.
    """
    step = procedure.steps[name]
    found = set(deciders(procedure, name))
    if None not in found or unattended(procedure, name):
        return frozenset(found)
    found.discard(None)
    for cause in _causes(procedure, name):
        if None in deciders(procedure, cause):
            found.add(None)
    for who in set(step.who) - NOBODY:
        if all(decider(procedure, step, source) for source in step.sources):
            continue
        if step.joins is None:
            found.add(who if who in procedure.parties else None)
        else:
            in_person = not procedure.parties[step.joins].member and step.joins_as is None
            found.add(step.joins if in_person or who == step.joins else None)
    return frozenset(found)


def _basis(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 1: a consent has a giver, and what is shared is somebody's to give."""
    path = at("steps", name)
    givers = _givers(procedure, name) if step.grants else frozenset()
    for number, grant in enumerate(step.grants):
        inner = at(path, "grants", number)
        of = owners(procedure, grant.kind)
        if None in givers:
            yield problem(
                "grant-without-giver",
                inner,
                f"Niemand beslist {name}, dus niemand geeft deze toestemming.",
                f"Nobody decides {name}, so nobody gives this consent.",
            )
        elif givers and not givers <= of:
            strangers = listed(giver for giver in givers if giver and giver not in of)
            yield problem(
                "grant-not-theirs",
                inner,
                f"{grant.kind} is niet van {strangers}, dus die geeft er geen toestemming voor.",
                f"{grant.kind} is not of {strangers}, who cannot consent to sharing it.",
            )
    for number, share in enumerate(step.shares):
        if share.kind is None or step.emergency == "open" or owners(procedure, share.kind):
            continue
        made_for = set(procedure.kinds[share.kind].made_for)
        field = step.asks.get(share.to_field or "")
        if not made_for & {share.to, *(field.among if field else ())}:
            yield problem(
                "shared-of-nobody",
                at(path, "shares", number),
                f"{share.kind} is van niemand, dus niemand kan toestaan dat het gedeeld wordt. "
                "Voor wie het geschreven wordt, staat bij made_for.",
                f"{share.kind} is nobody's, so nobody can consent to its being shared. Those whom "
                "it is written for stand under made_for.",
            )


def _unasked(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 1: with the step that opens a case, nobody has consented to anything but by that step."""
    coming = {step.note.kind if step.note else None, step.papers}
    given = {(grant.kind, grant.to, grant.purpose) for grant in step.grants}
    for number, share in enumerate(step.shares if step.opens and not step.emergency else ()):
        if share.kind is None or share.kind not in coming or share.to is None:
            continue
        if (share.kind, share.to, share.purpose) in given or share.to in CONFIDANTS:
            continue
        theirs = owners(procedure, share.kind)
        if theirs and share.to not in (*theirs, *procedure.kinds[share.kind].made_for):
            yield problem(
                "opens-unconsented",
                at("steps", name, "shares", number),
                f"Met {name} begint een zaak, en niemand staat toe dat {share.kind} naar "
                f"{share.to} gaat voor {share.purpose}: zet dat bij grants.",
                f"A case begins with {name}, and nobody consents to {share.kind} going to "
                f"{share.to} for {share.purpose}: put that under grants.",
            )


def owners(procedure: Procedure, kind: str) -> frozenset[str]:
    """The parties whose an item of the kind can be: declared, as its author, or as traceable."""
    declared = procedure.kinds[kind]
    if declared.traceable:
        return frozenset(procedure.parties)
    with_steps = {
        who
        for step in procedure.steps.values()
        if kind in (step.papers, step.note.kind if step.note else None)
        for who in step.who
    }
    writers = {*with_steps, *declared.added_by}
    return frozenset(declared.of) | (writers & set(procedure.parties))


def _silence(procedure: Procedure, name: str) -> Iterator[Problem]:
    """Laws 1 and 2: silence is no consent. What nobody does shares, opens and decides nothing."""
    for way in unattended(procedure, name):
        how = _HOW[way]
        for one in (name, *brought_about(procedure, name)):
            by = procedure.steps[one]
            if by.shares:
                yield problem(
                    f"{way}-shares",
                    at("steps", name, "shares" if one == name else "emits"),
                    f"{name} gebeurt {how.nl}, en dan staat niemand toe dat er gedeeld wordt.",
                    f"{name} happens {how.en}, and then nobody allows anything to be shared.",
                )
            if by.emergency == "open":
                yield problem(
                    f"{way}-opens-emergency",
                    at("steps", name, "emergency" if one == name else "emits"),
                    f"{name} gebeurt {how.nl}, en dan is er niemand om een noodtoestand te openen.",
                    f"{name} happens {how.en}, and then nobody is there to open an emergency.",
                )
        yield from _undecided(procedure, name, way)


def _undecided(procedure: Procedure, name: str, way: str) -> Iterator[Problem]:
    """What another case tells, or a ground that falls away, takes the place of no decision."""
    step = procedure.steps[name]
    states = procedure.tracks[step.track].states
    falling = [source for source in step.sources if states[source].otherwise == name]
    sources = falling if way == GROUND else step.sources
    whose = theirs if way == GROUND else decider
    # What it erases is judged apart (`emergencies`).
    moving = msgspec.structs.replace(step, erases=None)
    needs = {whose(procedure, moving, source) for source in sources}
    # A step that people take as well is passed over where it would be a member's decision.
    if needs - {None} and (way == GROUND or automatic(step) or None not in needs):
        how = _HOW[way]
        yield problem(
            f"{way}-decides",
            at("steps", name, "decision") if step.decision else at("steps", name),
            f"{name} is een beslissing van {listed(p for p in needs if p)}, en gebeurt dus nooit "
            f"{how.nl}.",
            f"{name} is a decision of {listed(p for p in needs if p)}, so it never happens "
            f"{how.en}.",
        )


def _unanswered(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: silence ends a member's report only when they had time to answer."""
    for source, state in procedure.tracks[step.track].states.items():
        timed = CLOCK in step.who and state.deadline is not None and state.deadline.then == name
        if timed and source in step.sources and not answerable(procedure, step, source):
            days = LONG_SILENCE.days
            yield problem(
                "silence-too-short",
                at("tracks", step.track, "states", source, "deadline"),
                f"Met {name} eindigt of rust het spoor van het lid omdat niemand iets zegt: geef "
                f"{days} dagen of meer om te antwoorden.",
                f"With {name} the member's track ends or rests because nobody says anything: give "
                f"{days} days or more to answer.",
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
        if not automatic(step) and not _showing(procedure, step, party):
            yield problem(
                "evidence-impossible",
                at(path, "decision") if step.decision else path,
                f"Niemand in who kan met {listed(evidence)} laten zien dat {party} beslist.",
                f"Nobody in who can show with {listed(evidence)} that {party} decides.",
            )


def _showing(procedure: Procedure, step: Step, party: str) -> frozenset[str]:
    """The levels of evidence with which those in `who` can show that the party decides."""
    others = set(step.who) - {party, *NOBODY}
    possible = {
        "code": party in step.who,
        "written": bool(others),
        "spoken": bool(others & CONFIDANTS) and party == confiding(procedure),
    }
    return frozenset(level for level in enough(step) if possible[level])


def _consequences(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: a step that is the member's decision is brought about by their decision only.

    And by one that is shown as well as it has to be: else it would not happen (`following`).
    """
    silent = bool(unattended(procedure, name))
    if automatic(step) and not silent:
        return
    decided = {decider(procedure, step, source) for source in step.sources}
    for one in brought_about(procedure, name):
        needs = {decider(procedure, procedure.steps[one], s) for s in procedure.steps[one].sources}
        unasked = silent and needs != {None}
        never = None not in needs and not needs & decided
        if needs and (unasked or never):
            yield problem(
                "undecided-consequence",
                at("steps", name, "emits"),
                f"{one} is een beslissing van {listed(p for p in needs if p)}, {name} niet.",
                f"{one} is a decision of {listed(p for p in needs if p)}, and {name} is not.",
            )
        shown = {
            level
            for party in sorted(p for p in needs & decided if p)
            for level in _showing(procedure, step, party)
        }
        if lacking := shown - set(enough(procedure.steps[one])):
            yield problem(
                "consequence-unshown",
                at("steps", name, "emits"),
                f"{name} kan blijken uit {listed(lacking)}, en {one} niet: dan gebeurt {one} niet. "
                f"Vraag van {name} hetzelfde bewijs.",
                f"{name} can be shown by {listed(lacking)}, and {one} cannot: then {one} does not "
                f"happen. Ask the same evidence of {name}.",
            )


def _opening(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """Law 2: a member's report is on a track that belongs to that member."""
    track = procedure.tracks[step.track]
    members = {
        who
        for who in step.who
        if step.opens and who in procedure.parties and procedure.parties[who].member
    }
    if ownerless(procedure, step, (confiding(procedure) or "",)) or (
        members and track.belongs_to is None
    ):
        party = step.joins or min(members)
        doing = Text(nl="opent dit spoor voor", en="opens this track for")
        if not step.opens:
            doing = Text(nl="haalt er iemand bij die kan vertrouwen:", en="brings in who confides:")
        yield problem(
            "members-track-of-nobody",
            at("tracks", step.track, "belongs_to"),
            f"{name} {doing.nl} het lid {party}, dus is het van {party} (belongs_to).",
            f"{name} {doing.en} the member {party}, so it is theirs (belongs_to).",
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
    one = procedure.parties[owner].member and not procedure.parties[owner].many
    joins = any(step.joins == owner for step in procedure.steps.values())
    if one and joins and owner not in track.seen_by:
        yield problem(
            "owner-cannot-see",
            at(path, "seen_by"),
            f"Dit spoor is van {owner}, die het niet kan zien: zet {owner} bij seen_by.",
            f"This track belongs to {owner}, who cannot see it: put {owner} under seen_by.",
        )
    disclosing = [
        step_name
        for step_name, step in steps.items()
        if step.emergency != "open"
        and (step.shares or step.grants)
        and owner not in deciders(procedure, step_name)
        and set(step.who) != {owner}
    ]
    if disclosing and not any(state.decides for state in track.states.values()):
        yield problem(
            "nobody-decides",
            path,
            f"{listed(disclosing)} deelt, maar {owner} beslist in geen toestand (decides).",
            f"{listed(disclosing)} shares, but in no state does {owner} decide (decides).",
        )

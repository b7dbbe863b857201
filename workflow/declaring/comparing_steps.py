"""Its part about steps: who takes them, whose decision they are, and who gets what by them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from workflow.declaring.changes import Change, Effect, Versions, both, called, line, unclear
from workflow.declaring.comparing_outcomes import outcomes
from workflow.declaring.comparing_states import lasting, longer
from workflow.declaring.problems import at
from workflow.engine.deadlines import parse_duration
from workflow.engine.member import decider, enough
from workflow.engine.procedure import NOBODY, Field, Grant, Procedure, Share, Step, Text

_LISTS: tuple[tuple[str, Effect, Text, Text], ...] = (
    ("recuses", "narrows",
     Text("{step} houdt nu ook buiten de zaak wie bij {name} staat.",
          "{step} now keeps out of the case whoever is named at {name}."),
     Text("{step} houdt wie bij {name} staat niet meer buiten de zaak.",
          "{step} no longer keeps out of the case whoever is named at {name}.")),
    ("releases", "narrows",
     Text("Bij {step} is {who} voortaan uit de zaak.", "With {step} {who} is out of the case now."),
     Text("Bij {step} blijft {who} voortaan in de zaak.",
          "With {step} {who} now stays in the case.")),
    ("ends_purposes", "narrows",
     Text("Bij {step} eindigt toestemming voor {purpose}.",
          "With {step} consent for {purpose} ends."),
     Text("Bij {step} loopt toestemming voor {purpose} door.",
          "With {step} consent for {purpose} goes on.")),
)  # fmt: skip
_ENDING = ("recuses", "releases", "ends_purposes", "emergency", "erases", "emits", "tells")
"""What a step may end: where it is there no more, that may go on."""
_SEALED: dict[Effect, Text] = {
    "widens": Text("Wat bij {step} op {field} geantwoord wordt, staat voortaan open in de zaak.",
                   "What is answered to {field} at {step} stands open in the case now."),
    "narrows": Text("Wat bij {step} op {field} geantwoord wordt, is voortaan verzegeld.",
                    "What is answered to {field} at {step} is sealed now."),
}  # fmt: skip


def steps(v: Versions) -> Iterator[Change]:
    """Everything that is otherwise about steps."""
    added, gone, kept = both(v.older.steps, v.newer.steps)
    for name in gone:
        step, label = v.older.steps[name], v.label("steps", name)
        nl, en = "De stap {step} is er niet meer.", "The step {step} is there no more."
        told = line("changes", "step-removed", at("steps"), nl, en, step=label)
        yield msgspec.structs.replace(told, unclear=any(getattr(step, key) for key in _ENDING))
        for who in step.who:
            yield _may("narrows", v, name, who)
    for name in added:
        step, label = v.newer.steps[name], v.label("steps", name)
        nl, en = "Nieuwe stap: {step}.", "New step: {step}."
        yield line("changes", "step-added", at("steps", name), nl, en, step=label)
        for who in step.who:
            yield _may("widens", v, name, who)
        empty = Step(label, step.track, (), step.to, (), ())
        yield from _given(v, name, empty, step)
        yield from _asked(v, name, empty, step, fresh=True)
    for name in kept:
        yield from _step(v, name, v.older.steps[name], v.newer.steps[name])


def _may(effect: Effect, v: Versions, name: str, who: str) -> Change:
    """Who may take a step; what it gives anybody that it happens without anyone is unclear."""
    nl, en = {
        "widens": ("{who} kan voortaan: {step}.", "{who} may now: {step}."),
        "narrows": ("{who} kan niet meer: {step}.", "{who} may no longer: {step}."),
    }[effect]
    path, label = at("steps", name, "who"), v.label("steps", name)
    if effect == "widens":
        path = at(path, v.newer.steps[name].who.index(who))
    if who in NOBODY:
        return unclear("who", path, nl, en, who=v.who(who), step=label)
    return line(effect, "who", path, nl, en, who=v.who(who), step=label)


def _step(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    path, label = at("steps", name), v.label("steps", name)
    more, less, _ = both(older.who, newer.who)
    for who in more:
        yield _may("widens", v, name, who)
    for who in less:
        yield _may("narrows", v, name, who)
    if older.track != newer.track:
        nl, en = "{step} hoort bij een ander spoor.", "{step} belongs to another track."
        yield line("widens", "step-track", path, nl, en, step=label)
    else:
        from_more, from_less, _ = both(older.sources, newer.sources)
        for state in from_more:
            nl, en = "{step} kan nu ook vanaf {state}.", "{step} can be taken from {state} too."
            told = {"step": label, "state": v.state(newer.track, state)}
            yield line("widens", "from", at(path, "from"), nl, en, **told)
        for state in from_less:
            nl, en = (
                "{step} kan niet meer vanaf {state}.",
                "{step} can no longer be taken from {state}.",
            )
            told = {"step": label, "state": v.state(newer.track, state)}
            yield line("narrows", "from", at(path, "from"), nl, en, **told)
    yield from _decision(v, name, older, newer)
    yield from _guards(v, name, older, newer)
    yield from _asked(v, name, older, newer, fresh=False)
    yield from _given(v, name, older, newer)
    yield from _listed(v, name, older, newer)
    if older.labels != newer.labels:
        yield called("step-labels", at(path, "labels"), older.labels, newer.labels)
    yield from outcomes(v, name, older, newer)


def _decides(procedure: Procedure, step: Step) -> dict[str, str]:
    """For each state that the step begins in whose decision it is there; none where nobody's."""
    found = ((state, decider(procedure, step, state)) for state in step.sources)
    return {state: party for state, party in found if party is not None}


def _decision(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    path, label = at("steps", name, "decision"), v.label("steps", name)
    before, after = _decides(v.older, older), _decides(v.newer, newer)
    lost = {p for state, p in before.items() if state in newer.sources and after.get(state) != p}
    won = {p for state, p in after.items() if state in older.sources and before.get(state) != p}
    for party in sorted(lost):
        told = {"step": label, "who": v.who(party)}
        nl = "Over {step} beslist {who} niet meer; dat doet nu wie de stap zet."
        en = "{who} no longer decides on {step}; whoever takes the step does now."
        yield line("widens", "decision", path, nl, en, **told)
        nl, en = "{who} beslist niet meer over {step}.", "{who} no longer decides on {step}."
        yield line("narrows", "decision", path, nl, en, **told)
    for party in sorted(won):
        nl, en = "Over {step} beslist voortaan {who}.", "It is {who} who decides on {step} now."
        yield line("narrows", "decision", path, nl, en, step=label, who=v.who(party))
    weighed = bool(before and after) and set(enough(older)) != set(enough(newer))
    if not lost and not won and not weighed and older.decision != newer.decision:
        nl = "Over {step} beslist dezelfde als eerst; alleen hoe dat er staat, is anders."
        en = "Who decides on {step} stays the same; only the way it is written differs."
        yield line("changes", "decision", path, nl, en, step=label)
    if weighed:
        weaker = set(enough(newer)) - set(enough(older))
        effect: Effect = "widens" if weaker else "narrows"
        nl = "Voor {step} is {how} bewijs van de beslissing genoeg."
        en = "{how} evidence of the decision is enough for {step}."
        how = Text("zwakker", "Weaker") if weaker else Text("alleen sterker", "Only stronger")
        yield line(effect, "evidence", path, nl, en, step=label, how=how)


def _guards(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    path, label = at("steps", name, "guards"), v.label("steps", name)
    for guard in older.guards:
        if guard not in newer.guards:
            told = v.said(v.older, guard, older)
            nl, en = (
                "{step} kan ook zonder dat {guard}.",
                "{step} can be taken without this: {guard}.",
            )
            yield line("widens", "guard", path, nl, en, step=label, guard=told)
    for number, guard in enumerate(newer.guards):
        if guard not in older.guards:
            told = v.said(v.newer, guard, newer)
            nl, en = "{step} kan alleen nog als {guard}.", "{step} can only be taken if {guard}."
            yield line("narrows", "guard", at(path, number), nl, en, step=label, guard=told)


def _asked(v: Versions, name: str, older: Step, newer: Step, *, fresh: bool) -> Iterator[Change]:
    path, label = at("steps", name, "asks"), v.label("steps", name)
    added, gone, kept = both(older.asks, newer.asks)
    for field in gone:
        nl, en = "{step} vraagt niet meer: {field}.", "{step} no longer asks: {field}."
        told = {"step": label, "field": older.asks[field].labels}
        yes = older.asks[field].type == "affirm"
        one = line("widens" if yes else "changes", "asks", path, nl, en, **told)
        yield msgspec.structs.replace(one, unclear=not yes)
    for field in added:
        if not fresh:
            nl, en = "{step} vraagt nu: {field}.", "{step} now asks: {field}."
            told = {"step": label, "field": newer.asks[field].labels}
            yes = newer.asks[field].type == "affirm"
            one = line("narrows" if yes else "changes", "asks", at(path, field), nl, en, **told)
            yield msgspec.structs.replace(one, unclear=not yes)
        yield from _among(v, at(path, field), label, None, newer.asks[field])
    for field in kept:
        before, after = older.asks[field], newer.asks[field]
        yield from _among(v, at(path, field), label, before, after)
        yield from _field(v, at(path, field), label, before, after)


def _field(v: Versions, path: str, step: Text, older: Field, newer: Field) -> Iterator[Change]:
    """What is asked otherwise: whom an answer may name, who sees it, and the question itself."""
    told = {"step": step, "field": newer.labels}
    if older.office != newer.office:
        effect: Effect = "narrows" if older.office is None else "widens"
        anybody = Text("iedereen", "anybody")
        before, after = (v.who(f.office) if f.office else anybody for f in (older, newer))
        nl = "Wie bij {step} als {field} genoemd kan worden: voortaan {after}; dat was {before}."
        en = "Who can be named at {step} as {field}: {after} now; it was {before}."
        inner = at(path, "office")
        yield line(effect, "asks", inner, nl, en, before=before, after=after, **told)
    if older.sealed != newer.sealed:
        effect = "narrows" if newer.sealed else "widens"
        said = _SEALED[effect]
        yield line(effect, "asks", at(path, "sealed"), said.nl, said.en, **told)
    if older.labels != newer.labels:
        # What somebody affirms is nothing but its words.
        told_so = called("asks", at(path, "labels"), older.labels, newer.labels)
        yield msgspec.structs.replace(told_so, unclear=newer.type == "affirm")
    nl, en = "{step} vraagt {field} op een andere manier.", "{step} asks {field} otherwise."
    if any(getattr(older, key) != getattr(newer, key) for key in ("type", "required")) or (
        older.values.keys() != newer.values.keys()
    ):
        yield unclear("asks", path, nl, en, **told)
    elif older.values != newer.values:
        yield line("changes", "asks", path, nl, en, **told)


def _among(
    v: Versions, path: str, step: Text, older: Field | None, newer: Field
) -> Iterator[Change]:
    more, less, _ = both(older.among if older else (), newer.among)
    for who in more:
        nl = "Bij {step} kan voortaan gekozen worden dat {who} het krijgt."
        en = "At {step} it can now be chosen that {who} receives it."
        yield line("widens", "among", at(path, "among"), nl, en, step=step, who=v.who(who))
    for who in less:
        nl = "Bij {step} kan {who} niet meer als ontvanger gekozen worden."
        en = "At {step} {who} can no longer be chosen to receive it."
        yield line("narrows", "among", at(path, "among"), nl, en, step=step, who=v.who(who))


def _given(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    """What is shared, allowed and handed out by the step."""
    path, label = at("steps", name), v.label("steps", name)
    yield from _sharing(v, path, label, older, newer)
    yield from _consented(v, path, label, older, newer)
    for office, asked in newer.assigns.items():
        if older.assigns.get(office) != asked:
            nl = "Met {step} komt iemand als {who} in de zaak."
            en = "With {step} somebody comes into the case as {who}."
            inner = at(path, "assigns", office)
            yield line("widens", "assigns", inner, nl, en, step=label, who=v.who(office))
    for office in older.assigns:
        if office not in newer.assigns:
            nl = "Met {step} komt niemand meer als {who} in de zaak."
            en = "With {step} nobody comes into the case as {who} any more."
            yield line("narrows", "assigns", path, nl, en, step=label, who=v.who(office))
    for key in ("tells", "files"):
        if getattr(older, key) != getattr(newer, key):
            nl = "{step} betekent voor een andere zaak iets anders dan eerst."
            en = "{step} means something else for another case than it did."
            effect: Effect = "widens" if getattr(newer, key) else "narrows"
            yield line(effect, key, at(path, key), nl, en, step=label)


def _consented(v: Versions, path: str, label: Text, older: Step, newer: Step) -> Iterator[Change]:
    """The consents that the step gives; of one that only lasts otherwise how long is said."""
    before, after = ({_to(one): one for one in step.grants} for step in (older, newer))
    for number, grant in enumerate(newer.grants):
        inner = at(path, "grants", number)
        if _to(grant) not in before:
            yield _granted("widens", v, inner, label, grant)
        elif before[_to(grant)].lasts != grant.lasts:
            yield _lasts(v, inner, label, before[_to(grant)], grant)
    for grant in older.grants:
        if _to(grant) not in after:
            yield _granted("narrows", v, at(path, "grants"), label, grant)


def _sharing(v: Versions, path: str, label: Text, older: Step, newer: Step) -> Iterator[Change]:
    """What the step shares; of what it only shares where somebody is there, just that is said."""
    before, after = ({_what(one): one for one in step.shares} for step in (older, newer))
    for number, share in enumerate(newer.shares):
        inner = at(path, "shares", number)
        if _what(share) not in before:
            yield _shared("widens", v, inner, label, newer, share)
        elif before[_what(share)] != share:
            yield _awaited(v, inner, label, newer, share)
    for share in older.shares:
        if _what(share) not in after:
            yield _shared("narrows", v, at(path, "shares"), label, older, share)


def _what(share: Share) -> Share:
    return msgspec.structs.replace(share, if_any=False)


def _awaited(v: Versions, path: str, step: Text, of: Step, share: Share) -> Change:
    """Whether the step waits until somebody is there to receive what it shares."""
    effect: Effect = "widens" if share.if_any else "narrows"
    nl, en = {
        "widens": (
            "{step} kan voortaan ook als {who} er niet is om dit te krijgen: {what} ({purpose}).",
            "{step} can be taken too where {who} is not there to receive this: {what} ({purpose}).",
        ),
        "narrows": (
            "{step} kan alleen nog als {who} er is om dit te krijgen: {what} ({purpose}).",
            "{step} can only be taken where {who} is there to receive this: {what} ({purpose}).",
        ),
    }[effect]
    return line(effect, "shares", path, nl, en, step=step, **_told(v, of, share))


def _told(v: Versions, of: Step, share: Share) -> dict[str, Text]:
    """To whom something is shared, what, and what for."""
    field = of.asks.get(share.to_field or "")
    who = v.who(share.to) if share.to else field.labels if field else Text("", "")
    everything = Text("alles waarvoor toestemming is", "everything that is consented to")
    what = v.label("kinds", share.kind) if share.kind else everything
    return {"who": who, "what": what, "purpose": v.label("purposes", share.purpose)}


def _shared(effect: Effect, v: Versions, path: str, step: Text, of: Step, share: Share) -> Change:
    nl, en = {
        "widens": (
            "Bij {step} gaat voortaan naar {who}: {what} ({purpose}).",
            "With {step} this now goes to {who}: {what} ({purpose}).",
        ),
        "narrows": (
            "Bij {step} gaat niet meer naar {who}: {what} ({purpose}).",
            "With {step} this no longer goes to {who}: {what} ({purpose}).",
        ),
    }[effect]
    return line(effect, "shares", path, nl, en, step=step, **_told(v, of, share))


def _granted(effect: Effect, v: Versions, path: str, step: Text, grant: Grant) -> Change:
    nl, en = {
        "widens": (
            "Wie {step} zet, staat voortaan toe dat {kind} naar {who} gaat ({purpose}).",
            "Taking {step} now allows that {kind} goes to {who} ({purpose}).",
        ),
        "narrows": (
            "Wie {step} zet, staat niet meer toe dat {kind} naar {who} gaat ({purpose}).",
            "Taking {step} no longer allows that {kind} goes to {who} ({purpose}).",
        ),
    }[effect]
    told = {"kind": v.label("kinds", grant.kind), "who": v.who(grant.to)}
    told["purpose"] = v.label("purposes", grant.purpose)
    return line(effect, "grants", path, nl, en, step=step, **told)


def _to(grant: Grant) -> tuple[str, str, str]:
    """What a consent lets go, to whom and what for: all of it but how long."""
    return grant.kind, grant.to, grant.purpose


def _lasts(v: Versions, path: str, step: Text, older: Grant, newer: Grant) -> Change:
    was, is_ = (parse_duration(one.lasts) if one.lasts else None for one in (older, newer))
    nl = (
        "De toestemming die {step} geeft om {kind} naar {who} te laten gaan ({purpose}), geldt "
        "voortaan {after}; dat was {before}."
    )
    en = (
        "The consent that {step} gives for {kind} to go to {who} ({purpose}) lasts {after} now; "
        "it was {before}."
    )
    told = {"kind": v.label("kinds", newer.kind), "who": v.who(newer.to)}
    told["purpose"] = v.label("purposes", newer.purpose)
    forever = Text("tot die wordt ingetrokken", "until it is taken back")
    told |= {"before": lasting(was, forever), "after": lasting(is_, forever)}
    shorter: Effect = "narrows" if longer(is_, was) else "changes"
    effect: Effect = "widens" if longer(was, is_) else shorter
    return line(effect, "grants", path, nl, en, step=step, **told)


def _listed(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    label = v.label("steps", name)
    for key, effect, more, less in _LISTS:
        added, gone, _ = both(getattr(older, key), getattr(newer, key))
        other: Effect = "widens"
        for does, names, words, of in ((effect, added, more, newer), (other, gone, less, older)):
            for one in names:
                asked = of.asks[one].labels if one in of.asks else Text(one, one)
                told = {"name": asked, "who": v.who(one), "purpose": v.label("purposes", one)}
                path = at("steps", name, key)
                yield line(
                    does, key.replace("_", "-"), path, words.nl, words.en, step=label, **told
                )

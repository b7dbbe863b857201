"""Its part about steps: who takes them, whose decision they are, and who gets what by them."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.changes import Change, Effect, Versions, both, called, line
from workflow.declaring.problems import at
from workflow.engine.member import decider, enough
from workflow.engine.procedure import NOBODY, Field, Grant, Procedure, Share, Step, Text

_ELSE: dict[str, Text] = {
    "help": Text("De uitleg bij {step} is anders.", "What explains {step} is not as it was."),
    "cites": Text("{step} rust op andere regels.", "{step} rests on other rules."),
    "to": Text("{step} leidt naar een andere toestand.", "{step} leads to another state."),
    "note": Text("Wat er bij {step} wordt opgeschreven, is anders.",
                 "What is written down at {step} is another thing."),
    "papers": Text("Welke stukken met {step} meekomen, is anders.",
                   "Which documents come with {step} is not as it was."),
    "opens": Text("Of met {step} een zaak begint, is anders.",
                  "Whether a case begins with {step} is not as it was."),
    "joins": Text("Wie met {step} in de zaak komt, is anders.",
                  "Who comes into the case with {step} is another."),
    "joins_as": Text("Wie met {step} in de zaak komt, is anders.",
                     "Who comes into the case with {step} is another."),
    "emergency": Text("Of {step} een noodopening begint of eindigt, is anders.",
                      "Whether {step} begins or ends an emergency is not as it was."),
    "emits": Text("Wat vanzelf op {step} volgt, is anders.",
                  "What follows by itself from {step} is not as it was."),
    "links": Text("Welke zaak {step} bij dezelfde kwestie noemt, is anders.",
                  "Which case {step} says is of the same matter is not as it was."),
    "erases": Text("Wat {step} wist, is anders.", "What {step} erases is not as it was."),
    "renews": Text("Of met {step} een nieuwe termijn begint, is anders.",
                   "Whether a term begins anew with {step} is not as it was."),
    "reopens": Text("Of met {step} weer opengaat wat afgelopen was, is anders.",
                    "Whether {step} opens again what was over is not as it was."),
}  # fmt: skip
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


def steps(v: Versions) -> Iterator[Change]:
    """Everything that is otherwise about steps."""
    added, gone, kept = both(v.older.steps, v.newer.steps)
    for name in gone:
        step, label = v.older.steps[name], v.label("steps", name)
        nl, en = "De stap {step} is er niet meer.", "The step {step} is there no more."
        yield line("changes", "step-removed", at("steps"), nl, en, step=label)
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
    """Who may take a step; what happens without anyone takes nothing from anybody, nor gives."""
    nl, en = {
        "widens": ("{who} kan voortaan: {step}.", "{who} may now: {step}."),
        "narrows": ("{who} kan niet meer: {step}.", "{who} may no longer: {step}."),
    }[effect]
    path, label = at("steps", name, "who"), v.label("steps", name)
    if effect == "widens":
        path = at(path, v.newer.steps[name].who.index(who))
    if who in NOBODY:
        effect = "changes"
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
    for key, said in _ELSE.items():
        if getattr(older, key) != getattr(newer, key):
            code = f"step-{key.replace('_', '-')}"
            yield line("changes", code, at(path, key), said.nl, said.en, step=label)


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
    if not lost and not won and older.decision != newer.decision:
        nl = "Over {step} beslist dezelfde als eerst; alleen hoe dat er staat, is anders."
        en = "Who decides on {step} stays the same; only the way it is written differs."
        yield line("changes", "decision", path, nl, en, step=label)
    if before and after and set(enough(older)) != set(enough(newer)):
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
        yield line("changes", "asks", path, nl, en, **told)
    for field in added:
        if not fresh:
            nl, en = "{step} vraagt nu: {field}.", "{step} now asks: {field}."
            told = {"step": label, "field": newer.asks[field].labels}
            yield line("changes", "asks", at(path, field), nl, en, **told)
        yield from _among(v, at(path, field), label, None, newer.asks[field])
    for field in kept:
        before, after = older.asks[field], newer.asks[field]
        yield from _among(v, at(path, field), label, before, after)
        rest = ("type", "labels", "values", "office", "required", "sealed")
        if any(getattr(before, key) != getattr(after, key) for key in rest):
            nl, en = "{step} vraagt {field} op een andere manier.", "{step} asks {field} otherwise."
            told = {"step": label, "field": after.labels}
            yield line("changes", "asks", at(path, field), nl, en, **told)


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
    for number, share in enumerate(newer.shares):
        if share not in older.shares:
            yield _shared("widens", v, at(path, "shares", number), label, newer, share)
    for share in older.shares:
        if share not in newer.shares:
            yield _shared("narrows", v, at(path, "shares"), label, older, share)
    for number, grant in enumerate(newer.grants):
        if grant not in older.grants:
            yield _granted("widens", v, at(path, "grants", number), label, grant)
    for grant in older.grants:
        if grant not in newer.grants:
            yield _granted("narrows", v, at(path, "grants"), label, grant)
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


def _shared(effect: Effect, v: Versions, path: str, step: Text, of: Step, share: Share) -> Change:
    field = of.asks.get(share.to_field or "")
    who = v.who(share.to) if share.to else field.labels if field else Text("", "")
    everything = Text("alles waarvoor toestemming is", "everything that is consented to")
    what = v.label("kinds", share.kind) if share.kind else everything
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
    purpose = v.label("purposes", share.purpose)
    return line(effect, "shares", path, nl, en, step=step, who=who, what=what, purpose=purpose)


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

"""Its part about what comes of a step: what is written, who comes in, what begins and ends by it.

What comes of it that no declaration tells the weight of is told as unclear.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.changes import Change, Effect, Versions, line, unclear
from workflow.declaring.problems import at
from workflow.engine.procedure import Step, Text

_WORDS: dict[str, Text] = {
    "help": Text("De uitleg bij {step} is anders.", "What explains {step} is not as it was."),
    "cites": Text("{step} rust op andere regels.", "{step} rests on other rules."),
}
_UNCLEAR: dict[str, Text] = {
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
_BEGUN: dict[Effect, Text] = {
    "widens": Text("Met {step} kan voortaan een zaak beginnen.", "A case can begin with {step}."),
    "narrows": Text("Met {step} begint geen zaak meer.", "No case begins with {step} any more."),
}
_DANGER: dict[str, tuple[Effect, Text]] = {
    "no longer close": ("widens", Text(
        "Met {step} eindigt een noodopening niet meer.", "{step} no longer ends an emergency.")),
    "open": ("widens", Text(
        "Met {step} begint voortaan een noodopening: wie dan genoemd wordt, leest zonder "
        "toestemming.",
        "An emergency begins with {step} now: whoever is named then reads without consent.")),
    "no longer open": ("narrows", Text(
        "Met {step} begint geen noodopening meer.", "No emergency begins with {step} any more.")),
    "close": ("narrows", Text(
        "Met {step} eindigt voortaan een noodopening.", "{step} ends an emergency now.")),
}  # fmt: skip
_REQUIRED: dict[bool, Text] = {
    True: Text("Bij {step} moet voortaan iets worden opgeschreven.",
               "Something has to be written down at {step} now."),
    False: Text("Bij {step} hoeft niets meer te worden opgeschreven.",
                "Nothing need be written down at {step} any more."),
}  # fmt: skip


def outcomes(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    """Everything that is otherwise about what comes of a step."""
    path, label = at("steps", name), v.label("steps", name)
    if older.to != newer.to:
        nl, en = (
            "{step} leidt voortaan naar {now}; dat was {was}.",
            "{step} leads to {now} now; it was {was}.",
        )
        told = {"was": v.state(older.track, older.to), "now": v.state(newer.track, newer.to)}
        yield unclear("step-to", at(path, "to"), nl, en, step=label, **told)
    yield from _noted(v, name, older, newer)
    yield from _papers(v, name, older, newer)
    if older.opens != newer.opens:
        effect: Effect = "widens" if newer.opens else "narrows"
        said = _BEGUN[effect]
        yield line(effect, "step-opens", at(path, "opens"), said.nl, said.en, step=label)
    yield from _joining(v, name, older, newer)
    if older.emergency != newer.emergency:
        for key in (f"no longer {older.emergency}", newer.emergency):
            if key in _DANGER:
                effect, said = _DANGER[key]
                inner = at(path, "emergency")
                yield line(effect, "step-emergency", inner, said.nl, said.en, step=label)
    for key, said in _WORDS.items():
        if getattr(older, key) != getattr(newer, key):
            yield line("changes", f"step-{key}", at(path, key), said.nl, said.en, step=label)
    for key, said in _UNCLEAR.items():
        if getattr(older, key) != getattr(newer, key):
            yield unclear(f"step-{key}", at(path, key), said.nl, said.en, step=label)


def _noted(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    was, is_ = (one.note.kind if one.note else None for one in (older, newer))
    path, label = at("steps", name, "note"), v.label("steps", name)
    if was != is_:
        what = Text("Wat bij {step} wordt opgeschreven", "What is written down at {step}")
        yield _kind(v, "step-note", path, label, what, was, is_)
    elif older.note != newer.note:
        said = _REQUIRED[newer.note is not None and newer.note.required]
        yield line("changes", "step-note", path, said.nl, said.en, step=label)


def _papers(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    if older.papers != newer.papers:
        path, label = at("steps", name, "papers"), v.label("steps", name)
        what = Text("Wat met {step} meekomt", "What comes with {step}")
        yield _kind(v, "step-papers", path, label, what, older.papers, newer.papers)


def _kind(
    v: Versions, code: str, path: str, step: Text, what: Text, was: str | None, now: str | None
) -> Change:
    """What texts of a step become; whoever may read the newer kind reads them too."""
    if now is None:
        nl, en = f"{what.nl}, vervalt.", f"{what.en} is no longer there."
        return line("narrows", code, path, nl, en, step=step)
    told = {"step": step, "now": v.label("kinds", now)}
    if was is None:
        nl = f"{what.nl}, is voortaan {{now}}: wie dat mag lezen, leest het."
        en = f"{what.en} is {{now}} from now on: whoever may read that reads it."
        return line("widens", code, path, nl, en, **told)
    nl = f"{what.nl}, is voortaan {{now}} en niet meer {{was}}: wie dat mag lezen, leest dit ook."
    en = f"{what.en} is {{now}} now and not {{was}}: whoever may read that reads this too."
    return line("widens", code, path, nl, en, was=v.label("kinds", was), **told)


def _joining(v: Versions, name: str, older: Step, newer: Step) -> Iterator[Change]:
    """Who comes into the case: in another part, or another person in it."""
    if (older.joins, older.joins_as) == (newer.joins, newer.joins_as):
        return
    key = "joins" if older.joins != newer.joins else "joins_as"
    code, path, label = (
        f"step-{key.replace('_', '-')}",
        at("steps", name, key),
        v.label("steps", name),
    )
    if newer.joins is None:
        nl, en = (
            "Met {step} komt niemand meer als {who} in de zaak.",
            "With {step} nobody comes into the case as {who} any more.",
        )
        yield line("narrows", code, path, nl, en, step=label, who=v.who(older.joins or ""))
    elif newer.joins_as is None:
        nl = "Wie {step} zet, komt daarmee voortaan als {who} in de zaak."
        en = "Whoever takes {step} now comes into the case as {who} by it."
        yield line("widens", code, path, nl, en, step=label, who=v.who(newer.joins))
    else:
        field = newer.asks.get(newer.joins_as)
        named = field.labels if field else Text(newer.joins_as, newer.joins_as)
        nl = "Wie bij {step} genoemd wordt als {field}, komt voortaan als {who} in de zaak."
        en = "Whoever is named at {step} as {field} now comes into the case as {who}."
        yield line("widens", code, path, nl, en, step=label, field=named, who=v.who(newer.joins))

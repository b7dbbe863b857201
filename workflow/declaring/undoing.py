"""What a step gives and takes away again in the same moment, so that nobody ever has it.

The engine first gives and then takes (`engine.following`). For a procedure in which nothing else is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Consent, Procedure, Share, Staffed, Step
from workflow.engine.standing import CONFIDANTS, assigned


def undoing(procedure: Procedure) -> Iterator[Problem]:
    """Every office, consent, share and ground that a step undoes as it gives it."""
    for name, step in procedure.steps.items():
        path = at("steps", name)
        found = [*_released(step, path), *_ended(procedure, name, step, path)]
        found += _falling(procedure, name, step, path)
        yield from {one.path: one for one in reversed(found)}.values()


def _released(step: Step, path: str) -> Iterator[Problem]:
    for number, office in enumerate(step.releases):
        if office in step.assigns:
            yield problem(
                "undone-at-once",
                at(path, "releases", number),
                f"Wie hier {office} wordt, is dat met dezelfde stap niet meer (releases).",
                f"Whoever becomes {office} here is so no more by the same step (releases).",
            )


def _ended(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    """What goes outside is gone; inside, reading ends with the consent (law 1)."""
    given = {grant.purpose for grant in step.grants if grant.to not in procedure.outside}
    read = {share.purpose for share in step.shares if _on_consent(procedure, step, share)}
    for number, purpose in enumerate(step.ends_purposes):
        if purpose in given | read:
            yield problem(
                "undone-at-once",
                at(path, "ends_purposes", number),
                f"{name} laat lezen voor {purpose} en beëindigt dat meteen, dus niemand leest het.",
                f"{name} lets people read for {purpose} and ends that at once, so nobody reads it.",
            )


def _on_consent(procedure: Procedure, step: Step, share: Share) -> bool:
    """Whether what goes can only be read while there is consent for its purpose."""
    if share.to is None or share.to in (*procedure.outside, *CONFIDANTS):
        return False
    kind = procedure.kinds.get(share.kind or "")
    theirs = kind is not None and (share.to in kind.of or share.to in kind.made_for)
    return not theirs and step.emergency is None and not (kind is not None and kind.traceable)


def _falling(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    """A state whose ground is taken away by the step that leads to it."""
    for ground in procedure.tracks[step.track].states[step.to].rests_on:
        match ground:
            case Consent(purpose=purpose) if purpose in step.ends_purposes:
                inner = at(path, "ends_purposes", step.ends_purposes.index(purpose))
            case Staffed(office=office, or_else=()) if office in step.releases and assigned(
                procedure, office
            ):
                inner = at(path, "releases", step.releases.index(office))
            case _:
                continue
        yield problem(
            "undone-at-once",
            inner,
            f"{step.to} rust hierop (rests_on), dus met {name} valt het meteen weer weg.",
            f"{step.to} rests on this (rests_on), so with {name} it falls away at once.",
        )

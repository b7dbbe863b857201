"""Which parts of a world a step can bear on, as coarse as can be said before anything is tried.

What moves on a track is looked for among the moves that may change something that it shows; all
others are left out. So this may say too much, and never too little.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from workflow.engine.procedure import (
    LINKED,
    Condition,
    Consent,
    Guard,
    HasItem,
    Opened,
    Packet,
    Procedure,
    role,
)

if TYPE_CHECKING:
    from workflow.exploring.watched import Component
    from workflow.exploring.world import World

Aspect = tuple[str, ...]
"""What a move may change, as coarse as it can be said beforehand: `("track", "report")`."""


def touched(procedure: Procedure, name: str) -> frozenset[Aspect]:
    """All that taking a step may change, with what follows from it."""
    return frozenset(_following(procedure, name))


def falls(procedure: Procedure) -> frozenset[Aspect]:
    """All that changes where a state no longer rests on anything."""
    found: set[Aspect] = set()
    for track in procedure.tracks.values():
        for state in track.states.values():
            if state.otherwise is not None:
                found |= set(_following(procedure, state.otherwise))
    return frozenset(found)


def _following(procedure: Procedure, name: str, above: tuple[str, ...] = ()) -> Iterator[Aspect]:
    if name in above:
        return
    step = procedure.steps[name]
    for sort in ("track", "begun", "stale"):
        yield sort, step.track
    yield "whom", name
    yield "answer", name
    yield from (("assigned", office) for office in (*step.assigns, *step.releases))
    yield from (("consent", grant.purpose) for grant in step.grants)
    yield from (("consent", purpose) for purpose in step.ends_purposes)
    if step.joins is not None:
        yield "party", step.joins
    if step.recuses:
        yield ("recused",)
    if step.note is not None:
        yield "item", step.note.kind
    if step.papers is not None:
        yield "item", step.papers
    yield "item", "statement"
    yield ("gone",)
    if step.erases is not None:
        yield ("erased",)
        yield ("item",)
    if step.emergency is not None:
        yield ("emergency",)
    if step.links is not None or step.files is not None or LINKED in step.who:
        yield ("link",)
    for other in step.emits:
        yield from _following(procedure, other, (*above, name))


def aspect(world: World, component: Component) -> Aspect:
    """A part of the world, as what a move may change is said."""
    sort = component[0]
    if sort in ("item", "of", "author", "by", "confided", "opened"):
        return "item", world.kinds[component[1]]
    if sort == "consent":
        return "consent", world.consents[component[1]][2]
    if sort == "party":
        return "party", role(component[1])
    if sort in ("answer", "whom"):
        return component[:2]
    return component


def may_change(touches: frozenset[Aspect], part: Aspect) -> bool:
    """Whether a move that touches these may change this part."""
    return any(part[: length + 1] in touches for length in range(len(part)))


def packets(procedure: Procedure, to: str, purpose: str) -> Iterator[tuple[str, str, str, str]]:
    """A consent by which something may go to a recipient: for one kind of each party's words."""
    for part, declared in procedure.parties.items():
        kinds = [
            name
            for name, kind in procedure.kinds.items()
            if part in kind.of and part in kind.added_by and to not in kind.never_to
        ]
        if declared.member and kinds:
            yield part, to, purpose, kinds[-1]


def looked_at(procedure: Procedure, parts: Collection[Aspect]) -> frozenset[str]:
    """The kinds of item on which it depends what becomes of these parts.

    What a step shares may keep it from happening. That is left aside where it moves no track of
    these: there the step then happens more often than it can.
    """
    found: set[str] = set()
    tracks = frozenset(part for part in parts if part[0] == "track")
    for name, step in procedure.steps.items():
        touches = touched(procedure, name)
        if not any(may_change(touches, part) for part in parts):
            continue
        for guard in step.guards:
            found |= _of_guard(procedure, guard)
        for share in step.shares if tracks & touches else ():
            any_kind = Packet(to=share.to or "", purpose=share.purpose)
            found |= {share.kind} if share.kind is not None else _of_guard(procedure, any_kind)
    for name, track in procedure.tracks.items():
        for state in track.states.values() if ("track", name) in tracks else ():
            for guard in state.rests_on:
                found |= _of_guard(procedure, guard)
    return frozenset(found)


def asked_of(procedure: Procedure, guard: Guard | Condition) -> frozenset[str]:
    """The kinds of item that a guard looks for, or looks for a consent to."""
    if isinstance(guard, Consent):
        return frozenset({guard.kind})
    return frozenset(_of_guard(procedure, guard))


def _of_guard(procedure: Procedure, guard: Guard | Condition) -> set[str]:
    """The kinds of item that a guard looks for."""
    match guard:
        case HasItem():
            return {guard.kind}
        case Opened():
            return set(guard.kinds)
        case Packet():
            return {kind for *_, kind in packets(procedure, guard.to, guard.purpose)}
    return set()

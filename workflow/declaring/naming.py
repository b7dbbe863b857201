"""Names in a procedure: every reference leads to something declared, and no name means two things.

`references` is the one list of everything that a procedure refers to. A name is looked for among
the names of its sort; which names those are is said in `_known` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from workflow.declaring.problems import Problem, at, closest, listed, problem
from workflow.engine.procedure import (
    GROUND,
    NOBODY,
    Absent,
    Answered,
    Available,
    Consent,
    Experienced,
    Field,
    FreshEyes,
    HasItem,
    NoNewHolder,
    Opened,
    OtherPerson,
    OutsideBranch,
    Packet,
    Present,
    Procedure,
    Recorded,
    Replacement,
    SamePerson,
    Several,
    Staffed,
    State,
    Step,
    TrackIn,
    Warranted,
)

_SORTS = {
    "track": ("spoor", "track"),
    "state": ("toestand", "state"),
    "office": ("functie", "office"),
    "party": ("betrokkene", "party"),
    "actor": ("functie of betrokkene", "office or party"),
    "recipient": ("ontvanger", "recipient"),
    "kind": ("soort stuk", "kind of item"),
    "purpose": ("doel", "purpose"),
    "step": ("stap", "step"),
    "field": ("vraag", "field"),
    "value": ("waarde", "value"),
}
"""What is referred to, in Dutch and in English; the code of an unknown one is `unknown-` and it."""


RESERVED = (*sorted(NOBODY), GROUND)
"""What events say in the place of who acted, and of the step that something came of."""


class Reference(NamedTuple):
    """A name that stands at `path` for something of this sort; `within` is what that belongs to."""

    sort: str
    name: str
    path: str
    within: tuple[str, ...] = ()


def unknown(procedure: Procedure) -> Iterator[Problem]:
    """Every reference that leads nowhere. Those within something unknown itself are left out."""
    for reference in references(procedure):
        known = _known(procedure, reference)
        if known is None or reference.name in known:
            continue
        nl, en = _SORTS[reference.sort]
        of = f" ({'.'.join(reference.within[:2])})" if reference.within else ""
        yield problem(
            f"unknown-{reference.sort}",
            reference.path,
            f"Er is geen {nl} ‘{reference.name}’{of}; er zijn: {listed(known)}.",
            f"There is no {en} ‘{reference.name}’{of}; there are: {listed(known)}.",
            closest(reference.name, known),
        )


def collisions(procedure: Procedure) -> Iterator[Problem]:
    """Names that would mean two things: who acts and who receives are looked up by name alone."""
    seen: dict[str, str] = {}
    for section in ("offices", "parties", "outside", "steps"):
        for name in getattr(procedure, section):
            if name in RESERVED:
                yield problem(
                    "reserved-name",
                    at(section, name),
                    f"‘{name}’ heeft al een betekenis: kies een andere naam.",
                    f"‘{name}’ has a meaning already: choose another name.",
                )
            elif section == "steps":
                continue
            elif name in seen:
                yield problem(
                    "name-collision",
                    at(section, name),
                    f"‘{name}’ staat ook onder {seen[name]}: kies een andere naam.",
                    f"‘{name}’ stands under {seen[name]} too: choose another name.",
                )
            seen.setdefault(name, section)


def values(field: Field, *, remembered: bool) -> tuple[str, ...]:
    """The answers to `field` that a guard can name, now or `remembered` from an earlier step.

    People are in no procedure, so nobody can be named. A yes or no is looked at afterwards only.
    """
    if field.type in ("affirm", "yesno"):
        return ("yes", "no") if remembered else ()
    return (*field.values, *field.among)


def references(procedure: Procedure) -> Iterator[Reference]:
    """Everything that the procedure refers to by name, with the place of the reference.

    What need not be of this procedure is not among it: `declaring.people` looks for the offices
    that stand in for one or exclude it, and `declaring.between` for the steps of other cases.
    """
    for name, kind in procedure.kinds.items():
        yield from _many("party", kind.of, at("kinds", name, "of"))
        yield from _many("actor", kind.added_by, at("kinds", name, "added_by"))
        yield from _many("recipient", kind.made_for, at("kinds", name, "made_for"))
        yield from _many("recipient", kind.never_to, at("kinds", name, "never_to"))
    for name, track in procedure.tracks.items():
        path = at("tracks", name)
        yield Reference("state", track.initial, at(path, "initial"), (name,))
        yield from _many("actor", track.seen_by, at(path, "seen_by"))
        yield from _one("party", track.belongs_to, at(path, "belongs_to"))
        for state_name, state in track.states.items():
            yield from _state(state, at(path, "states", state_name))
    for name, step in procedure.steps.items():
        yield from _step(name, step, at("steps", name))
    for number, one in enumerate(procedure.replaces):
        yield from _replacement(one, at("replaces", number))
    for name, invariant in procedure.invariants.items():
        for key, conditions in invariant.conditions.items():
            for number, condition in enumerate(conditions):
                path = at("invariants", name, key, number)
                yield from _guard(None, condition, path)
                if isinstance(condition, SamePerson):
                    yield from _hats(condition, path)


def _replacement(one: Replacement, path: str) -> Iterator[Reference]:
    """What older names become; those themselves are of another version."""
    for track, states in one.states.items():
        yield Reference("track", track, at(path, "states", track))
        for old, new in states.items():
            yield Reference("state", new, at(path, "states", track, old), (track,))
    for old, new in one.kinds.items():
        yield Reference("kind", new, at(path, "kinds", old))
    for old, new in one.purposes.items():
        yield Reference("purpose", new, at(path, "purposes", old))


def _state(state: State, path: str) -> Iterator[Reference]:
    if state.deadline is not None:
        inner = at(path, "deadline")
        yield from _one("step", state.deadline.then, at(inner, "then"))
        yield from _many("actor", state.deadline.remind, at(inner, "remind"))
    for number, guard in enumerate(state.rests_on):
        yield from _guard(None, guard, at(path, "rests_on", number))
    yield from _one("step", state.otherwise, at(path, "otherwise"))


def _step(name: str, step: Step, path: str) -> Iterator[Reference]:
    yield Reference("track", step.track, at(path, "track"))
    yield from _many("state", step.sources, at(path, "from"), (step.track,))
    yield Reference("state", step.to, at(path, "to"), (step.track,))
    for number, who in enumerate(step.who):
        if who not in NOBODY:
            yield Reference("actor", who, at(path, "who", number))
    for field_name, field in step.asks.items():
        inner = at(path, "asks", field_name)
        yield from _one("office", field.office, at(inner, "office"))
        yield from _many("recipient", field.among, at(inner, "among"))
    for number, guard in enumerate(step.guards):
        yield from _guard(name, guard, at(path, "guards", number))
    if step.note is not None:
        yield Reference("kind", step.note.kind, at(path, "note", "kind"))
    yield from _one("kind", step.papers, at(path, "papers"))
    if step.decision is not None:
        yield Reference("party", step.decision.party, at(path, "decision", "party"))
    yield from _people(name, step, path)
    yield from _many("office", step.releases, at(path, "releases"))
    for number, grant in enumerate(step.grants):
        inner = at(path, "grants", number)
        yield Reference("kind", grant.kind, at(inner, "kind"))
        yield Reference("recipient", grant.to, at(inner, "to"))
        yield Reference("purpose", grant.purpose, at(inner, "purpose"))
    for number, share in enumerate(step.shares):
        inner = at(path, "shares", number)
        yield from _one("kind", share.kind, at(inner, "kind"))
        yield from _one("recipient", share.to, at(inner, "to"))
        yield from _one("field", share.to_field, at(inner, "to_field"), (name,))
        yield Reference("purpose", share.purpose, at(inner, "purpose"))
    yield from _many("purpose", step.ends_purposes, at(path, "ends_purposes"))
    yield from _many("step", step.emits, at(path, "emits"))
    yield from _one("field", step.links, at(path, "links"), (name,))
    yield from _one("party", step.erases, at(path, "erases"))


def _people(name: str, step: Step, path: str) -> Iterator[Reference]:
    """Who comes into the case, is kept out of it, or is given an office in it."""
    yield from _one("party", step.joins, at(path, "joins"))
    yield from _one("field", step.joins_as, at(path, "joins_as"), (name,))
    yield from _many("field", step.recuses, at(path, "recuses"), (name,))
    for office, asked in step.assigns.items():
        inner = at(path, "assigns", office)
        yield Reference("office", office, inner)
        earlier, dot, field = asked.partition(".")
        if dot:
            yield Reference("step", earlier, inner)
            yield Reference("field", field, inner, (earlier,))
        else:
            yield Reference("field", asked, inner, (name,))


def _guard(step: str | None, guard: Any, path: str) -> Iterator[Reference]:
    """What a guard names; without a step there are no answers, and none of its fields is one."""
    match guard:
        case TrackIn(track=track, states=states):
            yield Reference("track", track, at(path, "track"))
            yield from _many("state", states, at(path, "states"), (track,))
        case Recorded(step=other, field=field):
            yield Reference("step", other, at(path, "step"))
            yield Reference("field", field, at(path, "field"), (other,))
            yield from _many("value", guard.values, at(path, "values"), (other, field))
        case Present(party=party) | Absent(party=party):
            yield Reference("party", party, at(path, "party"))
        case Consent():
            yield Reference("party", guard.party, at(path, "party"))
            yield Reference("kind", guard.kind, at(path, "kind"))
            yield Reference("recipient", guard.to, at(path, "to"))
            yield Reference("purpose", guard.purpose, at(path, "purpose"))
        case HasItem(kind=kind):
            yield Reference("kind", kind, at(path, "kind"))
        case Packet(to=to, purpose=purpose):
            yield Reference("recipient", to, at(path, "to"))
            yield Reference("purpose", purpose, at(path, "purpose"))
        case OtherPerson():
            if step is not None:
                yield from _one("field", guard.field, at(path, "field"), (step,))
                yield from _one("field", guard.than_field, at(path, "than_field"), (step,))
            yield from _one("step", guard.than_step, at(path, "than_step"))
            yield from _one("office", guard.than_office, at(path, "than_office"))
            yield from _many("party", guard.than_parties, at(path, "than_parties"))
            if guard.earlier is not None:
                earlier, field = guard.earlier
                yield Reference("step", earlier, at(path, "than_named"))
                yield Reference("field", field, at(path, "than_named"), (earlier,))
        case Staffed(office=office):
            yield Reference("office", office, at(path, "office"))
            yield from _many("office", guard.or_else, at(path, "or_else"))
        case Available():
            yield Reference("step", guard.step, at(path, "step"))
            yield Reference("field", guard.field, at(path, "field"), (guard.step,))
            yield Reference("office", guard.office, at(path, "office"))
        case NoNewHolder(offices=offices):
            yield from _many("office", offices, at(path, "offices"))
        case (
            Answered()
            | Warranted()
            | OutsideBranch()
            | Experienced()
            | Opened()
            | FreshEyes()
            | Several()
        ):
            if step is not None:
                yield Reference("field", guard.field, at(path, "field"), (step,))
            yield from _of_answer(step, guard, path)


def _hats(condition: SamePerson, path: str) -> Iterator[Reference]:
    for key, hats in (("one", condition.one), ("other", condition.other)):
        for number, hat in enumerate(hats):
            inner = at(path, key, number)
            yield from _one("step", hat.step, at(inner, "step"))
            if hat.step is not None:
                yield from _one("field", hat.field, at(inner, "field"), (hat.step,))
            yield from _one("office", hat.office, at(inner, "office"))
            yield from _one("party", hat.party, at(inner, "party"))


def _of_answer(step: str | None, guard: Any, path: str) -> Iterator[Reference]:
    """What a guard on the answer to a field names beside that field."""
    if isinstance(guard, Answered | Warranted) and step is not None:
        yield Reference("value", guard.value, at(path, "value"), (step, guard.field, "now"))
    match guard:
        case Experienced(offices=offices):
            yield from _many("office", offices, at(path, "offices"))
        case Opened(kinds=kinds):
            yield from _many("kind", kinds, at(path, "kinds"))
        case FreshEyes():
            yield Reference("step", guard.than_step, at(path, "than_step"))
            yield Reference("field", guard.than_field, at(path, "than_field"), (guard.than_step,))
        case Warranted() | Several():
            yield Reference("step", guard.step, at(path, "step"))
            yield Reference("field", guard.asked, at(path, "asked"), (guard.step,))
            yield from _many("value", guard.values, at(path, "values"), (guard.step, guard.asked))


def _one(
    sort: str, name: str | None, path: str, within: tuple[str, ...] = ()
) -> Iterator[Reference]:
    if name is not None:
        yield Reference(sort, name, path, within)


def _many(
    sort: str, names: tuple[str, ...], path: str, within: tuple[str, ...] = ()
) -> Iterator[Reference]:
    for number, name in enumerate(names):
        yield Reference(sort, name, at(path, number), within)


def _known(procedure: Procedure, reference: Reference) -> tuple[str, ...] | None:
    """The names of this sort; None where what they belong to is unknown itself."""
    p = procedure
    match reference:
        case Reference("state", within=(track,)):
            return tuple(p.tracks[track].states) if track in p.tracks else None
        case Reference("field", within=(step,)):
            return tuple(p.steps[step].asks) if step in p.steps else None
        case Reference("value", within=(step, field, *now)):
            if step not in p.steps or field not in p.steps[step].asks:
                return None
            return values(p.steps[step].asks[field], remembered=not now)
    return {
        "track": tuple(p.tracks),
        "office": tuple(p.offices),
        "party": tuple(p.parties),
        "actor": (*p.offices, *p.parties),
        "recipient": (*p.offices, *p.parties, *p.outside),
        "kind": tuple(p.kinds),
        "purpose": tuple(p.purposes),
        "step": tuple(p.steps),
    }[reference.sort]

"""Checking a procedure before anyone runs it: everything about it that cannot be meant.

`check` is pure and looks at the whole. What each single declaration must be is said here; each of
its parts is a module beside this one. What several procedures say of each other is for
`declaring.between`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

from workflow.declaring.between import matters
from workflow.declaring.citations import CITATION
from workflow.declaring.conditions import PEOPLE, conditions, grounds
from workflow.declaring.consenting import consenting
from workflow.declaring.documents import documents
from workflow.declaring.emergencies import emergencies
from workflow.declaring.flow import flow
from workflow.declaring.invariants import invariants, seats
from workflow.declaring.laws import laws
from workflow.declaring.naming import collisions, unknown
from workflow.declaring.people import offices, parts
from workflow.declaring.problems import Positions, Problem, at, in_order, listed, problem
from workflow.declaring.reminding import reminding
from workflow.declaring.undoing import undoing
from workflow.declaring.versions import versions
from workflow.declaring.waiting import waiting
from workflow.engine.deadlines import BadDuration, WorkingDays, parse_duration
from workflow.engine.procedure import Deadline, Field, Procedure, Step, Text
from workflow.engine.registering import HIGHEST, THRESHOLD

OWN = "own"
"""In `cites`: a rule that the association has set itself, with this procedure."""
READINGS = "Q"
"""Rules with this letter are readings of the sources, and need no source themselves."""

_USES = {
    "values": ("choice", "choices"),
    "among": ("recipients",),
    "office": PEOPLE,
}
"""What a field may name beside its words, and the types of field that have use for it."""

HARMLESS = frozenset(
    (
        "acts-unaware",
        "ends-and-rests",
        "erases-what-runs",
        "granted-for-nothing",
        "guard-says-nothing",
        "leaves-an-end",
        "missing-citation",
        "never-possible",
        "never-present",
        "no-deadline",
        "no-way-out",
        "opens-never",
        "reminds-at-rest",
        "reminds-nobody",
        "renews-nothing",
        "reopens-nothing",
        "shared-unconsented",
        "silence-too-short",
        "undone-at-once",
        "unreachable-state",
    )
)
"""What makes a procedure worse to live with, while nothing can come of it that may not be.

Nobody adopts such a procedure. One that was adopted before there was a check for it still decides:
else a better program would leave the cases under it where they stand.
"""


class Size(msgspec.Struct, frozen=True):
    """How large a procedure is; a step from three states is three transitions."""

    states: int
    transitions: int


def size(procedure: Procedure) -> Size:
    """The number of states and transitions of all tracks together."""
    return Size(
        sum(len(track.states) for track in procedure.tracks.values()),
        sum(len(step.sources) for step in procedure.steps.values()),
    )


def check(
    procedure: Procedure,
    where: Positions | None = None,
    known: Collection[str] | None = None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with the procedure, in reading order; empty where it is sound.

    `where` gives each problem its place in the file the procedure was read from; `known` are the
    offices of the association, where they are at hand. Where a name is unknown, what depends on
    where it leads is not judged yet: it would be guesswork. What never comes, or is undone at once,
    is only looked for where nothing else is wrong.
    """
    unresolved = tuple(unknown(procedure))
    found = [*unresolved, *collisions(procedure), *_declarations(procedure)]
    found += versions(procedure)
    found += [*conditions(procedure), *invariants(procedure), *offices(procedure, known)]
    if not unresolved:
        found += [*parts(procedure), *flow(procedure), *grounds(procedure), *laws(procedure)]
        found += [*emergencies(procedure), *documents(procedure), *matters(procedure)]
        found += seats(procedure)
    if not found:
        found += [*consenting(procedure), *undoing(procedure), *waiting(procedure)]
        found += reminding(procedure)
    return in_order(where.locate(one) if where else one for one in found)


def _declarations(procedure: Procedure) -> Iterator[Problem]:
    yield from _empty(procedure, "")
    given = procedure.threshold
    if given is not None and not THRESHOLD <= given <= HIGHEST:
        yield problem(
            "bad-threshold",
            "threshold",
            f"De drempel van het jaarverslag is {THRESHOLD} tot en met {HIGHEST}, niet {given}.",
            f"The threshold of the yearly account is {THRESHOLD} to {HIGHEST}, not {given}.",
        )
    for name, track in procedure.tracks.items():
        if not track.seen_by:
            nl, en = f"Niemand ziet spoor {name}.", f"Nobody sees track {name}."
            yield problem("nobody-sees", at("tracks", name), nl, en)
        for state_name, state in track.states.items():
            if state.deadline is not None:
                path = at("tracks", name, "states", state_name, "deadline")
                yield from _deadline(state.deadline, path)
                yield from _cited(procedure, state.deadline.cites, path)
    for name, step in procedure.steps.items():
        path = at("steps", name)
        yield from _cited(procedure, step.cites, path)
        yield from _step(procedure, name, step, path)
        for field_name, field in step.asks.items():
            yield from _field(field_name, field, at(path, "asks", field_name))
        yield from _sealed(step, path)
        yield from _given(step, path)
    for name, invariant in procedure.invariants.items():
        yield from _cited(procedure, invariant.cites, at("invariants", name))
    if not any(step.opens for step in procedure.steps.values()):
        nl, en = "Met geen stap begint een zaak (opens).", "No step begins a case (opens)."
        yield problem("nothing-opens", "steps", nl, en)


def _empty(value: object, path: str) -> Iterator[Problem]:
    """Every text without words, wherever it stands."""
    if isinstance(value, Text):
        for lang in ("nl", "en"):
            if not value[lang].strip():
                nl, en = "Deze tekst is leeg.", "This text is empty."
                yield problem("empty-label", at(path, lang), nl, en)
    elif isinstance(value, msgspec.Struct):
        for name, key in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from _empty(getattr(value, name), at(path, key))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _empty(inner, at(path, name))


def _cited(procedure: Procedure, cites: tuple[str, ...], path: str) -> Iterator[Problem]:
    if not cites:
        yield problem(
            "missing-citation",
            path,
            "Noem de regel waar dit op rust (cites), of own voor een eigen regel.",
            "Name the rule that this rests on (cites), or own for a rule of your own.",
        )
    for number, cite in enumerate(cites):
        match = CITATION.fullmatch(cite)
        if match is None and cite != OWN:
            yield problem(
                "bad-citation",
                at(path, "cites", number),
                f"{cite} is geen regelnummer zoals B18, en niet own.",
                f"{cite} is no rule number such as B18, nor is it own.",
            )
        elif match and match["letter"] not in (*procedure.sources, READINGS):
            yield problem(
                "unknown-source",
                at(path, "cites", number),
                f"Er is geen bron {match['letter']}; er zijn: {listed(procedure.sources)}.",
                f"There is no source {match['letter']}; there are: {listed(procedure.sources)}.",
            )


def _deadline(deadline: Deadline, path: str) -> Iterator[Problem]:
    if (deadline.within is None) == (deadline.working_days is None):
        yield problem(
            "deadline-length",
            path,
            "Een deadline heeft within of working_days: een van beide.",
            "A deadline has within or working_days: one of the two.",
        )
    if deadline.then is None and not deadline.remind:
        yield problem(
            "deadline-without-effect",
            path,
            "Als deze deadline verstrijkt gebeurt er niets: geef then of remind.",
            "When this deadline passes nothing happens: give then or remind.",
        )
    yield from _duration(deadline.within, at(path, "within"))
    if deadline.working_days is not None:
        try:
            WorkingDays(deadline.working_days)
        except BadDuration as error:
            nl = f"{deadline.working_days} is geen aantal werkdagen."
            yield problem("bad-duration", at(path, "working_days"), nl, f"{error}.")


def _duration(text: str | None, path: str) -> Iterator[Problem]:
    if text is None:
        return
    try:
        parse_duration(text)
    except BadDuration as error:
        nl = f"{text} is geen termijn: schrijf bijvoorbeeld P14D, P1M, PT24H of P1DT12H."
        yield problem("bad-duration", path, nl, f"{error}.")


def _step(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    if not step.who:
        nl, en = f"Niemand kan {name} zetten.", f"Nobody can take {name}."
        yield problem("nobody-acts", path, nl, en)
    if not step.sources:
        nl, en = f"{name} begint in geen toestand.", f"{name} begins in no state."
        yield problem("from-nowhere", path, nl, en)
    track = procedure.tracks.get(step.track)
    begins = track.initial if track is not None and track.initial in track.states else None
    if step.opens and begins is not None and begins not in step.sources:
        yield problem(
            "opens-elsewhere",
            at(path, "from"),
            f"Een zaak begint in {begins}, dus {name} kan er geen openen.",
            f"A case begins in {begins}, so {name} cannot open one.",
            begins,
        )


def _field(name: str, field: Field, path: str) -> Iterator[Problem]:
    for key, types in _USES.items():
        given = bool(getattr(field, key))
        if given and field.type not in types:
            yield problem(
                f"{key}-misplaced",
                at(path, key),
                f"{key} hoort alleen bij {listed(types)}, niet bij {field.type}.",
                f"{key} only belongs to {listed(types)}, not to {field.type}.",
            )
        elif not given and field.type in types and key != "office":
            yield problem(
                f"{key}-missing",
                path,
                f"{name} heeft geen {key}, dus er valt niets te kiezen.",
                f"{name} has no {key}, so there is nothing to choose from.",
            )


def _sealed(step: Step, path: str) -> Iterator[Problem]:
    for name, field in step.asks.items():
        if field.sealed and step.note is None:
            yield problem(
                "sealed-without-note",
                at(path, "asks", name, "sealed"),
                f"{name} is verzegeld, maar deze stap heeft geen note om het in te schrijven.",
                f"{name} is sealed, but this step has no note to write it in.",
            )
        if field.sealed and field.type not in ("choice", "choices", "yesno"):
            yield problem(
                "sealed-but-used",
                at(path, "asks", name, "sealed"),
                f"{name} wijst mensen of ontvangers aan en kan daarom niet verzegeld zijn.",
                f"{name} names people or recipients and so cannot be sealed.",
            )


def _given(step: Step, path: str) -> Iterator[Problem]:
    """What the step gives out: how long a consent lasts, and to whom something is shared."""
    for number, grant in enumerate(step.grants):
        yield from _duration(grant.lasts, at(path, "grants", number, "lasts"))
    for number, share in enumerate(step.shares):
        inner = at(path, "shares", number)
        if (share.to is None) == (share.to_field is None):
            yield problem(
                "share-recipient",
                inner,
                "Delen gaat met to of to_field: een van beide.",
                "Sharing is with to or to_field: one of the two.",
            )
        field = step.asks.get(share.to_field or "")
        if field is not None and field.type != "recipients":
            yield problem(
                "share-needs-recipients",
                at(inner, "to_field"),
                f"{share.to_field} vraagt niet naar ontvangers (recipients).",
                f"{share.to_field} does not ask for recipients.",
            )

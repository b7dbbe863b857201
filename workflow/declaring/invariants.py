"""What a procedure states of all its cases: one of three forms, of what can be seen of a case.

Whether it is so, is for `exploring.stated`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Invariant, Procedure, SamePerson

FORMS = ("never", "always", "leads_to")
"""What an invariant says of its conditions; each says exactly one."""


def invariants(procedure: Procedure) -> Iterator[Problem]:
    """Every invariant that says nothing, or more than one thing."""
    for name, invariant in procedure.invariants.items():
        path = at("invariants", name)
        yield from _form(name, invariant, path)
        for key, conditions in invariant.conditions.items():
            for number, condition in enumerate(conditions):
                if isinstance(condition, SamePerson):
                    yield from _hats(condition, at(path, key, number))


def by_seats(invariant: Invariant) -> bool:
    """Whether it says no more than that nobody stands in two offices, which `not_with` sees to."""
    hats = [one for one in invariant.never if isinstance(one, SamePerson)]
    return len(hats) == len(invariant.never) > 0 and all(
        hat.office is not None for condition in hats for hat in (*condition.one, *condition.other)
    )


def _form(name: str, invariant: Invariant, path: str) -> Iterator[Problem]:
    given = [form for form in FORMS if getattr(invariant, form)]
    if len(given) != 1:
        yield problem(
            "invariant-form",
            path,
            f"{name} moet precies één van deze zeggen: never, always of leads_to.",
            f"{name} must say exactly one of these: never, always or leads_to.",
        )
    elif invariant.when and given == ["never"]:
        yield problem(
            "invariant-when",
            at(path, "when"),
            "Bij never hoort geen when: zet ook deze voorwaarden onder never.",
            "With never goes no when: put these conditions under never too.",
        )


def seats(procedure: Procedure) -> Iterator[Problem]:
    """Every two offices never to go together that nothing keeps apart: that is for `not_with`.

    No step can do it. For a procedure without unknown names.
    """
    for name, invariant in procedure.invariants.items():
        for key, conditions in invariant.conditions.items():
            for number, condition in enumerate(conditions):
                if isinstance(condition, SamePerson):
                    yield from _seats(procedure, condition, at("invariants", name, key, number))


def _seats(procedure: Procedure, condition: SamePerson, path: str) -> Iterator[Problem]:
    for one, other in product(condition.one, condition.other):
        first = procedure.offices.get(one.office or "")
        second = procedure.offices.get(other.office or "")
        if first is None or second is None or other.office in first.not_with:
            continue
        if one.office not in second.not_with:
            yield problem(
                "hats-together",
                path,
                f"Wie {one.office} en {other.office} is kan hier beide zijn: zet bij een van de "
                "twee de ander onder not_with.",
                f"Whoever is {one.office} and {other.office} can be both here: put the other under "
                "not_with of one of the two.",
            )


def _hats(condition: SamePerson, path: str) -> Iterator[Problem]:
    """Every hat that is none, and every side without any: then nobody ever wears both."""
    for key, hats in (("one", condition.one), ("other", condition.other)):
        if not hats:
            nl, en = f"Zonder {key} zegt dit niets.", f"Without {key} this says nothing."
            yield problem("guard-says-nothing", path, nl, en)
        for number, hat in enumerate(hats):
            given = [sort for sort in ("step", "office", "party") if getattr(hat, sort) is not None]
            if len(given) != 1 or (hat.field is not None and given != ["step"]):
                yield problem(
                    "hat-form",
                    at(path, key, number),
                    "Zeg precies één van deze: step (met of zonder field), office of party.",
                    "Say exactly one of these: step (with or without field), office or party.",
                )

"""What a procedure states of all its cases: one of three forms, of what can be seen of a case.

Whether it is so, is for `exploring.stated`.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Invariant, Procedure

FORMS = ("never", "always", "leads_to")
"""What an invariant says of its conditions; each says exactly one."""


def invariants(procedure: Procedure) -> Iterator[Problem]:
    """Every invariant that says nothing, or more than one thing."""
    for name, invariant in procedure.invariants.items():
        yield from _form(name, invariant, at("invariants", name))


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

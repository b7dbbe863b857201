"""What a procedure says of its own older versions: whether it can be meant.

The older version is not at hand here. Whether what is replaced was ever in it, `zaak procedure
diff` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.procedure import STATEMENT, Procedure, Replacement
from workflow.engine.sharing import LEGAL_DOCUMENT

DIGEST = re.compile("[0-9a-f]{12,64}")
"""How a digest (SHA-256, hex) is written: whole, or enough of its beginning to be the only one."""
KEPT = (LEGAL_DOCUMENT, STATEMENT)
"""Kinds that mean something to the program itself, and so can become no other."""


def versions(procedure: Procedure) -> Iterator[Problem]:
    """Everything that is wrong with what the procedure says it replaces."""
    seen: set[tuple[str, str | None]] = set()
    for number, one in enumerate(procedure.replaces):
        path = at("replaces", number)
        if one.version == procedure.version:
            yield problem(
                "replaces-itself",
                at(path, "version"),
                f"Dit is versie {one.version} zelf: noem een eerdere.",
                f"This is version {one.version} itself: name an earlier one.",
            )
        if (one.version, one.digest) in seen:
            yield problem(
                "replaced-twice",
                at(path, "version"),
                f"Wat er met versie {one.version} gebeurt, staat er al.",
                f"What becomes of version {one.version} is said already.",
            )
        seen.add((one.version, one.digest))
        yield from _one(one, path)


def _one(one: Replacement, path: str) -> Iterator[Problem]:
    if one.digest is not None and not DIGEST.fullmatch(one.digest):
        yield problem(
            "bad-digest",
            at(path, "digest"),
            "Een digest is hex: minstens de eerste twaalf tekens ervan.",
            "A digest is hex: at least the first twelve characters of it.",
        )
    yield from _merged(one.kinds, at(path, "kinds"))
    yield from _merged(one.purposes, at(path, "purposes"))
    for old, new in one.kinds.items():
        if old != new and {old, new} & set(KEPT):
            yield problem(
                "kind-kept",
                at(path, "kinds", old),
                f"Het programma rekent op {listed(KEPT)}: die blijven wat zij zijn.",
                f"The program counts on {listed(KEPT)}: those stay what they are.",
            )


def _merged(names: Mapping[str, str], path: str) -> Iterator[Problem]:
    """Two that become one: what was allowed about the one would then be allowed about the other."""
    taken: dict[str, str] = {}
    for old, new in names.items():
        if new in taken:
            yield problem(
                "two-become-one",
                at(path, old),
                f"{taken[new]} en {old} worden allebei {new}: toestemming voor het een zou dan "
                "voor het ander gelden.",
                f"{taken[new]} and {old} both become {new}: consent to the one would then hold "
                "for the other.",
            )
        taken.setdefault(new, old)

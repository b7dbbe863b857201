"""What a law forbids, tried: the engine refuses it, whatever a declaration says.

The checks find it where it is declared. Here a case is brought to where it would happen, so that an
author sees for themself that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from workflow.exploring.decisions import Decisions, Enough
from workflow.exploring.exploring import explore
from workflow.exploring.paths import Way
from workflow.exploring.trying import Trying

BY_LAW = (
    "consent-missing",
    "emergency-condition",
    "evidence-too-weak",
    "never-shared",
    "nobody-can-consent",
    "not-decided-by",
    "statement-missing",
)
"""Why the engine refuses a step where a law forbids it: it has no basis, or no decision."""


def refusals(decisions: Decisions, steps: Iterable[str]) -> dict[str, Way]:
    """For each of these steps a way on which a law is what it is refused for, where one was found.

    What is refused for another reason first, or never asked for, has none.
    """
    explore(decisions)
    trying, found = Trying(decisions), dict[str, Way]()
    for step in dict.fromkeys(steps):
        try:
            way = trying.refused(step, *BY_LAW)
        except Enough:
            break
        if way is not None:
            found[step] = way
    return found

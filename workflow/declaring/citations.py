"""The rules that a procedure cites, looked up among those that somebody wrote down.

What the numbers mean stands in a rules.yaml (`declaring.rules`). Of a source of which nothing
stands there, nothing can be said: the association may keep its rules elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from workflow.declaring.problems import Problem, at, problem
from workflow.engine.procedure import Procedure

CITATION = re.compile("(?P<letter>[A-Z])[1-9][0-9]{0,2}")
"""How the number of a rule is written: the letter of its source, and which it is there."""


def unlisted(procedure: Procedure, numbers: Collection[str]) -> Iterator[Problem]:
    """Each citation of a number that is not among these, where others with its letter are."""
    for path, cites in _cited(procedure):
        for place, cite in enumerate(cites):
            alike = [number for number in numbers if number[:1] == cite[:1]]
            if alike and cite not in alike and CITATION.fullmatch(cite):
                yield problem(
                    "unknown-rule",
                    at(path, "cites", place),
                    f"Regel {cite} staat niet in rules.yaml; van {cite[:1]} staan daar "
                    f"{alike[0]} tot en met {alike[-1]}.",
                    f"Rule {cite} is not in rules.yaml; of {cite[:1]} it has {alike[0]} to "
                    f"{alike[-1]}.",
                )


def _cited(procedure: Procedure) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whatever cites rules: its path, and what it cites."""
    for name, track in procedure.tracks.items():
        for state, one in track.states.items():
            if one.deadline is not None:
                yield at("tracks", name, "states", state, "deadline"), one.deadline.cites
    for name, step in procedure.steps.items():
        yield at("steps", name), step.cites
    for name, invariant in procedure.invariants.items():
        yield at("invariants", name), invariant.cites

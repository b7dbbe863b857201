"""What must hold wherever a procedure comes: each demand is judged on everything that was explored.

Because exploring leaves nothing out and may add what cannot happen, what was never found cannot
happen at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.problems import Problem, at, problem
from workflow.exploring.exploring import Explored


def demands(explored: Explored) -> Iterator[Problem]:
    """Everything that is wrong with what was explored."""
    if explored.exhaustive:
        yield from _dead_states(explored)
        yield from _dead_steps(explored)


def _dead_states(explored: Explored) -> Iterator[Problem]:
    """Soundness: every state is reached in some case (van der Aalst, Workflow nets, 1998)."""
    procedure = explored.decisions.world.procedure
    for name, track in procedure.tracks.items():
        reached = {state for _, state in explored.slices[name].reached()} | {track.initial}
        for state in track.states:
            if state not in reached:
                yield problem(
                    "dead-state",
                    at("tracks", name, "states", state),
                    f"Geen enkele zaak komt ooit in {state}: wat erheen leidt kan nooit gebeuren.",
                    f"No case ever comes to {state}: what leads there can never happen.",
                )


def _dead_steps(explored: Explored) -> Iterator[Problem]:
    """Soundness: every step can be taken in some case."""
    taken = set().union(*(each.taken for each in explored.slices.values()))
    for name in explored.decisions.world.procedure.steps:
        if name not in taken:
            yield problem(
                "dead-step",
                at("steps", name),
                f"{name} kan in geen enkele zaak gebeuren: er is altijd iets wat het tegenhoudt.",
                f"{name} can happen in no case: there is always something against it.",
            )

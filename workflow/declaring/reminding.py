"""Deadlines that only remind people who can do nothing: the case lies there all the same.

Whoever is reminded need not be the one to go on: they may ask another, or do something on another
track. But one of them can be in the case by then, and takes some step in it or adds documents. For
a procedure in which nothing else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.flow import graph, reached
from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.member import decider
from workflow.engine.procedure import Procedure
from workflow.engine.standing import CONFIDANTS, assigned


def reminding(procedure: Procedure) -> Iterator[Problem]:
    """Every deadline that reminds nobody who can do anything."""
    for name, track in procedure.tracks.items():
        for state_name, state in track.states.items():
            reminded = state.deadline.remind if state.deadline else ()
            able = (
                _there(procedure, who, name, state_name) and _acts(procedure, who)
                for who in reminded
            )
            if reminded and not any(able):
                yield problem(
                    "reminds-nobody",
                    at("tracks", name, "states", state_name, "deadline", "remind"),
                    f"Wie hier wordt herinnerd kan niets doen: {listed(reminded)} zet geen stap, "
                    f"of komt pas na {state_name} in de zaak. Noem ook wie verder kan.",
                    f"Whoever is reminded here can do nothing: {listed(reminded)} takes no step, "
                    f"or only comes into the case after {state_name}. Name somebody too who can "
                    "go on.",
                )


def _there(procedure: Procedure, who: str, track: str, state: str) -> bool:
    """Whether somebody can be in the case as this by then; of two tracks nobody knows the order."""
    if who not in procedure.parties and not assigned(procedure, who):
        return True
    edges = graph(procedure, track)
    return any(
        step.track != track or state in reached(edges, (step.to,))
        for step in procedure.steps.values()
        if who == step.joins or who in step.assigns
    )


def _acts(procedure: Procedure, who: str) -> bool:
    """Whether they take a step or decide one, in person or for another, or add documents."""
    takes = {each for step in procedure.steps.values() for each in step.who}
    takes |= {
        party
        for step in procedure.steps.values()
        for source in step.sources
        if (party := decider(procedure, step, source)) is not None
    }
    adds = {each for kind in procedure.kinds.values() for each in kind.added_by}
    instead = {office.deputy for name, office in procedure.offices.items() if name in takes | adds}
    return who in {*takes, *adds, *instead, *CONFIDANTS}

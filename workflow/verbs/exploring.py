"""Exploring a procedure for `zaak procedure check`: how far it got, said while it goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from workflow.declaring.problems import Problem
    from workflow.engine.procedure import Procedure
    from workflow.verbs.session import Session


class Findings(msgspec.Struct, frozen=True):
    """What exploring found: how many states and moves between them, and what is wrong there.

    `exhaustive` is whether that is all there can be.
    """

    states: int = 0
    moves: int = 0
    exhaustive: bool = False
    problems: tuple[Problem, ...] = ()


def explored(session: Session, procedure: Procedure, most: int) -> Findings:
    """What can happen under a procedure that is sound as declared, and what is wrong with that.

    The engine is asked at most `most` times.
    """
    from workflow.engine.kernel import compile_procedure
    from workflow.engine.procedure import canonical, digest
    from workflow.exploring.decisions import Decisions
    from workflow.exploring.demands import demands
    from workflow.exploring.exploring import explore
    from workflow.exploring.people import seats
    from workflow.exploring.stated import stated
    from workflow.exploring.world import World

    world = World(compile_procedure(procedure, digest(canonical(procedure))), seats(procedure))
    shown = sys.stderr.isatty() and not session.json

    def progress(asked: int) -> None:
        if shown:
            name = procedure.procedure
            nl, en = f"{name}: {asked} beslissingen", f"{name}: {asked} decisions"
            sys.stderr.write(f"\r\x1b[K{session.say(nl, en)}")
            sys.stderr.flush()

    found = explore(Decisions(world, most, progress))
    problems = (*demands(found), *stated(found))
    if shown:
        sys.stderr.write("\r\x1b[K")
    return Findings(found.states, found.edges, found.exhaustive, problems)

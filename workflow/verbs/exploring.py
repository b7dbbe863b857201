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

    `traces` are for each problem the commands after which it shows. `exhaustive` is whether that is
    all there can be; `untried` are the states (`track.state`) in which it is not certain that
    somebody can always go on.
    """

    states: int = 0
    moves: int = 0
    exhaustive: bool = False
    problems: tuple[Problem, ...] = ()
    traces: tuple[tuple[str, ...], ...] = ()
    untried: tuple[str, ...] = ()


def explored(session: Session, file: str, procedure: Procedure, most: int) -> Findings:
    """What can happen under a procedure that is sound as declared, and what is wrong with that.

    The engine is asked at most `most` times.
    """
    from workflow.engine.kernel import compile_procedure
    from workflow.engine.procedure import canonical, digest
    from workflow.exploring.decisions import Decisions
    from workflow.exploring.demands import check
    from workflow.exploring.people import seats
    from workflow.exploring.stated import stated
    from workflow.exploring.world import World
    from workflow.verbs.tracing import trace

    world = World(compile_procedure(procedure, digest(canonical(procedure))), seats(procedure))
    shown = sys.stderr.isatty() and not session.json

    def progress(asked: int) -> None:
        if shown:
            name = procedure.procedure
            nl, en = f"{name}: {asked} beslissingen", f"{name}: {asked} decisions"
            sys.stderr.write(f"\r\x1b[K{session.say(nl, en)}")
            sys.stderr.flush()

    found = check(Decisions(world, most, progress))
    findings = (*found.findings, *stated(found.explored))
    if shown:
        sys.stderr.write("\r\x1b[K")
    far = found.explored
    ways = (each.way for each in findings)
    traces = tuple(() if way is None else trace(session, world, file, way) for way in ways)
    problems = tuple(each.problem for each in findings)
    return Findings(far.states, far.edges, far.exhaustive, problems, traces, found.untried)

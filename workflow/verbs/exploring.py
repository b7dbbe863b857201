"""Exploring a procedure for `zaak procedure check`: how far it got, said while it goes on."""

from __future__ import annotations

import gc
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


def explored(
    session: Session, file: str, procedure: Procedure, most: int, *, traced: bool = True
) -> Findings:
    """What can happen under a procedure that is sound as declared, and what is wrong with that.

    The engine is asked at most `most` times. The commands that show it are left out where it is not
    to be `traced`.
    """
    from workflow.engine.kernel import compile_procedure
    from workflow.engine.procedure import canonical, digest
    from workflow.exploring.decisions import Decisions
    from workflow.exploring.judging import judge
    from workflow.exploring.people import seats
    from workflow.exploring.world import World
    from workflow.verbs.beside import beside
    from workflow.verbs.tracing import trace

    world = World(compile_procedure(procedure, digest(canonical(procedure))), seats(procedure))
    with _hoarding():
        found = judge(Decisions(world, most, _progress(session, procedure)), beside)
    _done(session)
    far, findings = found.explored, found.findings
    ways = (each.way if traced else None for each in findings)
    traces = tuple(() if way is None else trace(session, world, file, way) for way in ways)
    problems = tuple(each.problem for each in findings)
    return Findings(far.states, far.edges, far.exhaustive, problems, traces, found.untried)


def refused(
    session: Session, file: str, procedure: Procedure, problems: Iterable[Problem], most: int
) -> dict[Problem, tuple[str, ...]]:
    """For what a law forbids the commands after which the engine refuses it.

    None where something else is wrong as well, on which exploring would stumble; and for what the
    engine does not come to refuse. It is asked at most `most` times.
    """
    from workflow.declaring.laws import laws
    from workflow.declaring.naming import unknown
    from workflow.engine.kernel import compile_procedure
    from workflow.engine.procedure import canonical, digest
    from workflow.exploring.decisions import Decisions
    from workflow.exploring.people import seats
    from workflow.exploring.refusals import refusals
    from workflow.exploring.world import World
    from workflow.verbs.tracing import trace

    if any(unknown(procedure)):
        return {}
    forbidden = {(each.code, each.path) for each in laws(procedure)}
    steps = {each: _step(each) for each in problems if (each.code, each.path) in forbidden}
    if not steps or len(steps) < len(tuple(problems)):
        return {}
    world = World(compile_procedure(procedure, digest(canonical(procedure))), seats(procedure))
    decisions = Decisions(world, most, _progress(session, procedure))
    with _hoarding():
        ways = refusals(decisions, [step for step in steps.values() if step])
    _done(session)
    traces = {step: trace(session, world, file, way, anyway=True) for step, way in ways.items()}
    return {each: traces[step] for each, step in steps.items() if step in traces}


@contextmanager
def _hoarding() -> Iterator[None]:
    """Looks for no garbage: what exploring makes it keeps, or it goes by itself.

    A tenth of the time is saved; see test_what_is_asked_goes_by_itself.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _step(problem: Problem) -> str | None:
    """The step that a problem is about; None where it is about another thing."""
    found = re.match(r"steps\.(\w+)", problem.path)
    return found[1] if found else None


def _progress(session: Session, procedure: Procedure) -> Callable[[int], None]:
    """Says on a terminal how often the engine was asked."""

    def progress(asked: int) -> None:
        if _shown(session):
            name = procedure.procedure
            nl, en = f"{name}: {asked} beslissingen", f"{name}: {asked} decisions"
            sys.stderr.write(f"\r\x1b[K{session.say(nl, en)}")
            sys.stderr.flush()

    return progress


def _done(session: Session) -> None:
    if _shown(session):
        sys.stderr.write("\r\x1b[K")


def _shown(session: Session) -> bool:
    return sys.stderr.isatty() and not session.json

"""Whether a procedure is sound, said: each problem with its place, or the size of what is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs.catalogue import (
    adopted,
    offices,
    perhaps,
    read,
    under_policy,
    unknown,
    unsound,
    wrong_with,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workflow.declaring.problems import Problem
    from workflow.declaring.reading import Declared
    from workflow.verbs.exploring import Findings
    from workflow.verbs.session import Session

MOST = 500_000
"""After so many decisions exploring stops by itself: minutes, where a shipped one takes seconds."""


def checked(session: Session, file: str, most: int) -> dict[str, Any]:
    """Everything that is wrong with a procedure, by name or in a file, as `--json` says it.

    What is sound as declared is explored, in which the engine is asked at most `most` times.
    """
    from workflow.declaring.checks import check, size
    from workflow.declaring.naming import unknown as unresolved
    from workflow.declaring.problems import Positions, in_order
    from workflow.declaring.reading import Unreadable
    from workflow.verbs.exploring import Findings, explored, refused

    name, version, states, transitions = file, "", 0, 0
    procedure, where, happening = None, Positions(file, {}), Findings()
    problems: Sequence[Problem]
    traces: dict[Problem, tuple[str, ...]] = {}
    try:
        found = read(session, file)
    except Unreadable as error:
        problems = error.problems
        if problems[0].code == "unknown-procedure":
            known = [p for v, p in adopted(session) if under_policy(v.version) == file]
            if not known:
                raise unknown(session, file) from error
            every = {**offices(), **known[0].offices}
            procedure, where = known[0], Positions(f"{name} {version}", {})
            problems = check(procedure, where, every)
    else:
        procedure, where = found.procedure, found.positions
        problems = wrong_with(file, found)
    if procedure is not None:
        name, version = procedure.procedure, procedure.version
        states, transitions = size(procedure).states, size(procedure).transitions
    if procedure is not None and not problems and most:
        happening = explored(session, file, procedure, most)
        located = [where.locate(each) for each in happening.problems]
        traces = dict(zip(located, happening.traces, strict=True))
        problems = in_order(located)
    elif procedure is not None and problems and most:
        traces = refused(session, file, procedure, problems, most)
    unread = procedure is None or any(unresolved(procedure))
    unchecked = bool(problems) and (unread or bool(most and not happening.states))
    wrong: list[dict[str, Any]] = [
        {
            "code": one.code,
            "text": one.text[session.lang],
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "path": one.path,
            "suggestion": one.suggestion,
            "trace": list(traces.get(one, ())),
        }
        for one in problems
    ]
    return {
        "ok": not wrong,
        "procedure": name,
        "version": version,
        "states": states,
        "transitions": transitions,
        **extent(happening),
        "unchecked": unchecked,
        "problems": wrong,
    }


def foreseen(session: Session, file: str, declared: Declared, most: int) -> Findings:
    """What can happen under a procedure that is sound as declared.

    The engine is asked at most `most` times. Raises Refusal where anything is wrong with it.
    """
    from workflow.declaring.problems import in_order
    from workflow.engine.reasons import Reason, Refusal
    from workflow.verbs.exploring import explored

    found = explored(session, file, declared.procedure, most, traced=False)
    if not found.problems:
        return found
    problems = in_order(declared.positions.locate(each) for each in found.problems)
    why = Reason("explored-wrong", {"file": file})
    raise Refusal(session.command, (*unsound(session, problems), why))


def extent(found: Findings) -> dict[str, Any]:
    """How much was explored, as `--json` says it."""
    return {
        "explored": found.states,
        "moves": found.moves,
        "exhaustive": found.exhaustive,
        "untried": list(found.untried),
    }


def verdict(session: Session, checked: Mapping[str, Any]) -> str:
    """The same for people: that it is sound, or a line for each thing wrong."""
    states, steps = checked["states"], checked["transitions"]
    policy = f" {checked['version']}" if "+" in checked["version"] else ""
    name = f"{checked['procedure']}{policy}"
    size = session.say(
        f"{states} toestanden, {steps} overgangen", f"{states} states, {steps} transitions"
    )
    seen = how_far(session, checked)
    if checked["ok"]:
        sound = session.say("in orde", "sound")
        if checked["explored"] and not checked["exhaustive"]:
            sound = session.say("tot zover niets mis", "nothing wrong so far")
        return f"{name}: {sound} ({size}){seen}"
    lines = []
    for one in checked["problems"]:
        said = one["text"] + perhaps(session, one["suggestion"])
        lines.append(f"{one['file']}:{one['line']}:{one['column']}: {said}")
        lines += [f"    {line}" for line in one["trace"]]
    if checked["unchecked"]:
        lines.append(
            session.say(
                "De rest wordt nagekeken zodra dit in orde is.",
                "The rest is checked once this is right.",
            )
        )
    return "\n".join(lines) + seen


def how_far(session: Session, checked: Mapping[str, Any]) -> str:
    """How much was explored, and aloud whether that is all there can be; nothing where none was."""
    states, moves = checked["explored"], checked["moves"]
    if not states:
        return ""
    if checked["exhaustive"]:
        untried = ", ".join(checked["untried"])
        return session.say(
            f"\n  Alles doorlopen wat er kan gebeuren: {states} situaties, {moves} zetten.",
            f"\n  Explored all that can happen: {states} situations, {moves} moves.",
        ) + (
            untried
            and session.say(
                f"\n  Niet zeker is of er in deze toestanden altijd iemand verder kan: {untried}.",
                f"\n  Not certain is whether somebody can always go on from these: {untried}.",
            )
        )
    return session.say(
        f"\n  Let op: niet alles is doorlopen. Gestopt na {states} situaties en {moves} "
        "zetten; met een groter getal bij --most gaat het verder. Wat de procedure belooft "
        "(invariants) wordt pas beoordeeld als alles doorlopen is.",
        f"\n  Note: not everything was explored. Stopped after {states} situations and {moves} "
        "moves; with a greater number for --most it goes on. What the procedure promises "
        "(invariants) is judged only when everything was explored.",
    )

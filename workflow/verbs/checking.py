"""Whether a procedure is sound, said: each problem with its place, or the size of what is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workflow.verbs.catalogue import adopted, offices, read, under_policy, unknown, wrong_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workflow.declaring.problems import Problem
    from workflow.verbs.session import Session


def checked(session: Session, file: str) -> dict[str, Any]:
    """Everything that is wrong with a procedure, by name or in a file, as `--json` says it."""
    from workflow.declaring.checks import check, size
    from workflow.declaring.problems import Positions
    from workflow.declaring.reading import Unreadable

    name, version, states, transitions = file, "", 0, 0
    problems: Iterable[Problem]
    try:
        found = read(session, file)
    except Unreadable as error:
        problems = error.problems
        if problems[0].code == "unknown-procedure":
            known = [p for v, p in adopted(session) if under_policy(v.version) == file]
            if not known:
                raise unknown(session, file) from error
            name, version = known[0].procedure, known[0].version
            every = {**offices(), **known[0].offices}
            states, transitions = size(known[0]).states, size(known[0]).transitions
            problems = check(known[0], Positions(f"{name} {version}", {}), every)
    else:
        name, version = found.procedure.procedure, found.procedure.version
        states, transitions = size(found.procedure).states, size(found.procedure).transitions
        problems = wrong_with(file, found)
    wrong: list[dict[str, Any]] = [
        {
            "code": one.code,
            "text": one.text[session.lang],
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "path": one.path,
            "suggestion": one.suggestion,
            "trace": [],
        }
        for one in problems
    ]
    return {
        "ok": not wrong,
        "procedure": name,
        "version": version,
        "states": states,
        "transitions": transitions,
        "explored": 0,
        "exhaustive": False,
        "problems": wrong,
    }


def verdict(session: Session, checked: Mapping[str, Any]) -> str:
    """The same for people: that it is sound, or a line for each thing wrong."""
    states, steps = checked["states"], checked["transitions"]
    policy = f" {checked['version']}" if "+" in checked["version"] else ""
    name = f"{checked['procedure']}{policy}"
    if checked["ok"]:
        return session.say(
            f"{name}: in orde ({states} toestanden, {steps} overgangen)",
            f"{name}: sound ({states} states, {steps} transitions)",
        )
    lines = []
    for one in checked["problems"]:
        meant = session.say("Bedoeld is misschien", "Perhaps meant")
        hint = f" {meant}: {one['suggestion']}" if one["suggestion"] else ""
        lines.append(f"{one['file']}:{one['line']}:{one['column']}: {one['text']}{hint}")
    return "\n".join(lines)

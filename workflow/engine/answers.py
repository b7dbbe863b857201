"""The answers to what a step asks: all that is wrong with them is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from workflow.engine.facts import Answer
from workflow.engine.procedure import Field, Procedure, Step
from workflow.engine.reasons import BadCommand, Reason
from workflow.engine.register import Register
from workflow.engine.standing import excluded, holds

YES = frozenset({"yes", "ja", "true"})
NO = frozenset({"no", "nee", "false"})


def checked(register: Register, step: Step, given: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers in the form that events hold, in the order of their names.

    Lists may be given as one comma-separated string, yes and no in either language. Raises
    BadCommand with every problem: unknown, missing and unacceptable answers.
    """
    problems = [
        Reason("unknown-field", {"field": name, "known": tuple(step.asks)})
        for name in given
        if name not in step.asks
    ]
    answers: dict[str, Answer] = {}
    for name, field in step.asks.items():
        if name not in given:
            if field.required:
                problems.append(Reason("field-missing", {"field": name, "type": field.type}))
            continue
        answer = _read(field, given[name])
        wrong = tuple(_wrong(register, name, field, answer))
        problems += wrong
        if not wrong:
            answers[name] = answer
    if problems:
        raise BadCommand(tuple(problems))
    return dict(sorted(answers.items()))


def _read(field: Field, given: Answer) -> Answer:
    if field.type in ("affirm", "yesno"):
        if isinstance(given, str) and given.lower() in YES | NO:
            return given.lower() in YES
        return given
    if field.type == "case" and isinstance(given, str):
        return given.strip().lower()
    if field.type in ("choice", "person", "case"):
        return given
    if isinstance(given, str):
        given = tuple(part.strip() for part in given.split(",") if part.strip())
    return tuple(dict.fromkeys(given)) if isinstance(given, tuple) else given


def _wrong(register: Register, name: str, field: Field, answer: Answer) -> Iterator[Reason]:
    if field.type in ("affirm", "yesno"):
        if not isinstance(answer, bool):
            yield Reason("not-yes-or-no", {"field": name, "given": answer})
        return
    if isinstance(answer, bool) or not answer:
        yield Reason("field-missing", {"field": name, "type": field.type})
        return
    if field.type in ("choice", "person", "case") and not isinstance(answer, str):
        yield Reason("only-one", {"field": name, "given": ", ".join(answer)})
        return
    if field.type == "case":
        return
    known = {
        "choice": tuple(field.values),
        "choices": tuple(field.values),
        "recipients": field.among,
        "person": tuple(register.persons),
        "persons": tuple(register.persons),
    }[field.type]
    for part in named(answer):
        if part not in known:
            yield Reason("unknown-value", {"field": name, "given": part, "known": known})


def unfit(
    procedure: Procedure,
    step: Step,
    register: Register,
    answers: Mapping[str, Answer],
    branch: str,
    now: datetime,
) -> Iterator[Reason]:
    """Answers that are well put and yet forbid the step.

    Not affirmed, or people who do not hold the office or hold another that excludes it.
    """
    for name, field in step.asks.items():
        if field.type == "affirm" and answers.get(name) is False:
            yield Reason("not-affirmed", {"field": name}, step.cites)
        if field.office is None:
            continue
        for person in named(answers.get(name)):
            particulars = {"field": name, "person": person, "office": field.office}
            other = excluded(procedure, register.offices(person, branch, now), field.office)
            if not holds(procedure, register, person, field.office, now):
                yield Reason("does-not-hold", particulars, step.cites)
            elif other:
                others = {**particulars, "others": tuple(sorted(other))}
                yield Reason("seat-excluded", others, step.cites)


def named(answer: Answer | None) -> tuple[str, ...]:
    """The names an answer consists of; none for yes and no."""
    if answer is None or isinstance(answer, bool):
        return ()
    return (answer,) if isinstance(answer, str) else answer

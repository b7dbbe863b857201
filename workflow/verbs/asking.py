"""What a step asks: read from the options, and where there is a person at a terminal, from them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from workflow.verbs.languages import Words
from workflow.verbs.output import capital, kind_label

if TYPE_CHECKING:
    from datetime import datetime

    from workflow.engine.procedure import Field, Note, Step
    from workflow.engine.reasons import Reason
    from workflow.engine.register import Register
    from workflow.verbs.session import Session

MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory, where Linux has one
"""Where a note is written while it is edited, so that it never reaches a disk."""


def settings(session: Session, pairs: Sequence[str]) -> dict[str, str]:
    """The answers given as FIELD=VALUE; several for one field are joined. Raises BadCommand."""
    answers: dict[str, str] = {}
    for pair in pairs:
        field, equals, value = pair.partition("=")
        if not equals or not field:
            raise session.wrong("bad-setting", given=pair)
        answers[field] = f"{answers[field]},{value}" if field in answers else value
    return answers


def completed(
    session: Session,
    step_name: str,
    step: Step,
    given: Mapping[str, str],
    note: str | None,
    register: Register,
    now: datetime,
    words: Sequence[str],
) -> tuple[dict[str, str], bytes | None]:
    """The answers and the note, with what was missing asked at the terminal.

    Without a terminal, raises BadCommand with all that is missing and a command line that would
    do; `words` are its beginning.
    """
    answers = dict(given)
    _hold(session, step, answers, register, now)
    missing = [name for name in step.asks if name not in given and step.asks[name].required]
    needs_note = step.note is not None and step.note.required and note is None
    if (missing or needs_note) and not session.at_terminal:
        begun = [*words, *(("--note", note) if note is not None else ())]
        raise _lacking(session, step_name, step, missing, needs_note, register, given, begun)
    for name in missing:
        answers[name] = _asked(session, step.asks[name], register, now)
    written: bytes | None = None
    if note is not None:
        written = session.text(note)
    elif needs_note and step.note is not None:
        written = _edited(session, step_name, step.note)
    return answers, _headed(session, step, answers, written)


def _hold(
    session: Session, step: Step, answers: Mapping[str, str], register: Register, now: datetime
) -> None:
    """See that a person asked for in an office holds it; else those who do are the suggestions.

    Raises Refusal, and BadCommand for a name that the register does not know.
    """
    for name, field in step.asks.items():
        if field.office is None or name not in answers:
            continue
        known = tuple(choices_of(session, field, register, now))
        for person in (part.strip() for part in answers[name].split(",")):
            if not person or person in known:
                continue
            if person not in register.persons:
                raise session.wrong("unknown-value", field=name, given=person, known=known)
            raise session.refused(
                "does-not-hold", *step.cites, person=person, office=field.office, known=known
            )


def _headed(
    session: Session, step: Step, answers: Mapping[str, str], written: bytes | None
) -> bytes | None:
    """The note with the answers that stand in no event at its head, in words."""
    lines = []
    for name, field in step.asks.items():
        if field.sealed and name in answers:
            values = [value.strip() for value in answers[name].split(",")]
            words = [
                field.values[value][session.lang] if value in field.values else value
                for value in values
            ]
            lines.append(f"{field.labels[session.lang]}: {', '.join(words)}\n")
    if not lines:
        return written
    return "".join(lines).encode() + (b"\n" + written if written is not None else b"")


def _lacking(
    session: Session,
    step_name: str,
    step: Step,
    missing: Sequence[str],
    needs_note: bool,
    register: Register,
    given: Mapping[str, str],
    words: Sequence[str],
) -> Exception:
    from workflow.engine.answers import checked
    from workflow.engine.reasons import BadCommand, Reason

    problems: list[Reason] = []
    try:
        checked(register, step, given)
    except BadCommand as error:
        problems += error.problems
    if needs_note:
        problems.append(Reason("note-missing", {"step": step_name}))
    line = [*words]
    wrong = {problem.particulars.get("field") for problem in problems}
    for name in (*given, *missing):
        if name in step.asks:
            known = name in given and name not in wrong
            value = given[name] if known else blank(session, step.asks[name])
            line += ["--set", f"{name}={value}"]
    if needs_note:
        line += ["--note", "-"]
    example = session.say("Bijvoorbeeld: ", "For example: ") + shlex.join(line)
    return BadCommand((*problems, Reason("usage", {"text": example})))


def blank(session: Session, field: Field) -> str:
    """An answer as it stands in an example: what is to be chosen in capitals, and never a choice.

    An example is easily taken over as it stands, and what is answered is not ours to say.
    """
    choice = session.say("KEUZE", "CHOICE")
    match field.type:
        case "affirm":
            return session.say("ja", "yes")
        case "yesno" | "choice" | "choices" | "recipients":
            return choice
        case "person" | "persons":
            return session.say("PERSOON", "PERSON")
        case "case":
            return session.say("ZAAKNUMMER", "NUMBER")


def _asked(session: Session, field: Field, register: Register, now: datetime) -> str:
    """One answer, from a person: yes or no, or a choice by name or number."""
    title = field.labels[session.lang]
    if field.type in ("affirm", "yesno"):
        return "yes" if session.agreed(f"{title}?") else "no"
    if field.type == "case":
        return session.asked_for(title)
    choices = choices_of(session, field, register, now)
    session.remark(f"{title}:")
    for number, (name, words) in enumerate(choices.items(), 1):
        session.remark(f"  {number}. {words}" + (f" ({name})" if words != name else ""))
    several = field.type in ("choices", "persons", "recipients")
    prompt = (
        session.say("Nummers of namen", "Numbers or names")
        if several
        else session.say("Nummer of naam", "Number or name")
    )
    while True:
        typed = session.asked_for(prompt)
        names = [_named(part.strip(), list(choices)) for part in typed.split(",")]
        if all(name in choices for name in names) and (several or len(names) == 1):
            return ",".join(names)
        session.remark(session.say("Kies uit de lijst.", "Choose from the list."))


def _named(typed: str, names: Sequence[str]) -> str:
    if typed.isdecimal() and 0 < int(typed) <= len(names):
        return names[int(typed) - 1]
    return typed


def choices_of(session: Session, field: Field, register: Register, now: datetime) -> dict[str, str]:
    """What the field may be answered with: each name and how people say it; none for yes or no."""
    from workflow.engine.standing import holds

    if field.values:
        return {name: words[session.lang] for name, words in field.values.items()}
    if field.type in ("person", "persons"):
        return {
            name: person.name
            for name, person in register.persons.items()
            if field.office is None
            or session.procedure is None
            or holds(session.procedure, register, name, field.office, now)
        }
    from workflow.wording.wording import office_label

    return {name: office_label(name, session.lang, session.procedure) for name in field.among}


def _edited(session: Session, step: str, note: Note) -> bytes:
    """What a person writes in their editor; an empty note is a missing one."""
    hint = Words(
        "Bewaar en sluit om verder te gaan; een lege tekst breekt af.",
        "Save and close to go on; an empty text stops.",
    )
    kind = note.kind
    if session.procedure is not None:
        kind = kind_label(session.procedure, note.kind, session.lang)
    session.remark(f"{capital(kind)}: {hint.say(session.lang)}")
    where = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="zaak-", dir=where) as folder:
        file = Path(folder) / "note.txt"
        file.touch(0o600)
        editor = session.environment.get("VISUAL") or session.environment.get("EDITOR")
        try:
            click.edit(editor=editor, filename=str(file))
            written = file.read_bytes()
        except (click.ClickException, OSError) as error:
            raise session.wrong("editor-failed", editor=editor or "vi") from error
    if not written.strip():
        raise session.wrong("note-missing", step=step)
    return written

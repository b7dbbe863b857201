"""What somebody typed, as the name that a procedure declares: by that name, or by a label of it.

People read labels, so they may type them: in either language, whatever the case, with or without an
article, and with a space, a hyphen or an underscore between words. A name goes before any label.
What is neither stays as it was typed: whoever needs it says what there is (`wording.wording`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workflow.wording.choices import folded
from workflow.wording.wording import office_label

if TYPE_CHECKING:
    from workflow.engine.procedure import Field, Procedure, Step, Text
    from workflow.engine.register import Register
    from workflow.verbs.session import Session

SORTS = ("steps", "kinds", "purposes", "tracks")
"""The parts of a procedure whose names can be typed, as `declared` takes them."""


def meant(session: Session, given: str, known: Mapping[str, Iterable[str]]) -> str:
    """The name in `known` that is meant; each comes with what people call it.

    What is no name and nobody's label is given back. Raises BadCommand `ambiguous-name` for a label
    that several names have.
    """
    if given in known:
        return given
    sought = folded(given)
    found = [
        name for name, labels in known.items() if sought and sought in map(folded, (name, *labels))
    ]
    if len(found) > 1:
        raise session.wrong("ambiguous-name", given=given, known=tuple(found))
    return found[0] if found else given


def declared(session: Session, procedure: Procedure, sort: str, given: str) -> str:
    """The step, kind, purpose or track (`sort` is one of SORTS) that is meant, as `meant`."""
    return meant(session, given, _labelled(getattr(procedure, sort)))


def somebody(
    session: Session, procedure: Procedure, given: str, parties: Iterable[str] = ()
) -> str:
    """The office, party or outside recipient that is meant, as `meant`.

    `parties` are those of the case that the caller may know of: where several people play a part,
    their own sign is enough.
    """
    known: dict[str, tuple[str, ...]] = {
        name: _both(one.labels)
        for each in (procedure.offices, procedure.parties, procedure.outside)
        for name, one in each.items()
    }
    for party in parties:
        _, several, sign = party.partition("-")
        labels = tuple(office_label(party, lang, procedure) for lang in ("nl", "en"))
        known[party] = (*labels, sign) if several else labels
    return meant(session, given, known)


def answers(
    session: Session, step: Step, given: Mapping[str, str], register: Register
) -> dict[str, str]:
    """The answers with the names of what they are to, and of what they choose."""
    fields = _labelled(step.asks)
    found: dict[str, str] = {}
    for typed, value in given.items():
        name = meant(session, typed, fields)
        field = step.asks.get(name)
        found[name] = value if field is None else _chosen(session, field, value, register)
    return found


def _chosen(session: Session, field: Field, value: str, register: Register) -> str:
    known: dict[str, tuple[str, ...]] = {}
    if field.values:
        known = _labelled_texts(field.values)
    elif field.type in ("person", "persons"):
        known = {name: (person.name,) for name, person in register.persons.items()}
    elif field.among:
        known = {
            name: tuple(office_label(name, lang, session.procedure) for lang in ("nl", "en"))
            for name in field.among
        }
    if not known or (whole := meant(session, value, known)) in known:
        return whole if known else value
    if field.type in ("choice", "person"):
        return value
    return ",".join(meant(session, part.strip(), known) for part in value.split(","))


def _labelled(things: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: _both(one.labels) for name, one in things.items()}


def _labelled_texts(texts: Mapping[str, Text]) -> dict[str, tuple[str, ...]]:
    return {name: _both(words) for name, words in texts.items()}


def _both(words: Text) -> tuple[str, str]:
    return words.nl, words.en

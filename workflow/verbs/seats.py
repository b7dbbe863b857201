"""Offices, their holders and their branches, as the register and the procedures know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs.catalogue import adopted

if TYPE_CHECKING:
    from collections.abc import Collection

    from workflow.verbs.session import Session


def labelled(session: Session) -> Collection[str]:
    """The offices of the adopted procedures; from here on messages know their labels."""
    import msgspec

    known = [declared for _, declared in adopted(session)]
    offices = {name: office for one in reversed(known) for name, office in one.offices.items()}
    session.procedure = msgspec.structs.replace(known[0], offices=offices) if known else None
    return tuple(dict.fromkeys(name for declared in known for name in declared.offices))


def office_meant(session: Session, given: str, known: Collection[str]) -> str:
    """The office among `known` that is meant, by name or label, for whoever called `labelled`."""
    from workflow.verbs.meant import meant
    from workflow.wording.wording import office_label

    labels = ("nl", "en")
    return meant(
        session,
        given,
        {name: [office_label(name, lang, session.procedure) for lang in labels] for name in known},
    )


def person_meant(session: Session, given: str) -> str:
    """The person in the register who is meant, by the name there or in full."""
    from workflow.verbs.meant import meant

    known = session.desk.register().persons
    return meant(session, given, {name: (person.name,) for name, person in known.items()})


def called(session: Session, name: str) -> str:
    """The label of an office, for whoever called `labelled` before."""
    from workflow.wording.wording import office_label

    return office_label(name, session.lang, session.procedure)


def keyed(session: Session, name: str) -> bool:
    """Whether the office has a key of its own: the log keeper's, and what a procedure says so."""
    from workflow.engine.register import LOG_KEEPER

    if name == LOG_KEEPER:
        return True
    found = [p.offices[name] for _, p in adopted(session) if name in p.offices]
    return any(declared.key == "office" for declared in found)


def full_name(session: Session, name: str) -> str:
    """The name of a person in the register; the word itself for anything else."""
    known = session.desk.register().persons.get(name)
    return known.name if known else name


def known_branch(session: Session, branch: str) -> None:
    """Refuse a branch in which nobody ever held an office, and in nothing below it either."""
    from workflow.engine.register import covers

    known = tuple(dict.fromkeys(term.branch for term in session.desk.register().terms))
    if not any(covers(branch, one) for one in known):
        raise session.refused("unknown-branch", given=branch, known=known)

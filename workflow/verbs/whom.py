"""Whom somebody means in a case: by all that the caller may know of who takes part in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs.dossier import known_parties
from workflow.verbs.meant import somebody

if TYPE_CHECKING:
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


def party(session: Session, dossier: Dossier, given: str) -> str:
    """The party or recipient of a case that is meant, by all that the caller may know of it."""
    return somebody(session, dossier.procedure, given, known_parties(session, dossier))


def several(session: Session, dossier: Dossier, given: str) -> tuple[str, ...]:
    """The parties meant by a list with commas, each once."""
    named = (part.strip() for part in given.split(","))
    return tuple(dict.fromkeys(party(session, dossier, part) for part in named if part))

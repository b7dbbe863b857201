"""An item that somebody may read or share but lacks the key of: which it is, and who has that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.crypto.sealing import CannotOpen

if TYPE_CHECKING:
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


class Closed(CannotOpen):
    """The item and its kind, in which capacity it is closed to the caller, and who can open it.

    `able` are those who can, as people call them: colleagues in the same office by name.
    """

    def __init__(self, item: str, kind: str, to: str, able: tuple[str, ...]) -> None:
        super().__init__(item)
        self.item, self.kind, self.to, self.able = item, kind, to, able


def explained(session: Session, dossier: Dossier, error: CannotOpen) -> CannotOpen:
    """The error with all that can be said of it; as it was where it is not about an item."""
    item = str(error.args[0]) if error.args else ""
    found = dossier.case.items.get(item)
    if found is None:
        return error
    with session.store.read() as tx:
        readers = frozenset(tx.keys(dossier.case.stream, item))
    mine = [name for name in dossier.procedure.offices if name in dossier.reader]
    mine += [name for name in dossier.case.parties if name in dossier.reader]
    return Closed(item, found.kind, mine[0] if mine else "", _able(session, dossier, readers))


def _able(session: Session, dossier: Dossier, readers: frozenset[str]) -> tuple[str, ...]:
    """Who stands before the case and has one of these keys, their own or that of an office."""
    from workflow.engine.register import STREAM
    from workflow.engine.standing import standing
    from workflow.verbs.output import label

    procedure, register, now = dossier.procedure, dossier.register, session.desk.now()
    keys = set(readers)
    with session.store.read() as tx:
        for held in register.office_keys:
            if held.key in readers:
                keys |= set(tx.keys(STREAM, held.item))
    able: dict[str, None] = {}
    for name, person in register.persons.items():
        if person.key not in keys or name == dossier.reader.who:
            continue
        stands = standing(procedure, register, dossier.case, name, now)
        offices = [office for office in procedure.offices if office in stands]
        if offices:
            called = label(procedure, offices[0], session.lang)
            colleague = any(office in dossier.reader for office in offices)
            able[f"{person.name} ({called})" if colleague else called] = None
    for name, party in dossier.case.parties.items():
        if party.key in keys and name != dossier.reader.who:
            able[label(procedure, name, session.lang)] = None
    return tuple(able)

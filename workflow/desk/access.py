"""Who can open what: sealed keys given to those who may read, and destroyed of those who may not.

Each follows from facts that were decided: here nothing is judged but who is still entitled.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import SealedItem
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.draft import Draft
from workflow.engine.items import entitled
from workflow.engine.procedure import Procedure
from workflow.engine.register import Register
from workflow.keyring import open_item, pass_on
from workflow.store import Write

ENDS_ACCESS = (
    f.Joined,
    f.Withdrawn,
    f.Lapsed,
    f.PurposeEnded,
    f.Released,
    f.Assigned,
    f.Recused,
    f.EmergencyClosed,
    f.Erased,
    f.Migrated,
)
"""After these, and after the end of a term, sealed keys are destroyed of who may no longer read.

Whoever joins may take the place of another who spoke for the same party.
"""


def seals(draft: Draft) -> bool:
    """Whether what was decided seals anything to anyone, here or in the case that it files."""
    for entry in draft.entries:
        match entry.fact:
            case f.Added(readers=(_, *_)) | f.Disclosed(readers=(_, *_)) | f.Disclosed(into=str()):
                return True
    return False


def give(tx: Write, draft: Draft, contents: Mapping[str, SealedItem], key: SigningKey) -> None:
    """Store what was added, and seal to its readers whatever was added or disclosed.

    What is not among the `contents` is opened with the `key` of who discloses it. Raises
    CannotOpen.
    """
    case = draft.case
    for entry in draft.entries:
        match entry.fact:
            case f.Added(item=item, readers=readers):
                tx.put_item(case.stream, item, contents[item].ciphertext)
                pass_on(tx, case.stream, item, contents[item].key, readers)
            case f.Disclosed(item=item, readers=(_, *_) as readers):
                if item in contents:
                    opened = contents[item].key
                else:
                    known = case.items[item].digest
                    opened, _ = open_item(tx, draft.register, case.stream, item, known, key)
                pass_on(tx, case.stream, item, opened, readers)


def may_end(draft: Draft, now: datetime) -> bool:
    """Whether what was decided may end access, or a term has ended since the case last moved."""
    acted = any(isinstance(entry.fact, ENDS_ACCESS) for entry in draft.entries)
    return acted or draft.register.ended_between(draft.case.latest, now)


def end(tx: Write, procedure: Procedure, register: Register, case: Case, now: datetime) -> int:
    """Destroy the sealed keys of everyone who may no longer open an item; says how many."""
    dropped = 0
    for item in case.items:
        may = entitled(procedure, register, case, item, now)
        lost = [reader for reader in tx.keys(case.stream, item) if reader not in may]
        if lost:
            dropped += tx.drop_keys(case.stream, item, lost)
    return dropped

"""A history being written: the case as it stands, and the entries that brought it there.

Deciding extends a draft entry by entry, each folded onto the case at once, so that every later
rule is judged at the very position in the history at which its entry will be appended.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import apply
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import Filing, Tell
from workflow.engine.register import Register

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Entry(msgspec.Struct, frozen=True):
    """A fact about to be appended: what, by whom in which office, and when it took place (UTC)."""

    fact: f.CaseFact
    who: str
    office: str | None
    happened: datetime


class Telling(msgspec.Struct, frozen=True):
    """A step that cases of the same matter are told to take, by the event `seq` of this one."""

    seq: int
    tell: Tell


class Draft(msgspec.Struct, frozen=True):
    """A case, and the entries since the stored one.

    New names are made from `seed`, which makes them unguessable; where a recorded history is
    decided again, it holds the names of the consents in it, in their order. What the entries mean
    for other cases is said and not done here: `linked` is the case that is of the same matter from
    now on, `tells` are the steps that others are told, and `files` is what opens, with the items
    in `carried`.

    A `trial` is a draft of which nothing will be written: it asks whether and not why, so one
    reason against a step is enough, whosesoever it is to know, and nothing is sealed to anybody.
    """

    rules: Compiled
    register: Register
    case: Case
    seed: bytes | tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    linked: str | None = None
    tells: tuple[Telling, ...] = ()
    files: Filing | None = None
    carried: tuple[str, ...] = ()
    trial: bool = False

    def ready(self, name: str) -> bool:
        """Whether the track of a step stands where the step begins."""
        step = self.rules.procedure.steps[name]
        return self.case.stands(step.track, step.sources) and (
            self.rules.target(name, self.case.state(step.track)) is not None
        )

    def due(self, name: str) -> bool:
        """Whether the track of a step stands ready for it to follow from another."""
        step = self.rules.procedure.steps[name]
        return self.case.awaits(step.track, step.sources) and self.ready(name)

    def add(self, fact: f.CaseFact, who: str, office: str | None, at: datetime) -> Draft:
        """The draft with one more entry."""
        after = apply(self.rules.procedure, self.case, fact, who, at)
        after = msgspec.structs.replace(after, seq=self.case.seq + 1)
        entries = (*self.entries, Entry(fact, who, office, at))
        return msgspec.structs.replace(self, case=after, entries=entries)

    def decided_under(self) -> tuple[str, ...]:
        """For each entry the digest of the procedure under which it was decided.

        That by which a case comes under another version is the last under the older.
        """
        found: list[str] = []
        for entry in reversed(self.entries):
            later = found[-1] if found else self.rules.digest
            found.append(entry.fact.source if isinstance(entry.fact, f.Migrated) else later)
        return tuple(reversed(found))

    def name(self, prefix: str) -> str:
        """A new name such as `c-4f7k9qtm`: random, so that it tells no order and no count."""
        if isinstance(self.seed, tuple):
            made = sum(isinstance(entry.fact, f.Consented) for entry in self.entries)
            return self.seed[made] if made < len(self.seed) else ""
        seed = hashlib.sha256(self.seed + len(self.entries).to_bytes(4, "big")).digest()
        number = int.from_bytes(seed[:5], "big")
        return f"{prefix}-" + "".join(_ALPHABET[number >> 5 * i & 31] for i in range(8))

"""From what is stored to a case, the register and the rules that the case runs under.

A state is stored with its stream so that it can be loaded at the same cost however long the
history. Nobody signs it: it is believed for showing and deciding, and recomputed from the signed
events before anything is sealed to anyone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import msgspec

from workflow.auditing.soundness import faults
from workflow.auditing.streams import Procedures, Registers, check_case, check_register
from workflow.desk.values import Altered, NoSuchCase, Signer
from workflow.engine.case import Case
from workflow.engine.clock import settle
from workflow.engine.draft import Draft
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import Problem
from workflow.engine.looking import is_case
from workflow.engine.procedure import digest as digest_of
from workflow.engine.procedure import from_canonical
from workflow.engine.reasons import Refusal
from workflow.engine.register import STREAM, Register
from workflow.engine.standing import knows, standing
from workflow.store import Head, Read

encode = msgspec.json.Encoder().encode
"""A state as it is stored."""

_decode_case = msgspec.json.Decoder(Case).decode
_decode_register = msgspec.json.Decoder(Register).decode


class Loader:
    """Loads from one store. Remembers the register, the rules, and which states it recomputed.

    Where it is `rehearsing`, what is not sound decides too.
    """

    def __init__(self, *, rehearsing: bool = False) -> None:
        self._rehearsing = rehearsing
        self._register = Register()
        self._rules: dict[str, Compiled] = {}
        self._sound: set[str] = set()
        self._trusted: dict[str, bytes] = {}

    def head(self, tx: Read, stream: str) -> tuple[Head | None, Register]:
        """The head of a stream, None where it has no events, and the register as it stands."""
        head, moved = tx.pair(stream, self._register.seq)
        if moved is not None and moved.seq != self._register.seq:
            self._register = _decode_register(moved.state)
        return head, self._register

    def found(self, tx: Read, stream: str) -> tuple[Head, Case, Register]:
        """The head of a case, the case as stored, and the register. Raises NoSuchCase."""
        head, register = self.head(tx, stream)
        if head is None or not is_case(stream):
            raise NoSuchCase(stream)
        return head, _decode_case(head.state), register

    def rules(self, tx: Read, digest: str) -> Compiled:
        """The adopted procedure with this digest, compiled once. Raises Altered."""
        if digest not in self._rules:
            form = tx.procedure(digest)
            if form is None or digest_of(form) != digest:
                raise Altered((Problem(STREAM, 0, "procedure-differs", {"digest": digest}),))
            self._rules[digest] = compile_procedure(from_canonical(form), digest)
        return self._rules[digest]

    def deciding(self, tx: Read, digest: str) -> Compiled:
        """The adopted procedure with this digest, to decide by; once found sound, it stays so.

        Raises Altered, also where `zaak procedure check` would find something wrong with it.
        """
        rules = self.rules(tx, digest)
        if digest not in self._sound:
            wrong = faults(tx.procedure(digest) or b"")
            if wrong and not self._rehearsing:
                particulars = {"digest": digest, "why": ", ".join(wrong)}
                raise Altered((Problem(STREAM, 0, "procedure-unsound", particulars),))
            self._sound.add(digest)
        return rules

    def trust(self, tx: Read, stream: str) -> None:
        """Make sure that the stored state of a stream is what its signed events say.

        Who can write to the database could otherwise have something leave by writing a consent,
        or a key, into the state. A stream is recomputed once, until something else is appended to
        it. Raises Altered.
        """
        head, _ = tx.pair(stream, 0)
        if head is None or self._recomputed(head):
            return
        registers = Registers()
        checked = check_register(tx, registers)
        if stream != STREAM:
            checked = check_case(tx, stream, registers, Procedures(tx, rehearsing=self._rehearsing))
        problems = checked.problems
        if not problems and (checked.state is None or encode(checked.state) != head.state):
            problems = (Problem(stream, head.seq, "state-differs"),)
        if problems:
            raise Altered(problems)
        self._trusted[stream] = head.hash

    def appended(self, tx: Read, before: Head | None, after: Head) -> None:
        """Note the head of a stream to which this run has appended itself.

        What it was decided on was the register, and the stream as it stood `before`: it is as
        trustworthy as they are.
        """
        register, _ = tx.pair(STREAM, 0)
        if self._recomputed(register) and (before is None or self._recomputed(before)):
            self._trusted[after.stream] = after.hash

    def _recomputed(self, head: Head | None) -> bool:
        return head is not None and self._trusted.get(head.stream) == head.hash


def may_know(rules: Compiled, case: Case, register: Register, who: str, now: datetime) -> bool:
    """Whether `who` may know of the case at `now` (UTC), everything done that was due by then."""
    with suppress(Refusal):
        case = settle(Draft(rules, register, case, b""), who, now).case
    return knows(rules.procedure, case, standing(rules.procedure, register, case, who, now))


def is_known(signer: Signer, register: Register, case: Case) -> bool:
    """Whether the signer's key is that of the party or person they say they are."""
    party, person = case.parties.get(signer.who), register.persons.get(signer.who)
    known = party.key if party else person.key if person else None
    return known == signer.key.public.line()

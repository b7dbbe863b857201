"""Recomputing streams from their events alone: chain, signatures, and what the events say.

Nothing but the events is believed. Each must be signed by the person or party it names, by the
register as it then stood, and be what the engine decides at its place (`auditing.redeciding`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime

import msgspec

from workflow.auditing.redeciding import disagreement
from workflow.crypto.keys import BadSignature, verify
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import BadHistory, blank, fold
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import Problem, chain_problems
from workflow.engine.procedure import from_canonical
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import REGISTRAR, STREAM, Register, covers
from workflow.engine.register import fold as register_fold
from workflow.engine.registering import add_person, adopt, end_office, grant_office, seat
from workflow.store import Read, Record


class Checked(msgspec.Struct, frozen=True):
    """A stream after verification: how many events, what does not hold, and the state it leaves."""

    events: int
    problems: tuple[Problem, ...]
    state: Case | Register | None


class Procedures:
    """The adopted procedures of a store, each compiled once and held against its digest."""

    def __init__(self, tx: Read) -> None:
        self._tx = tx
        self._known: dict[str, Compiled] = {}
        self.problems: list[Problem] = []

    def get(self, name: str) -> Compiled | None:
        """The procedure with this digest; None where it is not there or not the one adopted."""
        if name not in self._known:
            form = self._tx.procedure(name)
            if form is None or hashlib.sha256(form).hexdigest() != name:
                if not any(p.particulars.get("digest") == name for p in self.problems):
                    problem = Problem(STREAM, 0, "procedure-differs", {"digest": name})
                    self.problems.append(problem)
                return None
            self._known[name] = compile_procedure(from_canonical(form), name)
        return self._known[name]


def _walk(tx: Read, stream: str) -> Iterator[Problem | tuple[f.Event, str]]:
    """The events of a stream, each with the public key (OpenSSH form) that signed it."""
    records: list[Record] = []

    def rows() -> Iterator[tuple[int, bytes, bytes]]:
        for record in tx.history(stream):
            records.append(record)
            yield record.seq, record.hash, record.body

    for found in chain_problems(stream, rows()):
        if isinstance(found, Problem):
            yield found
            continue
        record = records[-1]
        try:
            # What a database hands back as text was not stored by us; `verify` takes bytes.
            yield found, verify(bytes(record.signature), record.body).line()
        except (BadSignature, TypeError):
            yield Problem(stream, record.seq, "signature-bad")


class Registers:
    """The register as it stood at any moment: a later grant vouches for nothing earlier."""

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._states: list[Register] = []

    def add(self, at: datetime, register: Register) -> None:
        """The register as an event recorded at `at` (UTC) left it."""
        self._times.append(at)
        self._states.append(register)

    def at(self, moment: datetime) -> Register:
        """The register as it stood at `moment` (UTC)."""
        place = bisect_right(self._times, moment)
        return self._states[place - 1] if place else Register()


def check_register(tx: Read, registers: Registers) -> Checked:
    """Recompute the register; `registers` is told how it stood after each event."""
    register, problems, events = Register(), list[Problem](), 0
    for found in _walk(tx, STREAM):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        event, key = found
        events += 1
        try:
            after = register_fold(register, event)
        except TypeError:
            problems.append(Problem(STREAM, event.seq, "not-a-register-fact"))
            continue
        # The founder's key comes into the register with the very event it signs.
        known = (after if event.seq == 1 else register).persons.get(event.who)
        if known is None or known.key != key:
            problems.append(Problem(STREAM, event.seq, "signed-by-another", {"who": event.who}))
        elif event.seq > FOUNDING and not _allowed(register, event):
            problems.append(Problem(STREAM, event.seq, "not-registrar", {"who": event.who}))
        register = after
        registers.add(event.at, register)
    return Checked(events, tuple(problems), register)


SECOND = 2
FOUNDING = 2
"""A register begins with its first person and their office; only then can anyone keep it."""


def _allowed(register: Register, event: f.Event) -> bool:
    """Whether the register allows the event at its place, asked of the rules that made it."""
    who, at = event.who, event.at
    try:
        match event.data:
            case f.PersonAdded(person, name, key):
                add_person(register, who, person, name, key, at)
            case f.OfficeGranted(office=office) as term:
                grant_office(register, who, term, (office,), at)
            case f.OfficeEnded() as ended:
                end_office(register, who, ended, at)
            case f.Adopted() as version:
                adopt(register, who, version, seat(register), at)
            case f.OfficeKeyed(office=office, branch=branch, key=key):
                return _may_key(register, event, office, branch, key)
    except (Refusal, BadCommand):
        return False
    return True


def _may_key(register: Register, event: f.Event, office: str, branch: str, key: str) -> bool:
    """Keys come from the keeper of the register and from holders; who left passes old ones on."""
    if any(
        t.office == REGISTRAR and covers(t.branch, branch)
        for t in register.anywhere(event.who, event.at)
    ):
        return True
    passes_on = any(known.key == key for known in register.office_keys)
    return any(
        (t.office, t.person, t.branch) == (office, event.who, branch)
        and (passes_on or t.runs(event.at))
        for t in register.terms
    )


def check_case(tx: Read, stream: str, registers: Registers, procedures: Procedures) -> Checked:
    """Recompute a case under the register as it stood and the procedures that were adopted."""
    case: Case | None = None
    begun: Case | None = None
    opener = ""
    moment: list[f.Event] = []
    problems, events = list[Problem](), 0

    def decided_again() -> None:
        """Judge the moment that is over, unless what it consists of is broken already."""
        rules = procedures.get(moment[0].procedure or "") if moment else None
        broken = {problem.seq for problem in problems}
        if rules is not None and not broken & {event.seq for event in moment}:
            found = disagreement(rules, registers.at(moment[0].at), begun, moment)
            problems.extend([found] if found is not None else [])

    for found in _walk(tx, stream):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        event, key = found
        events += 1
        if moment and moment[0].at != event.at:
            decided_again()
            begun, moment = case, []
        rules = procedures.get(event.procedure or "")
        adopted = {version.digest for version in registers.at(event.at).adopted}
        if rules is None or rules.digest not in adopted:
            problems.append(Problem(stream, event.seq, "procedure-unknown"))
            continue
        if case is None:
            case = blank(stream, rules.digest)
        if rules.digest != case.procedure:
            problems.append(Problem(stream, event.seq, "procedure-differs"))
            continue
        try:
            after = fold(rules.procedure, case, event)
        except (BadHistory, KeyError) as error:
            problems.append(Problem(stream, event.seq, "cannot-follow", {"why": str(error)}))
            continue
        problems += _signed_rightly(registers.at(event.at), case, after, event, key)
        # Who opens a case signs all of its first moment; a member's key comes with the second.
        opener = key if event.seq == 1 else opener
        if event.seq == SECOND and key != opener:
            problems.append(Problem(stream, 1, "signed-by-another", {"who": event.who}))
        moment.append(event)
        case = after
    decided_again()
    return Checked(events, tuple(problems), case)


def _signed_rightly(
    register: Register, before: Case, after: Case, event: f.Event, key: str
) -> Iterator[Problem]:
    """The key is that of the person, or of the party as the history before the event has it.

    A member who opens their own case signs it from the first event on, and their key comes into
    it with the second; what stands there is judged when the moment is decided again.
    """
    opening = not before.done and event.who not in register.persons
    party = (after if opening else before).parties.get(event.who)
    person = register.persons.get(event.who)
    expected = party.key if party else person.key if person else None
    if expected != key and not (opening and party is None and isinstance(event.data, f.Opened)):
        yield Problem(event.stream, event.seq, "signed-by-another", {"who": event.who})

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
from workflow.engine.procedure import LINKED, from_canonical
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import REGISTRAR, STREAM, Register, covers
from workflow.engine.register import fold as register_fold
from workflow.engine.registering import account, add_person, adopt, end_office, grant_office
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
            who = {"who": event.who}
            if isinstance(event.data, f.Accounted):
                problems.append(Problem(STREAM, event.seq, "refused", who))
            else:
                problems.append(Problem(STREAM, event.seq, "not-registrar", who))
        register = after
        registers.add(event.at, register)
    return Checked(events, tuple(problems), register)


ORIGIN = 2
"""The event that says from which case this one was filed comes right after its opening."""
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
                adopt(register, who, version, at)
            case f.Accounted() as made:
                return account(register, who, made, at) == (made,)
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


class _Said(msgspec.Struct, frozen=True):
    """An event of a case and the public key (OpenSSH form) that signed it."""

    event: f.Event
    key: str


def check_case(tx: Read, stream: str, registers: Registers, procedures: Procedures) -> Checked:
    """Recompute a case under the register as it stood and the procedures that were adopted."""
    case: Case | None = None
    begun: Case | None = None
    moment: list[_Said] = []
    problems, events = list[Problem](), 0

    def judged() -> None:
        """Judge the moment that is over, unless what it consists of is broken already."""
        rules = procedures.get(moment[0].event.procedure or "") if moment else None
        broken = {problem.seq for problem in problems}
        together = [said.event for said in moment]
        if rules is None or broken & {event.seq for event in together}:
            return
        register = registers.at(together[0].at)
        told = next((e for e in together if isinstance(e.data, f.Heard)), None)
        expected = _signer(register, begun, case, together[0].who)
        if told is not None:
            expected = _teller(tx, procedures, rules, together, told)
            if expected is None:
                problems.append(Problem(stream, told.seq, "heard-nothing"))
                return
        another = next((said.event for said in moment if said.key != expected), None)
        if another is not None:
            who = {"who": another.who}
            problems.append(Problem(stream, another.seq, "signed-by-another", who))
            return
        found = disagreement(rules, register, begun, together)
        problems.extend([found] if found is not None else [])

    for found in _walk(tx, stream):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        event, key = found
        events += 1
        if moment and moment[0].event.at != event.at:
            judged()
            begun, moment = case, []
        rules = procedures.get(event.procedure or "")
        branch = event.data.branch if isinstance(event.data, f.Opened) else case and case.branch
        known = (v for v in registers.at(event.at).adopted if v.reaches(branch or ""))
        if rules is None or rules.digest not in {v.digest for v in known}:
            problems.append(Problem(stream, event.seq, "procedure-unknown"))
            continue
        if case is None:
            case = blank(stream, rules.digest)
        if rules.digest != case.procedure:
            problems.append(Problem(stream, event.seq, "procedure-differs"))
            continue
        try:
            case = fold(rules.procedure, case, event)
        except (BadHistory, KeyError) as error:
            problems.append(Problem(stream, event.seq, "cannot-follow", {"why": str(error)}))
            continue
        moment.append(_Said(event, key))
    judged()
    return Checked(events, tuple(problems), case)


def _signer(register: Register, before: Case | None, after: Case | None, who: str) -> str | None:
    """The key that must have signed a moment: that of the person, or of the party before it.

    A member who opens their own case comes into it with the moment itself.
    """
    party = before.parties.get(who) if before else None
    if party is None and before is None and who not in register.persons and after is not None:
        party = after.parties.get(who)
    person = register.persons.get(who)
    return party.key if party else person.key if person else None


def _teller(
    tx: Read, procedures: Procedures, rules: Compiled, moment: list[f.Event], told: f.Event
) -> str | None:
    """The key that signed the event of another case which told this one; None where none did.

    That event must be a step, taken at the same time, which declares that it tells cases of this
    procedure the steps that were taken here; and must say, where it is said here, that the two
    cases are of one matter.
    """
    assert isinstance(told.data, f.Heard), "the moment was looked through for it"
    steps = {e.data.step for e in moment if isinstance(e.data, f.Stepped) and _linked(e.data)}
    links = any(isinstance(e.data, f.Linked) for e in moment)
    key, telling, linking = None, set[tuple[str, str]](), False
    origin: str | None = None
    for found in _walk(tx, told.data.stream):
        if isinstance(found, Problem):
            return None
        event, signed = found
        if event.seq == ORIGIN and isinstance(event.data, f.Linked):
            origin = event.data.case
        if event.seq < told.data.seq:
            continue
        if event.at != told.at:
            break
        source = procedures.get(event.procedure or "")
        key = key or signed
        linking |= event.data == f.Linked(told.stream)
        if isinstance(event.data, f.Stepped) and source is not None:
            declared = source.procedure.steps.get(event.data.step)
            tells = declared.tells if declared else ()
            telling |= {
                (t.procedure, t.step) for t in tells if not t.origin or origin == told.stream
            }
    here = rules.procedure.procedure
    heard = all((here, step) in telling for step in steps) and (linking or not links)
    return key if heard and (steps or links) else None


def _linked(moved: f.Stepped) -> bool:
    return moved.because == LINKED

"""Verifying a store as an auditor would: everything recomputed, nothing taken on trust.

The chain and every signature first (`engine.ledger`, SSHSIG), then what the events say: that each
was signed by the person or party it names, in an office they held, that each transition is one the
adopted procedure has, that each decision was the member's and each disclosure had a basis at its
place in the history. Last, that everything the store derives from the events equals what follows
from them: heads, deadlines, procedures, items, and who holds sealed keys.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from workflow.crypto.keys import BadSignature, verify
from workflow.crypto.sealing import digest
from workflow.desk import stamp
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.clock import next_due
from workflow.engine.folding import BadHistory, blank, fold
from workflow.engine.items import entitled
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import Problem, chain_problems
from workflow.engine.member import decider
from workflow.engine.procedure import CLOCK, CONSEQUENCE, from_canonical
from workflow.engine.register import REGISTRAR, STREAM, Register
from workflow.engine.register import fold as register_fold
from workflow.engine.sharing import may_share
from workflow.engine.standing import standing
from workflow.store import Head, Read, Record, Store

_encode = msgspec.json.Encoder().encode


class Report(msgspec.Struct, frozen=True):
    """What was verified and everything that does not hold."""

    streams: int
    events: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


class Checked(msgspec.Struct, frozen=True):
    """A stream after verification: how many events, what does not hold, and the state it leaves."""

    events: int
    problems: tuple[Problem, ...]
    state: Case | Register | None


def verify_store(
    store: Store,
    only: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Verify every stream of `store`, or the register and `only`.

    `progress` is told the name of each stream as it is begun. Raises StoreTrouble where the
    database itself fails.
    """
    with store.read() as tx:
        heads = {head.stream: head for head in tx.heads_all()}
        streams = [name for name in tx.streams() if only in (None, name) and name != STREAM]
        progress(STREAM)
        registers = _Registers()
        checked = {STREAM: _register(tx, registers)}
        procedures = _Procedures(tx)
        for stream in streams:
            progress(stream)
            checked[stream] = _case(tx, stream, registers, procedures)
        problems = [problem for stream in checked.values() for problem in stream.problems]
        for stream, outcome in checked.items():
            if not outcome.problems:
                problems += _projected(stream, outcome, heads.get(stream), procedures)
        problems += procedures.problems
        whole = {name: c.state for name, c in checked.items() if not c.problems}
        every = set(checked) if only is None else None
        problems += _contents(tx, whole, every, registers, procedures)
        lost = [name for name in heads if name not in checked and only is None]
        problems += [Problem(name, heads[name].seq, "head-without-events") for name in lost]
    total = sum(outcome.events for outcome in checked.values())
    return Report(len(checked), total, tuple(problems))


class _Procedures:
    """The adopted procedures of a store, each compiled once and held against its digest."""

    def __init__(self, tx: Read) -> None:
        self._tx = tx
        self._known: dict[str, Compiled] = {}
        self.problems: list[Problem] = []

    def get(self, name: str) -> Compiled | None:
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


class _Registers:
    """The register as it stood at any moment: a later grant vouches for nothing earlier."""

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._states: list[Register] = []

    def add(self, at: datetime, register: Register) -> None:
        self._times.append(at)
        self._states.append(register)

    def at(self, moment: datetime) -> Register:
        place = bisect_right(self._times, moment)
        return self._states[place - 1] if place else Register()


def _register(tx: Read, registers: _Registers) -> Checked:
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
        elif event.seq > FOUNDING and not _keeps(register, event):
            problems.append(Problem(STREAM, event.seq, "not-registrar", {"who": event.who}))
        register = after
        registers.add(event.at, register)
    return Checked(events, tuple(problems), register)


FOUNDING = 2
"""A register begins with its first person and their office; only then can anyone keep it."""


def _keeps(register: Register, event: f.Event) -> bool:
    if any(t.office == REGISTRAR for t in register.anywhere(event.who, event.at)):
        return True
    match event.data:
        case f.OfficeEnded(person=person):
            return person == event.who
        case f.OfficeKeyed(office=office, branch=branch, key=key):
            # Who left may pass an old key on, but brings in no new one.
            passes_on = any(known.key == key for known in register.office_keys)
            return any(
                (t.office, t.person, t.branch) == (office, event.who, branch)
                and (passes_on or t.runs(event.at))
                for t in register.terms
            )
    return False


def _case(tx: Read, stream: str, registers: _Registers, procedures: _Procedures) -> Checked:
    case: Case | None = None
    previous: f.Event | None = None
    problems, events = list[Problem](), 0
    for found in _walk(tx, stream):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        event, key = found
        register = registers.at(event.at)
        events += 1
        rules = procedures.get(event.procedure or "")
        if rules is None:
            problems.append(Problem(stream, event.seq, "procedure-unknown"))
            continue
        if case is None:
            case = blank(stream, rules.digest)
        try:
            after = fold(rules.procedure, case, event)
        except (BadHistory, KeyError) as error:
            problems.append(Problem(stream, event.seq, "cannot-follow", {"why": str(error)}))
            continue
        problems += _signed_rightly(register, after, event, key)
        problems += _lawful(rules, case, event)
        if not _together(previous, event):
            problems += _in_office(rules, register, case, after, event)
        case, previous = after, event
    return Checked(events, tuple(problems), case)


def _signed_rightly(register: Register, case: Case, event: f.Event, key: str) -> Iterator[Problem]:
    person, party = register.persons.get(event.who), case.parties.get(event.who)
    # A member who opens their own case signs before the event that makes them a party.
    opening = event.seq == 1 and isinstance(event.data, f.Opened) and person is None
    expected = party.key if party else person.key if person else None
    if not opening and expected != key:
        yield Problem(event.stream, event.seq, "signed-by-another", {"who": event.who})


def _lawful(rules: Compiled, before: Case, event: f.Event) -> Iterator[Problem]:
    procedure, fact = rules.procedure, event.data

    def wrong(code: str, **particulars: object) -> Problem:
        return Problem(event.stream, event.seq, code, particulars)

    if event.who in before.recused:
        yield wrong("recused", who=event.who)
    if isinstance(fact, f.Stepped):
        yield from _stepped_lawfully(rules, before, event, fact)
    if isinstance(fact, f.Disclosed):
        outside = fact.to in procedure.outside
        at = event.took_place if outside else event.at
        document = fact.on[0] if fact.basis == "legal_duty" and fact.on else None
        basis = None
        if fact.item in before.items:
            basis = may_share(
                procedure, before, fact.item, fact.to, fact.purpose, at, document
            ).basis
        if basis != fact.basis:
            yield wrong("no-basis", item=fact.item, to=fact.to)


def _together(previous: f.Event | None, event: f.Event) -> bool:
    """Whether the event was recorded with the one before it, so that who acted is vouched for.

    What one command does can itself end the office it was done in.
    """
    return previous is not None and (previous.at, previous.who, previous.office) == (
        event.at,
        event.who,
        event.office,
    )


def _in_office(
    rules: Compiled, register: Register, before: Case, after: Case, event: f.Event
) -> Iterator[Problem]:
    """Who opens a case takes the office on with the opening itself; anyone else holds it before."""
    if event.office is None:
        return
    opening = not before.done
    held = standing(rules.procedure, register, before, event.who, event.at).capacities
    if opening:
        held |= register.offices(event.who, after.branch, event.at)
        held |= {event.who} & set(after.parties)
    if event.office not in held:
        particulars = {"who": event.who, "office": event.office}
        yield Problem(event.stream, event.seq, "office-not-held", particulars)


def _stepped_lawfully(
    rules: Compiled, before: Case, event: f.Event, fact: f.Stepped
) -> Iterator[Problem]:
    step = rules.procedure.steps.get(fact.step)

    def wrong(code: str, **particulars: object) -> Problem:
        return Problem(event.stream, event.seq, code, particulars)

    if step is None or rules.target(fact.step, fact.source) != fact.to:
        yield wrong("no-such-transition", step=fact.step)
        return
    cause = CLOCK if fact.because == CLOCK else CONSEQUENCE if fact.because else event.office
    if cause not in step.who:
        yield wrong("not-theirs", step=fact.step)
    if cause == CLOCK and (
        before.tracks[fact.track].due is None or before.tracks[fact.track].due != event.took_place
    ):
        yield wrong("clock-wrong", step=fact.step)
    party = decider(rules.procedure, step, fact.source)
    if party is not None and fact.because != CLOCK and fact.decided_by != party:
        yield wrong("not-decided-by", party=party)


def _projected(
    stream: str, checked: Checked, head: Head | None, procedures: _Procedures
) -> Iterator[Problem]:
    state = checked.state
    if state is None or head is None:
        yield Problem(stream, checked.events, "head-missing")
        return
    if head.seq != checked.events or head.seq != state.seq:
        yield Problem(stream, head.seq, "head-differs", {"events": checked.events})
    elif head.state != _encode(state):
        yield Problem(stream, head.seq, "state-differs")
    due = None
    if isinstance(state, Case):
        rules = procedures.get(state.procedure)
        first = next_due(rules.procedure, state) if rules else None
        due = stamp(first[0]) if first else None
    if head.due != due:
        yield Problem(stream, head.seq, "deadline-differs", {"stored": head.due, "true": due})


def _contents(
    tx: Read,
    states: dict[str, Case | Register | None],
    every: set[str] | None,
    registers: _Registers,
    procedures: _Procedures,
) -> Iterator[Problem]:
    """Items are those the events speak of, byte for byte; keys are sealed only to the entitled.

    `states` are the streams without problems so far, `every` all that have events, where all were
    looked at.
    """
    stored: dict[str, set[str]] = {}
    for stream, item, ciphertext in tx.items_all():
        if stream not in states:
            if every is not None and stream not in every:
                yield Problem(stream, 0, "item-unknown", {"item": item})
            continue
        stored.setdefault(stream, set()).add(item)
        state = states[stream]
        if isinstance(state, Case):
            known = state.items.get(item)
            if known is None:
                yield Problem(stream, 0, "item-unknown", {"item": item})
            elif known.digest != digest(ciphertext):
                yield Problem(stream, 0, "item-differs", {"item": item})
    for stream, state in states.items():
        if not isinstance(state, Case):
            continue
        rules = procedures.get(state.procedure)
        for item in state.items:
            if item not in stored.get(stream, ()):
                yield Problem(stream, 0, "item-missing", {"item": item})
            if rules is None:
                continue
            assert state.latest is not None, "folding an event sets it"
            register = registers.at(state.latest)
            may = entitled(rules.procedure, register, state, item, state.latest)
            strangers = [r for r in tx.keys(stream, item) if r not in may]
            if strangers:
                particulars = {"item": item, "readers": tuple(strangers)}
                yield Problem(stream, 0, "key-without-basis", particulars)

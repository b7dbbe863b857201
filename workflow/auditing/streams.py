"""Recomputing streams from their events alone: chain, signatures, and what the events say.

Nothing but the events is believed. Each must be signed by the person or party it names, by the
register as it then stood, and be what the engine decides at its place (`auditing.redeciding`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from datetime import datetime

import msgspec

from workflow.auditing.redeciding import disagreement
from workflow.auditing.soundness import faults
from workflow.auditing.walking import walk
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import BadHistory, blank, fold
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import Problem
from workflow.engine.looking import Looks
from workflow.engine.matters import pending
from workflow.engine.procedure import LINKED, Procedure, from_canonical, recipients
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import APART, STREAM, Register
from workflow.engine.register import fold as register_fold
from workflow.engine.registering import (
    CASE,
    account,
    add_person,
    adopt,
    end_office,
    grant_office,
    key_office,
)
from workflow.store import Read


class Checked(msgspec.Struct, frozen=True):
    """A stream after verification: how many events, what does not hold, and the state it leaves."""

    events: int
    problems: tuple[Problem, ...]
    state: Case | Register | Looks | None


class Procedures:
    """The adopted procedures of a store, each held once against its digest and the checks.

    Where somebody is `rehearsing`, one that is not sound is there as well.
    """

    def __init__(self, tx: Read, *, rehearsing: bool = False) -> None:
        self._tx = tx
        self._rehearsing = rehearsing
        self._known: dict[str, Compiled | None] = {}
        self.problems: list[Problem] = []

    def get(self, name: str) -> Compiled | None:
        """The procedure with this digest; None where it is not there, another one, or unsound."""
        if name not in self._known:
            self._known[name] = self._compiled(name)
        return self._known[name]

    def _compiled(self, name: str) -> Compiled | None:
        form = self._form(name)
        if form is None:
            self.problems.append(Problem(STREAM, 0, "procedure-differs", {"digest": name}))
            return None
        wrong = faults(form)
        if wrong and not self._rehearsing:
            particulars = {"digest": name, "why": ", ".join(wrong)}
            self.problems.append(Problem(STREAM, 0, "procedure-unsound", particulars))
            return None
        return compile_procedure(from_canonical(form), name)

    def names(self, name: str) -> tuple[str, ...]:
        """Whom the procedure with this digest speaks of, sound or not; nobody may be called so."""
        form = self._form(name)
        try:
            return recipients(from_canonical(form)) if form is not None else ()
        except msgspec.MsgspecError:
            return ()

    def _form(self, name: str) -> bytes | None:
        form = self._tx.procedure(name)
        return form if form is not None and hashlib.sha256(form).hexdigest() == name else None


class Registers:
    """The register as it stood at any moment: a later grant vouches for nothing earlier.

    A moment is said by the clock of who acted, and of who kept the register: see `around`.
    """

    def __init__(self) -> None:
        self._times: list[datetime] = []
        self._states: list[Register] = []

    def add(self, at: datetime, register: Register) -> None:
        """The register as an event recorded at `at` (UTC) left it."""
        self._times.append(at)
        self._states.append(register)

    def at(self, moment: datetime) -> Register:
        """The register as it stood at `moment` (UTC)."""
        return self.around(moment)[0]

    def around(self, moment: datetime) -> tuple[Register, ...]:
        """The register as it stood at `moment` (UTC), and as it may have stood, the newest first.

        What was recorded shortly before may have come after, on a machine whose clock was behind.
        It cannot be the other way round: the desk refuses what comes before the register.
        """
        first = bisect_left(self._times, moment - APART)
        stood = self._states[max(first - 1, 0) : bisect_right(self._times, moment)]
        return (*reversed(stood), *(() if first else (Register(),)))


def check_register(tx: Read, registers: Registers) -> Checked:
    """Recompute the register; `registers` is told how it stood after each event."""
    register, problems, events = Register(), list[Problem](), 0
    procedures, taken = Procedures(tx), frozenset[str]()
    for found in walk(STREAM, tx.history(STREAM)):
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
        if isinstance(event.data, f.Adopted):
            taken |= frozenset(procedures.names(event.data.digest))
        # The founder's key comes into the register with the very event it signs.
        known = (after if event.seq == 1 else register).persons.get(event.who)
        if known is None or known.key != key:
            problems.append(Problem(STREAM, event.seq, "signed-by-another", {"who": event.who}))
        elif event.seq > FOUNDING and not _allowed(register, event, taken):
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


def _allowed(register: Register, event: f.Event, taken: frozenset[str]) -> bool:
    """Whether the register allows the event at its place, asked of the rules that made it.

    `taken` are the names of those whom the procedures adopted until then speak of.
    """
    who, at = event.who, event.at
    try:
        match event.data:
            case f.PersonAdded(person, name, key):
                add_person(register, who, person, name, key, at, taken)
            case f.OfficeGranted(office=office) as term:
                grant_office(register, who, term, (office,), at)
            case f.OfficeEnded() as ended:
                end_office(register, who, ended, at)
            case f.Adopted() as version:
                adopt(register, who, version, at, taken)
            case f.Accounted() as made:
                return account(register, who, made, at) == (made,)
            case f.OfficeKeyed() as keyed:
                key_office(register, who, keyed, at)
    except (Refusal, BadCommand):
        return False
    return True


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
        stood = registers.around(together[0].at)
        told = next((e for e in together if isinstance(e.data, f.Heard)), None)
        expected = _signer(stood[0], begun, case, together[0].who)
        if told is not None:
            expected = _teller(tx, procedures, rules, begun, together, told)
            if expected is None:
                problems.append(Problem(stream, told.seq, "heard-nothing"))
                return
        another = next((said.event for said in moment if said.key != expected), None)
        if another is not None:
            who = {"who": another.who}
            problems.append(Problem(stream, another.seq, "signed-by-another", who))
            return
        moved = next((e.data.to for e in together if isinstance(e.data, f.Migrated)), None)
        onto = procedures.get(moved) if moved is not None else None
        found = _judgement(rules, stood, begun, together, onto)
        problems.extend([found] if found is not None else [])

    if not CASE.fullmatch(stream):
        problems.append(Problem(stream, 0, "name-unreadable"))
    for found in walk(stream, tx.history(stream)):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        event, key = found
        events += 1
        if moment and moment[0].event.at != event.at:
            judged()
            begun, moment = case, []
        rules, wrong = _under(procedures, registers, case, event)
        problems.extend([wrong] if wrong is not None else [])
        if rules is None:
            continue
        try:
            before = case or blank(stream, rules.digest)
            case = fold(leading(procedures, rules, event), before, event)
        except (BadHistory, KeyError, ValueError, OverflowError) as error:
            problems.append(Problem(stream, event.seq, "cannot-follow", {"why": str(error)}))
            continue
        moment.append(_Said(event, key))
    judged()
    return Checked(events, tuple(problems), case)


def leading(procedures: Procedures, rules: Compiled, event: f.Event) -> Procedure:
    """The procedure under which an event leaves the case. Raises KeyError where it is not there."""
    if not isinstance(event.data, f.Migrated):
        return rules.procedure
    onto = procedures.get(event.data.to)
    if onto is None:
        raise KeyError(event.data.to)
    return onto.procedure


def _under(
    procedures: Procedures, registers: Registers, case: Case | None, event: f.Event
) -> tuple[Compiled | None, Problem | None]:
    """The rules that an event of the case was decided under, and what is wrong there.

    A case keeps the version that its branch followed when it began, until it says that it goes on
    under another (B38).
    """
    rules = procedures.get(event.procedure or "")
    branch = event.data.branch if isinstance(event.data, f.Opened) else case and case.branch
    known = (v for v in registers.at(event.at).adopted if v.reaches(branch or ""))
    if rules is None or rules.digest not in {version.digest for version in known}:
        return None, Problem(event.stream, event.seq, "procedure-unknown")
    if case is not None:
        if rules.digest == case.procedure:
            return rules, None
        return None, Problem(event.stream, event.seq, "procedure-differs")
    name = rules.procedure.procedure
    followed = (stood.version(name, branch or "") for stood in registers.around(event.at))
    begun = any(version is not None and version.digest == rules.digest for version in followed)
    return rules, None if begun else Problem(event.stream, event.seq, "procedure-not-followed")


def _judgement(
    rules: Compiled,
    stood: tuple[Register, ...],
    before: Case | None,
    moment: list[f.Event],
    onto: Compiled | None,
) -> Problem | None:
    """What the engine has against a moment, whichever way the register stood then; None if nothing.

    It is said by the register as it stood by the clock.
    """
    found: Problem | None = None
    for register in stood:
        try:
            problem = disagreement(rules, register, before, moment, onto)
        except (LookupError, OverflowError, RuntimeError, TypeError, ValueError) as error:
            # Something that no command has ever brought about, or the engine could go on from it.
            first, why = moment[0], {"why": type(error).__name__}
            problem = Problem(first.stream, first.seq, "cannot-follow", why)
        if problem is None:
            return None
        found = found or problem
    return found


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
    tx: Read,
    procedures: Procedures,
    rules: Compiled,
    before: Case | None,
    moment: list[f.Event],
    told: f.Event,
) -> str | None:
    """The key that signed the event of another case which told this one; None where none did.

    That event must be a step, taken at the same time, which declares that it tells cases of this
    procedure the steps that were taken here; and must say, where it is said here, that the two
    cases are of one matter. A step that concerns what was filed counts only from the case that was
    filed last, or in the case that was filed: `before` is this case as it stood.
    """
    assert isinstance(told.data, f.Heard), "the moment was looked through for it"
    if before is None:
        return None
    steps = {e.data.step for e in moment if isinstance(e.data, f.Stepped) and _linked(e.data)}
    links = any(isinstance(e.data, f.Linked) for e in moment)
    key, telling, linking = None, set[tuple[str, str]](), False
    origin: str | None = None
    for found in walk(told.data.stream, tx.history(told.data.stream)):
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
                (t.procedure, t.step)
                for t in tells
                if (not t.origin or (origin == told.stream and told.data.stream == pending(before)))
                and (not t.filed or told.data.stream == before.origin)
            }
    here = rules.procedure.procedure
    heard = all((here, step) in telling for step in steps) and (linking or not links)
    return key if heard and (steps or links) else None


def _linked(moved: f.Stepped) -> bool:
    return moved.because == LINKED

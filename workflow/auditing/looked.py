"""Who has looked, recomputed: each look held against the history it says it saw.

A stream of looks is chained and signed as any other. Each look is decided again by the rules that
made it (`engine.looking`), on the case as it stood after the event that the look names and by the
register as it stood then. A look at a history that is not there shows that the history was
rewritten or cut off after somebody saw it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.auditing.streams import Checked, Procedures, Registers, leading
from workflow.auditing.walking import walk
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import BadHistory, blank, fold
from workflow.engine.kernel import Compiled
from workflow.engine.ledger import BadBody, Problem, decode
from workflow.engine.looking import Look, Looks, Seen, export, look, owner, subject
from workflow.engine.reasons import Refusal
from workflow.engine.register import STREAM, Register
from workflow.store import Read, Record


class Stood:
    """A case as it stood after each of its events; of the register, only how each event ended."""

    def __init__(self, tx: Read, stream: str, procedures: Procedures) -> None:
        self.cases: dict[int, tuple[Case, Compiled]] = {}
        self.heads: dict[int, str] = {}
        self._procedures = procedures
        case: Case | None = None
        for record in tx.history(stream):
            self.heads[record.seq] = record.hash.hex()
            if stream != STREAM:
                case = self._after(case, record)

    def _after(self, case: Case | None, record: Record) -> Case | None:
        """The case after an event. Where that does not hold, it was named when it was checked."""
        try:
            event = decode(record.body)
            rules = self._procedures.get(event.procedure or "")
            if rules is None:
                return case
            before = case or blank(record.stream, rules.digest)
            case = fold(leading(self._procedures, rules, event), before, event)
        except (BadBody, BadHistory, KeyError, ValueError, OverflowError):
            return case
        under = self._procedures.get(case.procedure)
        if under is not None:
            self.cases[record.seq] = case, under
        return case


def check_looks(tx: Read, stream: str, stood: Stood, registers: Registers) -> Checked:
    """Recompute a stream of looks. `stood` is the stream beside it, by itself already checked."""
    problems, events = list[Problem](), 0
    for found in walk(stream, tx.history(stream)):
        if isinstance(found, Problem):
            problems.append(found)
            continue
        events += 1
        problems.extend(_judged(stream, *found, stood, registers))
    return Checked(events, tuple(problems), Looks(events))


def _judged(
    stream: str, event: f.Event, key: str, stood: Stood, registers: Registers
) -> Iterator[Problem]:
    """What is wrong with one look, if anything; named once."""
    fact, seq = event.data, event.seq
    if not isinstance(fact, f.Looked):
        yield Problem(stream, seq, "not-a-look")
        return
    if stood.heads.get(fact.seen) != fact.head:
        yield Problem(stream, seq, "look-elsewhere", {"seen": fact.seen})
        return
    found = stood.cases.get(fact.seen)
    if found is None and subject(stream) != STREAM:
        return  # the case does not hold there, and that was named
    case = found[0] if found else None
    if _signer(registers.at(event.at), case, event.who) != key:
        yield Problem(stream, seq, "signed-by-another", {"who": event.who})
        return
    if owner(stream) != (event.who if fact.basis == "own" else None):
        yield Problem(stream, seq, "misplaced", {"stream": stream, "seq": seq})
        return
    if case is not None and case.latest is not None and event.at < case.latest:
        yield Problem(stream, seq, "time-runs-back", {"at": event.at, "after": case.latest})
        return
    if not any(_allowed(found, register, event, fact) for register in registers.around(event.at)):
        yield Problem(stream, seq, "refused", {"who": event.who})


def _allowed(
    found: tuple[Case, Compiled] | None, register: Register, event: f.Event, fact: f.Looked
) -> bool:
    """Whether the rules make this very look of it, by the register as it may have stood."""
    seen = Seen(fact.seen, fact.head)
    try:
        if found is None:
            made = export(register, event.who, seen, event.at)
            return (event.office, event.data, event.procedure) == (*made, None)
        case, rules = found
        asked = Look(fact.what, fact.audience)
        decided = look(rules, register, case, event.who, asked, seen, event.at)
    except Refusal:
        return False
    except (LookupError, OverflowError, RuntimeError, TypeError, ValueError):
        return False  # nothing that anybody can have been shown
    return (event.office, event.data, event.procedure) == (*decided, rules.digest)


def _signer(register: Register, case: Case | None, who: str) -> str | None:
    """The key that must have signed it: that of the person, or of the party in the case."""
    person = register.persons.get(who)
    party = case.parties.get(who) if case is not None and person is None else None
    return person.key if person else party.key if party else None

"""Verifying a store as an auditor would: everything recomputed, nothing taken on trust.

First every stream (`auditing.streams`); then that everything the store derives from the events
equals what follows from them: heads, deadlines, procedures, items, and who holds sealed keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress

import msgspec

from workflow.auditing.extending import Window, compared, whole
from workflow.auditing.keeping import Kept, unkept
from workflow.auditing.linking import unlinked, untold
from workflow.auditing.looked import Stood, check_looks
from workflow.auditing.recounting import differing
from workflow.auditing.streams import Checked, Procedures, Registers, check_case, check_register
from workflow.crypto.sealing import digest
from workflow.engine.case import Case
from workflow.engine.clock import next_due
from workflow.engine.items import entitled
from workflow.engine.ledger import Problem, stamp
from workflow.engine.looking import Looks, is_case, subject
from workflow.engine.register import STREAM, Register
from workflow.engine.registering import legible
from workflow.store import Head, Read, Store
from workflow.transparency.checkpoints import Held, read
from workflow.transparency.notes import BadNote, Note

_encode = msgspec.json.Encoder().encode


class Report(msgspec.Struct, frozen=True):
    """What was verified and everything that does not hold.

    `streams` and `events` count what was verified; where it was some cases only, without the looks
    at them. `window` is the newest checkpoint in the store, `against` the one that was held
    elsewhere, each with what came since.
    """

    streams: int
    events: int
    problems: tuple[Problem, ...]
    window: Window | None = None
    against: Window | None = None

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def verify_store(
    store: Store,
    only: str | Collection[str] | None = None,
    progress: Callable[[str], None] = lambda _: None,
    held: tuple[Held, Note | None] | None = None,
    kept: Sequence[Kept] = (),
    told: Callable[[str], bool] = lambda _: True,
) -> Report:
    """Verify every stream of `store`, or the register and `only`, a case or several.

    The whole is also held against the checkpoints that the store keeps, and against `held`, a
    checkpoint from elsewhere with its note, where there is one (of `only` as well), and against the
    events of an earlier export that was `kept`, of each stream as far as the asker is `told` of it.

    `progress` is told the name of each stream as it is begun. Whatever stands in the database is
    named so that it can be shown as it is. Raises StoreTrouble where the database itself fails.
    """
    chosen = frozenset((only,)) if isinstance(only, str) else only
    with store.read() as tx:
        heads = {head.stream: head for head in tx.heads_all()}
        named = tx.streams()
        streams = [name for name in named if (chosen is None or name in chosen) and is_case(name)]
        progress(STREAM)
        registers = Registers()
        checked = {STREAM: check_register(tx, registers)}
        procedures = Procedures(tx)
        for stream in streams:
            progress(legible(stream))
            checked[stream] = check_case(tx, stream, registers, procedures)
        checked |= _looked(tx, named, chosen, registers, procedures)
        problems = [problem for stream in checked.values() for problem in stream.problems]
        for stream, outcome in checked.items():
            if not outcome.problems:
                problems += _projected(stream, outcome, heads.get(stream), procedures)
        register = checked[STREAM].state
        for version in register.adopted if isinstance(register, Register) else ():
            procedures.get(version.digest)
        problems += procedures.problems
        states = {name: c.state for name, c in checked.items()}
        problems += unlinked(states, every=only is None)
        whole = {name: c.state for name, c in checked.items() if not c.problems}
        cases = {name: state for name, state in whole.items() if isinstance(state, Case)}
        if only is None:
            problems += untold(tx, cases, registers, procedures)
        every = set(checked) if only is None else None
        problems += _contents(tx, whole, every, registers, procedures)
        lost = [name for name in heads if name not in checked and only is None]
        problems += [Problem(name, heads[name].seq, "head-without-events") for name in lost]
        if only is None and not problems:
            for seq, made in differing(tx, procedures):
                about = {"branch": made.branch, "year": made.year}
                problems.append(Problem(STREAM, seq, "account-differs", about))
        window, against, grown = _window(tx, held, every=only is None)
        problems += grown
        problems += _out_of_order(tx, chosen)
        problems += unkept(tx, kept, told) if kept else ()
    # With one case asked for, how often somebody looked at it is not counted: a member's own look
    # shows nowhere, and whoever knows what else there is in the case would find it by counting.
    counted = [c.events for name, c in checked.items() if only is None or subject(name) == name]
    return Report(len(counted), sum(counted), tuple(map(_shown, problems)), window, against)


def _looked(
    tx: Read,
    named: list[str],
    only: Collection[str] | None,
    registers: Registers,
    procedures: Procedures,
) -> dict[str, Checked]:
    """Every stream of looks among the `named`, or those at the register and at the cases `only`."""
    found: dict[str, Checked] = {}
    stood: dict[str, Stood] = {}
    for stream in named:
        about = subject(stream)
        if about == stream or not (only is None or about in only or about == STREAM):
            continue
        if about not in stood:
            stood = {about: Stood(tx, about, procedures)}
        found[stream] = check_looks(tx, stream, stood[about], registers)
    return found


def _window(
    tx: Read, held: tuple[Held, Note | None] | None, *, every: bool
) -> tuple[Window | None, Window | None, tuple[Problem, ...]]:
    """The window since the newest checkpoint here and since the one held, and what is wrong."""
    marks = tx.checkpoints()
    window = against = None
    if marks:
        newest, since = marks[-1], tx.events_after(marks[-1].position)
        with suppress(BadNote):
            window = Window(read(newest.note)[0], since, newest.made)
    if held is None and not every:
        return window, None, ()
    log = whole(tx)
    if held is not None:
        made = next((mark.made for mark in marks if mark.size == held[0].size), None)
        against = Window(held[0], log.size - held[0].size, made)
    return window, against, compared(log, marks, *(held or (None, None)))


def _out_of_order(tx: Read, only: Collection[str] | None) -> Iterator[Problem]:
    """Events that the log has before an earlier one of the same stream: nobody recorded them so."""
    latest: dict[str, int] = {}
    for stream, seq, _ in tx.hashes():
        if seq < latest.get(stream, 0) and (only is None or stream in only):
            yield Problem(stream, seq, "out-of-order")
        latest[stream] = max(seq, latest.get(stream, 0))


def _shown(problem: Problem) -> Problem:
    """The problem with every name in it legible, also those that nobody ought to have given."""
    particulars = {
        name: legible(said) if isinstance(said, str) else said
        for name, said in problem.particulars.items()
    }
    return msgspec.structs.replace(problem, stream=legible(problem.stream), particulars=particulars)


def _projected(
    stream: str, checked: Checked, head: Head | None, procedures: Procedures
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
    states: dict[str, Case | Register | Looks | None],
    every: set[str] | None,
    registers: Registers,
    procedures: Procedures,
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
            held = set(tx.keys(stream, item))
            for register in registers.around(state.latest):
                if held:
                    held -= {*entitled(rules.procedure, register, state, item, state.latest)}
            strangers = sorted(held)
            if strangers:
                particulars = {"item": item, "readers": tuple(strangers)}
                yield Problem(stream, 0, "key-without-basis", particulars)

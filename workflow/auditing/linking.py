"""Cases of one matter: that each says so, that who had to be told was, and that no more was filed.

Each case is verified by itself; here they are held against each other. What a step means for other
cases, and how a case begins that it files, is asked anew of the rules that decided it
(`engine.matters`). The order in which cases moved is that in which the store has their events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from workflow.auditing.streams import ORIGIN, Procedures, Registers
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.answers import named
from workflow.engine.case import Case
from workflow.engine.draft import Draft, Entry, Telling
from workflow.engine.folding import BadHistory, blank, history, ran_under
from workflow.engine.kernel import Compiled
from workflow.engine.ledger import Problem, decode
from workflow.engine.looking import Looks
from workflow.engine.matters import Neighbour, filed, told
from workflow.engine.procedure import Procedure
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import Register
from workflow.store import Read


def unlinked(
    states: Mapping[str, Case | Register | Looks | None], *, every: bool
) -> Iterator[Problem]:
    """Where a case says that another is of its matter, and that other does not, or is not there.

    That it is not there is a problem only where `every` case of the store is among the `states`.
    """
    for stream, state in states.items():
        for other in state.links if isinstance(state, Case) else ():
            back = states.get(other)
            if other not in states:
                if every:
                    yield Problem(stream, 0, "linked-missing", {"case": other})
            elif not (isinstance(back, Case) and stream in back.links):
                yield Problem(stream, 0, "link-one-sided", {"case": other})


def untold(
    tx: Read, whole: Mapping[str, Case], registers: Registers, procedures: Procedures
) -> Iterator[Problem]:
    """What steps meant for other cases and did not come of them, and what was not filed as decided.

    `whole` are the cases of the store in which nothing is wrong by themselves.
    """
    linked = {name: case for name, case in whole.items() if case.links}
    cases: dict[str, Case] = {}
    unheard: dict[tuple[str, str, datetime], int] = {}
    filings: dict[str, Draft] = {}
    for moment in _moments(tx, linked):
        stream, at = moment[0].stream, moment[0].at
        rules = procedures.get(moment[0].procedure or "")
        known = {d: r.procedure for d in ran_under(moment) if (r := procedures.get(d)) is not None}
        assert rules is not None, "a case without problems has its procedure"
        before = cases.get(stream)
        try:
            begun = before or blank(stream, rules.digest)
            after = cases[stream] = history(known, begun, moment)
        except (BadHistory, KeyError):
            yield Problem(stream, moment[0].seq, "misplaced")
            return
        for event in moment:
            if isinstance(event.data, f.Heard):
                unheard.pop((stream, event.data.stream, at), None)
        ruled = procedures.get(after.procedure) or rules
        draft = _decided(ruled, known, registers.at(at), after, moment)
        if before is None and after.origin in linked and stream in linked[after.origin].links:
            filing = filings.pop(stream, None)
            if filing is None or filing.case.stream != after.origin:
                yield Problem(stream, ORIGIN, "link-one-sided", {"case": after.origin})
            elif not _as_filed(filing, moment, registers, procedures):
                yield Problem(stream, moment[0].seq, "filed-differs", {"case": after.origin})
        if draft.files is not None:
            went = {event.data.into for event in moment if isinstance(event.data, f.Disclosed)}
            filings |= dict.fromkeys((name for name in went if name and name in whole), draft)
        if draft.tells or draft.linked:
            others = {
                name: Neighbour(other, cases[name])
                for name in after.links
                if name in cases and (other := procedures.get(cases[name].procedure)) is not None
            }
            must = _must_hear(draft, others, moment[0].who, registers.around(at), at)
            if must is None:
                why = {"why": "no-such-case"}
                yield Problem(stream, moment[-1].seq, "refused", why)
            for name in must or ():
                telling = (said.seq for said in draft.tells)
                unheard[name, stream, at] = min(telling, default=after.seq)
    for (name, stream, _), seq in unheard.items():
        yield Problem(stream, seq, "told-nobody", {"case": name})
    for into, draft in filings.items():
        yield Problem(draft.case.stream, 0, "filed-differs", {"case": into})


def _moments(tx: Read, among: Mapping[str, Case]) -> Iterator[list[f.Event]]:
    """What each command did to each of these cases, in the order in which it was stored."""
    moment: list[f.Event] = []
    for _, record in tx.everything():
        if record.stream not in among:
            continue
        event = decode(record.body)
        if moment and (event.stream, event.at) != (moment[0].stream, moment[0].at):
            yield moment
            moment = []
        moment.append(event)
    if moment:
        yield moment


def _decided(
    rules: Compiled,
    known: Mapping[str, Procedure],
    register: Register,
    after: Case,
    moment: Iterable[f.Event],
) -> Draft:
    """What was decided in a moment, with what it means for other cases, read back from it.

    `rules` are those after it, and `known` all procedures under which something in it was decided.
    """
    draft = Draft(rules, register, after, b"")
    entries, tells, carried = list[Entry](), list[Telling](), dict[str, None]()
    for event in moment:
        fact = event.data
        if isinstance(fact, f.Disclosed) and fact.into is not None:
            carried[fact.item] = None
        if isinstance(fact, f.Stepped):
            step = known[event.procedure or rules.digest].steps[fact.step]
            tells += [Telling(event.seq, tell) for tell in step.tells]
            if fact.because is None:
                draft = msgspec.structs.replace(
                    draft, files=step.files, linked=_linked(fact, step.links, moment)
                )
        entries.append(Entry(fact, event.who, event.office, event.took_place))  # type: ignore[arg-type]
    return msgspec.structs.replace(
        draft, entries=tuple(entries), tells=tuple(tells), carried=tuple(carried)
    )


def _linked(moved: f.Stepped, links: str | None, moment: Iterable[f.Event]) -> str | None:
    """The case that a step links, from its answers; where they are sealed, from what it wrote."""
    if links is None:
        return None
    answered = named(moved.answers.get(links))
    written = (event.data.case for event in moment if isinstance(event.data, f.Linked))
    return next(iter((*answered, *written)), None)


def _must_hear(
    draft: Draft,
    others: Mapping[str, Neighbour],
    who: str,
    stood: tuple[Register, ...],
    at: datetime,
) -> frozenset[str] | None:
    """The cases in which something comes of it whichever way the register stood.

    None where by each of them it was not allowed.
    """
    found: list[frozenset[str]] = []
    for register in stood:
        asked = msgspec.structs.replace(draft, register=register)
        try:
            found.append(frozenset(told(asked, others, who, at, b"")))
        except (Refusal, BadCommand):
            continue
    if not found:
        return None
    return frozenset.intersection(*found) if len(found) == len(stood) else frozenset()


def _as_filed(
    draft: Draft, moment: list[f.Event], registers: Registers, procedures: Procedures
) -> bool:
    """Whether a case began just as the step decided that files it, with that and no more."""
    facts = [event.data for event in moment]
    papers = tuple(
        c.NewItem(fact.item, fact.digest, fact.size) for fact in facts if isinstance(fact, f.Added)
    )
    key = next((fact.key for fact in facts if isinstance(fact, f.Joined)), None)
    names = tuple(fact.consent for fact in facts if isinstance(fact, f.Consented))
    went = [draft.case.items[item].digest for item in draft.carried]
    if draft.files is None or key is None or [paper.digest for paper in papers] != went:
        return False
    first = moment[0]
    recorded = [(event.data, event.who, event.office, event.took_place) for event in moment]
    for register in registers.around(first.at):
        version = register.version(draft.files.procedure, draft.case.branch)
        rules = procedures.get(version.digest) if version is not None else None
        if rules is None:
            continue
        asked = msgspec.structs.replace(draft, register=register)
        try:
            opened = filed(asked, draft.files, rules, first.stream, key, papers, first.at, names)
        except (Refusal, BadCommand):
            continue
        decided = [(one.fact, one.who, one.office, one.happened) for one in opened.entries]
        if rules.digest == first.procedure and decided == recorded:
            return True
    return False

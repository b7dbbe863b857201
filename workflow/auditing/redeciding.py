"""Deciding again: whether the engine, given what was asked, decides just what was recorded.

What one command did stands in a history as one moment: consecutive events recorded at the same
time. From them the command can be read back; the engine is asked it anew, at that place in the
history and by the register as it then stood, and must answer with exactly those events. So nothing
gets into a history but through the rules, whoever signed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.kernel import Compiled
from workflow.engine.ledger import Problem
from workflow.engine.procedure import LINKED, Answered, Step
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import Register


def disagreement(
    rules: Compiled,
    register: Register,
    case: Case | None,
    moment: Sequence[f.Event],
    onto: Compiled | None = None,
) -> Problem | None:
    """What the engine would not have decided so, at the first event that differs, or None.

    `case` is the case before the moment, None before its first; `onto` the version under which it
    goes on, where the moment says that it came under another.
    """
    first = moment[0]
    own = [event for event in moment if event.office is not None or _opens(event)]
    told = next((event for event in moment if isinstance(event.data, f.Heard)), None)
    office = next((event.office for event in own if event.office is not None), None)
    command = _asked(rules, own) if told is None else _heard(moment)
    if command is None:
        return Problem(first.stream, first.seq, "not-as-decided")
    names = tuple(event.data.consent for event in moment if isinstance(event.data, f.Consented))
    try:
        draft = decide(
            rules,
            case,
            command,
            Actor(first.who, office),
            register,
            first.at,
            names,
            stream=first.stream,
            onto=onto,
        )
    except (Refusal, BadCommand) as refused:
        reasons = refused.reasons if isinstance(refused, Refusal) else refused.problems
        codes = tuple(reason.code for reason in reasons)
        return Problem(first.stream, (own or moment)[0].seq, "refused", {"why": ", ".join(codes)})
    decided = [
        (entry.fact, entry.who, entry.office, entry.happened, digest)
        for entry, digest in zip(draft.entries, draft.decided_under(), strict=True)
    ]
    for place, event in enumerate(moment):
        recorded = (event.data, event.who, event.office, event.took_place, event.procedure)
        if place >= len(decided) or decided[place] != recorded:
            return Problem(event.stream, event.seq, "not-as-decided")
    if len(decided) > len(moment):
        return Problem(first.stream, moment[-1].seq, "not-as-decided")
    return None


def _heard(moment: Sequence[f.Event]) -> c.Hear | None:
    """What a case of the same matter told, read back from what came of it."""
    facts = [event.data for event in moment if event.office is None]
    told = [fact for fact in facts if isinstance(fact, f.Heard)]
    if len(told) != 1 or len(facts) != len(moment):
        return None
    steps = tuple(
        fact.step for fact in facts if isinstance(fact, f.Stepped) and fact.because == LINKED
    )
    linked = any(isinstance(fact, f.Linked) for fact in facts)
    return c.Hear(told[0].stream, told[0].seq, steps, linked)


def _opens(event: f.Event) -> bool:
    """Whether this is how a case begins, which is nobody's act in an office."""
    return event.office is None and event.seq <= 2 and isinstance(event.data, f.Opened | f.Linked)


def _asked(rules: Compiled, own: Sequence[f.Event]) -> c.Command | None:
    """The command that a moment answers; None where no command has such an answer."""
    facts = [event.data for event in own]
    added = {
        fact.item: c.NewItem(fact.item, fact.digest, fact.size)
        for fact in facts
        if isinstance(fact, f.Added)
    }
    if not own:
        return c.Tick()
    happened = own[0].happened
    for fact in facts:
        if isinstance(fact, f.Stepped) and fact.because is None:
            step = _advance(rules, fact, facts, added, own)
            opened = facts[0]
            if not isinstance(opened, f.Opened):
                return step
            linked = next((given.case for given in facts if isinstance(given, f.Linked)), None)
            return c.Open(opened.branch, step, linked)
    match facts:
        case [f.Added(kind=kind, item=item, of=of)]:
            declared = rules.procedure.kinds.get(kind)
            traced = of if declared is not None and declared.traceable else ()
            return c.AddItem(added[item], kind, happened, traced)
        case [*_, f.Consented() as given]:
            scan = added.get(given.evidence_item or "")
            said = c.Said(given.giver, given.evidence, scan)
            return c.GiveConsent(
                given.giver,
                given.to,
                given.purpose,
                given.items,
                given.kind,
                given.until,
                said,
                happened,
            )
        case [f.Withdrawn(consent)]:
            return c.WithdrawConsent(consent)
        case [f.Disclosed() as gone, *_]:
            items = tuple(fact.item for fact in facts if isinstance(fact, f.Disclosed))
            document = gone.on[0] if gone.basis == "legal_duty" and gone.on else None
            return c.Share(items, gone.to, gone.purpose, document, happened)
        case [f.Read(item)]:
            return c.Read(item)
        case [f.Recused(person, ground)]:
            return c.Recuse(person, ground)
        case [f.Migrated(to=to)]:
            return c.Migrate(to)
    return None


def _advance(
    rules: Compiled,
    moved: f.Stepped,
    facts: Sequence[f.Fact],
    added: Mapping[str, c.NewItem],
    own: Sequence[f.Event],
) -> c.Advance:
    step = rules.procedure.steps.get(moved.step)
    kinds = {fact.item: fact.kind for fact in facts if isinstance(fact, f.Added)}
    brought = {name: item for name, item in added.items() if name != moved.evidence_item}
    asked_papers = step.papers if step else None
    papers = tuple(item for name, item in brought.items() if kinds[name] == asked_papers)
    notes = [item for item in brought.values() if item not in papers]
    joined = next((fact for fact in facts if isinstance(fact, f.Joined)), None)
    into = next((fact.into for fact in facts if isinstance(fact, f.Disclosed)), None)
    return c.Advance(
        moved.step,
        {**moved.answers, **(_under_seal(step) if step else {})},
        notes[0] if notes else None,
        c.Said(moved.decided_by, moved.evidence, added.get(moved.evidence_item or "")),
        joined.key if joined else None,
        own[0].happened,
        joined.party if joined and joined.party != joined.role else None,
        papers,
        into,
    )


def _under_seal(step: Step) -> dict[str, f.Answer]:
    """Answers in place of those that stand in no event: such as the step's guards ask for."""
    needed = {g.field: g.value for g in step.guards if isinstance(g, Answered)}
    answers: dict[str, f.Answer] = {}
    for name, field in step.asks.items():
        if not field.sealed:
            continue
        if field.type == "yesno":
            answers[name] = True
        else:
            value = needed.get(name, next(iter(field.values)))
            answers[name] = value if field.type == "choice" else (value,)
    return answers

"""Moves at random in a town: steps, consents and their withdrawal, sharing, recusals, terms, time.

A drawn move is mostly well put and often nearly right: that is where an invariant would break.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from tests.properties.scenes import CONFLICT, GOALS, HOUR, REGION, lead
from tests.properties.town import (
    DAY,
    MINUTE,
    PEOPLE,
    TERMS,
    Result,
    Town,
    answered,
    standing_as,
)
from tests.properties.watching import Watched
from tests.properties.world import Draw
from workflow.engine import commands as c
from workflow.engine.clock import next_due
from workflow.engine.facts import Answer
from workflow.engine.member import automatic, decider, enough
from workflow.engine.procedure import Step

Move = Callable[[Draw, Town, str], object]


def some_step(draw: Draw, town: Town, stream: str) -> object:
    """Some step that begins where the case stands, well put, by somebody it is for."""
    case, procedure = town.cases[stream], town.procedure(stream)
    ready = [
        name
        for name, step in procedure.steps.items()
        if case.state(step.track) in step.sources and not automatic(step)
    ]
    # What ends or restarts a case is possible nearly always, and would drown all else.
    going_on = [n for n in ready if n not in ("close", "reopen", "transfer", "withdraw")] or ready
    if not ready:
        return None
    for name in draw(st.lists(st.sampled_from([*going_on * 3, *ready]), min_size=3, max_size=3)):
        able = sorted(
            {w for part in procedure.steps[name].who for w in standing_as(town, stream, part)}
        )
        if able:
            return take(draw, town, stream, name, draw(st.sampled_from(able)))
    return None


def only(*names: str) -> Move:
    """A move that takes one of these steps, where one begins where the case stands."""

    def one_of_them(draw: Draw, town: Town, stream: str) -> object:
        case, procedure = town.cases[stream], town.procedure(stream)
        steps = {n: procedure.steps[n] for n in names if n in procedure.steps}
        options = sorted(
            (name, who)
            for name, step in steps.items()
            if case.state(step.track) in step.sources
            for part in step.who
            for who in standing_as(town, stream, part)
        )
        return take(draw, town, stream, *draw(st.sampled_from(options))) if options else None

    return one_of_them


def take(draw: Draw, town: Town, stream: str, name: str, who: str) -> Result:
    """A step taken well: answered, and with evidence where another decides."""
    procedure, case = town.procedure(stream), town.cases[stream]
    step = procedure.steps[name]
    party = decider(procedure, step, case.state(step.track))
    said = None
    if party is not None and party != who:
        levels = [level for level in enough(step) if level != "code"]
        if levels:
            level = draw(st.sampled_from(levels))
            said = c.Said(party, level, town.item() if level == "written" else None)
    return town.take(stream, name, who, answers_to(draw, town, stream, step), said)


def answers_to(draw: Draw, town: Town, stream: str, step: Step) -> dict[str, Answer]:
    """Answers that the step's form accepts; a signal is said to be of one matter only once."""
    answers = answered(draw, town, stream, step)
    asked = [name for name, field in step.asks.items() if field.type == "case"]
    signals = [
        one
        for one, case in town.cases.items()
        if case.tracks.get("support_group") is not None
        and case.state("support_group") in CONFLICT
        and not case.links
    ]
    return answers | {name: draw(st.sampled_from(signals)) for name in asked if signals}


def tries_all(draw: Draw, town: Town, stream: str, who: str) -> None:
    """Somebody tries every step there is, each put as well as can be."""
    for name in town.procedure(stream).steps:
        take(draw, town, stream, name, who)


def bold(draw: Draw, town: Town, stream: str) -> object:
    """Any step by anyone, said to be decided by anyone."""
    procedure, case = town.procedure(stream), town.cases[stream]
    ready = [n for n, s in procedure.steps.items() if case.state(s.track) in s.sources]
    name = draw(st.sampled_from(ready * 3 + sorted(procedure.steps)))
    step, party = procedure.steps[name], draw(st.sampled_from(sorted(procedure.parties)))
    evidence = draw(st.sampled_from(["code", "spoken", "written", None]))
    scan = town.item() if evidence == "written" and draw(st.booleans()) else None
    concerned = [*standing_as(town, stream, "counsellor"), *case.recused, *case.parties]
    who = draw(st.sampled_from([*PEOPLE, *concerned * 4, "reporter", "other"]))
    return town.take(
        stream, name, who, answers_to(draw, town, stream, step), c.Said(party, evidence, scan)
    )


GOES_TO = (
    *(("disputes_committee", "ruling"),) * 4,
    ("integrity_committee", "investigation"),
    ("counsellor", "support"),
    ("mediator", "mediation"),
    ("regional_chair", "support"),
    ("helper", "support"),
    ("crisis_service", "safety"),
)


def consent(draw: Draw, town: Town, stream: str) -> object:
    """A party consents to something, or somebody records that they do."""
    case = town.cases[stream]
    if not case.parties or town.procedure(stream).procedure != "conduct":
        return None
    giver = draw(st.sampled_from(sorted(case.parties)))
    own = [name for name, item in case.items.items() if giver in item.of]
    kinds = sorted({case.items[name].kind for name in own}) or ["packet"]
    to, purpose = draw(st.sampled_from(GOES_TO))
    one = bool(own) and draw(st.booleans())
    items = (draw(st.sampled_from(own)),) if one else ()
    kind = None if items else draw(st.sampled_from(kinds))
    until = draw(st.sampled_from([None, None, town.now + HOUR, town.now + 20 * DAY]))
    speaking = [*standing_as(town, stream, giver), *standing_as(town, stream, "counsellor")]
    who = draw(st.sampled_from(speaking or ["olga"]))
    evidence = "code" if who == giver or who not in PEOPLE else "spoken"
    given = c.GiveConsent(giver, to, purpose, items, kind, until, c.Said(giver, evidence))
    return town.do(stream, given, who)


def withdraw(draw: Draw, town: Town, stream: str) -> object:
    """A consent is taken back, mostly by its giver."""
    case = town.cases[stream]
    live = [name for name, given in case.consents.items() if not given.ended]
    name = draw(st.sampled_from(live or ["c-00000000"]))
    givers = standing_as(town, stream, case.consents[name].giver) if live else ()
    who = draw(st.sampled_from([*givers * 3, *standing_as(town, stream, "counsellor"), "olga"]))
    return town.do(stream, c.WithdrawConsent(name), who)


def share(draw: Draw, town: Town, stream: str) -> object:
    """An item is shared: mostly what a consent names, live or over, else whatever there is."""
    case = town.cases[stream]
    named = [
        (name, given.to, given.purpose)
        for given in case.consents.values()
        for name, item in case.items.items()
        if given.covers(name, item.kind)
    ]
    anything = [(name, *draw(st.sampled_from(GOES_TO))) for name in case.items]
    if not anything:
        return None
    item, to, purpose = draw(st.sampled_from([*named * 2, *anything]))
    # Nearly what was allowed, and not quite: another recipient, or another purpose.
    to = draw(st.sampled_from([to] * 5 + ["disputes_committee", "regional_chair", "mediator"]))
    purpose = draw(st.sampled_from([purpose] * 5 + ["support", "ruling", "mediation"]))
    duty = [name for name, known in case.items.items() if known.kind == "legal_document"]
    document = draw(st.sampled_from([None, None, *duty]))
    able = [*standing_as(town, stream, "counsellor"), *sorted(case.parties)]
    who = draw(st.sampled_from([*able * 3, *standing_as(town, stream, "mediator"), "dirk"]))
    return town.do(stream, c.Share((item,), to, purpose, document), who)


def add(draw: Draw, town: Town, stream: str) -> object:
    """An item is added by somebody who may add its kind."""
    kinds = {k: kind for k, kind in town.procedure(stream).kinds.items() if kind.added_by}
    able = [
        (k, who)
        for k in kinds
        for part in kinds[k].added_by
        for who in standing_as(town, stream, part)
    ]
    if not able:
        return None
    kind, who = draw(st.sampled_from(sorted(able)))
    return town.do(stream, c.AddItem(town.item(), kind), who)


def read(draw: Draw, town: Town, stream: str) -> object:
    """Somebody asks to open an item."""
    case = town.cases[stream]
    if not case.items:
        return None
    item = draw(st.sampled_from(sorted(case.items)))
    went = [
        who
        for gone in case.disclosures
        if gone.item == item
        for who in standing_as(town, stream, gone.to)
    ]
    keyed = [name for name, party in case.parties.items() if party.key is not None]
    near = [*keyed, *case.recused, *(p for held in case.assigned.values() for p in held)]
    who = draw(st.sampled_from([*PEOPLE, *near * 3, *went * 3]))
    return town.do(stream, c.Read(item), who)


def recuse(draw: Draw, town: Town, stream: str) -> object:
    """Somebody keeps out of the case, or is kept out of it by the member."""
    if len(town.cases[stream].recused) > 2:
        return None
    near = [p for held in town.cases[stream].assigned.values() for p in held]
    person = draw(st.sampled_from([*PEOPLE, *near * 6]))
    who = draw(st.sampled_from([person, "reporter"]))
    return town.do(stream, c.Recuse(person, "close_to_party"), who)


def term(draw: Draw, town: Town, stream: str) -> object:
    """A term ends, or somebody takes an office up (again)."""
    office, person, branch = draw(st.sampled_from(TERMS))
    holds = any(
        (t.office, t.branch) == (office, branch) for t in town.register.anywhere(person, town.now)
    )
    (town.leave if holds else town.grant)(office, person, branch)
    return None


def succeed(draw: Draw, town: Town, stream: str) -> object:
    """Somebody new becomes a counsellor of the region, perhaps one of the support group."""
    person = draw(st.sampled_from(["nadia", "hanna", "hugo"]))
    if not any(t.office == "counsellor" for t in town.register.anywhere(person, town.now)):
        town.grant("counsellor", person, REGION)
    return None


def time(draw: Draw, town: Town, stream: str) -> object:
    """Time passes, often until just before or after something is due."""
    due = next_due(town.procedure(stream), town.cases[stream])
    exact = [due[0] - town.now + gap for gap in (-MINUTE, timedelta(0), DAY)] if due else []
    waits = [MINUTE, HOUR, DAY, 8 * DAY, 31 * DAY, 95 * DAY]
    town.wait(draw(st.sampled_from([w for w in exact if w > timedelta(0)] * 2 + waits)))
    return None


def emergency(draw: Draw, town: Town, stream: str) -> object:
    """An emergency is opened, or told to be over, where it can."""
    case = town.cases[stream]
    who = standing_as(town, stream, "counsellor")
    if not who or "emergency" not in case.tracks:
        return None
    step = "close_emergency" if case.state("emergency") == "open" else "open_emergency"
    return take(draw, town, stream, step, who[0])


ANY: tuple[Move, ...] = (
    *(some_step,) * 10,
    *(consent, consent, share, share, withdraw, withdraw, read, read, add),
    *(recuse, term, succeed, time, time, bold, bold, emergency),
)
"""What happens in a town, each as often as it stands here."""


def watched(
    draw: Draw, *goals: str, many: int = 10, among: tuple[Move, ...] = ANY
) -> tuple[Watched, str]:
    """A town that was brought to one of these goals and then wandered, and its first report."""
    town = Watched()
    stream = lead(draw, town, draw(st.sampled_from(goals or GOALS)))
    wander(draw, town, many, among)
    return town, stream


def wander(draw: Draw, town: Town, many: int = 12, among: tuple[Move, ...] = ANY) -> None:
    """Let that many drawn moves be made, in whichever cases there are."""
    for _ in range(many):
        town.now += MINUTE
        draw(st.sampled_from(among))(draw, town, draw(st.sampled_from(sorted(town.cases))))

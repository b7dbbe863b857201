"""Moves at random: each drawn against the case as it stands, so that most of them get somewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import msgspec
from hypothesis import strategies as st

from tests.properties.world import (
    BRANCH,
    DAY,
    HOUR,
    MINUTE,
    PARTIES,
    PEOPLE,
    PROCEDURE,
    REGISTER,
    RULES,
    SIGNAL_STREAM,
    TERMS,
    Draw,
    Move,
    Play,
    Result,
    Stage,
    other_case,
    public,
)
from workflow.engine import commands as c
from workflow.engine import register as r
from workflow.engine.clock import next_due
from workflow.engine.deciding import Actor, consider
from workflow.engine.facts import Answer
from workflow.engine.member import decider, enough
from workflow.engine.procedure import Field, Step
from workflow.engine.standing import eligible, knows, members, standing

_WAITS = st.sampled_from(
    [MINUTE] * 8 + [HOUR] * 4 + [DAY] * 2 + [8 * DAY, 25 * HOUR, 31 * DAY, 95 * DAY, 200 * DAY]
)
_SHORT = st.sampled_from([MINUTE] * 6 + [HOUR] * 2 + [DAY])


def new_item(stage: Stage, part: str = "item") -> c.NewItem:
    """A new item, named for how many there are; its digest is that of nothing in particular."""
    name = f"i-{len(stage.case.items) if stage.case else 0}-{part}"
    return c.NewItem(name, hashlib.sha256(name.encode()).hexdigest(), 1024)


def good_answers(draw: Draw, stage: Stage, step: Step) -> dict[str, Answer]:
    """Answers that the step's form accepts, and that let the case go on."""
    return {
        name: _answer(draw, stage, field)
        for name, field in step.asks.items()
        if field.required or (name not in step.recuses and draw(st.booleans()))
    }


def _answer(draw: Draw, stage: Stage, field: Field) -> Answer:
    match field.type:
        case "affirm":
            return True
        case "yesno":
            return draw(st.sampled_from([True, True, True, False]))
        case "choice":
            return draw(st.sampled_from(sorted(field.values)))
        case "choices":
            # The first of the options to advise on is the one that must be among them.
            first = "nothing" if "nothing" in field.values else min(field.values)
            more = draw(st.sets(st.sampled_from(sorted(field.values)), max_size=2))
            return (first, *sorted(more - {first}))
        case "case":
            return SIGNAL_STREAM
        case "recipients":
            return tuple(draw(st.sets(st.sampled_from(sorted(field.among)), min_size=1)))
        case "person" | "persons":
            holding = able_as(stage, field.office or "counsellor")
            taken = {
                p for held in (stage.case.assigned if stage.case else {}).values() for p in held
            }
            free = [p for p in holding if p not in taken] or holding
            one = draw(st.sampled_from(free))
            return one if field.type == "person" else (one,)


def able_as(stage: Stage, office: str) -> list[str]:
    """Who could be asked to act in that office, as far as the register goes; not empty."""
    branch = stage.case.branch if stage.case else BRANCH
    held = dict.fromkeys(person for _, person, _ in TERMS)
    able = [p for p in held if eligible(PROCEDURE, stage.register, p, office, branch, stage.now)]
    return able or [PEOPLE[-1]]


def advance(
    draw: Draw, stage: Stage, name: str, capacity: str, answers: Mapping[str, Answer] | None = None
) -> c.Advance:
    """The step taken well by someone acting as `capacity`: answered, noted and evidenced."""
    step = PROCEDURE.steps[name]
    case = stage.case
    state = case.state(step.track) if case else PROCEDURE.tracks[step.track].initial
    party = decider(PROCEDURE, step, state)
    said = c.Said()
    if party is not None and party != capacity:
        evidence = draw(st.sampled_from([level for level in enough(step) if level != "code"]))
        said = c.Said(party, evidence, new_item(stage, "scan") if evidence == "written" else None)
    noted = step.note is not None and (
        step.note.required or name == "advise" or draw(st.booleans())
    )
    joins = (
        step.joins
        if step.joins in PARTIES and (not case or step.joins not in case.parties)
        else None
    )
    happened = None
    if case and not step.shares and draw(st.integers(0, 7)) == 0:
        happened = max(case.tracks[step.track].since, stage.now - draw(_SHORT))
    return c.Advance(
        name,
        _another({**good_answers(draw, stage, step), **(answers or {})}),
        new_item(stage) if noted else None,
        said,
        public(joins) if joins else None,
        happened,
        into=other_case(case) if step.files else None,
    )


def _another(answers: dict[str, Answer]) -> dict[str, Answer]:
    """The answers without a fallback who is the counsellor themself."""
    if answers.get("fallback") == answers.get("counsellor"):
        return {name: answer for name, answer in answers.items() if name != "fallback"}
    return answers


def standing_as(stage: Stage, capacity: str) -> tuple[str, ...]:
    """Who stands before the case in that capacity now."""
    assert stage.case is not None, "there is a case"
    return members(PROCEDURE, stage.register, stage.case, capacity, stage.now)


def possible(stage: Stage) -> list[tuple[str, str, str]]:
    """Every step that someone could take now, with who and in which capacity; rarest first."""
    case = stage.case
    assert case is not None, "there is a case"
    found = [
        (name, who, capacity)
        for name, step in PROCEDURE.steps.items()
        if case.state(step.track) in step.sources
        for capacity in step.who
        for who in standing_as(stage, capacity)
        if knows(PROCEDURE, case, standing(PROCEDURE, stage.register, case, who, stage.now))
        if not consider(RULES, case, name, Actor(who, capacity), stage.register, stage.now)
    ]
    return sorted(found, key=lambda option: (option[0] in case.done, option))


def opening(draw: Draw, stage: Stage, by: str | None = None) -> Move:
    """A move that opens a case: a report to a counsellor or by the member, or a signal."""
    who = by or draw(st.sampled_from(["noor", "bram", "reporter", "reporter", "vera", "gijs"]))
    if who in ("vera", "gijs", "alma"):
        capacity = {"vera": "branch_chair", "gijs": "group_leader", "alma": "alderman"}[who]
        return Move(c.Open(BRANCH, advance(draw, stage, "give_signal", capacity)), who, capacity)
    counsellor = who if who in PEOPLE else draw(st.sampled_from(["noor", "bram"]))
    capacity = "counsellor" if who in PEOPLE else "reporter"
    first = advance(draw, stage, "open_report", capacity, {"counsellor": counsellor})
    return Move(c.Open(BRANCH, first), who, capacity)


def forward(draw: Draw, stage: Stage, only: str | None = None, **answers: Answer) -> Move:
    """A step that can be taken now, taken well; a tick where there is none."""
    options = [option for option in possible(stage) if only in (None, option[0])]
    if not options:
        return tick(stage)
    steps = list(dict.fromkeys(option[0] for option in options))
    # What ends or restarts a report is possible nearly always, and would drown all else.
    going_on = [step for step in steps if step not in ("close", "reopen", "transfer")]
    new = [step for step in going_on if stage.case and step not in stage.case.done]
    name = draw(st.sampled_from([*new * 4, *going_on * 3, *steps]))
    _, who, capacity = draw(st.sampled_from([option for option in options if option[0] == name]))
    return Move(advance(draw, stage, name, capacity, answers), who, capacity, draw(_SHORT))


def wild(draw: Draw, stage: Stage) -> Move:
    """Any step by anyone, evidenced or not."""
    name = draw(st.sampled_from(sorted(PROCEDURE.steps)))
    who = draw(st.sampled_from((*PEOPLE, *PARTIES, "signaller")))
    capacity = draw(st.sampled_from(PROCEDURE.steps[name].who))
    command = advance(draw, stage, name, capacity)
    if draw(st.booleans()):
        said = draw(
            st.sampled_from([c.Said(), c.Said("reporter", "code"), c.Said("reporter", "spoken")])
        )
        command = msgspec.structs.replace(command, said=said)
    if "helpers" in command.answers or "involved" in PROCEDURE.steps[name].asks:
        field = "helpers" if "helpers" in command.answers else "involved"
        someone = (draw(st.sampled_from(["els", "hanna", "zef", "gijs"])),)
        command = msgspec.structs.replace(command, answers={**command.answers, field: someone})
    return Move(command, who, None, draw(_WAITS))


def consenting(draw: Draw, stage: Stage) -> Move:
    """A party consents to something, or somebody records that they do."""
    case = stage.case
    assert case is not None, "there is a case"
    giver = draw(st.sampled_from(sorted(case.parties)))
    recorders = (
        [giver, *standing_as(stage, "counsellor")]
        if giver != "signaller"
        else list(standing_as(stage, "signaller"))
    )
    who = draw(st.sampled_from([*recorders, *recorders, *recorders, draw(st.sampled_from(PEOPLE))]))
    own = [name for name, item in case.items.items() if giver in item.of]
    kinds = sorted({case.items[name].kind for name in own} | {"conversation"})
    if "other" in case.parties:
        kinds += ["mediation"] * len(kinds)
    to, purpose = draw(
        st.sampled_from(
            [("disputes_committee", "ruling")] * 5
            + [("integrity_committee", "investigation"), ("outside_help", "help")]
            + [("crisis_service", "safety"), ("regional_chair", "support"), ("helper", "support")]
            + [("mediator", "mediation"), ("counsellor", "support"), ("branch_chair", "signalling")]
        )
    )
    named = bool(own) and draw(st.booleans())
    items = (
        tuple(draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique=True)))
        if named
        else ()
    )
    evidence = draw(st.sampled_from(["spoken", "spoken", "written", "code"]))
    command = c.GiveConsent(
        giver,
        to,
        purpose,
        items=items,
        kind=None if items else draw(st.sampled_from(kinds)),
        until=draw(st.sampled_from([None, None, stage.now + HOUR, stage.now + 20 * DAY])),
        said=c.Said(giver, evidence, new_item(stage, "scan") if evidence == "written" else None),
    )
    return Move(command, who, None, draw(_SHORT))


def withdrawing(draw: Draw, stage: Stage) -> Move:
    """A consent is taken back, mostly by its giver."""
    case = stage.case
    assert case is not None, "there is a case"
    place = draw(st.integers(0, max(len(case.consents) - 1, 0)))
    consents = list(case.consents.values())
    giver = consents[place].giver if consents else "reporter"
    givers = standing_as(stage, giver) if giver in case.parties else ()
    who = draw(st.sampled_from([*givers, *givers, *standing_as(stage, "counsellor"), "olga"]))
    return Move(c.WithdrawConsent(f"#{place}"), who, None, draw(_SHORT))


def sharing(draw: Draw, stage: Stage) -> Move:
    """Items are shared with someone: mostly what a consent names, else whatever there is."""
    case = stage.case
    assert case is not None, "there is a case"
    named = [
        (name, consent.to, consent.purpose)
        for consent in case.consents.values()
        for name, item in case.items.items()
        if consent.covers(name, item.kind)
    ]
    anything = [
        (item, to, purpose)
        for item in case.items
        for to, purpose in (
            *(("disputes_committee", "ruling"), ("crisis_service", "safety")),
            *(("police", "legal_duty"), ("helper", "support"), ("reporter", "support")),
            ("counsellor", "support"),
        )
    ]
    item, to, purpose = draw(
        st.sampled_from([*named * 2, *anything] or [("i-none", "police", "safety")])
    )
    # Nearly what was allowed, and not quite: another recipient, or another purpose.
    to = draw(st.sampled_from([to] * 5 + ["disputes_committee", "regional_chair", "police"]))
    purpose = draw(st.sampled_from([purpose] * 5 + ["support", "ruling", "mediation"]))
    duty = [name for name, known in case.items.items() if known.kind == "legal_document"]
    document = draw(st.sampled_from([None, None, *duty]))
    able = [*standing_as(stage, "counsellor"), *sorted(case.parties)]
    who = draw(st.sampled_from([*able * 3, *standing_as(stage, "mediator"), "dirk"]))
    happened = None
    if to in PROCEDURE.outside and draw(st.booleans()):
        since = case.emergency.since if case.emergency else stage.now
        happened = draw(st.sampled_from([since - MINUTE, since, stage.now - draw(_SHORT)]))
    return Move(c.Share((item,), to, purpose, document, happened), who, None, draw(_SHORT))


def adding(draw: Draw, stage: Stage) -> Move:
    """An item is added, by one who may add its kind or by another."""
    assert stage.case is not None, "there is a case"
    kind = draw(st.sampled_from(sorted(k for k, kind in PROCEDURE.kinds.items() if kind.added_by)))
    able = [who for part in PROCEDURE.kinds[kind].added_by for who in standing_as(stage, part)]
    who = draw(st.sampled_from([*able, *able, *able, "olga", "rik"]))
    return Move(c.AddItem(new_item(stage), kind), who, None, draw(_SHORT))


def reading(draw: Draw, stage: Stage) -> Move:
    """Someone asks to open an item, mostly one that once went to them."""
    case = stage.case
    assert case is not None, "there is a case"
    went = [(gone.item, who) for gone in case.disclosures for who in standing_as(stage, gone.to)]
    once = [(name, who) for name, item in case.items.items() for who in item.confided]
    theirs = [(name, who) for name, i in case.items.items() for who in standing_as(stage, i.author)]
    anyone = [(draw(st.sampled_from([*case.items, "i-none"])), draw(st.sampled_from(PEOPLE)))]
    item, who = draw(st.sampled_from([*went * 3, *theirs, *once, *anyone * 3]))
    return Move(c.Read(item), who, None, draw(_SHORT))


def recusing(draw: Draw, stage: Stage) -> Move:
    """Someone is kept out of the case, or keeps out of it."""
    if stage.case is not None and len(stage.case.recused) > 1:
        return tick(stage)
    person = draw(st.sampled_from(PEOPLE))
    who = draw(st.sampled_from([person, person, "reporter", "noor", "olga"]))
    return Move(c.Recuse(person, "close_to_party"), who, None, draw(_SHORT))


def hearing(draw: Draw, stage: Stage) -> Move:
    """A case of the same matter tells this one: that it is dealt with, or that a signal must yield.

    The first is told by the case that was filed; the second by somebody else's, which says with it
    that the two are of one matter.
    """
    case = stage.case
    assert case is not None, "there is a case"
    filed = [stream for stream in case.links if stream != SIGNAL_STREAM]
    able = [who for who in ("dirk", "dina", "ineke") if who not in case.recused]
    if not able:
        return tick(stage)
    if filed and case.state("handover") == "filed":
        ours = case.done.get("choose_referral")
        target = ours.answers.get("target") if ours else None
        able = [who for who in able if (who == "ineke") == (target == "integrity_committee")]
        command = c.Hear(filed[-1], 1, ("come_back",))
    else:
        able = [who for who in able if who != "ineke"]
        command = c.Hear(SIGNAL_STREAM, 1, ("stand_back",), SIGNAL_STREAM not in case.links)
    return Move(command, draw(st.sampled_from(able))) if able else tick(stage)


def tick(stage: Stage, wait: timedelta = MINUTE) -> Move:
    """The clock is let go, at the hand of someone who may act."""
    recused = stage.case.recused if stage.case else {}
    return Move(
        c.Tick(), next(person for person in reversed(PEOPLE) if person not in recused), None, wait
    )


def passing(draw: Draw, stage: Stage) -> Move:
    """Time passes, often until just before or just after the clock has something to do."""
    due = next_due(PROCEDURE, stage.case) if stage.case else None
    moments = [due[0]] if due else []
    moments += [k.until for k in stage.case.consents.values() if k.until] if stage.case else []
    waits = [at - stage.now + gap for at in moments for gap in (-MINUTE, timedelta(0), DAY)]
    wait = draw(st.sampled_from([w for w in waits if w > timedelta(0)] or [MINUTE]))
    return tick(stage, draw(st.sampled_from([wait, draw(_WAITS)])))


Drawn = Callable[[Draw, Stage], Move]

KINDS: tuple[tuple[int, Drawn], ...] = (
    (12, forward),
    (3, consenting),
    (2, sharing),
    (2, withdrawing),
    (1, adding),
    (2, reading),
    (1, wild),
    (1, recusing),
    (1, hearing),
    (4, passing),
)
_KINDS = st.sampled_from([kind for weight, kind in KINDS for _ in range(weight)])


def any_move(draw: Draw, stage: Stage) -> Move:
    """A move of any kind; most of them get somewhere."""
    if stage.case is None:
        return opening(draw, stage)
    return draw(_KINDS)(draw, stage)


# --- getting somewhere -------------------------------------------------------------------------

_ADVISED = ("start_listening", "weigh", "advise", "give_advice")
_SIGNAL = ("give_signal", "assess", "activate")
_FILED = ("choose_referral", "consent", "hand_over")
_COUNTED = (*_ADVISED, "close")
PATHS: dict[str, tuple[str, ...]] = {
    "received": (),
    "passed_on": ("a week",),
    "signalled": ("assess", "activate", "advise_chair"),
    "handed_back": ("assess", "activate", "advise_chair", "resolve"),
    "yielding": ("assess", "told"),
    "member_deciding": _ADVISED,
    "mediation_proposed": (*_ADVISED, "propose_mediation"),
    "mediation_invited": (*_ADVISED, "propose_mediation", "invite_other"),
    "mediating": (*_ADVISED, "propose_mediation", "invite_other", "accept_mediation"),
    "active": (*_ADVISED, "ask_for_signal", *_SIGNAL),
    "handover_preparing": (*_ADVISED, "choose_referral", "consent"),
    "filed": (*_ADVISED, *_FILED),
    "filed while asked": (*_ADVISED, "ask_for_signal", "decide_anew", *_FILED),
    "filed while active": (*_ADVISED, "ask_for_signal", *_SIGNAL, "decide_anew", *_FILED),
    "investigated": (*_ADVISED, "choose_referral", "consent", "hand_over_integrity"),
    "returned": (*_ADVISED, *_FILED, "told"),
    "helped outside": (*_ADVISED, "choose_referral", "consent", "refer_outside"),
    "emergency": ("start_listening", "tell_name", "open_emergency"),
    "held": ("start_listening", "ordered", "place_hold"),
    "counted": _COUNTED,
    "erased": (*_COUNTED, "two years"),
}
"""What leads deep into the procedure, after a report was opened, by where it leads.

These are steps, but for `consent` (the packet is made, and may go), `ordered` (a legal document is
added), `told` (by another case) and stretches of time.
"""
TARGETS = {
    "investigated": ("integrity_committee", "integrity_committee", "investigation"),
    "helped outside": ("outside_help", "outside_help", "help"),
}
"""Whom a path hands over to, where it is not the disputes committee: target, recipient, purpose."""
_STRETCHES = {"a week": 8 * DAY, "two years": 740 * DAY}


def path(draw: Draw, stage: Stage, goal: str) -> Iterable[Move]:
    """Moves that lead to `goal`, each to be made before the next is asked for.

    Raises AssertionError where the procedure no longer has a path there.
    """
    openers = ("vera", "gijs", "alma") if goal in SIGNALS else ("reporter", "noor")
    target, to, purpose = TARGETS.get(goal, ("disputes_committee", "disputes_committee", "ruling"))
    told: dict[str, dict[str, Answer]] = {"weigh": {"simple": True}}
    told["choose_referral"] = {"target": target}
    begin = opening(draw, stage, draw(st.sampled_from(openers)))
    assert isinstance(begin.command, c.Open), "a case begins"
    if goal == "passed_on":
        first = begin.command.first
        answers = {**first.answers, "fallback": "els"}
        first = msgspec.structs.replace(first, answers=answers)
        begin = msgspec.structs.replace(begin, command=c.Open(BRANCH, first))
    yield begin
    for step in PATHS[goal]:
        assert stage.case is not None, "a case was opened"
        if step == "consent":
            items = []
            for _ in range(draw(st.integers(1, 2))):
                items.append(new_item(stage))
                yield Move(c.AddItem(items[-1], "packet"), "reporter")
            named = tuple(item.item for item in items)
            yield Move(c.GiveConsent("reporter", to, purpose, named), "reporter")
        elif step == "ordered":
            order = c.AddItem(new_item(stage), "legal_document")
            yield Move(order, standing_as(stage, "counsellor")[0])
        elif step == "told":
            yield hearing(draw, stage)
        elif step in _STRETCHES:
            yield tick(stage, _STRETCHES[step])
        else:
            assert any(option[0] == step for option in possible(stage)), f"{step} is open"
            yield forward(draw, stage, step, **told.get(step, {}))


SIGNALS = frozenset({"signalled", "handed_back", "yielding"})
"""The paths that begin with a signal, and have no member in them."""


def scripts(
    goals: Sequence[str] = tuple(PATHS), longest: int = 12
) -> st.SearchStrategy[tuple[Move, ...]]:
    """Whole runs as the moves they consist of, drawn against the engine as they are made."""

    @st.composite
    def script(draw: st.DrawFn) -> tuple[Move, ...]:
        play = Play()
        moves = []

        def make(move: Move) -> None:
            moves.append(move)
            play.do(move)

        goal = draw(st.sampled_from(goals))
        for move in path(draw, play, goal):
            make(move)
        for _ in range(draw(st.integers(longest // 2, longest))):
            make(any_move(draw, play))
        return tuple(moves)

    return script()


def played(moves: Iterable[Move], register: r.Register = REGISTER) -> tuple[Play, list[Result]]:
    """The moves made on the engine, from the beginning: where that leads, and what came of each."""
    play = Play(register)
    return play, [play.do(move) for move in moves]

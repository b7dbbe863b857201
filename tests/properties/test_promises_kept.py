"""What a procedure promises of every case is kept, or the way on which it is broken is found."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faulty_procedures import editing as e
from tests.unit.test_sound_procedures import FOLDER, OFFICES
from workflow.declaring.reading import Declared, parsed
from workflow.engine.kernel import compile_procedure
from workflow.exploring.decisions import Decisions
from workflow.exploring.exploring import Explored, explore
from workflow.exploring.inquiring import Verdict
from workflow.exploring.judging import judge
from workflow.exploring.people import seats
from workflow.exploring.slices import Slice
from workflow.exploring.stated import Stated, stated, verdicts
from workflow.exploring.walking import Known, Walk, after
from workflow.exploring.watched import Component
from workflow.exploring.world import World

PAIR = (FOLDER / "pair.yaml").read_text(encoding="utf-8")
"""Two members with a track each, who let each other read and can both stop."""
HEAD = "invariants:\n  one_thing:\n    labels: {nl: Eén ding, en: One thing}\n    cites: [own]\n"

IN = "{{guard: track_in, track: {}, states: [{}]}}"
NONE, ONE, DONE = (IN.format("one", state) for state in ("none", "speaking", "quiet"))
TWO, STOPPED = (IN.format("two", state) for state in ("speaking", "quiet"))
SHARED = IN.format("one", "shared")
HERE, THERE = "{guard: present, party: first}", "{guard: present, party: second}"
LET = "{guard: consent, party: first, kind: view, to: second, purpose: talk}"
STAFFED = "{guard: staffed, office: counsellor}"

ALONE = IN.format("two", "none, quiet")
INVITED = ("joins: second, guards: [", f"joins: second, guards: [{ONE}, ")
ENOUGH = ("to: quiet, who: [first, counsellor],", f"to: quiet, who: [first], guards: [{ALONE}],")
TIRED = (
    "track: one, from: [speaking], to: quiet, who: [clock],",
    f"track: one, from: [speaking], to: quiet, who: [clock], guards: [{ALONE}],",
)
"""With these three the second never speaks when the first is done."""

WAITING = "deadline: {within: P1M, remind: [counsellor], cites: [own]}"
GROUND = f"rests_on: [{LET}], otherwise: fall"
LASTING = (
    (
        "      quiet: {labels: {nl: Klaar, en: Done}, ends: true}\n  two:",
        (
            "      quiet: {labels: {nl: Klaar, en: Done}, ends: true}\n"
            f"      shared: {{labels: {{nl: Gedeeld, en: Shared}}, {WAITING}, {GROUND}}}\n  two:"
        ),
    ),
    (
        "    from: [speaking]\n    to: speaking\n    who: [first]",
        "    from: [speaking]\n    to: shared\n    who: [first]",
    ),
    (
        "  enough: {",
        (
            "  fall: {labels: {nl: Houdt op, en: Falls}, track: one, from: [shared], "
            "to: speaking, who: [consequence], cites: [own]}\n  enough: {"
        ),
    ),
)
"""With these the first is in a state that lasts as long as the second may read."""


VIEWED = "view second talk consent "
TRANSFER = (
    "  enough: {",
    (
        "  transfer:\n    labels: {nl: Overdragen, en: Transfer}\n    track: one\n"
        "    from: [speaking]\n    to: speaking\n    who: [first]\n"
        "    decision: {party: first, evidence: [code]}\n    asks:\n"
        "      other: {type: person, labels: {nl: Aan wie, en: To whom}, office: counsellor}\n"
        "    guards: [{guard: other_person, field: other, than_office: counsellor}]\n"
        "    assigns: {counsellor: other}\n    cites: [own]\n  enough: {"
    ),
)
"""With this there are two counsellors, and either may be the one."""


def text(form: str, *edits: tuple[str, str]) -> str:
    """The pair with one promise of this form, and some words replaced where they stand once."""
    found = PAIR
    for old, new in edits:
        assert found.count(old) == 1, old
        found = found.replace(old, new)
    return found + HEAD + "".join(f"    {line}\n" for line in form.splitlines())


def declared(form: str, *edits: tuple[str, str]) -> Declared:
    """The same, as it is read."""
    return parsed(text(form, *edits).encode(), "pair.yaml", OFFICES)


def explored(found: Declared) -> Explored:
    """All that can happen under a procedure."""
    procedure = found.procedure
    world = World(compile_procedure(procedure, procedure.procedure), seats(procedure))
    everything = explore(Decisions(world, most=100_000))
    assert everything.exhaustive
    return everything


def judged(form: str, *edits: tuple[str, str]) -> Verdict:
    """What becomes of the one promise of the pair."""
    (verdict,) = verdicts(explored(declared(form, *edits)))
    return verdict


def way(form: str, *edits: tuple[str, str]) -> list[str]:
    """The moves of the way on which the one promise is broken."""
    verdict = judged(form, *edits)
    assert verdict.outcome == "broken"
    assert verdict.way is not None
    return [move.name for move in verdict.way.moves]


def test_what_is_never_so_together_is_kept_by_each_guard() -> None:
    """Two states that guards keep apart never come together; without one of the guards they do."""
    never = f"never: [{DONE}, {TWO}]"
    assert judged(never, INVITED, ENOUGH, TIRED).outcome == "kept"
    assert way(never, INVITED, ENOUGH) == ["begin", "invite", "deadline"]
    assert way(never, INVITED, TIRED) == ["begin", "invite", "enough"]
    assert way(never, ENOUGH, TIRED)[-1] == "invite"


def test_what_is_broken_is_broken_on_a_way_that_can_be_gone() -> None:
    """Each move of the way to a broken promise is allowed, and it is broken at the end of it."""
    found = explored(declared(f"never: [{DONE}, {TWO}]"))
    (verdict,) = verdicts(found)
    walk = Walk(found.decisions)
    assert verdict.way is not None
    (_, begun), *rest = zip(verdict.way.moves, verdict.way.outcomes, strict=True)
    known: Known = after({}, begun)
    for move, outcome in rest:
        assert walk.outcome(found.decisions.number(move), known) == outcome
        known = after(known, outcome)
    assert walk.value(("track", "one"), known) == "quiet"
    assert walk.value(("track", "two"), known) == "speaking"


def test_what_always_holds_is_kept_and_what_does_not_is_broken() -> None:
    """Whoever speaks is there; that the other one is there too is not so from the beginning."""
    assert judged(f"when: [{TWO}]\nalways: [{HERE}, {THERE}]").outcome == "kept"
    assert judged(f"always: [{HERE}]").outcome == "kept"
    assert way(f"when: [{ONE}]\nalways: [{THERE}]") == ["begin"]


def test_what_a_state_rests_on_is_so_in_it() -> None:
    """A state that rests on a consent is never without it; where it does not, it can be."""
    form = f"when: [{SHARED}]\nalways: [{LET}]"
    assert judged(form, *LASTING).outcome == "kept"
    (old, new), *others = LASTING
    bare = (old, new.replace(f", {GROUND}", ""))
    *before, last = way(form, bare, *others)
    assert before == ["begin", "invite", "tell"]
    assert last in ("withdraw", "lapse", "stop")


def test_promises_over_consents_alone_are_judged() -> None:
    """Nobody's consent is there without them, and it can be there, whatever the tracks look at."""
    assert judged(f"never: [{LET}, {{guard: absent, party: first}}]").outcome == "kept"
    assert way(f"never: [{LET}]")[0] == "begin"
    let = "{guard: consent, party: second, kind: reply, to: first, purpose: talk}"
    assert way(f"never: [{ONE}, {let}]") == ["begin", "invite", "consent"]


def test_a_consent_that_only_a_step_looks_at_is_given_by_hand_too() -> None:
    """Where a guard on the way asks for a consent, the way on which it is given is found."""
    let = "{guard: consent, party: second, kind: reply, to: first, purpose: talk}"
    enough = (ENOUGH[0], ENOUGH[1].replace(ALONE, let))
    tired = (TIRED[0], TIRED[1].replace(ALONE, "{guard: absent, party: second}"))
    gone = way(f"never: [{DONE}, {THERE}]", INVITED, enough, tired)
    assert gone == ["begin", "invite", "consent", "enough"]


def test_promises_over_offices_are_judged() -> None:
    """A counsellor is there when a case begins, but not whatever happens."""
    assert set(way(f"when: [{ONE}]\nalways: [{STAFFED}]")) & {"end", "recuse"}


def test_where_it_can_come_to_is_kept_and_where_it_cannot_is_broken() -> None:
    """Whoever speaks can come to be done; once done, nobody speaks again."""
    assert judged(f"when: [{ONE}]\nleads_to: [{DONE}]").outcome == "kept"
    assert judged(f"when: [{ONE}, {TWO}]\nleads_to: [{DONE}, {STOPPED}]").outcome == "kept"
    assert way(f"when: [{DONE}]\nleads_to: [{ONE}]") == ["begin", "enough"]


def test_what_leads_on_for_some_only_is_no_way() -> None:
    """Where the one keeps out whoever brings in the other, it never comes to both; else it may."""
    assert way(f"when: [{ONE}]\nleads_to: [{SHARED}]", *LASTING) == ["begin", "recuse"]
    assert judged(f"when: [{ONE}, {TWO}]\nleads_to: [{SHARED}]", *LASTING).outcome == "kept"


def test_a_promise_about_what_is_never_so_says_nothing() -> None:
    """What stands under `when` and is so in no case is reported there."""
    form = f"when: [{NONE}, {TWO}]\nalways: [{THERE}]"
    assert judged(form).outcome == "idle"
    (code, stands) = reported(form)
    assert (code, stands[:5]) == ("invariant-idle", "when:")


@pytest.mark.parametrize(
    ("form", "key"),
    [
        (f"never: [{DONE}, {TWO}]", "never:"),
        (f"when: [{ONE}]\nalways: [{THERE}]", "always:"),
        (f"when: [{DONE}]\nleads_to: [{ONE}]", "leads_to:"),
    ],
    ids=["never", "always", "leads_to"],
)
def test_a_broken_promise_is_reported_where_it_stands(form: str, key: str) -> None:
    """The problem is at the line and column of the form that does not hold."""
    code, stands = reported(form)
    assert code == "invariant-broken"
    assert stands.startswith(key)


def reported(form: str) -> tuple[str, str]:
    """The code of the one problem with a promise, and what stands where it is reported."""
    found = declared(form)
    (finding,) = stated(explored(found)).findings
    problem = finding.problem
    assert problem.text.nl != problem.text.en
    located = found.positions.locate(problem)
    line = text(form).splitlines()[located.line - 1]
    return problem.code, line[located.column - 1 :]


def test_what_is_not_settled_is_said_or_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too much would have to be looked at, a way is looked for; else it is undecided."""
    found = explored(declared(f"never: [{DONE}, {TWO}]"))
    found.decisions.most = found.decisions.asked
    found.decisions.trees.clear()
    (finding,) = stated(found).findings
    assert (finding.problem.code, finding.way) == ("invariant-undecided", None)
    found.decisions.most = 10**6
    monkeypatch.setattr("workflow.exploring.inquiring.MOVES", 0)
    (finding,) = stated(found).findings
    assert finding.problem.code == "invariant-broken"
    assert finding.way is not None
    assert {move.name for move in finding.way.moves} >= {"begin", "invite"}
    kept = explored(declared(f"never: [{DONE}, {TWO}]", INVITED, ENOUGH, TIRED))
    (finding,) = stated(kept).findings
    assert finding.problem.code == "invariant-undecided"


def test_a_promise_judged_by_a_copy_is_judged_alike() -> None:
    """What a copy finds beside the rest is what is found; where it knew too little, it is not."""
    procedure = declared(f"never: [{DONE}, {TWO}]").procedure
    world = World(compile_procedure(procedure, procedure.procedure), seats(procedure))

    @contextmanager
    def copied(work: Callable[[], Stated]) -> Iterator[Callable[[], Stated | None]]:
        work = deepcopy(work)
        yield lambda: deepcopy(work())

    @contextmanager
    def outgrown(work: Callable[[], Stated]) -> Iterator[Callable[[], Stated | None]]:
        met = tuple(
            msgspec.structs.replace(one, values=dict.fromkeys(one.values, 0))
            for one in deepcopy(work)().met
        )
        yield lambda: Stated((), met)

    apart, alone, again = (
        [finding.problem for finding in judge(Decisions(world, 100_000), *how).findings]
        for how in ((copied,), (), (outgrown,))
    )
    assert [problem.code for problem in apart] == ["invariant-broken"]
    assert apart == alone == again


@pytest.mark.parametrize("name", ["dispute", "norms"])
def test_shipped_procedures_keep_what_they_promise(name: str) -> None:
    """Each of the promises of a shipped procedure is kept in all that can happen."""
    found = verdicts(explored(e.shipped(name)))
    assert len(found) >= 2
    assert {verdict.outcome for verdict in found} == {"kept"}


@pytest.mark.parametrize(
    ("of", "edit", "broken"),
    [
        (
            "dispute",
            e.Edit(remove="steps.rule.guards[track_in, challenge]"),
            {"no_ruling_while_challenged"},
        ),
        (
            "dispute",
            e.Edit(remove="steps.hear.guards[present, respondent]"),
            {"no_ruling_unheard"},
        ),
        ("dispute", e.Edit(remove="steps.withdraw"), {"the_applicant_can_withdraw"}),
        ("norms", e.Edit(remove="steps.advise_unasked.note"), {"advice_is_in_the_case"}),
    ],
    ids=["challenged", "unheard", "no withdrawal", "no advice"],
)
def test_without_one_guard_a_shipped_procedure_breaks_its_promise(
    of: str, edit: e.Edit, broken: set[str]
) -> None:
    """A shipped procedure without what a promise rests on breaks that promise, and no other."""
    found = e.edited(of, e.Wrong(why="", codes=(), edit=(edit,)))
    outcomes = {one.name: one.outcome for one in verdicts(explored(found))}
    assert {name for name, outcome in outcomes.items() if outcome != "kept"} == broken
    assert {outcomes[name] for name in broken} == {"broken"}


def lasting() -> Explored:
    """The pair with two counsellors, and a state without whose ground none of them is left."""
    falls = "to: speaking, who: [consequence],"
    left = (falls, f"{falls} releases: [counsellor],")
    return explored(declared(f"never: [{DONE}, {NONE}]", *LASTING, TRANSFER, left))


@cache
def parts() -> tuple[Component, ...]:
    """The parts that there are, but for what is in sight with a track."""
    domains = lasting().decisions.domains
    return tuple(sorted(part for part in domains if part[0] not in ("track", "begun", "stale")))


@given(data=st.data())
def test_every_walk_stays_in_what_is_in_sight(data: st.DataObject) -> None:
    """Whatever is in sight, wherever a case really comes, the slice has the state that it is in."""
    decisions = lasting().decisions
    sight = data.draw(st.lists(st.sampled_from(parts()), unique=True, max_size=3))
    tracks = data.draw(st.sampled_from([("one",), ("two",), ("one", "two"), ()]))
    found = Slice(decisions, tracks, sight, ("view", "reply"))
    found.explore()
    walk = Walk(decisions)
    _, outcome = data.draw(st.sampled_from(walk.decisions.begun()))
    known: Known = after({}, outcome)
    for _ in range(15):
        state = tuple(walk.value(part, known) for part in found.visible)
        assert found.holds(state), (found.visible, state)
        moves = list(walk.following(known))
        if not moves:
            return
        _, outcome = data.draw(st.sampled_from(moves))
        known = after(known, outcome)


@pytest.mark.parametrize(
    "sight",
    [("whom", "invite"), ("assigned", "counsellor"), ("gone", VIEWED)],
    ids=" ".join,
)
def test_nothing_that_others_bring_about_is_missing(sight: Component) -> None:
    """What falls on another track and whoever of several acts is found where it is in sight."""
    decisions = lasting().decisions
    found = Slice(decisions, ("two",), (sight,), ("view", "reply"))
    found.explore()
    walk = Walk(decisions)
    waiting = deque(after({}, outcome) for _, outcome in walk.decisions.begun())
    seen: set[frozenset[object]] = set()
    values = set()
    while waiting and len(seen) < 1500:
        known = waiting.popleft()
        values.add(walk.value(sight, known))
        assert found.holds(tuple(walk.value(part, known) for part in found.visible)), known
        for _, outcome in walk.following(known):
            then = after(known, outcome)
            if (key := frozenset(then.items())) not in seen:
                seen.add(key)
                waiting.append(then)
    assert len(values) > 1

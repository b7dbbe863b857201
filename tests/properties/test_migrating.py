"""A case that comes under another version: nobody sees, reads or receives more of it by that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import upgrading
from tests.properties.scenes import GOALS, activated, done, lead, signal
from tests.properties.town import PEOPLE, RULES, Town, any_step
from tests.properties.wandering import wander
from tests.properties.world import Draw
from workflow.declaring.comparing import compared
from workflow.declaring.naming import unknown
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import blank, fold, history
from workflow.engine.items import entitled
from workflow.engine.migrating import verdict
from workflow.engine.procedure import Procedure, Text, canonical, digest
from workflow.engine.replacing import Counterparts, counterparts
from workflow.engine.sharing import may_read, may_share
from workflow.engine.standing import acquainted, knows, sees, standing
from workflow.histories.visibility import placed, scope


class Audience(NamedTuple):
    """What one person, or one party, may see and read of a case."""

    knows: bool
    sees: frozenset[str]
    reads: frozenset[str]
    acquainted: frozenset[str]
    events: frozenset[int]
    capacities_named: frozenset[int]

    def within(self, other: Audience) -> bool:
        """Whether all of it is in the other too."""
        return (not self.knows or other.knows) and all(
            mine <= theirs for mine, theirs in zip(self[1:], other[1:], strict=True)
        )


def audience(
    town: Town,
    procedure: Procedure,
    case: Case,
    who: str,
    events: list[f.Event] | None,
    earlier: dict[str, Procedure],
) -> Audience:
    """What `who` may see and read of a case with this history, under a version of its procedure."""
    reader = standing(procedure, town.register, case, who, town.now)
    shown = placed(scope(procedure, case.procedure, events or [], reader, earlier))
    shown = tuple(each for each in shown if not isinstance(each.event.data, f.Migrated))
    return Audience(
        knows(procedure, case, reader),
        frozenset(name for name in case.tracks if sees(procedure, case, reader, name)),
        frozenset(i for i in case.items if may_read(procedure, case, i, reader, town.now)),
        frozenset(acquainted(procedure, case, reader)),
        frozenset(each.event.seq for each in shown),
        frozenset(each.event.seq for each in shown if each.names_capacity),
    )


def town_somewhere(draw: Draw) -> Town:
    """A town in the midst of things, with cases of several procedures."""
    town = Town()
    match draw(st.sampled_from(["report", "report", "signal", "investigation"])):
        case "signal":
            stream = signal(town)
            if draw(st.booleans()):
                activated(town, stream)
        case "investigation":
            stream, opened = town.open(
                "investigation", "pass_on_message", "nina", asked_by="party_leader"
            )
            done(opened)
            for _ in range(draw(st.integers(0, 25))):
                any_step(draw, town, stream)
        case _:
            lead(draw, town, draw(st.sampled_from(GOALS)))
    wander(draw, town, many=draw(st.integers(0, 8)))
    return town


def gone_over(town: Town, stream: str, newer: Procedure) -> tuple[Case, f.Event] | None:
    """The case under the newer version, with the event; None where the verdict is against it."""
    older, case = town.procedure(stream), town.cases[stream]
    if not verdict(older, newer, case):
        return None
    to = digest(canonical(newer))
    fact = f.Migrated(case.procedure, to, older.version)
    event = f.Event(stream, case.seq + 1, "", town.now, "noor", fact, None, case.procedure)
    return fold(newer, case, event), event


def allowed(
    procedure: Procedure, case: Case, now: Counterparts, purposes: Iterable[str], at: datetime
) -> set[tuple[str, str, str]]:
    """Which item may go to whom, for which of these purposes of the older version."""
    return {
        (item, to, purpose)
        for item in case.items
        for to in (*procedure.offices, *procedure.outside, *case.parties)
        for purpose in purposes
        if may_share(procedure, case, item, to, now.purpose(purpose), at)
    }


@settings(max_examples=max(1, settings().max_examples // 2))
@pytest.mark.parametrize("edit", upgrading.EDITS, ids=lambda edit: edit.__name__)
@given(data=st.data())
def test_invariant_32_going_over_shows_nobody_more(
    edit: upgrading.Edit, data: st.DataObject
) -> None:
    """Whoever sees, reads, knows or may receive anything after a case went over, could before."""
    town = town_somewhere(data.draw)
    for stream, case in town.cases.items():
        older, events = town.procedure(stream), town.histories[stream]
        before = {
            who: audience(town, older, case, who, None, {}) for who in (*PEOPLE, *case.parties)
        }
        closely = data.draw(st.sets(st.sampled_from(sorted(before)), min_size=2, max_size=3))
        before |= {who: audience(town, older, case, who, events, {}) for who in closely}
        could = allowed(older, case, Counterparts(), older.purposes, town.now)
        for _ in range(3):
            newer = edit(data.draw, upgrading.newer(data.draw, older, least=0))
            over = gone_over(town, stream, newer)
            if over is None:
                continue
            after, event = over
            known = {case.procedure: older}
            for who, was in before.items():
                told = [*events, event] if who in closely else None
                now = audience(town, newer, after, who, told, known)
                new = now._replace(sees=now.sees & case.tracks.keys())
                assert new.within(was), (stream, who, was, now)
            names = counterparts(newer, older.version, case.procedure)
            assert allowed(newer, after, names, older.purposes, town.now) <= could
            for item in case.items:
                opened = {*entitled(older, town.register, case, item, town.now)}
                assert {*entitled(newer, town.register, after, item, town.now)} <= opened


@given(data=st.data())
def test_invariant_32_going_over_keeps_what_is_the_members(data: st.DataObject) -> None:
    """Who decides where the case stands decides there still, and nothing ended or opened again."""
    town = town_somewhere(data.draw)
    for stream, case in town.cases.items():
        older = town.procedure(stream)
        for _ in range(8):
            newer = upgrading.newer(data.draw, older)
            over = gone_over(town, stream, newer)
            if over is None:
                continue
            for name, at in case.tracks.items():
                track, then = older.tracks[name], newer.tracks.get(name)
                assert then is not None or not at.begun, "what began is still there"
                if then is None:
                    continue
                was, is_ = track.states[at.state], then.states[over[0].state(name)]
                assert was.ends == is_.ends, "only a step ends anything, or opens it again"
                if at.begun and was.decides and track.belongs_to is not None:
                    assert is_.decides, "inv. 4: the member decides there"
                    assert then.belongs_to == track.belongs_to, "and not another"
                if at.begun:
                    assert over[0].tracks[name].begun
                else:
                    assert over[0].state(name) == then.initial, "nothing begins by it"


@given(data=st.data())
def test_invariant_32_nobody_migrates_what_the_verdict_refuses(data: st.DataObject) -> None:
    """Whoever tries, a case goes over only where the verdict lets it; and then says so itself."""
    town = town_somewhere(data.draw)
    stream = data.draw(st.sampled_from(sorted(town.cases)))
    case, older = town.cases[stream], town.procedure(stream)
    newer = upgrading.newer(data.draw, older)
    if any(unknown(newer)):
        return  # what leads nowhere is never adopted
    made = town.adopt(newer, opens=False)
    allowed = verdict(older, newer, case)
    still = timedelta(microseconds=1)
    for who in (*PEOPLE, *case.parties):
        before = town.cases[stream]
        result = town.do(stream, c.Migrate(made.digest), who, wait=still)
        if not result.done:
            assert town.cases[stream] == before
            continue
        assert allowed, f"{who} did what the verdict refuses: {allowed.why}"
        facts = [event.data for event in result.events[stream]]
        assert f.Migrated(case.procedure, made.digest, "1") in [
            msgspec.structs.replace(fact, renewed=())
            for fact in facts
            if isinstance(fact, f.Migrated)
        ]
        assert town.cases[stream].procedure == made.digest
        under = {event.procedure for event in town.histories[stream]}
        assert under <= {case.procedure, made.digest}
        return


@given(data=st.data())
def test_invariant_32_a_case_goes_on_after_it_went_over(data: st.DataObject) -> None:
    """Its whole history folds to the case as it is, and goes on under the newer version alone."""
    town = town_somewhere(data.draw)
    stream = data.draw(st.sampled_from(sorted(town.cases)))
    case, older = town.cases[stream], town.procedure(stream)
    newer = msgspec.structs.replace(upgrading.state_renamed(data.draw, older), version="2")
    if any(unknown(newer)):
        return
    made = town.adopt(newer, opens=False)
    went = [w for w in PEOPLE if town.do(stream, c.Migrate(made.digest), w).done]
    for _ in range(data.draw(st.integers(0, 6))):
        any_step(data.draw, town, stream)
    events = town.histories[stream]
    known = {case.procedure: older, made.digest: newer}
    folded = history(known, blank(stream, case.procedure), events)
    now = town.cases[stream]
    assert msgspec.structs.replace(folded, seq=0, latest=None) == msgspec.structs.replace(
        now, seq=0, latest=None
    )
    if went:
        place = next(n for n, e in enumerate(events) if isinstance(e.data, f.Migrated))
        assert {e.procedure for e in events[: place + 1]} == {case.procedure}
        assert {e.procedure for e in events[place + 1 :]} <= {made.digest}


@pytest.mark.parametrize("edit", upgrading.EDITS, ids=lambda edit: edit.__name__)
@given(data=st.data())
def test_every_difference_is_told(edit: upgrading.Edit, data: st.DataObject) -> None:
    """Two versions of which nothing is said to differ differ in nothing but their number."""
    older = data.draw(st.sampled_from([rules.procedure for rules in RULES.values()]))
    newer = edit(data.draw, older)
    if any(unknown(newer)):
        return
    told = compared(older, newer, lambda *_: Text("iets", "something"))
    changed = msgspec.structs.replace(newer, replaces=()) != older
    assert told or not changed, "something is otherwise, and nothing is said"
    seen = any(set(track.seen_by) - seers(older, name) for name, track in newer.tracks.items())
    assert not seen or any(one.effect == "widens" and one.code == "seen-by" for one in told)


def seers(procedure: Procedure, track: str) -> set[str]:
    """Who see a track; of one that there is not, nobody."""
    return set(procedure.tracks[track].seen_by) if track in procedure.tracks else set()

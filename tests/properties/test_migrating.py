"""A case that comes under another version: nobody sees, reads or receives more of it by that."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import upgrading
from tests.properties.scenes import GOALS, activated, done, lead, signal
from tests.properties.town import PEOPLE, Town, any_step
from tests.properties.wandering import wander
from tests.properties.world import Draw
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.folding import fold
from workflow.engine.items import entitled
from workflow.engine.migrating import verdict
from workflow.engine.procedure import Procedure, canonical, digest
from workflow.engine.sharing import may_read
from workflow.engine.standing import acquainted, knows, members, sees, standing
from workflow.histories.visibility import placed, scope

HOLDING = ("nadia", "national_board", "party_leader", "mediator", "disputes_committee")
"""Who comes to hold an office after the case went over, and which."""


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


@settings(max_examples=settings().max_examples * 2)
@given(data=st.data())
def test_migrating_shows_nobody_more(data: st.DataObject) -> None:
    """Whoever sees, reads or knows anything of a case after it went over, did so before."""
    town = town_somewhere(data.draw)
    for stream, case in town.cases.items():
        older, events = town.procedure(stream), town.histories[stream]
        before = {
            who: audience(town, older, case, who, None, {}) for who in (*PEOPLE, *case.parties)
        }
        closely = data.draw(st.sets(st.sampled_from(sorted(before)), min_size=2, max_size=3))
        before |= {who: audience(town, older, case, who, events, {}) for who in closely}
        for _ in range(6):
            newer = upgrading.newer(data.draw, older)
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
            for item in case.items:
                could = {*entitled(older, town.register, case, item, town.now)}
                assert {*entitled(newer, town.register, after, item, town.now)} <= could
            for office in {gone.to for gone in case.disclosures}:
                assert members(newer, town.register, after, office, town.now) == members(
                    older, town.register, case, office, town.now
                )

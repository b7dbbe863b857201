"""The laws, checked on every event as it comes: what both state machines assert after each move."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from tests.properties.oracle import COUNSELLORS, Past
from tests.properties.world import (
    CONFLICT,
    FILINGS,
    OFFICE_KEYS,
    PARTIES,
    PENDING,
    PEOPLE,
    PROCEDURE,
    RULES,
    Move,
    Result,
    public,
)
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.folding import blank, fold
from workflow.engine.items import entitled
from workflow.engine.reasons import Reason
from workflow.engine.register import Register

ALL = (*PEOPLE, *PARTIES, "signaller")
OVER = frozenset({"handed_back", "stood_back", "declined"})
WITH_TAKING = frozenset(
    {
        "not-decided-by",
        "evidence-too-weak",
        "spoken-to-a-counsellor-only",
        "not-affirmed",
        "does-not-hold",
        "answer-lacks",
        "same-person",
        "from-this-branch",
        "not-experienced",
        "seat-excluded",
        "nobody-to-receive",
        "party-erased",
        "nobody-available",
    }
)
"""Reasons about answers, notes and evidence, which only come with taking a step."""

EVIDENCE = frozenset({"not-decided-by", "evidence-too-weak", "spoken-to-a-counsellor-only"})
"""Reasons about whose decision a step is, which come before what follows from it is tried."""


class Witness:
    """Sees every event of a case once, and holds it against what came before."""

    def __init__(self) -> None:
        self.past = Past()
        self.folded: Case | None = None

    def saw(self, move: Move, result: Result, register: Register) -> None:
        """Take in what came of a move; raises AssertionError where a law is broken."""
        handed_over = [e for e in result.events if _step(e) in FILINGS]
        to, purpose = FILINGS[_step(handed_over[0]) or ""] if handed_over else ("", "")
        packet = {
            item
            for item in self.past.items
            if handed_over and self.past.consented(item, to, purpose, handed_over[0].at)
        }
        for event in result.events:
            self._event(event, register)
        if handed_over:
            sent = {
                e.data.item
                for e in result.events
                if isinstance(e.data, f.Disclosed) and e.data.to == to and e.data.into
            }
            assert set(result.carried) == sent, "B23: what goes along is what was disclosed"
            # A statement sealed with the very step may be covered by a consent to its kind.
            added = {e.data.item for e in result.events if isinstance(e.data, f.Added)}
            assert sent - added == packet, "inv. 13: the packet is what was consented to"
        if isinstance(move.command, c.Tick):
            told = [e for e in result.events if isinstance(e.data, f.Disclosed | f.Consented)]
            assert not told, "inv. 3: silence discloses nothing and consents to nothing"
        if isinstance(move.command, c.Hear):
            said = [e for e in result.events if e.office is not None]
            assert not said, "inv. 3: what another case tells is nobody's act in an office"
            heard = [e for e in result.events if isinstance(e.data, f.Disclosed | f.Consented)]
            assert not heard, "inv. 1: what another case tells discloses nothing"

    def _event(self, event: f.Event, register: Register) -> None:
        past, fact = self.past, event.data
        assert event.took_place <= event.at, "nothing happened after it was recorded"
        # Only what their own going takes the ground from still falls at their hand, at once.
        fell = event.office is None and event.at == past.recused.get(event.who)
        assert event.who not in past.recused or fell, "inv. 7: a recused person does nothing"
        if isinstance(fact, f.Disclosed):
            at = event.took_place if fact.to in PROCEDURE.outside else event.at
            assert not (fact.into and fact.readers), "what is carried along opens nothing here"
            bases = past.bases(fact.item, fact.to, fact.purpose, at, fact.on)
            assert fact.basis in bases, f"inv. 1, 2, 5: {fact} without {fact.basis}"
        if isinstance(fact, f.Added) and fact.kind == "mediation" and "other" in past.parties:
            assert set(fact.of) == {"reporter", "other"}, "inv. 12: it takes both to let it go"
        if isinstance(fact, f.Read):
            assert past.may_open(fact.item, event.who, event.at, register), (
                "inv. 1: read on nothing"
            )
        if isinstance(fact, f.Erased):
            theirs = {name for name in past.items if "reporter" in past.added(name).of}
            assert set(fact.items) == theirs - past.wiped, "all that is the member's, and no more"
        if isinstance(fact, f.Stepped):
            self._stepped(event, fact, register)
        self.folded = fold(PROCEDURE, self.folded or blank(event.stream, RULES.digest), event)
        past.learn(event, register)

    def _stepped(self, event: f.Event, fact: f.Stepped, register: Register) -> None:
        past = self.past
        if event.office == "helper":
            assert fact.source == fact.to, "inv. 18: the support group decides nothing"
        if fact.step == "pass_on":
            named = past.answers["open_report"].get("fallback")
            able = past.people("counsellor", event.took_place, register, ask=(str(named),))
            assert able, "B2: it passes only to somebody who can take it up"
        if fact.source == "member_deciding" or (
            fact.track == "report" and fact.to in ("closed", "erased")
        ):
            by_clock = fact.because == "clock" and fact.step in ("close_on_silence", "erase")
            written = fact.evidence == "written" and fact.evidence_item in past.items
            spoken = fact.evidence == "spoken" and event.office in COUNSELLORS
            own = fact.evidence == "code" and event.who == "reporter"
            decided = fact.decided_by == "reporter" and (own or written or spoken)
            assert by_clock or decided, "inv. 3, 4: only the member leaves the deciding state"
        if fact.to == "erased":
            assert fact.source == "closed", "only what is over is wiped"
            assert past.states.get("counting") == "counted", "what is wiped was counted before"
            assert past.states.get("hold", "none") == "none", "what a court wants is kept"
            assert past.states.get("handover", "none") not in PENDING, "what is pending is kept"
            assert past.emergency is None, "what is looked into is kept"
        if fact.track == "support_group":
            assert fact.source not in OVER or fact.to == fact.source, "inv. 17: over stays over"
            if fact.to in CONFLICT:
                pending = past.states.get("handover", "none")
                assert pending not in PENDING, "inv. 16: no signal beside a filing"

    def stands(self, case: Case, register: Register, at: datetime) -> None:
        """Hold the case as it stands after an accepted move against what the history says."""
        past = self.past
        assert self.folded == case, "law 3: the case is what its history says"
        if case.state("handover") in PENDING:
            assert case.state("support_group") not in CONFLICT, "inv. 16, 39: stands back at once"
        assert (case.state("emergency") == "open") == (case.emergency is not None)
        if case.state("care") == "in_care":
            assert past.people("counsellor", at, register), "B2: somebody is there for the member"
        if case.state("report").startswith("mediat"):
            assert past.people("mediator", at, register), "B24: a mediation has a mediator"
            invited = case.state("report") == "mediation_proposed"
            agreed = ("reporter", "other") if case.state("report") == "mediating" else ("reporter",)
            kind, to = ("invitation", "other") if invited else ("mediation", "mediator")
            for party in agreed:
                assert past.agrees(party, kind, to, "mediation", at), "B18: both still agree"
        for item in case.items:
            may = set(entitled(PROCEDURE, register, case, item, at))
            should = past.keys(item, ALL, at, register)
            assert may <= should, f"inv. 1, 15, 35: {named(may - should)} may open {item}"
            assert may == should, f"{named(should - may)} should be able to open {item}"

    def closable(self, case: Case, register: Register) -> None:
        """The member alone ends the report from every open state."""
        if case.state("report") in ("none", "closed", "erased"):
            return
        assert case.latest is not None, "a case has a first event"
        closed = decide(
            RULES, case, c.Advance("close"), Actor("reporter"), register, case.latest, b"close"
        )
        assert closed.case.state("report") == "closed", "inv. 37: the member can always stop"


def explained(move: Move, before: tuple[Reason, ...], result: Result) -> None:
    """What was said to stand in the way of a step beforehand is what stood in its way.

    Of a step to which nothing has to be said, all of it was.
    """
    assert isinstance(move.command, c.Advance), "only steps are explained"
    step = PROCEDURE.steps[move.command.step]
    if result.done:
        assert before == (), "explained as refused, and yet taken"
    elif not before:
        codes = {reason.code for reason in result.refused}
        assert codes <= WITH_TAKING, "explained as possible, and yet refused"
    evidence = any(reason.code in EVIDENCE for reason in result.refused)
    if not evidence and not step.asks and move.command.note is None:
        assert result.refused == before, "explained in other words"


def named(keys: Collection[str]) -> set[str]:
    """Whose keys these are."""
    return {name for name in (*PEOPLE, *PARTIES, *OFFICE_KEYS) if public(name) in keys}


def _step(event: f.Event) -> str | None:
    return event.data.step if isinstance(event.data, f.Stepped) else None

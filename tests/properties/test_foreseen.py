"""What stands in a step's way is said before it is tried, and in the capacity that fits best."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import scenes as s
from tests.properties.town import BRANCH, MINUTE, RULES, Town
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.deciding import Actor, consider
from workflow.engine.kernel import compile_procedure
from workflow.engine.procedure import Note, Share
from workflow.engine.reasons import Reason

SIGNALLERS = ("branch_chair", "group_leader", "alderman")
"""The offices in which a signal is given, in the order in which the step names them."""


def _beforehand(
    town: Town, stream: str, step: str, who: str, office: str | None = None
) -> tuple[Reason, ...]:
    """What is said to stand in the way of a step before it is taken."""
    case, rules = town.cases[stream], town.of(stream)
    actor = Actor(who, office)
    return consider(rules, case, step, actor, town.register, town.now + MINUTE)


def _edited(step: str, **changes: Any) -> Town:
    """A town with one step of `conduct` changed."""
    procedure = RULES["conduct"].procedure
    changed = msgspec.structs.replace(procedure.steps[step], **changes)
    edited = msgspec.structs.replace(procedure, steps={**procedure.steps, step: changed})
    return Town(rules={**RULES, "conduct": compile_procedure(edited, "edited")})


@given(ended=st.booleans())
def test_a_consent_that_lacks_is_named_beforehand(ended: bool) -> None:
    """Before documents are given, who must allow it is named, with to whom and for what (B18)."""
    town = Town()
    stream, opened = town.open("investigation", "report", "notifier", branch="partij")
    s.done(opened)
    s.done(town.step(stream, "begin_screening", "ineke"))
    commission: dict[str, f.Answer] = {"by": "bureau", "readers_fixed": True}
    commission["investigators"] = ("ivo",)
    s.done(town.take(stream, "propose_commission", "nina", commission))
    s.done(town.step(stream, "confirm_commission", "niels"))
    if ended:
        consents = town.cases[stream].consents
        name = next(n for n, k in consents.items() if (k.kind, k.to) == ("account", "investigator"))
        s.done(town.do(stream, c.WithdrawConsent(name), "notifier"))
    before = _beforehand(town, stream, "give_documents", "ineke")
    result = town.step(stream, "give_documents", "ineke")
    assert before == result.refused
    (account,) = (n for n, i in town.cases[stream].items.items() if i.kind == "account")
    named = {
        "giver": "notifier", "item": account, "to": "investigator", "purpose": "investigation",
    }  # fmt: skip
    expected = [("consent-withdrawn", named)] if ended else []
    assert [(reason.code, reason.particulars) for reason in before] == expected


def test_a_consent_to_what_is_yet_to_be_written_is_named_beforehand() -> None:
    """What a step would share of a note that comes with it is known by the kind of the note."""
    share = Share("support", to="regional_chair", kind="weighing")
    town = _edited("weigh", note=Note("weighing", required=True), shares=(share,))
    stream = s.report(town)
    s.done(town.step(stream, "start_listening", "noor", exception_explained=True))
    (reason,) = _beforehand(town, stream, "weigh", "noor")
    assert reason.code == "consent-to-kind-missing"
    named = {"giver": "reporter", "kind": "weighing", "to": "regional_chair", "purpose": "support"}
    assert {name: reason.particulars[name] for name in named} == named
    result = town.step(stream, "weigh", "noor", severity="light", simple=True)
    assert result.codes == {"consent-missing"}


@given(left=st.sets(st.sampled_from([("regional_chair", "rik"), ("deputy_chair", "dora")])))
def test_that_nobody_receives_is_known_beforehand(left: set[tuple[str, str]]) -> None:
    """Where the chair's seat and the deputy's are empty, an advice is known to reach nobody."""
    town = Town()
    stream = s.signal(town)
    s.activated(town, stream)
    for office, who in sorted(left):
        town.leave(office, who, s.REGION)
    before = _beforehand(town, stream, "advise_chair", "hanna")
    assert [reason.code for reason in before] == ["nobody-to-receive"] * (len(left) == 2)
    assert town.step(stream, "advise_chair", "hanna").refused == before


def test_what_the_answers_may_change_is_not_foreseen() -> None:
    """That no helper is there yet does not stand in the way of the step that names the helpers."""
    town = Town()
    stream = s.signal(town)
    s.done(town.step(stream, "assess", "rik"))
    assert _beforehand(town, stream, "activate", "rik") == ()
    s.done(town.step(stream, "activate", "rik", helpers=("hanna",), conflict_present=True))


def test_whom_an_emergency_names_is_not_foreseen() -> None:
    """That the police may not know does not stand in the way of the emergency that names them."""
    share = Share("safety", to="police", kind="emergency_notice")
    town = _edited("open_emergency", shares=(share,))
    stream = s.report(town)
    assert _beforehand(town, stream, "open_emergency", "noor") == ()
    answers: dict[str, f.Answer] = {**s.GRAVE, "recipients": ("police",)}
    s.done(town.take(stream, "open_emergency", "noor", answers))
    assert _beforehand(town, stream, "open_emergency", "noor")[0].code == "wrong-state"


def test_a_stranger_hears_nothing_of_what_a_case_holds() -> None:
    """Why a step cannot be taken names no item to whoever may not know that there is a case."""
    share = Share("support", to="helper", kind="conversation")
    town = _edited("give_signal", shares=(share,))
    stream = s.report(town)
    assert not town.knows(stream, "vera")
    for reasons in (
        _beforehand(town, stream, "give_signal", "vera"),
        town.step(stream, "give_signal", "vera", corners=("board",)).refused,
    ):
        assert reasons
        assert all(reason.code == "not-now" and not reason.particulars for reason in reasons)


@given(
    held=st.sets(
        st.tuples(
            st.sampled_from(SIGNALLERS),
            st.sampled_from([BRANCH, s.REGION, "partij/noord/dorp"]),
        ),
        min_size=1,
    ),
    asked=st.booleans(),
)
def test_of_several_offices_the_one_that_fits_is_taken(
    held: set[tuple[str, str]], asked: bool
) -> None:
    """Who may take a step in one of their offices may take it without saying which (B25, B27)."""
    town = Town()
    for office, branch in sorted(held):
        town.grant(office, "olga", branch)
    town.now += MINUTE
    here = {office for office, branch in held if branch == BRANCH}
    if asked:
        stream = s.report(town)
        s.advised(town, stream)
        s.done(town.step(stream, "ask_for_signal", "reporter"))
        open_to = {
            office: not _beforehand(town, stream, "give_signal", "olga", office)
            for office in SIGNALLERS
        }
        assert {office for office, able in open_to.items() if able} == here
        assert (not _beforehand(town, stream, "give_signal", "olga")) == bool(here)
        result = town.step(stream, "give_signal", "olga", corners=("board",))
    else:
        stream, result = town.open("conduct", "give_signal", "olga", corners=("board",))
    assert result.done == bool(here)
    if here:
        (given_in,) = {
            e.office for e in town.histories[stream] if getattr(e.data, "step", "") == "give_signal"
        }
        assert given_in == next(office for office in SIGNALLERS if office in here)
    else:
        assert result.codes <= {"other-branch", "not-yours"}


def test_the_office_that_the_evidence_fits_is_taken() -> None:
    """What a member said is recorded by whoever is counsellor too, and need not say so."""
    town = _edited("choose_support", who=("branch_chair", "reporter", "counsellor"))
    town.grant("branch_chair", "noor", BRANCH)
    stream = s.report(town)
    s.advised(town, stream)
    spoken = c.Said("reporter", "spoken")
    alone = town.step(stream, "choose_support", "noor", said=spoken, office="branch_chair")
    assert alone.codes == {"spoken-to-a-counsellor-only"}
    s.done(town.step(stream, "choose_support", "noor", said=spoken))
    assert town.histories[stream][-1].office == "counsellor"

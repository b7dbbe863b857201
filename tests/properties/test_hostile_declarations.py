"""No declaration can switch a law off: each test edits the shipped procedure to try exactly that.

The edited procedures never pass `zaak procedure check`; here they are handed to the engine as if
somebody had slipped them into the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.properties.world import BRANCH, REGISTER, RULES, START, public
from workflow.declaring.checks import check
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case, Item
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft
from workflow.engine.items import whose
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.member import confiding, evidence_lacks, once_over
from workflow.engine.migrating import begun_anew
from workflow.engine.procedure import (
    Deadline,
    Decision,
    Field,
    Filing,
    Grant,
    Kind,
    Procedure,
    Share,
    State,
    Step,
    Text,
    TrackIn,
)
from workflow.engine.reasons import Refusal
from workflow.engine.register import apply
from workflow.engine.replacing import counterparts
from workflow.engine.sharing import may_read, may_share
from workflow.engine.standing import Standing, key

replace = msgspec.structs.replace
PROCEDURE = RULES.procedure
AFFIRMED = {
    "consent_sought": "yes",
    "no_other_way": "yes",
    "serious_harm": "yes",
    "as_little_as_possible": "yes",
    "recipients": "police",
}


class Run:
    """A case under an edited procedure, moved a minute at a time."""

    def __init__(self, procedure: Procedure) -> None:
        self.rules: Compiled = compile_procedure(procedure, "edited")
        self.case: Case | None = None
        self.now = START

    def ask(self, who: str, command: c.Command) -> Draft:
        """What the engine makes of the command."""
        self.now += timedelta(minutes=1)
        seed = self.now.isoformat().encode()
        actor = Actor(who)
        draft = decide(
            self.rules, self.case, command, actor, REGISTER, self.now, seed, stream="z-1"
        )
        self.case = draft.case
        return draft

    def advance(
        self, who: str, step: str, answers: Mapping[str, str] | None = None, **more: Any
    ) -> Draft:
        """Take a step."""
        return self.ask(who, c.Advance(step, dict(answers or {}), **more))

    def opened(self) -> Run:
        """A report to Noor, with a conversation written down as item `i-1`."""
        first = c.Advance(
            "open_report",
            {"counsellor": "noor", "ground": "unsaid"},
            item(1),
            joining=public("reporter"),
        )
        self.ask("noor", c.Open(BRANCH, first))
        return self

    def deciding(self) -> Run:
        """A report as far as the member's decision."""
        self.opened()
        self.advance("noor", "start_listening", {"exception_explained": "yes"})
        self.advance("noor", "weigh", {"severity": "light", "simple": "yes"})
        self.advance("noor", "advise", {"options": "nothing"}, note=item(2))
        self.advance("noor", "give_advice")
        return self


def item(number: int) -> c.NewItem:
    """A sealed content."""
    return c.NewItem(f"i-{number}", "00", 1)


def step_edited(name: str, **changes: Any) -> Procedure:
    """The procedure with one step changed."""
    step = replace(PROCEDURE.steps[name], **changes)
    return replace(PROCEDURE, steps={**PROCEDURE.steps, name: step})


def kind_edited(name: str, **changes: Any) -> Procedure:
    """The procedure with one kind of item changed."""
    kind: Kind = replace(PROCEDURE.kinds[name], **changes)
    return replace(PROCEDURE, kinds={**PROCEDURE.kinds, name: kind})


def codes(refusal: pytest.ExceptionInfo[Refusal]) -> set[str]:
    """The codes of the reasons given."""
    return {reason.code for reason in refusal.value.reasons}


@pytest.mark.parametrize("of", [(), ("signaller",), ("other",), ("reporter", "signaller")])
def test_words_of_a_member_stay_theirs(of: tuple[str, ...]) -> None:
    """A kind declared to be nobody's, or another's, still needs the reporter's own consent."""
    run = Run(kind_edited("conversation", of=of)).opened()
    with pytest.raises(Refusal) as refusal:
        run.ask("noor", c.Share(("i-1",), "regional_chair", "support"))
    assert codes(refusal) == {"consent-missing"}
    assert refusal.value.reasons[0].particulars["giver"] == "reporter"
    assert run.case is not None
    assert run.case.items["i-1"].of == ("reporter",)


@pytest.mark.parametrize("who", ["noor", "reporter"])
def test_words_of_a_member_are_written_on_nobodys_commission(who: str) -> None:
    """A kind made for the chair gives away neither what a counsellor nor what a member wrote."""
    run = Run(kind_edited("conversation", made_for=("regional_chair",))).opened()
    run.ask(who, c.AddItem(item(2), "conversation"))
    for name in ("i-1", "i-2"):
        with pytest.raises(Refusal) as refusal:
            run.ask("noor", c.Share((name,), "regional_chair", "support"))
        assert codes(refusal) == {"consent-missing"}


@pytest.mark.parametrize("basis", ["consent", "commission"])
def test_what_never_reaches_an_office_does_not(basis: str) -> None:
    """Where a kind never reaches an office, neither consent nor a commission brings it there."""
    made_for = ("regional_chair",) if basis == "commission" else ()
    procedure = kind_edited("helper_advice", made_for=made_for, never_to=("regional_chair",))
    run = Run(procedure)
    signal = c.Advance("give_signal", {"corners": "members"}, item(1))
    run.ask("vera", c.Open(BRANCH, signal))
    run.advance("rik", "assess")
    run.advance("rik", "activate", {"helpers": "hanna", "conflict_present": "yes"})
    with pytest.raises(Refusal) as refusal:
        run.advance("hanna", "advise_chair", note=item(2))
    assert codes(refusal) == {"never-shared"}


HEARD: dict[str, dict[str, Any]] = {
    "shares": {"shares": (Share(purpose="safety", to="police", kind="packet"),)},
    "grants": {"grants": (Grant(kind="packet", to="police", purpose="safety"),)},
    "emergency": {"emergency": "open", "asks": PROCEDURE.steps["open_emergency"].asks},
    "files": {"files": Filing("dispute", "file")},
}


@pytest.mark.parametrize("what", HEARD)
def test_what_another_case_tells_is_nobodys_act(what: str) -> None:
    """A step told by another case shares, grants and files nothing, whatever it declares."""
    run = Run(step_edited("come_back", **HEARD[what])).deciding()
    run.ask("reporter", c.AddItem(item(3), "packet"))
    given = c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-3",))
    run.ask("reporter", given)
    run.ask("reporter", c.GiveConsent("reporter", "police", "safety", ("i-3",)))
    run.advance("reporter", "choose_referral", {"target": "disputes_committee"})
    run.advance("reporter", "hand_over", into="z-2")
    told = run.ask("dirk", c.Hear("z-2", 1, ("come_back",)))
    kinds = {type(entry.fact) for entry in told.entries}
    assert f.Stepped in kinds
    assert not kinds & {f.Disclosed, f.Consented, f.EmergencyOpened, f.Linked}
    assert told.files is None


@pytest.mark.parametrize("step", ["close", "choose_support", "transfer"])
def test_another_case_decides_nothing_for_the_member(step: str) -> None:
    """Declaring that another case may tell a decision of the member does not make it happen."""
    before = PROCEDURE.steps[step]
    run = Run(step_edited(step, who=(*before.who, "linked"), decision=None)).deciding()
    assert run.ask("dirk", c.Hear("z-2", 1, (step,), linked=True)).entries == ()


def test_no_other_office_becomes_a_confidant() -> None:
    """Declaring that counsellors need no assignment lets no other counsellor act or read."""
    office = replace(PROCEDURE.offices["counsellor"], assigned=False)
    procedure = replace(PROCEDURE, offices={**PROCEDURE.offices, "counsellor": office})
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("bram", "start_listening", {"exception_explained": "yes"})
    assert codes(refusal) == {"not-yours"}
    assert run.case is not None
    assert run.case.items["i-1"].confided == ("noor",)


def test_what_a_counsellor_heard_passes_to_no_later_one() -> None:
    """Declaring that a counsellor's key passes on opens nothing to the next, and seals nothing."""
    office = replace(PROCEDURE.offices["counsellor"], key="office")
    procedure = replace(PROCEDURE, offices={**PROCEDURE.offices, "counsellor": office})
    run = Run(procedure).opened()
    run.advance("reporter", "transfer", {"counsellor": "bram"})
    assert run.case is not None
    bram = Standing("bram", frozenset({"counsellor"}), public("bram"))
    assert not may_read(procedure, run.case, "i-1", bram, run.now)
    keyed = f.OfficeKeyed("counsellor", "noord", public("regional_chair"), "i-key", ())
    register = apply(REGISTER, keyed)
    found = key(procedure, register, run.case, "counsellor", "bram", run.now)
    assert found == public("bram")
    assert "key-of-confidences" in {each.code for each in check(procedure)}


@pytest.mark.parametrize("condition", [name for name in AFFIRMED if name != "recipients"])
def test_an_emergency_keeps_all_its_conditions(condition: str) -> None:
    """An emergency step that leaves out one of the conditions opens nothing."""
    asks = dict(PROCEDURE.steps["open_emergency"].asks)
    del asks[condition]
    run = Run(step_edited("open_emergency", asks=asks)).opened()
    answers = {name: answer for name, answer in AFFIRMED.items() if name != condition}
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "open_emergency", answers, note=item(9))
    assert "emergency-condition" in codes(refusal)


def test_an_emergency_condition_that_may_be_denied_is_still_a_condition() -> None:
    """Asking a condition as a free yes or no does not let an emergency open on a no."""
    step = PROCEDURE.steps["open_emergency"]
    asks = {**step.asks, "no_other_way": replace(step.asks["no_other_way"], type="yesno")}
    run = Run(step_edited("open_emergency", asks=asks)).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "open_emergency", {**AFFIRMED, "no_other_way": "no"}, note=item(9))
    assert "emergency-condition" in codes(refusal)


@pytest.mark.parametrize(
    ("suffices", "happens"), [(("code",), False), (("code", "written", "spoken"), True)]
)
def test_what_follows_from_a_spoken_decision_is_not_signed(
    suffices: tuple[Any, ...], happens: bool
) -> None:
    """What a decision brings about takes what showed it, and happens only where that is enough."""
    procedure = _with_track(
        {"unasked": IDLE, "read": IDLE},
        _beside(
            "unasked",
            "read",
            who=("reporter", "consequence"),
            decision=Decision("reporter", suffices),
            grants=(Grant(kind="conversation", to="regional_chair", purpose="support"),),
            shares=(Share(purpose="support", to="regional_chair", kind="conversation"),),
        ),
        belongs_to="reporter",
    )
    choosing = replace(procedure.steps["choose_support"], emits=("beside_0",))
    procedure = replace(procedure, steps={**procedure.steps, "choose_support": choosing})
    run = Run(procedure).deciding()
    drafted = run.advance("noor", "choose_support", said=c.Said("reporter", "spoken"))
    told = [entry.fact for entry in drafted.entries]
    given = [fact.evidence for fact in told if isinstance(fact, f.Consented)]
    assert given == (["spoken"] if happens else [])
    assert any(isinstance(fact, f.Disclosed) for fact in told) == happens
    found = "consequence-unshown" in {each.code for each in check(procedure)}
    assert found != happens


def test_only_a_counsellor_opens_an_emergency() -> None:
    """Declaring that a branch chair may open one does not make it so."""
    run = Run(step_edited("open_emergency", who=("branch_chair",), note=None)).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("vera", "open_emergency", AFFIRMED)
    assert "not-yours" in codes(refusal)


def test_an_emergency_ends_even_where_the_file_sets_no_deadline() -> None:
    """Without a deadline of the file's own an emergency ends after three days."""
    states = PROCEDURE.tracks["emergency"].states
    endless = replace(
        PROCEDURE.tracks["emergency"],
        states={**states, "open": replace(states["open"], deadline=None)},
    )
    run = Run(replace(PROCEDURE, tracks={**PROCEDURE.tracks, "emergency": endless})).opened()
    run.advance("noor", "open_emergency", AFFIRMED, note=item(9))
    run.now += timedelta(days=3)
    with pytest.raises(Refusal) as refusal:
        run.ask("noor", c.Share(("i-1",), "police", "safety"))
    assert codes(refusal) == {"consent-missing"}


@pytest.mark.parametrize("name", ["choose_support", "choose_referral"])
def test_leaving_the_members_decision_stays_the_members(name: str) -> None:
    """A step out of the deciding state that declares no decision is still the member's alone."""
    run = Run(step_edited(name, decision=None)).deciding()
    answers = {"target": "outside_help"} if name == "choose_referral" else {}
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", name, answers)
    assert codes(refusal) == {"not-decided-by"}


def test_ending_a_report_stays_the_members() -> None:
    """A counsellor cannot close a report, whoever the file says decides it."""
    procedure = step_edited("close", decision=Decision("other", ("spoken",)))
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "close", said=c.Said("other", "spoken"))
    assert codes(refusal) == {"not-decided-by"}


def _of_their_own(source: str, target: str) -> Procedure:
    """The procedure with a step that lets a counsellor take a report from one state to another."""
    step = replace(
        PROCEDURE.steps["weigh"], sources=(source,), to=target, asks={}, note=None, guards=()
    )
    return replace(PROCEDURE, steps={**PROCEDURE.steps, "by_themself": step})


def test_putting_a_report_back_is_the_members() -> None:
    """A counsellor does not take a report back to where there was none, as if it never came."""
    initial = PROCEDURE.tracks["report"].initial
    run = Run(_of_their_own("received", initial)).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "by_themself")
    assert codes(refusal) == {"not-decided-by"}


def test_going_on_with_a_closed_report_is_the_members() -> None:
    """What the member has closed nobody else goes on with."""
    run = Run(_of_their_own("closed", "listening")).opened()
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "by_themself")
    assert codes(refusal) == {"not-decided-by"}


def _with_track(states: Mapping[str, State], *steps: Step, **whose: Any) -> Procedure:
    """The procedure with a track beside the report, that begins in its first state."""
    track = replace(
        PROCEDURE.tracks["report"], initial=next(iter(states)), states=dict(states), **whose
    )
    named = {f"beside_{number}": step for number, step in enumerate(steps)}
    return replace(
        PROCEDURE,
        tracks={**PROCEDURE.tracks, "beside": track},
        steps={**PROCEDURE.steps, **named},
    )


IDLE = State(labels=Text("x", "x"), idle=True)


def _beside(source: str, target: str, **more: Any) -> Step:
    like = replace(PROCEDURE.steps["weigh"], track="beside", sources=(source,), to=target)
    return replace(like, **{"asks": {}, "note": None, "guards": (), **more})


def test_the_clock_chooses_no_confidant() -> None:
    """Nobody becomes a confidant because a deadline passed: that is the member's to decide."""
    deadline = Deadline(within="PT1H", then="beside_1", cites=("own",))
    waiting = State(labels=Text("x", "x"), deadline=deadline)
    field = replace(PROCEDURE.steps["open_report"].asks["counsellor"], office="external_counsellor")
    procedure = _with_track(
        {"settled": IDLE, "proposed": waiting},
        _beside("settled", "proposed", asks={"next": field}),
        _beside(
            "proposed",
            "settled",
            who=("clock",),
            assigns={"external_counsellor": "beside_0.next"},
        ),
        belongs_to=None,
    )
    run = Run(procedure).opened()
    run.advance("noor", "beside_0", {"next": "xena"})
    run.now += timedelta(hours=2)
    assert run.ask("noor", c.Tick()).entries == ()
    assert "clock-decides" in {each.code for each in check(procedure)}


def test_the_clock_runs_in_no_circle_over_two_tracks() -> None:
    """Two clocks that set each other going would keep everybody from the case."""
    hour = State(labels=Text("x", "x"), deadline=Deadline(("own",), "PT1H", then="beside_0"))
    procedure = _with_track(
        {"none": IDLE, "begun": hour},
        _beside("begun", "none", who=("clock",), emits=("again",)),
        _beside("none", "begun", who=("counsellor", "consequence")),
        belongs_to=None,
    )
    day = Deadline(("own",), "P1D", then="wake")
    hold = procedure.tracks["hold"]
    states = {name: replace(state, deadline=day) for name, state in hold.states.items()}
    like = procedure.steps["beside_1"]
    around = {
        "again": replace(like, track="hold", sources=("none",), to="held", who=("consequence",)),
        "wake": replace(
            like, track="hold", sources=("held",), to="none", who=("clock",), emits=("beside_1",)
        ),
    }
    tracks = {**procedure.tracks, "hold": replace(hold, states=states)}
    circle = replace(procedure, tracks=tracks, steps={**procedure.steps, **around})
    found = {each.path for each in check(circle) if each.code == "clock-circle"}
    assert "tracks.beside.states.begun.deadline" in found


def test_the_clock_opens_nothing_again() -> None:
    """What has ended goes on because the member says so, and not because time passed."""
    states = PROCEDURE.tracks["report"].states
    again = Deadline(within="P1M", then="by_themself", cites=("own",))
    closed = replace(states["closed"], deadline=again)
    edited = _of_their_own("closed", "listening")
    by_clock = replace(edited.steps["by_themself"], who=("clock",), reopens=True)
    track = replace(PROCEDURE.tracks["report"], states={**states, "closed": closed})
    procedure = replace(
        edited,
        steps={**edited.steps, "by_themself": by_clock},
        tracks={**PROCEDURE.tracks, "report": track},
    )
    run = Run(procedure).opened()
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    run.now += timedelta(days=40)
    assert run.ask("noor", c.Tick()).entries == ()
    assert "clock-decides" in {each.code for each in check(procedure)}


def test_a_report_ends_after_a_long_silence_only() -> None:
    """However short the term in the file is, a member has four weeks to answer."""
    states = PROCEDURE.tracks["report"].states
    deciding = states["member_deciding"]
    assert deciding.deadline is not None
    for within, waits in (("PT72H", True), ("P27D", True), ("P28D", False)):
        hasty = replace(deciding, deadline=replace(deciding.deadline, within=within))
        track = replace(PROCEDURE.tracks["report"], states={**states, "member_deciding": hasty})
        procedure = replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track})
        run = Run(procedure).deciding()
        run.now += timedelta(days=40)
        assert (run.ask("noor", c.Tick()).entries == ()) == waits, within
        assert ("silence-too-short" in {each.code for each in check(procedure)}) == waits


def test_a_ground_that_falls_is_no_silence() -> None:
    """What a state rests on may fall at any moment, and ends no member's report by that."""
    states = PROCEDURE.tracks["report"].states
    weighed = TrackIn("identity", ("unknown",))
    deciding = replace(states["member_deciding"], rests_on=(weighed,), otherwise="close_on_silence")
    track = replace(PROCEDURE.tracks["report"], states={**states, "member_deciding": deciding})
    procedure = replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track})
    run = Run(procedure).deciding()
    run.advance("noor", "tell_name", said=c.Said("reporter", "spoken"), note=item(3))
    assert run.case is not None
    assert run.case.state("identity") == "known_to_counsellor"
    assert run.case.state("report") == "member_deciding"
    assert "ground-decides" in {each.code for each in check(procedure)}


def _wiped(state: str, **more: Any) -> Procedure:
    """The procedure with a track of nobody on which the reporter's items are erased."""
    month = Deadline(within="P1M", then="beside_1", cites=("own",))
    return _with_track(
        {
            "none": IDLE,
            "planned": State(labels=Text("x", "x"), deadline=month),
            "over": State(labels=Text("x", "x"), ends=True, deadline=month),
            "wiped": State(labels=Text("x", "x"), ends=True),
        },
        _beside("none", state),
        _beside(state, "wiped", **{"who": ("clock",), "erases": "reporter", **more}),
        belongs_to=None,
    )


def _erased(run: Run) -> bool:
    assert run.case is not None
    return "reporter" in run.case.erased


def test_the_clock_erases_what_is_over_only() -> None:
    """A clock of the file's own making erases nothing as long as the member's report runs."""
    run = Run(_wiped("planned")).opened()
    run.advance("noor", "beside_0")
    run.now += timedelta(days=400)
    run.ask("noor", c.Tick())
    assert not _erased(run)
    assert {"erases-what-runs", "clock-decides"} & {each.code for each in check(_wiped("planned"))}

    run = Run(_wiped("over")).opened()
    run.advance("noor", "beside_0")
    run.now += timedelta(days=40)
    run.ask("noor", c.Tick())
    assert not _erased(run)
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    run.ask("noor", c.Tick())
    assert not _erased(run)
    run.now += timedelta(days=29)
    run.ask("noor", c.Tick())
    assert _erased(run)


@pytest.mark.parametrize("who", [("counsellor",), ("counsellor", "clock")])
def test_others_erase_nothing(who: tuple[str, ...]) -> None:
    """What is of a member somebody else erases on that member's decision only."""
    run = Run(_wiped("over", who=who)).opened()
    run.advance("noor", "beside_0")
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "beside_1")
    assert codes(refusal) == {"not-decided-by"}
    assert not _erased(run)


def test_what_is_of_two_is_erased_when_both_are_done() -> None:
    """The clock erases nothing that is another's as well, as long as their own track runs."""
    procedure = _wiped("over")
    running = replace(procedure.tracks["handover"], belongs_to="other")
    states = {**running.states, "ended": State(labels=Text("x", "x"), ends=True)}
    tracks = {**procedure.tracks, "handover": replace(running, states=states)}
    both = replace(procedure, tracks=tracks)
    assert both.kinds["mediation"].of == ("reporter", "other")
    assert "handover" in {each.track for each in once_over(both, both.steps["beside_1"])}
    kinds = {name: replace(kind, of=kind.of[:1]) for name, kind in both.kinds.items()}
    alone = replace(both, kinds=kinds)
    assert "handover" not in {each.track for each in once_over(alone, alone.steps["beside_1"])}


def test_silence_erases_nothing_that_runs() -> None:
    """A report that nobody closed is not erased, however long nobody says anything."""
    states = PROCEDURE.tracks["report"].states
    erasing = Deadline(within="P6M", then="erase", cites=("own",))
    deciding = replace(states["member_deciding"], deadline=erasing)
    track = replace(PROCEDURE.tracks["report"], states={**states, "member_deciding": deciding})
    edited = step_edited("erase", sources=("closed", "member_deciding"))
    procedure = replace(edited, tracks={**PROCEDURE.tracks, "report": track})
    run = Run(procedure).deciding()
    run.now += timedelta(days=400)
    run.ask("noor", c.Tick())
    assert not _erased(run)
    assert "erases-what-runs" in {each.code for each in check(procedure)}


def test_what_follows_from_a_step_of_others_erases_nothing() -> None:
    """A step that another brings about erases only what is of the member who decided that one."""
    procedure = _wiped("planned", who=("consequence",))
    procedure = replace(
        procedure,
        steps={
            **procedure.steps,
            "weigh": replace(procedure.steps["weigh"], emits=("beside_1",)),
        },
    )
    run = Run(procedure).opened()
    run.advance("noor", "beside_0")
    run.advance("noor", "start_listening", {"exception_explained": "yes"})
    run.advance("noor", "weigh", {"severity": "light", "simple": "yes"})
    assert not _erased(run)


def test_stopping_waits_for_no_other_member() -> None:
    """A member stops though that would bring about what another decides, which does not happen."""
    procedure = _with_track(
        {"unasked": IDLE, "talking": replace(IDLE, idle=False, decides=True), "over": IDLE},
        _beside("unasked", "talking"),
        _beside("talking", "over", who=("other", "consequence")),
        belongs_to="other",
    )
    closing = replace(procedure.steps["close"], emits=("beside_1",))
    run = Run(replace(procedure, steps={**procedure.steps, "close": closing})).opened()
    run.advance("noor", "beside_0")
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    assert run.case is not None
    assert run.case.state("report") == "closed"
    assert run.case.state("beside") == "talking"


def test_what_the_member_laid_down_nobody_takes_up() -> None:
    """A track that rests because its member let it rest goes on by their decision only."""
    procedure = _with_track(
        {"none": IDLE, "laid": IDLE, "begun": State(labels=Text("x", "x"))},
        _beside("none", "laid", who=("reporter",)),
        _beside("laid", "begun"),
        belongs_to="reporter",
    )
    run = Run(procedure).opened()
    run.advance("reporter", "beside_0")
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "beside_1")
    assert codes(refusal) == {"not-decided-by"}


@pytest.mark.parametrize("who", ["counsellor", "clock"])
def test_what_was_laid_down_where_it_began_nobody_takes_up(who: str) -> None:
    """So it is where the member laid it down in the state in which the track began."""
    day = Deadline(within="P1D", then="beside_2", cites=("own",))
    resting = replace(IDLE, deadline=day) if who == "clock" else IDLE
    procedure = _with_track(
        {"none": resting, "begun": State(labels=Text("x", "x"))},
        _beside("none", "begun", who=("reporter",), decision=Decision(party="reporter")),
        _beside("begun", "none", who=("reporter",)),
        _beside("none", "begun", who=(who,)),
        belongs_to="reporter",
    )
    run = Run(procedure).opened()
    run.advance("reporter", "beside_0")
    run.advance("reporter", "beside_1")
    run.now += timedelta(days=2)
    if who == "clock":
        run.ask("noor", c.Tick())
        assert run.case is not None
        assert run.case.state("beside") == "none"
        return
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "beside_2")
    assert codes(refusal) == {"not-decided-by"}


def test_nobody_confides_before_the_case_is_somebodys() -> None:
    """Whoever is brought in later to confide in a counsellor has a report of their own, or none."""
    bare = {name: replace(track, belongs_to=None) for name, track in PROCEDURE.tracks.items()}
    opening = replace(PROCEDURE.steps["open_report"], joins=None)
    begins = replace(PROCEDURE.steps["start_listening"], joins="reporter")
    steps = {**PROCEDURE.steps, "open_report": opening, "start_listening": begins}
    procedure = replace(PROCEDURE, tracks=bare, steps=steps)
    run = Run(procedure)
    answers: dict[str, f.Answer] = {"counsellor": "noor", "ground": "unsaid"}
    run.ask("noor", c.Open(BRANCH, c.Advance("open_report", answers, item(1))))
    with pytest.raises(Refusal) as refusal:
        run.advance(
            "noor",
            "start_listening",
            {"exception_explained": "yes"},
            joining=public("reporter"),
        )
    assert codes(refusal) == {"report-without-owner"}
    assert "members-track-of-nobody" in {each.code for each in check(procedure)}


@pytest.mark.parametrize(
    ("within", "then"), [("P6M", "close_on_silence"), ("P1M", "close_on_silence"), ("P6M", None)]
)
def test_a_newer_version_overtakes_nobody(within: str, then: str | None) -> None:
    """A member whose term ends otherwise under a newer version has all of it from then on."""
    run = Run(PROCEDURE).deciding()
    assert run.case is not None
    states = PROCEDURE.tracks["report"].states
    remind = () if then else ("counsellor",)
    term = Deadline(within=within, then=then, remind=remind, cites=("own",))
    deciding = replace(states["member_deciding"], deadline=term)
    track = replace(PROCEDURE.tracks["report"], states={**states, "member_deciding": deciding})
    newer = replace(PROCEDURE, version="2", tracks={**PROCEDURE.tracks, "report": track})
    same = (within, then) == ("P6M", "close_on_silence")
    now = counterparts(newer, "1", "edited")
    for older, later in ((PROCEDURE, newer), (newer, PROCEDURE)):
        assert begun_anew(older, later, run.case, now) == (() if same else ("report",))


def test_nobody_names_a_confidant_by_beginning_again() -> None:
    """A step that can open a case chooses no other confidant in one that runs."""
    first = PROCEDURE.steps["open_report"]
    procedure = step_edited("open_report", sources=("none", "received"))
    assert first.opens
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "open_report", {"counsellor": "bram", "ground": "unsaid"}, note=item(9))
    assert codes(refusal) == {"not-decided-by"}


def _named(field: str, **earlier: Any) -> Procedure:
    """The report passes, by the clock, to whom an earlier answer named; that step is edited."""
    passing = replace(PROCEDURE.steps["pass_on"], assigns={"counsellor": field}, guards=())
    opening = replace(PROCEDURE.steps["open_report"], **earlier)
    return replace(PROCEDURE, steps={**PROCEDURE.steps, "pass_on": passing, "open_report": opening})


def test_the_clock_names_no_confidant_of_before() -> None:
    """Nobody comes back whom the member may have left, or whom somebody named since."""
    for procedure in (
        _named("open_report.counsellor"),
        _named("open_report.fallback", sources=("none", "received"), assigns={}),
    ):
        assert "clock-decides" in {each.code for each in check(procedure)}
    run = Run(_named("open_report.counsellor")).opened()
    run.now += timedelta(days=30)
    run.ask("noor", c.Tick())
    assert run.case is not None
    assert run.case.state("report") == "received"


def test_nobody_else_sends_a_confidant_away() -> None:
    """An office relieves the member's counsellor on the member's decision only."""
    procedure = _with_track(
        {"none": IDLE, "begun": State(labels=Text("x", "x"))},
        _beside("none", "begun", who=("regional_chair", "counsellor"), releases=("counsellor",)),
        belongs_to=None,
    )
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "beside_0")
    assert codes(refusal) == {"not-decided-by"}


def test_who_takes_part_keeps_their_code() -> None:
    """A step that would bring a member in once more gives nobody another code for them."""
    again = _beside(
        "none", "begun", joins="reporter", joins_as="who",
        asks={"who": Field(type="person", labels=Text("x", "x"))},
    )  # fmt: skip
    procedure = _with_track({"none": IDLE, "begun": State(labels=Text("x", "x"))}, again)
    run = Run(procedure).opened()
    assert run.case is not None
    before = run.case.parties["reporter"]
    run.advance("noor", "beside_0", {"who": "noor"}, joining=public("other"))
    assert run.case.parties["reporter"] == before


def test_nobody_else_keeps_out_whom_a_member_may_confide_in() -> None:
    """Who gives a signal about a member's conflict takes no counsellor from them."""
    step = replace(PROCEDURE.steps["weigh"], recuses=("away",), asks={
        **PROCEDURE.steps["weigh"].asks,
        "away": Field(type="persons", labels=Text("x", "x"), required=False),
    })  # fmt: skip
    run = Run(replace(PROCEDURE, steps={**PROCEDURE.steps, "weigh": step})).opened()
    run.advance("noor", "start_listening", {"exception_explained": "yes"})
    weighed = {"severity": "light", "simple": "yes"}
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "weigh", {**weighed, "away": "bram"})
    assert codes(refusal) == {"confidant-kept-out"}
    run.advance("noor", "weigh", weighed)


def test_who_confides_is_who_opens() -> None:
    """Whose report a case is does not hang on the order in which its tracks are declared."""
    other = replace(PROCEDURE.tracks["handover"], belongs_to="other")
    tracks = {"handover": other, **{n: t for n, t in PROCEDURE.tracks.items() if n != "handover"}}
    assert confiding(replace(PROCEDURE, tracks=tracks)) == "reporter"


def test_nobody_speaks_who_takes_no_part() -> None:
    """A decision is not recorded of somebody who is not in the case."""
    edited = step_edited("weigh", decision=Decision(party="other", evidence=("spoken",)))
    run = Run(edited).opened()
    run.advance("noor", "start_listening", {"exception_explained": "yes"})
    with pytest.raises(Refusal) as refusal:
        run.advance(
            "noor", "weigh", {"severity": "light", "simple": "yes"}, said=c.Said("other", "spoken")
        )
    assert codes(refusal) == {"party-absent"}


def test_nobody_else_names_a_confidant_for_the_member() -> None:
    """Where others open a report too, whom they name becomes no confidant."""
    who = ("reporter", "counsellor", "branch_chair")
    run = Run(step_edited("open_report", who=who))
    with pytest.raises(Refusal) as refusal:
        run.opened()
    assert codes(refusal) == {"not-decided-by"}


@pytest.mark.parametrize("closed", [{"ends": True}, {"ends": False, "idle": True}])
def test_deciding_is_no_way_round_an_end(closed: dict[str, bool]) -> None:
    """What ended, or was laid down, the clock does not go on with where a member decides too."""
    states = PROCEDURE.tracks["report"].states
    wake = Deadline(within="P1M", then="wake", cites=("own",))
    over = replace(states["closed"], decides=True, deadline=wake, **closed)
    track = replace(PROCEDURE.tracks["report"], states={**states, "closed": over})
    waking = replace(
        PROCEDURE.steps["close_on_silence"], sources=("closed",), to="member_deciding", emits=()
    )
    steps = {**PROCEDURE.steps, "wake": replace(waking, reopens=True)}
    procedure = replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track}, steps=steps)
    run = Run(procedure).opened()
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    run.now += timedelta(days=60)
    run.ask("noor", c.Tick())
    assert run.case is not None
    assert run.case.state("report") == "closed"
    assert "clock-decides" in {each.code for each in check(procedure)}


def test_a_decision_does_not_pass_in_an_hour() -> None:
    """From one state in which the member decides to the next the clock waits as long."""
    states = PROCEDURE.tracks["report"].states
    hour = Deadline(within="PT1H", then="move_on", cites=("own",))
    deciding = replace(states["member_deciding"], deadline=hour)
    less = replace(states["member_deciding"], labels=Text("x", "x"))
    track = replace(
        PROCEDURE.tracks["report"], states={**states, "member_deciding": deciding, "less": less}
    )
    moving = replace(PROCEDURE.steps["close_on_silence"], to="less", emits=())
    procedure = replace(
        PROCEDURE,
        tracks={**PROCEDURE.tracks, "report": track},
        steps={**PROCEDURE.steps, "move_on": replace(moving, sources=("member_deciding",))},
    )
    run = Run(procedure).deciding()
    run.now += timedelta(days=2)
    run.ask("noor", c.Tick())
    assert run.case is not None
    assert run.case.state("report") == "member_deciding"
    assert "silence-too-short" in {each.code for each in check(procedure)}


def test_nothing_is_erased_within_the_hour() -> None:
    """What a member closed stays for as long as they can come back to it."""
    states = PROCEDURE.tracks["report"].states
    erasing = Deadline(within="PT1H", then="erase", cites=("own",))
    closed = replace(states["closed"], deadline=erasing)
    track = replace(PROCEDURE.tracks["report"], states={**states, "closed": closed})
    procedure = replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track})
    run = Run(procedure).opened()
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    run.now += timedelta(days=2)
    run.ask("noor", c.Tick())
    assert not _erased(run)
    assert "silence-too-short" in {each.code for each in check(procedure)}


def test_what_never_ends_is_never_over() -> None:
    """A report that rests, and ends in no state, is not erased by the clock."""
    procedure = _wiped("over")
    states = {
        name: replace(state, ends=False, idle=True, deadline=None) if state.ends else state
        for name, state in PROCEDURE.tracks["report"].states.items()
    }
    report = replace(PROCEDURE.tracks["report"], states=states)
    procedure = replace(procedure, tracks={**procedure.tracks, "report": report})
    run = Run(procedure).opened()
    run.advance("noor", "beside_0")
    run.advance("noor", "close", said=c.Said("reporter", "spoken"))
    run.now += timedelta(days=60)
    run.ask("noor", c.Tick())
    assert not _erased(run)
    assert "erases-what-runs" in {each.code for each in check(procedure)}


def test_a_counsellor_speaks_for_who_confides_in_them() -> None:
    """What another member says is not for the reporter's counsellor to record."""
    said: dict[str, Any] = {"scanned": False, "confides": "reporter"}
    levels: tuple[Any, ...] = ("code", "written", "spoken")
    for party, lacks in (("reporter", False), ("other", True)):
        found = evidence_lacks(party, "counsellor", party, "spoken", levels, **said)
        assert (found is not None) == lacks, party


def test_what_a_kind_says_is_a_members_is_on_nobodys_commission() -> None:
    """A kind of a member's words is given to nobody because it is made for them."""
    procedure = kind_edited("mediation", of=("other",), made_for=("regional_chair",))
    run = Run(procedure).opened()
    case = run.case
    assert case is not None
    theirs = Item("mediation", (), "mediator", "mira", "0" * 64)
    found = may_share(
        procedure,
        replace(case, items={"i-9": theirs}),
        "i-9",
        "regional_chair",
        "support",
        START,
    )
    assert not found
    assert "made-of-confidences" in {each.code for each in check(procedure)}


@pytest.mark.parametrize(
    ("name", "declared"),
    [("statement", {}), ("mediation", {"traceable": True, "added_by": ("mediator",)})],
)
def test_what_is_traced_to_a_member_is_on_nobodys_commission(
    name: str, declared: dict[str, Any]
) -> None:
    """What the member signed, or what can be traced to them, goes to nobody for whom it is made."""
    procedure = kind_edited(name, of=(), made_for=("regional_chair",), never_to=(), **declared)
    run = Run(procedure).opened()
    assert run.case is not None
    theirs = Item(name, ("reporter",), "mediator", "mira", "0" * 64)
    held = replace(run.case, items={"i-9": theirs})
    assert not may_share(procedure, held, "i-9", "regional_chair", "support", START)
    found = "made-of-confidences" in {each.code for each in check(procedure)}
    assert found == (name == "statement")


def test_a_counsellors_words_are_of_whom_the_kind_names() -> None:
    """Where another member's track stands first, what is of the reporter is not that member's."""
    beside = _with_track({"unasked": IDLE}, belongs_to="other")
    tracks = {"beside": beside.tracks["beside"], **PROCEDURE.tracks}
    procedure = replace(beside, tracks=tracks)
    run = Run(PROCEDURE).opened()
    case = run.case
    assert case is not None
    present = replace(case, parties={**case.parties, "other": case.parties["reporter"]})
    assert whose(procedure, present, "conversation", "counsellor") == ("reporter",)


@pytest.mark.parametrize(
    ("of", "theirs"), [(("reporter", "other"), ("reporter",)), (("other",), ())]
)
def test_what_a_counsellor_heard_is_no_other_members(
    of: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    """What a counsellor writes of a kind that is another member's too is not that member's."""
    beside = _with_track({"unasked": IDLE}, belongs_to="other")
    kinds = {**beside.kinds, "conversation": replace(beside.kinds["conversation"], of=of)}
    procedure = replace(beside, kinds=kinds)
    case = Run(PROCEDURE).opened().case
    assert case is not None
    present = replace(case, parties={**case.parties, "other": case.parties["reporter"]})
    assert whose(procedure, present, "conversation", "counsellor") == theirs
    assert "heard-of-another" in {each.code for each in check(procedure)}


def test_a_second_member_confides_in_nobody_by_a_track() -> None:
    """A track that belongs to the other too lets the counsellor read none of their words."""
    procedure = _with_track({"unasked": IDLE}, belongs_to="other")
    run = Run(procedure).opened()
    case = run.case
    assert case is not None
    words = Item("mediation", ("other",), "other", "other", "0" * 64, ("noor",))
    held = replace(case, items={"i-9": words})
    noor = Standing("noor", frozenset({"counsellor"}))
    assert not may_read(procedure, held, "i-9", noor, START)


def test_time_to_answer_counts_from_when_it_is_written_down() -> None:
    """A step that is recorded half a year late does not end the report in the same breath."""
    run = Run(PROCEDURE).opened()
    run.advance("noor", "start_listening", {"exception_explained": "yes"})
    run.advance("noor", "weigh", {"severity": "light", "simple": "yes"})
    run.advance("noor", "advise", {"options": "nothing"}, note=item(2))
    long_ago = run.now
    run.now += timedelta(days=200)
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "give_advice", happened=long_ago + timedelta(minutes=1))
    assert codes(refusal) == {"no-time-to-answer"}
    run.advance("noor", "give_advice", happened=run.now - timedelta(days=7))


def test_time_to_answer_is_not_passed_by_in_a_chain() -> None:
    """Nor does one deadline lead to the next until the report is over, all in the past."""
    states = PROCEDURE.tracks["report"].states
    soon = replace(
        states["listening"], deadline=Deadline(within="P1D", then="hurry", cites=("own",))
    )
    last = Deadline(within="P28D", then="close_on_silence", cites=("own",))
    deciding = replace(states["member_deciding"], deadline=last)
    track = replace(
        PROCEDURE.tracks["report"],
        states={**states, "listening": soon, "member_deciding": deciding},
    )
    hurry = Step(
        labels=Text("x", "x"), track="report", sources=("listening",), to="member_deciding",
        who=("clock",), cites=("own",),
    )  # fmt: skip
    run = Run(
        replace(
            PROCEDURE,
            tracks={**PROCEDURE.tracks, "report": track},
            steps={**PROCEDURE.steps, "hurry": hurry},
        )
    ).opened()
    begun = run.now
    run.now += timedelta(days=60)
    told = {"exception_explained": "yes"}
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "start_listening", told, happened=begun + timedelta(minutes=1))
    assert codes(refusal) == {"no-time-to-answer"}
    run.advance("noor", "start_listening", told)


def test_a_newer_version_that_ends_it_elsewhere_begins_the_term_anew() -> None:
    """A term after which the report now closes, or waits for nothing, is another term."""
    run = Run(PROCEDURE).deciding()
    assert run.case is not None
    now = counterparts(replace(PROCEDURE, version="2"), "1", "edited")
    for changed in ({"to": "supporting"}, {"guards": (TrackIn("hold", ("none",)),)}):
        other = step_edited("close_on_silence", **changed)
        for older, newer in ((PROCEDURE, other), (other, PROCEDURE)):
            assert begun_anew(older, newer, run.case, now) == ("report",)


def test_what_a_counsellor_writes_is_of_who_confides_in_them() -> None:
    """A track that belongs to another member as well does not make their words that member's."""
    procedure = _with_track({"unasked": IDLE}, belongs_to="other")
    run = Run(procedure).opened()
    case = run.case
    assert case is not None
    present = replace(case, parties={**case.parties, "other": case.parties["reporter"]})
    assert whose(procedure, present, "conversation", "counsellor") == ("reporter",)


def test_a_report_without_an_owner_is_not_opened() -> None:
    """A track that belongs to no member takes no member's report, so nobody else decides on it."""
    track = replace(PROCEDURE.tracks["report"], belongs_to=None)
    run = Run(replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track}))
    with pytest.raises(Refusal) as refusal:
        run.opened()
    assert codes(refusal) == {"report-without-owner"}


def test_a_step_gives_no_consent_for_someone_who_did_not_decide_it() -> None:
    """Consents that a step gives without anybody's decision are not given at all."""
    granting: Step = PROCEDURE.steps["propose_mediation"]
    procedure = step_edited("weigh", grants=granting.grants)
    run = Run(procedure).opened()
    run.advance("noor", "start_listening", {"exception_explained": "yes"})
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "weigh", {"severity": "light", "simple": "yes"})
    assert codes(refusal) == {"not-decided-by"}


def test_what_only_a_counsellor_hears_nobody_else_records() -> None:
    """Letting a mediator record the member's decision does not make their word evidence of it."""
    step = PROCEDURE.steps["choose_support"]
    run = Run(step_edited("choose_support", who=("auditor", *step.who))).deciding()
    with pytest.raises(Refusal) as refusal:
        run.advance("ada", "choose_support", said=c.Said("reporter", "spoken"))
    assert codes(refusal) == {"spoken-to-a-counsellor-only"}


def test_nobody_but_the_member_chooses_a_confidant() -> None:
    """A step that names another counsellor without the member's decision is refused."""
    asks = PROCEDURE.steps["transfer"].asks
    procedure = step_edited("start_listening", asks=asks, assigns={"counsellor": "counsellor"})
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "start_listening", {"counsellor": "bram"})
    assert codes(refusal) == {"not-decided-by"}


def test_laying_a_report_down_is_ending_it() -> None:
    """Declaring that a closed report merely rests does not let a counsellor close it."""
    states = PROCEDURE.tracks["report"].states
    closed = replace(states["closed"], ends=False, idle=True)
    track = replace(PROCEDURE.tracks["report"], states={**states, "closed": closed})
    procedure = replace(
        step_edited("close", decision=None), tracks={**PROCEDURE.tracks, "report": track}
    )
    run = Run(procedure).opened()
    with pytest.raises(Refusal) as refusal:
        run.advance("noor", "close")
    assert codes(refusal) == {"not-decided-by"}


@pytest.mark.parametrize("then", ["choose_referral", "close", "hand_over", "propose_mediation"])
def test_silence_is_no_decision(then: str) -> None:
    """A deadline takes no step of the member's and leads nowhere but to an end."""
    states = PROCEDURE.tracks["report"].states
    deadline = states["member_deciding"].deadline
    assert deadline is not None
    deciding = replace(states["member_deciding"], deadline=replace(deadline, then=then))
    track = replace(PROCEDURE.tracks["report"], states={**states, "member_deciding": deciding})
    run = Run(replace(PROCEDURE, tracks={**PROCEDURE.tracks, "report": track})).deciding()
    run.now += timedelta(days=400)
    assert run.ask("noor", c.Tick()).entries == ()


def test_a_clock_step_of_the_files_own_making_leads_to_an_end_only() -> None:
    """A step by the clock out of the member's decision into anything but an end never happens."""
    procedure = step_edited("close_on_silence", to="handover_preparing")
    run = Run(procedure).deciding()
    run.now += timedelta(days=400)
    assert run.ask("noor", c.Tick()).entries == ()

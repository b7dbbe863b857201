"""For each guard of the shipped procedures, a small scene in which it is what stands in the way.

A scene plays on a Town and asserts how it ends. With its guard taken away it must end otherwise:
that is what `test_guards_carry` tries for each in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec

from tests.properties.town import BRANCH, DAY, Town
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import procedure as p
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.procedure import canonical, digest

Scene = Callable[[Town], None]
SCENES: dict[str, Scene] = {}
"""By what `key` calls the guard."""


def key(procedure: str, where: str, guard: p.Guard) -> str:
    """A guard's name, such as `conduct/activate/outside_branch helpers`."""
    fields = msgspec.structs.asdict(guard)
    named = ("party", "kind", "track", "field", "office", "than_step")
    about = [fields[name] for name in named if name in fields]
    tag = guard.__struct_config__.tag
    return " ".join([f"{procedure}/{where}/{tag}", *(str(one) for one in about if one)])


def guards(rules: dict[str, Compiled]) -> Iterator[tuple[str, str, str, int]]:
    """Every guard: its key, its procedure, the step or `track.state` it stands at, its place."""
    for name, compiled in rules.items():
        procedure = compiled.procedure
        for step, declared in procedure.steps.items():
            for place, guard in enumerate(declared.guards):
                yield key(name, step, guard), name, step, place
        for track, one in procedure.tracks.items():
            for state, held in one.states.items():
                for place, guard in enumerate(held.rests_on):
                    yield key(name, f"{track}.{state}", guard), name, f"{track}.{state}", place


def without(rules: dict[str, Compiled], name: str, where: str, place: int) -> dict[str, Compiled]:
    """The rules with that one guard taken away."""
    procedure = rules[name].procedure
    track, dot, state = where.partition(".")
    if dot:
        held = procedure.tracks[track].states[state]
        left = tuple(g for n, g in enumerate(held.rests_on) if n != place)
        changed = msgspec.structs.replace(held, rests_on=left)
        states = {**procedure.tracks[track].states, state: changed}
        tracks = {track: msgspec.structs.replace(procedure.tracks[track], states=states)}
        edited = msgspec.structs.replace(procedure, tracks={**procedure.tracks, **tracks})
    else:
        step = procedure.steps[where]
        left = tuple(g for n, g in enumerate(step.guards) if n != place)
        steps = {where: msgspec.structs.replace(step, guards=left)}
        edited = msgspec.structs.replace(procedure, steps={**procedure.steps, **steps})
    return {**rules, name: compile_procedure(edited, digest(canonical(edited)))}


def scene(*keys: str) -> Callable[[Scene], Scene]:
    """Register a scene for these guards."""

    def keep(play: Scene) -> Scene:
        SCENES.update(dict.fromkeys(keys, play))
        return play

    return keep


# --- getting there --------------------------------------------------------------------------------


def steps(town: Town, stream: str, *taken: tuple[str, str, dict[str, f.Answer]]) -> None:
    """Take these steps, each of which must be allowed."""
    for step, who, answers in taken:
        result = town.take(stream, step, who, answers)
        assert result.done, f"{step}: {result.codes}"


def refused(town: Town, stream: str, step: str, who: str, **answers: f.Answer) -> set[str]:
    """The codes of every reason why the step is refused; it must be."""
    result = town.take(stream, step, who, answers)
    assert not result.done, f"{step} was allowed"
    return result.codes


def report(town: Town, counsellor: str = "noor") -> str:
    """A report with a counsellor, opened by the member."""
    stream, result = town.open(
        "conduct", "open_report", "reporter", counsellor=counsellor, ground=("integrity",)
    )
    assert result.done, result.codes
    return stream


def deciding(town: Town, *, simple: bool = True) -> str:
    """A report on which the member decides."""
    stream = report(town)
    steps(
        town,
        stream,
        ("start_listening", "noor", {"exception_explained": True}),
        ("weigh", "noor", {"severity": "light", "simple": simple}),
        ("advise", "noor", {"options": ("nothing",)}),
        ("give_advice", "noor", {}),
    )
    return stream


def mediating(town: Town, until: str = "mediating") -> str:
    """A report in mediation by Mees, or on the way there."""
    stream = deciding(town)
    steps(town, stream, ("propose_mediation", "reporter", {"mediator": "mees"}))
    if until != "mediation_proposed":
        steps(town, stream, ("invite_other", "mees", {}))
    if until == "mediating":
        steps(town, stream, ("accept_mediation", "other", {}))
    return stream


def referring(town: Town, target: str = "disputes_committee", purpose: str = "ruling") -> str:
    """A report of which one document may go to `target`."""
    stream = deciding(town)
    steps(town, stream, ("choose_referral", "reporter", {"target": target}))
    paper = town.add(stream, "packet", "reporter")
    town.consent(stream, "reporter", target, purpose, (paper,))
    return stream


def filed(town: Town) -> tuple[str, str]:
    """A report that was handed over, and the dispute that was filed with it."""
    stream = referring(town)
    steps(town, stream, ("hand_over", "reporter", {}))
    return stream, f"z-{len(town.cases)}"


def decided_again(town: Town, stream: str) -> None:
    """Bring a report from being reopened back to where the member decides."""
    steps(
        town,
        stream,
        ("weigh", "noor", {"severity": "light", "simple": True}),
        ("advise", "noor", {"options": ("nothing",)}),
        ("give_advice", "noor", {}),
    )


def erasable(town: Town, stream: str) -> None:
    """Close a report."""
    steps(town, stream, ("close", "reporter", {}))


def signal(town: Town, until: str = "assessing") -> str:
    """A signal given by the branch chair."""
    stream, result = town.open("conduct", "give_signal", "vera", corners=("board",))
    assert result.done, result.codes
    steps(town, stream, ("assess", "rik", {}))
    if until == "active":
        chosen: dict[str, f.Answer] = {"helpers": ("hanna",), "conflict_present": True}
        steps(town, stream, ("activate", "rik", chosen))
    return stream


def hearing(town: Town) -> str:
    """A dispute in which both sides are to be heard."""
    _, stream = filed(town)
    admitted: dict[str, f.Answer] = {
        "decision_of_organ": True, "own_position": True, "in_time": True
    }  # fmt: skip
    steps(town, stream, ("examine", "dirk", {}), ("admit", "dirk", admitted))
    return stream


def investigating(town: Town) -> str:
    """An investigation by Ivo that has begun, with one person concerned."""
    stream, result = town.open(
        "investigation", "pass_on_message", "nina", branch="partij", asked_by="board"
    )
    assert result.done, result.codes
    commission: dict[str, f.Answer] = {
        "by": "bureau", "investigators": ("ivo",), "readers_fixed": True
    }  # fmt: skip
    steps(
        town,
        stream,
        ("begin_screening", "ineke", {}),
        ("propose_commission", "nina", commission),
        ("confirm_commission", "niels", {}),
        ("start", "ivo", {"independent": True}),
        ("come_forward", "ivo", {}),
    )
    return stream


def heard(town: Town, *, annex: bool = True) -> str:
    """An investigation in which the accused answered."""
    stream = investigating(town)
    if annex:
        town.add(stream, "annex", "ivo", (next(iter(town.cases[stream].parties)),))
    put: dict[str, f.Answer] = {"names_reporter": False}
    steps(town, stream, ("put_to_accused", "ivo", put), ("answer", "accused", {}))
    return stream


def weighing(town: Town) -> str:
    """An investigation that the board weighs."""
    stream = heard(town)
    steps(
        town,
        stream,
        ("deliver", "ivo", {"finding": "established"}),
        ("begin_weighing", "nina", {"readers": "delegates"}),
    )
    return stream


def read_all(town: Town, stream: str, *people: str) -> None:
    """Let these people open the report and every fragment."""
    for who in people:
        for name, item in town.cases[stream].items.items():
            if item.kind in ("report", "annex"):
                assert town.do(stream, c.Read(name), who).done


def following_up(town: Town) -> str:
    """An investigation that was concluded by Nina and Niels, and is followed up."""
    stream = weighing(town)
    read_all(town, stream, "nina", "niels")
    steps(
        town,
        stream,
        ("conclude", "nina", {"weighers": ("nina", "niels")}),
        ("follow_up", "nina", {}),
    )
    return stream


# --- the report -----------------------------------------------------------------------------------


@scene("conduct/pass_on/available fallback counsellor")
def nobody_to_pass_on_to(town: Town) -> None:
    """A report is passed on to nobody where the member named nobody."""
    stream = report(town)
    town.wait(timedelta(days=8))
    assert town.state(stream, "report") == "received"


@scene("conduct/open_report/other_person fallback")
def falling_back_on_the_same(town: Town) -> None:
    """Whoever takes over where nobody listens is another person."""
    _, result = town.open(
        "conduct",
        "open_report",
        "reporter",
        counsellor="noor",
        fallback="noor",
        ground=("integrity",),
    )
    assert result.codes == {"same-person"}


@scene("conduct/transfer/other_person counsellor")
def transfer_to_the_same(town: Town) -> None:
    """Another counsellor is another person."""
    stream = report(town)
    assert "same-person" in refused(town, stream, "transfer", "reporter", counsellor="noor")


@scene("conduct/advise/answered options")
def advice_without_doing_nothing(town: Town) -> None:
    """Advice that leaves out doing nothing is no advice."""
    stream = report(town)
    listened: dict[str, f.Answer] = {"exception_explained": True}
    weighed: dict[str, f.Answer] = {"severity": "light", "simple": True}
    steps(town, stream, ("start_listening", "noor", listened), ("weigh", "noor", weighed))
    assert "answer-lacks" in refused(town, stream, "advise", "noor", options=("support",))


@scene("conduct/advise/warranted options")
def mediation_advised_of_what_is_not_simple(town: Town) -> None:
    """Nobody is advised what would be refused later."""
    stream = report(town)
    listened: dict[str, f.Answer] = {"exception_explained": True}
    weighed: dict[str, f.Answer] = {"severity": "grave", "simple": False}
    steps(town, stream, ("start_listening", "noor", listened), ("weigh", "noor", weighed))
    codes = refused(town, stream, "advise", "noor", options=("nothing", "mediation"))
    assert codes == {"only-if-recorded"}


@scene("conduct/propose_mediation/recorded simple")
def mediation_of_what_is_not_simple(town: Town) -> None:
    """What is not simple is not mediated."""
    stream = deciding(town, simple=False)
    codes = refused(town, stream, "propose_mediation", "reporter", mediator="mees")
    assert codes == {"not-recorded"}


@scene("conduct/propose_mediation/other_person mediator")
def mediation_by_the_counsellor(town: Town) -> None:
    """The counsellor does not mediate in the case they counsel in."""
    stream = report(town, counsellor="bram")
    steps(
        town,
        stream,
        ("start_listening", "bram", {"exception_explained": True}),
        ("weigh", "bram", {"severity": "light", "simple": True}),
        ("advise", "bram", {"options": ("nothing",)}),
        ("give_advice", "bram", {}),
    )
    assert refused(town, stream, "propose_mediation", "reporter", mediator="bram") == {
        "same-person"
    }


def falls(town: Town, state: str, consent: tuple[str, str] | None) -> None:
    """A mediation ends when a consent is withdrawn, or else when the mediator leaves."""
    stream = mediating(town, state)
    if consent is None:
        town.leave("mediator", "mees", "partij/noord")
        town.wait(DAY)
    else:
        giver, kind = consent
        name = next(
            name
            for name, given in town.cases[stream].consents.items()
            if (given.giver, given.kind, given.ended) == (giver, kind, False)
            and given.to in ("other", "mediator")
            and (kind == "mediation" or given.to == "other")
        )
        assert town.do(stream, c.WithdrawConsent(name), giver).done
    assert town.state(stream, "report") == "member_deciding"


for _state, _kind in (
    ("mediation_proposed", "invitation"),
    ("mediation_invited", "mediation"),
    ("mediating", "mediation"),
):
    scene(f"conduct/report.{_state}/consent reporter {_kind}")(
        lambda town, state=_state, kind=_kind: falls(town, state, ("reporter", kind))  # type: ignore[misc]
    )
    scene(f"conduct/report.{_state}/staffed mediator")(
        lambda town, state=_state: falls(town, state, None)  # type: ignore[misc]
    )
scene("conduct/report.mediating/consent other mediation")(
    lambda town: falls(town, "mediating", ("other", "mediation"))
)


@scene("conduct/care.in_care/staffed counsellor")
def counsellor_leaves(town: Town) -> None:
    """A case whose counsellor left is without one."""
    stream = report(town)
    town.leave("counsellor", "noor", "partij/noord")
    town.wait(DAY)
    assert town.state(stream, "care") == "without_counsellor"


@scene("conduct/ask_for_signal/track_in support_group")
def asking_for_a_second_signal(town: Town) -> None:
    """Where a signal was given already, none is asked for."""
    stream = deciding(town)
    steps(town, stream, ("ask_for_signal", "reporter", {}))
    steps(town, stream, ("give_signal", "vera", {"corners": ("board",)}))
    steps(town, stream, ("decide_anew", "reporter", {}))
    assert refused(town, stream, "ask_for_signal", "reporter") == {"not-now"}


def deciding_while_filed(town: Town) -> str:
    """The member reopened their report while the committee still has what was filed."""
    stream, _ = filed(town)
    steps(town, stream, ("close", "reporter", {}), ("reopen", "reporter", {}))
    decided_again(town, stream)
    return stream


@scene("conduct/ask_for_signal/track_in handover", "conduct/choose_referral/track_in handover")
def deciding_beside_a_filing(town: Town) -> None:
    """While the committee is seized, no signal is asked for and nothing else is handed over."""
    stream = deciding_while_filed(town)
    assert "track-not-in" in refused(town, stream, "ask_for_signal", "reporter")
    codes = refused(town, stream, "choose_referral", "reporter", target="outside_help")
    assert "track-not-in" in codes


@scene("conduct/give_signal/track_in handover")
def signal_beside_a_filing(town: Town) -> None:
    """While the committee is seized, no signal is given in the same case."""
    stream = deciding(town)
    steps(town, stream, ("ask_for_signal", "reporter", {}), ("decide_anew", "reporter", {}))
    steps(town, stream, ("choose_referral", "reporter", {"target": "disputes_committee"}))
    paper = town.add(stream, "packet", "reporter")
    town.consent(stream, "reporter", "disputes_committee", "ruling", (paper,))
    steps(town, stream, ("hand_over", "reporter", {}))
    refused(town, stream, "give_signal", "vera", corners=("board",))


@scene("conduct/hand_over/packet")
def empty_packet(town: Town) -> None:
    """Nothing is handed over where nothing may go."""
    stream = deciding(town)
    steps(town, stream, ("choose_referral", "reporter", {"target": "disputes_committee"}))
    assert "packet-empty" in refused(town, stream, "hand_over", "reporter")


@scene("conduct/hand_over_integrity/packet")
def empty_official_report(town: Town) -> None:
    """Nothing is reported officially where nothing may go."""
    stream = deciding(town)
    steps(town, stream, ("choose_referral", "reporter", {"target": "integrity_committee"}))
    assert "packet-empty" in refused(town, stream, "hand_over_integrity", "reporter")


@scene("conduct/refer_outside/packet")
def nothing_for_outside_help(town: Town) -> None:
    """Nobody outside is told anything where nothing may go."""
    stream = deciding(town)
    steps(town, stream, ("choose_referral", "reporter", {"target": "outside_help"}))
    assert "packet-empty" in refused(town, stream, "refer_outside", "reporter")


def chosen_otherwise(town: Town, chosen: str, target: str, purpose: str, step: str) -> None:
    """A handover goes to whom the member chose, though another could have been given the same."""
    stream = referring(town, chosen)
    paper = town.add(stream, "packet", "reporter")
    town.consent(stream, "reporter", target, purpose, (paper,))
    assert refused(town, stream, step, "reporter") == {"not-recorded"}


for _chosen, _target, _purpose, _step in (
    ("outside_help", "disputes_committee", "ruling", "hand_over"),
    ("outside_help", "integrity_committee", "investigation", "hand_over_integrity"),
    ("disputes_committee", "outside_help", "help", "refer_outside"),
):
    scene(f"conduct/{_step}/recorded target")(
        lambda town, a=_chosen, b=_target, d=_purpose, e=_step: chosen_otherwise(town, a, b, d, e)  # type: ignore[misc]
    )


def name_to_another(town: Town, chosen: str, step: str) -> None:
    """The name goes along to whom the member chose and to nobody else."""
    stream = referring(town, chosen)
    steps(town, stream, ("tell_name", "reporter", {}))
    assert refused(town, stream, step, "reporter") == {"not-recorded"}


scene("conduct/let_name_travel/recorded target")(
    lambda town: name_to_another(town, "integrity_committee", "let_name_travel")
)
scene("conduct/let_name_travel_integrity/recorded target")(
    lambda town: name_to_another(town, "disputes_committee", "let_name_travel_integrity")
)


# --- erasing --------------------------------------------------------------------------------------


def not_erased(town: Town, stream: str) -> None:
    """Neither the member nor the clock erases the report."""
    refused(town, stream, "erase_now", "reporter")
    town.wait(timedelta(days=800))
    assert town.state(stream, "report") == "closed"


@scene("conduct/erase/track_in emergency", "conduct/erase_now/track_in emergency")
def erasing_in_an_emergency(town: Town) -> None:
    """Nothing is erased while an emergency is not settled."""
    stream = report(town)
    opened: dict[str, f.Answer] = {
        "consent_sought": True, "no_other_way": True, "serious_harm": True,
        "as_little_as_possible": True, "recipients": ("police",),
    }  # fmt: skip
    steps(town, stream, ("open_emergency", "noor", opened))
    erasable(town, stream)
    not_erased(town, stream)


@scene("conduct/erase/track_in handover", "conduct/erase_now/track_in handover")
def erasing_beside_a_filing(town: Town) -> None:
    """Nothing is erased while a committee still has it."""
    stream, _ = filed(town)
    erasable(town, stream)
    not_erased(town, stream)


@scene("conduct/erase/track_in hold", "conduct/erase_now/track_in hold")
def erasing_under_a_hold(town: Town) -> None:
    """Nothing is erased that must be kept."""
    stream = report(town)
    town.add(stream, "legal_document", "noor")
    steps(town, stream, ("place_hold", "noor", {}))
    erasable(town, stream)
    not_erased(town, stream)


@scene("conduct/place_hold/has_item legal_document")
def hold_without_document(town: Town) -> None:
    """A hold rests on a document."""
    stream = report(town)
    assert "item-missing" in refused(town, stream, "place_hold", "noor")


@scene("conduct/review_emergency/other_person open_emergency")
def reviewing_ones_own_emergency(town: Town) -> None:
    """Whoever opened an emergency does not review it, also when they audit."""
    stream = report(town)
    opened: dict[str, f.Answer] = {
        "consent_sought": True, "no_other_way": True, "serious_harm": True,
        "as_little_as_possible": True, "recipients": ("police",),
    }  # fmt: skip
    steps(town, stream, ("open_emergency", "noor", opened), ("close_emergency", "noor", {}))
    town.grant("auditor", "noor", "partij")
    assert "same-person" in refused(town, stream, "review_emergency", "noor", justified=True)


# --- the support group ----------------------------------------------------------------------------


@scene("conduct/give_signal/own_branch")
def signal_from_another_branch(town: Town) -> None:
    """A signal is given in one's own branch, also by who leads a branch above it."""
    town.grant("branch_chair", "olga", "partij/noord")
    _, result = town.open("conduct", "give_signal", "olga", corners=("board",))
    assert "other-branch" in result.codes


@scene("conduct/activate/outside_branch helpers")
def helper_from_the_branch(town: Town) -> None:
    """Helpers come from outside the branch."""
    town.grant("helper", "bo", BRANCH)
    stream = signal(town)
    codes = refused(town, stream, "activate", "rik", helpers=("bo",), conflict_present=True)
    assert codes == {"from-this-branch"}


@scene("conduct/activate/experienced helpers")
def helper_without_experience(town: Town) -> None:
    """Helpers have held such an office themselves."""
    town.grant("helper", "olga", "partij/noord/duin")
    stream = signal(town)
    codes = refused(town, stream, "activate", "rik", helpers=("olga",), conflict_present=True)
    assert codes == {"not-experienced"}


@scene("conduct/resolve/has_item helper_advice")
def resolved_without_advice(town: Town) -> None:
    """The chair hears the helpers before the conflict is called resolved."""
    stream = signal(town, "active")
    assert "item-missing" in refused(town, stream, "resolve", "rik", everyone_heard=True)


@scene("conduct/report_back/own_branch")
def line_through_another_contact(town: Town) -> None:
    """The line runs through the branch's own contact person."""
    town.grant("contact_person", "olga", "partij/noord")
    stream = signal(town, "active")
    steps(town, stream, ("advise_chair", "hanna", {}), ("resolve", "rik", {"everyone_heard": True}))
    assert "other-branch" in refused(town, stream, "report_back", "olga")


# --- the disputes committee -----------------------------------------------------------------------


@scene("dispute/file_as_organ/own_branch")
def filing_for_another_branch(town: Town) -> None:
    """An organ files for its own branch."""
    town.grant("branch_chair", "olga", "partij/noord")
    _, result = town.open("dispute", "file_as_organ", "olga")
    assert "other-branch" in result.codes


@scene("dispute/call_respondent/absent respondent")
def second_respondent(town: Town) -> None:
    """One person answers for the organ; the documents do not go round."""
    stream = hearing(town)
    steps(town, stream, ("call_respondent", "dirk", {"respondent": "bo"}))
    codes = refused(town, stream, "call_respondent", "dirk", respondent="alma")
    assert "party-present" in codes


@scene("dispute/call_respondent/other_person respondent")
def judging_ones_own_defence(town: Town) -> None:
    """Nobody of the committee answers on behalf of the organ."""
    stream = hearing(town)
    assert refused(town, stream, "call_respondent", "dirk", respondent="dirk") == {"same-person"}


@scene(
    "dispute/replace_respondent/present respondent",
    "dispute/replace_respondent/other_person respondent",
)
def another_respondent(town: Town) -> None:
    """Somebody is called before another is, and that other is not of the committee either."""
    stream = hearing(town)
    asked: dict[str, f.Answer] = {"respondent": "bo"}
    assert refused(town, stream, "replace_respondent", "dirk", **asked) == {"party-absent"}
    steps(town, stream, ("call_respondent", "dirk", asked))
    again = refused(town, stream, "replace_respondent", "dirk", respondent="dirk")
    assert again == {"same-person"}


def respondent_judges(town: Town, *, heard: bool) -> str:
    """A dispute in which whoever answers for the organ comes to sit on the committee."""
    stream = hearing(town)
    steps(town, stream, ("call_respondent", "dirk", {"respondent": "bo"}))
    if heard:
        steps(town, stream, ("hear", "dirk", {"both_sides": True}))
    town.grant("disputes_committee", "bo", "partij")
    return stream


@scene("dispute/hear/other_person")
def respondent_hears(town: Town) -> None:
    """Whoever answers for the organ does not hear both sides."""
    stream = respondent_judges(town, heard=False)
    assert refused(town, stream, "hear", "bo", both_sides=True) == {"same-person"}


@scene("dispute/rule/other_person")
def respondent_rules(town: Town) -> None:
    """Whoever answers for the organ does not rule."""
    stream = respondent_judges(town, heard=True)
    codes = refused(town, stream, "rule", "bo", outcome="dismissed", binding=True)
    assert codes == {"same-person"}


@scene("dispute/admit/other_person", "dispute/reject/other_person")
def organ_admits_itself(town: Town) -> None:
    """Whoever applies for an organ does not judge whether that can be."""
    stream, opened = town.open("dispute", "file_as_organ", "vera")
    assert opened.done
    steps(town, stream, ("examine", "dirk", {}))
    town.grant("disputes_committee", "vera", "partij")
    admitted = {"decision_of_organ": True, "own_position": True, "in_time": True}
    assert refused(town, stream, "admit", "vera", **admitted) == {"same-person"}
    assert refused(town, stream, "reject", "vera") == {"same-person"}


def challenged(town: Town, stream: str) -> None:
    """The applicant challenges Dirk."""
    steps(town, stream, ("challenge", "applicant", {"challenged": "dirk"}))


@scene("dispute/rule/track_in challenge")
def ruling_while_challenged(town: Town) -> None:
    """There is no ruling before it is decided who rules."""
    stream = hearing(town)
    steps(
        town,
        stream,
        ("call_respondent", "dirk", {"respondent": "bo"}),
        ("hear", "dirk", {"both_sides": True}),
    )
    challenged(town, stream)
    codes = refused(town, stream, "rule", "dirk", outcome="dismissed", binding=True)
    assert codes == {"track-not-in"}


@scene("dispute/reject/track_in challenge")
def rejecting_while_challenged(town: Town) -> None:
    """Nothing is rejected before it is decided who judges."""
    _, stream = filed(town)
    steps(town, stream, ("examine", "dirk", {}))
    challenged(town, stream)
    assert refused(town, stream, "reject", "dirk") == {"track-not-in"}


@scene("dispute/challenge/track_in dispute")
def challenging_after_the_end(town: Town) -> None:
    """Nobody is challenged when there is nothing left to judge."""
    _, stream = filed(town)
    steps(town, stream, ("withdraw", "applicant", {}))
    codes = refused(town, stream, "challenge", "applicant", challenged="dirk")
    assert codes == {"track-not-in"}


@scene("dispute/uphold_challenge/other_person", "dispute/deny_challenge/other_person")
def deciding_on_ones_own_challenge(town: Town) -> None:
    """Whoever is challenged does not decide about it."""
    _, stream = filed(town)
    challenged(town, stream)
    for named in ("dirk", "olga"):
        found = refused(town, stream, "uphold_challenge", "dirk", challenged=named)
        assert "same-person" in found
    assert refused(town, stream, "deny_challenge", "dirk") == {"same-person"}


@scene("dispute/hear/present respondent")
def one_side_heard(town: Town) -> None:
    """Nobody deliberates before both sides were asked."""
    stream = hearing(town)
    assert "party-absent" in refused(town, stream, "hear", "dirk", both_sides=True)


@scene("dispute/say_one_matter/track_in dispute")
def linking_after_the_ruling(town: Town) -> None:
    """When the committee is done, no support group stands back for it."""
    other = signal(town, "active")
    _, stream = filed(town)
    steps(town, stream, ("withdraw", "applicant", {}))
    refused(town, stream, "say_one_matter", "dirk", case=other, warned=True)
    assert town.state(other, "support_group") == "active"


# --- the investigation ----------------------------------------------------------------------------


@scene(
    "investigation/confirm_commission/other_person propose_commission",
    "investigation/confirm_commission/staffed investigator",
)
def commission_by_one(town: Town) -> None:
    """It takes two delegates to commission, and somebody who investigates."""
    stream, _ = town.open(
        "investigation", "pass_on_message", "nina", branch="partij", asked_by="board"
    )
    commission: dict[str, f.Answer] = {
        "by": "bureau", "investigators": ("ivo",), "readers_fixed": True
    }  # fmt: skip
    steps(
        town, stream, ("begin_screening", "ineke", {}), ("propose_commission", "nina", commission)
    )
    assert "same-person" in refused(town, stream, "confirm_commission", "nina")
    town.leave("investigator", "ivo", "partij")
    codes = refused(town, stream, "confirm_commission", "niels")
    assert "nobody-in-office" in codes


@scene("investigation/come_forward/track_in investigation")
def coming_forward_too_late(town: Town) -> None:
    """Nobody is brought into an investigation that is over."""
    stream = heard(town)
    assert "track-not-in" in refused(town, stream, "come_forward", "ivo")


@scene("investigation/deliver/has_item annex")
def delivered_without_its_annex(town: Town) -> None:
    """A report is not delivered with an annex that is not there."""
    stream = heard(town, annex=False)
    assert "item-missing" in refused(town, stream, "deliver", "ivo", finding="refuted")


@scene("investigation/deliver_annex/has_item annex")
def annex_that_is_not_there(town: Town) -> None:
    """An annex that follows has something in it."""
    stream = heard(town, annex=False)
    steps(town, stream, ("deliver_without_annex", "ivo", {"finding": "refuted"}))
    assert "item-missing" in refused(town, stream, "deliver_annex", "ivo")


@scene("investigation/inform_concerned/track_in annex")
def informing_before_delivery(town: Town) -> None:
    """Nobody is informed of a report that is not there, and so nothing is published."""
    stream = heard(town)
    assert refused(town, stream, "inform_concerned", "nina") == {"not-now"}


@scene("investigation/begin_weighing/track_in annex")
def weighing_without_the_annex(town: Town) -> None:
    """The board does not weigh half of it."""
    stream = heard(town)
    steps(town, stream, ("deliver_without_annex", "ivo", {"finding": "refuted"}))
    assert "track-not-in" in refused(town, stream, "begin_weighing", "nina", readers="delegates")


@scene("investigation/uphold_challenge/other_person", "investigation/deny_challenge/other_person")
def deciding_on_being_challenged(town: Town) -> None:
    """Whoever is challenged in an investigation does not decide about it."""
    stream = weighing(town)
    steps(town, stream, ("challenge", "accused", {"challenged": "nina"}))
    for named in ("nina", "niels"):
        found = refused(town, stream, "uphold_challenge", "nina", challenged=named)
        assert found == {"same-person"}
    assert refused(town, stream, "deny_challenge", "nina") == {"same-person"}


@scene("investigation/dismiss/track_in challenge")
def dismissing_while_challenged(town: Town) -> None:
    """Nothing is dismissed before it is decided who does so."""
    stream, opened = town.open("investigation", "report", "notifier")
    assert opened.done
    steps(
        town,
        stream,
        ("begin_screening", "ineke", {}),
        ("challenge", "notifier", {"challenged": "ineke"}),
    )
    assert refused(town, stream, "dismiss", "ineke") == {"track-not-in"}


@scene("investigation/conclude/track_in challenge")
def concluding_while_challenged(town: Town) -> None:
    """Nothing is concluded before it is decided who does so."""
    stream = weighing(town)
    read_all(town, stream, "nina", "niels")
    steps(town, stream, ("challenge", "accused", {"challenged": "nina"}))
    codes = refused(town, stream, "conclude", "niels", weighers=("nina", "niels"))
    assert codes == {"track-not-in"}


def board_weighs(town: Town) -> str:
    """A weighing anew by the board, in which Nadia succeeded the vice-chair and read all of it."""
    stream = following_up(town)
    become_vice_chair(town, "nadia")
    read_all(town, stream, "nadia")
    steps(town, stream, ("reweigh", "nina", {"reason": "doubt", "readers": "consented"}))
    return stream


@scene("investigation/conclude_anew/several weighers")
def board_weighs_alone(town: Town) -> None:
    """Where the board weighs, nobody does so alone (A6)."""
    stream = board_weighs(town)
    assert refused(town, stream, "conclude_anew", "nina", weighers=("nadia",)) == {"one-alone"}


@scene("investigation/conclude_anew/track_in challenge")
def concluding_anew_while_challenged(town: Town) -> None:
    """Nothing is concluded anew before it is decided who does so."""
    stream = following_up(town)
    become_vice_chair(town, "nadia")
    read_all(town, stream, "nadia")
    steps(
        town,
        stream,
        ("reweigh", "nina", {"reason": "doubt", "readers": "delegates"}),
        ("challenge", "accused", {"challenged": "nina"}),
    )
    assert refused(town, stream, "conclude_anew", "nina", weighers=("nadia",)) == {"track-not-in"}


@scene("investigation/conclude/opened weighers")
def concluding_unread(town: Town) -> None:
    """Whoever weighs opened both parts."""
    stream = weighing(town)
    read_all(town, stream, "nina")
    codes = refused(town, stream, "conclude", "nina", weighers=("nina", "niels"))
    assert codes == {"not-opened"}


def investigator_weighs(town: Town, stream: str, step: str) -> None:
    """Whoever investigated does not weigh, though they are on the board by now."""
    town.grant("national_board", "ivo", "partij")
    town.register = msgspec.structs.replace(
        town.register,
        terms=tuple(
            msgspec.structs.replace(term, branch="elders")
            if (term.person, term.office) == ("ivo", "national_board")
            else term
            for term in town.register.terms
        ),
    )
    read_all(town, stream, "ivo", "nadia")
    assert "same-person" in refused(town, stream, step, "nina", weighers=("ivo", "nadia"))


@scene("investigation/conclude/other_person weighers")
def investigator_concludes(town: Town) -> None:
    """Whoever investigated does not conclude."""
    stream = weighing(town)
    become_vice_chair(town, "nadia")
    investigator_weighs(town, stream, "conclude")


@scene("investigation/conclude_anew/other_person weighers")
def investigator_concludes_anew(town: Town) -> None:
    """Whoever investigated does not conclude anew."""
    stream = following_up(town)
    steps(town, stream, ("reweigh", "nina", {"reason": "doubt", "readers": "delegates"}))
    become_vice_chair(town, "nadia")
    investigator_weighs(town, stream, "conclude_anew")


def investigator_acts(town: Town, stream: str, step: str) -> None:
    """Whoever investigated does not conclude for others either, also as the chair."""
    become_vice_chair(town, "nadia")
    read_all(town, stream, "nadia")
    town.leave("national_chair", "nina", "partij")
    town.grant("national_chair", "ivo", "partij")
    assert refused(town, stream, step, "ivo", weighers=("nadia",)) == {"same-person"}


@scene("investigation/conclude/other_person")
def investigator_presides(town: Town) -> None:
    """Whoever investigated does not conclude for others."""
    investigator_acts(town, weighing(town), "conclude")


@scene("investigation/conclude_anew/other_person")
def investigator_presides_anew(town: Town) -> None:
    """Whoever investigated does not conclude anew for others."""
    stream = following_up(town)
    steps(town, stream, ("reweigh", "nina", {"reason": "doubt", "readers": "delegates"}))
    investigator_acts(town, stream, "conclude_anew")


@scene("investigation/conclude_anew/fresh_eyes weighers conclude_anew")
def third_weighing_with_the_eyes_of_the_second(town: Town) -> None:
    """Who weighed anew does not weigh a third time alone."""
    stream = following_up(town)
    reweigh: tuple[str, str, dict[str, f.Answer]] = (
        "reweigh", "nina", {"reason": "doubt", "readers": "delegates"}
    )  # fmt: skip
    become_vice_chair(town, "nadia")
    read_all(town, stream, "nadia")
    steps(
        town,
        stream,
        reweigh,
        ("conclude_anew", "nina", {"weighers": ("nadia",)}),
        ("follow_up", "nina", {}),
        reweigh,
    )
    assert refused(town, stream, "conclude_anew", "nina", weighers=("nadia",)) == {"not-fresh"}


def become_vice_chair(town: Town, person: str) -> None:
    """Somebody new succeeds the vice-chair."""
    town.leave("national_vice_chair", "niels", "partij")
    town.grant("national_vice_chair", person, "partij")
    town.grant("national_board", person, "partij")


@scene("investigation/conclude_anew/opened weighers")
def concluding_anew_unread(town: Town) -> None:
    """Who weighs anew opened both parts."""
    stream = following_up(town)
    steps(town, stream, ("reweigh", "nina", {"reason": "doubt", "readers": "delegates"}))
    become_vice_chair(town, "nadia")
    assert refused(town, stream, "conclude_anew", "nina", weighers=("nadia",)) == {"not-opened"}


@scene("investigation/conclude_anew/fresh_eyes weighers conclude")
def concluding_anew_with_old_eyes(town: Town) -> None:
    """Who weighed before does not weigh anew alone."""
    stream = following_up(town)
    steps(town, stream, ("reweigh", "nina", {"reason": "doubt", "readers": "delegates"}))
    codes = refused(town, stream, "conclude_anew", "nina", weighers=("nina", "niels"))
    assert codes == {"not-fresh"}


@scene("investigation/close/track_in aftercare")
def closing_over_a_conversation(town: Town) -> None:
    """An open conversation keeps an investigation open."""
    stream = following_up(town)
    steps(town, stream, ("start_conversations", "nina", {}))
    assert "track-not-in" in refused(town, stream, "close", "nina")


@scene("investigation/close/track_in voice", "investigation/close_unfinished/track_in voice")
def closing_over_a_request(town: Town) -> None:
    """A request to weigh anew is answered before anything is closed."""
    stream = following_up(town)
    steps(town, stream, ("ask_anew", next(iter(town.cases[stream].parties)), {}))
    assert "track-not-in" in refused(town, stream, "close", "nina")
    assert "track-not-in" in refused(town, stream, "close_unfinished", "nina")


@scene("investigation/ask_anew/track_in investigation")
def asking_anew_too_early(town: Town) -> None:
    """What was not weighed yet cannot be weighed anew."""
    stream = weighing(town)
    party = next(iter(town.cases[stream].parties))
    assert "track-not-in" in refused(town, stream, "ask_anew", party)


@scene("investigation/investigate_new_facts/staffed investigator")
def new_facts_without_investigator(town: Town) -> None:
    """New facts are investigated by somebody."""
    stream = following_up(town)
    town.leave("investigator", "ivo", "partij")
    assert "nobody-in-office" in refused(town, stream, "investigate_new_facts", "nina")


@scene("investigation/custody.kept/no_new_holder")
def successor_unbriefed(town: Town) -> None:
    """Whoever succeeds a delegate is briefed in time."""
    stream = weighing(town)
    become_vice_chair(town, "nadia")
    town.wait(DAY)
    assert town.state(stream, "custody") == "briefing_due"


def without_delegates(town: Town) -> None:
    """Both delegates of the board leave, and nobody succeeds them."""
    town.leave("national_chair", "nina", "partij")
    town.leave("national_vice_chair", "niels", "partij")


@scene(
    "investigation/deliver/staffed national_chair",
    "investigation/deliver_without_annex/staffed national_chair",
)
def delivered_to_nobody(town: Town) -> None:
    """A report is delivered to somebody who acts for the board."""
    stream = heard(town)
    without_delegates(town)
    for step in ("deliver", "deliver_without_annex"):
        reasons = refused(town, stream, step, "ivo", finding="refuted")
        assert reasons == {"nobody-in-offices"}


@scene("investigation/deliver_annex/staffed national_chair")
def annex_for_nobody(town: Town) -> None:
    """An annex that follows is delivered to somebody too."""
    stream = heard(town)
    steps(town, stream, ("deliver_without_annex", "ivo", {"finding": "refuted"}))
    without_delegates(town)
    assert refused(town, stream, "deliver_annex", "ivo") == {"nobody-in-offices"}


@scene("investigation/deliver_again/staffed national_chair")
def delivered_again_to_nobody(town: Town) -> None:
    """What nobody on the board can open any more is delivered again once there is somebody."""
    stream = weighing(town)
    without_delegates(town)
    assert refused(town, stream, "deliver_again", "ivo") == {"nobody-in-offices"}


@scene("investigation/ask_anew/staffed national_chair")
def asked_of_nobody(town: Town) -> None:
    """Whoever asks to weigh anew asks somebody."""
    stream = following_up(town)
    without_delegates(town)
    party = next(iter(town.cases[stream].parties))
    assert refused(town, stream, "ask_anew", party) == {"nobody-in-offices"}


@scene("investigation/hands.both/staffed national_chair")
def chair_gone(town: Town) -> None:
    """Where the chair is gone, the annex is in the hands of one."""
    stream = weighing(town)
    town.leave("national_chair", "nina", "partij")
    town.wait(DAY)
    assert town.state(stream, "hands") == "one"


@scene("investigation/hands.both/staffed national_vice_chair")
def vice_chair_gone(town: Town) -> None:
    """Where the vice-chair is gone, the annex is in the hands of one."""
    stream = weighing(town)
    town.leave("national_vice_chair", "niels", "partij")
    town.wait(DAY)
    assert town.state(stream, "hands") == "one"

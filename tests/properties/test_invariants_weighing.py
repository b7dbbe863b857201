"""From hearing to conclusion: who is heard, who weighs, with which eyes, and what may be closed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.properties.inquiry import (
    BOARD,
    DELEGATES,
    GOALS,
    HOME,
    LEADER,
    PEOPLE,
    Inquiry,
    Told,
    taken,
)
from tests.properties.town import DAY, RULES, Result
from workflow.engine import facts as f
from workflow.engine.ledger import encode
from workflow.engine.standing import standing
from workflow.histories import wording_history
from workflow.histories.rendering import Format, render
from workflow.histories.viewing import view

MOVES = 14
"""How many moves are drawn after the beginning that a test asks for."""
CONCLUDING = ("conclude", "conclude_anew")


def steps(result: Result | None) -> Iterator[tuple[f.Event, f.Stepped]]:
    """The steps that a move took or brought about."""
    events = [e for some in result.events.values() for e in some] if result else []
    for each in events:
        if isinstance(each.data, f.Stepped):
            yield each, each.data


def often(data: st.DataObject, inquiry: Inquiry, *wanted: str) -> Result | None:
    """A move that is often one of the steps that a test is about, whoever can take it."""
    if data.draw(st.booleans()):
        return inquiry.move(data.draw)
    procedure = inquiry.town.procedure(inquiry.stream)
    name = data.draw(st.sampled_from(wanted))
    for capacity in procedure.steps[name].who:
        for who in (*inquiry.acting(capacity), *inquiry.parties(capacity)):
            return inquiry.take(data.draw, name, who)
    return None


def weighed(fact: f.Stepped) -> set[str]:
    """Who weighed, as the step that concluded says."""
    named = fact.answers["weighers"]
    assert isinstance(named, tuple)
    return set(named)


def added(inquiry: Inquiry, item: str) -> tuple[str, tuple[str, ...], str]:
    """The kind of an item, whose it is and its digest, as written down when it came."""
    return next(
        (fact.kind, fact.of, fact.digest)
        for fact in (each.data for each in inquiry.history)
        if isinstance(fact, f.Added) and fact.item == item
    )


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_25_heard_before_any_conclusion(data: st.DataObject, goal: str) -> None:
    """No report, conclusion or measure comes before the accused answered or had 14 days (A32).

    That begins anew with every new investigation, also of new facts.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    for _ in range(MOVES):
        often(
            data, inquiry, "deliver", "deliver_without_annex", "follow_up", "put_to_accused",
            "investigate_new_facts", "resume", *CONCLUDING,
        )  # fmt: skip
    put, heard = None, False
    for each in inquiry.history:
        match each.data:
            case f.Stepped(step="start" | "resume" | "investigate_new_facts"):
                put, heard = None, False
            case f.Stepped(step="put_to_accused"):
                put = each.took_place
            case f.Stepped(step="answer"):
                assert each.who == "accused"
                heard = put is not None
            case f.Stepped(to="heard", step=step):
                assert put is not None, step
                assert step == "no_answer"
                assert each.took_place - put >= 14 * DAY, step
                heard = True
            case f.Stepped(step=step, to=to) if to in ("delivered", "concluded", "following_up"):
                assert heard, step
    event(f"ends: {inquiry.state}")


@given(data=st.data(), goal=st.sampled_from(GOALS))
def test_invariant_25_interim_protection_expires(data: st.DataObject, goal: str) -> None:
    """Interim protection comes with reasons, moves nothing else, and ends by itself (A2, A32)."""
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    before = inquiry.state
    result = inquiry.must("protect", "nina")
    kinds = {e.data.kind for e in result.events[inquiry.stream] if isinstance(e.data, f.Added)}
    assert kinds == {"reasons"}
    assert inquiry.state == before
    begun = inquiry.town.now
    for _ in range(data.draw(st.integers(0, 3))):
        inquiry.move(data.draw)
    left = begun + 32 * DAY - inquiry.town.now
    inquiry.town.wait(max(left, timedelta()))
    for _, each, fact in taken(inquiry.history, "protection_ends"):
        assert fact.because != "clock" or each.took_place <= begun + 31 * DAY
    prolonged = len(list(taken(inquiry.history, "protect"))) > 1
    assert prolonged or inquiry.town.state(inquiry.stream, "protection") == "none"


@given(data=st.data(), goal=st.sampled_from(("board_weighing", "following_up", "reweighing")))
def test_invariant_26_weighers_opened_both_parts(data: st.DataObject, goal: str) -> None:
    """Each of those who weighed had opened a report, and every fragment they may open (A6, A10)."""
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    inquiry.shared_with_board()
    for _ in range(MOVES):
        result = often(data, inquiry, *CONCLUDING)
        told = Told(inquiry)
        for each, fact in steps(result):
            if fact.step not in CONCLUDING:
                continue
            event("concluded")
            for who in weighed(fact):
                opened = {
                    past.data.item
                    for past in inquiry.history[: each.seq]
                    if isinstance(past.data, f.Read) and past.who == who
                }
                assert opened & set(inquiry.items("report")), who
                assert opened & set(told.fragments), who
                assert {item for item in told.fragments if told.opens(item, who)} <= opened, who


@given(data=st.data())
def test_invariant_27_fresh_eyes(data: st.DataObject) -> None:
    """Of those who weigh anew, most did not write the weighing that the first conclusion was (A10).

    Whatever was found and weighed before stays as it was written down (A16, Q13).
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, data.draw(st.sampled_from(("following_up", "reweighing"))))
    inquiry.shared_with_board()
    for _ in range(MOVES):
        before = [encode(each) for each in inquiry.history]
        result = often(data, inquiry, "reweigh", "conclude_anew", "conclude_anew")
        assert [encode(each) for each in inquiry.history][: len(before)] == before
        for name, item in inquiry.town.cases[inquiry.stream].items.items():
            assert (item.kind, item.of, item.digest) == added(inquiry, name)
        for each, fact in steps(result):
            if fact.step == "conclude_anew":
                event("concluded anew")
                past = list(taken(inquiry.history[: each.seq - 1], "conclude"))
                again = weighed(fact) & weighed(past[-1][2])
                assert 2 * len(again) < len(weighed(fact)), again


CLEARED = re.compile(
    r"(niet|nooit) (gebeurd|voorgevallen|plaatsgevonden)|vrijgesproken|vrijgepleit|gezuiverd"
    r"|onschuldig|ongegrond|(did not|never) happen|did not (occur|take place)|clear(ed|s)\b"
    r"|exonerat|acquit|innocen|unfounded|groundless",
    re.IGNORECASE,
)
"""How “not established” must not be told."""
ESTABLISHED = {
    "established": ("gebleken", "established"),
    "not_established": ("niet gebleken", "not established"),
    "refuted": ("weerlegd", "refuted"),
}
"""The three values of a finding, as they are called."""
FORMS: tuple[Format, ...] = ("text", "md", "html", "json")


def labels(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of a declaration but help, which tells people what to do, with where it stands."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name != "help":
                yield from labels(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from labels(inner, path)
    elif isinstance(value, str):
        yield path, value


@settings(max_examples=max(1, settings().max_examples // 5))
@given(data=st.data(), lang=st.sampled_from(("nl", "en")))
def test_invariant_28_not_established_in_histories(data: st.DataObject, lang: str) -> None:
    """A finding is told in its own words in all forms of a history, never as innocence (A15).

    It is told to parties and auditors; the histories of office-holders hold no answers at all.
    """
    finding = data.draw(st.sampled_from(("not_established", "not_established", "refuted")))
    inquiry = Inquiry()
    inquiry.come(data.draw, "following_up", finding)
    inquiry.must("inform_concerned", "nina")
    inquiry.must("publish", "nina", annex_stated=True)
    inquiry.must("close", "nina")
    town, stream = inquiry.town, inquiry.stream
    readers = ("nina", "nora", "ivo", "ineke", "ada", *inquiry.parties())
    who = data.draw(st.sampled_from(readers))
    rules, case = town.of(stream), town.cases[stream]
    reader = standing(rules.procedure, town.register, case, who, town.now)
    seen = view(rules, town.register, inquiry.history, reader, town.now)
    told = ESTABLISHED[finding][lang == "en"]
    for form in FORMS:
        page = " ".join(html.unescape(render(seen, form, lang)).split())
        assert (told in page) == (who == "ada" or who in inquiry.parties()), (form, who)
        found = CLEARED.search(page)
        assert found is None, (form, who, found)


def test_invariant_28_not_established_in_words() -> None:
    """No label of the procedure, and no fixed word of a history, makes a finding innocence (A15).

    A finding has three values and no more, each with its own name in both languages.
    """
    procedure = RULES["investigation"].procedure
    for path, words in labels(msgspec.to_builtins(procedure)):
        assert not CLEARED.search(words), (path, words)
    asking = [step.asks["finding"] for step in procedure.steps.values() if "finding" in step.asks]
    assert len(asking) == 2
    for field in asking:
        said = {value: (text.nl, text.en) for value, text in field.values.items()}
        assert said == ESTABLISHED
    for lang in ("nl", "en"):
        for words in wording_history.words(lang).values():
            assert not CLEARED.search(words), words


@pytest.mark.parametrize("finding", ["not_established", "refuted"])
def test_invariant_28_nothing_is_derived(finding: str) -> None:
    """Nothing is open or shut to anyone because something was not established (A15)."""
    moved: list[dict[str, tuple[str, ...]]] = []
    for found in ("established", finding):
        inquiry = Inquiry()
        inquiry.begin("message", HOME)
        inquiry.investigate()
        inquiry.add("annex", "ivo", *inquiry.parties())
        inquiry.put()
        inquiry.deliver(found)
        moved.append({who: inquiry.town.open_to(inquiry.stream, who) for who in PEOPLE})
        inquiry.conclude("nina", "niels")
        moved.append({who: inquiry.town.open_to(inquiry.stream, who) for who in PEOPLE})
        inquiry.must("follow_up", "nina")
        moved.append({who: inquiry.town.open_to(inquiry.stream, who) for who in PEOPLE})
    assert moved[:3] == moved[3:]


@given(data=st.data(), goal=st.sampled_from(("heard", "board_weighing", "reweighing")))
def test_invariant_29_nobody_investigates_and_weighs(data: st.DataObject, goal: str) -> None:
    """Nobody who was named as investigator weighs, nor acts at once for both (A28).

    Also not once they left the one office for the other.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    if data.draw(st.booleans()):
        inquiry.grant(data.draw(st.sampled_from(BOARD)), "ivo")
    if goal != "heard":
        inquiry.shared_with_board()
    if data.draw(st.booleans()):
        inquiry.leave("investigator", "ivo")
        inquiry.grant("national_board", "ivo")
        inquiry.read("ivo")
    town, stream = inquiry.town, inquiry.stream
    for _ in range(MOVES):
        result = often(data, inquiry, "begin_weighing", *CONCLUDING)
        named = {
            person
            for past in inquiry.history
            if isinstance(past.data, f.Assigned) and past.data.office == "investigator"
            for person in past.data.persons
        }
        for _, fact in steps(result):
            if fact.step in CONCLUDING:
                event("concluded")
                assert not named & weighed(fact)
        for person in PEOPLE:
            case = town.cases[stream]
            found = standing(town.procedure(stream), town.register, case, person, town.now)
            assert "investigator" not in found or not found.capacities & set(BOARD), person


@given(data=st.data(), moves=st.integers(0, MOVES))
def test_invariant_44_established_leads_to_a_conclusion(data: st.DataObject, moves: int) -> None:
    """After a finding that something was established, whatever happens, the board concludes (A9).

    That is: once its offices are filled and everyone does what is theirs, it takes it few steps,
    the last of which comes with reasons. Until then somebody is reminded.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, "delivered", finding="established")
    for _ in range(moves):
        inquiry.move(data.draw)
        if inquiry.state in ("delivered", "board_weighing"):
            assert inquiry.town.cases[inquiry.stream].tracks["investigation"].due is not None
    if not any(taken(inquiry.history, "conclude")):
        _fairly(inquiry)
    place, _, fact = next(taken(inquiry.history, "conclude"))
    reasons = inquiry.history[place - 1].data
    assert isinstance(reasons, f.Added)
    assert (reasons.kind, fact.to) == ("weighing", "concluded")


def _fairly(inquiry: Inquiry) -> None:
    """Offices are filled by people who have no other part, and they do what is theirs."""
    for office in (*BOARD, LEADER, "investigator"):
        for person in inquiry.holders(office):
            inquiry.leave(office, person)
    case = inquiry.town.cases[inquiry.stream]
    board = (p for p in ("nadia", "noud", "nora", "olga", "niels") if p not in case.recused)
    chair, vice = next(board), next(board)
    seeker = next(p for p in ("ivo", "iris", "piet", "ada") if p not in case.recused)
    for office, person in (
        ("national_chair", chair),
        ("national_board", chair),
        ("national_vice_chair", vice),
        ("national_board", vice),
        ("investigator", seeker),
    ):
        inquiry.grant(office, person)
    if inquiry.town.state(inquiry.stream, "challenge") == "asked":
        inquiry.must("deny_challenge", vice)
    if inquiry.town.state(inquiry.stream, "annex") == "to_follow":
        if seeker not in case.assigned["investigator"]:
            inquiry.must("replace_investigators", chair, investigators=(seeker,))
        inquiry.must("deliver_annex", seeker)
    if inquiry.state == "delivered":
        inquiry.must("begin_weighing", chair, readers="delegates")
    inquiry.read(chair, vice)
    inquiry.must("conclude", vice, weighers=(chair, vice))


@given(data=st.data())
def test_invariant_45_no_closing_over_a_conversation(data: st.DataObject) -> None:
    """What is closed while a conversation is open is closed with reasons, sealed at once (A4)."""
    inquiry = Inquiry()
    inquiry.come(
        data.draw, data.draw(st.sampled_from(("following_up", "following_up", "investigating")))
    )
    stream, talking = inquiry.stream, False
    for _ in range(MOVES):
        result = often(
            data, inquiry, "start_conversations", "start_conversations", "finish_conversations",
            "close", "close", "close_unfinished", "ask_anew", "answer_request", "reweigh",
        )  # fmt: skip
        new = result.events.get(stream, ()) if result else ()
        kinds = {e.data.kind for e in new if isinstance(e.data, f.Added)}
        for _, fact in steps(result):
            if fact.track == "investigation" and fact.to in ("closed", "not_taken_up"):
                event(f"closed: {fact.step}")
                assert not talking or "reasons" in kinds
        talking = inquiry.town.state(stream, "aftercare") == "open"


@given(data=st.data(), goal=st.sampled_from(("board_weighing", "following_up", "reweighing")))
def test_invariant_43_successors_and_custodians(data: st.DataObject, goal: str) -> None:
    """Whoever takes up a delegate's office is to be briefed by a date; somebody can open the annex.

    That is: whatever went to both delegates opens as long as anybody acts in either office.
    """
    inquiry = Inquiry()
    inquiry.come(data.draw, goal)
    town, stream = inquiry.town, inquiry.stream
    both = {(i, office, "weighing") for i in inquiry.items("annex") for office in DELEGATES}
    assert both <= Told(inquiry).shared
    for _ in range(MOVES):
        if data.draw(st.integers(0, 2)):
            able = st.sampled_from(("nina", "niels", "nadia", "noud"))
            inquiry.succeed(data.draw(st.sampled_from(DELEGATES)), data.draw(able))
        else:
            often(data, inquiry, "brief")
        town.wait(timedelta())
        since = [each.took_place for _, each, _ in taken(inquiry.history, "keep", "brief")][-1]
        begun = [
            term.starts
            for term in town.register.terms
            if term.office in DELEGATES and since < term.starts <= town.now
        ]
        custody = town.cases[stream].tracks["custody"]
        assert custody.state == ("briefing_due" if begun else "kept")
        if begun:
            assert custody.due is not None
            assert custody.due <= min(begun) + 31 * DAY
        told = Told(inquiry)
        able_ = [
            person
            for person in PEOPLE
            if any(told.acts(person, office) for office in DELEGATES)
            and not told.holds(person, LEADER)
        ]
        for item in told.fragments:
            if {(item, office, "weighing") for office in DELEGATES} <= told.shared:
                for person in able_:
                    assert told.opens(item, person)
                    assert town.readers(stream, item) & {
                        key.key for key in town.register.office_keys if key.office in DELEGATES
                    }

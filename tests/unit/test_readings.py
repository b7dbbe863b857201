"""Who could read what at any moment: what the history tells, against the engine's judgement."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from tests.properties.world import BRANCH, DAY, MINUTE, REGISTER, RULES, Move, Play
from tests.unit.told import (
    ADVISED,
    WHOLE,
    could,
    judged,
    play,
    quarrel,
    reader,
    report,
    seen,
    step,
)
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.register import apply
from workflow.engine.standing import CONFIDANTS
from workflow.histories import rendering
from workflow.histories.viewing import view
from workflow.histories.views import ReadingSeen

SHARED = (
    Move(c.GiveConsent("reporter", "branch_chair", "signalling", ("i-first",)), "reporter"),
    Move(c.Share(("i-first",), "branch_chair", "signalling"), "reporter", None, DAY),
)
TAKEN_BACK = Move(c.WithdrawConsent("#0"), "reporter", None, DAY)


def test_it_says_what_the_engine_would_have_said_at_each_moment() -> None:
    """After each command of a whole case, the history names exactly those whom `may_read` lets in.

    Asked of every person and party in every capacity, and not only of those an item went to.
    """
    played = Play()
    asked: list[tuple[datetime, Counter[tuple[str, str]]]] = []
    for move in WHOLE:
        assert played.do(move).done
        assert played.case is not None
        asked.append((played.now, judged(played.case, played.now)))
    found = seen(played, "auditor")
    assert [(at, could(found, at)) for at, _ in asked] == asked
    assert len({frozenset(able) for _, able in asked}) > 8, "it does change along the way"


def test_what_was_taken_back_is_read_no_longer() -> None:
    """The chair could read it from the sharing until the withdrawal: not before, and not since."""
    played = play((report(), *ADVISED, *SHARED, TAKEN_BACK))
    shared, taken = played.now - DAY, played.now
    for audience in ("auditor", "reporter", "counsellor"):
        found = seen(played, audience, now=taken + DAY)
        (chair,) = (each for each in found.readings if each.reader.name == "branch_chair")
        assert (chair.since, chair.until, chair.basis.name) == (shared, taken, "consent")
        assert not chair.held(shared - MINUTE)
        assert chair.held(taken - MINUTE)
        assert not chair.held(taken)


def test_a_term_that_runs_out_ends_reading_at_that_moment() -> None:
    """Consent until a day ends the reading as that day ends, though nobody did anything then."""
    until = play(WHOLE[:1]).now + 9 * DAY
    lets = c.GiveConsent("reporter", "branch_chair", "signalling", ("i-first",), until=until)
    played = play((report(), *ADVISED, Move(lets, "reporter"), SHARED[1]))
    for later in (until + DAY, until + 90 * DAY):
        found = seen(played, "reporter", now=later)
        (chair,) = (each for each in found.readings if each.reader.name == "branch_chair")
        assert chair.until == until


def test_a_term_of_office_that_ends_ends_reading_at_that_moment() -> None:
    """The chair could read it until their term ended, and a successor of theirs from then on not.

    Nothing happened in the case at that moment: only the register knows.
    """
    played = play((report(), *ADVISED, *SHARED))
    ended, now = played.now + 3 * DAY, played.now + 20 * DAY
    later = apply(REGISTER, f.OfficeEnded("branch_chair", "vera", BRANCH, ended))
    auditor = reader(played, "auditor", now)
    found = view(RULES, later, played.history, auditor, now)
    (chair,) = (each for each in found.readings if each.reader.name == "branch_chair")
    assert chair.until == ended
    successor = f.OfficeGranted("branch_chair", "zef", BRANCH, ended)
    after = view(RULES, apply(later, successor), played.history, auditor, now)
    (chair,) = (each for each in after.readings if each.reader.name == "branch_chair")
    assert chair.until == ended


def test_of_a_shared_item_a_party_is_told_of_themselves_only() -> None:
    """Of the report of a mediation each member reads that they could read it, and of nobody else.

    Whether the other's consent held may show in who else could.
    """
    played = play(WHOLE)
    for party in ("reporter", "other"):
        both = [r for r in seen(played, party).readings if len(r.owners) > 1]
        assert [(each.reader.name, each.mine) for each in both] == [(party, True)]
    assert "alleen of u het zelf kon lezen" in rendering.html(seen(played, "reporter"), "nl")
    alone = seen(play((report(), *ADVISED)), "reporter")
    assert "alleen of u het zelf kon lezen" not in rendering.html(alone, "nl")


@pytest.mark.parametrize(
    "audience", ["branch_chair", "regional_chair", "helper", "disputes_committee", "mediator"]
)
def test_recipients_are_told_of_nobody_who_could_read(audience: str) -> None:
    """Who only received something reads nothing of who else could, or ever could."""
    assert seen(play((report(), *ADVISED, *SHARED)), audience).readings == ()
    found = [r for r in seen(play(WHOLE), audience).readings if r.reader.name != audience]
    assert {each.kind.name for each in found} <= {"signal"}, "what they wrote as a party is theirs"


def test_a_counsellor_is_told_of_what_was_confided_and_not_of_a_signal() -> None:
    """Nobody who could read the chair's own signal is named to the counsellor of the member."""
    kinds = {each.kind.name for each in seen(play(WHOLE), "counsellor").readings}
    assert "signal" not in kinds
    assert "conversation" in kinds


def test_who_wrote_it_is_not_said_to_own_it() -> None:
    """The counsellor reads a record because they wrote it; the member because it is theirs."""
    found = seen(play((report(),)), "auditor").readings
    assert {(each.reader.name, each.basis.label.en) for each in found} == {
        ("reporter", "their own item"),
        ("counsellor", "wrote it"),
    }


def test_who_was_kept_out_reads_no_more() -> None:
    """A counsellor whom the member left for another reads from then on nothing written before."""
    played = play((report(), step("reporter", "transfer", {"counsellor": "bram"}, wait=DAY)))
    assert played.case is not None
    found = seen(played, "reporter").readings
    ended = [each for each in found if each.reader.name in CONFIDANTS]
    assert [each.until for each in ended] == [played.now]
    assert [each.reader.name for each in found if each.until is None] == ["reporter"]


def test_what_was_erased_nobody_could_read_since() -> None:
    """After a member had everything wiped, every reading has ended at that moment."""
    played = quarrel().take("wipe", "member", wait=DAY)
    found = played.seen("ada", played.now + DAY)
    assert found.readings
    assert {each.until for each in found.readings} == {played.now}


def test_nothing_is_told_of_before_it_was() -> None:
    """No reading begins before its item was added, nor ends after the present."""
    played = play(WHOLE)
    found = seen(played, "auditor")
    added: dict[str, datetime] = {}
    for event in played.history:
        if isinstance(event.data, f.Added):
            added[event.data.kind] = min(event.at, added.get(event.data.kind, event.at))
    assert all(each.since >= added[each.kind.name] for each in found.readings)
    assert all(each.until is None or each.until <= found.as_of for each in found.readings)


def test_how_it_stood_groups_what_held_then() -> None:
    """At a moment it names each item that somebody could open, once, with all who could."""
    found = seen(play(WHOLE), "auditor")
    for at in found.turns:
        held = [each for each in found.readings if each.held(at)]
        stood = found.stood(at)
        assert [each.item for each in stood] == sorted({each.item for each in held})
        flat: list[ReadingSeen] = [each for one in stood for each in one.readers]
        assert len(flat) == len(held)


def test_the_past_does_not_change_with_what_comes_after() -> None:
    """Who could read what at each moment of a history is the same when more of it has happened."""
    early, late = play(WHOLE[:9]), play(WHOLE)
    first, whole = seen(early, "auditor"), seen(late, "auditor")
    for at in first.turns:
        assert could(first, at) == could(whole, at)


@pytest.mark.parametrize("form", ["html", "text", "md"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_form_says_who_could_read_what(form: rendering.Format, lang: str) -> None:
    """Page, text and Markdown name the chair as a reader until the moment it was taken back."""
    played = play((report(), *ADVISED, *SHARED, TAKEN_BACK))
    shown = rendering.render(seen(played, "reporter", now=played.now + DAY), form, lang)
    title = {"nl": "Wie wat kon lezen", "en": "Who could read what"}[lang]
    _, section = shown.rsplit(title, 1)
    chair = {"nl": "afdelingsvoorzitter", "en": "branch chair"}[lang]
    assert chair in section
    assert {"nl": "4 mrt 2026", "en": "4 Mar 2026"}[lang] in section
    other = rendering.render(seen(played, "branch_chair"), form, lang)
    assert {"nl": "Hierover mag u niets weten", "en": "You may know nothing of this"}[lang] in other


def test_the_reader_is_who_reads() -> None:
    """A counsellor's own readings are marked as theirs, and no other's."""
    played = play((report(),))
    found = seen(played, "counsellor").readings
    assert {(each.reader.name, each.mine) for each in found} == {
        ("counsellor", True),
        ("reporter", False),
    }

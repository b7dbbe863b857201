"""Histories: who sees what of a case, and that what is unseen changes no byte of what is seen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import jinja2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.moves import scripts
from tests.properties.world import (
    BRANCH,
    DAY,
    MINUTE,
    PARTIES,
    PEOPLE,
    REGISTER,
    RULES,
    START,
    Move,
    Play,
    founding,
    secret,
)
from tests.unit.told import (
    ADVISED,
    ASSESSED,
    EMERGENCY,
    HANDED_OVER,
    SEVERAL,
    WHOLE,
    Quarrel,
    inquired,
    item,
    play,
    quarrel,
    reader,
    report,
    seen,
    signal,
    step,
)
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.procedure import Text
from workflow.engine.register import Register, apply
from workflow.histories import diagrams, local_time, rendering, verification, wording_history
from workflow.histories.viewing import view
from workflow.histories.views import Integrity, View, Word, document
from workflow.histories.visibility import placed, scope

AUDIENCES = (
    *("auditor", "reporter", "other", "signaller", "counsellor", "mediator", "regional_chair"),
    *("helper", "branch_chair", "group_leader", "disputes_committee", "contact_person"),
)
OUTSIDERS = tuple(name for name in AUDIENCES if name not in ("auditor", "reporter", "counsellor"))
FORMS: tuple[rendering.Format, ...] = ("html", "text", "md", "json")


def _bytes(found: View) -> list[str]:
    return [rendering.render(found, form, lang) for form in FORMS for lang in ("nl", "en")]


def _texts(value: Any) -> Iterator[Text]:
    match value:
        case Text():
            yield value
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from _texts(getattr(value, name))
        case tuple():
            for each in value:
                yield from _texts(each)


def _prose(found: View, lang: str) -> str:
    """A history as text, without the commands in it."""
    shown = rendering.text(found, lang)
    typed = verification.commands(found)
    lines = [line for name in typed.__struct_fields__ for line in getattr(typed, name).splitlines()]
    for line in sorted(lines, key=len, reverse=True):
        shown = shown.replace(line, "")
    return shown


# --- what is unseen changes nothing --------------------------------------------------------------

SIGNAL_ALONE = (signal(opens=True), *ASSESSED, step("rik", "reaffirm", {"conflict_present": True}))
BESIDE_A_REPORT = (
    report(),
    ADVISED[0],
    signal(),
    EMERGENCY,
    ASSESSED[0],
    *ADVISED[1:],
    ASSESSED[1],
    Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-first",)), "reporter"),
    step("reporter", "choose_support"),
    step("rik", "reaffirm", {"conflict_present": True}),
)


def _at(moves: Sequence[Move], times: dict[str, timedelta]) -> list[Move]:
    """The moves, each step named in `times` made that long after the beginning."""
    told, now = [], timedelta(0)
    for move in moves:
        first = move.command.first if isinstance(move.command, c.Open) else move.command
        name = first.step if isinstance(first, c.Advance) else ""
        wait = times[name] - now if name in times else MINUTE
        now += wait
        told.append(msgspec.structs.replace(move, wait=wait))
    return told


@pytest.mark.parametrize("audience", ["regional_chair", "helper", "signaller", "contact_person"])
def test_a_signal_looks_the_same_whether_or_not_there_is_a_report(audience: str) -> None:
    """Who sees the support group gets the same bytes with a report and an emergency in between."""
    times = {
        name: timedelta(days=days)
        for days, name in enumerate(("give_signal", "assess", "activate", "reaffirm"), 1)
    }
    alone, beside = play(_at(SIGNAL_ALONE, times)), play(_at(BESIDE_A_REPORT, times))
    assert len(beside.history) > len(alone.history) + 15
    now = max(alone.now, beside.now)
    views = [
        seen(each, audience, now=now, integrity=Integrity(True, True, (), len(each.history)))
        for each in (alone, beside)
    ]
    assert len(views[0].moments) == 4
    assert _bytes(views[0]) == _bytes(views[1])


def test_when_the_clock_was_noticed_is_not_told() -> None:
    """The regional chair sees the same lapse whoever's command, or nobody's, had it recorded."""
    lapsing = (report(), signal(), *ASSESSED)
    unnoticed = play(lapsing)
    noticed = play((*lapsing, step("noor", "start_listening", {"exception_explained": True},
                                   wait=40 * DAY)))  # fmt: skip
    now = noticed.now + DAY
    first, second = (seen(each, "regional_chair", now=now) for each in (unnoticed, noticed))
    assert first.tracks[0].state.name == "handed_back"
    assert _bytes(first) == _bytes(second)


SHARING = (
    Move(c.GiveConsent("reporter", "branch_chair", "signalling", ("i-first",)), "reporter"),
    Move(c.Share(("i-first",), "branch_chair", "signalling"), "reporter", None, DAY),
)


def test_who_shared_is_not_told_to_the_recipient() -> None:
    """The chair gets the same bytes whether the member shared or the counsellor did for them."""
    told = (report(), *ADVISED, *SHARING)
    for_them = msgspec.structs.replace(told[-1], who="noor")
    views = [seen(play((*told[:-1], last)), "branch_chair") for last in (told[-1], for_them)]
    assert views[0].moments[-1].headline.en == "Item shared"
    assert _bytes(views[0]) == _bytes(views[1])


def test_a_consent_taken_back_before_anything_left_is_not_told_to_its_recipient() -> None:
    """The chair does not learn of a consent that named them and was withdrawn unused."""
    told = [report(), *ADVISED, *SHARING]
    lets = c.GiveConsent("reporter", "branch_chair", "signalling", kind="weighing")
    other = Move(lets, "reporter")
    wavering = [*told[:-1], other, Move(c.WithdrawConsent("#1"), "reporter"), told[-1]]
    plain = [*told[:-1], msgspec.structs.replace(told[-1], wait=DAY + 2 * MINUTE)]
    views = [seen(play(moves), "branch_chair") for moves in (plain, wavering)]
    assert len(views[0].consents) == 1
    assert _bytes(views[0]) == _bytes(views[1])


def _told_to(played: Play, audience: str) -> list[Any]:
    """What happened that the audience sees, as plain facts without the names of consents."""
    shown = placed(scope(RULES.procedure, RULES.digest, played.history, reader(played, audience)))
    told = []
    for each in shown:
        plain = msgspec.to_builtins(each.event.data)
        plain = {key: value for key, value in plain.items() if key not in ("consent", "on")}
        told.append((plain, each.event.took_place, None if each.unattended else each.event.at))
    return told


@given(moves=scripts(("active", "filed while active", "emergency"), 5), data=st.data())
def test_a_move_that_an_audience_sees_nothing_of_leaves_its_history_alone(
    moves: tuple[Move, ...], data: st.DataObject
) -> None:
    """Any run without a move of which an audience saw nothing gives that audience equal bytes."""
    audience = data.draw(st.sampled_from(OUTSIDERS))
    gone = data.draw(st.integers(1, len(moves)))
    whole, less = Play(), Play()
    waited = timedelta(0)
    for place, move in enumerate(moves):
        whole.do(move)
        if place == gone:
            waited = move.wait
            continue
        less.do(msgspec.structs.replace(move, wait=move.wait + waited))
        waited = timedelta(0)
    now = max(whole.now, less.now) + timedelta(days=400)
    if _told_to(whole, audience) != _told_to(less, audience):
        return
    views = [seen(each, audience, now=now) for each in (whole, less)]
    assert rendering.json(views[0], "en") == rendering.json(views[1], "en")
    assert rendering.text(views[0], "nl") == rendering.text(views[1], "nl")


# --- the auditor: everything that happened, and nobody -------------------------------------------


def _disguised(fact: Any) -> Any:
    """A fact as it would be with other people, other keys, other contents and other names."""
    changed: dict[str, Any] = {
        "key": "ssh-ed25519 other",
        "digest": "ff" * 32,
        "size": 1 << 22,
        "readers": ("ssh-ed25519 other",),
        "ground": "a witness",
    }
    for name in ("person", "item", "consent", "evidence_item"):
        value = getattr(fact, name, None)
        changed[name] = value and f"x-{value}"
    for name in ("persons", "items", "confided"):
        changed[name] = tuple(f"x-{value}" for value in getattr(fact, name, ()))
    on = getattr(fact, "on", ())
    changed["on"] = tuple(f"x-{value}" for value in on)
    if isinstance(fact, f.Stepped):
        asks = RULES.procedure.steps[fact.step].asks
        changed["answers"] = {
            name: (
                "somebody" if asks[name].type == "person"
                else ("somebody",) if asks[name].type == "persons"
                else tuple(asks[name].values)[:1] if asks[name].type == "choices"
                else answer
            )
            for name, answer in fact.answers.items()
        }  # fmt: skip
    fields = {name: value for name, value in changed.items() if name in fact.__struct_fields__}
    return msgspec.structs.replace(fact, **fields)


def test_an_auditor_sees_neither_people_nor_contents() -> None:
    """Other people, keys, items, sizes and private answers give the auditor the same bytes."""
    played = play(WHOLE)
    others = [
        msgspec.structs.replace(
            event,
            data=_disguised(event.data),
            who=event.who if event.who in PARTIES else f"x-{event.who}",
        )
        for event in played.history
    ]
    assert others != played.history
    strangers = Register()
    for fact in founding():
        strangers = apply(strangers, _disguised(fact))
    auditor = reader(played, "auditor")
    views = [
        view(RULES, register, events, auditor, played.now, Integrity(True, True, (), len(events)))
        for register, events in ((REGISTER, played.history), (strangers, others))
    ]
    assert _bytes(views[0]) == _bytes(views[1])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_history_names_a_person(audience: str, form: rendering.Format) -> None:
    """No audience's history holds a person, a public key or the name of an item or a consent."""
    played = play(WHOLE)
    found = rendering.render(seen(played, audience), form, "en")
    assert played.case is not None
    names = (*PEOPLE, *played.case.items, *played.case.consents)
    assert [name for name in names if re.search(rf"(?<![\w-]){name}(?![\w-])", found)] == []
    assert "ssh-ed25519" not in found


def test_an_auditor_sees_every_event_in_order() -> None:
    """The auditor's moments count every event of the case, from the first to the last."""
    played = play(WHOLE)
    found = seen(played, "auditor")
    counted = [number for m in found.moments for number in range(m.first, m.last + 1)]
    assert counted == list(range(1, len(played.history) + 1))
    assert [m.number for m in found.moments] == list(range(1, len(found.moments) + 1))


def test_an_auditor_sees_how_it_was_judged_and_not_what_it_was_about() -> None:
    """The auditor is shown how the emergency was judged, and not what the report was about."""
    fields = {
        answered.field.name
        for moment in seen(play(WHOLE), "auditor").moments
        for change in moment.changes
        for answered in change.answers
    }
    assert "justified" in fields
    about = {"ground", "severity", "options", "outcome", "corners"}
    assert not (about | {"counsellor", "mediator", "helpers"}) & fields


def test_of_several_people_only_their_number_is_told() -> None:
    """Where several people could be named, a party reads how many were, and no name of theirs."""
    played = play(WHOLE)
    said = rendering.text(seen(played, "signaller"), "en")
    assert "Helpers: one person" in said
    assert "hanna" not in said.lower()
    assert "Helpers" not in rendering.text(seen(played, "auditor"), "en")


def test_sizes_are_for_those_who_may_read() -> None:
    """The member sees roughly how large an item is; the auditor does not."""
    played = play(WHOLE)
    assert "up to 4 kB" in rendering.text(seen(played, "reporter"), "en")
    assert "kB" not in rendering.text(seen(played, "auditor"), "en")


def test_what_does_not_hold_is_named_to_the_auditor_only() -> None:
    """A broken chain is told to everyone; at which event, and of how many, to the auditor."""
    played = play(WHOLE)
    trouble = Integrity(False, True, (Text("61 klopt niet", "61 is wrong"),), 66)
    told = {
        audience: rendering.text(seen(played, audience, integrity=trouble), "en")
        for audience in ("auditor", "regional_chair")
    }
    assert all("The chain is broken." in words for words in told.values())
    assert "61 is wrong" in told["auditor"]
    assert "61 is wrong" not in told["regional_chair"]
    told_less = seen(played, "regional_chair", integrity=trouble).integrity
    assert told_less == Integrity(False, True, (wording_history.SOMETHING_WRONG,))
    elsewhere = Integrity(True, True, (Text("een stuk ontbreekt", "an item is missing"),), 66)
    assert "Nothing changed" not in rendering.text(
        seen(played, "regional_chair", integrity=elsewhere), "en"
    )


@pytest.mark.parametrize("form", FORMS[:3])
def test_the_badge_tells_its_limit(form: rendering.Format) -> None:
    """Beside "Nothing changed" it says that a cut-off end cannot be seen, for any audience."""
    for audience in ("auditor", "regional_chair"):
        found = seen(play(WHOLE), audience, integrity=Integrity(True, True))
        shown = " ".join(rendering.render(found, form, "en").split())
        assert "Nothing changed." in shown
        assert "Whether the end was cut off cannot be seen here." in shown


@pytest.mark.parametrize("form", FORMS[:3])
def test_event_numbers_are_for_the_auditor_only(form: rendering.Format) -> None:
    """The auditor's moments say which events they are; nobody else's mention event numbers."""
    played = play(WHOLE)
    shown = rendering.render(seen(played, "auditor"), form, "nl")
    assert "gebeurtenissen 1–6" in shown
    alone = [m.first for m in seen(played, "auditor").moments if m.first == m.last]
    assert f"gebeurtenis {alone[0]}" in shown
    for audience in AUDIENCES[1:]:
        other = rendering.render(seen(played, audience), form, "nl")
        assert re.findall(r"gebeurtenis(?:sen)? \d", other) == []


def test_what_nobody_recorded_has_no_event_number() -> None:
    """A moment that is still to be recorded is not given the number of an event."""
    played = play((report(), EMERGENCY))
    shown = rendering.text(seen(played, "auditor", now=played.now + 3 * DAY), "en")
    assert re.findall(r"events? \d+(?:–\d+)?", shown) == ["events 1–6", "events 7–10"]


# --- who sees which facts ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "tracks"),
    [
        ("auditor", list(RULES.procedure.tracks)),
        ("reporter", [name for name in RULES.procedure.tracks if name != "support_group"]),
        ("counsellor", [name for name in RULES.procedure.tracks if name != "support_group"]),
        ("regional_chair", ["support_group"]),
        ("helper", ["support_group"]),
        ("disputes_committee", []),
        ("mediator", []),
        ("group_leader", []),
    ],
)
def test_each_audience_sees_its_own_tracks(audience: str, tracks: list[str]) -> None:
    """The tracks of a view are exactly those the procedure lets its audience see."""
    assert [track.track.name for track in seen(play(WHOLE), audience).tracks] == tracks


def test_who_sees_nothing_gets_nothing_of_the_case() -> None:
    """A group leader who has no part in the case is told not even its branch or when it began."""
    found = seen(play(WHOLE), "group_leader")
    assert (found.branch, found.opened, found.moments, found.tracks) == ("", None, (), ())
    assert "You may see" not in (words := rendering.text(found, "en"))
    assert "nothing in this case that you may see" in words


def test_a_track_that_has_not_begun_does_not_tell_when_the_case_did() -> None:
    """Since when a track has rested where the case began is told to an auditor only."""
    played = play(WHOLE)
    since = {
        audience: {track.track.name: track.since for track in seen(played, audience).tracks}
        for audience in ("auditor", "reporter")
    }
    assert since["auditor"]["identity"] == play(WHOLE[:1]).now
    assert since["reporter"]["identity"] is None


def test_the_chair_does_not_learn_why_the_group_stood_back() -> None:
    """The regional chair sees the support group stand back, and not by whom or through what."""
    last = seen(play(WHOLE), "regional_chair").moments[-1]
    assert last.changes[0].step.name == "stand_back"
    assert last.changes[0].hidden_cause
    assert (last.by, last.changes[0].because, last.changes[0].decided) == ((), None, None)


def test_a_recipient_does_not_learn_when_an_item_was_written() -> None:
    """The chair sees that a record reached them, and not the moment it was added."""
    played = play((report(), *ADVISED, *SHARING))
    found = seen(played, "branch_chair")
    assert [gone.kind.name for gone in found.disclosures] == ["conversation"]
    assert "added" not in rendering.text(found, "en")
    assert [moment.at for moment in found.moments] == [played.now - DAY, played.now]


def test_the_signallers_consents_are_not_the_counsellors_business() -> None:
    """A counsellor sees the member's consents and none that was given for the signal."""
    givers = {consent.giver.name for consent in seen(play(WHOLE), "counsellor").consents}
    assert givers == {"reporter", "other"}


def test_a_new_counsellor_sees_no_item_that_was_confided_to_another() -> None:
    """After a transfer, the new counsellor's history tells of no item from before it."""
    moves = (report(), ADVISED[0], step("reporter", "transfer", {"counsellor": "bram"}))
    found = seen(play(moves), "counsellor")
    assert [track.state.name for track in found.tracks][:1] == ["received"]
    assert "Item" not in rendering.text(found, "en")


# --- what is computed ----------------------------------------------------------------------------


def test_deadlines_tell_how_they_went() -> None:
    """A deadline that was kept, missed, run out by the clock, or runs still, says so."""
    played = play(WHOLE)
    outcomes = {
        (d.track.name, d.state.name): d.outcome.name for d in seen(played, "auditor").deadlines
    }
    assert outcomes["report", "received"] == "kept"
    assert outcomes["handover", "filed"] == "missed"
    assert outcomes["emergency", "open"] == "lapsed"
    filed = play(WHOLE[:-1])
    for later, outcome in ((DAY, "running"), (100 * DAY, "overdue")):
        (handover,) = (
            deadline
            for deadline in seen(filed, "auditor", now=filed.now + later).deadlines
            if deadline.track.name == "handover"
        )
        assert handover.outcome.name == outcome


@pytest.mark.parametrize(("before", "outcome"), [(timedelta(0), "missed"), (MINUTE, "kept")])
def test_a_deadline_is_over_at_its_very_moment(before: timedelta, outcome: str) -> None:
    """A step at the moment a deadline passes misses it; a minute earlier it is kept."""
    opened = play((report(),))
    (due,) = (d.due for d in seen(opened, "auditor").deadlines)
    moves = (
        report(),
        step("noor", "start_listening", {"exception_explained": True},
             wait=due - opened.now - before),
    )  # fmt: skip
    assert seen(play(moves), "auditor").deadlines[0].outcome.name == outcome


def test_an_emergency_tells_how_it_ended_and_what_was_done_about_it() -> None:
    """The emergency expired by itself, was reviewed and told, and one item left in it."""
    (found,) = seen(play(WHOLE), "auditor").emergencies
    assert found.ending.name == "expired"
    assert found.ended == found.until
    assert [told.step.name for told in found.followed] == ["review_emergency", "tell_member"]
    assert found.pending is None
    assert len(found.disclosures) == 1
    for form in FORMS[:3]:
        shown = re.sub(r"<[^>]+>", "", rendering.render(seen(play(WHOLE), "auditor"), form, "en"))
        assert re.search(r"emergency notice \(disclosure 6\) (→|─▶) crisis service", shown)
    (open_still,) = seen(play((report(), EMERGENCY)), "auditor").emergencies
    assert (open_still.ending.name, open_still.ended) == ("open", None)
    assert open_still.pending is not None


def test_consents_tell_whether_they_hold() -> None:
    """Each consent holds, or says whether it was withdrawn, ran out or lost its purpose."""
    statuses = {
        consent.status.name
        for moves in (WHOLE, WHOLE[:-1])
        for consent in seen(play(moves), "auditor").consents
    }
    assert statuses == {"holds", "withdrawn", "expired", "over"}


@pytest.mark.parametrize("audience", ["auditor", "reporter", "regional_chair"])
def test_the_path_of_a_track_is_numbered_as_the_timeline(audience: str) -> None:
    """An edge has the numbers of exactly the moments that took it, and they lead along the path."""
    found = seen(play(WHOLE), audience)
    for track in found.tracks:
        edges = track.diagram.edges
        taken = sorted((number, edge.step, edge) for edge in edges for number in edge.numbers)
        assert [(number, step) for number, step, _ in taken] == [
            (moment.number, change.step.name)
            for moment in found.moments
            for change in moment.changes
            if change.track == track.track
        ]
        labels = {node.name: node.label for node in track.diagram.nodes}
        assert [labels[edge.to] for _, _, edge in taken] == list(track.path[1:])


def test_a_consent_on_particular_items_says_which() -> None:
    """The member reads which items a consent covers, a later counsellor those they have met."""
    late = Move(c.AddItem(item("late"), "packet"), "reporter")
    both = Move(
        c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-late", "i-first")),
        "reporter",
    )
    moves = (report(), *ADVISED, late, HANDED_OVER[0], both)
    (given,) = seen(play(moves), "reporter").consents
    named = "item 1, conversation record; item 5, document to hand over"
    assert given.what.en == named
    assert named in " ".join(rendering.text(seen(play(moves), "reporter"), "en").split())
    transferred = step("reporter", "transfer", {"counsellor": "bram"})
    (given,) = seen(play((report(), transferred, late, both)), "counsellor").consents
    assert given.what.en == "item 1, document to hand over; 1 other item"
    only = Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-first",)), "reporter")
    (given,) = seen(play((report(), transferred, only)), "counsellor").consents
    assert given.what.en == "1 item"


def test_consents_that_ended_together_are_named_in_one_sentence() -> None:
    """One consent has ended, two and more have; each is named by its number."""
    purpose = Text("bemiddeling", "mediation")
    assert wording_history.purpose_ended(purpose, (1, 2)) == Text(
        "De toestemmingen 1 en 2 voor bemiddeling zijn vervallen.",
        "Consents 1 and 2 for mediation have ended.",
    )
    assert wording_history.purpose_ended(purpose, (3,)) == Text(
        "Toestemming 3 voor bemiddeling is vervallen.", "Consent 3 for mediation has ended."
    )


def test_more_than_one_person_in_an_office_is_not_told_as_one() -> None:
    """Two helpers are more than one support group member, and one is a support group member."""
    two = step("rik", "activate", {"helpers": ("hanna", "hugo"), "conflict_present": True})
    for last, told in ((ASSESSED[1], "a support"), (two, "more than one support")):
        played = play((signal(opens=True), ASSESSED[0], last))
        shown = " ".join(rendering.text(seen(played, "auditor"), "en").split())
        assert f"From now on in this case: {told} group member." in shown


def test_what_the_clock_did_and_nobody_recorded_is_marked_for_the_auditor() -> None:
    """An emergency that expired unnoticed is shown as ended, and as still to be recorded."""
    played = play((report(), EMERGENCY))
    later = seen(played, "auditor", now=played.now + 3 * DAY)
    assert later.moments[-1].pending
    assert later.moments[-1].by[0].name == "clock"
    assert not any(moment.pending for moment in seen(played, "auditor").moments)


def test_an_act_written_down_later_tells_both_times() -> None:
    """A step that took place an hour before it was recorded shows both times, in Dutch time."""
    late = step("noor", "start_listening", {"exception_explained": True}, wait=2 * DAY)
    played = Play()
    played.do(report())
    happened = played.now + DAY
    assert isinstance(late.command, c.Advance)
    assert played.do(
        msgspec.structs.replace(
            late, command=msgspec.structs.replace(late.command, happened=happened)
        )
    ).done
    moment = seen(played, "auditor").moments[-1]
    assert (moment.at, moment.recorded) == (happened, played.now)
    assert "3 maart 2026, 10:01" in rendering.text(seen(played, "auditor"), "nl")


@pytest.mark.parametrize(
    ("at", "nl", "en"),
    [
        ("2026-10-04T22:00:00Z", "t/m 4 okt 2026", "until and including 4 Oct 2026"),
        ("2026-12-31T23:00:00Z", "t/m 31 dec 2026", "until and including 31 Dec 2026"),
        ("2026-03-28T23:00:00Z", "t/m 28 mrt 2026", "until and including 28 Mar 2026"),
        ("2026-10-04T22:00:01Z", "tot 5 okt 2026, 00:00", "until 5 Oct 2026, 00:00"),
        ("2026-10-05T00:00:00Z", "tot 5 okt 2026, 02:00", "until 5 Oct 2026, 02:00"),
    ],
)
def test_an_end_at_midnight_counts_its_last_day_in(at: str, nl: str, en: str) -> None:
    """What ends at exactly midnight in the Netherlands names the day before; others the moment."""
    moment = datetime.fromisoformat(at)
    assert (local_time.until(moment, "nl"), local_time.until(moment, "en")) == (nl, en)


@pytest.mark.parametrize("form", FORMS[:3])
def test_a_whole_day_deadline_is_shown_by_its_last_day(form: rendering.Format) -> None:
    """Seven days from 2 March are shown until and including 9 March; JSON has the moment."""
    found = seen(play((report(),)), "auditor")
    assert "until and including 9 Mar 2026" in rendering.render(found, form, "en")
    assert json.loads(rendering.json(found, "en"))["deadlines"][0]["due"] == "2026-03-09T23:00:00Z"


# --- the forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_word_is_there_in_both_languages(audience: str, lang: str) -> None:
    """No label of a view is empty, and no form shows a name of the code where a label belongs."""
    found = seen(play(WHOLE), audience)
    assert [words for words in _texts(found) if not words[lang].strip()] == []
    shown = _prose(found, lang)
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", shown) == []


def test_the_fixed_words_are_there_in_both_languages() -> None:
    """Every fixed word has a Dutch and an English form."""
    empty = [name for name, words in wording_history.WORDS.items() if not (words.nl and words.en)]
    assert empty == []
    assert set(wording_history.words("nl")) == set(wording_history.words("en"))


def test_a_template_cannot_name_what_is_not_there() -> None:
    """A template that names an unknown variable, field or word fails instead of leaving a gap."""
    environment = rendering._environment("", "en")
    for wrong in ("{{ case.parties }}", "{{ view.parties }}", "{{ w['no such word'] }}"):
        with pytest.raises((jinja2.UndefinedError, AttributeError, KeyError)):
            environment.from_string(wrong).render(view=seen(play(WHOLE), "auditor"), w={})


def test_json_is_one_document_with_times_in_utc() -> None:
    """The JSON form is one document with times in ISO 8601 and UTC, and labels as strings."""
    found = seen(play(WHOLE), "auditor")
    plain = json.loads(rendering.json(found, "nl"))
    assert plain == document(found, "nl")
    assert plain["opened"] == "2026-03-02T09:01:00Z"
    assert plain["tracks"][0]["track"] == {"name": "report", "label": "Melding"}


def test_text_fits_a_terminal() -> None:
    """No line of the text form is wider than it says."""
    for audience in AUDIENCES:
        for lang in ("nl", "en"):
            lines = rendering.text(seen(play(WHOLE), audience), lang).splitlines()
            assert max(map(len, lines)) <= rendering.WIDTH


def test_markdown_tables_are_even() -> None:
    """Every row of a Markdown table has as many cells as its heading."""
    found = rendering.markdown(seen(play(WHOLE), "auditor"), "en")
    rows = [line for line in found.splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert len(rows) > 20
    assert set(cells) == {7, 8}
    for before, after in zip(found.splitlines(), found.splitlines()[1:], strict=False):
        if before.startswith("|") and after.startswith("|"):
            assert before.count("|") == after.count("|")


def test_labels_are_data_to_every_form() -> None:
    """A procedure's label that looks like markup is shown as it is, and does nothing."""
    found = seen(play(WHOLE), "auditor")
    nasty = Text("<script>x</script> | *a*", "<script>x</script> | *a*")
    labelled = msgspec.structs.replace(
        found, procedure=msgspec.structs.replace(found.procedure, label=nasty)
    )
    assert "<script>x" not in rendering.html(labelled, "en")
    assert r"\<script\>x\</script\> \| \*a\*" in rendering.markdown(labelled, "en")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_view_is_the_same_bytes(form: rendering.Format) -> None:
    """Rendering a view again, from a case played again, gives the same bytes."""
    first, again = (rendering.render(seen(play(WHOLE), "auditor"), form, "nl") for _ in range(2))
    assert first == again


def test_items_are_numbered_as_the_audience_meets_them() -> None:
    """The first item an audience sees is item 1 for it, however many came before."""
    late = Move(c.AddItem(item("late"), "packet"), "reporter")
    assert "Item 1, document to hand over" not in rendering.text(
        seen(play((report(), late)), "reporter"), "en"
    )
    (gone,) = seen(play((report(), *ADVISED, *SHARING)), "branch_chair").disclosures
    assert gone.item == 1


# --- cases of one matter, grounds that fall away, erasure, several in one part --------------------

TOLD = c.Hear("z-2", 7, ("stand_back",), linked=True)
EVERYBODY = (
    *("ada", "vera", "noor", "bram", "member", "ilse", "hanna", "hugo", "dirk"),
    *SEVERAL,
)


def _all_bytes(played: Quarrel, who: str, now: datetime | None = None) -> list[str]:
    return _bytes(played.seen(who, now))


def test_what_another_case_told_looks_like_what_this_one_brought_about() -> None:
    """The chair gets equal bytes whether another case or a hidden step made the group stand back.

    Neither tells by whom, through what or from where.
    """
    told, complained = quarrel().do(TOLD, "dirk"), quarrel().take("complain", "member")
    last = told.seen("vera").moments[-1]
    assert (last.changes[0].step.name, last.changes[0].hidden_cause) == ("stand_back", True)
    assert (last.by, last.marks, last.changes[0].because) == ((), (), None)
    assert _all_bytes(told, "vera") == _all_bytes(complained, "vera")


def test_an_auditor_reads_which_case_told_this_one() -> None:
    """The auditor reads the number of the other case and of its event, and that it told this."""
    found = quarrel().do(TOLD, "dirk").seen("ada")
    last = found.moments[-1]
    assert (last.changes[0].because, last.changes[0].hidden_cause) == (
        Word("linked", Text("een zaak van dezelfde kwestie", "a case of the same matter")),
        False,
    )
    assert last.marks == ("linked",)
    assert last.notes[0].en == "This follows from event 7 of case z-2."
    for form in FORMS:
        shown = rendering.render(found, form, "en")
        assert "This follows from event 7 of case z-2." in " ".join(shown.split())
        assert "This case and case z-2 are of the same matter." in " ".join(shown.split())


@pytest.mark.parametrize("who", EVERYBODY)
def test_that_there_is_another_case_is_told_to_auditors_only(who: str) -> None:
    """Of a link and of what another case told, no one but an auditor sees fact, number or answer.

    Not even the chair, who said of which case this one is the same matter.
    """
    played = inquired().take("tie", "vera", {"other": "z-3"}).do(TOLD, "dirk")
    assert (f.Linked in played.told(who)) is (f.Heard in played.told(who)) is (who == "ada")
    shown = "".join(_all_bytes(played, who))
    assert ("z-2" in shown, "z-3" in shown) == ((who == "ada"), (who == "ada"))


def test_a_case_opened_by_another_looks_like_any_other() -> None:
    """The member gets equal bytes whether their case came from another or not."""
    first = c.Advance(
        "begin", {"counsellor": "noor"}, item("story"), joining=secret("member").public.line()
    )
    views = [
        _all_bytes(Quarrel().do(c.Open(BRANCH, first, linked), "member"), "member")
        for linked in (None, "z-2")
    ]
    assert views[0] == views[1]
    filed = Quarrel().do(c.Open(BRANCH, first, "z-2"), "member").seen("ada")
    assert [moment.marks for moment in filed.moments] == [()]
    assert f.Linked not in quarrel().told("ada")


def test_who_is_assigned_by_a_step_goes_with_that_step() -> None:
    """Who takes over when the group stands back is told to the chair, and not with a later step."""
    played = quarrel().do(TOLD, "dirk").take("complain", "member")
    assert played.told("vera").count(f.Assigned) == 2
    assert played.told("hugo") == played.told("vera")
    assert played.told("member").count(f.Assigned) == 1


def test_what_fell_away_is_not_told() -> None:
    """The chair gets equal bytes whether a consent was withdrawn or ran out under the group.

    It is marked as what nobody did, and named as a consequence of nothing.
    """
    lasted = timedelta(minutes=10)
    lapsed = quarrel(until=lasted)
    withdrawn = quarrel()
    assert withdrawn.case is not None
    (consent,) = withdrawn.case.consents
    withdrawn.do(c.WithdrawConsent(consent), "member", START + lasted - withdrawn.now)
    now = withdrawn.now + DAY
    last = withdrawn.seen("vera", now).moments[-1]
    assert (last.marks, last.by, last.pending) == (("ground",), (), False)
    assert (last.changes[0].because, last.changes[0].hidden_cause) == (None, False)
    assert _all_bytes(withdrawn, "vera", now) == _all_bytes(lapsed, "vera", now)
    noticed = lapsed.do(c.AddItem(item("more"), "story"), "member", DAY / 2)
    assert _all_bytes(withdrawn, "vera", now) == _all_bytes(noticed, "vera", now)
    assert "fell away" in rendering.text(withdrawn.seen("vera", now), "en")
    assert "onsent" not in " ".join(
        str(note) for moment in withdrawn.seen("vera", now).moments for note in moment.notes
    )


def test_an_auditor_reads_when_a_ground_fell_away_and_when_that_was_written_down() -> None:
    """What fell away unnoticed is dated at that moment, and still to be recorded."""
    played = quarrel(until=timedelta(minutes=10))
    pending = played.seen("ada", START + DAY).moments[-1]
    assert (pending.at, pending.pending, pending.marks) == (
        START + timedelta(minutes=10),
        True,
        ("ground",),
    )


def _shared() -> Quarrel:
    share = c.Share(("i-story",), "chair", "briefing")
    return quarrel().do(share, "member")


def test_erasure_is_told_to_those_whose_items_they_were() -> None:
    """The member, their counsellor and the auditor read that the item is gone, and others nothing.

    Not even the chair, whom it had been shared with.
    """
    erased = _shared().take("wipe", "member")
    for who in EVERYBODY:
        knows = who in ("ada", "noor", "member")
        assert (f.Erased in erased.told(who)) is knows, who
    assert _all_bytes(erased, "vera") == _all_bytes(_shared(), "vera", erased.now)
    for who in ("ada", "noor", "member"):
        found = erased.seen(who)
        assert "erasure" in found.moments[-1].marks
        assert "Item 1 was erased" in found.moments[-1].notes[-1].en
        assert [gone.erased for gone in found.disclosures] == [True]
        assert "(1) [erased]" in rendering.text(found, "en")
        assert "story (1) **erased**" in rendering.markdown(found, "en")
        assert '<strong class="erased">' in rendering.html(found, "en")
    assert not any(gone.erased for gone in _shared().seen("member").disclosures)


def test_a_consent_says_which_of_its_items_are_gone() -> None:
    """The table of consents tells an erased item as erased; what was said at the time stays."""
    lets = c.GiveConsent("member", "committee", "ruling", ("i-story",))
    found = quarrel().do(lets, "member").take("wipe", "member").seen("member")
    assert found.consents[1].what.en == "item 1, story (erased)"
    (given,) = [n.en for m in found.moments for n in m.notes if "→ committee" in n.en]
    assert "item 1, story → committee" in given


def test_a_new_counsellor_learns_of_no_item_by_its_erasure() -> None:
    """After a transfer, the new counsellor reads that items were erased, and not which or how many.

    So a case with one item and a case with two give the new counsellor equal bytes.
    """
    more = c.AddItem(item("more"), "story")
    plain = quarrel().take("transfer", "member", {"counsellor": "bram"}, wait=2 * MINUTE)
    longer = quarrel().do(more, "member").take("transfer", "member", {"counsellor": "bram"})
    for played in (plain, longer):
        played.take("wipe", "member")
    assert plain.seen("bram").moments[-1].notes[0].en.startswith("Items were erased")
    assert _all_bytes(plain, "bram") == _all_bytes(longer, "bram")


def test_each_owner_reads_of_their_own_items_only_that_they_were_erased() -> None:
    """Of items erased together, someone concerned reads of the one that was theirs as well."""
    traced = c.AddItem(item("traced"), "fragment", of=("member", SEVERAL[0]))
    played = inquired().do(traced, "ilse").take("wipe", "member")
    (note,) = [n for m in played.seen(SEVERAL[0]).moments for n in m.notes if "erased" in n.en]
    assert note.en == "Item 1 was erased: its key was destroyed and nobody opens it any more."
    assert f.Erased not in played.told(SEVERAL[1])
    (gone,) = [n for m in played.seen("member").moments for n in m.notes if "erased" in n.en]
    assert gone.en.startswith("Items 1 and 2 were erased")


def test_what_is_carried_into_another_case_is_told_to_owners_and_confidants() -> None:
    """The member, the counsellor and the auditor read into which case; the recipient reads nothing.

    The committee receives it in the other case, and is to know of this one nothing at all.
    """
    lets = c.GiveConsent("member", "committee", "ruling", kind="story")
    played = quarrel().do(lets, "member").take("hand_in", "member", into="z-9")
    for who in EVERYBODY:
        told = f.Disclosed in played.told(who)
        assert told is (who in ("ada", "noor", "member")), who
    assert (played.seen("dirk").moments, played.seen("dirk").consents) == ((), ())
    for who in ("ada", "noor", "member"):
        found = played.seen(who)
        assert [gone.into for gone in found.disclosures] == ["z-9"]
        assert any("committee, carried into case z-9" in n.en for n in found.moments[-1].notes)
        for form in FORMS[:3]:
            shown = re.sub(r"<[^>]+>", "", rendering.render(found, form, "en"))
            assert "committee, in case z-9" in shown


def test_several_in_one_part_are_told_apart() -> None:
    """Each of two people concerned is called by the part and their own sign, wherever named."""
    played = inquired()
    assert [word.label for word in played.seen(SEVERAL[0]).audience] == [
        Text("betrokkene 4f7k", "person concerned 4f7k")
    ]
    joined = [note.en for m in played.seen("vera").moments for note in m.notes if "part" in note.en]
    assert joined == [
        "Person concerned 4f7k takes part in the case from here on.",
        "Person concerned 9qtm takes part in the case from here on.",
    ]
    traced = c.AddItem(item("traced"), "fragment", of=(SEVERAL[0],))
    lets = c.GiveConsent(SEVERAL[0], "chair", "briefing", ("i-traced",))
    played.do(traced, "ilse").do(lets, SEVERAL[0])
    played.do(c.Share(("i-traced",), "chair", "briefing"), SEVERAL[0])
    (gone,) = played.seen("vera").disclosures
    assert [word.label.nl for word in gone.owners] == ["betrokkene 4f7k"]
    (given,) = played.seen(SEVERAL[0]).consents
    assert given.giver.label.nl == "betrokkene 4f7k"
    assert not {f.Added, f.Consented, f.Disclosed} & set(played.told(SEVERAL[1]))


def test_several_in_one_part_read_what_was_answered_as_any_party_does() -> None:
    """Someone concerned reads the answers on the tracks of those concerned, and of no others."""
    told = {
        who: {
            answered.field.name
            for moment in inquired().seen(who).moments
            for change in moment.changes
            for answered in change.answers
        }
        for who in (SEVERAL[0], "vera")
    }
    assert told == {SEVERAL[0]: {"manner"}, "vera": set()}


def test_who_a_step_keeps_out_is_told_to_whoever_took_it() -> None:
    """That someone was there and stays out is told to the chair who said so, and the auditor."""
    played = inquired()
    assert {who for who in EVERYBODY if f.Recused in played.told(who)} == {"vera", "ada"}


def test_what_was_written_on_commission_says_so() -> None:
    """The chair reads that a finding reached them because it was written for them."""
    played = inquired().do(c.AddItem(item("finding"), "finding"), "ilse")
    played.do(c.Share(("i-finding",), "chair", "briefing"), "ilse")
    (gone,) = played.seen("vera").disclosures
    assert gone.rests_on == Text("in opdracht geschreven", "written on commission")


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_of_a_quarrel_is_told_in_the_words_of_the_code(who: str) -> None:
    """With links, grounds, erasure and several parties, both languages are whole in every form."""
    played = _shared().take("look_into", "vera", {"involved": ("hugo",)})
    lets = c.GiveConsent("member", "committee", "ruling", kind="story")
    played.do(lets, "member").take("hand_in", "member", into="z-9").do(TOLD, "dirk")
    found = played.take("wipe", "member").seen(who)
    assert [words for words in _texts(found) if not (words.nl.strip() and words.en.strip())] == []
    for lang in ("nl", "en"):
        shown = _prose(found, lang)
        assert re.findall(r"\b[a-z]+_[a-z_]+\b", shown) == []
        assert max(map(len, shown.splitlines())) <= rendering.WIDTH
        assert not re.search(r"\b(clock|ground|linked|heard)\b", shown)
    _all_bytes(played, who)


def test_a_drawing_says_only_to_auditors_that_another_case_can_tell_this_one() -> None:
    """The chair's drawing is that of a procedure in which no other case is heard.

    What happens by itself is dotted for everyone.
    """
    played = quarrel().do(TOLD, "dirk")
    drawn = {
        who: {edge.step: edge for track in played.seen(who).tracks for edge in track.diagram.edges}
        for who in ("ada", "vera")
    }
    assert drawn["ada"]["stand_back"].label.en == "Stand back (through another case)"
    assert drawn["vera"]["stand_back"].label.en == "Stand back"
    dotted = [step for step, edge in drawn["vera"].items() if edge.itself]
    assert dotted == ["fade", "stand_back"]
    (group,) = [t for t in played.seen("vera").tracks if t.track.name == "group"]
    lines = diagrams.dot([group.diagram], "en").splitlines()
    (taken,) = [line for line in lines if "Stand back" in line]
    assert 'style="dotted"' in taken
    (gathered,) = [line for line in lines if "Gather" in line]
    assert "dotted" not in gathered

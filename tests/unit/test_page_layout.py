"""Where a View goes on a page: nothing is lost on the way, and what is left out is counted."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.world import DAY, PROCEDURE, START
from tests.unit.told import WHOLE, play, seen
from workflow.engine.procedure import Text
from workflow.histories import diagrams, local_time, page_layout
from workflow.histories.diagrams import Move
from workflow.histories.marking import Mark, anchor, marked
from workflow.histories.page_layout import DEADLINES, IN_CELL, STANDS, STOOD_ROWS, WIDE, Line
from workflow.histories.views import View, Word

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found() -> View:
    """A whole case as an auditor sees it."""
    return seen(play(WHOLE), "auditor")


def _replaced(value: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(value, **fields)


# --- the timeline ---------------------------------------------------------------------------------


def test_every_moment_stands_once_in_its_month(found: View) -> None:
    """The months hold each moment once, in their order, under the month it fell in."""
    months = page_layout.months(found)
    entries = [(month, entry) for month in months for entry in month.entries]
    moments = [(month, entry.moment) for month, entry in entries if entry.moment is not None]
    assert [moment for _, moment in moments] == list(found.moments)
    assert all(
        local_time.month(moment.at, "en") == local_time.month(month.at, "en")
        for month, moment in moments
    )
    assert len({month.number for month in months}) == len(months) > 2


def test_every_deadline_stands_where_it_began(found: View) -> None:
    """Each deadline is told where it began, and each that was missed also when it passed."""
    entries = [entry for month in page_layout.months(found) for entry in month.entries]
    begun = [(e.moment.number, d) for e in entries if e.moment is not None for d in e.begun]
    assert sorted((n, d.due) for n, d in begun) == sorted(
        (d.moment, d.due) for d in found.deadlines
    )
    passed = [entry.passed for entry in entries if entry.passed is not None]
    assert [p.outcome.name for p in passed] == ["missed", "missed"]
    for place, entry in enumerate(entries):
        if entry.passed is not None:
            later = [e.moment.at for e in entries[place:] if e.moment is not None]
            earlier = [e.moment.at for e in entries[:place] if e.moment is not None]
            assert max(earlier) <= entry.passed.due <= min(later)


def test_a_deadline_still_open_passed_after_all_that_happened(found: View) -> None:
    """A deadline that ran out and on which nobody acted yet is the last thing in the timeline."""
    filed = play(WHOLE[:-1])
    late = seen(filed, "auditor", now=filed.now + 100 * DAY)
    entries = page_layout.months(late)[-1].entries
    assert entries[-1].passed is not None
    assert entries[-1].passed.outcome.name == "overdue"


# --- tables that are to stay readable -------------------------------------------------------------


def test_only_old_deadlines_that_were_kept_are_left_out(found: View) -> None:
    """Of a thousand deadlines the table has every one that was not kept, and says how many lack."""
    many = found.deadlines * (1_000 // len(found.deadlines))
    terms = page_layout.terms(_replaced(found, deadlines=many))
    assert len(terms.rows) + terms.left_out == len(many)
    assert len(terms.rows) <= max(DEADLINES, sum(d.outcome.name != "kept" for d in many))
    wrong = [each for each in many if each.outcome.name != "kept"]
    assert [each for each in terms.rows if each.outcome.name != "kept"] == wrong
    assert page_layout.terms(found).left_out == 0


def test_every_consent_stands_at_its_giver_and_recipient(found: View) -> None:
    """In the matrix each consent is in the one cell of who gave it and whom it is for."""
    placed = {
        consent.number: (row.giver, cell.to)
        for row in page_layout.matrix(found)
        for cell in row.cells
        for consent in cell.consents
    }
    assert placed == {each.number: (each.giver, each.to) for each in found.consents}


def test_a_full_cell_counts_what_it_leaves_out(found: View) -> None:
    """Of many consents between the same two, the latest are shown and the others counted."""
    one = found.consents[0]
    many = tuple(_replaced(one, number=number) for number in range(1, 21))
    ((cell,),) = (row.cells for row in page_layout.matrix(_replaced(found, consents=many)))
    assert [each.number for each in cell.consents] == list(range(21 - IN_CELL, 21))
    assert cell.earlier == 20 - IN_CELL


def test_disclosures_are_counted_by_kind_and_basis(found: View) -> None:
    """The sums add up to all disclosures, and the one in the emergency is counted apart."""
    sums = page_layout.sums(found)
    assert sum(each.count for each in sums) == len(found.disclosures)
    assert [s.kind.name for s in sums if s.basis.name == "emergency"] == ["emergency_notice"]


# --- as it stood ----------------------------------------------------------------------------------


@given(count=st.integers(1, 400), apart=st.sampled_from([1, 7, 60, 24 * 60, 9 * 24 * 60]))
def test_snapshots_are_few_and_true(count: int, apart: int) -> None:
    """However many changes there were, the page has at most so many, and each says what held."""
    reading = seen(play(WHOLE[:1]), "auditor").readings[0]
    readings = tuple(
        _replaced(reading, item=number, since=START + number * timedelta(minutes=apart))
        for number in range(1, count + 1)
    )
    many = _replaced(seen(play(WHOLE[:1]), "auditor"), readings=readings)
    found = page_layout.snapshots(many)
    assert 1 <= len(found) <= STANDS
    assert sum(len(each.items) for each in found) <= STOOD_ROWS
    assert all(each.items == many.stood(each.at) for each in found)
    assert found[-1].at == many.turns[-1], "the latest is always there"
    if count <= STANDS:
        assert [each.at for each in found] == list(many.turns)


@given(first=st.integers(-50, 150), length=st.integers(0, 200), ends=st.booleans())
def test_a_bar_stays_on_the_line(first: int, length: int, ends: bool) -> None:
    """Every stretch of time, also one from before or until after, is seen and is on the line."""
    line = Line(START, START + 100 * DAY)
    since = START + first * DAY
    bar = line.bar(since, since + length * DAY if ends else None)
    assert bar.x >= 0
    assert bar.width > 0
    assert bar.x + bar.width <= WIDE


# --- marks ----------------------------------------------------------------------------------------

PATH = (
    Move("give_signal", "none", "signalled", 2),
    Move("assess", "signalled", "assessing", 3),
    Move("activate", "assessing", "active", 7),
    *(Move("reaffirm", "active", "active", number) for number in range(11, 2_000)),
)
NASTY = '<b>"x"</b> & more'


def _drawn(path: tuple[Move, ...]) -> ET.Element:
    diagram = diagrams.diagram(PROCEDURE, "support_group", path)
    svg = diagrams.svg(diagrams.dot([diagram], "en", room=True), "title")
    marks = {m.number: Mark(f"m{m.number}", anchor(m.number, 1), NASTY) for m in path}
    return ET.fromstring(marked(svg, diagram, marks))  # noqa: S314 -- our own drawing


def test_each_step_has_a_mark_that_leads_to_its_moment() -> None:
    """Each number at an edge is a link with a name, to the moment of that number."""
    found = _drawn(PATH[:5])
    links = [(a.get("href"), a.get("data-m"), a.get("id")) for a in found.iter(f"{SVG}a")]
    assert sorted(links) == sorted(
        (f"#m{number}", str(number), f"p{number}-1") for number in (2, 3, 7, 11, 12)
    )
    assert {a.get("aria-label") for a in found.iter(f"{SVG}a")} == {NASTY}
    assert found.get("role") == "group", "a picture with links in it is no single picture"
    assert not [t for t in found.iter(f"{SVG}text") if re.fullmatch(r"[M ]+", t.text or "")]


def test_a_step_taken_a_thousand_times_has_few_marks_and_its_count() -> None:
    """Of a step taken 1,989 times the first and the last are marked, and how often stands there."""
    found = _drawn(PATH)
    numbers = [int(a.get("data-m", "")) for a in found.iter(f"{SVG}a")]
    assert sorted(numbers) == [2, 3, 7, 11, 12, 13, 14, 1_999]
    assert "1989×" in " ".join(found.itertext())


def test_marks_do_not_overlap() -> None:
    """The marks at one edge stand beside one another, however long their numbers."""
    long = tuple(Move("reaffirm", "active", "active", number) for number in (9, 99, 999, 10_000))
    boxes = sorted(
        (float(r.get("x", "")), float(r.get("width", "")))
        for a in _drawn(long).iter(f"{SVG}a")
        for r in a.iter(f"{SVG}rect")
    )
    assert len(boxes) == 4
    assert all(x + width < after for (x, width), (after, _) in pairwise(boxes))


def test_two_steps_at_once_have_one_identifier() -> None:
    """Where one moment took two steps of a track, both have a mark and one its identifier."""
    path = (Move("assess", "signalled", "assessing", 3), Move("activate", "assessing", "active", 3))
    links = list(_drawn(path).iter(f"{SVG}a"))
    assert [a.get("data-m") for a in links] == ["3", "3"]
    assert sorted(filter(None, (a.get("id") for a in links))) == ["p3-1"]


def test_words_of_the_page_are_data(found: View) -> None:
    """A kind of item that is called like markup stands in a snapshot as it is called."""
    from workflow.histories.rendering import html

    nasty = Word("nasty", Text(NASTY, NASTY))
    reading = _replaced(found.readings[0], kind=nasty, reader=nasty, basis=nasty)
    shown = html(_replaced(found, readings=(reading,)), "en")
    assert "<b>" not in shown
    assert shown.count("&lt;b&gt;") >= 6

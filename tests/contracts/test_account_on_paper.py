"""The yearly account in each of its forms: the same counts, and no trace of those withheld."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from html import unescape
from io import StringIO

import msgspec
import pytest

from tests.contracts.reading_paper import bare, pieces, plain, ran, structure, words
from tests.properties.town import RULES
from workflow.accounts import rendering
from workflow.accounts.telling import Yearly, told
from workflow.counting.suppression import publishable
from workflow.counting.tallying import Tally, flows
from workflow.engine.procedure import Text
from workflow.engine.register import Account

PUBLISHED = datetime(2027, 1, 10, 9, tzinfo=UTC)
PROCEDURES = tuple(RULES[name].procedure for name in sorted(RULES))
COUNTS = {"closed": 17, "still-open": 31, "missed": 2, "kept": 46, "declined": 6, "stood_back": 1}
"""Counts by row, as far as a table has such rows; what is left stands in its first row."""


def tallies() -> tuple[Tally, ...]:
    """A year in which there were 48 cases of each even flow, and 3 of each odd one."""
    found = []
    for place, flow in enumerate(flows(PROCEDURES)):
        total = 48 if place % 2 == 0 else 3
        tables = {}
        for name, rows in flow.tables.items():
            counts = {row: COUNTS.get(row, 0) if total == 48 else 0 for row in rows}
            counts[rows[0]] += total - sum(counts.values())
            tables[name] = counts
        found.append(Tally(flow, total, tables))
    return tuple(found)


def yearly(lang: str, name: str = "Otto Smit") -> Yearly:
    """The account of that year."""
    made = Account("noord", 2026, 5, (), publishable(tallies(), 5))
    return told(made, PROCEDURES, PUBLISHED, name, lang)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_paper_and_page_say_the_same_of_a_year(lang: str) -> None:
    """Every word of the account as a page is on the paper, in that order, and no other one."""
    page, made = rendering.html(yearly(lang), lang), rendering.pdf(yearly(lang), lang)
    left = bare(words(made))
    for tag, text in pieces(page):
        assert left.startswith(bare(text)), (tag, text, left[:60])
        left = left.removeprefix(bare(text))
    assert left == ""


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_account_can_be_kept_and_heard(lang: str) -> None:
    """The PDF is sound to qpdf, calls itself PDF/A-2b and PDF/UA-1, and its tables have heads."""
    made = rendering.pdf(yearly(lang), lang)
    assert "No syntax or stream encoding errors found" in ran("qpdf", "--check", "PDF", of=made)
    file = plain(made)
    for claim in (b"<pdfaid:part>2<", b"<pdfaid:conformance>B<", b"<pdfuaid:part>1<"):
        assert claim in file
    tree = structure(made)
    tables = re.findall(r"^ +Table\b", tree, re.MULTILINE)
    assert len(tables) == rendering.html(yearly(lang), lang).count("<table>") > 3
    assert len(re.findall(r"^ +TH\b", tree, re.MULTILINE)) == 2 * len(tables)
    assert f"CreationDate: {PUBLISHED:%Y-%m-%dT%H:%M:%S}Z".replace(" ", "") in ran(
        "pdfinfo", "-isodates", "PDF", of=made
    ).replace(" ", "")
    assert rendering.pdf(yearly(lang), lang) == made


def test_columns_hold_each_published_count_and_no_other() -> None:
    """The lines of the CSV are the cells of the account by name; the withheld ones are empty."""
    account = yearly("nl")
    cells = publishable(tallies(), account.threshold)
    lines = list(csv.DictReader(StringIO(rendering.csv(account), newline="")))
    assert tuple(lines[0]) == rendering.COLUMNS
    found = {}
    for line in lines:
        parts = (line["procedure"], line["track"], line["table"], line["row"])
        found[".".join(filter(None, parts))] = line["cases"]
        assert (line["branch"], line["year"], line["threshold"]) == ("noord", "2026", "5")
    assert {name: int(count) for name, count in found.items() if count} == cells
    assert set(found) > set(cells)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_form_says_more_than_was_published(lang: str) -> None:
    """Each number in a form is a published count, the rest of a table, or of the account itself."""
    account = yearly(lang)
    cells = set(publishable(tallies(), 5).values())
    rests = {table.rest for part in account.parts for table in part.tables if table.shown}
    allowed = {*cells, *rests, 2026, 2027, 5, 10}
    source = re.sub(r"<style>.*?</style>", "", rendering.html(account, lang), flags=re.DOTALL)
    page = unescape(re.sub(r"<[^>]*>", " ", source))
    assert {int(number) for number in re.findall(r"\d+", page)} <= allowed
    assert all(rest == 0 or rest >= account.threshold for rest in rests)
    for part in account.parts:
        for table in part.tables:
            told_of = [count for _, count in rendering.lines(table, lang)]
            assert not told_of or sum(told_of) == part.total
    made = set(map(int, re.findall(r"\d+", words(rendering.pdf(account, lang)))))
    assert made <= allowed


@pytest.mark.parametrize("formula", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_label_is_a_formula(formula: str) -> None:
    """A label that a spreadsheet would compute is a text in columns, and can be printed."""
    tracks = {
        name: msgspec.structs.replace(track, labels=Text(formula, formula))
        for name, track in PROCEDURES[0].tracks.items()
    }
    labels = Text(formula, formula)
    renamed = msgspec.structs.replace(PROCEDURES[0], labels=labels, tracks=tracks)
    made = Account("noord", 2026, 5, (), {})
    account = told(made, (renamed,), PUBLISHED, formula, "nl")
    lines = list(csv.DictReader(StringIO(rendering.csv(account), newline="")))
    assert lines
    assert all(not line["label"].startswith(rendering.FORMULA) for line in lines)
    assert rendering.pdf(account, "nl").startswith(b"%PDF")


def test_a_page_of_the_account_loads_nothing() -> None:
    """The page refers to nothing outside it, and its policy allows one stylesheet and no script."""
    page = rendering.html(yearly("nl", "<script>x</script>"), "nl")
    assert re.findall(r'\b(?:src|href)="', page) == []
    (allowed,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src &#39;none&#39;" in allowed
    assert "script-src" not in allowed
    assert "<script" not in page

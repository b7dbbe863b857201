"""A history as a PDF: what the page says and no more, in a form that other people's programs read.

`pdftotext` and `pdfinfo` are of poppler. What a validator of PDF/A and PDF/UA would judge besides
is left to typst, that refuses to write what it knows to be against them.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.contracts.reading_paper import bare, everything, pieces, plain, ran, structure, words
from tests.properties.world import DAY, PEOPLE, START
from tests.unit.told import ADVISED, EMERGENCY, HANDED_OVER, WHOLE, play, report, seen, signal
from workflow.engine.procedure import Text
from workflow.histories.paper import printed
from workflow.histories.rendering import drawings, page
from workflow.histories.views import Integrity, View
from workflow.histories.wording_history import WORDS

ROOT = Path(__file__).resolve().parents[2]

MOVES = {
    "whole": WHOLE,
    "report": (report(),),
    "signal": (signal(opens=True),),
    "handed over": (report(), *ADVISED, *HANDED_OVER),
    "emergency": (report(), *ADVISED, EMERGENCY),
}
SOUND = Integrity(True, True, (), 66, "ab" * 32)
UNSOUND = Integrity(False, False, (Text("61 klopt niet", "61 is wrong"),), 66)
PAPERS = [
    ("whole", "auditor", "nl", SOUND),
    ("whole", "auditor", "en", UNSOUND),
    ("whole", "reporter", "nl", None),
    ("whole", "reporter", "en", Integrity(True, True)),
    ("whole", "counsellor", "nl", Integrity(True, True)),
    ("whole", "other", "en", None),
    ("whole", "regional_chair", "nl", None),
    ("whole", "disputes_committee", "en", Integrity(True, True)),
    ("whole", "group_leader", "nl", None),
    ("report", "auditor", "en", SOUND),
    ("report", "regional_chair", "nl", None),
    ("signal", "auditor", "nl", SOUND),
    ("signal", "signaller", "en", None),
    ("handed over", "disputes_committee", "nl", None),
    ("emergency", "reporter", "en", None),
]
"""Of which case, for whom, in which language, and what verifying it found."""


class Paper(NamedTuple):
    """One View in both forms."""

    view: View
    page: str
    made: bytes


@cache
def paper(case: str, audience: str, lang: str, integrity: Integrity | None) -> Paper:
    """A history for one audience, as a page and as a PDF."""
    view = seen(play(MOVES[case]), audience, integrity=integrity)
    drawn = drawings(view, lang)
    return Paper(view, page(view, lang, drawn), printed(view, lang, drawn))


def _said(name: str, lang: str) -> str:
    return bare(WORDS[name][lang])


every_paper = pytest.mark.parametrize(
    ("case", "audience", "lang", "integrity"), PAPERS, ids=lambda value: str(value)[:24]
)


@every_paper
def test_paper_and_page_say_the_same(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """Every word of the page is on the paper in the same order, and no other one is.

    Both are read as one row of letters and digits. Only the page has buttons to show a drawing;
    only the paper has page numbers in its contents, and the head of a table anew on a new page.
    """
    found = paper(case, audience, lang, integrity)
    left = bare(words(found.made))
    shown = _said("show_track", lang)
    stood = {_said("stood_lead", lang): _said("stood_paper", lang)}
    named = re.findall(r'<h2 id="h-[\w-]+">([^<]*)</h2>', found.page)
    contents = _said("contents_paper", lang) + "".join(
        rf"{bare(unescape(name))}\d+" for name in named
    )
    left, times = re.subn(contents, "", left, count=1)
    assert times == 1, "the contents name each section, in order"
    heads = [
        bare("".join(re.findall(r"<th\b[^>]*>(.*?)</th>", head)))
        for head in re.findall(r"<thead\b.*?</thead>", found.page, re.DOTALL)
    ]
    for tag, text in pieces(found.page):
        said = bare(text)
        if tag == "summary":
            said = said.replace(shown, "")
        for before, after in stood.items():
            said = said.replace(before, after)
        if not left.startswith(said):
            again = [head for head in heads if left.startswith(head)]
            assert again, (tag, text, left[:80])
            left = left.removeprefix(again[0])
        assert left.startswith(said), (tag, text, left[:80])
        left = left.removeprefix(said)
    assert left == ""


@every_paper
def test_nothing_is_hidden_in_the_file(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """Each text in the objects of the PDF is a text of the page, or a name that typst gives.

    Looked at uncompressed: titles, descriptions, bookmarks, destinations and metadata, none of
    which is drawn.
    """
    found = paper(case, audience, lang, integrity)
    source = unescape(found.page)
    known = (bare(re.sub(r"<[^>]*>", "", source)), bare(source))
    given = re.compile(
        r"[mdc]\d+|source-\w|U\d+x\d+y\d+|[\w+/]{22}==|D:\d{14}Z|nl|en|"
        r"Typst [\d.]+|sRGB( v4\.2)?|Custom|Adobe|Identity|"
    )
    looked = 0
    for text in _texts(plain(found.made)):
        # A description of a picture is two sentences, which a page says apart.
        for part in text.strip().removesuffix(".").split(". "):
            looked += 1
            named = _REFERENCE.fullmatch(part)
            words_of = bare((named[1] or "") if named else part)
            said = given.fullmatch(part) or any(words_of in each for each in known)
            assert said, text
    assert looked > 20


_REFERENCE = re.compile(r"(?:“(.*)”\s)?(?:pagina|page)\s\d+")
"""What a link is called: what it leads to, if that has a name, and on which page that stands."""


def _texts(file: bytes) -> Iterator[str]:
    """The strings in the objects of an uncompressed PDF (ISO 32000-1, 7.3.4), not its streams."""
    objects = re.sub(rb"\nstream\n.*?\nendstream", b"", file, flags=re.DOTALL)
    for found in re.finditer(rb"\((?:\\.|[^\\()])*\)|<([0-9a-fA-F\s]+)>", objects, re.DOTALL):
        if found[1] is not None:
            raw = bytes.fromhex(found[1].decode())
        else:
            raw = re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), found[0][1:-1])
            raw = re.sub(rb"\\(.)", rb"\1", raw, flags=re.DOTALL)
        if raw.startswith(b"\xfe\xff"):
            yield raw[2:].decode("utf-16-be")
        elif len(raw) != 16 or raw.isascii():  # the identifier of the file is a hash
            yield raw.decode("latin-1")


def _metadata(made: bytes) -> str:
    """The XMP packet of an uncompressed PDF (ISO 16684-1)."""
    (found,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", plain(made), re.DOTALL)
    return str(found.decode())


@every_paper
def test_it_calls_itself_an_archive_copy_that_can_be_heard(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """Each paper is sound to qpdf, is PDF/A-2b and PDF/UA-1, and names its language and title.

    It runs nothing and holds no other file.
    """
    view, _, made = paper(case, audience, lang, integrity)
    assert "No syntax or stream encoding errors found" in ran("qpdf", "--check", "PDF", of=made)
    told = _metadata(made)
    for claim in (
        "<pdfaid:part>2</pdfaid:part>",
        "<pdfaid:conformance>B</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        f"<rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag>",
        f"{WORDS['title'][lang]} · {view.case}</rdf:li>",
    ):
        assert claim in told
    shown = ran("pdfinfo", "PDF", of=made)
    assert re.search(rf"^Title: +{WORDS['title'][lang]} · {view.case}$", shown, re.MULTILINE)
    for line in ("Tagged: +yes", "JavaScript: +no", "Encrypted: +no", "Page size: .*A4"):
        assert re.search(f"^{line}", shown, re.MULTILINE), line
    file = plain(made)
    assert f"/Lang ({lang})".encode() in file
    for never in (b"/EmbeddedFile", b"/JavaScript", b"/Launch", b"/URI", b"/GoToR", b"/OpenAction"):
        assert never not in file


@every_paper
def test_who_cannot_see_it_is_told_what_is_what(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """Headings come in levels without a gap, columns have heads, and each drawing is described."""
    view, shown, made = paper(case, audience, lang, integrity)
    tree = structure(made)
    levels = [int(level) for level in re.findall(r"^ +H(\d)\b", tree, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(2) == len(re.findall(r"<h2\b", shown))
    assert levels.count(4) == len(re.findall(r"<h4\b", shown))
    tables = re.split(r"^ +Table\b", tree, flags=re.MULTILINE)[1:]
    assert len(tables) == len(re.findall(r"<table\b", shown))
    for table in tables:
        head, body = table.split("TBody", 1)
        assert "THead" in head
        assert head.count("/Scope /Column") == len(re.findall(r"^ +TH\b", head, re.MULTILINE)) > 0
        cells = len(re.findall(r"^ +TD\b", body, re.MULTILINE))
        assert body.count("/Headers [(") == cells > 0
    described = [text for text in _texts(plain(made)) if text.startswith(WORDS["drawing"][lang])]
    assert len(described) == len(view.tracks) == len(re.findall(r"^ +Figure\b", tree, re.MULTILINE))
    for track in view.tracks:
        assert any(track.track.label[lang] in text for text in described)


def _bookmarks(outlines: list[dict[str, Any]]) -> Iterator[str]:
    """The titles of the bookmarks of a PDF in the order of the tree."""
    for each in outlines:
        yield each["title"]
        yield from _bookmarks(each["kids"])


@every_paper
def test_sections_are_bookmarks(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """Each section and month of the page is a bookmark, in order; no single moment is one."""
    _, shown, made = paper(case, audience, lang, integrity)
    outline = json.loads(ran("qpdf", "--json=2", "--json-key=outlines", "PDF", of=made))
    found = [bare(title) for title in _bookmarks(outline["outlines"])]
    sections = [bare(unescape(name)) for name in re.findall(r'<h2 id="h-[^>]*>([^<]*)<', shown)]
    places = [found.index(name) for name in sections]
    assert places == sorted(places)
    months = re.findall(r'<h3 id="month-\d+">([^<]*)</h3>', shown)
    assert set(map(bare, months)) <= set(found)
    moments = {bare(name) for name in re.findall(r"<h4>([^<]*)<", shown)}
    assert not (moments - set(sections)) & set(found)


@every_paper
def test_no_paper_names_a_person(
    case: str, audience: str, lang: str, integrity: Integrity | None
) -> None:
    """No person, key, or name of an item or a consent is anywhere in the file, uncompressed."""
    made = paper(case, audience, lang, integrity).made
    played = play(MOVES[case])
    assert played.case is not None
    shown, objects = everything(made), "\n".join(_texts(plain(made))) + _metadata(made)
    for name in (*PEOPLE, *played.case.items, *played.case.consents, "ssh-ed25519"):
        known = re.compile(rf"(?<![\w-]){name}(?![\w-])")
        assert not known.search(shown), name
        assert not known.search(objects), name


def test_each_page_says_where_one_is() -> None:
    """On each page stands its number of all; from the second on the case, and as of which day."""
    view, _, made = paper("whole", "auditor", "nl", SOUND)
    pages = ran("pdftotext", "-layout", "PDF", "-", of=made).split("\f")[:-1]
    assert len(pages) > 10
    for number, text in enumerate(pages, 1):
        assert f"{number} van {len(pages)}" in " ".join(text.split())
        assert ("Zoals het was op 12 juni 2026" in text.splitlines()[0]) == (number > 1)
        assert text.splitlines()[0].startswith(f"Zaak {view.case}") == (number > 1)


def test_it_was_made_when_the_last_thing_happened() -> None:
    """The PDF is dated by the last event that its audience sees, and by no clock."""
    played = play(WHOLE)
    view = seen(played, "reporter", now=played.now + DAY)
    assert view.latest is not None
    assert view.latest < view.as_of
    made = printed(view, "nl", drawings(view, "nl"))
    shown = ran("pdfinfo", "-isodates", "PDF", of=made)
    for name in ("CreationDate", "ModDate"):
        (date,) = re.findall(rf"^{name}: +(.*)$", shown, re.MULTILINE)
        assert datetime.fromisoformat(date) == view.latest.replace(microsecond=0)
    nothing = seen(play((report(),)), "group_leader", now=START)
    empty = printed(nothing, "nl", drawings(nothing, "nl"))
    (date,) = re.findall(
        r"^CreationDate: +(.*)$", ran("pdfinfo", "-isodates", "PDF", of=empty), re.MULTILINE
    )
    assert datetime.fromisoformat(date) == START.astimezone(UTC)


_AGAIN = """
import hashlib
from tests.contracts.test_history_on_paper import SOUND, paper
print(hashlib.sha256(paper("whole", "auditor", "nl", SOUND).made).hexdigest())
"""


def test_the_same_history_is_the_same_bytes() -> None:
    """Another process, in another time zone, folder and hash order, writes the very same file."""
    found = set()
    for seed, zone, locale in (("1", "UTC", "C"), ("2", "Pacific/Auckland", "C.UTF-8")):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": locale,
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-c", _AGAIN],
            env=environment,
            cwd=ROOT / "states" if seed == "1" else ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1

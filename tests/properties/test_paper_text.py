"""On paper every text is data: whatever it says, it changes no structure and runs nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.contracts.reading_paper import bare, structure, words
from tests.unit.told import ADVISED, HANDED_OVER, play, report, seen
from workflow import resources
from workflow.engine.procedure import Text
from workflow.histories.paper import printed
from workflow.histories.rendering import drawings
from workflow.histories.views import Integrity, View
from workflow.typesetting import SETTING, CannotTypeset, typeset

MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)

SPELLS = (
    '#panic("here")',
    '#read("/etc/hostname")',
    '#image("/etc/hostname")',
    '#include "/etc/hostname"',
    '#import "@preview/cetz:0.3.1": *',
    '#eval("1+1")',
    "#set page(fill: red)",
    "#set document(title: [x])",
    "#pagebreak()",
    "] #panic() [",
    '") + panic("',
    '"] }',
    "$ x^2 $",
    "= Heading",
    "- item",
    "/ term: item",
    "@m1 <m1>",
    "#link(<m1>)[x]",
    "*bold* _slanted_ `raw` ```typ x```",
    "// gone",
    "/* gone",
    "\\",
    "\\u{41}",
    "https://example.org/",
    "a~b --- ... '\"",
    "<script>x</script> &amp; %E2",
    "\\ud800 \\n {{ x }} {% x %}",
    "first\nsecond\n\nthird\ttab",
    "\x00\x07\x1b[31m",
    "\u202eabc\u202c\u2066\u200b\ufeff",
    "漢字 😀 \U000e0041 ￼",
    "e\u0301\u0489\u0300",
    "سلام שלום Привет",
)
"""Source for typst, for what it writes and for what stands around it, and letters it may lack."""

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(SPELLS),
        st.text(max_size=12),
        st.text("#[](){}$\\*_`@<>=-+/~\"'%&;:.,!? \nax1", max_size=12),
    ),
    min_size=1,
    max_size=3,
).map("".join)


def every(value: Any, change: Callable[[Text], Text]) -> Any:
    """The same value with each Text in it changed."""
    match value:
        case Text():
            return change(value)
        case msgspec.Struct():
            fields = {n: every(getattr(value, n), change) for n in value.__struct_fields__}
            return msgspec.structs.replace(value, **fields)
        case tuple():
            return tuple(every(each, change) for each in value)
        case _:
            return value


@cache
def whole() -> tuple[View, dict[str, str]]:
    """A history in which there is something in every section, with its drawings."""
    integrity = Integrity(True, False, (Text("iets", "something"),), 20, "ab" * 32)
    found = seen(play((report(), *ADVISED, *HANDED_OVER)), "auditor", integrity=integrity)
    return found, drawings(found, "nl")


def tree(made: bytes) -> list[str]:
    """The tags of a PDF in order, without where they stand on a page."""
    found = re.findall(r"^ *([A-Z][A-Za-z]*\d?)(?:$|:$| [(<\"])", structure(made), re.MULTILINE)
    # Words in letters of two fonts are two spans of one thing.
    return [tag for tag in found if tag != "Span"]


def said(words_of: str) -> Callable[[Text], Text]:
    """Each text replaced by these words, between two letters so that none is empty."""
    return lambda _: Text(f"a{words_of}z", f"a{words_of}z")


@cache
def harmless() -> list[str]:
    """The tags of the history in which each text is a harmless word."""
    found, drawn = whole()
    return tree(printed(every(found, said("b")), "nl", drawn))


@given(TEXTS)
@example("".join(SPELLS))
@settings(max_examples=settings().max_examples // 2)
def test_no_text_changes_what_a_paper_is_made_of(hostile: str) -> None:
    """With any words for every text there is, the paper has the tags it had, in the same order.

    So no text was a heading, a list, a link, a picture or an order to typst; and none was an error.
    """
    found, drawn = whole()
    assert tree(printed(every(found, said(hostile)), "nl", drawn)) == harmless()


def letters(text: str) -> str:
    """Letters and digits alone, in their simplest form; a number in Unicode is its character."""
    spelled = re.sub(r"\[U\+([0-9A-F]+)\]", lambda found: chr(int(found[1], 16)), text)
    return bare(unicodedata.normalize("NFKD", spelled))


@cache
def empty() -> View:
    """A history in which there is nothing that its audience may see."""
    return seen(play((report(),)), "group_leader")


@given(TEXTS)
@example("#read(1)漢字 😀 é ﬁ Привет \\ab")
def test_every_text_is_shown_as_it_is(hostile: str) -> None:
    """Each letter of a text is on the paper, as itself or by its number in Unicode, in order."""
    # What runs from right to left is on paper in an order that cannot be compared like this.
    assume(all(unicodedata.bidirectional(each) not in ("R", "AL", "AN") for each in hostile))
    made = printed(msgspec.structs.replace(empty(), branch=f"a{hostile}z"), "nl", {})
    assert letters(f"a{hostile}z") in letters(words(made))


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\xad"])
def test_what_shows_nothing_is_told(mark: str) -> None:
    """A character that cannot be seen, or that turns others around, is printed by its number."""
    made = printed(msgspec.structs.replace(empty(), branch=f"noord{mark}duin"), "nl", {})
    assert f"noord[U+{ord(mark):04X}]duin" in words(made)


@given(TEXTS)
@example("".join(SPELLS))
@settings(max_examples=settings().max_examples // 2)
def test_no_text_of_a_drawing_is_more_than_words(hostile: str) -> None:
    """With any words in a drawing and in what is said of it, the paper has the tags it had."""
    from html import escape

    found, drawn = whole()
    xml = re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", hostile)
    told = {
        name: re.sub(r"(<text[^>]*>|<desc>)[^<]*", lambda m: m[1] + escape(xml), svg)
        for name, svg in drawn.items()
    }
    assert tree(printed(every(found, said("b")), "nl", told)) == harmless()


@pytest.mark.parametrize("where", ["{path}", "file://{path}", "history.html.j2", "https://x.org/x"])
def test_a_drawing_cannot_fetch_a_file(where: str) -> None:
    """A drawing that refers to a picture in a file or elsewhere makes no paper."""
    found, drawn = whole()
    link = where.format(path=resources.folder("templates") / "history.html.j2")
    refers = f'<image href="{link}" width="9" height="9"/></svg>'
    told = {name: svg.replace("</svg>", refers) for name, svg in drawn.items()}
    with pytest.raises(CannotTypeset):
        printed(found, "nl", told)


@pytest.mark.parametrize("name", [SETTING, "history.typ"])
def test_a_template_reads_only_what_it_is_given(name: str) -> None:
    """No template names anything by which typst would read a file, a package or source text."""
    source = (resources.folder("templates") / name).read_text(encoding="utf-8")
    code = re.sub(r"^//.*$", "", source, flags=re.MULTILINE)
    reading = r"\b(import|include|read|eval|plugin|csv|yaml|toml|xml|cbor|bibliography|sys|json)\b"
    found = [each[0] for each in re.finditer(reading, code)]
    assert found == (["json", "sys"] if name == SETTING else [])
    for picture in re.findall(r"image\((\w+)", code):
        assert picture == "bytes"


@given(st.characters())
@example("\u0338")
@example("\U0001f468")
def test_every_character_can_be_printed(character: str) -> None:
    """Any single character, alone or after a letter, gives a paper and no error."""
    page = {
        "lang": "nl", "title": character, "running": character, "as_of": character,
        "foot": f"a{character}", "w": {"page_of": character},
    }  # fmt: skip
    assert typeset(SETTING, page, MOMENT).startswith(b"%PDF-1.7")

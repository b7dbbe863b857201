"""From values to a PDF: a template of `templates/`, set by typst, as PDF/A-2b and PDF/UA-1 at once.

What is set comes in as one JSON text (`sys.inputs`), which the template reads as data: nothing in
it is ever source text, so no value can be markup or code. The template is handed over as bytes, the
root and the packages of typst are an empty folder, and the fonts are those that come with typst: it
reads no file of this machine. The same values give the same bytes.

PDF/A-2b is ISO 19005-2:2011, level B: the page looks the same in fifty years. PDF/UA-1 is
ISO 14289-1:2014: who cannot see it hears it in order, with headings, tables and pictures named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from workflow.resources import folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typst import PDFStandard

STANDARDS: list[PDFStandard] = ["a-2b", "ua-1"]
SETTING = "paper.typ"
"""What all papers have in common; it is put before each template."""

_ALONE = b"""#set document(title: "-")
#set text(font: "Libertinus Serif", lang: "nl")
#json(bytes(sys.inputs.data))"""
_PLAIN = re.compile(r"[ -~\u00a0-\u017f‐–—‘’“”…→×·]")
_BREAKS = "\n\t"
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


class CannotTypeset(Exception):
    """Typst would not set it; the message is what it said."""


def typeset(template: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """The template filled with `values`, as a PDF that says it was made `at` (timezone-aware).

    `values` are what JSON can hold, and are `data` in the template. A character that no font here
    has, or that shows nothing and can turn the order of others, is printed by its number in
    Unicode: `[U+202E]`. Raises CannotTypeset.
    """
    shown = _mapped(values, _visible)
    failed = ""
    for attempt in (shown, _mapped(shown, _printable), _mapped(shown, _spelled)):
        try:
            return _compiled(_source(template), attempt, at)
        except ValueError as error:
            failed = str(error)
    raise CannotTypeset(failed)


@cache
def _source(template: str) -> bytes:
    where = folder("templates")
    return b"\n".join((where / name).read_bytes() for name in (SETTING, template))


def _compiled(source: bytes, values: Any, at: datetime) -> bytes:
    """Raises ValueError with what typst says."""
    from tempfile import TemporaryDirectory

    import msgspec
    from typst import Compiler, TypstError

    with TemporaryDirectory() as nothing:
        typst = Compiler(
            root=nothing,
            package_path=nothing,
            package_cache_path=nothing,
            ignore_system_fonts=True,
        )
        try:
            made = typst.compile(
                source,
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=int(at.timestamp()),
                sys_inputs={"data": msgspec.json.encode(values).decode()},
            )
        except TypstError as error:
            raise ValueError(error.message) from error
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case Mapping():
            return {name: _mapped(each, change) for name, each in value.items()}
        case list() | tuple():
            return [_mapped(each, change) for each in value]
        case _:
            return value


def _visible(words: str) -> str:
    """The words, with what shows nothing and is no break by its number."""
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        each if unicodedata.category(each) not in _INVISIBLE or each in _BREAKS else _number(each)
        for each in unicodedata.normalize("NFC", words)
    )


def _printable(words: str) -> str:
    """The words with only those characters that some font here has."""
    return "".join(each if _PLAIN.match(each) or _has(each) else _number(each) for each in words)


def _spelled(words: str) -> str:
    """The words in Latin letters and plain signs alone."""
    return "".join(
        each if _PLAIN.match(each) or each in _BREAKS else _number(each) for each in words
    )


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


@cache
def _has(character: str) -> bool:
    """Whether it can be set: PDF/A lets no character stand that has no glyph (6.2.11.8)."""
    from datetime import UTC

    try:
        _compiled(_ALONE, character, datetime(2000, 1, 1, tzinfo=UTC))
    except ValueError:
        return False
    return True

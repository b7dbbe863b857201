"""PDFs as other people's programs read them: poppler and qpdf; and the words of a page as HTML."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

TOP, BODY = 60, 722
"""Where the running header ends, and how much stands between it and the footer, in points."""


def ran(*words: str, of: bytes) -> str:
    """What a program prints that is given the PDF as a file, in place of `PDF`."""
    return _output(words, of).decode(errors="replace")


def _output(words: tuple[str, ...], of: bytes) -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(of)
        given = [str(path) if word == "PDF" else word for word in words]
        done = subprocess.run(given, capture_output=True, check=False)
    assert done.returncode == 0, (given, done.stdout, done.stderr)
    return done.stdout


def plain(made: bytes) -> bytes:
    """The same PDF with every stream uncompressed, by qpdf."""
    options = ("--qdf", "--object-streams=disable", "--decode-level=all", "--static-id")
    return _output(("qpdf", *options, "PDF", "-"), made)


def words(made: bytes) -> str:
    """All words of a PDF in the order in which they are drawn, without header and footer."""
    crop = ("-x", "0", "-y", str(TOP), "-W", "596", "-H", str(BODY))
    return ran("pdftotext", "-raw", "-nopgbrk", *crop, "PDF", "-", of=made)


def everything(made: bytes) -> str:
    """All words of a PDF, with those of headers and footers."""
    return ran("pdftotext", "-raw", "PDF", "-", of=made)


def structure(made: bytes) -> str:
    """The tree of tags of a PDF as `pdfinfo` shows it, without the words."""
    return ran("pdfinfo", "-struct", "PDF", of=made)


def bare(text: str) -> str:
    """Letters and digits alone, ligatures taken apart: what is left of words that were broken."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


class Piece(NamedTuple):
    """Words of a page that stand together: in which element, and of which classes above it."""

    tag: str
    text: str


class _Words(HTMLParser):
    """The words of a page that are there to be read, piece by piece."""

    _BLOCKS = frozenset(
        [
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "li",
            "dt",
            "dd",
            "td",
            "th",
            "div",
            "pre",
            "summary",
            "text",
            "caption",
            "tr",
            "table",
            "ul",
            "ol",
        ]
    )
    _VOID = frozenset(["meta", "br", "input", "link"])
    _UNREAD = frozenset(["head", "script", "style", "nav", "title", "desc"])
    _CONTROLS = frozenset(["skip", "filters", "js-only", "unseen", "controls"])

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.pieces: list[Piece] = []
        self._text: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag in self._BLOCKS:
            self._end(tag)
        if tag in self._VOID:
            self._text.append(" ")
            return
        hidden = tag in self._UNREAD or bool(classes & self._CONTROLS)
        self.open.append((tag, hidden))

    def handle_startendtag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self._end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self._end("")
        if tag not in self._VOID:
            while self.open and self.open.pop()[0] != tag:
                continue

    def handle_data(self, data: str) -> None:
        if not any(hidden for _, hidden in self.open):
            self._text.append(data)

    def _end(self, tag: str) -> None:
        text = "".join(self._text)
        if text.strip():
            self.pieces.append(Piece(self._tag, text))
        self._text, self._tag = [], tag


def pieces(page: str) -> list[Piece]:
    """The words of a page that everybody reads, in order; not those by which one goes about it."""
    parser = _Words()
    parser.feed(page)
    parser.close()
    return parser.pieces

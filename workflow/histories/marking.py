"""Numbered marks on a drawing, each a link to the moment in which that step was taken.

The drawing was laid out with room for them (`diagrams.dot(room=True)`). A mark is an ordinary link
within the page, so that it works with mouse, keyboard and screen reader, and without a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from workflow.histories.diagrams import ROOM, Diagram, Edge

HEIGHT = 17.0
"""Of a mark, in units of the drawing; its letters are 11 high."""
_APART = 3.5
_LETTER = 6.8
_EDGE = re.compile(r'(<g class="[^"]*\btaken e(\d+)[^"]*">)(.*?)(</g>)', re.DOTALL)
_KEPT = re.compile(
    rf'<text[^>]*? x="(?P<x>[-\d.]+)" y="(?P<y>[-\d.]+)"[^>]*>\s*{ROOM}+(?: {ROOM}+)*\s*</text>'
)


class Mark(msgspec.Struct, frozen=True):
    """What one number leads to: the identifier of the moment, its own, and what it says."""

    to: str
    own: str
    words: str


def anchor(number: int, track: int) -> str:
    """The identifier of the mark of a moment on the drawing of a track, by its place."""
    return f"p{number}-{track}"


def marked(drawn: str, diagram: Diagram, marks: Mapping[int, Mark]) -> str:
    """The `<svg>` with a link for each number of each edge, by the number of the moment.

    Where a moment took two steps that are both drawn, the first one has the identifier. Raises
    KeyError where a number has no mark.
    """
    named: set[int] = set()

    def draw(found: re.Match[str]) -> str:
        edge = diagram.edges[int(found[2])]
        kept = _KEPT.search(found[3])
        if kept is None:
            return found[0]
        links = "".join(_links(edge, marks, named, float(kept["x"]), float(kept["y"])))
        return f"{found[1]}{found[3][: kept.start()]}{links}{found[3][kept.end() :]}{found[4]}"

    # What is drawn holds links, so it is no single picture any more.
    return _EDGE.sub(draw, drawn).replace(' role="img"', ' role="group"', 1)


def _links(
    edge: Edge, marks: Mapping[int, Mark], named: set[int], x: float, y: float
) -> Iterator[str]:
    widths = [max(HEIGHT, 5 + _LETTER * len(str(number))) for number in edge.marks]
    left = x - (sum(widths) + _APART * (len(widths) - 1)) / 2
    for number, width in zip(edge.marks, widths, strict=True):
        mark, top, middle = marks[number], y - 5 - HEIGHT / 2, left + width / 2
        own = "" if number in named else f' id="{mark.own}"'
        named.add(number)
        words = _xml(mark.words)
        yield (
            f'<a href="#{mark.to}"{own} class="step-mark" data-m="{number}" aria-label="{words}">'
            f"<title>{words}</title>"
            f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{HEIGHT:g}" rx="8.5"/>'
            f'<text x="{middle:g}" y="{y - 1:g}" text-anchor="middle">{number}</text></a>'
        )
        left += width + _APART
    if edge.marks != edge.numbers:
        yield f'<text x="{left + 8:g}" y="{y - 1:g}">{len(edge.numbers)}×</text>'


def _xml(words: str) -> str:
    from xml.sax.saxutils import escape

    return escape(words, {'"': "&quot;"})

"""A text as a QR code (ISO/IEC 18004), to be drawn by whoever lays out the page."""

from __future__ import annotations

import segno

from workflow.histories.views import Seen

QUIET = 4
"""The white modules that the standard asks for around a code."""


class Squares(Seen, frozen=True):
    """A QR code: so many modules wide and high, and its dark ones as the path of an SVG.

    The quiet zone counts as part of it. Error correction is of level M: a code still reads where
    about 15% of it is gone.
    """

    width: int
    path: str


def squares(text: str) -> Squares:
    """The code of a text, in UTF-8; the same text gives the same code. Raises ValueError."""
    made = segno.make_qr(text.encode(), error="m", mode="byte", boost_error=False)
    rows = [bytes(row) for row in made.matrix]
    dark = [f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x in _dark(row)]
    return Squares(len(rows) + 2 * QUIET, "".join(dark))


def _dark(row: bytes) -> list[int]:
    return [x for x, module in enumerate(row) if module]

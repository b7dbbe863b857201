"""Charts as inline SVG: bars for counts, and terms along a line of years. Pure.

Widths are in per cent of the room there is and everything else is in pixels, so that a chart is as
sharp and its letters are as large on a telephone as on a wide screen. What a chart says stands in
words beside it: lengths and numbers say the same, and nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING

from workflow.histories.views import Seen

if TYPE_CHECKING:
    from markupsafe import Markup

_LETTERS = 38
"""So many letters of a label stand on one line, also on a screen of 360 pixels."""
_FEW = 4
"""A count below this fills no chart: one case is not much, also where there is no other."""
_LINE, _BAR, _GAP = 18, 10, 14
_FAR = 40
"""What begins further to the right than this, in per cent, has its label there."""
_TICKS = 5
_STEPS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 12_000)
"""So many months can lie between two marks of the line of years."""


class Bar(Seen, frozen=True):
    """What is counted, and how many there are."""

    label: str
    count: int


class Stretch(Seen, frozen=True):
    """Something that lasted: from `starts` until `until` (UTC), or without an end.

    `kind` is `runs`, `over` or `coming`; each is drawn otherwise. `head` opens a group.
    """

    label: str
    starts: datetime
    until: datetime | None
    kind: str
    head: str | None = None


def bars(title: str, counted: Sequence[Bar]) -> Markup:
    """A bar for each count, below its label; the longest is as wide as the chart, if not few."""
    from markupsafe import Markup, escape

    most = max([_FEW, *(bar.count for bar in counted)])
    drawn, y = [], 0
    for bar in counted:
        for line in wrap(bar.label, _LETTERS) or [""]:
            y += _LINE
            drawn.append(Markup('<text x="0" y="{}">{}</text>').format(y - 5, line))
        number = Markup('<text x="100%" y="{}" class="count">{}</text>')
        drawn.append(number.format(y - 5, bar.count))
        drawn.append(Markup('<rect class="rail" y="{}" width="100%" height="{}"/>').format(y, _BAR))
        if bar.count:
            filled = Markup('<rect class="filled" y="{}" width="{}%" height="{}"/>')
            drawn.append(filled.format(y, _number(100 * bar.count / most), _BAR))
        y += _BAR + _GAP
    told = "; ".join(f"{bar.label}: {bar.count}" for bar in counted)
    return _svg(escape(title), escape(told), max(y - _GAP, 1), Markup("").join(drawn))


def stretches(title: str, told: str, lasted: Sequence[Stretch], now: datetime, lang: str) -> Markup:
    """A line for each stretch along one line of years, up to `now` (UTC) or the last end."""
    from markupsafe import Markup, escape

    begins = min((each.starts for each in lasted), default=now)
    ends = max([now, *(each.starts for each in lasted), *(e.until for e in lasted if e.until)])
    long = max((ends - begins).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        return 100 * (at - begins).total_seconds() / long

    drawn, y = [], 2 * _LINE
    for each in lasted:
        if each.head is not None:
            y += _LINE + _GAP // 2
            head = Markup('<text class="head" x="0" y="{}">{}</text>')
            drawn.append(head.format(y - 5, each.head))
        # What runs without an end goes on as a thin line, so that the chart ends nothing by itself.
        lasts = each.until is None and each.kind == "runs" and now < ends
        left, right = place(each.starts), place(now if lasts else each.until or ends)
        words = Markup('<text x="{}%" y="{}" text-anchor="{}">{}</text>')
        side = (min(right, 100.0), "end") if left > _FAR else (0, "start")
        for line in wrap(each.label, _LETTERS) or [""]:
            y += _LINE
            drawn.append(words.format(_number(side[0]), y - 5, side[1], line))
        drawn.append(
            Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"/>').format(
                each.kind, _number(left), y, _number(max(right - left, 0.4)), _BAR
            )
        )
        if lasts:
            onward = Markup('<rect class="onward" x="{}%" y="{}" width="{}%" height="2"/>')
            drawn.append(onward.format(_number(right), y + _BAR // 2 - 1, _number(100 - right)))
        y += _BAR + _GAP // 2
    behind = []
    for at, label in _ticks(begins, ends, lang):
        behind.append(_mark(place(at), label, y, "tick", _LINE - 5))
    behind.append(_mark(place(now), "nu" if lang == "nl" else "now", y, "now", 2 * _LINE - 6))
    inner = Markup("").join([*behind, *drawn])
    return _svg(escape(title), escape(told), y + 2, inner)


def _mark(place: float, label: str, height: int, kind: str, y: int) -> Markup:
    """A line from top to bottom, with what it stands for beside it, within the chart."""
    from markupsafe import Markup

    anchor = "end" if place > 94 else "start" if place < 6 else "middle"
    return Markup(
        '<line class="{}" x1="{}%" x2="{}%" y1="{}" y2="{}"/>'
        '<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>'
    ).format(
        kind,
        *(_number(place), _number(place), y + 4, height),
        *(kind, _number(place), y, anchor, label),
    )


def _ticks(begins: datetime, ends: datetime, lang: str) -> list[tuple[datetime, str]]:
    """The first of some months between these moments, at most so many, each with its name."""
    from workflow.histories.local_time import month

    first, last = 12 * begins.year + begins.month, 12 * ends.year + ends.month - 1
    step = next(each for each in _STEPS if (last - first) // each < _TICKS)
    found = []
    for place in range(first + -first % step, last + 1, step):
        year, of_year = divmod(place, 12)
        at = datetime(year, of_year + 1, 1, 12, tzinfo=begins.tzinfo)
        named = month(at, lang).split()
        label = named[1] if step % 12 == 0 else f"{named[0][:3]} {named[1]}"
        if begins <= at <= ends:
            found.append((at, label))
    return found


def _svg(title: Markup, told: Markup, height: int, inner: Markup) -> Markup:
    from markupsafe import Markup

    return Markup(
        '<svg class="chart" role="img" width="100%" height="{}" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(height, title, title, told, inner)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

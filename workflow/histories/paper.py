"""A View as a PDF: what the page shows, in the same order, to keep and to hand over on paper.

The same view gives the same bytes: the PDF says it was made when the last thing in it happened, and
its identifiers are those of `page`. What the audience may not see is not in the View, and nothing
but the View is given to the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from workflow.engine.procedure import Text
from workflow.histories import local_time, page_layout, verification
from workflow.histories import wording_history as say
from workflow.histories.rendering import drawings
from workflow.histories.views import View
from workflow.typesetting import typeset

POINTS = 0.75
"""Points in a unit of a drawing (CSS 2.2 §4.3.2: 96 px and 72 pt in an inch)."""
PAGE = 45
"""Lines that surely fit on a page; of what happened at once no more are kept together."""
COLUMNS = 60
"""Letters that surely fit on a line."""

_LOOK = """<style>text { font-family: "Libertinus Serif"; }
.step-mark rect { fill: #ffffff; stroke: #0b5c66; stroke-width: 1.2; }
.step-mark text { font-size: 11px; font-weight: 700; fill: #0b5c66; }</style>"""
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_PASSED = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)


def pdf(view: View, lang: str) -> bytes:
    """The view as a PDF, in `lang` (`nl`, else English): PDF/A-2b and PDF/UA-1.

    Raises diagrams.CannotDraw and typesetting.CannotTypeset.
    """
    return printed(view, lang, drawings(view, lang))


def printed(view: View, lang: str, drawn: Mapping[str, str]) -> bytes:
    """The view as a PDF, with the `drawings` of its tracks. Raises typesetting.CannotTypeset."""
    return typeset("history.typ", values(view, lang, drawn), view.latest or view.as_of)


def values(view: View, lang: str, drawn: Mapping[str, str]) -> dict[str, Any]:
    """What the template of a history is given, as JSON can hold it."""
    words = {name: text[lang] for name, text in say.WORDS.items()}
    plain = _plainly(lang)
    line, terms = page_layout.line(view), page_layout.terms(view)

    def lined(each: Any, since: datetime, until: datetime | None) -> dict[str, Any]:
        return {**plain(each), "bar": plain(line.bar(since, until))}

    shown = {name: plain(getattr(view, name)) for name in _SHOWN}
    shown["tracks"] = [
        {name: plain(getattr(each, name)) for name in ("track", "state", "begun", "ended")}
        for each in view.tracks
    ]
    shown["readings"] = [lined(each, each.since, each.until) for each in view.readings]
    matrix = [
        {
            "giver": plain(row.giver),
            "cells": [
                {
                    "to": plain(cell.to),
                    "consents": [lined(each, each.starts, each.ended) for each in cell.consents],
                    "earlier": cell.earlier,
                }
                for cell in row.cells
            ],
        }
        for row in page_layout.matrix(view)
    ]
    snapshots = page_layout.snapshots(view)
    return {
        "lang": "nl" if lang == "nl" else "en",
        "title": f"{words['title']} · {view.case}",
        "running": f"{words['case']} {view.case}",
        "as_of": f"{words['stood_date']} {local_time.day(view.as_of, lang)}",
        "foot": f"{words['title']} · {words['audience']} "
        + ", ".join(each.label[lang] for each in view.audience),
        "w": words,
        "view": shown,
        "intact": view.integrity is not None and view.integrity.ok,
        "outcomes": {
            "kept": view.outcomes("kept"),
            "missed": view.outcomes("missed", "overdue"),
            "lapsed": view.outcomes("lapsed"),
            "running": view.outcomes("running"),
        },
        "drawings": {
            track.track.name: _drawing(drawn[track.track.name], track.track.label[lang], lang)
            for track in view.tracks
        },
        "paths": {each.track.name: plain(page_layout.path(each)) for each in view.tracks},
        "months": [
            {
                "at": plain(month.at),
                "entries": [
                    {**plain(entry), "together": _lines(entry) <= PAGE} for entry in month.entries
                ],
            }
            for month in page_layout.months(view)
        ],
        "terms": {
            "rows": plain(terms.rows),
            "left_out": terms.left_out,
            "bars": [
                {
                    "term": plain(line.bar(each.since, each.due)),
                    "took": plain(line.bar(each.since, each.left)),
                }
                for each in terms.rows
            ],
        },
        "sums": plain(page_layout.sums(view)),
        "matrix": matrix,
        "snapshots": plain(snapshots),
        "some_turns": len(snapshots) < len(view.turns),
        "told_of_others": page_layout.told_of_others(view),
        "commands": plain(verification.commands(view)),
        "places": dict.fromkeys(_places(view), 1),
    }


_SHOWN = (
    *("case", "procedure", "version", "digest", "branch", "audience", "whole", "as_of", "opened"),
    *("latest", "consents", "disclosures", "deadlines", "emergencies", "looks", "sources"),
    *("integrity", "moments"),
)


def _places(view: View) -> Iterator[str]:
    """The names of what a reference can lead to."""
    yield from (f"m{each.number}" for each in view.moments)
    yield from (f"d{each.number}" for each in view.disclosures)
    yield from (f"c{each.number}" for each in view.consents)
    yield from (f"source-{each.letter}" for each in view.sources)


def _plainly(lang: str) -> Callable[[Any], Any]:
    """What turns values of a View into JSON's: texts in one language, times as they are read."""

    @cache
    def timed(at: datetime) -> dict[str, str]:
        return {
            "moment": local_time.moment(at, lang),
            "short": local_time.short(at, lang),
            "day": local_time.day(at, lang),
            "month": local_time.month(at, lang),
            "until": local_time.until(at, lang),
        }

    def plain(value: Any) -> Any:
        match value:
            case Text():
                return value[lang]
            case msgspec.Struct():
                return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
            case list() | tuple():
                return [plain(each) for each in value]
            case datetime():
                return timed(value)
            case _:
                return value

    return plain


def _lines(value: Any) -> int:
    """The most lines that the texts in a value can take."""
    match value:
        case Text():
            return 1 + max(len(value.nl), len(value.en)) // COLUMNS
        case msgspec.Struct():
            return sum(_lines(getattr(value, name)) for name in value.__struct_fields__)
        case list() | tuple():
            return sum(map(_lines, value))
        case _:
            return 0


def _drawing(svg: str, label: str, lang: str) -> dict[str, Any]:
    """A drawing with the look that a page has from its stylesheet, and what to say of it."""
    from html import unescape

    size, passed = _SIZE.search(svg), _PASSED.search(svg)
    assert size is not None, "diagrams.svg writes both"
    assert passed is not None, "diagrams.svg writes one"
    return {
        "svg": svg.replace("</desc>", f"</desc>{_LOOK}", 1),
        "alt": f"{say.WORDS['drawing'][lang]}: {label}. {unescape(passed[1])}".rstrip(". ") + ".",
        "width": float(size[1]) * POINTS,
        "height": float(size[2]) * POINTS,
    }

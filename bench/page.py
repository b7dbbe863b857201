"""How long a history of 1,000 events takes to become a page, against joining the very same bytes.

The case goes through support and back until it has 1,000 events; then its View is rendered as HTML.
On the other side stands what no renderer can do without: every text and every attribute of that
page escaped anew, put between its tags, and joined. The drawings are laid out beforehand and given
to both: they do not grow with the history.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from time import perf_counter

from bench.association import Association
from bench.measure import Result, Unmeasurable, compared, interleaved, progress, say
from workflow.engine.standing import Standing
from workflow.histories.rendering import drawings, page
from workflow.histories.viewing import view
from workflow.histories.views import Integrity, View

EVENTS = 1_000
GOAL = 3.0
_STREAM = "z-1"
_STEPS = ("choose_support", "decide_anew")
_VERBATIM = re.compile(r"<(style|script|svg)\b.*?</\1>", re.DOTALL)
_VALUE = re.compile(r'(?<=>)[^<>]+(?=<)|(?<==")[^"<>]*(?=")')


def pieces(shown: str) -> list[tuple[str, str]]:
    """A page as markup and the value after it, unescaped, in turns.

    Values are the texts between tags and the attributes; style, script and drawings are markup.
    """
    found, done = [], 0
    kept = [(each.start(), each.end()) for each in _VERBATIM.finditer(shown)]
    spans = iter([*kept, (len(shown), len(shown))])
    start, end = next(spans)
    for each in _VALUE.finditer(shown):
        while each.start() >= end and end < len(shown):
            start, end = next(spans)
        if start <= each.start() < end:
            continue
        found.append((shown[done : each.start()], unescape(each[0])))
        done = each.end()
    return [*found, (shown[done:], "")]


def joined(parts: list[tuple[str, str]]) -> str:
    """The pieces with their values escaped, joined."""
    return "".join([words for markup, value in parts for words in (markup, escaped(value))])


def escaped(value: str) -> str:
    """A value as it stands in HTML; as in `html.escape`, with the entities that Jinja2 writes."""
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace('"', "&#34;").replace("'", "&#39;")


def told(folder: Path) -> View:
    """An auditor's View of a case of EVENTS events in a store of its own."""
    association = Association(folder / "page.db")
    try:
        association.report(_STREAM)
        reached = 0
        while reached < EVENTS:
            for step in _STEPS:
                reached = association.step(_STREAM, "reporter", step).case.seq
            progress(f"page: {reached:,} of {EVENTS:,} events")
        progress()
        with association.store.read() as tx:
            events = association.desk.history(tx, _STREAM)
            _, register, rules = association.desk.case(tx, _STREAM)
    finally:
        association.close()
    auditor = Standing("auditor", frozenset({"auditor"}))
    now = events[-1].at + timedelta(days=1)
    whole = Integrity(chain_ok=True, signatures_ok=True, events=len(events))
    return view(rules, register, events, auditor, now, whole)


def measure(folder: Path, rounds: int) -> list[Result]:
    """Rendering against joining, in turns."""
    found = told(folder)
    drawn = drawings(found, "nl")
    shown = page(found, "nl", drawn)
    parts = pieces(shown)
    if joined(parts) != shown:
        raise Unmeasurable("what was joined is not what was rendered")
    say(f"page: {len(shown.encode()):,} bytes, {len(parts) - 1:,} values in them")

    def render(steps: int) -> float:
        begun = perf_counter()
        for _ in range(steps):
            page(found, "nl", drawn)
        return perf_counter() - begun

    def join(steps: int) -> float:
        begun = perf_counter()
        for _ in range(steps):
            joined(parts)
        return perf_counter() - begun

    times = interleaved({"rendering": render, "joining": join}, 1, rounds, "page", warm=2)
    against = "joining the same bytes, escaped"
    return [compared("page_of_1000_events", times["rendering"], times["joining"], GOAL, against)]

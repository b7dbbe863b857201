"""The pages of a site by their file names: the same values give the same bytes.

Like a history each page is one HTML file without a script, whose Content-Security-Policy allows its
own stylesheet and nothing else; it links to the other files of the folder and to nothing beyond. A
template sees summaries of Views, the words of procedures and the terms of the register.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from workflow.engine.procedure import Text
from workflow.histories.rendering import fill, policy
from workflow.histories.views import Seen
from workflow.resources import folder
from workflow.sites.charts import Bar, Stretch, bars, stretches
from workflow.sites.overview import AGES, Group, Overview
from workflow.sites.wording_site import words

INDEX = "index.html"
"""The page to begin with."""
HOME = f"../{INDEX}"
"""Where a page in a folder of its own finds it."""
ON_A_PAGE = 100
"""So many cases or deadlines stand on one page."""
AT_FIRST = 20
"""And so many of each sort on the overview; the others one page further."""

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")
_Row = TypeVar("_Row")


class Line(Seen, frozen=True):
    """A state, step or other part of a procedure: its label and name, and what holds of it."""

    label: str
    name: str
    about: tuple[str, ...]
    cites: tuple[str, ...] = ()


class TrackPage(Seen, frozen=True):
    """A track of a procedure in words, with its drawing as SVG."""

    label: str
    name: str
    about: tuple[str, ...]
    drawing: str
    states: tuple[Line, ...]
    steps: tuple[Line, ...]


class Rule(Seen, frozen=True):
    """A rule that a procedure cites; `says` is None for one that the association set itself."""

    number: str
    question: Text | None
    says: Text | None
    where: tuple[str, ...]


class Section(Seen, frozen=True):
    """Something that is said of a procedure as a whole: offices, purposes, promises."""

    name: str
    title: str
    lines: tuple[str, ...]


class SourceTold(Seen, frozen=True):
    """A text that rules come from."""

    letter: str
    title: str
    changed: str


class ProcedurePage(Seen, frozen=True):
    """A version of a procedure that was adopted. `followed` are the branches that follow it now.

    An empty branch stands for everywhere.
    """

    page: str
    label: str
    name: str
    aliases: tuple[str, ...]
    version: str
    digest: str
    followed: tuple[str, ...]
    sources: tuple[SourceTold, ...]
    sections: tuple[Section, ...]
    tracks: tuple[TrackPage, ...]
    rules: tuple[Rule, ...]


class TermSeen(Seen, frozen=True):
    """A term of an office (`starts` and `until` in UTC); `kind` is `runs`, `over` or `coming`."""

    office: str
    person: str
    branch: str
    starts: datetime
    until: datetime | None
    kind: str


class WindowSeen(Seen, frozen=True):
    """What no checkpoint covers yet: of the register, and in each case (`Summary.since`).

    `there`: some checkpoint was made, at `made` (UTC) where that can be read.
    """

    there: bool
    made: datetime | None
    register: int


class Site(Seen, frozen=True):
    """All that the pages are made of. `window` is None for a reader who sees no case whole."""

    audience: str
    overview: Overview
    window: WindowSeen | None
    procedures: tuple[ProcedurePage, ...]
    terms: tuple[TermSeen, ...]


class _Leaf(Seen, frozen=True):
    """One of the pages over which a long list is spread."""

    number: int
    page: str


class _Figures(Seen, frozen=True):
    """A group of open cases with its two charts."""

    group: Group
    phases: Any
    ages: Any
    ages_used: tuple[int, ...]


def case_page(case: str) -> str:
    """The file of a case: its number, unless somebody gave it one that is no file name."""
    return f"cases/{_named(case)}.html"


def procedure_page(name: str, digest: str) -> str:
    """The file of a version of a procedure."""
    return f"procedures/{_named(name)}-{digest[:12]}.html"


def _named(name: str) -> str:
    if _SAFE.fullmatch(name):
        return name
    return "x-" + hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]


def pages(site: Site, lang: str) -> Iterator[tuple[str, str]]:
    """Every page but those of the cases: its place in the folder, and its HTML."""
    seen = site.overview
    unmarked = [case for case in seen.cases if case.since]
    yield (
        INDEX,
        _page(
            "overview",
            site,
            lang,
            INDEX,
            figures=[_figures(group, lang) for group in seen.groups],
            waiting=seen.waiting[:AT_FIRST],
            missed=seen.missed[:AT_FIRST],
            unmarked=unmarked[:AT_FIRST],
            unmarked_more=sum(case.since or 0 for case in unmarked[AT_FIRST:]),
            since=sum(case.since or 0 for case in unmarked)
            + (site.window.register if site.window is not None else 0),
            at_first=AT_FIRST,
        ),
    )
    for leaf, leaves, rows in _spread("cases", seen.cases):
        yield leaf.page, _page("cases", site, lang, leaf.page, rows=rows, leaf=leaf, leaves=leaves)
    late = [*seen.waiting, *seen.missed]
    for leaf, leaves, each in _spread("deadlines", late):
        waits = [row for row in each if row.waits]
        gone = [row for row in each if not row.waits]
        more: dict[str, Any] = {"leaf": leaf, "leaves": leaves, "waiting": waits, "missed": gone}
        yield leaf.page, _page("deadlines", site, lang, leaf.page, **more)
    yield "procedures.html", _page("procedures", site, lang, "procedures.html")
    for one in site.procedures:
        yield one.page, _page("procedure", site, lang, one.page, root="../", told=one)
    yield (
        "offices.html",
        _page("offices", site, lang, "offices.html", line=_line(site, lang)),
    )


def _page(template: str, site: Site, lang: str, here: str, root: str = "", **more: Any) -> str:
    from markupsafe import Markup

    s = words(lang)
    style = _style()
    places = (
        ("overview", INDEX),
        ("cases", "cases.html"),
        ("late", "deadlines.html"),
        ("procedures", "procedures.html"),
        ("offices", "offices.html"),
    )
    return fill(
        f"site/{template}.html.j2",
        lang,
        s=s,
        site=site,
        seen=site.overview,
        style=Markup(style),  # noqa: S704 -- our own stylesheet
        policy=policy(style),
        places=[(s[name], page) for name, page in places],
        here=here,
        root=root,
        anchored=_anchored,
        drawn=Markup,
        **more,
    )


@cache
def _style() -> str:
    """The stylesheet of a history, which this shares, and what a site adds to it."""
    place = folder("templates")
    names = ("history.css", "site/site.css")
    return "".join((place / name).read_text(encoding="utf-8") for name in names)


def _anchored(rule: str) -> str:
    """The identifier of a rule on the page of a procedure."""
    return "rule-" + re.sub(r"[^A-Za-z0-9]", "-", rule)


def _figures(group: Group, lang: str) -> _Figures:
    s = words(lang)
    phases = [
        Bar(f"{phase.track.label[lang]}: {phase.state.label[lang]}", phase.count)
        for phase in group.phases
    ]
    ages = [Bar(s[f"age_{place}"], count) for place, count in enumerate(group.ages)]
    label = group.procedure.label[lang]
    return _Figures(
        group,
        bars(f"{label}: {s['by_phase']}", phases),
        bars(f"{label}: {s['by_age']}", ages),
        tuple(range(len(AGES) + 1)),
    )


def _spread(name: str, rows: Sequence[_Row]) -> Iterator[tuple[_Leaf, list[_Leaf], Sequence[_Row]]]:
    """The rows page by page, each with all pages; one without rows where there are none."""
    parts = [rows[at : at + ON_A_PAGE] for at in range(0, max(len(rows), 1), ON_A_PAGE)]
    leaves = [
        _Leaf(number, f"{name}.html" if number == 1 else f"{name}-{number}.html")
        for number in range(1, len(parts) + 1)
    ]
    for leaf, part in zip(leaves, parts, strict=True):
        yield leaf, leaves, part


def _line(site: Site, lang: str) -> Any:
    """The terms along one line of years, those of an office together."""
    s = words(lang)
    lasted, latest = [], None
    for term in site.terms:
        head = term.office if term.office != latest else None
        latest = term.office
        label = f"{term.person}, {term.branch}"
        lasted.append(Stretch(label, term.starts, term.until, term.kind, head))
    told = "; ".join(
        f"{term.office}: {term.person}, {term.branch}, {s['term_' + term.kind]}"
        for term in site.terms
    )
    return stretches(s["offices_lead"], told, lasted, site.overview.as_of, lang)

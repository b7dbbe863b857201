"""A View as a page, a text, Markdown or JSON: the same view gives the same bytes.

The page is one HTML file that stands alone: no reference to anything outside it, and a Content
Security Policy (CSP Level 3) that allows its one stylesheet and its one script by hash and nothing
else. All of it can be read without the script, which only helps to find things. A template sees a
View and the fixed words, and fails on anything it names that is not there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from operator import getitem
from typing import Any, Literal, TypeAlias

import msgspec

from workflow.engine.procedure import Text
from workflow.histories import diagrams, local_time, page_layout, verification
from workflow.histories import wording_history as say
from workflow.histories.marking import Mark, anchor, marked
from workflow.histories.views import ABOUT, Track, View, Word, document
from workflow.resources import folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

Format: TypeAlias = Literal["html", "text", "md", "json"]

WIDTH = 92
"""Columns of the text for a terminal."""

BESIDE = 640
"""A drawing wider than this, in its own units, has its path below it and not beside it."""

_OFFERED = ("t", "moment", "short", "day", "month", "until", "iso", "utc", "wrap")
_BLANK_LINES = re.compile(r"\n{3,}")
_FIXED = re.compile(r'\{\{ w\["(\w+)"\] \}\}')
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(view: View, form: Format, lang: str) -> str:
    """The view in one of the forms, in `lang` (`nl`, else English).

    Raises diagrams.CannotDraw for `html` where the layout program is missing.
    """
    return {"html": html, "text": text, "md": markdown, "json": json}[form](view, lang)


def html(view: View, lang: str, home: str | None = None) -> str:
    """The view as one HTML page, with a link to `home` where it is one of several.

    Raises diagrams.CannotDraw.
    """
    return page(view, lang, drawings(view, lang), home)


def drawings(view: View, lang: str) -> dict[str, str]:
    """The drawing of each track of the view, as SVG. Raises diagrams.CannotDraw."""
    return {
        track.track.name: _drawing(track, place, lang) for place, track in enumerate(view.tracks, 1)
    }


def page(view: View, lang: str, drawn: Mapping[str, str], home: str | None = None) -> str:
    """The view as one HTML page, with the `drawings` of its tracks; `home` as for `html`."""
    from markupsafe import Markup

    style, script = _asset("history.css"), _asset("history.js")
    places = {track.track.name: place for place, track in enumerate(view.tracks, 1)}
    return _filled(
        "history.html.j2",
        view,
        lang,
        style=Markup(style),  # noqa: S704 -- our own stylesheet
        script=Markup(script),  # noqa: S704 -- our own script
        policy=policy(style, script),
        drawings={name: Markup(svg) for name, svg in drawn.items()},  # noqa: S704 -- drawn below
        wide={name for name, svg in drawn.items() if _width(svg) > BESIDE},
        places=places,
        anchors=_anchors(view, places),
        kinds=[kind for kind in ABOUT if any(kind in m.about for m in view.moments)],
        several_tracks=sum(track.begun for track in view.tracks) > 1,
        line=page_layout.line(view),
        paths={track.track.name: page_layout.path(track) for track in view.tracks},
        months=page_layout.months(view),
        terms=page_layout.terms(view),
        matrix=page_layout.matrix(view),
        sums=page_layout.sums(view),
        snapshots=page_layout.snapshots(view),
        home=home,
    )


def text(view: View, lang: str) -> str:
    """The view as text for a terminal, readable without colour."""
    return _BLANK_LINES.sub("\n\n", _filled("history.txt.j2", view, lang))


def markdown(view: View, lang: str) -> str:
    """The view as Markdown (GFM tables), with its diagrams in Mermaid."""
    drawn = {t.track.name: diagrams.mermaid([t.diagram], lang) for t in view.tracks}
    return _BLANK_LINES.sub("\n\n", _filled("history.md.j2", view, lang, drawings=drawn))


def json(view: View, lang: str) -> str:
    """The view as one JSON document; times are ISO 8601 in UTC."""
    return msgspec.json.format(msgspec.json.encode(document(view, lang)), indent=2).decode() + "\n"


def policy(style: str, script: str | None = None) -> str:
    """A page's Content-Security-Policy: nothing at all but this very stylesheet and script."""
    allowed = f"default-src 'none'; style-src {_by_hash(style)}; "
    if script is not None:
        allowed += f"script-src {_by_hash(script)}; "
    return allowed + "base-uri 'none'; form-action 'none'"


def _by_hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def fill(template: str, lang: str, **values: Any) -> str:
    """A template filled with the fixed words and `values`.

    Raises jinja2.UndefinedError for a name that is not there. Offered to templates, as functions
    and as filters: `t` picks a Text's language; `moment`, `short`, `day`, `month`, `until`, `iso`
    and `utc` write times; `wrap` breaks lines. Filters cost less, where there is much of them; as
    such a page also has `time`, `stamp` and `ending`, which mark times up, `labels` and `cited`.
    """
    from jinja2 import UndefinedError

    found = _environment("md" if template.endswith(".md.j2") else "", lang)
    try:
        return found.get_template(template).render(
            lang=lang, w=say.words(lang), **_functions(found), **values
        )
    except (AttributeError, KeyError) as missing:
        raise UndefinedError(f"{template} names what is not there: {missing}") from missing


def _functions(environment: Environment) -> dict[str, Callable[..., Any]]:
    return {name: environment.filters[name] for name in _OFFERED}


def _filled(template: str, view: View, lang: str, **more: Any) -> str:
    return fill(
        template,
        lang,
        view=view,
        told_of_others=page_layout.told_of_others(view),
        commands=verification.commands(view),
        **more,
    )


@cache
def _environment(form: str, lang: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

    found = Environment(
        loader=FunctionLoader(partial(_worded, lang=lang)),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Views have attributes and dictionaries have keys, so there is no need to try one for the
    # other; in a long history that trying is a sixth of the work.
    found.getattr = getattr  # type: ignore[method-assign, assignment]
    found.getitem = getitem  # type: ignore[method-assign, assignment]
    escape = _for_markdown if form == "md" else str

    def pick(found: Text) -> str:
        return escape(found[lang])

    found.filters |= {
        "t": pick,
        "moment": partial(local_time.moment, lang=lang),
        "short": partial(local_time.short, lang=lang),
        "day": partial(local_time.day, lang=lang),
        "month": partial(local_time.month, lang=lang),
        "until": partial(local_time.until, lang=lang),
        "iso": local_time.iso,
        "utc": local_time.utc,
        "wrap": _wrapped,
        "time": partial(_marked_time, write=partial(local_time.moment, lang=lang)),
        "stamp": partial(
            _marked_time, write=partial(local_time.short, lang=lang), look=' class="stamp"'
        ),
        "ending": partial(_marked_time, write=partial(local_time.until, lang=lang)),
        "labels": partial(_labels, lang=lang),
        "cited": _cited,
    }
    return found


def _worded(template: str, lang: str) -> str:
    """A template's source in which the fixed words stand by themselves, as they are in `lang`.

    They are the same for every View, so they need not be looked up and escaped for each moment.
    """
    from markupsafe import escape

    words = {name: text[lang] for name, text in say.WORDS.items()}
    if template.endswith(".html.j2"):
        words = {name: str(escape(word)) for name, word in words.items()}
    source = (folder("templates") / template).read_text(encoding="utf-8")
    return _FIXED.sub(lambda found: words[found[1]], source)


def _marked_time(at: datetime, write: Callable[[datetime], str], look: str = "") -> Markup:
    from markupsafe import Markup

    shown = f'<time{look} datetime="{local_time.utc(at)}">{write(at)}</time>'
    return Markup(shown)  # noqa: S704 -- numbers and the names of months


@cache
def _cited(rules: tuple[str, ...]) -> Markup:
    """Rules, each a link to where it stands. Few sets of rules are ever cited together."""
    from markupsafe import Markup

    link = Markup(' <a href="#source-{}">{}</a>')
    return Markup("").join(link.format(rule[0], rule) for rule in rules)


def _labels(words: Sequence[Word], lang: str) -> str:
    return ", ".join(word.label[lang] for word in words)


@cache
def _asset(name: str) -> str:
    return (folder("templates") / name).read_text(encoding="utf-8")


def _drawing(track: Track, place: int, lang: str) -> str:
    title = f"{say.WORDS['drawing'][lang]}: {track.track.label[lang]}"
    passed = " → ".join(state[lang] for state in track.path[-page_layout.STANDS :])
    laid_out = diagrams.dot([track.diagram], lang, room=True)
    drawn = diagrams.svg(laid_out, title, passed)
    marks = {
        walked.moment: Mark(
            f"m{walked.moment}",
            anchor(walked.moment, place),
            f"{walked.moment}. {walked.step.label[lang]}, {local_time.moment(walked.at, lang)}",
        )
        for walked in track.walked
    }
    return marked(drawn, track.diagram, marks)


def _width(svg: str) -> float:
    found = re.search(r'width="([\d.]+)"', svg)
    return float(found[1]) if found else 0.0


def _anchors(view: View, places: Mapping[str, int]) -> dict[tuple[int, str], str]:
    """Where on its drawing each move has a mark, by the number of its moment and its track."""
    return {
        (number, track.track.name): anchor(number, places[track.track.name])
        for track in view.tracks
        for edge in track.diagram.edges
        for number in edge.marks
    }


def _for_markdown(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", words)


def _wrapped(words: str, first: str = "", indent: str = "", width: int = WIDTH) -> str:
    from textwrap import fill as broken

    return broken(
        words,
        width,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

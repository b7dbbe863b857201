"""A View as a page, a text, Markdown or JSON: the same view gives the same bytes.

The page is one HTML file that stands alone: no script, no reference to anything outside it, and a
Content Security Policy (CSP Level 3) that allows its one stylesheet by hash and nothing else. A
template sees a View and the fixed words, and fails on anything it names that is not there.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, Literal, TypeAlias

import msgspec

from workflow.engine.procedure import Text
from workflow.histories import diagrams, local_time
from workflow.histories import wording_history as say
from workflow.histories.views import Track, View, document
from workflow.resources import folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jinja2 import Environment

Format: TypeAlias = Literal["html", "text", "md", "json"]

WIDTH = 92
"""Columns of the text for a terminal."""

_BLANK_LINES = re.compile(r"\n{3,}")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(view: View, form: Format, lang: str) -> str:
    """The view in one of the forms, in `lang` (`nl`, else English).

    Raises diagrams.CannotDraw for `html` where the layout program is missing.
    """
    return {"html": html, "text": text, "md": markdown, "json": json}[form](view, lang)


def html(view: View, lang: str) -> str:
    """The view as one HTML page. Raises diagrams.CannotDraw."""
    from markupsafe import Markup

    style = _style()
    return _filled(
        "history.html.j2",
        view,
        lang,
        style=Markup(style),  # noqa: S704 -- our own stylesheet
        policy=policy(style),
        drawings={track.track.name: _drawing(track, lang) for track in view.tracks},
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


def policy(style: str) -> str:
    """The page's Content-Security-Policy: nothing at all but this very stylesheet."""
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"


def fill(template: str, lang: str, **values: Any) -> str:
    """A template filled with the fixed words and `values`.

    Raises jinja2.UndefinedError for a name that is not there. Offered to templates:
    `t` picks a Text's language; `moment`, `short`, `day`, `until` and `utc` write times; `wrap`
    breaks lines.
    """
    escape = _for_markdown if template.endswith(".md.j2") else str

    def pick(found: Text) -> str:
        return escape(found[lang])

    functions: dict[str, Callable[..., Any]] = {
        "t": pick,
        "moment": partial(local_time.moment, lang=lang),
        "short": partial(local_time.short, lang=lang),
        "day": partial(local_time.day, lang=lang),
        "until": partial(local_time.until, lang=lang),
        "utc": local_time.utc,
        "wrap": _wrapped,
    }
    filled = _environment().get_template(template)
    return filled.render(lang=lang, w=say.words(lang), **functions, **values)


def _filled(template: str, view: View, lang: str, **more: Any) -> str:
    return fill(template, lang, view=view, **more)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    return (folder("templates") / "history.css").read_text(encoding="utf-8")


def _drawing(track: Track, lang: str) -> Any:
    from markupsafe import Markup

    title = f"{say.WORDS['drawing'][lang]}: {track.track.label[lang]}"
    passed = " → ".join(state[lang] for state in track.path)
    drawn = diagrams.svg(diagrams.dot([track.diagram], lang), title, passed)
    return Markup(drawn)  # noqa: S704 -- laid out from labels that the layout program escapes


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

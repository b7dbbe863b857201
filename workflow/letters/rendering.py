"""A letter as a page to print or as plain text: the same letter gives the same bytes.

The page is one HTML file that stands alone, with the Content Security Policy of the histories. A
template sees a Page and nothing else, and fails on anything it names that is not there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, TypeAlias

from workflow.histories.rendering import fill, policy
from workflow.letters import wording_member, wording_sharing
from workflow.letters.letters import (
    ConsentForm,
    EmergencyNotice,
    Handover,
    Letter,
    Receipt,
    StepBack,
)
from workflow.letters.pages import Page
from workflow.resources import folder

Format: TypeAlias = Literal["text", "html"]

WIDTH = 72
"""Columns of a letter in plain text."""

_BLANK_LINES = re.compile(r"\n{3,}")


def render(letter: Letter, form: Format, lang: str) -> str:
    """The letter in one of the forms, in `lang` (`nl`, else English)."""
    return html(letter, lang) if form == "html" else text(letter, lang)


def page(letter: Letter) -> Page:
    """What stands on paper for a letter."""
    match letter:
        case Receipt():
            return wording_member.receipt(letter)
        case ConsentForm():
            return wording_sharing.consent(letter)
        case Handover():
            return wording_sharing.handover(letter)
        case EmergencyNotice():
            return wording_member.emergency(letter)
        case StepBack():
            return wording_member.step_back(letter)


def html(letter: Letter, lang: str) -> str:
    """The letter as one HTML page, to print on A4."""
    from markupsafe import Markup

    from workflow.letters.squares import squares

    style, shown = _style(), page(letter)
    return fill(
        "letters/letter.html.j2",
        lang,
        page=shown,
        squares=squares(shown.stamp.note) if shown.stamp is not None else None,
        style=Markup(style),  # noqa: S704 -- our own stylesheet
        policy=policy(style),
    )


def text(letter: Letter, lang: str) -> str:
    """The letter as plain text of at most WIDTH columns."""
    filled = fill("letters/letter.txt.j2", lang, page=page(letter), width=WIDTH)
    return _BLANK_LINES.sub("\n\n", filled)


@cache
def _style() -> str:
    return (folder("templates") / "letters" / "letter.css").read_text(encoding="utf-8")

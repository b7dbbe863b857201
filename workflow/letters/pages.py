"""What stands on a letter, as frozen values: all that its templates ever get.

Every text is in both languages; a template picks one, and makes no sentence of its own.
"""

from __future__ import annotations

from workflow.engine.procedure import Text
from workflow.histories.views import Seen


class Row(Seen, frozen=True):
    """Something with its name before it; None leaves a line to fill in."""

    label: Text
    value: Text | None


class Entry(Seen, frozen=True):
    """One of a numbered list: what it is, more about it, and signs to be compared one by one."""

    title: Text
    more: tuple[Text, ...] = ()
    signs: str | None = None


class Section(Seen, frozen=True):
    """A part of a letter under its own title, in this order; `code` is set large."""

    title: Text | None
    paragraphs: tuple[Text, ...] = ()
    code: str | None = None
    rows: tuple[Row, ...] = ()
    points: tuple[Text, ...] = ()
    entries: tuple[Entry, ...] = ()
    after: tuple[Text, ...] = ()


class Signature(Seen, frozen=True):
    """A place to sign: what is written above it, and the lines to fill in."""

    title: Text
    rows: tuple[Row, ...]


class Stamp(Seen, frozen=True):
    """The checkpoint on a letter: what it is called and for, its short string, and the whole."""

    title: Text
    said: Text
    short: str
    note: str


class Page(Seen, frozen=True):
    """A letter: to whom it is and from when, its title, its parts, and where it comes from."""

    reference: str
    rows: tuple[Row, ...]
    title: Text
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]
    foot: Text
    stamp: Stamp | None = None

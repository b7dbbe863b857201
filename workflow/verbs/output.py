"""Text for a terminal: columns that line up, and colour only where there is a terminal for it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.engine.procedure import Procedure
    from workflow.verbs.session import Session

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33"}


def painted(session: Session, text: str, *looks: str) -> str:
    """The text with these looks, such as `bold`; as it is where no colour is wanted.

    Colour is for terminals only, and NO_COLOR (no-color.org) or TERM=dumb turns it off.
    """
    environment = session.environment
    plain = environment.get("NO_COLOR") or environment.get("TERM") == "dumb"
    if plain or not text or not sys.stdout.isatty():
        return text
    return f"\x1b[{';'.join(_CODES[look] for look in looks)}m{text}\x1b[0m"


def write_document(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output; where that lacks a letter, escaped (RFC 8259 §7)."""
    import msgspec

    text = msgspec.json.encode(document).decode()
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        from json import dumps, loads

        text = dumps(loads(text))
    sys.stdout.write(text + "\n")


def columns(
    rows: Iterable[Sequence[str]],
    indent: int = 0,
    looks: Mapping[int, str] | None = None,
    session: Session | None = None,
) -> list[str]:
    """Rows as lines in aligned columns; `looks` gives a look to the column of that number."""
    table = [list(row) for row in rows]
    if not table:
        return []
    widths = [
        max(len(row[place]) for row in table if place < len(row))
        for place in range(max(map(len, table)))
    ]
    lines = []
    for row in table:
        cells = []
        for place, cell in enumerate(row):
            padded = cell.ljust(widths[place]) if place < len(row) - 1 else cell
            look = (looks or {}).get(place)
            cells.append(painted(session, padded, look) if session and look else padded)
        lines.append((" " * indent + "  ".join(cells)).rstrip())
    return lines


def label(procedure: Procedure, name: str, lang: str) -> str:
    """An office, party or outside recipient as people call it."""
    from workflow.wording.wording import office_label

    return office_label(name, lang, procedure)


def named(procedure: Procedure, name: str, lang: str) -> str:
    """As people call it, and where that is not what is typed, the name to type as well."""
    called = label(procedure, name, lang)
    return f"{called} ({name})" if "-" in name else called


def kind_label(procedure: Procedure, name: str, lang: str) -> str:
    """A kind of item as people call it."""
    from workflow.engine.procedure import BUILT_IN, kind_labels

    known = name in procedure.kinds or name in BUILT_IN
    return kind_labels(procedure, name)[lang] if known else name


def purpose_label(procedure: Procedure, name: str, lang: str) -> str:
    """A purpose as people call it."""
    return procedure.purposes[name].labels[lang] if name in procedure.purposes else name


def labels(procedure: Procedure, names: Iterable[str], lang: str) -> str:
    """Several of them, separated by commas."""
    return ", ".join(label(procedure, name, lang) for name in names)


def counted(
    session: Session, number: int, nl_one: str, nl_more: str, en_one: str, en_more: str
) -> str:
    """How many of something, with the word for one or for several."""
    one = number == 1
    return f"{number} {session.say(nl_one if one else nl_more, en_one if one else en_more)}"


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]

"""What all letters have: the frame of a page, dates in words, and pieces of sentences put together.

Dates are those of the Netherlands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from workflow.engine.procedure import Text
from workflow.histories import local_time
from workflow.letters.letters import Checkpoint, Letterhead
from workflow.letters.pages import Page, Row, Section, Signature, Stamp

NAME = Text("Naam", "Name")
DATE = Text("Datum", "Date")
SIGNED = Text("Handtekening", "Signature")


def page(
    head: Letterhead,
    title: Text,
    sections: Sequence[Section],
    signatures: Sequence[Signature],
    *,
    to: Text | bool = True,
) -> Page:
    """A page with its rows on top; `to` is to whom, True for a line to fill in, False for none."""
    rows = [Row(Text("Aan", "To"), to if isinstance(to, Text) else None)] if to else []
    if head.branch:
        rows.append(Row(Text("Afdeling", "Branch"), Text(head.branch, head.branch)))
    dated = day(head.dated)
    rows.append(Row(DATE, dated))
    rows.append(Row(Text("Kenmerk", "Reference"), Text(head.case, head.case)))
    foot = Text(
        f"Gemaakt uit wat op {dated.nl} in zaak {head.case} vaststond.",
        f"Made from what was on record in case {head.case} on {dated.en}.",
    )
    stamp = _stamp(head.checkpoint) if head.checkpoint is not None else None
    return Page(head.case, tuple(rows), title, tuple(sections), tuple(signatures), foot, stamp)


def _stamp(checkpoint: Checkpoint) -> Stamp:
    return Stamp(
        Text("IJkpunt van de administratie", "Checkpoint of the records"),
        Text(
            "Bewaar deze brief. Wie deze reeks heeft, kan later laten nagaan dat er niets is "
            "weggehaald of veranderd van alles wat toen was vastgelegd. Over jouw zaak zegt zij "
            "niets.",
            "Keep this letter. Whoever has this string can later have it checked that nothing of "
            "all that was on record then was taken out or changed. It says nothing of your case.",
        ),
        checkpoint.short,
        checkpoint.note,
    )


def greeting(head: Letterhead) -> Signature:
    """The end of a letter: a line for the name, and the office of who writes."""
    rows = [Row(NAME, None)]
    if head.sender is not None:
        rows.append(Row(Text("Functie", "Office"), head.sender))
    return Signature(Text("Met vriendelijke groet,", "With kind regards,"), tuple(rows))


def day(at: datetime) -> Text:
    """The day: `2 maart 2026`."""
    return Text(local_time.day(at, "nl"), local_time.day(at, "en"))


def moment(at: datetime) -> Text:
    """The day and the time: `2 maart 2026 om 10:01`."""
    return Text(
        local_time.moment(at, "nl").replace(",", " om", 1),
        local_time.moment(at, "en").replace(",", " at", 1),
    )


def last(end: datetime) -> Text:
    """The last day of a term that ends as a day begins; the very moment of any other."""
    there = end.astimezone(ZoneInfo("Europe/Amsterdam"))
    if (there.hour, there.minute, there.second) == (0, 0, 0):
        return day(end - timedelta(hours=1))
    return moment(end)


def until(end: datetime) -> Text:
    """An end, with the whole of its last day where it ends as a day begins."""
    ending = last(end)
    if ending == moment(end):
        return Text(f"tot {ending.nl}", f"until {ending.en}")
    return Text(f"tot en met {ending.nl}", f"until and including {ending.en}")


def then(*parts: Text) -> Text:
    """The texts one right after another."""
    return Text("".join(part.nl for part in parts), "".join(part.en for part in parts))


def spaced(parts: Sequence[Text]) -> Text:
    """The sentences one after another."""
    return Text(" ".join(part.nl for part in parts), " ".join(part.en for part in parts))


def low(label: Text) -> Text:
    """A label as it stands within a sentence."""
    return Text(*(each[:1].lower() + each[1:] for each in (label.nl, label.en)))


def joined(parts: Sequence[Text], nl: str, en: str) -> Text:
    """The names in a row, with `nl` or `en` (and, or) before the last; nothing of none."""

    def row(names: Sequence[str], word: str) -> str:
        *rest, final = names or [""]
        return f"{', '.join(rest)} {word} {final}" if rest else final

    return Text(row([p.nl for p in parts], nl), row([p.en for p in parts], en))

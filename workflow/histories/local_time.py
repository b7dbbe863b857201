"""Moments in words: for people in the time of the Netherlands, for machines in UTC.

Moments are timezone-aware datetimes; the civil time is that of the IANA zone Europe/Amsterdam.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cache

_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def moment(at: datetime, lang: str) -> str:
    """A moment as people in the Netherlands read it: `2 maart 2026, 10:01`."""
    local = at.astimezone(_amsterdam())
    return f"{_day(local, lang)}, {_clock(local)}"


def day(at: datetime, lang: str) -> str:
    """The day of a moment in the Netherlands: `2 maart 2026`."""
    return _day(at.astimezone(_amsterdam()), lang)


def short(at: datetime, lang: str) -> str:
    """A moment in little room, in Dutch time: `2 mrt 2026, 10:01`."""
    return _short(at.astimezone(_amsterdam()), lang)


def until(at: datetime, lang: str) -> str:
    """An end, in little room and Dutch time: `tot 2 mrt 2026, 10:01`.

    A term of whole days ends at midnight, and people count its last day in: one that ends as
    5 October begins is `t/m 4 okt 2026`.
    """
    local = at.astimezone(_amsterdam())
    if local.time() != time():
        return f"{'tot' if lang == 'nl' else 'until'} {_short(local, lang)}"
    words = "t/m" if lang == "nl" else "until and including"
    return f"{words} {_short_day(local - timedelta(days=1), lang)}"


def month(at: datetime, lang: str) -> str:
    """The month of a moment in the Netherlands: `maart 2026`."""
    local = at.astimezone(_amsterdam())
    return f"{_month(local.month, lang)} {local.year}"


def iso(at: datetime) -> str:
    """A moment in Dutch time, by which moments sort as text: `2026-03-02T10:01:00`."""
    return at.astimezone(_amsterdam()).replace(tzinfo=None).isoformat(timespec="seconds")


def utc(at: datetime) -> str:
    """A moment for machines, in ISO 8601 and UTC: `2026-03-02T09:01:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(local: datetime, lang: str) -> str:
    return f"{local.day} {_month(local.month, lang)} {local.year}"


def _short(local: datetime, lang: str) -> str:
    return f"{_short_day(local, lang)}, {_clock(local)}"


def _short_day(local: datetime, lang: str) -> str:
    month = "mrt" if (lang, local.month) == ("nl", 3) else _month(local.month, lang)[:3]
    return f"{local.day} {month} {local.year}"


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


@cache
def _month(month: int, lang: str) -> str:
    return _MONTHS["nl" if lang == "nl" else "en"].split()[month - 1]


@cache
def _amsterdam() -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Amsterdam")

"""Days and moments in words, in the time of Amsterdam."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def moment_text(at: datetime, lang: str) -> str:
    """A moment (aware) in words, such as `dinsdag 3 maart 2026, 14:05`: the time of Amsterdam."""
    from zoneinfo import ZoneInfo

    local = at.astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{day_text(local, lang)}, {local:%H:%M}"


def day_text(day: Any, lang: str) -> str:
    """A date in words, such as `Tuesday 3 March 2026`."""
    tongue = "nl" if lang == "nl" else "en"
    month = _MONTHS[tongue].split()[day.month - 1]
    return f"{_WEEKDAYS[tongue][day.weekday()]} {day.day} {month} {day.year}"


def date_text(day: Any, lang: str) -> str:
    """A date in words without the day of the week, such as `3 March 2026`."""
    return day_text(day, lang).split(" ", 1)[1]


def last_day(until: datetime, lang: str) -> str:
    """An end (aware, exclusive): the last day in full where it ends at midnight in Amsterdam."""
    from zoneinfo import ZoneInfo

    there = until.astimezone(ZoneInfo("Europe/Amsterdam"))
    if (there.hour, there.minute, there.second) != (0, 0, 0):
        said = moment_text(until, lang)
        return f"tot {said}" if lang == "nl" else f"until {said}"
    last = date_text(there - timedelta(days=1), lang)
    return f"t/m {last}" if lang == "nl" else f"until and including {last}"

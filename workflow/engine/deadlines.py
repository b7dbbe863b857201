"""What a deadline in a procedure means: from the moment it starts to the moment it is over.

A deadline is a length of time (a `Span`) counted from a start. There are three ways of counting:

- hours and minutes are exact elapsed time;
- years, months, weeks and days are counted on the calendar of the Netherlands. The day of the
  start is not counted and the whole of the last day still belongs to the deadline;
- working days are counted the same way, passing over weekends and public holidays.

Calendar deadlines that end in a weekend are not moved: the extension in art. 1 Algemene
termijnenwet is for terms set by statute, and these are terms an association sets for itself. The
reasons and the sources are in docs/deadlines.md.

Everything here is pure. Moments are timezone-aware datetimes; results are in UTC. Civil days are
those of the IANA zone Europe/Amsterdam.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Literal, TypeAlias

from workflow.engine.public_holidays import working_day_after

Lang: TypeAlias = Literal["nl", "en"]

LONGEST_DAYS = 36_600
"""No deadline is longer than this many days, about a century."""

_ONE_DAY = timedelta(days=1)
_NO_TIME = timedelta(0)
_ACCEPTED = (
    "a deadline is written as an ISO 8601 duration of whole, non-zero numbers, in the order "
    "years, months, weeks, days, then T and hours, minutes; for example P14D, P1M, PT24H or P1DT12H"
)
# Eight digits hold a century of minutes; anything longer is too long whatever its unit.
_NUMBER = "([1-9][0-9]{0,7})"
# Kept as text: `re` compiles it at its first use and remembers it, so that importing stays quick.
_DURATION = (
    rf"P(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?)?"
)
_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "nl": (
        ("jaar", "jaar"),
        ("maand", "maanden"),
        ("week", "weken"),
        ("dag", "dagen"),
        ("uur", "uur"),
        ("minuut", "minuten"),
    ),
    "en": (
        ("year", "years"),
        ("month", "months"),
        ("week", "weeks"),
        ("day", "days"),
        ("hour", "hours"),
        ("minute", "minutes"),
    ),
}
_WORKING_DAY_WORDS: dict[str, tuple[str, str]] = {
    "nl": ("werkdag", "werkdagen"),
    "en": ("working day", "working days"),
}
_AND = {"nl": "en", "en": "and"}


class BadDuration(ValueError):
    """A length of time that cannot be a deadline; the message says what is accepted."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in calendar units and clock units, as in ISO 8601-1 durations.

    Each part is a whole number of that unit, none negative, at least one of them not zero, and
    together no longer than LONGEST_DAYS. Raises BadDuration otherwise.
    """

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0

    def __post_init__(self) -> None:
        parts = _parts(self)
        if min(parts) < 0 or max(parts) == 0:
            raise BadDuration(_ACCEPTED)
        minutes = self.hours * 60 + self.minutes
        days = self.years * 366 + self.months * 31 + self.weeks * 7 + self.days
        if days * 1440 + minutes > LONGEST_DAYS * 1440:
            raise BadDuration(f"a deadline is at most a hundred years; {_ACCEPTED}")


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days, `n` from 1 to LONGEST_DAYS. Raises BadDuration otherwise."""

    n: int

    def __post_init__(self) -> None:
        if not 1 <= self.n <= LONGEST_DAYS:
            raise BadDuration(
                f"a deadline in working days is a whole number from 1 to {LONGEST_DAYS}, "
                f"for example 3; not {self.n}"
            )


Span: TypeAlias = Duration | WorkingDays


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration such as "P14D", "P1M", "PT24H" or "P1DT12H".

    Accepted is the subset of ISO 8601-1:2019 §5.5.2 with the units years, months, weeks and days
    before the T, hours and minutes after it, in that order; weeks may stand beside the others, as
    ISO 8601-2 allows. Numbers are whole, have no leading zero and are never zero, so that a length
    has one spelling per choice of units. Raises BadDuration for anything else.
    """
    match = re.fullmatch(_DURATION, text)
    if match is None:
        shown = text if len(text) <= 40 else f"{text[:40]}..."
        raise BadDuration(f"{shown!r} is no length of time: {_ACCEPTED}")
    return Duration(*(int(number or 0) for number in match.groups()))


def at_least(span: Span) -> timedelta:
    """How long a deadline of `span` is at the least, in whole days and what is left over.

    A month has 28 days, a year 365, and each five working days have a weekend beside them.
    """
    if isinstance(span, WorkingDays):
        return timedelta(days=span.n + 2 * ((span.n - 1) // 5))
    days = span.years * 365 + span.months * 28 + span.weeks * 7 + span.days
    return timedelta(days=days, hours=span.hours, minutes=span.minutes)


def due(start: datetime, span: Span) -> datetime:
    """Return the first moment, in UTC, at which a deadline of `span` from `start` is over.

    `start` is timezone-aware, in any zone: only the instant matters. The result is exclusive; one
    microsecond earlier the deadline has not passed. How each kind of span is counted:

    - hours and minutes only: exact elapsed time, also across a clock change;
    - calendar units only: `start`'s civil day in Europe/Amsterdam is not counted; years and months
      are added first and held to the end of a shorter month, then weeks and days. Due at local
      midnight at the end of the day so reached (as in art. 3 Regulation (EEC, Euratom) 1182/71);
    - both: the calendar units are added with the local time of day kept, then the hours and
      minutes as elapsed time (RFC 5545 §3.3.6). A kept local time that a clock change repeats is
      its first occurrence; one that it skips is read with the offset before it (RFC 5545 §3.3.5);
    - working days: due at local midnight at the end of the nth working day after `start`'s day.

    Raises ValueError when `start` has no time zone, when the result lies beyond what a datetime can
    hold, or when working days leave the years that `engine.public_holidays` knows.
    """
    if start.utcoffset() is None:
        raise ValueError("a deadline starts at a moment with a time zone; this datetime has none")
    try:
        return _due(start.astimezone(UTC), span)
    except OverflowError as error:
        raise ValueError("this deadline lies beyond the years a datetime can hold") from error


def is_past(due: datetime, now: datetime) -> bool:
    """Say whether at `now` a deadline that is over at `due` has passed: `now` is at or after `due`.

    Both are timezone-aware, in any zone. Raises ValueError when one of them is not.
    """
    if due.utcoffset() is None or now.utcoffset() is None:
        raise ValueError("comparing moments needs a time zone on both; one of these has none")
    # Two datetimes in one and the same zone are compared by wall clock, which a clock change fools.
    return now.astimezone(UTC) >= due.astimezone(UTC)


def describe(span: Span, lang: Lang) -> str:
    """Return `span` in words in Dutch ("nl") or English ("en"): "7 dagen", "3 working days".

    Units are named largest first and units of zero are left out. Raises ValueError for another
    language.
    """
    if lang not in _WORDS:
        raise ValueError(f"deadlines are described in nl or en, not in {lang!r}")
    if isinstance(span, WorkingDays):
        return _counted(span.n, _WORKING_DAY_WORDS[lang])
    pairs = zip(_parts(span), _WORDS[lang], strict=True)
    phrases = [_counted(count, words) for count, words in pairs if count]
    *rest, last = phrases
    return f"{', '.join(rest)} {_AND[lang]} {last}" if rest else last


def _due(start: datetime, span: Span) -> datetime:
    if isinstance(span, WorkingDays):
        return _end_of(working_day_after(start.astimezone(_amsterdam()).date(), span.n))
    elapsed = timedelta(hours=span.hours, minutes=span.minutes)
    if not (span.days or span.months or span.weeks or span.years):
        return start + elapsed
    local = start.astimezone(_amsterdam())
    last_day = _add_calendar(local.date(), span)
    if elapsed == _NO_TIME:
        return _end_of(last_day)
    kept = datetime.combine(last_day, local.time().replace(fold=0), _amsterdam())
    return kept.astimezone(UTC) + elapsed


def _add_calendar(day: date, span: Duration) -> date:
    """Add years and months, held to the month's end, and then weeks and days."""
    if span.years or span.months:
        year, month = divmod((day.year + span.years) * 12 + day.month - 1 + span.months, 12)
        day = date(year, month + 1, min(day.day, _last_day_of_month(year, month + 1)))
    return day + timedelta(days=span.weeks * 7 + span.days)


def _last_day_of_month(year: int, month: int) -> int:
    return 31 if month == 12 else (date(year, month + 1, 1) - _ONE_DAY).day


def _end_of(day: date) -> datetime:
    following = day + _ONE_DAY
    midnight = datetime(following.year, following.month, following.day, tzinfo=_amsterdam())
    return midnight.astimezone(UTC)


@cache
def _amsterdam() -> tzinfo:
    # Imported on first use: zoneinfo takes milliseconds to load, which only counting should cost.
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Amsterdam")


def _parts(span: Duration) -> tuple[int, int, int, int, int, int]:
    return span.years, span.months, span.weeks, span.days, span.hours, span.minutes


def _counted(count: int, words: tuple[str, str]) -> str:
    return f"{count} {words[0] if count == 1 else words[1]}"

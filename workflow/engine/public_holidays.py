"""Dutch public holidays and working days, computed from the rules in the law.

The list is that of art. 3 Algemene termijnenwet (Atw, the Dutch General Extension of Time Limits
Act): its first paragraph names the generally recognised public holidays and its second puts Good
Friday on the same footing. Easter Sunday and Whit Sunday are added to the table so that it is
complete to a reader; being Sundays they change nothing about which days are working days.

Three choices, explained in docs/deadlines.md:

- 5 May counts every year, because art. 3 paragraph 1 Atw names "de vijfde mei" without condition.
  That many employers give the day off only once in five years is a matter of labour agreements.
- Extra days that a royal decree equates with a holiday (art. 3 paragraph 3 Atw) are not in the
  table: they are announced a few years at a time and cannot be computed.
- The table runs from 1990 to 2200 and refuses other years.

Everything here is pure: dates in, dates out, no clock and no time zone. A date is a civil day in
the Netherlands.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from types import MappingProxyType

FIRST_YEAR = 1990
LAST_YEAR = 2200

_FIRST_KINGS_DAY = 2014
_SATURDAY = 5
_SUNDAY = 6
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """The name of a public holiday in Dutch (`name_nl`) and in English (`name_en`)."""

    name_nl: str
    name_en: str


@cache
def public_holidays(year: int) -> Mapping[date, Holiday]:
    """Return the public holidays of `year` in the Netherlands, in calendar order, read-only.

    Source: art. 3 Atw. Where two holidays share a day (Ascension Day on 5 May, as in 2016) the day
    has one entry that carries both names. Raises ValueError for a year outside
    FIRST_YEAR..LAST_YEAR.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"public holidays are known for {FIRST_YEAR} to {LAST_YEAR}, not for {year}"
        )
    easter = _easter_sunday(year)
    entries = [
        (date(year, 1, 1), Holiday("Nieuwjaarsdag", "New Year's Day")),
        (easter - timedelta(days=2), Holiday("Goede Vrijdag", "Good Friday")),
        (easter, Holiday("Eerste paasdag", "Easter Sunday")),
        (easter + timedelta(days=1), Holiday("Tweede paasdag", "Easter Monday")),
        _royal_birthday(year),
        (easter + timedelta(days=39), Holiday("Hemelvaartsdag", "Ascension Day")),
        (date(year, 5, 5), Holiday("Bevrijdingsdag", "Liberation Day")),
        (easter + timedelta(days=49), Holiday("Eerste pinksterdag", "Whit Sunday")),
        (easter + timedelta(days=50), Holiday("Tweede pinksterdag", "Whit Monday")),
        (date(year, 12, 25), Holiday("Eerste kerstdag", "Christmas Day")),
        (date(year, 12, 26), Holiday("Tweede kerstdag", "Second Christmas Day")),
    ]
    table: dict[date, Holiday] = {}
    for day, holiday in sorted(entries, key=lambda entry: entry[0]):
        known = table.get(day)
        table[day] = holiday if known is None else _both(known, holiday)
    return MappingProxyType(table)


def is_working_day(day: date) -> bool:
    """Say whether `day` is a Monday to Friday that is not a public holiday.

    Raises ValueError for a year outside FIRST_YEAR..LAST_YEAR, and TypeError for a datetime: which
    day a moment falls on depends on a time zone that this module does not choose.
    """
    # A datetime is a date to the type checker, but never equals one: it would miss every holiday.
    if isinstance(day, datetime):
        raise TypeError("expected a date, got a datetime: take the local day first")
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def working_day_after(day: date, n: int) -> date:
    """Return the `n`th working day that comes after `day`; `day` itself is never counted.

    `n` is at least 1. `day` need not be a working day. Raises ValueError when `n` is smaller than 1
    or when the search leaves FIRST_YEAR..LAST_YEAR, and TypeError for a datetime.
    """
    if n < 1:
        raise ValueError(f"count at least 1 working day, not {n}")
    year = day.year
    days = _working_days(year)
    index = bisect_right(days, day) + n - 1
    while index >= len(days):
        index -= len(days)
        year += 1
        days = _working_days(year)
    return days[index]


@cache
def _working_days(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    every_day = (first + index * _ONE_DAY for index in range(length))
    return tuple(day for day in every_day if is_working_day(day))


def _easter_sunday(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian algorithm (Meeus, Jones, Butcher).

    The names follow the church computus: the golden number fixes the age of the moon, the century
    corrects it for skipped leap days, and the weekday of the paschal full moon gives the Sunday.
    """
    moon_year = year % 19
    century, year_of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    lunar_correction = (century - (century + 8) // 25 + 1) // 3
    full_moon = (19 * moon_year + century - leap_centuries - lunar_correction + 15) % 30
    leap_years, year_rest = divmod(year_of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - full_moon - year_rest) % 7
    late_moon = (moon_year + 11 * full_moon + 22 * to_sunday) // 451
    month, day = divmod(full_moon + to_sunday - 7 * late_moon + 114, 31)
    return date(year, month, day + 1)


def _royal_birthday(year: int) -> tuple[date, Holiday]:
    """Return the day on which the monarch's birthday is celebrated, never a Sunday."""
    if year >= _FIRST_KINGS_DAY:
        day, holiday = date(year, 4, 27), Holiday("Koningsdag", "King's Day")
    else:
        day, holiday = date(year, 4, 30), Holiday("Koninginnedag", "Queen's Day")
    return (day - _ONE_DAY if day.weekday() == _SUNDAY else day), holiday


def _both(one: Holiday, other: Holiday) -> Holiday:
    return Holiday(
        f"{one.name_nl} en {other.name_nl}",
        f"{one.name_en} and {other.name_en}",
    )

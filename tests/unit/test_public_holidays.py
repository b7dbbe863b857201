"""The table of Dutch public holidays against the law's fixed facts and an independent library."""

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from holidays.constants import OPTIONAL, PUBLIC
from hypothesis import given
from hypothesis import strategies as st

from workflow.engine.public_holidays import (
    FIRST_YEAR,
    LAST_YEAR,
    Holiday,
    is_working_day,
    public_holidays,
    working_day_after,
)

# The library's own limit: it has no data after 2100.
ORACLE_YEARS = range(1990, 2101)
DAYS = st.dates(date(1990, 1, 1), date(2190, 12, 31))


def oracle(year: int, *categories: str) -> dict[date, set[str]]:
    """Return the days and lower-case Dutch names that `holidays` has in these categories."""
    found = country_holidays("NL", years=year, categories=categories, language="nl")
    return {day: set(names.casefold().split("; ")) for day, names in found.items()}


def ours(year: int) -> dict[date, set[str]]:
    """Return the table of `year` in the same shape."""
    return {
        day: set(holiday.name_nl.casefold().split(" en "))
        for day, holiday in public_holidays(year).items()
    }


@pytest.mark.parametrize("year", ORACLE_YEARS)
def test_the_table_equals_the_library_with_its_optional_days(year: int) -> None:
    """Days and Dutch names equal those of `holidays` with the public and optional categories."""
    assert ours(year) == oracle(year, PUBLIC, OPTIONAL)


@pytest.mark.parametrize("year", ORACLE_YEARS)
def test_the_only_difference_with_the_public_category_is_5_may(year: int) -> None:
    """Good Friday aside, the library's public days lack 5 May outside lustrum years, no more."""
    # Good Friday is optional in release 0.80 of the library and public in 0.109; art. 3 paragraph 2
    # Atw does not name it a holiday but treats it as one, and so does the table.
    (good_friday,) = (d for d, names in ours(year).items() if "goede vrijdag" in names)
    public = oracle(year, PUBLIC)
    differing = {day for day in {*ours(year), *public} if ours(year).get(day) != public.get(day)}
    liberation_day = set() if year % 5 == 0 else {date(year, 5, 5)}
    assert differing - {good_friday} == liberation_day


def test_the_year_2026_in_full() -> None:
    """The table of 2026 has exactly these eleven days, in this order, with these names."""
    assert list(public_holidays(2026).items()) == [
        (date(2026, 1, 1), Holiday("Nieuwjaarsdag", "New Year's Day")),
        (date(2026, 4, 3), Holiday("Goede Vrijdag", "Good Friday")),
        (date(2026, 4, 5), Holiday("Eerste paasdag", "Easter Sunday")),
        (date(2026, 4, 6), Holiday("Tweede paasdag", "Easter Monday")),
        (date(2026, 4, 27), Holiday("Koningsdag", "King's Day")),
        (date(2026, 5, 5), Holiday("Bevrijdingsdag", "Liberation Day")),
        (date(2026, 5, 14), Holiday("Hemelvaartsdag", "Ascension Day")),
        (date(2026, 5, 24), Holiday("Eerste pinksterdag", "Whit Sunday")),
        (date(2026, 5, 25), Holiday("Tweede pinksterdag", "Whit Monday")),
        (date(2026, 12, 25), Holiday("Eerste kerstdag", "Christmas Day")),
        (date(2026, 12, 26), Holiday("Tweede kerstdag", "Second Christmas Day")),
    ]


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (1990, date(1990, 4, 15)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2038, date(2038, 4, 25)),
        (2049, date(2049, 4, 18)),
        (2076, date(2076, 4, 19)),
        (2160, date(2160, 3, 23)),
        (2200, date(2200, 4, 6)),
    ],
)
def test_easter_falls_on_its_published_date(year: int, easter: date) -> None:
    """Easter Sunday is on the published date, also in the earliest, latest and corrected years."""
    assert public_holidays(year)[easter].name_en == "Easter Sunday"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(1990, 4, 30), "Koninginnedag"),
        (date(2006, 4, 29), "Koninginnedag"),
        (date(2013, 4, 30), "Koninginnedag"),
        (date(2014, 4, 26), "Koningsdag"),
        (date(2015, 4, 27), "Koningsdag"),
        (date(2025, 4, 26), "Koningsdag"),
    ],
)
def test_the_royal_birthday_is_never_celebrated_on_sunday(day: date, name: str) -> None:
    """The royal birthday is 30 April until 2013, then 27 April, and a day earlier if a Sunday."""
    celebrated = [d for d, h in public_holidays(day.year).items() if h.name_nl.startswith("Koning")]
    assert celebrated == [day]
    assert public_holidays(day.year)[day].name_nl == name


@pytest.mark.parametrize("year", [2005, 2016])
def test_two_holidays_on_one_day_keep_both_names(year: int) -> None:
    """When Ascension Day is 5 May the table has one entry for it with both names."""
    both = Holiday("Hemelvaartsdag en Bevrijdingsdag", "Ascension Day and Liberation Day")
    assert public_holidays(year)[date(year, 5, 5)] == both
    assert len(public_holidays(year)) == 10


def test_the_table_cannot_be_changed_by_who_reads_it() -> None:
    """Writing to the returned table is refused, so the shared copy stays what was computed."""
    table = public_holidays(2026)
    with pytest.raises(TypeError):
        table[date(2026, 3, 2)] = Holiday("Vrij", "Free")  # type: ignore[index]
    assert date(2026, 3, 2) not in public_holidays(2026)


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1, 0, -1])
def test_years_outside_the_table_are_refused(year: int) -> None:
    """A year before 1990 or after 2200 raises ValueError naming the known years."""
    with pytest.raises(ValueError, match="1990 to 2200"):
        public_holidays(year)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 6), True),
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), False),
        (date(2026, 4, 3), False),
        (date(2026, 5, 5), False),
        (date(2026, 5, 15), True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
    ],
)
def test_working_days_are_weekdays_without_holiday(day: date, working: bool) -> None:
    """Weekends, Good Friday and 5 May are no working days; 15 May and New Year's Eve 2026 are."""
    assert is_working_day(day) is working


@given(day=DAYS, n=st.integers(1, 600))
def test_the_nth_working_day_agrees_with_counting_day_by_day(day: date, n: int) -> None:
    """`working_day_after` gives the day that a day-by-day count of working days arrives at."""
    reached, counted = day, 0
    while counted < n:
        reached += timedelta(days=1)
        counted += is_working_day(reached)
    assert working_day_after(day, n) == reached


@pytest.mark.parametrize("n", [0, -1])
def test_counting_no_working_days_is_refused(n: int) -> None:
    """A count of zero or fewer working days raises ValueError."""
    with pytest.raises(ValueError, match="at least 1"):
        working_day_after(date(2026, 3, 2), n)


def test_counting_past_the_last_known_year_is_refused() -> None:
    """Working days that would fall after 2200 raise ValueError instead of ignoring holidays."""
    assert working_day_after(date(2200, 12, 30), 1) == date(2200, 12, 31)
    with pytest.raises(ValueError, match="1990 to 2200"):
        working_day_after(date(2200, 12, 31), 1)


def test_a_datetime_is_not_taken_for_a_date() -> None:
    """A datetime raises TypeError, because its day depends on a time zone."""
    christmas = datetime(2026, 12, 25, tzinfo=UTC)
    with pytest.raises(TypeError, match="datetime"):
        is_working_day(christmas)
    with pytest.raises(TypeError, match="datetime"):
        working_day_after(christmas, 1)

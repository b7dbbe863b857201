"""What deadlines mean: reading them, counting them, asking whether they passed, naming them."""

import subprocess
import sys
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from workflow.engine.deadlines import (
    LONGEST_DAYS,
    BadDuration,
    Duration,
    Lang,
    Span,
    WorkingDays,
    describe,
    due,
    is_past,
    parse_duration,
)
from workflow.engine.public_holidays import is_working_day

ROOT = Path(__file__).parents[2]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = [UTC, AMSTERDAM, ZoneInfo("America/New_York"), timezone(timedelta(hours=14))]


def last_sunday(year: int, month: int) -> date:
    """Return the last Sunday of a month."""
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=(last.weekday() + 1) % 7)


def clock_change(year: int, month: int) -> datetime:
    """Return when Dutch clocks change in March or October: 01:00 UTC on the last Sunday."""
    sunday = last_sunday(year, month)
    return datetime(sunday.year, sunday.month, sunday.day, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    """Return the moment that is written in Amsterdam time."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins in Amsterdam."""
    return datetime.combine(day, time(), AMSTERDAM)


YEARS = st.integers(1996, 2080)
CLOCK_CHANGES = st.builds(clock_change, YEARS, st.sampled_from([3, 10]))
NEAR_CLOCK_CHANGES = st.builds(
    lambda change, minutes: change + timedelta(minutes=minutes),
    CLOCK_CHANGES,
    st.integers(-27 * 60, 27 * 60),
)
ANY_TIME = st.datetimes(
    datetime.fromisoformat("1990-01-02"),
    datetime.fromisoformat("2080-12-31"),
    timezones=st.sampled_from(ZONES),
)
STARTS = st.one_of(ANY_TIME, NEAR_CLOCK_CHANGES)

ELAPSED = st.builds(
    Duration, hours=st.integers(0, 200), minutes=st.integers(1, 200), days=st.just(0)
)
CALENDAR = st.one_of(
    st.builds(Duration, days=st.integers(1, 400)),
    st.builds(
        Duration,
        years=st.integers(0, 5),
        months=st.integers(0, 30),
        weeks=st.integers(0, 9),
        days=st.integers(1, 9),
    ),
    st.builds(Duration, months=st.integers(1, 30)),
    st.builds(Duration, weeks=st.integers(1, 60)),
)
MIXED = st.builds(
    Duration,
    months=st.integers(0, 14),
    days=st.integers(1, 40),
    hours=st.integers(0, 48),
    minutes=st.integers(1, 59),
)
WORKING = st.builds(WorkingDays, st.integers(1, 300))
ANY_SPAN: st.SearchStrategy[Span] = st.one_of(ELAPSED, CALENDAR, MIXED, WORKING)
PLAIN_SPAN: st.SearchStrategy[Span] = st.one_of(ELAPSED, CALENDAR, WORKING)


def test_every_example_in_the_documentation_is_computed_so() -> None:
    """Each row of the examples in docs/deadlines.md is what `due` and `describe` give."""
    text = (ROOT / "docs" / "deadlines.md").read_text(encoding="utf-8")
    section = text.split("## Examples")[1].split("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in section.splitlines()
        if line.startswith("| 2")
    ]
    assert len(rows) == 11
    for start, span_text, words, over_at, _ in rows:
        count, _, unit = span_text.partition(" ")
        span: Span = WorkingDays(int(count)) if unit else parse_duration(span_text)
        assert (describe(span, "en"), due(local(start), span)) == (words, local(over_at)), span_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P1Y", Duration(years=1)),
        ("P1M", Duration(months=1)),
        ("P2W", Duration(weeks=2)),
        ("P14D", Duration(days=14)),
        ("PT24H", Duration(hours=24)),
        ("PT1M", Duration(minutes=1)),
        ("P1DT12H", Duration(days=1, hours=12)),
        ("P1Y2M3W4DT5H6M", Duration(1, 2, 3, 4, 5, 6)),
    ],
)
def test_durations_are_read_unit_by_unit(text: str, expected: Duration) -> None:
    """Each number lands on the unit its letter names, M being months before T, minutes after."""
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P0D",
        "PT0H",
        "P1DT0H",
        "P01D",
        "P1.5D",
        "PT1,5H",
        "P-1D",
        "-P1D",
        "+P1D",
        "P1",
        "1D",
        "P1D1M",
        "PT1M1H",
        "P1H",
        "PT1D",
        "PT30S",
        "p1d",
        " P1D",
        "P1D\n",
        "P1D ",
        "P１D",
        "P٣D",
        "P1DP1D",
        "P123456789M",
        "P" + "9" * 5000 + "D",
        "7 days",
    ],
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    """A text outside the subset raises BadDuration, short, with an example of what is accepted."""
    with pytest.raises(BadDuration, match=r"for example P14D") as refusal:
        parse_duration(text)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("text", ["P101Y", "P36601D", "PT52704001M", "P100YT25H"])
def test_more_than_a_century_is_refused(text: str) -> None:
    """A duration longer than LONGEST_DAYS in total raises BadDuration."""
    with pytest.raises(BadDuration, match="at most a hundred years"):
        parse_duration(text)


def test_a_century_is_accepted() -> None:
    """A hundred years, and LONGEST_DAYS written in days or minutes, are still deadlines."""
    start = datetime(2000, 1, 1, 12, tzinfo=UTC)
    assert due(start, parse_duration("P100Y")) == local("2100-01-02 00:00")
    assert parse_duration("P36600D").days == LONGEST_DAYS
    assert parse_duration("PT52704000M").minutes == LONGEST_DAYS * 1440


@pytest.mark.parametrize("parts", [{}, {"days": -1}, {"days": 2, "hours": -1}])
def test_durations_are_never_empty_or_negative(parts: dict[str, int]) -> None:
    """Building a Duration of zero, or with a negative part, raises BadDuration."""
    with pytest.raises(BadDuration):
        Duration(**parts)


@pytest.mark.parametrize("n", [0, -3, LONGEST_DAYS + 1])
def test_working_days_have_bounds(n: int) -> None:
    """WorkingDays below 1 or above LONGEST_DAYS raise BadDuration."""
    with pytest.raises(BadDuration, match="whole number from 1"):
        WorkingDays(n)


@given(start=STARTS, span=ANY_SPAN)
def test_due_is_after_start_and_in_utc(start: datetime, span: Span) -> None:
    """The result lies after the start and its zone is UTC."""
    result = due(start, span)
    assert result > start.astimezone(UTC)
    assert result.tzinfo is UTC


@given(start=STARTS, later=st.timedeltas(timedelta(0), timedelta(days=70)), span=PLAIN_SPAN)
def test_a_later_start_is_never_due_earlier(start: datetime, later: timedelta, span: Span) -> None:
    """For spans that do not mix calendar and clock, due never decreases when the start grows."""
    begin = start.astimezone(UTC)
    assert due(begin + later, span) >= due(begin, span)


@given(start=STARTS, later=st.timedeltas(timedelta(0), timedelta(days=70)), span=MIXED)
@example(
    start=datetime(2027, 1, 29, 22, 0, tzinfo=UTC),
    later=timedelta(days=1, hours=2),
    span=Duration(months=1, hours=1),
)
def test_a_later_start_of_a_mixed_span_is_due_at_most_25_hours_earlier(
    start: datetime, later: timedelta, span: Span
) -> None:
    """For mixed spans a later start is due less than 25 hours before an earlier one, if before."""
    begin = start.astimezone(UTC)
    assert due(begin, span) - due(begin + later, span) < timedelta(hours=25)


@given(start=STARTS, span=ANY_SPAN, zone=st.sampled_from(ZONES))
def test_only_the_instant_of_the_start_matters(
    start: datetime, span: Span, zone: timezone | ZoneInfo
) -> None:
    """The same instant written in another zone, or as a skipped local time, is due the same."""
    instant = start.astimezone(UTC)
    assert due(start, span) == due(instant, span) == due(instant.astimezone(zone), span)


@given(start=STARTS, span=ELAPSED)
def test_hours_and_minutes_are_elapsed_time(start: datetime, span: Duration) -> None:
    """A span of only hours and minutes is due exactly that much time after the start."""
    elapsed = due(start, span) - start.astimezone(UTC)
    assert elapsed == timedelta(minutes=span.hours * 60 + span.minutes)


@given(start=NEAR_CLOCK_CHANGES)
def test_24_hours_and_1_day_differ_around_a_clock_change(start: datetime) -> None:
    """Near a clock change PT24H is 24 hours and P1D is over at the second local midnight after."""
    assert due(start, parse_duration("PT24H")) - start == timedelta(hours=24)
    over = start.astimezone(AMSTERDAM).date() + timedelta(days=2)
    assert due(start, parse_duration("P1D")) == midnight(over)


@pytest.mark.parametrize(("month", "hours"), [(3, 23), (10, 25)])
def test_the_day_of_a_clock_change_counts_as_one_day(month: int, hours: int) -> None:
    """Between the ends of the Saturday and of the Sunday of a clock change lie 23 or 25 hours."""
    saturday = clock_change(2026, month) - timedelta(days=1)
    friday = saturday - timedelta(days=1)
    day = parse_duration("P1D")
    assert due(saturday, day) - due(friday, day) == timedelta(hours=hours)


@given(start=STARTS, span=CALENDAR)
def test_calendar_spans_end_with_the_day_reached(start: datetime, span: Duration) -> None:
    """Calendar spans are over at midnight after the day found by stepping months, then days."""
    day = start.astimezone(AMSTERDAM).date()
    year, month = day.year, day.month
    for _ in range(span.years * 12 + span.months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    clamped = date(year, month, min(day.day, monthrange(year, month)[1]))
    after = clamped + timedelta(weeks=span.weeks, days=span.days + 1)
    assert due(start, span) == midnight(after)


@given(start=STARTS, span=WORKING)
def test_working_days_agree_with_counting_day_by_day(start: datetime, span: WorkingDays) -> None:
    """Working days are over at midnight after the day that a day-by-day count arrives at."""
    day, counted = start.astimezone(AMSTERDAM).date(), 0
    while counted < span.n:
        day += timedelta(days=1)
        counted += is_working_day(day)
    after = day + timedelta(days=1)
    assert due(start, span) == midnight(after)


@pytest.mark.parametrize(
    ("start", "span", "over_at"),
    [
        ("2028-02-28 23:59", Duration(days=1), "2028-03-01 00:00"),
        ("2027-02-28 00:00", Duration(days=1), "2027-03-02 00:00"),
        ("2024-02-29 12:00", Duration(years=4), "2028-03-01 00:00"),
        ("2100-01-31 12:00", Duration(months=1), "2100-03-01 00:00"),
        ("2026-08-31 12:00", Duration(months=1, days=1), "2026-10-02 00:00"),
        ("2026-12-31 23:59", Duration(days=1), "2027-01-02 00:00"),
        ("2026-11-30 12:00", Duration(months=1), "2026-12-31 00:00"),
        ("2026-12-31 12:00", Duration(months=2), "2027-03-01 00:00"),
        ("2026-12-31 12:00", Duration(years=1), "2028-01-01 00:00"),
        ("2026-12-31 12:00", WorkingDays(1), "2027-01-05 00:00"),
        ("2026-03-06 12:00", WorkingDays(1), "2026-03-10 00:00"),
        ("2026-03-07 12:00", WorkingDays(1), "2026-03-10 00:00"),
        ("2026-03-06 12:00", Duration(days=1), "2026-03-08 00:00"),
        ("2026-03-07 12:00", Duration(weeks=2), "2026-03-22 00:00"),
    ],
)
def test_leap_years_year_ends_and_weekends(start: str, span: Span, over_at: str) -> None:
    """Leap days, the end of the year and weekends end a deadline on the day the rules say."""
    assert due(local(start), span) == local(over_at)


def test_the_day_is_the_day_in_amsterdam() -> None:
    """A start at 22:30 UTC in July is counted from the next day, on which it is in Amsterdam."""
    start = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert due(start, Duration(days=1)) == datetime(2026, 7, 3, 22, 0, tzinfo=UTC)
    assert due(start, WorkingDays(1)) == datetime(2026, 7, 3, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "over_at"),
    [
        (datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 3, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 3, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 3, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 13, 0, tzinfo=UTC)),
    ],
)
def test_mixed_spans_keep_the_local_time_and_then_count_hours(
    start: datetime, over_at: datetime
) -> None:
    """P1DT2H keeps the time of day, a skipped one by the old offset, a repeated one the first."""
    assert due(start, parse_duration("P1DT2H")) == over_at


def test_a_mixed_span_to_the_same_repeated_hour_takes_its_first_pass() -> None:
    """From the second 02:30 of a night to a night with two of them, the first 02:30 is meant."""
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    years_later = Duration(years=11, minutes=1)
    assert due(second_pass, years_later) == datetime(2037, 10, 25, 0, 31, tzinfo=UTC)


@pytest.mark.parametrize("span", [Duration(days=1), Duration(hours=1), WorkingDays(1)])
def test_a_start_without_time_zone_is_refused(span: Span) -> None:
    """A naive start raises ValueError for every kind of span."""
    with pytest.raises(ValueError, match="time zone"):
        due(datetime.fromisoformat("2026-03-02 09:00"), span)


@pytest.mark.parametrize(
    "span", [Duration(years=100), Duration(days=400), Duration(hours=9000), WorkingDays(1)]
)
def test_results_no_datetime_can_hold_are_refused(span: Span) -> None:
    """A deadline beyond the year 9999, or beyond the known holidays, raises ValueError."""
    with pytest.raises(ValueError, match=r"."):
        due(datetime(9999, 6, 1, tzinfo=UTC), span)


@given(start=STARTS, span=ANY_SPAN)
def test_a_deadline_passes_at_its_due_moment(start: datetime, span: Span) -> None:
    """A deadline has passed at the due moment and not one microsecond earlier, in any zone."""
    moment = due(start, span)
    just_before = moment - timedelta(microseconds=1)
    for zone in ZONES:
        assert is_past(moment, moment.astimezone(zone))
        assert not is_past(moment.astimezone(zone), just_before)


def test_the_repeated_hour_is_compared_by_instant() -> None:
    """02:10 the second time is past a deadline of 02:50 the first time, both in Amsterdam time."""
    first = datetime(2026, 10, 25, 2, 50, tzinfo=AMSTERDAM)
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=AMSTERDAM)
    assert is_past(first, second)
    assert not is_past(second, first)


@pytest.mark.parametrize("naive_due", [True, False])
def test_comparing_without_time_zone_is_refused(naive_due: bool) -> None:
    """A naive moment on either side of the comparison raises ValueError."""
    aware = datetime(2026, 3, 2, tzinfo=UTC)
    naive = aware.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        is_past(naive, aware) if naive_due else is_past(aware, naive)


@pytest.mark.parametrize(
    ("span", "nl", "en"),
    [
        (Duration(years=1), "1 jaar", "1 year"),
        (Duration(years=2), "2 jaar", "2 years"),
        (Duration(months=1), "1 maand", "1 month"),
        (Duration(months=6), "6 maanden", "6 months"),
        (Duration(weeks=1), "1 week", "1 week"),
        (Duration(weeks=2), "2 weken", "2 weeks"),
        (Duration(days=1), "1 dag", "1 day"),
        (Duration(days=7), "7 dagen", "7 days"),
        (Duration(hours=1), "1 uur", "1 hour"),
        (Duration(hours=24), "24 uur", "24 hours"),
        (Duration(minutes=1), "1 minuut", "1 minute"),
        (Duration(minutes=30), "30 minuten", "30 minutes"),
        (WorkingDays(1), "1 werkdag", "1 working day"),
        (WorkingDays(3), "3 werkdagen", "3 working days"),
        (Duration(days=1, hours=2), "1 dag en 2 uur", "1 day and 2 hours"),
        (
            Duration(years=1, months=2, days=3),
            "1 jaar, 2 maanden en 3 dagen",
            "1 year, 2 months and 3 days",
        ),
    ],
)
def test_spans_are_named_in_both_languages(span: Span, nl: str, en: str) -> None:
    """Each span has this Dutch and this English wording, singular for one and plural for more."""
    assert (describe(span, "nl"), describe(span, "en")) == (nl, en)


@given(one=ANY_SPAN, other=ANY_SPAN, lang=st.sampled_from(get_args(Lang)))
def test_different_spans_have_different_names(one: Span, other: Span, lang: Lang) -> None:
    """Two spans that are not equal are never described by the same words."""
    assume(one != other)
    assert describe(one, lang) != describe(other, lang)


def test_other_languages_are_refused() -> None:
    """A language that has no words here raises ValueError naming the ones that have."""
    with pytest.raises(ValueError, match="nl or en"):
        describe(WorkingDays(1), "fr")  # type: ignore[arg-type]


def test_loading_the_module_does_not_load_the_time_zone_library() -> None:
    """A fresh interpreter has no zoneinfo after the import and has it after counting a day."""
    program = (
        "import sys, datetime, workflow.engine.deadlines as d\n"
        "before = 'zoneinfo' in sys.modules\n"
        "d.due(datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC), d.WorkingDays(1))\n"
        "print(before, 'zoneinfo' in sys.modules)\n"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert finished.stdout.split() == ["False", "True"]

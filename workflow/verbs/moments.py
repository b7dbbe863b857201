"""Days and times as people write and read them: Amsterdam time, unless a zone is given."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from workflow.verbs.session import Session


@cache
def amsterdam() -> ZoneInfo:
    """The time zone in which the association lives."""
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/Amsterdam")


def moment(session: Session, text: str | None) -> datetime | None:
    """An ISO 8601 date and time as UTC; a day alone is its first moment. Raises BadCommand."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
        return _in_zone(read).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise session.wrong("bad-time", given=text) from error


def last_moment(session: Session, text: str | None) -> datetime | None:
    """Until when, exclusive (UTC): a day alone counts in full. Raises BadCommand."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        after = datetime.combine(day + timedelta(days=1), time(), amsterdam())
        return after.astimezone(UTC)
    except (ValueError, OverflowError):
        return moment(session, text)


def local(at: datetime) -> str:
    """A moment for people, such as `2026-03-31 14:30`, in Amsterdam time."""
    return at.astimezone(amsterdam()).strftime("%Y-%m-%d %H:%M")


def end(session: Session, at: datetime, preposition: str = "") -> str:
    """Until when, exclusive, for people: the last day in full where it ends at midnight.

    Any other moment is said as `local` says it, after the preposition.
    """
    there = at.astimezone(amsterdam())
    if there.time() != time():
        return f"{preposition} {local(at)}".strip()
    from workflow.wording.dates import date_text

    last = date_text(there.date() - timedelta(days=1), session.lang)
    return session.say(f"t/m {last}", f"until and including {last}")


def _in_zone(read: datetime) -> datetime:
    return read if read.tzinfo is not None else read.replace(tzinfo=amsterdam())

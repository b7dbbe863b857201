"""A small association with cases of every sort, for the tests of the pages about all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.unit.bureau import Bureau

PEOPLE = {
    "noor": ("counsellor --branch noord",),
    "bram": ("counsellor --branch noord",),
    "daan": ("regional_chair --branch noord",),
    "ilse": ("branch_chair --branch noord/waterstad --from 2019-01-01 --until 2028-12-31",),
    "hanna": (
        "helper --branch noord/duin",
        "branch_chair --branch noord/duin --from 2015-02-01 --until 2019-06-30",
    ),
    "kees": ("group_leader --branch noord/duin --from 2027-01-01",),
    "otto": ("auditor --branch noord",),
    "wanda": ("auditor --branch noord/waterstad",),
    "wies": ("log_keeper --branch noord",),
}
WATERSTAD, DUIN = "noord/waterstad", "noord/duin"
AS_OF = datetime(2026, 9, 1, 10, tzinfo=UTC)
"""When the sites are made that the tests look at."""
AFFIRMED = ("consent_sought", "no_other_way", "serious_harm", "as_little_as_possible")


def opened(bureau: Bureau, who: str = "noor", branch: str = WATERSTAD) -> tuple[str, str]:
    """A report to this counsellor: the number of the case, and the member's return code."""
    words = ("open", "conduct", "--branch", branch, "--set", "ground=threatened")
    went = bureau.done(who, *words, "--note", "-", "--json", stdin="Wat er gebeurde.")
    return went.document["case"], went.document["code"]


def advised(bureau: Bureau, case: str, who: str = "noor") -> None:
    """Bring a case to where the member decides."""
    for step, *answers in (
        ("start_listening", "exception_explained=yes"),
        ("weigh", "severity=light", "simple=yes"),
        ("advise", "options=support,nothing"),
        ("give_advice",),
    ):
        took(bureau, who, case, step, *answers)


def took(
    bureau: Bureau, who: str | None, case: str, step: str, *answers: str, code: str = ""
) -> None:
    """Take a step, with a note where it asks for one."""
    words = [word for answer in answers for word in ("--set", answer)]
    noted = step in ("advise", "ask_for_signal", "give_signal", "open_emergency")
    note = ("--note", "-") if noted else ()
    text = "Wat hierbij hoort." if noted else ""
    bureau.done(who, "advance", case, step, *words, *note, "--yes", code=code, stdin=text)


def endangered(bureau: Bureau, case: str) -> None:
    """Open an emergency about a case."""
    affirmed = (f"{name}=yes" for name in AFFIRMED)
    took(bureau, "noor", case, "open_emergency", *affirmed, "recipients=crisis_service")


def furnished(folder: Path) -> Bureau:
    """An association with eight cases: kept up with, late, in danger, closed, and by others.

    Two are of counsellor bram alone, of which one lies outside Waterstad. A checkpoint was made
    before the last two, and the clock stands at `AS_OF`.
    """
    folder.mkdir(exist_ok=True)
    bureau = Bureau(folder)
    bureau.now = datetime(2025, 3, 3, 9, tzinfo=UTC)
    bureau.found("noord", PEOPLE)
    listened, _ = opened(bureau)
    advised(bureau, listened)
    bureau.now += timedelta(days=120)
    closed, code = opened(bureau)
    advised(bureau, closed)
    took(bureau, None, closed, "close", code=code)
    words = ("open", "conduct", "--branch", WATERSTAD, "--step", "give_signal")
    went = bureau.done(
        "ilse", *words, "--set", "corners=members", "--note", "-", "--yes", "--json", stdin="Ruzie."
    )
    took(bureau, "daan", went.document["case"], "assess")
    bureau.now += timedelta(days=150)
    danger, _ = opened(bureau)
    took(bureau, "noor", danger, "start_listening", "exception_explained=yes")
    bureau.now += timedelta(days=60)
    reviewed, _ = opened(bureau)
    endangered(bureau, reviewed)
    took(bureau, "noor", reviewed, "close_emergency")
    bureau.now = datetime(2026, 8, 17, 9, tzinfo=UTC)
    endangered(bureau, danger)
    opened(bureau, "bram")
    bureau.done("wies", "audit", "checkpoint", "-o", str(folder / "ijkpunt.txt"))
    bureau.now = datetime(2026, 8, 28, 9, tzinfo=UTC)
    fresh, _ = opened(bureau)
    took(bureau, "noor", fresh, "start_listening", "exception_explained=yes")
    opened(bureau, "bram", DUIN)
    bureau.now = AS_OF
    return bureau

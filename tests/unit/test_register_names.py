"""What the register lets in: names that are one person's only, and times that can be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from workflow.engine import facts as f
from workflow.engine.reasons import BadCommand, Refusal
from workflow.engine.register import Register, apply
from workflow.engine.registering import (
    add_person,
    adopt,
    end_office,
    founding,
    grant_office,
    key_office,
    legible,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TAKEN = ("reporter", "concerned", "clock")


def _register(*more: f.RegisterFact) -> Register:
    register = Register()
    begun = founding("anna", "Anna Boersma", "key-anna", "noord", NOW - timedelta(days=9))
    for fact in (*begun, *more):
        register = apply(register, fact)
    return register


BRAM = f.PersonAdded("bram", "Bram Kuiper", "key-bram")
CHAIR = f.OfficeGranted("chair", "bram", "noord", NOW - timedelta(days=8))
KEYED = f.OfficeKeyed("chair", "noord", "key-chair", "i-chair", ())


def _codes(refused: Callable[[], object]) -> list[str]:
    try:
        refused()
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    except BadCommand as bad:
        return [reason.code for reason in bad.problems]
    return []


@pytest.mark.parametrize("person", ["reporter", "concerned-4f7k", "reporter-x", "clock-1"])
def test_nobody_is_called_like_a_party(person: str) -> None:
    """A name that is a party's, or begins like those of several, is refused, at founding too."""
    asked = lambda: add_person(_register(), "anna", person, "Spy", "k", NOW, TAKEN)  # noqa: E731
    assert _codes(asked) == ["name-taken"]
    assert _codes(lambda: founding(person, "Spy", "k", "noord", NOW, TAKEN)) == ["name-taken"]


def test_other_names_are_free() -> None:
    """A name that only resembles a party's further on is nobody else's."""
    for person in ("anna-reporter", "reporters", "concernedly"):
        added = add_person(_register(), "anna", person, "Wie", "k", NOW, TAKEN)
        assert added == (f.PersonAdded(person, "Wie", "k"),)


def test_no_procedure_calls_a_part_after_somebody() -> None:
    """A procedure is not adopted where somebody is called like one who plays a part in it."""
    register = _register(f.PersonAdded("witness-jan", "Jan", "key-jan"))
    version = f.Adopted("conduct", "1", "00")
    assert _codes(lambda: adopt(register, "anna", version, NOW, ("witness",))) == [
        "part-called-like-person"
    ]
    assert _codes(lambda: adopt(register, "anna", version, NOW, ("jan",))) == []


@pytest.mark.parametrize("name", ["", " ", "An\x1b[2Jna", "An\nna", "An\u202ena", "An\u0085na"])
def test_a_name_that_cannot_be_read_is_refused(name: str) -> None:
    """A full name that is empty or holds a control character is refused, at founding too."""
    asked = lambda: add_person(_register(), "anna", "spy", name, "k", NOW)  # noqa: E731
    assert _codes(asked) == ["bad-name"]
    assert _codes(lambda: founding("anna", name, "k", "noord", NOW)) == ["bad-name"]


@pytest.mark.parametrize(
    "version",
    [
        f.Adopted("con\x1b[2Jduct", "1", "00"),
        f.Adopted("conduct", "1\n", "00"),
        f.Adopted("conduct", "1", "00", ("om\x1bgang",)),
        f.Adopted("conduct", "1", "00", ("Omgang",)),
    ],
)
def test_a_procedure_has_readable_names(version: f.Adopted) -> None:
    """A procedure whose name, version or alias cannot be one is not adopted."""
    assert _codes(lambda: adopt(_register(), "anna", version, NOW)) == ["bad-name"]


def test_an_office_has_a_readable_name() -> None:
    """An office whose name holds a control character is granted to nobody, whoever knows it."""
    term = f.OfficeGranted("ch\x1bair", "anna", "noord", NOW)
    asked = lambda: grant_office(_register(), "anna", term, (term.office,), NOW)  # noqa: E731
    assert _codes(asked) == ["unknown-office"]


@pytest.mark.parametrize("year", [1, 1899, 3000, 9999])
def test_no_term_runs_in_a_year_that_cannot_be(year: int) -> None:
    """A term that begins or ends in a year out of range is refused."""
    at = datetime(year, 6, 1, tzinfo=UTC)
    begins = f.OfficeGranted("chair", "anna", "noord", at)
    ends = f.OfficeGranted("chair", "anna", "noord", NOW, at)
    register = _register(BRAM, CHAIR)
    ended = f.OfficeEnded("chair", "bram", "noord", at)
    assert _codes(lambda: grant_office(register, "anna", begins, ("chair",), NOW)) == ["bad-time"]
    assert _codes(lambda: grant_office(register, "anna", ends, ("chair",), NOW)) == ["bad-time"]
    assert _codes(lambda: end_office(register, "anna", ended, NOW)) == ["bad-time"]


def test_a_time_has_a_zone() -> None:
    """A term that begins at a time without a zone is refused, and not compared with another."""
    begins = f.OfficeGranted("chair", "anna", "noord", datetime(2026, 6, 1))
    asked = lambda: grant_office(_register(), "anna", begins, ("chair",), NOW)  # noqa: E731
    assert _codes(asked) == ["bad-time"]


def test_the_newest_key_is_the_one_that_came_last() -> None:
    """A key that is recorded again is not newer for it."""
    new = f.OfficeKeyed("chair", "noord", "key-new", "i-new", ())
    register = _register(BRAM, CHAIR, KEYED, new, KEYED)
    assert register.office_keys_of("chair", "bram", "noord", NOW) == ("key-chair", "key-new")
    assert register.office_key("chair", "bram", "noord", NOW) == "key-new"


def test_who_has_left_makes_no_key() -> None:
    """A former holder records no new key; a holder and the keeper of the register do."""
    new = f.OfficeKeyed("chair", "noord", "key-new", "i-new", ())
    there = _register(BRAM, CHAIR, KEYED)
    left = apply(there, f.OfficeEnded("chair", "bram", "noord", NOW - timedelta(days=1)))
    assert _codes(lambda: key_office(there, "bram", new, NOW)) == []
    assert _codes(lambda: key_office(left, "anna", new, NOW)) == []
    assert _codes(lambda: key_office(left, "bram", new, NOW)) == ["not-yours"]
    assert _codes(lambda: key_office(left, "bram", KEYED, NOW)) == []


@pytest.mark.parametrize(
    "other",
    [
        f.OfficeKeyed("chair", "noord", "key-chair", "i-other", ()),
        f.OfficeKeyed("chair", "noord/dorp", "key-chair", "i-chair", ()),
        f.OfficeKeyed("board", "noord", "key-chair", "i-chair", ()),
    ],
)
def test_a_key_stays_that_of_one_office(other: f.OfficeKeyed) -> None:
    """A known key is recorded for no other office, branch or item, not by the keeper either."""
    register = _register(BRAM, CHAIR, KEYED)
    assert _codes(lambda: key_office(register, "anna", other, NOW)) == ["key-known"]


def test_control_characters_are_escaped() -> None:
    """What a terminal would obey is shown as it would be written in a program."""
    assert legible("z-x\n\x1b[2J\u202e") == "z-x\\n\\x1b[2J\\u202e"
    assert legible("Bram de Vríes – noord/dorp") == "Bram de Vríes – noord/dorp"


@pytest.mark.parametrize(
    ("start", "end", "ended"),
    [
        (None, 9, False),
        (1, 2, False),
        (2, 4, True),
        (4, 5, True),
        (26, 27, False),
    ],
)
def test_access_may_have_ended(start: int | None, end: int, ended: bool) -> None:
    """A term that ended since, or so shortly before that a slow clock may have, takes access."""
    at = [NOW + timedelta(minutes=minute) for minute in range(30)]
    register = _register(BRAM, CHAIR, f.OfficeEnded("chair", "bram", "noord", at[3]))
    assert register.ended_between(None if start is None else at[start], at[end]) is ended


def test_a_term_that_began_may_end_access() -> None:
    """A term that begins displaces a deputy, so it may end access from then on."""
    register = _register(BRAM, f.OfficeGranted("chair", "bram", "noord", NOW))
    minute = timedelta(minutes=1)
    assert register.ended_between(NOW - minute, NOW + minute)
    assert not register.ended_between(NOW, NOW + minute)


def test_what_was_recorded_since_may_end_access() -> None:
    """A term that is said today to have begun last week may end access from today on."""
    began = _register(BRAM, CHAIR)
    recorded = msgspec.structs.replace(began, latest=NOW)
    minute = timedelta(minutes=1)
    assert recorded.ended_between(NOW - minute, NOW + minute)
    assert not recorded.ended_between(NOW, NOW + minute)
    assert not began.ended_between(NOW - minute, NOW + minute)


@pytest.mark.parametrize(
    ("name", "aliases"),
    [("clash", ("omgang",)), ("clash", ("conduct",)), ("omgang", ()), ("clash", ("x", "omgang"))],
)
def test_a_procedure_has_no_name_of_another(name: str, aliases: tuple[str, ...]) -> None:
    """What another adopted procedure is called, by its name or an alias, stays the name of that."""
    register = _register(f.Adopted("conduct", "1", "00", ("omgang",)))
    asked = lambda: adopt(register, "anna", f.Adopted(name, "1", "11", aliases), NOW)  # noqa: E731
    assert _codes(asked) == ["alias-taken"]


def test_a_newer_version_keeps_its_aliases() -> None:
    """An alias is no obstacle to the procedure whose alias it is."""
    register = _register(f.Adopted("conduct", "1", "00", ("omgang",)))
    newer = f.Adopted("conduct", "2", "11", ("omgang", "conduct"))
    assert adopt(register, "anna", newer, NOW) == (newer,)

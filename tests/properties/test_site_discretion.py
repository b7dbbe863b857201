"""A site holds nothing of a case that its reader may not know of: no byte of it differs."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau
from tests.unit.many_cases import AS_OF, DUIN, PEOPLE, advised, endangered, furnished, took
from tests.unit.many_cases import opened as opens

READERS = (
    ("wanda", ()),
    ("wanda", ("--for", "auditor")),
    ("wanda", ("--for", "branch_chair")),
    ("wanda", ("--for", "regional_chair")),
    ("noor", ()),
    ("noor", ("--for", "counsellor")),
    ("ilse", ()),
    ("daan", ()),
    ("hanna", ()),
    ("kees", ()),
    ("wies", ()),
    ("saar", ()),
)
"""Who makes a site, of what: none of them may know of a report to bram in Duin."""


def _unseen(bureau: Bureau, at: datetime) -> None:
    """A report to bram in another branch, brought to where the member decides."""
    bureau.now = at
    case, _ = opens(bureau, "bram", DUIN)
    advised(bureau, case, "bram")


def _twins(folder: Path) -> tuple[Bureau, Bureau]:
    """Two stores with the same cases, of which the second has two more.

    The first came before a checkpoint that both have, and the second after it. In both something
    more happens then, at the same moments, and there is another checkpoint with an event after it.
    """
    one = furnished(folder / "one")
    (folder / "two").mkdir()
    two = one.copied(folder / "two")
    listed = one.done("noor", "list", "--json").document["cases"]
    case = min(each["case"] for each in listed)
    _unseen(two, AS_OF - timedelta(days=2))
    for bureau, name in ((one, "one"), (two, "two")):
        bureau.now = AS_OF + timedelta(days=3)
        bureau.done("wies", "audit", "checkpoint", "-o", str(folder / name / "mark.txt"))
    _unseen(two, AS_OF + timedelta(days=4))
    for bureau in (one, two):
        bureau.now = AS_OF + timedelta(days=5)
        bureau.done("noor", "recuse", case, "hanna", "--ground", "close")
    return one, two


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, Bureau]:
    """Two stores that differ in two cases, which none of the readers may know of."""
    return _twins(tmp_path_factory.mktemp("twins"))


def _site(bureau: Bureau, who: str, words: tuple[str, ...], folder: Path) -> dict[str, str]:
    """The digest of every file of a site, by its name."""
    bureau.now = AS_OF + timedelta(days=30)
    went = bureau(who, "audit", "site", str(folder), *words, "--lang", "nl")
    assert went.exit == 0, (who, words, went)
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(("who", "words"), READERS)
def test_no_byte_tells_of_a_case_that_is_not_the_readers(
    twins: tuple[Bureau, Bureau], tmp_path: Path, who: str, words: tuple[str, ...]
) -> None:
    """Two stores that differ in cases that the reader may not know of give the same site."""
    one, two = twins
    assert two.events() > one.events()
    assert _site(one, who, words, tmp_path / "a") == _site(two, who, words, tmp_path / "b")


def test_who_may_know_of_the_case_does_see_it(twins: tuple[Bureau, Bureau], tmp_path: Path) -> None:
    """The same two stores give the counsellor of that case, and the auditor above, other sites."""
    one, two = twins
    for who in ("bram", "otto"):
        mine = _site(one, who, (), tmp_path / f"{who}-a")
        assert mine != (theirs := _site(two, who, (), tmp_path / f"{who}-b"))
        assert len(theirs) == len(mine) + 2


def test_the_same_store_and_moment_give_the_same_bytes(tmp_path: Path) -> None:
    """Made again at the same moment from a copy of the store, a site is the same to the byte."""
    one = furnished(tmp_path / "one")
    (tmp_path / "two").mkdir()
    two = one.copied(tmp_path / "two")
    assert _site(one, "otto", (), tmp_path / "a") == _site(two, "otto", (), tmp_path / "b")


def test_what_is_hidden_within_a_case_stays_hidden(tmp_path: Path) -> None:
    """Who sees one track of a case gets the same site whatever happened on those they do not."""
    (tmp_path / "one").mkdir()
    one = Bureau(tmp_path / "one").found("noord", PEOPLE)
    case, code = opens(one)
    advised(one, case)
    took(one, None, case, "ask_for_signal", code=code)
    took(one, "ilse", case, "give_signal", "corners=members")
    (tmp_path / "two").mkdir()
    two = one.copied(tmp_path / "two")
    endangered(two, case)
    for bureau in (one, two):
        bureau.now = AS_OF
        took(bureau, "daan", case, "assess")
    for who in ("daan", "ilse"):
        files = _site(one, who, (), tmp_path / f"{who}-a")
        assert files == _site(two, who, (), tmp_path / f"{who}-b")
        assert f"cases/{case}.html" in files
    mine = _site(one, "otto", (), tmp_path / "otto-a")
    assert mine != _site(two, "otto", (), tmp_path / "otto-b")


def test_names_of_files_are_those_of_cases_that_are_seen(
    twins: tuple[Bureau, Bureau], tmp_path: Path
) -> None:
    """There is a file for each case in the reader's list, and for no other."""
    _, two = twins
    for who in ("otto", "wanda", "noor", "bram", "daan", "wies"):
        files = _site(two, who, (), tmp_path / who)
        listed = two(who, "list", "--json").document["cases"]
        expected = {f"cases/{case['case']}.html" for case in listed}
        assert {name for name in files if name.startswith("cases/")} == expected
        if who == "daan":
            chairs = _site(two, "otto", ("--for", "regional_chair"), tmp_path / "chairs")
            assert {name for name in chairs if name.startswith("cases/")} == expected


def test_no_person_stands_beside_a_case(twins: tuple[Bureau, Bureau], tmp_path: Path) -> None:
    """What an auditor reads of cases names nobody: names stand on the page of offices alone."""
    _, two = twins
    for number, words in enumerate(((), ("--for", "regional_chair"))):
        folder = tmp_path / str(number)
        _site(two, "otto", words, folder)
        for path in folder.rglob("*.html"):
            if path.name == "offices.html":
                continue
            text = path.read_text()
            for name in ("Noor", "Bram", "Daan", "Ilse", "Hanna", "Kees", "Wies", "noor ", "bram "):
                assert name not in text, (path.name, name)

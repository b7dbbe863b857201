"""`zaak audit site`: what stands in it, whose it is, and that a folder is filled whole or not."""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.unit.bureau import Bureau, Went
from tests.unit.many_cases import AS_OF, DUIN, furnished
from tests.unit.many_cases import opened as opens
from tests.unit.told import WHOLE, play, seen
from workflow.histories.views import View
from workflow.sites.charts import Bar, Stretch, bars, stretches
from workflow.sites.overview import AGES, age_of, overview, summary
from workflow.sites.pages import AT_FIRST, ON_A_PAGE, Site, case_page, pages
from workflow.sites.wording_site import WORDS
from workflow.verbs import folders

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with cases of every sort, which no test changes."""
    return furnished(tmp_path_factory.mktemp("bureau"))


@pytest.fixture
def bureau(furniture: Bureau, tmp_path: Path) -> Bureau:
    """The same, in a store of the test's own."""
    (tmp_path / "store").mkdir()
    return furniture.copied(tmp_path / "store")


def _made(bureau: Bureau, folder: Path, *words: str, who: str = "otto") -> str:
    """The overview of a site that has just been made."""
    bureau.done(who, "audit", "site", str(folder), *words)
    return (folder / "index.html").read_text()


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _codes(went: Went) -> set[str]:
    said = went.document
    return {each["code"] for each in said.get("refused", said.get("error"))["reasons"]}


def _tampered(bureau: Bureau, how: str, case: str) -> None:
    """The second event of a case is changed in the database, as nobody can through the program."""
    with closing(sqlite3.connect(bureau.store)) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            store.execute(f'DROP TRIGGER "{name}"')
        store.execute(f"UPDATE events SET {how} WHERE stream = ? AND seq = 2", (case,))  # noqa: S608
        store.commit()


def _tiles(index: str) -> list[int]:
    return [int(found) for found in re.findall(r'class="big">(\d+)<', index)]


# --- what stands in it ---------------------------------------------------------------------------


def test_the_overview_counts_what_is_there(bureau: Bureau, tmp_path: Path) -> None:
    """Open cases, deadlines, emergencies and events without a checkpoint are those in the store.

    Of the eight cases one was closed and one closed itself after a long silence; five deadlines
    have passed, and nobody has reviewed either emergency.
    """
    index = _made(bureau, tmp_path / "site")
    listed = bureau("otto", "list", "--json").document["cases"]
    overdue = sum(each["overdue"] for case in listed for each in case["due"])
    since = bureau("otto", "audit", "verify", "--json").document["checkpoint"]["since"]
    # The looks that making the site wrote down came since too, and are not counted in it.
    assert _tiles(index) == [6, overdue, 2, since - len(listed)]
    assert len(listed) == 8
    assert overdue == 5


def test_a_case_is_open_as_long_as_something_is_to_be_done() -> None:
    """Closed but for its keeping, a case is over; an emergency to be reviewed keeps it open."""
    played = play(WHOLE)
    made = summary(seen(played, "auditor"), "page", 0)
    assert made.open
    ended = {each.track.name for each in made.standing if not each.open}
    assert {"support_group", "care"} <= ended


def test_who_sees_less_of_a_case_counts_less() -> None:
    """A chair's overview of a case has only the tracks that the chair sees, and no window."""
    chair = summary(seen(play(WHOLE), "regional_chair"), "page", None)
    whole = summary(seen(play(WHOLE), "auditor"), "page", 3)
    assert {each.track.name for each in chair.standing} < {
        each.track.name for each in whole.standing
    }
    assert chair.since is None


def test_ages_are_told_apart_at_their_limits() -> None:
    """A case belongs to the next group of ages on the day that the limit says, and not before."""
    for place, limit in enumerate(AGES):
        born = AS_OF - timedelta(days=limit)
        assert age_of(born, AS_OF) == place + 1
        assert age_of(born + timedelta(seconds=1), AS_OF) == place
    assert age_of(None, AS_OF) == 0


def test_a_page_of_a_case_is_its_history(bureau: Bureau, tmp_path: Path) -> None:
    """Each case has the page that `zaak history` makes of it, but for the way back."""
    bureau.now = AS_OF
    _made(bureau, tmp_path / "site", "--lang", "nl")
    for path in sorted((tmp_path / "site" / "cases").iterdir()):
        bureau.now = AS_OF
        page = re.sub(r'<p class="back">.*?</p>\n', "", path.read_text())
        command = ("history", path.stem, "--format", "html", "--lang", "nl")
        told = bureau.done("otto", *command).out
        # Between the two stands the look that making the site was.
        looked = r'<section aria-labelledby="h-looks".*?</section>'
        assert re.sub(looked, "", page, flags=re.DOTALL) == re.sub(
            looked, "", told, flags=re.DOTALL
        )


def test_every_case_that_is_shown_was_looked_at(bureau: Bureau, tmp_path: Path) -> None:
    """Beside each case stands one look, in the right office, and none beside the register."""
    before = bureau.events()
    _made(bureau, tmp_path / "site")
    bureau.done("saar", "audit", "export", "-o", str(tmp_path / "events"))
    lines = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
    looks = [line for line in lines if ".looks" in line["stream"]][:-1]
    cases = bureau("otto", "list", "--json").document["cases"]
    assert {line["stream"] for line in looks} == {f"{case['case']}.looks" for case in cases}
    assert bureau.events() == before + len(cases) + 1
    bodies = [json.loads(line["body"]) for line in looks]
    assert {(body["office"], body["data"]["what"]) for body in bodies} == {("auditor", "history")}


def test_a_look_for_an_office_says_so(bureau: Bureau, tmp_path: Path) -> None:
    """Rendered for another office, the look names the audience that it was for."""
    _made(bureau, tmp_path / "site", "--for", "regional_chair")
    bureau.done("saar", "audit", "export", "-o", str(tmp_path / "events"))
    looks = [
        json.loads(json.loads(line)["body"])["data"]
        for line in (tmp_path / "events").read_text().splitlines()
        if ".looks" in json.loads(line)["stream"]
    ]
    assert [look.get("audience") for look in looks] == ["regional_chair", None]


def test_the_window_closes_with_a_checkpoint(bureau: Bureau, tmp_path: Path) -> None:
    """What came since the latest checkpoint is counted by case, and a new one leaves nothing."""
    index = _made(bureau, tmp_path / "site", "--lang", "en")
    assert _tiles(index)[3] > 0
    assert "The latest checkpoint is of" in index
    assert "zaak audit checkpoint -o FILE" in index
    bureau.done("wies", "audit", "checkpoint", "-o", str(tmp_path / "mark"))
    index = _made(bureau, tmp_path / "site", "--lang", "en")
    assert _tiles(index)[3] == 0
    assert "is covered by it" in index
    assert "closes this with a new checkpoint" not in index


def test_without_a_checkpoint_all_of_it_is_window(tmp_path: Path) -> None:
    """Where nobody made a checkpoint, every event of the register and the cases is counted."""
    bureau = Bureau(tmp_path).found("noord", {"otto": ("auditor",), "noor": ("counsellor",)})
    opens(bureau, branch="noord")
    count = bureau.events()
    index = _made(bureau, tmp_path / "site", "--lang", "en")
    assert "There is no checkpoint yet." in index
    assert _tiles(index)[3] == count


def test_who_sees_no_case_whole_is_told_no_window(bureau: Bureau, tmp_path: Path) -> None:
    """How many events no checkpoint covers is told to auditors alone."""
    assert 'id="h-window"' in _made(bureau, tmp_path / "a")
    assert 'id="h-window"' not in _made(bureau, tmp_path / "b", who="noor")
    assert 'id="h-window"' not in _made(bureau, tmp_path / "c", "--for", "regional_chair")


def test_a_case_that_does_not_hold_is_named(bureau: Bureau, tmp_path: Path) -> None:
    """Where a case was tampered with, the overview and its own page say so, and others do not."""
    cases = [each["case"] for each in bureau("otto", "list", "--json").document["cases"]]
    _tampered(bureau, "signature = zeroblob(64)", cases[0])
    index = _made(bureau, tmp_path / "site", "--lang", "en")
    assert "Not every case holds" in index
    unsound = index[index.index('id="h-unsound"') : index.index('id="h-open"')]
    assert [case for case in cases if case in unsound] == cases[:1]
    for case in cases:
        text = (tmp_path / "site" / "cases" / f"{case}.html").read_text()
        assert ("History does not hold" in text) == (case == cases[0])


def test_a_case_that_cannot_be_read_is_named(bureau: Bureau, tmp_path: Path) -> None:
    """Where the text of an event is gone, that is said (exit code 4), and no site is left.

    To who sees only part of the case it is not said where.
    """
    case = bureau("daan", "list", "--json").document["cases"][0]["case"]
    _tampered(bureau, "body = x'00'", case)
    for who in ("otto", "daan"):
        for words in (("audit", "site", str(tmp_path / "site")), ("history", case)):
            went = bureau(who, *words, "--json")
            assert went.exit == 4
            reasons = went.document["error"]["reasons"]
            assert {reason["missing"]["stream"] for reason in reasons} == {case}
            assert ({reason["missing"]["seq"] for reason in reasons} == {0}) == (who == "daan")
    assert {path.name for path in tmp_path.iterdir()} == {"store"}


def test_procedures_are_told_with_their_rules(bureau: Bureau, tmp_path: Path) -> None:
    """Each adopted version has a page with all its states, steps and rules, the latter in Dutch."""
    _made(bureau, tmp_path / "site", "--lang", "en")
    shown = bureau("otto", "procedure", "list", "--json").document["procedures"]
    adopted = [row for row in shown if row["adopted"]]
    assert len(adopted) >= 4
    for row in adopted:
        [path] = (tmp_path / "site" / "procedures").glob(f"*-{row['digest'][:12]}.html")
        text = path.read_text()
        assert row["digest"] in text
        declared = bureau("otto", "procedure", "show", row["procedure"], "--json").document
        for step, told in declared["declared"]["steps"].items():
            assert f"<code>{step}</code>" in text
            for rule in told["cites"]:
                assert f'id="rule-{rule}"' in text
        assert text.count("<svg ") == len(declared["declared"]["tracks"])
        for track in declared["declared"]["tracks"].values():
            assert all(f"<code>{state}</code>" in text for state in track["states"])
    conduct = next((tmp_path / "site" / "procedures").glob("conduct-*.html")).read_text()
    assert '<p lang="nl" class="original">De regionale ledenvergadering kiest' in conduct


def test_the_offices_are_those_of_the_register(bureau: Bureau, tmp_path: Path) -> None:
    """The page of offices has a row and a line for each term that `zaak office list --all` has."""
    _made(bureau, tmp_path / "site", "--lang", "en")
    text = (tmp_path / "site" / "offices.html").read_text()
    listed = bureau("otto", "office", "list", "--all", "--json").document["offices"]
    kinds = ["runs" if t["now"] else "over" if t["until"] else "coming" for t in listed]
    drawn = re.findall(r'<rect class="(runs|over|coming)"', text)
    assert sorted(drawn) == sorted(kinds)
    assert sorted(re.findall(r'class="term-(\w+)"', text)) == sorted(kinds)
    assert all(term["name"] in text for term in listed)


# --- whose it is ---------------------------------------------------------------------------------


def test_who_may_know_of_no_case_gets_a_site_without(bureau: Bureau, tmp_path: Path) -> None:
    """The keeper of the log, who sees no case, gets procedures and offices and no count at all."""
    index = _made(bureau, tmp_path / "site", "--lang", "en", who="wies")
    assert "There are no cases that you may see." in index
    assert _tiles(index) == []
    assert not (tmp_path / "site" / "cases").exists()


def test_a_site_is_for_one_reader(bureau: Bureau, tmp_path: Path) -> None:
    """Where two counsellors know different cases, an auditor gets no site of both together."""
    folder = tmp_path / "site"
    refused = bureau("otto", "audit", "site", str(folder), "--for", "counsellor", "--json")
    assert refused.exit == 1
    assert _codes(refused) == {"several-readers"}
    assert not folder.exists()
    _made(bureau, folder, "--for", "counsellor", who="noor")
    mine = {path.stem for path in (folder / "cases").iterdir()}
    listed = bureau("noor", "list", "--json").document["cases"]
    assert mine == {case["case"] for case in listed}


@pytest.mark.parametrize(
    ("who", "audience", "exit_", "code"),
    [
        ("noor", "regional_chair", 1, "not-yours"),
        ("wies", "auditor", 1, "not-yours"),
        ("otto", "reporter", 2, "one-member-each"),
        ("otto", "nobody_at_all", 2, "unknown-office"),
    ],
)
def test_a_site_for_another_is_an_auditors(
    bureau: Bureau, tmp_path: Path, who: str, audience: str, exit_: int, code: str
) -> None:
    """Only an auditor makes a site for another office, nobody for all members, and none is left."""
    words = ("audit", "site", str(tmp_path / "site"), "--for", audience, "--json")
    events = bureau.events()
    went = bureau(who, *words)
    assert (went.exit, _codes(went)) == (exit_, {code})
    assert not (tmp_path / "site").exists()
    assert bureau.events() == events, "nobody looked"


def test_a_return_code_makes_no_site(bureau: Bureau, tmp_path: Path) -> None:
    """Who comes with a return code has one case, and is told how to see that."""
    case, code = opens(bureau, "noor", DUIN)
    went = bureau(None, "audit", "site", str(tmp_path / "site"), code=code)
    assert went.exit == 2
    assert "zaak show" in went.err
    assert case not in went.err


# --- the folder ----------------------------------------------------------------------------------


def test_an_earlier_site_is_replaced(bureau: Bureau, tmp_path: Path) -> None:
    """Made again in the same folder, a site is the new one, whole, and nothing else is left."""
    folder = tmp_path / "site"
    _made(bureau, folder, "--lang", "nl")
    folder.chmod(0o755)
    case, _ = opens(bureau, "noor", DUIN)
    _made(bureau, folder, "--lang", "en")
    fresh = tmp_path / "fresh"
    _made(bureau, fresh, "--lang", "en")
    assert set(_files(folder)) == set(_files(fresh))
    assert f"cases/{case}.html" in _files(folder)
    assert '<html lang="en">' in (folder / "index.html").read_text()
    assert folder.stat().st_mode & 0o777 == 0o755
    assert fresh.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in tmp_path.iterdir()} == {"site", "fresh", "store"}


def _full(folder: Path) -> None:
    folder.mkdir()
    (folder / "brief.txt").write_text("Van mij.")


def _added(folder: Path) -> None:
    folder.mkdir()
    (folder / folders.MARK).write_text("index.html\n")
    (folder / "index.html").write_text("oud")
    (folder / "cases").mkdir()
    (folder / "cases" / "aantekening.txt").write_text("Van mij.")


def _file(folder: Path) -> None:
    folder.write_text("Van mij.")


@pytest.mark.parametrize("there", [_full, _added, _file])
def test_what_is_somebodys_own_is_left_alone(bureau: Bureau, tmp_path: Path, there: Any) -> None:
    """A folder with anything but an earlier site in it, or a file, stays as it is."""
    folder = tmp_path / "site"
    there(folder)
    before = _files(tmp_path)
    events = bureau.events()
    went = bureau("otto", "audit", "site", str(folder))
    assert went.exit == 2
    assert "left alone" in went.err
    assert "→" in went.err
    after = {name: text for name, text in _files(tmp_path).items() if not name.startswith("store")}
    assert after == {name: text for name, text in before.items() if not name.startswith("store")}
    assert bureau.events() == events, "nobody looked"


def test_an_empty_folder_is_filled(bureau: Bureau, tmp_path: Path) -> None:
    """An empty folder that is there already is filled, also through a symbolic link."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    _made(bureau, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


def test_a_place_that_cannot_be_written(bureau: Bureau, tmp_path: Path) -> None:
    """Without a folder above it, or with a file there, nothing is made, and the message says so."""
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "none" / "site", tmp_path / "file" / "site"):
        went = bureau("otto", "audit", "site", str(place), "--json")
        assert went.exit == 2
        assert _codes(went) == {"folder-unwritable"}
        assert not place.exists()


def test_a_full_disk_leaves_the_earlier_site(bureau: Bureau, tmp_path: Path) -> None:
    """Where a file cannot be written to its end, the earlier site stays, and nobody looked."""
    folder = tmp_path / "site"
    _made(bureau, folder)
    before, events = _files(folder), bureau.events()
    environment = {
        **os.environ,
        "ZAAK_STORE": bureau.where,
        "ZAAK_KEY": str(bureau.folder / "otto"),
        "ZAAK_LANG": "en",
        "PYTHONPATH": str(ROOT),
    }
    went = subprocess.run(
        [sys.executable, "-m", "workflow", "audit", "site", str(folder), "--json"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    assert went.returncode == 2, went
    assert json.loads(went.stdout)["error"]["code"] == "folder-unwritable"
    assert _files(folder) == before
    assert bureau.events() == events
    assert {path.name for path in tmp_path.iterdir()} == {"site", "store"}


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("at", [1, 5])
def test_whatever_stops_it_leaves_nothing_half_done(
    bureau: Bureau, tmp_path: Path, stopped: Any, at: int
) -> None:
    """Interrupted after any file, the earlier site stays whole and nothing else is left."""
    from workflow.verbs.options import Asked
    from workflow.verbs.session import Session

    folder = tmp_path / "site"
    _made(bureau, folder)
    before = _files(folder)
    session = Session(Asked({"ZAAK_LANG": "en"}), "audit site")
    with pytest.raises((KeyboardInterrupt, Exception)), folders.filled(session, str(folder)) as new:
        for number in range(at):
            (new / f"{number}.html").write_text("nieuw")
        raise stopped
    assert _files(folder) == before
    assert {path.name for path in tmp_path.iterdir()} == {"site", "store"}


def test_a_store_that_takes_no_looks_shows_nothing(bureau: Bureau, tmp_path: Path) -> None:
    """Where it cannot be written down that somebody looked, no site is left (exit code 5)."""
    with closing(sqlite3.connect(bureau.store)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        went = bureau("otto", "audit", "site", str(tmp_path / "site"))
    assert went.exit == 5
    assert {path.name for path in tmp_path.iterdir()} == {"store"}


# --- many ----------------------------------------------------------------------------------------


def _many(view: View, count: int) -> list[View]:
    return [msgspec.structs.replace(view, case=f"z-{number:04}-aaaa-bb") for number in range(count)]


def test_a_thousand_cases_are_spread_over_pages() -> None:
    """Of 1,000 cases each stands on one page of the list, and the overview stays small."""
    begun = time.perf_counter()
    views = _many(seen(play(WHOLE), "auditor"), 1_000)
    made = overview([summary(view, case_page(view.case), 1) for view in views], AS_OF)
    found = dict(pages(Site("Otto", made, None, (), ()), "nl"))
    assert time.perf_counter() - begun < 20
    lists = [name for name in found if name.startswith("cases")]
    assert len(lists) == 1_000 / ON_A_PAGE
    for view in views:
        assert sum(f'href="{case_page(view.case)}"' in found[name] for name in lists) == 1
    assert len(found["index.html"]) < 120_000
    late = len(made.waiting) + len(made.missed)
    assert late >= 1_000
    rows = sum(found[name].count('<tr role="row" class="row-') for name in found if "dead" in name)
    assert rows == late
    assert found["index.html"].count('class="row-missed"') <= AT_FIRST


def test_what_waits_longest_comes_first() -> None:
    """Deadlines that wait are listed by when they passed, those missed from the latest."""
    views = _many(seen(play(WHOLE), "auditor", now=AS_OF + timedelta(days=900)), 3)
    made = overview([summary(view, view.case, 1) for view in views], AS_OF)
    assert [each.due for each in made.waiting] == sorted(each.due for each in made.waiting)
    missed = [each.due for each in made.missed]
    assert missed == sorted(missed, reverse=True)
    assert made.missed


# --- charts and words ----------------------------------------------------------------------------


def test_bars_are_as_long_as_their_counts() -> None:
    """The longest bar fills the chart and the others are in proportion; a few fill no chart."""
    widths = [
        float(found)
        for found in re.findall(
            r'class="filled" y="\d+" width="([\d.]+)%"',
            bars("t", [Bar("a", 40), Bar("b", 10), Bar("c", 0)]),
        )
    ]
    assert widths == [100, 25]
    few = bars("t", [Bar("a", 1)])
    assert 'width="25%"' in few.replace('class="rail"', "")


def test_a_long_label_is_broken_into_lines() -> None:
    """A label that is wider than a telephone stands on several lines above its bar."""
    label = "Wie er voor het lid is: een vertrouwenspersoon van buiten de vereniging"
    for drawn in (
        bars("t", [Bar(label, 1)]),
        stretches("t", "d", [Stretch(label, AS_OF, None, "runs")], AS_OF, "nl"),
    ):
        lines = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
        assert label in " ".join(lines)
        assert max(map(len, lines)) <= 38


def test_charts_escape_what_they_say() -> None:
    """A label that looks like markup is drawn as it is read."""
    drawn = bars("<b>", [Bar("<script>", 1)])
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


@pytest.mark.parametrize("days", [0, 1, 40, 400, 4_000, 40_000, 400_000])
def test_a_line_of_years_has_a_few_marks(days: int) -> None:
    """Over a day or over a thousand years, a line of time has at most five marks, all on it."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    begins = now - timedelta(days=days)
    drawn = stretches("t", "d", [Stretch("a", begins, None, "runs", "Office")], now, "nl")
    places = [float(found) for found in re.findall(r'<line class="tick" x1="([\d.]+)%"', drawn)]
    assert len(places) <= 5
    assert all(0 <= place <= 100 for place in places)
    assert days < 40 or places


def test_every_word_is_used_and_in_both_languages() -> None:
    """Each of the fixed words of a site is used somewhere, and differs in Dutch and in English."""
    sources = [*(ROOT / "templates" / "site").glob("*.j2"), *(ROOT / "workflow/sites").glob("*.py")]
    text = "".join(path.read_text() for path in sources if path.name != "wording_site.py")
    made = {f"age_{number}" for number in range(len(AGES) + 1)}
    made |= {f"term_{kind}" for kind in ("runs", "over", "coming")}
    for name, words in WORDS.items():
        assert name in made or re.search(rf'["(]{name}"', text), f"{name} is used nowhere"
        assert words.nl
        assert words.en
    same = {name for name, words in WORDS.items() if words.nl == words.en}
    assert same == {"procedures", "procedure"}


def test_an_odd_number_of_a_case_is_no_path() -> None:
    """Whatever a case is called in a database, its page is a file in the folder of cases."""
    for name in ("../../etc/passwd", "a/b", "Z-1", "z" * 500, "", "z-\u202e", "-x"):
        page = case_page(name)
        assert re.fullmatch(r"cases/[a-z0-9][a-z0-9-]*\.html", page)
        assert name not in page or not name
    assert case_page("z-4f7k-9qtm-2c") == "cases/z-4f7k-9qtm-2c.html"

"""The yearly account: what is counted, who makes it, who reads it, and what verification says."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from cli import zaak
from tests.properties.town import RULES
from workflow.counting.suppression import publishable
from workflow.counting.tallying import Course, course, flows
from workflow.crypto.keys import load
from workflow.desk.desk import Desk
from workflow.desk.values import Signer
from workflow.engine import facts as f
from workflow.engine.procedure import Replacement, Step
from workflow.engine.register import Register
from workflow.engine.registering import ACCOUNTS, civil_year, counted, year_of
from workflow.engine.standing import AUDITOR
from workflow.store import Store
from workflow.verbs.running import run

STATES = Path(__file__).resolve().parents[2] / "states"
OVER = datetime(2027, 1, 10, 9, tzinfo=UTC)
TOWN = "noord/waterstad"
LAST = 2
"""How often the time is asked for to make an account: to see whether, and to record it."""


class Answer(NamedTuple):
    """What a command gave: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    @property
    def reasons(self) -> set[str]:
        """The codes of a refusal, or of wrong words."""
        said = self.json
        found = said.get("refused", said.get("error"))["reasons"]
        return {reason["code"] for reason in found}


class Association:
    """A folder with a store and keys, in which commands are run at a clock that can be set."""

    def __init__(self, home: Path, now: datetime) -> None:
        self.home, self.now = home, now
        self.where = home / "zaken.db"

    def __call__(self, words: str, *more: str, who: str = "anna", lang: str = "en") -> Answer:
        """Run `zaak` with these words, signed by `who`."""
        self.now += timedelta(seconds=1)
        known = {
            "ZAAK_STORE": str(self.where),
            "ZAAK_KEY": str(self.home / who),
            "ZAAK_LANG": lang,
            "XDG_DATA_HOME": str(self.home),
        }
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = run(zaak, [*words.split(), *more], known, lambda: self.now)
        return Answer(code, out.getvalue(), err.getvalue())

    def done(self, words: str, *more: str, who: str = "anna") -> Answer:
        """The same, for what must succeed."""
        went = self(words, *more, who=who)
        assert went.code == 0, went
        return went

    def joins(self, person: str, *terms: str) -> None:
        """A person makes a key, is entered in the register and takes up these offices."""
        self.done("key new", str(self.home / person), "--no-passphrase")
        self.done("person add", person.title(), "--key", str(self.home / f"{person}.pub"))
        for term in terms:
            office, branch = term.split()
            self.done(f"office grant {office} {person} --branch {branch}")

    def signals(self, branch: str = TOWN, who: str = "ilse") -> str:
        """A branch chair gives a signal; gives the number of the case."""
        note = self.home / "note"
        note.write_text("Het botst.")
        given = f"open conduct --step give_signal --branch {branch} --set corners=board --json"
        return str(self.done(given, "--note", str(note), "--yes", who=who).json["case"])

    def record(self, who: str, decided: Callable[[Register, datetime], Sequence[f.Fact]]) -> None:
        """Write to the register what no rule was asked about, signed by `who`."""
        with Store.open(str(self.where)) as store:
            desk = Desk(store, lambda: self.now, os.urandom)
            desk.record(decided, Signer(who, load(self.home / who)))

    def cut(self, *statements: str, case: str = "") -> None:
        """Change the database behind the back of the program; `?` in a statement is the case."""
        with closing(sqlite3.connect(self.where)) as database, database:
            named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (trigger,) in database.execute(named).fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                database.execute(statement, (case,) if "?" in statement else ())

    def problems(self) -> set[str]:
        """What verification finds."""
        return {each["problem"] for each in self("audit verify --json").json["problems"]}


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an association after a year: eleven signals in one town, one in another."""
    home = tmp_path_factory.mktemp("year")
    at = Association(home, datetime(2026, 3, 2, 9, tzinfo=UTC))
    at.done("init --person anna --branch noord --no-passphrase --name Anna")
    at.joins("daan", "regional_chair noord")
    at.joins("ilse", f"branch_chair {TOWN}")
    at.joins("vera", "branch_chair noord/duin")
    at.joins("otto", "auditor noord")
    at.joins("stijn", f"auditor {TOWN}")
    at.joins("tess", "conduct_team noord")
    (home / "reply").write_text("Nee.")
    for number in range(11):
        case = at.signals()
        if number < 6:
            at.done(f"advance {case} assess", who="daan")
        else:
            at.done(f"advance {case} decline --note", str(home / "reply"), "--yes", who="daan")
    at.signals("noord/duin", "vera")
    return home


@pytest.fixture
def association(year: Path, tmp_path: Path) -> Association:
    """That association on 10 January of the year after."""
    home = tmp_path / "noord"
    shutil.copytree(year, home)
    return Association(home, OVER)


def _cells(document: Any, procedure: str = "conduct", track: str = "support_group") -> Any:
    (flow,) = [
        flow
        for flow in document["flows"]
        if (flow["procedure"], flow["track"]) == (procedure, track)
    ]
    tables = {
        name: {row["row"]: row["cases"] for row in rows} for name, rows in flow["tables"].items()
    }
    return flow["total"], tables


# --- what it says --------------------------------------------------------------------------------


def test_an_account_says_how_many(association: Association) -> None:
    """An auditor's account counts the year's cases, withholds small rows, and verifies."""
    made = association(f"account 2026 --publish --branch {TOWN} --json", who="otto")
    assert made.code == 0, made.err
    document = made.json
    assert (document["branch"], document["year"], document["threshold"]) == (TOWN, 2026, 5)
    total, tables = _cells(document)
    assert total == 11
    assert tables == {
        # Nobody was called in; beside the six only the smallest other row could hide that.
        "phase": {"signalled": None, "assessing": 6, "active": None},
        "ending": {"handed_back": None, "stood_back": None, "declined": None, "still-open": 6},
        "deadlines": {"missed": 6, "kept": 5},
    }
    flat = [flow["total"] for flow in document["flows"] if flow["track"] != "support_group"]
    assert set(flat) == {None}
    assert association("audit verify --json").json["ok"] is True


def test_a_branch_counts_what_lies_below_it(association: Association) -> None:
    """The account of a region counts the cases of its towns, the single one of one town too."""
    total, tables = _cells(association("account 2026 --publish --json", who="otto").json)
    assert total == 12
    assert tables["deadlines"] == {"missed": 7, "kept": 5}
    # Two rows of six: to withhold one of them and not the other would tell them apart.
    assert set(tables["phase"].values()) == {None}


def test_it_reads_well_in_both_languages(association: Association) -> None:
    """In words an account names the published rows and the sum of the rest, and no other number."""
    dutch = association(f"account 2026 --publish --branch {TOWN}", who="otto", lang="nl")
    english = association(f"account 2026 --publish --branch {TOWN}", who="otto")
    assert "Ongewenste omgang en conflicten – Supportgroep: 11 zaken" in dutch.out
    assert "Unwanted conduct and conflicts – Support group: 11 cases" in english.out
    assert [line.split() for line in dutch.out.splitlines() if "Beoordeling" in line] == [
        ["Beoordeling", "6"]
    ]
    assert [line.split() for line in dutch.out.splitlines() if "De rest" in line] == [
        ["De", "rest", "samen", "5"]
    ] * 2
    assert "Unwanted conduct and conflicts – Report: fewer than 5, or none" in english.out
    assert "Signalled" not in english.out
    assert "noor" not in english.out.replace("noord", "")


@pytest.mark.parametrize("form", ["text", "html", "pdf", "csv"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_each_form_goes_into_a_file(association: Association, form: str, lang: str) -> None:
    """In each form an account is a file, the same for everyone at any time, and never over one."""
    path = association.home / f"account.{form}"
    asked = ("--format", form, "-o", str(path), "--json")
    words = f"account 2026 --publish --branch {TOWN}"
    went = association(words, *asked, who="otto", lang=lang)
    document = {"branch": TOWN, "year": 2026, "file": str(path), "format": form}
    assert (went.code, went.json) == (0, document), went.err
    made = path.read_bytes()
    assert made.startswith(b"%PDF") or TOWN in made.decode()
    again = association(words, *asked, who="tess", lang=lang)
    assert (again.code, again.json["error"]["code"]) == (2, "file-exists")
    association.now += timedelta(days=400)
    assert association(words, *asked, "--force", who="tess", lang=lang).code == 0
    assert path.read_bytes() == made


def test_wrong_words_about_forms_publish_nothing(association: Association) -> None:
    """Where a PDF has nowhere to go, or a file is there already, no account is made: exit 2."""
    before = association.where.read_bytes()
    asked = f"account 2026 --publish --branch {TOWN}"
    wrong = association(f"{asked} --format pdf --json", who="otto")
    assert (wrong.code, wrong.json["error"]["code"]) == (2, "file-needed")
    there = association(f"{asked} --format csv --json", "-o", str(association.where), who="otto")
    assert (there.code, there.json["error"]["code"]) == (2, "file-exists")
    assert association.where.read_bytes() == before


def test_a_higher_threshold_withholds_more(association: Association) -> None:
    """With --threshold 7 no count below seven is published, and the account says so."""
    document = association(
        f"account 2026 --publish --branch {TOWN} --threshold 7 --json", who="otto"
    ).json
    total, tables = _cells(document)
    assert document["threshold"] == 7
    assert total == 11
    assert {count for rows in tables.values() for count in rows.values()} == {None}
    words = association(f"account 2026 --publish --branch {TOWN}", who="otto").out
    assert "not divided" in words


@pytest.fixture
def stricter(association: Association) -> Association:
    """The association, after the town adopted a policy that asks for a threshold of seven."""
    _asks(association, "streng", 7)
    return association


def _asks(association: Association, name: str, threshold: int) -> None:
    folder = association.home / "policies"
    folder.mkdir(exist_ok=True)
    for file in ("conduct.yaml", "offices.yaml"):
        shutil.copy(STATES / file, association.home / file)
    policy = folder / f"{name}.yaml"
    policy.write_text(
        f"policy: {name}\nbased_on: conduct\nversion: '1'\nlabels: {{nl: Streng, en: Strict}}\n"
        f"changes: {{threshold: {threshold}}}\n"
    )
    association.done(f"procedure adopt --quick --branch {TOWN}", str(policy))


@pytest.mark.parametrize(("branch", "threshold"), [(TOWN, 7), ("noord", 7), ("noord/duin", 5)])
def test_a_policy_raises_the_threshold(stricter: Association, branch: str, threshold: int) -> None:
    """What the policy of a town asks holds for its account and the region's, and for no other."""
    made = stricter.done(f"account 2026 --publish --branch {branch} --json", who="otto").json
    assert made["threshold"] == threshold
    assert stricter.problems() == set()


def test_nobody_goes_below_what_a_policy_asks(stricter: Association) -> None:
    """With --threshold 6 where a policy asks 7 nothing is published; with 8 it is."""
    words = f"account 2026 --publish --branch {TOWN} --json --threshold"
    low = stricter(f"{words} 6", who="otto")
    assert (low.code, low.json["error"]["code"]) == (2, "bad-threshold")
    (reason,) = low.json["error"]["reasons"]
    assert "Take 7 or more" in json.dumps(reason)
    assert stricter.done(f"{words} 8", who="otto").json["threshold"] == 8


@pytest.mark.parametrize("adopting", ["conduct", "soepel"])
def test_what_was_asked_stays(stricter: Association, adopting: str) -> None:
    """A version adopted later that asks for less takes nothing from what an earlier one asks."""
    if adopting == "conduct":
        stricter.done(f"procedure adopt --quick conduct --branch {TOWN}")
    else:
        _asks(stricter, adopting, 6)
    made = stricter.done(f"account 2026 --publish --branch {TOWN} --json", who="otto").json
    assert made["threshold"] == 7


# --- once, and then for everyone -----------------------------------------------------------------


@pytest.mark.parametrize("form", ["", " --json"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_made_twice_it_is_the_same(association: Association, form: str, lang: str) -> None:
    """Whatever happens after it was published, an account stays the same to the byte."""
    words = f"account 2026 --publish --branch {TOWN}{form}"
    first = association(words, who="otto", lang=lang)
    case = association.signals()
    association.done(f"advance {case} assess", who="daan")
    shipped = Path(__file__).resolve().parents[2] / "states"
    changed = shipped / "conduct.yaml"
    text = changed.read_text(encoding="utf-8").replace('version: "1"', 'version: "2"')
    folder = association.home / "states"
    folder.mkdir()
    (folder / "conduct.yaml").write_text(
        text.replace("nl: Supportgroep, en: Support group", "nl: Anders, en: Otherwise")
    )
    shutil.copy(shipped / "offices.yaml", folder)
    association.done("procedure adopt --quick", str(folder / "conduct.yaml"))
    association.now += timedelta(days=400)
    again = association(words, who="otto", lang=lang)
    assert (again.code, again.out) == (first.code, first.out)
    assert association.problems() == set()


@pytest.mark.parametrize("reader", ["tess", "vera", "daan", "stijn", "anna"])
def test_everyone_in_the_register_reads_it(association: Association, reader: str) -> None:
    """Once published an account reads the same for everyone in the register, also elsewhere."""
    words = f"account 2026 --publish --branch {TOWN}"
    made = association(words, who="otto")
    read = association(words, who=reader)
    assert (read.code, read.out) == (made.code, made.out)


@pytest.mark.parametrize("reader", ["tess", "vera", "daan", "anna"])
def test_nobody_but_an_auditor_makes_it(association: Association, reader: str) -> None:
    """Who is no auditor of the branch is refused what was not made, whatever cases there are."""
    before = association.where.read_bytes()
    for branch in (TOWN, "noord/duin"):
        refused = association(f"account 2026 --publish --branch {branch} --json", who=reader)
        assert refused.code == 1
        assert refused.reasons == {"not-yours"}
    assert association.where.read_bytes() == before


def test_an_auditor_of_one_town_makes_that_of_the_town(association: Association) -> None:
    """An office in a branch reaches that branch and not the one above it or beside it."""
    assert association("account 2026 --publish --json", who="stijn").reasons == {"not-yours"}
    assert association("account 2026 --publish --branch noord/duin --json", who="stijn").code == 1
    assert association(f"account 2026 --publish --branch {TOWN}", who="stijn").code == 0


def test_another_office_makes_none(association: Association) -> None:
    """Who chooses another office with --as makes no account, even where they are an auditor."""
    association.done("office grant branch_chair otto --branch noord")
    refused = association("account 2026 --publish --as branch_chair --json", who="otto")
    assert refused.reasons == {"not-yours"}
    assert association("account 2026 --publish --as auditor", who="otto").code == 0


def test_a_stranger_reads_nothing(association: Association) -> None:
    """A key that is not in the register is refused, whether or not there is an account."""
    association.done("key new", str(association.home / "xena"), "--no-passphrase")
    before = association("account 2026 --publish --json", who="xena")
    assert (before.code, before.reasons) == (1, {"key-not-registered"})
    association.done("account 2026 --publish", who="otto")
    assert association("account 2026 --publish --json", who="xena") == before


def test_an_account_is_published_on_purpose(association: Association) -> None:
    """Without --publish an auditor who asks for an account that is not there publishes nothing."""
    asked = f"account 2026 --branch {TOWN} --json"
    assert association(asked, who="otto").reasons == {"account-unpublished"}
    assert association(asked, who="otto").reasons == {"account-unpublished"}
    association.done(f"{asked} --publish", who="otto")
    assert association(asked, who="otto").code == 0


def test_a_case_is_in_one_account_of_a_year(association: Association) -> None:
    """After the account of a region that of its town is refused, and the other way round."""
    town, region = f"account 2026 --publish --branch {TOWN} --json", "account 2026 --publish --json"
    association.done(region, who="otto")
    assert association(town, who="otto").reasons == {"accounted-already"}
    said = association(town.removesuffix(" --json"), who="otto")
    assert "zaak account 2026 --branch noord" in said.err


def test_a_region_after_its_town(association: Association) -> None:
    """After the account of a town that of its region is refused; that of another town is not."""
    association.done(f"account 2026 --publish --branch {TOWN}", who="otto")
    assert association("account 2026 --publish --json", who="otto").reasons == {"accounted-already"}
    assert association("account 2026 --publish --branch noord/duin", who="otto").code == 0


def test_a_register_that_changes_meanwhile(association: Association) -> None:
    """Where somebody changes the register while it counts, nothing is published: exit 3."""
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        if asked == LAST:
            association.done("office grant helper tess --branch noord")
        return association.now

    known = {"ZAAK_STORE": str(association.where), "ZAAK_KEY": str(association.home / "otto")}
    with redirect_stderr(StringIO()) as err:
        assert run(zaak, ["account", "2026", "--publish", "--lang", "en"], known, clock) == 3
    assert asked == LAST
    assert "Someone else came just before you" in err.getvalue()
    assert association("account 2026 --publish --json", who="tess").reasons == {"not-yours"}


# --- which years, and in which words -------------------------------------------------------------


def test_a_year_is_over_at_midnight_in_amsterdam(association: Association) -> None:
    """A second before the year ends in Amsterdam it is refused; at that moment it is made."""
    association.now = datetime(2026, 12, 31, 22, 59, 58, tzinfo=UTC)
    early = association("account 2026 --publish --json", who="otto")
    assert (early.code, early.reasons) == (1, {"year-not-over"})
    said = early.json["refused"]["reasons"][0]["text"]
    assert "Friday 1 January 2027, 00:00" in said
    assert association("account 2026 --publish --json", who="otto").code == 0


@pytest.mark.parametrize(("given", "code"), [("2", "bad-threshold"), ("9", "threshold-stays")])
def test_another_threshold_is_refused_afterwards(
    association: Association, given: str, code: str
) -> None:
    """An account that is there is neither shown nor made with another threshold than its own."""
    association.now = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
    assert association("account 2026 --publish --json", who="otto").code == 0
    for more in ("", " --publish"):
        went = association(f"account 2026{more} --threshold {given} --json", who="otto")
        assert (went.code, went.json["error"]["code"]) == (2, code)
        assert association(f"account 2026{more} --threshold 5 --json", who="otto").code == 0


def test_the_first_year_is_named(association: Association) -> None:
    """A year before the register began is refused with the year in which it did."""
    for year in ("1999", "vorig"):
        went = association(f"account {year} --publish --json", who="otto")
        assert "none before 2026" in went.json["error"]["reasons"][0]["way_out"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("account 26 --publish", "bad-year"),
        ("account 2025 --publish", "bad-year"),
        ("account 9999 --publish", "bad-year"),
        ("account vorig", "bad-year"),
        ("account 2026 --publish --branch Noord", "bad-branch"),
        ("account 2026 --publish --branch zuid", "bad-branch"),
        ("account 2026 --publish --branch noord/watrstad", "branch-without-offices"),
        ("account 2026 --publish --threshold 4", "bad-threshold"),
        ("account 2026 --publish --threshold vijf", "bad-threshold"),
    ],
)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_wrong_words(association: Association, words: str, code: str, lang: str) -> None:
    """What cannot be a year, a branch with offices or a threshold ends with exit 2, recorded."""
    before = association.where.read_bytes()
    wrong = association(f"{words} --json", who="otto", lang=lang)
    assert (wrong.code, wrong.json["error"]["code"]) == (2, code)
    assert association.where.read_bytes() == before


# --- what verification says ----------------------------------------------------------------------


def _account(cells: dict[str, int]) -> Callable[[Register, datetime], Sequence[f.Fact]]:
    def decided(register: Register, _: datetime) -> Sequence[f.Fact]:
        return (f.Accounted(TOWN, 2026, 5, counted(register, TOWN), cells),)

    return decided


TRUE = {
    "conduct.support_group.deadlines.kept": 5,
    "conduct.support_group.deadlines.missed": 6,
    "conduct.support_group.ending.still-open": 6,
    "conduct.support_group.phase.assessing": 6,
    "conduct.support_group.total": 11,
}


def test_a_true_account_verifies(association: Association) -> None:
    """The counts that the rule publishes here are these, and written by hand they verify."""
    association.record("otto", _account(TRUE))
    assert association.problems() == set()


@pytest.mark.parametrize(
    "cells",
    [
        {**TRUE, "conduct.support_group.total": 12},
        {**TRUE, "conduct.support_group.ending.declined": 5},
        {**TRUE, "conduct.report.total": 5},
        {},
    ],
)
def test_a_false_account_is_found(association: Association, cells: dict[str, int]) -> None:
    """An account that says too much, too little or something else is found by counting again."""
    association.record("otto", _account(cells))
    assert association.problems() == {"account-differs"}
    found = association("audit verify", lang="nl")
    assert found.code == 4
    assert "het jaarverslag zegt iets anders dan de zaken" in found.out


@pytest.mark.parametrize("cells", [TRUE, {"conduct.support_group.total": 11}])
def test_an_account_below_what_a_policy_asks_is_found(
    stricter: Association, cells: dict[str, int]
) -> None:
    """Written with the threshold that a policy raised, an account differs, whatever it counts."""
    stricter.record("otto", _account(cells))
    assert stricter.problems() == {"account-differs"}


def test_a_case_that_was_cut_out_is_missed(association: Association) -> None:
    """Who takes a whole case out of the store has an account against them."""
    association.done(f"account 2026 --publish --branch {TOWN}", who="otto")
    assert association.problems() == set()
    held = association("list --json", who="otto").json["cases"]
    case = next(each["case"] for each in held if each["branch"] == TOWN)
    association.cut(
        "DELETE FROM events WHERE stream = ?",
        "DELETE FROM heads WHERE stream = ?",
        "DELETE FROM items WHERE stream = ?",
        "DELETE FROM item_keys WHERE stream = ?",
        case=case,
    )
    assert association.problems() == {"account-differs"}


@pytest.mark.parametrize(
    ("who", "cells"), [("ilse", TRUE), ("otto", {**TRUE, "conduct.support_group.phase.active": 4})]
)
def test_an_account_against_the_rules_is_found(
    association: Association, who: str, cells: dict[str, int]
) -> None:
    """An account by no auditor, or with a small count in it, is found to have been refused."""
    association.record(who, _account(cells))
    assert association.problems() == {"refused"}


def test_nothing_is_counted_of_what_does_not_verify(association: Association) -> None:
    """From a store in which something was changed no account is made: exit 4."""
    association.cut("UPDATE heads SET state = '{}' WHERE stream LIKE 'z-%'")
    went = association("account 2026 --publish --json", who="otto")
    assert went.code == 4
    assert association("account 2026 --publish --json", who="tess").reasons == {"not-yours"}


# --- what is counted of one case -----------------------------------------------------------------

CONDUCT = RULES["conduct"].procedure
replace = msgspec.structs.replace
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _course(*moves: tuple[str, str, timedelta], track: str = "report") -> Course:
    """The course of a case with these moves, each so much later than the one before."""
    at, source = BEGIN, CONDUCT.tracks[track].initial
    facts: list[tuple[datetime, f.Fact]] = [(at, f.Opened("noord"))]
    for step, to, later in moves:
        at += later
        facts.append((at, f.Stepped(step, track, source, to)))
        source = to
    events = [f.Event("z-1", n, "", when, "noor", fact) for n, (when, fact) in enumerate(facts, 1)]
    return course({"": CONDUCT}, events, civil_year(2026)[1])


DAY = timedelta(days=1)
NONE = timedelta(0)
OPEN = ("open_report", "received", NONE)


def test_a_case_that_went_over_is_counted_as_it_is_called_now() -> None:
    """Each case stands in one row of each table, by the names of the version it came under."""
    states = {
        "arrived" if name == "received" else name: one
        for name, one in CONDUCT.tracks["report"].states.items()
    }
    tracks = CONDUCT.tracks | {"report": replace(CONDUCT.tracks["report"], states=states)}
    steps = {
        name: replace(
            step,
            sources=tuple("arrived" if s == "received" else s for s in step.sources),
            to="arrived" if step.to == "received" else step.to,
        )
        for name, step in CONDUCT.steps.items()
    }
    said = Replacement("1", states={"report": {"received": "arrived"}})
    newer = replace(CONDUCT, version="2", tracks=tracks, steps=steps, replaces=(said,))
    facts: list[f.Fact] = [
        f.Opened("noord"),
        f.Stepped("open_report", "report", "none", "received"),
        f.Migrated("old", "new", "1"),
    ]
    known = {"old": CONDUCT, "new": newer}
    events = [
        f.Event("z-1", n, "", BEGIN, "noor", fact, None, "old") for n, fact in enumerate(facts, 1)
    ]
    over = civil_year(2026)[1]
    assert course(known, events, over).rows["phase"] == "arrived"
    later = f.Event(
        "z-1", 4, "", BEGIN + DAY, "noor",
        f.Stepped("start_listening", "report", "arrived", "listening"), None, "new",
    )  # fmt: skip
    found = course(known, [*events, later], over)
    assert found.rows["phase"] == "listening"
    assert found.rows["ending"] == "still-open"
    assert course(known, events[:2], over).rows["phase"] == "received"


def test_the_furthest_phase_is_not_the_last() -> None:
    """A case that went back is counted in the furthest phase it reached."""
    back = _course(OPEN, ("a", "supporting", DAY), ("b", "weighing", DAY))
    assert back.rows["phase"] == "supporting"


def test_erased_is_no_other_end() -> None:
    """A case that was closed and then erased ended by being closed, and where it was before."""
    erased = _course(OPEN, ("a", "listening", DAY), ("close", "closed", DAY), ("x", "erased", DAY))
    assert (erased.rows["phase"], erased.rows["ending"]) == ("listening", "closed")


def test_reopened_is_still_open() -> None:
    """A case that was closed and reopened within the year has not ended."""
    again = _course(OPEN, ("close", "closed", DAY), ("reopen", "listening", DAY))
    assert again.rows["ending"] == "still-open"
    assert again.rows["phase"] == "listening"


def test_a_deadline_is_missed_when_it_is_over() -> None:
    """Left within seven days a deadline is kept; later, or never, somebody missed it."""
    close = ("close", "closed", 6 * DAY)
    assert _course(OPEN, close).rows["deadlines"] == "kept"
    assert _course(OPEN, ("close", "closed", 8 * DAY)).rows["deadlines"] == "missed"
    assert _course(OPEN).rows["deadlines"] == "missed"


def test_a_term_of_which_nobody_is_reminded_is_not_missed() -> None:
    """A member who lets half a year pass missed nothing: the procedure then ends by itself."""
    silent = _course(OPEN, ("a", "member_deciding", DAY), ("close_on_silence", "closed", 200 * DAY))
    assert silent.rows["deadlines"] == "kept"


def test_the_track_it_was_opened_on_counts() -> None:
    """A case that began with a signal is counted as one, with the rows of that track."""
    signal = _course(("give_signal", "signalled", NONE), track="support_group")
    assert (signal.procedure, signal.track) == ("conduct", "support_group")
    assert signal.rows["phase"] == "signalled"


def test_rows_are_those_a_case_can_stand_in() -> None:
    """Where a case begins is no phase, nor is an end that only follows another end an ending."""
    found = {flow.track: flow.tables for flow in flows([CONDUCT])}
    assert list(found) == ["report", "support_group"]
    assert found["support_group"]["phase"] == ("signalled", "assessing", "active")
    assert found["report"]["ending"] == ("closed", "still-open")


def test_a_phase_that_leads_back_is_never_the_furthest() -> None:
    """A state that is reached only through one that is further is no row."""
    steps = dict(CONDUCT.steps)
    through = msgspec.structs.replace(steps["assess"], to="active")
    back = msgspec.structs.replace(steps["assess"], sources=("active",), to="assessing")
    changed: dict[str, Step] = {**steps, "assess": through, "go_back": back}
    (flow,) = [
        flow
        for flow in flows([msgspec.structs.replace(CONDUCT, steps=changed)])
        if flow.track == "support_group"
    ]
    assert flow.tables["phase"] == ("signalled", "active")


def test_versions_are_counted_together() -> None:
    """Two versions of a procedure have their rows in one table, each once."""
    assert flows([CONDUCT, CONDUCT]) == flows([CONDUCT])


def test_a_threshold_of_one_is_no_threshold() -> None:
    """Publishing with a threshold below two raises ValueError."""
    with pytest.raises(ValueError, match="protects nobody"):
        publishable([], 1)


def test_years_are_those_of_amsterdam() -> None:
    """A year begins and ends at midnight in Amsterdam, and a moment belongs to that year."""
    begins, over = civil_year(2026)
    assert begins == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert over == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert year_of(begins) == 2026
    assert year_of(begins - timedelta(seconds=1)) == 2025


def test_the_accountant_is_the_auditor() -> None:
    """The office that makes accounts is the one that sees the course of every case."""
    assert ACCOUNTS == AUDITOR

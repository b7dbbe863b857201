"""The rule table: complete, and true to what is declared and to what is tested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import zaak
from workflow.declaring.reading import Unreadable, read, read_offices
from workflow.declaring.rule_tests import named_tests, runnable_names
from workflow.declaring.rule_texts import says
from workflow.declaring.rules import FILE, citations, parsed_rules, read_rules, table
from workflow.declaring.yaml_nodes import nodes, plain
from workflow.engine.procedure import Procedure
from workflow.verbs.options import Asked

ROOT = Path(__file__).resolve().parents[2]
STATES = ROOT / "states"
RULES = read_rules(STATES / FILE)
PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
DECLARED = sorted(set(STATES.glob("*.yaml")) - {STATES / FILE, STATES / "offices.yaml"})
NUMBERS = (
    *(f"A{number}" for number in range(1, 35)),
    *(f"B{number}" for number in range(1, 39)),
    *(f"Q{number}" for number in range(1, 19)),
    *(str(number) for number in range(1, 48)),
)
SMALL = """\
rules:
  - number: B1
    says: {nl: Dit, en: This}
  - number: B2
    says: {nl: Dat, en: That}
    note: {nl: Daarom, en: Because}
readings:
  - number: Q1
    question: {nl: Wie?, en: Who?}
    chosen: {nl: Wij., en: Us.}
invariants:
  - number: 7
    says: {nl: Nooit, en: Never}
    kind: safety
    cites: [B1, Q1]
    checked_by: [tests/unit/test_x.py::test_y]
"""


def run(*words: str, **environment: str) -> Result:
    """The command `zaak procedure rules` with these words, in English but where asked."""
    asked = Asked({"ZAAK_LANG": "en", **environment})
    asked.foresee(words)
    return CliRunner().invoke(zaak, ["procedure", "rules", *words], obj=asked, env=environment)


def document(*words: str) -> Any:
    """The command's JSON document."""
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def procedure(path: Path) -> Procedure:
    """The procedure declared in a file of `states/`."""
    return read(path, read_offices(STATES / "offices.yaml"))


def _written(value: object) -> Iterator[str]:
    """Whatever stands under any key `cites`, however deep, in a file that is not interpreted."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from inner if key == "cites" else _written(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _written(inner)


def cited(path: Path) -> set[str]:
    """The numbers that a file cites from the sources and the readings of this project."""
    found = _written(plain(nodes(path.read_bytes())[0]))
    return {number for number in found if re.fullmatch("[ABQ][0-9]+", number)}


# --- the file ------------------------------------------------------------------------------------


def test_every_number_is_there() -> None:
    """The file holds A1-A34, B1-B38, Q1-Q18 and invariants 1-47: each once, in order, no other."""
    assert tuple(row["number"] for row in document()["rules"]) == (
        *(number for number in NUMBERS if number[0] == "A"),
        *(number for number in NUMBERS if number[0] == "B"),
        *(number for number in NUMBERS if number[0] == "Q"),
    )
    assert [one.number for one in RULES.invariants] == list(range(1, 48))


def test_every_text_is_in_two_languages() -> None:
    """No text is the same in Dutch and in English."""
    texts = [
        *(one.says for one in RULES.rules),
        *(text for one in RULES.readings for text in (one.question, one.chosen)),
        *(one.says for one in RULES.invariants),
        *(one.note for one in RULES.rules if one.note),
        *(one.note for one in RULES.readings if one.note),
        *(one.elsewhere for one in RULES.invariants if one.elsewhere),
    ]
    assert [text.nl for text in texts if text.nl == text.en] == []


def test_every_cited_number_exists() -> None:
    """Whatever is cited in `states/`, also by a policy, is a number that rules.yaml explains."""
    files = sorted(set(STATES.rglob("*.yaml")) - {STATES / FILE})
    unknown = {f"{path.name}: {number}" for path in files for number in cited(path) - {*NUMBERS}}
    assert unknown == set()


@pytest.mark.parametrize("path", DECLARED, ids=lambda path: path.stem)
def test_no_citation_is_missed(path: Path) -> None:
    """What the table finds in a procedure is every number that stands in its file."""
    found = {number for number, _ in citations(procedure(path))}
    assert found - {"own"} == cited(path)


def test_tests_that_are_named_exist() -> None:
    """Each test in `checked_by` is a test in a file that is there."""
    lacking = []
    for one in RULES.invariants:
        for test in one.checked_by:
            file, _, name = test.partition("::")
            path = ROOT / file
            if not path.is_file() or name not in runnable_names(path.read_text(encoding="utf-8")):
                lacking.append(f"{one.number}: {test}")
    assert lacking == []


def test_what_nothing_carries_says_why() -> None:
    """A rule has a note exactly when no step, deadline or invariant cites it."""
    rows = document()
    noted = {row["number"] for row in rows["rules"] if row["note"]}
    bare = set(rows["uncarried"])
    assert bare - noted == set(), "these need a note in rules.yaml, or something that cites them"
    assert noted - bare == set(), "something cites these now: remove the note from rules.yaml"


FAULTY = {
    "an unknown key": ("    note:", "    nota:", "wrong-form", 4),
    "another letter": ("number: B2", "number: C2", "bad-number", 4),
    "a reading among the rules": ("number: B2", "number: Q2", "bad-number", 4),
    "a number twice": ("number: B2", "number: B1", "duplicate-number", 4),
    "a rule that is not there": ("cites: [B1, Q1]", "cites: [B1, B9]", "unknown-rule", 15),
    "nothing to rest on": ("cites: [B1, Q1]", "cites: []", "missing-citation", 15),
    "no test": ("test_x.py::test_y", "test_x.py", "bad-test", 16),
    "another kind": ("kind: safety", "kind: hope", "wrong-form", 14),
    "one language": ("{nl: Dat, en: That}", "{nl: Dat}", "wrong-form", 5),
    "no YAML": ("readings:", "readings: [", "not-yaml", 8),
}


@pytest.mark.parametrize(("old", "new", "code", "line"), FAULTY.values(), ids=FAULTY.keys())
def test_a_mistake_is_pointed_out(old: str, new: str, code: str, line: int) -> None:
    """A mistake in the file is named with its code and the line it stands on."""
    assert SMALL.count(old) == 1
    with pytest.raises(Unreadable) as caught:
        parsed_rules(SMALL.replace(old, new).encode(), "some.yaml")
    [found] = caught.value.problems
    assert (found.code, found.file, found.line) == (code, "some.yaml", line)


def test_mistakes_come_together() -> None:
    """Two mistakes of meaning in one file are both named, in the order of the file."""
    wrong = SMALL.replace("number: B2", "number: B1").replace("[B1, Q1]", "[B4, Q1]")
    with pytest.raises(Unreadable) as caught:
        parsed_rules(wrong.encode(), "some.yaml")
    assert [one.code for one in caught.value.problems] == ["duplicate-number", "unknown-rule"]


# --- what carries a rule -------------------------------------------------------------------------


def test_a_rule_is_carried_by_what_cites_it() -> None:
    """Steps come with their guards, deadlines with their state, invariants with their tests."""
    conduct = procedure(STATES / "conduct.yaml")
    rules = parsed_rules(SMALL.encode(), "some.yaml")
    whole = table(rules, [conduct], {})
    one, two, reading = whole.rules
    assert (one.invariants, two.invariants, reading.invariants) == ((7,), (), (7,))
    assert (one.tests, two.tests) == (("tests/unit/test_x.py::test_y",), ())
    assert two.cited_by, "conduct cites B2"
    assert whole.uncarried == ()
    assert table(rules, [], {}).uncarried == ("B2",)
    for row in table(RULES, [conduct], {}).rules:
        for citation in row.cited_by:
            if citation.part == "step":
                step = conduct.steps[citation.name]
                assert row.number in step.cites
                assert citation.label == step.labels
                assert len(citation.guards) == len({type(guard) for guard in step.guards})
            elif citation.part == "promise":
                assert row.number in conduct.invariants[citation.name].cites
            else:
                track, _, state = citation.name.partition(".")
                deadline = conduct.tracks[track].states[state].deadline
                assert deadline is not None
                assert row.number in deadline.cites
    assert {citation.part for citation in two.cited_by} == {"step", "deadline"}


def test_tests_are_found_by_their_names(tmp_path: Path) -> None:
    """Functions and methods called test_invariant_NN are found with pytest's ids, and no others."""
    folder = tmp_path / "tests" / "properties"
    folder.mkdir(parents=True)
    (folder / "test_some.py").write_text(
        "import nothing_that_exists\n"
        "def test_invariant_07_holds(): ...\n"
        "class TestMore:\n"
        "    def test_invariant_7(self): ...\n"
        "def helper_test_invariant_7(): ...\n"
        "def test_invariant_70_is_another(): ...\n",
        encoding="utf-8",
    )
    (folder / "aside.py").write_text("def test_invariant_8(): ...\n", encoding="utf-8")
    assert named_tests(tmp_path / "tests") == {
        7: (
            "tests/properties/test_some.py::test_invariant_07_holds",
            "tests/properties/test_some.py::TestMore::test_invariant_7",
        ),
        70: ("tests/properties/test_some.py::test_invariant_70_is_another",),
    }
    assert named_tests(tmp_path / "elsewhere") == {}


def test_tests_found_and_listed_are_put_together() -> None:
    """A test that is both found by its name and listed stands once, among those found."""
    listed, other = "tests/unit/test_x.py::test_y", "tests/unit/test_x.py::test_invariant_7"
    rules = parsed_rules(SMALL.encode(), "some.yaml")
    assert table(rules, [], {7: (other, listed)}).invariants[0].tests == (other, listed)
    assert table(rules, [], {7: (other,)}).rules[0].tests == (other, listed)
    assert table(rules, [], {}).invariants[0].tests == (listed,)


# --- the command and the page --------------------------------------------------------------------


def test_the_page_holds_what_the_command_prints() -> None:
    """Between its markers docs/rules.md has the tables as they are now; `make rules` sees to it."""
    made = PAGE.split("<!-- rules: begin -->")[1].split("<!-- rules: end -->")[0]
    assert made.strip() == run("--format", "md").stdout.strip()


def test_the_page_names_every_number() -> None:
    """Each number has one row in docs/rules.md."""
    rows = re.findall(r"^\| ([ABQ]?[1-9][0-9]?)\b", PAGE, flags=re.MULTILINE)
    assert sorted(rows) == sorted(NUMBERS)


def test_markdown_rows_are_even() -> None:
    """Every row of a table has as many cells as its header: no text has a bar in it."""
    for block in run("--format", "md").stdout.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1


def test_a_rule_in_full() -> None:
    """Asked for one rule, the command tells its steps, invariants and tests, and no other rule."""
    told = run("b018").stdout
    assert told.startswith("B18  Nothing is shared with others")
    for part in ("\n  Steps\n", "hand_over", "\n  Invariants\n", "\n  Tests\n", "test_bases.py::"):
        assert part in told
    assert "B19" not in told
    dutch = run("B18", ZAAK_LANG="nl").stdout
    assert "\n  Stappen\n" in dutch
    assert RULES.invariants[0].says.nl[:40] in dutch


def test_an_invariant_in_full() -> None:
    """Asked for only digits, the command tells the invariant and the rules that it rests on."""
    told = run("16").stdout
    assert told.startswith("Invariant 16")
    assert "\n    B35 " in told
    assert "test_signals.py::test_no_signal_is_given_beside_a_filing" in told


def test_all_that_is_asked_for_is_told() -> None:
    """Several numbers are told each once, and a rule that nothing carries says why."""
    told = run("A1", "16", "A1").stdout
    assert told.count("A1  ") == 1
    assert "A norm and no transition" in told
    assert "Invariant 16" in told


@pytest.mark.parametrize(
    ("typed", "meant"), [("B39", "B1–B38"), ("48", "1–47"), ("C4", "A1–A34"), ("rule", "B1–B38")]
)
def test_an_unknown_number(typed: str, meant: str) -> None:
    """A number that is not there exits 2, and says which numbers there are."""
    done = run(typed)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert meant in done.stderr
    error = json.loads(run(typed, "--json").stdout)["error"]
    assert error["code"] == "unknown-rule"


@pytest.mark.parametrize("columns", ["60", "80", "140"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_table_fits_the_terminal(lang: str, columns: str) -> None:
    """No line of the overview is wider than the terminal, and every number begins one."""
    lines = run(ZAAK_LANG=lang, COLUMNS=columns).stdout.splitlines()
    assert [line for line in lines if len(line) > int(columns)] == []
    begun = [line.split(" ")[0] for line in lines if re.match(r"[ABQ]?[1-9][0-9]? ", line)]
    assert sorted(begun) == sorted(NUMBERS)


def test_json_two_ways() -> None:
    """--format json and --json give one document; with a number it holds only that one."""
    assert json.loads(run("--format", "json").stdout) == document()
    only = document("B18")
    assert [row["number"] for row in only["rules"]] == ["B18"]
    assert only["invariants"] == only["uncarried"] == []
    keys = {"number", "question", "says", "note", "cited_by", "invariants", "tests"}
    assert set(only["rules"][0]) == keys
    (one,) = document("16")["invariants"]
    assert set(one) == {"number", "says", "kind", "cites", "tests", "elsewhere"}


def test_a_number_says_what_it_means() -> None:
    """`says` gives a rule in either language, a reading with its question, and None for others."""
    b18 = next(one for one in RULES.rules if one.number == "B18")
    assert (says("B18", "nl"), says("B18", "en")) == (b18.says.nl, b18.says.en)
    assert says("Q3", "en") == (f"{RULES.readings[2].question.en} {RULES.readings[2].chosen.en}")
    assert (says("own", "nl"), says("B99", "nl"), says("16", "nl")) == (None, None, None)

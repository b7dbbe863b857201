"""What branches decide differently: policies laid over procedures, and adopted for one branch."""

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import msgspec
import pytest
import yaml

from cli import zaak
from workflow.auditing.verifying import verify_store
from workflow.crypto.keys import SigningKey, load
from workflow.declaring import checks, schema
from workflow.declaring.problems import Problem, problem
from workflow.declaring.reading import Declared, Unreadable, declared, find, parsed, read_offices
from workflow.desk.desk import Desk
from workflow.desk.values import Signer
from workflow.engine import facts as f
from workflow.engine.procedure import canonical, digest
from workflow.engine.register import Register, Version
from workflow.store import Store
from workflow.verbs.running import run

ROOT = Path(__file__).resolve().parents[2]
STATES = ROOT / "states"
SHIPPED = sorted((STATES / "policies").glob("*.yaml"))
PAGE = (ROOT / "docs" / "declaring.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What branches decide differently")[2]
FAULTY = ROOT / "tests" / "faulty_procedures"
OFFICES = read_offices(FAULTY / "offices.yaml")
SOUND = (FAULTY / "sound.yaml").read_text(encoding="utf-8")
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

HEAD = """\
policy: waterstad
based_on: sound
version: "2"
labels: {nl: Sneller, en: Quicker}
"""
QUICKER = "changes: {tracks: {report: {states: {listening: {deadline: {within: P3D}}}}}}\n"


class Laid:
    """A folder with the sound procedure, over which policies are laid."""

    def __init__(self, home: Path) -> None:
        self.base, self.policy = home / "sound.yaml", home / "policies" / "waterstad.yaml"
        self.policy.parent.mkdir()
        self.base.write_text(SOUND, encoding="utf-8")

    def __call__(self, text: str, head: str = HEAD) -> Declared:
        """The procedure under a policy of this text."""
        self.policy.write_text(head + text, encoding="utf-8")
        return declared(self.policy, OFFICES)

    def refused(self, text: str, head: str = HEAD) -> tuple[Problem, ...]:
        """Everything that is wrong with a policy of this text, laid over the procedure."""
        try:
            found = self(text, head)
        except Unreadable as error:
            return error.problems
        return checks.check(found.procedure, found.positions)


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """The sound procedure, and a place for a policy."""
    return Laid(tmp_path)


def place(text: str, part: str) -> tuple[int, int]:
    """The line and column, from 1, at which `part` first stands in `text`."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


# --- merging -------------------------------------------------------------------------------------


def test_what_a_policy_does_not_name_stays(laid: Laid) -> None:
    """Under a policy the procedure differs in what it names and in its version, and no further."""
    found = laid(QUICKER).procedure
    base = declared(laid.base, OFFICES).procedure
    assert (found.procedure, found.version) == ("sound", "1+waterstad.2")
    listening = found.tracks["report"].states["listening"].deadline
    assert listening is not None
    assert (listening.within, listening.remind) == ("P3D", ("counsellor",))
    as_was = canonical(found).replace(b'"1+waterstad.2"', b'"1"').replace(b"P3D", b"P1M")
    assert as_was == canonical(base)
    assert checks.check(found, laid(QUICKER).positions) == ()


def test_a_list_takes_the_place_of_a_list(laid: Laid) -> None:
    """A list in a policy is the whole list, and nothing of the old one stays."""
    found = laid("changes: {steps: {close: {from: [deciding], cites: [own]}}}\n").procedure
    assert (found.steps["close"].sources, found.steps["close"].cites) == (("deciding",), ("own",))


def test_null_takes_away(laid: Laid) -> None:
    """What a policy sets to null is gone, and what it adds stands after what was there."""
    text = """\
changes:
  steps:
    advise: {guards: null, note: {kind: conversation}}
    stop: null
    halt:
      labels: {nl: Stoppen, en: Halt}
      track: emergency
      from: [open]
      to: sealed
      who: [counsellor]
      emergency: close
      cites: [own]
"""
    found = laid(text).procedure
    assert found.steps["advise"].guards == ()
    assert found.steps["advise"].note is not None
    before = [name for name in declared(laid.base, OFFICES).procedure.steps if name != "stop"]
    assert list(found.steps) == [*before, "halt"]


def test_a_text_null_is_a_text(laid: Laid) -> None:
    """A quoted null is a word and takes nothing away."""
    found = laid('changes: {labels: {nl: "null"}}\n').procedure
    assert found.labels.nl == "null"


def test_a_policy_changes_an_office_for_its_branch(laid: Laid) -> None:
    """An office is declared anew in what a policy says of it, and a new one joins the procedure."""
    text = """\
office_changes:
  counsellor: {labels: {en: wise person}}
  chair: {labels: {nl: voorzitter, en: chair}, assigned: true}
"""
    found = laid(text).procedure
    counsellor = found.offices["counsellor"]
    assert (counsellor.labels.nl, counsellor.labels.en) == ("vertrouwenspersoon", "wise person")
    assert counsellor.assigned
    assert list(found.offices) == ["counsellor", "committee", "auditor", "chair"]
    assert found.offices["committee"] == OFFICES["committee"]


def test_the_same_policy_gives_the_same_text(laid: Laid) -> None:
    """A policy read twice has one digest; another version of it has another."""
    once, again = laid(QUICKER), laid(QUICKER)
    later = laid(QUICKER, HEAD.replace('"2"', '"3"'))
    marks = [digest(canonical(each.procedure)) for each in (once, again, later)]
    assert marks[0] == marks[1] != marks[2]


def test_the_policy_comes_with_what_it_says(laid: Laid) -> None:
    """What differs and which readings are taken stay with the procedure that was read."""
    said = laid("readings: {Q5: {nl: Alleen de melder, en: The reporter only}}\n" + QUICKER).policy
    assert said is not None
    assert (said.policy, said.based_on, said.labels.en) == ("waterstad", "sound", "Quicker")
    assert said.readings["Q5"].en == "The reporter only"
    assert declared(laid.base, OFFICES).policy is None


# --- what is wrong, and where --------------------------------------------------------------------

FAULTS = {
    "an unknown base": (QUICKER, HEAD.replace("sound", "sond"), "unknown-base", "sond"),
    "nothing to change": ("", HEAD, "no-changes", "policy: waterstad"),
    "no changes in it": ("changes: {}\n", HEAD, "changes-nothing", "{}"),
    "a change to what was so": (
        "changes: {tracks: {report: {initial: none}}}\n",
        HEAD,
        "changes-nothing",
        "none",
    ),
    "a list that was so": (
        "changes: {steps: {rule: {who: [committee]}}}\n",
        HEAD,
        "changes-nothing",
        "[committee]",
    ),
    "a default written out": (
        "changes: {steps: {rule: {opens: false}}}\n",
        HEAD,
        "changes-nothing",
        "{steps",
    ),
    "an office as it was": (
        "office_changes: {counsellor: {assigned: true}}\n",
        HEAD,
        "changes-nothing",
        "true",
    ),
    "nothing there to remove": (
        "changes: {steps: {cloze: null}}\n",
        HEAD,
        "removes-nothing",
        "cloze",
    ),
    "another name": ("changes: {procedure: other}\n", HEAD, "fixed-key", "procedure: other"),
    "a promise of the association taken back": (
        "changes: {invariants: {kept: null}}\n",
        HEAD,
        "fixed-key",
        "invariants: {kept",
    ),
    "a version of its own": ('changes: {version: "9"}\n', HEAD, "fixed-key", 'version: "9"'),
    "an unknown key": (QUICKER + "because: so\n", HEAD, "unknown-key", "because"),
    "an unknown key in changes": (
        "changes: {steps: {rule: {whom: [committee]}}}\n",
        HEAD,
        "unknown-key",
        "whom",
    ),
    "a state that is not there": (
        "changes: {tracks: {report: {states: {lisening: {idle: true}}}}}\n",
        HEAD,
        "not-in-base",
        "lisening",
    ),
    "an office that is not there": (
        "office_changes: {counselor: {assigned: false}}\n",
        HEAD,
        "not-in-base",
        "counselor",
    ),
    "an office with a reserved name": (
        "office_changes: {clock: {labels: {nl: klok, en: clock}}}\n",
        HEAD,
        "reserved-name",
        "clock",
    ),
    "a required key removed": (
        "changes: {steps: {rule: {to: null}}}\n",
        HEAD,
        "missing-key",
        "{to: null}",
    ),
    "a key left empty": ("changes: {steps: {rule: {to: }}}\n", HEAD, "wrong-type", "}}}"),
    "a list for a mapping": ("changes: []\n", HEAD, "wrong-type", "[]"),
    "a question without a number": (
        "readings: {q: {nl: Zo, en: So}}\n" + QUICKER,
        HEAD,
        "bad-name",
        "q: {",
    ),
    "no version": (QUICKER, HEAD.replace('version: "2"\n', ""), "missing-key", "policy"),
    "a version that is a number": (QUICKER, HEAD.replace('"2"', "2"), "wrong-type", "2"),
    "a name with capitals": (QUICKER, HEAD.replace("waterstad", "Waterstad"), "bad-name", "Water"),
    "a name that leads nowhere": (
        "changes: {steps: {rule: {to: ruling}}}\n",
        HEAD,
        "unknown-state",
        "ruling",
    ),
    "an office of nobody": (
        "changes: {offices: [counsellor, committee, auditor, sheriff]}\n",
        HEAD,
        "unknown-office",
        "sheriff",
    ),
}


@pytest.mark.parametrize(("text", "head", "code", "part"), FAULTS.values(), ids=FAULTS.keys())
def test_each_mistake_is_named_where_it_stands(
    laid: Laid, text: str, head: str, code: str, part: str
) -> None:
    """A mistake in a policy is the one problem found, at its line and column in that file."""
    [one] = laid.refused(text, head)
    assert (one.code, one.file) == (code, str(laid.policy))
    assert (one.line, one.column) == place(head + text, part)
    assert one.text.nl
    assert one.text.en != one.text.nl


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("changes: {steps: {cloze: null}}\n", "close"),
        ("changes: {tracks: {report: {states: {lisening: {idle: true}}}}}\n", "listening"),
        ("office_changes: {counselor: {assigned: false}}\n", "counsellor"),
        ("readings: {q4: {nl: Zo, en: So}}\n" + QUICKER, "Q4"),
    ],
)
def test_what_was_meant_is_suggested(laid: Laid, text: str, suggestion: str) -> None:
    """A name that is nearly one of the base's is answered with that one."""
    [one] = laid.refused(text)
    assert one.suggestion == suggestion


def test_what_a_removal_breaks_is_named_in_the_base(laid: Laid) -> None:
    """A reference in the base to what a policy removes is a problem at its place in the base."""
    found = laid.refused("changes: {steps: {fall_silent: null}}\n")
    [one] = [problem for problem in found if problem.code == "unknown-step"]
    assert (one.file, (one.line, one.column)) == (str(laid.base), place(SOUND, "fall_silent"))


def test_what_a_policy_makes_unsound_is_named_in_the_policy(laid: Laid) -> None:
    """A state that a policy leaves without its deadline is a problem at its name in the policy."""
    text = "changes: {tracks: {report: {states: {listening: {deadline: null}}}}}\n"
    [one] = laid.refused(text)
    assert (one.path, one.file) == ("tracks.report.states.listening", str(laid.policy))
    assert (one.line, one.column) == place(HEAD + text, "listening")


def test_a_law_is_not_a_matter_of_policy(laid: Laid) -> None:
    """A policy that lets others than counsellors open an emergency is refused, in the policy."""
    text = "changes: {steps: {alarm: {who: [committee]}}}\n"
    [one] = [problem for problem in laid.refused(text) if problem.code == "emergency-by-others"]
    assert (one.file, (one.line, one.column)) == (str(laid.policy), place(HEAD + text, "who"))


def test_mistakes_in_both_files_are_said_at_once(laid: Laid) -> None:
    """What is wrong in the policy and in the base is said together, each in its own file."""
    faulty = SOUND.replace("initial: sealed", "initial: sealed\n    begins: sealed")
    laid.base.write_text(faulty, encoding="utf-8")
    found = laid.refused("changes: {steps: {cloze: null}, labels: {nl: Gezond}}\n")
    assert sorted((Path(one.file).name, one.code) for one in found) == [
        ("sound.yaml", "unknown-key"),
        ("waterstad.yaml", "changes-nothing"),
        ("waterstad.yaml", "removes-nothing"),
    ]


def test_what_is_found_in_an_office_is_named_in_the_policy(laid: Laid) -> None:
    """A problem found later in an office that a policy changes has its place in the policy."""
    text = "office_changes: {counsellor: {labels: {en: wise person}}}\n"
    found = laid(text).positions.locate(problem("odd", "offices.counsellor.labels.en", "a", "b"))
    assert (found.file, (found.line, found.column)) == (
        str(laid.policy),
        place(HEAD + text, "wise"),
    )
    untouched = laid(text).positions.locate(problem("odd", "offices.committee.labels", "a", "b"))
    assert (untouched.file, untouched.line) == (str(laid.base), place(SOUND, "committee")[0])


def test_a_policy_is_no_base(laid: Laid) -> None:
    """A policy rests on a procedure; one that names another policy is answered with what exists."""
    (laid.policy.parent / "other.yaml").write_text(HEAD.replace("waterstad", "other") + QUICKER)
    [one] = laid.refused(QUICKER, HEAD.replace("sound", "other"))
    assert one.code == "unknown-base"
    assert "sound" in one.text.en
    assert "other," not in one.text.en


def test_a_policy_rests_on_one_text(laid: Laid) -> None:
    """Where two files declare the procedure, none is taken: both are named, and what to do."""
    (laid.base.parent / "a_copy.yaml").write_text(SOUND.replace('version: "1"', 'version: "2"'))
    [one] = laid.refused(QUICKER)
    assert (one.code, one.file) == ("two-bases", str(laid.policy))
    assert (one.line, one.column) == place(HEAD + QUICKER, "sound")
    for text in (one.text.nl, one.text.en):
        assert "a_copy.yaml" in text
        assert "sound.yaml" in text


def test_the_nearest_base_goes_before_one_further_on(laid: Laid, tmp_path: Path) -> None:
    """A procedure of that name in a folder further on does not stand in the way."""
    far = tmp_path / "far"
    far.mkdir()
    for name in ("one.yaml", "two.yaml"):
        (far / name).write_text(SOUND.replace("Sound}", "Other}"))
    expected = laid(QUICKER).procedure
    assert declared(laid.policy, OFFICES, (far,)).procedure == expected


def test_a_base_is_looked_for_further_on(laid: Laid, tmp_path: Path) -> None:
    """A policy away from any procedure rests on one in the folders that the reader is given."""
    alone = (HEAD + QUICKER).encode()
    far = str(tmp_path / "far" / "own.yaml")
    with pytest.raises(Unreadable):
        parsed(alone, far, OFFICES)
    assert parsed(alone, far, OFFICES, (tmp_path,)).procedure == laid(QUICKER).procedure


def test_policies_are_found_after_procedures(laid: Laid) -> None:
    """A policy is found by its name and its file, and never hides a procedure of that name."""
    laid.policy.write_text(HEAD + QUICKER, encoding="utf-8")
    folder = laid.base.parent
    assert find("waterstad", folder) == find("waterstad.yaml", folder) == laid.policy
    (laid.policy.parent / "sound.yaml").write_text(HEAD.replace("waterstad", "whole") + QUICKER)
    assert find("sound", folder) == find("whole", folder) == laid.base
    with pytest.raises(Unreadable) as unknown:
        find("waterstat", folder)
    assert unknown.value.problems[0].suggestion == "waterstad"


# --- the published form --------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_policies_are_sound(path: Path) -> None:
    """Each policy that comes with the program is called after its file and has no problem."""
    found = declared(path, read_offices(STATES / "offices.yaml"))
    assert checks.check(found.procedure, found.positions) == ()
    assert found.policy is not None
    assert found.policy.policy == path.stem


def test_a_counsellor_who_is_nothing_else_is_nothing_else() -> None:
    """The policy that lets counsellors hold no other office leaves none of the offices out."""
    offices = read_offices(STATES / "offices.yaml")
    counsellor = declared(STATES / "policies/waterstad.yaml", offices).procedure.offices[
        "counsellor"
    ]
    assert set(counsellor.not_with) == offices.keys() - {"counsellor", counsellor.deputy}


def conforms(text: str) -> bool:
    """Whether the published schema accepts a policy of this text."""
    published = jsonschema.Draft202012Validator(schema.policy_schema())
    return bool(published.is_valid(yaml.safe_load(text)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_policies_conform_to_the_schema(path: Path) -> None:
    """The published schema accepts each policy that comes with the program."""
    assert conforms(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "fault",
    [
        "an unknown key",
        "an unknown key in changes",
        "another name",
        "no changes in it",
        "nothing to change",
        "a list for a mapping",
        "a question without a number",
        "no version",
        "a name with capitals",
    ],
)
def test_schema_refuses_what_the_reader_refuses(fault: str) -> None:
    """The published schema refuses each mistake in the form of a policy, and not a sound one."""
    text, head, _, _ = FAULTS[fault]
    assert conforms(HEAD + QUICKER)
    assert not conforms(head + text)


def test_schema_accepts_null_in_any_mapping() -> None:
    """The published schema knows that null takes away, in a mapping and not in a list."""
    removing = yaml.safe_load(HEAD + "changes: {steps: {stop: null, rule: {guards: null}}}\n")
    listed = yaml.safe_load(HEAD + "changes: {steps: {rule: {who: [null]}}}\n")
    published = jsonschema.Draft202012Validator(schema.policy_schema())
    assert published.is_valid(removing)
    assert not published.is_valid(listed)


def test_committed_policy_schema_is_the_generated_one() -> None:
    """states/policy.schema.json is what the program makes now, and a valid schema."""
    committed = (STATES / "policy.schema.json").read_text(encoding="utf-8")
    assert committed == schema.policy_schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(committed))


def test_example_in_the_documentation_is_sound(tmp_path: Path) -> None:
    """The policy in docs/declaring.md can be adopted over the procedure that stands above it."""
    [base] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    [example] = re.findall(r"~~~yaml\n(.*?)~~~", SECTION, re.DOTALL)
    (tmp_path / "question.yaml").write_text(base, encoding="utf-8")
    offices = read_offices(STATES / "offices.yaml")
    found = parsed(example.encode(), str(tmp_path / "example.yaml"), offices)
    assert checks.check(found.procedure, found.positions) == ()
    section = PAGE.split("## What branches decide differently")[1]
    named = set(re.findall(r"^- `(\w+)`", section, re.MULTILINE))
    assert named == {field.name for field in msgspec.structs.fields(schema.Policy)}


# --- which version a branch follows --------------------------------------------------------------


def adopted(*versions: tuple[str, str, str]) -> Register:
    """A register in which these were adopted in order: procedure, version and branch."""
    return Register(
        adopted=tuple(
            Version(name, version, f"{name}{version}", ("alias",) if version == "1" else (), branch)
            for name, version, branch in versions
        )
    )


EVERYWHERE = ("conduct", "1", "")
NORTH = ("conduct", "1+a.1", "noord")
TOWN = ("conduct", "1+b.1", "noord/waterstad")


@pytest.mark.parametrize(
    ("versions", "branch", "expected"),
    [
        ((EVERYWHERE, NORTH, TOWN), "noord/waterstad", "1+b.1"),
        ((TOWN, NORTH, EVERYWHERE), "noord/waterstad", "1+b.1"),
        ((EVERYWHERE, NORTH, TOWN), "noord/waterstad/wijk", "1+b.1"),
        ((EVERYWHERE, NORTH, TOWN), "noord/klaverdorp", "1+a.1"),
        ((EVERYWHERE, NORTH, TOWN), "noordwijk", "1"),
        ((EVERYWHERE, NORTH, TOWN), "zuid", "1"),
        ((EVERYWHERE, NORTH, TOWN), "", "1"),
        ((EVERYWHERE, ("conduct", "2", ""), TOWN), "zuid", "2"),
        ((EVERYWHERE, TOWN, ("conduct", "1", "noord/waterstad")), "noord/waterstad", "1"),
        ((TOWN,), "zuid", None),
        ((TOWN,), "", None),
        ((EVERYWHERE, ("other", "5", "zuid")), "zuid", "1"),
    ],
)
def test_the_nearest_branch_decides(
    versions: tuple[tuple[str, str, str], ...], branch: str, expected: str | None
) -> None:
    """A branch follows the newest version adopted for the nearest branch that covers it."""
    found = adopted(*versions).version("conduct", branch)
    assert (found.version if found else None) == expected


def test_an_alias_leads_to_the_version_of_the_branch() -> None:
    """An alias that the version of a branch no longer has still leads to that version there."""
    found = adopted(EVERYWHERE, TOWN).version("alias", "noord/waterstad")
    assert found is not None
    assert found.version == "1+b.1"


def test_adoption_for_everywhere_is_stored_as_before() -> None:
    """The fact of an adoption without a branch has no branch in its stored form."""
    fact = f.Adopted("conduct", "1", "00")
    assert b"branch" not in msgspec.json.encode(fact)
    assert msgspec.json.decode(msgspec.json.encode(fact), type=f.Adopted) == fact


# --- at the command line -------------------------------------------------------------------------


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
    def reasons(self) -> list[str]:
        """The codes of why it was refused."""
        said = self.json.get("refused") or self.json["error"]
        return [reason["code"] for reason in said["reasons"]]


TOLD_TO_CHAIR = "      who: [reporter, counsellor, committee_chair]\n"
"""What a branch adds where members may also come to the chair of its committee."""


class Association:
    """A store in which commands are run by several people, each a second after the last."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys
        self.where, self.now = str(home / "zaken.db"), BEGIN

    def __call__(self, words: str, *more: str, who: str = "anna") -> Answer:
        """Run `zaak` with these words, signed by `who`."""
        self.now += timedelta(seconds=1)
        known = {
            "ZAAK_STORE": self.where,
            "ZAAK_KEY": str(self.home / who),
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(self.home),
        }
        self._capsys.readouterr()
        code = run(zaak, [*words.split(), *more], known, lambda: self.now)
        return Answer(code, *self._capsys.readouterr())

    def done(self, words: str, *more: str, who: str = "anna") -> Answer:
        """Run `zaak`, which must do what it is asked."""
        answer = self(words, *more, who=who)
        assert answer.code == 0, answer
        return answer

    def holds(self, person: str, office: str, branch: str) -> None:
        """Let somebody hold an office; who is not in the register yet is entered first."""
        if person not in self.register().persons:
            key = str(self.home / person)
            self.done("key new", key, "--no-passphrase")
            self.done("person add", person.title(), "--key", f"{key}.pub")
        self.done(f"office grant {office} {person} --branch {branch}")

    def key(self, person: str) -> SigningKey:
        """A person's private key."""
        return load(self.home / person)

    def with_store(self, use: Callable[[Desk, Store], Any]) -> Any:
        """Whatever `use` makes of the store and a desk at it."""
        with Store.open(self.where) as store:
            return use(Desk(store, lambda: self.now, os.urandom), store)

    def register(self) -> Register:
        """The register as the store has it."""
        found = self.with_store(lambda desk, _: desk.register())
        assert isinstance(found, Register)
        return found

    def problems(self) -> list[str]:
        """What verification finds in the store."""
        found = self.with_store(lambda _, store: verify_store(store).problems)
        return [one.code for one in found]

    def opened(self, branch: str, *more: str, who: str = "noor") -> str:
        """Open a report to Noor in a branch; the version of the procedure it follows."""
        words = f"open conduct --json --branch {branch} --set counsellor=noor --set ground=unsaid"
        case = self.done(words, *more, who=who).json["case"]
        shown = self.done(f"show {case} --json", who="noor").json
        return str(shown["version"])


@pytest.fixture
def association(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Association:
    """A store kept by Anna for `noord`, with counsellor Noor in two branches below it."""
    made = Association(tmp_path, capsys)
    made.done("init --person anna --branch noord --no-passphrase", "--name", "Anna Boersma")
    made.holds("noor", "counsellor", "noord/waterstad")
    made.holds("noor", "counsellor", "noord/dijkzicht")
    return made


def test_a_policy_is_checked_shown_and_drawn_by_name(association: Association) -> None:
    """A policy's name and its file can be checked, shown and drawn like a procedure."""
    explored = association.done("procedure check waterstad --json").json
    assert (explored["procedure"], explored["problems"]) == ("conduct", [])
    assert explored["exhaustive"]
    assert explored["version"].endswith("+waterstad.1")
    by_name = association.done("procedure check waterstad --json --quick").json
    path = str(STATES / "policies/waterstad.yaml")
    assert by_name == association.done("procedure check --json --quick", path).json
    assert by_name["version"] == explored["version"]
    assert "+waterstad.1: sound" in association.done("procedure check waterstad --quick").out
    shown = association.done("procedure show klaverdorp --json").json
    assert "committee_chair" in shown["declared"]["offices"]
    drawn = association.done("procedure diagram waterstad --track report --format dot").out
    assert drawn.startswith("digraph")


def test_a_faulty_policy_is_not_adopted(association: Association) -> None:
    """A mistake in a policy is named with its file, line and column, and nothing is adopted."""
    faulty = association.home / "own.yaml"
    head = HEAD.replace("sound", "conduct")
    faulty.write_text(head + "changes: {steps: {start_lisening: null}}\n", encoding="utf-8")
    before = association.register().adopted
    refused = association("procedure adopt --quick --json --branch noord/waterstad", str(faulty))
    assert refused.code == 1
    assert refused.reasons == ["procedure-unsound"]
    assert f"{faulty}:5:19" in refused.out
    assert association.register().adopted == before


def test_each_branch_follows_its_own(association: Association) -> None:
    """After a branch adopts a policy its new cases follow that, and those elsewhere do not."""
    base = association.opened("noord/waterstad")
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    assert association.opened("noord/waterstad") == f"{base}+waterstad.1"
    assert association.opened("noord/dijkzicht") == base
    assert association.problems() == []


def test_a_case_goes_over_to_what_was_adopted(association: Association) -> None:
    """A file that nobody adopted is no version to go over to: it says that it has to be first."""
    words = "open conduct --json --branch noord/waterstad --set ground=unsaid"
    opened = association.done(words, who="noor").json["case"]
    newer = association.home / "conduct.yaml"
    text = (STATES / "conduct.yaml").read_text(encoding="utf-8")
    newer.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    asked = f"case migrate {opened} --dry-run --to {newer}"
    early = association(f"{asked} --json", who="noor")
    assert (early.code, early.reasons) == (2, ["version-not-adopted"])
    assert f"zaak procedure adopt {newer}" in association(asked, who="noor").err
    association.done(f"procedure adopt --quick {newer}")
    assert association.done(asked, who="noor").code == 0


def test_the_branch_of_an_office_decides(association: Association) -> None:
    """Without --branch a case follows the rules of the one branch in which the caller is."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    association.holds("bram", "counsellor", "noord/waterstad")
    association.holds("ilse", "counsellor", "noord/dijkzicht")
    versions = []
    for who in ("bram", "ilse"):
        opened = association.done("open conduct --json --set ground=unsaid", who=who)
        shown = association.done(f"show {opened.json['case']} --json", who=who)
        versions.append(shown.json["version"])
    assert versions[0] == f"{versions[1]}+waterstad.1"


def test_the_office_for_the_step_decides(association: Association) -> None:
    """Who holds offices in several branches follows the one where they hold that of the step."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    association.holds("anna", "counsellor", "noord/waterstad")
    opened = association.done("open conduct --json --set ground=unsaid").json["case"]
    assert "+waterstad.1" in association.done(f"show {opened} --json").json["version"]
    assert association.problems() == []


def test_a_step_may_be_open_to_others_in_a_branch(association: Association) -> None:
    """Whom only the policy of a branch lets begin a case can begin one there without naming it.

    Whom the member confides in stays their decision, also of who begins it for them (law 2).
    """
    text = (STATES / "policies" / "klaverdorp.yaml").read_text(encoding="utf-8")
    opened_by_chair = text.replace("    open_report:\n", f"    open_report:\n{TOLD_TO_CHAIR}")
    assert opened_by_chair != text
    policy = association.home / "klaverdorp.yaml"
    policy.write_text(opened_by_chair, encoding="utf-8")
    association.done("procedure adopt --quick --branch noord/waterstad", str(policy))
    association.holds("daan", "committee_chair", "noord/waterstad")
    association.holds("bram", "counsellor", "noord/waterstad")
    words = "open conduct --json --set ground=unsaid --set counsellor=bram --set contact=daan"
    assert association(words, who="daan").reasons == ["not-decided-by"]
    spoken = association(f"{words} --evidence spoken", who="daan")
    assert spoken.reasons == ["spoken-to-a-counsellor-only"]
    letter = association.home / "letter.txt"
    letter.write_text("Please tell Bram. S.", encoding="utf-8")
    written = "--set fallback=noor --evidence written --statement"
    case = association.done(f"{words} {written}", str(letter), who="daan").json["case"]
    items = association.done(f"show {case} --json", who="bram").json["items"]
    (scan,) = (item for item in items if item["kind"] == "statement")
    assert association.done(f"read {case} {scan['item']}", who="bram").out == "Please tell Bram. S."
    elsewhere = association(
        "open conduct --json --branch noord/dijkzicht --set ground=unsaid --set counsellor=noor",
        who="daan",
    )
    assert elsewhere.reasons == ["not-yours"]
    association.now += timedelta(days=8)
    association.done("tick", who="bram")
    shown = association.done(f"show {case} --json", who="noor").json
    assert shown["states"]["report"] == "passed_on"
    assert association.problems() == []


def test_a_counsellor_with_another_office_is_barred_in_one_branch(
    association: Association,
) -> None:
    """Who is counsellor and alderman begins no case where a policy bars that; elsewhere they do."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    for branch in ("noord/waterstad", "noord/dijkzicht"):
        association.holds("bram", "counsellor", branch)
        association.holds("bram", "alderman", branch)
    words = "open conduct --json --step open_report --set ground=unsaid --branch"
    assert association(words, "noord/waterstad", who="bram").code == 1
    assert association(words, "noord/dijkzicht", who="bram").code == 0


def test_one_text_may_be_adopted_for_several_branches(association: Association) -> None:
    """The same policy is adopted for a second branch, but not twice for one."""
    words = "procedure adopt --quick waterstad --json --branch"
    association.done(words, "noord/waterstad")
    assert association(words, "noord/waterstad").reasons == ["adopted-already"]
    association.done(words, "noord/dijkzicht")
    association.done("procedure adopt --quick conduct --branch noord/waterstad")
    policy = f"{association.register().adopted[0].version}+waterstad.1"
    adopted_for = [(v.version, v.branch) for v in association.register().adopted[-3:]]
    assert adopted_for == [
        (policy, "noord/waterstad"),
        (policy, "noord/dijkzicht"),
        (policy.partition("+")[0], "noord/waterstad"),
    ]
    assert association.problems() == []


def test_a_version_has_one_text_in_all_branches(association: Association) -> None:
    """Another text under a version that one branch adopted is refused for another branch too."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    text = (STATES / "policies" / "waterstad.yaml").read_text(encoding="utf-8")
    changed = association.home / "waterstad.yaml"
    shorter = text.replace("      - alderman\n", "")
    assert shorter != text
    changed.write_text(shorter, encoding="utf-8")
    refused = association("procedure adopt --quick --json --branch noord/dijkzicht", str(changed))
    assert refused.reasons == ["version-used"]


@pytest.mark.parametrize(
    ("branch", "code", "reason"),
    [
        ("Noord", 1, "unknown-branch"),
        ("noord/watrstad", 1, "unknown-branch"),
        ("Noord --yes", 2, "bad-branch"),
        ("zuid --yes", 1, "not-registrar"),
    ],
)
def test_a_branch_must_be_one(
    association: Association, branch: str, code: int, reason: str
) -> None:
    """A branch nobody knows, that cannot be one or that is another's to keep adopts nothing."""
    before = association.register()
    refused = association(f"procedure adopt --quick waterstad --json --branch {branch}")
    assert (refused.code, refused.reasons) == (code, [reason])
    assert association.register() == before


def test_a_new_branch_may_begin_with_a_policy(association: Association) -> None:
    """A branch in which nobody holds an office yet adopts a policy with --yes."""
    association.done("procedure adopt --quick waterstad --branch noord/nieuwdorp --yes")
    assert association.register().adopted[-1].branch == "noord/nieuwdorp"


def test_the_keeper_of_a_branch_adopts_for_it_alone(association: Association) -> None:
    """Who keeps the register for one branch adopts for that one, and for no other."""
    association.holds("ilse", "registrar", "noord/waterstad")
    words = "procedure adopt --quick waterstad --json"
    assert association(words, who="ilse").reasons == ["not-registrar"]
    assert association(f"{words} --branch noord", who="ilse").reasons == ["not-registrar"]
    association.done(f"{words} --branch noord/waterstad", who="ilse")
    assert association.problems() == []


def test_lists_say_which_branch(association: Association) -> None:
    """The list of procedures says for which branches each text was adopted, and names policies."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    document = association.done("procedure list --json").json
    branches = {
        row["version"]: row["branches"]
        for row in document["procedures"]
        if row["procedure"] == "conduct"
    }
    base = next(iter(branches))
    assert branches == {base: [""], f"{base}+waterstad.1": ["noord/waterstad"]}
    assert [row["policy"] for row in document["policies"]] == [path.stem for path in SHIPPED]
    assert "in force in noord/waterstad" in association.done("procedure list").out


def test_a_procedure_is_shown_as_a_branch_follows_it(association: Association) -> None:
    """Show and diagram follow the policy of a branch only where that branch is named."""
    association.done("procedure adopt --quick klaverdorp --branch noord/waterstad")
    everywhere = association.done("procedure show conduct --json").json["version"]
    there = association.done("procedure show conduct --json --branch noord/waterstad/wijk").json
    assert there["version"] == f"{everywhere}+klaverdorp.1"
    elsewhere = association.done("procedure show conduct --json --branch noord").json
    assert elsewhere["version"] == everywhere


def test_what_a_branch_calls_an_office_is_its_own(association: Association) -> None:
    """A policy that renames an office leaves its name in lists of the whole association alone."""
    before = association.done("office list").out
    association.done("procedure adopt --quick klaverdorp --branch noord/waterstad")
    assert association.done("office list").out == before


def test_verification_decides_adoption_again(association: Association) -> None:
    """A policy entered in the register for a branch by who does not keep it there is found."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    version = association.register().adopted[-1]
    forged = f.Adopted(version.procedure, version.version, version.digest, (), "noord/dijkzicht")
    signer = Signer("noor", association.key("noor"))
    association.with_store(lambda desk, _: desk.record(lambda _register, _now: (forged,), signer))
    assert association.problems() == ["not-registrar"]


def test_verification_finds_a_case_under_the_policy_of_another_branch(
    association: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that a tampered client begins under another branch's policy is found."""
    association.done("procedure adopt --quick waterstad --branch noord/waterstad")
    policy = association.register().adopted[-1]
    monkeypatch.setattr(Register, "version", lambda *_: policy)
    association.opened("noord/dijkzicht")
    monkeypatch.undo()
    assert set(association.problems()) == {"procedure-unknown"}

"""Reading a declaration: what the format is, and how everything that departs from it is said."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflow.declaring import checks, schema
from workflow.declaring.problems import Problem
from workflow.declaring.reading import (
    Declared,
    Unreadable,
    declared,
    find,
    parsed,
    read,
    read_offices,
)
from workflow.declaring.yaml_nodes import MOST_BYTES

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests" / "faulty_procedures"
STATES = ROOT / "states"
PAGE = (ROOT / "docs" / "declaring.md").read_text(encoding="utf-8")
SOUND = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
OFFICES = read_offices(FOLDER / "offices.yaml")
PROCEDURES = sorted(set(STATES.glob("*.yaml")) - {STATES / "offices.yaml", STATES / "rules.yaml"})


def refused(data: bytes | str) -> tuple[Problem, ...]:
    """Everything that is wrong with a file of these contents."""
    with pytest.raises(Unreadable) as caught:
        parsed(data.encode() if isinstance(data, str) else data, "some.yaml", OFFICES)
    return caught.value.problems


def outcome(data: bytes | str) -> Declared | tuple[Problem, ...]:
    """What becomes of a file of these contents: a procedure, or everything wrong with it."""
    try:
        return parsed(data.encode() if isinstance(data, str) else data, "some.yaml", OFFICES)
    except Unreadable as error:
        return error.problems


def faulty(old: str, new: str) -> Problem:
    """The one thing wrong with the sound procedure in which `old`, found once, is `new`."""
    assert SOUND.count(old) == 1
    [one] = refused(SOUND.replace(old, new))
    return one


def place(text: str, part: str) -> tuple[int, int]:
    """The line and column, from 1, at which `part` first stands in `text`."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


FORMAT_FAULTS = {
    "unknown key": ("initial: none", "initial: none\n    begins: none", "unknown-key"),
    "missing key": ("    to: listening\n", "", "missing-key"),
    "doubled key": (
        "    joins: reporter\n",
        "    joins: reporter\n    track: report\n",
        "duplicate-key",
    ),
    "doubled name": ("  stop:\n", "  alarm:\n", "duplicate-key"),
    "text for a boolean": (
        "idle: true\n      listening",
        "idle: yes\n      listening",
        "wrong-type",
    ),
    "quoted boolean": ("decides: true", 'decides: "true"', "wrong-type"),
    "number for a boolean": ("decides: true", "decides: 1", "wrong-type"),
    "octal number": ("working_days: 10", "working_days: 012", "wrong-type"),
    "sexagesimal number": ("working_days: 10", "working_days: 1:30", "wrong-type"),
    "number with a mark": ("working_days: 10", "working_days: 1_000", "wrong-type"),
    "endless number": ("working_days: 10", "working_days: " + "9" * 5000, "wrong-type"),
    "boolean for a number": ("working_days: 10", "working_days: true", "wrong-type"),
    "number for text": ('version: "1"', "version: 1", "wrong-type"),
    "boolean for text": ("en: Sound}", "en: true}", "wrong-type"),
    "nothing for text": ("initial: absent", "initial:", "wrong-type"),
    "null for what may be left out": ("joins: reporter", "joins: null", "wrong-type"),
    "text for a list": ("who: [consequence]", "who: consequence", "wrong-type"),
    "list for text": ("initial: absent", "initial: [absent]", "wrong-type"),
    "list for a mapping": ("labels: {nl: Melding, en: Report}", "labels: [Melding]", "wrong-type"),
    "text for a mapping of names": (
        "assigns: {counsellor: counsellor}",
        "assigns: x",
        "wrong-type",
    ),
    "list for a guard": ("- {guard: own_branch}", "- [own_branch]", "wrong-type"),
    "empty text": ("en: Sound}", 'en: ""}', "empty-text"),
    "blank text": ("en: Sound}", 'en: "  "}', "empty-text"),
    "one language": ("{nl: Gezond, en: Sound}", "{nl: Gezond}", "missing-key"),
    "unknown word of a fixed list": ("type: yesno", "type: maybe", "not-among"),
    "unknown guard": ("guard: own_branch", "guard: own_branches", "not-among"),
    "guard without its name": ("- {guard: own_branch}", "- {}", "missing-key"),
    "guard with another guard's key": (
        "{guard: own_branch}",
        "{guard: own_branch, kind: x}",
        "unknown-key",
    ),
    "doubled list entry": (
        "who: [clock]\n    cites",
        "who: [clock, clock]\n    cites",
        "duplicate-item",
    ),
    "capital in a name": ("  police:\n", "  Police:\n", "bad-name"),
    "dot in a name": ("  safety:\n", "  safe.ty:\n", "bad-name"),
    "hyphen in the id": ("procedure: sound", "procedure: so-und", "bad-name"),
    "source of two letters": ("  B: {title", "  BB: {title", "bad-name"),
    "office that is not in the list": (
        "committee, auditor]\n\npar",
        "comittee, auditor]\n\npar",
        "unknown-office",
    ),
    "anchor": ("initial: absent", "initial: &here absent", "anchor"),
    "tag": ("initial: absent", "initial: !!str absent", "tag"),
    "local tag": ("initial: absent", "initial: ! absent", "tag"),
    "python tag": ("initial: absent", "initial: !!python/object/apply:os.getcwd []", "tag"),
    "merge key": (
        "    joins: reporter\n",
        "    joins: reporter\n    <<: {to: closed}\n",
        "merge-key",
    ),
    "key that is a list": (
        "    joins: reporter\n",
        "    joins: reporter\n    ? [a]\n    : b\n",
        "key-not-a-name",
    ),
}
NOT_READ = {
    "an empty file": (b"", "empty-file"),
    "only a comment": (b"# nothing\n", "empty-file"),
    "only null": (b"~\n", "empty-file"),
    "only text": (b"hello\n", "wrong-type"),
    "a list": (b"- a\n- b\n", "wrong-type"),
    "Latin-1": ("procedure: caf\u00e9\n".encode("latin-1"), "not-utf-8"),
    "UTF-16": ("procedure: x\n".encode("utf-16"), "not-utf-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "not-utf-8"),
    "a null byte": (b"procedure: a\x00b\n", "unprintable"),
    "an escape": (b"procedure: \x1b[31mred\n", "unprintable"),
    "a tab for spaces": (b"labels:\n\tnl: a\n", "not-yaml"),
    "an open bracket": (b"labels: [a, b\n", "not-yaml"),
    "an unknown anchor": (b"labels: *nowhere\n", "alias"),
    "levels without end": (b"a: " + b"[" * 100_000, "too-deep"),
    "more than fits": (b"#" * (MOST_BYTES + 1), "too-large"),
}


@pytest.mark.parametrize(("old", "new", "code"), FORMAT_FAULTS.values(), ids=FORMAT_FAULTS.keys())
def test_each_departure_from_the_format_is_named(old: str, new: str, code: str) -> None:
    """One departure from the format is one problem, with its own code, in both languages."""
    one = faulty(old, new)
    assert one.code == code
    assert one.file == "some.yaml"
    assert one.text.nl.strip()
    assert one.text.en.strip()


@pytest.mark.parametrize(("data", "code"), NOT_READ.values(), ids=NOT_READ.keys())
def test_what_is_no_declaration_is_refused(data: bytes, code: str) -> None:
    """What is not text, not YAML or not a mapping at all is refused with a code that says which."""
    assert code in {one.code for one in refused(data)}


def test_sound_file_becomes_a_procedure() -> None:
    """What is read is what stands in the file, with the offices put in by name."""
    procedure = read(FOLDER / "sound.yaml", OFFICES)
    assert procedure.procedure == "sound"
    assert procedure.offices == OFFICES
    assert procedure.steps["close"].sources == ("listening", "deciding", "shared")
    assert procedure.tracks["report"].states["shared"].deadline is not None
    assert procedure.steps["advise"].asks["colleague"].required is False


def test_words_that_look_like_something_else_stay_words() -> None:
    """Dates, versions, yes and no are the text that stands there, and true is nothing else."""
    words = ("2024-02-01", "1.10", "yes", "NO", "On", "012", "1:30", "0x1F", "1e3", "=", ".inf")
    for word in words:
        text = SOUND.replace("changed: 2024-02-01", f"changed: {word}")
        procedure = parsed(text.encode(), "some.yaml", OFFICES).procedure
        assert procedure.sources["B"].changed == word


def test_byte_order_mark_and_windows_line_ends_are_read() -> None:
    """A file saved by a Windows editor is the same procedure."""
    windows = b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()
    assert parsed(windows, "some.yaml", OFFICES).procedure == read(FOLDER / "sound.yaml", OFFICES)


def test_all_problems_are_said_at_once_in_order() -> None:
    """Five mistakes are all reported, each at its line and column, from top to bottom."""
    text = SOUND
    for old, new in (
        ('version: "1"', "version: 2"),
        ("initial: none", "initail: none"),
        ("working_days: 10", "working_days: ten"),
        ("who: [consequence]", "who: consequence"),
        ("emits: [file]", "emits: [file, file]"),
    ):
        text = text.replace(old, new)
    problems = refused(text)
    assert [(one.code, one.path, one.line, one.column) for one in problems] == [
        ("wrong-type", "version", *place(text, "2\nlabels")),
        ("missing-key", "tracks.report", *place(text, "labels: {nl: Melding")),
        ("unknown-key", "tracks.report.initail", *place(text, "initail")),
        (
            "wrong-type",
            "tracks.report.states.shared.deadline.working_days",
            *place(text, "ten, remind"),
        ),
        ("duplicate-item", "steps.share.emits[1]", *place(text, "file, file")[:1], 19),
        ("wrong-type", "steps.file.who", *place(text, "consequence\n")),
    ]


@pytest.mark.parametrize(
    ("text", "nl", "en"),
    [
        ("a:\n\tb: 1\n", "een tab: gebruik spaties", "a tab here: use spaces"),
        ("\ta: 1\n", "een tab: gebruik spaties", "a tab here: use spaces"),
        ("a:\n  b: 1\n c: 2\n", "ingesprongen", "indented"),
        ("a: 'it's'\n", "aanhalingsteken", "quote"),
        ("a: {b: 1\nc: 2\n", "een komma, haakje", "a comma, bracket"),
        ("a: b: c\n", "tussen aanhalingstekens", "between quotes"),
        ("a: @b\n", "tussen aanhalingstekens", "between quotes"),
        ('a: "b\nc: d\n', "nergens eindigt", "never ends"),
        ('a: "\\q"\n', "gebruik enkele", "use single ones"),
    ],
)
def test_what_is_no_yaml_is_told_where_to_look(text: str, nl: str, en: str) -> None:
    """A file that the parser cannot read is answered in both languages with what to look for."""
    [one] = refused(text)
    assert one.code == "not-yaml"
    assert nl in one.text.nl
    assert en in one.text.en


def test_a_missing_key_is_named_between_quotes() -> None:
    """A key called like a word of the sentence is told apart from it."""
    one = faulty("{nl: Gezond, en: Sound}", "{nl: Gezond}")
    assert one.text.nl == "De sleutel “en” ontbreekt."
    assert one.text.en == "The key “en” is missing."


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("initial: none", "initial: none\n    belong_to: reporter", None),
        ("    joins: reporter\n", "    join: reporter\n", "joins"),
        ("idle: true\n      listening", "idle: yes\n      listening", "true"),
        ("idle: true\n      listening", "idle: Nee\n      listening", "false"),
        ('version: "1"', "version: 1", '"1"'),
        ("who: [consequence]", "who: consequence", "[consequence]"),
        ("type: yesno", "type: yes_no", "yesno"),
        ("guard: own_branch", "guard: ownbranch", "own_branch"),
        ("  police:\n", "  Police Force:\n", "police_force"),
        ("  B: {title", "  b: {title", "B"),
        ("committee, auditor]\n\npar", "comittee, auditor]\n\npar", "committee"),
    ],
)
def test_suggestion_is_what_was_meant(old: str, new: str, suggestion: str | None) -> None:
    """A slip of the pen is answered with the word that was meant, where there is one left."""
    assert faulty(old, new).suggestion == suggestion


def test_refused_parts_are_not_judged_again() -> None:
    """An alias is one problem, and not also a wrong type where it stands."""
    text = SOUND.replace("initial: absent", "initial: &a absent")
    problems = refused(text.replace("    from: [absent]", "    from: *a"))
    assert [one.code for one in problems] == ["anchor", "alias"]


def test_a_second_document_is_refused() -> None:
    """What follows a line of three hyphens is not passed over in silence."""
    text = SOUND + "---\nprocedure: another\n"
    [one] = refused(text)
    assert (one.code, one.line) == ("several-documents", text.count("\n"))


def test_nothing_in_a_file_is_carried_out(tmp_path: Path) -> None:
    """A tag that makes other YAML readers run a command leaves no trace."""
    trace = tmp_path / "trace"
    refused(f"procedure: !!python/object/apply:os.mkdir [{trace}]\n")
    assert not trace.exists()


@pytest.mark.parametrize("kind", ["missing", "folder", "null byte", "endless name"])
def test_file_that_cannot_be_opened_is_a_problem(kind: str, tmp_path: Path) -> None:
    """A path that leads to no file is refused like any other mistake, without a traceback."""
    names = {"missing": "no.yaml", "folder": ".", "null byte": "a\0b", "endless name": "a" * 5000}
    with pytest.raises(Unreadable) as caught:
        read(tmp_path / names[kind], OFFICES)
    assert [one.code for one in caught.value.problems] in (
        ["no-such-file"],
        ["not-a-file"],
        ["unreadable-file"],
    )


def test_offices_cannot_take_a_reserved_name(tmp_path: Path) -> None:
    """No office is called clock, since `who: [clock]` means something else."""
    path = tmp_path / "offices.yaml"
    path.write_text("offices:\n  clock: {labels: {nl: klok, en: clock}}\n", encoding="utf-8")
    with pytest.raises(Unreadable) as caught:
        read_offices(path)
    assert [(p.code, p.line, p.column) for p in caught.value.problems] == [("reserved-name", 2, 3)]


def test_procedure_is_found_by_id_alias_file_and_path() -> None:
    """A procedure has its id, its aliases, its file name and its path to be called by."""
    there = FOLDER / "sound.yaml"
    for name in ("sound", "whole", "sound.yaml", str(there)):
        assert find(name, FOLDER) == there


def test_unknown_procedure_is_answered_with_what_there_is() -> None:
    """An unknown name is refused, naming the known ones and the nearest of them."""
    with pytest.raises(Unreadable) as caught:
        find("hole", FOLDER)
    [one] = caught.value.problems
    assert (one.code, one.suggestion) == ("unknown-procedure", "whole")
    assert "sound, whole" in one.text.en


def test_broken_neighbour_does_not_hide_a_procedure(tmp_path: Path) -> None:
    """A file that cannot be read keeps nobody from finding another."""
    (tmp_path / "broken.yaml").write_bytes(b"\xff\xfe[")
    (tmp_path / "sound.yaml").write_text(SOUND, encoding="utf-8")
    assert find("whole", tmp_path) == tmp_path / "sound.yaml"


def test_a_file_that_is_there_goes_before_what_is_called_like_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who copies a shipped procedure and edits it gets the copy, under the same file name."""
    monkeypatch.chdir(tmp_path)
    assert find("sound.yaml", FOLDER) == FOLDER / "sound.yaml"
    (tmp_path / "sound.yaml").write_text("", encoding="utf-8")
    assert find("sound.yaml", FOLDER) == Path("sound.yaml")
    assert find("sound", FOLDER) == FOLDER / "sound.yaml"


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.stem)
def test_published_procedures_are_sound(path: Path) -> None:
    """Every procedure that travels with the program is read and passes all checks."""
    found = declared(path, read_offices(STATES / "offices.yaml"))
    assert checks.check(found.procedure, found.positions) == ()


def test_example_in_the_documentation_is_sound() -> None:
    """The procedure in docs/declaring.md can be adopted as it stands there."""
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    offices = read_offices(STATES / "offices.yaml")
    found = parsed(example.encode(), "example.yaml", offices)
    assert checks.check(found.procedure, found.positions) == ()


def test_documentation_holds_the_reference() -> None:
    """The reference in docs/declaring.md is the one made from the program."""
    _, rest = PAGE.split("<!-- keys: begin -->")
    assert rest.split("<!-- keys: end -->")[0].strip() == schema.keys_table()


def test_reader_schema_and_documentation_know_the_same_keys() -> None:
    """For each mapping the reader, the schema and the documentation accept the same keys."""
    published = schema.schema()
    described = {"Procedure": published} | published["$defs"]
    in_schema = {name: frozenset(made["properties"]) for name, made in described.items()}
    keys = PAGE.split("<!-- keys: begin -->")[1].split("<!-- keys: end -->")[0]
    in_page = {
        section.split("\n")[0]: frozenset(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
        for section in keys.split("\n### ")[1:]
    }
    assert schema.key_sets() == in_schema == in_page


def test_committed_schema_is_the_generated_one() -> None:
    """states/procedure.schema.json is what the program makes now, and a valid schema."""
    committed = (STATES / "procedure.schema.json").read_text(encoding="utf-8")
    assert committed == schema.schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(committed))


def conforms(instance: object, definition: str = "") -> bool:
    """Whether the published schema accepts this, as a procedure or as one of its definitions."""
    made = schema.schema()
    if definition:
        made = {"$schema": schema.DIALECT, "$ref": definition, "$defs": made["$defs"]}
    return bool(jsonschema.Draft202012Validator(made).is_valid(instance))


def builtins(path: Path) -> Any:
    """The file as an ordinary YAML reader has it, but for dates, which are text here."""
    return dateless(yaml.safe_load(path.read_text(encoding="utf-8")))


def dateless(value: Any) -> Any:
    """The value with every date as the text it was read from."""
    if isinstance(value, dict):
        return {key: dateless(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [dateless(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("path", [*PROCEDURES, FOLDER / "sound.yaml"], ids=lambda path: path.stem)
def test_procedures_conform_to_the_schema(path: Path) -> None:
    """Each procedure is accepted by its published schema, judged by an independent validator."""
    assert conforms(builtins(path))


@pytest.mark.parametrize("path", [STATES / "offices.yaml", FOLDER / "offices.yaml"], ids=str)
def test_offices_conform_to_the_schema(path: Path) -> None:
    """Each file of offices is accepted by the published definition of one."""
    assert conforms(builtins(path), "#/$defs/Offices")


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything within a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from spots(one, (*path, key))


WHOLE = builtins(FOLDER / "sound.yaml")
SPOTS = list(spots(WHOLE))
ODD = st.sampled_from(
    [
        *(None, True, 7, "", " ", "counsellor", "code", "Odd Name", "$", "a\nb"),
        *([], ["a"], ["a", "a"], [1], {}, {"nl": "x", "en": "y"}),
        *({"guard": "packet"}, {"a": {"labels": {"nl": "x", "en": "y"}}}),
    ]
)


@given(spot=st.sampled_from(SPOTS), odd=ODD, how=st.sampled_from(["put", "add", "drop"]))
def test_reader_and_schema_agree(spot: tuple[Any, ...], odd: Any, how: str) -> None:
    """Whatever is changed in a procedure, the reader accepts it exactly when the schema does."""
    changed = json.loads(json.dumps(WHOLE))
    around = changed
    for key in spot[:-1]:
        around = around[key]
    if how == "drop":
        del around[spot[-1]]
    elif how == "put" or isinstance(around, list):
        around[spot[-1]] = odd
    else:
        around["odd"] = odd
    found = outcome(yaml.safe_dump(changed, sort_keys=False))
    accepted = isinstance(found, Declared) or {one.code for one in found} == {"unknown-office"}
    assert conforms(changed) == accepted


PIECES = st.sampled_from(
    [
        *(
            ": ",
            "- ",
            "\n",
            "\n  ",
            "\n    ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "?",
            "&a ",
            "*a",
            "!!x ",
            "<<",
        ),
        *("|\n", "%YAML 1.1\n", "---\n", "...\n", "'", '"', "#", "\t", "true", "~", "1", "guard"),
        *SOUND.split("\n"),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_file_is_read_or_refused(data: bytes | str) -> None:
    """Reading any bytes gives a procedure or problems that have a place, and no other error."""
    data = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    found = outcome(data)
    assert isinstance(found, Declared) or found
    assert isinstance(found, Declared) or all(one.line >= 1 and one.column >= 1 for one in found)


@given(cut=st.integers(0, len(SOUND)), piece=PIECES)
def test_any_damage_is_read_or_refused(cut: int, piece: str) -> None:
    """Whatever is put anywhere in a sound procedure, it is read and checked, or refused."""
    found = outcome(SOUND[:cut] + piece + SOUND[cut:])
    if isinstance(found, Declared):
        found = checks.check(found.procedure, found.positions)
    assert all(one.file == "some.yaml" for one in found)

"""Two versions held against each other: each change has its own line, its place, and its effect."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from cli import zaak
from tests.faulty_procedures.editing import shipped
from tests.unit.bureau import Bureau
from workflow.declaring.changes import Change
from workflow.declaring.comparing import compared
from workflow.declaring.reading import Declared, parsed, read_offices
from workflow.engine.procedure import Guard, Procedure, Step, Text
from workflow.verbs.options import Asked

FOLDER = Path(__file__).parent.parent / "faulty_procedures"
SOUND = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
OFFICES = read_offices(FOLDER / "offices.yaml")
NEWER = 'version: "2"'

Edits = tuple[tuple[str, str], ...]


def said(_: Procedure, guard: Guard, __: Step | None) -> Text:
    """A guard by its sort."""
    name = str(guard.__struct_config__.tag)
    return Text(name, name)


def declared(*edits: tuple[str, str], version: str = 'version: "1"') -> Declared:
    """The sound procedure with some words replaced where they first stand."""
    text = SOUND.replace('version: "1"', version)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parsed(text.encode(), "newer.yaml", OFFICES)


def changes(*edits: tuple[str, str]) -> tuple[Change, ...]:
    """What an edited version has otherwise."""
    newer = declared(*edits, version=NEWER)
    return compared(declared().procedure, newer.procedure, said, newer.positions)


SEEN = "    seen_by: [reporter, counsellor, auditor]\n"
WHO = "    who: [reporter, counsellor]\n    decision: {party: reporter}\n"
GRANT = "      - {kind: conversation, to: committee, purpose: ruling, lasts: P3M}\n"
SHARED = "      - {kind: conversation, to: committee, purpose: ruling}\n"
ADDED = "    added_by: [reporter, counsellor]\n"

WIDER: dict[str, tuple[Edits, str, str]] = {
    "somebody sees a track": (
        ((SEEN, SEEN.replace("auditor", "auditor, committee")),),
        "seen-by",
        "now sees ‘Report’",
    ),
    "somebody may add a kind": (
        ((ADDED, ADDED.replace("counsellor", "counsellor, committee")),),
        "added-by",
        "may now add ‘conversation’",
    ),
    "a kind is made for somebody": (
        ((ADDED, ADDED + "    made_for: [committee]\n"),),
        "made-for",
        "may receive ‘conversation’ without consent",
    ),
    "a kind is somebody's": (
        (("    of: []\n", "    of: [reporter]\n"),),
        "of",
        "may now read all of ‘warning’",
    ),
    "a step is somebody else's too": (
        ((WHO, WHO.replace("[reporter,", "[reporter, committee,")),),
        "who",
        "may now: ",
    ),
    "a step is nobody's decision": (
        ((DECIDING := "        decides: true\n", ""),),
        "decides",
        "others can go on",
    ),
    "somebody can be chosen to be told": (
        (("among: [police]", "among: [police, committee]"),),
        "among",
        "can now be chosen",
    ),
    "something is shared": (((SHARED, SHARED + SHARED.replace("committee", "counsellor")),),
                            "shares", "now goes to"),
    "something is allowed": (((GRANT, GRANT + GRANT.replace("committee", "counsellor")),),
                             "grants", "now allows"),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "code", "words"), WIDER.values(), ids=WIDER)
def test_a_widening_is_marked_and_comes_first(edits: Edits, code: str, words: str) -> None:
    """What lets somebody see, do or get more is among what widens, first and with its place."""
    found = changes(*edits)
    assert found[0].effect == "widens"
    (one,) = (each for each in found if each.effect == "widens" and each.code == code)
    assert words in one.text.en
    assert one.text.nl != one.text.en
    changed = declared(*edits, version=NEWER)
    assert (one.line, one.column) == changed.positions.of(one.path)
    assert one.line > 1


@pytest.mark.parametrize(("edits", "code", "words"), WIDER.values(), ids=WIDER)
def test_the_other_way_round_it_narrows(edits: Edits, code: str, words: str) -> None:
    """Taken back, the same change widens nothing of that sort, and narrows it."""
    assert words
    older, newer = declared(*edits), declared(version=NEWER)
    found = compared(older.procedure, newer.procedure, said, newer.positions)
    assert code not in {each.code for each in found if each.effect == "widens"}
    narrowed = {each.code for each in found if each.effect in ("narrows", "changes")}
    assert code in narrowed or f"state-{code}" in narrowed


NAMES = "        labels: {nl: Bij wie, en: With whom}\n"
SHARED_STATE = "        deadline: {working_days: 10, remind: [committee], cites: [B23]}\n"
STAFFED = SHARED_STATE + "        rests_on: [{guard: staffed, office: counsellor}]\n"
AFFIRMED = """\
    emits: [file]
    asks:
      sure:
        type: affirm
        labels: {nl: Zeker, en: Sure}
"""
OTHERWISE: dict[str, tuple[Edits, Edits, str, str]] = {
    "a text of another kind": (
        (),
        (("    note: {kind: conversation}\n", "    note: {kind: warning}\n"),),
        "step-note",
        "is ‘warning’ now and not ‘conversation’",
    ),
    "a text where there was none": (
        (("    note: {kind: conversation}\n", ""),),
        (),
        "step-note",
        "is ‘conversation’ from now on",
    ),
    "documents of another kind": (
        (("    note: {kind: conversation}\n", "    papers: conversation\n"),),
        (("    note: {kind: conversation}\n", "    papers: warning\n"),),
        "step-papers",
        "What comes with ‘Begin’ is ‘warning’ now",
    ),
    "anybody can be named": (
        (),
        ((NAMES + "        office: counsellor\n", NAMES),),
        "asks",
        "named at ‘Begin’ as ‘With whom’: anybody now; it was counsellor.",
    ),
    "others can be named": (
        (),
        ((NAMES + "        office: counsellor\n", NAMES + "        office: committee\n"),),
        "asks",
        "named at ‘Begin’ as ‘With whom’: committee now; it was counsellor.",
    ),
    "an answer is no longer sealed": (
        ((NAMES, NAMES + "        sealed: true\n"),),
        (),
        "asks",
        "answered to ‘With whom’ at ‘Begin’ stands open",
    ),
    "something need not be affirmed": (
        (("    emits: [file]\n", AFFIRMED),),
        (),
        "asks",
        "no longer asks: ‘Sure’",
    ),
    "somebody comes in": (
        (("    joins: reporter\n", ""),),
        (),
        "step-joins",
        "comes into the case as the member",
    ),
    "another comes in": (
        (),
        (("    joins: reporter\n", "    joins: reporter\n    joins_as: counsellor\n"),),
        "step-joins-as",
        "Whoever is named at ‘Begin’ as ‘With whom’ now comes into the case",
    ),
    "a state rests on less": (
        ((SHARED_STATE, STAFFED),),
        (),
        "state-rests-on",
        "‘Shared’ goes on without this too: staffed",
    ),
    "an emergency lasts longer": (
        (),
        (("within: PT24H", "within: PT48H"),),
        "state-deadline",
        "is 48 hours now; it was 24 hours",
    ),
    "an emergency is no longer closed": (
        (),
        (("    who: [counsellor]\n    emergency: close\n", "    who: [counsellor]\n"),),
        "step-emergency",
        "no longer ends an emergency",
    ),
    "a case can begin": (
        (),
        (("    who: [committee]\n", "    who: [committee]\n    opens: true\n"),),
        "step-opens",
        "A case can begin with ‘Give a ruling’",
    ),
    "a consent lasts longer": (
        (),
        (("lasts: P3M", "lasts: P2Y"),),
        "grants",
        "lasts 2 years now; it was 3 months",
    ),
    "a consent lasts until it is taken back": (
        (),
        ((", lasts: P3M", ""),),
        "grants",
        "lasts until it is taken back now; it was 3 months",
    ),
    "it is asked to whom something can be traced": (
        (),
        ((ADDED, ADDED + "    traceable: true\n"),),
        "traceable",
        "they read it from now on",
    ),
}  # fmt: skip
"""What the older version has, what the newer has, and what is said."""


def differing(older: Edits, newer: Edits) -> tuple[Change, ...]:
    """What one edited version has otherwise than another."""
    after = declared(*newer, version=NEWER)
    return compared(declared(*older).procedure, after.procedure, said, after.positions)


@pytest.mark.parametrize(("older", "newer", "code", "words"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_comes_of_a_step_or_a_state_can_widen(
    older: Edits, newer: Edits, code: str, words: str
) -> None:
    """What lets in others, or lasts longer for those who are in, widens, and is told once."""
    (one,) = differing(older, newer)
    assert (one.effect, one.code, one.unclear) == ("widens", code, False)
    assert words in one.text.en
    assert one.text.nl != one.text.en


BOTH_WAYS = {"a text of another kind", "documents of another kind", "others can be named",
             "another comes in", "it is asked to whom something can be traced"}  # fmt: skip
"""What widens, whichever of the two is the newer: it is others each time."""


@pytest.mark.parametrize("name", [name for name in OTHERWISE if name not in BOTH_WAYS])
def test_what_comes_of_it_narrows_the_other_way_round(name: str) -> None:
    """Taken back it narrows, and nothing else is said."""
    older, newer, code, _ = OTHERWISE[name]
    (one,) = differing(newer, older)
    assert (one.effect, one.code, one.unclear) == ("narrows", code, False)


UNCLEAR: dict[str, tuple[Edits, Edits, str, str]] = {
    "it leads elsewhere": (
        (),
        (("    to: shared\n", "    to: closed\n"),),
        "step-to",
        "‘Share’ leads to ‘Closed’ now; it was ‘Shared’",
    ),
    "something else follows from a step": (
        (), (("    emits: [file]\n", ""),), "step-emits", "What follows by itself",
    ),
    "something else follows in time": (
        (),
        (("then: expire", "then: stop"),),
        "state-deadline",
        "‘Danger has passed’ follows now; it was ‘Expired’",
    ),
    "something else follows where a ground falls away": (
        ((SHARED_STATE, STAFFED + "        otherwise: fall_silent\n"),),
        ((SHARED_STATE, STAFFED + "        otherwise: close\n"),),
        "state-otherwise",
        "‘Close’ follows now; it was ‘Silence’",
    ),
    "a recipient outside is called otherwise": (
        (), (("en: police}", "en: neighbours}"),), "called-otherwise", "‘neighbours’ now",
    ),
    "a purpose is called otherwise": (
        (), (("en: a ruling}", "en: a study}"),), "called-otherwise", "‘a study’ now",
    ),
    "a kind is called otherwise": (
        (), (("en: conversation}", "en: file}"),), "called-otherwise", "‘file’ now",
    ),
    "something else is affirmed": (
        (),
        (("en: There is no other way}", "en: It is the easiest way}"),),
        "asks",
        "‘It is the easiest way’ now",
    ),
    "it begins elsewhere": (
        (), (("    initial: none\n", "    initial: listening\n"),), "initial", "begins in",
    ),
    "the clock may": (
        (), (("    who: [committee]\n", "    who: [committee, clock]\n"),), "who", "The clock may",
    ),
    "something else is asked": (
        (), (("          light: {nl: licht, en: light}\n", ""),), "asks", "otherwise",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("older", "newer", "code", "words"), UNCLEAR.values(), ids=UNCLEAR)
def test_what_nobody_can_tell_is_said_to_be_unclear(
    older: Edits, newer: Edits, code: str, words: str
) -> None:
    """Where the declarations do not tell whether it widens, that is said, and what it was."""
    found = [one for one in differing(older, newer) if one.code == code]
    assert [(one.effect, one.unclear) for one in found] == [("changes", True)]
    assert words in found[0].text.en
    assert found[0].text.nl != found[0].text.en


def test_two_that_become_one_are_unclear() -> None:
    """A state that takes the place of two lets the one go on as the other could."""
    mapping = '\nreplaces:\n  - version: "1"\n    states: {report: {shared: deciding}}\n'
    text = SOUND.replace('version: "1"', NEWER) + mapping
    newer = parsed(text.encode(), "newer.yaml", OFFICES)
    found = compared(declared().procedure, newer.procedure, said, newer.positions)
    assert [one.unclear for one in found if one.code == "renamed"] == [True]


CLEAR: dict[str, tuple[Edits, str, str, str]] = {
    "the member has less time": (
        (("within: P6M", "within: P3M"),),
        "narrows",
        "De termijn van ‘Het lid beslist’ is voortaan 3 maanden; dat was 6 maanden.",
        "The deadline of ‘The member decides’ is 3 months now; it was 6 months.",
    ),
    "the member has more time": (
        (("within: P6M", "within: P7M"),),
        "changes",
        "De termijn van ‘Het lid beslist’ is voortaan 7 maanden; dat was 6 maanden.",
        "The deadline of ‘The member decides’ is 7 months now; it was 6 months.",
    ),
    "another is reminded": (
        (("remind: [committee]", "remind: [counsellor]"),),
        "changes",
        "herinnerd wordt: voortaan vertrouwenspersoon; dat was commissie.",
        "Who is reminded of the deadline of ‘Shared’: counsellor now; it was committee.",
    ),
    "it rests on other rules": (
        (("cites: [B19]}", "cites: [B18]}"),),
        "changes",
        "De termijn van ‘Levensgevaar’ rust op andere regels.",
        "The deadline of ‘Life in danger’ rests on other rules.",
    ),
    "a consent lasts shorter": (
        (("lasts: P3M", "lasts: P1M"),),
        "narrows",
        "geldt voortaan 1 maand; dat was 3 maanden.",
        "lasts 1 month now; it was 3 months.",
    ),
    "a step need not wait for who receives": (
        (("      - {kind: conversation, to: committee, purpose: ruling}\n",
          "      - {kind: conversation, to: committee, purpose: ruling, if_any: true}\n"),),
        "widens",
        "‘Delen’ kan voortaan ook als commissie er niet is om dit te krijgen: gesprek",
        "‘Share’ can be taken too where committee is not there to receive this: conversation",
    ),
    "less evidence is enough": (
        (("evidence: [code, written]", "evidence: [code, written, spoken]"),),
        "widens",
        "Voor ‘Delen’ is zwakker bewijs van de beslissing genoeg.",
        "Weaker evidence of the decision is enough for ‘Share’.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("newer", "effect", "nl", "en"), CLEAR.values(), ids=CLEAR)
def test_old_and_new_are_told_once(newer: Edits, effect: str, nl: str, en: str) -> None:
    """A change of a term, of evidence or of who is reminded is one line, with what it was."""
    (one,) = differing((), newer)
    assert (one.effect, one.unclear) == (effect, False)
    assert nl in one.text.nl
    assert en in one.text.en


def test_who_is_called_alike_is_told_by_name() -> None:
    """Of two offices with one label it is said which is meant; of others the label is enough."""
    offices = dict(OFFICES)
    offices["committee"] = msgspec.structs.replace(
        offices["committee"], labels=offices["auditor"].labels
    )
    text = SOUND.replace('version: "1"', NEWER).replace(
        SEEN, SEEN.replace("auditor", "auditor, committee"), 1
    )
    older = parsed(SOUND.encode(), "older.yaml", offices).procedure
    (one,) = compared(older, parsed(text.encode(), "newer.yaml", offices).procedure, said)
    assert one.text.en.endswith(" (committee) now sees ‘Report’.")
    assert "(committee) ziet voortaan" in one.text.nl


@pytest.mark.parametrize(
    ("was", "now"), [("of: [reporter]", "of: []"), ("of: []", "of: [reporter]")]
)
def test_whose_a_kind_is_says_two_things(was: str, now: str) -> None:
    """Whose a kind is may read it, and has to consent before it goes to anybody else."""
    more = now == "of: [reporter]"
    found = {one.code: (one.effect, one.text.en) for one in changes((was, now))}
    assert found.keys() == {"of", "consenting"}
    assert found["of"][0] == ("widens" if more else "narrows")
    assert found["consenting"][0] == ("narrows" if more else "widens")
    assert "goes to anybody else" in found["consenting"][1]


@pytest.mark.parametrize(
    ("procedure", "kind", "also"),
    [("dispute", "request", "respondent"), ("conduct", "identity", "other")],
)
def test_one_more_whose_a_shipped_kind_is_widens(procedure: str, kind: str, also: str) -> None:
    """Of the shipped procedures too: whoever newly is among `of` may read all of that kind."""
    older = shipped(procedure).procedure
    more = msgspec.structs.replace(older.kinds[kind], of=(*older.kinds[kind].of, also))
    newer = msgspec.structs.replace(older, kinds=older.kinds | {kind: more})
    found = [one for one in compared(older, newer, said) if one.effect == "widens"]
    assert [(one.code, one.path) for one in found] == [("of", f"kinds.{kind}.of")]
    assert "mag" in found[0].text.nl
    assert "may now read" in found[0].text.en


@pytest.mark.parametrize(
    ("was", "now", "effects"),
    [
        (8, 6, ["widens"]),
        (8, None, ["widens"]),
        (6, 8, ["narrows"]),
        (None, 8, ["narrows"]),
        (None, 5, []),
    ],
)
def test_a_lower_threshold_widens(was: int | None, now: int | None, effects: list[str]) -> None:
    """Asking for less protection of small counts widens, asking for more narrows; none is five."""
    found = compared(asking(was), asking(now), said)
    assert [(one.effect, one.code) for one in found] == [(each, "threshold") for each in effects]
    assert all(str(now or 5) in one.text.en and str(was or 5) in one.text.nl for one in found)


def asking(threshold: int | None) -> Procedure:
    """The sound procedure with this threshold for the yearly account."""
    line = f"version: '2'\nthreshold: {threshold}" if threshold else NEWER
    return declared(version=line).procedure


def test_without_change_nothing_is_said() -> None:
    """A version that differs in nothing but its number has no line."""
    assert changes() == ()


def test_a_guard_that_is_gone_widens() -> None:
    """Where a condition falls away, more people can do more; where one comes, fewer can."""
    guard = "      - {guard: own_branch}\n"
    more = changes((f"    guards:\n{guard}", ""))
    assert [(one.effect, one.code) for one in more] == [("widens", "guard")]


def test_another_label_is_told_in_the_language_it_is_in() -> None:
    """A label that differs in one language is told as old and new in just that language."""
    (before,) = re.findall(r"      deciding:\n        labels: .*\n", SOUND)
    (english,) = re.findall(r"en: (.+)}", before)
    (one,) = changes((before, before.replace(english, "Pondering")))
    assert (one.effect, one.code) == ("changes", "state-labels")
    assert one.text == Text(
        f"‘{english}’ heet nu ‘Pondering’ (Engels).",
        f"‘{english}’ is called ‘Pondering’ now (English).",
    )


def test_two_texts_of_one_version_are_told(tmp_path: Path, files: dict[str, str]) -> None:
    """That the version has to be another is said where the texts differ, and only then."""
    same = tmp_path / "same.yaml"
    text = Path(files["other"]).read_text(encoding="utf-8")
    same.write_text(text.replace('version: "2"', 'version: "1"', 1), encoding="utf-8")
    exit_code, out = diff(tmp_path, files["older"], str(same), "--json")
    (told, *_) = json.loads(out)["changes"]
    assert (exit_code, told["code"], told["path"]) == (0, "same-version", "version")
    assert told["line"] > 0
    for newer in ("other", "older"):
        assert "same-version" not in diff(tmp_path, files["older"], files[newer], "--json")[1]


def test_what_is_replaced_is_no_removal() -> None:
    """A state that is called otherwise, as foreseen, is told once, and all that names it is not."""
    renamed = ("      shared:\n", "      handed:\n")
    mapping = '\nreplaces:\n  - version: "1"\n    states: {report: {shared: handed}}\n'
    text = SOUND.replace('version: "1"', NEWER).replace(*renamed)
    text = text.replace("to: shared", "to: handed").replace("shared]", "handed]") + mapping
    newer = parsed(text.encode(), "newer.yaml", OFFICES)
    found = compared(declared().procedure, newer.procedure, said, newer.positions)
    assert [(one.effect, one.code) for one in found] == [("changes", "renamed")]
    unforeseen = parsed(text.removesuffix(mapping).encode(), "newer.yaml", OFFICES)
    codes = {one.code for one in compared(declared().procedure, unforeseen.procedure, said, None)}
    assert {"state-added", "state-removed"} <= codes


def test_what_never_was_is_not_replaced() -> None:
    """A name that the older version never had is said to take the place of nothing."""
    mapping = '\nreplaces:\n  - version: "1"\n    kinds: {letter: conversation}\n'
    text = SOUND.replace('version: "1"', NEWER) + mapping
    newer = parsed(text.encode(), "newer.yaml", OFFICES)
    found = compared(declared().procedure, newer.procedure, said, newer.positions)
    assert [one.code for one in found] == ["replaces-nothing"]


# --- the command ---------------------------------------------------------------------------------


def diff(folder: Path, *words: str, lang: str = "en") -> tuple[int, str]:
    """What `zaak procedure diff` answers where there is no store."""
    environment = {
        "ZAAK_STORE": str(folder / "nowhere.db"),
        "XDG_DATA_HOME": str(folder),
        "ZAAK_LANG": lang,
    }
    went = CliRunner().invoke(zaak, ["procedure", "diff", *words], obj=Asked(environment))
    return went.exit_code, went.output


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """The sound procedure, a version that widens and one that does not, as files."""
    (tmp_path / "offices.yaml").write_bytes((FOLDER / "offices.yaml").read_bytes())
    texts = {
        "older": SOUND,
        "wider": SOUND.replace('"1"', '"2"', 1).replace(
            SEEN, SEEN.replace("auditor", "auditor, committee"), 1
        ),
        "other": SOUND.replace('"1"', '"2"', 1).replace("within: P6M", "within: P7M", 1),
        "unclear": SOUND.replace('"1"', '"2"', 1).replace(
            "        values:\n", "        values:\n          no: {nl: niet, en: not at all}\n", 1
        ),
        "broken": SOUND.replace("to: deciding", "to: nowhere", 1),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return {name: str(tmp_path / f"{name}.yaml") for name in texts}


def test_the_exit_code_says_whether_anything_widens(tmp_path: Path, files: dict[str, str]) -> None:
    """Exit code 1 where somebody gains, 0 where nobody does, and where a version is unsound."""
    assert diff(tmp_path, files["older"], files["wider"])[0] == 1
    assert diff(tmp_path, files["wider"], files["older"])[0] == 0
    assert diff(tmp_path, files["older"], files["other"])[0] == 0
    assert diff(tmp_path, files["older"], files["broken"])[0] == 1
    assert diff(tmp_path, files["older"], "nothing")[0] == 2
    assert diff(tmp_path, files["older"], "dispute")[0] == 2


def test_that_nobody_gains_is_said_only_where_that_is_known(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """Where it is not clear what something does, that is said instead, and the exit code stays."""
    nobody, unclear = "Nobody sees, does or receives more", "cannot be told from the procedures"
    for newer, sentences, mark in (
        ("other", (True, False), "\n  - "),
        ("unclear", (False, True), "\n  ? "),
        ("wider", (False, False), "\n  ! "),
    ):
        exit_code, out = diff(tmp_path, files["older"], files[newer])
        assert (nobody in out, unclear in out) == sentences
        assert mark in out
        assert exit_code == (1 if newer == "wider" else 0)
    _, dutch = diff(tmp_path, files["older"], files["unclear"], lang="nl")
    assert "valt uit de procedures niet op te maken" in dutch
    _, out = diff(tmp_path, files["older"], files["unclear"], "--json")
    assert [one["unclear"] for one in json.loads(out)["changes"]] == [True]


def test_it_is_said_in_both_languages_with_its_place(tmp_path: Path, files: dict[str, str]) -> None:
    """What widens stands first, marked, at the line and column of the newer file."""
    _, dutch = diff(tmp_path, files["older"], files["wider"], lang="nl")
    _, english = diff(tmp_path, files["older"], files["wider"])
    place = f"! {files['wider']}:"
    assert place in dutch
    assert place in english
    assert "VERRUIMT" in dutch
    assert "WIDENS" in english
    assert "niet bekeken" in dutch


def test_as_json(tmp_path: Path, files: dict[str, str]) -> None:
    """The document names both versions, the three sorts of change and the cases."""
    _, out = diff(tmp_path, files["older"], files["wider"], "--json")
    document: dict[str, Any] = json.loads(out)
    assert {"from", "to", "widens", "narrows", "changes", "cases"} <= document.keys()
    assert document["cases"] == document["narrows"] == []
    (one,) = document["widens"]
    assert one["path"].startswith("tracks.report.seen_by")
    assert (one["file"], one["line"] > 1, one["column"] > 1) == (files["wider"], True, True)


def test_where_no_cases_were_looked_at_that_is_said(tmp_path: Path, files: dict[str, str]) -> None:
    """Without a store or a key it is not said that there are no cases, but how to see them."""
    versions = files["older"], files["other"]
    _, english = diff(tmp_path, *versions)
    _, dutch = diff(tmp_path, *versions, lang="nl")
    assert "not looked at: that takes the store, and a key that it knows" in english
    assert "niet bekeken: daarvoor is de administratie nodig, en een sleutel" in dutch
    for out in (english, dutch):
        assert "--store" in out
        assert "--key" in out
        assert "  none" not in out
        assert "  geen" not in out
    exit_code, out = diff(tmp_path, *versions, "--json")
    document = json.loads(out)
    assert (exit_code, document["cases"], document["cases_looked_at"]) == (0, [], False)


@pytest.mark.parametrize("option", ["--store", "--key"])
def test_what_was_named_and_is_not_there_is_an_error(
    tmp_path: Path, files: dict[str, str], option: str
) -> None:
    """A store or a key that is named on the command line is used, or it is said why not."""
    lacking = str(tmp_path / "not there")
    exit_code, out = diff(tmp_path, files["older"], files["other"], option, lacking)
    assert exit_code == 5
    assert "VERRUIMT" not in out
    assert "Nobody sees" not in out


@pytest.fixture(scope="module")
def association(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, str, str]:
    """An association with an open case and a closed one, of which the numbers."""
    noord = Bureau(tmp_path_factory.mktemp("association"))
    noord.found("noord", {"noor": ("counsellor --branch noord",)})
    cases = []
    for _ in range(2):
        words = ("--set", "counsellor=noor", "--set", "ground=treated_badly", "--note", "-")
        went = noord.done(
            "noor", "open", "conduct", "--branch", "noord", *words, "--json", stdin="Iets."
        )
        cases.append((went.document["case"], went.document["code"]))
    noord.done(
        "noor", "advance", cases[0][0], "start_listening", "--set", "exception_explained=yes"
    )
    closed, code = cases[1]
    noord.done(None, "advance", closed, "close", code=code)
    return noord, cases[0][0], closed


def edited(folder: Path, *edits: tuple[str, str]) -> str:
    """The shipped conduct procedure with some words replaced, as a file."""
    text = (Path("states") / "conduct.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_closed_case_is_no_open_one(association: tuple[Bureau, str, str], tmp_path: Path) -> None:
    """Of what has come to an end and otherwise rests nothing is asked any more."""
    noord, still_open, closed = association
    newer = edited(tmp_path, ('version: "1"', 'version: "2"'))
    document = noord("noor", "procedure", "diff", "conduct", newer, "--json").document
    assert document["cases_looked_at"] is True
    assert [one["case"] for one in document["cases"]] == [still_open]
    out = noord("noor", "procedure", "diff", "conduct", newer).out
    assert closed not in out
    assert "There may be others" in out


def test_a_case_goes_over_to_what_its_branch_follows(
    association: tuple[Bureau, str, str], tmp_path: Path
) -> None:
    """A version has to be followed before a case goes over, and where it is not that is said."""
    noord, still_open, _ = association
    newer = edited(tmp_path, ('version: "1"', 'version: "2"'))
    out = noord("noor", "procedure", "diff", "conduct", newer).out
    until = "as soon as noord follows this version; now it follows version 1"
    assert f"{still_open}: goes over as it is, {until}" in out
    told = noord("noor", "procedure", "diff", "conduct", newer, "--json").document
    assert [one["followed"] for one in told["cases"]] == [False]
    dutch = noord("noor", "procedure", "diff", "conduct", newer, ZAAK_LANG="nl").out
    assert "zodra noord deze versie volgt; nu volgt zij versie 1" in dutch
    own = noord("noor", "procedure", "diff", "conduct", "conduct", "--json").document
    assert [one["followed"] for one in own["cases"]] == [True]


PROMISE = (
    "\ninvariants:\n  kept:\n    labels: {nl: Zo is het, en: So it is}\n    cites: [own]\n"
    "    never: [{guard: track_in, track: report, states: [closed]}]\n"
)


def promising(*edits: tuple[str, str], version: str = 'version: "1"') -> Declared:
    """The sound procedure with a promise, of which some words are replaced."""
    text = SOUND.replace('version: "1"', version) + PROMISE
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parsed(text.encode(), "newer.yaml", OFFICES)


@pytest.mark.parametrize(
    ("older", "newer", "told"),
    [
        (
            promising(),
            declared(version=NEWER),
            ("narrows", "promise-dropped", "invariants", "no longer promised of every case: ‘So"),
        ),
        (
            declared(),
            promising(version=NEWER),
            ("changes", "promise-added", "invariants.kept", "now promised of every case: ‘So it"),
        ),
        (
            promising(),
            promising(("states: [closed]}]", "states: [shared]}]"), version=NEWER),
            ("narrows", "promise-otherwise", "invariants.kept", "not as it was: ‘So it is’"),
        ),
        (
            promising(),
            promising(("en: So it is", "en: So be it"), version=NEWER),
            ("changes", "called-otherwise", "invariants.kept.labels", "is called ‘So be it’ now"),
        ),
        (
            promising(),
            promising(("cites: [own]\n    never", "cites: [B4]\n    never"), version=NEWER),
            ("changes", "cites", "invariants.kept.cites", "rests on is not as it was"),
        ),
    ],
    ids=["dropped", "added", "changed", "renamed", "cited otherwise"],
)
def test_what_becomes_of_a_promise_is_said(
    older: Declared, newer: Declared, told: tuple[str, str, str, str]
) -> None:
    """A promise that is dropped or says otherwise narrows, and is told in both languages."""
    (one,) = compared(older.procedure, newer.procedure, said, newer.positions)
    effect, code, path, words = told
    assert (one.effect, one.code, one.path) == (effect, code, path)
    assert words in one.text.en
    assert one.text.nl != one.text.en


def test_a_promise_follows_what_is_called_otherwise() -> None:
    """Where a state of a promise is renamed, and said so, the promise is the one it was."""
    text = SOUND.replace('version: "1"', NEWER) + PROMISE
    renamed = text.replace("shared", "handed").replace("      handed:\n", "      handed:\n")
    mapping = '\nreplaces:\n  - version: "1"\n    states: {report: {shared: handed}}\n'
    older = promising(("states: [closed]}]", "states: [shared]}]"))
    renamed = renamed.replace("states: [closed]}]", "states: [handed]}]") + mapping
    newer = parsed(renamed.encode(), "newer.yaml", OFFICES)
    found = compared(older.procedure, newer.procedure, said, newer.positions)
    assert [one.code for one in found if one.path.startswith("invariants")] == []

"""The small procedure of docs/declaring.md, which declares no more than it has to, in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau, Went

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "declaring.md").read_text(encoding="utf-8")
QUESTION = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
SIGNED = {"nl": "ondertekende verklaring", "en": "signed statement"}


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """A bureau in which the procedure is tried."""
    return tried(tmp_path, QUESTION)


def tried(tmp_path: Path, procedure: str) -> Bureau:
    """A bureau that tries a procedure; anouk is a counsellor, carlijn an auditor."""
    (tmp_path / "question.yaml").write_text(procedure, encoding="utf-8")
    made = Bureau(tmp_path)
    made.done(None, "procedure", "try", str(tmp_path / "question.yaml"), str(tmp_path / "trial"))
    made.folder, made.store = tmp_path / "trial" / "keys", tmp_path / "trial" / "zaken.db"
    (tmp_path / "words.txt").write_text("Wat zijn hier de regels?", encoding="utf-8")
    return made


def begin(bureau: Bureau, *more: str) -> Went:
    """A question that anouk writes down for a member."""
    words = ("--branch", "noord/waterstad", "--set", "counsellor=anouk", "--note", "-", "--yes")
    return bureau("anouk", "open", "question", *words, "--json", *more, stdin="Een vraag.")


def answered(bureau: Bureau) -> str:
    """The number of a case in which the question was answered."""
    case = str(begin(bureau).document["case"])
    bureau.done("anouk", "advance", case, "answer")
    return case


def statement(bureau: Bureau) -> str:
    """Where a scan is."""
    return str(bureau.folder.parent.parent / "words.txt")


def finished(bureau: Bureau) -> tuple[str, Went]:
    """A case that the asker let rest in writing, and what was said then, in Dutch."""
    case = answered(bureau)
    decided = ("--decided-by", "asker", "--evidence", "written", "--statement", statement(bureau))
    went = bureau("anouk", "advance", case, "finish", *decided, ZAAK_LANG="nl")
    assert went.exit == 0, went
    return case, went


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("words", [("history",), ("history", "--format", "md"), ("show",)])
def test_a_scan_is_called_a_signed_statement_where_no_kind_is_declared_for_it(
    bureau: Bureau, lang: str, words: tuple[str, ...]
) -> None:
    """A history and a case name the scan of a written decision in words of both languages."""
    assert "  statement:" not in QUESTION
    case, _ = finished(bureau)
    verb, *more = words
    went = bureau("anouk", verb, case, *more, ZAAK_LANG=lang)
    assert went.exit == 0, went
    assert SIGNED[lang] in went.out


def test_a_step_that_adds_a_scan_says_so_in_the_language_spoken(bureau: Bureau) -> None:
    """What a step added is said in Dutch, also where the procedure has no word for it."""
    _, went = finished(bureau)
    assert f"Toegevoegd: {SIGNED['nl']}" in went.out


@pytest.mark.parametrize("shape", ["html", "json", "pdf"])
def test_no_shape_of_a_history_fails_on_a_scan(bureau: Bureau, shape: str) -> None:
    """A history is made in every shape of a case with a scan that no declared kind fits."""
    case, _ = finished(bureau)
    assert bureau("anouk", "history", case, "--format", shape).exit == 0


def test_a_site_is_made_of_a_case_with_a_scan(bureau: Bureau, tmp_path: Path) -> None:
    """The site of an auditor is made where a case holds a scan that no declared kind fits."""
    finished(bureau)
    bureau.done("carlijn", "audit", "site", str(tmp_path / "site"))


@pytest.mark.parametrize(
    "said",
    [
        ("--evidence", "written", "--statement", "SCAN"),
        ("--decided-by", "asker", "--evidence", "spoken"),
        ("--decided-by", "asker"),
    ],
)
def test_evidence_of_nobodys_decision_is_refused(bureau: Bureau, said: tuple[str, ...]) -> None:
    """Where nobody decides, evidence is not thrown away: nothing happens, also at an opening."""
    words = [statement(bureau) if word == "SCAN" else word for word in said]
    case = str(begin(bureau).document["case"])
    before = bureau.events()
    for went in (bureau("anouk", "advance", case, "answer", *words), begin(bureau, *words)):
        assert went.exit == 2, went
        assert "--statement" in went.out + went.err
    assert bureau.events() == before


@pytest.mark.parametrize("added_by", ["", "    added_by: [counsellor]\n"])
def test_a_scan_of_nobodys_decision_can_be_kept_where_a_kind_will_hold_it(
    tmp_path: Path, added_by: str
) -> None:
    """The advice to add the scan is given where the caller may add any kind of item."""
    bureau = tried(tmp_path, QUESTION.replace("    of: [asker]\n", f"    of: [asker]\n{added_by}"))
    case = str(begin(bureau).document["case"])
    scan = ("--evidence", "written", "--statement", statement(bureau))
    told = bureau("anouk", "advance", case, "answer", *scan).err
    assert ("FILE --kind KIND (KIND is question)" in told) == bool(added_by)


def test_nobody_opens_a_case_with_a_code_that_does_not_exist_yet(bureau: Bureau) -> None:
    """With a key of their own nobody signs as the member; it says how the member does."""
    before = bureau.events()
    went = begin(bureau, "--evidence", "code")
    assert went.exit == 2, went
    assert "--as asker" in went.document["error"]["reasons"][0]["way_out"]
    assert bureau.events() == before
    assert begin(bureau, "--as", "asker", "--evidence", "code").exit == 0


def test_who_acts_with_their_code_may_say_so(bureau: Bureau) -> None:
    """A member's own code is evidence of what they do, and does no harm where none is asked."""
    opened = begin(bureau).document
    bureau.done("anouk", "advance", opened["case"], "answer")
    words = ("advance", opened["case"], "finish", "--evidence", "code")
    bureau.done(None, *words, code=opened["code"])


@pytest.mark.parametrize(
    ("lang", "beginning"), [("nl", "Zo komt het erin"), ("en", "This adds it")]
)
def test_what_comes_with_a_step_is_added_by_that_step(
    bureau: Bureau, lang: str, beginning: str
) -> None:
    """Whoever adds by itself what only a step brings is told which step brings it."""
    case = str(begin(bureau).document["case"])
    words = ("add", case, statement(bureau), "--kind", "question")
    went = bureau("anouk", *words, ZAAK_LANG=lang)
    assert went.exit == 1, went
    assert f"{beginning}: zaak open question --step ask --note" in went.err


@pytest.mark.parametrize(("who", "offered"), [("anouk", True), ("bastiaan", False)])
def test_only_a_counsellor_is_offered_to_record_what_was_said(
    tmp_path: Path, who: str, offered: bool
) -> None:
    """The evidence that a step asks is told as far as whoever reads it can give it."""
    wider = QUESTION.replace("counsellor, auditor]", "counsellor, regional_chair, auditor]")
    finish = "    from: [asked, deciding]\n    to: done\n    who: [asker, counsellor"
    assert finish in wider
    bureau = tried(tmp_path, wider.replace(finish, f"{finish}, regional_chair"))
    case = answered(bureau)
    for words in (("next", case), ("why", case, "finish")):
        told = bureau.done(who, *words).out
        assert "written" in told
        assert ("spoken" in told or "HOW" in told) == offered

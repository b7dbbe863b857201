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
    """A bureau in which the procedure is tried; anouk is a counsellor, carlijn an auditor."""
    (tmp_path / "question.yaml").write_text(QUESTION, encoding="utf-8")
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

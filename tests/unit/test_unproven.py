"""Why a proof does not hold, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

from workflow.verbs.problems import UNPROVEN, unproven

CODE = Path(__file__).resolve().parents[2] / "workflow"


def _raised(name: str) -> set[str]:
    """With which texts the code makes an exception of that name."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in CODE.rglob("*.py"))
    calls = (each for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name)
    return {str(ast.literal_eval(call.args[0])) for call in named}


def test_every_reason_is_said_in_dutch() -> None:
    """Each reason for which a proof fails has its own words in Dutch, and no others are kept."""
    proofs, notes = _raised("BadProof"), _raised("BadNote")
    assert proofs
    assert proofs <= set(UNPROVEN) <= proofs | notes
    for said in UNPROVEN:
        nl, en = (unproven(ValueError(said))[lang] for lang in ("nl", "en"))
        assert (en, nl) == (said, UNPROVEN[said])
        assert nl != en

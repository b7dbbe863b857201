"""Other people's proofs for the tree of RFC 6962 get the answer that those people give."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from workflow.transparency.tree import BadProof, verify_consistency, verify_inclusion

FILE = Path(__file__).resolve().parents[1] / "vectors/merkle.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["vectors"]


def _holds(vector: dict[str, Any]) -> bool:
    proof = [base64.b64decode(node) for node in vector["proof"] or ()]
    raw = {
        name: base64.b64decode(vector[name])
        for name in ("root", "leafHash", "root1", "root2")
        if name in vector
    }
    try:
        if "leafIdx" in vector:
            place = vector["leafIdx"], vector["treeSize"]
            verify_inclusion(raw["leafHash"], *place, proof, raw["root"])
        else:
            sizes = vector["size1"], vector["size2"]
            verify_consistency(*sizes, proof, raw["root1"], raw["root2"])
    except BadProof:
        return False
    return True


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["file"])
def test_vector(vector: dict[str, Any]) -> None:
    """A proof holds where its author says so, and is refused where they say that it must be."""
    assert _holds(vector) is not vector["wantErr"]


def test_all_are_there() -> None:
    """There are 57 vectors, and 52 of them are forged."""
    assert (len(VECTORS), sum(vector["wantErr"] for vector in VECTORS)) == (57, 52)

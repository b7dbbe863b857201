"""Files that commands write with `-o`: over another one only where that was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bureau import Bureau


class Opened(Bureau):
    """An association in which one case was opened, by noor; otto audits it, wies keeps its log."""

    case: str


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """A store with one case in it, and a checkpoint over that."""
    found = Opened(tmp_path_factory.mktemp("opened"))
    found.found(
        "noord",
        {
            "noor": ("counsellor --branch noord",),
            "otto": ("auditor --branch noord",),
            "wies": ("log_keeper --branch noord",),
        },
    )
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    went = found.done("noor", *words, "--note", "-", "--json", stdin="Zij belt.")
    found.case = went.document["case"]
    found.done("wies", "audit", "checkpoint", "-o", str(found.folder / "held"))
    return found


@pytest.mark.parametrize("form", ["jsonl", "xes"])
def test_an_export_goes_over_no_other_file(opened: Opened, tmp_path: Path, form: str) -> None:
    """An export leaves a file that is there alone, records no look then, and obeys --force."""
    path = tmp_path / "notes"
    path.write_text("mine", encoding="utf-8")
    words = ("audit", "export", opened.case, "--format", form, "-o", str(path), "--json")
    before = opened.events()
    went = opened("otto", *words)
    assert (went.exit, went.document["error"]["code"]) == (2, "file-exists")
    assert (path.read_text(encoding="utf-8"), opened.events()) == ("mine", before)
    opened.done("otto", *words, "--force")
    assert opened.case in path.read_text(encoding="utf-8")

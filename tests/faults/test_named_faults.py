"""The list of named faults fits the code, so that `make mutants` means what it says."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import yaml

from tests.faults.named_faults import FAULTS, Fault
from tests.faults.seeded_leaks import LEAKS

ROOT = Path(__file__).resolve().parents[2]
ALL = (*FAULTS, *LEAKS)


@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_fault_can_be_planted(fault: Fault) -> None:
    """The text to break stands once in its file, and what it becomes is still a program."""
    sound = (ROOT / fault.file).read_text(encoding="utf-8")
    assert sound.count(fault.old) == 1
    broken = sound.replace(fault.old, fault.new)
    assert broken != sound
    if fault.file.endswith(".py"):
        ast.parse(broken)
    else:
        yaml.safe_load(broken)


def test_names_tell_faults_apart() -> None:
    """No two faults share a name, and each names tests that exist."""
    assert len({fault.name for fault in ALL}) == len(ALL)
    named = {test.split("::")[0] for fault in ALL for test in fault.tests}
    assert {name for name in named if not (ROOT / name).is_file()} == set()

"""Ctrl-C waits until what is being loaded is loaded whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

LOADED = """
import os, signal
os.kill(os.getpid(), signal.SIGINT)
for _ in range(100_000):
    pass
whole = True
"""

LOADING = """
import sys, time
from workflow.verbs.interrupting import hold_back
hold_back()
try:
    import loaded
    time.sleep(30)
except KeyboardInterrupt:
    print(getattr(sys.modules.get("loaded"), "whole", False))
"""


def test_what_is_being_loaded_is_loaded_whole(tmp_path: Path) -> None:
    """An interruption that comes while a module is imported is raised right after that."""
    (tmp_path / "loaded.py").write_text(LOADED, encoding="utf-8")
    went = subprocess.run(
        [sys.executable, "-c", LOADING],
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )
    assert went.stdout == "True\n"

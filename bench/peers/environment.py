"""The environment of the peers: apart from the program's own, and made when first needed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from bench.measure import Unmeasurable, say

BENCH = Path(__file__).resolve().parent.parent
HOME = BENCH / ".peers"
REQUIREMENTS = BENCH / "requirements.txt"
PYTHON = HOME / "bin" / "python"


def made() -> Path:
    """The Python of the peers, in an environment that holds what REQUIREMENTS says.

    Raises Unmeasurable when it cannot be made.
    """
    asked = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = HOME / "made-from"
    if not mark.is_file() or mark.read_text() != asked:
        say("peers: installing them into bench/.peers")
        _run(sys.executable, "-m", "venv", "--clear", str(HOME))
        (HOME / ".gitignore").write_text("*\n")
        _run(
            *(str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "--only-binary", ":all:"),
            *("-r", str(REQUIREMENTS)),
        )
        mark.write_text(asked)
    return PYTHON


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise Unmeasurable("the peers cannot be installed: " + "".join(last))

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HEAVY = {
    "alembic",
    "cryptography",
    "jinja2",
    "msgspec",
    "pyrage",
    "rich",
    "sqlalchemy",
    "transitions",
    "typst",
    "yaml",
}
# What taking a step has no use for.
SUPERFLUOUS = {"alembic", "graphviz", "jinja2", "psycopg", "rich", "typst", "yaml"}

# Runs the command and says, on the last line of standard error, which modules that took.
PROBE = """
import sys
from workflow.__main__ import main
try:
    main()
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def _modules(*arguments: str, **environment: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--lang", "nl", "--help"), ("--version",), ("advnce",), ()],
    ids=["help", "hulp", "version", "mistake", "nothing"],
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """The list of verbs, and a mistyped verb, load click and no other library."""
    loaded = _modules(*arguments)
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_help_loads_no_verb() -> None:
    """The list of verbs loads what verbs are made of, and no module of a verb."""
    verbs = {name for name in _modules("--help") if name.startswith("workflow.verbs.")}
    made_of = ("base", "interrupting", "languages", "options", "running")
    assert verbs == {f"workflow.verbs.{name}" for name in made_of}


@pytest.mark.parametrize("verb", ["advance", "show", "next", "add", "tick"])
def test_help_of_a_verb_opens_no_store(verb: str) -> None:
    """The help of a verb that works on cases loads neither database nor cryptography."""
    assert _modules(verb, "--help") & {"sqlalchemy", "cryptography", "pyrage"} == set()


def test_advance_loads_what_it_needs(tmp_path: Path) -> None:
    """Taking a step loads no migrations, no templates, no declarations and no drawing."""
    store, key = str(tmp_path / "zaken.db"), str(tmp_path / "key")
    founded = {"ZAAK_STORE": store, "ZAAK_KEY": key}
    _modules("init", "--person", "saar", "--branch", "noord", "--no-passphrase", **founded)
    loaded = _modules("advance", "z-0000-0000-00", "weigh", **founded)
    assert {"sqlalchemy", "msgspec", "transitions", "cryptography"} <= loaded
    assert loaded & SUPERFLUOUS == set()

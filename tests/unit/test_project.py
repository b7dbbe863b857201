"""The project as a whole: what stands at its top, what its lock pins, what its wheel carries."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]

TOP = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "bench",
    "cli.py",
    "docs",
    "pyproject.toml",
    "requirements.lock",
    "states",
    "templates",
    "tests",
    "workflow",
}

# Prints which packages a Python imports from where, one to a line.
WHENCE = """
from importlib.util import find_spec
for name in ("workflow", "workflow.cli", "cli", "states", "templates", "tests"):
    spec = find_spec(name)
    print(name, spec.origin if spec else "nowhere")
"""


def _run(*command: str | Path, cwd: Path) -> str:
    # Without this a checkout on the path of the tests would answer for the wheel.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def _tracked(*under: str) -> set[Path]:
    # A clone often belongs to somebody else than who tests it; git asks to be told so.
    listed = _run("git", "-c", "safe.directory=*", "ls-files", "-z", "--", *under, cwd=ROOT)
    return {Path(name) for name in listed.split("\0") if name}


def _locked() -> dict[str, tuple[str, list[str]]]:
    # The version and the hashes of every package in the lock, by its canonical name.
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE)[1:]
    heads = [re.match(r"(\S+)==(\S+) ", entry) for entry in entries]
    assert all(heads), "an entry of the lock is not `name==version`"
    return {
        canonicalize_name(head[1]): (head[2], re.findall(r"--hash=(\S+)", entry))
        for head, entry in zip(heads, entries, strict=True)
        if head
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of a wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.iterdir()
    return built


def test_nothing_else_stands_at_the_top() -> None:
    """The top of the repository holds the seventeen names it is meant to hold, and no other."""
    assert {path.parts[0] for path in _tracked()} == TOP


def test_ci_is_one_program() -> None:
    """The folder .ci holds one file, `run`, which may be executed."""
    assert _tracked(".ci") == {Path(".ci/run")}
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_lock_names_no_place() -> None:
    """The lock holds no address and no folder, so it serves behind any mirror of the registry."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"/|http|--(?:extra-)?index|--find-links|--trusted", text) == []


def test_lock_has_hashes_for_every_package() -> None:
    """Each package in the lock comes with at least one sha256, and with no weaker hash."""
    unsafe = {
        name
        for name, (_, hashes) in _locked().items()
        if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)
    }
    assert unsafe == set()


def test_lock_serves_every_declared_dependency() -> None:
    """Whatever pyproject.toml asks for is in the lock, at a version that pyproject.toml allows."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    wanted = [
        Requirement(text)
        for texts in (
            declared["build-system"]["requires"],
            project["dependencies"],
            *project["optional-dependencies"].values(),
        )
        for text in texts
    ]
    locked = _locked()
    unserved = [
        str(requirement)
        for requirement in wanted
        if (entry := locked.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(entry[0])
    ]
    assert unserved == []


def test_wheel_claims_one_name(wheel: Path) -> None:
    """The wheel puts nothing into site-packages but `workflow` and its own description."""
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert tops == {"workflow", f"{wheel.name.split('-py3')[0]}.dist-info"}


def test_wheel_carries_all_that_runs(wheel: Path) -> None:
    """Every tracked file of the package, the procedures, the templates and the command is in it."""
    inside = {Path(name) for name in ZipFile(wheel).namelist()}
    moved = {Path("workflow") / path for path in _tracked("states", "templates", "cli.py")}
    assert (_tracked("workflow") | moved) - inside == set()


def test_wheel_runs_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel, `zaak` works in another folder and without the checkout."""
    home = tmp_path / "an environment"
    _run(sys.executable, "-m", "venv", "--without-pip", home, cwd=tmp_path)
    python, zaak = home / "bin/python", home / "bin/zaak"
    _run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
        *("--no-index", "--no-deps", "--no-compile", wheel),
        cwd=tmp_path,
    )
    installed = Path(_run(python, "-c", "import workflow; print(workflow.__path__[0])", cwd=home))
    # The dependencies are those of the tests. A path file within that folder is not followed, so
    # the checkout itself stays out of sight.
    site = installed.parent
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    whence = dict(line.split(" ", 1) for line in _run(python, "-c", WHENCE, cwd=home).splitlines())
    assert whence == {
        "workflow": str(site / "workflow/__init__.py"),
        "workflow.cli": str(site / "workflow/cli.py"),
        "cli": "nowhere",
        "states": "nowhere",
        "templates": "nowhere",
        "tests": "nowhere",
    }
    assert "Usage: zaak" in _run(zaak, "--help", cwd=tmp_path)
    listed = _run(zaak, "procedure", "list", cwd=tmp_path)
    declared = {path.stem for path in _tracked("states") if path.suffix in {".yaml", ".yml"}}
    assert declared
    assert {name for name in declared if name not in listed} == set()


def test_every_module_has_its_idea_in_the_architecture() -> None:
    """Each module stands in a table of the architecture page, in the part about its folder."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = re.split(r"^### ", page, flags=re.MULTILINE)
    rows = {
        part.partition("/`")[0].strip("`"): set(re.findall(r"`(\w+)`", names))
        for part in parts
        for names in ["".join(re.findall(r"^\|([^|]+)\|", part, re.MULTILINE))]
    }
    lacking = {
        str(path)
        for path in _tracked("workflow/*.py")
        if len(path.parts) == 3 and path.parts[1] != "migrations" and path.name != "__init__.py"
        if path.stem not in rows.get(path.parts[1], set())
    }
    assert lacking == set()


def test_what_the_threat_model_promises_is_tested() -> None:
    """Each promise in its table names tests, and each of those is there."""
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    table = page.partition("## Which test shows what")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!promise|---)(.+) \| (.+) \|$", table, re.MULTILINE)
    assert len(rows) >= 20
    sources = {path.name: ROOT / path for path in _tracked("tests/*.py")}
    for promise, shown in rows:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", shown)
        assert named, promise
        for file, name in named:
            assert f"def {name}(" in sources[file].read_text(encoding="utf-8"), f"{file}::{name}"

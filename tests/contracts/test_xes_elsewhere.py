"""The exported event log, replayed by pm4py on the exported net: other people's process mining."""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.properties.scenes import REGION, advised, handed, prepared, report
from tests.properties.town import DAY, RULES, Town
from tests.unit.bureau import Bureau
from workflow.engine import facts as f
from workflow.interchange.pnml import pnml
from workflow.interchange.skeleton import skeleton
from workflow.interchange.xes import SITE, xes

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("pm4py.txt")
REPLAY = """
import json, sys
import pm4py

found = {}
for name, log_file, net_file, procedure in json.load(sys.stdin):
    log = pm4py.read_xes(log_file)
    log = log[log["case:procedure"] == procedure]
    net = pm4py.read_pnml(net_file)
    replayed = pm4py.fitness_token_based_replay(log, *net)
    aligned = pm4py.fitness_alignments(log, *net)
    cases = log["case:concept:name"].nunique()
    found[name] = [cases, replayed["log_fitness"], aligned["average_trace_fitness"]]
print(json.dumps(found))
"""
"""What pm4py is asked: of each log and net how many cases there are, and how well they fit."""

Cases = dict[str, tuple[str, list[f.Event]]]


def _python() -> Path:
    """The Python of pm4py, in an environment of its own that is made when first needed."""
    home = ROOT / "build" / "pm4py"
    home.mkdir(parents=True, exist_ok=True)
    asked = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    python, mark = home / "own" / "bin" / "python", home / "made-from"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.is_file() or mark.read_text(encoding="utf-8") != asked:
            # Without a pip of its own, and compiling no more than what is imported: half the time.
            _run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(home / "own"))
            pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--no-compile")
            asks = ("-qq", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:")
            _run(*pip, *asks, "-r", str(REQUIREMENTS))
            mark.write_text(asked, encoding="utf-8")
    return python


def _run(*words: str, stdin: str = "") -> str:
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def _played() -> Cases:
    """Cases of two procedures, with steps of people, the clock, a lost ground and another case."""
    town = Town()
    report(town)
    town.leave("counsellor", "noor", REGION)
    town.wait(DAY)
    other = report(town, "bram")
    advised(town, other)
    prepared(town, other)
    dispute = handed(town, other)
    assert town.step(dispute, "withdraw", "applicant").done
    town.wait(200 * DAY)
    return {
        stream: (town.procedure(stream).procedure, events)
        for stream, events in town.histories.items()
    }


def _swapped(events: list[f.Event]) -> list[f.Event]:
    """The events, where the first two steps after each other in one track changed places."""
    steps = [e for e in events if isinstance(e.data, f.Stepped)]
    tracks = {e.data.track: e for e in steps if isinstance(e.data, f.Stepped)}
    for track in tracks:
        own = [e for e in steps if isinstance(e.data, f.Stepped) and e.data.track == track]
        for one, two in pairwise(own):
            if one.data.step != two.data.step:  # type: ignore[union-attr]
                there = {one.seq: two.data, two.seq: one.data}
                return [msgspec.structs.replace(e, data=there.get(e.seq, e.data)) for e in events]
    raise AssertionError("no track has two steps")


@pytest.fixture(scope="module")
def fitness(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What pm4py found: of the cases as they went, and with two steps of each exchanged."""
    folder, played, asked = tmp_path_factory.mktemp("mined"), _played(), []
    swapped = {name: (procedure, _swapped(events)) for name, (procedure, events) in played.items()}
    for kind, cases in (("honest", played), ("swapped", swapped)):
        log = folder / f"{kind}.xes"
        log.write_text("".join(xes(cases.values())), encoding="utf-8")
        for procedure in {procedure for procedure, _ in cases.values()}:
            net = folder / f"{procedure}.pnml"
            net.write_text(pnml(skeleton(RULES[procedure].procedure)), encoding="utf-8")
            asked.append((f"{kind} {procedure}", str(log), str(net), procedure))
    words = (str(_python()), "-W", "ignore", "-c", REPLAY)
    found: dict[str, Any] = json.loads(_run(*words, stdin=json.dumps(asked)).splitlines()[-1])
    return found


def test_pm4py_replays_what_happened(fitness: dict[str, Any]) -> None:
    """Every case fits the exported net of its procedure with fitness 1.0, replayed and aligned."""
    honest = {name: found for name, found in fitness.items() if name.startswith("honest")}
    assert honest == {"honest conduct": [2, 1.0, 1.0], "honest dispute": [1, 1.0, 1.0]}


def test_pm4py_sees_what_did_not_happen(fitness: dict[str, Any]) -> None:
    """With two steps of each case exchanged, neither replaying nor aligning gives 1.0."""
    swapped = [found for name, found in fitness.items() if name.startswith("swapped")]
    assert len(swapped) == 2
    assert all(replayed < 1.0 and aligned < 1.0 for _, replayed, aligned in swapped)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with one case, and an auditor."""
    people: dict[str, tuple[str, ...]] = {
        "noor": ("counsellor --branch noord",),
        "otto": ("auditor --branch noord",),
    }
    made = Bureau(tmp_path_factory.mktemp("bureau")).found("noord", people)
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    made.done("noor", *words, "--note", "-", stdin="Zij belt.")
    return made


def test_the_command_writes_the_log_without_names(bureau: Bureau, tmp_path: Path) -> None:
    """`zaak audit export` gives each case as a trace of its steps, and nobody by name."""
    path = tmp_path / "log.xes"
    bureau.done("otto", "audit", "export", "--format", "xes", "-o", str(path))
    text = path.read_text(encoding="utf-8")
    assert bureau.done("otto", "audit", "export", "--format", "xes").out == text
    log = ET.fromstring(text)  # noqa: S314 - it was written just now
    values = [
        {each.get("key"): each.get("value") for each in event}
        for event in log.iterfind(f"{{{SITE}}}trace/{{{SITE}}}event")
    ]
    told = [(value["concept:name"], value.get("org:role")) for value in values]
    assert told == [("open_report", "counsellor"), ("enter_care", None)]
    assert not any(name in text.lower() for name in ("noor", "otto", "saar", "treated_badly"))


def test_only_auditors_and_keepers_export(bureau: Bureau) -> None:
    """A counsellor gets no log, and is told who does."""
    assert bureau("noor", "audit", "export", "--format", "xes").exit == 1


def test_what_does_not_hold_is_no_log(bureau: Bureau, tmp_path: Path) -> None:
    """Of a case whose chain is broken no log is made: the event is named, with exit code 4."""
    changed = bureau.copied(tmp_path)
    with closing(sqlite3.connect(changed.store)) as database:
        database.execute("DROP TRIGGER events_no_update")
        database.execute(
            "UPDATE events SET signature = x'00' WHERE stream != 'register' AND seq = 2"
        )
        database.commit()
    went = changed("otto", "audit", "export", "--format", "xes", "-o", str(tmp_path / "log.xes"))
    assert went.exit == 4, went
    assert not (tmp_path / "log.xes").exists()

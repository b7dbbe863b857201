"""The commands on docs/auditing.md, run as an auditor would: by copying them into a shell."""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/auditing.md"

Events = list[dict[str, Any]]


def _blocks() -> dict[str, list[str]]:
    # The commands under each heading, in the order of the page.
    found: dict[str, list[str]] = {}
    heading = ""
    block: list[str] | None = None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if block is not None:
            if line == "```":
                found.setdefault(heading, []).append("\n".join(block))
                block = None
            else:
                block.append(line)
        elif line == "```sh":
            block = []
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return found


def _under(start: str) -> str:
    # The commands of the one section whose heading begins so.
    (blocks,) = [blocks for heading, blocks in _blocks().items() if heading.startswith(start)]
    return "\n".join(blocks)


def _shell(commands: str, folder: Path, bin_: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ZAAK_", "XDG_"))}
    environment |= {
        "PATH": f"{bin_}:{environment['PATH']}",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def bin_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for PATH in which `zaak` is the command of this checkout."""
    folder = tmp_path_factory.mktemp("bin")
    zaak = folder / "zaak"
    words = shlex.join([sys.executable, str(ROOT / "cli.py")])
    zaak.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    zaak.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def page(
    tmp_path_factory: pytest.TempPathFactory, bin_: Path
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Run the whole page, in order and in one shell; return where, and what came of it."""
    folder = tmp_path_factory.mktemp("audit")
    everything = "\n".join(block for blocks in _blocks().values() for block in blocks)
    return folder, _shell(everything, folder, bin_)


@pytest.fixture
def exported(
    page: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> Callable[[Callable[[Events], Events] | None], Path]:
    """Return a function that makes a folder like the page's, with its export changed."""

    def make(change: Callable[[Events], Events] | None) -> Path:
        shutil.copytree(page[0], tmp_path, dirs_exist_ok=True)
        path = tmp_path / "events.jsonl"
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if change is not None:
            events = change(events)
        path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
        return tmp_path

    return make


def _body(event: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(event["body"])
    return body


def _last_of_case(events: Events) -> dict[str, Any]:
    # The last event of a case: nothing comes after it that could give a change away.
    return [event for event in events if event["stream"] != "register"][-1]


def _said_otherwise(events: Events) -> Events:
    weighed = next(event for event in events if '"simple":true' in event["body"])
    weighed["body"] = weighed["body"].replace('"simple":true', '"simple":false')
    return events


def _spaced(events: Events) -> Events:
    last = _last_of_case(events)
    last["body"] = json.dumps(_body(last), sort_keys=True)
    return events


def _said_twice(events: Events) -> Events:
    last = _last_of_case(events)
    last["body"] = last["body"].replace('{"at":', '{"at":"2020-01-01T00:00:00Z","at":', 1)
    return events


def _taken_out(events: Events) -> Events:
    events.remove(next(event for event in events if _body(event)["type"] == "withdrawn"))
    return events


def _taken_out_and_renumbered(events: Events) -> Events:
    stream = _last_of_case(events)["stream"]
    gone = next(event for event in events if _body(event)["type"] == "withdrawn")
    for event in events:
        if event["stream"] == stream and event["seq"] > gone["seq"]:
            event["seq"] -= 1
            event["body"] = re.sub(r'"seq":\d+', f'"seq":{event["seq"]}', event["body"])
    events.remove(gone)
    return events


def _moved_to_another_case(events: Events) -> Events:
    stream = _last_of_case(events)["stream"]
    for event in events:
        event["stream"] = {stream: "z-0000-0000-00"}.get(event["stream"], event["stream"])
    return events


def _forged(events: Events) -> Events:
    last = _last_of_case(events)
    last["body"] = last["body"].replace('"at":"20', '"at":"19', 1)
    return events


def _by_another(events: Events) -> Events:
    last = _last_of_case(events)
    other = next(e for e in reversed(events) if _body(e)["who"] != _body(last)["who"])
    last["signature"], last["signer"] = other["signature"], other["signer"]
    return events


def _handed_over(events: Events) -> dict[str, Any]:
    # The one disclosure that the member's own consent let go to the disputes committee.
    (gone,) = [e for e in events if _body(e)["data"].get("into") and '"ruling"' in e["body"]]
    return gone


def _never_consented(events: Events) -> Events:
    gone = _handed_over(events)
    on = _body(gone)["data"]["on"]
    events.remove(next(e for e in events if _body(e)["data"].get("consent") in on))
    return events


def _consent_taken_back(events: Events) -> Events:
    gone = _handed_over(events)
    withdrawn = next(event for event in events if _body(event)["type"] == "withdrawn")
    old = _body(withdrawn)["data"]["consent"]
    withdrawn["body"] = withdrawn["body"].replace(old, _body(gone)["data"]["on"][0])
    return events


def _exchanged(events: Events) -> Events:
    events[7], events[8] = events[8], events[7]
    return events


def _with_another_log_key(events: Events) -> Events:
    keyed = next(e for e in events if '"office":"log_keeper"' in e["body"] and '"key"' in e["body"])
    own, founder = _body(keyed)["data"]["key"], _body(events[0])["data"]["key"]
    keyed["body"] = keyed["body"].replace(own, founder)
    return events


def test_the_page_runs_as_it_stands(
    page: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Every command on the auditing page succeeds, on a store that `zaak demo` just made."""
    _, went = page
    assert went.returncode == 0, went.stdout[-2000:] + went.stderr[-2000:]


def test_age_gives_what_was_written(
    page: tuple[Path, subprocess.CompletedProcess[str]], bin_: Path
) -> None:
    """The stock `age` shows the very bytes that `zaak read` shows of the same document."""
    folder, _ = page
    key_file = next((folder / "sealed").glob("*.key.age"))
    item = key_file.name.removesuffix(".key.age")
    (added,) = [
        event
        for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
        if (event := json.loads(line))["stream"] != "register"
        and _body(event)["data"].get("item") == item
        and _body(event)["type"] == "added"
    ]
    read = _shell(
        f"zaak read {added['stream']} {item} --store demo/zaken.db --key demo/keys/noor",
        folder,
        bin_,
    )
    opened = _shell(
        f"age -d -i demo/keys/noor sealed/{item}.key.age > again\n"
        f"age -d -i again sealed/{item}.age | tr -d '\\000' | head -c -1",
        folder,
        bin_,
    )
    assert read.stdout
    assert opened.stdout.encode("utf-8", "surrogateescape") == read.stdout.encode()


@pytest.mark.parametrize("section", ["1.", "2.", "3.", "4.", "5.", "7."])
def test_an_honest_export_passes(
    exported: Callable[[Callable[[Events], Events] | None], Path], bin_: Path, section: str
) -> None:
    """Each check passes by itself on an export that nobody touched."""
    went = _shell(_under(section), exported(None), bin_)
    assert went.returncode == 0, went.stdout + went.stderr


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("1.", _said_otherwise),
        ("2.", _spaced),
        ("2.", _said_twice),
        ("3.", _taken_out),
        ("3.", _taken_out_and_renumbered),
        ("3.", _moved_to_another_case),
        ("4.", _forged),
        ("4.", _by_another),
        ("5.", _never_consented),
        ("5.", _consent_taken_back),
        ("7.", _taken_out),
        ("7.", _exchanged),
        ("7.", _with_another_log_key),
    ],
)
def test_a_changed_export_fails(
    exported: Callable[[Callable[[Events], Events] | None], Path],
    bin_: Path,
    section: str,
    change: Callable[[Events], Events],
) -> None:
    """The check that the page names for it fails by itself on an export changed in that way."""
    went = _shell(_under(section), exported(change), bin_)
    assert went.returncode != 0, went.stdout + went.stderr


def test_a_shortened_history_shows_against_a_kept_one(
    page: tuple[Path, subprocess.CompletedProcess[str]],
    exported: Callable[[Callable[[Events], Events] | None], Path],
    bin_: Path,
) -> None:
    """An export that lacks the newest event does not pass the comparison with a kept one."""
    folder = exported(None)
    compare = _blocks()["Keeping an eye on the end"][-1]
    whole = _shell(compare, folder, bin_)
    later = folder / "later.jsonl"
    lines = (page[0] / "events.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    later.write_text("".join(lines[:-1]), encoding="utf-8")
    short = _shell(compare, folder, bin_)
    assert (whole.returncode, short.returncode) == (0, 1), whole.stdout + short.stderr


def test_every_problem_is_explained() -> None:
    """The page's tables name each problem that verification can find, and no other."""
    found = set()
    for module, function, place in (
        ("engine/ledger", "Problem", 2),
        ("auditing/streams", "Problem", 2),
        ("auditing/redeciding", "Problem", 2),
        ("auditing/walking", "Problem", 2),
        ("auditing/linking", "Problem", 2),
        ("auditing/verifying", "Problem", 2),
        ("auditing/extending", "Problem", 2),
        ("auditing/keeping", "Problem", 2),
        ("auditing/looked", "Problem", 2),
    ):
        tree = ast.parse((ROOT / f"workflow/{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == function:
                match node.args[place]:
                    case ast.Constant(value=str(code)):
                        found.add(code)
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    columns = {"stream", "seq", "body", "hash", "signature", "signer"}
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)} - columns
    assert found
    assert named == found

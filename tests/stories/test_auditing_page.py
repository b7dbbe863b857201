"""The commands on docs/auditing.md, run as an auditor would: by copying them into a shell."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/auditing.md"

Events = list[dict[str, Any]]
Change = Callable[[Events], Events]
Exported = Callable[[Change | None], Path]


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
def exported(page: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> Exported:
    """Return a function that makes a folder like the page's, with its export changed."""

    def make(change: Change | None) -> Path:
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
    return [event for event in events if re.fullmatch(r"z-[a-z0-9-]+", event["stream"])][-1]


def _place(event: dict[str, Any]) -> str:
    return f"{event['stream']}, event {event['seq']}: "


def _after(events: Events, gone: dict[str, Any]) -> dict[str, Any]:
    # The event that comes next in the stream of another.
    here = (gone["stream"], gone["seq"] + 1)
    return next(event for event in events if (event["stream"], event["seq"]) == here)


Tampered = tuple[Events, str]
"""A changed export, and the words that the script has to say of it."""


def _said_otherwise(events: Events) -> Tampered:
    weighed = next(event for event in events if '"simple":true' in event["body"])
    weighed["body"] = weighed["body"].replace('"simple":true', '"simple":false')
    return events, _place(weighed) + "its hash is not that of its text"


def _said_otherwise_hashed_anew(events: Events) -> Tampered:
    weighed = next(event for event in events if '"simple":true' in event["body"])
    weighed["body"] = weighed["body"].replace('"simple":true', '"simple":false')
    weighed["hash"] = _hash(weighed["body"])
    return events, _place(_after(events, weighed)) + "it does not name the hash of the one before"


def _spaced(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["body"] = json.dumps(_body(last), sort_keys=True)
    last["hash"] = _hash(last["body"])
    return events, _place(last) + "its text is not in its one form"


def _said_twice(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["body"] = last["body"].replace('{"at":', '{"at":"2020-01-01T00:00:00Z","at":', 1)
    last["hash"] = _hash(last["body"])
    return events, _place(last) + "its text is not in its one form"


def _unreadable(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["body"], last["hash"] = "nothing", _hash("nothing")
    return events, _place(last) + "its text is not in its one form"


def _taken_out(events: Events) -> Tampered:
    gone = next(event for event in events if _body(event)["type"] == "withdrawn")
    named = _after(events, gone)
    events.remove(gone)
    return events, _place(named) + "the one before it is missing"


def _put_in_twice(events: Events) -> Tampered:
    last = _last_of_case(events)
    events.append(last)
    return events, _place(last) + "the one before it is missing, or it is no event"


def _taken_out_and_renumbered(events: Events) -> Tampered:
    gone = next(event for event in events if _body(event)["type"] == "withdrawn")
    for event in events:
        if event["stream"] == gone["stream"] and event["seq"] > gone["seq"]:
            event["seq"] -= 1
            event["body"] = re.sub(r'"seq":\d+', f'"seq":{event["seq"]}', event["body"])
            event["hash"] = _hash(event["body"])
    events.remove(gone)
    return events, _place(gone) + "it does not name the hash of the one before it"


def _moved_to_another_case(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["stream"], last["seq"] = "z-0000-0000-00", 1
    return events, "z-0000-0000-00, event 1: it does not name the hash of the one before it; it bel"


def _forged(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["body"] = last["body"].replace('"at":"20', '"at":"19', 1)
    last["hash"] = _hash(last["body"])
    return events, _place(last) + "its signature is not by who it says"


def _by_another(events: Events) -> Tampered:
    last = _last_of_case(events)
    other = next(e for e in reversed(events) if _body(e)["who"] != _body(last)["who"])
    last["signature"], last["signer"] = other["signature"], other["signer"]
    return events, _place(last) + "its signature is not by who it says"


def _unsigned(events: Events) -> Tampered:
    last = _last_of_case(events)
    last["signature"] = ""
    return events, _place(last) + "its signature is not by who it says"


def _told_by_nobody(events: Events) -> Tampered:
    heard = next(event for event in events if _body(event)["type"] == "heard")
    told = _body(heard)["data"]
    gone = (told["stream"], told["seq"])
    kept = [event for event in events if (event["stream"], event["seq"]) != gone]
    return kept, _place(heard) + "no other case told it this"


def _exchanged(events: Events) -> Tampered:
    # Two that stand next to each other, of two streams: by themselves they would do.
    pairs = enumerate(pairwise(events))
    at = next(n for n, (one, two) in pairs if one["stream"] != two["stream"])
    events[at], events[at + 1] = events[at + 1], events[at]
    return events, "are not those of the checkpoint"


def _cut_off(events: Events) -> Tampered:
    return events[:-20], "in the checkpoint some are gone"


def _hash(body: str) -> str:
    return hashlib.sha256(b"\0" + body.encode()).hexdigest()


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


def test_an_honest_export_has_a_consent_for_each_disclosure(exported: Exported, bin_: Path) -> None:
    """The check of disclosures passes by itself on an export that nobody touched."""
    went = _shell(_under("Every disclosure"), exported(None), bin_)
    assert went.returncode == 0, went.stdout + went.stderr


@pytest.mark.parametrize("change", [_never_consented, _consent_taken_back])
def test_a_disclosure_without_consent_is_found(
    exported: Exported, bin_: Path, change: Change
) -> None:
    """The check of disclosures fails by itself on an export in which a consent was not there."""
    went = _shell(_under("Every disclosure"), exported(change), bin_)
    assert went.returncode != 0, went.stdout + went.stderr


# --- the script -----------------------------------------------------------------------------------


def _script() -> str:
    # What the auditor is told to paste, without the lines that write it into a file.
    (block,) = [
        block
        for blocks in _blocks().values()
        for block in blocks
        if block.startswith("cat > verify.sh <<'END'\n")
    ]
    return block.removeprefix("cat > verify.sh <<'END'\n").removesuffix("END")


def _verified(folder: Path, *given: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the page under `sh`, with nothing of this project within its reach."""
    (folder / "page.sh").write_text(_script(), encoding="utf-8")
    return subprocess.run(
        ["sh", "page.sh", *given],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


CHECKPOINT = "demo/checkpoint.txt"


def test_the_script_is_one_page() -> None:
    """An auditor can read the script on one sheet: 90 lines of a hundred characters at most."""
    lines = _script().splitlines()
    assert len(lines) <= 90
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("given", [(), (CHECKPOINT,)])
def test_an_honest_export_verifies(exported: Exported, given: tuple[str, ...]) -> None:
    """Of an export that nobody touched the script says that it verifies, and exits with 0."""
    went = _verified(exported(None), "events.jsonl", *given)
    assert (went.returncode, went.stderr) == (0, ""), went.stdout
    assert went.stdout.splitlines()[-1] == "it verifies"


def test_of_one_case_only_what_another_told_it_is_not_there(exported: Exported, bin_: Path) -> None:
    """The export of one case verifies by itself, but for what it heard from cases left out."""
    folder = exported(None)
    events = [
        _body(json.loads(line))
        for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    cases = {body["stream"] for body in events if re.fullmatch(r"z-[a-z0-9-]+", body["stream"])}
    otto = "--store demo/zaken.db --key demo/keys/otto"
    exits = set()
    for case in sorted(cases):
        asked = f"zaak audit export {case} --format jsonl --force -o one.jsonl"
        assert _shell(f"{asked} {otto}", folder, bin_).returncode == 0
        went = _verified(folder, "one.jsonl")
        heard = [body for body in events if body["stream"] == case and body["type"] == "heard"]
        *said, _, _, verdict = went.stdout.splitlines()
        assert said == []
        named = "; ".join(f"{case}, event {body['seq']}" for body in heard)
        left = f", but for what was told by cases that are left out: {named}" if heard else ""
        assert verdict == f"it verifies{left}"
        assert went.returncode == (2 if heard else 0)
        exits.add(went.returncode)
    assert exits == {0, 2}


def test_what_cannot_be_told_is_not_called_wrong(exported: Exported) -> None:
    """Files that are missing, or something else, are named, and the exit code is 2."""
    folder = exported(None)
    (folder / "words.txt").write_text("So this is not it.\nAnd more.\n", encoding="utf-8")
    (folder / "empty").touch()
    events = "events.jsonl"
    for given, said in (
        ((), "which file? sh verify.sh EVENTS"),
        (("nowhere",), "which file? sh verify.sh EVENTS"),
        ((events, "nowhere"), "which file? sh verify.sh EVENTS"),
        (("words.txt",), "words.txt: no export"),
        (("empty",), "empty: no export"),
        ((CHECKPOINT, events), f"{CHECKPOINT}: no export"),
        ((events, "words.txt"), "words.txt: no checkpoint"),
        ((events, "empty"), "empty: no checkpoint"),
        ((events, CHECKPOINT, "words.txt"), "words.txt: no key of a log keeper"),
        ((events, CHECKPOINT, "empty"), "empty: no key of a log keeper"),
    ):
        went = _verified(folder, *given)
        assert went.returncode == 2, (given, went.stdout)
        assert said in went.stderr
        assert "verif" not in went.stdout


@pytest.mark.parametrize(
    ("change", "given"),
    [
        (_said_otherwise, ()),
        (_said_otherwise_hashed_anew, ()),
        (_spaced, ()),
        (_said_twice, ()),
        (_unreadable, ()),
        (_taken_out, ()),
        (_put_in_twice, ()),
        (_taken_out_and_renumbered, ()),
        (_moved_to_another_case, ()),
        (_forged, ()),
        (_by_another, ()),
        (_unsigned, ()),
        (_told_by_nobody, ()),
        (_exchanged, (CHECKPOINT,)),
        (_cut_off, (CHECKPOINT,)),
    ],
)
def test_the_script_names_what_was_tampered_with(
    exported: Exported, change: Callable[[Events], Tampered], given: tuple[str, ...]
) -> None:
    """Of a changed export it says which event does not hold, and of what sort, and exits with 1."""
    said = ""

    def changed(events: Events) -> Events:
        nonlocal said
        events, said = change(events)
        return events

    went = _verified(exported(changed), "events.jsonl", *given)
    assert went.returncode == 1
    assert said in went.stdout
    assert went.stdout.splitlines()[-1] == "it does not verify"


@pytest.mark.parametrize(("change", "given"), [(_exchanged, ()), (_cut_off, ())])
def test_what_only_a_checkpoint_shows(
    exported: Exported, change: Callable[[Events], Tampered], given: tuple[str, ...]
) -> None:
    """The order of two streams, and the end, can be changed unseen by who holds no checkpoint."""
    went = _verified(exported(lambda events: change(events)[0]), "events.jsonl", *given)
    assert went.returncode == 0, went.stdout


@pytest.mark.parametrize("signer", ["anna", "mallory"])
def test_nobody_has_a_key_before_the_register_says_so(exported: Exported, signer: str) -> None:
    """Who is added to the register by the register's keeper is; who adds themself is named."""
    folder = exported(None)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "new"], cwd=folder, check=True
    )
    kind, key, *_ = (folder / "new.pub").read_text().split()

    def added(events: Events) -> Events:
        last = [event for event in events if event["stream"] == "register"][-1]
        founder = _body(events[0])["who"]
        who, signing = (founder, f"demo/keys/{founder}") if signer == "anna" else (signer, "new")
        body = _body(last) | {
            "data": {
                "type": "person_added",
                "person": "mallory",
                "name": "M",
                "key": f"{kind} {key}",
            },
            "type": "person_added",
            "who": who,
            "prev": last["hash"],
            "seq": last["seq"] + 1,
        }
        del body["data"]["type"]
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sign = ["ssh-keygen", "-q", "-Y", "sign", "-n", "zaakgang-event", "-f", signing]
        made = subprocess.run(
            sign, cwd=folder, input=text, capture_output=True, text=True, check=True
        )
        signed = {"body": text, "hash": _hash(text), "signature": made.stdout, "signer": ""}
        return [*events, last | {"seq": last["seq"] + 1} | signed]

    went = _verified(exported(added), "events.jsonl")
    if signer == "anna":
        assert went.returncode == 0, went.stdout
    else:
        assert went.returncode == 1
        assert "nobody of that name had a key then" in went.stdout


def test_the_log_key_that_is_given_counts(exported: Exported, bin_: Path) -> None:
    """A checkpoint verifies with the key of the log, in both its forms, and with no other."""
    folder = exported(None)
    asked = "zaak audit prove $(zaak list --json | jq -r 'first(.cases[]).case') 1 --json"
    otto = "export ZAAK_STORE=demo/zaken.db ZAAK_KEY=demo/keys/otto"
    assert _shell(f"{otto}; {asked} | jq -er .key > note.pub", folder, bin_).returncode == 0
    events = [
        _body(json.loads(line))
        for line in (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    (key,) = [
        event["data"]["key"]
        for event in events
        if event["type"] == "office_keyed" and event["data"]["office"] == "log_keeper"
    ]
    (folder / "log.pub").write_text(f"{key}\n", encoding="utf-8")
    (folder / "other.pub").write_text(f"{events[0]['data']['key']}\n", encoding="utf-8")
    right = _verified(folder, "events.jsonl", CHECKPOINT, "log.pub")
    other = _verified(folder, "events.jsonl", CHECKPOINT, "other.pub")
    noted = _verified(folder, "events.jsonl", CHECKPOINT, "note.pub")
    assert (right.returncode, noted.returncode, other.returncode) == (0, 0, 1), noted.stdout
    assert "the checkpoint is not signed with the log keeper's key" in other.stdout


@pytest.mark.parametrize("made", ["empty", "another origin", "another size", "no number"])
def test_a_checkpoint_that_is_none_does_not_verify(exported: Exported, made: str) -> None:
    """What is no checkpoint of this log, signed as it stands, is never passed over."""
    folder = exported(None)
    origin, size, *rest = (folder / CHECKPOINT).read_text(encoding="utf-8").split("\n")
    changed = {
        "empty": "",
        "another origin": "\n".join(("zaakgang/0000", size, *rest)),
        "another size": "\n".join((origin, str(int(size) - 1), *rest)),
        "no number": "\n".join((origin, "many", *rest)),
    }
    (folder / "changed.txt").write_text(changed[made], encoding="utf-8")
    went = _verified(folder, "events.jsonl", "changed.txt")
    assert went.returncode == (2 if made in ("empty", "no number") else 1), went.stdout


def test_a_shortened_history_shows_against_a_kept_one(
    page: tuple[Path, subprocess.CompletedProcess[str]],
    exported: Exported,
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

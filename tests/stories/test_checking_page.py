"""The commands that a history gives to check it: run as they stand, by the auditor it is for."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.playing import play_demo

ENDS = datetime(2026, 11, 22, 12, tzinfo=UTC)
SILENT, TRUE = "", "true\n"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration that was played to its end."""
    folder = tmp_path_factory.mktemp("demo")
    play_demo("conduct", "en", ENDS, folder)
    return folder


def _given(folder: Path) -> list[str]:
    page = (folder / "history.html").read_text(encoding="utf-8")
    return [
        html.unescape(found)
        for found in re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)
    ]


def _typed(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    known = {
        "ZAAK_STORE": str(folder / "zaken.db"),
        "ZAAK_KEY": str(folder / "keys" / "otto"),
        "ZAAK_LANG": "en",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | known,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_the_page_says_to_type_shows_what_the_page_says_it_shows(played: Path) -> None:
    """Typed as they stand, the six commands of an auditor's page say that all is well.

    The last of them prints the hash that stands on the page.
    """
    verify, export, *checks = _given(played)
    assert "All holds" in _typed(played, verify).stdout
    assert _typed(played, export).returncode == 0
    said = [_typed(played, command) for command in checks]
    assert [each.stderr for each in said] == [SILENT] * 4
    assert [each.stdout for each in said[:3]] == [SILENT, TRUE, SILENT]
    page = (played / "history.html").read_text(encoding="utf-8")
    assert f"<code>{said[3].stdout.strip()}</code>" in page


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda lines: [lines[0].replace("person_added", "person_bedded"), *lines[1:]], 0),
        (lambda lines: [*lines[:9], *lines[10:]], 1),
        (lambda lines: [*lines[:-1], lines[-1].replace('"signature":"', '"signature":"x')], 2),
        (lambda lines: lines[:-1], 3),
    ],
    ids=["changed text", "one left out", "another signature", "the end cut off"],
)
def test_the_commands_find_what_is_wrong(
    played: Path, tmp_path: Path, change: object, check: int
) -> None:
    """Each of the four checks without the program fails on the damage that it is there to find."""
    assert callable(change)
    _, export, *checks = _given(played)
    _typed(played, export)
    lines = (played / "events.jsonl").read_text().splitlines()
    case = re.findall(r"--arg case (\S+)", checks[3])[0]
    lines.sort(key=lambda line: f'"stream":"{case}"' in line)  # so that its end is the end
    (tmp_path / "events.jsonl").write_text("\n".join(change(lines)) + "\n")
    said = _typed(tmp_path, checks[check])
    page = (played / "history.html").read_text(encoding="utf-8")
    end = re.findall(r"<code>([0-9a-f]{64})</code>", page)[0]
    sound = (SILENT, TRUE, SILENT, f"{end}\n")[check]
    assert (said.stdout, said.stderr) != (sound, SILENT)

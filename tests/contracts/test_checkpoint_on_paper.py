"""The QR code on a letter holds the whole checkpoint: read back here module by module.

The reader follows ISO/IEC 18004 and shares nothing with the library that draws. It corrects no
errors: what is drawn has none.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau
from workflow.crypto.keys import SigningKey
from workflow.letters.squares import QUIET, squares
from workflow.transparency import checkpoints, notes

# By version: where alignment patterns stand, and the data codewords of each block at level M.
SHAPES = {
    7: ((6, 22, 38), (31,) * 4),
    8: ((6, 24, 42), (38, 38, 39, 39)),
    9: ((6, 26, 46), (36, 36, 36, 37, 37)),
    10: ((6, 28, 50), (43, 43, 43, 43, 44)),
    11: ((6, 30, 54), (50, 51, 51, 51, 51)),
}
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,  # noqa: ARG005
    lambda r, c: c % 3 == 0,  # noqa: ARG005
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)
LEVEL_M = 0


def _modules(width: int, path: str) -> list[list[bool]]:
    side = width - 2 * QUIET
    dark = {(int(x) - QUIET, int(y) - QUIET) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    assert len(dark) == path.count("M")
    assert all(0 <= x < side and 0 <= y < side for x, y in dark)
    return [[(x, y) in dark for x in range(side)] for y in range(side)]


def _function(version: int, side: int) -> set[tuple[int, int]]:
    """The modules, by row and column, that hold no data."""
    taken = {(r, c) for r in range(9) for c in (*range(9), *range(side - 8, side))}
    taken |= {(r, c) for r in range(side - 8, side) for c in range(9)}
    taken |= {(6, n) for n in range(side)} | {(n, 6) for n in range(side)}
    centres, _ = SHAPES[version]
    for r in centres:
        for c in centres:
            if (r, c) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                taken |= {(r + i, c + j) for i in range(-2, 3) for j in range(-2, 3)}
    if version >= 7:
        taken |= {(r, c) for r in range(6) for c in range(side - 11, side - 8)}
        taken |= {(c, r) for r in range(6) for c in range(side - 11, side - 8)}
    return taken


def _bits(modules: list[list[bool]], version: int) -> Iterator[bool]:
    """The data in the order in which it was laid: in pairs of columns, up and down, unmasked."""
    side = len(modules)
    read = [modules[8][c] for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [
        modules[r][8] for r in (7, 5, 4, 3, 2, 1, 0)
    ]
    form = sum(bit << place for place, bit in enumerate(reversed(read))) ^ 0b101010000010010
    assert form >> 13 == LEVEL_M
    mask, taken = MASKS[form >> 10 & 7], _function(version, side)
    columns = [c if c > 6 else c - 1 for c in range(side - 1, 0, -2) if c != 0]
    up = True
    for right in columns:
        for r in range(side - 1, -1, -1) if up else range(side):
            for c in (right, right - 1):
                if c >= 0 and (r, c) not in taken:
                    yield modules[r][c] ^ mask(r, c)
        up = not up


def _read(width: int, path: str) -> bytes:
    """What a QR code of bytes says."""
    modules = _modules(width, path)
    version = (len(modules) - 17) // 4
    bits = list(_bits(modules, version))
    words = [
        sum(bit << 7 - n for n, bit in enumerate(bits[start : start + 8]))
        for start in range(0, len(bits) - 7, 8)
    ]
    _, sizes = SHAPES[version]
    blocks: list[list[int]] = [[] for _ in sizes]
    queue = iter(words)
    for place in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if place < size:
                block.append(next(queue))
    data = int.from_bytes(bytes(word for block in blocks for word in block), "big")
    total = 8 * sum(sizes)
    count = 8 if version < 10 else 16
    assert data >> total - 4 == 0b0100, "not in byte mode"
    length = data >> total - 4 - count & (1 << count) - 1
    start = total - 4 - count
    return bytes(data >> start - 8 * (n + 1) & 255 for n in range(length))


@pytest.mark.parametrize("size", [1, 4_711, 123_456_789])
def test_the_whole_is_in_the_code(size: int) -> None:
    """Read back as the standard says, a code holds the very note, byte for byte."""
    key = SigningKey.from_seed(bytes(31) + b"k")
    at = checkpoints.Checkpoint(checkpoints.origin(bytes(32)), size, bytes(range(32)))
    note = notes.sign(at.text, at.origin, key)
    drawn = squares(note)
    assert _read(drawn.width, drawn.path) == note.encode()


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """An association with a log keeper."""
    people: dict[str, tuple[str, ...]] = {
        "noor": ("counsellor --branch noord",),
        "wies": ("log_keeper --branch noord",),
    }
    return Bureau(tmp_path).found("noord", people)


def test_letters_carry_the_latest_checkpoint(bureau: Bureau) -> None:
    """Page and text carry the latest checkpoint, which holds against the store."""
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    case = bureau.done("noor", *words, "--note", "-", "--json", stdin="Hij belt.").document["case"]
    letter = ("letter", case, "receipt")
    for lang in ("nl", "en"):
        bare = bureau.done("noor", *letter, "--lang", lang, "--format", "html").out
        assert "svg" not in bare
        assert not {"checkpoint", "ijkpunt"} & set(re.findall(r"\w+", bare.lower()))
    for _ in range(2):
        bureau.done("saar", "office", "grant", "auditor", "noor", "--branch", f"noord/a{_}")
        held = bureau.done("wies", "audit", "checkpoint", "--json").document
        for lang in ("nl", "en"):
            text = bureau.done("noor", *letter, "--lang", lang).out
            page = bureau.done("noor", *letter, "--lang", lang, "--format", "html").out
            assert held["short"] in text
            assert f"<code>{held['short']}</code>" in page
            width, path = re.findall(r'viewBox="0 0 (\d+) \d+".*?<path d="([^"]+)"', page)[0]
            read = _read(int(width), path)
            assert read.decode() == held["checkpoint"]
            file = bureau.folder / "scanned"
            file.write_bytes(read)
            for given in (str(file), held["short"]):
                assert bureau("saar", "audit", "verify", "--against", given).exit == 0


def test_no_letter_with_a_forged_checkpoint(bureau: Bureau) -> None:
    """Where the checkpoint in the store is not the log keeper's, no letter is written."""
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=treated_badly")
    case = bureau.done("noor", *words, "--note", "-", "--json", stdin="Hij belt.").document["case"]
    made = bureau.done("wies", "audit", "checkpoint", "--json").document
    at, _ = checkpoints.read(made["checkpoint"].encode())
    forged = notes.sign(at.text, at.origin, SigningKey.from_seed(b"f" * 32))
    with closing(sqlite3.connect(bureau.store)) as store, store:
        store.execute("DROP TRIGGER checkpoints_no_update")
        store.execute("UPDATE checkpoints SET note = ?", (forged.encode(),))
    assert bureau("noor", "letter", case, "receipt").exit == 4

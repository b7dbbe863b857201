"""A signed checkpoint holds for OpenSSL too, which knows nothing of this program."""

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest

from workflow.crypto.keys import SigningKey
from workflow.transparency import checkpoints, notes

KEY = SigningKey.from_seed(b"k" * 32)
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before an Ed25519 key in the DER of a public key (RFC 8410 §4)."""


def _openssl_holds(folder: Path, key: bytes, signature: bytes, text: bytes) -> bool:
    (folder / "key").write_bytes(SPKI + key)
    (folder / "signature").write_bytes(signature)
    (folder / "text").write_bytes(text)
    words = "pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile signature -in text"
    went = subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, check=False)
    return went.returncode == 0


@pytest.mark.parametrize("changed", [False, True])
def test_openssl_agrees(tmp_path: Path, changed: bool) -> None:
    """OpenSSL finds the signature of a checkpoint good, and that of a changed one bad."""
    at = checkpoints.Checkpoint("zaakgang/0123", 9, hashlib.sha256(b"x").digest())
    note = notes.sign(at.text, at.origin, KEY).encode()
    text, line = note.split(b"\n\n")
    dash, name, encoded = line.decode().split()
    made = base64.b64decode(encoded)
    known = hashlib.sha256(name.encode() + b"\n\x01" + KEY.public.raw).digest()
    assert (dash, name, made[:4]) == ("\u2014", at.origin, known[:4])
    signed = text.replace(b"\n9\n", b"\n8\n") if changed else text
    assert _openssl_holds(tmp_path, KEY.public.raw, made[4:], signed + b"\n") is not changed


def test_the_example_of_the_standard() -> None:
    """A key goes by the four bytes that the authors of signed notes publish for theirs."""
    name, key = notes.parse_verifier(
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    assert notes.key_id(name, key).hex() == "c74f20a3"

"""Keys and signatures, checked against ssh-keygen and the sshsig package."""

import base64
import os
import stat
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sshsig
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.crypto import keys

KEY = keys.SigningKey.from_seed(bytes(range(32)))
MESSAGE = b"Robin Vermeer vraagt een gesprek aan"
BLOB = KEY.sign(MESSAGE)


def ssh_keygen(*arguments: str, feed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the real ssh-keygen."""
    return subprocess.run(["ssh-keygen", *arguments], input=feed, capture_output=True, check=False)


def made_by_ssh_keygen(path: Path, passphrase: str = "", kind: str = "ed25519") -> Path:
    """A key file that ssh-keygen wrote."""
    done = ssh_keygen("-q", "-t", kind, "-N", passphrase, "-C", "proef", "-f", str(path))
    assert done.returncode == 0, done.stderr
    return path


def trouble(action: Callable[[], object]) -> str:
    """The code of the KeyTrouble that `action` raises."""
    with pytest.raises(keys.KeyTrouble) as caught:
        action()
    return caught.value.code


def test_seed_gives_the_public_key_of_rfc_8032() -> None:
    """The seed of RFC 8032 §7.1 test 1 gives the public key printed there."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert keys.SigningKey.from_seed(seed).public.raw.hex() == public


def test_ssh_keygen_accepts_our_signature(tmp_path: Path) -> None:
    """`ssh-keygen -Y verify` accepts our armored signature with our allowed_signers line."""
    (tmp_path / "signers").write_text(keys.allowed_signer("robin", KEY.public))
    (tmp_path / "event.sig").write_text(keys.armor(BLOB))
    arguments = ["-Y", "verify", "-n", keys.NAMESPACE, "-I", "robin"]
    arguments += ["-f", str(tmp_path / "signers"), "-s", str(tmp_path / "event.sig")]
    assert ssh_keygen(*arguments, feed=MESSAGE).returncode == 0
    assert ssh_keygen(*arguments, feed=MESSAGE + b".").returncode != 0


def test_our_signature_is_byte_for_byte_what_ssh_keygen_makes(tmp_path: Path) -> None:
    """`ssh-keygen -Y sign` with the same key gives our armored text, and it verifies here."""
    keys.save(KEY, tmp_path / "key", None)
    done = ssh_keygen("-Y", "sign", "-n", keys.NAMESPACE, "-f", str(tmp_path / "key"), feed=MESSAGE)
    assert done.stdout.decode() == keys.armor(BLOB)
    assert keys.verify(keys.dearmor(done.stdout.decode()), MESSAGE) == KEY.public


def test_ssh_keygen_signature_in_another_namespace_is_refused(tmp_path: Path) -> None:
    """A valid signature made for another namespace is not an event signature."""
    keys.save(KEY, tmp_path / "key", None)
    done = ssh_keygen("-Y", "sign", "-n", "git", "-f", str(tmp_path / "key"), feed=MESSAGE)
    with pytest.raises(keys.BadSignature) as caught:
        keys.verify(keys.dearmor(done.stdout.decode()), MESSAGE)
    assert caught.value.code == "signature-format"


def test_ssh_keygen_signature_with_another_hash_is_refused(tmp_path: Path) -> None:
    """A valid signature over SHA-256 instead of SHA-512 is refused."""
    keys.save(KEY, tmp_path / "key", None)
    arguments = ["-Y", "sign", "-n", keys.NAMESPACE, "-O", "hashalg=sha256"]
    done = ssh_keygen(*arguments, "-f", str(tmp_path / "key"), feed=MESSAGE)
    blob = keys.dearmor(done.stdout.decode())
    with pytest.raises(keys.BadSignature):
        keys.verify(blob, MESSAGE)


@settings(max_examples=40)
@given(message=st.binary(max_size=300), seed=st.binary(min_size=32, max_size=32))
def test_sshsig_package_accepts_our_signature(message: bytes, seed: bytes) -> None:
    """An independent SSHSIG reader accepts our signature of any message and names our key."""
    key = keys.SigningKey.from_seed(seed)
    signer = sshsig.check_signature(message, keys.armor(key.sign(message)), keys.NAMESPACE)
    assert signer.openssh_str() == key.public.line()


@given(message=st.binary(max_size=300))
def test_verify_names_the_signer(message: bytes) -> None:
    """What a key signs, verifies to that key's public half."""
    assert keys.verify(KEY.sign(message), message) == KEY.public


def test_every_flipped_bit_of_the_blob_is_refused() -> None:
    """Flipping any single bit anywhere in the signature blob makes it invalid."""
    for place in range(len(BLOB) * 8):
        changed = bytearray(BLOB)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(keys.BadSignature):
            keys.verify(bytes(changed), MESSAGE)


@given(data=st.data(), change=st.integers(1, 255))
def test_every_changed_byte_of_blob_or_message_is_refused(data: st.DataObject, change: int) -> None:
    """Changing one byte of the blob or of the message to any other value is refused."""
    both = bytearray(BLOB + MESSAGE)
    both[data.draw(st.integers(0, len(both) - 1))] ^= change
    with pytest.raises(keys.BadSignature):
        keys.verify(bytes(both[: len(BLOB)]), bytes(both[len(BLOB) :]))


@given(extra=st.binary(min_size=1, max_size=8), cut=st.integers(1, len(BLOB)))
def test_longer_and_shorter_blobs_are_refused(extra: bytes, cut: int) -> None:
    """Bytes before or after a signature, or missing at its end, are signature-format."""
    for changed in (BLOB + extra, extra + BLOB, BLOB[:-cut]):
        with pytest.raises(keys.BadSignature) as caught:
            keys.verify(changed, MESSAGE)
        assert caught.value.code == "signature-format"


def test_added_group_order_is_refused() -> None:
    """The same signature with the group order added to S is refused (RFC 8032 §5.1.7)."""
    order = 2**252 + 27742317777372353535851937790883648493
    scalar = int.from_bytes(BLOB[-32:], "little") + order
    with pytest.raises(keys.BadSignature):
        keys.verify(BLOB[:-32] + scalar.to_bytes(32, "little"), MESSAGE)


SMALL_ORDER = [
    bytes(32),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
]


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize("raw", SMALL_ORDER)
def test_points_of_small_order_are_no_keys(raw: bytes, sign: int) -> None:
    """None of the points of order 1, 2, 4 or 8 is accepted as a public key, with either sign."""
    with pytest.raises(ValueError, match="small order"):
        keys.PublicKey(raw[:31] + bytes([raw[31] | sign]))


def test_signature_anybody_can_make_is_refused() -> None:
    """The all-identity signature, valid for any message under the identity key, is refused."""
    identity = (1).to_bytes(32, "little")
    forged = BLOB.replace(KEY.public.raw, identity)[:-64] + identity + bytes(32)
    with pytest.raises(keys.BadSignature):
        keys.verify(forged, MESSAGE)


@pytest.mark.parametrize("value", [2, 7, 2**255 - 19, 2**255 - 16, 2**255 - 1])
def test_bytes_that_are_no_canonical_point_are_no_keys(value: int) -> None:
    """Coordinates off the curve, or not reduced modulo 2²⁵⁵-19, are refused."""
    with pytest.raises(ValueError, match=r"curve|canonical"):
        keys.PublicKey(value.to_bytes(32, "little"))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_keys_of_another_size_are_refused(size: int) -> None:
    """Public keys and seeds have 32 bytes exactly."""
    with pytest.raises(ValueError, match="32 bytes"):
        keys.PublicKey(bytes(size))
    with pytest.raises(ValueError, match="32 bytes"):
        keys.SigningKey.from_seed(bytes(size))


def test_fingerprint_is_the_one_ssh_keygen_prints(tmp_path: Path) -> None:
    """`ssh-keygen -lf` prints our fingerprint and our comment for a file we saved."""
    keys.save(KEY, tmp_path / "key", None, comment="robin proef")
    (tmp_path / "key.pub").unlink()
    printed = ssh_keygen("-lf", str(tmp_path / "key")).stdout.decode()
    assert printed.split(" ", 1)[1] == f"{KEY.public.fingerprint} robin proef (ED25519)\n"


@given(seed=st.binary(min_size=32, max_size=32), comment=st.text("abc é-", max_size=9))
def test_public_line_parses_back(seed: bytes, comment: str) -> None:
    """A public key line parses to the same key whatever its comment."""
    public = keys.SigningKey.from_seed(seed).public
    assert keys.PublicKey.parse(public.line(comment)) == public


GOOD_LINE = KEY.public.line()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "key-unreadable"),
        ("ssh-ed25519", "key-unreadable"),
        ("gewone tekst", "key-unreadable"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB", "key-not-ed25519"),
        ("sk-ssh-ed25519@openssh.com AAAA", "key-not-ed25519"),
        (GOOD_LINE[:-4], "key-unreadable"),
        (GOOD_LINE + "AAAA", "key-unreadable"),
        (GOOD_LINE.replace("AAAAC3", "AAAAC4"), "key-unreadable"),
        (GOOD_LINE[:30] + "!" + GOOD_LINE[30:], "key-unreadable"),
        (GOOD_LINE[:30] + "é" + GOOD_LINE[30:], "key-unreadable"),
    ],
)
def test_other_public_lines_are_refused(line: str, code: str) -> None:
    """A line that is not exactly one ed25519 key is refused with the reason."""
    assert trouble(lambda: keys.PublicKey.parse(line)) == code


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\0b", "a\x7fb"])
def test_comments_stay_on_one_line(text: str) -> None:
    """A comment cannot smuggle a second line into a public key file."""
    with pytest.raises(ValueError, match="one line"):
        KEY.public.line(text)


@pytest.mark.parametrize("name", ["", "a b", "a,b", "*", "a?", "!a", '"a', "#a", "a\n", "a\x01"])
def test_signer_names_that_are_patterns_are_refused(name: str) -> None:
    """A name that allowed_signers would read as more than one plain word is refused."""
    with pytest.raises(ValueError, match=r"plain word|one line"):
        keys.allowed_signer(name, KEY.public)


def test_key_made_by_ssh_keygen_loads(tmp_path: Path) -> None:
    """A key file of ssh-keygen loads, and its public half is the one in the .pub file."""
    path = made_by_ssh_keygen(tmp_path / "key")
    key = keys.load(path)
    assert key.public == keys.PublicKey.parse((tmp_path / "key.pub").read_text())
    assert keys.verify(key.sign(MESSAGE), MESSAGE) == key.public


def test_encrypted_key_made_by_ssh_keygen_loads(tmp_path: Path) -> None:
    """An encrypted key file of ssh-keygen loads with its passphrase."""
    path = made_by_ssh_keygen(tmp_path / "key", "paard batterij")
    key = keys.load(path, lambda: "paard batterij")
    assert key.public == keys.PublicKey.parse((tmp_path / "key.pub").read_text())


@pytest.mark.parametrize("passphrase", [None, "zin met spaties é"])
def test_ssh_keygen_reads_what_save_writes(tmp_path: Path, passphrase: str | None) -> None:
    """`ssh-keygen -y` reads a saved private key and prints its public line; so does load."""
    keys.save(KEY, tmp_path / "key", passphrase, comment="robin")
    done = ssh_keygen("-y", "-P", passphrase or "", "-f", str(tmp_path / "key"))
    comment = "robin" if passphrase is None else ""
    assert done.stdout.decode() == KEY.public.line(comment) + "\n"
    assert (tmp_path / "key.pub").read_text() == KEY.public.line("robin") + "\n"
    assert keys.load(tmp_path / "key", lambda: passphrase or "").public == KEY.public


@given(comment=st.text("abcdefgh", max_size=20))
def test_private_file_is_padded_for_any_comment(comment: str) -> None:
    """Whatever the comment's length, cryptography's own reader finds the same seed in the file."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    key = load_ssh_private_key(KEY.openssh(None, comment), None)
    assert isinstance(key, Ed25519PrivateKey)
    assert key.private_bytes_raw() == bytes(range(32))


def test_passphrase_is_asked_only_when_needed(tmp_path: Path) -> None:
    """Loading an unencrypted key never calls for a passphrase, and an encrypted one calls once."""
    asked: list[str] = []

    def ask() -> str:
        asked.append("asked")
        return "goed"

    keys.save(KEY, tmp_path / "open", None)
    keys.save(KEY, tmp_path / "locked", "goed")
    keys.load(tmp_path / "open", ask)
    assert asked == []
    keys.load(tmp_path / "locked", ask)
    assert asked == ["asked"]


def test_wrong_or_missing_passphrase(tmp_path: Path) -> None:
    """A wrong, empty or absent passphrase is key-passphrase and names the file."""
    path = tmp_path / "key"
    keys.save(KEY, path, "goed")
    for passphrase in (lambda: "fout", lambda: "", None):
        with pytest.raises(keys.KeyTrouble) as caught:
            keys.load(path, passphrase)
        assert (caught.value.code, caught.value.path) == ("key-passphrase", str(path))


def test_rsa_keys_are_refused(tmp_path: Path) -> None:
    """An RSA key is key-not-ed25519 in OpenSSH form, in PEM form, and without its passphrase."""
    plain = made_by_ssh_keygen(tmp_path / "plain", kind="rsa")
    locked = made_by_ssh_keygen(tmp_path / "locked", "geheim", kind="rsa")
    assert trouble(lambda: keys.load(plain)) == "key-not-ed25519"
    assert trouble(lambda: keys.load(locked)) == "key-not-ed25519"
    assert ssh_keygen("-p", "-m", "PEM", "-N", "", "-f", str(plain)).returncode == 0
    assert trouble(lambda: keys.load(plain)) == "key-not-ed25519"


def test_missing_file(tmp_path: Path) -> None:
    """A path without a file is key-missing."""
    assert trouble(lambda: keys.load(tmp_path / "nergens")) == "key-missing"


def test_files_that_are_no_key(tmp_path: Path) -> None:
    """A folder, an empty file, a public key and a damaged key are key-unreadable."""
    keys.save(KEY, tmp_path / "key", None)
    whole = (tmp_path / "key").read_bytes()
    contents = [b"", b"tekst", (tmp_path / "key.pub").read_bytes(), whole[:-50]]
    contents += [whole.replace(b"b3BlbnNz", b"b3BlbnNy"), b"\xff" + whole]
    for number, content in enumerate(contents):
        path = tmp_path / f"file{number}"
        path.write_bytes(content)
        path.chmod(0o600)
        assert trouble(partial(keys.load, path)) == "key-unreadable"
    assert trouble(lambda: keys.load(tmp_path)) == "key-unreadable"


def test_damaged_private_files_are_refused(tmp_path: Path) -> None:
    """Any changed byte of the private section, save in the comment's text, is key-unreadable.

    So is a byte after it.
    """
    rows = KEY.openssh(None, "robin").decode().splitlines()
    raw = base64.b64decode("".join(rows[1:-1]))
    start = raw.rindex(KEY.public.blob) - 8
    comment = raw.index(b"robin")
    path = tmp_path / "key"
    path.touch(0o600)
    for place in {*range(start, len(raw))} - {*range(comment, comment + 5)}:
        changed = bytearray(raw)
        changed[place] ^= 1
        text = base64.b64encode(changed).decode()
        path.write_text("\n".join([rows[0], text, rows[-1]]))
        assert trouble(partial(keys.load, path)) == "key-unreadable"
    path.write_text("\n".join([rows[0], base64.b64encode(raw + b"\0").decode(), rows[-1]]))
    assert trouble(partial(keys.load, path)) == "key-unreadable"
    path.write_text("\n".join(rows))
    assert keys.load(path).public == KEY.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_key_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """A private key that group or others have any access to is not used."""
    keys.save(KEY, tmp_path / "key", None)
    (tmp_path / "key").chmod(mode)
    assert trouble(lambda: keys.load(tmp_path / "key")) == "key-world-readable"


def test_saved_private_key_is_for_its_owner_only(tmp_path: Path) -> None:
    """The private file has mode 0600 even under an open umask."""
    before = os.umask(0)
    try:
        keys.save(KEY, tmp_path / "key", None)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_save_never_overwrites(tmp_path: Path) -> None:
    """A taken path is key-exists and keeps its content, and nothing is left beside it."""
    (tmp_path / "key").write_text("eerder")
    assert trouble(lambda: keys.save(KEY, tmp_path / "key", None)) == "key-exists"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"key": "eerder"}


def test_taken_public_path_leaves_no_private_key(tmp_path: Path) -> None:
    """When only PATH.pub is taken, the error names it and no private key stays behind."""
    (tmp_path / "key.pub").write_text("eerder")
    with pytest.raises(keys.KeyTrouble) as caught:
        keys.save(KEY, tmp_path / "key", None)
    assert (caught.value.code, caught.value.path) == ("key-exists", str(tmp_path / "key.pub"))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"key.pub": "eerder"}


def test_unwritable_place_and_empty_passphrase(tmp_path: Path) -> None:
    """A folder that is not there is key-unwritable; an empty passphrase is key-passphrase."""
    assert trouble(lambda: keys.save(KEY, tmp_path / "weg" / "key", None)) == "key-unwritable"
    assert trouble(lambda: keys.save(KEY, tmp_path / "key", "")) == "key-passphrase"
    assert list(tmp_path.iterdir()) == []


def test_printing_a_signing_key_shows_no_secret() -> None:
    """The printed form of a signing key has its fingerprint and nothing of its seed."""
    assert repr(KEY) == f"SigningKey({KEY.public.fingerprint})"


def test_two_generated_keys_differ() -> None:
    """Generating twice gives two keys."""
    assert keys.SigningKey.generate().public != keys.SigningKey.generate().public


@pytest.mark.parametrize("text", ["", "tekst", "é", keys.armor(BLOB)[:-10], keys.armor(BLOB)[5:]])
def test_other_text_is_no_armored_signature(text: str) -> None:
    """Text that is not exactly one armored signature is refused."""
    with pytest.raises(keys.BadSignature):
        keys.dearmor(text)

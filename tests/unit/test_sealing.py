"""Sealed items, checked against the stock age program."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.crypto import keys, sealing

READER = keys.SigningKey.from_seed(b"lezer" + bytes(27))
STRANGER = keys.SigningKey.from_seed(b"vreemde" + bytes(25))
CONTENT = b"Verslag van het gesprek met Robin Vermeer.\n"

contents = st.one_of(
    st.binary(max_size=3000),
    st.builds(
        lambda head, tail: head + b"".join(tail),
        st.binary(max_size=20),
        st.lists(st.sampled_from([b"\0", b"\x80"]), max_size=1200),
    ),
)


def payload_size(age_file: bytes) -> int:
    """The bytes after the header, which ends with the line that starts with three dashes."""
    return len(age_file) - age_file.index(b"\n", age_file.index(b"\n---")) - 1


@settings(max_examples=200)
@given(content=contents)
def test_any_content_comes_back(content: bytes) -> None:
    """Sealing and opening gives the same bytes back, also with trailing zeros and 0x80."""
    item = sealing.seal(content)
    key = sealing.open_key(sealing.seal_key(item.key, READER.public), READER)
    assert sealing.open_sealed(item.ciphertext, key) == content


def test_large_content_comes_back() -> None:
    """Content of several age chunks comes back whole."""
    content = bytes(range(256)) * 1000
    item = sealing.seal(content)
    assert sealing.open_sealed(item.ciphertext, item.key) == content


@given(left=st.binary(max_size=1000), right=st.binary(max_size=1000))
def test_small_contents_have_one_size(left: bytes, right: bytes) -> None:
    """Any two contents up to 1000 bytes give payloads of the same size."""
    sizes = [payload_size(sealing.seal(content).ciphertext) for content in (left, right)]
    assert sizes[0] == sizes[1]


def test_header_sizes_do_not_depend_on_the_content() -> None:
    """What varies is age's random stanza: one content alone already gives many header sizes."""
    empty, full = (
        {len(c) - payload_size(c) for c in (sealing.seal(content).ciphertext for _ in range(200))}
        for content in (b"", bytes(1000))
    )
    assert len(empty) > 20
    assert len(full) > 20
    assert abs(max(empty) - max(full)) < 100
    assert abs(min(empty) - min(full)) < 40


@given(size=st.one_of(st.integers(0, 5000), st.integers(0, 2**40)))
def test_padding_is_bounded(size: int) -> None:
    """From 1 KiB on the padded size is above the content's and at most 12 % more."""
    padded = sealing.padded_size(size)
    assert padded > size
    assert padded == 1024 if size < 1024 else padded <= size * 1.12


@given(size=st.integers(1023, 2**40))
def test_padded_sizes_are_padme_sizes(size: int) -> None:
    """A padded size is a float whose mantissa is no longer than its exponent (Padmé's rule)."""
    padded = sealing.padded_size(size)
    mantissa = padded // (padded & -padded)
    exponent = padded.bit_length() - 1
    assert mantissa.bit_length() - 1 <= exponent.bit_length()


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 1024), (1023, 1024), (1024, 1088), (1087, 1088), (65536, 67584), (999_999, 1_015_808)],
)
def test_padded_sizes_by_hand(size: int, padded: int) -> None:
    """Padmé sizes worked out by hand: 4 or 5 leading bits are kept and the rest rounds up."""
    assert sealing.padded_size(size) == padded


@given(size=st.integers(0, 2**40), more=st.integers(0, 2**20))
def test_padding_never_shrinks(size: int, more: int) -> None:
    """Longer content never gets a smaller padded size."""
    assert sealing.padded_size(size + more) >= sealing.padded_size(size)


def test_a_large_item_costs_little() -> None:
    """A ciphertext of 100,000 bytes of content is at most 12 % and 1 KiB larger."""
    ciphertext = sealing.seal(bytes(100_000)).ciphertext
    assert 100_000 < len(ciphertext) <= 112_000 + 1024


def test_stranger_cannot_open_the_key() -> None:
    """Somebody whose key it was not sealed to cannot open a sealed key."""
    sealed = sealing.seal_key(sealing.seal(CONTENT).key, READER.public)
    with pytest.raises(sealing.CannotOpen):
        sealing.open_key(sealed, STRANGER)


def test_key_of_another_item_does_not_open() -> None:
    """Each item has its own key, which does not open another item of the same content."""
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing.seal(CONTENT).ciphertext, sealing.seal(CONTENT).key)


@pytest.mark.parametrize("key", [b"", b"tekst", b"\xff\xfe", bytes(32)])
def test_text_that_is_no_key_does_not_open(key: bytes) -> None:
    """Bytes that are no age identity cannot open an item."""
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(sealing.seal(CONTENT).ciphertext, key)


def test_every_flipped_bit_of_an_item_is_found() -> None:
    """Flipping one bit of any byte of the ciphertext, or cutting it there, is found."""
    item = sealing.seal(CONTENT)
    for place in range(len(item.ciphertext)):
        changed = bytearray(item.ciphertext)
        changed[place] ^= 1 << place % 8
        for damaged in (bytes(changed), item.ciphertext[:place]):
            with pytest.raises(sealing.CannotOpen):
                sealing.open_sealed(damaged, item.key)
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(item.ciphertext + b"\0", item.key)


def test_every_flipped_bit_of_a_sealed_key_is_found() -> None:
    """Flipping one bit of any byte of a sealed key, or cutting it there, is found."""
    sealed = sealing.seal_key(sealing.seal(CONTENT).key, READER.public)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << place % 8
        for damaged in (bytes(changed), sealed[:place]):
            with pytest.raises(sealing.CannotOpen):
                sealing.open_key(damaged, READER)


@pytest.mark.parametrize(
    "padded", [b"", bytes(1024), b"tekst\x80", b"tekst".ljust(1024, b"\0"), b"a\x80" + bytes(1023)]
)
def test_other_padding_is_refused(padded: bytes) -> None:
    """An age file whose inside is not padded as sealing does it is refused."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    ciphertext = pyrage.encrypt(padded, [identity.to_public()])
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(ciphertext, str(identity).encode())


def test_same_content_gives_different_items() -> None:
    """Sealing twice gives another ciphertext, another key and another digest."""
    one, other = sealing.seal(CONTENT), sealing.seal(CONTENT)
    assert one.key != other.key
    assert sealing.digest(one.ciphertext) != sealing.digest(other.ciphertext)


def test_printing_an_item_shows_no_key() -> None:
    """The printed form of an item leaves its key out."""
    item = sealing.seal(CONTENT)
    assert item.key.decode() not in repr(item)


def test_digest_is_sha256() -> None:
    """The digest is the SHA-256 in lower-case hexadecimal."""
    assert sealing.digest(CONTENT) == hashlib.sha256(CONTENT).hexdigest()


def opened_with_stock_age(folder: Path, key_file: Path, reader: keys.PublicKey) -> bytes:
    """What two runs of `age -d` make of a new item: the key first, then the item."""
    item = sealing.seal(CONTENT)
    (folder / "sealed-key").write_bytes(sealing.seal_key(item.key, reader))
    (folder / "item.age").write_bytes(item.ciphertext)
    for identity, locked, opened in (
        (key_file, "sealed-key", "item-key"),
        (folder / "item-key", "item.age", "content"),
    ):
        command = ["age", "-d", "-i", str(identity), "-o", str(folder / opened)]
        subprocess.run([*command, str(folder / locked)], check=True, capture_output=True)
    return (folder / "content").read_bytes()


def test_stock_age_opens_both_layers_with_a_key_we_saved(tmp_path: Path) -> None:
    """With a key from `keys.save`, two runs of `age -d` show the content and then the padding."""
    keys.save(READER, tmp_path / "key", None)
    opened = opened_with_stock_age(tmp_path, tmp_path / "key", READER.public)
    assert opened == CONTENT + b"\x80" + bytes(1024 - len(CONTENT) - 1)


def test_stock_age_opens_both_layers_with_a_key_of_ssh_keygen(tmp_path: Path) -> None:
    """With a key that ssh-keygen made, two runs of `age -d` show the content."""
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    reader = keys.PublicKey.parse((tmp_path / "key.pub").read_text())
    assert opened_with_stock_age(tmp_path, path, reader).startswith(CONTENT + b"\x80")


def test_key_sealed_by_stock_age_opens_here(tmp_path: Path) -> None:
    """What `age -R key.pub` seals, `open_key` opens."""
    keys.save(READER, tmp_path / "key", None)
    command = ["age", "-R", str(tmp_path / "key.pub")]
    sealed = subprocess.run(command, input=b"sleutel", check=True, capture_output=True).stdout
    assert sealing.open_key(sealed, READER) == b"sleutel"

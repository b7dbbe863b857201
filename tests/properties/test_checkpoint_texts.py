"""Checkpoints, notes and proof files say one thing in one form, and nothing else is read as one."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workflow.crypto.keys import SigningKey
from workflow.transparency import checkpoints, notes, proofs
from workflow.transparency.checkpoints import BadShort, Checkpoint, Short
from workflow.transparency.notes import BadNote
from workflow.transparency.tree import BadProof, consistency_proof, inclusion_proof, root

KEY = SigningKey.from_seed(b"k" * 32)
OTHER = SigningKey.from_seed(b"o" * 32)
LEAVES = [bytes([n]) * 32 for n in range(11)]
ORIGIN = checkpoints.origin(LEAVES[0])
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

roots = st.binary(min_size=32, max_size=32)
sizes = st.integers(0, 2**35 - 1)


def _note(size: int, origin: str = ORIGIN, key: SigningKey = KEY) -> bytes:
    at = Checkpoint(origin, size, root(LEAVES[:size]))
    return notes.sign(at.text, origin, key).encode()


@given(size=sizes, tree_root=roots)
def test_a_checkpoint_is_read_as_it_was_signed(size: int, tree_root: bytes) -> None:
    """What is read from a signed checkpoint is what was signed, and who signed it is found."""
    said = Checkpoint(ORIGIN, size, tree_root)
    found, note = checkpoints.read(notes.sign(said.text, ORIGIN, KEY).encode())
    assert found == said
    assert notes.signer(note, ORIGIN, [OTHER.public, KEY.public]) == KEY.public
    assert notes.signer(note, ORIGIN, [OTHER.public]) is None
    assert notes.signer(note, "elsewhere", [KEY.public]) is None


@given(data=st.data())
def test_no_changed_note_is_signed(data: st.DataObject) -> None:
    """With any one byte changed, a checkpoint is no note, or nobody's, or its signature is bad."""
    whole = bytearray(_note(7))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255).filter(lambda drawn: drawn != whole[place]))
    try:
        found = notes.signer(checkpoints.read(bytes(whole))[1], ORIGIN, [KEY.public])
    except BadNote:
        return
    assert found is None


def test_a_bad_signature_spoils_a_note() -> None:
    """A signature under the name of a known key that does not hold spoils the whole note."""
    said = _note(7)
    text, line = said.decode().split("\n\n")
    made = bytearray(base64.b64decode(line.split()[-1]))
    made[-1] ^= 1
    forged = f"{text}\n\n\u2014 {ORIGIN} {base64.b64encode(made).decode()}\n".encode()
    with pytest.raises(BadNote):
        notes.signer(notes.parse(forged), ORIGIN, [KEY.public])
    both = said + forged.rpartition(b"\n\n")[2]
    with pytest.raises(BadNote):
        notes.signer(notes.parse(both), ORIGIN, [KEY.public])


def test_a_witness_may_sign_too() -> None:
    """Signatures of keys that nobody here knows do not spoil a note."""
    witness = notes.sign(Checkpoint(ORIGIN, 7, root(LEAVES[:7])).text, "witness", OTHER)
    cosigned = witness.encode() + _note(7).rpartition(b"\n\n")[2]
    assert notes.signer(notes.parse(cosigned), ORIGIN, [KEY.public]) == KEY.public


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"log\n1\n",
        _note(7)[:-1],
        _note(7) + b"\n",
        _note(7).replace(b"\n7\n", b"\n07\n"),
        _note(7).replace(b"\n7\n", b"\n+7\n"),
        _note(7).replace(b"\n7\n", b"\n7\r\n"),
        _note(7).replace(b"\n7\n", b"\n\n"),
        _note(7).replace("\u2014".encode(), b"-"),
        _note(7).replace(base64.b64encode(root(LEAVES[:7])), base64.b64encode(b"short")),
        _note(7).replace(b"=\n\n", b"\n\n"),
        _note(7) + b"x" * notes.LONGEST,
        b"\xff" + _note(7),
    ],
)
def test_what_is_no_checkpoint(text: bytes) -> None:
    """Anything that is not a checkpoint in its one form is refused."""
    with pytest.raises(BadNote):
        checkpoints.read(text)


@given(size=sizes, tree_root=roots, data=st.data())
def test_a_short_string_is_read_however_it_is_typed(
    size: int, tree_root: bytes, data: st.DataObject
) -> None:
    """Lower case, spaces, and O and I for 0 and 1 read as the short string that was printed."""
    short = Checkpoint(ORIGIN, size, tree_root).short
    typed = data.draw(st.sampled_from([str.lower, str.upper]))(short.written)
    typed = typed.replace("-", data.draw(st.sampled_from(["", " ", "-", "\u2013"])))
    typed = data.draw(st.sampled_from([typed, typed.replace("0", "O").replace("1", "l")]))
    assert checkpoints.read_short(f" {typed}\n") == short
    assert short.matches(tree_root)


@given(size=sizes, tree_root=roots, data=st.data())
def test_a_mistyped_short_string_is_no_other(
    size: int, tree_root: bytes, data: st.DataObject
) -> None:
    """One to four wrong symbols, or two exchanged, in the groups are never another short string."""
    written = Checkpoint(ORIGIN, size, tree_root).short.written
    head, groups = written.split("-", 1)
    signs = list(groups)
    symbols = [place for place, sign in enumerate(signs) if sign != "-"]
    places = data.draw(st.lists(st.sampled_from(symbols), min_size=1, max_size=4, unique=True))
    if len(places) == 2 and data.draw(st.booleans()):
        one, two = places
        assume(signs[one] != signs[two])
        signs[one], signs[two] = signs[two], signs[one]
    else:
        for place in places:
            signs[place] = data.draw(st.sampled_from(SIGNS.replace(signs[place], "")))
    with pytest.raises(BadShort):
        checkpoints.read_short(f"{head}-{''.join(signs)}")


@pytest.mark.parametrize("text", ["", "12", "4F7K-9QTM-2C8X-5JWD-0PQ7-B3ZN", "u-1", "zaken.db"])
def test_what_is_no_short_string(text: str) -> None:
    """A return code, a file name and a bare number are no short string."""
    with pytest.raises(BadShort):
        checkpoints.read_short(text)


def test_a_wrong_size_shows() -> None:
    """A short string whose size was typed with one digit otherwise is not read as another."""
    written = Short(1042, 2**99 + 12345).written
    for size in (1041, 1043, 1142, 2042, 142, 10420, 0):
        with pytest.raises(BadShort):
            checkpoints.read_short(written.replace("1042", str(size), 1))


@pytest.mark.parametrize("index", range(7))
def test_a_proof_of_inclusion_is_read_back(index: int) -> None:
    """The file of a proof reads as that proof, and holds for its leaf and no other."""
    proof = proofs.Inclusion(LEAVES[index], index, inclusion_proof(LEAVES[:7], index), _note(7))
    found = proofs.parse(proof.written)
    assert found == proof
    assert isinstance(found, proofs.Inclusion)
    found.verify(found.leaf)
    with pytest.raises(BadProof):
        found.verify(LEAVES[index - 1])


@pytest.mark.parametrize("size", [1, 4, 7, 11])
def test_a_proof_of_growth_is_read_back(size: int) -> None:
    """The file of a proof of growth reads as that proof, and holds."""
    proof = proofs.Consistency(consistency_proof(LEAVES, size), _note(size), _note(11))
    found = proofs.parse(proof.written)
    assert found == proof
    assert isinstance(found, proofs.Consistency)
    found.verify()


def test_growth_is_within_one_log() -> None:
    """Two checkpoints of two logs are no growth, whatever their roots."""
    proof = proofs.Consistency(consistency_proof(LEAVES, 4), _note(4, "other"), _note(11))
    with pytest.raises(BadNote, match="two logs"):
        proof.verify()


@given(data=st.data())
def test_no_changed_proof_file_holds(data: st.DataObject) -> None:
    """With any one byte changed, a proof is none, does not hold, or is not signed."""
    growth = proofs.Consistency(consistency_proof(LEAVES, 4), _note(4), _note(11))
    inclusion = proofs.Inclusion(LEAVES[2], 2, inclusion_proof(LEAVES, 2), _note(11))
    whole = bytearray(data.draw(st.sampled_from([growth.written, inclusion.written])))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255).filter(lambda drawn: drawn != whole[place]))
    try:
        found = proofs.parse(bytes(whole))
        if isinstance(found, proofs.Inclusion):
            found.verify(LEAVES[2])
            assert found.leaf != LEAVES[2] or found.index != 2 or _unsigned(found)
        else:
            found.verify()
            assert _unsigned(found)
    except (BadNote, BadProof):
        return


def _unsigned(proof: proofs.Proof) -> bool:
    return any(
        notes.signer(note, at.origin, [KEY.public]) is None for at, note in proof.checkpoints
    )


@given(st.binary(max_size=300))
def test_nothing_else_is_a_proof(file: bytes) -> None:
    """Arbitrary bytes are refused as a proof, a note and a checkpoint, and never in another way."""
    for reader in (proofs.parse, notes.parse, checkpoints.read):
        with pytest.raises(BadNote):
            reader(file)


def test_a_verifier_key_is_read_back() -> None:
    """A public key in the form for notes reads as name and key, and not under another name."""
    written = notes.verifier(ORIGIN, KEY.public)
    assert notes.parse_verifier(written) == (ORIGIN, KEY.public)
    for forged in (written.replace(ORIGIN, "other"), written[:-4], "", "a+b", ORIGIN):
        with pytest.raises(BadNote):
            notes.parse_verifier(forged)

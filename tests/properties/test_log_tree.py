"""The tree over all events is that of RFC 6962, and no forged proof about it holds."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.transparency import tree

BOUND = 40

leaf_hashes = st.binary(min_size=32, max_size=32)
trees = st.lists(leaf_hashes, min_size=1, max_size=BOUND)


def _mth(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash, word for word as RFC 6962 §2.1 defines it, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _below(len(leaves))
    return hashlib.sha256(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:])).digest()


def _path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1."""
    if len(leaves) == 1:
        return []
    k = _below(len(leaves))
    if m < k:
        return [*_path(m, leaves[:k]), _mth(leaves[k:])]
    return [*_path(m - k, leaves[k:]), _mth(leaves[:k])]


def _subproof(m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2."""
    if m == len(leaves):
        return [] if whole else [_mth(leaves)]
    k = _below(len(leaves))
    if m <= k:
        return [*_subproof(m, leaves[:k], whole=whole), _mth(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], whole=False), _mth(leaves[:k])]


def _below(n: int) -> int:
    """The largest power of two smaller than `n`."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def _included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    try:
        tree.verify_inclusion(leaf, index, size, proof, root)
    except tree.BadProof:
        return False
    return True


def _grew(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    try:
        tree.verify_consistency(size1, size2, proof, root1, root2)
    except tree.BadProof:
        return False
    return True


@given(leaves=st.lists(leaf_hashes, max_size=BOUND), cut=st.integers(0, BOUND))
def test_root_is_that_of_the_standard(leaves: list[bytes], cut: int) -> None:
    """However the leaves came in, the root is that of the recursive definition."""
    begun = tree.Frontier().extended(leaves[:cut])
    kept = tree.Frontier.unpacked(begun.size, begun.packed())
    grown = kept.extended(leaves[cut:])
    assert (grown.size, grown.root) == (len(leaves), _mth(leaves))
    assert len(grown.nodes) == len(leaves).bit_count()


@given(leaves=trees, index=st.integers(0, BOUND - 1))
def test_inclusion_proof_is_that_of_the_standard(leaves: list[bytes], index: int) -> None:
    """The proof of a leaf is the audit path of the standard, and holds."""
    index %= len(leaves)
    proof = tree.inclusion_proof(leaves, index)
    assert list(proof) == _path(index, leaves)
    tree.verify_inclusion(leaves[index], index, len(leaves), proof, _mth(leaves))


@given(leaves=trees, size=st.integers(1, BOUND))
def test_consistency_proof_is_that_of_the_standard(leaves: list[bytes], size: int) -> None:
    """The proof of growth is that of the standard, and holds."""
    size = (size - 1) % len(leaves) + 1
    proof = tree.consistency_proof(leaves, size)
    assert list(proof) == _subproof(size, leaves, whole=True)
    tree.verify_consistency(size, len(leaves), proof, _mth(leaves[:size]), _mth(leaves))


@st.composite
def forgeries(draw: st.DrawFn, proof: Sequence[bytes]) -> list[bytes]:
    """Another proof: a bit turned, a hash taken out, put in, doubled, cut or swapped."""
    forged = list(proof)
    kinds = ["put in"] + (["turn", "take out", "cut", "double", "lengthen"] if forged else [])
    kind = draw(st.sampled_from(kinds))
    place = draw(st.integers(0, max(len(forged) - 1, 0)))
    if kind == "put in":
        forged.insert(place, draw(leaf_hashes))
    elif kind == "turn":
        bit = draw(st.integers(0, 255))
        changed = bytearray(forged[place])
        changed[bit // 8] ^= 1 << (bit % 8)
        forged[place] = bytes(changed)
    elif kind == "take out":
        del forged[place]
    elif kind == "cut":
        forged[place] = forged[place][:-1]
    elif kind == "double":
        forged.insert(place, forged[place])
    else:
        forged[place] += b"\0"
    return forged


@given(data=st.data(), leaves=st.lists(leaf_hashes, min_size=1, max_size=BOUND, unique=True))
def test_no_forged_inclusion_holds(data: st.DataObject, leaves: list[bytes]) -> None:
    """With anything about it changed, the proof of a leaf holds no more."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root, size = tree.inclusion_proof(leaves, index), _mth(leaves), len(leaves)
    assert _included(leaves[index], index, size, proof, root)
    assert not _included(leaves[index], index, size, data.draw(forgeries(proof)), root)
    other = data.draw(leaf_hashes.filter(lambda drawn: drawn != leaves[index]))
    assert not _included(other, index, size, proof, root)
    assert not _included(leaves[index], index, size, proof, other)
    elsewhere = data.draw(st.integers(-2, 2 * BOUND).filter(lambda drawn: drawn != index))
    assert not _included(leaves[index], elsewhere, size, proof, root)
    assert not _included(leaves[index], index, 0, proof, root)


@given(data=st.data(), leaves=st.lists(leaf_hashes, min_size=1, max_size=BOUND, unique=True))
def test_no_forged_growth_holds(data: st.DataObject, leaves: list[bytes]) -> None:
    """With anything about it changed, the proof of growth holds no more."""
    size, total = data.draw(st.integers(1, len(leaves))), len(leaves)
    proof = tree.consistency_proof(leaves, size)
    old, new = _mth(leaves[:size]), _mth(leaves)
    assert _grew(size, total, proof, old, new)
    assert not _grew(size, total, data.draw(forgeries(proof)), old, new)
    other = data.draw(leaf_hashes.filter(lambda drawn: drawn not in (old, new)))
    assert not _grew(size, total, proof, other, new)
    assert not _grew(size, total, proof, old, other)
    assert not _grew(0, total, proof, old, new)
    if size != total:
        assert not _grew(total, size, proof, old, new)
        assert not _grew(size, total, proof, new, old)


@given(data=st.data(), leaves=st.lists(leaf_hashes, min_size=2, max_size=BOUND, unique=True))
def test_no_rewritten_log_grew(data: st.DataObject, leaves: list[bytes]) -> None:
    """Where a leaf of the older tree was changed, taken out or swapped, no proof from it holds."""
    size = data.draw(st.integers(2, len(leaves)))
    old, place = _mth(leaves[:size]), data.draw(st.integers(0, size - 2))
    changed = list(leaves)
    kind = data.draw(st.sampled_from(["change", "take out", "swap"]))
    if kind == "change":
        changed[place] = data.draw(leaf_hashes.filter(lambda drawn: drawn != leaves[place]))
    elif kind == "swap":
        changed[place], changed[place + 1] = changed[place + 1], changed[place]
    else:
        del changed[place]
        changed.append(data.draw(leaf_hashes.filter(lambda drawn: drawn not in leaves)))
    proof = tree.consistency_proof(changed, size)
    assert not _grew(size, len(changed), proof, old, _mth(changed))


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 1), (0, 8), (-1, 1), (2, 1)], ids=str)
def test_nothing_grows_from_nothing(size1: int, size2: int) -> None:
    """From an empty tree, and backwards, no growth is proved, whatever the roots."""
    assert not _grew(size1, size2, (), tree.EMPTY, tree.EMPTY)


def test_a_damaged_frontier_is_refused() -> None:
    """What is kept of a tree is taken only with as many nodes as a tree of its size has."""
    frontier = tree.Frontier().extended([bytes(32)] * 7)
    for size, packed in ((6, frontier.packed()), (7, frontier.packed()[:-1]), (-1, b"")):
        with pytest.raises(ValueError, match="nodes"):
            tree.Frontier.unpacked(size, packed)


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_of_what_is_not_there(index: int) -> None:
    """No proof is made of a leaf before the first or beyond the last, nor of growth from there."""
    leaves = [bytes([n]) * 32 for n in range(3)]
    with pytest.raises(IndexError):
        tree.inclusion_proof(leaves, index)
    with pytest.raises(IndexError):
        tree.consistency_proof(leaves, index + 1 if index == 3 else index)

"""The Merkle tree of RFC 6962: roots, proofs, and whether a proof holds. Pure.

Leaves come in as leaf hashes, which is what the hash of an event already is (`engine.ledger`). A
proof is checked exactly as RFC 9162 §2.1.3.2 and §2.1.4.2 say, and anything that these do not
speak of does not hold: a hash of another length, a proof with more or fewer hashes than the sizes
ask for, a proof of growth from an empty tree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import msgspec

LENGTH = 32
"""The bytes of a SHA-256 hash."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of the tree without leaves (RFC 6962 §2.1)."""


class BadProof(ValueError):
    """A proof that does not hold; the text says at which rule it fails."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 over a one byte and both children (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier(msgspec.Struct, frozen=True):
    """All that has to be remembered of a tree to let it grow, and to know its root.

    `nodes` are the roots of the perfect trees that its leaves fall apart into, the largest first:
    one for each bit that is set in `size`, so there are at most log2(size) + 1.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> Frontier:
        """The tree with these leaf hashes after those it has: O(log size) for each at most."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            node, place = leaf, size
            while place & 1:
                node = node_hash(nodes.pop(), node)
                place >>= 1
            nodes.append(node)
            size += 1
        return Frontier(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962 §2.1)."""
        if not self.nodes:
            return EMPTY
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def packed(self) -> bytes:
        """Its nodes as bytes, one after the other."""
        return b"".join(self.nodes)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Frontier:
        """The frontier of `size` leaves from its `packed` nodes; ValueError for another number."""
        if size < 0 or len(packed) != size.bit_count() * LENGTH:
            raise ValueError("not as many nodes as a tree of that size has")
        starts = range(0, len(packed), LENGTH)
        return cls(size, tuple(packed[start : start + LENGTH] for start in starts))


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in their order."""
    return Frontier().extended(leaves).root


def roots(leaves: Sequence[bytes], sizes: Collection[int]) -> dict[int, bytes]:
    """The root over the first so many leaf hashes, for each size there is; in one pass."""
    found, frontier = dict[int, bytes](), Frontier()
    for size in sorted(set(sizes)):
        if 0 <= size <= len(leaves):
            frontier = frontier.extended(leaves[frontier.size : size])
            found[size] = frontier.root
    return found


# --- making proofs -------------------------------------------------------------------------------


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The audit path of leaf `index` (from 0) in the tree over `leaves` (RFC 6962 §2.1.1).

    Raises IndexError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root(leaves[middle:end]))
            end = middle
        else:
            path.append(root(leaves[start:middle]))
            start = middle
    return tuple(reversed(path))


def consistency_proof(leaves: Sequence[bytes], size: int) -> tuple[bytes, ...]:
    """The proof that the tree over `leaves` begins with its first `size` (RFC 6962 §2.1.2).

    Empty where these are all of them. Raises IndexError for a size of 0 or beyond the end.
    """
    if not 1 <= size <= len(leaves):
        raise IndexError(size)
    path: list[bytes] = []
    start, end = 0, len(leaves)
    known = True  # the verifier has the root of this part: it is the very tree it began with
    while size != end:
        middle = start + _split(end - start)
        if size <= middle:
            path.append(root(leaves[middle:end]))
            end = middle
        else:
            path.append(root(leaves[start:middle]))
            start, known = middle, False
    if not known:
        path.append(root(leaves[start:end]))
    return tuple(reversed(path))


def _split(count: int) -> int:
    """The largest power of two below `count`, which is 2 or more."""
    return 1 << ((count - 1).bit_length() - 1)


# --- checking proofs -----------------------------------------------------------------------------


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes
) -> None:
    """Raise BadProof unless `leaf` is leaf `index` (from 0) of the `size` under `tree_root`.

    RFC 9162 §2.1.3.2. `leaf`, the root and the members of `proof` are hashes of 32 bytes.
    """
    _hashes(leaf, tree_root, *proof)
    if not 0 <= index < size:
        raise BadProof("there is no such leaf in a tree of that size")
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    if node != tree_root:
        raise BadProof("the proof leads to another root")


def verify_consistency(
    size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> None:
    """Raise BadProof unless the tree of `size2` leaves begins with the one of `size1`.

    RFC 9162 §2.1.4.2, which is for 0 < `size1` < `size2`. Of equal sizes the roots must be equal
    and the proof empty. From an empty tree nothing can be proved: every tree begins with it.
    """
    _hashes(root1, root2, *proof)
    if not 0 < size1 <= size2:
        raise BadProof("there is no growth between trees of these sizes")
    if size1 == size2:
        if proof:
            raise BadProof("the proof is too long")
        if root1 != root2:
            raise BadProof("the proof leads to another root")
        return
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not proof:
        raise BadProof("the proof is too short")
    place, last = size1 - 1, size2 - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if place & 1 or place == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not (place & 1 or place == 0):
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, node)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise BadProof("the proof is too short")
    if (first, second) != (root1, root2):
        raise BadProof("the proof leads to another root")


def _hashes(*values: bytes) -> None:
    if any(len(value) != LENGTH for value in values):
        raise BadProof("a hash has 32 bytes")

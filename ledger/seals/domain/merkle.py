"""The Merkle tree of RFC 6962, section 2.1: hashing, appending, proofs and their verification.

A tree of `size` leaves is a row of perfect subtrees. The perfect subtree at (level, index) stands over the 2^level leaves from
index * 2^level on; level 0 are the leaf hashes. Once its leaves are there it never changes, so it can be stored.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node = tuple[int, int, bytes]
GetNode = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree to append to. Holds only the roots of its perfect subtrees (at most one for each bit of its size)."""

    def __init__(self, size: int = 0, get: GetNode | None = None) -> None:
        self.size = size
        self._peaks = [get(level, index) for level, index in perfect_subtrees(0, size)] if get else []
        assert len(self._peaks) == size.bit_count(), "a tree that has leaves needs its nodes"

    def append(self, leaf: bytes) -> Iterator[Node]:
        """Add a leaf hash; yield (level, index, hash) of every perfect subtree above it that it completes."""
        index, level, node = self.size, 0, leaf
        while index & 1:
            index, level, node = index >> 1, level + 1, node_hash(self._peaks.pop(), node)
            yield level, index, node
        self._peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        return _fold(self._peaks)


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return (level, index) of the perfect subtrees that cover the leaves from `start` to `end`, left to right.

    `start` is a multiple of a power of two that is not smaller than `end - start`, as it is for every subtree of RFC 6962.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        assert start % (1 << level) == 0, (start, end)
        found.append((level, start >> level))
        start += 1 << level
    return found


def root_of(size: int, get: GetNode) -> bytes:
    """Return the root over the first `size` leaves."""
    return _root_between(0, size, get)


def inclusion_proof(index: int, size: int, get: GetNode) -> list[bytes]:
    """Return the audit path of a leaf, from its sibling up (RFC 6962, 2.1.1)."""
    assert 0 <= index < size, (index, size)
    return [_root_between(start, end, get) for start, end in _path(index, 0, size)]


def consistency_proof(old: int, new: int, get: GetNode) -> list[bytes]:
    """Return the proof that the tree of size `new` only added to that of size `old` (RFC 6962, 2.1.2)."""
    assert 0 < old <= new, (old, new)
    return [_root_between(start, end, get) for start, end in _sub_proof(old, 0, new, whole=True)]


def is_included(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that a leaf hash is the `index`-th of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, new: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the tree of `new` leaves begins with that of `old` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and roots[0] == roots[1]
    nodes = [roots[0], *proof] if old & (old - 1) == 0 else list(proof)
    if not nodes or any(len(node) != HASH_BYTES for node in nodes):
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(node, before), node_hash(node, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, node)
        place, last = place >> 1, last >> 1
    return last == 0 and (before, after) == roots


def nodes_above(leaves: Iterable[bytes]) -> tuple[Growing, list[Node]]:
    """Return the tree over these leaf hashes and all its perfect subtrees above them."""
    tree = Growing()
    nodes: list[Node] = []
    for leaf in leaves:
        nodes += tree.append(leaf)
    return tree, nodes


def _root_between(start: int, end: int, get: GetNode) -> bytes:
    return _fold([get(level, index) for level, index in perfect_subtrees(start, end)])


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    *rest, node = peaks
    for peak in reversed(rest):
        node = node_hash(peak, node)
    return node


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start == 1:
        return []
    middle = start + _half(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _sub_proof(old: int, start: int, end: int, *, whole: bool) -> list[tuple[int, int]]:
    if old == end:
        return [] if whole else [(start, end)]
    middle = start + _half(end - start)
    if old <= middle:
        return [*_sub_proof(old, start, middle, whole=whole), (middle, end)]
    return [*_sub_proof(old, middle, end, whole=False), (start, middle)]


def _half(count: int) -> int:
    """Return the largest power of two that is smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1

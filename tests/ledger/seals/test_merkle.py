"""The tree, against RFC 6962's own definition, its published vectors, and every size up to 130."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.seals.domain import merkle

# The vectors that implementations of Certificate Transparency share.
INPUTS = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
MOST = 130
LEAVES = [merkle.leaf_hash(f"leaf {number}".encode()) for number in range(MOST)]


def by_definition(leaves):
    """MTH of RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


def path_by_definition(m, leaves):
    """PATH of RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path_by_definition(m, leaves[:k]), by_definition(leaves[k:])]
    return [*path_by_definition(m - k, leaves[k:]), by_definition(leaves[:k])]


def largest_power_below(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


def nodes_of(leaves):
    tree, nodes = merkle.nodes_above(leaves)
    kept = {(level, index): node for level, index, node in nodes} | {(0, index): leaf for index, leaf in enumerate(leaves)}
    return tree, lambda level, index: kept[level, index]


@pytest.mark.parametrize("size", range(1, 9))
def test_it_has_the_published_roots(size):
    tree, get = nodes_of([merkle.leaf_hash(data) for data in INPUTS[:size]])

    assert tree.root.hex() == ROOTS[size - 1]
    assert merkle.root_of(size, get).hex() == ROOTS[size - 1]


def test_an_empty_tree_has_the_hash_of_nothing_as_root():
    assert merkle.Growing().root == by_definition([])


def test_every_size_has_the_root_of_the_definition_whether_grown_at_once_or_taken_up_again():
    whole, get = nodes_of(LEAVES)
    for size in range(1, MOST + 1):
        assert merkle.root_of(size, get) == by_definition(LEAVES[:size])
        tree = merkle.Growing(size, get)
        for leaf in LEAVES[size:]:
            list(tree.append(leaf))
        assert tree.root == whole.root


def test_every_leaf_of_every_size_is_proven_and_no_other_leaf_place_or_root_is():
    _tree, get = nodes_of(LEAVES)
    for size in range(1, MOST + 1):
        root = by_definition(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, get)
            assert merkle.is_included(LEAVES[index], index, size, root, proof)
            assert not merkle.is_included(merkle.leaf_hash(b"another"), index, size, root, proof)
            assert not merkle.is_included(LEAVES[index], index, size, merkle.leaf_hash(b"another"), proof)
            assert not merkle.is_included(LEAVES[index], index ^ 1, size, root, proof)
            assert not merkle.is_included(LEAVES[index], index, size, root, [*proof, root])
            assert not proof or not merkle.is_included(LEAVES[index], index, size, root, proof[:-1])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 64, 100, 127, 128, 129, 130])
def test_the_paths_are_those_of_the_definition(size):
    _tree, get = nodes_of(LEAVES)

    for index in range(size):
        assert merkle.inclusion_proof(index, size, get) == path_by_definition(index, LEAVES[:size])


def test_every_pair_of_sizes_is_consistent_and_no_forged_root_is():
    _tree, get = nodes_of(LEAVES)
    roots = [by_definition(LEAVES[:size]) for size in range(MOST + 1)]
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, get)
            assert merkle.is_consistent(old, new, (roots[old], roots[new]), proof)
            assert not merkle.is_consistent(old, new, (LEAVES[1], roots[new]), proof)
            assert not merkle.is_consistent(old, new, (roots[old], LEAVES[1]), proof)
            assert not merkle.is_consistent(old, new, (roots[old], roots[new]), [*proof, LEAVES[0]])
            assert not proof or not merkle.is_consistent(old, new, (roots[old], roots[new]), proof[:-1])


@given(st.lists(st.binary(max_size=3), min_size=2, max_size=MOST), st.data())
def test_a_log_that_was_rewritten_is_never_consistent(contents, data):
    leaves = [merkle.leaf_hash(content) for content in contents]
    old = data.draw(st.integers(1, len(leaves) - 1))
    edited = data.draw(st.integers(0, old - 1))
    _tree, get = nodes_of(leaves)
    _forged, get_forged = nodes_of([*leaves[:edited], merkle.leaf_hash(b"forged"), *leaves[edited + 1 :]])

    proof = merkle.consistency_proof(old, len(leaves), get_forged)

    signed, forged = merkle.root_of(old, get), merkle.root_of(len(leaves), get_forged)
    assert not merkle.is_consistent(old, len(leaves), (signed, forged), proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_place_outside_of_the_tree_is_refused(index, size):
    assert not merkle.is_included(LEAVES[0], index, size, LEAVES[0], [])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_sizes_that_shrink_or_vanish_are_refused(old, new):
    assert not merkle.is_consistent(old, new, (LEAVES[0], LEAVES[0]), [LEAVES[0]])


def test_hashes_of_a_wrong_length_are_refused():
    assert not merkle.is_consistent(3, 7, (LEAVES[0], LEAVES[1]), [b"short"])

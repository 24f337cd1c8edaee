"""Checks proofs of points movements offline. Needs Python 3.9 or newer and the package cryptography; nothing of Pointbook.

    python verify_receipt.py KEY FILE ...

KEY is the log's public key as the operator publishes it (name+id+base64). A FILE may be
    a receipt             "pointbook.receipt/v1", signed when the movement was posted
    a proof               "c2sp.org/tlog-proof@v1", that a movement is in the log
    a checkpoint          the log's signed size and root
    a consistency proof   "pointbook.consistency/v1", that a later checkpoint only added to an earlier one

Then the files are held against each other: a proof must be for the leaf that its movement's receipt promises; checkpoints of one size
must have one root; a consistency proof joins the earlier checkpoint, which must be among the files, with a later one.
Exit code 0: everything holds. 1: something does not; the last line says what.
"""

# ruff: noqa: INP001  # a program of its own, in no package
import base64
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLD = ("movement", "wallet", "seq", "moved", "business_on")
Key = tuple[str, bytes, Ed25519PublicKey]


class Wrong(Exception):
    """Something does not hold."""


def unpack(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def parse_key(text: str) -> Key:
    name, key_id, encoded = text.strip().split("+", 2)
    key = unpack(encoded)
    if key[:1] != b"\x01" or sha(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Wrong("this is not an Ed25519 key of a log")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(key[1:])


def open_note(note: str, key: Key) -> str:
    """Return the text of a note that the key has signed."""
    text, blank, signatures = note.rpartition("\n\n")
    name, key_id, public = key
    for line in signatures.splitlines() if blank else []:
        dash, signer, encoded = [*line.split(" ", 2), "", ""][:3]
        if dash == "\u2014" and signer == name and unpack(encoded)[:4] == key_id:
            try:
                public.verify(unpack(encoded)[4:], (text + "\n").encode())
            except InvalidSignature:
                raise Wrong("the signature is wrong") from None
            return text + "\n"
    raise Wrong(f"it is not signed by {name}")


def open_checkpoint(note: str, key: Key) -> tuple[int, bytes]:
    """Return size and root."""
    lines = open_note(note, key).split("\n")
    if lines[0] != key[0]:
        raise Wrong(f"it is a checkpoint of {lines[0]}")
    return int(lines[1]), unpack(lines[2])


def root_by_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2."""
    found, place, last = leaf, index, size - 1
    for sibling in path:
        if last == 0:
            raise Wrong("the path is too long")
        if place & 1 or place == last:
            found = node(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    if last or not 0 <= index < size:
        raise Wrong("the path does not fit the place")
    return found


def roots_by_consistency(old: int, old_root: bytes, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.4.2: the roots of both sizes as the path gives them."""
    if not 0 < old <= new:
        raise Wrong("the log became smaller")
    if old == new:
        return old_root, old_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = nodes[0] if nodes else b""
    for sibling in nodes[1:]:
        if last == 0:
            raise Wrong("the path is too long")
        if place & 1 or place == last:
            before, after = node(sibling, before), node(sibling, after)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            after = node(after, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("the path is too short")
    return before, after


class Findings:
    """What the files say so far."""

    def __init__(self, key: Key) -> None:
        self.key = key
        self.roots: dict[int, bytes] = {}
        self.leaves: dict[str, bytes] = {}
        self.joins: list[tuple[int, int, bytes, list[bytes]]] = []

    def checkpoint(self, note: str) -> tuple[int, bytes]:
        size, root = open_checkpoint(note, self.key)
        if self.roots.setdefault(size, root) != root:
            raise Wrong(f"two histories: there is another checkpoint of size {size}")
        return size, root

    def leaf(self, movement: str, leaf: bytes) -> None:
        if self.leaves.setdefault(movement, leaf) != leaf:
            raise Wrong(f"movement {movement} is not what the receipt promised")

    def read(self, text: str) -> str:
        """Check one file; return what it shows."""
        head, _blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if lines[0] == "pointbook.receipt/v1":
            lines = open_note(text, self.key).rstrip("\n").split("\n")
            for line in lines[3:]:
                movement, leaf = line.split(" ")
                self.leaf(movement, unpack(leaf))
            return f"receipt of {lines[2]} for {len(lines) - 3} movements"
        if lines[0] == "c2sp.org/tlog-proof@v1":
            return self.proof(lines, note)
        if lines[0] == "pointbook.consistency/v1":
            size, root = self.checkpoint(note)
            old, path = int(lines[1].split(" ")[1]), [unpack(line) for line in lines[2:]]
            self.joins.append((old, size, root, path))
            return f"consistency of {old} with {size} leaves"
        return f"checkpoint of {self.checkpoint(text)[0]} leaves"

    def proof(self, lines: list[str], note: str) -> str:
        if not lines[1].startswith("extra "):
            raise Wrong("the movement's text is missing: nobody can tell any more what the leaf was made of")
        content = unpack(lines[1][6:])
        index, path = int(lines[2].split(" ")[1]), [unpack(line) for line in lines[3:]]
        size, root = self.checkpoint(note)
        leaf = sha(b"\x00" + content)
        if root_by_inclusion(leaf, index, size, path) != root:
            raise Wrong("the movement is not in this log")
        facts = dict(line.partition(" ")[::2] for line in content.decode().split("\n"))
        self.leaf(facts["movement"], leaf)
        return f"proof of place {index} of {size}: " + ", ".join(f"{name} {facts[name]}" for name in TOLD)

    def join(self) -> Iterator[str]:
        """Yield what the consistency proofs join, once all checkpoints are known."""
        for old, size, root, path in self.joins:
            if old not in self.roots:
                raise Wrong(f"the checkpoint of size {old} is missing: name its file too")
            if roots_by_consistency(old, self.roots[old], size, path) != (self.roots[old], root):
                raise Wrong(f"the log of {size} leaves is not a continuation of that of {old}")
            yield f"the log of {size} leaves only added to that of {old}"


def main(arguments: list[str]) -> None:
    where = "the key" if len(arguments) > 1 else sys.exit(__doc__)
    try:
        findings = Findings(parse_key(arguments[0]))
        for where in arguments[1:]:
            sys.stdout.write(f"holds: {where}: {findings.read(Path(where).read_text(encoding='utf-8'))}\n")
        where = "the files together"
        for line in findings.join():
            sys.stdout.write(f"holds: {line}\n")
    except Wrong as wrong:
        sys.exit(f"WRONG: {where}: {wrong}")
    except (ValueError, IndexError, KeyError, OSError) as error:
        sys.exit(f"WRONG: {where}: it cannot be read ({error})")


if __name__ == "__main__":
    main(sys.argv[1:])

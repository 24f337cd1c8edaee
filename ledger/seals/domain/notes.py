"""Signed notes, checkpoints and proofs as text: c2sp.org/signed-note, /tlog-checkpoint and /tlog-proof, with Ed25519 keys."""

import base64
import binascii
import dataclasses
import hashlib
import re
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
CONSISTENCY_HEADER = "pointbook.consistency/v1"
RECEIPT_HEADER = "pointbook.receipt/v1"


class NotProven(ValueError):
    """A text that is malformed, or that its key has not signed."""


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclasses.dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name that it signs under."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        """Read `name+keyid+base64(type, key)`. Raises: NotProven."""
        name, said, encoded = [*text.strip().split("+", 2), "", ""][:3]  # base64 may hold a plus itself
        key = _decoded(encoded)
        verifier = cls(name, key[1:])
        if key[:1] != ED25519 or len(key) != 33 or said != verifier.key_id.hex():
            raise NotProven(f"not an Ed25519 verifier key: {text}")
        return verifier

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{_encoded(ED25519 + self.public)}"

    def text_of(self, note: str) -> str:
        """Return the text of a note that this key has signed. Raises: NotProven."""
        text, blank, signatures = note.rpartition("\n\n")
        if not blank or not signatures.endswith("\n"):
            raise NotProven("not a signed note")
        text += "\n"
        for line in signatures.splitlines():
            dash, name, signature = [*line.split(" ", 2), "", ""][:3]
            blob = _decoded(signature)
            if dash == "—" and name == self.name and blob[:4] == self.key_id:
                return self._checked(text, blob[4:])
        raise NotProven(f"no signature of {self.name}")

    def _checked(self, text: str, signature: bytes) -> str:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            raise NotProven(f"the signature of {self.name} is wrong") from None
        return text


@dataclasses.dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the name that it signs under."""

    name: str
    private: Ed25519PrivateKey
    verifier: Verifier = dataclasses.field(init=False)
    _mark: bytes = dataclasses.field(init=False, repr=False)
    """The key's id, the same before every signature."""

    def __post_init__(self) -> None:
        verifier = Verifier(self.name, self.private.public_key().public_bytes_raw())
        object.__setattr__(self, "verifier", verifier)
        object.__setattr__(self, "_mark", verifier.key_id)

    def sign(self, text: str) -> str:
        """Return the text as a note with one signature."""
        assert text.endswith("\n") and not _CONTROL.search(text), text
        signature = self.private.sign(text.encode())
        return f"{text}\n— {self.name} {_encoded(self._mark + signature)}\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root at a moment."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's text (a note's text, or the whole note). Raises: NotProven."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not _is_number(lines[1]) or len(_decoded(lines[2])) != 32:
            raise NotProven("not a checkpoint")
        return cls(lines[0], int(lines[1]), _decoded(lines[2]))

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_encoded(self.root)}\n"


@dataclasses.dataclass(frozen=True, slots=True)
class InclusionProof:
    """That one entry is in a checkpoint's tree. `extra` is the entry's content, which the leaf hash is made of."""

    index: int
    path: Sequence[bytes]
    note: str
    extra: bytes = b""

    @classmethod
    def parse(cls, text: str) -> "InclusionProof":
        """Raises: NotProven."""
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        extra = b""
        if lines[0] != PROOF_HEADER or not blank:
            raise NotProven("not a tlog-proof")
        if lines[1:] and lines[1].startswith("extra "):
            extra = _decoded(lines.pop(1).removeprefix("extra "))
        index = lines[1].removeprefix("index ") if lines[1:] else ""
        if not _is_number(index):
            raise NotProven("the proof names no index")
        return cls(int(index), [_decoded(line) for line in lines[2:]], note, extra)

    def __str__(self) -> str:
        extra = [f"extra {_encoded(self.extra)}"] if self.extra else []
        return "\n".join([PROOF_HEADER, *extra, f"index {self.index}", *map(_encoded, self.path), "", self.note])


def consistency_text(*, old: int, path: Sequence[bytes], note: str) -> str:
    """Return the file that proves that the checkpoint in `note` only added to the tree of size `old`."""
    return "\n".join([CONSISTENCY_HEADER, f"old {old}", *map(_encoded, path), "", note])


def receipt_text(*, origin: str, issued_at: str, leaves: Sequence[tuple[str, bytes]]) -> str:
    """Return the promise that these movements (id, leaf hash) will be in the log. Its first line keeps it apart from checkpoints."""
    return "\n".join([RECEIPT_HEADER, origin, issued_at, *(f"{movement} {_encoded(leaf)}" for movement, leaf in leaves), ""])


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotProven(f"not base64: {text[:80]}") from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))

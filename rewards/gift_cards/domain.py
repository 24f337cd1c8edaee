"""Codes of gift cards, what a payment takes of one, and whether it has run out. Pure."""

import dataclasses
import datetime as dt
import enum
import hashlib
import hmac
import re
import secrets
import uuid

CODE_SYMBOLS = 16
LEAST_SYMBOLS = 12
MOST_SYMBOLS = 32
MOST_MINOR = 10**9
"""No card holds more; every sum of them fits the books."""
MOST_DAYS = 36_500
ALONE_MINOR = 10_000
"""What one person, or one key without being paid, may issue in a day alone, unless the programme's terms say otherwise."""
_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ0123456789"
_CODE = re.compile(rf"[A-Z0-9]{{{LEAST_SYMBOLS},{MOST_SYMBOLS}}}", re.ASCII)
_PIN = re.compile(r"[0-9]{4,8}", re.ASCII)


class CardKind(enum.StrEnum):
    """Sold cards were paid for; given ones are a promotion."""

    SOLD = "sold"
    GIVEN = "given"


class CardState(enum.StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    EMPTY = "empty"


class EventKind(enum.StrEnum):
    ISSUED = "issued"
    CHARGED = "charged"
    GIVEN_BACK = "given_back"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"

    @property
    def sign(self) -> int:
        """Whether it adds to the balance, takes from it, or leaves it."""
        return _SIGNS.get(self, 0)


_SIGNS = {EventKind.ISSUED: 1, EventKind.GIVEN_BACK: 1, EventKind.CHARGED: -1, EventKind.EXPIRED: -1}


@dataclasses.dataclass(frozen=True, slots=True)
class CardPayment:
    """The part of a purchase that a card pays: exactly `amount_minor`, or, with `at_most`, as much of it as there is and is due."""

    code: str
    amount_minor: int
    at_most: bool = False
    pin: str = ""

    def facts(self) -> tuple[str, int, bool]:
        """What tells whether a repeat pays the same."""
        return (self.code, self.amount_minor, self.at_most)

    def takes(self, balance_minor: int, due_minor: int) -> int:
        """Return what it takes of a card with this balance while so much is due; an exact amount may be more than either."""
        return min(self.amount_minor, balance_minor, due_minor) if self.at_most else self.amount_minor


def new_code() -> str:
    """Return a code of 80 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_SYMBOLS))


def normalise_code(text: str) -> str:
    """Return the symbols of a code that may be written in groups and in small letters."""
    return "".join(text.upper().replace("-", " ").split())


def grouped_code(code: str) -> str:
    """Return a code as it is printed: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def is_code(code: str) -> bool:
    """Whether a shop's own code, normalised, can be a card's."""
    return _CODE.fullmatch(code) is not None


def is_pin(pin: str) -> bool:
    return _PIN.fullmatch(pin) is not None


def code_digest(key: bytes, programme: uuid.UUID, code: str) -> bytes:
    """Return the 32 bytes that stand for a code; without the key nobody can try codes on them."""
    return hmac.digest(key, b"gift-card-code:" + programme.bytes + code.encode(), "sha256")


def pin_digest(key: bytes, card: uuid.UUID, pin: str) -> bytes:
    return hmac.digest(key, b"gift-card-pin:" + card.bytes + pin.encode(), "sha256")


def has_expired(expires_on: dt.date | None, on: dt.date) -> bool:
    """Whether a day is not before the first one without the card."""
    return expires_on is not None and expires_on <= on


def fingerprint(*facts: object) -> bytes:
    """Return 16 bytes that tell whether the same key carries the same facts."""
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()

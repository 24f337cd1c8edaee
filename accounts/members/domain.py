"""Card numbers, phone numbers, one-time codes, and the facts of an enrolment. Pure."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import secrets
import unicodedata
import uuid
from collections.abc import Mapping
from typing import Any

import phonenumbers

CARD_DIGITS = 16
CODE_DIGITS = 8
MOST_CODE_ATTEMPTS = 5
MOST_CODES_A_DAY = 5
_CARD_START = "9"
_OLDEST_BIRTH = dt.date(1900, 1, 1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What somebody says about a new member. Empty text means: not given."""

    external_id: str = ""
    email: str = ""
    phone: str = ""
    card: str = ""
    given_name: str = ""
    family_name: str = ""
    birth_date: dt.date | None = None
    locale: str = ""
    home_store_id: int | None = None
    attributes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    joined_at: dt.datetime | None = None

    @property
    def fingerprint(self) -> bytes:
        """Return 32 bytes that tell whether a repeated enrolment carries the same facts (when it was said is none of them)."""
        facts = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "joined_at"}
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).digest()


def new_card_number() -> str:
    """Return a random card number: 16 digits, the last a Luhn check digit.

    The first digit is 9 (left to national use by ISO/IEC 7812), so that no card of a payment scheme has this number.
    """
    digits = _CARD_START + "".join(secrets.choice("0123456789") for _ in range(CARD_DIGITS - 2))
    return digits + luhn_digit(digits)


def luhn_digit(digits: str) -> str:
    """Return the check digit that completes `digits` (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * (2 - position % 2) for position, digit in enumerate(reversed(digits)))
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def is_card_number(text: str) -> bool:
    """Tell whether `text` is 12 to 19 digits with a right check digit; own cards have 16, cards taken over may differ."""
    return text.isascii() and text.isdigit() and 12 <= len(text) <= 19 and luhn_digit(text[:-1]) == text[-1]


def normalise_card(text: str) -> str:
    """Return the digits of a card number that may be written in groups."""
    return text.replace(" ", "").replace("-", "")


def normalise_phone(text: str, country: str) -> str | None:
    """Return the number in E.164 (+905321234567), read as people in `country` write it; None if it cannot be one."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_name(text: str) -> str:
    """Return a name in one spelling: NFC, single spaces, none around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_birth_date(day: dt.date, today: dt.date) -> bool:
    return _OLDEST_BIRTH <= day <= today


def masked_email(email: str) -> str:
    """Return an address that its owner recognises and nobody else can use: a•••@example.org."""
    local, _, host = email.partition("@")
    return f"{local[:1]}•••@{host}"


def claim_code(secret: bytes, code_id: uuid.UUID) -> str:
    """Return the one-time code of a row: eight digits, derived, so that nothing readable is stored or queued."""
    digest = hmac.digest(secret, b"claim-code:" + code_id.bytes, "sha256")
    return f"{int.from_bytes(digest[:16]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def claim_code_hash(secret: bytes, code: str, code_id: uuid.UUID) -> bytes:
    """Return what is stored in place of the code."""
    return hmac.digest(secret, b"claim-code-hash:" + code_id.bytes + code.encode(), "sha256")

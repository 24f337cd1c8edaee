"""The definition of a referral programme, its codes, and who may not refer whom. Pure.

    least_minor        the friend's first purchase is worth at least so much, in minor units (0)
    hold_days          so many days after that purchase both are rewarded; without it the programme's days for bringing goods back
    join_days          a friend names the code within so many days of joining, before the first purchase (1 to 365; 14)
    purchase_days      the first purchase happens within so many days of joining (1 to 730; 90)
    most_in_30_days    one advocate brings at most so many friends in 30 days (1 to 1,000; 10)
What both get is said by rules with the triggers referral.advocate and referral.friend.
"""

import dataclasses
import enum
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from loyalty.kit.definitions import Reader
from loyalty.kit.problems import Malformed

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""None that looks like another."""
CODE_LENGTH = 8


class MalformedReferral(Malformed):
    code = "malformed_referral"


@dataclasses.dataclass(frozen=True, slots=True)
class ReferralTerms:
    """A compiled definition."""

    least_minor: int = 0
    hold_days: int | None = None
    join_days: int = 14
    purchase_days: int = 90
    most_in_30_days: int = 10


class Obstacle(enum.StrEnum):
    """Why a friend does not count."""

    SELF = "self_referral"
    NOT_NEW = "not_new"
    CYCLE = "cycle"
    TOO_MANY = "too_many"
    ADVOCATE_NOT_ACTIVE = "advocate_not_active"


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody who refers or is referred."""

    id: uuid.UUID
    email: str
    phone: str
    user: object
    name: str
    born: object


def parse_referral(definition: Any) -> ReferralTerms:
    """Check a definition. Raises: MalformedReferral, naming each wrong key."""
    reader = Reader(definition, known={"least_minor", "hold_days", "join_days", "purchase_days", "most_in_30_days"})
    has_hold = reader.given.get("hold_days") is not None
    terms = ReferralTerms(
        least_minor=reader.whole("least_minor", most=10**12, default=0),
        hold_days=reader.whole("hold_days", most=365) if has_hold else None,
        join_days=reader.whole("join_days", least=1, most=365, default=14),
        purchase_days=reader.whole("purchase_days", least=1, most=730, default=90),
        most_in_30_days=reader.whole("most_in_30_days", least=1, most=1_000, default=10),
    )
    if reader.errors:
        raise MalformedReferral("Correct the marked parts.", errors=reader.errors)
    return terms


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def normalise_code(text: str) -> str:
    """Return a code as it is kept, however somebody typed it."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[:20]


def is_same_person(one: Person, other: Person) -> bool:
    """Tell whether two memberships look like one person: the same login, phone, mailbox, or name and birthday."""
    pairs = [(one.user, other.user), (one.phone, other.phone), (mailbox(one.email), mailbox(other.email))]
    if one.name and one.born:
        pairs.append(((one.name.casefold(), one.born), (other.name.casefold(), other.born)))
    return one.id == other.id or any(mine and mine == theirs for mine, theirs in pairs)


def mailbox(email: str) -> str:
    """Return an address without what mail systems overlook: a part behind +, and dots in the name where they mean nothing."""
    name, at, host = email.casefold().partition("@")
    name = name.partition("+")[0]
    if host in ("gmail.com", "googlemail.com"):
        name, host = name.replace(".", ""), "gmail.com"
    return f"{name}{at}{host}"


def leads_back(advocates: Mapping[uuid.UUID, uuid.UUID], advocate: uuid.UUID, friend: uuid.UUID) -> bool:
    """Tell whether the advocate was brought by the friend, directly or by others; `advocates` names who brought whom."""
    seen: set[uuid.UUID] = set()
    current: uuid.UUID | None = advocate
    while current is not None and current not in seen:
        if current == friend:
            return True
        seen.add(current)
        current = advocates.get(current)
    return False

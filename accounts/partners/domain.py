"""What a key may do, and whether two requests are the same. Pure."""

import dataclasses
import enum
import hashlib
import uuid


class Scope(enum.StrEnum):
    """One thing that a partner's key may do."""

    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    BALANCES_READ = "balances:read"
    PURCHASES_READ = "purchases:read"
    PURCHASES_WRITE = "purchases:write"
    RETURNS_WRITE = "returns:write"
    REWARDS_READ = "rewards:read"
    REDEMPTIONS_WRITE = "redemptions:write"
    ADJUSTMENTS_WRITE = "adjustments:write"
    TRANSFERS_WRITE = "transfers:write"
    EVENTS_WRITE = "events:write"
    BATCHES_WRITE = "batches:write"
    CAMPAIGNS_READ = "campaigns:read"
    OFFERS_WRITE = "offers:write"
    GIFT_CARDS_WRITE = "gift_cards:write"
    GIFT_CARDS_ISSUE = "gift_cards:issue"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_WRITE = "segments:write"
    STORE_DAYS_READ = "store_days:read"
    STORE_DAYS_WRITE = "store_days:write"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    ENTITLEMENTS_WRITE = "entitlements:write"
    RECOGNITIONS_WRITE = "recognitions:write"
    STATEMENTS_READ = "statements:read"


TILL_SCOPES = frozenset(Scope) - {
    Scope.ADJUSTMENTS_WRITE,
    Scope.TRANSFERS_WRITE,
    Scope.GIFT_CARDS_ISSUE,
    Scope.SEGMENTS_READ,
    Scope.SEGMENTS_WRITE,
    Scope.STORE_DAYS_READ,
    Scope.STORE_DAYS_WRITE,
    Scope.SUBSCRIPTIONS_WRITE,
    Scope.RECOGNITIONS_WRITE,
    Scope.STATEMENTS_READ,
}
"""What an ordinary till or shop needs."""


@dataclasses.dataclass(frozen=True, slots=True)
class Credential:
    """Who calls: a partner's key, checked. `id` names the key without revealing it."""

    id: str
    key_id: uuid.UUID
    partner_id: int
    partner_name: str
    scopes: frozenset[str]
    programme_ids: frozenset[uuid.UUID]

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes


@dataclasses.dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What was answered when the request came first: repeats get the same status and bytes."""

    status: int
    body: bytes


def request_fingerprint(method: str, path: str, body: bytes) -> bytes:
    """Return 32 bytes that tell whether a repeated request is the same request."""
    head = f"{method}\n{path}\n".encode()
    return hashlib.sha256(head + body).digest()

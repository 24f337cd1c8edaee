"""Whether a message comes from who knows the secret: each sender's own rule, over the bytes as they came.

Shopify, WooCommerce     base64 HMAC-SHA256 of the body
Stripe                   hex HMAC-SHA256 of "t.body", not older or newer than five minutes; several v1= while a secret is rolled
Square                   base64 HMAC-SHA256 of the notification's address and the body
Standard Webhooks        base64 HMAC-SHA256 of "id.timestamp.body" under the decoded secret, five minutes; several signatures
"""

import base64
import binascii
import dataclasses
import datetime as dt
import hmac
import secrets as random
from collections.abc import Iterable, Mapping, Sequence

from rewards.connectors.domain.senders import Sender

TOLERANCE = dt.timedelta(minutes=5)
_MOST_SIGNATURES = 10
_PREFIX = "whsec_"


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """What came: headers by their names in small letters, the body's bytes, and the address that the sender was given."""

    headers: Mapping[str, str]
    body: bytes
    url: str = ""

    def header(self, name: str) -> str:
        return self.headers.get(name, "")


def is_signed(sender: Sender, message: Message, *, secrets: Sequence[str], at: dt.datetime) -> bool:
    """Tell whether one of the secrets signed the message; every secret and signature is compared, in constant time."""
    signed, given = _RULES[sender](message, at)
    if signed is None:
        return False
    wanted = [_signature(sender, secret, signed) for secret in secrets]
    matches = [hmac.compare_digest(one, sent.encode(errors="replace")) for one in wanted if one for sent in given]
    return any(matches)


def is_usable_secret(sender: Sender, secret: str) -> bool:
    """Tell whether a text can be a secret of this sender."""
    if not 8 <= len(secret) <= 200 or not secret.isascii() or not secret.isprintable() or " " in secret:
        return False
    return sender is not Sender.STANDARD or len(_key(sender, secret)) >= 16


def new_secret(sender: Sender) -> str:
    """Return a fresh secret, where it is ours to choose."""
    raw = base64.b64encode(random.token_bytes(24)).decode()
    return _PREFIX + raw if sender is Sender.STANDARD else random.token_urlsafe(32)


def _signature(sender: Sender, secret: str, signed: bytes) -> bytes:
    """Return the signature that this secret gives; nothing where it is no secret of the sender's."""
    key = _key(sender, secret)
    if not key:
        return b""
    digest = hmac.digest(key, signed, "sha256")
    return digest.hex().encode() if sender is Sender.STRIPE else base64.b64encode(digest)


def _key(sender: Sender, secret: str) -> bytes:
    if sender is not Sender.STANDARD:
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""


_Signed = tuple[bytes | None, list[str]]


def _shopify(message: Message, _at: dt.datetime) -> _Signed:
    return message.body, [message.header("x-shopify-hmac-sha256")]


def _woocommerce(message: Message, _at: dt.datetime) -> _Signed:
    return message.body, [message.header("x-wc-webhook-signature")]


def _square(message: Message, _at: dt.datetime) -> _Signed:
    return message.url.encode() + message.body, [message.header("x-square-hmacsha256-signature")]


def _stripe(message: Message, at: dt.datetime) -> _Signed:
    parts = [part.strip().partition("=") for part in message.header("stripe-signature").split(",")]
    stamps = [value for name, _sign, value in parts if name == "t"]
    if len(stamps) != 1 or not _is_near(stamps[0], at):
        return None, []
    return f"{stamps[0]}.".encode() + message.body, _few(value for name, _sign, value in parts if name == "v1")


def _standard(message: Message, at: dt.datetime) -> _Signed:
    number, stamp = message.header("webhook-id"), message.header("webhook-timestamp")
    if not number or not _is_near(stamp, at):
        return None, []
    sent = (part.partition(",") for part in message.header("webhook-signature").split(" "))
    return f"{number}.{stamp}.".encode(errors="replace") + message.body, _few(value for version, _sign, value in sent if version == "v1")


def _is_near(stamp: str, at: dt.datetime) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 10):
        return False
    return abs(dt.datetime.fromtimestamp(int(stamp), dt.UTC) - at) <= TOLERANCE


def _few(values: Iterable[str]) -> list[str]:
    return list(values)[:_MOST_SIGNATURES]


_RULES = {
    Sender.SHOPIFY: _shopify,
    Sender.WOOCOMMERCE: _woocommerce,
    Sender.STRIPE: _stripe,
    Sender.SQUARE: _square,
    Sender.STANDARD: _standard,
}

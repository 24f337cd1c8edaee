import dataclasses
import datetime as dt

import pytest

from rewards.connectors.domain import Message, Sender, is_signed, is_usable_secret, new_secret
from rewards.connectors.domain.signatures import TOLERANCE
from tests.accounts.factories import AT
from tests.rewards.connectors.notices import message, payload

SENDERS = {"standard-webhooks": Sender.STANDARD}
VECTORS = payload("signed_vectors")
NAMES = [f"{vector['platform']}-{place}" for place, vector in enumerate(VECTORS)]
SECOND = dt.timedelta(seconds=1)


def read(vector, **changes):
    """A vector's sender, message, secret and moment."""
    sender = SENDERS.get(vector["platform"]) or Sender(vector["platform"])
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    sent = Message(headers, vector["body"].encode(), vector.get("notification_url", ""))
    at = dt.datetime.fromtimestamp(vector.get("at", 1_767_225_600), dt.UTC)
    return sender, dataclasses.replace(sent, **changes), vector["secret"], at


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_every_vector_is_judged_as_it_says(vector):
    sender, sent, secret, at = read(vector)

    assert is_signed(sender, sent, secrets=[secret], at=at) is vector["valid"]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS if vector["valid"]], ids=lambda vector: vector["platform"])
def test_one_changed_byte_another_secret_or_no_signature_fails(vector):
    sender, sent, secret, at = read(vector)
    changed = bytearray(sent.body)
    changed[len(changed) // 2] ^= 1
    spoiled = dataclasses.replace(sent, body=bytes(changed))
    silent = dataclasses.replace(sent, headers={})

    assert not is_signed(sender, spoiled, secrets=[secret], at=at)
    assert not is_signed(sender, sent, secrets=["another-secret-1"], at=at)
    assert not is_signed(sender, silent, secrets=[secret], at=at)
    assert not is_signed(sender, sent, secrets=[], at=at)


@pytest.mark.parametrize("sender", Sender)
def test_two_secrets_count_while_one_is_replaced(sender):
    old, new = new_secret(sender), new_secret(sender)
    by_old = message(sender, {"a": 1}, number="N1", secret=old, url="https://x.example/y", at=AT)
    by_new = message(sender, {"a": 1}, number="N1", secret=new, url="https://x.example/y", at=AT)

    assert is_signed(sender, by_old, secrets=[new, old], at=AT)
    assert is_signed(sender, by_new, secrets=[new, old], at=AT)
    assert not is_signed(sender, by_old, secrets=[new], at=AT)
    assert is_usable_secret(sender, old)


@pytest.mark.parametrize("sender", [Sender.STRIPE, Sender.STANDARD])
def test_a_moment_that_is_signed_is_near(sender):
    sent = message(sender, {"a": 1}, number="N1", at=AT)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" if sender is Sender.STANDARD else "a-secret-of-tests"

    near = [is_signed(sender, sent, secrets=[secret], at=AT + shift) for shift in (TOLERANCE, -TOLERANCE)]
    far = [is_signed(sender, sent, secrets=[secret], at=AT + shift) for shift in (TOLERANCE + SECOND, -TOLERANCE - SECOND)]

    assert (near, far) == ([True, True], [False, False])


@pytest.mark.parametrize("sender", [Sender.STRIPE, Sender.STANDARD])
def test_of_several_signatures_one_must_fit(sender):
    sent = message(sender, {"a": 1}, number="N1", at=AT)
    name, between = ("stripe-signature", ",v1=00") if sender is Sender.STRIPE else ("webhook-signature", " v1,AA== v1a,x")
    both = dataclasses.replace(sent, headers=dict(sent.headers) | {name: sent.header(name) + between})
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" if sender is Sender.STANDARD else "a-secret-of-tests"

    assert is_signed(sender, both, secrets=[secret], at=AT)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "t=1",
        "v1=aa",
        "t=x,v1=aa",
        "t=99999999999999999999,v1=aa",
        "t=\u0661,v1=aa",
        "t=1768471200,t=1768471200,v1=aa",
        "é\ud800",
    ],
)
def test_hostile_headers_are_no_signature(header):
    for sender in Sender:
        names = (
            "stripe-signature",
            "x-shopify-hmac-sha256",
            "x-wc-webhook-signature",
            "x-square-hmacsha256-signature",
            "webhook-signature",
        )
        sent = Message(dict.fromkeys((*names, "webhook-id", "webhook-timestamp"), header), b"{}")

        assert not is_signed(sender, sent, secrets=["a-secret-of-tests"], at=AT)


@pytest.mark.parametrize("secret", ["", "short", "with a space in it", "ümlaut-secret", "x" * 201])
def test_what_is_no_secret(secret):
    assert not any(is_usable_secret(sender, secret) for sender in Sender)


def test_a_standard_secret_is_base64_of_enough_bytes():
    assert not is_usable_secret(Sender.STANDARD, "whsec_not-base64!")
    assert not is_usable_secret(Sender.STANDARD, "whsec_QUJD")

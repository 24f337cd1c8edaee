"""The log's key: an Ed25519 seed from the settings. Each log signs under its own name, so the same key has another id in each."""

import base64
import functools

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from ledger.seals.domain.notes import Signer, Verifier


def signer_of(origin: str) -> Signer:
    """Return who signs for a log now."""
    return _signer(origin, settings.SEAL_KEY)


def verifiers_of(origin: str) -> list[Verifier]:
    """Return the keys under which this log's notes hold: the present one, and those it had before."""
    older = [Verifier(origin, base64.b64decode(key)) for key in settings.SEAL_OLD_PUBLIC_KEYS]
    return [signer_of(origin).verifier, *older]


@functools.lru_cache(maxsize=1_000)
def _signer(origin: str, seed: str) -> Signer:
    return Signer(origin, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)))

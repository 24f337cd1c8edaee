"""Secrets that must be read again: kept in the database under a key that is not in it."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from loyalty.kit.problems import Problem


class SecretUnreadable(Problem):
    code = "secret_unreadable"
    status = 503


def encrypted(text: str, purpose: str) -> bytes:
    """Return the text as only this installation can read it, for one purpose (authenticated encryption, keys from SECRET_KEY)."""
    return _keys(purpose).encrypt(text.encode())


def decrypted(token: bytes, purpose: str) -> str:
    """Raises: SecretUnreadable (SECRET_KEY was changed and the old one is not among the fallbacks)."""
    try:
        return _keys(purpose).decrypt(bytes(token)).decode()
    except InvalidToken as error:
        raise SecretUnreadable(_("A stored secret cannot be read. Add the old SECRET_KEY to SECRET_KEY_FALLBACKS.")) from error


def _keys(purpose: str) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"{purpose}\0{secret}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

"""E-mail addresses as they are compared. Pure."""

import unicodedata


def normalise_email(email: str) -> str:
    """Return the address as it is stored and compared: trimmed, NFC, lower case.

    The part before the @ is lower-cased too: no mail host in use tells `Ada@` from `ada@`, but people type both.
    """
    return unicodedata.normalize("NFC", email.strip()).lower()

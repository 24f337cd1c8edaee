"""What a cashier types and sees: amounts, receipt numbers, and no more of a person than is needed. Pure."""

import datetime as dt
import re
import secrets
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from loyalty.kit.money import MalformedAmount, Money, exponent
from rewards.redemptions.domain import TenderTerms

MOST_MAJOR = 10**8
"""No sale at a till costs more, in whole units of money."""
MOST_QUANTITY = 10**6
RECEIPT_LENGTH = 60
_SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_QUANTITY = re.compile(r"[0-9]{1,7}(?:[.,][0-9]{1,3})?", re.ASCII)
_SHOWN_CHOICES = 4


def new_receipt_number(today: dt.date) -> str:
    """Return a number for a receipt that has none: the day, and 40 random bits in letters that nobody confuses."""
    return f"{today:%y%m%d}-" + "".join(secrets.choice(_SYMBOLS) for _ in range(8))


def is_receipt_number(text: str) -> bool:
    """Tell whether a receipt number is one printable word or more, as a shop prints them."""
    return 0 < len(text) <= RECEIPT_LENGTH and text.isprintable() and text == text.strip()


def read_money(text: str, currency: str, separator: str) -> Money | None:
    """Read 12.50, and 12,50 where that cannot mean thousands; None if it is not an amount of the currency.

    `separator` is the decimal separator of the reader's language: with three decimals (KWD) only that one is understood.
    """
    text = text.strip()
    others = {".", ","} - {separator}
    if exponent(currency) == 3 and any(other in text for other in others):
        return None
    try:
        money = Money.parse(text.replace(",", ".") if "." not in text else text, currency)
    except MalformedAmount:
        return None
    return money if money.decimal < MOST_MAJOR else None


def read_quantity(text: str) -> Decimal | None:
    """Read 2 or 0.535 (or 0,535); None if it is not a quantity above zero."""
    if not _QUANTITY.fullmatch(text.strip()):
        return None
    try:
        quantity = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return quantity if 0 < quantity < MOST_QUANTITY else None


def tender_choices(terms: TenderTerms, amount_minor: int, spendable: int) -> list[int]:
    """Return a few round amounts that points can pay in the currency's steps, and last the largest possible."""
    most = terms.most_payable(amount_minor, spendable)
    if most <= 0:
        return []
    stride = next(minor for minor in _round_amounts() if most // minor < _SHOWN_CHOICES)
    rounded = [minor for minor in range(stride, most, stride) if terms.units_for(minor) is not None]
    return [minor for minor in (*rounded, most) if terms.units_for(minor) is not None]


def _round_amounts() -> Iterator[int]:
    """Count up as money does: 1, 2, 5, 10, 20, 50 ..."""
    scale = 1
    while True:
        yield from (scale, 2 * scale, 5 * scale)
        scale *= 10


def masked_phone(phone: str) -> str:
    """Return a phone number that its owner recognises and nobody else can use: ••• 4567."""
    return f"••• {phone[-4:]}"


def masked_card(number: str) -> str:
    return f"•••• {number[-4:]}"

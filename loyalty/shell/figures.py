"""How points, money, shares and days are written for people, in their language."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from loyalty.kit.figures import MINUS, currency_sign, money_text, points_text, signed, signed_points_text
from loyalty.kit.money import Money, exponent

__all__ = [
    "MINUS",
    "money_text",
    "plain_text",
    "points_text",
    "share_text",
    "short_money_text",
    "short_points_text",
    "signed_points_text",
]


def share_text(share: Decimal, decimals: int = 1) -> str:
    """Write a share of one: 0.412 -> 41.2% (English), %41,2 (Turkish)."""
    number = number_format(abs(share) * 100, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return signed(share < 0, gettext("%(number)s%%") % {"number": number})


def short_points_text(points: int | Decimal) -> str:
    """Write a round number of an axis: 80,000 -> 80k, 1,500,000 -> 1.5m; the exact figures stand elsewhere."""
    amount = abs(Decimal(points))
    if amount >= 1_000_000:
        text = gettext("%(number)sm") % {"number": _short(amount / 1_000_000)}
    elif amount >= 1_000:
        text = gettext("%(number)sk") % {"number": _short(amount / 1_000)}
    else:
        text = _short(amount)
    return signed(points < 0, text)


def short_money_text(minor: int | Decimal, currency: str) -> str:
    """Write a round amount of an axis in whole units: £15k."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    return signed(minor < 0, currency_sign(currency) + short_points_text(abs(amount)))


def plain_text(value: object) -> str:
    """Write whatever stands in a table cell by its type; nothing for None."""
    match value:
        case None:
            text = ""
        case Money():
            text = money_text(value)
        case bool():
            text = gettext("Yes") if value else gettext("No")
        case int():
            text = points_text(value)
        case Decimal():
            text = signed(value < 0, number_format(abs(value), use_l10n=True, force_grouping=True))
        case dt.datetime():
            text = date_format(localtime(value), "j M Y, H:i")
        case dt.date():
            text = date_format(value, "j M Y")
        case _:
            text = str(value)
    return text


def _short(amount: Decimal) -> str:
    return number_format(amount.normalize(), use_l10n=True, force_grouping=True)

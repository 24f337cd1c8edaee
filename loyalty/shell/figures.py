"""How points, money, shares and days are written for people, in their language."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from loyalty.kit.money import Money, exponent

MINUS = "\N{MINUS SIGN}"
_SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "TRY": "₺", "USD": "$"}


def points_text(points: int, scale: int = 0) -> str:
    """Write points with `scale` decimals: 12345 -> 12,345 (scale 0) or 123.45 (scale 2)."""
    return _signed(points < 0, _number(abs(points), scale))


def signed_points_text(points: int, scale: int = 0) -> str:
    """Write a change: +320 or a true minus sign and 80."""
    return f"+{points_text(points, scale)}" if points > 0 else points_text(points, scale)


def money_text(money: Money) -> str:
    """Write an amount with its currency: £12.40 in English, £12,40 in Turkish; without a sign of its own, the code and a space."""
    symbol = _SYMBOLS.get(money.currency, f"{money.currency}\N{NO-BREAK SPACE}")
    return _signed(money.minor < 0, symbol + _number(abs(money.minor), exponent(money.currency)))


def share_text(share: Decimal, decimals: int = 1) -> str:
    """Write a share of one: 0.412 -> 41.2% (English), %41,2 (Turkish)."""
    number = number_format(abs(share) * 100, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return _signed(share < 0, gettext("%(number)s%%") % {"number": number})


def short_points_text(points: int | Decimal) -> str:
    """Write a round number of an axis: 80,000 -> 80k, 1,500,000 -> 1.5m; the exact figures stand elsewhere."""
    amount = abs(Decimal(points))
    if amount >= 1_000_000:
        text = gettext("%(number)sm") % {"number": _short(amount / 1_000_000)}
    elif amount >= 1_000:
        text = gettext("%(number)sk") % {"number": _short(amount / 1_000)}
    else:
        text = _short(amount)
    return _signed(points < 0, text)


def short_money_text(minor: int | Decimal, currency: str) -> str:
    """Write a round amount of an axis in whole units: £15k."""
    amount = Decimal(minor).scaleb(-exponent(currency))
    return _signed(minor < 0, _SYMBOLS.get(currency, "") + short_points_text(abs(amount)))


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
            text = _signed(value < 0, number_format(abs(value), use_l10n=True, force_grouping=True))
        case dt.datetime():
            text = date_format(localtime(value), "j M Y, H:i")
        case dt.date():
            text = date_format(value, "j M Y")
        case _:
            text = str(value)
    return text


def _number(units: int | Decimal, decimals: int) -> str:
    return number_format(Decimal(units).scaleb(-decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def _short(amount: Decimal) -> str:
    return number_format(amount.normalize(), use_l10n=True, force_grouping=True)


def _signed(negative: bool, text: str) -> str:
    return f"{MINUS}{text}" if negative else text

"""How points, money and days are written for people, in the language that is active."""

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format, number_format

from loyalty.kit.money import Money, exponent

MINUS = "\N{MINUS SIGN}"
_SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "TRY": "₺", "USD": "$"}


def points_text(points: int, scale: int = 0) -> str:
    """Write points with `scale` decimals: 12345 -> 12,345 (scale 0) or 123.45 (scale 2)."""
    return signed(points < 0, number_text(abs(points), scale))


def signed_points_text(points: int, scale: int = 0) -> str:
    """Write a change: +320 or a true minus sign and 80."""
    return f"+{points_text(points, scale)}" if points > 0 else points_text(points, scale)


def money_text(money: Money) -> str:
    """Write an amount with its currency: £12.40 in English, £12,40 in Turkish; without a sign of its own, the code and a space."""
    return signed(money.minor < 0, currency_sign(money.currency) + number_text(abs(money.minor), exponent(money.currency)))


def currency_sign(currency: str) -> str:
    return _SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")


def day_text(day: dt.date, today: dt.date) -> str:
    """Write a day as people say it: 1 March, with the year only if it is another one."""
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def number_text(units: int | Decimal, decimals: int) -> str:
    return number_format(Decimal(units).scaleb(-decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def signed(negative: bool, text: str) -> str:
    return f"{MINUS}{text}" if negative else text

"""How points, money and days are written for people, in the language that is active."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty.kit.money import Money, exponent

MINUS = "\N{MINUS SIGN}"
_SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "TRY": "₺", "USD": "$"}


def points_text(points: int, scale: int = 0) -> str:
    """Write points with `scale` decimals: 12345 -> 12,345 (scale 0) or 123.45 (scale 2)."""
    return signed(points < 0, number_text(abs(points), scale))


def said_points_text(points: int, scale: int = 0) -> str:
    """Write points inside a sentence, without decimals that say nothing: 1500 (scale 3) -> 1.5, where a table has 1.500."""
    while scale and points % 10 == 0:
        points, scale = points // 10, scale - 1
    return points_text(points, scale)


def signed_points_text(points: int, scale: int = 0) -> str:
    """Write a change: +320 or a true minus sign and 80."""
    return f"+{points_text(points, scale)}" if points > 0 else points_text(points, scale)


def share_text(part: int, whole: int) -> str:
    """Write a share with one decimal, halves up: 12.5%; a dash where there is no whole."""
    return _tenths_text((part * 2_000 + whole) // (2 * whole)) if whole > 0 else "–"


def change_text(now: int, before: int) -> str:
    """Write how much more or less it is than before: +12.5%; what is ten times as much or more, as ×12; nothing without a before."""
    if not before:
        return ""
    if before > 0 and now >= 10 * before:
        return f"×{number_text((2 * now + before) // (2 * before), 0)}"
    moved, size = now - before, abs(before)
    tenths = (abs(moved) * 2_000 + size) // (2 * size)
    return ("+" if moved > 0 else MINUS if moved else "") + _tenths_text(tenths)


def _tenths_text(tenths: int) -> str:
    return signed(tenths < 0, _("%(number)s%%") % {"number": number_format(f"{abs(tenths) // 10}.{abs(tenths) % 10}", decimal_pos=1)})


def money_text(money: Money) -> str:
    """Write an amount with its currency: £12.40 in English, £12,40 in Turkish; without a sign of its own, the code and a space."""
    return signed(money.minor < 0, currency_sign(money.currency) + number_text(abs(money.minor), exponent(money.currency)))


def currency_sign(currency: str) -> str:
    return _SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")


def day_text(day: dt.date, today: dt.date) -> str:
    """Write a day as people say it: 1 March, with the year only if it is another one."""
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def ending_text(what: str, last_on: dt.date, today: dt.date) -> str:
    """Say until when something can be used, by its last day: "320 points: last day 28 February". Every page says it so."""
    return _("%(what)s: last day %(day)s") % {"what": what, "day": day_text(last_on, today)}


def last_day_text(last_on: dt.date, today: dt.date) -> str:
    """Say the last day alone, beside what it belongs to: "last day 28 February"."""
    return _("last day %(day)s") % {"day": day_text(last_on, today)}


def books_rhythm() -> str:
    """Say how often the books take in what happened, as the schedule of background work has it: every 6 hours."""
    seconds = settings.CELERY_BEAT_SCHEDULE["value the books"]["schedule"]
    assert isinstance(seconds, float) and seconds >= 60, "the books are valued at an interval"
    hours, minutes = round(seconds / 3_600), round(seconds / 60)
    if minutes % 60:
        return ngettext("every minute", "every %(minutes)s minutes", minutes) % {"minutes": minutes}
    return ngettext("every hour", "every %(hours)s hours", hours) % {"hours": hours}


def number_text(units: int | Decimal, decimals: int) -> str:
    return number_format(Decimal(units).scaleb(-decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True)


def signed(negative: bool, text: str) -> str:
    return f"{MINUS}{text}" if negative else text

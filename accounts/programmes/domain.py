"""When points lapse, when terms are of one class, and whether a colour can be read. Pure."""

import datetime as dt
import enum
import re
from typing import Protocol

from loyalty.kit.clock import add_months, month_start

PAPER = "#FBFAF7"
NIGHT_CARD = "#282622"
PRODUCT_ACCENT = "#0E6B4F"
LEAST_CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}", re.ASCII)


class ExpiryKind(enum.StrEnum):
    """What decides the day on which points lapse."""

    NONE = "none"
    DAYS = "days"
    MONTHS = "months"
    END_OF_MONTH = "end_of_month"
    FIXED_DAY = "fixed_day"


class ExpiryTerms(Protocol):
    """The part of a currency's terms that decides expiry; the model row has this shape."""

    @property
    def expiry_kind(self) -> str: ...
    @property
    def expiry_number(self) -> int: ...
    @property
    def expiry_month(self) -> int | None: ...
    @property
    def expiry_day(self) -> int | None: ...


def expires_on(terms: ExpiryTerms, earned_on: dt.date) -> dt.date | None:
    """Return the date at whose first moment the points are dead, or None if they live for ever.

    - days: `expiry_number` days later; months: so many calendar months later, clamped to a shorter month's end.
    - end_of_month: points live through the end of the `expiry_number`-th month after the month of earning (0: that month).
    - fixed_day: the next `expiry_month`/`expiry_day` after the day of earning, and `expiry_number` years on.
    """
    number = terms.expiry_number
    match ExpiryKind(terms.expiry_kind):
        case ExpiryKind.NONE:
            return None
        case ExpiryKind.DAYS:
            return earned_on + dt.timedelta(days=number)
        case ExpiryKind.MONTHS:
            return add_months(earned_on, number)
        case ExpiryKind.END_OF_MONTH:
            return add_months(month_start(earned_on), number + 1)
        case ExpiryKind.FIXED_DAY:
            return _next_fixed_day(terms, earned_on, number)


def expiry_class(terms: ExpiryTerms) -> tuple[str, int, int | None, int | None]:
    """Return what two versions share when their points lapse alike and may be valued in one portfolio (IFRS 15.4)."""
    return (terms.expiry_kind, terms.expiry_number, terms.expiry_month, terms.expiry_day)


def expiry_fault(terms: ExpiryTerms) -> str | None:
    """Name the field that does not fit the kind of expiry, or None if the terms make sense."""
    kind = ExpiryKind(terms.expiry_kind)
    least = {ExpiryKind.NONE: 0, ExpiryKind.END_OF_MONTH: 0, ExpiryKind.FIXED_DAY: 0}.get(kind, 1)
    most = {ExpiryKind.NONE: 0, ExpiryKind.DAYS: 36_500, ExpiryKind.FIXED_DAY: 100}.get(kind, 1_200)
    if not least <= terms.expiry_number <= most:
        return "expiry_number"
    if kind is not ExpiryKind.FIXED_DAY:
        return "expiry_day" if (terms.expiry_month, terms.expiry_day) != (None, None) else None
    return None if _is_yearly_day(terms.expiry_month, terms.expiry_day) else "expiry_day"


def is_colour(text: str) -> bool:
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_readable_accent(colour: str) -> bool:
    """Tell whether `colour` reads on paper; white letters on it then read too, because white is lighter than paper."""
    return is_colour(colour) and contrast(colour, PAPER) >= LEAST_CONTRAST


def night_accent(colour: str) -> str:
    """Return the accent as it is worn by night: as much lighter as it must be to read on dark cards."""
    assert is_colour(colour), colour
    shades = (_mixed(colour, "#FFFFFF", percent) for percent in range(0, 101, 5))
    return next(shade for shade in shades if contrast(shade, NIGHT_CARD) >= LEAST_CONTRAST + 1)


def night_ink(colour: str) -> str:
    """Return the ink on the night accent: the same hue, nearly black."""
    return _mixed(colour, "#000000", 85)


def _mixed(colour: str, other: str, percent: int) -> str:
    """Return `colour` with so many hundredths of `other` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{(one * (100 - percent) + two * percent) // 100:02X}" for one, two in pairs)


def _next_fixed_day(terms: ExpiryTerms, earned_on: dt.date, years: int) -> dt.date:
    assert terms.expiry_month is not None and terms.expiry_day is not None, "a fixed day needs month and day"
    this_year = dt.date(earned_on.year, terms.expiry_month, terms.expiry_day)
    return this_year.replace(year=earned_on.year + years + (this_year <= earned_on))


def _is_yearly_day(month: int | None, day: int | None) -> bool:
    """Tell whether the day exists in every year; 29 February does not."""
    try:
        dt.date(2023, month or 0, day or 0)
    except ValueError:
        return False
    return True


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

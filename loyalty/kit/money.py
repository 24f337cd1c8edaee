"""Money is integer minor units plus a currency; never a float."""

import dataclasses
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from loyalty.kit.problems import Malformed

_EXPONENTS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "XAF": 0, "XOF": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,3}))?", re.ASCII)


class MalformedAmount(Malformed):
    code = "malformed_amount"


def exponent(currency: str) -> int:
    """Return the number of decimals of an ISO 4217 currency."""
    return _EXPONENTS.get(currency, 2)


def parse_minor(text: str, currency: str) -> int:
    """Read `12.50` as minor units; refuse signs, exponents, other digits and more decimals than the currency has.

    Raises: MalformedAmount.
    """
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    decimals = exponent(currency)
    whole, fraction = (match[1], match[2] or "") if match else ("", "")
    if not whole or len(fraction) > decimals:
        raise MalformedAmount(f"Write the amount as digits with at most {decimals} decimals, for example {'12.50' if decimals else '12'}.")
    return int(whole + fraction.ljust(decimals, "0"))


def minor_text(minor: int, currency: str) -> str:
    """Write minor units as `12.50`."""
    decimals = exponent(currency)
    digits = f"{abs(minor):0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if minor < 0 else text


@dataclasses.dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read `12.50` as `parse_minor` does. Raises: MalformedAmount."""
        return cls(parse_minor(text, currency), currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return minor_text(self.minor, self.currency)


def half_up(value: Fraction | Decimal) -> int:
    """Round to the nearest integer, halves away from zero (IFRS practice; bankers' rounding gives other cents)."""
    exact = Fraction(value)
    magnitude = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return magnitude if exact >= 0 else -magnitude


def quantize(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def share_out(total: int, weights: Sequence[int | Fraction | Decimal]) -> list[int]:
    """Split `total` by weight; largest remainder, ties to the lowest position; the parts sum to `total`.

    All-zero weights give everything to the first part. Raises: AssertionError without weights.
    """
    assert weights, "nothing to share among"
    if len(weights) == 1:
        return [total]
    exact_weights = [Fraction(weight) for weight in weights]
    sum_of_weights = sum(exact_weights)
    if not sum_of_weights:
        return [total] + [0] * (len(weights) - 1)
    exact = [abs(total) * weight / sum_of_weights for weight in exact_weights]
    parts = [share.numerator // share.denominator for share in exact]
    missing = abs(total) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:missing]:
        parts[i] += 1
    assert sum(parts) == abs(total)
    return parts if total >= 0 else [-part for part in parts]

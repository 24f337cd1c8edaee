"""Foreign JSON, read with care: what is needed must be there and be readable, all else is passed over."""

import datetime as dt
import json
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from loyalty.kit.money import exponent
from loyalty.kit.problems import Malformed
from loyalty.kit.texts import is_good_reference

MOST_MINOR = 10**11
"""No order costs more."""
MOST_LINES = 500
MOST_REFERENCES = 10_000
_FIRST, _LAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


class MalformedDelivery(Malformed):
    """What was sent cannot be read; sending it again would not help."""

    code = "malformed_delivery"


class Body:
    """One object of a delivery; `at` names it in refusals."""

    def __init__(self, value: Any, at: str = "") -> None:
        if not isinstance(value, dict):
            raise MalformedDelivery(f"{at or 'The body'} is not a JSON object.")
        self._value, self._at = value, at

    def part(self, name: str) -> "Body":
        """Return an object inside, an empty one where there is none."""
        value = self._value.get(name)
        return Body({} if value is None else value, self._name(name))

    def parts(self, name: str) -> list["Body"]:
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > MOST_LINES:
            raise self.wrong(name, f"a list of at most {MOST_LINES}")
        return [Body(one, f"{self._name(name)}/{place}") for place, one in enumerate(value)]

    def has(self, name: str) -> bool:
        return self._value.get(name) is not None

    def is_true(self, name: str) -> bool:
        return self._value.get(name) is True

    def reference(self, name: str) -> str:
        """Return somebody's number for a thing. Raises: MalformedDelivery."""
        found = self.words(name, most=80)
        if not found:
            raise self.wrong(name, "a number or a name of at most 80 characters")
        return found

    def references(self, name: str) -> tuple[str, ...]:
        """Return somebody's numbers for things; nothing where there are none. Raises: MalformedDelivery."""
        value = self._value.get(name) or []
        if not isinstance(value, list) or len(value) > MOST_REFERENCES:
            raise self.wrong(name, f"a list of at most {MOST_REFERENCES}")
        return tuple(Body({name: one}, self._at).reference(name) for one in value)

    def words(self, name: str, *, most: int = 100) -> str:
        """Return a text (or a number as one), nothing where there is none or it cannot be kept."""
        value = self._value.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
            value = str(value)
        if not isinstance(value, str):
            return ""
        text = value.strip()
        return text if text and len(text) <= most and is_good_reference(text) else ""

    def currency(self, name: str) -> str:
        found = self.words(name, most=3).upper()
        if len(found) != 3 or not found.isascii() or not found.isalpha():
            raise self.wrong(name, "a currency")
        return found

    def amount(self, name: str, currency: str, *, default: int | None = None) -> int:
        """Return minor units of an amount that is written with decimals, rounded half-up. Raises: MalformedDelivery."""
        value = self._value.get(name)
        if value is None and default is not None:
            return default
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or len(str(value)) > 30:
                raise InvalidOperation
            minor = int(Decimal(value).scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))
        except (ArithmeticError, ValueError) as error:
            raise self.wrong(name, "an amount") from error
        return self._affordable(name, minor)

    def minor(self, name: str) -> int:
        """Return an amount that is written in minor units. Raises: MalformedDelivery."""
        value = self._value.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(name, "an amount in minor units")
        return self._affordable(name, value)

    def quantity(self, name: str) -> Decimal:
        """Raises: MalformedDelivery."""
        value = self._value.get(name)
        try:
            found = Decimal(value) if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else Decimal(0)
        except ArithmeticError:
            found = Decimal(0)
        if not (found.is_finite() and 0 < found < 10**6 and found == round(found, 3)):
            raise self.wrong(name, "a quantity")
        return found

    def moment(self, name: str, *, zone: dt.tzinfo | None = None) -> dt.datetime:
        """Return a moment; one without a zone is in `zone`, or refused. Raises: MalformedDelivery."""
        value = self._value.get(name)
        try:
            found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is not None and zone is not None and found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        if found is None or found.tzinfo is None:
            raise self.wrong(name, "a moment with its time zone")
        return self._near(name, found)

    def epoch(self, name: str) -> dt.datetime:
        """Return a moment that is written in seconds since 1970. Raises: MalformedDelivery."""
        value = self._value.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**10:
            raise self.wrong(name, "a moment in seconds")
        return self._near(name, dt.datetime.fromtimestamp(value, dt.UTC))

    def wrong(self, name: str, wanted: str) -> MalformedDelivery:
        return MalformedDelivery(f"{self._name(name)} is not {wanted}.")

    def _near(self, name: str, moment: dt.datetime) -> dt.datetime:
        if not _FIRST <= moment < _LAST:
            raise self.wrong(name, "a moment of this century")
        return moment

    def _affordable(self, name: str, minor: int) -> int:
        if abs(minor) > MOST_MINOR:
            raise self.wrong(name, "an amount that the books can hold")
        return minor

    def _name(self, name: str) -> str:
        return f"{self._at}/{name}"


def body_of(raw: bytes) -> Body:
    """Raises: MalformedDelivery."""
    try:
        return Body(json.loads(raw.decode(), parse_float=Decimal, parse_constant=_refuse))
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise MalformedDelivery("The body is not JSON.") from error


def good_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the vouchers that were entered, at most twenty."""
    return tuple(dict.fromkeys(code for code in codes if code))[:20]


def _refuse(name: str) -> Any:
    raise ValueError(name)

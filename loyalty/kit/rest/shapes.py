"""What input may look like: pydantic models that coerce nothing, refuse unknown fields and name every fault with its JSON pointer."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError, Malformed
from loyalty.kit.texts import is_good_reference, is_good_text


class InvalidInput(Malformed):
    """Fields that are not as the contract says; `errors` names each."""

    code = "invalid_input"


class Shape(BaseModel):
    """A body, a part of one, or a query."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True)


S = TypeVar("S", bound=Shape)


def read(shape: type[S], value: Any, at: str = "") -> S:
    """Return the value as its shape; `at` goes before the pointers of faults. Raises: InvalidInput."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        faults = [_fault(one, at) for one in error.errors(include_url=False, include_input=False)]
        raise InvalidInput(_("Correct the marked fields."), errors=faults) from None


def read_query(shape: type[S], query: QueryDict) -> S:
    """Return the query of an address as its shape; a name that stands twice is refused. Raises: InvalidInput."""
    twice = [name for name, values in query.lists() if len(values) > 1]
    if twice:
        faults = [FieldError(f"/{name}", "given_twice", _("Give this once.")) for name in twice]
        raise InvalidInput(_("Correct the marked fields."), errors=faults)
    bad = [name for name, value in query.dict().items() if not is_good_text(str(value))]
    if bad:
        raise InvalidInput(bad_text(), errors=[FieldError(f"/{escaped(name)}", "bad_text", bad_text()) for name in bad])
    unknown = [name for name in query if name not in shape.model_fields]
    if unknown:
        known = ", ".join(shape.model_fields)
        detail = _("There is no such parameter. This address knows %(known)s.") % {"known": known or "—"}
        faults = [FieldError(f"/{escaped(name)}", "unknown_field", detail) for name in unknown]
        raise InvalidInput(_("Correct the marked fields."), errors=faults)
    return read(shape, query.dict())


# --- Texts ---------------------------------------------------------------------------------------------------------------------

ONE_LINE = r"^\P{Cc}*$"
MONEY = r"^[0-9]{1,10}(\.[0-9]{1,3})?$"
CURRENCY = r"^[A-Z]{3}$"


def line(most: int, least: int = 1) -> FieldInfo:
    """A text on one line of `least` to `most` characters."""
    return Field(min_length=least, max_length=most, pattern=ONE_LINE)  # type: ignore[no-any-return]


def bad_text() -> str:
    return _("Text may hold no NUL, no surrogates and no marks that turn the direction of reading, and must be in Unicode normal form C.")


def _seen(text: str) -> str:
    if text and not is_good_reference(text):
        raise _refusal("bad_text", _("Write this with characters that can be seen: no zero-width, format or control characters."))
    return text


Seen = AfterValidator(_seen)
"""What names a thing: two that look alike are alike."""
Reference = Annotated[str, line(100), Seen]
Code = Annotated[str, line(40), Seen]
MoneyText = Annotated[str, Field(pattern=MONEY, examples=["12.50"])]
"""An amount as digits; `Money.parse` then holds it against the currency's decimals."""
CurrencyCode = Annotated[str, Field(pattern=CURRENCY, examples=["EUR"])]
PointsCount = Annotated[int, Field(ge=1, le=MOST_POINTS)]


# --- Moments, ids, quantities --------------------------------------------------------------------------------------------------

_MOMENT = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_QUANTITY = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


def _refusal(code: str, sentence: str) -> PydanticCustomError:
    return PydanticCustomError("pointbook", "{detail}", {"code": code, "detail": sentence})


def _moment(value: object) -> dt.datetime:
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            pass
    raise _refusal("not_a_moment", _("Write the time with its offset, for example 2026-03-31T18:05:00+03:00."))


def _day(value: object) -> dt.date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise _refusal("not_a_day", _("Write the day as year, month and day, for example 2026-03-31."))


def _uuid(value: object) -> uuid.UUID:
    if isinstance(value, str) and _UUID.fullmatch(value):
        return uuid.UUID(value)
    raise _refusal("not_an_id", _("This is not an id of this API."))


def _quantity(value: object) -> Decimal:
    is_number = type(value) is int and 0 < value < 10**9
    if is_number or (isinstance(value, str) and _QUANTITY.fullmatch(value)):
        quantity = Decimal(str(value))
        if quantity:
            return quantity
    raise _refusal("not_a_quantity", _("Write a quantity above 0 with at most three decimals, as text or as a whole number."))


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _flag(value: object) -> object:
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _of(read_text: Callable[[object], object], **schema: object) -> tuple[BeforeValidator, WithJsonSchema]:
    return BeforeValidator(read_text), WithJsonSchema(dict(schema))


Moment = Annotated[dt.datetime, *_of(_moment, type="string", format="date-time")]
Day = Annotated[dt.date, *_of(_day, type="string", format="date")]
Id = Annotated[uuid.UUID, *_of(_uuid, type="string", format="uuid")]
Quantity = Annotated[
    Decimal, *_of(_quantity, oneOf=[{"type": "string", "pattern": _QUANTITY.pattern}, {"type": "integer", "minimum": 1}], example="1.250")
]
QueryNumber = Annotated[int, BeforeValidator(_number)]
QueryFlag = Annotated[bool, BeforeValidator(_flag)]


# --- Faults --------------------------------------------------------------------------------------------------------------------

_SENTENCES: Mapping[str, tuple[str, Promise | str]] = {
    "missing": ("required", gettext_lazy("This is needed.")),
    "extra_forbidden": ("unknown_field", gettext_lazy("There is no such field. Check its spelling.")),
    "string_type": ("not_text", gettext_lazy("Write text.")),
    "string_unicode": ("bad_text", gettext_lazy("Write text in UTF-8.")),
    "int_parsing_size": ("out_of_range", gettext_lazy("Write a smaller number.")),
    "int_type": ("not_a_whole_number", gettext_lazy("Write a whole number, without quotes.")),
    "bool_type": ("not_true_or_false", gettext_lazy("Write true or false.")),
    "list_type": ("not_a_list", gettext_lazy("Write a list.")),
    "tuple_type": ("not_a_list", gettext_lazy("Write a list.")),
    "dict_type": ("not_an_object", gettext_lazy("Write an object.")),
    "model_type": ("not_an_object", gettext_lazy("Write an object.")),
    "model_attributes_type": ("not_an_object", gettext_lazy("Write an object.")),
}
_UNEXPECTED = gettext_lazy("This is not written as expected. Look it up in the API's documentation.")
_PATTERNS: Mapping[str, tuple[str, Promise | str]] = {
    MONEY: ("malformed_amount", gettext_lazy('Write the amount as text with a point, for example "12.50".')),
    CURRENCY: ("not_a_currency", gettext_lazy("Write the currency as three capital letters, for example EUR.")),
    ONE_LINE: ("bad_text", gettext_lazy("Write one line of text without control characters.")),
}


def escaped(name: str) -> str:
    """Return a name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _fault(error: ErrorDetails, at: str) -> FieldError:
    code, sentence = _words(error["type"], error.get("ctx", {}))
    pointer = "".join(f"/{escaped(str(step))}" for step in error["loc"] if step != "[key]")
    return FieldError((at + pointer).encode("utf-8", "replace").decode(), code, sentence)


def _words(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """The stable code and a sentence in the reader's language."""
    if kind == "pointbook":
        return str(context["code"]), str(context["detail"])
    if kind in _SENTENCES or kind == "string_pattern_mismatch":
        code, sentence = _SENTENCES.get(kind) or _PATTERNS.get(context["pattern"], ("malformed", _UNEXPECTED))
        return code, str(sentence)
    if kind in _BOUNDS:
        code, bound, sentence = _BOUNDS[kind]
        return code, str(sentence) % {"bound": str(context[bound]).replace(" or ", ", ").replace("'", "")}
    return "malformed", str(_UNEXPECTED)


_BOUNDS: Mapping[str, tuple[str, str, Promise | str]] = {
    "string_too_long": ("too_long", "max_length", gettext_lazy("Write at most %(bound)s characters.")),
    "string_too_short": ("too_short", "min_length", gettext_lazy("Write at least %(bound)s characters.")),
    "too_long": ("too_long", "max_length", gettext_lazy("Send at most %(bound)s of these.")),
    "too_short": ("too_short", "min_length", gettext_lazy("Send at least %(bound)s of these.")),
    "greater_than_equal": ("out_of_range", "ge", gettext_lazy("Write %(bound)s or more.")),
    "less_than_equal": ("out_of_range", "le", gettext_lazy("Write at most %(bound)s.")),
    "literal_error": ("unknown_value", "expected", gettext_lazy("Choose one of %(bound)s.")),
}

"""Members and questions about them as partners send them."""

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from accounts.members.domain import Enrolment
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Code, Day, Id, InvalidInput, Moment, Reference, Seen, Shape, line

MOST_LETTERS, MOST_NUMBER = 500, 10**15


def _single(value: object) -> object:
    """Refuse what is no single value in words of our own: a union would name all its branches."""
    if type(value) is str:
        ok = len(value) <= MOST_LETTERS and not any(unicodedata.category(letter) == "Cc" for letter in value)
    else:
        ok = value is None or type(value) is bool or (type(value) is int and abs(value) <= MOST_NUMBER)
    if not ok:
        detail = _("Write one line of text of at most 500 characters, a whole number, true, false or null.")
        raise PydanticCustomError("pointbook", "{detail}", {"code": "not_a_single_value", "detail": detail})
    return value


Attribute = Annotated[
    Annotated[str, line(MOST_LETTERS, least=0)] | bool | Annotated[int, Field(ge=-MOST_NUMBER, le=MOST_NUMBER)] | None,
    BeforeValidator(_single),
]
Attributes = Annotated[dict[Code, Attribute], Field(max_length=50)]
NAMES = ("external_id", "email", "phone", "card")
PROFILE_FIELDS = ("email", "phone", "given_name", "family_name", "birth_date", "locale", "attributes")


class ProfileShape(Shape):
    """What may be changed of a member; an empty text takes a value away."""

    email: Annotated[str, line(254, least=0)] | None = None
    phone: Annotated[str, line(40, least=0)] | None = None
    """With the country code, or as people in the company's country write it."""
    given_name: Annotated[str, line(100, least=0)] | None = None
    family_name: Annotated[str, line(100, least=0)] | None = None
    birth_date: Day | None = None
    locale: Annotated[str, line(10), Seen] | None = None
    home_store: Code | None = None
    """The store's code."""
    attributes: Attributes | None = None
    """Facts of your own, as single values."""

    def changes(self) -> dict[str, Any]:
        """Return the named fields that the service takes; the home store is for the caller to look up.

        Raises: InvalidInput (nothing is named, or null stands where a value is needed).
        """
        named = self.model_fields_set
        nulls = [name for name in sorted(named) if name != "birth_date" and getattr(self, name) is None]
        if not named or nulls:
            detail = _("Write the new value; an empty text takes a value away.") if nulls else _("Name the fields to change.")
            raise InvalidInput(detail, errors=[FieldError(f"/{name}" if name else "", "required", detail) for name in nulls or [""]])
        return {name: getattr(self, name) for name in PROFILE_FIELDS if name in named}


class MemberShape(ProfileShape):
    """A new member, known by at least one of external_id, email, phone and card, or by a new card (`new_card`).

    Without `card` the member gets a new card number in any case.
    """

    external_id: Reference | None = None
    """The member's number at the sender, unique in the programme."""
    card: Code | None = None

    new_card: bool = False
    """True enrols somebody of whom nothing is known but the new card that they are handed."""

    def check(self) -> None:
        """Raises: InvalidInput (nobody could ever find this member again)."""
        if not (self.new_card or any((getattr(self, name) or "").strip() for name in NAMES)):
            detail = _("Say by what the member is known: send external_id, email, phone or card, or new_card: true to hand out a new card.")
            raise InvalidInput(detail, errors=[FieldError("", "required", detail)])
        if self.new_card and self.card:
            detail = _("Send card or new_card, not both.")
            raise InvalidInput(detail, errors=[FieldError("/new_card", "too_many", detail)])

    def enrolment(self, home_store_id: int | None) -> Enrolment:
        return Enrolment(
            external_id=self.external_id or "",
            email=self.email or "",
            phone=self.phone or "",
            card=self.card or "",
            given_name=self.given_name or "",
            family_name=self.family_name or "",
            birth_date=self.birth_date,
            locale=self.locale or "",
            home_store_id=home_store_id,
            attributes=self.attributes or {},
        )


class MemberQuery(Shape):
    """Whom to find: exactly one of these."""

    external_id: Reference | None = None
    email: Annotated[str, line(254)] | None = None
    phone: Annotated[str, line(40)] | None = None
    card: Code | None = None

    def only_one(self) -> Mapping[str, str]:
        """Raises: InvalidInput."""
        given = {name: value for name in NAMES if (value := getattr(self, name)) is not None}
        if len(given) != 1:
            detail = _("Name exactly one of external_id, email, phone and card.")
            raise InvalidInput(detail, errors=[FieldError("", "required", detail)])
        return given


class BalancesQuery(Shape):
    """Of which day, and as known when. Without either: now."""

    as_of: Day | None = None
    """The business day at whose end the points are counted."""
    known_at: Moment | None = None
    """Leave out what was recorded after this moment."""


class MemberNamed(Shape):
    """Exactly one way of naming a member."""

    member: Id | None = None
    member_external_id: Reference | None = None
    card: Code | None = None

    def whom(self) -> dict[str, Any]:
        """Return the argument of `find_member`. Raises: InvalidInput."""
        given = {"member_id": self.member, "external_id": self.member_external_id, "card": self.card}
        named = {name: value for name, value in given.items() if value is not None}
        if len(named) != 1:
            detail = _("Send exactly one of %(names)s.") % {"names": "member, member_external_id, card"}
            raise InvalidInput(detail, errors=[FieldError("/member", "too_many" if named else "required", detail)])
        return named

"""Members and questions about them as partners send them."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from accounts.members.domain import Enrolment
from loyalty.kit.problems import FieldError
from loyalty.kit.rest.paging import PageQuery
from loyalty.kit.rest.shapes import Day, Id, InvalidInput, Moment, Shape, line

Attribute = Annotated[str, line(500, least=0)] | bool | Annotated[int, Field(ge=-(10**15), le=10**15)] | None
Attributes = Annotated[dict[Annotated[str, line(40)], Attribute], Field(max_length=50)]
PROFILE_FIELDS = ("email", "phone", "given_name", "family_name", "birth_date", "locale", "attributes")


class ProfileShape(Shape):
    """What may be changed of a member; an empty text takes a value away."""

    email: Annotated[str, line(254, least=0)] | None = None
    phone: Annotated[str, line(40, least=0)] | None = None
    """With the country code, or as people in the company's country write it."""
    given_name: Annotated[str, line(100, least=0)] | None = None
    family_name: Annotated[str, line(100, least=0)] | None = None
    birth_date: Day | None = None
    locale: Annotated[str, line(10)] | None = None
    home_store: Annotated[str, line(40)] | None = None
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
    """A new member. Everything may be left out; without `card` the member gets a new card number."""

    external_id: Annotated[str, line(100)] | None = None
    """The member's number at the sender, unique in the programme."""
    card: Annotated[str, line(40)] | None = None

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

    external_id: Annotated[str, line(100)] | None = None
    email: Annotated[str, line(254)] | None = None
    phone: Annotated[str, line(40)] | None = None
    card: Annotated[str, line(40)] | None = None

    def only_one(self) -> Mapping[str, str]:
        """Raises: InvalidInput."""
        given = {name: value for name in ("external_id", "email", "phone", "card") if (value := getattr(self, name)) is not None}
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


class LotsQuery(PageQuery):
    """Which lots."""

    currency: Annotated[str, line(20)] | None = None


class MovementsQuery(PageQuery):
    """Which movements."""

    currency: Annotated[str, line(20)] | None = None


class MemberNamed(Shape):
    """Exactly one way of naming a member."""

    member: Id | None = None
    member_external_id: Annotated[str, line(100)] | None = None
    card: Annotated[str, line(40)] | None = None

    def whom(self) -> dict[str, Any]:
        """Return the argument of `find_member`. Raises: InvalidInput."""
        given = {"member_id": self.member, "external_id": self.member_external_id, "card": self.card}
        named = {name: value for name, value in given.items() if value is not None}
        if len(named) != 1:
            detail = _("Send exactly one of %(names)s.") % {"names": "member, member_external_id, card"}
            raise InvalidInput(detail, errors=[FieldError("/member", "too_many" if named else "required", detail)])
        return named

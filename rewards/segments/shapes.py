"""Lists of members as partners change them."""

import uuid
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from loyalty.kit.problems import FieldError
from loyalty.kit.rest.shapes import Id, InvalidInput, Shape

MOST_MEMBERS = 1_000
_Members = Annotated[list[Id], Field(max_length=MOST_MEMBERS)]


class ListChangeShape(Shape):
    """Members who come onto a list, and members who go; at least one, and nobody twice."""

    add: _Members = Field(default_factory=list)
    """The ids of members; who is on the list already stays."""
    remove: _Members = Field(default_factory=list)
    """The ids of members; who is not on the list stays off it."""

    def check(self) -> None:
        """Raises: InvalidInput."""
        if not self.add and not self.remove:
            detail = _("Name at least one member, in add or in remove.")
            raise InvalidInput(detail, errors=[FieldError("", "required", detail)])
        both = set(self.add) & set(self.remove)
        if both:
            detail = _("A member comes or goes, not both.")
            raise InvalidInput(detail, errors=[FieldError(f"/remove/{self.remove.index(min(both))}", "too_many", detail)])

    def unknown(self, known: set[uuid.UUID]) -> list[FieldError]:
        """Return where members are named whom the programme does not have."""
        detail = _("There is no such member.")
        return [
            FieldError(f"/{name}/{place}", "unknown_value", detail)
            for name in ("add", "remove")
            for place, member in enumerate(getattr(self, name))
            if member not in known
        ]

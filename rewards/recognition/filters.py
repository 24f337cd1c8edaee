"""Which recognitions a partner asks for."""

import uuid

from loyalty.kit.rest.filtering import DayFilters, Narrow, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.recognition.models import RecognitionQuerySet


class RecognitionFilters(DayFilters):
    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The id of the member who gave or received the points.", method="of_member")

    def of_member(self, rows: RecognitionQuerySet, _name: str, member: uuid.UUID) -> RecognitionQuerySet:
        return rows.of_member(member)

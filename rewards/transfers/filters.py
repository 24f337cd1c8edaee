"""Which transfers a partner asks for."""

import uuid

from loyalty.kit.rest.filtering import DayFilters, Narrow, from_on, through_on
from loyalty.kit.rest.shapes import Id
from rewards.transfers.models import TransferQuerySet


class TransferFilters(DayFilters):
    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The id of the member who sent or received the points.", method="of_member")

    def of_member(self, rows: TransferQuerySet, _name: str, member: uuid.UUID) -> TransferQuerySet:
        return rows.of_member(member)

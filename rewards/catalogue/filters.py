"""Which rewards a partner asks for."""

import uuid
from typing import Annotated

from django.db.models import QuerySet
from pydantic import Field

from loyalty.kit.points import MOST_POINTS
from loyalty.kit.rest.filtering import Narrow, RowFilters, choice
from loyalty.kit.rest.shapes import Id, QueryNumber
from rewards.catalogue.models import Reward, RewardVersion


class RewardFilters(RowFilters):
    """Over the versions in force."""

    member = Narrow(Id, "With a member the answer says what stands in the way.", method="for_member")
    kind = Narrow(choice(Reward.Kind.values), "What kind of reward.", "reward__kind")
    price_through = Narrow(Annotated[QueryNumber, Field(ge=1, le=MOST_POINTS)], "The highest price in points.", "price_points", "lte")

    def for_member(self, rows: QuerySet[RewardVersion], _name: str, _member: uuid.UUID) -> QuerySet[RewardVersion]:
        """Everybody is shown the same rewards; what this member may take is said beside each."""
        return rows

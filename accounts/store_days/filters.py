"""Which days of stores a partner asks for."""

from typing import Any

from django.db.models import QuerySet

from accounts.entities.queries import store_of
from accounts.store_days.models import StoreDay
from loyalty.kit.rest.filtering import DayFilters, Narrow, from_on, through_on
from loyalty.kit.rest.shapes import Code


class StoreDayFilters(DayFilters):
    """`scene` is the programme."""

    from_on = from_on("business_on")
    through_on = through_on("business_on")
    store = Narrow(Code, "The store's code.", method="of_store")

    def of_store(self, rows: QuerySet[StoreDay], _name: str, code: Any) -> QuerySet[StoreDay]:
        """Raises: UnknownStore."""
        return rows.filter(store=store_of(self.scene.legal_entity_id, code))

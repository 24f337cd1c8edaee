"""Which purchases a partner asks for."""

from typing import ClassVar

from django.db.models import QuerySet

from accounts.entities.queries import channel_of, store_of
from loyalty.kit.rest.filtering import DayFilters, Narrow, from_on, through_on
from loyalty.kit.rest.shapes import Code, Id, Reference
from rewards.purchases.listing import purchases_with_receipt
from rewards.purchases.models import Purchase


class PurchaseFilters(DayFilters):
    """`scene` is the programme."""

    bounds: ClassVar = frozenset({"member", "external_id"})
    costly: ClassVar = frozenset({"store", "channel"})

    from_on = from_on("business_on")
    through_on = through_on("business_on")
    member = Narrow(Id, "The member's id.", "member_id")
    external_id = Narrow(Reference, "The receipt's number.", method="with_receipt")
    store = Narrow(Code, "The store's code.", method="in_store")
    channel = Narrow(Code, "The channel's code.", method="through_channel")

    def with_receipt(self, rows: QuerySet[Purchase], _name: str, receipt: str) -> QuerySet[Purchase]:
        return rows.filter(pk__in=purchases_with_receipt(self.scene, receipt))

    def in_store(self, rows: QuerySet[Purchase], _name: str, code: str) -> QuerySet[Purchase]:
        """Raises: UnknownStore."""
        return rows.filter(store=store_of(self.scene.legal_entity_id, code))

    def through_channel(self, rows: QuerySet[Purchase], _name: str, code: str) -> QuerySet[Purchase]:
        """Raises: UnknownChannel."""
        return rows.filter(channel=channel_of(self.scene.legal_entity_id, code))

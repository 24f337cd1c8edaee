"""Sales that earned no points, for books that post in full."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from ledger.books.models import Book
from ledger.valuation.models import PlainSale
from loyalty.kit.problems import Malformed, Refused


class PlainSaleConflict(Refused):
    code = "plain_sale_conflict"


@transaction.atomic
def record_plain_sale(
    *, book: Book, programme: UUID, business_on: dt.date, paid_minor: int, source: int, key: str, at: dt.datetime
) -> PlainSale:
    """Record money that a sale took (a refund gave back, when negative) without points. Safe to repeat.

    Raises: PlainSaleConflict when the key was used for other facts, Malformed for nothing paid.
    """
    if not paid_minor:
        raise Malformed("A sale of nothing is not recorded.")
    sale, is_new = PlainSale.objects.get_or_create(
        book=book,
        source=source,
        key=key,
        defaults={"programme": programme, "business_on": business_on, "paid_minor": paid_minor, "recorded_at": at},
    )
    if not is_new and (sale.programme, sale.business_on, sale.paid_minor) != (programme, business_on, paid_minor):
        raise PlainSaleConflict("This sale was recorded before with other facts. Use a new key for a new sale.")
    return sale

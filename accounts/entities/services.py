"""Open companies, stores and channels."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.entities.models import Channel, LegalEntity, Store
from ledger.books.domain import Profile
from ledger.books.models import Book
from ledger.books.services import open_book
from loyalty.kit.problems import FieldError
from loyalty.kit.rows import RuleBroken, checked

USUAL_CHANNELS = {"store": _("Store"), "web": _("Web"), "phone": pgettext_lazy("channel", "Phone")}


@transaction.atomic
def open_entity(
    *,
    name: str,
    slug: str,
    country: str,
    currency: str,
    time_zone: str,
    books_from: dt.date,
    profile: Profile = Profile.OVERLAY,
) -> LegalEntity:
    """Open a company with the usual channels (store, web, phone) and with its book, whose first month is that of `books_from`.

    Raises: InvalidFields, RuleBroken (the name or short name is taken).
    """
    entity = checked(LegalEntity(name=name, slug=slug, country=country), exclude=["book"])
    if Book.objects.filter(name=name).exists():  # of a company that is called otherwise by now
        detail = _("Another company has this name.")
        raise RuleBroken(str(detail), errors=[FieldError("/name", "unique", str(detail))])
    entity.book = open_book(name=name, currency=currency, time_zone=time_zone, profile=profile, first_day=books_from)
    entity.save(force_insert=True)
    Channel.objects.bulk_create(Channel(entity=entity, code=code, name=str(label)) for code, label in USUAL_CHANNELS.items())
    return entity


def open_store(
    *,
    entity: LegalEntity,
    code: str,
    name: str,
    time_zone: str,
    city: str = "",
    opened_on: dt.date | None = None,
) -> Store:
    """Open a store. Raises: InvalidFields, RuleBroken (the code is taken)."""
    store = Store(entity=entity, code=code, name=name, city=city, time_zone=time_zone, opened_on=opened_on)
    checked(store).save(force_insert=True)
    return store


@transaction.atomic
def close_store(*, store: Store, last_day_on: dt.date) -> Store:
    """Close a store after `last_day_on`. Raises: RuleBroken (it would close before it opened)."""
    locked = Store.objects.select_for_update().get(pk=store.pk)
    locked.closed_on = last_day_on
    checked(locked).save(update_fields=["closed_on"])
    return locked

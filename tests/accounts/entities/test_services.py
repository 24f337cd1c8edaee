import datetime as dt

import pytest

from accounts.entities import services
from accounts.entities.models import Store
from accounts.entities.queries import UnknownChannel, UnknownStore, channel_of, store_of
from loyalty.kit.rows import InvalidFields, RuleBroken
from tests.accounts.factories import LegalEntityFactory, StoreFactory
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db


def test_a_company_opens_with_a_book_and_the_usual_channels():
    entity = LegalEntityFactory.create(currency="JPY", books_from=dt.date(2025, 3, 9))

    assert (entity.book.currency, entity.book.minor_digits, entity.book.time_zone) == ("JPY", 0, "Europe/Istanbul")
    assert [period.starts_on for period in entity.book.periods.all()] == [dt.date(2025, 3, 1)]
    assert sorted(entity.channels.values_list("code", flat=True)) == ["phone", "store", "web"]


def test_a_company_with_a_taken_name_is_refused():
    entity = LegalEntityFactory.create()

    with refused(RuleBroken, pointers=("/name",)):
        LegalEntityFactory.create(name=entity.name)


def test_a_company_in_no_country_is_refused():
    with refused(InvalidFields, pointers=("/country",)):
        LegalEntityFactory.create(country="tr")


def test_a_store_code_is_taken_once_in_a_company():
    store = StoreFactory.create(code="S1")
    services.open_store(entity=LegalEntityFactory.create(), code="S1", name="Elsewhere", time_zone="UTC")

    with refused(RuleBroken, pointers=("",)):
        services.open_store(entity=store.entity, code="S1", name="Again", time_zone="UTC")


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Base"), ("code", "a b"), ("name", "")])
def test_a_store_with_a_wrong_field_is_refused(field, value):
    facts = {"entity": LegalEntityFactory.create(), "code": "S1", "name": "Store", "time_zone": "UTC"}

    with refused(InvalidFields, pointers=(f"/{field}",)):
        services.open_store(**facts | {field: value})


def test_a_store_sells_through_its_last_day():
    store = StoreFactory.create(opened_on=dt.date(2025, 1, 1))

    services.close_store(store=store, last_day_on=dt.date(2026, 1, 31))

    assert Store.objects.open_on(dt.date(2026, 1, 31)).get() == store
    assert not Store.objects.open_on(dt.date(2026, 2, 1)).exists()
    assert not Store.objects.open_on(dt.date(2024, 12, 31)).exists()


def test_a_store_does_not_close_before_it_opens():
    store = StoreFactory.create(opened_on=dt.date(2025, 1, 1))

    with refused(RuleBroken, pointers=("",)):
        services.close_store(store=store, last_day_on=dt.date(2024, 12, 31))


def test_stores_and_channels_are_found_in_their_company_only():
    store, other = StoreFactory.create(code="S1"), LegalEntityFactory.create()

    assert store_of(store.entity_id, "S1") == store
    assert channel_of(other.pk, "web").entity == other
    with refused(UnknownStore):
        store_of(other.pk, "S1")
    with refused(UnknownChannel):
        channel_of(other.pk, "pigeon")

"""Members that are companies see who bought for them, on the activity and on the receipt; others see nothing of buyers."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.buyers.services import add_buyer, close_buyer
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db
YESTERDAY = NOW - dt.timedelta(days=1)


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def mill(shop):
    company = shop.member("Mill", "office@mill.example")
    for code, name in (("ada", "Ada Byron"), ("joan", "Joan Clarke")):
        add_buyer(member=company, code=code, name=name, at=NOW - dt.timedelta(days=300))
    return company


def page(client, member, name, **more):
    client.force_login(member.user)
    return client.get(reverse(f"portal:{name}", kwargs={"programme": "aldersgate", **more})).content.decode()


def test_a_company_sees_who_bought(client, shop, mill):
    adas = shop.buy(mill, "R-1", YESTERDAY, ("Dairy", 1_000), buyer="ada")
    shop.buy(mill, "R-2", YESTERDAY, ("Dairy", 2_000), buyer="joan")
    nobodys = shop.buy(mill, "R-3", YESTERDAY, ("Dairy", 3_000))
    close_buyer(member=mill, code="joan", at=NOW)

    activity = page(client, mill, "activity")

    assert ["Purchase, £10.00 · bought by Ada Byron" in activity, "Purchase, £20.00 · bought by Joan Clarke" in activity] == [True, True]
    assert activity.count("bought by") == 2
    assert "Bought by Ada Byron" in page(client, mill, "activity-receipt", purchase=adas.pk)
    assert "Bought by" not in page(client, mill, "activity-receipt", purchase=nobodys.pk)


def test_buyers_of_another_company_have_the_same_codes_and_other_names(client, shop, mill):
    other = shop.member("Bakery", "office@bakery.example")
    add_buyer(member=other, code="ada", name="Ada Yonath", at=NOW - dt.timedelta(days=300))
    row = shop.buy(other, "R-1", YESTERDAY, ("Dairy", 1_000), buyer="ada")

    for text in (page(client, other, "activity"), page(client, other, "activity-receipt", purchase=row.pk)):
        assert "Ada Yonath" in text and "Ada Byron" not in text


def test_it_costs_one_question_where_somebody_bought_and_none_elsewhere(client, shop, mill, django_assert_num_queries):
    ada = shop.member()
    shop.buy(ada, "R-1", YESTERDAY, ("Dairy", 1_000))
    shop.buy(mill, "R-2", YESTERDAY, ("Dairy", 1_000), buyer="ada")
    address = reverse("portal:activity", kwargs={"programme": "aldersgate"})

    for member, queries_asked in ((ada, 12), (mill, 13)):
        client.force_login(member.user)
        client.get(address)
        with django_assert_num_queries(queries_asked):
            client.get(address)

"""The admin shows books, valuation and closes, and changes nothing in them."""

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse

from ledger.books.admin import amount
from ledger.books.models import Book, BookAccount, Journal, Period
from ledger.points.domain import Sale
from ledger.valuation.models import Allocation, DayTaking, Estimate, PlainSale, Pool, PoolRate, PoolStatement, ValuationRun
from reporting.close.models import CloseRun
from tests.books.stage import Stage

MODELS = [
    *(Book, BookAccount, Period, Journal),
    *(Pool, Estimate, ValuationRun, Allocation, DayTaking, PlainSale, PoolRate, PoolStatement),
    CloseRun,
]


@pytest.fixture
def browser(client, db):
    stage = Stage(["P1", "P2"])
    stage.estimate("P1", 95, 100)
    stage.grant(stage.day("P1"), 10, sale=Sale(10_000, 10_000, 95))
    stage.close("P1")
    client.force_login(get_user_model().objects.create_superuser(email="admin@example.org", password="a long enough one"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_and_pages_open(browser, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    listed = browser.get(reverse(f"{name}_changelist"), {"q": "1"} if admin.site._registry[model].search_fields else {})
    assert listed.status_code == 200
    row = model.objects.first()
    if row is not None:
        assert browser.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_nothing_can_be_written(browser, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.first()

    assert browser.get(reverse(f"{name}_add")).status_code == 403
    if row is not None:
        assert browser.post(reverse(f"{name}_change", args=[row.pk]), {}).status_code == 403
        assert browser.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("minor", "digits", "text"), [(5, 2, "0.05"), (-1_234, 2, "-12.34"), (7, 0, "7"), (12, 3, "0.012")])
def test_amounts_have_the_decimals_of_the_currency(minor, digits, text):
    assert amount(minor, digits) == text

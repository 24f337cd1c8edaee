"""The admin shows rules, purchases and returns, and lets nobody change them."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.users.models import User
from rewards.earning.models import EarningRule
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.accounts.factories import AT
from tests.rewards.purchases.conftest import purchase_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, programme, member):
    purchase = record_purchase(programme=programme, facts=purchase_of(member, 1_000, 250), at=AT).purchase
    later = AT + dt.timedelta(days=1)
    record_return(purchase=purchase, facts=ReturnFacts("till", "B1", later), at=later)
    client.force_login(User.objects.create_superuser("admin@example.org", "not used"))
    return client


@pytest.mark.parametrize("model", [EarningRule, Purchase, Return])
def test_rows_are_listed_and_shown_and_never_changed(model, browser) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    row = model.objects.get()

    assert browser.get(reverse(f"{name}_changelist")).context["cl"].result_count == 1
    assert browser.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    assert browser.get(reverse(f"{name}_add")).status_code == 403
    assert browser.post(reverse(f"{name}_change", args=[row.pk]), {"external_id": "other"}).status_code == 403
    assert browser.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403

"""Staff pages of partners: a price by two people, a month that is stated."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.points.models import PointUnit
from rewards.coalition.models import PartnerPrice, PartnerStatement
from tests.accounts.factories import AT, PartnerFactory, ProgrammeFactory
from tests.colleagues import colleague

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "2026-3", "soon"])
def test_what_is_no_month_is_not_stated(client, month):
    programme = ProgrammeFactory.create()
    partner = PartnerFactory.create(legal_entity=programme.legal_entity)
    client.force_login(colleague(Role.FINANCE_PREPARER))

    answer = client.post(reverse("staff:partner-statements", args=[programme.slug]), {"partner": partner.pk, "month": month})

    assert answer.status_code == 422
    assert not PartnerStatement.objects.exists()


def test_two_people_agree_on_a_price_and_a_month_is_stated(client, stopped_clock):
    stopped_clock(AT)
    programme = ProgrammeFactory.create()
    partner = PartnerFactory.create(legal_entity=programme.legal_entity)
    said = {
        "partner": partner.pk,
        "currency": programme.currencies.get().pk,
        "way": "issue",
        "price": "0.012",
        "marketing": "0.004",
        "valid_from": "2026-12-01",
    }

    client.force_login(colleague(Role.MARKETING))
    client.post(reverse("staff:partner-prices", args=[programme.slug]), said)
    price = PartnerPrice.objects.get()
    assert "with marketing services of 0.004 EUR" in client.get(reverse("staff:partner-prices", args=[programme.slug])).content.decode()
    client.force_login(colleague(Role.FINANCE_APPROVER))
    client.post(reverse("staff:partner-price-approve", args=[programme.slug, price.pk]))
    client.force_login(colleague(Role.FINANCE_PREPARER))
    shown = client.post(
        reverse("staff:partner-statements", args=[programme.slug]), {"partner": partner.pk, "month": "2025-12"}, follow=True
    )

    price.refresh_from_db()
    row = PartnerStatement.objects.get()
    assert (str(price), price.marketing_minor.normalize(), price.approved_at) == ("1.2", Decimal("0.4"), AT)
    assert "the hash holds" in shown.content.decode()
    file = client.get(reverse("staff:partner-statement-file", args=[programme.slug, row.pk])).content.decode()
    assert file.splitlines()[-1] == f"hash,,,,,,{row.digest},"


def test_points_without_value_have_no_price_because_no_book_would_know(client):
    programme = ProgrammeFactory.create()
    PointUnit.objects.filter(pk=programme.currencies.get().unit_id).update(is_valued=False)
    client.force_login(colleague(Role.MARKETING))
    said = {"partner": PartnerFactory.create(legal_entity=programme.legal_entity).pk, "currency": programme.currencies.get().pk}

    answer = client.post(
        reverse("staff:partner-prices", args=[programme.slug]), said | {"way": "issue", "price": "0.012", "valid_from": "2099-12-01"}
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["currency"])


@pytest.mark.parametrize(
    "said", [{"marketing": "NaN"}, {"marketing": "-1"}, {"marketing": "1e99"}, {"price": "sNaN"}, {"price": "-0.01"}, {"price": "1e-99"}]
)
def test_a_price_that_is_no_amount_is_refused(client, said):
    programme = ProgrammeFactory.create()
    facts = {"partner": PartnerFactory.create(legal_entity=programme.legal_entity).pk, "currency": programme.currencies.get().pk}
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(
        reverse("staff:partner-prices", args=[programme.slug]),
        facts | {"way": "issue", "price": "0.012", "valid_from": "2099-12-01"} | said,
    )

    assert answer.status_code == 422
    assert not PartnerPrice.objects.exists()

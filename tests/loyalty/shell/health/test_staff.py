"""Ledger health: who may see it, what it says, and the checkpoints that it hands over."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.audits.models import Audit
from ledger.audits.services import Found, note_audit
from ledger.seals import publishing, services
from ledger.seals.keys import signer_of
from ledger.seals.models import SealCheckpoint
from ledger.ticks.services import take_ticks
from loyalty.kit import clock
from loyalty.shell.health import vitals
from tests.colleagues import colleague
from tests.ledger.ticks.stage import rows, settle
from tests.reporting.factories import NOW, open_shop

MAY = {Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.AUDITOR, Role.ADMINISTRATOR}


@pytest.fixture(autouse=True)
def nothing_kept():
    vitals.kept.forget()
    yield
    vitals.kept.forget()


@pytest.fixture
def shop(committed_db, settings, tmp_path):
    """A shop with sealed, signed and published movements, looked at by an auditor."""
    settings.SEAL_FOLDER = tmp_path
    shop = open_shop()
    shop.buy(shop.member(), "R1", NOW, ("fruit", 10_00))
    settle()
    take_ticks()
    services.seal(programme=shop.programme.pk, at=clock.now())
    publishing.publish(checkpoint=services.checkpoint(programme=shop.programme.pk, at=clock.now()), at=clock.now())
    return shop


@pytest.fixture
def auditor():
    client = Client()
    client.force_login(colleague(Role.AUDITOR))
    return client


def page(client, name="health", *arguments, **more):
    return client.get(reverse(f"staff:{name}", args=arguments), **more)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_finance_auditors_and_administrators_see_it_and_others_do_not(client, role):
    client.force_login(colleague(role))
    expected = 200 if role in MAY else 403

    assert page(client).status_code == expected
    assert page(client, "health-ticks").status_code == expected
    assert page(client, "health-checkpoints", "nowhere").status_code == (404 if role in MAY else 403)
    assert page(client, "health-checkpoint", "nowhere", 1).status_code == (404 if role in MAY else 403)


@pytest.mark.django_db
def test_others_sign_in_first(client):
    open_shop()

    assert page(client)["Location"] == "/accounts/login/?next=/staff/health/"


def test_it_says_how_far_everything_is(shop, auditor, settings):
    text = page(auditor).content.decode()

    assert shop.programme.name in text
    assert f"folder {settings.SEAL_FOLDER}" in text
    assert "Never verified" in text
    assert "Ticks and seals are made under the application" not in text


def test_it_says_what_is_not_well_and_what_to_do(shop, auditor):
    rows("ALTER TABLE ledger_movement DISABLE TRIGGER refuse_change")

    text = page(auditor).content.decode()

    assert "ledger_movement.refuse_change is switched off" in text
    assert "Find out who acted as the owner of the database" in text


def test_it_says_when_the_sealer_has_no_login(shop, auditor, settings):
    settings.SEALER_DATABASE_URL = ""

    assert "DATABASE_SEALER_URL" in page(auditor).content.decode()


def test_it_shows_the_last_verification_of_everything(shop, auditor):
    for findings in (777, 0):
        note_audit(kind=Audit.Kind.LEDGER, found=Found(5, findings, 4), began_at=clock.now(), ended_at=clock.now())
    note_audit(kind=Audit.Kind.LEDGER, found=Found(5, 888), began_at=clock.now(), ended_at=clock.now(), programme=shop.programme.pk)

    text = page(auditor).content.decode()

    assert "held against 4 checkpoints kept outside" in text
    assert "Never verified" not in text
    assert "777" not in text
    assert "888" not in text


def test_htmx_gets_the_figures_alone(shop, auditor):
    part = page(auditor, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert shop.programme.name in part


def test_ticks_are_listed(shop, auditor):
    assert "1</th>" in "".join(page(auditor, "health-ticks").content.decode().split())


def test_checkpoints_are_listed_and_handed_over(shop, auditor):
    signed = SealCheckpoint.objects.get()

    listed = page(auditor, "health-checkpoints", shop.programme.slug).content.decode()
    file = page(auditor, "health-checkpoint", shop.programme.slug, signed.size)

    assert reverse("staff:health-checkpoint", args=[shop.programme.slug, signed.size]) in listed
    assert str(signer_of(signed.log.origin).verifier) in html.unescape(listed)
    assert file.content.decode() == signed.note
    assert file["Content-Disposition"] == f'attachment; filename="{shop.programme.slug}-{signed.size}.checkpoint"'
    assert page(auditor, "health-checkpoint", shop.programme.slug, signed.size + 1).status_code == 404

"""Monitoring reads the figures with its token; nobody else learns that they are there."""

import re

import pytest
from django.test import Client

from ledger.audits.models import Audit
from ledger.audits.services import Found, note_audit
from ledger.seals import services
from ledger.ticks.services import take_ticks
from loyalty.kit import clock
from loyalty.shell.health import metrics, vitals
from tests.ledger.ticks.stage import settle
from tests.reporting.factories import NOW, open_shop

SAMPLE = re.compile(r"""^pointbook_[a-z_]+({[a-z]+="[^"]*"})? -?[0-9]+$""")


@pytest.fixture(autouse=True)
def token(settings):
    settings.METRICS_TOKEN = "secret"
    vitals.kept.forget()
    yield
    vitals.kept.forget()


def read(**headers):
    return Client().get("/metrics", headers=headers)


def samples():
    answer = read(authorization="Bearer secret")
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert all(SAMPLE.match(line) for line in lines if not line.startswith("# ")), lines
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("# "))


def test_without_a_token_in_the_settings_there_is_no_such_page(settings):
    settings.METRICS_TOKEN = ""

    assert [read().status_code, read(authorization="Bearer ").status_code] == [404, 404]


def test_without_the_right_token_nothing_is_said():
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic secret"}, {"authorization": "secret"}):
        answer = read(**headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert b"pointbook" not in answer.content


@pytest.mark.django_db
def test_an_empty_installation_has_figures_too():
    found = samples()

    assert found["pointbook_tick_waiting_movements"] == "0"
    assert found['pointbook_vital{name="triggers"}'] == "1"
    assert found["pointbook_outbox_parked_events"] == "0"


def test_it_tells_how_far_ticks_and_seals_are(committed_db):
    shop = open_shop()
    shop.buy(shop.member(), "R1", NOW, ("fruit", 10_00))
    before = samples()
    settle()
    take_ticks()
    services.seal(programme=shop.programme.pk, at=clock.now())
    signed = services.checkpoint(programme=shop.programme.pk, at=clock.now())
    note_audit(kind=Audit.Kind.LEDGER, found=Found(looked_at=1, findings=2), began_at=clock.now(), ended_at=clock.now())

    after = samples()

    name = f'{{programme="{shop.programme.slug}"}}'
    assert int(before["pointbook_tick_waiting_movements"]) == int(before[f"pointbook_seal_waiting_movements{name}"]) == signed.size
    assert after["pointbook_tick_waiting_movements"] == after[f"pointbook_seal_waiting_movements{name}"] == "0"
    assert after["pointbook_ticked_movements_total"] == after[f"pointbook_seal_leaves_total{name}"] == str(signed.size)
    assert after[f"pointbook_seal_checkpoint_leaves{name}"] == str(signed.size)
    assert after[f"pointbook_seal_checkpoint_places{name}"] == "0"
    assert after['pointbook_verified_findings{kind="ledger"}'] == "2"


def test_labels_cannot_break_the_format():
    metric = metrics.Metric("x", "X.", [({"programme": 'a"b\\c\nd'}, 1)])

    assert str(metric).splitlines()[-1] == 'pointbook_x{programme="a\\"b\\\\c\\nd"} 1'

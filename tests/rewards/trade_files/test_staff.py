"""Pages of files of trade: hand one in, watch, read what is wrong, try rules on it, let it go."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.staff.roles import Role
from rewards.backtests.models import BackTest
from rewards.backtests.services import work_on_all
from rewards.trade_files import services
from rewards.trade_files.models import TradeFile
from tests.accounts.factories import AT
from tests.colleagues import colleague
from tests.rewards.backtests.stage import LATER
from tests.rewards.backtests.test_trade import BASE, OLD
from tests.rewards.recalculations.stage import open_with_rules

pytestmark = pytest.mark.django_db


def text_of(response):
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(response.content.decode())).split())


@pytest.fixture
def programme():
    return open_with_rules(base=BASE)


@pytest.fixture
def marketing(client):
    client.force_login(colleague(Role.MARKETING))
    return client


def post(client, programme, content=OLD, name="trade.csv"):
    address = reverse("staff:trade-file-new", args=[programme.slug])
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def handed_in(client, programme, content=OLD):
    answer = post(client, programme, content)
    assert answer.status_code == 302
    services.work_on_all(at=LATER)
    return TradeFile.objects.get(), answer["Location"]


def test_a_file_is_handed_in_watched_and_read(marketing, programme):
    address = post(marketing, programme)["Location"]
    assert "0 of 3 lines" in text_of(marketing.get(address))
    progress = reverse("staff:trade-file-progress", args=[programme.slug, TradeFile.objects.get().pk])
    assert "HX-Refresh" not in marketing.get(progress)

    services.work_on_all(at=LATER)

    assert marketing.get(progress)["HX-Refresh"] == "true"
    words = text_of(marketing.get(address))
    assert "Receipts 3" in words
    assert "1 Mar 1998 – 1 Apr 1998" in words
    assert "trade.csv" in text_of(marketing.get(reverse("staff:trade-files", args=[programme.slug])))


def test_lines_that_do_not_count_are_named(marketing, programme):
    _row, address = handed_in(marketing, programme, OLD + b"Cid,R1,never,3,,\n")

    words = text_of(marketing.get(address))

    assert "Lines that do not count 1" in words
    assert "moments 2026-01-31T18:30" in words


def test_what_is_no_trade_is_refused_with_a_sentence(marketing, programme):
    answer = post(marketing, programme, b"name;points\nAda;5\n")

    assert answer.status_code == 422
    assert "No column is called member" in text_of(answer)
    assert not TradeFile.objects.exists()


def test_rules_are_tried_on_a_file(marketing, programme):
    row, address = handed_in(marketing, programme)
    link = f"{reverse('staff:back-test-new', args=[programme.slug])}?trade={row.pk}"
    assert link in marketing.get(address).content.decode()
    page = marketing.get(link)
    assert 'value="1998-03-01"' in page.content.decode()

    sent = {"name": "Of old", "trade": str(row.pk), "first_on": "1998-03-01", "last_on": "1998-04-01"}
    answer = marketing.post(link, sent)
    work_on_all(at=AT)

    words = text_of(marketing.get(answer["Location"]))
    assert BackTest.objects.get().trade == row
    assert "of the file trade.csv" in words
    assert "These are purchases of a file" in words
    assert "Members who would have got most more" not in words


def test_a_file_in_use_is_not_let_go_another_is(marketing, programme):
    row, address = handed_in(marketing, programme)
    sent = {"name": "Of old", "trade": str(row.pk), "first_on": "1998-03-01", "last_on": "1998-04-01"}
    marketing.post(reverse("staff:back-test-new", args=[programme.slug]), sent)
    forget = reverse("staff:trade-file-forget", args=[programme.slug, row.pk])

    assert "Wait for it, or stop it first" in text_of(marketing.post(forget, follow=True))
    work_on_all(at=AT)
    assert "The lines of the file are gone" in text_of(marketing.post(forget, follow=True))
    assert "Try rules on it" not in text_of(marketing.get(address))


def test_another_programme_s_file_is_not_found(marketing, programme):
    row, _address = handed_in(marketing, programme)
    other = open_with_rules(base=BASE)

    assert marketing.get(reverse("staff:trade-file", args=[other.slug, row.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR])
def test_only_who_writes_rules_hands_files_in(client, programme, role):
    client.force_login(colleague(role))

    assert post(client, programme).status_code == 403
    assert not TradeFile.objects.exists()

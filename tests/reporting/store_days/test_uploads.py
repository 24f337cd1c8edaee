"""Days of stores from a colleague's file: like a call, faults line by line, the same file twice changes nothing."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.staff.roles import Role
from accounts.store_days.files import MOST_BYTES, FileFault, UnreadableFile, read_lines
from accounts.store_days.models import StoreDay
from accounts.store_days.services import MOST_REPORTS
from tests.colleagues import colleague
from tests.reporting.factories import NOW, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(stopped_clock):
    stopped_clock(NOW)
    return open_shop()


@pytest.fixture
def keeper(client):
    client.force_login(colleague(Role.FINANCE_PREPARER))
    return client


def sent(client, text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("staff:store-days-upload"), {"file": SimpleUploadedFile("days.csv", content, "text/csv")})


def kept():
    rows = StoreDay.objects.order_by("business_on", "store__code", "number").select_related("store")
    return [(row.store.code, row.business_on.isoformat(), row.sales_minor, row.tickets, row.returns_minor, row.number) for row in rows]


def test_days_of_a_file_are_taken_in(keeper, shop):
    market, harbour = shop.market.code, shop.harbour.code
    file = f"\ufeffStore;Day;Sales;Tickets;Returns\r\n{market};2026-03-02;8120.50;412;96.00\r\n\r\n{harbour};2026-03-02;10;1;\r\n"

    answer = sent(keeper, file)

    assert (answer.status_code, answer["Location"]) == (302, reverse("staff:store-days"))
    assert kept() == sorted([(market, "2026-03-02", 812050, 412, 9600, 1), (harbour, "2026-03-02", 1000, 1, 0, 1)])
    assert StoreDay.objects.first().source.startswith("staff:")
    assert "2 days were taken in." in keeper.get(answer["Location"]).content.decode()


def test_the_same_file_again_changes_nothing_and_a_corrected_one_supersedes(keeper, shop):
    file = f"store,day,sales,tickets\n{shop.market.code},2026-03-02,8120.50,412\n"
    sent(keeper, file)

    again = sent(keeper, file)

    assert len(kept()) == 1
    assert "0 days were taken in. 1 had been reported" in keeper.get(again["Location"]).content.decode()
    sent(keeper, file.replace("8120.50", "8000.00"))
    assert [row[-1] for row in kept()] == [1, 2]


def test_lines_that_are_refused_are_shown_and_keep_no_other_one_back(keeper, shop):
    market = shop.market.code
    lines = [
        "store,day,sales,tickets,currency",
        f"{market},2026-03-02,8120.50,412,GBP",
        "S99,2026-03-02,1.00,1,GBP",
        f"{market},2999-03-03,1.00,1,GBP",
        f"{market},2026-03-04,1.00,0,GBP",
        f"{market},03/04/2026,12,50,many,GBP",
        f"{market},2026-03-05,1.005,1,GBP",
        f"{market},2026-03-05,1.00,1,EUR",
        f"{market},2026-03-02,1.00,1,GBP",
        f'{market},"2026-03-06,1.00,1',
    ]

    answer = sent(keeper, "\n".join(lines))

    rows = {row[0]: row[3] for row in answer.context["rows"]}
    assert answer.status_code == 422
    assert sorted(rows) == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(len(told) > 15 for told in rows.values())
    assert [
        "day: " in rows[4],
        "tickets: " in rows[5],
        "day: " in rows[6],
        "sales: " in rows[7],
        "currency: " in rows[8],
        "twice" in rows[9],
    ] == [True] * 6
    assert kept() == [(market, "2026-03-02", 812050, 412, 0, 1)]
    text = answer.content.decode()
    assert "8 lines were not taken in" in text and "1 day was taken in." in text


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"store,day,sales,tickets\n\xff\xfe", "not text in UTF-8"),
        (b"store,day,sales,tickets\n\n", "no line below"),
        (b"", "empty"),
        (b"store,day,sales\nS1,2026-03-02,1", "names no column tickets"),
        (b"store,day,sales,tickets,till\nS1,2026-03-02,1,1,4", "Nobody reads a column till"),
        (b"store,day,sales,tickets,day\nS1,2026-03-02,1,1,4", "The column day is there twice"),
        (b"store,day,sales,tickets\n" + b"S1,2026-03-02,1,1\n" * (MOST_REPORTS + 1), "more than 1,000 lines"),
        (b"store,day,sales,tickets\n" + b"S" * MOST_BYTES, "larger than 300 kilobytes"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(keeper, shop, file, told):
    answer = sent(keeper, file)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert kept() == []


def test_the_template_has_a_line_for_each_store_and_says_nothing_yet(keeper, shop):
    answer = keeper.get(reverse("staff:store-days-template"))

    rows = list(csv.reader(answer.content.decode().lstrip("\ufeff").splitlines()))
    assert rows[0] == ["store", "day", "sales", "tickets", "returns", "currency"]
    assert sorted(row[0] for row in rows[1:]) == sorted([shop.market.code, shop.harbour.code])
    assert {tuple(row[2:]) for row in rows[1:]} == {("", "", "", "GBP")}
    refused = sent(keeper, answer.content)
    assert (len(refused.context["rows"]), kept()) == (2, [])


def test_only_who_may_upload_is_led_there(client, shop):
    page, upload = reverse("staff:store-days"), reverse("staff:store-days-upload")
    client.force_login(colleague(Role.MARKETING))
    assert upload not in client.get(page).content.decode()
    assert sent(client, "store,day,sales,tickets\n").status_code == 403

    client.force_login(colleague(Role.ADMINISTRATOR))
    assert upload in client.get(page).content.decode()
    assert client.get(upload).status_code == 200


def test_many_faults_are_cut_and_counted(keeper, shop):
    answer = sent(keeper, "store,day,sales,tickets\n" + "S99,2026-03-02,1,1\n" * 60)

    assert (answer.context["fault_count"], len(answer.context["rows"])) == (60, 50)
    assert "The first 50 are shown." in answer.content.decode()


def test_a_line_is_a_row_whatever_its_quotation_marks():
    [first, second] = read_lines(b'store,day,sales,tickets\n"S1,2026\nS2,2026-03-02,1,7\n', most=10, currency="EUR")

    assert (first.number, first.item) == (2, {"currency": "EUR", "store": '"S1,2026'})
    assert second.item == {"currency": "EUR", "store": "S2", "day": "2026-03-02", "sales": "1", "tickets": 7}
    with pytest.raises(UnreadableFile) as wrong:
        read_lines(b"store\n", most=10, currency="EUR")
    assert wrong.value.fault is FileFault.COLUMN_MISSING

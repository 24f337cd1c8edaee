"""Columns that colleagues choose for the lists of the staff pages."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.staff.domain import hidden_after, readable
from accounts.staff.models import ListPreference
from accounts.staff.roles import Role
from accounts.staff.saved import LISTS
from accounts.staff.services import hide_columns
from tests.colleagues import colleague
from tests.reporting.factories import open_shop, tell_a_year

pytestmark = pytest.mark.django_db
CHOOSE = "/staff/lists/purchases/columns/"
EVERY = ["member", "price", "tender", "earned", "where"]
KNOWN = ("name", "day", "amount")


@pytest.mark.parametrize(
    ("before", "listed", "shown", "hidden"),
    [
        ([], ["day", "amount"], ["day"], ["amount"]),
        (["amount"], ["day", "amount"], ["day", "amount"], []),
        (["amount"], ["day"], ["day"], ["amount"]),
        ([], ["name", "day"], [], ["day"]),
        (["gone"], ["evil", "day"], ["day"], []),
    ],
)
def test_columns_that_were_not_listed_stay_as_they_were(before, listed, shown, hidden):
    assert hidden_after(before, listed=listed, shown=shown, known=KNOWN) == hidden


@pytest.mark.parametrize(
    ("query", "written"),
    [("q=R-1&cursor=x", "cursor=x&q=R-1"), ("q=%0d%0aLocation: x", "q=%0D%0ALocation%3A+x"), ("q=" + "x" * 5_000, ""), ("", "")],
)
def test_an_address_is_written_once_more(query, written):
    assert readable(query) == written


@pytest.fixture
def shop():
    shop = open_shop()
    tell_a_year(shop, shop.member())
    return shop


@pytest.fixture
def me():
    return colleague(*Role)


@pytest.fixture
def signed_in(client, me, shop):
    client.force_login(me)
    return client


def shown(answer):
    context = answer.context
    assert {len(row) for row in context["rows"]} <= {len(context["columns"])}
    return [column["key"] for column in context["columns"]]


def test_a_choice_is_remembered_and_leads_back_to_what_was_looked_at(signed_in, me):
    answer = signed_in.post(CHOOSE, {"listed": EVERY, "shown": ["member", "earned"], "query": "points=1&q=R-1102"})

    assert answer["Location"] == "/staff/purchases/?points=1&q=R-1102"
    page = signed_in.get(answer["Location"])
    assert shown(page) == ["receipt", "member", "earned"]
    assert len(page.context["rows"]) == 1
    assert "Paid with points" not in [column["label"] for column in page.context["columns"]]
    assert shown(signed_in.get("/staff/members/")) == list(LISTS["members"].columns)
    assert ListPreference.objects.get().user == me
    signed_in.post(CHOOSE, {"listed": EVERY, "shown": EVERY})
    assert shown(signed_in.get("/staff/purchases/")) == ["receipt", *EVERY]


def test_with_script_the_rows_come_back_for_the_address_in_the_browser(signed_in):
    told = {"HX-Request": "true", "HX-Current-URL": "http://testserver/staff/purchases/?points=1"}

    answer = signed_in.post(CHOOSE, {"listed": EVERY, "shown": [], "query": "stale=1"}, headers=told, follow=True)

    assert answer.redirect_chain == [("/staff/purchases/?points=1", 302)]
    assert shown(answer) == ["receipt"]
    assert len(answer.context["rows"]) == 1


def test_the_first_column_always_stays_and_unknown_ones_are_nothing(signed_in):
    signed_in.post(CHOOSE, {"listed": ["receipt", "evil\x00", "x" * 9_000], "shown": []})

    assert shown(signed_in.get("/staff/purchases/"))[0] == "receipt"
    assert ListPreference.objects.get().hidden == []


def test_totals_lose_the_same_columns(signed_in, shop):
    signed_in.post("/staff/lists/journals/columns/", {"listed": ["day", "what", "amount"], "shown": ["amount"]})

    page = signed_in.get("/staff/journals/")
    by_account = signed_in.get("/staff/journals/?account=" + (page.context["accounts"][0]["value"] if page.context["accounts"] else "2400"))

    assert shown(page) == ["journal", "amount"]
    assert len(page.context["totals"]) == 2
    assert shown(by_account) == ["journal", "debit", "credit"]


def test_files_keep_every_column(signed_in):
    before = b"".join(signed_in.get("/staff/members/members.csv"))
    signed_in.post("/staff/lists/members/columns/", {"listed": list(LISTS["members"].columns), "shown": []})

    assert shown(signed_in.get("/staff/members/")) == ["member"]
    assert b"".join(signed_in.get("/staff/members/members.csv")) == before


def test_every_list_offers_its_columns(signed_in):
    assert signed_in.get("/staff/members/").status_code == 200  # the addresses are read with the first page
    assert len(LISTS) == 8
    for of in LISTS.values():
        page = signed_in.get(of.url)
        assert f'action="{reverse("staff:list-columns", args=[of.name])}"' in page.content.decode(), of.name
        choices = page.context["column_menu"]["choices"]
        assert [choice["key"] for choice in choices] == [key for key in of.columns if key in shown(page)], of.name
        assert [choice["always"] for choice in choices] == [True, *[False] * (len(choices) - 1)], of.name


def test_rights_are_those_of_the_list(client, shop):
    client.force_login(colleague(Role.CASHIER))

    answers = {name: client.post(f"/staff/lists/{name}/columns/", {}).status_code for name in ("members", "journals", "nowhere")}

    assert answers == {"members": 302, "journals": 403, "nowhere": 404}
    assert client.get(CHOOSE).status_code == 405


def test_each_colleague_chooses_for_themselves(signed_in, me):
    hide_columns(user=colleague(Role.SUPPORT), list_name="purchases", hidden=["price"])

    assert shown(signed_in.get("/staff/purchases/")) == ["receipt", *EVERY]
    with pytest.raises(IntegrityError), transaction.atomic():
        ListPreference.objects.create(user=me, list_name="members")
        ListPreference.objects.create(user=me, list_name="members")

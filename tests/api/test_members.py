"""Members over HTTP, and what they hold."""

import datetime as dt

import pytest

from accounts.members.models import Member
from loyalty.kit.rest import limits
from rewards.members.representations import BalancesAnswer, LotsAnswer, MemberAnswer, MovementsAnswer
from rewards.tiers.services import TierTerms, open_ladder
from tests.accounts.factories import give
from tests.api.caller import faults, problem
from tests.api.conftest import basket

SOON, LATER = dt.date(2026, 6, 1), dt.date(2027, 6, 1)


def test_a_member_is_enrolled_with_points_and_tier(caller, programme):
    open_ladder(programme=programme, name="Year", tiers=[TierTerms(code="bronze", name="Bronze", threshold_minor=1_000)])
    facts = {
        "external_id": "C7",
        "email": "Ada@Example.org",
        "phone": "+90 532 123 45 67",
        "given_name": "Ada",
        "attributes": {"vip": True},
    }

    made = caller.post("members", facts, key=None)
    caller.post("purchases", basket(member_external_id="C7"))
    seen = caller.get("members", external_id="C7")

    assert made.status_code == 201, made.content
    assert MemberAnswer.model_validate_json(made.content)
    assert made.json() == {
        "id": made.json()["id"],
        "number": made.json()["number"],
        "external_id": "C7",
        "status": "active",
        "joined_at": "2026-01-15T10:00:00Z",
        "given_name": "Ada",
        "family_name": "",
        "locale": "en",
        "tier": None,
        "tiers": [],
        "balances": [{"currency": "points", "available": 0, "pending": 0, "held": 0, "arrears": 0}],
    }
    assert seen.json()["balances"][0]["available"] == 12
    assert seen.json()["tier"] == {"code": "bronze", "name": "Bronze", "since_on": "2026-01-15", "through_on": "2027-12-31"}
    assert Member.objects.get(external_id="C7").attributes == {"vip": True}


@pytest.mark.parametrize(
    ("name", "value"),
    [("external_id", "C7"), ("email", "ADA@example.org"), ("phone", "0532 123 45 67"), ("card", "number")],
)
def test_a_member_is_found_by_any_one_name(caller, name, value):
    made = caller.post("members", {"external_id": "C7", "email": "ada@example.org", "phone": "+905321234567"}).json()

    found = caller.get("members", **{name: made.get(value, value)})

    assert found.json()["id"] == made["id"]


@pytest.mark.parametrize("query", [{}, {"email": "a@example.org", "card": "9"}])
def test_a_search_names_one_thing(caller, query):
    answer = caller.get("members", **query)

    assert (answer.status_code, problem(answer)["code"]) == (422, "invalid_input")


def test_a_search_counts_more_than_a_look(caller, settings, member):
    settings.API_REQUESTS_PER_MINUTE = 50

    looks = [caller.get(f"members/{member.pk}").status_code for _ in range(10)]
    searches = [caller.get("members", phone=f"+9053212345{n}").status_code for n in range(10, 13)]

    assert looks == [200] * 10
    assert searches == [404, 404, 429]


def test_a_key_that_asks_too_much_waits(caller, settings, member, monkeypatch):
    settings.API_REQUESTS_PER_MINUTE = 2
    moment = [0.0]
    monkeypatch.setattr(limits, "windows", limits.Windows(clock=lambda: moment[0]))

    answers = [caller.get(f"members/{member.pk}") for _ in range(3)]
    moment[0] = 59.0
    still = caller.get(f"members/{member.pk}")
    moment[0] = 60.0
    again = caller.get(f"members/{member.pk}")

    assert [answer.status_code for answer in (*answers, still, again)] == [200, 200, 429, 429, 200]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert (answers[2]["Retry-After"], still["Retry-After"]) == ("60", "1")
    assert problem(answers[2])["code"] == "too_many_requests"


def test_a_batch_counts_its_items(caller, settings, member):
    settings.API_REQUESTS_PER_MINUTE = 5

    answers = [caller.post("batches/purchases", {"items": [basket(member, f"R{n}")] * 3}, key=None).status_code for n in range(2)]

    assert answers == [200, 429]


def test_the_profile_changes_and_nothing_else(caller, member):
    changed = caller.patch(f"members/{member.pk}", {"given_name": "Eve", "email": "eve@example.org", "birth_date": "1990-02-03"})
    refused = caller.patch(f"members/{member.pk}", {"status": "closed", "number": "1", "points_account": "x"})

    member.refresh_from_db()
    assert changed.status_code == 200
    assert changed.json()["given_name"] == "Eve"
    assert (member.email, member.birth_date) == ("eve@example.org", dt.date(1990, 2, 3))
    assert faults(refused) == {"/status": "unknown_field", "/number": "unknown_field", "/points_account": "unknown_field"}


@pytest.mark.parametrize(
    ("body", "fault"), [({}, {"": "required"}), ({"email": None}, {"/email": "required"}), ({"phone": "x"}, {"/phone": "invalid_phone"})]
)
def test_a_change_names_new_values(caller, member, body, fault):
    answer = caller.patch(f"members/{member.pk}", body)

    assert faults(answer) == fault


def test_an_address_in_use_is_refused(caller, member):
    caller.post("members", {"email": "ada@example.org"})

    answers = [caller.post("members", {"email": "ada@example.org"}), caller.patch(f"members/{member.pk}", {"email": "ada@example.org"})]

    assert [problem(answer)["code"] for answer in answers] == ["already_member"] * 2
    assert [faults(answer) for answer in answers] == [{"/email": "email_in_use"}] * 2


@pytest.mark.parametrize(
    "body", [{}, {"given_name": "Ada"}, {"email": ""}, {"external_id": " ", "attributes": {"vip": True}}, {"new_card": False}]
)
def test_nobody_is_enrolled_whom_nobody_could_find_again(caller, programme, count_rows, body):
    before = count_rows()

    answer = caller.post("members", body)

    assert (answer.status_code, faults(answer)) in [(422, {"": "required"}), (422, {"/external_id": "bad_text"})]
    assert count_rows() == before


@pytest.mark.parametrize("body", [{"new_card": True}, {"phone": "0532 123 45 67"}, {"email": "a@example.org"}, {"external_id": "C1"}])
def test_one_way_to_be_known_is_enough(caller, programme, body):
    answer = caller.post("members", body)

    assert answer.status_code == 201, answer.content
    assert len(answer.json()["number"]) == 16


def test_a_card_is_named_or_new(caller, programme):
    assert faults(caller.post("members", {"new_card": True, "card": "9000000000000001"})) == {"/new_card": "too_many"}


def test_a_language_is_one_that_is_spoken_here(caller, programme):
    answer = caller.post("members", {"external_id": "C1", "locale": "xx"})

    fault = problem(answer)["errors"][0]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/locale", "invalid_locale")
    assert "en, tr" in fault["detail"]


def test_titles_and_details_are_in_the_callers_language(caller, programme, client):
    headers = caller.headers() | {"Accept-Language": "tr"}
    answer = client.get(caller.address("members/00000000-0000-0000-0000-000000000000"), headers=headers)

    assert problem(answer)["title"] == "Bulunamadı"


def test_a_home_store_is_named_by_its_code(caller):
    made = caller.post("members", {"home_store": "S1", "new_card": True})
    wrong = caller.post("members", {"home_store": "S9", "new_card": True})

    assert Member.objects.get(pk=made.json()["id"]).home_store.code == "S1"
    assert problem(wrong)["code"] == "unknown_store"


def test_balances_of_a_past_day_as_known_then(caller, member):
    caller.post("purchases", basket(member))

    now = caller.get(f"members/{member.pk}/balances")
    that_day = caller.get(f"members/{member.pk}/balances", as_of="2026-01-15")
    before = caller.get(f"members/{member.pk}/balances", as_of="2026-01-14")
    unknown = caller.get(f"members/{member.pk}/balances", as_of="2026-01-15", known_at="2026-01-01T00:00:00Z")

    assert BalancesAnswer.model_validate_json(now.content)
    assert [answer.json()["balances"] for answer in (now, that_day)] == [
        [{"currency": "points", "available": 12, "pending": 0, "held": 0, "arrears": 0}]
    ] * 2
    assert (before.json()["balances"], unknown.json()["balances"]) == ([], [])
    assert now.json()["as_of"] == "2026-01-15"


def test_movements_are_walked_page_by_page_there_and_back(caller, member):
    for n in range(7):
        give(member, n + 1, LATER)

    pages, cursor = [], None
    while True:
        page = caller.get(f"members/{member.pk}/movements", limit=3, **({"cursor": cursor} if cursor else {}))
        assert MovementsAnswer.model_validate_json(page.content)
        pages.append(page.json())
        cursor = page.json()["next"]
        if cursor is None:
            break
    back = caller.get(f"members/{member.pk}/movements", limit=3, cursor=pages[2]["previous"]).json()
    first = caller.get(f"members/{member.pk}/movements", limit=3, cursor=back["previous"]).json()

    assert [[row["units"] for row in page["results"]] for page in pages] == [[7, 6, 5], [4, 3, 2], [1]]
    assert pages[0]["previous"] is None
    assert back == pages[1]
    assert first == pages[0]


def test_a_page_neither_repeats_nor_hides_when_rows_arrive(caller, member):
    for n in range(4):
        give(member, n + 1, LATER)
    first = caller.get(f"members/{member.pk}/movements", limit=2).json()
    give(member, 99, LATER)

    second = caller.get(f"members/{member.pk}/movements", limit=2, cursor=first["next"]).json()

    assert [row["units"] for row in second["results"]] == [2, 1]


def test_lots_come_in_the_order_in_which_they_end(caller, member):
    give(member, 1, None)
    give(member, 2, LATER)
    give(member, 3, SOON)
    give(member, 4, SOON)

    first = caller.get(f"members/{member.pk}/lots", limit=3)
    second = caller.get(f"members/{member.pk}/lots", limit=3, cursor=first.json()["next"])

    assert LotsAnswer.model_validate_json(first.content)
    assert [lot["remaining"] for lot in first.json()["results"] + second.json()["results"]] == [3, 4, 2, 1]
    assert [lot["expires_on"] for lot in first.json()["results"]] == ["2026-06-01", "2026-06-01", "2027-06-01"]
    assert [lot["last_on"] for lot in first.json()["results"]] == ["2026-05-31", "2026-05-31", "2027-05-31"]
    assert second.json()["results"][0]["expires_on"] is None
    assert second.json()["results"][0]["last_on"] is None
    assert caller.get(f"members/{member.pk}/lots", limit=3, cursor=second.json()["previous"]).json() == first.json()


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"limit": "0"}, {"/limit": "out_of_range"}),
        ({"limit": "201"}, {"/limit": "out_of_range"}),
        ({"limit": "1e1"}, {"/limit": "not_a_whole_number"}),
        ({"limit": "١"}, {"/limit": "not_a_whole_number"}),
        ({"cursor": "x"}, {"/cursor": "invalid_cursor"}),
        ({"cursor": "W2ZhbHNlLCJ4Il0"}, {"/cursor": "invalid_cursor"}),
        ({"cursor": "\u00e9"}, {"/cursor": "invalid_cursor"}),
        ({"page": "2"}, {"/page": "unknown_field"}),
    ],
)
def test_a_page_is_asked_for_strictly(caller, member, query, fault):
    answer = caller.get(f"members/{member.pk}/movements", **query)

    assert faults(answer) == fault


def test_points_of_a_currency_that_is_not_there_are_not_found(caller, member):
    answer = caller.get(f"members/{member.pk}/lots", currency="gold")

    assert (answer.status_code, problem(answer)["code"]) == (404, "currency_not_found")


def test_two_enrolments_of_one_number_are_one_member(caller):
    first = caller.post("members", {"external_id": "C7", "given_name": "Ada"})
    again = caller.post("members", {"external_id": "C7", "given_name": "Ada"})
    other = caller.post("members", {"external_id": "C7", "given_name": "Eve"})

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, problem(other)["code"]) == (409, "external_id_conflict")

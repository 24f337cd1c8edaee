"""A currency as a definition says it."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.programmes import domain
from accounts.programmes.domain import Activity, CurrencyKind, ExpiryKind, MalformedCurrency, Terms, Use, parse_currency, parse_terms

STARS = {
    "code": "stars",
    "kind": "spendable",
    "singular": "star",
    "plural": "stars",
    "other_words": {"tr": ["yıldız", "yıldız"]},
    "consumption_order": "oldest_first",
    "arrears_policy": "forgive",
    "terms": {
        "expiry": {
            "kind": "months",
            "number": 36,
            "unless": {"activity": "earn", "kind": "end_of_month", "number": 6},
            "tiers": {"gold": {"kind": "none"}, "green": {"kind": "none", "unless": {"activity": "any", "kind": "months", "number": 6}}},
        },
        "pending_days": 3,
        "point_value_minor": "1.5",
        "tender_step_units": 100,
        "sending": {"least_units": 50, "most_units": 500},
    },
}


def test_a_definition_says_everything_about_a_currency():
    found = parse_currency(STARS)

    assert (found.words.kind, found.words.code, found.words.others) == (CurrencyKind.SPENDABLE, "stars", {"tr": ("yıldız", "yıldız")})
    assert found.unit_policies == {"scale": 0, "consumption_order": 2, "arrears_policy": 3, "arrears_limit": None}
    assert (found.terms.expiry_kind, found.terms.expiry_number) == ("months", 36)
    assert (found.terms.slide_by, found.terms.slide_kind, found.terms.slide_number) == ("earn", "end_of_month", 6)
    assert set(found.terms.tier_expiry) == {"gold", "green"}
    assert (found.terms.point_value_minor, found.terms.send_most_units) == (Decimal("1.5"), 500)
    assert parse_terms(domain.definition_of(found.terms)) == found.terms


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "Stars"}, "/code"),
        ({"code": "s\x00"}, "/code"),
        ({"kind": "gold"}, "/kind"),
        ({"kind": []}, "/kind"),
        ({"plural": " "}, "/plural"),
        ({"plural": "s\x00"}, "/plural"),
        ({"scale": 5}, "/scale"),
        ({"scale": True}, "/scale"),
        ({"other_words": {"tr": ["yıldız"]}}, "/other_words/tr"),
        ({"consumption_order": "random"}, "/consumption_order"),
        ({"arrears_limit": -1}, "/arrears_limit"),
        ({"colour": "red"}, "/colour"),
        ({"terms": []}, "/terms"),
        ({"terms": {"point_value_minor": 1.5}}, "/terms/point_value_minor"),
        ({"terms": {"point_value_minor": "NaN"}}, "/terms/point_value_minor"),
        ({"terms": {"point_value_minor": "1" * 5000}}, "/terms/point_value_minor"),
        ({"terms": {"expiry": {"kind": "months"}}}, "/terms/expiry/number"),
        ({"terms": {"expiry": {"kind": "fixed_date"}}}, "/terms/expiry/date"),
        ({"terms": {"expiry": {"kind": "fixed_date", "date": "2026-02-30"}}}, "/terms/expiry/date"),
        ({"terms": {"expiry": {"kind": "fixed_day", "month": 2, "day": 29}}}, "/terms/expiry/day"),
        ({"terms": {"expiry": {"kind": "none", "unless": {"activity": "breathe", "number": 3}}}}, "/terms/expiry/unless/activity"),
        (
            {"terms": {"expiry": {"kind": "none", "unless": {"activity": "any", "kind": "fixed_day", "number": 3}}}},
            "/terms/expiry/unless/kind",
        ),
        ({"terms": {"expiry": {"kind": "none", "tiers": {"gold": {"kind": "days"}}}}}, "/terms/expiry/tiers/gold/number"),
        ({"terms": {"expiry": {"kind": "none", "tiers": {"gold": {"kind": "none", "tiers": {}}}}}}, "/terms/expiry/tiers/gold/tiers"),
        ({"kind": "qualifying"}, "/terms/point_value_minor"),
        ({"kind": "credit", "terms": {"point_value_minor": "2"}}, "/terms/point_value_minor"),
        ({"kind": "accrual", "terms": {"point_value_minor": "0"}}, "/terms/point_value_minor"),
        ({"kind": "stamp", "terms": {"sending": {}}}, "/terms/sending"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change, pointer):
    with pytest.raises(MalformedCurrency) as refused:
        parse_currency({**STARS, **change})

    assert pointer in [error.pointer for error in refused.value.errors]


@pytest.mark.parametrize("given_", [None, [], "stars", 7])
def test_what_is_no_object_is_refused(given_):
    with pytest.raises(MalformedCurrency):
        parse_currency(given_)


@pytest.mark.parametrize(
    ("expiry", "earned_on", "ends_on"),
    [
        ({"kind": "end_of_quarter"}, "2026-02-10", "2026-04-01"),
        ({"kind": "end_of_quarter", "number": 1}, "2026-11-30", "2027-04-01"),
        ({"kind": "end_of_year", "number": 1}, "2026-01-01", "2028-01-01"),
        ({"kind": "fixed_date", "date": "2027-03-01"}, "2026-05-05", "2027-03-01"),
        ({"kind": "fixed_date", "date": "2027-03-01"}, "2027-03-01", "2028-03-01"),
        ({"kind": "fixed_date", "date": "2024-02-29"}, "2024-02-29", "2025-02-28"),
        ({"kind": "none", "unless": {"activity": "any", "kind": "months", "number": 12}}, "2026-01-31", "2027-01-31"),
        ({"kind": "months", "number": 6, "unless": {"activity": "any", "kind": "months", "number": 12}}, "2026-01-31", "2026-07-31"),
    ],
)
def test_points_end_when_the_definition_says(expiry, earned_on, ends_on):
    terms = parse_terms({"expiry": expiry})

    assert domain.expires_on(terms, dt.date.fromisoformat(earned_on)) == dt.date.fromisoformat(ends_on)


@pytest.mark.parametrize(
    ("joined_on", "earned_on", "number", "ends_on"),
    [
        ("2025-10-02", "2025-10-02", 0, "2026-10-02"),
        ("2025-10-02", "2026-10-01", 0, "2026-10-02"),
        ("2025-10-02", "2026-10-02", 0, "2027-10-02"),
        ("2025-10-02", "2026-01-01", 1, "2027-10-02"),
        ("2024-02-29", "2024-02-29", 0, "2025-02-28"),
        ("2024-02-29", "2025-02-28", 0, "2026-02-28"),
        ("2024-02-29", "2027-02-28", 0, "2028-02-29"),
        ("2024-02-29", "2028-02-28", 0, "2028-02-29"),
        ("2025-10-02", "2025-06-01", 0, "2026-10-02"),
        (None, "2025-06-01", 0, "2026-06-01"),
    ],
)
def test_a_members_year_ends_on_the_next_anniversary_of_joining(joined_on, earned_on, number, ends_on):
    terms = parse_terms({"expiry": {"kind": "member_year", "number": number}})
    joined = dt.date.fromisoformat(joined_on) if joined_on else None

    assert domain.expires_on(terms, dt.date.fromisoformat(earned_on), joined_on=joined) == dt.date.fromisoformat(ends_on)


@pytest.mark.parametrize(
    "expiry",
    [
        {"kind": "member_year", "unless": {"activity": "any", "kind": "months", "number": 12}},
        {"kind": "member_year", "tiers": {"gold": {"kind": "none"}}},
        {"kind": "none", "tiers": {"gold": {"kind": "member_year"}}},
        {"kind": "member_year", "number": 101},
        {"kind": "none", "unless": {"activity": "any", "kind": "member_year", "number": 1}},
    ],
)
def test_a_members_year_stands_alone(expiry):
    with pytest.raises(MalformedCurrency):
        parse_terms({"expiry": expiry})


def test_a_tier_has_its_own_end_and_others_have_the_base():
    terms = parse_currency(STARS).terms

    assert domain.expires_on(terms, dt.date(2026, 1, 10), "gold") is None
    assert domain.expires_on(terms, dt.date(2026, 1, 10), "green") == dt.date(2026, 7, 10)
    assert domain.expires_on(terms, dt.date(2026, 1, 10), "blue") == dt.date(2026, 8, 1)
    assert domain.expires_on(terms, dt.date(2026, 1, 10)) == dt.date(2026, 8, 1)


def test_an_activity_moves_the_end_and_the_fixed_end_stays_a_limit():
    policy = domain.policy_of(parse_currency(STARS).terms)

    assert policy.end(dt.date(2026, 1, 10), dt.date(2026, 6, 30)) == dt.date(2027, 1, 1)
    assert policy.end(dt.date(2026, 1, 10), dt.date(2028, 12, 30)) == dt.date(2029, 1, 10)


def test_who_loses_a_tier_has_as_long_as_if_the_points_were_earned_that_day():
    green = domain.policy_of(parse_currency(STARS).terms, "green")

    end = green.judged(earned_on=dt.date(2024, 1, 1), active_on=dt.date(2024, 1, 1), since_on=dt.date(2026, 3, 1), current=None)

    assert end == dt.date(2026, 9, 1)
    assert green.judged(earned_on=dt.date(2024, 1, 1), active_on=dt.date(2024, 1, 1), since_on=dt.date(2026, 3, 1), current=end) == end


days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))
slides = st.one_of(
    st.tuples(st.just(""), st.just(0), st.just("")),
    st.tuples(st.sampled_from(["months", "end_of_month"]), st.integers(1, 36), st.sampled_from([by.value for by in Activity])),
)


@given(days, days, days, st.one_of(st.none(), days), slides, st.integers(1, 60))
def test_judging_never_shortens_without_a_tier_and_is_settled_at_once(earned_on, active_on, since_on, current, slide, months):
    kind, number, by = slide
    policy = domain.policy_of(Terms(expiry_number=months, slide_kind=kind, slide_number=number, slide_by=by))

    judged = policy.judged(earned_on=earned_on, active_on=active_on, since_on=None, current=current)
    of_tier = policy.judged(earned_on=earned_on, active_on=active_on, since_on=since_on, current=current)

    assert current is not None or judged is None
    assert judged is None or current is None or judged >= current
    assert policy.judged(earned_on=earned_on, active_on=active_on, since_on=since_on, current=of_tier) == of_tier


@given(st.sampled_from(list(ExpiryKind)), st.integers(0, 99), days)
def test_nothing_is_born_dead(kind, number, day):
    ending = domain.Ending(kind, number, 3, 1, dt.date(2025, 6, 1))

    end = ending.after(day)

    assert end is None or end > day or (kind in {ExpiryKind.DAYS, ExpiryKind.MONTHS} and number == 0)


def test_terms_come_back_from_their_definition():
    terms = dataclasses.replace(Terms(), expiry_kind="fixed_date", expiry_number=0, expiry_date=dt.date(2027, 1, 1), pending_days=4)

    assert parse_terms(domain.definition_of(terms)) == terms
    assert parse_terms({}) == Terms()


def test_only_points_to_spend_are_spent_and_only_accruals_are_converted():
    assert [kind.value for kind in CurrencyKind if domain.allows(kind, Use.TENDER)] == ["spendable", "credit"]
    assert [kind.value for kind in CurrencyKind if domain.allows(kind, Use.REWARD)] == ["spendable", "stamp", "credit"]
    assert [kind.value for kind in CurrencyKind if domain.allows(kind, Use.CONVERT)] == ["accrual"]
    assert [kind.value for kind in CurrencyKind if not domain.is_valued(kind)] == ["qualifying", "allowance"]

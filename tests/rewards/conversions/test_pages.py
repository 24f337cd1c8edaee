"""Conversions on pages of colleagues and members."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from reporting.statements.queries import activity_of
from rewards.conversions import services
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.conversions.pages import gatherings
from rewards.setups.models import Setup, SetupVersion
from tests.accounts.factories import UserFactory
from tests.colleagues import colleague
from tests.rewards.conversions.stage import MONTHLY, YEARLY, buy, club, member_of, noon, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(stopped_clock):
    stopped_clock(noon(2026, 2, 1))


def url(programme, name="conversions", *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def test_a_colleague_drafts_a_conversion_and_another_approves_it(client, now):
    programme = club()
    page = reverse("staff:setup-new", args=[programme.slug, "conversion"])
    said = {
        "name": "Cash",
        "code": "cash-back",
        "source": "gathered",
        "target": "cash",
        "way": "steps",
        "step_units": 500,
        "every": "month",
    }
    client.force_login(colleague(Role.MARKETING))

    lacking = client.post(page, said | {"step_units": "", "valid_from": "2026-03-01", "after_days": 0})
    answer = client.post(page, said | {"valid_from": "2026-03-01", "after_days": 0})

    assert (lacking.status_code, list(lacking.context["form"].errors)) == (422, ["step_units"])
    assert answer.url == reverse("staff:setups", args=[programme.slug])
    version = SetupVersion.objects.get(setup__code="cash-back")
    assert version.definition == MONTHLY | {"gives_units": 500, "every": "month", "after_days": 0}
    client.force_login(colleague(Role.FINANCE_APPROVER))
    client.post(reverse("staff:setup-approve", args=[programme.slug, version.pk]))
    version.refresh_from_db()
    assert version.approved_at is not None
    assert "€5.00; the rest stays" in client.get(answer.url).content.decode()


def test_a_rate_is_proposed_by_one_and_approved_by_another(client, now):
    programme = club(YEARLY)
    buy(member_of(programme), 100_00, noon(2025, 5, 1))
    client.force_login(colleague(Role.MARKETING))
    assert "€5.00 have gathered" in client.get(url(programme)).content.decode()

    wrong = client.post(url(programme, "conversion-rate", "monthly"), {"rate": "a tenth"})
    client.post(url(programme, "conversion-rate", "monthly"), {"rate": "0,9", "evidence": "Board, 1 February"})

    assert wrong.status_code == 422
    rate = ConversionRate.objects.get()
    assert (str(rate), rate.first_on, rate.evidence) == ("0.9", dt.date(2025, 1, 1), "Board, 1 February")
    approve = url(programme, "conversion-rate-approve", rate.pk)
    assert client.post(approve).status_code == 403
    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert approve.encode() in client.get(url(programme)).content
    client.post(approve)
    rate.refresh_from_db()
    assert rate.approved_at == noon(2026, 2, 1)
    assert b"waits for a rate" not in client.get(url(programme)).content


def test_a_run_shows_how_far_it_is_and_what_it_gave(client, now):
    programme = club(MONTHLY)
    for number in range(4):
        buy(member_of(programme), 100_00, noon(2026, 1, 10), f"R{number}")

    def killed(_run):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(programme, noon(2026, 2, 1), chunk=2, progress=killed)
    client.force_login(colleague(Role.AUDITOR))

    half = client.get(url(programme)).content.decode()
    run(programme, noon(2026, 2, 1), chunk=2)
    whole = client.get(url(programme)).content.decode()

    assert "2 of 4 members" in half
    assert "every 3s" in half
    assert "every 3s" not in whole
    assert "€20.00" in whole
    assert ConversionRun.objects.get().wallets == 4


def test_a_period_that_has_a_rate_waits_for_none(client, now):
    programme = club(YEARLY)
    rate = services.propose_rate(
        setup=Setup.objects.get(), on=dt.date(2025, 1, 1), rate="1", author=UserFactory.create(), at=noon(2026, 1, 2)
    )
    services.approve_rate(rate=rate, approver=UserFactory.create(), at=noon(2026, 1, 2))
    client.force_login(colleague(Role.MARKETING))

    answer = client.post(url(programme, "conversion-rate", "monthly"), {"rate": "2"})

    assert (answer.url, ConversionRate.objects.count()) == (url(programme), 1)
    assert client.get(url(programme, "conversion-rate", "nothing")).status_code == 404


def test_a_member_reads_how_much_becomes_what_and_when():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 123_45, noon(2025, 3, 10))

    [one] = gatherings(member, dt.date(2025, 3, 11))
    assert one.text == "€6.17 so far; turns into €5.00 on 1 April, the rest stays."
    assert (one.value, one.maximum) == (117, 500)

    run(programme, noon(2025, 4, 1))
    [one] = gatherings(member, dt.date(2025, 4, 2))
    assert one.text == "€1.17 so far; from €5.00 on it turns into €5.00. What is there on 1 May counts, the rest stays."


def test_a_member_reads_of_a_rate_that_is_decided_later():
    programme = club(YEARLY)
    member = member_of(programme)
    buy(member, 100_00, noon(2025, 5, 1))

    [one] = gatherings(member, dt.date(2025, 6, 1))

    assert one.text == "€5.00 so far. We turn it into cash from 1 March on, at the rate of the year."


def test_the_home_page_shows_it_and_says_nothing_without(client, stopped_clock):
    stopped_clock(noon(2025, 3, 12))
    for programme, shown in ((club(MONTHLY), True), (club(), False)):
        member = member_of(programme)
        member.user = UserFactory.create()
        member.save()
        buy(member, 123_45, noon(2025, 3, 10))
        client.force_login(member.user)

        page = client.get(reverse("portal:home", args=[programme.slug])).content.decode()

        assert ("turns into €5.00 on 1 April" in page) is shown


def test_the_activity_names_every_currency_but_the_main_one():
    programme = club(MONTHLY)
    member = member_of(programme)
    buy(member, 100_00, noon(2025, 3, 10))
    run(programme, noon(2025, 4, 1))

    converted, bought = activity_of(member).entries

    assert (bought.detail, bought.units) == ("Purchase, €100.00 · 500 gathered", 0)
    assert (converted.units, converted.detail, converted.scale) == (500, "cash", 0)

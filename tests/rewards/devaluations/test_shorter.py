"""A notice that is made shorter counts only when the one before has passed."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.programmes.domain import FormerNotice, former_after, notice_on
from accounts.programmes.models import Programme
from accounts.programmes.notice import PointsWouldBuyLess, check_notice, keep_former_notice
from accounts.staff.roles import Role
from rewards.programme_files.services import approve_draft, draft_file
from tests.accounts.factories import AT, UserFactory
from tests.colleagues import colleague
from tests.rewards.devaluations.stage import NOTICE, programme_with_notice
from tests.rewards.factories import TODAY
from tests.rewards.programme_files.test_services import LATER, live_programme, read

DAY = dt.timedelta(days=1)


def make_shorter(programme, days, at=AT):
    programme.devaluation_notice_days = days
    with transaction.atomic():
        keep_former_notice(programme=programme, at=at)
        programme.save()


def refused_until(programme, counts_from, at=AT):
    with pytest.raises(PointsWouldBuyLess) as refusal:
        check_notice(programme=programme, counts_from=counts_from, at=at)
    return refusal.value.extra["earliest"]


@pytest.mark.parametrize(
    ("days", "former", "kept"),
    [
        (30, None, FormerNotice(30, TODAY + 30 * DAY)),
        (None, None, FormerNotice(None, TODAY + 365 * DAY)),
        (20, FormerNotice(30, TODAY + 5 * DAY), FormerNotice(30, TODAY + 20 * DAY)),
        (20, FormerNotice(30, TODAY + 25 * DAY), FormerNotice(30, TODAY + 25 * DAY)),
        (20, FormerNotice(None, TODAY + 300 * DAY), FormerNotice(None, TODAY + 300 * DAY)),
        (20, FormerNotice(30, TODAY), FormerNotice(20, TODAY + 20 * DAY)),
    ],
)
def test_what_counted_goes_on_counting_until_it_has_passed(days, former, kept):
    assert former_after(days, former, TODAY) == kept


def test_the_longer_of_both_counts_until_its_day():
    former = FormerNotice(30, TODAY + 30 * DAY)

    assert [notice_on(day, 5, former) for day in (TODAY, TODAY + 29 * DAY, TODAY + 30 * DAY)] == [30, 30, 5]
    assert (notice_on(TODAY, None, former), notice_on(TODAY, 40, former)) == (None, 40)
    assert notice_on(TODAY, 5, FormerNotice(None, TODAY + DAY)) is None


@pytest.mark.django_db
def test_one_person_who_makes_it_shorter_gains_nothing_before_the_notice_has_passed():
    programme = programme_with_notice()

    make_shorter(programme, 0)

    assert refused_until(programme, TODAY + (NOTICE - 1) * DAY) == (TODAY + NOTICE * DAY).isoformat()
    last = AT + (NOTICE - 1) * DAY
    assert refused_until(programme, TODAY + NOTICE * DAY, at=last) == (TODAY + (2 * NOTICE - 1) * DAY).isoformat()
    check_notice(programme=programme, counts_from=TODAY + NOTICE * DAY, at=AT + NOTICE * DAY)


@pytest.mark.django_db
def test_a_promise_is_taken_back_a_year_ahead():
    programme = programme_with_notice(None)

    make_shorter(programme, 0)

    assert refused_until(programme, TODAY + 364 * DAY) is None
    check_notice(programme=programme, counts_from=TODAY + 365 * DAY, at=AT + 365 * DAY)


@pytest.mark.django_db
def test_a_longer_one_counts_at_once_and_a_programme_that_never_opened_waits_for_nothing():
    longer, draft = programme_with_notice(), programme_with_notice(state="draft")

    make_shorter(longer, 20)
    make_shorter(draft, 0)

    assert (longer.former_notice, draft.former_notice) == (None, None)
    assert refused_until(longer, TODAY + 19 * DAY) == (TODAY + 20 * DAY).isoformat()


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["live", "paused"])
@pytest.mark.parametrize(
    "change",
    [
        {"devaluation_notice_days": 9},
        {"devaluation_notice_days": 9, "former_notice_days": 9, "former_notice_until": TODAY + 365 * DAY},
    ],
)
def test_the_database_keeps_the_notice_before(state, change):
    programme = programme_with_notice()
    Programme.objects.filter(pk=programme.pk).update(state=state)

    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**change)


@pytest.mark.django_db
def test_the_day_of_the_notice_before_never_moves_forward():
    programme = programme_with_notice()
    make_shorter(programme, 0)

    for until in (None, TODAY):
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.filter(pk=programme.pk).update(former_notice_until=until, former_notice_days=None)


@pytest.mark.django_db
def test_the_administration_and_the_programmes_page_tell_it(client, stopped_clock):
    stopped_clock(AT)
    programme = programme_with_notice()
    root = UserFactory.create(is_staff=True, is_superuser=True)
    client.force_login(root)
    page = reverse("admin:accounts_programme_change", args=[programme.pk])
    form = client.get(page).context["adminform"].form
    said = {name: "" if (value := form.initial.get(name)) is None else value for name in form.fields if name != "logo"}
    said |= {"expiry_notice_days": "30, 7", "devaluation_notice_days": "3", "currencies-TOTAL_FORMS": "0", "currencies-INITIAL_FORMS": "0"}

    answer = client.post(page, said)

    assert answer.status_code == 302, answer.context["errors"]
    programme.refresh_from_db()
    assert (programme.devaluation_notice_days, programme.former_notice) == (3, FormerNotice(NOTICE, TODAY + NOTICE * DAY))
    client.force_login(colleague(*Role))
    shown = client.get(reverse("staff:programme", args=[programme.slug])).content.decode()
    assert "3 days before" in shown and "until 25 January 2026: 10 days before" in shown


@pytest.mark.django_db
def test_a_file_that_makes_it_shorter_keeps_the_notice_before():
    programme, author, approver = live_programme(), UserFactory.create(), UserFactory.create()
    file = read(("  slug: plain-club", "  devaluation_notice_days: 5\n  slug: plain-club"))
    draft = draft_file(file=file, programme=programme, effective_on=LATER, author=author, at=AT)

    approve_draft(draft=draft, approver=approver, at=AT)

    programme.refresh_from_db()
    assert (programme.devaluation_notice_days, programme.former_notice) == (5, FormerNotice(30, TODAY + 30 * DAY))

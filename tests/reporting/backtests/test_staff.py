"""A director's way: ask, read, accept the cost, approve, and see what came true."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from accounts.staff.roles import Role
from loyalty.kit import clock
from rewards.backtests.models import BackTest
from rewards.backtests.services import work_on_all
from rewards.earning.models import EarningRuleVersion
from rewards.earning.services import approve_rule
from rewards.programme_files.files import read_programme_file
from rewards.programme_files.services import draft_file, export_programme
from rewards.versions.costs import CostNotAccepted
from tests.accounts.factories import AT, MemberFactory
from tests.colleagues import colleague
from tests.rewards.backtests.stage import LATER, draft_of, run
from tests.rewards.campaigns.stage import buy
from tests.rewards.recalculations.stage import BASE, open_with_rules

pytestmark = pytest.mark.django_db
DOUBLE = {"kind": "per_step", "points": 2, "step_minor": 100}


@pytest.fixture
def programme():
    programme = open_with_rules(base=BASE)
    for number in range(3):
        buy(MemberFactory.create(programme=programme), 1_000 * (number + 1), receipt=f"R{number}")
    return programme


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def asked(client, programme, **changed):
    facts = {"name": "Twice the points", "first_on": AT.date().isoformat(), "last_on": AT.date().isoformat()}
    return client.post(address("back-test-new", programme), facts | changed)


def test_one_asks_and_reads_three_sentences(client, programme):
    draft = draft_of(programme, "base", DOUBLE)
    client.force_login(colleague(Role.MARKETING))

    response = asked(client, programme, drafts=[str(draft.pk)])
    row = BackTest.objects.get()
    assert response.status_code == 302 and response["Location"] == address("back-test", programme, row.pk)
    assert client.get(response["Location"]).context["is_working"]
    work_on_all(at=clock.now(), seconds=60)
    assert client.get(address("back-test-progress", programme, row.pk))["HX-Refresh"] == "true"

    page = client.get(response["Location"])
    first, second, third = page.context["sentences"]
    assert "120 points instead of 60 points (+60, +100.0%)" in first
    assert "cost €0.60 more" in second and third.startswith("3 members would have got more, 0 less, 0 the same")
    assert page.context["is_proven"] and "gave exactly what was given then" in page.content.decode()
    assert "Twice the points" in client.get(address("back-tests", programme)).content.decode()


def test_wrong_days_are_refused_beside_their_field(client, programme):
    client.force_login(colleague(Role.MARKETING))

    response = asked(client, programme, last_on="2020-01-01")

    assert response.status_code == 422 and response.context["form"].errors["last_on"] and not BackTest.objects.exists()


def test_the_files_hold_the_same_figures(client, programme):
    row = run(programme, drafts=[draft_of(programme, "base", DOUBLE)])
    client.force_login(colleague(Role.MARKETING))

    months = client.get(address("back-test-export", programme, row.pk, "months.csv"))
    book = client.get(address("back-test-export", programme, row.pk, "back-test.xlsx"))

    rows = list(csv.DictReader(io.StringIO(months.content.decode())))
    assert sum(int(of["draft_points"]) for of in rows) == 120 and sum(int(of["live_points"]) for of in rows) == 60
    assert book.content[:2] == b"PK"
    assert client.get(address("back-test-export", programme, row.pk, "other.csv")).status_code == 404


def test_a_draft_above_its_budget_needs_one_more_person(client, programme):
    draft = draft_of(programme, "base", DOUBLE)
    row = run(programme, drafts=[draft], budget_minor=10)
    approver, other = colleague(Role.FINANCE_APPROVER), colleague(Role.FINANCE_APPROVER)

    with pytest.raises(CostNotAccepted):
        approve_rule(version=draft, approver=approver, at=LATER)
    client.force_login(other)
    assert client.get(address("back-test", programme, row.pk)).context["may_accept"]
    client.post(address("back-test-accept", programme, row.pk))
    with pytest.raises(CostNotAccepted):
        approve_rule(version=draft, approver=other, at=LATER)

    assert approve_rule(version=draft, approver=approver, at=LATER).approved_at == LATER
    assert EarningRuleVersion.objects.get(pk=draft.pk).cost_accepted_by == other


def test_a_draft_within_its_budget_needs_nobody_more(programme):
    draft = draft_of(programme, "base", DOUBLE)
    run(programme, drafts=[draft], budget_minor=10)
    run(programme, drafts=[draft], budget_minor=1_000)

    assert approve_rule(version=draft, approver=colleague(Role.FINANCE_APPROVER), at=LATER).approved_at == LATER


def test_writing_it_again_does_not_get_round_the_budget(programme):
    run(programme, drafts=[draft_of(programme, "base", DOUBLE)], budget_minor=10)
    again = draft_of(programme, "base", DOUBLE)
    approver = colleague(Role.FINANCE_APPROVER)

    with pytest.raises(CostNotAccepted):
        approve_rule(version=again, approver=approver, at=LATER)
    run(programme, drafts=[again], budget_minor=1_000)

    assert approve_rule(version=EarningRuleVersion.objects.get(pk=again.pk), approver=approver, at=LATER).approved_at == LATER


def test_a_file_is_asked_for_read_and_accepted(client, programme):
    text = export_programme(programme=programme, on=LATER.date()).replace("points: 1\n    step: 1.00", "points: 3\n    step: 1.00")
    later = LATER.date() + dt.timedelta(days=400)
    file = draft_file(file=read_programme_file(text), programme=programme, effective_on=later, author=colleague(Role.MARKETING), at=LATER)
    client.force_login(colleague(Role.MARKETING))

    answer = asked(client, programme, file=str(file.pk), budget="0.10")
    work_on_all(at=LATER, seconds=60)

    row = BackTest.objects.get()
    client.force_login(colleague(Role.FINANCE_APPROVER))
    page = client.get(address("back-test", programme, row.pk))
    assert answer.url == address("back-test", programme, row.pk) and row.file == file
    assert [name for _draft, name in page.context["waiting"]] == [str(file)] and page.context["may_accept"]
    client.post(address("back-test-accept", programme, row.pk))
    file.refresh_from_db()
    assert file.cost_accepted_by is not None
    assert str(file) in client.get(address("back-test", programme, row.pk)).content.decode()


def test_a_budget_has_the_decimals_of_the_money(client, programme):
    client.force_login(colleague(Role.MARKETING))

    answer = asked(client, programme, budget="10.005")

    assert answer.status_code == 422 and answer.context["form"].errors["budget"] and not BackTest.objects.exists()


def test_who_wrote_it_cannot_accept_the_cost(client, programme):
    draft = draft_of(programme, "base", DOUBLE)
    row = run(programme, drafts=[draft], budget_minor=10)
    author = draft.author
    author.groups.set(colleague(Role.FINANCE_APPROVER).groups.all())
    author.is_staff = True
    author.save()
    client.force_login(author)

    client.post(address("back-test-accept", programme, row.pk))

    assert EarningRuleVersion.objects.get(pk=draft.pk).cost_accepted_by is None


def test_after_the_launch_it_shows_what_came_true(client, programme):
    draft = draft_of(programme, "base", DOUBLE)
    row = run(programme, drafts=[draft])
    approve_rule(version=draft, approver=colleague(Role.FINANCE_APPROVER), at=LATER)
    buy(MemberFactory.create(programme=programme), 5_000, receipt="after", at=LATER + dt.timedelta(days=2))
    client.force_login(colleague(Role.MARKETING))

    shown = client.get(address("back-test", programme, row.pk)).context["predictions"]

    launch = next(cells for cells in shown["rows"] if cells[1] == 1)
    assert (launch[3], launch[4]) == ("100", "100")


def test_a_repetition_says_that_its_figures_are_the_same(client, programme):
    row = run(programme, drafts=[draft_of(programme, "base", DOUBLE)])
    client.force_login(colleague(Role.MARKETING))

    response = client.post(address("back-test-repeat", programme, row.pk))
    work_on_all(at=clock.now(), seconds=60)

    assert "with the same figures" in client.get(response["Location"]).content.decode()


def test_only_who_may_see_reports_reads_it(client, programme):
    row = run(programme)
    client.force_login(colleague(Role.CASHIER))

    assert client.get(address("back-test", programme, row.pk)).status_code == 403
    assert client.post(address("back-test-repeat", programme, row.pk)).status_code == 403
    assert BackTest.objects.count() == 1

"""A month is closed in a real browser: one person prepares and explains, another closes and takes the pack."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.staff.roles import Role
from ledger.books.domain import PeriodState
from reporting.close import tasks
from reporting.close.services import prepare_close
from tests.browser.steps import check_axe, fits, login, shoot
from tests.colleagues import colleague
from tests.reporting.closing import AT, january


@pytest.fixture
def month(page, stopped_clock):
    stopped_clock(AT)
    return january()


def look(page, name, kept=False):
    """Whatever the page shows, it fits and reads well, by day and by night."""
    assert fits(page), name
    check_axe(page)
    shoot(page, name, kept=kept)


def test_one_person_prepares_and_another_closes(page, live_url, month):
    address = reverse("staff:close-period", kwargs={"period": month.period().pk})
    login(page, live_url, month.preparer)
    page.goto(reverse("staff:close"))
    page.get_by_role("link", name="Open January 2025").click()
    look(page, "close-open")

    page.get_by_role("button", name="Prepare January 2025").click()
    expect(page.get_by_role("heading", name="2 exceptions to look at")).to_be_visible()
    look(page, "close-exceptions", kept=True)
    for left in (1, 0):
        page.get_by_label("Why is this acceptable?").first.fill("The tills say the same.")
        page.get_by_role("button", name="Accept with this note").first.click()
        expect(page.get_by_role("button", name="Accept with this note")).to_have_count(left)
    expect(page.get_by_text("a colleague who had no part in it has to close it")).to_be_visible()

    login(page, live_url, month.approver)
    page.goto(address)
    look(page, "close-green", kept=True)
    page.get_by_role("link", name="Close January 2025").click()
    check_axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Close January 2025").click()
    expect(page.get_by_role("heading", name="Pack of January 2025")).to_be_visible()
    look(page, "close-closed", kept=True)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Whole pack (XLSX)").click()

    assert saved.value.suggested_filename == "aldersgate-club-2025-01-pack.xlsx"
    period = month.period()
    assert (period.state, period.closed_by) == (PeriodState.CLOSED, month.approver.pk)


def test_the_bar_reloads_the_page_when_the_worker_is_done(page, live_url, month, monkeypatch):
    monkeypatch.setattr(tasks, "_FEW_LOTS", 0)
    monkeypatch.setattr(tasks.prepare_close, "delay", lambda *_arguments: None)
    login(page, live_url, month.preparer)
    page.goto(reverse("staff:close-period", kwargs={"period": month.period().pk}))
    page.get_by_role("button", name="Prepare January 2025").click()
    expect(page.get_by_role("progressbar", name="Waits for a worker")).to_be_visible()
    look(page, "close-progress")

    prepare_close(book=month.book, period=month.period(), preparer=month.preparer.pk, at=AT)

    expect(page.get_by_role("heading", name="2 exceptions to look at")).to_be_visible(timeout=10_000)


def test_the_books_read_well(page, live_url, month):
    month.close()
    login(page, live_url, colleague(Role.AUDITOR, name="Ruth Calder"))
    period = f"?period={month.period().pk}"

    for name, address in {
        "close-list": reverse("staff:close"),
        "rollforward": reverse("staff:rollforward"),
        "rollforward-pools": reverse("staff:rollforward") + period,
        "journals": reverse("staff:journals"),
        "trial-balance": reverse("staff:trial-balance") + period,
        "estimates": reverse("staff:estimates"),
    }.items():
        page.goto(address)
        look(page, name, kept=name in {"rollforward", "journals"})

    page.goto(reverse("staff:journals"))
    page.get_by_label("Account").select_option("1090")
    expect(page.get_by_role("rowheader", name="1 journal")).to_be_visible()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Points taken as payment")).to_be_visible()
    look(page, "journal")

"""The month close on staff pages: who may do what, what the checklist says, and what a refusal changes (nothing)."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from kombu.exceptions import OperationalError

from accounts.staff.roles import Role
from ledger.books.domain import PeriodState
from ledger.books.models import Journal, Period
from ledger.valuation.services import approve_estimate, draft_estimate
from reporting.close import services, tasks
from reporting.close.files import FILES
from reporting.close.models import CloseCheck, CloseRun
from tests.colleagues import colleague
from tests.reporting.closing import AT, january

pytestmark = pytest.mark.django_db
NOTE = "The tills say the same."


@pytest.fixture
def month(stopped_clock):
    stopped_clock(AT)
    return january()


def url(month, page="period", number=1, /, **more):
    return reverse(f"staff:close-{page}", kwargs={"period": month.period(number).pk, **more})


def text(answer):
    return answer.content.decode()


def picture():
    """Everything that a refusal must leave as it is."""
    return (
        list(CloseRun.objects.values_list("state", "approver", "note")),
        list(Period.objects.values_list("state", "closed_by")),
        Journal.objects.count(),
        CloseCheck.objects.filter(acknowledged_by__isnull=False).count(),
    )


def test_it_asks_visitors_to_sign_in(client, month):
    answer = client.get(url(month))

    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url(month)}")


@pytest.mark.parametrize("role", [Role.CASHIER, Role.SUPPORT, Role.MARKETING])
def test_others_do_not_see_the_books(client, month, role):
    client.force_login(colleague(role))

    assert [client.get(address).status_code for address in (reverse("staff:close"), url(month))] == [403, 403]


def test_the_list_names_the_month_that_waits_and_who_closed(client, month):
    month.close()
    client.force_login(colleague(Role.AUDITOR))

    page = text(client.get(reverse("staff:close")))

    assert "Priya Raman" in page and "Martin Okafor" in page
    assert page.index("February 2025") < page.index("January 2025")
    assert "February 2025 waits" not in page


def test_the_list_asks_the_same_number_of_queries_however_many_months_there_are(client, month, stopped_clock, django_assert_num_queries):
    client.force_login(colleague(Role.AUDITOR))
    client.get(reverse("staff:close"))
    with django_assert_num_queries(12):
        client.get(reverse("staff:close"))
    month.close()

    with django_assert_num_queries(13):  # the names of those who closed
        client.get(reverse("staff:close"))


@pytest.mark.parametrize(
    "role, prepares",
    [(Role.FINANCE_PREPARER, True), (Role.FINANCE_APPROVER, False), (Role.AUDITOR, False)],
    ids=["preparer", "approver", "auditor"],
)
def test_only_a_preparer_finds_the_button(client, month, role, prepares):
    client.force_login(colleague(role))

    page = text(client.get(url(month)))

    assert ("Prepare January 2025" in page) is prepares
    assert "January 2025 is over" in page


def test_a_small_book_is_prepared_at_once(client, month):
    client.force_login(month.preparer)

    answer = client.post(url(month, "prepare"), follow=True)

    assert CloseRun.objects.get().state == "prepared"
    page = text(answer)
    assert "2 exceptions to look at" in page
    assert "−£1.00" in page  # on the clearing account
    assert "Priya Raman" in page
    assert "Close January 2025" not in page.replace("<title>Close January 2025", "")


def test_a_large_book_waits_for_a_worker_and_the_bar_survives_a_reload(client, month, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "_FEW_LOTS", 0)
    monkeypatch.setattr(tasks.prepare_close, "delay", lambda *arguments: asked.append(arguments))
    client.force_login(month.preparer)

    page = text(client.post(url(month, "prepare"), follow=True))

    assert asked == [(month.period().pk, str(month.preparer.pk))]
    assert (CloseRun.objects.get().state, month.period().state) == ("preparing", PeriodState.SOFT_CLOSED)
    assert "Waits for a worker" in page and f'hx-get="{url(month, "progress")}"' in page
    with services._alone(month.book):
        CloseRun.objects.update(step="expire", done=1_200, total=4_800, started_at=AT - dt.timedelta(seconds=30), heartbeat_at=AT)
        part = client.get(url(month, "progress"), headers={"HX-Request": "true"})
    assert "1,200 of 4,800 lots" in text(part) and "40 a second" in text(part) and "91 seconds left" in text(part)
    assert 'aria-valuenow="15"' in text(part)

    monkeypatch.setattr(tasks, "now", lambda: AT)
    tasks.prepare_close(*asked[0])

    done = client.get(url(month, "progress"), headers={"HX-Request": "true"})
    assert (done["HX-Refresh"], done.content) == ("true", b"")
    assert "2 exceptions to look at" in text(client.get(url(month)))


def test_without_a_queue_it_is_prepared_at_once(client, month, monkeypatch):
    def broken(*_arguments):
        raise OperationalError

    monkeypatch.setattr(tasks, "_FEW_LOTS", 0)
    monkeypatch.setattr(tasks.prepare_close, "delay", broken)
    client.force_login(month.preparer)

    client.post(url(month, "prepare"))

    assert CloseRun.objects.get().state == "prepared"


def test_a_task_that_is_delivered_again_leaves_an_accepted_close_alone(month):
    run = month.prepare_and_accept()

    tasks.prepare_close(month.period().pk, str(month.approver.pk))

    run.refresh_from_db()
    assert (run.preparer, run.state) == (month.preparer.pk, "prepared")


def test_exceptions_are_accepted_together_with_one_note(client, month):
    month.prepare()
    client.force_login(month.preparer)
    checks = list(CloseCheck.objects.filter(passed=False).values_list("pk", flat=True))

    page = text(client.post(url(month, "accept"), {"check": checks, "note": NOTE}, follow=True))

    assert list(CloseCheck.objects.filter(passed=False).values_list("acknowledged_by", "note").distinct()) == [(month.preparer.pk, NOTE)]
    assert "2 exceptions accepted." in page and "January 2025 is ready to be closed" in page
    assert "a colleague who had no part in it has to close it" in page


def test_the_approver_closes_and_gets_the_pack(client, month):
    month.prepare_and_accept()
    client.force_login(month.approver)
    assert f'href="{url(month, "approve")}"' in text(client.get(url(month)))
    assert client.get(url(month, "approve")).status_code == 200

    page = text(client.post(url(month, "approve"), follow=True))

    period = month.period()
    assert (period.state, period.closed_by) == (PeriodState.CLOSED, month.approver.pk)
    assert "January 2025 is closed. Its pack is below." in page and "Whole pack (XLSX)" in page
    assert "Close January 2025?" not in page
    files = {name: client.get(url(month, "file", name=name)) for name in FILES}
    assert {answer.status_code for answer in files.values()} == {200}
    assert all(f'filename="aldersgate-club-2025-01-{name}"' in files[name]["Content-Disposition"] for name in files)
    rows = list(csv.DictReader(io.StringIO(text(files["statements.csv"]))))
    assert [(row["issued"], row["redeemed"], row["outstanding"]) for row in rows] == [("419", "100", "319")]
    assert "balance Liabilities:2100" in text(files["books.beancount"])


def test_there_is_no_pack_of_an_open_month_and_no_other_file(client, month):
    client.force_login(month.preparer)
    assert client.get(url(month, "file", name="pack.xlsx")).status_code == 404
    month.close()

    assert client.get(url(month, "file", name="secrets.csv")).status_code == 404


def test_a_month_that_is_sent_back_shows_the_note(client, month):
    month.prepare_and_accept()
    client.force_login(month.approver)

    client.post(url(month, "send-back"), {"note": "Compare the tender with the tills."})

    client.force_login(month.preparer)
    page = text(client.get(url(month)))
    assert month.period().state == PeriodState.OPEN
    assert "Compare the tender with the tills." in page and "Martin Okafor" in page and "Prepare again" in page


def test_an_auditor_sees_everything_and_changes_nothing(client, month):
    month.prepare()
    client.force_login(colleague(Role.AUDITOR))

    page = text(client.get(url(month)))
    before = picture()

    assert "2 exceptions to look at" in page
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<textarea" not in main and "<button" not in main
    for name in ("prepare", "accept", "approve", "send-back"):
        assert client.post(url(month, name), {"note": NOTE}).status_code == 403
    assert picture() == before


def not_over(client, month, stopped_clock):
    stopped_clock(dt.datetime(2025, 1, 31, 12, tzinfo=dt.UTC))
    client.force_login(month.preparer)
    return "prepare", {}


def later_month(client, month, stopped_clock):
    month.close()
    stopped_clock(AT)
    client.force_login(month.preparer)
    return "prepare", {}


def running(client, month, _clock):
    client.force_login(month.preparer)
    return "prepare", {}


def exceptions_open(client, month, _clock):
    month.prepare()
    client.force_login(month.approver)
    return "approve", {}


def own_close(client, month, _clock):
    run = month.prepare_and_accept()
    CloseRun.objects.filter(pk=run.pk).update(preparer=month.approver.pk)
    client.force_login(month.approver)
    return "approve", {}


def moved(client, month, _clock):
    month.prepare_and_accept()
    facts = {"unit": month.unit, "percentage": 80, "valid_from": dt.date(2025, 1, 1), "at": AT}
    month.book.min_pool_size = 0
    month.book.save()
    approve_estimate(estimate=draft_estimate(preparer=month.preparer.pk, **facts), approver=month.approver.pk, at=AT)
    client.force_login(month.approver)
    return "approve", {}


def without_note(client, month, _clock):
    month.prepare()
    client.force_login(month.preparer)
    return "accept", {"check": [CloseCheck.objects.filter(passed=False)[0].pk], "note": " "}


def nothing_chosen(client, month, _clock):
    month.prepare()
    client.force_login(month.preparer)
    return "accept", {"note": NOTE, "check": ["x", "9" * 30]}


def unprepared(client, month, _clock):
    client.force_login(month.approver)
    return "approve", {}


@pytest.mark.parametrize(
    "arrange, status, words",
    [
        (not_over, 409, "January 2025 is not over yet."),
        (later_month, 409, "January 2025 is not the month to close now."),
        (exceptions_open, 409, "2 exceptions are not accepted yet."),
        (own_close, 403, "You prepared January 2025 or accepted an exception in it, so you cannot judge it."),
        (moved, 409, "The figures are not those that were prepared: an estimate changed."),
        (without_note, 422, "Say why the exception is acceptable."),
        (nothing_chosen, 422, "Choose the exceptions that the note is about."),
        (unprepared, 409, "January 2025 is not prepared."),
    ],
)
def test_a_refusal_says_what_happened_and_changes_nothing(client, month, stopped_clock, arrange, status, words):
    name, fields = arrange(client, month, stopped_clock)
    before = picture()

    answer = client.post(url(month, name), fields)

    assert answer.status_code == status
    page = text(answer)
    assert words in page and "Nothing was posted and the month is as it was." in page
    assert picture() == before


def test_somebody_who_prepares_already_is_not_disturbed(client, month, monkeypatch):
    def busy(**_arguments):
        raise services.CloseRunning("Somebody is preparing.")

    monkeypatch.setattr(services, "begin_close", busy)
    client.force_login(month.preparer)
    before = picture()

    answer = client.post(url(month, "prepare"))

    assert answer.status_code == 409 and "Somebody is preparing this close right now." in text(answer)
    assert picture() == before


def test_a_month_that_is_not_there_is_a_page_not_found(client, month):
    client.force_login(month.preparer)

    assert client.get(reverse("staff:close-period", kwargs={"period": 10**9})).status_code == 404
    assert client.post(reverse("staff:close-prepare", kwargs={"period": 10**9})).status_code == 404


def test_the_page_asks_the_same_number_of_queries_for_every_exception(client, month, django_assert_num_queries):
    month.prepare()
    client.force_login(month.approver)
    client.get(url(month))
    with django_assert_num_queries(23):
        client.get(url(month))
    run = CloseRun.objects.get()
    CloseCheck.objects.bulk_create(
        CloseCheck(run=run, position=100 + number, code="no_arrears", subject=f"points ({number})", passed=False) for number in range(20)
    )

    with django_assert_num_queries(23):
        client.get(url(month))


@pytest.mark.parametrize("stage", ["open", "prepared", "sent back", "closed"])
def test_the_bar_leads_back_to_the_month_when_nothing_is_being_prepared(client, month, stage):
    if stage == "closed":
        month.close()
    elif stage != "open":
        run = month.prepare()
        if stage == "sent back":
            services.send_back(run=run, approver=month.approver.pk, note="Again.")
    client.force_login(colleague(Role.AUDITOR))

    in_the_page = client.get(url(month, "progress"), headers={"HX-Request": "true"})
    by_itself = client.get(url(month, "progress"))

    assert (in_the_page.status_code, in_the_page["HX-Refresh"], in_the_page.content) == (200, "true", b"")
    assert (by_itself.status_code, by_itself["Location"]) == (302, url(month))


def test_the_bar_of_a_month_that_does_not_exist_is_not_found(client, month):
    client.force_login(colleague(Role.AUDITOR))

    assert client.get("/staff/close/99999/progress/").status_code == 404


def test_who_has_both_roles_prepared_first_and_was_followed_by_another_cannot_close(client, month):
    both = colleague(Role.FINANCE_PREPARER, Role.FINANCE_APPROVER)
    services.prepare_close(book=month.book, period=month.period(), preparer=both.pk, at=AT)
    month.prepare_and_accept()
    client.force_login(both)
    before = picture()

    page = text(client.get(url(month)))
    answer = client.post(url(month, "approve"))

    assert "a colleague who had no part in it has to close it" in page
    assert url(month, "approve") not in page
    assert answer.status_code == 403
    assert "Ask a colleague who approves closes and had no part in it." in text(answer)
    assert picture() == before

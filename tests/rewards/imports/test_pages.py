"""The pages, the report and the command."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.points.models import Movement
from loyalty.kit import clock
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import work_on_all
from tests.accounts.factories import MemberFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.rewards.imports.stage import ask, bring, has

pytestmark = pytest.mark.django_db
TEXT = b"email,points,reason\nada@x.test,10,=1+1\nzz@x.test,7,\nada@x.test,oops,\n"


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def ada(programme):
    return MemberFactory.create(programme=programme, email="ada@x.test")


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def hand_in(client, programme, content=TEXT, **changed):
    file = SimpleUploadedFile("old.csv", content, "text/csv")
    return client.post(address("import-new", programme), {"file": file, "mode": "add", "reason": "Old cards"} | changed)


def test_one_hands_in_another_decides_and_a_worker_posts(client, programme, ada):
    client.force_login(colleague(Role.SUPPORT))
    response = hand_in(client, programme)
    row = BalanceImport.objects.get()
    assert response.status_code == 302 and response["Location"] == address("import", programme, row.pk)
    assert client.get(response["Location"]).context["is_working"]
    work_on_all(at=clock.now())
    assert client.get(address("import-progress", programme, row.pk))["HX-Refresh"] == "true"
    page = client.get(address("import", programme, row.pk))
    assert [stat["value"] for stat in page.context["stats"]] == ["3", "1", "1", "1", "10 points", "7 points"]
    assert page.context["form"] is None and "2 rows do not count" in page.content.decode()
    assert not Movement.objects.exists()

    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.post(address("import", programme, row.pk), {"decision": "agree"}).status_code == 302
    work_on_all(at=clock.now())

    row.refresh_from_db()
    assert row.state == "done" and has(ada, clock.now()) == (10, 0)
    shown = client.get(address("import-rows", programme, row.pk)).context["rows"]
    assert [cells[5]["value"] or cells[5]["hint"] for cells in shown] == ["+10", "skipped", "skipped"]
    assert "old.csv" in client.get(address("imports", programme)).content.decode()
    client.force_login(colleague(*Role))
    [movement] = Movement.objects.all()
    assert "import old.csv, line 2: =1+1" in client.get(reverse("staff:movement", args=[movement.pk])).content.decode()


def test_the_report_names_every_row_and_runs_no_formula(client, programme, ada):
    row = bring(programme, TEXT)
    client.force_login(colleague(Role.AUDITOR))

    answer = client.get(address("import-report", programme, row.pk))

    lines = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    assert [(of["Line"], of["Result"], of["Points posted"], of["Column"]) for of in lines] == [
        ("2", "posted", "10", ""),
        ("3", "skipped", "", ""),
        ("4", "skipped", "", "points"),
    ]
    assert lines[0]["Reason"] == "'=1+1" and lines[1]["What is wrong"] == "Nobody is known by this name."
    assert answer["Content-Disposition"] == f'attachment; filename="report-{programme.slug}-old.csv"'


@pytest.mark.parametrize(
    ("content", "changed", "field"),
    [
        (b"", {}, "file"),
        (b"name,points\nAda,5\n", {}, "file"),
        (b"\xff\xfe\x00", {}, "file"),
        (TEXT, {"mode": "all"}, "mode"),
        (TEXT, {"reason": ""}, "reason"),
        (TEXT, {"reason": "a\0b"}, "reason"),
    ],
)
def test_what_cannot_be_read_names_the_field(client, programme, content, changed, field):
    client.force_login(colleague(Role.SUPPORT))

    response = hand_in(client, programme, content, **changed)

    assert response.status_code == 422 and list(response.context["form"].errors) == [field]
    assert not BalanceImport.objects.exists()


def test_the_same_file_asks_to_be_counted_on_purpose(client, programme, ada):
    client.force_login(colleague(Role.SUPPORT))
    hand_in(client, programme)

    refused = hand_in(client, programme)
    assert refused.status_code == 422 and list(refused.context["form"].errors) == ["counts_again"]
    assert BalanceImport.objects.count() == 1
    assert hand_in(client, programme, counts_again="on").status_code == 302


def test_who_may_not_read_members_sees_figures_only(client, programme, ada):
    row = ask(programme, TEXT)
    client.force_login(colleague(Role.MARKETING))

    page = client.get(address("import", programme, row.pk))

    assert page.status_code == 200 and "zz@x.test" not in page.content.decode() and page.context["stats"]


def test_lists_ask_as_often_for_many_as_for_one(client, programme):
    client.force_login(colleague(*Role))
    counts = []
    for many in (1, 12):
        for _ in range(many):
            MemberFactory.create(programme=programme, external_id=f"M{many}-{_}")
        row = bring(programme, "external_id,points\n" + "".join(f"M{many}-{n},{n + 1}\n" for n in range(many)))
        with CaptureQueriesContext(connection) as few:
            client.get(address("import-rows", programme, row.pk))
            client.get(address("imports", programme))
        counts.append(len(few))

    assert counts[0] == counts[1]


def test_the_command_previews_and_posts_with_two_people(programme, ada, tmp_path, capsys):
    file = tmp_path / "old.csv"
    file.write_bytes(TEXT)
    asker, approver = colleague(Role.SUPPORT), colleague(Role.FINANCE_APPROVER)
    facts = {"programme": programme.slug, "author": asker.email}

    call_command("import_balances", str(file), **facts)
    assert "3 rows read; members found 1" in (told := capsys.readouterr().out) and "line 4: points:" in told
    assert not Movement.objects.exists()
    with pytest.raises(CommandError, match="may not do this"):
        call_command("import_balances", str(file), **facts, approver=asker.email)
    call_command("import_balances", str(file), **facts, approver=approver.email)

    assert has(ada, clock.now()) == (10, 0) and BalanceImportRow.objects.filter(outcome="posted").count() == 1
    with pytest.raises(CommandError, match="came in on"):
        call_command("import_balances", str(file), **facts)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_balances", str(tmp_path / "none.csv"), **facts)

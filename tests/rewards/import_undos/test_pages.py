"""The pages, the report, the command, and what the member reads."""

import csv

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.staff.roles import Role
from ledger.points.domain import Kind
from ledger.points.models import Movement
from loyalty.kit import clock
from reporting.statements.queries.activity import activity_of
from rewards.import_undos.models import ImportUndo
from rewards.import_undos.services import work_on_all
from tests.accounts.factories import MemberFactory, ProgrammeFactory
from tests.colleagues import colleague
from tests.rewards.import_undos.stage import LATER, ask, spend, undo
from tests.rewards.imports.stage import bring, has

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def ada(programme):
    return MemberFactory.create(programme=programme, external_id="A")


@pytest.fixture
def brought(programme, ada):
    MemberFactory.create(programme=programme, external_id="B")
    return bring(programme, "external_id,points\nA,100\nB,30\n")


def address(name, programme, *more):
    return reverse(f"staff:{name}", args=[programme.slug, *more])


def test_one_asks_another_decides_and_a_worker_posts(client, programme, ada, brought):
    spend(ada, 60)
    client.force_login(colleague(Role.SUPPORT))
    ask_url = address("import-undo-new", programme, brought.pk)
    assert ask_url in client.get(address("import", programme, brought.pk)).content.decode()
    response = client.post(ask_url, {"reason": "The wrong file"})
    row = ImportUndo.objects.get()
    assert response.status_code == 302 and response["Location"] == address("import-undo", programme, row.pk)
    assert client.get(response["Location"]).context["is_working"]
    work_on_all(at=clock.now())
    assert client.get(address("import-undo-progress", programme, row.pk))["HX-Refresh"] == "true"
    page = client.get(address("import-undo", programme, row.pk))
    assert [stat["value"] for stat in page.context["stats"]] == ["2", "2", "130 points", "60 points", "€1.30"]
    assert page.context["form"] is None and "60 points are not there any more (members: 1)" in page.content.decode()
    assert not Movement.objects.filter(kind=Kind.REVERSE).exists()

    client.force_login(colleague(Role.FINANCE_APPROVER))
    assert client.post(address("import-undo", programme, row.pk), {"decision": "agree"}).status_code == 302
    work_on_all(at=clock.now())

    row.refresh_from_db()
    assert row.state == "done" and row.results["taken"] == {"points": 70}
    shown = client.get(address("import-undo-lines", programme, row.pk)).context["rows"]
    assert [cells[2] for cells in shown] == ["+100", "+30"] and [cells[4]["value"] for cells in shown][1] == "−30"
    page = client.get(address("import", programme, brought.pk)).content.decode()
    assert address("import-undo", programme, row.pk) in page and ask_url not in page


def test_a_refusal_needs_its_reason_and_a_second_undo_is_refused(client, programme, brought):
    row = ask(brought)
    client.force_login(colleague(*Role))

    empty = client.post(address("import-undo", programme, row.pk), {"decision": "refuse", "note": ""})
    again = client.post(address("import-undo-new", programme, brought.pk), {"reason": "x"})
    missing = client.post(address("import-undo-new", programme, brought.pk), {"reason": "a\0b"})

    assert (empty.status_code, again.status_code, missing.status_code) == (422, 422, 422)
    assert ImportUndo.objects.get().is_waiting


def test_the_report_names_every_line(client, programme, ada, brought):
    spend(ada, 60)
    row = undo(brought)
    client.force_login(colleague(Role.AUDITOR))

    answer = client.get(address("import-undo-report", programme, row.pk))

    found = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    names = ("Line", "Result", "Taken or given back", "Spent already", "Forgiven", "Owed")
    assert [tuple(of[name] for name in names) for of in found] == [
        ("2", "posted", "-40", "60", *figures(row)),
        ("3", "posted", "-30", "0", "0", "0"),
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="undo-{programme.slug}-old.csv"'


def figures(row):
    line = row.lines.get(line=2)
    assert line.owed_units + line.forgiven_units == 60
    return str(line.forgiven_units), str(line.owed_units)


def test_a_member_reads_what_happened(programme, ada):
    reset = bring(programme, "external_id,points\nA,100\n")
    undo(reset)
    bring(programme, "external_id,points\nA,50\n", counts_again=True)
    undo(bring(programme, "external_id,points\nA,20\n", "reset"))

    titles = [entry.title for entry in activity_of(ada).entries]

    assert titles.count("Brought over by mistake, taken back") == 1 and titles.count("Taken by mistake, given back") == 1


def test_lists_ask_as_often_for_many_as_for_one(client, programme):
    client.force_login(colleague(*Role))
    counts = []
    for many in (1, 12):
        for number in range(many):
            MemberFactory.create(programme=programme, external_id=f"M{many}-{number}")
        row = undo(bring(programme, "external_id,points\n" + "".join(f"M{many}-{n},{n + 1}\n" for n in range(many))))
        with CaptureQueriesContext(connection) as few:
            client.get(address("import-undo-lines", programme, row.pk))
        counts.append(len(few))

    assert counts[0] == counts[1]


def test_the_command_previews_and_posts_with_two_people(programme, ada, brought, capsys):
    asker, approver = colleague(Role.SUPPORT), colleague(Role.FINANCE_APPROVER)
    facts = {"programme": programme.slug, "author": asker.email}

    call_command("undo_import", str(brought.pk), **facts)
    assert "2 rows of 2 members" in capsys.readouterr().out and has(ada, LATER)[0] == 100
    with pytest.raises(CommandError, match="may not do this"):
        call_command("undo_import", str(brought.pk), **facts, approver=asker.email)
    call_command("undo_import", str(brought.pk), **facts, approver=approver.email)

    assert has(ada, clock.now()) == (0, 0) and "Taken back {'points': 130}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="is undone"):
        call_command("undo_import", str(brought.pk), **facts)

"""What a preview says of a file before anything moves."""

import pytest

from accounts.members.models import Member
from ledger.points.models import Movement
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import FileCannotBeRead, ImportNotReady, approve_import, read_file, request_import
from rewards.imports.services.planning import ImportFile
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.rewards.imports.stage import NOW, ImportMode, ask, bring, faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


def test_the_preview_counts_and_moves_nothing(programme):
    MemberFactory.create(programme=programme, external_id="A")

    row = ask(programme, "external_id,points\nA,10\nA,5\nB,7\nC,oops\n")

    assert row.state == "waiting" and bytes(row.content) == b"" and not Movement.objects.exists()
    assert row.figures == {
        "rows": 4, "members": 1, "found_rows": 2, "create_rows": 0, "unknown_rows": 1, "faulty_rows": 1,
        "given": {"points": 15}, "taken": {}, "skipped": {"points": 7},
    }  # fmt: skip
    assert faults(row) == {5: [("points", "not_a_number")]}


def test_members_are_found_by_card_number_and_mail_and_must_agree(programme):
    ada = MemberFactory.create(programme=programme, external_id="A", email="ada@x.test")
    MemberFactory.create(programme=programme, external_id="B")

    row = ask(
        programme, f"card,external_id,email,points\n{ada.number[:4]} {ada.number[4:]},A,Ada@X.test,1\n,B,ada@x.test,2\n,B,new@x.test,3\n"
    )

    kinds = list(BalanceImportRow.objects.filter(balance_import=row).order_by("line").values_list("kind", flat=True))
    assert kinds == ["found", "faulty", "found"] and faults(row) == {3: [("", "two_members")]}


def test_members_of_another_programme_are_unknown(programme):
    MemberFactory.create(external_id="A")

    assert ask(programme, "external_id,points\nA,10\n").figures["unknown_rows"] == 1


def test_the_same_row_twice_is_a_fault_and_another_reason_is_none(programme):
    MemberFactory.create(programme=programme, external_id="A", email="a@x.test")

    row = ask(programme, "external_id,email,points,reason\nA,,10,x\n,a@x.test,10,x\nA,,10,y\nZ,,1,\nZ,,1,\n")

    assert faults(row) == {3: [("", "repeated")], 6: [("", "repeated")]}


def test_reset_takes_one_figure_a_member_and_none_of_two(programme):
    MemberFactory.create(programme=programme, external_id="A"), MemberFactory.create(programme=programme, external_id="B")

    row = ask(programme, "external_id,points\nA,10\nB,5\nA,20\n", "reset")

    assert faults(row) == {2: [("", "repeated")], 4: [("", "repeated")]} and row.figures["given"] == {"points": 5}


def test_whom_to_create_must_be_creatable(programme):
    row = bring(programme, "email,card,external_id,points\nno-mail,,,1\n,1234,,2\n,,N1,3\n", creates_missing=True)

    assert faults(row) == {2: [("email", "not_an_email")], 3: [("card", "not_a_card")]}
    assert [member.external_id for member in Member.objects.filter(programme=programme)] == ["N1"]


def test_it_is_read_in_chunks_and_goes_on(programme):
    content = b"external_id,points\n" + b"".join(b"M%d,1\n" % n for n in range(10))
    row = request_import(
        programme=programme,
        file=ImportFile("../x/old\0.csv", content),
        mode=ImportMode.ADD,
        reason="x",
        author=UserFactory.create(),
        at=NOW,
    )
    assert row.file_name == "old.csv"

    assert not read_file(balance_import=row.pk, at=NOW, chunk=4, most_chunks=2)
    with pytest.raises(ImportNotReady):
        approve_import(balance_import=row.pk, approver=UserFactory.create(), at=NOW)
    assert BalanceImportRow.objects.count() == 8
    assert read_file(balance_import=row.pk, at=NOW, chunk=4) and read_file(balance_import=row.pk, at=NOW)

    assert list(BalanceImportRow.objects.order_by("line").values_list("line", flat=True)) == list(range(2, 12))


def test_a_file_that_is_none_changes_nothing(programme):
    for content in (b"", b"\xff\xfe", b"name,points\nAda,1\n", b"\0\n\0"):
        with pytest.raises(FileCannotBeRead):
            ask(programme, content)

    assert not BalanceImport.objects.exists()


def test_hostile_bytes_are_faults_of_their_rows(programme):
    MemberFactory.create(programme=programme, external_id="A")

    row = bring(programme, b'external_id,points,\0x\nA,1\n"A,2\nA\0,3\n=cmd|1,4\n' + b"A," + b"9" * 200_000 + b"\nA,5\n")

    assert set(faults(row)) == {3, 4, 5, 6} and row.results["given"] == {"points": 6}

"""What an import posts: both modes, unknown members, ends and starts, the books."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.members.models import Member
from accounts.members.services import change_member_status
from ledger.books.models import JournalLine
from ledger.points.domain import Kind, Reason, Source
from ledger.points.models import Lot, Movement
from ledger.points.queries import verify
from ledger.points.services import activate_due
from ledger.valuation.services import run_valuation
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.imports.services import (
    AnotherPersonMustApproveImport,
    ImportDecided,
    SameFileAgain,
    approve_import,
    post_import,
    refuse_import,
)
from tests.accounts.factories import LegalEntityFactory, MemberFactory, ProgrammeFactory, UserFactory
from tests.accounts.factories import give as give_until
from tests.rewards.imports.stage import NOW, approve, ask, bring, has, outcomes, owing

pytestmark = pytest.mark.django_db


def give(member, units):
    give_until(member, units, dt.date(2027, 1, 1))


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


def test_points_are_added_to_what_is_there(programme):
    ada, bob = (MemberFactory.create(programme=programme, email=f"{name}@x.test") for name in ("ada", "bob"))
    give(ada, 40)

    row = bring(programme, "email,points\nada@x.test,100\nADA@x.test,7\nbob@x.test,0\n")

    assert has(ada) == (147, 0) and has(bob) == (0, 0)
    assert outcomes(row) == [(2, "posted", 100), (3, "posted", 7), (4, "equal", None)]
    [first, _] = Movement.objects.filter(points_account=ada.points_account_id, reason=Reason.MIGRATION).order_by("seq")
    assert (first.kind, first.amount, first.act.source) == (Kind.GRANT, 100, Source.IMPORT)
    assert verify() == []


def test_reset_posts_the_difference_only(programme):
    ada, bob, cyd = (MemberFactory.create(programme=programme, external_id=name) for name in ("A", "B", "C"))
    give(ada, 140), give(bob, 10), give(cyd, 1)
    before = Movement.objects.count()

    row = bring(programme, "customer_id;balance\nA;25\nB;10\nC;4\n", "reset")

    assert [has(of)[0] for of in (ada, bob, cyd)] == [25, 10, 4] and Movement.objects.count() == before + 2
    assert outcomes(row) == [(2, "posted", -115), (3, "equal", None), (4, "posted", 3)]
    assert (row.figures["given"], row.figures["taken"]) == (row.results["given"], row.results["taken"]) == ({"points": 3}, {"points": -115})
    taken = Movement.objects.get(points_account=ada.points_account_id, kind=Kind.ADJUST)
    assert (taken.reason, taken.amount) == (Reason.CORRECTION, 115)


def test_reset_is_worked_out_when_it_is_posted(programme):
    ada = MemberFactory.create(programme=programme, external_id="A")
    row = approve(ask(programme, "memberid,points\nA,25\n", "reset"))
    give(ada, 30)

    assert post_import(balance_import=row.pk, at=NOW)

    assert has(ada)[0] == 25 and outcomes(row) == [(2, "posted", -5)]


def test_unknown_members_are_reported_or_made(programme):
    ada = MemberFactory.create(programme=programme, email="ada@x.test")
    text = "email,points\nada@x.test,10\nzz@x.test,7\n"

    row = bring(programme, text)
    assert (row.figures["found_rows"], row.figures["unknown_rows"], row.figures["skipped"]) == (1, 1, {"points": 7})
    assert (row.results["posted_rows"], row.results["skipped_rows"], row.results["given"]) == (1, 1, {"points": 10})
    again = bring(programme, text, creates_missing=True, counts_again=True)

    made = Member.objects.get(email="zz@x.test")
    assert has(ada) == (20, 0) and has(made) == (7, 0)
    assert (again.figures["create_rows"], again.results["posted_rows"]) == (1, 2)


def test_the_same_new_member_twice_is_made_once(programme):
    row = bring(programme, "external_id,points,reason\nN1,10,base\nN1,10,bonus\n", creates_missing=True)

    assert has(Member.objects.get(external_id="N1")) == (20, 0) and row.results["posted_rows"] == 2


def test_a_start_waits_and_an_end_is_the_rows_own(programme):
    ada = MemberFactory.create(programme=programme, external_id="A")

    bring(
        programme,
        "externalId,amount,startdate,expirydate,valid_until\nA,100,2026-04-01T00:00:00+03:00,2027-04-01T00:00:00+03:00,\nA,10,,,\nA,5,,,2026-03-31\n",
    )

    assert has(ada) == (15, 100)
    assert sorted(Lot.objects.values_list("granted", "matures_on", "expires_on", "terms")) == [
        (5, None, dt.date(2026, 4, 1), 0),
        (10, None, None, 0),
        (100, dt.date(2026, 4, 1), dt.date(2027, 4, 1), 0),
    ]
    later = NOW.replace(month=4, day=1)
    activate_due(unit=Lot.objects.first().unit_id, through_on=later.date(), at=later)
    assert has(ada, later) == (110, 0)


def test_rows_without_an_end_may_have_the_programmes(programme):
    MemberFactory.create(programme=programme, external_id="A")

    bring(programme, "external_id,points\nA,100\n", keeps_policy=True)

    lot = Lot.objects.get()
    assert lot.expires_on == dt.date(2027, 1, 18) and lot.terms > 0


def test_points_brought_over_are_a_liability_taken_over_not_a_sale():
    programme = ProgrammeFactory.create(legal_entity=LegalEntityFactory.create(books_from=dt.date(2026, 1, 1)))
    MemberFactory.create(programme=programme, external_id="A"), MemberFactory.create(programme=programme, external_id="B")

    bring(programme, "external_id,points\nA,333\nB,334\n")
    run_valuation(book=programme.legal_entity.book, through_on=NOW.date(), at=NOW)

    worth = 667  # a point is worth a cent
    lines = JournalLine.objects.filter(journal__book=programme.legal_entity.book)
    sums: dict[str, int] = {}
    for line in lines.select_related("book_account"):
        sums[line.book_account.code] = sums.get(line.book_account.code, 0) + line.amount_minor
    assert {code: amount for code, amount in sums.items() if amount} == {"3000": worth, "2100": -worth}


def test_points_that_fill_a_debt_carry_no_liability(programme):
    ada = owing(programme, 30)

    bring(programme, "external_id,points\nA,100\n")

    assert has(ada) == (70, 0)
    lot = Lot.objects.get(source_kind=Reason.MIGRATION)
    movement = Movement.objects.get(pk=lot.pk)
    assert (lot.granted, movement.paid_minor) == (70, 70)


def test_the_same_bytes_come_in_once_unless_somebody_says_so(programme):
    ada = MemberFactory.create(programme=programme, external_id="A")
    text = "external_id,points\nA,10\n"
    first = bring(programme, text)

    with pytest.raises(SameFileAgain) as refused:
        ask(programme, text, name="another name.csv")

    assert refused.value.extra == {"import": str(first.pk)} and BalanceImport.objects.count() == 1 and has(ada) == (10, 0)
    ask(programme, text, "reset")
    bring(programme, text, counts_again=True)
    assert has(ada) == (20, 0)


def test_the_database_keeps_the_same_file_out_too(programme):
    first = ask(programme, "external_id,points\nA,10\n")

    with pytest.raises(IntegrityError, match="balance_import_counts_a_file_once"), transaction.atomic():
        BalanceImport.objects.create(
            programme=programme, mode="add", file_name="x", sha256=first.sha256, content=b"", header="", lines_count=2, reason="x",
            author=UserFactory.create(), requested_at=NOW,
        )  # fmt: skip


def test_a_refused_file_may_come_again(programme):
    text = "external_id,points\nA,10\n"
    row = ask(programme, text)
    refuse_import(balance_import=row.pk, refuser=UserFactory.create(), note="Wrong month", at=NOW)

    assert ask(programme, text).is_waiting


def test_who_handed_it_in_does_not_decide(programme):
    ada = MemberFactory.create(programme=programme, external_id="A")
    row = ask(programme, "external_id,points\nA,10\n")

    with pytest.raises(AnotherPersonMustApproveImport):
        approve_import(balance_import=row.pk, approver=row.author, at=NOW)

    assert not post_import(balance_import=row.pk, at=NOW, most_chunks=0)
    assert post_import(balance_import=row.pk, at=NOW) and has(ada) == (0, 0)
    approve(row)
    with pytest.raises(ImportDecided):
        approve(row)


def test_it_goes_on_where_it_stopped_and_posts_nothing_twice(programme):
    members = [MemberFactory.create(programme=programme, external_id=f"M{n}") for n in range(7)]
    text = "external_id,points\n" + "".join(f"M{n},{n + 1}\n" for n in range(7))
    row = approve(ask(programme, text))

    assert not post_import(balance_import=row.pk, at=NOW, rows=2, most_chunks=2)
    row.refresh_from_db()
    assert row.run_through == 5 and sum(has(of)[0] for of in members) == 1 + 2 + 3 + 4
    assert post_import(balance_import=row.pk, at=NOW, rows=2) and post_import(balance_import=row.pk, at=NOW)

    assert [has(of)[0] for of in members] == [1, 2, 3, 4, 5, 6, 7] and verify() == []
    assert BalanceImportRow.objects.filter(outcome="posted").count() == 7


def test_what_changed_while_it_waited_fails_its_own_row(programme):
    ada, bob = (MemberFactory.create(programme=programme, external_id=name) for name in ("A", "B"))
    row = approve(ask(programme, "external_id,points,expires_on\nA,10,2026-01-25\nB,10,\nB,20,2026-05-05\n"))
    change_member_status(member=bob, status="closed", at=NOW)
    later = NOW + dt.timedelta(days=10)

    assert post_import(balance_import=row.pk, at=later)

    row.refresh_from_db()
    assert [of.failure for of in BalanceImportRow.objects.order_by("line")] == ["points_have_ended", "member_is_closed", "member_is_closed"]
    assert (row.results["failed_rows"], row.results["skipped"]) == (3, {"points": 40}) and has(ada, later) == (0, 0)


def test_what_was_posted_stands(programme):
    MemberFactory.create(programme=programme, external_id="A")
    row = bring(programme, "external_id,points\nA,10\n")

    for change in (
        lambda: BalanceImportRow.objects.update(moved_units=11),
        lambda: BalanceImportRow.objects.all().delete(),
        lambda: BalanceImport.objects.filter(pk=row.pk).update(state="running"),
        lambda: BalanceImport.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(Exception, match=r"append-only|change|refuse|foreign key|protected"), transaction.atomic():
            change()

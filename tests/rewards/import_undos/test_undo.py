"""What the undo of an import takes back and gives back: spent, ended and waiting points, debts, resets, the books."""

import datetime as dt

import pytest
from django.db import transaction

from ledger.books.models import JournalLine
from ledger.points import services as bank
from ledger.points.domain import ArrearsPolicy, Kind, Reason
from ledger.points.models import Lot, Movement, PointUnit
from ledger.points.queries import verify
from ledger.valuation.services import run_valuation
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.import_undos.services import (
    AnotherPersonMustApproveUndo,
    ImportNotPosted,
    ImportUndoneAlready,
    NothingToUndo,
    UndoDecided,
    UndoNotReady,
    approve_undo,
    post,
    refuse_undo,
    request_undo,
)
from tests.accounts.factories import LegalEntityFactory, MemberFactory, ProgrammeFactory, UserFactory
from tests.accounts.factories import give as give_until
from tests.rewards.import_undos.stage import LATER, ask, lines, spend, taking_of, undo
from tests.rewards.imports.stage import NOW, bring, has, owing
from tests.rewards.imports.stage import ask as ask_import

pytestmark = pytest.mark.django_db


def give(member, units):
    give_until(member, units, dt.date(2027, 1, 1))


@pytest.fixture
def programme():
    return ProgrammeFactory.create()


@pytest.fixture
def people(programme):
    return [MemberFactory.create(programme=programme, external_id=name) for name in "ABC"]


def policy(policy, limit=None):
    PointUnit.objects.update(arrears_policy=int(policy), arrears_limit=limit)


def test_what_came_in_goes_exactly(programme, people):
    ada, bob, _cyd = people
    give(ada, 40)
    of = bring(programme, "external_id,points,start_date,reason\nA,100,,\nA,7,2026-05-01,later\nB,30,,\nB,0,,none\nZ,9,,\n")
    assert has(ada) == (140, 7)

    row = undo(of)

    assert (has(ada, LATER), has(bob, LATER)) == ((40, 0), (0, 0)) and verify() == []
    assert lines(row) == [(2, "posted", -100, 0, 0), (3, "posted", -7, 0, 0), (4, "posted", -30, 0, 0)]
    assert row.state == "done" and (row.results["taken"], row.results["members"], row.results["posted_rows"]) == ({"points": 137}, 2, 3)
    movement = Movement.objects.get(points_account=bob.points_account_id, kind=Kind.REVERSE)
    assert (movement.reason, movement.amount, movement.business_on) == (Reason.CORRECTION, 30, LATER.date())


def test_the_preview_says_what_is_spent_ended_and_still_there(programme, people):
    ada, bob, cyd = people
    day = LATER.date().isoformat()
    of = bring(programme, f"external_id,points,expires_on\nA,100,\nB,50,{day}\nC,10,\n")
    spend(ada, 60)

    row = ask(of)

    figures = row.figures
    assert (figures["members"], figures["rows"], figures["taken"]) == (3, 3, {"points": 160})
    assert (figures["spent"], figures["ended"], figures["held"]) == ({"points": 60}, {"points": 50}, {})
    assert (figures["short_members"], figures["short"], figures["paid_minor"]) == (1, {"points": 60}, 160)
    assert row.is_waiting and not Movement.objects.filter(kind=Kind.REVERSE).exists()
    assert [has(of)[0] for of in (ada, cyd)] == [40, 10] and bob.pk


@pytest.mark.parametrize(
    ("rule", "limit", "owed", "forgiven"),
    [
        (ArrearsPolicy.LIMIT, None, 60, 0),
        (ArrearsPolicy.LIMIT, 59, 0, 60),
        (ArrearsPolicy.FORGIVE, None, 0, 60),
        (ArrearsPolicy.FORBID, None, 0, 60),
    ],
)
def test_spent_points_follow_the_currencys_policy_and_stop_nobody(programme, people, rule, limit, owed, forgiven):
    ada, bob, _cyd = people
    policy(rule, limit)
    of = bring(programme, "external_id,points\nA,100\nB,30\n")
    spend(ada, 60)

    row = undo(of)

    assert lines(row) == [(2, "posted", -40, owed, forgiven), (3, "posted", -30, 0, 0)]
    assert (has(ada, LATER), has(bob, LATER)) == ((-owed, 0), (0, 0)) and verify() == []


def test_points_that_ended_are_nobodys_and_a_debt_that_was_paid_is_owed_again(programme, people):
    bob = people[1]
    debtor = owing(ProgrammeFactory.create(), 30)
    paid = bring(debtor.programme, "external_id,points\nA,100\n")
    of = bring(programme, f"external_id,points,expires_on\nB,50,{LATER.date().isoformat()}\n")
    bank.expire_due(unit=programme.currencies.get().unit_id, through_on=LATER.date(), at=LATER)

    assert lines(undo(of)) == [(2, "posted", 0, 0, 0)] and has(bob, LATER) == (0, 0)
    assert lines(undo(paid)) == [(2, "posted", -70, 30, 0)] and has(debtor, LATER) == (-30, 0) and verify() == []


def test_a_reset_gives_back_exactly_what_it_took(programme, people):
    ada, bob, cyd = people
    give_until(ada, 100, dt.date(2026, 6, 1)), give_until(ada, 50, dt.date(2027, 6, 1)), give(bob, 5), give(cyd, 3)
    before = list(Lot.objects.filter(points_account=ada.points_account_id).order_by("id").values_list("expires_on", "remaining"))
    of = bring(programme, "external_id,points\nA,20\nB,25\nC,3\n", "reset")
    assert [has(of)[0] for of in people] == [20, 25, 3]

    row = ask(of)
    assert (row.figures["given"], row.figures["taken"]) == ({"points": 130}, {"points": 20})
    approve_undo(undo=row.pk, approver=UserFactory.create(), at=LATER)
    assert post(undo=row.pk, at=LATER)

    assert [has(of, LATER)[0] for of in people] == [150, 5, 3] and lines(row) == [(2, "posted", 130, 0, 0), (3, "posted", -20, 0, 0)]
    assert list(Lot.objects.filter(points_account=ada.points_account_id).order_by("id").values_list("expires_on", "remaining")) == before
    assert verify() == []


def test_members_whose_balance_was_reset_since_are_left_out_until_that_is_undone(programme, people):
    ada, bob, _cyd = people
    wrong = bring(programme, "external_id,points\nA,100\nB,10\n")
    right = bring(programme, "external_id,points\nA,30\n", "reset", at=NOW + dt.timedelta(hours=1))

    first = undo(wrong)

    assert lines(first) == [(2, "skipped", None, 0, 0), (3, "posted", -10, 0, 0)]
    assert first.figures["taken"] == {"points": 10} and first.figures["skipped_rows"] == 1
    assert (has(ada, LATER), has(bob, LATER)) == ((30, 0), (0, 0))
    assert lines(undo(right)) == [(2, "posted", 70, 0, 0)] and has(ada, LATER) == (100, 0)


def test_points_on_hold_wait_for_the_next_round(programme, people):
    ada, bob, _cyd = people
    of = bring(programme, "external_id,points\nA,100\nB,30\n")
    held = bank.hold(taking=taking_of(ada, programme.currencies.get().unit, 60, NOW))
    row = ask(of)
    assert row.figures["held"] == {"points": 60}
    approve_undo(undo=row.pk, approver=UserFactory.create(), at=LATER)

    assert not post(undo=row.pk, at=LATER)
    assert lines(row) == [(2, "", None, 0, 0), (3, "posted", -30, 0, 0)] and has(ada, LATER)[0] == 40
    settling = taking_of(ada, programme.currencies.get().unit, 1, LATER)
    bank.release(hold=held.movement, settling=settling)
    assert post(undo=row.pk, at=LATER)

    assert lines(row)[0] == (2, "posted", -100, 0, 0) and has(ada, LATER) == (0, 0) and has(bob, LATER) == (0, 0)


def test_the_books_stand_as_if_nothing_had_come_in():
    programme = ProgrammeFactory.create(legal_entity=LegalEntityFactory.create(books_from=dt.date(2026, 1, 1)))
    ada, _bob = (MemberFactory.create(programme=programme, external_id=name) for name in "AB")
    book = programme.legal_entity.book
    of = bring(programme, "external_id,points\nA,333\nB,334\n")
    run_valuation(book=book, through_on=NOW.date(), at=NOW)
    spend(ada, 100)

    undo(of)
    run_valuation(book=book, through_on=LATER.date(), at=LATER)

    sums: dict[str, int] = {}
    for line in JournalLine.objects.filter(journal__book=book).select_related("book_account"):
        sums[line.book_account.code] = sums.get(line.book_account.code, 0) + line.amount_minor
    assert {code: amount for code, amount in sums.items() if amount} == {}


def test_it_is_asked_for_once_and_only_of_what_was_posted(programme, people):
    waiting = ask_import(programme, "external_id,points\nA,1\n")
    empty = bring(programme, "external_id,points\nZ,1\n")
    of = bring(programme, "external_id,points\nA,100\n")
    facts = {"reason": "x", "author": UserFactory.create(), "at": LATER}

    for wrong, problem in ((waiting, ImportNotPosted), (empty, NothingToUndo)):
        with pytest.raises(problem):
            request_undo(balance_import=wrong.pk, **facts)
    first = request_undo(balance_import=of.pk, **facts)
    with pytest.raises(ImportUndoneAlready) as refused:
        request_undo(balance_import=of.pk, **facts)

    assert refused.value.extra == {"undo": str(first.pk)} and ImportUndo.objects.count() == 1


def test_another_person_decides_and_a_no_moves_nothing(programme, people):
    ada = people[0]
    of = bring(programme, "external_id,points\nA,100\n")
    asked = request_undo(balance_import=of.pk, reason="x", author=UserFactory.create(), at=LATER)
    with pytest.raises(UndoNotReady):
        approve_undo(undo=asked.pk, approver=UserFactory.create(), at=LATER)
    ImportUndo.objects.filter(pk=asked.pk).update(state="waiting")
    with pytest.raises(AnotherPersonMustApproveUndo):
        approve_undo(undo=asked.pk, approver=asked.author, at=LATER)

    refuse_undo(undo=asked.pk, refuser=UserFactory.create(), note="It was right", at=LATER)

    assert post(undo=asked.pk, at=LATER) and has(ada, LATER) == (100, 0)
    with pytest.raises(UndoDecided):
        approve_undo(undo=asked.pk, approver=UserFactory.create(), at=LATER)
    again = ask(of)
    approved = approve_undo(undo=again.pk, approver=of.decided_by, at=LATER)  # who approved the import may
    assert approved.state == "running"


def test_it_goes_on_where_it_stopped(programme, people):
    of = bring(programme, "external_id,points\nA,1\nB,2\nC,3\n")
    row = approve_undo(undo=ask(of).pk, approver=UserFactory.create(), at=LATER)

    assert not post(undo=row.pk, at=LATER, lines=1, most_chunks=2)
    assert [outcome for _line, outcome, *_ in lines(row)] == ["posted", "posted", ""]
    assert post(undo=row.pk, at=LATER) and post(undo=row.pk, at=LATER)

    assert [has(of, LATER) for of in people] == [(0, 0)] * 3 and Movement.objects.filter(kind=Kind.REVERSE).count() == 3


def test_what_was_posted_stands(programme, people):
    row = undo(bring(programme, "external_id,points\nA,10\n"))

    for change in (
        lambda: ImportUndoLine.objects.update(moved_units=-11),
        lambda: ImportUndoLine.objects.all().delete(),
        lambda: ImportUndo.objects.filter(pk=row.pk).update(state="running", done_at=None),
        lambda: ImportUndo.objects.filter(pk=row.pk).delete(),
    ):
        refused(change)


def refused(change) -> None:
    with pytest.raises(Exception, match=r"append-only|change|refuse|foreign key|protected"), transaction.atomic():
        change()

"""A recognition can be taken back once, with a reason: the receiver's points end, the giver's come back while the month is open, books follow."""

import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.outbox.models import OutboxEvent
from accounts.partners.domain import Scope
from accounts.programmes.queries import currency_of
from accounts.staff.roles import Role
from ledger.books.models import Journal
from ledger.points import services as bank
from ledger.points.domain import Reason, Source, Taking
from ledger.points.models import Movement, PointUnit
from ledger.points.queries import holdings, verify
from ledger.valuation.services import run_valuation
from loyalty.kit.problems import Problem
from rewards.earning.queries import forget_rules
from rewards.recognition.emails import send_undone_letter
from rewards.recognition.models import Recognition, RecognitionUndo
from rewards.recognition.representations import RecognitionAnswer, UndoneAnswer
from rewards.recognition.services import Undoing, undo_recognition
from tests.accounts.factories import UserFactory
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.recognition.stage import colleague_in, company, gave, held, noon

pytestmark = pytest.mark.django_db
NOW = noon(3, 10)
MISTAKE = "Two people of one name."


@pytest.fixture
def programme(stopped_clock):
    stopped_clock(NOW)
    return company()


@pytest.fixture
def ada(programme):
    return colleague_in(programme, "Ada", user=UserFactory.create(), email="ada@example.org")


@pytest.fixture
def grace(programme):
    return colleague_in(programme, "Grace", user=UserFactory.create(), email="grace@example.org")


def undone(row: Recognition, at: dt.datetime = NOW, reason: str = MISTAKE, **more) -> RecognitionUndo:
    return undo_recognition(recognition=row, undoing=Undoing("chat", reason, **more), at=at)


def owe(programme, policy: int, limit: int | None = None) -> None:
    PointUnit.objects.filter(pk=currency_of(programme).unit_id).update(arrears_policy=policy, arrears_limit=limit)
    forget_rules(programme.pk)


def spend(member, units: int, at: dt.datetime = NOW) -> None:
    unit = currency_of(member.programme).unit_id
    taking = Taking(member.points_account_id, unit, Source.REDEMPTION, str(uuid.uuid4()), units, Reason.REWARD, at, at.date())
    bank.redeem(taking=taking)


def arrears_of(member) -> int:
    return sum(row.arrears for row in holdings(points_account=member.points_account_id, today=NOW.date()))


def test_within_the_month_the_points_are_the_givers_to_give_again(programme, ada, grace):
    row = gave(ada, grace, 45, NOW)

    undo = undone(row, noon(3, 31))

    assert (held(ada, noon(3, 31)), held(grace, noon(3, 31))["points"]) == ({"allowance": 100, "points": 0}, 0)
    assert (undo.returned_units, undo.owed_units, undo.reason) == (45, 0, MISTAKE)
    assert held(ada, noon(4, 1))["allowance"] == 0
    gave(ada, grace, 100, noon(3, 31), "G2")
    assert verify() == []


def test_after_the_month_they_lapsed_with_it(programme, ada, grace):
    row = gave(ada, grace, 45, NOW)

    undo = undone(row, noon(4, 1))

    assert (undo.returned_units, undo.returned_movement) == (0, None)
    assert (held(ada, noon(4, 1))["allowance"], held(grace, noon(4, 1))["points"]) == (0, 0)
    assert verify() == []


def test_the_same_decision_twice_takes_back_once_and_another_is_refused(programme, ada, grace):
    row = gave(ada, grace, 45, NOW)
    first = undone(row)

    assert undone(row, NOW + dt.timedelta(hours=1)).pk == first.pk
    with pytest.raises(Problem) as refused:
        undone(row, reason="Something else.")
    assert refused.value.code == "recognition_undone"
    assert (RecognitionUndo.objects.count(), held(ada, NOW)["allowance"], held(grace, NOW)["points"]) == (1, 100, 0)


@pytest.mark.parametrize("policy", [1, 3])
def test_points_that_are_spent_stand_in_the_way_where_nobody_may_owe(programme, ada, grace, policy):
    """Forgiving them would let the giver give twice what there was once."""
    owe(programme, policy)
    row = gave(ada, grace, 45, NOW)
    spend(grace, 1)
    movements, events = Movement.objects.count(), OutboxEvent.objects.count()

    with pytest.raises(Problem) as refused, transaction.atomic():
        undone(row)

    assert refused.value.code == "recognised_points_are_spent"
    assert refused.value.detail.endswith("or leave the recognition as it is.")
    assert (Movement.objects.count(), OutboxEvent.objects.count(), RecognitionUndo.objects.count()) == (movements, events, 0)
    assert (held(ada, NOW)["allowance"], held(grace, NOW)["points"]) == (55, 44)


def test_where_members_may_owe_points_what_is_spent_is_owed(programme, ada, grace):
    owe(programme, 2)
    row = gave(ada, grace, 45, NOW)
    spend(grace, 20)

    undo = undone(row)

    assert (undo.owed_units, held(grace, NOW)["points"], arrears_of(grace), held(ada, NOW)["allowance"]) == (20, 0, 20, 100)
    assert verify() == []


def test_a_limit_of_what_may_be_owed_holds(programme, ada, grace):
    owe(programme, 2, limit=19)
    row = gave(ada, grace, 45, NOW)
    spend(grace, 20)

    with pytest.raises(Problem) as refused, transaction.atomic():
        undone(row)

    assert refused.value.code == "recognised_points_are_spent"


def test_books_take_the_benefit_back(programme, ada, grace):
    book, first, later = programme.legal_entity.book, noon(1, 20), noon(1, 25)
    row = gave(ada, grace, 45, first)
    run_valuation(book=book, through_on=first.date(), at=first)
    before = lines(book)
    undone(row, later)
    for _twice in range(2):
        run_valuation(book=book, through_on=later.date(), at=later)

    [(_day, given)] = before
    assert [day for day, _lines in lines(book)] == ["2025-01-20", "2025-01-25"]
    assert {code for code, _minor in given} == {"6030", "2310"}
    assert lines(book)[1][1] == sorted((code, -minor) for code, minor in given)


def lines(book) -> list[tuple[str, list[tuple[str, int]]]]:
    journals = Journal.objects.filter(book=book).order_by("number").prefetch_related("lines__book_account")
    return [
        (one.business_on.isoformat(), sorted((line.book_account.code, line.amount_minor) for line in one.lines.all())) for one in journals
    ]


def test_how_it_was_taken_back_is_only_added(programme, ada, grace):
    undone(gave(ada, grace, 45, NOW))

    for change in (lambda: RecognitionUndo.objects.update(reason="x"), lambda: RecognitionUndo.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_partner_takes_it_back_and_sees_it(programme, ada, grace):
    caller = caller_for(programme)
    row = gave(ada, grace, 45, NOW)
    address = f"recognitions/{row.pk}"

    tried = caller.post(f"{address}/undo", {"reason": MISTAKE}, query="dry_run=true")
    assert (tried.status_code, RecognitionUndo.objects.count()) == (200, 0)
    answer = caller.post(f"{address}/undo", {"reason": MISTAKE})
    again = caller.post(f"{address}/undo", {"reason": MISTAKE})

    UndoneAnswer.model_validate(answer.json())
    assert (answer.status_code, answer.json()["returned"], answer.json()["owed"], answer.json()["undone_on"]) == (201, 45, 0, "2025-03-10")
    assert (again.json()["undone_on"], RecognitionUndo.objects.count()) == ("2025-03-10", 1)
    RecognitionAnswer.model_validate(caller.get(address).json())
    assert (caller.get(address).json()["undone_on"], caller.get(address).json()["left"]) == ("2025-03-10", 100)
    assert [one["undone_on"] for one in caller.get("recognitions").json()["results"]] == ["2025-03-10"]
    assert problem(caller.post(f"{address}/undo", {"reason": "Else."}))["code"] == "recognition_undone"
    assert faults(caller.post(f"{address}/undo", {"reason": ""})).keys() == {"/reason"}
    assert caller.post(f"recognitions/{uuid.uuid4()}/undo", {"reason": MISTAKE}).status_code == 404


def test_a_key_needs_the_right_and_the_programme(programme, ada, grace):
    row = gave(ada, grace, 45, NOW)

    assert caller_for(programme, scopes=[Scope.TRANSFERS_WRITE]).post(f"recognitions/{row.pk}/undo", {"reason": "x"}).status_code == 403
    assert caller_for(company()).post(f"recognitions/{row.pk}/undo", {"reason": "x"}).status_code == 404
    assert RecognitionUndo.objects.count() == 0


def test_a_colleague_takes_it_back_and_everybody_sees_that(client, programme, ada, grace):
    row = gave(ada, grace, 45, NOW)
    gave(ada, grace, 5, NOW, "G2", value="customers")
    support = colleague(Role.SUPPORT)
    client.force_login(support)
    listed, page = reverse("staff:recognitions", args=[programme.slug]), reverse("staff:recognition-undo", args=[programme.slug, row.pk])

    assert page in client.get(listed).content.decode()
    assert "Ada" in (asked := client.get(page).content.decode()) and "can give them away again this month" in asked
    assert client.post(page, {"reason": MISTAKE}).status_code == 422
    answer = client.post(page, {"reason": MISTAKE, "sure": "on"})

    assert answer["Location"] == f"{listed}?month=2025-03"
    assert RecognitionUndo.objects.get().staff == support
    after = client.get(listed)
    assert after.context["values"] == [["Customers first", "1", "5"]]
    assert MISTAKE in after.content.decode() and page not in after.content.decode()
    assert client.post(page, {"reason": "Again.", "sure": "on"}).status_code == 422
    client.force_login(colleague(Role.MARKETING))
    assert client.get(page).status_code == 403
    for member, told in ((ada, "Recognition taken back"), (grace, "Recognition taken back")):
        client.force_login(member.user)
        mine = client.get(reverse("portal:recognition", args=[programme.slug])).content.decode()
        assert "Taken back on 10 March 2025." in mine and MISTAKE not in mine
        assert told in client.get(reverse("portal:activity", args=[programme.slug])).content.decode()


def test_both_hear_of_it(programme, ada, grace):
    undone(gave(ada, grace, 45, NOW))

    for event in OutboxEvent.objects.filter(topic="recognition.undone").order_by("id"):
        send_undone_letter(event)

    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    [to_giver] = [body for to, body in letters.items() if "ada@example.org" in to]
    [to_receiver] = [body for to, body in letters.items() if "grace@example.org" in to]
    assert "Your recognition of Grace" in to_giver and "give the points away again" in to_giver
    assert "that Ada" in to_receiver and "give the points away again" not in to_receiver

import pytest

from accounts.staff.roles import Role
from rewards.reviews.models import Review
from rewards.reviews.services import accept_review
from tests.accounts.factories import AT
from tests.api.caller import faults, problem
from tests.api.conftest import caller_for
from tests.colleagues import colleague
from tests.rewards.factories import wallet
from tests.rewards.setups.stage import rule_for

WHEN = AT.isoformat()


def review(member, number="R1", **changed):
    return {"external_id": number, "member": str(member.pk), "product": "MUG", "stars": 5, "occurred_at": WHEN, "text": "Good."} | changed


def test_a_review_waits_until_it_is_accepted(caller, programme, member):
    rule_for(programme, "reviews", trigger="review", kind="fixed", points=30)
    answer = caller.post("reviews", review(member))
    assert (answer.status_code, answer.json()["state"], answer.json()["event"], wallet(member)) == (201, "waiting", None, (0, 0))

    accept_review(review=Review.objects.get(), moderator=colleague(Role.MARKETING), at=AT)

    told = caller.get(f"reviews/{answer.json()['id']}").json()
    assert told["state"] == "accepted"
    assert caller.get(f"events/{told['event']}").json()["trigger"] == "review"
    assert [row["state"] for row in caller.get("reviews").json()["results"]] == ["accepted"]
    assert caller.get("reviews", member=str(member.pk), state="waiting").json()["results"] == []


def test_a_review_is_withdrawn_with_its_points(caller, programme, member):
    rule_for(programme, "reviews", trigger="review", kind="fixed", points=30)
    sent = caller.post("reviews", review(member)).json()["id"]
    accept_review(review=Review.objects.get(), moderator=colleague(Role.MARKETING), at=AT)

    answer = caller.post(f"reviews/{sent}/withdraw", None)

    assert (answer.status_code, answer.json()["state"], wallet(member)) == (200, "withdrawn", (0, 0))
    assert caller.post(f"reviews/{sent}/withdraw", None).json()["state"] == "withdrawn"


def test_only_who_sent_it_withdraws_it(caller, programme, member):
    sent = caller.post("reviews", review(member)).json()["id"]

    answer = caller_for(programme).post(f"reviews/{sent}/withdraw", None)

    assert (answer.status_code, problem(answer)["code"], Review.objects.get().state) == (404, "review_not_found", "waiting")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"stars": 0}, "/stars"),
        ({"stars": 6}, "/stars"),
        ({"product": ""}, "/product"),
        ({"text": "x" * 4_001}, "/text"),
        ({"mood": 1}, "/mood"),
    ],
)
def test_a_malformed_review_names_the_place(caller, member, changed, pointer):
    answer = caller.post("reviews", review(member, **changed))

    assert (answer.status_code, list(faults(answer)), Review.objects.count()) == (422, [pointer], 0)


def test_the_same_again_and_other_facts(caller, member):
    caller.post("reviews", review(member))

    again, other = caller.post("reviews", review(member)), caller.post("reviews", review(member, stars=1))

    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert (other.status_code, problem(other)["code"], Review.objects.count()) == (409, "external_id_conflict", 1)

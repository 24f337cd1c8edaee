from rewards.setups.domain import SetupKind
from tests.accounts.factories import MemberFactory
from tests.api.caller import faults, problem
from tests.rewards.setups.stage import set_up


def test_a_partner_asks_for_a_code_and_says_who_came_by_it(caller, programme, member):
    set_up(programme, SetupKind.REFERRAL, "referral", {})
    friend = MemberFactory.create(programme=programme, given_name="Grace")
    code = caller.post("referral-codes", {"member": str(member.pk)}, key=None).json()["code"]

    answer = caller.post("referrals", {"member": str(friend.pk), "code": code})
    wrong = caller.post("referrals", {"member": str(friend.pk), "code": "NOBODY22"})

    assert (answer.status_code, answer.json()["state"], answer.json()["advocate"]) == (201, "waiting", str(member.pk))
    assert (wrong.status_code, list(faults(wrong))) == (422, ["/code"])
    assert [one["friend"] for one in caller.get("referrals", advocate=str(member.pk)).json()["results"]] == [str(friend.pk)]


def test_without_terms_there_are_no_codes(caller, member):
    answer = caller.post("referral-codes", {"member": str(member.pk)}, key=None)

    assert (answer.status_code, problem(answer)["code"]) == (404, "referrals_not_offered")

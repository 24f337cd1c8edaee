"""What a member has: wallets, rewards, holds, lots, corrections."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, IntegrityError, connection

from ledger.points.domain import Kind
from ledger.points.models import Lot
from loyalty.kit.problems import Problem
from rewards.adjustments.domain import AdjustmentReason, Direction
from rewards.adjustments.models import Adjustment
from rewards.adjustments.services import Wish, approve_adjustment, request_adjustment
from rewards.purchases.models import Purchase
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import tender_terms
from rewards.redemptions.services import cancel, capture_amount, hold_tender, redeem_amount, redeem_reward, restore_tender
from tests.accounts.factories import UserFactory
from tests.scenarios.budgets import use_budget
from tests.scenarios.buying import a_line, buy, reached_by
from tests.scenarios.importing import import_again
from tests.scenarios.sentences import minor
from tests.scenarios.stage import ANYBODY, Stage, Turn, day_of, noon, points_of
from tests.scenarios.vocabulary import SHOP, NotSpoken, only

# --- what there is ---------------------------------------------------------------------------------------------------------


@SHOP.given("balance")
def balance_before(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "member", "points")
    if facts["points"]:
        stage.give(facts["member"], facts["points"])
    stage.begin(facts["member"])


@SHOP.then("balance")
def balance(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "member", "points")
    assert stage.has(facts["member"]) == facts["points"]


@SHOP.given("wallet")
def wallet_before(stage: Stage, value: Mapping[str, Any]) -> None:
    """Money that may be spent, in points of one cent."""
    facts = only(value, "id", "amount", "held", "issued", "used")
    assert minor(facts.get("held", "0.00")) == 0, "a scenario begins with nothing held"
    units = points_of(facts.get("amount") or facts["issued"])
    if units:
        stage.give(facts["id"], units)
    if "used" in facts:
        redeem_amount(member=stage.member(facts["id"]), amount_minor=minor(facts["used"]), source="till", at=stage.at)
    stage.begin(facts["id"])


@SHOP.then("wallet")
def wallet(stage: Stage, value: Mapping[str, Any]) -> None:
    """The amount of a wallet includes what is held of it."""
    facts = only(value, "id", "amount", "held")
    of = stage.holdings(facts["id"])
    assert (of.available + of.held, of.arrears) == (points_of(facts["amount"]), 0)
    if "held" in facts:
        assert of.held == points_of(facts["held"])


@SHOP.when("topup")
def topup(stage: Stage, value: Mapping[str, Any]) -> Purchase:
    """The wallet's owner pays an amount, and a rule gives a point for each cent."""
    facts = only(value, "ref", "wallet", "amount")
    return buy(stage.member(facts["wallet"]), [a_line(1, minor(facts["amount"]))], at=stage.at, ref=facts["ref"])


@SHOP.when("spend")
def spend(stage: Stage, value: Mapping[str, Any]) -> Redemption:
    facts = only(value, "ref", "wallet", "amount")
    return redeem_amount(
        member=stage.member(facts["wallet"]), amount_minor=minor(facts["amount"]), source="till", external_id=facts["ref"], at=stage.at
    )


@SHOP.when("repeat")
def repeat(stage: Stage, ref: str) -> Any:
    """The same act with the same facts once more: it answers like the first time. The `same bytes` are a file that comes in again."""
    if ref == "same bytes":
        return import_again(stage)
    if ref not in stage.acts:
        raise NotSpoken(f"repeat: {ref}")
    word, facts, first = stage.acts[ref]
    again = SHOP.find("when", word)(stage, facts)
    assert again.pk == first.answer.pk
    return again


@SHOP.then("entries")
def entries(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "wallet", "count")
    wallet = facts.get("wallet", ANYBODY)
    opening = stage.opening[wallet][1]
    assert stage.movements(wallet).count() - opening == facts["count"]


# --- rewards ---------------------------------------------------------------------------------------------------------------


@SHOP.when("redeem")
def redeem(stage: Stage, value: Mapping[str, Any]) -> Redemption:
    facts = only(value, "member", "reward", "units_taken", "against", "use", "points", "on")
    if "on" in facts:
        stage.at = noon(day_of(facts["on"]))
    member = stage.member(facts.get("member", ANYBODY))
    if "against" in facts:
        taken = _pay_most(stage, facts, member)
    elif "reward" in facts:
        pieces = _pieces_for(facts["reward"], facts["units_taken"])
        reward = stage.reward(facts["reward"], stage.plan.rewards[facts["reward"]])
        taken = redeem_reward(member=member, reward=reward, quantity=pieces, source="till", at=stage.at)
    else:
        taken = redeem_reward(member=member, reward=stage.reward("A treat", facts["points"]), source="till", at=stage.at)
    stage.redemptions.setdefault("", []).append(taken)
    return taken


def _pay_most(stage: Stage, facts: Mapping[str, Any], member: Any) -> Redemption:
    if facts.get("use") != "as much as possible":
        raise NotSpoken(f"use: {facts.get('use')}")
    terms = tender_terms(stage.programme, stage.today)
    amount = terms.most_payable(minor(facts["against"]), stage.has(facts.get("member", ANYBODY)))
    return redeem_amount(member=member, amount_minor=amount, source="till", at=stage.at)


def _pieces_for(reward: str, units: int) -> int:
    """Whoever takes five pens of a reward `2 pens` takes it three times."""
    in_one = int(reward.split(" ", maxsplit=1)[0])
    return -(-units // in_one)


@SHOP.then("spent")
def spent(stage: Stage, value: Mapping[str, Any]) -> None:
    taken = [redemption.units for of in stage.redemptions.values() for redemption in of]
    assert sum(taken) == only(value, "points")["points"]


@SHOP.then("discount")
def discount(stage: Stage, expected: str) -> None:
    [[taken]] = stage.redemptions.values()
    assert taken.value_minor == minor(expected)


@SHOP.when("issue_reward")
def issue_reward(stage: Stage, value: Mapping[str, Any]) -> Redemption:
    facts = only(value, "id", "cost")
    reward = stage.reward(facts["id"], facts["cost"], kind="voucher")
    taken = redeem_reward(member=stage.member(), reward=reward, source="till", at=stage.at)
    stage.redemptions[facts["id"]] = [taken]
    return taken


@SHOP.when("delete_reward")
def delete_reward(stage: Stage, name: str) -> Redemption:
    [taken] = stage.redemptions[name]
    return cancel(redemption=taken, at=stage.at)


@SHOP.then("events")
def events(stage: Stage, expected: Sequence[str]) -> None:
    kinds = {"CREATE_REWARD": Kind.REDEEM, "DELETE_REWARD": Kind.RESTORE}
    wanted = [(kinds[text.split(" ")[0]], int(text.split(" ")[1])) for text in expected]
    since = stage.movements()[stage.opening[ANYBODY][1] :]
    assert [(movement.kind, movement.signed_amount) for movement in since] == wanted


# --- limits ----------------------------------------------------------------------------------------------------------------


@SHOP.given("limit_per_member")
def limit_per_member(stage: Stage, times: int) -> None:
    stage.plan.limit_to(times)


@SHOP.when("use")
def use(stage: Stage, who: str | list[int]) -> None:
    """Buy what a limited rule counts, and take the reward that is limited alike; both must answer the same. Amounts use a budget."""
    if isinstance(who, list):
        use_budget(stage, who)
        return
    if "limited" not in stage.seen:
        stage.seen["limited"] = stage.reward("Limited", 1, limit_per_member=stage.plan.limit)
    if who not in stage.opening:
        stage.give(who, 100)
        stage.begin(who)
    ref = f"use-{len(stage.purchases)}"
    bought = buy(stage.member(who), [a_line(1, 100)], at=stage.at, ref=ref)
    stage.purchases[ref] = bought
    tried = _tried(lambda: redeem_reward(member=stage.member(who), reward=stage.seen["limited"], source="till", at=stage.at))
    if tried.refusal is None:
        stage.redemptions[ref] = [tried.answer]
    assert (tried.code, bought.units) in ((None, 1), ("limit_reached", 0))
    stage.seen.setdefault("accepted", []).append(tried.refusal is None)


@SHOP.when("uses")
def uses(stage: Stage, people: Sequence[str]) -> None:
    for who in people:
        use(stage, who)


@SHOP.then("accepted")
def accepted(stage: Stage, expected: Sequence[bool]) -> None:
    assert stage.seen["accepted"] == expected


@SHOP.when("cases")
def cases(stage: Stage, value: Sequence[Any]) -> None:
    """Pairs are spend before and spend now; facts by name are a reward and who asks for it."""
    if all(isinstance(case, list) for case in value):
        stage.seen["tiers"] = [reached_by(stage, *case) for case in value]
    else:
        stage.seen["allowed"] = [_is_allowed(stage, f"M{place}", case) for place, case in enumerate(value, start=1)]


def _is_allowed(stage: Stage, who: str, case: Mapping[str, Any]) -> bool:
    facts = only(case, "codes", "limit", "used", "per_member", "member_used", "cost", "balance")
    cost, before = facts.get("cost", 1), facts.get("member_used", 0)
    stage.give(who, facts.get("balance", 100))
    stock = facts.get("codes", facts.get("limit"))
    left = None if stock is None else stock - facts["used"] + before
    reward = stage.reward(f"Reward of {who}", cost, left=left, limit_per_member=facts.get("per_member"))
    for _ in range(before):
        redeem_reward(member=stage.member(who), reward=reward, source="till", at=stage.at)
    tried = _tried(lambda: redeem_reward(member=stage.member(who), reward=reward, source="till", at=stage.at))
    assert tried.code in (None, "sold_out", "limit_reached", "not_enough_points")
    return tried.refusal is None


@SHOP.then("allowed")
def allowed(stage: Stage, expected: Sequence[bool]) -> None:
    assert stage.seen["allowed"] == expected


def _tried(act: Any) -> Turn:
    try:
        return Turn(act())
    except Problem as problem:
        return Turn(refusal=problem)


# --- holds and payments ----------------------------------------------------------------------------------------------------


@SHOP.when("hold")
def hold(stage: Stage, value: Mapping[str, Any]) -> Redemption:
    facts = only(value, "wallet", "amount")
    held = hold_tender(member=stage.member(facts["wallet"]), amount_minor=minor(facts["amount"]), source="till", at=stage.at)
    stage.seen["hold"] = held
    return held


@SHOP.when("capture")
def capture(stage: Stage, amount: str) -> Redemption:
    return capture_amount(redemption=stage.seen["hold"].pk, amount_minor=minor(amount), at=stage.at)


@SHOP.given("taken")
def taken_before(stage: Stage, amount: str) -> None:
    stage.give(ANYBODY, points_of(amount))
    stage.seen["taken"] = redeem_amount(member=stage.member(), amount_minor=minor(amount), source="till", at=stage.at)


@SHOP.when("give_back")
def give_back(stage: Stage, amount: str) -> None:
    restore_tender(
        redemption=stage.seen["taken"].pk,
        units=points_of(amount),
        key="give-back",
        face_minor=minor(amount),
        occurred_at=stage.at,
        business_on=stage.today,
        at=stage.at,
    )


@SHOP.when("delete")
def delete(stage: Stage, name: str) -> None:
    """Nobody offers this: the database itself is asked."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_lot WHERE points_account_id = %s", [stage.member(name).points_account_id])
    except DatabaseError as error:
        assert "append-only" in str(error)
        raise IntegrityError(str(error)) from error


@SHOP.when("set")
def set_amounts(stage: Stage, value: Mapping[str, Any]) -> None:
    """Make a grant smaller than what was used of it, again behind the services' back."""
    facts = only(value, "issued", "used")
    rest = points_of(facts["issued"]) - points_of(facts["used"])
    [lot] = Lot.objects.filter(unit=stage.unit)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_lot SET remaining = %s WHERE id = %s", [rest, lot.pk])


@SHOP.when("adjust")
def adjust(stage: Stage, value: Mapping[str, Any]) -> Adjustment:
    """A correction that one colleague asks for and another approves; whoever wants less than nothing asks like everybody else."""
    units = only(value, "points", "allow_negative")["points"]
    direction = Direction.ADD if units > 0 else Direction.REMOVE
    wish = Wish(direction=direction, units=abs(units), reason=AdjustmentReason.CORRECTION, note="a mistake")
    asked = request_adjustment(member=stage.member(), wish=wish, at=stage.at, staff=UserFactory.create())
    return approve_adjustment(adjustment=asked, approver=UserFactory.create(), at=stage.at)

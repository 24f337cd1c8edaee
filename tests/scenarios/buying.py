"""Purchases, what they earn, and what comes back of them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state
from ledger.points.domain import Kind
from ledger.points.models import Movement
from loyalty.kit.money import Money, half_up
from rewards.earning.domain.expressions import read
from rewards.earning.services import approve_rule, draft_rule
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts, WantedReward, whole_line
from rewards.purchases.models import Purchase, Return
from rewards.purchases.queries import rewards_taken
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.redemptions.queries import tender_terms
from rewards.redemptions.services import cancel, redeem_reward
from rewards.tiers.queries import standing
from tests.accounts.factories import MemberFactory, ProgrammeFactory, UserFactory
from tests.scenarios import cards
from tests.scenarios.sentences import minor, rule_of
from tests.scenarios.stage import ANYBODY, EARLY, Stage
from tests.scenarios.vocabulary import SHOP, NotSpoken, only

DAY = dt.timedelta(days=1)


def buy(member: Member, lines: Sequence[LineFacts], *, at: dt.datetime, ref: str = "R1", **facts: Any) -> Purchase:
    """Send a purchase as a till does. Raises: what `record_purchase` raises."""
    where = {"source": "till", "occurred_at": at, "currency": "EUR", "channel": "store"}
    whole = PurchaseFacts(external_id=ref, lines=tuple(lines), member=member.pk, **where, **facts)
    return record_purchase(programme=member.programme, facts=whole, at=at).purchase


def bring_back(purchase: Purchase, *, at: dt.datetime, ref: str, **what: Any) -> Return:
    return record_return(purchase=purchase, facts=ReturnFacts("till", ref, at, **what), at=at).returned


def a_line(place: int, price_minor: int, *, discount_minor: int = 0, **facts: Any) -> LineFacts:
    named = {"sku": "", "category": "", "brand": "", "quantity": Decimal(1)} | facts
    return LineFacts(str(place), price_minor=price_minor - discount_minor, discount_minor=discount_minor, **named)


# --- a purchase and its return ---------------------------------------------------------------------------------------------


@SHOP.when("purchase")
def purchase(stage: Stage, value: Mapping[str, Any]) -> Purchase | None:
    facts = only(value, "ref", "member", "total", "gross", "lines", "codes", "discount", "earns", "claims", "tender")
    ref, codes = facts.get("ref", "O1"), tuple(facts.get("codes", ()))
    if "earns" in facts:
        codes = (*codes, f"EARNS-{facts['earns']}")
    claims = [only(claim, "reward")["reward"] for claim in facts.get("claims", ())]
    lines = _lines(facts, claims)
    price, given = sum(line.price_minor for line in lines), facts.get("tender", ())
    by_card = cards.payments(stage, given, price) if any("giftcard" in part for part in given) else ()
    if by_card and "member" not in facts:
        return cards.pay_without_member(stage, ref, by_card, price)
    who, tender = (facts["member"], None) if by_card else _payer(stage, facts, price)
    rewards = [stage.reward(name, stage.plan.rewards[name], kind="voucher") for name in claims]
    bound = () if stage.plan.spends_same_order else tuple(WantedReward(reward.code) for reward in rewards)
    bought = buy(stage.member(who), lines, at=stage.at, ref=ref, codes=codes, tender=tender, gift_cards=by_card, rewards=bound)
    stage.purchases[ref] = bought
    if stage.plan.spends_same_order:
        taken = [redeem_reward(member=stage.member(who), reward=reward, source="till", at=stage.at) for reward in rewards]
    else:
        taken = rewards_taken([bought]).get(bought.pk, [])
    if taken:
        stage.redemptions[ref] = taken
    return bought


def _lines(facts: Mapping[str, Any], claims: Sequence[str]) -> list[LineFacts]:
    """The lines as the till prices them: what it took off is sent beside the price that was left."""
    cuts = [only(facts["discount"], "pct", "scope")] if "discount" in facts else []
    cuts += [{"pct": int(name.removesuffix("% off")), "scope": "order"} for name in claims if name.endswith("% off")]
    if "lines" in facts:
        given = [only(line, "sku", "category", "qty", "unit") for line in facts["lines"]]
    else:
        given = [{"qty": 1, "unit": facts.get("total") or facts.get("gross") or "1.00"}]
    lines = []
    for place, line in enumerate(given, start=1):
        price, named = minor(line["unit"]) * line["qty"], {key: line.get(key, "") for key in ("sku", "category")}
        percents = sum(cut["pct"] for cut in cuts if cut["scope"] in ("order", *filter(None, named.values())))
        cut = half_up(Fraction(price * percents, 100))
        lines.append(a_line(place, price, discount_minor=cut, quantity=Decimal(line["qty"]), **named))
    if "lines" not in facts and not cuts:
        return [whole_line(Money(lines[0].price_minor, "EUR"))]
    return lines


def _payer(stage: Stage, facts: Mapping[str, Any], price_minor: int) -> tuple[str, TenderFacts | None]:
    """Who buys, and what their points pay."""
    if "tender" not in facts:
        return facts.get("member", ANYBODY), None
    [paid] = (only(part, "wallet", "amount") for part in facts["tender"])
    amount = paid["amount"]
    terms = tender_terms(stage.programme, stage.today)
    pays = terms.most_payable(price_minor, stage.has(paid["wallet"])) if amount == "max" else minor(amount)
    return facts.get("member", paid["wallet"]), TenderFacts(pays)


@SHOP.given("payment")
def payment(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "ref", "amount")
    purchase(stage, {"ref": facts["ref"], "total": facts["amount"]})


@SHOP.when("refund")
def refund(stage: Stage, value: Mapping[str, Any]) -> Return:
    facts = only(value, "of", "lines", "amount")
    bought = stage.purchases[facts["of"]]
    what: dict[str, Any] = {}
    if "amount" in facts:
        what["amount_minor"] = minor(facts["amount"])
    if "lines" in facts:
        named = {line.sku: line.external_id for line in bought.lines.all()}
        back = [only(line, "sku", "qty") for line in facts["lines"]]
        what["lines"] = tuple((named[line["sku"]], Decimal(line["qty"])) for line in back)
    return bring_back(bought, at=stage.at, ref=f"back-{len(stage.turns)}", **what)


@SHOP.when("cancel")
def cancel_order(stage: Stage, ref: str) -> Return:
    """Everything comes back: the goods, what they earned, and what rewards cost."""
    bought = stage.purchases[list(stage.purchases)[-1] if ref == "that order" else ref]
    for taken in stage.redemptions.get(bought.external_id, ()):
        if taken.purchase is None:
            cancel(redemption=taken, at=stage.at)
    return bring_back(bought, at=stage.at, ref=f"cancel-{bought.external_id}")


@SHOP.then("earned")
def earned(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "of", "points")
    assert stage.purchases[facts["of"]].units == facts["points"]


@SHOP.then("reversed")
def reversed_points(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "of", "points")
    back = Return.objects.filter(purchase=stage.purchases[facts["of"]].pk)
    assert sum(back.values_list("reversed_units", flat=True)) == facts["points"]


@SHOP.then("returned")
def returned_points(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "of", "points")
    back = Return.objects.filter(purchase=stage.purchases[facts["of"]].pk)
    assert sum(back.values_list("restored_units", flat=True)) == facts["points"]


@SHOP.then("order")
def order(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "of", "due")
    ref = facts["of"]
    due = stage.seen["due", ref] if ("due", ref) in stage.seen else stage.purchases[ref].due_minor
    assert due == minor(facts["due"])


@SHOP.then("history")
def history(stage: Stage, sentence: str) -> None:
    if sentence != "keeps the two movements and two reversals":
        raise NotSpoken(f"history: {sentence}")
    since = list(stage.movements()[stage.opening[ANYBODY][1] :])
    done, undone = [m for m in since if m.reverses_id is None], [m for m in since if m.reverses_id is not None]
    assert sorted(m.kind for m in done) == [Kind.GRANT, Kind.REDEEM]
    assert {m.reverses_id for m in undone} == {m.pk for m in done}
    assert len(undone) == 2


# --- one receipt, judged by rules alone ------------------------------------------------------------------------------------


@SHOP.given("cart")
def a_cart(stage: Stage, value: Sequence[Mapping[str, Any]]) -> None:
    goods = [only(line, "sku", "amount", "label", "kind") for line in value]
    stage.seen["cart"] = [
        a_line(place, minor(one["amount"]), sku=one["sku"], flags=tuple(one[key] for key in ("label", "kind") if key in one))
        for place, one in enumerate(goods, start=1)
    ]


@SHOP.when("evaluate")
def evaluate(stage: Stage, value: Mapping[str, Any]) -> int:
    rules = [rule_of(sentence) for sentence in only(value, "rules")["rules"]]
    member = MemberFactory.create(programme=stage.open_programme(rules))
    return buy(member, stage.seen["cart"], at=stage.at).units


@SHOP.then("points")
def points(stage: Stage, expected: int | list[int]) -> None:
    answers = [turn.answer if isinstance(turn.answer, int) else turn.answer.units for turn in stage.turns]
    assert answers == (expected if isinstance(expected, list) else [expected])


@SHOP.when("cart")
def cart_with_tax(stage: Stage, value: Mapping[str, Any]) -> None:
    facts = only(value, "net", "gross")
    stage.seen["taxed"] = a_line(1, minor(facts["gross"]), tax_minor=minor(facts["gross"]) - minor(facts["net"]))


@SHOP.then("eligible")
def eligible(stage: Stage, expected: Mapping[str, bool]) -> None:
    """Each named least amount is the condition of a rule of its own."""
    fields = {"net": "order.net", "gross": "order.price"}
    rules = []
    for least in expected:
        _min, amount, which = least.split(" ")
        rules.append({"kind": "fixed", "points": 1, "when": read(f"{fields[which]} >= {amount}.00", of_lines=False, decimals=2)})
    bought = buy(MemberFactory.create(programme=stage.open_programme(rules)), [stage.seen["taxed"]], at=stage.at)
    gave = {outcome["rule"]: outcome["units"] > 0 for outcome in bought.evaluation}
    assert [gave[f"rule-{place}"] for place in range(len(rules))] == list(expected.values())


@SHOP.given("now")
def now(stage: Stage, text: str) -> None:
    """A moment without a zone is the programme's local time."""
    stage.seen["now"] = dt.datetime.fromisoformat(text)


@SHOP.when("windows")
def windows(stage: Stage, value: Sequence[Sequence[str | None]]) -> None:
    """Rules with a first and a last day, drafted and approved long before."""
    at = stage.at.replace(year=2010)
    programme = ProgrammeFactory.create(state="draft", valid_from=EARLY, at=at)
    moment = stage.seen["now"].replace(tzinfo=dt.timezone(dt.timedelta(hours=2)))  # Istanbul in November 2011
    maker, approver = UserFactory.create_batch(2)
    for place, (first, last) in enumerate(value):
        version = draft_rule(
            programme=programme,
            code=f"rule-{place}",
            name=f"Rule {place}",
            currency=currency_of(programme),
            definition={"kind": "fixed", "points": 1},
            valid_from=dt.date.fromisoformat(first) if first else (at + DAY).date(),
            valid_to=dt.date.fromisoformat(last) if last else None,
            author=maker,
        )
        approve_rule(version=version, approver=approver, at=at)
    programme = change_programme_state(programme=programme, state="live")
    bought = buy(MemberFactory.create(programme=programme), [a_line(1, 100)], at=moment)
    gave = {outcome["rule"] for outcome in bought.evaluation if outcome["units"]}
    stage.seen["valid"] = [f"rule-{place}" in gave for place in range(len(value))]


@SHOP.then("valid")
def valid(stage: Stage, expected: Sequence[bool]) -> None:
    assert stage.seen["valid"] == expected


# --- ten percent back, by line and by receipt ------------------------------------------------------------------------------


@SHOP.when("ten_percent_per_line")
def ten_percent(stage: Stage, prices: Sequence[str]) -> None:
    """0.1 point for 1.00 in a currency of two decimals, rounded by line and, in a second programme, by purchase."""
    lines = [a_line(place, minor(price)) for place, price in enumerate(prices, start=1)]

    def back(scope: str, goods: Sequence[LineFacts]) -> int:
        rule = {"kind": "rate", "rate": "0.1", "rounding": "half_up", "scope": scope}
        return buy(MemberFactory.create(programme=stage.open_programme([rule], scale=2)), goods, at=stage.at).units

    stage.seen["per_line"] = [back("line", [line]) for line in lines]
    stage.seen["sum_per_line"], stage.seen["on_total"] = back("line", lines), back("purchase", lines)


@SHOP.then("per_line|sum_per_line|on_total")
def cents_back(stage: Stage, expected: str | list[str]) -> None:
    cents = [minor(text) for text in expected] if isinstance(expected, list) else minor(expected)
    assert stage.seen[stage.word] == cents


# --- the same receipt again, and undone ------------------------------------------------------------------------------------


@SHOP.when("earn")
def earn(stage: Stage, value: Mapping[str, Any]) -> Purchase:
    facts = only(value, "ref", "key", "points")
    ref = facts.get("ref") or facts["key"]
    bought = buy(stage.member(), [whole_line(Money(facts["points"] * 100, "EUR"))], at=stage.at, ref=ref)
    assert bought.units == facts["points"]
    stage.purchases[ref] = bought
    return bought


@SHOP.when("revert")
def revert(stage: Stage, ref: str) -> Return:
    return bring_back(stage.purchases[ref], at=stage.at, ref=f"revert-{len(stage.turns)}")


@SHOP.then("reversal_links_to")
def reversal_links_to(stage: Stage, ref: str) -> None:
    [grant] = stage.purchases[ref].earned
    [undone] = Movement.objects.filter(kind=Kind.REVERSE, points_account=stage.member().points_account_id)
    assert str(undone.reverses_id) == grant["movement"]


# --- tiers -----------------------------------------------------------------------------------------------------------------


def reached_by(stage: Stage, earlier: int, this: int) -> str | None:
    """The tier in which a new member stands after a purchase that follows on earlier ones."""
    member = MemberFactory.create(programme=stage.programme)
    for place, (amount, at) in enumerate([(earlier, stage.at - DAY), (this, stage.at)]):
        if amount:
            buy(member, [whole_line(Money(minor(amount), "EUR"))], at=at, ref=f"{member.pk}-{place}")
    stands = standing(member, stage.today)
    return stands.tier.name if stands else None


@SHOP.then("tiers")
def tiers(stage: Stage, expected: Sequence[str]) -> None:
    assert stage.seen["tiers"] == expected

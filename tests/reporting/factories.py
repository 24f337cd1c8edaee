"""A small shop with members whose year has been told: purchases, a return, points that pay, rewards, points that ended."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from allauth.account.models import EmailAddress

from accounts.entities.models import Store
from accounts.entities.services import open_store
from accounts.members.domain import Enrolment
from accounts.members.models import Member
from accounts.members.services import enrol_member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms, Words, change_programme_state, open_programme
from accounts.users.models import User
from ledger.points.services import expire_due
from rewards.catalogue.services import RewardTerms, publish_reward
from rewards.earning.services import write_first_rule
from rewards.purchases.domain import LineFacts, PurchaseFacts, TenderFacts, WantedReward
from rewards.purchases.models import Purchase
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import redeem_reward, use_voucher
from rewards.tiers.models import Tier
from rewards.tiers.services import TierTerms, open_ladder

NOW = dt.datetime(2026, 3, 10, 15, 30, tzinfo=dt.UTC)
"""The moment at which the pages are looked at."""
OPENED_ON = dt.date(2025, 1, 1)
A_YEAR = Terms(expiry_number=12)
PASSWORD = "a-long-password-42"
FIRST_RULE = {"points": 1, "step_minor": 100, "basis": "paid", "rounding": "floor", "except_categories": ["Tobacco"]}
FRUIT_RULE = {"points": 10, "step_minor": 500, "basis": "paid", "rounding": "floor", "only_categories": ["Fruit"]}
REWARDS = (
    # code, name, what it is in Turkish, points, value, more terms, stock
    ("coffee", "A coffee on us", "Bir kahve bizden", 60, 350, {"voucher_days": 30}, None),
    ("bakery", "Baker's box", "Fırın kutusu", 120, 600, {"voucher_days": 30}, 9),
    ("voucher", "£5 off your basket", "Sepetinizde £5 indirim", 150, 500, {"voucher_days": 60}, None),
    ("fruit", "Fruit basket", "Meyve sepeti", 180, 1200, {"voucher_days": 14, "limit_per_member": 2, "limit_window_days": 365}, None),
    ("flowers", "Bunch of flowers", "Bir demet çiçek", 320, 1500, {}, 40),
    ("book", "The market cook book", "Pazar yemek kitabı", 900, 2900, {}, 4),
    ("cinema", "Cinema ticket", "Sinema bileti", 400, 1400, {}, 0),
    ("bottle", "Cellar bottle", "Mahzenden bir şişe", 250, 3900, {"min_tier": "gold"}, 12),
)


@dataclasses.dataclass(slots=True)
class Shop:
    """A programme with rules, tiers, rewards and two stores."""

    programme: Programme
    market: Store
    harbour: Store

    def member(self, given_name: str = "Ada", email: str = "ada@example.org", **facts) -> Member:
        """Enrol somebody who can sign in."""
        user = User.objects.create_user(email, PASSWORD, name=f"{given_name} Lovelace")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        enrolment = Enrolment(email=email, given_name=given_name, family_name="Lovelace", **facts)
        return enrol_member(programme=self.programme, enrolment=enrolment, at=NOW - dt.timedelta(days=400), user=user, announce=False)

    def buy(
        self,
        member: Member,
        number: str,
        at: dt.datetime,
        *lines: tuple[str, int],
        tender: int = 0,
        store: Store | None = None,
        rewards: Sequence[str] = (),
        buyer: str = "",
    ) -> Purchase:
        """Record a purchase of (category, price in cents) lines, quantity one each; `rewards` are codes, `buyer` that of who bought."""
        facts = PurchaseFacts(
            source="till",
            external_id=number,
            occurred_at=at,
            currency="GBP",
            channel="store",
            store=(store or self.market).code,
            member=member.pk,
            buyer=buyer,
            tender=TenderFacts(tender) if tender else None,
            rewards=tuple(WantedReward(code) for code in rewards),
            lines=tuple(
                LineFacts(str(position), f"SKU{position}", category, "", Decimal(1), price)
                for position, (category, price) in enumerate(lines, start=1)
            ),
        )
        return record_purchase(programme=self.programme, facts=facts, at=at).purchase

    def redeem(self, member: Member, code: str, at: dt.datetime) -> Redemption:
        return redeem_reward(member=member, reward=self.programme.rewards.get(code=code), source="portal", at=at)


def open_shop(slug: str = "aldersgate", name: str = "Aldersgate Club", terms: Terms = A_YEAR, **more) -> Shop:
    """Open a live programme: a point for every pound paid (not on tobacco), ten for every five pounds of fruit."""
    at = dt.datetime.combine(OPENED_ON, dt.time(8), dt.UTC)
    programme = open_programme(
        slug=slug,
        name=name,
        country="GB",
        time_zone="Europe/London",
        currency="GBP",
        at=at,
        valid_from=OPENED_ON,
        words=Words(others={"tr": ("puan", "puan")}),
        terms=terms,
        terms_texts={"en": "You get points for what you buy.\n\nThey end after a year.", "tr": "Aldıklarınız için puan alırsınız."},
        **more,
    )
    rules = (("every-pound", "Every pound", "Her sterlin", FIRST_RULE), ("fruit", "Fresh fruit", "Taze meyve", FRUIT_RULE))
    for code, rule_name, turkish, definition in rules:
        write_first_rule(
            programme=programme,
            code=code,
            name=rule_name,
            other_names={"tr": turkish},
            currency=currency_of(programme),
            definition=definition,
            valid_from=OPENED_ON,
            at=at,
        )
    steps = (("silver", "Silver", 40_000), ("gold", "Gold", 90_000))
    open_ladder(
        programme=programme, name="Tiers", tiers=[TierTerms(code=code, name=label, threshold_minor=minor) for code, label, minor in steps]
    )
    programme = change_programme_state(programme=programme, state="live")
    _publish_rewards(programme, at)
    stores = [
        open_store(entity=programme.legal_entity, code=code, name=label, city="London", time_zone="Europe/London")
        for code, label in (("M1", "Aldersgate Market"), ("H1", "Harbour Street"))
    ]
    return Shop(programme, *stores)


def tell_a_year(shop: Shop, member: Member) -> dict[str, Purchase | Redemption]:
    """Let a member live through fourteen months; answers with the events that pages lead to."""
    story: dict[str, Purchase | Redemption] = {}
    shop.buy(member, "R-0900", _on(2025, 1, 20), ("Bakery", 9_000))
    story["ending"] = shop.buy(member, "R-1000", _on(2025, 3, 20), ("Bakery", 3_250), ("Fruit", 1_200))
    for month in range(4, 13):
        shop.buy(
            member, f"R-10{month:02}", _on(2025, month, 3 + month), ("Dairy", 2_000 + month * 310), ("Bakery", 480), store=shop.harbour
        )
    story["used"] = shop.redeem(member, "coffee", _on(2025, 9, 30))
    use_voucher(code=str(story["used"].code), at=_on(2025, 10, 2), store=shop.market)
    expire_due(unit=currency_of(shop.programme).unit_id, through_on=dt.date(2026, 1, 31), at=_on(2026, 1, 31))
    shop.buy(member, "R-1101", _on(2026, 1, 17), ("Dairy", 31_920), ("Household", 6_000))
    story["paid"] = shop.buy(member, "R-1102", _on(2026, 2, 6), ("Cheese", 1_450), ("Bakery", 320), tender=100)
    story["voucher"] = shop.redeem(member, "bakery", _on(2026, 2, 20))
    story["returned"] = shop.buy(member, "R-1103", _on(2026, 3, 1), ("Household", 2_499), ("Fruit", 440), ("Tobacco", 1_150))
    back = ReturnFacts(source="till", external_id="B-1", occurred_at=_on(2026, 3, 5), lines=(("1", Decimal(1)),))
    record_return(purchase=story["returned"], facts=back, at=_on(2026, 3, 5))
    story["today"] = shop.buy(member, "R-1104", NOW - dt.timedelta(hours=2), ("Fruit", 740), ("Bakery", 310), ("Dairy", 199))
    return story


def _publish_rewards(programme: Programme, at: dt.datetime) -> None:
    tiers = {tier.code: tier for tier in Tier.objects.filter(ladder__programme=programme)}
    for position, (code, name, turkish, points, value, more, left) in enumerate(REWARDS):
        terms = {**more, **({"min_tier": tiers[more["min_tier"]]} if "min_tier" in more else {})}
        publish_reward(
            programme=programme,
            code=code,
            kind="voucher" if code == "voucher" else "goods",
            name=name,
            other_words={"tr": {"name": turkish}},
            description="Show the code at the till and it is yours.",
            illustration=f"img/rewards/{code}.svg",
            terms=RewardTerms(price_points=points, value_minor=value, **terms),
            valid_from=OPENED_ON,
            at=at,
            position=position,
            left=left,
        )


def _on(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 14, 5, tzinfo=dt.UTC)

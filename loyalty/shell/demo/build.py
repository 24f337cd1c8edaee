"""Build the demo: a grocer whose last basket was yesterday, through the services that everybody else uses."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.entities.models import Store
from accounts.entities.services import open_store
from accounts.members.models import Member
from accounts.members.services import enrol_members
from accounts.partners.domain import Scope
from accounts.partners.models import Partner
from accounts.partners.services import issue_key
from accounts.programmes.domain import Terms, Words
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.programmes.services import change_programme_state, open_programme
from accounts.staff.services import appoint_staff
from accounts.users.models import User
from ledger.points.queries import holdings_of_many
from ledger.valuation.services import approve_estimate, draft_estimate
from loyalty.kit.clock import add_months, business_date, month_start
from loyalty.shell.demo import logins, people
from loyalty.shell.demo.catalogue import REWARDS
from loyalty.shell.demo.guests import report_guests
from loyalty.shell.trade.programme import CURRENCY, TIME_ZONE
from loyalty.shell.trade.reading import Basket, read_baskets, read_lines, read_parameters
from loyalty.shell.trade.replay import Replay
from rewards.catalogue.models import Reward
from rewards.catalogue.services import RewardTerms, publish_reward
from rewards.earning.services import write_first_rule
from rewards.purchases.models import Purchase, Return
from rewards.purchases.services import ReturnFacts, record_return
from rewards.redemptions.models import Redemption
from rewards.redemptions.services import redeem_reward, use_voucher
from rewards.tiers.models import Tier
from rewards.tiers.services import TierTerms, open_ladder

SLUG = "harbour"
_TERMS = {
    "en": "You earn 1 point for every full dollar. 100 points are worth 1 dollar. Points live for 12 months. Returned goods take their points back.",
    "tr": "Her tam dolar için 1 puan kazanırsınız. 100 puan 1 dolardır. Puanlar 12 ay geçerlidir. İade edilen ürünler puanlarını geri alır.",
}
_TURKISH_TIERS = {"bronze": "Bronz", "silver": "Gümüş", "gold": "Altın", "platinum": "Platin"}
_REDEMPTIONS_A_MONTH = 6


class Demo:
    """One build of the demo; `say` is told what is being done, `progress` how many baskets are in."""

    def __init__(self, *, at: dt.datetime, say: Callable[[str], None], progress: Callable[[int], object], most: int | None = None) -> None:
        self.at = at
        self.say = say
        self.progress = progress
        self.parameters = read_parameters()
        self.baskets = moved(read_baskets(), until=business_date(at, TIME_ZONE) - dt.timedelta(days=1))[-(most or 0) :]
        self.first_day = month_start(add_months(month_start(self.baskets[0].at.date()), -1))
        self.users = {login.email: _user(login) for login in logins.LOGINS}

    def build(self) -> tuple[Programme, str]:
        """Build everything; return the programme and its partner's key. A build that was stopped half-way goes on where it stopped."""
        programme = Programme.objects.filter(slug=SLUG).select_related("legal_entity__book").first() or self._open()
        self.say("Replaying a year of receipts and closing its months")
        last_finished = month_start(self.baskets[-1].at.date() + dt.timedelta(days=1)) - dt.timedelta(days=1)
        replay = Replay(
            programme=programme,
            parameters=self.parameters,
            at=self.at,
            redeem=True,
            savers=self._savers(),
            close_until=month_start(last_finished) - dt.timedelta(days=1),
            preparer=self._person(logins.PREPARER).pk,
            approver=self._person(logins.APPROVER).pk,
            lines=read_lines(),
            source="till",
            progress=self.progress,
            month_is_in=lambda day: self._take_rewards(programme, day),
        )
        replay.run(self.baskets)
        self.say("Taking one thing back")
        self._return_something(programme)
        self.say("Reporting what stores sold to people without a card")
        report_guests(programme, self.baskets, at=self.at)
        return programme, self._partner(programme)

    @transaction.atomic
    def _open(self) -> Programme:
        """Everything that stands before the first receipt."""
        self.say("Opening the programme")
        programme = self._programme()
        self._stores(programme)
        self._rewards(programme)
        self._members(programme)
        return programme

    def _person(self, login: logins.Login) -> User:
        return self.users[login.email]

    def _programme(self) -> Programme:
        parameters, marketing = self.parameters, self._person(logins.MARKETING)
        programme = open_programme(
            slug=SLUG,
            name="Harbour Rewards",
            country="US",
            time_zone=TIME_ZONE,
            currency=CURRENCY,
            at=self.at,
            words=Words(others={"tr": ("puan", "puan")}),
            terms=Terms(
                expiry_number=parameters.expiry_months,
                point_value_minor=parameters.point_value_minor,
                may_be_sent=True,
                send_most_units=5_000,
            ),
            valid_from=self.first_day,
            terms_texts=_TERMS,
        )
        currency = currency_of(programme)
        write_first_rule(
            programme=programme,
            code="every-dollar",
            name="1 point for every dollar",
            other_names={"tr": "Her dolar için 1 puan"},
            currency=currency,
            definition={"points": parameters.points_per_step, "step_minor": parameters.step_cents, "basis": "paid"},
            valid_from=self.first_day,
            at=self.at,
            author=marketing,
        )
        tiers = [
            TierTerms(code=code, name=code.capitalize(), threshold_minor=threshold, other_names={"tr": _TURKISH_TIERS[code]})
            for code, threshold in parameters.tiers
        ]
        open_ladder(programme=programme, name="Spend of the year", tiers=tiers)
        estimate = draft_estimate(
            unit=currency.unit,
            percentage=Decimal(parameters.expected_redemption_pct),
            valid_from=self.first_day,
            preparer=self._person(logins.PREPARER).pk,
            at=self.at,
            evidence="Redemption of comparable grocers' programmes over the last five years; reviewed by finance.",
        )
        approve_estimate(estimate=estimate, approver=self._person(logins.APPROVER).pk, at=self.at)
        return change_programme_state(programme=programme, state="live")

    def _stores(self, programme: Programme) -> None:
        codes = sorted({basket.store for basket in self.baskets}, key=int)
        for code, (name, city) in zip(codes, people.store_names(len(codes)), strict=True):
            open_store(entity=programme.legal_entity, code=code, name=name, city=city, time_zone=TIME_ZONE)
        busiest = max(codes, key=[basket.store for basket in self.baskets].count)
        store = Store.objects.get(entity=programme.legal_entity, code=busiest)
        for login in logins.STAFF:
            appoint_staff(user=self._person(login), roles=login.roles, default_store=store)

    def _rewards(self, programme: Programme) -> None:
        tiers = {tier.code: tier for tier in Tier.objects.filter(ladder__programme=programme)}
        for position, demo in enumerate(REWARDS):
            publish_reward(
                programme=programme,
                code=demo.code,
                kind=demo.kind,
                name=demo.name,
                description=demo.description,
                other_words={"tr": {"name": demo.turkish, "description": demo.turkish_description}},
                illustration=f"img/rewards/{demo.code}.svg",
                position=position,
                terms=RewardTerms(
                    price_points=demo.price_points,
                    value_minor=demo.value_minor,
                    limit_per_member=demo.limit,
                    limit_window_days=365 if demo.limit else None,
                    min_tier=tiers[demo.tier] if demo.tier else None,
                    voucher_days=90,
                ),
                valid_from=self.first_day,
                at=self.at,
                left=demo.left,
                author=self._person(logins.MARKETING),
                approver=self._person(logins.APPROVER),
            )

    def _members(self, programme: Programme) -> None:
        """Enrol every household; the busiest one and a light one get the members' logins."""
        first: dict[int, dt.datetime] = {}
        for basket in self.baskets:
            first.setdefault(basket.household, basket.at)
        chosen = self._with_login()
        households = [(str(h), first[h]) for h in (*chosen, *(h for h in first if h not in chosen))]
        members = enrol_members(programme=programme, enrolments=people.enrolments(households), at=self.at, announce=False)
        for member, login in zip(members, logins.MEMBERS, strict=False):
            member.user = self._person(login)
            member.save(update_fields=["user"])

    @transaction.atomic
    def _with_login(self) -> list[int]:
        """The busiest household and a lighter one."""
        by_size = [household for household, _count in Counter(basket.household for basket in self.baskets).most_common()]
        return [by_size[0], by_size[len(by_size) * 2 // 3]]

    def _savers(self) -> frozenset[int]:
        """The members that may log in, and every third household, save their points: some of these end soon."""
        return frozenset(self._with_login()) | {basket.household for basket in self.baskets if basket.household // 20 % 3 == 0}

    def _take_rewards(self, programme: Programme, last_day: dt.date) -> None:
        """Let a few members take something at the month's end; all but the newest vouchers are used."""
        day = min(last_day, self.baskets[-1].at.date())
        if Redemption.objects.filter(programme=programme, source="portal", business_on=day).exists():
            return
        chance = random.Random(f"{people.SEED} {day}")  # noqa: S311 (the same choices on every machine)
        at = dt.datetime.combine(day, dt.time(18, 30), ZoneInfo(TIME_ZONE))
        members = list(Member.objects.filter(programme=programme).select_related("programme").order_by("number"))
        holdings = holdings_of_many(points_accounts=[member.points_account_id for member in members], today=day)
        rewards = list(Reward.objects.filter(programme=programme, code__in=("coffee", "bakery", "fruit", "voucher")))
        able = [m for m in members if m.joined_at < at and holdings[m.points_account_id][0].available >= 400]
        for member in chance.sample(able, min(_REDEMPTIONS_A_MONTH, len(able))):
            reward = chance.choice([r for r in rewards if r.code != "voucher" or holdings[member.points_account_id][0].available >= 500])
            taken = redeem_reward(member=member, reward=reward, source="portal", at=at)
            if day == last_day and taken.code:
                use_voucher(programme=programme, code=taken.code, at=at + dt.timedelta(minutes=20), store=None)

    def _return_something(self, programme: Programme) -> None:
        """Bring the first line of a recent receipt back, three days later."""
        latest = self.baskets[-1].at - dt.timedelta(days=4)
        if Return.objects.filter(purchase__programme=programme).exists():
            return
        purchase = (
            Purchase.objects.filter(programme=programme, occurred_at__lt=latest, price_minor__gt=4_000)
            .order_by("-occurred_at", "id")
            .first()
        )
        assert purchase is not None
        line = purchase.lines.order_by("position")[0]
        facts = ReturnFacts(
            "till", f"R{purchase.external_id}", purchase.occurred_at + dt.timedelta(days=3), ((line.external_id, line.quantity),)
        )
        record_return(purchase=purchase, facts=facts, at=self.at)

    def _partner(self, programme: Programme) -> str:
        partner = Partner.objects.create(name="Harbour web shop", legal_entity=programme.legal_entity)
        _key, raw = issue_key(partner=partner, name="Demo key", scopes=list(Scope), programmes=[programme])
        return raw


def moved(baskets: list[Basket], *, until: dt.date) -> list[Basket]:
    """Return the baskets moved by whole days so that the last one falls on `until`, at the same time of day."""
    days = until - baskets[-1].at.date()
    zone = ZoneInfo(TIME_ZONE)
    shifted = [(basket, (basket.at.replace(tzinfo=None) + days).replace(tzinfo=zone)) for basket in baskets]
    return [Basket(b.id, b.household, b.store, at, b.cents) for b, at in shifted]


def _user(login: logins.Login) -> User:
    known = User.objects.filter(email=login.email).first()
    if known is not None:
        return known
    user = User.objects.create_user(
        email=login.email, password=login.password, name=login.name, is_superuser=login.is_superuser, is_staff=bool(login.roles)
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user

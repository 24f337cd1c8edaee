"""Partners that pay for points and are paid for rewards: prices, purchases and statements of the product, and the books of the cases."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest

from accounts.programmes.queries import currency_of
from accounts.programmes.services import Terms
from ledger.books import chart
from ledger.books.domain import Basis, Draft, Entry, EventType, Profile
from ledger.books.models import Period
from ledger.books.queries import trial_balance
from ledger.books.services import post_journal
from ledger.valuation.services import approve_estimate, draft_estimate
from loyalty.kit.clock import add_months, month_end, month_start
from reporting.close.queries import open_exceptions
from reporting.close.services import acknowledge, approve_close, prepare_close
from rewards.coalition.domain import Way
from rewards.coalition.services import approve_price, issue_statement, propose_price
from rewards.purchases.services import record_purchase
from rewards.redemptions.services import redeem_reward
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory, PartnerFactory, UserFactory
from tests.books.cases import by_id
from tests.books.stage import APPROVER, PREPARER, minor, money
from tests.rewards.coalition.stage import sent_by
from tests.rewards.factories import RewardFactory
from tests.rewards.purchases.conftest import open_earning, purchase_of

pytestmark = pytest.mark.django_db
FIRST = month_start(AT.date())


class Coalition:
    """A programme whose points partners pay for; the case's periods are months from that of AT on."""

    def __init__(self, labels: list[str], *, urr: str, value_minor: Decimal = Decimal(1), is_agent: bool = False) -> None:
        self.labels = labels
        company = LegalEntityFactory.create(books_from=FIRST, profile=Profile.FULL, time_zone="UTC")
        terms = Terms(expiry_kind="none", expiry_number=0, point_value_minor=value_minor)
        self.programme = open_earning(legal_entity=company, time_zone="UTC", terms=terms)
        self.book = company.book
        self.book.min_pool_size, self.book.is_agent_for_rewards = 0, is_agent
        self.book.save()
        unit, percentage = currency_of(self.programme).unit, Decimal(urr) * 100
        drafted = draft_estimate(unit=unit, percentage=percentage, valid_from=FIRST, preparer=PREPARER, at=AT)
        approve_estimate(estimate=drafted, approver=APPROVER, at=AT)
        self.member = MemberFactory.create(programme=self.programme)

    def at(self, label: str) -> dt.datetime:
        return dt.datetime.combine(add_months(FIRST, self.labels.index(label)).replace(day=20), dt.time(12), dt.UTC)

    def partner(self, way: Way, price: str, marketing: Decimal = Decimal(0)):
        partner, before = PartnerFactory.create(legal_entity=self.programme.legal_entity), self.at(self.labels[0]) - dt.timedelta(days=1)
        facts = {"partner": partner, "currency": currency_of(self.programme), "way": way, "marketing_minor": marketing, "at": before}
        price = propose_price(
            **facts, price_minor=Decimal(price) * 100, valid_from=before.date() + dt.timedelta(days=1), author=UserFactory.create()
        )
        approve_price(price=price, approver=UserFactory.create(), at=before)
        return partner

    def earn(self, label: str, points: int, partner) -> None:
        facts = purchase_of(self.member, points * 100, source=sent_by(partner), occurred_at=self.at(label))
        record_purchase(programme=self.programme, facts=facts, at=self.at(label))

    def redeem(self, label: str, points: int, source: str) -> None:
        reward = RewardFactory.create(programme=self.programme, price_points=points)
        redeem_reward(member=self.member, reward=reward, source=source, external_id=label, at=self.at(label))

    def pay(self, label: str, debit: str, credit: str, amount: str) -> None:
        """What the company's bank does, entered by hand."""
        lines = [Entry(debit, minor(amount)), Entry(credit, -minor(amount))]
        draft = Draft(EventType.MANUAL, Basis.EVENT, self.at(label).date(), "paid", lines, self.programme.pk)
        post_journal(book=self.book, draft=draft, at=self.at(label))

    def close(self, label: str) -> dict[str, str]:
        """Close a month; return what every account moved in it, debit positive."""
        period = Period.objects.select_related("book").get(book=self.book, starts_on=month_start(self.at(label).date()))
        at = dt.datetime.combine(month_end(period.starts_on) + dt.timedelta(days=3), dt.time(9), dt.UTC)
        run = prepare_close(book=self.book, period=period, preparer=PREPARER, at=at)
        for check in open_exceptions(run):
            acknowledge(check=check, actor=PREPARER, note="as the case has it", at=at)
        approve_close(run=run, approver=APPROVER, at=at)
        return {row.code: money(row.balance_minor) for row in trial_balance(self.book, period=period) if row.balance_minor}

    def state(self, label: str, partner):
        at = dt.datetime.combine(month_end(self.at(label).date()) + dt.timedelta(days=1), dt.time(9), dt.UTC)
        return issue_statement(programme=self.programme, partner=partner, month=self.at(label).date(), at=at)


def activity_of(case, label: str) -> dict[str, str]:
    told = next(period["activity"] for period in case["expected"]["periods"] if period["period"] == label)
    return {account: amount for account, amount in told.items() if Decimal(amount)}


def test_marketing_services_are_revenue_at_once_and_the_points_when_they_are_used():
    case = by_id("P-PAR-01")
    facts = case["inputs"]
    points = int(facts["points"])
    stage = Coalition(["P1", "P2"], urr=facts["urr"], value_minor=Decimal(facts["value_per_point"]) * 100)
    bank = stage.partner(Way.ISSUE, facts["price_per_point"], marketing=Decimal(facts["marketing_services_ssp"]) * 100 / points)

    stage.earn("P1", points, bank)
    stage.pay("P1", chart.CASH, chart.PARTNER_RECEIVABLE, "1200.00")
    first = stage.close("P1")
    stage.redeem("P2", int(facts["redeemed_P2"]), "portal")
    second = stage.close("P2")

    assert first == activity_of(case, "P1")
    assert second == activity_of(case, "P2")
    found = {
        "transaction_price": stage.state("P1", bank).invoiced_minor,
        "points": -minor(first["2100"]),
        "marketing": -minor(first["4030"]),
    }
    assert {name: money(amount) for name, amount in found.items()} | {"P2_revenue": second["2100"]} == case["expected"]["metrics"]


def test_an_agent_for_the_rewards_keeps_the_spread_alone():
    """The case has the month's redemptions as one journal, of 4040 net; here partners are paid by their statement, so 4040 has two lines."""
    case = by_id("P-COA-01")
    facts = case["inputs"]
    stage = Coalition(["M1", "M2"], urr=facts["urr"], is_agent=True)
    issuer = stage.partner(Way.ISSUE, facts["issuer_price_per_point"])
    hotel = stage.partner(Way.REDEEM, facts["reimbursement_per_point_to_B"])

    stage.earn("M1", int(facts["points_earned_at_A"]), issuer)
    billed = stage.state("M1", issuer).invoiced_minor
    first = stage.close("M1")
    stage.redeem("M2", int(facts["redeemed_at_B"]), sent_by(hotel))
    stage.pay("M2", chart.CASH, chart.PARTNER_RECEIVABLE, "600.00")
    stage.pay("M2", chart.PARTNER_PAYABLE, chart.CASH, "180.00")
    owed = stage.state("M2", hotel).payable_minor
    second = stage.close("M2")

    assert first == activity_of(case, "M1")
    assert second == activity_of(case, "M2")
    found = {"billed_A": billed, "released": minor(second["2100"]), "owed_B": owed, "net_revenue": -minor(second["4040"])}
    assert {name: money(amount) for name, amount in found.items()} == case["expected"]["metrics"]


def test_a_principal_shows_what_partners_are_paid_as_a_cost():
    stage = Coalition(["M1"], urr="0.80")
    issuer, hotel = stage.partner(Way.ISSUE, "0.012"), stage.partner(Way.REDEEM, "0.009")
    stage.earn("M1", 50_000, issuer)
    stage.redeem("M1", 20_000, sent_by(hotel))
    stage.state("M1", hotel)

    moved = Counter(stage.close("M1"))

    assert (moved["4010"], moved["5010"], moved["2010"], moved["2100"]) == ("-300.00", "180.00", "-180.00", "-300.00")

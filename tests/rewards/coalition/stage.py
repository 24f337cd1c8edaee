"""A coalition: a partner that buys points and one at which they are redeemed, with prices that two people agreed on."""

import datetime as dt
from decimal import Decimal

from accounts.programmes.domain import Terms
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.books.domain import Profile
from ledger.books.queries import account_balance
from ledger.valuation.services import run_valuation
from rewards.coalition.domain import Way, source_of
from rewards.coalition.models import PartnerPrice
from rewards.coalition.services import approve_price, post_statements, propose_price, state_companies
from rewards.purchases.services import ReturnFacts, record_purchase, record_return
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory, PartnerFactory, StoreFactory, UserFactory
from tests.rewards.purchases.conftest import open_earning, purchase_of

MONTH = AT.date().replace(day=1)
BEFORE = AT - dt.timedelta(days=3)
NEXT_MONTH = dt.datetime(AT.year + AT.month // 12, AT.month % 12 + 1, 2, 9, tzinfo=AT.tzinfo)


def partner_with(programme: Programme, *, at: dt.datetime, **prices: str):
    """`issue` and `redeem` say prices in minor units for a point, from the day after `at` on."""
    partner = PartnerFactory.create(legal_entity=programme.legal_entity)
    for way, price in prices.items():
        agree(programme, partner, way, price, at=at)
    return partner


def agree(programme: Programme, partner, way: str, price: str, *, at: dt.datetime) -> PartnerPrice:
    proposed = propose_price(
        partner=partner,
        currency=currency_of(programme),
        way=Way(way),
        price_minor=Decimal(price),
        valid_from=at.date() + dt.timedelta(days=1),
        author=UserFactory.create(),
        at=at,
    )
    return approve_price(price=proposed, approver=UserFactory.create(), at=at)


def sent_by(partner) -> str:
    return source_of(partner.pk)


class Group:
    """Grocer runs the programme; Hotel takes part: a point costs it 1.2 cents and brings it 1.0."""

    def __init__(self, profile: Profile = Profile.OVERLAY, *, terms: Terms | None = None, **prices: str) -> None:
        self.grocer = LegalEntityFactory.create(books_from=MONTH, profile=profile)
        self.hotel = LegalEntityFactory.create(books_from=MONTH, profile=profile)
        self.programme = open_earning(legal_entity=self.grocer, **({"terms": terms} if terms else {}))
        self.own, self.theirs = StoreFactory.create(entity=self.grocer, code="G1"), StoreFactory.create(entity=self.hotel, code="H1")
        self.partner = PartnerFactory.create(legal_entity=self.grocer, group_company=self.hotel)
        for way, price in (prices or {"issue": "1.2", "redeem": "1.0"}).items():
            agree(self.programme, self.partner, way, price, at=BEFORE)
        self.member = MemberFactory.create(programme=self.programme)

    def buys(self, minor: int, receipt: str = "R1", at: dt.datetime = AT, **facts):
        bought = purchase_of(self.member, minor, external_id=receipt, occurred_at=at, **facts)
        return record_purchase(programme=self.programme, facts=bought, at=at).purchase

    def brings_back(self, purchase, at: dt.datetime = AT):
        return record_return(purchase=purchase, facts=ReturnFacts(purchase.source, f"B{purchase.external_id}", at), at=at)

    def close_the_month(self) -> None:
        for company in (self.grocer, self.hotel):
            run_valuation(book=company.book, through_on=MONTH + dt.timedelta(days=27), at=NEXT_MONTH)
            state_companies(book=company.book, month=MONTH, at=NEXT_MONTH)
            post_statements(book=company.book, at=NEXT_MONTH)

    def balances(self, company, *accounts: str) -> list[int]:
        return [account_balance(company.book, account) for account in accounts]

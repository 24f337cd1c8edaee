"""A coalition: a partner that buys points and one at which they are redeemed, with prices that two people agreed on."""

import datetime as dt
from decimal import Decimal

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from rewards.coalition.domain import Way, source_of
from rewards.coalition.models import PartnerPrice
from rewards.coalition.services import approve_price, propose_price
from tests.accounts.factories import AT, PartnerFactory, UserFactory

MONTH = AT.date().replace(day=1)
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

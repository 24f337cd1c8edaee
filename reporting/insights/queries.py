"""How does the programme do? Counted live from purchases, redemptions and days of stores; the liability comes from the last closed month."""

import dataclasses
import datetime as dt
import functools
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, Sum

from accounts.entities.models import Channel, Store
from accounts.entities.queries import place_choices
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import currency_of
from ledger.books.domain import PeriodState
from ledger.books.models import Period
from ledger.valuation.models import PoolStatement
from loyalty.kit.clock import add_months, month_start
from reporting.insights.domain import Stretch, last_twelve_months
from rewards.segments.models import Segment
from rewards.tiers.models import Tier

MONTHS = 12
_STORES = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Whom:
    """Which purchases count: of a store, of a channel, of members who hold a tier today, stand on a list, or joined in the month `cohort`."""

    store: int | None = None
    channel: int | None = None
    tier: int | None = None
    segment: int | None = None
    cohort: dt.date | None = None

    @property
    def names_members(self) -> bool:
        return any(one is not None for one in (self.tier, self.segment, self.cohort))


@dataclasses.dataclass(frozen=True, slots=True)
class Trade:
    """What members did in a stretch of time. Money in minor units.

    `buyers` bought at least once, `returning` of them on two days or more; `price_minor` is what they bought less what
    came back of it, `returning_minor` the part of it that the returning ones bought, `tender_minor` the part that points paid;
    `gross_minor` is what they bought whatever came back.
    """

    buyers: int = 0
    returning: int = 0
    purchases: int = 0
    price_minor: int = 0
    returning_minor: int = 0
    tender_minor: int = 0
    earned: int = 0
    gross_minor: int = 0
    redeemed: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Shares:
    """What stores sold on the days that they reported, and what members bought there on these days. Money in minor units.

    `member_*` is what all members bought, `chosen_*` those of the filters; sales are as bought, what came back stands beside them.
    """

    days: int = 0
    sales_minor: int = 0
    returns_minor: int = 0
    tickets: int = 0
    member_minor: int = 0
    member_tickets: int = 0
    chosen_minor: int = 0
    chosen_tickets: int = 0
    chosen_returns_minor: int = 0

    @property
    def net_minor(self) -> int:
        return self.sales_minor - self.returns_minor

    @property
    def chosen_net_minor(self) -> int:
        return self.chosen_minor - self.chosen_returns_minor

    @property
    def guest_minor(self) -> int:
        return self.sales_minor - self.member_minor

    @property
    def guest_tickets(self) -> int:
        return self.tickets - self.member_tickets


@dataclasses.dataclass(frozen=True, slots=True)
class Active:
    """Members who bought in the last 90 and 365 days of a stretch, and in the last 90 days of what it is held against."""

    in_90_days: int
    in_365_days: int
    before: int


@dataclasses.dataclass(frozen=True, slots=True)
class Month:
    starts_on: dt.date
    trade: Trade


@dataclasses.dataclass(frozen=True, slots=True)
class StoreSales:
    store: int
    name: str
    price_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Outstanding:
    """Points that members hold today, and those of them that end within 31 days."""

    points: int
    ending: int


@dataclasses.dataclass(frozen=True, slots=True)
class Liability:
    """What the programme's points were carried at when a month was closed, and how many of them there were."""

    minor: int
    points: int
    closed_through: dt.date
    period: int


@dataclasses.dataclass(frozen=True, slots=True)
class Overview:
    """The whole page: a stretch of time and what it is held against."""

    currency: PointCurrency
    stretch: Stretch
    against: Stretch
    total: Trade
    before: Trade
    shares: Shares
    shares_before: Shares
    active: Active
    months: list[Month]
    stores: list[StoreSales]
    outstanding: Outstanding
    liability: Liability | None


def overview(
    programme: Programme, today: dt.date, *, stretch: Stretch | None = None, against: Stretch | None = None, whom: Whom | None = None
) -> Overview:
    """Return the figures of a stretch (else of the twelve months that end today) and of `against` (else of the one before it).

    The charts always show the twelve months that end with it. The same number of queries however many purchases there are;
    each reads the purchases of the days that it is about.
    """
    shown, whom = stretch or last_twelve_months(today), whom or Whom()
    against = against or shown.before()
    asking = _Asking(programme, today, whom)
    first = add_months(month_start(shown.last_month), 1 - MONTHS)
    months, year = asking.trade(first, shown.last_on)
    currency = currency_of(programme)
    return Overview(
        currency=currency,
        stretch=shown,
        against=against,
        total=year if shown.first_on == first else asking.trade(shown.first_on, shown.last_on)[1],
        before=asking.trade(against.first_on, against.last_on)[1],
        shares=asking.shares(shown),
        shares_before=asking.shares(against),
        active=asking.active(shown.last_on, against.last_on),
        months=[Month(start, months.get(start, Trade())) for number in range(MONTHS) if (start := add_months(first, number))],
        stores=asking.stores(shown),
        outstanding=_outstanding(currency.unit_id, today),
        liability=_liability(programme),
    )


def store_choices(programme: Programme) -> list[tuple[int, str]]:
    """Return the company's stores by name."""
    return place_choices(Store.objects.selling_for(programme.legal_entity_id))


def channel_choices(programme: Programme) -> list[tuple[int, str]]:
    """Return the company's channels by name."""
    return place_choices(Channel.objects.selling_for(programme.legal_entity_id))


def tier_choices(programme: Programme) -> list[tuple[int, str]]:
    """Return the tiers of the main ladder, lowest first."""
    tiers = Tier.objects.filter(ladder__programme=programme, ladder__is_main=True).order_by("rank")
    return [(tier.pk, tier.local_name) for tier in tiers]


def list_choices(programme: Programme) -> list[tuple[int, str]]:
    """Return the segments that are lists, by name: who belongs to them is known without asking each member."""
    lists = Segment.objects.filter(programme=programme, kind=Segment.Kind.STATIC)
    return list(lists.order_by("name", "pk").values_list("pk", "name"))


class _Asking:
    """Asks about one programme and the purchases that count."""

    def __init__(self, programme: Programme, today: dt.date, whom: Whom) -> None:
        self._known = asked_of(programme, today, whom)

    def trade(self, first: dt.date, last: dt.date) -> tuple[dict[dt.date, Trade], Trade]:
        """Return what happened by month, and in all of them together."""
        asked = {**self._known, "first": first, "last": last}
        redeemed = dict(_rows("redeemed", asked))
        months: dict[dt.date, Trade] = {}
        whole = Trade(redeemed=sum(redeemed.values()))
        for start, *figures in _rows("months", asked):
            if start is None:
                whole = dataclasses.replace(Trade(*figures), redeemed=whole.redeemed)
            else:
                months[start] = dataclasses.replace(Trade(*figures), redeemed=redeemed.get(start, 0))
        return months, whole

    def shares(self, stretch: Stretch) -> Shares:
        """Return what stores reported; nothing where a channel is chosen, because stores do not report by channel."""
        if self._known["channel"] is not None:
            return Shares()
        ((days, *figures),) = _rows("share", {**self._known, "first": stretch.first_on, "last": stretch.last_on})
        return Shares(days, *figures)

    def active(self, last: dt.date, against: dt.date) -> Active:
        ((in_90_days, in_365_days, before),) = _rows("active", {**self._known, "last": last, "against": against})
        return Active(in_90_days, in_365_days, before)

    def stores(self, stretch: Stretch) -> list[StoreSales]:
        """Return the stores where members bought most, whichever store is chosen."""
        rows = _rows("stores", {**self._known, "first": stretch.first_on, "last": stretch.last_on, "limit": _STORES})
        names = Store.objects.in_bulk([store for store, _price in rows])
        return [StoreSales(store, names[store].name, price) for store, price in rows if store in names]


def asked_of(programme: Programme, today: dt.date, whom: Whom) -> dict[str, Any]:
    """Return the parameters that every statement of this topic takes; `first` and `last` come to them."""
    zone = ZoneInfo(programme.time_zone)

    def begins(day: dt.date | None) -> dt.datetime | None:
        return dt.datetime.combine(day, dt.time(), zone) if day else None

    return {
        "programme": programme.pk,
        "today": today,
        "store": whom.store,
        "channel": whom.channel,
        "tier": whom.tier,
        "segment": whom.segment,
        "joined_from": begins(whom.cohort),
        "joined_until": begins(add_months(whom.cohort, 1) if whom.cohort else None),
    }


def _outstanding(unit: int, today: dt.date) -> Outstanding:
    ((points, ending),) = _rows("outstanding", {"unit": unit, "today": today})
    return Outstanding(int(points), int(ending))


def _liability(programme: Programme) -> Liability | None:
    """Return what the last closed month said, or None before the first close."""
    closed = Period.objects.filter(book=programme.legal_entity.book_id, state=PeriodState.CLOSED.value).order_by("-starts_on").first()
    if closed is None:
        return None
    left = F("granted") - F("reversed") + F("converted") - F("redeemed") - F("expired") - F("adjusted")
    statements = PoolStatement.objects.filter(period=closed, pool__unit__programme=programme.pk)
    sums = statements.aggregate(minor=Sum("liability_minor", default=0), points=Sum(left, default=0))
    return Liability(sums["minor"], sums["points"], closed.ends_on, closed.pk)


def _rows(name: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), asked)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@functools.cache
def _sql(name: str) -> str:
    folder = Path(__file__).parent / "sql"
    return (folder / f"{name}.sql").read_text().replace("/* whom */\n", (folder / "whom.sql").read_text())

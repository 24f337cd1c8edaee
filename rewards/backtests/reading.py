"""Read what members bought, brought back and redeemed, as it was known at a moment. Locks nothing."""

import datetime as dt
import itertools
import operator
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.domain import State
from ledger.points.models import Movement, PointUnit
from rewards.backtests.past import Bought, CameBack, Past
from rewards.earning.domain import Line
from rewards.purchases.domain import PurchaseFacts, pieces
from rewards.purchases.models import Purchase, Return, ReturnLine
from rewards.purchases.surroundings import Scene

_LINES = (Path(__file__).parent / "sql" / "lines.sql").read_text()
_AT_ONCE = 10_000
_NO_FLAGS: frozenset[str] = frozenset()
_Returned = tuple[uuid.UUID, uuid.UUID, dt.date, int]
_Sold = tuple[tuple[Line, ...], tuple[Decimal, ...], int]
"""A purchase's lines as rules see them, the quantities sold, and their price."""
_NONE: _Sold = ((), (), 0)
_Places = Mapping[tuple[uuid.UUID, int], int]
"""The places of lines in their purchases, by their positions."""


def pasts_of(programme: Programme, members: Sequence[Member], *, unit: PointUnit, last_on: dt.date, known_at: dt.datetime) -> list[Past]:
    """Return the pasts of these members up to a day; five queries."""
    of_member: dict[uuid.UUID, list[Bought | CameBack]] = {member.pk: [] for member in members}
    known = {member.pk: member for member in members}
    wallets = [member.points_account_id for member in members]
    rows = list(
        Purchase.objects.filter(member__in=list(known), business_on__lte=last_on, recorded_at__lte=known_at).values_list(
            "id", "member_id", "business_on", "occurred_at", "channel__code", "store__code", "source", "external_id", "earned", "facts"
        )
    )
    owner = {row[0]: row[1] for row in rows}
    returns = _returned(wallets, owner, last_on, known_at)
    lines, places = _lines(owner, wallets, {row[1] for row in returns})
    for pk, member, day, occurred_at, channel, store, source, external_id, earned, stored in rows:
        facts = PurchaseFacts(source, external_id, occurred_at, programme.currency, channel, (), store=store, member=member)
        of_member[member].append(Bought(pk, Scene(facts, known[member], day), *lines.get(pk, _NONE), stored, _gave(earned)))
    for back in _came_back(returns, places):
        of_member[owner[back.purchase]].append(back)
    redeemed = _redeemed(wallets, unit, last_on)
    return [
        Past(member, sorted(of_member[member.pk], key=lambda of: of.id.int), redeemed.get(member.points_account_id, {}))
        for member in members
    ]


def _gave(earned: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    gave: dict[str, int] = defaultdict(int)
    for of in earned:
        gave[of["currency"]] += of["units"]
    return dict(gave)


def _lines(
    purchases: Collection[uuid.UUID], wallets: Sequence[uuid.UUID], returned: Collection[uuid.UUID]
) -> tuple[Mapping[uuid.UUID, _Sold], _Places]:
    """Return the lines of each purchase, and the places of the lines of those of which something came back."""
    found: dict[uuid.UUID, _Sold] = {}
    places: dict[tuple[uuid.UUID, int], int] = {}
    for purchase, rows in itertools.groupby(_line_rows(purchases, wallets), key=operator.itemgetter(0)):
        lines: list[Line] = []
        quantities: list[Decimal] = []
        for _purchase, position, category, sku, price, paid, tax, quantity, brand, flags, discount in rows:
            if purchase in returned:
                places[purchase, position] = len(lines)
            marks = frozenset(flags) if flags else _NO_FLAGS
            sold = pieces(quantity, marks) if marks else quantity
            lines.append(Line(category, sku, price, paid, tax, sold, brand, marks, discount))
            quantities.append(quantity)
        found[purchase] = tuple(lines), tuple(quantities), sum([line.price_minor for line in lines])
    return found, places


def _line_rows(purchases: Collection[uuid.UUID], wallets: Sequence[uuid.UUID]) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, {"purchases": list(purchases), "wallets": list(wallets)})
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _returned(wallets: Sequence[uuid.UUID], purchases: Collection[uuid.UUID], last_on: dt.date, known_at: dt.datetime) -> list[_Returned]:
    rows = Return.objects.filter(points_account__in=wallets, business_on__lte=last_on, recorded_at__lte=known_at)
    return [row for row in rows.values_list("id", "purchase_id", "business_on", "price_minor") if row[1] in purchases]


def _came_back(rows: Sequence[_Returned], places: _Places) -> list[CameBack]:
    purchases = {row[0]: row[1] for row in rows}
    back: dict[uuid.UUID, dict[int, Decimal]] = {of: defaultdict(Decimal) for of in purchases}
    for of, position, quantity in ReturnLine.objects.filter(of__in=list(purchases)).values_list("of_id", "line__position", "quantity"):
        back[of][places[purchases[of], position]] += quantity
    return [CameBack(pk, purchase, day, back[pk], price) for pk, purchase, day, price in rows]


def _redeemed(wallets: Collection[uuid.UUID], unit: PointUnit, last_on: dt.date) -> dict[uuid.UUID, dict[dt.date, int]]:
    """Return by wallet and month what was redeemed, less what came back of it."""
    rows = Movement.objects.filter(points_account__in=wallets, unit=unit, business_on__lte=last_on)
    rows = rows.filter(Q(credit=State.REDEEMED) | Q(debit=State.REDEEMED)).annotate(month=TruncMonth("business_on"))
    found: dict[uuid.UUID, dict[dt.date, int]] = defaultdict(dict)
    for wallet, month, taken, given in (
        rows.values_list("points_account_id", "month")
        .annotate(taken=Sum("amount", filter=Q(credit=State.REDEEMED)), given=Sum("amount", filter=Q(debit=State.REDEEMED)))
        .order_by()
    ):
        found[wallet][month] = (taken or 0) - (given or 0)
    return found

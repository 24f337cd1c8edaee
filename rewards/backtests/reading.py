"""Read what members bought, brought back and redeemed, as it was known at a moment. Locks nothing."""

import datetime as dt
import itertools
import operator
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from accounts.members.models import Member
from accounts.programmes.models import Programme
from ledger.points.domain import State
from ledger.points.models import Movement, PointUnit
from rewards.backtests.past import Bought, CameBack, Past
from rewards.earning.domain import Line
from rewards.purchases.domain import PurchaseFacts, pieces
from rewards.purchases.models import Purchase, PurchaseLine, Return, ReturnLine
from rewards.purchases.surroundings import Scene

_LINE = ("purchase_id", "category", "sku", "price_minor", "paid_minor", "tax_minor", "quantity", "brand", "flags", "discount_minor", "id")
_NO_FLAGS: frozenset[str] = frozenset()
_Returned = tuple[uuid.UUID, uuid.UUID, dt.date, int]


def pasts_of(programme: Programme, members: Sequence[Member], *, unit: PointUnit, last_on: dt.date, known_at: dt.datetime) -> list[Past]:
    """Return the pasts of these members up to a day; five queries."""
    of_member: dict[uuid.UUID, list[Bought | CameBack]] = {member.pk: [] for member in members}
    known = {member.pk: member for member in members}
    rows = list(
        Purchase.objects.filter(member__in=list(known), business_on__lte=last_on, recorded_at__lte=known_at).values_list(
            "id", "member_id", "business_on", "occurred_at", "channel__code", "store__code", "source", "external_id", "earned", "facts"
        )
    )
    owner = {row[0]: row[1] for row in rows}
    returns = _returned(owner, last_on, known_at)
    lines, places = _lines(list(owner), [member.points_account_id for member in members], {row[1] for row in returns})
    for pk, member, day, occurred_at, channel, store, source, external_id, earned, stored in rows:
        facts = PurchaseFacts(source, external_id, occurred_at, programme.currency, channel, (), store=store, member=member)
        of_member[member].append(
            Bought(
                pk,
                Scene(facts, known[member], day),
                tuple(line for line, _quantity in lines[pk]),
                tuple(quantity for _line, quantity in lines[pk]),
                stored,
                _gave(earned),
            )
        )
    for back in _came_back(returns, places):
        of_member[owner[back.purchase]].append(back)
    redeemed = _redeemed([member.points_account_id for member in members], unit, last_on)
    return [
        Past(member, sorted(of_member[member.pk], key=lambda of: of.id), redeemed.get(member.points_account_id, {})) for member in members
    ]


def _gave(earned: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    gave: dict[str, int] = defaultdict(int)
    for of in earned:
        gave[of["currency"]] += of["units"]
    return dict(gave)


def _lines(
    purchases: Sequence[uuid.UUID], wallets: Sequence[uuid.UUID], returned: Collection[uuid.UUID]
) -> tuple[Mapping[uuid.UUID, list[tuple[Line, Decimal]]], Mapping[uuid.UUID, int]]:
    """Return the lines of each purchase as rules see them, with the quantities sold, and the place of each line of purchases of which
    something came back."""
    found: dict[uuid.UUID, list[tuple[Line, Decimal]]] = defaultdict(list)
    places: dict[uuid.UUID, int] = {}
    rows = PurchaseLine.objects.filter(purchase__in=purchases, points_account__in=wallets).order_by("purchase_id", "position")
    for purchase, of_purchase in itertools.groupby(rows.values_list(*_LINE).iterator(10_000), key=operator.itemgetter(0)):
        of = found[purchase]
        for _purchase, category, sku, price, paid, tax, quantity, brand, flags, discount, pk in of_purchase:
            if purchase in returned:
                places[pk] = len(of)
            marks = frozenset(flags) if flags else _NO_FLAGS
            sold = pieces(quantity, marks) if marks else quantity
            of.append((Line(category, sku, price, paid, tax, sold, brand, marks, discount), quantity))
    return found, places


def _returned(purchases: Collection[uuid.UUID], last_on: dt.date, known_at: dt.datetime) -> list[_Returned]:
    rows = Return.objects.filter(purchase__in=list(purchases), business_on__lte=last_on, recorded_at__lte=known_at)
    return list(rows.values_list("id", "purchase_id", "business_on", "price_minor"))


def _came_back(rows: Sequence[_Returned], places: Mapping[uuid.UUID, int]) -> list[CameBack]:
    back: dict[uuid.UUID, dict[int, Decimal]] = defaultdict(dict)
    for of, line, quantity in ReturnLine.objects.filter(of__in=[row[0] for row in rows]).values_list("of_id", "line_id", "quantity"):
        back[of][places[line]] = back[of].get(places[line], Decimal(0)) + quantity
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

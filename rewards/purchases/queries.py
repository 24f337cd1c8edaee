"""Questions about purchases, and the look-ups that recording one needs."""

import dataclasses
import datetime as dt
import time
import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.entities.models import Channel, Store
from accounts.entities.queries import UnknownChannel, UnknownStore
from accounts.members.domain import normalise_card
from accounts.members.models import Member
from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine, Return

_KEEP_SECONDS = 5.0


class MemberNotFound(NotFound):
    code = "member_not_found"


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Members:
    """The members that some purchases name, by every way of naming one."""

    by_id: dict[uuid.UUID, Member]
    by_external_id: dict[str, Member]
    by_card: dict[str, Member]

    def of(self, facts: PurchaseFacts) -> Member:
        """Raises: MemberNotFound."""
        found = None
        if facts.member is not None:
            found = self.by_id.get(facts.member)
        elif facts.member_external_id is not None:
            found = self.by_external_id.get(facts.member_external_id)
        elif facts.card is not None:
            found = self.by_card.get(normalise_card(facts.card))
        if found is None:
            raise MemberNotFound(_("There is no such member. Enrol the member first, or check the card number."))
        return found


def members_named(programme: Programme, purchases: Sequence[PurchaseFacts]) -> Members:
    """Return all members that these purchases name, in one query."""
    ids = [p.member for p in purchases if p.member is not None]
    external_ids = [p.member_external_id for p in purchases if p.member_external_id is not None]
    cards = [normalise_card(p.card) for p in purchases if p.card is not None]
    found: dict[uuid.UUID, Member] = {}
    for name, values in (("id", ids), ("external_id", external_ids), ("number", cards)):
        if values:
            found |= _members_by(name, values, programme)
    return Members(
        found,
        {member.external_id: member for member in found.values() if member.external_id},
        {member.number: member for member in found.values()},
    )


_UNASKED = {"attributes", "enrolment_fingerprint"}
_FIELDS = [field.attname for field in Member._meta.concrete_fields if field.attname not in _UNASKED]  # noqa: SLF001  # Django documents _meta
_PROGRAMME = Member._meta.get_field("programme")  # noqa: SLF001  # Django documents _meta
_MEMBERS = {
    name: f"SELECT {', '.join(_FIELDS)} FROM accounts_member WHERE programme_id = %s AND {name} = ANY (%s)"  # noqa: S608  # our own names
    for name in ("id", "external_id", "number")
}


def _members_by(name: str, values: Sequence[object], programme: Programme) -> dict[uuid.UUID, Member]:
    """Return members without the detour over a query set, which would cost a till's purchase more than all its rules."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS[name], [programme.pk, list(values)])
        rows = cursor.fetchall()
    members = {row[0]: Member.from_db("default", _FIELDS, row) for row in rows}
    for member in members.values():
        _PROGRAMME.set_cached_value(member, programme)
    return members


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """A company's stores and channels by code."""

    stores: dict[str, int]
    channels: dict[str, int]

    def store(self, code: str | None) -> int | None:
        """Raises: UnknownStore."""
        if code is None:
            return None
        if code not in self.stores:
            raise UnknownStore(_("There is no store with the code %(code)s.") % {"code": code})
        return self.stores[code]

    def channel(self, code: str) -> int:
        """Raises: UnknownChannel."""
        if code not in self.channels:
            raise UnknownChannel(_("There is no channel with the code %(code)s.") % {"code": code})
        return self.channels[code]


_places: dict[int, tuple[float, Places]] = {}


def places_of(entity: int, purchases: Sequence[PurchaseFacts]) -> Places:
    """Return the company's places, at most a few seconds old; read afresh when the purchases name one that is not known yet."""
    stores = {purchase.store for purchase in purchases if purchase.store is not None}
    channels = {purchase.channel for purchase in purchases}
    kept = _places.get(entity)
    if kept is not None and time.monotonic() < kept[0] and stores <= kept[1].stores.keys() and channels <= kept[1].channels.keys():
        return kept[1]
    found = dict(Store.objects.filter(entity=entity).values_list("code", "pk"))
    places = Places(found, dict(Channel.objects.filter(entity=entity).values_list("code", "pk")))
    _places[entity] = (time.monotonic() + _KEEP_SECONDS, places)
    return places


_CLAIMS = """
    SELECT c.source, c.external_id, c.id, c.fingerprint
      FROM unnest(%s::text[], %s::text[]) AS n (source, external_id)
     CROSS JOIN LATERAL (
        SELECT * FROM rewards_purchaseclaim c WHERE c.programme_id = %s AND c.source = n.source AND c.external_id = n.external_id LIMIT 1) c
"""
"""LIMIT keeps it one look into the index for each receipt: a plan from a young table's statistics may not read all of a programme's."""


def claims_of(programme: Programme, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[uuid.UUID, bytes]]:
    """Return which of these (source, external id) were claimed before: the purchase's id and the fingerprint of its facts."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, [[source for source, _id in names], [external_id for _source, external_id in names], programme.pk])
        return {(source, external_id): (purchase, bytes(mark)) for source, external_id, purchase, mark in cursor.fetchall()}


def daily_spend(keys: Sequence[tuple[uuid.UUID, int]]) -> dict[tuple[uuid.UUID, int], list[tuple[dt.date, int]]]:
    """Return what these members spent in these years, by business day; what came back counts for the day of its purchase."""
    members = {member for member, _year in keys}
    bought = Purchase.objects.filter(member__in=members).values_list("member", "business_on").annotate(sum=Sum("price_minor"))
    returned = Return.objects.filter(purchase__member__in=members).values_list("purchase__member", "purchase__business_on")
    days: dict[tuple[uuid.UUID, int], dict[dt.date, int]] = {key: {} for key in keys}
    for sign, rows in ((1, bought.order_by()), (-1, returned.annotate(sum=Sum("price_minor")).order_by())):
        for member, day, minor in rows:
            if (member, day.year) in days:
                of = days[member, day.year]
                of[day] = of.get(day, 0) + sign * minor
    return {key: sorted(of.items()) for key, of in days.items()}


def purchase_by_external_id(*, programme: Programme, source: str, external_id: str) -> Purchase:
    """Raises: PurchaseNotFound."""
    claim = PurchaseClaim.objects.filter(programme=programme, source=source, external_id=external_id).first()
    found = Purchase.objects.filter(pk=claim.pk).select_related("member").first() if claim else None
    if found is None:
        raise PurchaseNotFound(_("There is no purchase with this external_id. Record the purchase first."))
    return found


def purchase_by_id(*, programme: Programme, purchase_id: uuid.UUID) -> Purchase:
    """Return a programme's purchase with its places. Raises: PurchaseNotFound."""
    found = Purchase.objects.filter(pk=purchase_id, programme=programme).select_related("store", "channel", "member").first()
    if found is None:
        raise PurchaseNotFound(_("There is no such purchase."))
    return found


def lines_of(purchase: Purchase) -> list[PurchaseLine]:
    """Return the lines in their order on the receipt."""
    return list(PurchaseLine.objects.filter(purchase=purchase.pk).order_by("position"))

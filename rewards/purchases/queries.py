"""Questions about purchases, and the look-ups that recording one needs."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.entities.models import Channel, Store
from accounts.entities.queries import UnknownChannel, UnknownStore
from accounts.programmes.models import Programme
from loyalty.kit.kept import Kept
from loyalty.kit.problems import NotFound
from rewards.coalition.queries import companies_selling
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine, PurchaseRevision, Return
from rewards.redemptions.models import Redemption


class MemberNotFound(NotFound):
    code = "member_not_found"


class PurchaseNotFound(NotFound):
    code = "purchase_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Stores and channels by code, of one company or of several: of two stores with one code the first company's; channels by company."""

    entities: tuple[int, ...]
    stores: dict[str, int]
    channels: dict[tuple[int, str], int]
    companies: dict[int, int]
    """Whose store it is."""
    channel_codes: frozenset[str]

    def store(self, code: str | None) -> int | None:
        """Raises: UnknownStore."""
        if code is None:
            return None
        if code not in self.stores:
            raise UnknownStore(
                _("There is no store with the code %(code)s. Ask the programme's owner for the codes of their stores.") % {"code": code}
            )
        return self.stores[code]

    def channel(self, code: str, store: int | None = None) -> int:
        """Return the channel of the store's company, or of the first company that has it. Raises: UnknownChannel."""
        entities = self.entities if store is None else (self.companies[store],)
        found = next((self.channels[entity, code] for entity in entities if (entity, code) in self.channels), None)
        if found is None:
            raise UnknownChannel(
                _("There is no channel with the code %(code)s. Ask the programme's owner for the codes of their channels.") % {"code": code}
            )
        return found

    def knows(self, purchases: Iterable[PurchaseFacts]) -> bool:
        """Tell whether every place that the purchases name is here."""
        return all((of.store is None or of.store in self.stores) and of.channel in self.channel_codes for of in purchases)


_places: Kept[tuple[int, ...], Places] = Kept()


def places_of(programme: Programme, purchases: Sequence[PurchaseFacts]) -> dict[str, Places]:
    """Return the places that each sender may name, at most a few seconds old; read afresh when a purchase names one that is not known yet."""
    found: dict[str, Places] = {}
    for source in {purchase.source for purchase in purchases}:
        entities = companies_selling(programme, source)
        kept = _places.found(entities)
        is_known = kept is not None and kept.knows(purchase for purchase in purchases if purchase.source == source)
        found[source] = kept if kept is not None and is_known else _places.keep(entities, _read_places(entities))
    return found


def _read_places(entities: tuple[int, ...]) -> Places:
    stores = sorted(
        Store.objects.filter(entity__in=entities).values_list("entity", "code", "pk"), key=lambda row: entities.index(row[0]), reverse=True
    )
    channels = {(entity, code): pk for entity, code, pk in Channel.objects.filter(entity__in=entities).values_list("entity", "code", "pk")}
    return Places(
        entities=entities,
        stores={code: pk for _entity, code, pk in stores},
        channels=channels,
        companies={pk: entity for entity, _code, pk in stores},
        channel_codes=frozenset(code for _entity, code in channels),
    )


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


def rewards_taken(purchases: Iterable[Purchase]) -> dict[uuid.UUID, list[Redemption]]:
    """Return the rewards that were taken with these purchases, by purchase; nothing is asked where none was."""
    found: dict[uuid.UUID, list[Redemption]] = {purchase.pk: [] for purchase in purchases if purchase.reward_units}
    for taken in Redemption.objects.taken_with(found) if found else ():
        assert taken.purchase is not None, "it was chosen by its purchase"
        found[taken.purchase].append(taken)
    return found


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
        raise PurchaseNotFound(_("There is no such purchase. Look it up in the list of purchases."))
    return found


def purchases_of(programme: Programme) -> QuerySet[Purchase]:
    """Return a programme's purchases with their places."""
    return Purchase.objects.filter(programme=programme).select_related("store", "channel")


def revisions_of(purchases: Collection[Purchase]) -> dict[uuid.UUID, list[PurchaseRevision]]:
    """Return what recalculations made of these purchases, by purchase, oldest first; one query."""
    found: dict[uuid.UUID, list[PurchaseRevision]] = {purchase.pk: [] for purchase in purchases}
    if not found:
        return found
    wallets = {purchase.points_account_id for purchase in purchases}
    for row in PurchaseRevision.objects.filter(purchase__in=found, points_account__in=wallets).order_by("number"):
        found[row.purchase_id].append(row)
    return found


def judged(purchase: Purchase, revisions: Sequence[PurchaseRevision]) -> list[dict[str, Any]]:
    """Return what the rules made of a purchase, as it stands after its recalculations."""
    outcomes: list[dict[str, Any]] = revisions[-1].evaluation if revisions else purchase.evaluation
    return outcomes


def lines_of(purchase: Purchase) -> list[PurchaseLine]:
    """Return the lines in their order on the receipt."""
    return list(PurchaseLine.objects.filter(purchase=purchase.pk).order_by("position"))

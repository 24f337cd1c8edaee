"""Questions about recalculations: what they change, what they would move, how far they are."""

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from pydantic_core import from_json

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.earning.models import EarningRuleVersion
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult

_FIGURES = (Path(__file__).parent / "sql" / "figures.sql").read_text()
WORKED_ON = ("programme__legal_entity__book", "version__rule__programme", "version__rule__campaign", "version__rule__currency__unit")
"""What a chunk of work needs beside the recalculation."""
_RELATED = ("programme__legal_entity__book", "rule", "campaign", "version__rule__campaign", "store", "author", "decided_by")


class RecalculationNotFound(NotFound):
    code = "recalculation_not_found"


def recalculation_by_id(programme: Programme, pk: uuid.UUID) -> Recalculation:
    """Raises: RecalculationNotFound."""
    found = Recalculation.objects.select_related(*_RELATED).filter(programme=programme, pk=pk).first()
    if found is None:
        raise RecalculationNotFound(_("There is no such recalculation. Look it up in the list of recalculations."))
    return found


def recalculations_of(programme: Programme) -> QuerySet[Recalculation]:
    """Return a programme's recalculations, with what they change."""
    return Recalculation.objects.filter(programme=programme).select_related(*_RELATED)


def unfinished() -> QuerySet[Recalculation]:
    """Return the recalculations that a background task has to work on."""
    open_states = (Recalculation.State.PREVIEWING, Recalculation.State.RUNNING)
    return Recalculation.objects.filter(state__in=open_states).order_by("pk")


def struck_versions(row: Recalculation) -> frozenset[uuid.UUID]:
    """Return the versions of rules that an undo strikes: those of its rule, of its campaign, or all."""
    versions = EarningRuleVersion.objects.approved().filter(rule__programme=row.programme_id)
    if row.rule_id is not None:
        versions = versions.filter(rule=row.rule_id)
    if row.campaign_id is not None:
        versions = versions.filter(rule__campaign=row.campaign_id)
    return frozenset(versions.values_list("pk", flat=True))


def purchases_in(row: Recalculation, struck: Iterable[uuid.UUID]) -> QuerySet[Purchase]:
    """Return the purchases that a recalculation may be about and that are no part of it yet, in the order of their days."""
    found = Purchase.objects.filter(programme=row.programme_id, business_on__gte=row.first_on, business_on__lte=row.last_on)
    if row.store_id is not None:
        found = found.filter(store=row.store_id)
    if row.is_undo and (row.rule_id or row.campaign_id):
        told, revised = Q(), Q()
        for version in struck:
            told |= Q(evaluation__contains=[{"version_id": str(version)}])
            revised |= Q(evaluation__contains=[{"version_id": str(version)}])
        found = found.filter(told | Exists(PurchaseRevision.objects.filter(revised, purchase=OuterRef("pk")))) if told else found.none()
    items = RecalculationItem.objects.filter(recalculation=row.pk, points_account=OuterRef("points_account"), purchase=OuterRef("pk"))
    return found.filter(~Exists(items)).order_by("business_on", "pk")


def items_left(row: Recalculation) -> QuerySet[RecalculationItem]:
    """Return the items that have no result yet."""
    results = RecalculationResult.objects.filter(
        recalculation=row.pk, points_account=OuterRef("points_account"), purchase=OuterRef("purchase")
    )
    return RecalculationItem.objects.filter(recalculation=row.pk).filter(~Exists(results))


def items_of(row: Recalculation) -> QuerySet[RecalculationItem]:
    """Return what a recalculation would move, with purchases and members."""
    return RecalculationItem.objects.filter(recalculation=row.pk).select_related("purchase__store", "purchase__channel", "member")


def largest_items(row: Recalculation, most: int = 20) -> list[RecalculationItem]:
    """Return the items that move most."""
    order = "worth_minor" if row.is_undo else "-worth_minor"
    return list(items_of(row).order_by(order, "pk")[:most])


def results_of(row: Recalculation, items: Iterable[RecalculationItem]) -> dict[uuid.UUID, RecalculationResult]:
    """Return the results of these items by purchase."""
    found = RecalculationResult.objects.filter(recalculation=row.pk, purchase__in=[item.purchase_id for item in items])
    return {result.purchase_id: result for result in found}


def figures_of(row: Recalculation) -> dict[str, Any]:
    """Add the items up: members, worth, and by currency what is given, taken, and spent already, with how many members have too little."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"recalculation": row.pk, "programme": row.programme_id})
        members, worth, given, taken, short_members, short = from_json(cursor.fetchone()[0])
    return {
        "members": members,
        "worth_minor": worth,
        "given": given,
        "taken": taken,
        "short_members": short_members,
        "short": short,
    }

"""Questions about adjustments."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.adjustments.models import Adjustment

NEWEST_FIRST = (Key("requested_on", BY_DAY, descending=True), Key("id", uuid.UUID, descending=True))


class AdjustmentNotFound(NotFound):
    code = "adjustment_not_found"


def adjustment_by_id(*, programme: Programme, adjustment_id: uuid.UUID) -> Adjustment:
    """Return a programme's adjustment. Raises: AdjustmentNotFound."""
    rows = Adjustment.objects.filter(pk=adjustment_id, member__programme=programme)
    found = rows.select_related("member__programme", "currency__unit").first()
    if found is None:
        raise AdjustmentNotFound(_("There is no such adjustment. Look it up in the list of adjustments."))
    return found


def adjustments_of(programme: Programme) -> QuerySet[Adjustment]:
    """Return a programme's adjustments, to be read by NEWEST_FIRST."""
    return Adjustment.objects.filter(member__programme=programme).select_related("currency")


def waiting_adjustments(programme: Programme) -> QuerySet[Adjustment]:
    """Return what waits for a second person, the oldest first."""
    rows = Adjustment.objects.filter(state=Adjustment.State.WAITING, member__programme=programme)
    return rows.select_related("member", "currency", "requested_by", "partner_key__partner").order_by("requested_at", "id")

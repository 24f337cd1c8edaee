"""Questions about adjustments."""

import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from loyalty.kit.problems import NotFound
from rewards.adjustments.models import Adjustment


class AdjustmentNotFound(NotFound):
    code = "adjustment_not_found"


def adjustment_by_id(*, programme: Programme, adjustment_id: uuid.UUID) -> Adjustment:
    """Return a programme's adjustment. Raises: AdjustmentNotFound."""
    rows = Adjustment.objects.filter(pk=adjustment_id, member__programme=programme)
    found = rows.select_related("member__programme", "currency__unit").first()
    if found is None:
        raise AdjustmentNotFound(_("There is no such adjustment."))
    return found


def waiting_adjustments(programme: Programme) -> QuerySet[Adjustment]:
    """Return what waits for a second person, the oldest first."""
    rows = Adjustment.objects.filter(state=Adjustment.State.WAITING, member__programme=programme)
    return rows.select_related("member", "currency", "requested_by", "partner_key__partner").order_by("requested_at", "id")

"""What partners ask about a member's points."""

import datetime as dt
import uuid

from django.db.models import DateField, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.queries import CurrencyNotFound
from ledger.points import queries as points
from ledger.points.models import Lot, Movement
from loyalty.kit.rest.paging import BY_DAY, Key
from rewards.earning.queries import Setting

LOT_ORDER = (Key("ends_on", BY_DAY), Key("granted_on", BY_DAY), Key("id", uuid.UUID))
"""`ends_on` is the day of expiry, or the end of time: a position in a list cannot be empty."""


def movements_of(member: Member, *, currency: str | None, setting: Setting) -> QuerySet[Movement]:
    """Return a member's movements, of one currency if named. Raises: CurrencyNotFound."""
    rows = points.movements(points_account=member.points_account_id)
    return rows if currency is None else rows.filter(unit=_unit(currency, setting))


def lots_of(member: Member, *, currency: str | None, setting: Setting, today: dt.date) -> QuerySet[Lot]:
    """Return a member's open lots, of one currency if named, with `ends_on`. Raises: CurrencyNotFound."""
    rows = points.open_lots(points_account=member.points_account_id, today=today)
    rows = rows.annotate(ends_on=Coalesce("expires_on", Value(dt.date.max), output_field=DateField()))
    return rows if currency is None else rows.filter(unit=_unit(currency, setting))


def _unit(currency: str, setting: Setting) -> int:
    if currency not in setting.currencies:
        raise CurrencyNotFound(_("The programme has no such point currency."))
    return int(setting.currencies[currency].unit.pk)

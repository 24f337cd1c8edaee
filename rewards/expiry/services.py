"""Move the ends of points: at an act, those that would end before the next run; by a run, all that end soon.

An act never looks at more than the lots of its own wallet that end within days, and asks nothing in a programme whose ends do not move.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.programmes.models import Programme
from ledger.points.models import Lot
from ledger.points.services import lock_wallets, move_ends
from rewards.earning.queries import Setting, setting_of
from rewards.expiry.queries import judged

AT_AN_ACT = dt.timedelta(days=2)
"""An act looks at what ends within this time; the runs look further, and come more often than this."""
LEAST_AHEAD = dt.timedelta(days=35)
CHUNK = 500


def note_activity(*, setting: Setting, points_accounts: Collection[uuid.UUID], on: dt.date) -> int:
    """Keep points alive that an act of today saves: those that end within days. The caller holds the wallets' locks.

    Returns how many lots; one query where nothing is near its end, none in a programme without moving ends.
    """
    if not setting.moving or not points_accounts:
        return 0
    lots = _open(setting).filter(points_account__in=points_accounts, expires_on__lte=on + AT_AN_ACT)
    return _move(setting, list(lots), on)


def move_ends_of(*, programme: Programme, on: dt.date, progress: Callable[[int, int], None] | None = None) -> int:
    """Judge every lot of a programme that ends soon, or that a tier keeps alive for ever; return how many ends moved.

    Works through the wallets in order, each chunk in a transaction of its own; may be interrupted, run late, again, and twice at once.
    `progress(wallets, ends)` is told after each chunk.
    """
    setting = setting_of(programme)
    if not setting.moving:
        return 0
    soon = on + max(LEAST_AHEAD, dt.timedelta(days=1 + max(programme.expiry_notice_days, default=0)))
    moved = seen = 0
    after = uuid.UUID(int=0)
    while wallets := _next_wallets(setting, soon, after):
        after = wallets[-1]
        with transaction.atomic():
            lock_wallets(points_accounts=wallets)
            moved += _move(setting, list(_due(setting, soon).filter(points_account__in=wallets)), on)
        seen += len(wallets)
        if progress is not None:
            progress(seen, moved)
    return moved


def _move(setting: Setting, lots: Sequence[Lot], on: dt.date) -> int:
    moves = [one.move for one in judged(setting, lots, on)] if lots else []
    return move_ends(moves=[move for move in moves if move is not None], business_on=on)


def _open(setting: Setting) -> QuerySet[Lot]:
    return Lot.objects.filter(Q(remaining__gt=0) | Q(held__gt=0), unit__in=list(setting.codes), terms__in=list(setting.moving))


def _due(setting: Setting, soon: dt.date) -> QuerySet[Lot]:
    """Lots to be judged: what ends soon, and what has no end because of a tier that may be lost."""
    by_tier = [pk for pk, terms in setting.moving.items() if terms.tier_expiry]
    ending = Q(expires_on__lte=soon) | Q(expires_on__isnull=True, terms__in=by_tier)
    return Lot.objects.filter(ending, remaining__gt=0, unit__in=list(setting.codes), terms__in=list(setting.moving))


def _next_wallets(setting: Setting, soon: dt.date, after: uuid.UUID) -> list[uuid.UUID]:
    rows = _due(setting, soon).filter(points_account__gt=after).order_by("points_account").values_list("points_account", flat=True)
    return list(rows.distinct()[:CHUNK])

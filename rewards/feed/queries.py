"""What partners ask about the movements of a whole programme."""

import uuid

from accounts.members.models import Member
from ledger.ticks import feed
from ledger.ticks.feed import Position, Taken
from rewards.earning.queries import Setting


def fed(setting: Setting, *, position: Position, limit: int) -> tuple[Taken, dict[uuid.UUID, uuid.UUID]]:
    """Return the programme's next movements behind a position, and their members by wallet; four queries."""
    taken = feed.movements_since(units=list(setting.codes), position=position, limit=limit)
    wallets = {movement.points_account_id for movement in taken.movements}
    members = dict(Member.objects.filter(points_account__in=wallets).values_list("points_account_id", "pk")) if wallets else {}
    return taken, members

"""What cards and challenges make of a purchase, and of what came back of it."""

import datetime as dt
from collections.abc import Sequence

from accounts.members.models import Member
from ledger.points.queries import holdings_of_many
from rewards.earning.domain import Line
from rewards.earning.domain.triggers import PURCHASE
from rewards.purchases.models import Return
from rewards.purchases.services.draft import Batch, Draft
from rewards.quests.services import Happening, note_happenings, recount_purchase
from rewards.setups.queries import setups_of


def count_for_quests(batch: Batch, wave: Sequence[Draft]) -> None:
    """Count a wave of recorded purchases; who got something is answered with what the wallet holds now."""
    if not setups_of(batch.programme).quests:
        return
    happenings = [Happening(draft.member, PURCHASE, draft.business_on, draft.id, draft.basket) for draft in wave]
    given = note_happenings(happenings=happenings, at=batch.at)
    if given:
        batch.holdings |= holdings_of_many(points_accounts=given, today=batch.today)


def count_again(row: Return, member: Member, kept: Sequence[Line], at: dt.datetime) -> None:
    """Count the purchase of a return again, with what is kept of it."""
    lines = tuple(line for line in kept if line.quantity)
    recount_purchase(member=member, purchase=row.purchase_id, lines=lines, evidence=row.pk, at=at)

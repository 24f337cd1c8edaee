"""What returns and recalculations share: which grants are taken back from, and what rules and campaigns then gave less."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.members.models import Member
from ledger.points.domain import Reversal
from rewards.campaigns.domain import Used
from rewards.campaigns.queries import noted_uses as campaign_uses
from rewards.campaigns.services.purses import give_back, lock_counters
from rewards.earning.domain import RuleOutcome
from rewards.earning.queries import setting_of
from rewards.earning.uses import is_limited, new_uses, note_uses, noted_uses
from rewards.purchases.domain import shares_of_taking
from rewards.purchases.history import GrantLeft, History


def takings_from(history: History, wanted: Mapping[str, int], layers: Mapping[tuple[str, int], int]) -> list[tuple[GrantLeft, int]]:
    """Return how much must be taken back from which grant so that no more is left than is wanted by currency; the oldest grants first.

    `layers` is what each layer should hold: see `shares_of_taking`.
    """
    found = []
    grants = history.grants()
    for code in dict.fromkeys(grant.currency for grant in grants):
        mine = [grant for grant in grants if grant.currency == code]
        left = [grant.left for grant in mine]
        shares = shares_of_taking(left, [layers.get((code, of.layer), 0) for of in mine], max(0, sum(left) - wanted.get(code, 0)))
        found += [(grant, share) for grant, share in zip(mine, shares, strict=True) if share]
    return found


def undone(grant: GrantLeft, units: int, outcome: Reversal) -> dict[str, Any]:
    """Write down what was taken back of a grant."""
    parts = {"taken": outcome.taken, "owed": outcome.owed, "forgiven": outcome.forgiven}
    return {"currency": grant.currency, "units": units, "movement": str(outcome.movement), "grant": str(grant.movement), **parts}


def gifts_of(history: History, member: Member) -> dict[int, Used]:
    """What campaigns gave the purchase, less what was taken back, with their budgets locked; asked only if rules of theirs gave."""
    compiled = setting_of(member.programme).compiled
    if not any(of["units"] and compiled[uuid.UUID(of["version_id"])].campaign for of in history.outcomes):
        return {}
    noted = campaign_uses(history.purchase.points_account_id, history.evidence)
    lock_counters(noted)
    return noted


def note_less(history: History, member: Member, outcomes: Iterable[RuleOutcome], gifts: Mapping[int, Used], *, evidence: uuid.UUID) -> None:
    """Note what capped rules and campaigns gave less, now that their outcomes are these.

    It counts for the purchase's day, so that the window of a cap has its room again, and so has the budget of a campaign. In a currency where
    less would have earned more, the member still has what was given before, and so it stays noted: its outcomes are left out by the caller.
    """
    setting, purchase = setting_of(member.programme), history.purchase
    told = list(outcomes)
    wallet, day = purchase.points_account_id, purchase.business_on
    if any(is_limited(setting.compiled[of.version_id]) for of in told):
        was = noted_uses(wallet, history.evidence)
        note_uses(new_uses(setting, was, told, wallet=wallet, business_on=day, evidence=evidence, purchase=purchase.pk))
    if gifts:
        units: dict[int, int] = {}
        for of in told:
            if code := setting.compiled[of.version_id].campaign:
                units[setting.campaign_ids[code]] = units.get(setting.campaign_ids[code], 0) + of.units
        give_back(noted=gifts, left=units, wallet=wallet, evidence=evidence, business_on=day)

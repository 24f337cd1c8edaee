"""What is offered, and what may this member take?"""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from ledger.points.queries import holdings
from loyalty.kit.problems import NotFound
from rewards.catalogue.domain import Asker, Conditions, Obstacle, obstacles, taken_within
from rewards.catalogue.models import Reward, RewardVersion
from rewards.tiers.models import Tier
from rewards.tiers.queries import standing

_SENTENCES: dict[Obstacle, Promise] = {
    Obstacle.OUTSIDE_WINDOW: gettext_lazy("This reward is not offered now. Choose another one."),
    Obstacle.MEMBER_NOT_ACTIVE: gettext_lazy("This membership cannot take rewards now. Ask the service desk."),
    Obstacle.SOLD_OUT: gettext_lazy("This reward is sold out. Choose another one."),
}


class RewardNotFound(NotFound):
    code = "reward_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """One thing that stands in the way: the refusal's code, its reason, a sentence, and for points how many are missing."""

    code: str
    reason: str
    detail: str
    shortfall: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Offer:
    """A reward as a member sees it. `left` None never runs out; `limit_left` None has no limit."""

    reward: Reward
    version: RewardVersion
    left: int | None
    limit_left: int | None
    missing: tuple[Missing, ...]
    spendable: int

    @property
    def is_available(self) -> bool:
        return not self.missing

    @property
    def shortfall(self) -> int:
        return sum(missing.shortfall for missing in self.missing)


def reward_by_code(programme: Programme, code: str) -> Reward:
    """Return a programme's reward. Raises: RewardNotFound."""
    reward = Reward.objects.filter(programme=programme, code=code).first()
    if reward is None:
        raise RewardNotFound(_("There is no such reward. Look it up in the list of rewards."))
    return reward


def version_on(reward: Reward, day: dt.date) -> RewardVersion | None:
    """Return what the reward costs and asks on a day, or None before its first version."""
    return RewardVersion.objects.in_force_on(day).filter(reward=reward).select_related("min_tier").first()


def offered_on(programme: Programme, day: dt.date) -> QuerySet[RewardVersion]:
    """Return the versions of the rewards offered on a day, with reward, stock and tier."""
    offered = Reward.objects.filter(programme=programme).offered_on(day)
    rows = RewardVersion.objects.in_force_on(day).filter(reward__in=offered)
    return rows.select_related("reward__stock", "min_tier")


def in_order(versions: Iterable[RewardVersion]) -> list[RewardVersion]:
    """Return versions of different rewards in the catalogue's order."""
    return sorted(versions, key=lambda version: (version.reward.position, version.reward_id))


def coming_prices(programme: Programme, on: dt.date) -> dict[int, RewardVersion]:
    """Return by reward the nearest approved version that begins after a day."""
    ahead = RewardVersion.objects.approved().filter(reward__programme=programme, valid_from__gt=on)
    rows = ahead.order_by("reward_id", "valid_from", "-version").distinct("reward_id")
    return {version.reward_id: version for version in rows}


def rewards_for(member: Member, on: dt.date) -> list[Offer]:
    """Return the rewards offered on a day with what this member may take and what is missing.

    Five queries, however many rewards there are: rewards, points (two), tier, pieces taken of limited rewards.
    """
    return offers_to(member, in_order(offered_on(member.programme, on)), on)


def offers_to(member: Member, versions: Sequence[RewardVersion], on: dt.date) -> list[Offer]:
    """Return what these rewards are to a member: what may be taken on a day and what is missing. Four queries."""
    unit = currency_of(member.programme_id).unit_id
    held = {of_unit.unit: int(of_unit.available) for of_unit in holdings(points_account=member.points_account_id, today=on)}
    tier = standing(member, on)
    taken = _takings(member, [version for version in versions if version.limit_per_member is not None])
    return [
        _offer(version, member, held.get(unit, 0), tier.tier if tier else None, taken.get(version.reward_id, ()), on)
        for version in versions
    ]


def pieces_taken(member: Member, version: RewardVersion, on: dt.date) -> int:
    """Return how many pieces count against the version's limit on a day."""
    return taken_within(_takings(member, [version]).get(version.reward_id, ()), on, version.limit_window_days)


def explain(obstacle: Obstacle, version: RewardVersion, *, spendable: int, quantity: int = 1) -> str:
    """Return a sentence that says what is missing and what to do about it."""
    if obstacle is Obstacle.TIER_TOO_LOW:
        return _("This reward is for members from %(tier)s on.") % {"tier": version.min_tier}
    if obstacle is Obstacle.LIMIT_REACHED:
        return _limit_sentence(version)
    if obstacle is Obstacle.NOT_ENOUGH_POINTS:
        shortfall = version.price_points * quantity - spendable
        return ngettext("%(count)s more point is needed.", "%(count)s more points are needed.", shortfall) % {"count": shortfall}
    return str(_SENTENCES[obstacle])


def conditions_of(version: RewardVersion, left: int | None, on: dt.date) -> Conditions:
    """Return the version's conditions as the rules read them."""
    return Conditions(
        price_points=version.price_points,
        is_offered=version.reward.is_offered_on(on),
        left=left,
        limit=version.limit_per_member,
        min_rank=version.min_tier.rank if version.min_tier else None,
    )


def _offer(
    version: RewardVersion,
    member: Member,
    spendable: int,
    tier: Tier | None,
    takings: Iterable[tuple[dt.date, int]],
    on: dt.date,
) -> Offer:
    stock = getattr(version.reward, "stock", None)
    left = stock.left if stock else None
    taken = taken_within(takings, on, version.limit_window_days)
    asker = Asker(is_active=member.is_active, spendable=spendable, taken=taken, rank=tier.rank if tier else None)
    missing = tuple(
        Missing(
            obstacle.code,
            obstacle.value,
            explain(obstacle, version, spendable=spendable),
            version.price_points - spendable if obstacle is Obstacle.NOT_ENOUGH_POINTS else 0,
        )
        for obstacle in obstacles(conditions_of(version, left, on), asker)
    )
    limit = version.limit_per_member
    return Offer(version.reward, version, left, None if limit is None else max(0, limit - taken), missing, spendable)


def _takings(member: Member, versions: Iterable[RewardVersion]) -> dict[int, list[tuple[dt.date, int]]]:
    """Return when the member took how many pieces of these rewards; what was cancelled or never captured does not count."""
    rewards = [version.reward_id for version in versions]
    if not rewards:
        return {}
    taken = Q(redemptions__state__in=["held", "issued", "used"])
    lapsed = Q(redemptions__state="expired", redemptions__redeem_movement__isnull=False)
    rows = RewardVersion.objects.filter(taken | lapsed, reward__in=rewards, redemptions__member=member)
    takings: dict[int, list[tuple[dt.date, int]]] = defaultdict(list)
    for reward, day, pieces in rows.values_list("reward_id", "redemptions__business_on", "redemptions__quantity"):
        takings[reward].append((day, pieces))
    return dict(takings)


def _limit_sentence(version: RewardVersion) -> str:
    limit, days = version.limit_per_member or 0, version.limit_window_days
    if days is None:
        return ngettext("A member can take this reward %(count)s time.", "A member can take this reward %(count)s times.", limit) % {
            "count": limit
        }
    within = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return ngettext(
        "A member can take this reward %(count)s time within %(within)s.",
        "A member can take this reward %(count)s times within %(within)s.",
        limit,
    ) % {"count": limit, "within": within}

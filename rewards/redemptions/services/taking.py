"""Take a reward from the catalogue."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points.services import lock_wallets
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Malformed, Problem, Refused
from rewards.catalogue.domain import Asker, Obstacle, obstacles
from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.catalogue.queries import RewardNotFound, conditions_of, explain, pieces_taken, version_on
from rewards.catalogue.services import sold_out, take_from_stock
from rewards.redemptions.models import Redemption
from rewards.redemptions.services.acts import When, announce, claim, take_points
from rewards.tiers.queries import standing


class QuantityOutOfRange(Malformed):
    code = "quantity_out_of_range"


class NotEligible(Refused):
    """Carries `reason`: member_not_active or tier_too_low."""

    code = "not_eligible"


class LimitReached(Refused):
    """Carries `limit_left`, the pieces that the member may still take."""

    code = "limit_reached"


class OutsideWindow(Refused):
    code = "outside_window"


@transaction.atomic
def redeem_reward(
    *,
    member: Member,
    reward: Reward,
    quantity: int = 1,
    source: str,
    external_id: str | None = None,
    at: dt.datetime,
    hold: bool = False,
    store: Store | None = None,
) -> Redemption:
    """Take a reward for points, or only set the points and the pieces aside (`hold`, for half an hour).

    With `store` the reward is handed over there and then and so used at once; a donation is always used at once. The same
    source and external id with the same facts answers with the earlier redemption as it is now.
    Raises: QuantityOutOfRange, RewardNotFound, ExternalIdConflict, OutsideWindow, NotEligible, LimitReached, SoldOut,
    NotEnoughPoints.
    """
    redemption = Redemption(id=uuid7(), member=member, kind=Redemption.Kind.REWARD, quantity=quantity)
    redemption.source, redemption.external_id = source, external_id or ""
    facts = {"kind": "reward", "member": member.pk, "reward": reward.pk, "quantity": quantity, "hold": hold}
    if earlier := claim(redemption, facts):
        return earlier
    lock_wallets(points_accounts=[member.points_account_id])
    take_reward(redemption, reward, When(at, business_date(at, member.programme.time_zone)), now=at, hold=hold, store=store)
    return redemption


def take_reward(
    redemption: Redemption, reward: Reward, when: When, *, now: dt.datetime, hold: bool = False, store: Store | None = None
) -> None:
    """Take a reward for a new redemption that names its member, pieces and source; the wallet is locked. Raises: as `redeem_reward`."""
    version = _version_for(redemption.member, reward, redemption.quantity, when.on)
    redemption.reward_version = version
    redemption.units, redemption.value_minor = version.price_points * redemption.quantity, version.value_minor * redemption.quantity
    take_points(redemption, currency_of(redemption.member.programme_id).unit, when, hold=hold, store=store)
    redemption.save(force_insert=True)
    if not hold:
        announce("redemption.issued", redemption, now)
    take_from_stock(reward=reward, quantity=redemption.quantity)


def check_active(member: Member) -> None:
    """Raises: NotEligible."""
    if not member.is_active:
        detail = _("This membership cannot use points now. Ask the service desk.")
        raise NotEligible(detail, extra={"reason": Obstacle.MEMBER_NOT_ACTIVE.value})


def _version_for(member: Member, reward: Reward, quantity: int, on: dt.date) -> RewardVersion:
    """Return the version to be taken if nothing but points can still stand in the way; the wallet is locked."""
    if reward.programme_id != member.programme_id:
        raise RewardNotFound(_("There is no such reward. Look it up in the list of rewards."))
    version = version_on(reward, on)
    if version is None:
        raise OutsideWindow(_("This reward is not offered now. Choose another one."))
    if quantity < 1 or quantity * version.price_points > MOST_POINTS:
        raise QuantityOutOfRange(_("Take at least one piece, and not so many that the points cannot be counted."))
    left = RewardStock.objects.filter(reward=reward).values_list("left", flat=True).first()
    tier = standing(member, on) if version.min_tier else None
    taken = pieces_taken(member, version, on) if version.limit_per_member is not None else 0
    asker = Asker(
        is_active=member.is_active,
        spendable=version.price_points * quantity,
        taken=taken,
        rank=tier.tier.rank if tier else None,
    )
    for obstacle in obstacles(conditions_of(version, left, on), asker, quantity):
        raise _refusal(obstacle, version, left=left or 0, taken=taken)
    return version


def _refusal(obstacle: Obstacle, version: RewardVersion, *, left: int, taken: int) -> Problem:
    if obstacle is Obstacle.SOLD_OUT:
        return sold_out(left)
    detail = explain(obstacle, version, spendable=0)
    if obstacle is Obstacle.OUTSIDE_WINDOW:
        return OutsideWindow(detail)
    if obstacle is Obstacle.LIMIT_REACHED:
        return LimitReached(detail, extra={"limit_left": max(0, (version.limit_per_member or 0) - taken)})
    return NotEligible(detail, extra={"reason": obstacle.value})

"""Publish rewards, change what they cost, and count their stock."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Required, TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.programmes.notice import check_notice
from accounts.users.models import User
from loyalty.kit.clock import business_date
from loyalty.kit.problems import Forbidden, Refused
from loyalty.kit.rows import checked
from rewards.catalogue.domain import GivenBack, asks_more
from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.tiers.models import Tier


class SoldOut(Refused):
    """Carries `left`, the pieces that are still there."""

    code = "sold_out"
    title = gettext_lazy("The reward is sold out")


class RewardVersionIsNotNew(Refused):
    code = "reward_version_is_not_new"


class RewardVersionAlreadyApproved(Refused):
    code = "reward_version_already_approved"


class AnotherPersonMustApprove(Forbidden):
    code = "another_person_must_approve"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RewardTerms:
    """What a reward costs and asks; the columns of a version."""

    price_points: int
    value_minor: int
    limit_per_member: int | None = None
    limit_window_days: int | None = None
    min_tier: Tier | None = None
    voucher_days: int | None = None
    given_back_on_return: str = GivenBack.IN_PROPORTION.value

    def as_columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


class RewardFacts(TypedDict, total=False):
    """What a reward is; the columns of the reward. `other_words` gives name and description by language."""

    code: Required[str]
    kind: Required[str]
    name: Required[str]
    description: str
    other_words: Mapping[str, Mapping[str, str]]
    illustration: str
    position: int
    active_from: dt.date | None
    active_to: dt.date | None


@transaction.atomic
def publish_reward(
    *,
    programme: Programme,
    terms: RewardTerms,
    valid_from: dt.date,
    at: dt.datetime,
    left: int | None = None,
    author: User | None = None,
    approver: User | None = None,
    **facts: Unpack[RewardFacts],
) -> Reward:
    """Put a reward into the catalogue with its first version, in force from `valid_from`; `left` None never runs out.

    Raises: InvalidFields, RuleBroken (the code is taken, author and approver are one person).
    """
    reward = Reward(programme=programme, **facts)
    checked(reward).save(force_insert=True)
    people = {"author": author, "approver": approver, "approved_at": at}
    version = RewardVersion(reward=reward, version=1, valid_from=valid_from, **terms.as_columns(), **people)
    checked(version).save(force_insert=True)
    if left is not None:
        set_stock(reward=reward, left=left)
    return reward


def withdraw_reward(*, reward: Reward) -> None:
    """Take a reward out of the catalogue; what was taken before stays usable."""
    Reward.objects.filter(pk=reward.pk).update(is_active=False)


def offer_reward_again(*, reward: Reward) -> None:
    """Put a withdrawn reward back into the catalogue."""
    Reward.objects.filter(pk=reward.pk).update(is_active=True)


@transaction.atomic
def draft_reward_version(*, reward: Reward, terms: RewardTerms, valid_from: dt.date, author: User) -> RewardVersion:
    """Write the next version of a reward, to be approved by somebody else. Raises: InvalidFields."""
    Reward.objects.select_for_update(no_key=True).get(pk=reward.pk)
    newest = reward.versions.order_by("-version").values_list("version", flat=True)[0]
    version = RewardVersion(reward=reward, version=newest + 1, valid_from=valid_from, author=author, **terms.as_columns())
    checked(version).save(force_insert=True)
    return version


@transaction.atomic
def approve_reward_version(*, version: RewardVersion, approver: User, at: dt.datetime) -> RewardVersion:
    """Put a drafted version into force from its day on; what was redeemed before keeps its own version.

    Raises: RewardVersionAlreadyApproved, AnotherPersonMustApprove, RewardVersionIsNotNew (its day has passed, or a version
    of a later day exists), PointsWouldBuyLess.
    """
    time_zone = version.reward.programme.time_zone
    locked = RewardVersion.objects.select_for_update().get(pk=version.pk)
    if locked.is_approved:
        raise RewardVersionAlreadyApproved(_("This version was approved before. Write a new one to change it."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApprove(_("You wrote this version. Another person must approve it."))
    later = RewardVersion.objects.approved().filter(reward=locked.reward_id, valid_from__gt=locked.valid_from)
    if locked.valid_from < business_date(at, time_zone) or later.exists():
        raise RewardVersionIsNotNew(_("A version begins today or later, and not before one that is approved already."))
    before = RewardVersion.objects.in_force_on(locked.valid_from).filter(reward=locked.reward_id).first()
    if before is not None and asks_more(before, locked):
        check_notice(programme=version.reward.programme, counts_from=locked.valid_from, at=at)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    return locked


@transaction.atomic
def supersede_reward(
    *, reward: Reward, terms: RewardTerms, valid_from: dt.date, author: User, approver: User, at: dt.datetime
) -> RewardVersion:
    """Draft and approve in one act, for callers that already hold both people's word. Raises as both do."""
    drafted = draft_reward_version(reward=reward, terms=terms, valid_from=valid_from, author=author)
    return approve_reward_version(version=drafted, approver=approver, at=at)


@transaction.atomic
def set_stock(*, reward: Reward, left: int | None) -> None:
    """Say how many pieces are left; None lets the reward never run out. Raises: InvalidFields, RuleBroken (below nothing)."""
    if left is None:
        RewardStock.objects.filter(reward=reward).delete()
        return
    row = checked(RewardStock(reward=reward, left=left), exclude=["reward"])
    RewardStock.objects.bulk_create([row], update_conflicts=True, unique_fields=["reward"], update_fields=["left"])


def take_from_stock(*, reward: Reward, quantity: int) -> None:
    """Take pieces as the caller's last statement: of two callers at once, the second waits and sees what is left then.

    Raises: SoldOut.
    """
    if RewardStock.objects.filter(reward=reward, left__gte=quantity).update(left=F("left") - quantity):
        return
    left = RewardStock.objects.filter(reward=reward).values_list("left", flat=True).first()
    if left is not None:
        raise sold_out(left)


def lock_stock(*, programme: Programme, codes: Collection[str]) -> None:
    """Lock the stock of several rewards in one order, before pieces of the first are taken."""
    rows = RewardStock.objects.filter(reward__programme=programme, reward__code__in=codes).order_by("reward_id")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def put_back_into_stock(*, reward_id: int, quantity: int) -> None:
    """Put pieces back as the caller's last statement; a reward that never runs out has no stock to change."""
    RewardStock.objects.filter(reward=reward_id).update(left=F("left") + quantity)


def sold_out(left: int) -> SoldOut:
    """Return the refusal with what is left."""
    if left:
        return SoldOut(_("Only %(left)s are left. Take fewer, or choose another reward.") % {"left": left}, extra={"left": left})
    return SoldOut(_("This reward is sold out. Choose another one."), extra={"left": 0})

"""Until when do points live, by what their member did and by the tier? Nothing here writes."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence

from accounts.members.models import Member
from accounts.programmes.domain import Activity, Policy, policy_of
from accounts.programmes.models import CurrencyTerms, PointCurrency
from ledger.points.domain import EndMove, EndMoved, last_day
from ledger.points.models import Lot
from ledger.points.queries import Active, active_days, last_active, open_lots
from rewards.earning.queries import Setting, setting_of
from rewards.tiers.queries import Chapter, histories

NEVER_ACTIVE = Active(None, None)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The tier that a member has, or none, and since when."""

    tier: str | None = None
    since_on: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """A lot with the end that it has by now. `unless` names the activity that moves it on, or None if none does."""

    lot: Lot
    ends_on: dt.date | None
    unless: Activity | None

    @property
    def move(self) -> EndMove | None:
        """What has to be written down, if the end is another one than the lot's."""
        if self.ends_on == self.lot.expires_on:
            return None
        later = self.ends_on is None or (self.lot.expires_on is not None and self.ends_on > self.lot.expires_on)
        why = EndMoved.ACTIVITY if later and self.unless else EndMoved.TIER
        return EndMove(self.lot.points_account_id, self.lot.id, self.lot.expires_on, self.ends_on, why)


def places_of(setting: Setting, members: Collection[uuid.UUID], on: dt.date) -> dict[uuid.UUID, Place]:
    """Return the tiers that members have on a day, where some terms ask for them; one query."""
    if not members or not _asks_tiers(setting):
        return {}
    return {member: _place(chapters, on) for member, chapters in histories(members).items()}


def _place(chapters: Sequence[Chapter], on: dt.date) -> Place:
    begun = [chapter for chapter in chapters if chapter.from_on <= on]
    if not begun:
        return Place()
    last = begun[-1]
    if last.to_on is not None and last.to_on < on:
        return Place(None, last.to_on + dt.timedelta(days=1))
    return Place(last.tier.code if last.tier else None, last.from_on)


def judged(setting: Setting, lots: Sequence[Lot], on: dt.date) -> list[Judged]:
    """Return the lots of members of one programme with their ends by now; at most five queries, none where no end moves."""
    moving = [lot for lot in lots if lot.terms in setting.moving]
    if not moving:
        return [Judged(lot, lot.expires_on, None) for lot in lots]
    wallets = {lot.points_account_id for lot in moving}
    active = last_active(wallets)
    owners = dict(Member.objects.filter(points_account__in=wallets).values_list("points_account", "pk")) if _asks_tiers(setting) else {}
    places = places_of(setting, set(owners.values()), on)
    days = active_days({lot.points_account_id for lot in moving if _is_due(lot, on)})
    found = []
    for lot in lots:
        place = places.get(owners.get(lot.points_account_id, uuid.UUID(int=0)), Place())
        if lot.terms not in setting.moving:
            found.append(Judged(lot, lot.expires_on, None))
        elif _is_due(lot, on):
            found.append(_judge_due(setting.moving[lot.terms], lot, days.get(lot.points_account_id, []), place))
        else:
            found.append(_judge(setting.moving[lot.terms], lot, active.get(lot.points_account_id, NEVER_ACTIVE), place))
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class NextEnding:
    """Points of one currency that end next, their last day, and what the member can do about it."""

    units: int
    last_on: dt.date
    unless: Activity | None


def next_ending(*, member: Member, currency: PointCurrency, today: dt.date) -> NextEnding | None:
    """Return the points that end next among those that can be spent now, where ends of this programme move."""
    rows = open_lots(points_account=member.points_account_id, today=today).filter(unit=currency.unit_id, is_pending=False)
    known = judged(setting_of(member.programme), list(rows), today)
    ends = [one for one in known if one.ends_on is not None and one.ends_on > today]
    first = min((one.ends_on for one in ends if one.ends_on), default=None)
    if first is None:
        return None
    ending = [one for one in ends if one.ends_on == first]
    activities = {one.unless for one in ending}
    return NextEnding(sum(one.lot.remaining for one in ending), last_day(first), activities.pop() if len(activities) == 1 else None)


def _judge(terms: CurrencyTerms, lot: Lot, active: Active, place: Place) -> Judged:
    policy = policy_of(terms, place.tier)
    ends_on = _end(terms, policy, lot, _active_on(policy, active), place, lot.expires_on)
    slides = policy.slide is not None and ends_on is not None and policy.fixed.after(lot.granted_on) != ends_on
    return Judged(lot, ends_on, policy.by if slides else None)


def _judge_due(terms: CurrencyTerms, lot: Lot, days: Sequence[tuple[dt.date, bool]], place: Place) -> Judged:
    """Judge a lot whose end has come, before it is expired: only what happened while its points lived can have moved the end."""
    assert lot.expires_on is not None, "what is due has an end"
    policy, end = policy_of(terms, place.tier), lot.expires_on
    if place.since_on is not None and place.since_on >= end:
        return Judged(lot, end, None)
    while True:
        lived = [day for day, is_earning in days if day < end and _counts(policy.by, is_earning=is_earning)]
        later = _end(terms, policy, lot, max(lived, default=None), place, end)
        if later is None or later <= end:
            return Judged(lot, later, policy.by if later == end and policy.slide else None)
        end = later


def _end(
    terms: CurrencyTerms, policy: Policy, lot: Lot, active_on: dt.date | None, place: Place, current: dt.date | None
) -> dt.date | None:
    since_on = place.since_on if terms.tier_expiry else None
    return policy.judged(earned_on=lot.granted_on, active_on=active_on, since_on=since_on, current=current)


def _is_due(lot: Lot, on: dt.date) -> bool:
    return lot.expires_on is not None and lot.expires_on <= on


def _counts(by: Activity, *, is_earning: bool) -> bool:
    return by is Activity.ANY or is_earning == (by is Activity.EARN)


def _active_on(policy: Policy, active: Active) -> dt.date | None:
    days: Iterable[dt.date | None] = active
    if policy.by is Activity.EARN:
        days = [active.earned_on]
    elif policy.by is Activity.REDEEM:
        days = [active.redeemed_on]
    return max((day for day in days if day), default=None)


def _asks_tiers(setting: Setting) -> bool:
    return any(terms.tier_expiry for terms in setting.moving.values())

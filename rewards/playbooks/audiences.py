"""Whom does a playbook reach today? Each answer is one set-based query, for a million members as for ten."""

import calendar
import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import ExtractDay, ExtractMonth
from django.utils.translation import gettext as _

from accounts.members.models import Member, MemberStatus
from accounts.programmes.models import Programme
from ledger.points.models import Lot
from loyalty.kit.clock import add_months
from loyalty.kit.problems import FieldError, Malformed
from rewards.earning.windows import window_start
from rewards.playbooks.domain import Inputs, Playbook
from rewards.purchases.models import Purchase, PurchaseLine, Return, ReturnLine
from rewards.referrals.models import Referral
from rewards.tiers.domain.scheme import Scheme, WindowKind
from rewards.tiers.ladders import ladders_of
from rewards.tiers.models import MemberYear, Tier, TierCount, TierStanding

Members = QuerySet[Member]
_LEAP_DAY = 229


class TierCannotBeNear(Malformed):
    """There is no such tier, nothing leads to it, or what counts for it follows each member's own year."""

    code = "tier_cannot_be_near"


def audience(programme: Programme, playbook: Playbook, given: Inputs, today: dt.date, *, affected: Collection[uuid.UUID] = ()) -> Members:
    """Return the active members whom a playbook reaches today; `affected` are those whom somebody named. Raises: TierCannotBeNear."""
    members = Member.objects.filter(programme=programme, status=MemberStatus.ACTIVE)
    if playbook is Playbook.SERVICE_RECOVERY:
        return members.filter(pk__in=affected) if given.bought_on is None else _bought_there(members, programme, given)
    return _AUDIENCES[playbook](members, programme, given, today)


def kept_purchases(programme: Programme, first: dt.date, last: dt.date) -> QuerySet[Purchase]:
    """Return the purchases of these days that did not come back whole."""
    back = Return.objects.filter(purchase=OuterRef("pk"))
    sums = back.values("purchase").annotate(sum=Sum("price_minor")).values("sum")
    rows = Purchase.objects.filter(programme=programme, business_on__range=(first, last))
    return rows.filter(~Exists(back) | ~Q(price_minor=Subquery(sums)))


def _bought(programme: Programme, today: dt.date, days: int) -> Exists:
    """Members who bought in the window of so many days that ends today."""
    return Exists(kept_purchases(programme, window_start(f"{days}d", today), today).filter(member=OuterRef("pk")))


def _ever_bought() -> Exists:
    return Exists(MemberYear.objects.filter(member=OuterRef("pk"), purchases__gt=0))


def _newcomers(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    since = dt.datetime.combine(today - dt.timedelta(days=given.days), dt.time(), ZoneInfo(programme.time_zone))
    return members.filter(~_ever_bought(), joined_at__gte=since)


def _bought_once(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    once = MemberYear.objects.filter(member__programme=programme).values("member").annotate(count=Sum("purchases")).filter(count=1)
    return members.filter(_bought(programme, today, given.days), pk__in=once.values("member"))


def _lapsed(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    return members.filter(_ever_bought(), ~_bought(programme, today, given.days))


def _active(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    return members.filter(_bought(programme, today, given.days))


def _around_birthday(members: Members, _programme: Programme, given: Inputs, today: dt.date) -> Members:
    days = [today + dt.timedelta(days=number) for number in range(-given.days, given.days + 1)]
    keys = {day.month * 100 + day.day for day in days}
    if any((day.month, day.day) == (2, 28) and not calendar.isleap(day.year) for day in days):
        keys.add(_LEAP_DAY)
    born = members.annotate(birthday=ExtractMonth("birth_date") * 100 + ExtractDay("birth_date"))
    return born.filter(birthday__in=sorted(keys))


def _new_to_category(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    back = ReturnLine.objects.filter(line=OuterRef("pk"))
    sums = back.values("line").annotate(sum=Sum("quantity")).values("sum")
    lines = PurchaseLine.objects.filter(
        ~Exists(back) | Q(quantity__gt=Subquery(sums)),
        Q(category=given.category) | Q(category__startswith=f"{given.category}/"),
        purchase__programme=programme,
        purchase__business_on__range=(window_start(f"{given.days}d", today), today),
        purchase__member=OuterRef("pk"),
    )
    return _active(members, programme, given, today).filter(~Exists(lines))


def _friends(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    since = today - dt.timedelta(days=given.days)
    rows = Referral.objects.filter(programme=programme, claimed_on__range=(since, today)).exclude(state=Referral.State.REFUSED)
    return members.filter(~_ever_bought(), pk__in=rows.values("friend"))


def _with_points_that_end(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    until = today + dt.timedelta(days=given.days)
    units = programme.currencies.filter(is_default=True).values("unit")
    lots = Lot.objects.filter(unit__in=units, remaining__gt=F("held"), expires_on__gt=today, expires_on__lte=until)
    return members.filter(points_account__in=lots.values("points_account"))


def _bought_there(members: Members, programme: Programme, given: Inputs) -> Members:
    assert given.bought_on is not None
    bought = Purchase.objects.filter(programme=programme, store__code=given.store, business_on=given.bought_on)
    return members.filter(pk__in=bought.values("member"))


def tiers_to_near(programme: Programme) -> list[Tier]:
    """Return the tiers of the main ladder to which something leads that everybody counts over the same days, lowest first."""
    tiers = Tier.objects.filter(ladder__programme=programme, ladder__is_main=True).select_related("ladder").order_by("rank")
    ladders = ladders_of(programme.pk)
    if ladders.plain:
        return [tier for tier in tiers if tier.threshold_minor]
    main = ladders.main
    force = main.versions[-1] if main and main.versions else None
    if force is None or force.scheme.window.kind not in _WINDOWS:
        return []
    reached = {level.code for level in force.scheme.levels if level.reach is not None and level.reach.least}
    return [tier for tier in tiers if tier.code in reached]


def _near_tier(members: Members, programme: Programme, given: Inputs, today: dt.date) -> Members:
    tier = next((one for one in tiers_to_near(programme) if one.code == given.tier), None)
    if tier is None:
        detail = _("Nothing that can be counted leads to this tier. Choose another tier.")
        raise TierCannotBeNear(detail, errors=[FieldError("/tier", "unknown_value", detail)])
    below = members.filter(~Exists(_holders(tier, today).filter(member=OuterRef("pk"))))
    if tier.ladder.is_plain:
        least = (tier.threshold_minor or 0) * given.percent
        near = MemberYear.objects.filter(year=today.year, spend_minor__lt=tier.threshold_minor).annotate(of=F("spend_minor") * 100)
        return below.filter(pk__in=near.filter(of__gte=least).values("member"))
    main = ladders_of(programme.pk).main
    force = main.on(today) if main else None
    return below.filter(_near(force.scheme, tier.code, given.percent, today)) if force else below.none()


def _holders(tier: Tier, today: dt.date) -> QuerySet[TierStanding]:
    """Who holds the tier or a higher one of its ladder today."""
    ends = TierStanding.objects.filter(
        member=OuterRef("member"),
        tier=OuterRef("tier"),
        year=OuterRef("year"),
        reason__in=(TierStanding.Reason.RETURNED, TierStanding.Reason.ENDED),
        id__gt=OuterRef("id"),
        from_on__lte=today,
    )
    held = TierStanding.objects.filter(tier__ladder=tier.ladder_id, tier__rank__gte=tier.rank, from_on__lte=today, to_on__gte=today)
    return held.filter(~Exists(ends))


def _near(scheme: Scheme, code: str, percent: int, today: dt.date) -> Q:
    """So much of what a tier asks of each metric (of any one, where one is enough). Who has all of it holds the tier, and is left out by that."""
    asked = next((level.reach for level in scheme.levels if level.code == code), None)
    first = _WINDOWS[scheme.window.kind](scheme, today)
    far = Q()
    for name, least in asked.least if asked else ():
        counts = TierCount.objects.filter(key=scheme.metrics[name].key, counts_on__range=(first, today), known_on__lte=today)
        metric = scheme.metrics[name]
        total = Count("counts_on", distinct=True, filter=Q(amount__gt=0)) if metric.of_days else Sum("amount")
        sums = counts.values("member").annotate(sum=total)
        here = Q(pk__in=sums.filter(sum__gte=-(-least * percent // 100)).values("member"))
        far = far & here if asked and asked.needs_all else far | here
    return far


def _rolling(scheme: Scheme, today: dt.date) -> dt.date:
    window = scheme.window
    return today - dt.timedelta(days=window.days - 1) if window.days else add_months(today, -window.months) + dt.timedelta(days=1)


_WINDOWS: Mapping[WindowKind, Callable[[Scheme, dt.date], dt.date]] = {
    WindowKind.CALENDAR_YEAR: lambda _scheme, today: today.replace(month=1, day=1),
    WindowKind.ROLLING: _rolling,
    WindowKind.LIFETIME: lambda _scheme, _today: dt.date.min,
}
"""The first day of what counts together with today, where it is the same for everybody."""
_AUDIENCES: Mapping[Playbook, Callable[[Members, Programme, Inputs, dt.date], Members]] = {
    Playbook.WELCOME: _newcomers,
    Playbook.SECOND_PURCHASE: _bought_once,
    Playbook.WIN_BACK: _lapsed,
    Playbook.BIRTHDAY: _around_birthday,
    Playbook.TIER_NUDGE: _near_tier,
    Playbook.EXPIRING_POINTS: _with_points_that_end,
    Playbook.QUIET_WEEKDAY: _active,
    Playbook.NEW_CATEGORY: _new_to_category,
    Playbook.REFERRAL_PUSH: _friends,
}

"""What a programme's own figures suggest for a playbook, so that its form is ready to be sent as it opens."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Min, Sum
from django.db.models.functions import ExtractIsoWeekDay

from accounts.programmes.models import Programme
from loyalty.kit.clock import business_date
from rewards.earning.domain.fields import WEEKDAYS
from rewards.earning.queries import NoTermsInForce, setting_of
from rewards.playbooks.audiences import audience, tiers_to_near
from rewards.playbooks.domain import RECIPES, Inputs, Playbook
from rewards.purchases.models import Purchase, PurchaseLine

MOST_CATEGORIES = 50
NOTICE_DAYS = 7
"""So many days from today a campaign begins, unless somebody says otherwise: another person approves it before."""
_LOOKED_BACK = dt.timedelta(days=180)
_WHOLE_WEEKS = dt.timedelta(weeks=12)
_BASKET = 2_000
_POINTS = 100
_TAKERS = 30
_NEAR_PERCENT = 70
_DAYS: Mapping[Playbook, int] = {
    Playbook.WELCOME: 30,
    Playbook.BIRTHDAY: 7,
    Playbook.EXPIRING_POINTS: 30,
    Playbook.QUIET_WEEKDAY: 180,
    Playbook.NEW_CATEGORY: 180,
    Playbook.REFERRAL_PUSH: 60,
}
_BASKET_PERCENT: Mapping[Playbook, int] = {Playbook.WELCOME: 50, Playbook.REFERRAL_PUSH: 50, Playbook.SERVICE_RECOVERY: 0}
"""Which part of a usual basket must be paid; elsewhere the whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Habits:
    """How members of a programme bought in the last half year: a usual basket in minor units, days between two purchases."""

    basket_minor: int
    gap_days: int


def suggested(programme: Programme, playbook: Playbook, *, at: dt.datetime) -> Inputs:
    """Return answers that fit the programme: gift and threshold by its baskets, days by its rhythm, budget by whom it reaches today."""
    today, recipe = business_date(at, programme.time_zone), RECIPES[playbook]
    habits = habits_of(programme, today)
    worth = point_worth(programme, today)
    points = rounded(Decimal(habits.basket_minor) / 10 / worth) if worth else _POINTS
    tiers = tiers_to_near(programme) if playbook is Playbook.TIER_NUDGE else []
    first_on = today + dt.timedelta(days=NOTICE_DAYS)
    given = Inputs(
        first_on=first_on,
        last_on=first_on + dt.timedelta(days=recipe.campaign_days - 1),
        holdout_percent=Decimal(recipe.holdout_percent),
        budget_minor=1,
        points=points if "points" in recipe.asks else 0,
        least_minor=rounded(Decimal(habits.basket_minor * _BASKET_PERCENT.get(playbook, 100)) / 100),
        days=_days(playbook, habits),
        weekday=quietest_weekday(programme, today) if playbook is Playbook.QUIET_WEEKDAY else "",
        category=_category(programme, today) if playbook is Playbook.NEW_CATEGORY else "",
        tier=tiers[0].code if tiers else "",
        percent=_NEAR_PERCENT if playbook is Playbook.TIER_NUDGE else 0,
    )
    return dataclasses.replace(given, budget_minor=_budget(programme, playbook, given, habits, worth, today))


def habits_of(programme: Programme, today: dt.date) -> Habits:
    """Return how members bought lately; a programme without purchases has a basket of 20.00 and a month between two."""
    bought = Purchase.objects.filter(programme=programme, business_on__gt=today - _LOOKED_BACK)
    basket = bought.filter(price_minor__gt=0).aggregate(mean=Avg("price_minor"))["mean"]
    span = ExpressionWrapper(Max("business_on") - Min("business_on"), DurationField())
    spans = bought.values("member").annotate(count=Count("pk"), span=span).filter(count__gt=1)
    sums = spans.aggregate(days=Sum("span"), gaps=Sum(F("count") - 1))
    return Habits(int(basket or _BASKET), sums["days"].days // sums["gaps"] if sums["gaps"] else 30)


def point_worth(programme: Programme, day: dt.date) -> Decimal:
    """Return what a whole point of the main currency is worth in minor units; 0 where no terms say so."""
    setting = setting_of(programme)
    of = setting.currencies[setting.main]
    try:
        return Decimal(of.terms_on(day).point_value_minor).scaleb(of.unit.scale)
    except NoTermsInForce:
        return Decimal(0)


def rounded(value: Decimal) -> int:
    """Return a figure that people would choose: 137 is 150, 1,234 is 1,000; at least 1, but nothing of nothing."""
    whole = int(value)
    if whole < 10:
        return max(1, whole) if value else 0
    step = int(f"1{'0' * (len(str(whole)) - 1)}") // 2
    return (whole + step // 2) // step * step


def quietest_weekday(programme: Programme, today: dt.date) -> str:
    """Return the day of the week with the fewest purchases of twelve weeks; days without any are days on which nobody sells."""
    bought = Purchase.objects.filter(programme=programme, business_on__gt=today - _WHOLE_WEEKS, business_on__lte=today)
    rows = (
        bought.annotate(weekday=ExtractIsoWeekDay("business_on"))
        .values_list("weekday")
        .annotate(count=Count("pk"))
        .order_by("count", "weekday")
    )
    least = rows.first()
    return WEEKDAYS[least[0] - 1] if least else "tue"


def categories_of(programme: Programme, today: dt.date) -> list[tuple[str, int]]:
    """Return the categories that most members bought from lately, with how many did, most first."""
    lines = PurchaseLine.objects.filter(purchase__programme=programme, purchase__business_on__gt=today - _LOOKED_BACK).exclude(category="")
    rows = lines.values_list("category").annotate(members=Count("purchase__member", distinct=True))
    return [(name, count) for name, count in rows.order_by("-members", "category")[:MOST_CATEGORIES]]


def _category(programme: Programme, today: dt.date) -> str:
    """The largest category that most members do not know yet."""
    found = categories_of(programme, today)
    active = Purchase.objects.filter(programme=programme, business_on__gt=today - _LOOKED_BACK).aggregate(
        members=Count("member", distinct=True)
    )["members"]
    return next((name for name, count in found if 2 * count < active), found[-1][0] if found else "")


def _days(playbook: Playbook, habits: Habits) -> int:
    if playbook is Playbook.SECOND_PURCHASE:
        return min(120, max(14, 2 * habits.gap_days))
    if playbook is Playbook.WIN_BACK:
        return min(365, max(30, 4 * habits.gap_days))
    return _DAYS.get(playbook, 0)


def _budget(programme: Programme, playbook: Playbook, given: Inputs, habits: Habits, worth: Decimal, today: dt.date) -> int:
    """Enough for every third of those whom it reaches today, or for ten."""
    is_blank = playbook == Playbook.SERVICE_RECOVERY or (playbook is Playbook.TIER_NUDGE and not given.tier)
    reached = 0 if is_blank else audience(programme, playbook, given, today).count()
    each = given.points * worth if given.points and worth else Decimal(habits.basket_minor) / 20
    return max(1, rounded(each * max(10, reached * _TAKERS // 100)))

"""What rules ask for beside the basket: time, place, member, history, and what their caps have given before. Asks only what is asked for."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from django.db.models import Sum

from accounts.members.models import Member
from loyalty.kit.clock import business_date
from rewards.campaigns.queries import standings_among
from rewards.chosen_days.domain import FACT, fact_of
from rewards.chosen_days.queries import chosen_among
from rewards.earning.domain import Cap, Standing
from rewards.earning.domain.basket import Value
from rewards.earning.domain.fields import CATEGORIES, WEEKDAYS
from rewards.earning.domain.standing import PREFIX
from rewards.earning.models import RuleUse
from rewards.earning.windows import used_in, window_start
from rewards.plans.domain import FACT as PLANS
from rewards.plans.queries import plans_among
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.models import Purchase, PurchaseLine, Return, ReturnLine
from rewards.referrals.models import Referral
from rewards.segments.queries import Person, segments_among
from rewards.tiers.models import MemberYear
from rewards.tiers.queries import standings_on_ladders

_LADDER = "member.tiers."

_SEGMENTS = "member.segments."
REFERRED = "member.referred_days"


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """Where a purchase happens: its facts, its member, its business day."""

    facts: PurchaseFacts
    member: Member
    business_on: dt.date


def facts_of(scenes: Sequence[Scene], asked: Sequence[Collection[str]]) -> list[dict[str, Value]]:
    """Return for each scene the facts that its rules ask for and that are known; a handful of queries, whatever their number."""
    needs = frozenset[str]().union(*asked)
    if not needs:
        return [{} for _scene in scenes]
    found = [plain_facts(scene, needs) for scene in scenes]
    for learn in (_tiers, _nth, _attributes, _history, _categories, _segments, _campaigns, _chosen_days, _plans, _referred):
        learn(scenes, needs, found)
    return [{name: value for name, value in facts.items() if name in wanted} for facts, wanted in zip(found, asked, strict=True)]


def plain_facts(scene: Scene, needs: Collection[str]) -> dict[str, Value]:
    """Return what a scene itself tells: time, place, codes, days of the member. Asks the database nothing."""
    told = {name: _PLAIN[name](scene) for name in needs if name in _PLAIN}
    return {name: value for name, value in told.items() if value is not None}


def segments_of_members(members: Sequence[Member], codes: Collection[str], *, at: dt.datetime) -> list[frozenset[str]]:
    """Return which of these segments members of one programme belong to now."""
    return _segments_of([scene_of(member, at) for member in members], codes) if members else []


def standings_of_member(member: Member, codes: Collection[str], *, at: dt.datetime) -> dict[str, Standing]:
    """Return how a purchase of the member would stand to these campaigns now."""
    return _standings_of([scene_of(member, at)], codes)[0]


def scene_of(member: Member, at: dt.datetime) -> Scene:
    """Look at a member as if they bought now; needs the programme."""
    programme = member.programme
    facts = PurchaseFacts("", "", at, programme.currency, "", (), member=member.pk)
    return Scene(facts, member, business_date(at, programme.time_zone))


def used_before(scenes: Sequence[Scene], caps: Sequence[Collection[tuple[int, Cap]]]) -> list[dict[str, int]]:
    """Return for each scene what its caps (with their rules) have given its member in their windows; one query."""
    rules = {rule for of_scene in caps for rule, _cap in of_scene}
    if not rules:
        return [{} for _scene in scenes]
    wallets = {scene.member.points_account_id for scene in scenes}
    rows = RuleUse.objects.filter(points_account__in=wallets, rule__in=rules)
    by_rule: dict[tuple[uuid.UUID, int], list[tuple[dt.date, int, int, int]]] = defaultdict(list)
    for wallet, rule, day, units, uses, basis in rows.values_list("points_account", "rule", "business_on", "units", "uses", "basis_minor"):
        by_rule[wallet, rule].append((day, units, uses, basis))
    return [
        {cap.key: _used(by_rule[scene.member.points_account_id, rule], cap, scene.business_on) for rule, cap in of_scene}
        for scene, of_scene in zip(scenes, caps, strict=True)
    ]


def _used(rows: Iterable[tuple[dt.date, int, int, int]], cap: Cap, day: dt.date) -> int:
    return used_in(cap.per, day, [(on, cap.of(*use)) for on, *use in rows])


def _local(scene: Scene) -> dt.datetime:
    return scene.facts.occurred_at.astimezone(ZoneInfo(scene.member.programme.time_zone))


def _birthday_in(scene: Scene) -> int | None:
    """Days to the member's next birthday; who was born on 29 February has it on 28 February in other years."""
    born = scene.member.birth_date
    if born is None:
        return None
    days = [_birthday(born, year) for year in (scene.business_on.year, scene.business_on.year + 1)]
    return (next(day for day in days if day >= scene.business_on) - scene.business_on).days


def _birthday_ago(scene: Scene) -> int | None:
    born = scene.member.birth_date
    if born is None:
        return None
    days = [_birthday(born, year) for year in (scene.business_on.year, scene.business_on.year - 1)]
    return (scene.business_on - next(day for day in days if day <= scene.business_on)).days


def _birthday(born: dt.date, year: int) -> dt.date:
    try:
        return born.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


_PLAIN: dict[str, Callable[[Scene], Value | None]] = {
    "order.channel": lambda scene: scene.facts.channel,
    "order.store": lambda scene: scene.facts.store,
    "order.codes": lambda scene: frozenset(scene.facts.codes),
    "order.tenders": lambda scene: frozenset(scene.facts.tender_kinds),
    "time.day": lambda scene: scene.business_on,
    "time.weekday": lambda scene: WEEKDAYS[scene.business_on.weekday()],
    "time.hour": lambda scene: _local(scene).hour,
    "time.month": lambda scene: scene.business_on.month,
    "time.day_of_month": lambda scene: scene.business_on.day,
    "time.week_of_month": lambda scene: (scene.business_on.day - 1) // 7 + 1,
    "member.days": lambda scene: max(0, (scene.business_on - business_date(scene.member.joined_at, scene.member.programme.time_zone)).days),
    "member.birthday_in": _birthday_in,
    "member.birthday_ago": _birthday_ago,
}


def _tiers(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """The tiers before the purchase, on its day."""
    ladders = {name.removeprefix(_LADDER) for name in needs if name.startswith(_LADDER)}
    if "member.tier" not in needs and not ladders:
        return
    by_day: dict[dt.date, set[uuid.UUID]] = defaultdict(set)
    for scene in scenes:
        by_day[scene.business_on].add(scene.member.pk)
    standing = {day: standings_on_ladders(members, day, main_only=not ladders) for day, members in by_day.items()}
    for scene, facts in zip(scenes, found, strict=True):
        for ladder, of in standing[scene.business_on].get(scene.member.pk, {}).items():
            if ladder.is_main:
                facts["member.tier"] = of.tier.code
            if ladder.code in ladders:
                facts[_LADDER + ladder.code] = of.tier.code


def _nth(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """Which purchase of the member this is: purchases that came back whole are not counted."""
    if "order.nth" not in needs:
        return
    years = MemberYear.objects.filter(member__in={scene.member.pk for scene in scenes})
    counts = dict(years.values_list("member").annotate(count=Sum("purchases")).order_by())
    for scene, facts in zip(scenes, found, strict=True):
        facts["order.nth"] = counts.get(scene.member.pk, 0) + 1


def _attributes(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    names = [name for name in needs if name.startswith("member.attributes.")]
    if not names:
        return
    known = dict(Member.objects.filter(pk__in={scene.member.pk for scene in scenes}).values_list("pk", "attributes"))
    for scene, facts in zip(scenes, found, strict=True):
        of = known[scene.member.pk]
        facts |= {name: str(of[key]) for name in names if (key := name.removeprefix("member.attributes.")) in of}


def _history(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """What the member bought before in a window that ends with the day of the purchase, less what came back of it."""
    names = [name for name in needs if name.startswith("history.") and not name.startswith(CATEGORIES)]
    if not names:
        return
    bought = _bought(scenes, names)
    for scene, facts in zip(scenes, found, strict=True):
        for name in names:
            facts[name] = history_fact(name, bought[scene.member.pk], scene.business_on)


def history_fact(name: str, bought: Iterable[tuple[dt.date, int]], day: dt.date) -> int:
    """Return a fact like history.spend.30d from the days and kept prices of what a member bought before."""
    _app, metric, window = name.split(".")
    start = window_start(window, day)
    within = [(on, minor) for on, minor in bought if start <= on <= day]
    if metric == "spend":
        return sum(minor for _on, minor in within)
    return len(within) if metric == "purchases" else len({on for on, _minor in within})


def _categories(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """The categories that the member bought before in a window, without lines that came back whole."""
    names = [name for name in needs if name.startswith(CATEGORIES)]
    if not names:
        return
    bought = _bought_categories(scenes, min(window_start(name.removeprefix(CATEGORIES), of.business_on) for name in names for of in scenes))
    for scene, facts in zip(scenes, found, strict=True):
        facts |= {name: categories_fact(name, bought[scene.member.pk], scene.business_on) for name in names}


def categories_fact(name: str, bought: Iterable[tuple[dt.date, str]], day: dt.date) -> frozenset[str]:
    """Return a fact like history.categories.30d from the days and categories of the lines that a member bought before: food/bread is food, too."""
    start = window_start(name.removeprefix(CATEGORIES), day)
    within = {category for on, category in bought if start <= on <= day and category}
    return frozenset(category[:end] for category in within for end in _ends(category))


def _ends(category: str) -> list[int]:
    """Where a category and those above it end."""
    return [place for place, sign in enumerate(category) if sign == "/" and place] + [len(category)]


def _segments(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """The segments that somebody asks for, as they are now."""
    codes = {name.removeprefix(_SEGMENTS) for name in needs if name.startswith(_SEGMENTS)}
    if codes:
        for facts, of in zip(found, _segments_of(scenes, codes), strict=True):
            facts["member.segments"] = of


def _segments_of(scenes: Sequence[Scene], codes: Collection[str]) -> list[frozenset[str]]:
    def learn(names: Collection[str]) -> Sequence[Mapping[str, Value]]:
        return facts_of(scenes, [names] * len(scenes))

    return segments_among(scenes[0].member.programme_id, codes, _people(scenes), learn)


def _campaigns(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """How the purchase stands to the campaigns of the rules."""
    codes = {name.removeprefix(PREFIX) for name in needs if name.startswith(PREFIX)}
    if codes:
        for facts, of in zip(found, _standings_of(scenes, codes), strict=True):
            facts |= {PREFIX + code: standing.value for code, standing in of.items()}


def _chosen_days(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """How the day of the purchase stands to the day that the member chose for its period."""
    codes = {name.removeprefix(FACT) for name in needs if name.startswith(FACT)}
    if codes:
        chosen = chosen_among(scenes[0].member.programme_id, codes, _people(scenes))
        for scene, facts, of in zip(scenes, found, chosen, strict=True):
            facts |= {FACT + code: fact_of(scene.business_on, day) for code, day in of.items()}


def _plans(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """The paid memberships that hold on the day of the purchase."""
    if PLANS in needs:
        for facts, of in zip(found, plans_among(_people(scenes)), strict=True):
            facts[PLANS] = of


def _referred(scenes: Sequence[Scene], needs: Collection[str], found: list[dict[str, Value]]) -> None:
    """Since how many days the member is known as somebody's friend; nothing for who named no code, or one that does not count."""
    if REFERRED not in needs:
        return
    claimed = referred_on(scene.member.pk for scene in scenes)
    for scene, facts in zip(scenes, found, strict=True):
        day = claimed.get(scene.member.pk)
        if day is not None and day <= scene.business_on:
            facts[REFERRED] = (scene.business_on - day).days


def referred_on(members: Iterable[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """Return on which day each of these members named a friend's code that counts."""
    rows = Referral.objects.filter(friend__in=set(members)).exclude(state=Referral.State.REFUSED)
    return dict(rows.values_list("friend", "claimed_on"))


def _standings_of(scenes: Sequence[Scene], codes: Collection[str]) -> list[dict[str, Standing]]:
    def in_segments(segments: Collection[str]) -> Sequence[frozenset[str]]:
        return _segments_of(scenes, segments)

    return standings_among(scenes[0].member.programme_id, codes, _people(scenes), in_segments)


def _people(scenes: Sequence[Scene]) -> list[Person]:
    return [(scene.member.pk, scene.business_on) for scene in scenes]


def _bought(scenes: Sequence[Scene], names: Iterable[str]) -> Mapping[uuid.UUID, list[tuple[dt.date, int]]]:
    """Return by member the day and the kept price of each purchase that did not come back whole."""
    first = min(window_start(name.split(".")[2], scene.business_on) for name in names for scene in scenes)
    members = {scene.member.pk for scene in scenes}
    rows = list(
        Purchase.objects.filter(member__in=members, business_on__gte=first).values_list("pk", "member", "business_on", "price_minor")
    )
    back = Return.objects.filter(purchase__in=[row[0] for row in rows]).values_list("purchase").annotate(sum=Sum("price_minor")).order_by()
    returned = dict(back)
    kept: dict[uuid.UUID, list[tuple[dt.date, int]]] = defaultdict(list)
    for purchase, member, day, minor in rows:
        left = minor - returned.get(purchase, 0)
        if left or purchase not in returned:
            kept[member].append((day, left))
    return kept


def _bought_categories(scenes: Sequence[Scene], first: dt.date) -> Mapping[uuid.UUID, list[tuple[dt.date, str]]]:
    """Return by member the day and the category of each line that did not come back whole; three queries."""
    members = {scene.member.pk for scene in scenes}
    bought = dict(Purchase.objects.filter(member__in=members, business_on__gte=first).values_list("pk", "business_on"))
    owners = {scene.member.points_account_id: scene.member.pk for scene in scenes}
    lines = PurchaseLine.objects.filter(points_account__in=list(owners), purchase__in=list(bought)).exclude(category="")
    rows = list(lines.values_list("pk", "points_account", "purchase", "category", "quantity"))
    back = ReturnLine.objects.filter(points_account__in=list(owners), line__in=[row[0] for row in rows])
    returned = dict(back.values_list("line").annotate(sum=Sum("quantity")).order_by())
    found: dict[uuid.UUID, list[tuple[dt.date, str]]] = defaultdict(list)
    for line, wallet, purchase, category, quantity in rows:
        if returned.get(line, 0) < quantity:
            found[owners[wallet]].append((bought[purchase], category))
    return found

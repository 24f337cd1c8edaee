"""Ten recipes: from a few answers to the definitions of a segment, a campaign and its rule, as forms and programme files write them. Pure."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Node = dict[str, Any]
MOST_DAYS = 999
MOST_CAMPAIGN_DAYS = 366


class Playbook(enum.StrEnum):
    """What a campaign is for."""

    WELCOME = "welcome"
    SECOND_PURCHASE = "second-purchase"
    WIN_BACK = "win-back"
    BIRTHDAY = "birthday"
    TIER_NUDGE = "tier-nudge"
    EXPIRING_POINTS = "expiring-points"
    QUIET_WEEKDAY = "quiet-weekday"
    NEW_CATEGORY = "new-category"
    REFERRAL_PUSH = "referral-push"
    SERVICE_RECOVERY = "service-recovery"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What somebody chose. A recipe reads what it asks for (`Recipe.asks`); amounts are in minor units."""

    first_on: dt.date
    last_on: dt.date
    holdout_percent: Decimal
    budget_minor: int
    points: int = 0
    factor: Decimal = Decimal(2)
    least_minor: int = 0
    days: int = 0
    weekday: str = ""
    category: str = ""
    tier: str = ""
    percent: int = 0
    store: str = ""
    bought_on: dt.date | None = None

    def as_json(self) -> dict[str, Any]:
        """Write down what was chosen; what was left alone is left out."""
        given = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: _plain(value) for name, value in given.items() if value not in (None, "", 0)}

    @property
    def campaign_days(self) -> int:
        return (self.last_on - self.first_on).days + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How a playbook turns answers into definitions. Without `who` its audience is a list of members, taken when the draft is made."""

    asks: tuple[str, ...]
    who: Callable[[Inputs], list[Node]] | None
    when: Callable[[Inputs], list[Node]]
    cap: Mapping[str, Any] | None = None
    holdout_percent: int = 10
    campaign_days: int = 30

    @property
    def is_list(self) -> bool:
        return self.who is None

    def segment(self, given: Inputs) -> Node:
        """Return the definition of its segment; only where it is no list."""
        assert self.who is not None
        return {"when": _all(self.who(given))}

    def rule(self, given: Inputs) -> Node:
        """Return the definition of its rule."""
        nodes = self.when(given)
        if given.least_minor:
            nodes = [*nodes, _node("order.paid", "ge", given.least_minor)]
        if "factor" in self.asks:
            said: Node = {"kind": "multiplier", "factor": _plain(given.factor)}
        else:
            said = {"kind": "fixed", "points": given.points, "phase": "bonus"}
        said |= {"when": _all(nodes)} if nodes else {}
        return said | ({"caps": [dict(self.cap)]} if self.cap else {})


def campaign_definition(given: Inputs, segment: str) -> Node:
    """Return what a campaign for a segment says."""
    return {
        "first_on": given.first_on.isoformat(),
        "last_on": given.last_on.isoformat(),
        "segment": segment,
        "holdout_percent": _plain(given.holdout_percent),
        "budget": {"cost_minor": given.budget_minor},
    }


def scaled_cost(cost_minor: int, *, tried_days: int, campaign_days: int) -> int:
    """Return what days of a campaign would cost at the rate of the days that were tried, rounded half up."""
    return (2 * cost_minor * campaign_days + tried_days) // (2 * tried_days)


def _node(field: str, op: str, value: Any) -> Node:
    return {"field": field, "op": op, "value": value}


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else {"all": nodes}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else f"{value.normalize():f}"
    return value


def _newcomers(given: Inputs) -> list[Node]:
    return [_node("member.days", "le", given.days), _node("history.purchases.lifetime", "eq", 0)]


def _bought_once(given: Inputs) -> list[Node]:
    return [_node("history.purchases.lifetime", "eq", 1), _node(f"history.purchases.{given.days}d", "eq", 1)]


def _lapsed(given: Inputs) -> list[Node]:
    return [_node("history.purchases.lifetime", "ge", 1), _node(f"history.purchases.{given.days}d", "eq", 0)]


def _around_birthday(given: Inputs) -> list[Node]:
    return [{"any": [_node("member.birthday_in", "le", given.days), _node("member.birthday_ago", "le", given.days)]}]


def _active(given: Inputs) -> list[Node]:
    return [_node(f"history.purchases.{given.days}d", "ge", 1)]


def _new_to_category(given: Inputs) -> list[Node]:
    return [*_active(given), _node(f"history.categories.{given.days}d", "lacks", given.category)]


def _friends(given: Inputs) -> list[Node]:
    return [_node("member.referred_days", "le", given.days), _node("history.purchases.lifetime", "eq", 0)]


def _always(_given: Inputs) -> list[Node]:
    return []


def _first_purchase(_given: Inputs) -> list[Node]:
    return [_node("order.nth", "eq", 1)]


def _second_purchase(_given: Inputs) -> list[Node]:
    return [_node("order.nth", "eq", 2)]


def _on_weekday(given: Inputs) -> list[Node]:
    return [_node("time.weekday", "eq", given.weekday)]


def _with_category(given: Inputs) -> list[Node]:
    return [{"lines": "any", "where": _node("category", "under", given.category)}]


_ONCE = {"uses": 1, "per": "lifetime"}
_GIFT = ("points", "least_minor")
RECIPES: Mapping[Playbook, Recipe] = {
    Playbook.WELCOME: Recipe((*_GIFT, "days"), _newcomers, _first_purchase, _ONCE),
    Playbook.SECOND_PURCHASE: Recipe((*_GIFT, "days"), _bought_once, _second_purchase, _ONCE),
    Playbook.WIN_BACK: Recipe((*_GIFT, "days"), _lapsed, _always, _ONCE),
    Playbook.BIRTHDAY: Recipe((*_GIFT, "days"), _around_birthday, _always, {"uses": 1, "per": "300d"}, campaign_days=365),
    Playbook.TIER_NUDGE: Recipe(("factor", "tier", "percent", "least_minor"), None, _always),
    Playbook.EXPIRING_POINTS: Recipe((*_GIFT, "days"), None, _always, _ONCE),
    Playbook.QUIET_WEEKDAY: Recipe(("factor", "weekday", "least_minor", "days"), _active, _on_weekday, campaign_days=56),
    Playbook.NEW_CATEGORY: Recipe((*_GIFT, "category", "days"), _new_to_category, _with_category, _ONCE),
    Playbook.REFERRAL_PUSH: Recipe((*_GIFT, "days"), _friends, _first_purchase, _ONCE, campaign_days=60),
    Playbook.SERVICE_RECOVERY: Recipe((*_GIFT, "affected"), None, _always, _ONCE, holdout_percent=0),
}

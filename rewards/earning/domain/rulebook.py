"""All rules of one day, found by what a basket holds: ten thousand rules cost a till little more than ten. Pure."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rewards.earning.domain.basket import Basket
from rewards.earning.domain.kinds import GroupMode, Phase, RuleKind
from rewards.earning.domain.rules import Cap, Rule

MOST_TOLD = 100
"""Up to so many rules, those that cannot count for a basket are told of too, with the reason."""

_LOOKING_BACK = ("history.", "campaign.", "member.segments", "member.tiers.")
_BY_LINE = ("sku", "category", "brand")
_Key = tuple[str, str]


class Rulebook(Sequence[Rule]):
    """The rules of a day in their order.

    `needs` are the facts that they ask for; `caps` those that look at what was given before; `campaigns` the codes of theirs.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(sorted(rules, key=lambda rule: (list(Phase).index(rule.phase), rule.order, rule.code)))
        self.needs = frozenset[str]().union(
            *(rule.when.fields() for rule in self._rules), (rule.of.name for rule in self._rules if rule.of)
        )
        self.campaigns = frozenset(rule.campaign for rule in self._rules if rule.campaign)
        self.caps: tuple[tuple[Rule, Cap], ...] = tuple((rule, cap) for rule in self._rules for cap in rule.looked_back)

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules)

    def __getitem__(self, place: Any) -> Any:
        return self._rules[place]

    @property
    def looks_back(self) -> bool:
        """Whether one purchase of a member may change what the next one earns."""
        return bool(self.caps) or looks_back(self.needs)

    @property
    def tells_all(self) -> bool:
        """Whether there are so few that every basket is told of all."""
        return len(self._rules) <= MOST_TOLD

    @functools.cached_property
    def stands_alone(self) -> bool:
        """Whether what each rule gives depends on no other rule: no group chooses, nothing multiplies or cuts what others give."""
        return all(rule.mode is GroupMode.ALL and not rule.is_daily and rule.phase in (Phase.BASE, Phase.BONUS) for rule in self._rules)

    def candidates(self, basket: Basket) -> "Rulebook":
        """The rules that may count for the basket; all of them where there are few. Looks at the lines and the codes."""
        if self.tells_all:
            return self
        general, by_key = self._index
        keys = {(name, str(line.value(name))) for line in basket.lines for name in _BY_LINE}
        codes = basket.value("order.codes")
        keys |= {("code", code) for code in codes} if isinstance(codes, frozenset) else set()
        places = set(general).union(*(by_key[key] for key in keys if key in by_key))
        return Rulebook(self._rules[place] for place in places)

    @functools.cached_property
    def _index(self) -> tuple[list[int], dict[_Key, list[int]]]:
        """The places of the rules that may count for any basket, and those of the others by what they demand."""
        general: list[int] = []
        by_key: dict[_Key, list[int]] = defaultdict(list)
        for place, rule in enumerate(self._rules):
            keys = _keys_of(rule)
            if keys is None:
                general.append(place)
            for key in keys or ():
                by_key[key].append(place)
        return general, by_key


def looks_back(needs: Iterable[str]) -> bool:
    """Whether these facts may be other ones after a purchase of the member."""
    return any(name in ("order.nth", "member.tier") or name.startswith(_LOOKING_BACK) for name in needs)


def _keys_of(rule: Rule) -> set[_Key] | None:
    """Return keys of which a basket must hold one for the rule to count, or None when it may count for any.

    A ceiling cuts what others give for any line, and a rule of a daily group stands in the way of the others of its group.
    """
    if rule.kind is RuleKind.CEILING or rule.is_daily:
        return None
    for name in _BY_LINE:
        found = _wanted(rule.definition.get("where"), name)
        if found is not None:
            return {(name, value) for value in found}
    if rule.only_categories:
        return {("category", name) for name in rule.only_categories}
    codes = _wanted(rule.definition.get("when"), "order.codes")
    return None if codes is None else {("code", code) for code in codes}


def _wanted(tree: Any, field: str) -> set[str] | None:
    """Return the values of which `field` must have one for the condition to hold; None when it may hold otherwise."""
    if not isinstance(tree, Mapping):
        return None
    if tree.get("field") == field and tree.get("op") in ("eq", "has"):
        return {tree["value"]}
    if tree.get("field") == field and tree.get("op") == "in":
        return set(tree["value"])
    if "all" in tree:
        return next((found for part in tree["all"] if (found := _wanted(part, field)) is not None), None)
    if "any" in tree:
        parts = [_wanted(part, field) for part in tree["any"]]
        return None if None in parts else set().union(*(part for part in parts if part is not None))
    return None

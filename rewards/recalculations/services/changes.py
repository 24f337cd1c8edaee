"""The change that a recalculation makes to each purchase: rules struck, or a rule added with what it asks for, its caps and its budget."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from rewards.campaigns.domain import Used
from rewards.campaigns.queries import noted_uses
from rewards.earning.approved import compiled
from rewards.earning.domain import Basket, Rule, facts_as_json
from rewards.earning.domain.rulebook import Rulebook
from rewards.earning.models import EarningRule, RuleUse
from rewards.earning.queries import Setting
from rewards.earning.windows import used_in
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.history import History
from rewards.purchases.models import Purchase
from rewards.purchases.services.revise import Addition, Strike
from rewards.purchases.surroundings import Scene, facts_of
from rewards.recalculations.models import Recalculation
from rewards.recalculations.queries import struck_versions

Room = Callable[[Decimal], int | None]
"""Returns for how many units the campaign has room, at what a unit is expected to cost; None without a budget."""
Use = tuple[str, uuid.UUID, dt.date, uuid.UUID, int]
"""By which key a basket says it, whose it is, its day, the purchase or return that made it, and how often."""


def strike_of(row: Recalculation) -> Strike:
    return Strike(struck_versions(row))


def added_rule(row: Recalculation) -> Rule:
    """Return the rule that counts for the past, drafted or approved; needs what `WORKED_ON` names."""
    assert row.version is not None
    return compiled(row.version)


class Additions:
    """Makes the change for each of some purchases; who asks tells what was given, so that caps count it for the next."""

    def __init__(self, rule: Rule, of: EarningRule, setting: Setting, purchases: Sequence[Purchase]) -> None:
        self.rule, self.setting, self._campaign = rule, setting, of.campaign_id
        self._facts = self._learn(purchases)
        self._uses: dict[uuid.UUID, list[tuple[dt.date, int, int]]] = defaultdict(list)
        wallets = {purchase.points_account_id for purchase in purchases}
        if rule.looked_back:
            rows = RuleUse.objects.filter(points_account__in=wallets, rule=of.pk)
            for wallet, day, units, uses in rows.values_list("points_account", "business_on", "units", "uses"):
                self._uses[wallet].append((day, units, uses))
        self._others = _uses_of_others(rule, of, setting, wallets) if rule.is_daily else ()

    def _learn(self, purchases: Sequence[Purchase]) -> dict[uuid.UUID, dict[str, Any]]:
        """What the rule asks for beside the lines; what is stored with a purchase stands."""
        needs = Rulebook([self.rule]).needs
        scenes = [_scene(purchase) for purchase in purchases]
        known = facts_of(scenes, [needs] * len(scenes)) if scenes else []
        return {of.pk: facts_as_json(Basket((), facts)).get("facts", {}) for of, facts in zip(purchases, known, strict=True)}

    def given(self, wallet: uuid.UUID, day: dt.date, units: int) -> None:
        self._uses[wallet].append((day, units, 1))

    def of(self, history: History, room: Room) -> Addition:
        """Return the change for a purchase."""
        purchase, rule = history.purchase, self.rule
        facts: dict[str, Any] = {"facts": self._facts[purchase.pk] | history.facts.get("facts", {})}
        used = {cap.key: self._used(purchase, cap) for cap in rule.looked_back}
        used |= self._used_by_others(history)
        if used:
            facts["used"] = used
        if rule.campaign:
            left = room(self.setting.ssp_on(rule.currency, purchase.business_on)[0])
            if left is not None:
                facts["rooms"] = {rule.campaign: left + self.given_by_campaign(history).units}
        return Addition(rule, facts)

    def given_by_campaign(self, history: History) -> Used:
        """What the rule's campaign has given by this purchase so far."""
        if self._campaign is None:
            return Used()
        return noted_uses(history.purchase.points_account_id, history.evidence).get(self._campaign, Used())

    def _used(self, purchase: Purchase, cap: Any) -> int:
        rows = [(day, cap.of(units, uses, 0)) for day, units, uses in self._uses[purchase.points_account_id]]
        return used_in(cap.per, purchase.business_on, rows)

    def _used_by_others(self, history: History) -> dict[str, int]:
        """How often other rules of the daily group gave something on the day, by other purchases."""
        purchase, own = history.purchase, set(history.evidence)
        used: dict[str, int] = defaultdict(int)
        for key, wallet, day, evidence, uses in self._others:
            if (wallet, day) == (purchase.points_account_id, purchase.business_on) and evidence not in own:
                used[key] += uses
        return dict(used)


def _uses_of_others(rule: Rule, of: EarningRule, setting: Setting, wallets: Collection[uuid.UUID]) -> Sequence[Use]:
    group = {
        setting.rule_ids[other.version_id]: other.day_key
        for other in setting.compiled.values()
        if other.is_daily and other.group == rule.group
    }
    rows = RuleUse.objects.filter(points_account__in=wallets, rule__in=group.keys() - {of.pk})
    found = rows.values_list("rule", "points_account", "business_on", "evidence", "uses")
    return [(group[other], wallet, day, evidence, uses) for other, wallet, day, evidence, uses in found]


def _scene(purchase: Purchase) -> Scene:
    facts = PurchaseFacts(
        purchase.source,
        purchase.external_id,
        purchase.occurred_at,
        purchase.currency,
        purchase.channel.code,
        (),
        store=purchase.store.code if purchase.store else None,
        member=purchase.member_id,
    )
    return Scene(facts, purchase.member, purchase.business_on)


@dataclasses.dataclass(slots=True)
class Planned:
    """What the preview has planned to take out of a campaign's budget so far."""

    units: int = 0
    cost_minor: int = 0
    uses: int = 0

    def add(self, used: Used) -> None:
        self.units, self.cost_minor, self.uses = self.units + used.units, self.cost_minor + used.cost_minor, self.uses + used.uses

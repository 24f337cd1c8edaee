"""Judge a purchase again, and post the difference: rules struck (only takes), one rule added (only gives), or less bought before it in
the period of its bands (mostly takes; where bands are flat, a step that another purchase had made may become its own).

What the purchase would have come to is the least that any stage of it came to, at first and after each return: a return only takes, and
neither does a recalculation give back what a return took.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from accounts.members.models import Member
from ledger.points import services as points
from ledger.points.domain import Reason, Reversal, Source, Taking
from ledger.points.unasked import reverse_unasked
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from rewards.campaigns.queries import noted_uses as campaign_uses
from rewards.campaigns.services.purses import NOTHING, Gift, Purses
from rewards.earning.domain import Outcome, Rule, RuleOutcome, Why
from rewards.earning.gifts import gifts, given
from rewards.earning.queries import Setting, compiled_versions, setting_of
from rewards.earning.uses import is_limited, new_uses, note_uses, noted_uses
from rewards.purchases.history import UNDONE, GrantLeft, History, Stand, Told, histories_of, is_open, judge
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.purchases.periods import came_later, facts_now
from rewards.purchases.services.less import gifts_of, note_less, takings_from, undone
from rewards.tiers.services import Spend
from rewards.tiers.services.judgement import note_spends


@dataclasses.dataclass(frozen=True, slots=True)
class Strike:
    """These versions of rules are struck."""

    versions: Collection[uuid.UUID]


@dataclasses.dataclass(frozen=True, slots=True)
class Addition:
    """A rule counts too. `facts` are what it asks for beside the lines, with what its caps and its budget left room for."""

    rule: Rule
    facts: Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Shift:
    """Bands over a period count something else before the purchase: what came before it was returned. These versions are they."""

    versions: Collection[uuid.UUID]


Change = Strike | Addition | Shift


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """What changed rules make of a purchase: points by currency (below 0: taken back), what it comes to now, and the whole basket."""

    units: dict[str, int]
    told: list[Told]
    facts: dict[str, Any]
    now: Stand
    whole: Stand
    is_open: bool

    @property
    def moves(self) -> bool:
        return any(self.units.values())


def effect_of(history: History, member: Member, change: Change) -> Effect | None:
    """Return what the change makes of a purchase; None where it is no change, or where an added rule would leave less. Writes nothing."""
    told, facts, rules = _changed(history, member, change)
    if told is None:
        return None
    stages = [judge(history, rules, told, facts, kept) for kept in history.stages]
    left = history.left()
    units = {}
    for code in sorted({*left, *stages[0].units}):
        least = min(stage.units.get(code, 0) for stage in stages)
        more = least - left.get(code, 0)
        if more < 0 and isinstance(change, Addition):
            return None
        if more < 0 or (more > 0 and not isinstance(change, Strike)):
            units[code] = more
    return Effect(units, told, facts, stages[-1], stages[0], is_open(history))


def _changed(history: History, member: Member, change: Change) -> tuple[list[Told] | None, dict[str, Any], Mapping[uuid.UUID, Rule]]:
    told = history.told
    rules = dict(compiled_versions([of.version for of in told], member.programme))
    known = dict(facts_now(history.purchase, rules.values(), history.facts, member.programme))
    if isinstance(change, Shift):
        return told, known, rules
    if isinstance(change, Strike):
        left = [of for of in told if of.version not in change.versions]
        return (None if len(left) == len(told) else left), known, rules
    if any(of.version == change.rule.version_id for of in told):
        return None, known, rules
    rules[change.rule.version_id] = change.rule
    facts = {part: known.get(part, {}) | change.facts.get(part, {}) for part in {*known, *change.facts}}
    return [*told, Told(change.rule.version_id, _next_number(history))], facts, rules


def _next_number(history: History) -> int:
    return len(history.revisions) + 1


def revise(
    *, history: History, member: Member, change: Change, effect: Effect, cause: uuid.UUID, purses: Purses, at: dt.datetime
) -> PurchaseRevision:
    """Post what the change makes of a purchase. The caller holds the wallet's lock, and the purses' when a budget may be drawn on.

    Spent points are owed as far as the currency's policy lets them be, and forgiven beyond: nobody is asked, so nothing is refused for it.
    Raises: PointsOnHold.
    """
    purchase, setting = history.purchase, setting_of(member.programme)
    row = PurchaseRevision(
        id=uuid7(),
        points_account_id=purchase.points_account_id,
        purchase=purchase,
        number=_next_number(history),
        cause=cause,
        business_on=business_date(at, member.programme.time_zone),
        recorded_at=at,
        units=sum(effect.units.values()),
        evaluation=_written(history, effect),
        facts=effect.facts,
        follows_return=isinstance(change, Shift),
    )
    if not isinstance(change, Addition):
        noted = gifts_of(history, member)
        _take(row, history, setting, effect)
        if isinstance(change, Shift):
            _give(row, purchase, member, setting, effect)
        row.save(force_insert=True)
        note_less(history, member, _settled(history, effect, change, setting), noted, evidence=row.pk)
    else:
        _give(row, purchase, member, setting, effect)
        row.save(force_insert=True)
        _note_more(row, history, setting, change, effect, purses)
    note_spends([Spend(member=member, business_on=purchase.business_on, amount_minor=0, purchases=0, evidence=row.pk)])
    return row


def _written(history: History, effect: Effect) -> list[dict[str, Any]]:
    """The whole basket's evaluation; what was struck stays told, with what it had made."""
    layers = {of.version: of.layer for of in effect.told}
    kept = [of.as_json() | ({"since": layers[of.version_id]} if layers[of.version_id] else {}) for of in effect.whole.evaluation.outcomes]
    struck = [of for of in history.outcomes if uuid.UUID(of["version_id"]) not in layers]
    return [*kept, *(of if of["reason"] in UNDONE else _undone(of) for of in struck)]


def _undone(outcome: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in outcome.items() if name not in ("miss", "before_cap")}
    return told | {"outcome": Outcome.NOTHING.value, "reason": Why.UNDONE.value, "units": 0, "before_cap": outcome["units"]}


def _take(row: PurchaseRevision, history: History, setting: Setting, effect: Effect) -> None:
    wanted = {code: units + effect.units.get(code, 0) for code, units in history.left().items()}
    for grant, units in takings_from(history, wanted, effect.now.layers):
        outcome = _reverse(row, grant, units, setting)
        row.arrears_units += outcome.owed
        row.reversed.append(undone(grant, units, outcome))


def _reverse(row: PurchaseRevision, grant: GrantLeft, units: int, setting: Setting) -> Reversal:
    unit = setting.currencies[grant.currency].unit
    taking = Taking(
        points_account=row.points_account_id,
        unit=unit.pk,
        source=Source.RECALCULATION,
        key=f"revise:{row.pk}:{grant.currency}:{grant.layer}",
        units=units,
        reason=Reason.RECALCULATION,
        occurred_at=row.recorded_at,
        business_on=row.business_on,
    )

    return reverse_unasked(grant=grant.movement, taking=taking, unit=unit)


def _settled(history: History, effect: Effect, change: Strike | Shift, setting: Setting) -> list[RuleOutcome]:
    """The outcomes that are noted from now on: nothing for what is struck, and those of currencies that come to what is left."""
    left = {code: units + effect.units.get(code, 0) for code, units in history.left().items()}
    struck = change.versions if isinstance(change, Strike) else ()
    gone = [setting.compiled[of.version] for of in history.told if of.version in struck]
    campaigns = {rule.campaign for rule in gone if rule.campaign}
    counted = [
        of
        for of in effect.now.evaluation.outcomes
        if left.get(of.currency, 0) == effect.now.units[of.currency] or setting.compiled[of.version_id].campaign in campaigns
    ]
    return [*counted, *(_nothing(rule) for rule in gone)]


def _nothing(rule: Rule) -> RuleOutcome:
    return RuleOutcome(rule.code, rule.version, rule.version_id, rule.currency, Outcome.NOTHING, Why.UNDONE, 0, 0, 0)


def _give(row: PurchaseRevision, purchase: Purchase, member: Member, setting: Setting, effect: Effect) -> None:
    """Give the extras: no part of the sale's price stands behind them, so they are a promotion."""
    grants = [
        dataclasses.replace(grant, source=Source.RECALCULATION)
        for grant in gifts(
            setting,
            {code: units for code, units in effect.units.items() if units > 0},
            wallet=row.points_account_id,
            key=f"revise:{row.pk}",
            joined_at=member.joined_at,
            reason=Reason.PROMOTION,
            occurred_at=row.recorded_at,
            business_on=row.business_on,
            had_on=purchase.fulfilled_on,
        )
    ]
    row.earned = given(grants, points.grant_many(grants=grants) if grants else [])


def _note_more(row: PurchaseRevision, history: History, setting: Setting, change: Addition, effect: Effect, purses: Purses) -> None:
    """Note what the added rule, as far as it is capped, and its campaign gave."""
    purchase, rule = history.purchase, change.rule
    if is_limited(rule):
        mine = [of for of in effect.now.evaluation.outcomes if of.version_id == rule.version_id]
        was = noted_uses(row.points_account_id, history.evidence)
        note_uses(
            new_uses(
                setting, was, mine, wallet=row.points_account_id, business_on=purchase.business_on, evidence=row.pk, purchase=purchase.pk
            )
        )
    units = effect.units.get(rule.currency, 0)
    if rule.campaign and units:
        campaign = setting.campaign_ids[rule.campaign]
        was_given = campaign_uses(row.points_account_id, history.evidence).get(campaign, NOTHING)
        gift = Gift(
            wallet=row.points_account_id,
            evidence=row.pk,
            business_on=purchase.business_on,
            campaign=rule.campaign,
            units=units,
            ssp=setting.ssp_on(rule.currency, purchase.business_on)[0],
        )
        purses.note_more(gift, was_given, campaign, programme=setting.programme.pk, at=row.recorded_at)


def judge_later(
    *, history: History, member: Member, before: Stand, after: Stand, cause: uuid.UUID, at: dt.datetime
) -> list[PurchaseRevision]:
    """Judge again what was bought after this purchase in the same period: something of it came back, so bands over the period have counted
    less before the others. Each keeps its own rules; what it came to is posted as a revision, so that the purchases of a period
    together have what the whole of it gives. The caller holds the wallet's lock and has noted what this one counts now.

    Raises: PointsOnHold.
    """
    counted = {of.version_id: of.counted_minor for of in after.evaluation.outcomes}
    changed = [
        of.version_id for of in before.evaluation.outcomes if of.before_minor is not None and of.counted_minor != counted[of.version_id]
    ]
    if not changed:
        return []
    rules = compiled_versions(changed, member.programme)
    later = Purchase.objects.in_bulk(came_later(history.purchase, rules.values(), member.programme))
    found = []
    for of in histories_of([later[pk] for pk in sorted(later)]) if later else ():
        change = Shift(changed)
        effect = effect_of(of, member, change)
        if effect is not None and effect.moves:
            found.append(revise(history=of, member=member, change=change, effect=effect, cause=cause, purses=Purses(), at=at))
    return found

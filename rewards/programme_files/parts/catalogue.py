"""What points are exchanged for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from rewards.catalogue.domain import GivenBack, RewardKind
from rewards.catalogue.models import Reward, RewardVersion
from rewards.catalogue.services import RewardTerms, offer_reward_again, publish_reward, supersede_reward, withdraw_reward
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, amount_text, minor_of, points_of, units_of, without
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.parts.base import Hand, Part
from rewards.tiers.models import Tier

_USUAL = {"position": 0, "given_back_on_return": GivenBack.IN_PROPORTION.value}
_TERMS = ("price_points", "value", "limit_per_member", "limit_window_days", "min_tier", "voucher_days", "given_back_on_return")
_FACTS = ("name", "description", "other_words", "illustration", "position", "active_from", "active_to")
_MOST = 2_000_000_000


class RewardsPart(Part):
    key = "rewards"
    fixed = frozenset({"kind"})

    def label(self) -> str | Promise:
        return gettext_lazy("Reward")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        outline.rewards = set(section.given)
        return {code: self._one(section.inner(code), outline) for code in section.given if section.code_of(code)}

    def _one(self, fields: Fields, outline: Outline) -> Spec:
        spec = {
            "kind": fields.choice("kind", list(RewardKind)),
            "name": fields.text("name"),
            "description": fields.text("description", "", most=2_000),
            "other_words": fields.mapping("other_words", _words, {}),
            "price_points": fields.points("price_points", outline.scales.get(outline.main, 0), most=_MOST),
            "value": fields.amount("value", outline.currency),
            "min_tier": fields.choice("min_tier", sorted(outline.tiers), None),
            "limit_per_member": fields.whole("limit_per_member", None, least=1, most=_MOST),
            "limit_window_days": fields.whole("limit_window_days", None, least=1, most=_MOST),
            "voucher_days": fields.whole("voucher_days", None, least=1, most=_MOST),
            "given_back_on_return": fields.choice("given_back_on_return", list(GivenBack), GivenBack.IN_PROPORTION.value),
            "illustration": fields.text("illustration", "", most=200),
            "position": fields.whole("position", 0, most=30_000),
            "active_from": fields.day("active_from", None),
            "active_to": fields.day("active_to", None),
        }
        fields.done()
        if spec["limit_window_days"] and not spec["limit_per_member"]:
            fields.wrong("limit_window_days", "Say how many pieces a member may take within these days: limit_per_member.")
        if spec["active_from"] and spec["active_to"] and spec["active_to"] < spec["active_from"]:
            fields.wrong("active_to", "A reward cannot end before it begins.")
        return without(spec, _USUAL)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        rows = RewardVersion.objects.filter(reward__programme=programme, reward__is_active=True).in_force_on(on)
        versions = {row.reward_id: row for row in rows.select_related("min_tier")}
        rewards = Reward.objects.filter(pk__in=versions).in_order()
        scale = currency_of(programme).unit.scale
        return {reward.code: self._live(reward, versions[reward.pk], programme.currency, scale) for reward in rewards}

    def _live(self, reward: Reward, row: RewardVersion, currency: str, scale: int) -> Spec:
        spec = {
            "kind": reward.kind,
            "name": reward.name,
            "description": reward.description,
            "other_words": {locale: dict(words) for locale, words in reward.other_words.items()},
            "price_points": points_of(row.price_points, scale),
            "value": amount_text(row.value_minor, currency),
            "min_tier": row.min_tier.code if row.min_tier else None,
            "limit_per_member": row.limit_per_member,
            "limit_window_days": row.limit_window_days,
            "voucher_days": row.voucher_days,
            "given_back_on_return": str(row.given_back_on_return),
            "illustration": reward.illustration,
            "position": reward.position,
            "active_from": reward.active_from.isoformat() if reward.active_from else None,
            "active_to": reward.active_to.isoformat() if reward.active_to else None,
        }
        return without(spec, _USUAL)

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        for code, spec in specs.items():
            self._publish(code, spec, hand)

    def change(self, change: Change, hand: Hand) -> None:
        author, approver = hand.two_people()
        reward = Reward.objects.filter(programme=hand.programme, code=change.code).first()
        if not change.now:
            assert reward is not None, change
            withdraw_reward(reward=reward)
        elif reward is None:
            self._publish(change.code, change.now, hand)
        else:
            if not change.was:
                offer_reward_again(reward=reward)
            if not change.was or change.keys & set(_TERMS):
                terms = self._terms(change.now, hand)
                supersede_reward(reward=reward, terms=terms, valid_from=hand.on, author=author, approver=approver, at=hand.at)
            if not change.was or change.keys & set(_FACTS):
                Reward.objects.filter(pk=reward.pk).update(**self._facts(change.now))

    def _publish(self, code: str, spec: Spec, hand: Hand) -> None:
        publish_reward(
            programme=hand.programme,
            code=code,
            kind=spec["kind"],
            terms=self._terms(spec, hand),
            valid_from=hand.on,
            at=hand.at,
            author=hand.author,
            approver=hand.approver,
            **self._facts(spec),
        )

    def _facts(self, spec: Spec) -> dict[str, Any]:
        days = {name: dt.date.fromisoformat(spec[name]) if spec.get(name) else None for name in ("active_from", "active_to")}
        texts = {name: spec.get(name, "") for name in ("name", "description", "illustration")}
        return {**texts, **days, "other_words": spec.get("other_words", {}), "position": spec.get("position", 0)}

    def _terms(self, spec: Spec, hand: Hand) -> RewardTerms:
        tier = spec.get("min_tier")
        return RewardTerms(
            price_points=units_of(spec["price_points"], hand.currency(None).unit.scale),
            value_minor=minor_of(spec["value"], hand.programme.currency),
            limit_per_member=spec.get("limit_per_member"),
            limit_window_days=spec.get("limit_window_days"),
            voucher_days=spec.get("voucher_days"),
            given_back_on_return=spec.get("given_back_on_return", GivenBack.IN_PROPORTION.value),
            min_tier=Tier.objects.get(ladder__programme=hand.programme, code=tier) if tier else None,
        )


def _words(fields: Fields, locale: str) -> dict[str, str]:
    inner = fields.inner(locale)
    words = {"name": inner.text("name", ""), "description": inner.text("description", "", most=2_000)}
    inner.done()
    return without(words, {})

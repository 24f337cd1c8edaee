"""The programme itself: its name, clock and money, and what members agree to."""

import datetime as dt
import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.programmes.domain import MOST_NOTICE_DAYS, USUAL_NOTICE_DAYS, are_notice_days, is_colour, is_readable_accent
from accounts.programmes.models import JoinPolicy, Programme
from accounts.programmes.notice import keep_former_notice
from accounts.programmes.services import publish_terms
from loyalty.kit.rows import checked
from rewards.programme_files.domain.differences import Change
from rewards.programme_files.domain.fields import Fields, Spec, without
from rewards.programme_files.domain.outline import Outline
from rewards.programme_files.parts.base import Hand, Part

USUAL: dict[str, Any] = {
    "locale": "en",
    "return_window_days": 30,
    "expiry_notice_days": [30, 7],
    "devaluation_notice_days": USUAL_NOTICE_DAYS,
    "join_policy": JoinPolicy.OPEN.value,
    "accent": "#0E6B4F",
}
NEVER = "never"
"""Says of `devaluation_notice_days` that the terms promise: points never come to buy less."""
_AT_ONCE = ("name", "return_window_days", "expiry_notice_days", "devaluation_notice_days", "join_policy", "accent", "locale")
"""Plain settings: they have no versions and change when the file is approved."""


class ProgrammePart(Part):
    key = "programme"
    is_single = True
    fixed = frozenset({"currency", "time_zone", "country"})
    is_needed = True
    may_end = False

    def label(self) -> str | Promise:
        return _("Programme")

    def read(self, section: Fields, outline: Outline) -> dict[str, Spec]:
        spec = {
            "name": section.text("name"),
            "country": section.text("country", "", most=2),
            "time_zone": section.text("time_zone", most=64),
            "currency": section.text("currency", most=3),
            "locale": section.choice("locale", [code for code, _name in settings.LANGUAGES], "en"),
            "accent": section.text("accent", USUAL["accent"], most=7),
            "return_window_days": section.whole("return_window_days", 30, most=3_650),
            "expiry_notice_days": section.raw("expiry_notice_days", [30, 7]),
            "devaluation_notice_days": section.raw("devaluation_notice_days", USUAL_NOTICE_DAYS),
            "join_policy": section.choice("join_policy", JoinPolicy.values, JoinPolicy.OPEN.value),
            "terms": section.texts("terms", most=20_000),
        }
        section.code("slug")
        section.done()
        self._look(section, spec)
        outline.currency = spec["currency"] or outline.currency
        return {"": without(spec, USUAL)}

    def _look(self, section: Fields, spec: Mapping[str, Any]) -> None:
        if spec["time_zone"] and spec["time_zone"] not in zoneinfo.available_timezones():
            section.wrong("time_zone", "This is no time zone. Write it as Europe/Berlin.")
        if spec["currency"] and not (len(spec["currency"]) == 3 and spec["currency"].isascii() and spec["currency"].isupper()):
            section.wrong("currency", "Write the currency as three capital letters, for example EUR.")
        if spec["accent"] and not (is_colour(spec["accent"]) and is_readable_accent(spec["accent"])):
            section.wrong("accent", "Write a colour that reads on white as # and six hexadecimal digits, for example #0E6B4F.")
        days = spec["expiry_notice_days"]
        if not isinstance(days, list) or not all(type(day) is int for day in days) or not are_notice_days(days):
            section.wrong("expiry_notice_days", "Write up to five different numbers of days from 1 to 365, for example [30, 7].")
        ahead = spec["devaluation_notice_days"]
        if ahead != NEVER and not (type(ahead) is int and 0 <= ahead <= MOST_NOTICE_DAYS):
            section.wrong("devaluation_notice_days", "Write a number of days from 0 to 365, or never if points never come to buy less.")
        locales = {code for code, _name in settings.LANGUAGES}
        for locale in spec["terms"]:
            if locale not in locales:
                section.faults.unknown((*section.path, "terms", locale), locales)

    def live(self, programme: Programme, on: dt.date) -> dict[str, Spec]:
        spec = {
            "name": programme.name,
            "country": programme.legal_entity.country,
            "time_zone": programme.time_zone,
            "currency": programme.currency,
            "locale": programme.locale,
            "accent": programme.accent,
            "return_window_days": programme.return_window_days,
            "expiry_notice_days": list(programme.expiry_notice_days),
            "devaluation_notice_days": NEVER if programme.devaluation_notice_days is None else programme.devaluation_notice_days,
            "join_policy": programme.join_policy,
            "terms": {terms.locale: terms.text.strip() for terms in programme.terms.in_force_on(on)},
        }
        return {"": without(spec, USUAL)}

    def install(self, specs: Mapping[str, Spec], hand: Hand) -> None:
        """`services.install` opens the programme itself, with its main currency."""

    def change(self, change: Change, hand: Hand) -> None:
        wanted = {**USUAL, **change.now}
        if "terms" in change.keys:
            publish_terms(programme=hand.programme, texts=wanted["terms"], effective_on=hand.on, at=hand.at)
        plain = [name for name in _AT_ONCE if name in change.keys]
        if plain:
            for name in plain:
                setattr(hand.programme, name, None if wanted[name] == NEVER else wanted[name])
            keep_former_notice(programme=hand.programme, at=hand.at)
            checked(hand.programme).save(update_fields=[*plain, "former_notice_days", "former_notice_until"])

"""A paid membership, as colleagues fill it in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money
from rewards.plans.domain import MOST_LIFE_MONTHS, Back, Per, Term, in_order
from rewards.setups.domain import SetupKind
from rewards.setups.forms import SetupForm

_LINES = {"rows": 4, "spellcheck": "false", "autocapitalize": "off"}
_VARIANT = re.compile(
    r"(?P<code>[a-z][a-z0-9_-]{0,39})\s*:(?P<prices>[^()]*)(?:\((?P<attribute>[a-z][a-z0-9_]{0,39})\s*=(?P<value>[^()]+)\))?", re.ASCII
)
_PRICE = re.compile(r"(month|year|life)\s+([0-9]+(?:[.][0-9]{1,3})?)", re.ASCII)
_INCLUDED = re.compile(r"(?P<code>[a-z][a-z0-9_-]{0,39})\s*:\s*(?P<name>[^()]+?)\s*(?:\((?P<limits>[^()]*)\))?")
_LEAST = re.compile(r"from\s+([0-9]+(?:[.][0-9]{1,3})?)", re.ASCII)
_MOST = re.compile(r"([0-9]{1,5})\s+a\s+(month|period)", re.ASCII)
_BACK = [
    (Back.FULL.value, gettext_lazy("everything that was paid")),
    (Back.BY_DAYS.value, gettext_lazy("the days that are left")),
    (Back.NONE.value, gettext_lazy("nothing")),
]


class PlanForm(SetupForm):
    """What it costs, what it includes, and what goes back."""

    kind = SetupKind.PLAN
    main_field = "variants"

    variants = forms.CharField(
        label=gettext_lazy("Prices, one variant on each line"),
        max_length=2_000,
        widget=forms.Textarea(_LINES),
        initial="standard: month 9.99, year 99.00",
        help_text=gettext_lazy(
            "standard: month 14.99, year 139.00 — or for some members only: student: month 7.49 (student=yes). Also life 299.00."
        ),
    )
    trial_days = forms.IntegerField(
        label=gettext_lazy("Unpaid days with which a first membership may begin"), min_value=0, max_value=366, initial=0
    )
    life_months = forms.IntegerField(
        label=gettext_lazy("Months that a membership for life is expected to last"),
        min_value=1,
        max_value=MOST_LIFE_MONTHS,
        required=False,
        help_text=gettext_lazy(
            "Where one is sold: its price is earned evenly over them. A new number counts for what is left, from this version on."
        ),
    )
    entitlements = forms.CharField(
        label=gettext_lazy("What it includes, one on each line"),
        max_length=4_000,
        required=False,
        widget=forms.Textarea(_LINES),
        help_text=gettext_lazy("free-delivery: Free delivery (from 12.00, 10 a month) — limits may be left out; also 3 a period."),
    )
    unused = forms.ChoiceField(label=gettext_lazy("Given up unused, what goes back"), choices=_BACK, initial=Back.FULL.value)
    used = forms.ChoiceField(label=gettext_lazy("Given up after it was used"), choices=_BACK, initial=Back.BY_DAYS.value)
    late_days = forms.IntegerField(label=gettext_lazy("Days that a renewal may be late"), min_value=0, max_value=60, initial=3)
    field_order = ("name", "code", "variants", "life_months", "trial_days", "entitlements", "unused", "used", "late_days")

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        super().__init__(programme, data, said=said, is_new=is_new)
        self.said = said or {}

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
        prices, things = said.get("variants", {}), said.get("entitlements", {})
        variants = [_variant_line(code, prices[code], programme.currency) for code in in_order(prices)]
        included = [_included_line(code, things[code], programme.currency) for code in in_order(things)]
        return {**said, "variants": "\n".join(variants), "entitlements": "\n".join(included)}

    def clean_variants(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, line in _lines(self.cleaned_data["variants"]):
            match = _VARIANT.fullmatch(line)
            prices = [_PRICE.fullmatch(part.strip()) for part in match["prices"].split(",")] if match else []
            if match is None or match["code"] in found or not all(prices):
                raise forms.ValidationError(
                    _("Line %(line)s: write standard: month 14.99, year 139.00, each variant once.") % {"line": number}
                )
            of: dict[str, Any] = {f"{price[1]}_minor": self._minor(price[2], number) for price in prices if price}
            found[match["code"]] = of | ({"attribute": match["attribute"], "is": match["value"].strip()} if match["attribute"] else {})
        return found

    def clean_entitlements(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        names = self._names_before
        for number, line in _lines(self.cleaned_data["entitlements"]):
            match = _INCLUDED.fullmatch(line)
            if match is None or match["code"] in found:
                raise forms.ValidationError(
                    _("Line %(line)s: write code: Name (from 12.00, 10 a month), each code once.") % {"line": number}
                )
            other = {"other_names": names[match["code"]]} if match["code"] in names else {}
            found[match["code"]] = {"name": match["name"], **other, **self._limits(match["limits"] or "", number)}
        return found

    @property
    def _names_before(self) -> dict[str, Any]:
        """Names in other languages, which the lines cannot show; they stay."""
        return {code: one["other_names"] for code, one in self.said.get("entitlements", {}).items() if one.get("other_names")}

    def _limits(self, text: str, number: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in (one.strip() for one in text.split(",") if one.strip()):
            if match := _LEAST.fullmatch(part):
                found["least_minor"] = self._minor(match[1], number)
            elif match := _MOST.fullmatch(part):
                found |= {"most": int(match[1]), "per": match[2]}
            else:
                raise forms.ValidationError(_("Line %(line)s: write limits like from 12.00, 10 a month.") % {"line": number})
        return found

    def _minor(self, text: str, number: int) -> int:
        try:
            return Money.parse(text, self.programme.currency).minor
        except MalformedAmount as problem:
            raise forms.ValidationError(_("Line %(line)s: write an amount, for example 1.00.") % {"line": number}) from problem


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip())


def _variant_line(code: str, one: Mapping[str, Any], currency: str) -> str:
    prices = ", ".join(f"{term.value} {Money(one[f'{term.value}_minor'], currency)}" for term in Term if f"{term.value}_minor" in one)
    return f"{code}: {prices}" + (f" ({one['attribute']}={one['is']})" if "attribute" in one else "")


def _included_line(code: str, one: Mapping[str, Any], currency: str) -> str:
    limits = [f"from {Money(one['least_minor'], currency)}"] if one.get("least_minor") else []
    if one.get("most") is not None:
        limits.append(f"{one['most']} a {one.get('per', Per.PERIOD.value)}")
    return f"{code}: {one['name']}" + (f" ({', '.join(limits)})" if limits else "")

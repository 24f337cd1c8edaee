"""A card, challenge or streak as colleagues fill it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.programmes.models import Programme
from loyalty.kit.money import MalformedAmount, Money, exponent
from loyalty.kit.points import MOST_POINTS
from rewards.catalogue.models import Reward
from rewards.earning.domain.expressions import write
from rewards.earning.domain.fields import Kind
from rewards.earning.domain.triggers import PURCHASE, SYSTEM, trigger_of_type
from rewards.earning.form_choices import ConditionField
from rewards.earning.trigger_words import trigger_text
from rewards.quests.domain import Counts, OnReturn, QuestKind
from rewards.quests.words import KINDS, PERIODS
from rewards.setups.domain import SetupKind
from rewards.setups.forms import SetupForm, currencies_of
from rewards.setups.queries import event_kinds

STEPS = 3
_COUNTS = [
    (Counts.TIMES.value, gettext_lazy("how often")),
    (Counts.PIECES.value, gettext_lazy("pieces")),
    (Counts.AMOUNT.value, gettext_lazy("money paid, or a field of the event")),
]
_PARTS = ("name", "trigger", "counts", "of", "target", "where", "when")


class QuestForm(SetupForm):
    """Kind, steps and reward."""

    kind = SetupKind.QUEST
    main_field = "what"

    what = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind.value, label) for kind, label in KINDS.items()])
    head_start = forms.IntegerField(
        label=gettext_lazy("Given at the start"), min_value=0, required=False, help_text=gettext_lazy("Only of a card, once.")
    )
    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=[(period.value, label) for period, label in PERIODS.items()],
        required=False,
        help_text=gettext_lazy("A challenge begins anew with it; of a streak it is one that must be done."),
    )
    in_a_row = forms.IntegerField(label=gettext_lazy("Periods in a row (streak)"), min_value=2, max_value=366, required=False)
    times = forms.IntegerField(
        label=gettext_lazy("How often it can be done"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("0: without end. Of a challenge in each period."),
    )
    reward = forms.ChoiceField(label=gettext_lazy("It gives this reward"), required=False)
    points = forms.IntegerField(label=gettext_lazy("or so many points"), min_value=1, max_value=MOST_POINTS, required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    keeps = forms.BooleanField(label=gettext_lazy("What was given stays when goods come back"), required=False)

    def __init__(self, programme: Programme, data: Any = None, *, said: Mapping[str, Any] | None = None, is_new: bool = False) -> None:
        super().__init__(programme, data, said=said, is_new=is_new)
        self.kinds = {trigger_of_type(code): fields for code, fields in event_kinds(programme).items()} | dict(SYSTEM)
        rewards = Reward.objects.filter(programme=programme).order_by("name")
        self._offer("reward", [("", "—"), *((reward.code, reward.local_name) for reward in rewards)])
        self._offer("currency", currencies_of(programme))
        for number in range(1, STEPS + 1):
            self._add_step(number)
        steps = [f"{part}_{number}" for number in range(1, STEPS + 1) for part in _PARTS]
        self.order_fields(["name", "code", "what", *steps])

    @staticmethod
    def initial_of(said: Mapping[str, Any], programme: Programme) -> dict[str, Any]:
        decimals, prize = exponent(programme.currency), said["reward"]
        found = {"what": said.get("kind", "card"), "keeps": said.get("on_return") == OnReturn.KEEP, **prize}
        found |= {name: said[name] for name in ("head_start", "period", "in_a_row", "times") if name in said}
        for number, step in enumerate(said["steps"], start=1):
            of = step.get("of")
            is_money = step.get("counts") == Counts.AMOUNT and (of is None or of["kind"] == Kind.MONEY)
            found |= {f"{part}_{number}": step[part] for part in ("name", "trigger", "counts") if part in step}
            found[f"target_{number}"] = str(Money(step["target"], programme.currency)) if is_money else step["target"]
            found[f"of_{number}"] = f"{of['kind']}:{of['field']}" if of else ""
            found |= {
                f"{key}_{number}": write(step[key], of_lines=key == "where", decimals=decimals) for key in ("where", "when") if key in step
            }
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        steps = [number for number in range(1, STEPS + 1) if given.get(f"target_{number}")]
        if not steps and not self.errors:
            self.add_error("target_1", _("Say how much is needed."))
        if bool(given.get("reward")) == bool(given.get("points")):
            self.add_error("points", _("Give either a reward or points."))
        given["steps"] = [self._step(number) for number in steps]
        return given

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        found: dict[str, Any] = {"kind": given["what"], "steps": given["steps"]}
        found |= {name: given[name] for name in ("head_start", "in_a_row") if given[name]}
        found |= {"period": given["period"]} if given["what"] != QuestKind.CARD and given["period"] else {}
        found |= {"times": given["times"]} if given["times"] is not None else {}
        found["reward"] = {"reward": given["reward"]} if given["reward"] else {"points": given["points"], "currency": given["currency"]}
        return found | ({"on_return": OnReturn.KEEP.value} if given["keeps"] else {})

    def _add_step(self, number: int) -> None:
        triggers = [(one, trigger_text(one)) for one in (PURCHASE, *SYSTEM, *(one for one in self.kinds if one not in SYSTEM))]
        figures = {(name, kind) for of in self.kinds.values() for name, kind in of.items() if kind in (Kind.NUMBER, Kind.MONEY)}
        of = [("", "—"), *((f"{kind}:event.{name}", name.replace("_", " ")) for name, kind in sorted(figures))]
        say = {"number": number}
        self.fields |= {
            f"name_{number}": forms.CharField(label=_("Step %(number)s: name") % say, max_length=100, required=False),
            f"trigger_{number}": forms.ChoiceField(label=_("Step %(number)s: what happens") % say, choices=triggers, required=False),
            f"counts_{number}": forms.ChoiceField(label=_("Step %(number)s: what is counted") % say, choices=_COUNTS, required=False),
            f"of_{number}": forms.ChoiceField(label=_("Step %(number)s: field of the event") % say, choices=of, required=False),
            f"target_{number}": forms.CharField(label=_("Step %(number)s: how much is needed") % say, max_length=14, required=False),
            f"where_{number}": ConditionField(of_lines=True, label=_("Step %(number)s: lines count only if") % say),
            f"when_{number}": ConditionField(of_lines=False, label=_("Step %(number)s: it counts only if") % say),
        }
        event = self.kinds.get(self.data.get(f"trigger_{number}", ""), {}) if self.is_bound else {}
        for key in ("where", "when"):
            field = self.fields[f"{key}_{number}"]
            assert isinstance(field, ConditionField)
            field.decimals, field.event = exponent(self.programme.currency), event

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _step(self, number: int) -> dict[str, Any]:
        given = {part: self.cleaned_data.get(f"{part}_{number}") for part in _PARTS}
        kind, _colon, field = (given["of"] or "").partition(":")
        is_amount = given["counts"] == Counts.AMOUNT
        step: dict[str, Any] = {"target": self._target(number, is_money=is_amount and kind != Kind.NUMBER)}
        step |= {"name": given["name"]} if given["name"] else {}
        step |= {"trigger": given["trigger"]} if given["trigger"] and given["trigger"] != PURCHASE else {}
        step |= {"counts": given["counts"]} if given["counts"] and given["counts"] != Counts.TIMES else {}
        step |= {"of": {"field": field, "kind": kind}} if field and is_amount else {}
        return step | {key: given[key] for key in ("where", "when") if given[key]}

    def _target(self, number: int, *, is_money: bool) -> int:
        text = str(self.cleaned_data[f"target_{number}"]).strip().replace(",", ".")
        if is_money:
            try:
                return Money.parse(text, self.programme.currency).minor
            except MalformedAmount:
                self.add_error(f"target_{number}", _("Write an amount, for example 1.00."))
                return 1
        if not (text.isascii() and text.isdigit()):
            self.add_error(f"target_{number}", _("Write a whole number."))
            return 1
        return int(text)

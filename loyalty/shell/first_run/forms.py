"""What the first page asks."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MinValueValidator, RegexValidator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.users.models import User
from loyalty.kit.figures import money_text
from loyalty.kit.money import MalformedAmount, Money, exponent
from loyalty.shell.first_run.places import CURRENCIES, countries, time_zones
from loyalty.shell.first_run.services import FirstProgramme, FromBlueprint
from rewards.programme_files.files import MalformedFile, ProgrammeFile, read_programme_file
from rewards.programme_files.naming import slug_of

_EXPIRY = [(str(number), gettext_lazy("%(number)s months after earning")) for number in (6, 12, 18, 24, 36)]
_PER_HUNDRED = 100
_word = RegexValidator(r"^[^<>{}]*$", gettext_lazy("Write a word without special signs."))

_TERMS = gettext_lazy(
    "You collect points when you buy from us and show your card. Points lapse on the day that your account shows. "
    "Points of returned goods are taken back. Points are not money and cannot be sold or passed on. "
    "You may leave at any time; we announce changes of these terms by e-mail before they begin."
)


def _expiry_choices() -> list[tuple[str, str]]:
    return [*((value, label % {"number": value}) for value, label in _EXPIRY), ("0", _("never"))]


class _Beginning(forms.Form):
    """An administrator, and where the programme is."""

    email = forms.EmailField(label=gettext_lazy("Your e-mail address"), help_text=gettext_lazy("You sign in with it."))
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least eight characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the programme"), max_length=100, help_text=gettext_lazy("Members see it everywhere.")
    )
    store = forms.CharField(label=gettext_lazy("Your first store"), max_length=150, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=lambda: [("", _("Choose")), *countries()])
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [("", _("Choose")), *time_zones()],
        help_text=gettext_lazy("When a business day ends."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency of your prices"), choices=lambda: [(code, code) for code in CURRENCIES])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password


class FirstRunForm(_Beginning):
    """A plain programme. Amounts are checked against the currency that was chosen."""

    singular = forms.CharField(label=gettext_lazy("One of them is a"), max_length=30, validators=[_word])
    plural = forms.CharField(label=gettext_lazy("Many of them are"), max_length=30, validators=[_word])
    turkish = forms.CharField(label=gettext_lazy("In Turkish"), max_length=30, required=False, validators=[_word])
    points = forms.IntegerField(label=gettext_lazy("Points earned"), min_value=1, max_value=1_000_000)
    step = forms.CharField(label=gettext_lazy("for every"), max_length=14, help_text=gettext_lazy("Paid in money."))
    worth = forms.CharField(
        label=gettext_lazy("100 points are worth"),
        max_length=14,
        help_text=gettext_lazy("When members pay with them."),
    )
    expiry_months = forms.TypedChoiceField(label=gettext_lazy("Points lapse"), coerce=int, choices=_expiry_choices)
    return_window_days = forms.IntegerField(
        label=gettext_lazy("Goods can be returned within"),
        min_value=0,
        max_value=3650,
        validators=[MinValueValidator(0)],
        help_text=gettext_lazy("Days after the purchase."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms and conditions"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Everybody who joins agrees to this text. Let your lawyer read it before real members do."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {"singular": _("point"), "plural": _("points"), "points": 1, "step": "1.00", "worth": "1.00", "currency": "EUR"}
        self.initial = {**first, "turkish": "puan", "expiry_months": 12, "return_window_days": 30, "terms": str(_TERMS), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for field in ("step", "worth"):
            if field in cleaned and "currency" in cleaned:
                cleaned[f"{field}_minor"] = self._amount(field, cleaned[field].strip().replace(",", "."), cleaned["currency"])
        return cleaned

    def facts(self) -> FirstProgramme:
        """Return what was filled in, ready for `start`."""
        given = self.cleaned_data
        locale = get_language() or "en"
        words = {"points": given["points"], "step": money_text(Money(given["step_minor"], given["currency"]))}
        word = given["singular"] if given["points"] == 1 else given["plural"]
        return FirstProgramme(
            name=given["name"],
            country=given["country"],
            time_zone=given["time_zone"],
            currency=given["currency"],
            locale=locale,
            singular=given["singular"],
            plural=given["plural"],
            other_words={"tr": (given["turkish"], given["turkish"])} if given["turkish"] else {},
            points=given["points"],
            step_minor=given["step_minor"],
            point_value_minor=Decimal(given["worth_minor"]) / _PER_HUNDRED,
            expiry_months=given["expiry_months"],
            return_window_days=given["return_window_days"],
            terms_texts={locale: given["terms"]},
            rule_name=_("%(points)s %(word)s for every %(step)s") % {**words, "word": word},
            store=given["store"],
        )

    def _amount(self, field: str, text: str, currency: str) -> int:
        try:
            minor = Money.parse(text, currency).minor
        except MalformedAmount:
            minor = 0
        if not minor:
            example = "1" + "." * bool(exponent(currency)) + "0" * exponent(currency)
            self.add_error(field, _("Write an amount above zero, for example %(example)s.") % {"example": example})
        return minor


class BlueprintRunForm(_Beginning):
    """A programme that begins as a blueprint says: points, rules and rewards are the blueprint's."""

    terms = forms.CharField(
        label=gettext_lazy("Terms and conditions"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Everybody who joins agrees to this text. Let your lawyer read it before real members do."),
    )

    def __init__(self, *args: Any, blueprint: ProgrammeFile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.blueprint = blueprint
        terms = blueprint.programme["terms"]
        self.initial = {
            "currency": blueprint.programme["currency"],
            "terms": terms.get(get_language() or "en", terms["en"]),
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.file = read_programme_file(self.blueprint.text, instead=self._instead(cleaned))
            except MalformedFile as malformed:
                fault = malformed.faults[0]
                name = str(fault.path[-1]) if fault.path[:1] == ("programme",) else "currency"
                self.add_error(name if name in self.fields else None, fault.detail)
        return cleaned

    def facts(self) -> FromBlueprint:
        """Return what was filled in, ready for `start`."""
        return FromBlueprint(file=self.file, locale=get_language() or "en", store=self.cleaned_data["store"])

    def _instead(self, given: dict[str, Any]) -> dict[str, Any]:
        locale = get_language() or "en"
        named = {name: given[name] for name in ("name", "country", "time_zone", "currency")}
        return {**named, "slug": slug_of(given["name"]), "locale": locale, "terms": {locale: given["terms"]}}

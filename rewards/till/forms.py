"""The shape of what a cashier types; what it means is decided by the services."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.members.domain import new_card_number
from accounts.members.forms import show_problem
from accounts.members.models import ConsentKind
from loyalty.kit.money import Money, exponent
from rewards.purchases.domain import LineFacts, whole_line
from rewards.till import domain
from rewards.till.receipts import Choice, Receipt

__all__ = ["EnrolForm", "LineForm", "LineFormSet", "ReturnForm", "SaleForm", "show_problem"]

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_AMOUNT = {**_PLAIN, "inputmode": "decimal", "enterkeyhint": "done"}


class MoneyField(forms.CharField):
    """An amount in the programme's currency, read into Money without ever being a float."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.currency = "EUR"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        money = domain.read_money(text, self.currency, str(get_format("DECIMAL_SEPARATOR")))
        if money is None:
            raise forms.ValidationError(_("Write an amount like %(example)s.") % {"example": self.example})
        return money

    @property
    def example(self) -> str:
        whole = exponent(self.currency)
        return f"12{get_format('DECIMAL_SEPARATOR')}{'500'[:whole]}" if whole else "12"


class QuantityField(forms.CharField):
    """How many, or how much of something weighed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=12, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        quantity = domain.read_quantity(text)
        if quantity is None:
            raise forms.ValidationError(_("Write a quantity above zero, with at most three decimals."))
        return quantity


class SaleForm(forms.Form):
    """What is bought: an amount, or lines beside it; and how much of it points pay."""

    amount = MoneyField(
        label=gettext_lazy("Amount"), required=False, widget=forms.TextInput({**_AMOUNT, "autofocus": True, "class": "till-amount"})
    )
    tender = MoneyField(label=gettext_lazy("Paid with points"), required=False, widget=forms.TextInput(_AMOUNT))
    receipt = forms.CharField(
        label=gettext_lazy("Receipt number"), required=False, max_length=domain.RECEIPT_LENGTH, widget=forms.TextInput(_PLAIN)
    )
    number = forms.CharField(max_length=domain.RECEIPT_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "tender"):
            self.fields[name].currency = currency  # type: ignore[attr-defined]  # it is a MoneyField

    def clean_receipt(self) -> str:
        return _receipt(self.cleaned_data["receipt"])

    def clean_number(self) -> str:
        return _receipt(self.cleaned_data["number"])

    def clean_tender(self) -> Money | None:
        tender: Money | None = self.cleaned_data["tender"]
        return tender if tender and tender.minor else None

    @property
    def receipt_number(self) -> str:
        """The shop's own number, else the one made with the form."""
        return str(self.cleaned_data["receipt"] or self.cleaned_data["number"])

    def lines_with(self, lines: "SaleLines") -> tuple[LineFacts, ...]:
        """Return what is bought; lines and an amount beside them must agree, and one of the two is needed."""
        amount: Money | None = self.cleaned_data.get("amount")
        facts = lines.facts()
        total = sum(line.price_minor for line in facts)
        if "amount" in self.errors:
            return ()
        if facts and amount is not None and amount.minor != total:
            detail = _("The lines come to %(total)s. Correct them, or leave the amount empty.")
            self.add_error("amount", detail % {"total": Money(total, amount.currency)})
        elif not facts and (amount is None or not amount.minor):
            self.add_error("amount", _("Type what the customer pays."))
        elif not facts and amount is not None:
            return (whole_line(amount),)
        return facts


class LineForm(forms.Form):
    """One line of a receipt; a line without an amount is no line."""

    amount = MoneyField(label=gettext_lazy("Amount of the line"), required=False, widget=forms.TextInput({**_AMOUNT, "class": "input"}))
    quantity = QuantityField(
        label=gettext_lazy("Quantity"), required=False, widget=forms.TextInput({**_AMOUNT, "class": "input", "placeholder": "1"})
    )
    category = forms.CharField(
        label=gettext_lazy("Category"),
        required=False,
        max_length=100,
        widget=forms.TextInput({**_PLAIN, "class": "input", "list": "categories"}),
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]  # it is a MoneyField

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "amount" not in self.errors and said.get("amount") is None and (said.get("quantity") or said.get("category")):
            self.add_error("amount", _("Type the amount of this line, or empty it."))
        return said


class SaleLines(forms.BaseFormSet):  # type: ignore[type-arg]  # Django has no generics at run time
    def facts(self) -> tuple[LineFacts, ...]:
        """Return the lines that were filled in, numbered as they stand."""
        said = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data.get("amount")]
        return tuple(
            LineFacts(str(number), "", one["category"].strip(), "", one["quantity"] or Decimal(1), one["amount"].minor)
            for number, one in enumerate(said, start=1)
        )

    @property
    def is_used(self) -> bool:
        return any(form.has_changed() for form in self.forms)


LineFormSet = cast(
    type[SaleLines], forms.formset_factory(LineForm, formset=SaleLines, extra=4, max_num=60, absolute_max=80, validate_max=True)
)


class EnrolForm(forms.Form):
    """Who joins; everything but the name and the terms may be left out. `number` is the card that is made with the form."""

    given_name = forms.CharField(
        label=gettext_lazy("Given name"), max_length=100, widget=forms.TextInput({**_PLAIN, "autofocus": True, "autocapitalize": "words"})
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), max_length=100, required=False, widget=forms.TextInput({**_PLAIN, "autocapitalize": "words"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=30, required=False, widget=forms.TextInput({**_PLAIN, "type": "tel", "inputmode": "tel"})
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False, widget=forms.EmailInput(_PLAIN))
    card = forms.CharField(
        label=gettext_lazy("Scan a new card"),
        max_length=25,
        required=False,
        help_text=gettext_lazy("Leave it empty, and a number is made."),
        widget=forms.TextInput({**_PLAIN, "inputmode": "numeric"}),
    )
    terms = forms.BooleanField(
        label=gettext_lazy("The customer accepts the terms and conditions"),
        error_messages={"required": gettext_lazy("Ask the customer whether they accept the terms; without that there is no membership.")},
    )
    news_email = forms.BooleanField(label=ConsentKind.EMAIL.label, required=False)
    news_sms = forms.BooleanField(label=ConsentKind.SMS.label, required=False)
    number = forms.CharField(max_length=19, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"number": new_card_number()}

    @property
    def news(self) -> tuple[ConsentKind, ...]:
        """The kinds of news that the customer wants."""
        wanted = {ConsentKind.EMAIL: "news_email", ConsentKind.SMS: "news_sms"}
        return tuple(kind for kind, name in wanted.items() if self.cleaned_data[name])


class ReturnForm(forms.Form):
    """What comes back: quantities of lines, an amount of a purchase that has none, or everything."""

    number = forms.CharField(max_length=domain.RECEIPT_LENGTH, widget=forms.HiddenInput)

    def __init__(self, *args: Any, receipt: Receipt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receipt = receipt
        if receipt.is_amount:
            amount = MoneyField(label=_("Amount that comes back"), required=False, widget=forms.TextInput(_AMOUNT))
            amount.currency = receipt.currency
            self.fields["amount"] = amount
            return
        for place, line in enumerate(receipt.lines):
            widget = forms.TextInput({**_AMOUNT, "class": "input", "placeholder": "0", "aria-label": line.label})
            self.fields[f"line-{place}"] = QuantityField(label=line.label, required=False, widget=widget)

    def rows(self) -> list[dict[str, Any]]:
        """Return each line with its field; a line of which nothing is left shows none (a form that is sent again still fills it)."""
        if self.receipt.is_amount:
            return []
        return [{"line": line, "field": self[f"line-{place}"] if line.left else None} for place, line in enumerate(self.receipt.lines)]

    def take_cursor(self) -> None:
        """Let the first field have the cursor; the caller knows that nothing else wants it."""
        first = next((field for field in self.fields.values() if not field.widget.is_hidden), None)
        if first is not None:
            first.widget.attrs["autofocus"] = True

    def clean_number(self) -> str:
        return _receipt(self.cleaned_data["number"])

    def choice(self) -> Choice | None:
        """Return what was typed; nothing typed is no choice."""
        if self.receipt.is_amount:
            amount: Money | None = self.cleaned_data.get("amount")
            return Choice(amount_minor=amount.minor) if amount and amount.minor else None
        lines = tuple(
            (line.external_id, quantity)
            for place, line in enumerate(self.receipt.lines)
            if (quantity := self.cleaned_data.get(f"line-{place}"))
        )
        return Choice(lines=lines) if lines else None


def _receipt(text: str) -> str:
    if text and not domain.is_receipt_number(text):
        raise forms.ValidationError(_("A receipt number is one line of at most %(most)s signs.") % {"most": domain.RECEIPT_LENGTH})
    return text

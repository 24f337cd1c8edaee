"""A file of balances as colleagues hand it in."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rewards.imports.domain import MOST_BYTES
from rewards.imports.models import BalanceImport


class ImportForm(forms.Form):
    """The file, how it is meant, and why."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        widget=forms.FileInput({"accept": ".csv,.txt,text/csv"}),
        help_text=gettext_lazy(
            "CSV in UTF-8, its first line names the columns: email, card or external_id; points; if you like currency, start_date, expiry_date or last_day, reason."
        ),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("What should happen?"),
        choices=[
            (BalanceImport.Mode.ADD.value, gettext_lazy("Add the file's points to balances")),
            (BalanceImport.Mode.RESET.value, gettext_lazy("Reset balances to the file: the difference is given or taken")),
        ],
        widget=forms.RadioSelect,
        initial=BalanceImport.Mode.ADD.value,
    )
    creates_missing = forms.BooleanField(
        label=gettext_lazy("Create members who are not known yet"),
        required=False,
        help_text=gettext_lazy("Otherwise their rows are skipped, and the preview names them. No welcome mail goes out."),
    )
    keeps_policy = forms.BooleanField(
        label=gettext_lazy("Rows without an expiry date end as the programme's points do"),
        required=False,
        help_text=gettext_lazy("Otherwise their points never expire."),
    )
    counts_again = forms.BooleanField(
        label=gettext_lazy("Count this file once more, although it came in before"),
        required=False,
        help_text=gettext_lazy("Only on purpose: every point of it is added a second time."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("The colleague who decides reads this; so does the auditor.")
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(megabytes)s megabytes. Send it in parts.") % {"megabytes": MOST_BYTES // 1_000_000}
            )
        return file

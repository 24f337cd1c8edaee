"""A file of trade as colleagues hand it in."""

from django import forms
from django.utils.translation import gettext_lazy


class TradeFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("Choose a file"),
        widget=forms.FileInput({"accept": ".csv,.gz,.txt,text/csv,application/gzip"}),
        help_text=gettext_lazy(
            "CSV in UTF-8, also packed with gzip. Its first line names the columns: member, receipt, at, amount; if you like store, channel,"
            " category, sku, brand, quantity, returned_on, redeemed. Each line after it is a line of a receipt."
        ),
    )

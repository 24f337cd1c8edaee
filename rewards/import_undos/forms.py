"""The undo of an import as colleagues ask for it."""

from django import forms
from django.utils.translation import gettext_lazy


class UndoForm(forms.Form):
    """Why the import should be undone."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"), max_length=300, help_text=gettext_lazy("The colleague who decides reads this; so does the auditor.")
    )

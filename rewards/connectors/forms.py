"""Connections as colleagues fill them in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.entities.models import Channel, Store
from accounts.programmes.models import Programme
from rewards.connectors.domain import TOPICS, Sender
from rewards.connectors.domain.senders import OWN_SECRETS
from rewards.connectors.models import Connection
from rewards.connectors.services import ConnectionFacts


class PlaceForm(forms.Form):
    """What a connection is called, where its orders count, and whose they are."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("For example: web shop Germany."))
    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel of its orders"),
        queryset=Channel.objects.none(),
        empty_label=None,
        help_text=gettext_lazy("Channels are kept in the administration."),
    )
    store = forms.ModelChoiceField(label=gettext_lazy("Store of its orders"), queryset=Store.objects.none(), required=False)
    finds_by = forms.ChoiceField(
        label=gettext_lazy("By what is a member found?"),
        choices=Connection.FindsBy.choices,
        widget=forms.RadioSelect,
        initial="email",
        help_text=gettext_lazy("Orders of people who are not found are passed over, and can be tried again once they joined."),
    )

    def __init__(self, programme: Programme, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel, store = self.fields["channel"], self.fields["store"]
        assert isinstance(channel, forms.ModelChoiceField) and isinstance(store, forms.ModelChoiceField)
        channel.queryset = Channel.objects.selling_for(programme.legal_entity_id).order_by("name", "pk")
        store.queryset = Store.objects.selling_for(programme.legal_entity_id).order_by("name", "pk")

    @property
    def facts(self) -> ConnectionFacts:
        return ConnectionFacts(**{name: value for name, value in self.cleaned_data.items() if name != "sender"})


class NewConnectionForm(PlaceForm):
    """Who will send?"""

    sender = forms.ChoiceField(label=gettext_lazy("Sender"), choices=Connection.Sender.choices, widget=forms.RadioSelect)
    field_order = ("sender", "name", "channel", "store", "finds_by")


class ConnectionForm(PlaceForm):
    """What counts from now on?"""

    topics = forms.MultipleChoiceField(label=gettext_lazy("What counts"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, connection: Connection, *args: Any, **kwargs: Any) -> None:
        names = ("name", "channel", "store", "finds_by", "topics")
        super().__init__(connection.programme, *args, initial={name: getattr(connection, name) for name in names}, **kwargs)
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(topic, topic) for topic in TOPICS[connection.kind]]


class SecretForm(forms.Form):
    """The secret that the sender shows; without one, a fresh one where it is ours to make."""

    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        max_length=200,
        strip=True,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, sender: Sender, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sender in OWN_SECRETS:
            self.fields["secret"].required = False
            self.fields["secret"].help_text = gettext_lazy("Empty: we make one and show it once.")
        else:
            self.fields["secret"].help_text = gettext_lazy("Copy it from the sender's page, where this address is entered.")


class AnswerForm(forms.Form):
    """What was done about a wish."""

    note = forms.CharField(
        label=gettext_lazy("What was done?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For the auditor. Name nobody here."),
    )

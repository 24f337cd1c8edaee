"""Events in words, for colleagues and members."""

from collections.abc import Callable, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rewards.earning.trigger_words import trigger_text
from rewards.events.domain import UndoReason
from rewards.events.models import Event

_REASONS: Mapping[str, Callable[[], str]] = {
    UndoReason.MISTAKE: lambda: _("recorded by mistake"),
    UndoReason.DUPLICATE: lambda: _("recorded twice"),
    UndoReason.WITHDRAWN: lambda: _("withdrawn by who sent it"),
    UndoReason.DISHONEST: lambda: _("not honest"),
    "review_withdrawn": lambda: _("the review was withdrawn"),
    "purchase_returned": lambda: _("the purchase came back"),
}


def what_happened(event: Event) -> str:
    """Name an event by its type or trigger; needs type_version and its setup."""
    if event.type_version is not None:
        return event.type_version.setup.name_in(get_language() or "en")
    text = trigger_text(event.trigger)
    return text[:1].upper() + text[1:]


def particulars(event: Event) -> list[dict[str, str]]:
    """Say field by field what an event carried, under the titles of its type."""
    schema = event.type_version.definition["schema"]["properties"] if event.type_version is not None else {}
    titles = {name: schema.get(name, {}).get("title") or name.replace("_", " ").capitalize() for name in event.payload}
    return [{"label": titles[name], "value": _value(value)} for name, value in event.payload.items()]


def reason_text(reason: str) -> str:
    """Say why an event was taken back."""
    return _REASONS[reason]() if reason in _REASONS else reason


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)

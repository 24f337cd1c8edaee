"""What is set up, sentence by sentence, so that two versions can be compared."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.programmes.models import Programme
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from rewards.causes.words import sentences_of_cause
from rewards.chosen_days.words import sentences_of_chosen_day
from rewards.conversions.words import sentences_of_conversion
from rewards.earning.domain.fields import Kind
from rewards.events.domain import EventType, Moments
from rewards.plans.words import sentences_of_plan
from rewards.quests.words import sentences_of_quest
from rewards.recognition.words import sentences_of_recognition
from rewards.referrals.domain import ReferralTerms
from rewards.setups.domain import SetupKind, parse

FIELD_KINDS: dict[Kind, Promise] = {
    Kind.TEXT: gettext_lazy("text"),
    Kind.NUMBER: gettext_lazy("number"),
    Kind.MONEY: gettext_lazy("amount of money"),
    Kind.DAY: gettext_lazy("day"),
    Kind.TEXTS: gettext_lazy("several texts"),
}
PROFILE: dict[str, Promise] = {
    "given_name": gettext_lazy("given name"),
    "family_name": gettext_lazy("family name"),
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "birth_date": gettext_lazy("birthday"),
    "home_store": gettext_lazy("home store"),
}


def sentences_of_setup(programme: Programme, kind: SetupKind, definition: Any) -> list[str]:
    """Say what a definition means."""
    return _SENTENCES[kind](programme, parse(kind, definition))


def _event_type(one: EventType) -> list[str]:
    said = []
    for name, field in sorted(one.fields.items()):
        needed = _("needed") if name in one.required else _("may be left out")
        facts = {"name": name, "kind": FIELD_KINDS[field.kind], "needed": needed, "choices": ", ".join(field.choices)}
        said.append((_("%(name)s: %(kind)s (%(choices)s), %(needed)s.") if field.choices else _("%(name)s: %(kind)s, %(needed)s.")) % facts)
    late = ngettext("Taken for %(days)s day after it happened.", "Taken for %(days)s days after it happened.", one.late_days)
    return [*(said or [_("It carries nothing.")]), late % {"days": one.late_days}]


def _moments(one: Moments) -> list[str]:
    fields = ", ".join(str(PROFILE.get(name, name.removeprefix("attributes."))) for name in one.profile_fields)
    return [
        _("A birthday is given up to %(days)s days later.") % {"days": one.birthday_window_days},
        _("An anniversary is given up to %(days)s days later.") % {"days": one.anniversary_window_days},
        _("A profile is whole with: %(fields)s.") % {"fields": fields},
    ]


def _referral(programme: Programme, one: ReferralTerms) -> list[str]:
    hold = programme.return_window_days if one.hold_days is None else one.hold_days
    return [
        _("The friend's first purchase is worth at least %(amount)s.") % {"amount": money_text(Money(one.least_minor, programme.currency))},
        _("Both are rewarded %(days)s days after it.") % {"days": hold},
        _("A friend names the code within %(days)s days of joining.") % {"days": one.join_days},
        _("The first purchase happens within %(days)s days of joining.") % {"days": one.purchase_days},
        _("One member brings at most %(count)s friends in 30 days.") % {"count": one.most_in_30_days},
    ]


_SENTENCES: Mapping[SetupKind, Callable[[Programme, Any], list[str]]] = {
    SetupKind.EVENT_TYPE: lambda _programme, one: _event_type(one),
    SetupKind.QUEST: sentences_of_quest,
    SetupKind.REFERRAL: _referral,
    SetupKind.MOMENTS: lambda _programme, one: _moments(one),
    SetupKind.CONVERSION: sentences_of_conversion,
    SetupKind.CHOSEN_DAY: lambda _programme, one: sentences_of_chosen_day(one),
    SetupKind.PLAN: lambda programme, one: sentences_of_plan(programme.currency, one),
    SetupKind.RECOGNITION: sentences_of_recognition,
    SetupKind.CAUSE: lambda programme, one: sentences_of_cause(programme.currency, one),
}

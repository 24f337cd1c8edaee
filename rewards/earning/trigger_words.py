"""What makes rules run, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rewards.earning.domain.triggers import PURCHASE, type_of_trigger

TRIGGERS: dict[str, Promise] = {
    PURCHASE: gettext_lazy("a purchase"),
    "enrolment": gettext_lazy("joining"),
    "birthday": gettext_lazy("birthday"),
    "anniversary": gettext_lazy("anniversary of joining"),
    "profile_completed": gettext_lazy("profile completed"),
    "referral.advocate": gettext_lazy("brought a friend"),
    "referral.friend": gettext_lazy("came through a friend"),
    "social_share": gettext_lazy("shared with others"),
    "review": gettext_lazy("review accepted"),
}


def trigger_text(trigger: str) -> str:
    """Name a trigger: "birthday", "event gym-visit"."""
    code = type_of_trigger(trigger)
    return str(TRIGGERS[trigger]) if code is None else _("event %(code)s") % {"code": code}

"""The e-mail about points that will buy less; the outbox handler of `points.buying_less` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from rewards.devaluations.queries import changes_named
from rewards.devaluations.wording import sentences_of


def send_devaluation_letter(event: OutboxEvent) -> None:
    """Say what changes and from when on; a change that was withdrawn meanwhile is left out."""
    member = reachable_member(event)
    if member is None:
        return
    changes = changes_named(member.programme, event.payload["changes"])
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        told = [sentence for change in changes for sentence in sentences_of(change)]
        if told:
            letter = {"changes": told, "button_label": _("See your rewards")}
            send_letter(event, member, "rewards/devaluations/email/changes", letter)

"""The e-mails about points that members send to one another; the outbox handler of `transfer.*` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from accounts.programmes.queries import currency_of
from rewards.transfers.domain import masked_name
from rewards.transfers.models import Transfer

_FOLDER = "rewards/transfers/email"


def send_transfer_letter(event: OutboxEvent) -> None:
    """Tell a member that points left, arrived, or went back; the other one is named by initials only."""
    member = reachable_member(event)
    row = Transfer.objects.with_people().filter(pk=event.payload["transfer"]).first()
    if member is None or row is None:
        return
    other = row.receiver if row.sender_id == member.pk else row.sender
    currency, units = currency_of(member.programme_id), event.payload["units"]
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {
            "points": currency.say(units),
            "other": masked_name(other.given_name, other.family_name),
            "is_sender": row.sender_id == member.pk,
            "button_label": _("See your points"),
        }
        send_letter(event, member, f"{_FOLDER}/{event.topic.partition('.')[2]}", letter)

"""The e-mail to who was recognised; the outbox handler of `recognition.received` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from rewards.recognition.models import Recognition
from rewards.recognition.pages import card_of


def send_recognition_letter(event: OutboxEvent) -> None:
    """Tell a member who recognised them, with how many points, for what, in the colleague's words."""
    member = reachable_member(event)
    row = Recognition.objects.with_people().filter(pk=event.payload["recognition"]).first()
    if member is None or row is None:
        return
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {"card": card_of(row, for_receiver=True), "button_label": _("See your points")}
        send_letter(event, member, "rewards/recognition/email/received", letter)

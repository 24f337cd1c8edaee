"""The e-mails about recognitions; the outbox handlers of `recognition.received` and `recognition.undone` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from rewards.recognition.models import Recognition
from rewards.recognition.pages import card_of, name_of
from rewards.recognition.queries import undo_of


def send_recognition_letter(event: OutboxEvent) -> None:
    """Tell a member who recognised them, with how many points, for what, in the colleague's words."""
    member = reachable_member(event)
    row = Recognition.objects.with_people().filter(pk=event.payload["recognition"]).first()
    if member is None or row is None:
        return
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {"card": card_of(row, for_receiver=True), "button_label": _("See your points")}
        send_letter(event, member, "rewards/recognition/email/received", letter)


def send_undone_letter(event: OutboxEvent) -> None:
    """Tell both that a recognition was taken back, and who gave it what they can give away again."""
    member = reachable_member(event)
    row = Recognition.objects.with_people().filter(pk=event.payload["recognition"]).first()
    undone = undo_of(row) if row is not None else None
    if member is None or row is None or undone is None:
        return
    is_giver = row.giver_id == member.pk
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {
            "points": card_of(row, for_receiver=not is_giver).points,
            "other": name_of(row.receiver if is_giver else row.giver),
            "is_giver": is_giver,
            "is_back": bool(undone.returned_units),
            "button_label": _("See your points"),
        }
        send_letter(event, member, "rewards/recognition/email/undone", letter)

"""The e-mail that carries a voucher; the outbox handler of `redemption.issued` (setting OUTBOX_HANDLERS)."""

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from rewards.redemptions.models import Redemption


def send_voucher(event: OutboxEvent) -> None:
    """Send the code of a reward that waits to be used; what was handed over at once needs no letter."""
    member = reachable_member(event)
    row = Redemption.objects.with_stories().filter(pk=event.payload["redemption"]).first()
    if member is None or row is None or row.reward_version is None or not (row.is_issued and row.code):
        return
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {
            "reward": row.reward_version.reward.local_name,
            "code": row.grouped_code,
            "until": date_format(row.valid_until, "j F Y") if row.valid_until else "",
            "button_url": f"{settings.PORTAL_URL.format(programme=member.programme.slug)}vouchers/{row.pk}/",
            "button_label": _("Open the voucher"),
        }
        send_letter(event, member, "rewards/redemptions/email/voucher", letter)

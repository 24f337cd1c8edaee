"""The e-mail about points that a rule for the past has added; the outbox handler of `points.added_afterwards` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency
from loyalty.kit.figures import day_text, points_text
from rewards.recalculations.models import Recalculation

_LETTER = "rewards/recalculations/email/added"


def send_added_letter(event: OutboxEvent) -> None:
    """Tell a member which points were added for earlier purchases, and by which rule."""
    member = reachable_member(event)
    row = Recalculation.objects.select_related("version__rule").filter(pk=event.payload["recalculation"]).first()
    if member is None or row is None or row.version is None:
        return
    units: dict[str, int] = event.payload["units"]
    currencies = PointCurrency.objects.filter(programme=member.programme, code__in=units).select_related("unit").order_by("code")
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        points = [f"{points_text(units[of.code], of.unit.scale)} {of.word(units[of.code])}" for of in currencies]
        letter = {
            "points": pgettext("between the words of a list", ", ").join(points),
            "rule": row.version.rule.name_in(member.locale),
            "first": day_text(row.first_on, row.last_on),
            "last": day_text(row.last_on, row.last_on),
            "button_label": _("See your points"),
        }
        send_letter(event, member, _LETTER, letter)

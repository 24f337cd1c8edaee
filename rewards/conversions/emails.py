"""The e-mail about points that were converted; the outbox handler of `points.converted` (setting OUTBOX_HANDLERS)."""

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.members.emails import reachable_member, send_letter
from accounts.outbox.models import OutboxEvent
from accounts.programmes.models import PointCurrency
from ledger.points.domain import last_day
from loyalty.kit import clock
from loyalty.kit.figures import day_text
from rewards.conversions.models import ConversionRun
from rewards.conversions.words import units_text
from rewards.setups.queries import parsed

_LETTER = "rewards/conversions/email/converted"


def send_converted_letter(event: OutboxEvent) -> None:
    """Tell a member what became of what gathered in a period, and until when it can be used."""
    member = reachable_member(event)
    run = ConversionRun.objects.select_related("version__setup").filter(pk=event.payload["run"]).first()
    if member is None or run is None:
        return
    terms = parsed(run.version)
    rows = PointCurrency.objects.filter(programme=member.programme, code__in=[terms.from_code, terms.to_code])
    currencies = {row.code: row for row in rows.select_related("unit", "programme")}
    today = clock.business_date(clock.now(), member.programme.time_zone)
    with translation.override(member.locale), timezone.override(member.programme.time_zone):
        letter = {
            "taken": units_text(currencies[terms.from_code], event.payload["units"]),
            "given": units_text(currencies[terms.to_code], event.payload["given"]),
            "conversion": run.version.setup.name_in(member.locale),
            "until": day_text(last_day(run.expires_on), today) if run.expires_on else "",
            "button_label": _("See your points"),
        }
        send_letter(event, member, _LETTER, letter)

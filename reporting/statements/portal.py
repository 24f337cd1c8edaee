"""A member's home, activity and receipts."""

import datetime as dt
import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.members.access import portal_member, portal_page
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from loyalty.kit import clock
from loyalty.kit.qr import qr_svg
from reporting.statements import queries
from reporting.statements.queries import Cursor


@require_safe
@portal_member
def home(request: HttpRequest, member: Member) -> HttpResponse:
    page = queries.home_of(member, _today(member))
    return portal_page(request, member.programme, "reporting/statements/home.html", member=member, home=page, qr=qr_svg(member.number))


@require_safe
@portal_member
def activity(request: HttpRequest, member: Member) -> HttpResponse:
    """Show a page of the activity; htmx asks for the next one's rows alone."""
    before = Cursor.read(request.GET.get("before", ""))
    page = queries.activity_of(member, before=before)
    scale = currency_of(member.programme_id).unit.scale
    only_rows = before is not None and request.headers.get("HX-Request") == "true"
    template = "reporting/statements/activity_rows.html" if only_rows else "reporting/statements/activity.html"
    response = portal_page(request, member.programme, template, activity=page, before=before, scale=scale)
    response["Vary"] = "HX-Request"
    return response


@require_safe
@portal_member
def receipt(request: HttpRequest, member: Member, purchase: uuid.UUID) -> HttpResponse:
    story = queries.receipt_of(member, purchase, _today(member), get_language() or member.locale)
    return portal_page(request, member.programme, "reporting/statements/receipt.html", receipt=story)


def _today(member: Member) -> dt.date:
    return clock.business_date(clock.now(), member.programme.time_zone)

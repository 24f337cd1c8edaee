"""Purchases for colleagues: find a receipt, and see the whole story behind it."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.entities.models import Channel, Store
from accounts.entities.queries import place_choices
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from accounts.staff.lists import list_page, typed
from accounts.staff.pages import StaffRequest, is_partial, month_choices, programme_choices, read_month, staff_page
from accounts.staff.roles import Act
from accounts.staff.saved import render_list, staff_list
from loyalty.kit import clock
from loyalty.kit.addresses import query_with
from loyalty.kit.figures import points_text
from loyalty.kit.money import Money
from rewards.purchases.listing import NEWEST_FIRST, PurchaseFilter, purchases_like
from rewards.purchases.models import Purchase
from rewards.purchases.story import glance_of, story_of
from rewards.purchases.wording import page_of_glance, page_of_story

_COLUMNS = ("receipt", "member", "price", "tender", "earned", "where")


@require_safe
@staff_list("purchases", Act.FIND_MEMBERS, filters=("store", "channel", "month", "first", "last", "points"), columns=_COLUMNS)
def purchases(request: StaffRequest, programme: Programme) -> HttpResponse:
    """List purchases, newest first; ?q= is a receipt number, ?store=, ?channel=, ?month=, ?first= and ?last= (days), ?points=1 and ?member= narrow the list."""
    wanted = _filter(request, programme)
    page = list_page(request, purchases_like(programme, wanted), NEWEST_FIRST)
    today, scale = clock.business_date(clock.now(), programme.time_zone), currency_of(programme).unit.scale
    stores = place_choices(Store.objects.selling_for(programme.legal_entity_id))
    channels = place_choices(Channel.objects.selling_for(programme.legal_entity_id))
    context = {
        "programme": programme,
        "programmes": programme_choices(programme),
        "words": wanted.receipt,
        "with_points": wanted.with_points,
        "member": wanted.member,
        "all_members_url": query_with(request.GET, member=None),
        "days": _days(wanted),
        "first_day": wanted.first_on.isoformat() if wanted.first_on else "",
        "last_day": wanted.last_on.isoformat() if wanted.last_on else "",
        "all_days_url": query_with(request.GET, first=None, last=None),
        "channels": [{"value": str(pk), "label": name, "selected": pk == wanted.channel} for pk, name in channels],
        "stores": [{"value": str(pk), "label": name, "selected": pk == wanted.store} for pk, name in stores],
        "months": month_choices(today, wanted.month),
        "columns": _columns(),
        "rows": [_row(purchase, scale) for purchase in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render_list(request, "rewards/purchases/purchases.html", "rewards/purchases/purchases_rows.html", context)


@require_safe
@staff_page(Act.FIND_MEMBERS)
def purchase(request: HttpRequest, purchase: uuid.UUID) -> HttpResponse:
    """Show one purchase on its programme's clock."""
    story = story_of(purchase, get_language() or "en")
    with timezone.override(story.purchase.member.programme.time_zone):
        return render(request, "rewards/purchases/purchase.html", page_of_story(story))


@require_safe
@staff_page(Act.FIND_MEMBERS)
def peek(request: HttpRequest, purchase: uuid.UUID) -> HttpResponseBase:
    """Show the side panel of a list what was bought; who comes without htmx gets the whole page."""
    if not is_partial(request):
        return redirect("staff:purchase", purchase)
    found, lines = glance_of(purchase)
    with timezone.override(found.member.programme.time_zone):
        return render(request, "rewards/purchases/purchase_peek.html", page_of_glance(found, lines))


def _filter(request: HttpRequest, programme: Programme) -> PurchaseFilter:
    """Read the filters; what cannot be read narrows nothing."""
    asked = request.GET
    member = asked.get("member", "")
    found = Member.objects.of(programme).filter(pk=member).first() if _is_uuid(member) else None
    return PurchaseFilter(
        receipt=typed(request, "q"),
        store=_number(asked.get("store", "")),
        channel=_number(asked.get("channel", "")),
        month=read_month(asked.get("month", "")),
        first_on=_day(asked.get("first", "")),
        last_on=_day(asked.get("last", "")),
        member=found,
        with_points=asked.get("points") == "1",
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 15 else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _days(wanted: PurchaseFilter) -> str:
    """Name the days that the list is narrowed to by an address; nothing without any."""
    first, last = (date_format(day, "j M Y") if day else "" for day in (wanted.first_on, wanted.last_on))
    return f"{first} – {last}" if first or last else ""


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _columns() -> list[dict[str, Any]]:
    labels = (_("Receipt"), _("Member"), _("Price"), _("Paid with points"), _("Points earned"), _("Where"))
    figures = {"price", "tender", "earned"}
    return [{"key": key, "label": label, "number": key in figures} for key, label in zip(_COLUMNS, labels, strict=True)]


def _row(purchase: Purchase, scale: int) -> list[Any]:
    return [
        {
            "value": purchase.external_id,
            "url": reverse("staff:purchase", args=[purchase.pk]),
            "hint": _when(purchase.occurred_at),
            "peek": reverse("staff:purchase-peek", args=[purchase.pk]),
        },
        {"value": str(purchase.member), "url": reverse("staff:member", args=[purchase.member_id])},
        Money(purchase.price_minor, purchase.currency),
        Money(purchase.tender_minor, purchase.currency) if purchase.tender_minor else None,
        points_text(purchase.units, scale),
        str(purchase.store or purchase.channel),
    ]


def _when(at: dt.datetime) -> str:
    return date_format(localtime(at), "j M Y, H:i")

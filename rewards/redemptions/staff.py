"""One redemption for colleagues: what the points became, and where they came from."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.programmes.queries import currency_of
from accounts.staff.pages import staff_page
from accounts.staff.roles import Act
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from rewards.purchases.models import Purchase
from rewards.purchases.story import lots_taken
from rewards.purchases.wording import lot_row
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import RedemptionNotFound

STATES = {"held": "held", "issued": "ready", "used": "used", "cancelled": "reversed", "expired": "expired"}


@require_safe
@staff_page(Act.FIND_MEMBERS)
def redemption(request: HttpRequest, redemption: uuid.UUID) -> HttpResponse:
    rows = Redemption.objects.select_related("member__programme", "reward_version__reward", "used_store")
    found = rows.filter(pk=redemption).first()
    if found is None:
        raise RedemptionNotFound(_("There is no such redemption."))
    with timezone.override(found.member.programme.time_zone):
        return render(request, "rewards/redemptions/redemption.html", _page(found))


def _page(row: Redemption) -> dict[str, Any]:
    currency = currency_of(row.programme_id)
    taken = lots_taken(row)
    return {
        "redemption": row,
        "member": row.member,
        "title": row.reward_version.reward.local_name if row.reward_version else _("Paid with points"),
        "state": STATES[row.state],
        "points": points_text(row.units, currency.unit.scale),
        "word": currency.word(row.units),
        "value": money_text(Money(row.value_minor, row.member.programme.currency)) if row.value_minor else "",
        "facts": [fact for fact in _facts(row) if fact["value"]],
        "columns": [{"label": _("Taken from points of")}, {"label": _("Last day")}, {"label": _("Points"), "number": True}],
        "rows": [lot_row(lot) for lot in taken],
        "totals": [_("Total"), "", sum(lot.units for lot in taken)],
    }


def _facts(row: Redemption) -> list[dict[str, Any]]:
    purchase = Purchase.objects.select_related("store").filter(member=row.member_id, pk=row.purchase).first() if row.purchase else None
    version = row.reward_version
    return [
        {"label": _("Member"), "value": str(row.member), "url": reverse("staff:member", args=[row.member_id])},
        {"label": _("Voucher"), "value": row.grouped_code},
        {"label": _("Reward"), "value": str(version.reward) if version else "", **_link("staff:reward", version and version.reward_id)},
        {"label": _("Pieces"), "value": str(row.quantity) if row.quantity > 1 else ""},
        {"label": _("Paid for"), "value": _receipt(purchase), **_link("staff:purchase", purchase and purchase.pk)},
        {"label": _("Taken"), "value": date_format(localtime(row.occurred_at), "j F Y, H:i"), "hint": row.source},
        {"label": _("Held until"), "value": _moment(row.hold_expires_at) if row.is_held else ""},
        {"label": _("Can be used through"), "value": date_format(row.valid_until, "j F Y") if row.valid_until else ""},
        {"label": _("Used"), "value": _moment(row.used_at), "hint": str(row.used_store or "")},
        {"label": _("Cancelled"), "value": _moment(row.cancelled_at)},
        {"label": _("Points given back"), "value": points_text(row.restored_units) if row.restored_units else ""},
        {
            "label": _("Movement"),
            "value": _("see the points") if row.redeem_movement else "",
            **_link("staff:movement", row.redeem_movement),
        },
    ]


def _link(name: str, key: Any) -> dict[str, str]:
    return {"url": reverse(name, args=[key])} if key else {}


def _receipt(purchase: Purchase | None) -> str:
    if purchase is None:
        return ""
    return _("receipt %(receipt)s, %(place)s") % {"receipt": purchase.external_id, "place": purchase.store or "–"}


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""

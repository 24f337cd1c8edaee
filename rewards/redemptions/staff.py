"""One redemption for colleagues: what the points became, where they came from, and how to undo it."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.figures import money_text, points_text
from loyalty.kit.money import Money
from loyalty.kit.problems import Problem
from rewards.purchases.models import Purchase
from rewards.purchases.story import lots_taken
from rewards.purchases.wording import lot_row
from rewards.redemptions.domain import NOTE_SYMBOLS
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import RedemptionNotFound
from rewards.redemptions.services import cancel as cancel_redemption

STATES = {"held": "held", "issued": "ready", "used": "used", "cancelled": "reversed", "expired": "expired"}


class CancelForm(forms.Form):
    """Why points go back, and that it is meant."""

    note = forms.CharField(
        label=gettext_lazy("Why is it cancelled?"),
        max_length=NOTE_SYMBOLS,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Stays with the redemption; colleagues and the auditor read it, the member does not."),
    )
    sure = forms.BooleanField(label=gettext_lazy("The member does not hold the goods, and this is the right redemption"))


@require_safe
@staff_page(Act.FIND_MEMBERS)
def redemption(request: StaffRequest, redemption: uuid.UUID) -> HttpResponse:
    found = _redemption(redemption)
    with timezone.override(found.member.programme.time_zone):
        return render(request, "rewards/redemptions/redemption.html", _page(found, request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.CANCEL_REDEMPTIONS)
def cancel(request: StaffRequest, redemption: uuid.UUID) -> HttpResponseBase:
    """Undo a redemption that was not used: say why, and confirm."""
    found = _redemption(redemption)
    form, points = CancelForm(posted(request)), _points(found)
    if form.is_valid():
        try:
            cancel_redemption(redemption=found, at=clock.now(), staff=request.user, note=form.cleaned_data["note"])
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("Cancelled: %(points)s are back with %(name)s.") % {"points": points, "name": found.member})
            return redirect("staff:redemption", found.pk)
    text = _("%(points)s go back to the grants that they came from, with the last days that these have.")
    if found.is_used_with_purchase:
        text = _("%(points)s go back to the grants that they came from. A later return of the purchase gives nothing of them any more.")
    if found.code:
        text = _("%(points)s go back to the grants that they came from, with the last days that these have. The voucher stops working.")
    context = {
        "title": _("Cancel: %(what)s") % {"what": _title(found)},
        "text": text % {"points": points},
        "form": form,
        "submit_label": _("Cancel it and give the points back"),
        "kind": "danger",
        "cancel_url": reverse("staff:redemption", args=[found.pk]),
        "cancel_label": _("Leave it as it is"),
        "crumbs": [
            {"label": _("Members"), "url": reverse("staff:members")},
            {"label": str(found.member), "url": reverse("staff:member", args=[found.member_id])},
            {"label": _title(found), "url": reverse("staff:redemption", args=[found.pk])},
            {"label": _("Cancel it")},
        ],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _redemption(key: uuid.UUID) -> Redemption:
    rows = Redemption.objects.select_related("member__programme", "reward_version__reward", "used_store", "cancelled_by")
    found = rows.filter(pk=key).first()
    if found is None:
        raise RedemptionNotFound(_("There is no such redemption."))
    return found


def _title(row: Redemption) -> str:
    return row.reward_version.reward.local_name if row.reward_version else _("Paid with points")


def _points(row: Redemption) -> str:
    """The points that a cancellation gives back."""
    return currency_of(row.programme_id).say(row.left_units)


def _page(row: Redemption, user: Any) -> dict[str, Any]:
    currency = currency_of(row.programme_id)
    taken = lots_taken(row)
    return {
        "redemption": row,
        "member": row.member,
        "title": _title(row),
        "cancel_url": reverse("staff:redemption-cancel", args=[row.pk]) if _may_cancel(row, user) else "",
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
        {
            "label": _("Paid for") if row.is_tender else _("Taken with"),
            "value": _receipt(purchase),
            **_link("staff:purchase", purchase and purchase.pk),
        },
        {"label": _("Taken"), "value": date_format(localtime(row.occurred_at), "j F Y, H:i"), "hint": row.source},
        {"label": _("Held until"), "value": _moment(row.hold_expires_at) if row.is_held else ""},
        {"label": _("Can be used through"), "value": date_format(row.valid_until, "j F Y") if row.valid_until else ""},
        {"label": _("Used"), "value": _moment(row.used_at), "hint": str(row.used_store or "")},
        {"label": _("Cancelled"), "value": _moment(row.cancelled_at), "hint": str(row.cancelled_by or "")},
        {"label": _("Why cancelled"), "value": row.cancel_note},
        {"label": _("Points given back"), "value": points_text(row.restored_units) if row.restored_units else "", "hint": _by_returns(row)},
        {
            "label": _("Movement"),
            "value": _("see the points") if row.redeem_movement else "",
            **_link("staff:movement", row.redeem_movement),
        },
    ]


def _by_returns(row: Redemption) -> str:
    return _("%(points)s of them with returns") % {"points": points_text(row.returned_units)} if row.returned_units else ""


def _may_cancel(row: Redemption, user: Any) -> bool:
    today = clock.business_date(clock.now(), row.member.programme.time_zone)
    return row.can_be_cancelled_on(today) and may(user, Act.CANCEL_REDEMPTIONS)


def _link(name: str, key: Any) -> dict[str, str]:
    return {"url": reverse(name, args=[key])} if key else {}


def _receipt(purchase: Purchase | None) -> str:
    if purchase is None:
        return ""
    return _("receipt %(receipt)s, %(place)s") % {"receipt": purchase.external_id, "place": purchase.store or "–"}


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""

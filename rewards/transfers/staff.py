"""One transfer for colleagues: who sent what to whom, and how to take it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.members.forms import show_problem
from accounts.programmes.queries import currency_of
from accounts.staff.access import may
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from rewards.transfers.forms import UndoForm
from rewards.transfers.models import Transfer
from rewards.transfers.queries import TransferNotFound, still_there
from rewards.transfers.services import undo_transfer


@require_safe
@staff_page(Act.FIND_MEMBERS)
def transfer(request: StaffRequest, transfer: uuid.UUID) -> HttpResponse:
    found = _transfer(transfer)
    with timezone.override(found.sender.programme.time_zone):
        left = _left(found)
        context = {
            "transfer": found,
            "title": _title(found),
            "facts": [fact for fact in _facts(found, left) if fact["value"]],
            "undo_url": reverse("staff:transfer-undo", args=[found.pk]) if left and may(request.user, Act.UNDO_TRANSFERS) else "",
            "crumbs": _crumbs(found),
        }
        return render(request, "rewards/transfers/transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.UNDO_TRANSFERS)
def undo(request: StaffRequest, transfer: uuid.UUID) -> HttpResponseBase:
    """Give points back to who sent them: how many, why, and confirm."""
    found = _transfer(transfer)
    left = _left(found)
    form = UndoForm(
        posted(request), initial={"units": left, "before": found.undone_units}, scale=currency_of(found.programme_id).unit.scale
    )
    if form.is_valid():
        try:
            units, before, note = (form.cleaned_data[name] for name in ("units", "before", "note"))
            undo_transfer(transfer=found, units=units, before=before, staff=request.user, note=note, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(
                request, _("Taken back: %(points)s are with %(name)s again.") % {"points": _points(found, units), "name": found.sender}
            )
            return redirect("staff:transfer", found.pk)
    text = _(
        "%(name)s still holds %(points)s of this transfer. They go back to the grants that they came from, with the last days that these have."
    )
    context = {
        "title": _("Take back: %(what)s") % {"what": _title(found)},
        "text": text % {"name": found.receiver, "points": _points(found, left)},
        "form": form,
        "submit_label": _("Take the points back"),
        "kind": "danger",
        "cancel_url": reverse("staff:transfer", args=[found.pk]),
        "cancel_label": _("Leave it as it is"),
        "crumbs": [*_crumbs(found), {"label": _("Take it back")}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


def _transfer(key: uuid.UUID) -> Transfer:
    found = Transfer.objects.select_related("sender__programme", "receiver__programme", "undone_by").filter(pk=key).first()
    if found is None:
        raise TransferNotFound(_("There is no such transfer."))
    return found


def _left(row: Transfer) -> int:
    """What the receiver still holds of it."""
    return still_there(row, clock.business_date(clock.now(), row.sender.programme.time_zone))


def _title(row: Transfer) -> str:
    return _("%(points)s sent") % {"points": _points(row, row.units)}


def _points(row: Transfer, units: int) -> str:
    currency = currency_of(row.programme_id)
    return currency.say(units)


def _crumbs(row: Transfer) -> list[dict[str, str]]:
    return [
        {"label": _("Members"), "url": reverse("staff:members")},
        {"label": str(row.sender), "url": reverse("staff:member", args=[row.sender_id])},
        {"label": _title(row), "url": reverse("staff:transfer", args=[row.pk])},
    ]


def _facts(row: Transfer, left: int) -> list[dict[str, Any]]:
    return [
        {"label": _("Sender"), "value": str(row.sender), "url": reverse("staff:member", args=[row.sender_id])},
        {"label": _("Receiver"), "value": str(row.receiver), "url": reverse("staff:member", args=[row.receiver_id])},
        {"label": _("Points"), "value": _points(row, row.units)},
        {"label": _("Still with the receiver"), "value": _points(row, left)},
        {"label": _("Sent"), "value": _moment(row.occurred_at), "hint": row.source},
        {"label": _("Points taken back"), "value": _points(row, row.undone_units) if row.undone_units else ""},
        {"label": _("Taken back"), "value": _moment(row.undone_at), "hint": str(row.undone_by or "")},
        {"label": _("Why taken back"), "value": row.undo_note},
        {"label": _("Movement"), "value": _("at the sender"), "url": reverse("staff:movement", args=[row.sent_movement])},
        {"label": _("Movement"), "value": _("at the receiver"), "url": reverse("staff:movement", args=[row.received_movement])},
    ]


def _moment(at: Any) -> str:
    return date_format(localtime(at), "j F Y, H:i") if at else ""

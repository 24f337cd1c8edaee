"""Staff page of a member's buyers: see them, add and close them."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.buyers.models import Buyer
from accounts.buyers.queries import buyers_of
from accounts.buyers.services import add_buyer, close_buyer
from accounts.members.forms import show_problem
from accounts.members.models import Member
from accounts.staff.access import may
from accounts.staff.lists import list_page
from accounts.staff.pages import posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import Problem
from loyalty.kit.rest.paging import Key

BY_CODE = (Key("code", str),)


class BuyerForm(forms.Form):
    """Somebody who buys for the member."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("Purchases name it; it never changes."))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.FIND_MEMBERS, Act.EDIT_MEMBERS)
def buyers(request: HttpRequest, member: uuid.UUID) -> HttpResponseBase:
    """See who buys for a member, and add somebody."""
    found = get_object_or_404(Member.objects.select_related("programme"), pk=member)
    may_edit = may(request.user, Act.EDIT_MEMBERS)
    form = BuyerForm(posted(request) if may_edit else None)
    if may_edit and form.is_valid():
        try:
            record = add_buyer(member=found, at=clock.now(), **form.cleaned_data)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("%(name)s buys for %(member)s.") % {"name": record.row, "member": found})
            return redirect("staff:member-buyers", found.pk)
    return _page(request, found, form if may_edit else None)


@require_http_methods(["POST"])
@staff_page(Act.EDIT_MEMBERS)
def close(request: HttpRequest, member: uuid.UUID, code: str) -> HttpResponseBase:
    """Somebody buys for the member no more."""
    found = get_object_or_404(Member.objects.select_related("programme"), pk=member)
    record = close_buyer(member=found, code=code, at=clock.now())
    messages.success(request, _("%(name)s no longer buys for %(member)s.") % {"name": record.row, "member": found})
    return redirect("staff:member-buyers", found.pk)


def _page(request: HttpRequest, member: Member, form: BuyerForm | None) -> HttpResponse:
    page = list_page(request, buyers_of(member), BY_CODE)
    context: dict[str, Any] = {
        "title": _("Who buys for %(member)s") % {"member": member},
        "crumbs": [{"label": str(member), "url": reverse("staff:member", args=[member.pk])}, {"label": _("Buyers")}],
        "form": form,
        "buyers": [_row(row, may_close=form is not None) for row in page.rows],
        "previous_url": page.previous_url,
        "next_url": page.next_url,
    }
    return render(request, "accounts/buyers/buyers.html", context)


def _row(row: Buyer, *, may_close: bool) -> dict[str, Any]:
    return {
        "name": row.name,
        "code": row.code,
        "email": row.email,
        "added": date_format(localtime(row.added_at), "j F Y"),
        "closed": date_format(localtime(row.closed_at), "j F Y") if row.closed_at else "",
        "close_url": reverse("staff:member-buyer-close", args=[row.member_id, row.code]) if may_close and row.is_open else "",
    }

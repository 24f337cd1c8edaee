"""What colleagues choose for their lists: filters that they save under a name, and the columns that they see."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.staff.domain import NAME_SYMBOLS, TooMuchToRead, hidden_after, readable
from accounts.staff.pages import StaffRequest, posted, staff_page
from accounts.staff.queries import hidden_columns
from accounts.staff.saved import StaffList, asked_for, list_called, looked_at
from accounts.staff.services import delete_filter, hide_columns, save_filter
from loyalty.kit import clock
from loyalty.kit.problems import Problem


class FilterForm(forms.Form):
    """What a filter is called, and who sees it."""

    name = forms.CharField(label=gettext_lazy("Name of the filter"), max_length=NAME_SYMBOLS)
    is_shared = forms.BooleanField(label=gettext_lazy("Show it to every colleague who may see this list"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def save(request: StaffRequest, name: str) -> HttpResponseBase:
    """Keep what somebody narrowed a list to under a name."""
    of = list_called(name, request.user)
    query = _query(request, of)
    form = FilterForm(posted(request), initial={"query": query})
    if form.is_valid() and query is not None:
        given = form.cleaned_data
        try:
            save_filter(
                owner=request.user, list_name=of.name, name=given["name"], query=query, is_shared=given["is_shared"], at=clock.now()
            )
        except Problem as problem:
            form.add_error(None, problem.detail)
        else:
            messages.success(request, _("The filter “%(name)s” is above the list from now on.") % {"name": given["name"]})
            return redirect(of.address(query))
    if form.is_bound and query is None:
        form.add_error(None, _("These filters are too long to keep. Choose fewer, and save them again."))
    context = {
        "title": _("Save this filter"),
        "text": _("Words typed into a search are not kept, because they may name a person."),
        "form": form,
        "submit_label": _("Save this filter"),
        "cancel_url": of.address(query or ""),
        "crumbs": [{"label": _("Back to the list"), "url": of.address(query or "")}, {"label": _("Save this filter")}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def delete(request: StaffRequest, name: str, saved: uuid.UUID) -> HttpResponseBase:
    """Ask, then forget a saved filter; one that is gone already needs no asking."""
    of = list_called(name, request.user)
    if request.method != "POST":
        context = {
            "title": _("Delete this filter"),
            "text": _("Only the filter goes; what it found stays as it is."),
            "form": forms.Form(),
            "submit_label": _("Delete this filter"),
            "kind": "danger",
            "cancel_url": of.url,
            "crumbs": [{"label": _("Back to the list"), "url": of.url}, {"label": _("Delete this filter")}],
        }
        return render(request, "accounts/staff/form_page.html", context)
    try:
        gone = delete_filter(filter_id=saved, list_name=of.name, staff=request.user)
    except Problem as problem:
        messages.error(request, problem.detail)
    else:
        if gone is not None:
            messages.success(request, _("The filter “%(name)s” is gone. The list shows everything again.") % {"name": gone.name})
    return redirect(of.url)


def _query(request: StaffRequest, of: StaffList) -> str | None:
    """Return what the list is narrowed to; None if that is more than can be kept."""
    try:
        return looked_at(request, of)
    except TooMuchToRead:
        return None


@require_POST
@staff_page()
def columns(request: StaffRequest, name: str) -> HttpResponseBase:
    """Remember which columns of a list somebody wants, and go back to what they looked at."""
    of = list_called(name, request.user)
    hidden = hidden_after(
        hidden_columns(request.user, of.name),
        listed=request.POST.getlist("listed"),
        shown=request.POST.getlist("shown"),
        known=of.columns,
    )
    hide_columns(user=request.user, list_name=of.name, hidden=hidden)
    return redirect(of.address(readable(asked_for(request, of))))

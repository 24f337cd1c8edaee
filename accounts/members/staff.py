"""What colleagues change about a member: the profile, and whether the membership takes part."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.entities.models import Store
from accounts.entities.queries import place_choices
from accounts.members.forms import show_problem
from accounts.members.models import Member, MemberStatus
from accounts.members.queries import MemberNotFound
from accounts.members.services import change_member_status, update_member
from accounts.staff.pages import posted, staff_page
from accounts.staff.roles import Act
from accounts.users.models import languages
from loyalty.kit import clock
from loyalty.kit.problems import Problem


class ProfileForm(forms.Form):
    """What a colleague may correct; empty means: not known."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254, required=False, widget=forms.EmailInput)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    birth_date = forms.DateField(
        label=gettext_lazy("Birthday"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    locale = forms.ChoiceField(label=gettext_lazy("Language"), choices=languages)
    home_store_id = forms.TypedChoiceField(label=gettext_lazy("Home store"), required=False, coerce=int, empty_value=None)

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(member, name) for name in self.fields}
        stores = place_choices(Store.objects.selling_for(member.programme.legal_entity_id))
        field = self.fields["home_store_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("none")), *((str(pk), name) for pk, name in stores)]

    def changes(self) -> dict[str, Any]:
        """Return what is different now, as `update_member` takes it."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class StatusForm(forms.Form):
    """Why the membership is frozen or set free; kept in nobody's file but asked so that nobody clicks by mistake."""

    sure = forms.BooleanField(label=gettext_lazy("I have checked that this is the right member"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.EDIT_MEMBERS)
def edit(request: HttpRequest, member: uuid.UUID) -> HttpResponseBase:
    """Correct what is known of a member."""
    found = _member(member)
    form = ProfileForm(found, posted(request))
    if form.is_valid():
        try:
            update_member(member=found, changes=form.changes(), at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The profile of %(name)s is up to date.") % {"name": found})
            return redirect("staff:member", found.pk)
    return _form(request, found, form, title=_("Edit profile"), submit=_("Save the profile"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.EDIT_MEMBERS)
def status(request: HttpRequest, member: uuid.UUID) -> HttpResponseBase:
    """Freeze a membership, or let it take part again."""
    found = _member(member)
    frozen = found.status != MemberStatus.ACTIVE
    form = StatusForm(posted(request))
    if form.is_valid():
        try:
            change_member_status(member=found, status=MemberStatus.ACTIVE if frozen else MemberStatus.FROZEN, at=clock.now())
        except Problem as problem:
            show_problem(form, problem)
        else:
            done = _("%(name)s takes part again.") if frozen else _("%(name)s is frozen: nothing is earned or spent.")
            messages.success(request, done % {"name": found})
            return redirect("staff:member", found.pk)
    if frozen:
        title, submit = _("Let the member take part again"), _("Unfreeze")
        text = _("Purchases earn points again and points can be spent. What was held meanwhile stays as it is.")
    else:
        title, submit = _("Freeze the membership"), _("Freeze")
        text = _(
            "Nothing is earned and no points are spent until somebody unfreezes it. Points keep their last day. The member is not told."
        )
    return _form(request, found, form, title=title, submit=submit, text=text, kind="" if frozen else "danger")


def _member(member_id: uuid.UUID) -> Member:
    found = Member.objects.select_related("programme__legal_entity").filter(pk=member_id).first()
    if found is None:
        raise MemberNotFound(_("There is no such member."))
    return found


def _form(
    request: HttpRequest, member: Member, form: forms.Form, *, title: str, submit: str, text: str = "", kind: str = ""
) -> HttpResponse:
    back = reverse("staff:member", args=[member.pk])
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit_label": submit,
        "kind": kind,
        "cancel_url": back,
        "crumbs": [{"label": _("Members"), "url": reverse("staff:members")}, {"label": str(member), "url": back}, {"label": title}],
    }
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)

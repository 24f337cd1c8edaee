"""Partners and their keys: a key is shown once, changed by rotation, ended for good."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entities.models import LegalEntity
from accounts.members.forms import show_problem
from accounts.partners.domain import TILL_SCOPES, Scope
from accounts.partners.models import Partner, PartnerKey
from accounts.partners.services import add_partner, issue_key, revoke_key, rotate_key
from accounts.programmes.models import Programme
from accounts.staff.pages import posted, staff_page
from accounts.staff.roles import Act
from loyalty.kit import clock
from loyalty.kit.problems import NotFound, Problem

_SEE = (Act.MANAGE_PARTNERS, "accounts.view_partner")


class PartnerNotFound(NotFound):
    code = "partner_not_found"


class PartnerForm(forms.Form):
    """Whose systems are these?"""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150, help_text=gettext_lazy("For example: web shop, till supplier."))
    legal_entity = forms.ModelChoiceField(
        label=gettext_lazy("Company"),
        queryset=LegalEntity.objects.select_related("book").order_by("name"),
        empty_label=None,
        help_text=gettext_lazy("Whose programmes it calls."),
    )
    group_company = forms.ModelChoiceField(
        label=gettext_lazy("It is one of our own companies"),
        queryset=LegalEntity.objects.select_related("book").order_by("name"),
        required=False,
        empty_label=gettext_lazy("No, somebody else's"),
        help_text=gettext_lazy("A company of the group with its own book and stores takes part in the programmes of the one above."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if LegalEntity.objects.count() < 2:
            del self.fields["group_company"]


class KeyForm(forms.Form):
    """What may a new key do, where, and until when?"""

    name = forms.CharField(label=gettext_lazy("What is it for?"), max_length=50)
    programmes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("In which programmes?"), queryset=Programme.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"),
        choices=lambda: list(scope_words().items()),
        widget=forms.CheckboxSelectMultiple,
        initial=sorted(TILL_SCOPES),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Empty: until you revoke it."),
    )

    def __init__(self, partner: Partner, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Programme.objects.filter(legal_entity=partner.legal_entity_id).order_by("name")
        field = self.fields["programmes"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows
        self.initial["programmes"] = [row.pk for row in rows] if len(rows) == 1 else []

    @property
    def expires_at(self) -> dt.datetime | None:
        day = self.cleaned_data["expires_on"]
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC) if day else None


def scope_words() -> dict[str, str]:
    """Return what each right lets a key do, in words."""
    return {
        Scope.MEMBERS_READ: _("Read members"),
        Scope.MEMBERS_WRITE: _("Enrol and change members"),
        Scope.BALANCES_READ: _("Read balances and movements"),
        Scope.PURCHASES_READ: _("Read purchases"),
        Scope.PURCHASES_WRITE: _("Send purchases"),
        Scope.RETURNS_WRITE: _("Send returns"),
        Scope.REWARDS_READ: _("Read rewards"),
        Scope.REDEMPTIONS_WRITE: _("Redeem points"),
        Scope.ADJUSTMENTS_WRITE: _("Correct points, within its daily limit"),
        Scope.TRANSFERS_WRITE: _("Send points from one member to another"),
        Scope.EVENTS_WRITE: _("Send what members do, and list it"),
        Scope.BATCHES_WRITE: _("Send many purchases at once"),
        Scope.CAMPAIGNS_READ: _("Read campaigns and offers"),
        Scope.OFFERS_WRITE: _("Take offers for members"),
        Scope.GIFT_CARDS_WRITE: _("Look gift cards up, and let them pay"),
        Scope.GIFT_CARDS_ISSUE: _("Issue and list gift cards"),
        Scope.SEGMENTS_READ: _("Read segments and who belongs to them"),
        Scope.SEGMENTS_WRITE: _("Change lists of members"),
        Scope.STORE_DAYS_READ: _("See what stores sell by day"),
        Scope.STORE_DAYS_WRITE: _("Report what stores sell by day"),
        Scope.SUBSCRIPTIONS_WRITE: _("Begin, renew and cancel paid memberships"),
        Scope.ENTITLEMENTS_WRITE: _("Use what paid memberships include"),
        Scope.RECOGNITIONS_WRITE: _("Let members recognise colleagues, and read who recognised whom"),
        Scope.STATEMENTS_READ: _("Read its own monthly statements"),
    }


@require_safe
@staff_page(*_SEE)
def partners(request: HttpRequest) -> HttpResponse:
    """List partners with their keys; partners are few."""
    rows = Partner.objects.select_related("legal_entity", "group_company").prefetch_related("keys").order_by("name", "pk")
    now = clock.now()
    context = {
        "columns": [{"label": _("Partner")}, {"label": _("Company")}, {"label": _("State")}, {"label": _("Usable keys"), "number": True}],
        "rows": [_row(partner, now) for partner in rows],
        "may_manage": request.user.has_perm(f"accounts.{Act.MANAGE_PARTNERS.value}"),
        "companies_url": reverse("staff:companies") if request.user.has_perm(f"accounts.{Act.MANAGE_PARTNERS.value}") else "",
    }
    return render(request, "accounts/partners/partners.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PARTNERS)
def add(request: HttpRequest) -> HttpResponseBase:
    """Name a new partner."""
    form = PartnerForm(posted(request))
    if form.is_valid():
        try:
            partner = add_partner(**form.cleaned_data)
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("staff:partner-key", partner.pk)
    back = reverse("staff:partners")
    return _form(request, form, title=_("New partner"), submit=_("Go on to its key"), back=back, crumbs=[])


@require_safe
@staff_page(*_SEE)
def partner(request: HttpRequest, partner: int) -> HttpResponse:
    """Show a partner's keys: what each may do, where, until when."""
    found = _partner(partner)
    now = clock.now()
    words = scope_words()
    may_manage = request.user.has_perm(f"accounts.{Act.MANAGE_PARTNERS.value}")
    context = {
        "partner": found,
        "keys": [
            _key(key, words, now, may_manage=may_manage)
            for key in found.keys.prefetch_related("programmes").order_by("revoked", "-created")
        ],
        "may_manage": may_manage and found.is_active,
        "crumbs": [{"label": _("Partners"), "url": reverse("staff:partners")}, {"label": found.name}],
    }
    return render(request, "accounts/partners/partner.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PARTNERS)
def issue(request: HttpRequest, partner: int) -> HttpResponseBase:
    """Make a key and show it, this once."""
    found = _partner(partner)
    form = KeyForm(found, posted(request))
    if form.is_valid():
        given = form.cleaned_data
        key, raw = issue_key(
            partner=found,
            name=given["name"],
            scopes=[Scope(scope) for scope in given["scopes"]],
            programmes=given["programmes"],
            expires_at=form.expires_at,
        )
        return _show_once(request, found, key, raw)
    back = reverse("staff:partner", args=[found.pk])
    crumbs = [{"label": found.name, "url": back}]
    text = _("The key is shown once, on the next page. Have the place ready where it will be kept.")
    return _form(request, form, title=_("New key"), submit=_("Make the key"), back=back, crumbs=crumbs, text=text)


@never_cache
@require_http_methods(["POST"])
@staff_page(Act.MANAGE_PARTNERS)
def rotate(request: HttpRequest, partner: int, key: uuid.UUID) -> HttpResponseBase:
    """Make a key with the same rights; the old one works for another day."""
    found = _partner(partner)
    old = _key_of(found, key)
    try:
        new, raw = rotate_key(key=old, at=clock.now())
    except Problem as problem:
        messages.error(request, problem.detail)
        return redirect("staff:partner", found.pk)
    return _show_once(request, found, new, raw, replaces=old)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Act.MANAGE_PARTNERS)
def revoke(request: HttpRequest, partner: int, key: uuid.UUID) -> HttpResponseBase:
    """Ask, and then end a key for good."""
    found = _partner(partner)
    row = _key_of(found, key)
    back = reverse("staff:partner", args=[found.pk])
    if request.method == "POST":
        revoke_key(key=row)
        messages.success(request, _("The key %(name)s is refused from now on.") % {"name": row.name})
        return redirect(back)
    crumbs = [{"label": found.name, "url": back}]
    title, text = (
        _("Revoke %(name)s") % {"name": row.name},
        _("Whoever uses this key is refused at once and for good. Give out another one first."),
    )
    return _form(request, forms.Form(), title=title, submit=_("Revoke it"), back=back, crumbs=crumbs, text=text, kind="danger")


def _show_once(request: HttpRequest, partner: Partner, key: PartnerKey, raw: str, replaces: PartnerKey | None = None) -> HttpResponse:
    crumbs = [
        {"label": _("Partners"), "url": reverse("staff:partners")},
        {"label": partner.name, "url": reverse("staff:partner", args=[partner.pk])},
    ]
    context = {"partner": partner, "key": key, "raw": raw, "replaces": replaces, "crumbs": [*crumbs, {"label": key.name}]}
    return render(request, "accounts/partners/key_once.html", context)


def _partner(key: int) -> Partner:
    found = Partner.objects.select_related("legal_entity").filter(pk=key).first()
    if found is None:
        raise PartnerNotFound(_("There is no such partner."))
    return found


def _key_of(partner: Partner, key: uuid.UUID) -> PartnerKey:
    found: PartnerKey | None = PartnerKey.objects.filter(partner=partner, pk=key).first()
    if found is None:
        raise PartnerNotFound(_("There is no such key."))
    return found


def _row(partner: Partner, now: dt.datetime) -> list[Any]:
    usable = sum(key.is_usable(now) for key in partner.keys.all())
    state = {"value": _("may call"), "state": "active"} if partner.is_active else _("may not call")
    hint = _("company of the group: %(company)s") % {"company": partner.group_company} if partner.group_company else ""
    name = {"value": partner.name, "url": reverse("staff:partner", args=[partner.pk]), "hint": hint}
    return [name, partner.legal_entity.name, state, usable]


def _key(key: PartnerKey, words: dict[str, str], now: dt.datetime, *, may_manage: bool) -> dict[str, Any]:
    usable = key.is_usable(now)
    if usable:
        state, label = "active", _("works")
    elif key.revoked:
        state, label = "", _("revoked")
    else:
        state, label = "expired", _("expired")
    until = (
        _("until %(day)s") % {"day": date_format(localtime(key.expiry_date), "j F Y, H:i")} if key.expiry_date else _("until it is revoked")
    )
    address = [key.partner_id, key.pk]
    return {
        "id": str(key.pk),
        "name": key.name,
        "prefix": key.prefix,
        "state": state,
        "state_label": label,
        "until": until if usable else "",
        "made": date_format(localtime(key.created), "j F Y"),
        "programmes": ", ".join(sorted(programme.name for programme in key.programmes.all())),
        "scopes": [words[scope] for scope in key.scopes if scope in words],
        "rotate_url": reverse("staff:partner-key-rotate", args=address) if usable and may_manage else "",
        "revoke_url": reverse("staff:partner-key-revoke", args=address) if not key.revoked and may_manage else "",
    }


def _form(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    crumbs: list[dict[str, str]],
    text: str = "",
    kind: str = "",
) -> HttpResponse:
    trail = [{"label": _("Partners"), "url": reverse("staff:partners")}, *crumbs, {"label": title}]
    context = {"title": title, "text": text, "form": form, "submit_label": submit, "kind": kind, "cancel_url": back, "crumbs": trail}
    return render(request, "accounts/staff/form_page.html", context, status=422 if form.errors else 200)

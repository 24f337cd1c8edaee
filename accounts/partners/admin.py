"""Partners and their keys in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework_api_key.models import APIKey
from unfold.admin import ModelAdmin

from accounts.partners.domain import Scope
from accounts.partners.models import Partner, PartnerKey, scope_choices
from accounts.partners.services import issue_key, revoke_key
from loyalty.kit.admin import UndeletableAdmin

admin.site.unregister(APIKey)  # the library's own keys have neither partner nor scopes; nothing here accepts them


@admin.register(Partner)
class PartnerAdmin(UndeletableAdmin):
    """Whose company it is stays as it was when it was named: sales and statements refer to it."""

    list_display = ("name", "legal_entity", "group_company", "is_active")
    list_filter = ("is_active", "legal_entity")
    list_select_related = ("legal_entity", "group_company")
    search_fields = ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Partner | None = None) -> tuple[str, ...]:  # noqa: ARG002 Django's signature
        return ("legal_entity", "group_company") if obj else ("group_company",)


class PartnerKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django has no generics at run time
    scopes = forms.MultipleChoiceField(label=_("Rights"), choices=scope_choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = PartnerKey
        fields = ("partner", "name", "scopes", "programmes", "expiry_date")


@admin.register(PartnerKey)
class PartnerKeyAdmin(ModelAdmin):
    """A key is given once and ended once; in between nobody changes what it may do."""

    form = PartnerKeyForm
    list_display = ("__str__", "partner", "created", "expiry_date", "revoked")
    list_filter = ("revoked", "partner", "programmes")
    list_select_related = ("partner",)
    search_fields = ("name", "prefix", "partner__name")
    ordering = ("-created", "pk")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.manage_partners")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.manage_partners")

    def get_fields(self, request: HttpRequest, obj: PartnerKey | None = None) -> Any:  # noqa: ARG002
        return (
            PartnerKeyForm.Meta.fields if obj is None else ("partner", "name", "prefix", "scopes", "programmes", "expiry_date", "revoked")
        )

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: ARG002 Django's signature
        """Give the key and show it, once."""
        data = form.cleaned_data
        key, raw = issue_key(
            partner=data["partner"],
            name=data["name"],
            scopes=[Scope(scope) for scope in data["scopes"]],
            programmes=data["programmes"],
            expires_at=data["expiry_date"],
        )
        obj.pk = key.pk
        obj.refresh_from_db()
        text = _("The key is %(key)s — copy it now, it is not shown again.") % {"key": raw}
        self.message_user(request, text, messages.WARNING)

    @admin.action(description=_("Revoke for good"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[PartnerKey]) -> None:
        keys = list(queryset.filter(revoked=False))
        for key in keys:
            revoke_key(key=key)
        text = ngettext("%(count)s key is revoked.", "%(count)s keys are revoked.", len(keys))
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)

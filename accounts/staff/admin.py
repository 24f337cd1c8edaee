"""Logins and roles in the admin. The page of a login stands here, because it shows the work of its owner too."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm

from accounts.staff.models import ListPreference, SavedFilter, StaffProfile
from accounts.users.domain import normalise_email
from accounts.users.models import User
from loyalty.kit.admin import ReadOnlyAdmin, UndeletableAdmin

admin.site.unregister(Group)


class NewUserForm(BaseUserCreationForm):  # type: ignore[type-arg]  # Django has no generics at run time
    class Meta:
        model = User
        fields = ("email", "name", "locale")

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


class StaffProfileInline(StackedInline):
    model = StaffProfile
    extra = 0
    autocomplete_fields = ("default_store",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 Django's signature
        return request.user.has_perm("accounts.manage_staff")

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(User)
class UserAdmin(DjangoUserAdmin, UndeletableAdmin):  # type: ignore[misc, type-arg]  # unfold and Django's stubs differ
    """Only a superuser makes superusers; roles are groups, and what a role may do is a table in the code."""

    add_form = NewUserForm
    form = UserChangeForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "locale", "password")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("joined_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "locale", "password1", "password2")}),)  # type: ignore[assignment]  # the stub says an empty tuple
    inlines = (StaffProfileInline,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are changed by superusers only; their password too."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and bool(super().has_change_permission(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Nobody below a superuser takes over a login by its address, or gives roles to themselves."""
        always = ("joined_at", "last_login")
        if request.user.is_superuser or obj is None:
            return always
        return (*always, "email", "is_superuser", *(("is_staff", "groups") if obj.pk == request.user.pk else ()))

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 Django's signature
        """Only a superuser sets somebody's password; others send them to the page for forgotten ones."""
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj else ()


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin, DjangoGroupAdmin):  # type: ignore[misc]  # unfold and Django's stubs differ
    list_display = ("name",)


@admin.register(SavedFilter)
class SavedFilterAdmin(ReadOnlyAdmin):
    list_display = ("name", "list_name", "owner", "is_shared", "saved_at")
    list_filter = ("list_name", "is_shared")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
    ordering = ("-saved_at", "-pk")


@admin.register(ListPreference)
class ListPreferenceAdmin(ReadOnlyAdmin):
    list_display = ("list_name", "user", "hidden")
    list_filter = ("list_name",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    ordering = ("list_name", "pk")

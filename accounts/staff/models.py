"""Who works here, and where."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.staff.roles import Act
from accounts.users.models import User
from loyalty.kit.ids import uuid7


class StaffProfile(models.Model):
    """In which store does this person usually work? What they may do is said by their roles."""

    user = models.OneToOneField(User, verbose_name=_("login"), on_delete=models.CASCADE, related_name="staff_profile", primary_key=True)
    default_store = models.ForeignKey(
        Store, verbose_name=_("usual store"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("staff member")
        verbose_name_plural = _("staff")
        default_permissions = ["view"]
        permissions = [(act.value, act.label) for act in Act]

    def __str__(self) -> str:
        return str(_("staff member"))

    @property
    def locale(self) -> str:
        return self.user.locale


class SavedFilter(models.Model):
    """Which rows of a list does a colleague look at again and again?

    `query` holds only the filters that the list names, in the order of their names; words typed into a search are not
    kept, because they may name a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, verbose_name=_("saved by"), on_delete=models.CASCADE, related_name="saved_filters")
    list_name = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=500)
    is_shared = models.BooleanField(_("for every colleague who may see the list"), default=False)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "list_name", "name"],
                name="saved_filter_has_one_name",
                violation_error_message=_("You have a filter of this name already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(query=""),
                name="saved_filter_says_something",
                violation_error_message=_("A saved filter has a name and narrows its list."),
            ),
        ]
        indexes = [models.Index(fields=["list_name"], condition=models.Q(is_shared=True), name="shared_filters_of_a_list")]

    def __str__(self) -> str:
        return self.name


class ListPreference(models.Model):
    """Which columns of a list does a colleague not want to see?"""

    user = models.ForeignKey(User, verbose_name=_("login"), on_delete=models.CASCADE, related_name="list_preferences")
    list_name = models.CharField(_("list"), max_length=40)
    hidden = ArrayField(models.CharField(max_length=40), verbose_name=_("hidden columns"), default=list)

    class Meta:
        verbose_name = _("columns of a list")
        verbose_name_plural = _("columns of lists")
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["user", "list_name"], name="one_choice_of_columns_for_a_list")]

    def __str__(self) -> str:
        return self.list_name

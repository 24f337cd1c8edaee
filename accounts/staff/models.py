"""Who works here, and where."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.staff.roles import Act
from accounts.users.models import User


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

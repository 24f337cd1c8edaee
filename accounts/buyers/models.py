"""Buyers of members that are companies. They are closed, never deleted: purchases name them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from loyalty.kit.ids import uuid7


class Buyer(models.Model):
    """Who may buy for a member that is a company? The member's wallet earns; the code never changes, and purchases carry it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="buyers", db_index=False, verbose_name=_("member"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), blank=True)
    added_at = models.DateTimeField(_("added"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("buyer")
        verbose_name_plural = _("buyers")
        constraints = (
            models.UniqueConstraint(
                fields=["member", "code"],
                name="buyer_code_is_unique",
                violation_error_message=_("Another buyer of this member has this code."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("added_at")),
                name="buyer_closes_after_being_added",
                violation_error_message=_("A buyer is closed after being added."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

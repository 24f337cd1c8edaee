"""Who wants the letter on Mondays, and which letters went out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7


class DigestSubscription(models.Model):
    """Who wants a letter on how a programme did, every Monday? The row is also the lock of its letters."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="digests", verbose_name=_("colleague"))
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("programme"))
    since_on = models.DateField(_("since"))

    class Meta:
        verbose_name = _("letter on Mondays, wanted")
        verbose_name_plural = _("letters on Mondays, wanted")
        default_permissions = ["view"]
        constraints = (
            models.UniqueConstraint(
                fields=["user", "programme"], name="digest_is_wanted_once", violation_error_message=_("You get this letter already.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.programme}"


class DigestLetter(models.Model):
    """Which letter went out to whom? One for each colleague, programme and week; `week_on` is the Monday on which it was due."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("colleague"))
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+", verbose_name=_("programme"))
    week_on = models.DateField(_("Monday"))
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("letter on Mondays")
        verbose_name_plural = _("letters on Mondays")
        default_permissions = ["view"]
        constraints = (
            models.UniqueConstraint(
                fields=["user", "programme", "week_on"],
                name="digest_goes_out_once",
                violation_error_message=_("This letter went out already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}, {self.week_on}"

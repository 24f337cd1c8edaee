"""The runs of `verify_ledger` and `verify_rollups`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audit(models.Model):
    """When was this verified, how much of it, and how many differences were found? Append-only."""

    class Kind(models.TextChoices):
        LEDGER = "ledger", _("Balances, lots and seals")
        ROLLUPS = "rollups", _("Sums of reports")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    programme = models.UUIDField(_("programme"), null=True, help_text=_("Empty: all programmes."))
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    looked_at = models.BigIntegerField(_("looked at"), help_text=_("Sealed movements, or lot moves."))
    outside = models.IntegerField(_("kept outside"), default=0, help_text=_("Checkpoints kept outside that it was held against."))
    findings = models.IntegerField(_("findings"))

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("began_at"), looked_at__gte=0, outside__gte=0, findings__gte=0),
                name="audit_counts_what_it_found",
                violation_error_message=_("An audit ends after it began and counts from nought."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ended_at:%Y-%m-%d %H:%M}"

"""What the background has taken in. The sums (ledger_rollup) are read through the view ledger_moved, in SQL."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tick(models.Model):
    """Which movements were taken in together? Its range of transactions follows the tick before without gap or overlap."""

    no = models.BigIntegerField(_("number"), primary_key=True)
    movements = models.BigIntegerField(_("movements"))
    total = models.BigIntegerField(_("of"))
    ticked_at = models.DateTimeField(_("counted at"))

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")

    def __str__(self) -> str:
        return str(self.no)

"""What is asked for by one person and decided by another: the facts of the request, and how far it is."""

from django.db import models
from django.utils.translation import gettext_lazy

from accounts.users.models import User


class DecidedByTwo(models.Model):
    """Who asked and why; who decided, and why so. Each model says by a constraint that they are two people."""

    reason = models.CharField(gettext_lazy("why"), max_length=300)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=gettext_lazy("author"))
    requested_at = models.DateTimeField(gettext_lazy("asked"))
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=gettext_lazy("decided by"))
    decided_at = models.DateTimeField(gettext_lazy("decided"), null=True)
    decision_note = models.CharField(gettext_lazy("why so decided"), max_length=300, blank=True)

    class Meta:
        abstract = True


class RunState(models.TextChoices):
    """How far something is that a background worker previews, a second person decides on, and a worker posts."""

    PREVIEWING = "previewing", gettext_lazy("is being worked out")
    WAITING = "waiting", gettext_lazy("waits for approval")
    RUNNING = "running", gettext_lazy("is being posted")
    DONE = "done", gettext_lazy("posted")
    REFUSED = "refused", gettext_lazy("refused")

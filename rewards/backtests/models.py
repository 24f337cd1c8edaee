"""Back-tests and the parts that they are worked out in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.programmes.models import Programme
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.programme_files.models import ProgrammeDraft
from rewards.tiers.models import TierLadderVersion
from rewards.trade_files.models import TradeFile


class BackTest(models.Model):
    """What would which rules have given over which days, as it was known when somebody asked? The row is also its lock.

    `inputs` says all that the figures follow from, `figures` what they are; each has a hash, so that a repetition can be held against it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        RUNNING = "running", _("is being worked out")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="back_tests", verbose_name=_("programme"))
    name = models.CharField(_("name"), max_length=100)
    drafts = models.ManyToManyField(EarningRuleVersion, related_name="back_tests", verbose_name=_("rules tried"))
    dropped = models.ManyToManyField(EarningRule, related_name="+", verbose_name=_("rules left out"))
    ladders = models.ManyToManyField(TierLadderVersion, related_name="back_tests", verbose_name=_("ladders tried"))
    file = models.ForeignKey(ProgrammeDraft, models.PROTECT, null=True, related_name="back_tests", verbose_name=_("file tried"))
    trade = models.ForeignKey(TradeFile, models.PROTECT, null=True, related_name="back_tests", verbose_name=_("file of trade"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    known_at = models.DateTimeField(_("as it was known"))
    budget_minor = models.BigIntegerField(_("budget"), null=True, help_text=_("What the change may cost more than the live rules."))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    requested_at = models.DateTimeField(_("asked"))
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repetitions", verbose_name=_("repeats"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    members = models.BigIntegerField(_("members"), default=0)
    members_done = models.BigIntegerField(_("members done"), default=0)
    inputs = models.JSONField(_("inputs"), default=dict)
    inputs_hash = models.CharField(_("hash of the inputs"), max_length=64, blank=True)
    figures = models.JSONField(_("figures"), default=dict)
    figures_hash = models.CharField(_("hash of the figures"), max_length=64, blank=True)
    cost_minor = models.BigIntegerField(_("expected cost"), null=True, help_text=_("Beyond that of the live rules."))
    fault = models.CharField(_("what went wrong"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        constraints = (
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="back_test_ends_after_it_begins",
                violation_error_message=_("The last day is the first day or a later one."),
            ),
            models.CheckConstraint(
                condition=Q(budget_minor__isnull=True) | Q(budget_minor__gte=0),
                name="back_test_budget_is_not_negative",
                violation_error_message=_("A budget is 0 or more."),
            ),
            models.CheckConstraint(
                condition=Q(members_done__gte=0, members_done__lte=F("members")),
                name="back_test_counts_members_once",
                violation_error_message=_("More members were done than there are."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(done_at__isnull=False, cost_minor__isnull=False) & ~Q(figures_hash="")),
                name="back_test_done_has_figures",
                violation_error_message=_("A back-test that is done has its figures."),
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="back_test_by_programme"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_working(self) -> bool:
        return self.state in (BackTest.State.WAITING, BackTest.State.RUNNING)

    @property
    def is_over_budget(self) -> bool:
        return self.budget_minor is not None and self.cost_minor is not None and self.cost_minor > self.budget_minor


class BackTestPart(models.Model):
    """What do some of the members come to: those from one on, before another? Worked out whole, in one transaction."""

    back_test = models.ForeignKey(BackTest, models.PROTECT, related_name="parts", db_index=False, verbose_name=_("back-test"))
    number = models.PositiveIntegerField(_("number"))
    from_member = models.UUIDField(_("from"))
    before_member = models.UUIDField(_("before"), null=True)
    members = models.PositiveIntegerField(_("members"))
    figures = models.JSONField(_("figures"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("part of a back-test")
        verbose_name_plural = _("parts of back-tests")
        constraints = (
            models.UniqueConstraint(
                fields=["back_test", "number"],
                name="back_test_part_once",
                violation_error_message=_("This part is there already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.number)

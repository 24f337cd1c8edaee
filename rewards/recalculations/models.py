"""Recalculations, what each would move, and what became of every purchase of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.entities.models import Store
from accounts.members.models import Member
from accounts.programmes.models import Programme
from accounts.staff.decided import DecidedByTwo, RunState
from ledger.points.models import Owned
from loyalty.kit.ids import uuid7
from rewards.campaigns.models import Campaign
from rewards.earning.models import EarningRule, EarningRuleVersion
from rewards.purchases.models import Purchase
from rewards.recalculations.domain import RecalculationKind, ResultKind


class Recalculation(DecidedByTwo):
    """Which rules are undone or added, for the purchases of which days; who asked, who agreed, and how far is it? The row is also its lock."""

    class Kind(models.TextChoices):
        UNDO = RecalculationKind.UNDO.value, _("undo of rules")
        RETROACTIVE = RecalculationKind.RETROACTIVE.value, _("rule for the past")

    State = RunState

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="recalculations", verbose_name=_("programme"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PREVIEWING)
    rule = models.ForeignKey(EarningRule, models.PROTECT, null=True, related_name="+", verbose_name=_("rule"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+", verbose_name=_("campaign"))
    version = models.ForeignKey(EarningRuleVersion, models.PROTECT, null=True, related_name="+", verbose_name=_("version of the rule"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    swept_on = models.DateField(_("looked at through"), null=True, editable=False)
    swept_id = models.UUIDField(null=True, editable=False)
    is_swept = models.BooleanField(_("all looked at"), default=False, editable=False)
    looked_at = models.BigIntegerField(_("purchases looked at"), default=0)
    items_count = models.BigIntegerField(_("purchases"), default=0)
    previewed_count = models.BigIntegerField(_("purchases in the preview"), null=True)
    figures = models.JSONField(_("figures of the preview"), default=dict)
    done_count = models.BigIntegerField(_("purchases done"), default=0)
    run_through = models.UUIDField(null=True, editable=False)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("recalculation")
        verbose_name_plural = _("recalculations")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(author=F("decided_by")),
                name="recalculation_needs_two_people",
                violation_error_message=_("Another person must decide on the recalculation."),
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="recalculation_ends_after_it_begins",
                violation_error_message=_("The last day is the first day or a later one."),
            ),
            models.CheckConstraint(
                condition=Q(kind="undo", version__isnull=True) & (Q(rule__isnull=True) | Q(campaign__isnull=True))
                | Q(kind="retroactive", version__isnull=False, rule__isnull=True, campaign__isnull=True),
                name="recalculation_names_what_it_changes",
                violation_error_message=_("An undo names a rule, a campaign or neither; a rule for the past names its version."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["previewing", "waiting"], decided_by__isnull=True, decided_at__isnull=True)
                | Q(state__in=["running", "done", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="recalculation_state_fits_its_facts",
                violation_error_message=_("What is decided says by whom and when."),
            ),
            models.CheckConstraint(
                condition=Q(done_count__gte=0, done_count__lte=F("items_count")),
                name="recalculation_is_done_once",
                violation_error_message=_("More was done than there was to do."),
            ),
        )
        indexes = (models.Index(fields=["programme", "id"], name="recalculation_by_programme"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_on} – {self.last_on}"

    @property
    def is_undo(self) -> bool:
        return self.kind == Recalculation.Kind.UNDO

    @property
    def is_waiting(self) -> bool:
        return self.state == Recalculation.State.WAITING


class RecalculationItem(Owned):
    """What would a recalculation move for one purchase? Points by currency, below 0 what is taken back, and what they are worth."""

    recalculation = models.ForeignKey(
        Recalculation, models.PROTECT, db_constraint=False, db_index=False, related_name="items", verbose_name=_("recalculation")
    )
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("purchase")
    )
    member = models.ForeignKey(Member, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("member"))
    business_on = models.DateField(_("business day"))
    units = models.JSONField(_("points"), default=dict)
    worth_minor = models.BigIntegerField(_("expected cost"))

    class Meta:
        verbose_name = _("purchase of a recalculation")
        verbose_name_plural = _("purchases of recalculations")
        constraints = (
            models.UniqueConstraint(
                fields=["recalculation", "points_account", "purchase"],
                name="recalculation_counts_a_purchase_once",
                violation_error_message=_("This purchase is part of the recalculation already."),
            ),
        )
        indexes = (models.Index(fields=["recalculation", "id"], name="recalculation_items"),)

    def __str__(self) -> str:
        return str(self.units)


class RecalculationResult(Owned):
    """What became of one purchase of a recalculation? Written once, with what was posted, in one transaction."""

    class Kind(models.TextChoices):
        POSTED = ResultKind.POSTED.value, _("posted")
        UNCHANGED = ResultKind.UNCHANGED.value, _("nothing left to do")

    recalculation = models.ForeignKey(
        Recalculation, models.PROTECT, db_constraint=False, db_index=False, related_name="results", verbose_name=_("recalculation")
    )
    purchase = models.ForeignKey(
        Purchase, models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("purchase")
    )
    kind = models.CharField(_("result"), max_length=10, choices=Kind)
    units = models.JSONField(_("points"), default=dict)
    owed_units = models.BigIntegerField(_("points owed"), default=0)
    forgiven_units = models.BigIntegerField(_("points forgiven"), default=0)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("result of a recalculation")
        verbose_name_plural = _("results of recalculations")
        constraints = (
            models.UniqueConstraint(
                fields=["recalculation", "points_account", "purchase"],
                name="recalculation_posts_a_purchase_once",
                violation_error_message=_("This purchase has been recalculated before."),
            ),
        )

    def __str__(self) -> str:
        return self.kind

"""How far members have come, and which tier that is."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.users.models import User
from loyalty.kit.ids import uuid7
from rewards.tiers import domain
from rewards.tiers.models.ladders import Tier


class MemberYear(models.Model):
    """What did a member spend in a calendar year? One row that only this member's purchases and returns touch."""

    pk = models.CompositePrimaryKey("member_id", "year")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    spend_minor = models.BigIntegerField(_("spend"))
    purchases = models.IntegerField(_("purchases"))
    last_on = models.DateField(_("last purchase or return"))

    class Meta:
        verbose_name = _("member's year")
        verbose_name_plural = _("members' years")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(spend_minor__gte=0),
                name="member_year_spend_is_not_negative",
                violation_error_message=_("Nobody can bring back more than they bought."),
            ),
            models.CheckConstraint(
                condition=models.Q(purchases__gte=0),
                name="member_year_purchases_are_not_negative",
                violation_error_message=_("Nobody can bring back more than they bought."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class TierStandingQuerySet(models.QuerySet["TierStanding"]):
    def that_came_true(self) -> "TierStandingQuerySet":
        """Leave out what ends others, what lies ahead, and what lay ahead when something else was judged."""
        ends = TierStanding.objects.filter(
            member=models.OuterRef("member"),
            tier=models.OuterRef("tier"),
            year=models.OuterRef("year"),
            reason=TierStanding.Reason.ENDED,
            id__gt=models.OuterRef("id"),
            from_on__lte=models.OuterRef("from_on"),
        )
        return self.filter(from_on__lte=Now()).exclude(reason=TierStanding.Reason.ENDED).exclude(models.Exists(ends))


class TierStanding(models.Model):
    """Which tier did a member reach or lose, when, and by which purchase or return? Rows are only added.

    A reached tier holds from `from_on` through `to_on`; a row with reason `returned` ends it on the day before `from_on`. Rows of a plain
    ladder name the `year` whose spend counted. Those of other ladders, and of tiers given by hand, have the year 0 and say what was judged
    up to the end; when something else is judged from a day on, rows with reason `ended` end them on the day before.
    """

    class Reason(models.TextChoices):
        REACHED = domain.StandingReason.REACHED.value, _("reached")
        RETURNED = domain.StandingReason.RETURNED.value, _("lost by a return")
        KEPT = domain.StandingReason.KEPT.value, _("kept")
        LOWERED = domain.StandingReason.LOWERED.value, _("lowered")
        GRACE = domain.StandingReason.GRACE.value, _("days of grace")
        GIVEN = domain.StandingReason.GIVEN.value, _("given by hand")
        ENDED = domain.StandingReason.ENDED.value, _("ended")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="tier_standings")
    tier = models.ForeignKey(Tier, models.PROTECT, verbose_name=_("tier"), related_name="standings")
    year = models.PositiveSmallIntegerField(_("by the spend of"))
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("through"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    evidence = models.UUIDField(
        _("evidence"), help_text=_("The purchase or return, the hand that gave it, or the version by which it was lowered.")
    )
    recorded_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)

    objects = TierStandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier standing")
        verbose_name_plural = _("tier standings")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on__isnull=False, to_on__gte=models.F("from_on")) & ~models.Q(reason__in=("returned", "ended"))
                | models.Q(reason__in=("returned", "ended"), to_on__isnull=True),
                name="tier_standing_ends_after_it_begins",
                violation_error_message=_("A reached tier has a last day; a lost one has none."),
            ),
        ]
        indexes = [
            models.Index(fields=["member", "year", "id"], name="tier_standing_of_member"),
            models.Index(fields=["from_on"], condition=models.Q(year=0), name="tier_standing_judged_from"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.from_on}"

    @property
    def is_for_good(self) -> bool:
        return self.to_on is not None and self.to_on >= domain.FOREVER

    @property
    def fact(self) -> domain.Fact:
        """The row as the rules read it; needs the tier to be loaded."""
        reason = domain.StandingReason(self.reason)
        return domain.Fact(self.tier_id, self.tier.rank, self.year, self.from_on, self.to_on, reason)


class TierCount(models.Model):
    """How much of what ladders count has a member bought on a day, as known from another day on? For ladders that are not plain.

    A purchase counts on its day and is known from then on; what came back counts less on the purchase's day, from the return's day on.
    """

    pk = models.CompositePrimaryKey("member_id", "key", "counts_on", "known_on")
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), db_index=False, related_name="+")
    key = models.CharField(_("what is counted"), max_length=80)
    counts_on = models.DateField(_("counts on"))
    known_on = models.DateField(_("known from"))
    amount = models.BigIntegerField(_("amount"))
    evidence = models.UUIDField(_("last purchase or return"))

    class Meta:
        verbose_name = _("count of a member")
        verbose_name_plural = _("counts of members")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(known_on__gte=models.F("counts_on")),
                name="tier_count_is_known_when_it_counts",
                violation_error_message=_("Nothing is known before it happens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.counts_on}"


class TierAward(models.Model):
    """Which tier was a member given by hand, on whose word, and until when?"""

    class Kind(models.TextChoices):
        GIFT = "gift", _("given as a courtesy")
        MATCH = "match", _("matches the status of another programme")
        CORRECTION = "correction", _("puts a mistake right")
        CONTRACT = "contract", _("agreed in a contract")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, verbose_name=_("member"), related_name="tier_awards")
    tier = models.ForeignKey(Tier, models.PROTECT, verbose_name=_("tier"), related_name="awards")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    to_on = models.DateField(_("last day"))
    from_on = models.DateField(_("first day"), null=True, blank=True, help_text=_("The day of the second person's word."))
    note = models.CharField(_("reason"), max_length=500)
    proof = models.CharField(_("evidence"), max_length=500, help_text=_("Where it can be seen: a letter, a card, a case."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(_("asked"))
    requested_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("asked by"), related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.CharField(_("why so decided"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("tier given by hand")
        verbose_name_plural = _("tiers given by hand")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="tier_award_needs_two_people",
                violation_error_message=_("Another person must decide."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True, from_on__isnull=True)
                | models.Q(state="refused", decided_at__isnull=False, decided_by__isnull=False, from_on__isnull=True)
                | models.Q(state="granted", decided_at__isnull=False, decided_by__isnull=False, from_on__isnull=False),
                name="tier_award_state_fits_its_facts",
                violation_error_message=_("What is decided says when and by whom; what is granted has a first day."),
            ),
        ]
        indexes = [models.Index(fields=["requested_at", "id"], condition=models.Q(state="waiting"), name="tier_award_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.to_on}"

    @property
    def is_waiting(self) -> bool:
        return self.state == TierAward.State.WAITING

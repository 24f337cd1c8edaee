"""What happened to members beside purchases, and what became of it. Rows are never edited."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.members.models import Member
from accounts.partners.models import PartnerKey
from accounts.programmes.models import Programme
from accounts.users.models import User
from ledger.points.models import Owned
from loyalty.kit.ids import uuid7
from rewards.events.domain import UndoReason, UndoState
from rewards.setups.models import SetupVersion


class Event(Owned):
    """What happened to a member, who says so, and what did the rules make of it?"""

    member = models.ForeignKey(Member, models.PROTECT, related_name="events", db_constraint=False, db_index=False, verbose_name=_("member"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    trigger = models.CharField(_("what happened"), max_length=50)
    type_version = models.ForeignKey(
        SetupVersion, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False, verbose_name=_("event type")
    )
    source = models.CharField(_("sent by"), max_length=60)
    external_id = models.CharField(_("number there"), max_length=150)
    fingerprint = models.BinaryField(max_length=16, editable=False)
    occurred_at = models.DateTimeField(_("happened"))
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    payload = models.JSONField(_("particulars"), default=dict)
    units = models.BigIntegerField(_("points earned"), default=0)
    earned = models.JSONField(_("earned"), default=list)
    evaluation = models.JSONField(_("evaluation"), default=list)
    facts = models.JSONField(_("facts of the evaluation"), default=dict)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            models.UniqueConstraint(
                fields=["programme", "source", "external_id"],
                name="event_is_recorded_once",
                violation_error_message=_("This event has been sent before."),
            ),
        )
        indexes = (
            models.Index("programme", "business_on", "id", name="event_by_day"),
            models.Index("member", "business_on", "id", name="event_by_member"),
        )

    def __str__(self) -> str:
        return f"{self.trigger} {self.external_id}"


class EventUndo(Owned):
    """Why was an event taken back, and what was undone by it?"""

    event = models.ForeignKey(Event, models.PROTECT, related_name="undone", db_constraint=False, db_index=False, verbose_name=_("event"))
    reason = models.CharField(_("why"), max_length=60)
    evidence = models.UUIDField(_("what it follows from"), null=True)
    business_on = models.DateField(_("business day"))
    recorded_at = models.DateTimeField(_("recorded"))
    reversed = models.JSONField(_("taken back"), default=list)

    class Meta:
        verbose_name = _("event taken back")
        verbose_name_plural = _("events taken back")
        constraints = (
            models.UniqueConstraint(
                fields=["points_account", "event"],
                name="event_is_undone_once",
                violation_error_message=_("This event has been taken back before."),
            ),
        )

    def __str__(self) -> str:
        return self.reason


class EventUndoRequest(models.Model):
    """Who asked for an event to be taken back, why, and who agreed?"""

    class Reason(models.TextChoices):
        MISTAKE = UndoReason.MISTAKE.value, _("recorded by mistake")
        DUPLICATE = UndoReason.DUPLICATE.value, _("recorded twice")
        WITHDRAWN = UndoReason.WITHDRAWN.value, _("withdrawn by who sent it")
        DISHONEST = UndoReason.DISHONEST.value, _("not honest")

    class State(models.TextChoices):
        WAITING = UndoState.WAITING.value, _("waiting for a second person")
        POSTED = UndoState.POSTED.value, _("taken back")
        REFUSED = UndoState.REFUSED.value, _("refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(
        Event, models.PROTECT, related_name="undo_requests", db_constraint=False, db_index=False, verbose_name=_("event")
    )
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", db_index=False)
    units = models.BigIntegerField(_("points earned"))
    reason = models.CharField(_("why"), max_length=10, choices=Reason)
    note = models.CharField(_("note"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(_("asked"))
    requested_on = models.DateField(_("business day"))
    requested_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("asked by"), null=True, related_name="+")
    partner_key = models.ForeignKey(PartnerKey, models.PROTECT, verbose_name=_("asked with the key"), null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("decided by"), null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("why so decided"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event to be taken back")
        verbose_name_plural = _("events to be taken back")
        constraints = (
            models.UniqueConstraint(
                fields=["event"],
                condition=~Q(state="refused"),
                name="event_undo_is_asked_once",
                violation_error_message=_("Somebody has asked for this before."),
            ),
            models.CheckConstraint(
                condition=Q(requested_by__isnull=False, partner_key__isnull=True) | Q(requested_by__isnull=True, partner_key__isnull=False),
                name="event_undo_was_asked_by_one",
                violation_error_message=_("It is asked for by one person or with one key."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(requested_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="event_undo_needs_two_people",
                violation_error_message=_("Another person must decide on this."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True, decided_by__isnull=True)
                | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="posted", decided_at__isnull=False),
                name="event_undo_state_fits_its_facts",
                violation_error_message=_("What is decided says when, and a refusal by whom."),
            ),
        )
        indexes = (
            models.Index(fields=["programme", "id"], condition=Q(state="waiting"), name="event_undo_waiting"),
            models.Index(
                fields=["requested_by", "requested_on"], condition=Q(requested_by__isnull=False), name="event_undo_by_person_and_day"
            ),
            models.Index(fields=["partner_key", "requested_on"], condition=Q(partner_key__isnull=False), name="event_undo_by_key_and_day"),
        )

    def __str__(self) -> str:
        return self.get_reason_display()

    @property
    def is_waiting(self) -> bool:
        return self.state == EventUndoRequest.State.WAITING

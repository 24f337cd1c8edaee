"""An event, end to end, in one transaction: find the member, lock the wallet, recognise a repeat, evaluate the rules, give the points, write.

What partners send and what the programme notes by itself (a birthday, a friend's first purchase) take the same steps.
"""

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.members.queries import find_member
from accounts.outbox.services import publish
from accounts.programmes.models import Programme
from ledger.points import services as bank
from ledger.points.domain import Outcome, Reason
from ledger.points.queries import Holdings, holdings
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError, Malformed, Problem, Refused, StartAgain
from rewards.causes.services import count_event
from rewards.earning.domain import Basket, Evaluation, evaluate, facts_as_json
from rewards.earning.domain.basket import Value
from rewards.earning.domain.triggers import trigger_of_type
from rewards.earning.gifts import gifts, given
from rewards.earning.queries import Setting, setting_of
from rewards.earning.uses import NOTHING, new_uses, note_uses
from rewards.events.domain import EventType, parse_event_type
from rewards.events.models import Event
from rewards.purchases import surroundings
from rewards.purchases.domain import PurchaseFacts
from rewards.quests.queries import needs_on
from rewards.quests.services import Happening, note_happenings
from rewards.setups.models import SetupVersion
from rewards.setups.queries import setups_of

AHEAD = dt.timedelta(minutes=10)
"""How far a sender's clock may run ahead."""
SYSTEM_SOURCE = "programme"
_REASONS = {"enrolment": Reason.SIGNUP, "referral.advocate": Reason.REFERRAL, "referral.friend": Reason.REFERRAL}
SHARED = parse_event_type({"schema": {"properties": {"network": {"type": "string", "maxLength": 40, "minLength": 1}}}})
BUILT_IN: Mapping[str, EventType] = {"social_share": SHARED}
"""Events that partners may send without setting a type up."""


class UnknownEventType(Malformed):
    code = "unknown_event_type"


class PayloadRefused(Malformed):
    code = "payload_refused"


class NotYet(Refused):
    code = "occurred_in_the_future"


class TooLate(Refused):
    """Carries `late_days`."""

    code = "occurred_too_long_ago"


class ExternalIdConflict(Refused):
    code = "external_id_conflict"


class MemberNotActive(Refused):
    code = "member_not_active"


class ProgrammeNotLive(Refused):
    code = "programme_not_live"


class TooManyPoints(Refused):
    code = "too_many_points"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """An event as a partner tells it. Exactly one of `member`, `member_external_id`, `card` names the member."""

    source: str
    external_id: str
    type: str
    occurred_at: dt.datetime
    payload: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    member: uuid.UUID | None = None
    member_external_id: str | None = None
    card: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class EventRecord:
    """A recorded (or, in a dry run, imagined) event, with the wallet's holdings after it."""

    event: Event
    member: Member
    holdings: list[Holdings]
    replayed: bool = False


def record_event(*, programme: Programme, facts: EventFacts, at: dt.datetime) -> EventRecord:
    """Record one event. The same external id with the same facts answers like the first time.

    Raises: ProgrammeNotLive, MemberNotFound, MemberNotActive, UnknownEventType, PayloadRefused, NotYet, TooLate, NoTermsInForce,
    TooManyPoints, ExternalIdConflict.
    """
    while True:
        with contextlib.suppress(StartAgain), transaction.atomic():
            return record_event_here(programme=programme, facts=facts, at=at)


def preview_event(*, programme: Programme, facts: EventFacts, at: dt.datetime) -> EventRecord:
    """Evaluate an event as `record_event` would, and write nothing. Raises the same."""
    with transaction.atomic():
        record = record_event(programme=programme, facts=facts, at=at)
        transaction.set_rollback(True)
    return record


def record_events(*, programme: Programme, events: Sequence[EventFacts], at: dt.datetime) -> list[EventRecord | Problem]:
    """Record many events; each is recorded whole or answered with its refusal, in the order given. The wallets are locked together first."""
    while True:
        with contextlib.suppress(StartAgain), transaction.atomic():
            found = [_found(programme, facts) for facts in events]
            bank.lock_wallets(points_accounts=[one.points_account_id for one in found if isinstance(one, Member)])
            return [_answer(programme, facts, at) for facts in events]


def record_event_here(*, programme: Programme, facts: EventFacts, at: dt.datetime) -> EventRecord:
    """Record one event in the caller's transaction, which rolls back after a refusal. Raises: as `record_event`, and StartAgain."""
    member = _member_of(programme, facts)
    bank.lock_wallets(points_accounts=[member.points_account_id])
    happened = _Happened(member, facts, at)
    earlier = Event.objects.filter(programme=programme, source=facts.source, external_id=facts.external_id).first()
    if earlier is not None:
        return happened.repeat(earlier)
    if not programme.is_live:
        raise ProgrammeNotLive(_("The programme is not live, so nothing can be earned yet."))
    if not member.is_active:
        raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
    if facts.occurred_at > at + AHEAD:
        raise NotYet(_("The event lies in the future. Check the clock of the sender."))
    version, kind = _type_of(programme, facts, happened.business_on)
    values, errors = kind.read(facts.payload, programme.currency)
    if errors:
        raise PayloadRefused(_("Correct the marked fields."), errors=errors)
    if facts.occurred_at < at - dt.timedelta(days=kind.late_days + 1):
        detail = _("The event happened too long ago: this type is taken for %(days)s days. Correct the points by hand.")
        raise TooLate(detail % {"days": kind.late_days}, extra={"late_days": kind.late_days})
    trigger = facts.type if version is None else trigger_of_type(facts.type)
    return happened.write(trigger, values, version)


def note_moment(
    *,
    member: Member,
    trigger: str,
    external_id: str,
    values: Mapping[str, Value],
    payload: Mapping[str, Any],
    occurred_at: dt.datetime,
    at: dt.datetime,
    business_on: dt.date | None = None,
) -> EventRecord:
    """Record a moment of the programme's own in the caller's transaction: a birthday, a review approved. The same again changes nothing.

    The programme of the member must be loaded. `business_on` says on which day it counts, without it the day of `occurred_at`.
    Raises: NoTermsInForce, TooManyPoints, StartAgain.
    """
    bank.lock_wallets(points_accounts=[member.points_account_id])
    facts = EventFacts(source=SYSTEM_SOURCE, external_id=external_id, type=trigger, occurred_at=occurred_at, payload=payload)
    happened = _Happened(member, facts, at, counted_on=business_on)
    earlier = Event.objects.filter(programme=member.programme_id, source=SYSTEM_SOURCE, external_id=external_id).first()
    if earlier is not None:
        return EventRecord(earlier, member, happened.holdings(), replayed=True)
    return happened.write(trigger, values, None)


@dataclasses.dataclass(frozen=True, slots=True)
class _Happened:
    """What happened to a member whose wallet is locked."""

    member: Member
    facts: EventFacts
    at: dt.datetime
    counted_on: dt.date | None = None

    @property
    def business_on(self) -> dt.date:
        return self.counted_on or business_date(self.facts.occurred_at, self.member.programme.time_zone)

    def holdings(self) -> list[Holdings]:
        return holdings(points_account=self.member.points_account_id, today=business_date(self.at, self.member.programme.time_zone))

    def fingerprint(self) -> bytes:
        facts = (self.facts.type, self.facts.occurred_at.timestamp(), json.dumps(self.facts.payload, sort_keys=True), str(self.member.pk))
        return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()

    def repeat(self, earlier: Event) -> EventRecord:
        if bytes(earlier.fingerprint) != self.fingerprint():
            raise ExternalIdConflict(_("This event was sent before with other facts. Send a new external_id."))
        return EventRecord(earlier, self.member, self.holdings(), replayed=True)

    def write(self, trigger: str, values: Mapping[str, Value], version: SetupVersion | None) -> EventRecord:
        """Evaluate, give, write down, count for cards and challenges, publish."""
        setting = setting_of(self.member.programme)
        setting.currencies[setting.main].terms_on(self.business_on)
        basket, evaluation, asked = self._evaluated(setting, trigger, values)
        event = self._event(trigger, version, basket, evaluation)
        grants = gifts(
            setting,
            evaluation.units,
            wallet=self.member.points_account_id,
            key=f"event:{event.pk}",
            joined_at=self.member.joined_at,
            reason=_REASONS.get(trigger, Reason.PROMOTION),
            occurred_at=self.facts.occurred_at,
            business_on=self.business_on,
        )
        outcomes: list[Outcome] = [bank.grant(grant=one) for one in grants]
        event.earned, event.units = given(grants, outcomes), sum(one.units for one in grants)
        _insert(event)
        wallet = self.member.points_account_id
        note_uses(new_uses(setting, NOTHING, evaluation.outcomes, wallet=wallet, business_on=self.business_on, evidence=event.pk))
        happening = Happening(self.member, trigger, self.business_on, event.pk, Basket((), asked))
        note_happenings(happenings=[happening], at=self.at)
        count_event(member=self.member, trigger=trigger, values=values, business_on=self.business_on, event=event.pk, at=self.at)
        publish(
            topic="event.recorded", payload={"event": str(event.pk)}, at=self.at, programme_id=event.programme_id, member_id=event.member_id
        )
        return EventRecord(event, self.member, self.holdings())

    def _evaluated(self, setting: Setting, trigger: str, values: Mapping[str, Value]) -> tuple[Basket, Evaluation, dict[str, Value]]:
        """Run the day's rules of the trigger; return with what they made of it the facts that anybody asks for. Raises: TooManyPoints."""
        book = setting.rules_on(self.business_on, trigger)
        scene = self._scene()
        needs = book.needs | needs_on(self.member.programme, self.business_on, trigger)
        asked = surroundings.facts_of([scene], [needs])[0] | {name: value for name, value in values.items() if name in needs}
        known = {name: value for name, value in asked.items() if name in book.needs}
        caps = [(setting.rule_ids[rule.version_id], cap) for rule, cap in book.caps]
        basket = Basket((), known, surroundings.used_before([scene], [caps])[0])
        evaluation = evaluate(basket, book)
        if any(units > MOST_POINTS for units in evaluation.units.values()):
            raise TooManyPoints(_("This event would earn more points than one event may. Check its figures."))
        return basket, evaluation, asked

    def _scene(self) -> surroundings.Scene:
        """Where it happened, as a purchase of nothing: rules of events ask for nothing of the basket."""
        facts = self.facts
        nothing = PurchaseFacts(facts.source, facts.external_id, facts.occurred_at, self.member.programme.currency, "", ())
        return surroundings.Scene(nothing, self.member, self.business_on)

    def _event(self, trigger: str, version: SetupVersion | None, basket: Basket, evaluation: Evaluation) -> Event:
        return Event(
            id=uuid7(),
            points_account_id=self.member.points_account_id,
            member=self.member,
            programme_id=self.member.programme_id,
            trigger=trigger,
            type_version=version,
            source=self.facts.source,
            external_id=self.facts.external_id,
            fingerprint=self.fingerprint(),
            occurred_at=self.facts.occurred_at,
            business_on=self.business_on,
            recorded_at=self.at,
            payload=dict(self.facts.payload),
            evaluation=evaluation.as_json(),
            facts=facts_as_json(basket),
        )


def _insert(event: Event) -> None:
    """Write the row. Raises: StartAgain (another transaction has just recorded this number for another member)."""
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError as error:
        raise StartAgain from error


def _answer(programme: Programme, facts: EventFacts, at: dt.datetime) -> EventRecord | Problem:
    try:
        with transaction.atomic():
            return record_event_here(programme=programme, facts=facts, at=at)
    except Problem as problem:
        return problem


def _found(programme: Programme, facts: EventFacts) -> Member | Problem:
    try:
        return _member_of(programme, facts)
    except Problem as problem:
        return problem


def _member_of(programme: Programme, facts: EventFacts) -> Member:
    """Raises: MemberNotFound."""
    who = {"external_id": facts.member_external_id or "", "card": facts.card or ""}
    member = find_member(programme, member_id=facts.member, **who)
    member.programme = programme
    return member


def _type_of(programme: Programme, facts: EventFacts, day: dt.date) -> tuple[SetupVersion | None, EventType]:
    """Raises: UnknownEventType."""
    if facts.type in BUILT_IN:
        return None, BUILT_IN[facts.type]
    found = setups_of(programme).event_type(facts.type, day)
    if found is None:
        detail = _("There is no event type %(code)s on %(day)s. Ask the programme's owner for the types that it takes.")
        told = detail % {"code": facts.type, "day": day}
        raise UnknownEventType(told, errors=[FieldError("/type", "unknown_event_type", told)])
    return found

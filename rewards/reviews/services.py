"""Take reviews in, check them, and take them back: the only code that writes them."""

import dataclasses
import datetime as dt
import hashlib
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member, MemberStatus
from accounts.outbox.services import publish
from accounts.users.models import User
from ledger.points import services as bank
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import Refused, StartAgain
from rewards.events.models import Event
from rewards.events.services import AHEAD, ExternalIdConflict, MemberNotActive, NotYet, ProgrammeNotLive, note_moment, undo_event
from rewards.reviews.domain import TRIGGER, Refusal, values_of
from rewards.reviews.models import Review


class ReviewDecided(Refused):
    """Carries `state`."""

    code = "review_decided"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """What a shop says of a review."""

    source: str
    external_id: str
    product: str
    stars: int
    text: str
    occurred_at: dt.datetime

    def fingerprint(self, member: uuid.UUID) -> bytes:
        facts = (self.product, self.stars, self.text, self.occurred_at.timestamp(), str(member))
        return hashlib.blake2b(repr(facts).encode(), digest_size=16).digest()


@dataclasses.dataclass(frozen=True, slots=True)
class ReviewRecord:
    review: Review
    replayed: bool = False


@transaction.atomic
def submit_review(*, member: Member, facts: ReviewFacts, at: dt.datetime) -> ReviewRecord:
    """Note a review that waits for a check; the same again answers like the first time. Needs the member's programme.

    Raises: ProgrammeNotLive, MemberNotActive, NotYet, ExternalIdConflict, StartAgain.
    """
    bank.lock_wallets(points_accounts=[member.points_account_id])
    fingerprint = facts.fingerprint(member.pk)
    earlier = Review.objects.filter(programme=member.programme_id, source=facts.source, external_id=facts.external_id).first()
    if earlier is not None:
        if bytes(earlier.fingerprint) != fingerprint:
            raise ExternalIdConflict(_("This review was sent before with other facts. Send a new external_id."))
        return ReviewRecord(earlier, replayed=True)
    if not member.programme.is_live:
        raise ProgrammeNotLive(_("The programme is not live, so nothing can be earned yet."))
    if not member.is_active:
        raise MemberNotActive(_("This membership is not active. Ask the member to contact support."))
    if facts.occurred_at > at + AHEAD:
        raise NotYet(_("The review lies in the future. Check the clock of the sender."))
    review = Review(
        id=uuid7(),
        member=member,
        programme_id=member.programme_id,
        source=facts.source,
        external_id=facts.external_id,
        fingerprint=fingerprint,
        product=facts.product,
        stars=facts.stars,
        text=facts.text,
        occurred_at=facts.occurred_at,
        business_on=business_date(facts.occurred_at, member.programme.time_zone),
        recorded_at=at,
    )
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise StartAgain from error
    _announce("review.submitted", review, at)
    return ReviewRecord(review)


@transaction.atomic
def accept_review(*, review: Review, moderator: User, at: dt.datetime) -> Review:
    """Accept a review and give what its rules say, unless another review of the product by this member was rewarded.

    Raises: ReviewDecided, MemberNotActive, NoTermsInForce, TooManyPoints.
    """
    member = _lock_member(review)
    locked = _lock_waiting(review)
    if member.status == MemberStatus.CLOSED:
        raise MemberNotActive(_("This membership has ended, so nothing can be earned any more. Refuse the review or leave it."))
    locked.state, locked.decided_by, locked.decided_at = Review.State.ACCEPTED, moderator, at
    same = Review.objects.filter(member=member, product=locked.product, state=Review.State.ACCEPTED, event__isnull=False)
    if not same.exists():
        payload = {"stars": locked.stars, "length": len(locked.text.strip()), "product": locked.product}
        record = note_moment(
            member=member,
            trigger=TRIGGER,
            external_id=f"review:{locked.pk}",
            values=values_of(stars=locked.stars, text=locked.text, product=locked.product),
            payload=payload,
            occurred_at=at,
            at=at,
        )
        locked.event = record.event.pk
    locked.save()
    _announce("review.accepted", locked, at)
    return locked


@transaction.atomic
def refuse_review(*, review: Review, moderator: User, reason: Refusal, at: dt.datetime) -> Review:
    """Refuse a review and say why. Raises: ReviewDecided."""
    _lock_member(review)
    locked = _lock_waiting(review)
    locked.state, locked.reason, locked.decided_by, locked.decided_at = Review.State.REFUSED, reason, moderator, at
    locked.save()
    _announce("review.refused", locked, at)
    return locked


@transaction.atomic
def withdraw_review(*, review: Review, at: dt.datetime) -> Review:
    """Take a review back with the points that it gave; a second time changes nothing. Raises: PointsOnHold."""
    _lock_member(review)
    locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if locked.state == Review.State.WITHDRAWN:
        return locked
    if locked.event is not None:
        event = Event.objects.get(pk=locked.event, member=locked.member_id)
        undo_event(event=event, reason="review_withdrawn", at=at, evidence=locked.pk)
    locked.state, locked.withdrawn_at = Review.State.WITHDRAWN, at
    locked.save()
    _announce("review.withdrawn", locked, at)
    return locked


def _lock_member(review: Review) -> Member:
    """Lock the wallet before the review, as everybody does."""
    member = Member.objects.select_related("programme__legal_entity__book").get(pk=review.member_id)
    bank.lock_wallets(points_accounts=[member.points_account_id])
    return member


def _lock_waiting(review: Review) -> Review:
    locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if not locked.is_waiting:
        raise ReviewDecided(_("Nothing waits here any more. Look at the review again."), extra={"state": locked.state})
    return locked


def _announce(topic: str, review: Review, at: dt.datetime) -> None:
    publish(topic=topic, payload={"review": str(review.pk)}, at=at, programme_id=review.programme_id, member_id=review.member_id)

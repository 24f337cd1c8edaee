"""Give codes, take a friend in, reward both, and take it back: the only code that writes referrals.

Locks: the members' rows in order when a code is named; both wallets in order, then the referral's row, when it is decided.
"""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import publish
from accounts.programmes.models import Programme
from ledger.points.services import lock_wallets
from loyalty.kit.clock import business_date
from loyalty.kit.ids import uuid7
from loyalty.kit.problems import FieldError, Malformed, Refused, StartAgain
from rewards.events.models import Event
from rewards.events.services import note_moment, undo_event
from rewards.purchases.models import Purchase
from rewards.referrals.domain import Obstacle, Person, ReferralTerms, is_same_person, leads_back, new_code, normalise_code
from rewards.referrals.models import Referral, ReferralCode
from rewards.referrals.queries import first_purchase, kept_minor, terms_on

BATCH = 200
_WITHIN = dt.timedelta(days=30)


class UnknownReferralCode(Malformed):
    code = "unknown_referral_code"


class AlreadyReferred(Refused):
    code = "already_referred"


def code_of(*, member: Member, at: dt.datetime) -> ReferralCode:
    """Return a member's code, made when it is first asked for. Raises: ReferralsNotOffered."""
    terms_on(member.programme, business_date(at, member.programme.time_zone))
    while True:
        found = ReferralCode.objects.filter(member=member).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return ReferralCode.objects.create(member=member, programme=member.programme, code=new_code())
        except IntegrityError:
            continue  # the code is taken, or another process has just made one for this member


@transaction.atomic
def claim_referral(*, friend: Member, code: str, at: dt.datetime) -> Referral:
    """Note who brought a friend. What does not count is noted too, with its reason, so that colleagues see it.

    The same code again answers the same. Raises: ReferralsNotOffered, UnknownReferralCode, AlreadyReferred (by somebody else).
    """
    programme = friend.programme
    terms = terms_on(programme, business_date(at, programme.time_zone))
    of = ReferralCode.objects.filter(programme=programme, code=normalise_code(code)).first()
    if of is None:
        detail = _("There is no such code. Ask your friend for it again.")
        raise UnknownReferralCode(detail, errors=[FieldError("/code", "unknown_referral_code", detail)])
    people = Member.objects.select_for_update(no_key=True).filter(pk__in=[friend.pk, of.member_id]).order_by("pk").in_bulk()
    earlier = Referral.objects.filter(friend=friend.pk).first()
    if earlier is not None:
        if earlier.advocate_id != of.member_id:
            raise AlreadyReferred(_("Another member brought you. That cannot be changed."))
        return earlier
    if of.member_id == friend.pk:
        raise AlreadyReferred(_("This is your own code. Give it to a friend."))
    obstacle = _obstacle(people[of.member_id], people[friend.pk], terms, at)
    referral = Referral(id=uuid7(), programme=programme, advocate=people[of.member_id], friend=people[friend.pk], claimed_at=at)
    referral.claimed_on = business_date(at, programme.time_zone)
    if obstacle is not None:
        referral.state, referral.reason, referral.decided_at = Referral.State.REFUSED, obstacle.value, at
    referral.save(force_insert=True)
    _announce("referral.claimed", referral, at)
    return referral


def settle_referrals(*, programme: Programme, at: dt.datetime) -> int:
    """Reward those whose first purchase stands, let those lapse that had none in time, and take back what came back; return how many."""
    today, last, changed = business_date(at, programme.time_zone), uuid.UUID(int=0), 0
    watched = today - dt.timedelta(days=programme.return_window_days + 7)
    rows = Referral.objects.filter(programme=programme, state=Referral.State.WAITING) | Referral.objects.filter(
        programme=programme, state=Referral.State.REWARDED, purchase_on__gte=watched
    )
    while batch := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        changed += sum(_settle(programme, key, at, today) for key in batch)
    return changed


def _settle(programme: Programme, key: uuid.UUID, at: dt.datetime, today: dt.date) -> bool:
    while True:
        try:
            with transaction.atomic():
                referral = Referral.objects.select_related("advocate", "friend").get(pk=key)
                lock_wallets(points_accounts=[referral.advocate.points_account_id, referral.friend.points_account_id])
                state = Referral.objects.select_for_update().values_list("state", flat=True).get(pk=key)
                referral.advocate.programme = referral.friend.programme = referral.programme = programme
                if state == Referral.State.WAITING:
                    return _decide(referral, at, today)
                return state == Referral.State.REWARDED and _reverse_if_returned(referral, at)
        except StartAgain:
            continue


def _decide(referral: Referral, at: dt.datetime, today: dt.date) -> bool:
    """Judge by the terms of the day on which the code was named."""
    programme = referral.programme
    terms = terms_on(programme, referral.claimed_on)
    until = business_date(referral.friend.joined_at, programme.time_zone) + dt.timedelta(days=terms.purchase_days)
    purchase = first_purchase(referral.friend, terms.least_minor)
    if purchase is None or purchase.business_on > until:
        return today > until and _close(referral, Referral.State.LAPSED, at)
    hold = programme.return_window_days if terms.hold_days is None else terms.hold_days
    if today < purchase.business_on + dt.timedelta(days=hold):
        return False
    if not referral.advocate.is_active:
        referral.reason = Obstacle.ADVOCATE_NOT_ACTIVE.value
        return _close(referral, Referral.State.REFUSED, at)
    return _reward(referral, purchase, at)


def _reward(referral: Referral, purchase: Purchase, at: dt.datetime) -> bool:
    count = Referral.objects.filter(advocate=referral.advocate, state=Referral.State.REWARDED).count() + 1
    events = []
    for trigger, member, payload in (
        ("referral.advocate", referral.advocate, {"count": count}),
        ("referral.friend", referral.friend, {}),
    ):
        record = note_moment(
            member=member,
            trigger=trigger,
            external_id=f"{trigger}:{referral.pk}",
            values={f"event.{name}": value for name, value in payload.items()},
            payload=payload,
            occurred_at=at,
            at=at,
        )
        events.append(record.event.pk)
    referral.advocate_event, referral.friend_event = events
    referral.purchase, referral.purchase_on = purchase.pk, purchase.business_on
    return _close(referral, Referral.State.REWARDED, at)


def _reverse_if_returned(referral: Referral, at: dt.datetime) -> bool:
    """Take back what both got when the purchase came back within the days for that."""
    programme = referral.programme
    assert referral.purchase_on is not None, referral.pk
    terms = terms_on(programme, referral.claimed_on)
    assert referral.purchase is not None, referral.pk
    purchase = Purchase.objects.get(pk=referral.purchase)
    kept = kept_minor(purchase, referral.purchase_on + dt.timedelta(days=programme.return_window_days))
    if kept > 0 and kept >= terms.least_minor:
        return False
    assert referral.advocate_event is not None and referral.friend_event is not None, referral.pk
    for event in Event.objects.filter(pk__in=[referral.advocate_event, referral.friend_event]).order_by("points_account"):
        undo_event(event=event, reason="purchase_returned", at=at, evidence=referral.purchase)
    return _close(referral, Referral.State.REVERSED, at)


def _close(referral: Referral, state: Referral.State, at: dt.datetime) -> bool:
    referral.state, referral.decided_at = state, at
    referral.save()
    _announce(f"referral.{state.value}", referral, at)
    return True


def _obstacle(advocate: Member, friend: Member, terms: ReferralTerms, at: dt.datetime) -> Obstacle | None:
    """Return why it does not count; the members' rows are locked."""
    if not advocate.is_active:
        return Obstacle.ADVOCATE_NOT_ACTIVE
    if is_same_person(_person(advocate), _person(friend)):
        return Obstacle.SELF
    if leads_back(_chain(advocate), advocate.pk, friend.pk):
        return Obstacle.CYCLE
    if friend.joined_at < at - dt.timedelta(days=terms.join_days) or Purchase.objects.filter(member=friend).exists():
        return Obstacle.NOT_NEW
    lately = Referral.objects.filter(advocate=advocate, claimed_at__gt=at - _WITHIN).exclude(state=Referral.State.REFUSED)
    return Obstacle.TOO_MANY if lately.count() >= terms.most_in_30_days else None


def _chain(member: Member) -> dict[uuid.UUID, uuid.UUID]:
    """Who brought this member, who brought that one, and so on."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    current: uuid.UUID | None = member.pk
    while current is not None and current not in found and len(found) < 100:
        before = Referral.objects.filter(friend=current).values_list("advocate", flat=True).first()
        if before is not None:
            found[current] = before
        current = before
    return found


def _person(member: Member) -> Person:
    return Person(member.pk, member.email or "", member.phone or "", member.user_id, member.name, member.birth_date)


def _announce(topic: str, referral: Referral, at: dt.datetime) -> None:
    publish(topic=topic, payload={"referral": str(referral.pk)}, at=at, programme_id=referral.programme_id, member_id=referral.advocate_id)

"""Tiers given by hand: asked for by one colleague, decided by another."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member, MemberStatus
from accounts.outbox.services import publish
from accounts.users.models import User
from ledger.points.services import lock_wallets
from loyalty.kit.clock import add_months, business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from loyalty.kit.rows import checked_fields
from rewards.tiers import turned
from rewards.tiers.ladders import ladders_of
from rewards.tiers.models import Tier, TierAward, TierStanding
from rewards.tiers.services.judgement import judge_members

MOST_MONTHS = 60


class AwardEndsTooSoonOrLate(Malformed):
    code = "award_ends_too_soon_or_late"


class UnknownTier(Malformed):
    code = "unknown_tier"


class AwardDecided(Refused):
    """Carries `state`."""

    code = "award_decided"


class AnotherPersonMustDecideOnAward(Forbidden):
    code = "another_person_must_decide"


class MemberIsClosed(Refused):
    code = "member_is_closed"


@transaction.atomic
def request_award(
    *, member: Member, tier: Tier, kind: TierAward.Kind, to_on: dt.date, note: str, proof: str, staff: User, at: dt.datetime
) -> TierAward:
    """Ask for a tier to be given until a day; nothing changes until a second person decides.

    Raises: UnknownTier, AwardEndsTooSoonOrLate, MemberIsClosed, InvalidFields.
    """
    today = business_date(at, member.programme.time_zone)
    if tier.ladder.programme_id != member.programme_id:
        detail = _("Choose a tier of the member's programme.")
        raise UnknownTier(detail, errors=[FieldError("/tier", "unknown_value", detail)])
    if member.status == MemberStatus.CLOSED:
        raise MemberIsClosed(_("This membership has ended; its tier does not change any more."))
    _check_end(to_on, today)
    award = TierAward(member=member, tier=tier, kind=kind, to_on=to_on, note=note, proof=proof, requested_at=at, requested_by=staff)
    checked_fields(award, exclude=["member", "tier", "requested_by"]).save(force_insert=True)
    return award


@transaction.atomic
def grant_award(*, award: TierAward, approver: User, at: dt.datetime) -> TierAward:
    """Agree: the member stands at least there from today through the award's last day, and can still rise.

    Raises: AnotherPersonMustDecideOnAward, AwardDecided, AwardEndsTooSoonOrLate, MemberIsClosed.
    """
    member = Member.objects.select_related("programme").get(pk=award.member_id)
    lock_wallets(points_accounts=[member.points_account_id])
    locked = _lock_waiting(award, approver)
    if member.status == MemberStatus.CLOSED:
        raise MemberIsClosed(_("This membership has ended; its tier does not change any more."))
    today = business_date(at, member.programme.time_zone)
    _check_end(locked.to_on, today)
    locked.state, locked.from_on, locked.decided_by, locked.decided_at = TierAward.State.GRANTED, today, approver, at
    locked.save()
    if locked.tier.ladder.is_plain:
        _stand(locked)
    else:
        judge_members([one for one in ladders_of(member.programme_id).judged if one.ladder == locked.tier.ladder], [member])
    payload = {"award": str(locked.pk), "tier": locked.tier.code, "ladder": locked.tier.ladder.code}
    publish(topic="tier.given", payload=payload, at=at, programme_id=member.programme_id, member_id=member.pk)
    return locked


@transaction.atomic
def refuse_award(*, award: TierAward, refuser: User, note: str, at: dt.datetime) -> TierAward:
    """Refuse and say why. Raises: AnotherPersonMustDecideOnAward, AwardDecided."""
    locked = _lock_waiting(award, refuser)
    locked.state, locked.decided_by, locked.decided_at, locked.decision_note = TierAward.State.REFUSED, refuser, at, note
    locked.save()
    return locked


def _check_end(to_on: dt.date, today: dt.date) -> None:
    if not today <= to_on <= add_months(today, MOST_MONTHS):
        detail = _("Choose a last day from today on, at most five years ahead.")
        raise AwardEndsTooSoonOrLate(detail, errors=[FieldError("/to_on", "out_of_range", detail)])


def _lock_waiting(award: TierAward, person: User) -> TierAward:
    locked = TierAward.objects.select_for_update(of=("self",)).select_related("tier__ladder").get(pk=award.pk)
    if not locked.is_waiting:
        raise AwardDecided(_("Somebody has decided on this before."), extra={"state": locked.state})
    if locked.requested_by_id == person.pk:
        raise AnotherPersonMustDecideOnAward(_("You asked for this tier. Another person must decide on it."))
    return locked


def _stand(award: TierAward) -> None:
    """On a plain ladder what was given stands beside what is reached; the higher one counts."""
    assert award.from_on is not None, "granted"
    row = TierStanding(member_id=award.member_id, tier=award.tier, year=0, from_on=award.from_on, to_on=award.to_on, evidence=award.pk)
    row.reason = TierStanding.Reason.GIVEN
    row.save(force_insert=True)
    ladder = award.tier.ladder
    turned.tell([turned.Turned(award.member_id, ladder.programme_id, ladder.code, ladder.is_main, award.tier.code, award.from_on)])

"""Give allowances and recognitions: the only code that writes them.

A recognition takes points of the giver's allowance and grants as many to the receiver in one transaction, both wallets locked in order.
Points that were received are of another currency: nothing here gives them on.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member, MemberStatus
from accounts.outbox.services import publish
from accounts.programmes.models import PointCurrency, Programme
from ledger.points import services as bank
from ledger.points.domain import Grant, Reason, Sale, Source, Taking
from loyalty.kit.clock import business_date, month_start
from loyalty.kit.figures import said_points_text
from loyalty.kit.ids import uuid7
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import FieldError, NotFound, Refused
from rewards.earning.gifts import gift
from rewards.earning.queries import setting_of
from rewards.recognition.domain import Obstacle, RecognitionTerms, lapses_on
from rewards.recognition.models import Allowance, Recognition
from rewards.recognition.queries import Offered, given_today, left_to_give, offered_on, planned_allowance, recognition_on

AT_ONCE = 1_000
"""So many members get their allowance in one transaction."""
KEY = "recognition:"
"""How the keys of acts begin by which recognised points arrive."""


class MayNotRecognise(Refused):
    """Carries `reason` (an Obstacle) and the figures that belong to it: `least`, `most`, `left`, `times`."""

    code = "may_not_recognise"


class RecognisesNobody(NotFound):
    """Nobody, or nobody who can receive points: both get the same answer."""

    code = "receiver_not_found"


class OwnRecognition(Refused):
    code = "own_recognition"


class ExternalIdConflict(Refused):
    code = "external_id_conflict"


def give_allowances(*, programme: Programme, at: dt.datetime, most: int = AT_ONCE) -> int:
    """Give this month's allowance to members who do not have it yet; return to how many, 0 when everybody has it.

    What a month that is over should have had is not given afterwards: it would have lapsed.
    """
    day = business_date(at, programme.time_zone)
    offered = recognition_on(programme, day)
    if offered is None:
        return 0
    month = month_start(day)
    had = Allowance.objects.filter(programme=programme, month=month).values("member")
    rows = Member.objects.filter(programme=programme, status=MemberStatus.ACTIVE, joined_at__lte=at).exclude(pk__in=had)
    members = list(rows.order_by("pk")[:most])
    for member in members:
        member.programme = programme
    with transaction.atomic():
        return len(_give(members, offered, month, at)) if members else 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """What somebody wants to give: to whom, how many points, what it is for, and the number that makes a repeat the same."""

    receiver: Member
    units: int
    message: str
    value: str = ""
    source: str
    external_id: str


@transaction.atomic
def recognise(*, giver: Member, giving: Giving, at: dt.datetime) -> Recognition:
    """Give points of one's allowance to a colleague; they arrive as points to keep. Both programmes must be loaded.

    The same source and external id with the same facts answers with the earlier recognition.
    Raises: RecognitionNotOffered, OwnRecognition, RecognisesNobody (not active, or of another programme), MayNotRecognise, NoTermsInForce,
    ExternalIdConflict.
    """
    receiver = giving.receiver
    assert 0 < giving.units <= MOST_POINTS, giving.units
    if giver.pk == receiver.pk:
        raise OwnRecognition(_("This is you. Recognise a colleague."))
    bank.lock_wallets(points_accounts=[giver.points_account_id, receiver.points_account_id])
    if earlier := _earlier(giver, giving):
        return earlier
    for member in (giver, receiver):
        member.refresh_from_db(fields=["status"])  # somebody may have been frozen while this waited for the lock
    if receiver.programme_id != giver.programme_id or not receiver.is_active:
        raise nobody()
    day = business_date(at, giver.programme.time_zone)
    offered = offered_on(giver.programme, day)
    _check(giver, offered, giving, day)
    _give([giver], offered, month_start(day), at)
    row = _row(giver, giving, offered, at, day)
    row.given_movement = _take(row, offered)
    row.received_movement = bank.grant(grant=_arriving(row, offered)).movement
    _claim(row)
    payload = {"recognition": str(row.pk), "units": row.units}
    for topic, member in (("recognition.given", giver), ("recognition.received", receiver)):
        publish(topic=topic, payload=payload, at=at, programme_id=row.programme_id, member_id=member.pk)
    return row


def nobody() -> RecognisesNobody:
    """Return the one answer for nobody and for somebody who cannot receive points."""
    return RecognisesNobody(_("Nobody who can receive points was found by that. Check the card number or the e-mail address."))


def _give(members: Sequence[Member], offered: Offered, month: dt.date, at: dt.datetime) -> list[Allowance]:
    """Give the allowance of a month to those of these members who do not have it, in one set; the wallets' locks make it once."""
    bank.lock_wallets(points_accounts=[member.points_account_id for member in members])
    had = set(Allowance.objects.filter(member__in=members, month=month).values_list("member", flat=True))
    rows, grants = [], []
    for member in members:
        if member.pk in had:
            continue
        units = planned_allowance(member, offered.terms, business_date(at, member.programme.time_zone))
        row = Allowance(
            id=uuid7(), programme_id=member.programme_id, member=member, version=offered.version, month=month, units=units, given_at=at
        )
        rows.append(row)
        if units:
            grants.append(_allowance(row, offered.allowance, at))
    outcomes = iter(bank.grant_many(grants=grants)) if grants else iter(())
    for row in rows:
        row.movement = next(outcomes).movement if row.units else None
    return Allowance.objects.bulk_create(rows)


def _allowance(row: Allowance, currency: PointCurrency, at: dt.datetime) -> Grant:
    """What a member may give away lapses on the first of the next month, whatever else the currency's terms say."""
    programme = row.member.programme
    terms = setting_of(programme).currencies[currency.code].terms_on(business_date(at, programme.time_zone))
    return Grant(
        points_account=row.member.points_account_id,
        unit=currency.unit_id,
        source=Source.JOB,
        key=f"allowance:{row.month:%Y-%m}",
        units=row.units,
        reason=Reason.EMPLOYEE,
        occurred_at=at,
        business_on=business_date(at, programme.time_zone),
        expires_on=lapses_on(row.month),
        portfolio=terms.portfolio,
        terms=terms.pk,
    )


def _arriving(row: Recognition, offered: Offered) -> Grant:
    """What arrives: an employee benefit, at cost where the books accrue it."""
    setting = setting_of(row.giver.programme)
    code = offered.earned.code
    return gift(
        setting.currencies[code],
        row.units,
        wallet=row.receiver.points_account_id,
        key=f"{KEY}{row.pk}",
        joined_at=row.receiver.joined_at,
        reason=Reason.EMPLOYEE,
        at=row.occurred_at,
        on=row.business_on,
        sale=_cost(row, offered),
    )


def _cost(row: Recognition, offered: Offered) -> Sale | None:
    """Return what one point is expected to cost; None where the books take employee points in when they are redeemed."""
    if not row.giver.programme.legal_entity.book.accrues_employee_points:
        return None
    each, estimate = setting_of(row.giver.programme).ssp_on(offered.earned.code, row.business_on)
    return Sale(0, 0, each, estimate)


def _row(giver: Member, giving: Giving, offered: Offered, at: dt.datetime, day: dt.date) -> Recognition:
    return Recognition(
        id=uuid7(),
        programme=giver.programme,
        version=offered.version,
        giver=giver,
        receiver=giving.receiver,
        units=giving.units,
        value=giving.value,
        message=giving.message,
        source=giving.source,
        external_id=giving.external_id,
        occurred_at=at,
        business_on=day,
    )


def _take(row: Recognition, offered: Offered) -> uuid.UUID:
    """Take the points from the allowance, the soonest end first. Raises: MayNotRecognise."""
    taking = Taking(
        points_account=row.giver.points_account_id,
        unit=offered.allowance.unit_id,
        source=Source.TRANSFER,
        key=f"{KEY}{row.pk}",
        units=row.units,
        reason=Reason.RECOGNITION,
        occurred_at=row.occurred_at,
        business_on=row.business_on,
    )
    try:
        return bank.redeem(taking=taking).movement
    except bank.NotEnoughPoints as problem:
        raise _refusal(Obstacle.NOT_ENOUGH, offered, {"left": int(problem.extra["spendable"])}) from problem


def _check(giver: Member, offered: Offered, giving: Giving, day: dt.date) -> None:
    """Raises: MayNotRecognise."""
    if not giver.is_active:
        raise _refusal(Obstacle.MEMBER_NOT_ACTIVE, offered, {})
    found = offered.terms.obstacle(units=giving.units, value=giving.value, given_today=given_today(giver, day))
    if found is not None:
        raise _refusal(found, offered, _figures(found, offered.terms))
    left = left_to_give(giver, offered, day)
    if giving.units > left:
        raise _refusal(Obstacle.NOT_ENOUGH, offered, {"left": left})


def _figures(found: Obstacle, terms: RecognitionTerms) -> dict[str, int]:
    known = {Obstacle.TOO_FEW: ("least", terms.least_units), Obstacle.TOO_OFTEN: ("times", terms.times_a_day)}
    if found is Obstacle.TOO_MANY and terms.most_units is not None:
        return {"most": terms.most_units}
    return dict([known[found]]) if found in known else {}


def _refusal(found: Obstacle, offered: Offered, figures: dict[str, int]) -> MayNotRecognise:
    """Say what stands in the way, and what to do."""
    scale = offered.allowance.unit.scale
    words = {name: str(figure) if name == "times" else said_points_text(figure, scale) for name, figure in figures.items()}
    match found:
        case Obstacle.MEMBER_NOT_ACTIVE:
            detail = _("This membership cannot give points now. Ask the service desk.")
        case Obstacle.UNKNOWN_VALUE if offered.terms.values:
            detail, words = _("Choose what it is for: %(known)s."), {"known": ", ".join(offered.terms.values)}
        case Obstacle.UNKNOWN_VALUE:
            detail = _("Recognitions of this programme name no value. Leave it out.")
        case Obstacle.TOO_FEW:
            detail = _("Give at least %(least)s points.")
        case Obstacle.TOO_MANY:
            detail = _("Give at most %(most)s points at once.")
        case Obstacle.TOO_OFTEN:
            detail = _("You have recognised colleagues %(times)s times today, the most of a day. Go on tomorrow.")
        case Obstacle.NOT_ENOUGH:
            detail = _("You have %(left)s points left to give this month. Give fewer, or wait for the first of the next month.")
    pointer = {Obstacle.UNKNOWN_VALUE: "/value", Obstacle.MEMBER_NOT_ACTIVE: "/member"}.get(found, "/units")
    told = detail % words
    return MayNotRecognise(told, extra={"reason": found.value, **figures}, errors=[FieldError(pointer, found.value, told)])


def _earlier(giver: Member, giving: Giving) -> Recognition | None:
    """Return the recognition that carries this number already. Raises: ExternalIdConflict (it has other facts)."""
    rows = Recognition.objects.with_people().filter(programme=giver.programme_id, source=giving.source)
    found = rows.filter(external_id=giving.external_id).first()
    if found is None:
        return None
    facts = (found.giver_id, found.receiver_id, found.units, found.message, found.value)
    if facts != (giver.pk, giving.receiver.pk, giving.units, giving.message, giving.value):
        raise _conflict(giving.external_id)
    return found


def _claim(row: Recognition) -> None:
    """Insert the row. Raises: ExternalIdConflict (at the same moment the number was used between others)."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise _conflict(row.external_id) from error


def _conflict(external_id: str) -> ExternalIdConflict:
    return ExternalIdConflict(_("The number %(number)s was used for another recognition. Use a new one.") % {"number": external_id})

"""Pay with points: alone or for many purchases at once, and give them back when the purchase comes back."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points import services as bank
from ledger.points.domain import Outcome, Reason, Source, Taking
from loyalty.kit.clock import business_date
from loyalty.kit.figures import money_text
from loyalty.kit.ids import uuid7
from loyalty.kit.money import Money
from loyalty.kit.points import MOST_POINTS
from loyalty.kit.problems import Problem, Refused
from rewards.coalition.queries import takes_points, terms_of_sale
from rewards.redemptions.domain import TenderTerms
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import RedemptionNotFound, TenderBook
from rewards.redemptions.services.acts import When, claim, issue, lock, of_member, take_points, taking
from rewards.redemptions.services.later import capture_locked
from rewards.redemptions.services.taking import check_active

PURCHASE_SOURCE = "purchase"


class AmountNotPayable(Refused):
    """Carries `step_minor`, of which every amount that points can pay is a multiple, `step_units`, and `nearest`: the amounts beside."""

    code = "amount_not_payable_in_points"


class HoldIsSmaller(Refused):
    """Carries `held_minor`."""

    code = "hold_is_smaller"


@dataclasses.dataclass(frozen=True, slots=True)
class TenderRequest:
    """The part of a purchase that points pay: by the hold `redemption`, whose amount must be equal, or without one right now."""

    member: Member
    amount_minor: int
    redemption: uuid.UUID | None
    purchase: uuid.UUID
    occurred_at: dt.datetime
    business_on: dt.date
    is_partners: bool = False
    """Whether it is a partner's sale: then the points are redeemed there, and the books have no sale that they pay."""


@dataclasses.dataclass(frozen=True, slots=True)
class Tender:
    """A payment with points: its redemption, the movement that took the points, and how many."""

    redemption: uuid.UUID
    movement: uuid.UUID
    units: int


def hold_tender(*, member: Member, amount_minor: int, source: str, external_id: str | None = None, at: dt.datetime) -> Redemption:
    """Set the points aside that pay an amount, for half an hour; the purchase captures them.

    The same source and external id with the same facts answers with the earlier hold as it is now.
    Raises: ExternalIdConflict, NotEligible, AmountNotPayable, TermsNotFound, NotEnoughPoints, PointsNotTakenHere.
    """
    return _pay(member, amount_minor, source=source, external_id=external_id, at=at, hold=True)


def redeem_amount(*, member: Member, amount_minor: int, source: str, external_id: str | None = None, at: dt.datetime) -> Redemption:
    """Take the points that pay an amount at once, without a purchase that captures them. Repeats and raises as `hold_tender`."""
    return _pay(member, amount_minor, source=source, external_id=external_id, at=at, hold=False)


@transaction.atomic
def capture_amount(*, redemption: uuid.UUID, amount_minor: int, at: dt.datetime) -> Redemption:
    """Let a hold pay an amount, at most what it set aside; the other points come back at once.

    Raises: RedemptionNotFound (no hold of money), HoldIsSmaller, AmountNotPayable, RedemptionNotOpen, PointsNotTakenHere.
    """
    held = lock(_by_id(redemption))
    _lower(held, amount_minor)
    when = When(at, business_date(at, held.member.programme.time_zone))
    return capture_locked(held, when, now=at, is_partners=_is_partners(held, when.on))


@transaction.atomic(savepoint=False)
def take_tenders(*, requests: Sequence[TenderRequest], at: dt.datetime) -> list[Tender | Problem]:
    """Take the points for many purchases, each wallet at most once; one answer each, in order. A refused one changes nothing.

    The caller holds the locks of all wallets. Points move at the request's moment and business day, `at` is now. Without
    holds: four statements for all. Refusals: NotEnoughPoints, AmountNotPayable, TermsNotFound, RedemptionNotFound,
    HoldIsSmaller, RedemptionNotOpen.
    """
    answers: dict[int, Tender | Problem] = {}
    direct: dict[uuid.UUID, list[int]] = defaultdict(list)
    for position, request in enumerate(requests):
        if request.redemption is None:
            direct[request.member.programme_id].append(position)
        else:
            answers[position] = _captured(request, request.redemption, at)
    for programme_id, positions in direct.items():
        found = _redeem_now(TenderBook(programme_id), [requests[position] for position in positions])
        answers |= zip(positions, found, strict=True)
    return [answers[position] for position in range(len(requests))]


@transaction.atomic
def restore_tender(
    *,
    redemption: uuid.UUID,
    units: int,
    key: str,
    face_minor: int,
    occurred_at: dt.datetime,
    business_on: dt.date,
    at: dt.datetime,
) -> Outcome:
    """Give points of a payment back to the lots that they came from, last taken first; `key` names the return that asks.

    `at` is now; the points move at `occurred_at`. Raises: NothingToReverse (more than was paid), RedemptionNotFound.
    """
    assert occurred_at <= at + dt.timedelta(days=1), "a return does not lie in the future"
    paid = lock(_by_id(redemption))
    assert paid.redeem_movement is not None, "what was not paid is not given back"
    unit = currency_of(paid.programme_id).unit
    back = Taking(
        points_account=paid.points_account,
        unit=unit.pk,
        source=Source.RETURN,
        key=key,
        units=units,
        reason=Reason.RETURN,
        occurred_at=occurred_at,
        business_on=business_on,
        face_minor=face_minor,
    )
    outcome = bank.restore(redemption=paid.redeem_movement, taking=back, order=unit.consumption_order)
    if not outcome.replayed:
        Redemption.objects.filter(pk=paid.pk).update(restored_units=F("restored_units") + units, returned_units=F("returned_units") + units)
    return outcome


def units_of(*, redemption: uuid.UUID) -> int:
    """Return the points that a redemption took. Raises: RedemptionNotFound."""
    return _by_id(redemption).units


@transaction.atomic
def _pay(member: Member, amount_minor: int, *, source: str, external_id: str | None, at: dt.datetime, hold: bool) -> Redemption:
    redemption = _new(member, amount_minor, source)
    redemption.external_id = external_id or ""
    facts = {"kind": "tender", "member": member.pk, "amount_minor": amount_minor, "hold": hold}
    if earlier := claim(redemption, facts):
        return earlier
    bank.lock_wallets(points_accounts=[member.points_account_id])
    check_active(member)
    when, book = When(at, business_date(at, member.programme.time_zone)), TenderBook(member.programme_id)
    redemption.units = _units_for(book, amount_minor, when.on)
    take_points(redemption, book.unit, when, hold=hold, is_partners=_is_partners(redemption, when.on))
    redemption.save(force_insert=True)
    return redemption


def _redeem_now(book: TenderBook, requests: Sequence[TenderRequest]) -> list[Tender | Problem]:
    """Redeem for purchases of one programme in one call of the bank, and write their redemptions in one insert."""
    answers: dict[int, Tender | Problem] = {}
    priced: dict[int, Redemption] = {}
    takings: list[Taking] = []
    for position, request in enumerate(requests):
        redemption = _new(request.member, request.amount_minor, PURCHASE_SOURCE)
        when = When(request.occurred_at, request.business_on)
        try:
            redemption.units = _units_for(book, request.amount_minor, when.on)
        except Problem as problem:
            answers[position] = problem
            continue
        of_member(redemption, when)
        redemption.purchase = request.purchase
        priced[position] = redemption
        takings.append(taking(redemption, book.unit, f"redeem:{redemption.pk}", when, is_partners=request.is_partners))
    outcomes = bank.redeem_many(takings=takings, order=book.unit.consumption_order)
    taken: list[Redemption] = []
    for (position, redemption), outcome in zip(priced.items(), outcomes, strict=True):
        if isinstance(outcome, Problem):
            answers[position] = outcome
            continue
        issue(redemption, outcome, When(redemption.occurred_at, redemption.business_on))
        taken.append(redemption)
        answers[position] = Tender(redemption.pk, outcome.movement, redemption.units)
    Redemption.objects.bulk_create(taken)
    return [answers[position] for position in range(len(requests))]


def _captured(request: TenderRequest, redemption_id: uuid.UUID, now: dt.datetime) -> Tender | Problem:
    """Capture a hold for a purchase; a refusal is the answer and leaves the caller's transaction whole."""
    try:
        with transaction.atomic():
            held = lock(_by_id(redemption_id, request.member))
            _lower(held, request.amount_minor)
            when = When(request.occurred_at, request.business_on)
            paid = capture_locked(held, when, now=now, purchase=request.purchase, is_partners=request.is_partners)
    except Problem as problem:
        return problem
    assert paid.redeem_movement is not None
    return Tender(paid.pk, paid.redeem_movement, paid.units)


def _is_partners(redemption: Redemption, on: dt.date) -> bool:
    """Tell whether a payment without a purchase is made at a partner's till. Raises: PointsNotTakenHere."""
    programme = redemption.member.programme
    terms = terms_of_sale(programme, source=redemption.source, store=None, day=on)
    return terms is not None and takes_points(terms, currency_of(programme).code)


def _lower(held: Redemption, amount_minor: int) -> None:
    """Let a hold pay less than it set aside, by the terms under which it was made."""
    if amount_minor > held.value_minor:
        detail = _("The hold is for a smaller amount. Capture at most that much, or hold again.")
        raise HoldIsSmaller(detail, extra={"held_minor": held.value_minor})
    if amount_minor < held.value_minor:
        held.units = _units_for(TenderBook(held.programme_id), amount_minor, held.business_on)
        held.value_minor = amount_minor


def _by_id(redemption_id: uuid.UUID, member: Member | None = None) -> Redemption:
    tenders = Redemption.objects.filter(pk=redemption_id, kind=Redemption.Kind.TENDER)
    redemption = (tenders.filter(member=member) if member else tenders).first()
    if redemption is None:
        raise RedemptionNotFound(_("There is no such payment with points."))
    return redemption


def _new(member: Member, amount_minor: int, source: str) -> Redemption:
    return Redemption(id=uuid7(), member=member, kind=Redemption.Kind.TENDER, value_minor=amount_minor, source=source)


def _units_for(book: TenderBook, amount_minor: int, on: dt.date) -> int:
    terms = book.on(on)
    units = terms.units_for(amount_minor)
    if units is None or units > MOST_POINTS:
        raise _not_payable(book, terms, amount_minor)
    return units


def _not_payable(book: TenderBook, terms: TenderTerms, amount_minor: int) -> AmountNotPayable:
    """Name the amounts nearest by that points can pay."""
    programme = book.currency.programme
    near = [
        Money(minor, programme.currency)
        for minor in terms.nearest(amount_minor)
        if (terms.units_for(minor) or MOST_POINTS + 1) <= MOST_POINTS
    ]
    asked = money_text(Money(amount_minor, programme.currency))
    extra = {"step_minor": terms.step_minor, "step_units": terms.step_units, "nearest": [str(money) for money in near]}
    if not near:
        return AmountNotPayable(_("Points cannot pay %(amount)s. Pay it in another way.") % {"amount": asked}, extra=extra)
    words = {"amount": asked, "nearest": _(" or ").join(money_text(money) for money in near)}
    return AmountNotPayable(_("Points cannot pay exactly %(amount)s. They can pay %(nearest)s.") % words, extra=extra)

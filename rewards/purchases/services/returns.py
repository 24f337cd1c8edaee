"""A return takes back exactly what the returned lines produced.

What is kept of the purchase is evaluated again under the rule versions of the purchase itself, as its newest revision has them; the
difference to what it earned so far is reversed in the points bank. Money refunded, points given back and points taken back are all computed from what is kept altogether, so
that the parts of several returns add up to the whole, in any order.
"""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.members.models import Member
from accounts.outbox.services import publish
from ledger.points import queries as points_queries
from ledger.points import services as points
from ledger.points.domain import ArrearsPolicy, Reason, Source, Taking
from ledger.points.queries import Holdings
from loyalty.kit.clock import business_date
from loyalty.kit.ids import child_id, uuid7
from loyalty.kit.money import Money
from loyalty.kit.problems import FieldError, Malformed, Refused
from rewards.coalition.domain import worth_minor
from rewards.coalition.queries import terms_of_sale
from rewards.earning.queries import setting_of
from rewards.gift_cards import services as gift_cards
from rewards.plans import services as plans
from rewards.purchases.domain import WHOLE, Kept
from rewards.purchases.history import History, Stand, history_of, stand_of
from rewards.purchases.models import Purchase, PurchaseLine, Return, ReturnLine
from rewards.purchases.services import cards, rewards
from rewards.purchases.services.follow import count_again
from rewards.purchases.services.less import gifts_of, note_less, takings_from, undone
from rewards.purchases.services.record import AHEAD, ExternalIdConflict, NotYet, record_unearned
from rewards.purchases.services.revise import judge_later
from rewards.redemptions import services as redemptions
from rewards.tiers import services as tiers
from rewards.tiers.services import Spend


class UnknownLine(Malformed):
    code = "unknown_line"


class MoreThanBought(Refused):
    code = "more_than_bought"


class LinesNeeded(Malformed):
    code = "lines_needed"


class ReturnedBeforeBought(Refused):
    code = "returned_before_bought"


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnFacts:
    """A return as a shop tells it: quantities by line (its external id), an amount, or, with neither, everything that is left.

    An amount comes back of a purchase that was sent with an amount only.
    """

    source: str
    external_id: str
    occurred_at: dt.datetime
    lines: tuple[tuple[str, Decimal], ...] | None = None
    amount_minor: int | None = None
    to_gift_cards: bool = True
    """Whether what gift cards paid goes back on them first; else all money is refunded in another way."""

    def fingerprint(self, purchase: uuid.UUID) -> bytes:
        """16 bytes that tell whether the same external id carries the same facts, however time and quantities were written."""
        lines = None if self.lines is None else [(name, quantity.normalize()) for name, quantity in self.lines]
        facts = (self.source, self.external_id, self.occurred_at.timestamp(), lines, self.amount_minor, purchase)
        return hashlib.blake2b(repr(facts if self.to_gift_cards else (*facts, "other")).encode(), digest_size=16).digest()


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A recorded return, with the wallet's holdings after it."""

    returned: Return
    purchase: Purchase
    holdings: list[Holdings]
    replayed: bool = False


def record_return(*, purchase: Purchase, facts: ReturnFacts, at: dt.datetime) -> ReturnRecord:
    """Record a return of some or all lines. The same return with the same facts answers like the first time.

    Raises: UnknownLine, LinesNeeded, MoreThanBought, NotYet, ReturnedBeforeBought, ExternalIdConflict, PointsOnHold, SpentPointsMayNotBeOwed.
    """
    with transaction.atomic():
        member = Member.objects.select_related("programme__legal_entity__book").get(pk=purchase.member_id)
        points.lock_wallets(points_accounts=[purchase.points_account_id])
        earlier = Return.objects.filter(
            points_account=purchase.points_account_id, source=facts.source, external_id=facts.external_id
        ).first()
        if earlier is not None:
            return _repeat(earlier, purchase, member, facts, at)
        if purchase.gift_card_minor:
            gift_cards.lock_charged(purchase=purchase.pk)
        if facts.occurred_at > at + AHEAD:
            raise NotYet(_("The return lies in the future. Check the clock of the till."))
        if facts.occurred_at < purchase.occurred_at:
            raise ReturnedBeforeBought(_("The return lies before the purchase. Check its date."))
        history = history_of(purchase)
        lines, kept_before = history.lines, history.kept
        kept_after = _less(lines, kept_before, _by_line(facts, purchase, lines))
        before = stand_of(history, member.programme, kept_before)
        after = stand_of(history, member.programme, kept_after)
        gifts = gifts_of(history, member)
        row = _row(purchase, member, facts, before, after, at)
        left = _undo(row, history, member, before, after)
        if purchase.gift_card_minor and facts.to_gift_cards:
            row.gift_card_minor = cards.give_back(row, purchase)
        row.save(force_insert=True)
        ReturnLine.objects.bulk_create(_line_rows(row, lines, kept_before, kept_after, before, after))
        told = after.evaluation.outcomes
        settled = [of for of in told if left.get(of.currency, 0) == after.units[of.currency] or of.before_minor is not None]
        note_less(history, member, settled, gifts, evidence=row.pk)
        judge_later(history=history, member=member, before=before, after=after, cause=row.pk, at=at)
        count_again(row, member, after.lines, at)
        is_whole = not any(kept.quantity for kept in kept_after)
        if is_whole:
            _give_uses_back(row, purchase, member, at)
        spend = Spend(
            member=member,
            business_on=row.business_on,
            year=purchase.business_on.year,
            amount_minor=-row.price_minor,
            purchases=-int(is_whole),
            evidence=row.pk,
        )
        tiers.record_spend(spends=[spend])
        publish(topic="return.recorded", payload={"return": str(row.pk)}, at=at, programme_id=member.programme_id, member_id=member.pk)
        return ReturnRecord(row, purchase, _holdings(purchase, member, at))


def _repeat(earlier: Return, purchase: Purchase, member: Member, facts: ReturnFacts, at: dt.datetime) -> ReturnRecord:
    if bytes(earlier.fingerprint) != facts.fingerprint(purchase.pk):
        raise ExternalIdConflict(_("This return was sent before with other facts. Send a new external_id."))
    return ReturnRecord(earlier, purchase, _holdings(purchase, member, at), replayed=True)


def _by_line(facts: ReturnFacts, purchase: Purchase, lines: Sequence[PurchaseLine]) -> ReturnFacts:
    """Say an amount as a part of the one line that stands for the whole purchase. Raises: LinesNeeded."""
    if facts.amount_minor is None:
        return facts
    if [line.external_id for line in lines] != [WHOLE] or lines[0].quantity != Money(purchase.price_minor, purchase.currency).decimal:
        detail = _("The purchase has lines. Say which of them came back.")
        raise LinesNeeded(detail, errors=[FieldError("/lines", "required", detail)])
    return dataclasses.replace(facts, lines=((WHOLE, Money(facts.amount_minor, purchase.currency).decimal),))


def _less(lines: Sequence[PurchaseLine], kept: Sequence[Kept], facts: ReturnFacts) -> list[Kept]:
    """What this return leaves of each line. Raises: UnknownLine, MoreThanBought."""
    if facts.lines is None:
        if not any(some.quantity for some in kept):
            raise MoreThanBought(_("Everything of this purchase was returned before."))
        return [Kept(Decimal(0), some.bought) for some in kept]
    wanted: dict[str, Decimal] = {}
    for name, quantity in facts.lines:
        wanted[name] = wanted.get(name, Decimal(0)) + quantity
    unknown = sorted(set(wanted) - {line.external_id for line in lines})
    if unknown:
        detail = _("The purchase has no line %(lines)s. Look its lines up in the purchase.") % {"lines": ", ".join(unknown)}
        places = [place for place, (name, _quantity) in enumerate(facts.lines) if name in unknown]
        raise UnknownLine(detail, errors=[FieldError(f"/lines/{place}/external_id", "unknown_line", detail) for place in places])
    left = []
    for line, some in zip(lines, kept, strict=True):
        rest = some.quantity - wanted.pop(line.external_id, Decimal(0))
        if rest < 0:
            detail = _("Of line %(line)s only %(quantity)s can still be returned.")
            returnable = f"{some.quantity.normalize():f}"
            raise MoreThanBought(detail % {"line": line.external_id, "quantity": returnable}, extra={"returnable": returnable})
        left.append(Kept(rest, some.bought))
    return left


def _give_uses_back(row: Return, purchase: Purchase, member: Member, at: dt.datetime) -> None:
    """Give back what the member's plans gave for a purchase of which nothing is left."""
    act = plans.Act(row.source, row.external_id, row.occurred_at, at)
    plans.give_back_of_purchase(member=member, source=purchase.source, receipt=purchase.external_id, returned=row.pk, act=act)


def _row(purchase: Purchase, member: Member, facts: ReturnFacts, before: Stand, after: Stand, at: dt.datetime) -> Return:
    return Return(
        id=uuid7(),
        points_account_id=purchase.points_account_id,
        purchase=purchase,
        source=facts.source,
        external_id=facts.external_id,
        fingerprint=facts.fingerprint(purchase.pk),
        occurred_at=facts.occurred_at,
        business_on=business_date(facts.occurred_at, member.programme.time_zone),
        recorded_at=at,
        price_minor=before.price_minor - after.price_minor,
        refunded_minor=before.paid_minor - after.paid_minor,
    )


def _undo(row: Return, history: History, member: Member, before: Stand, after: Stand) -> dict[str, int]:
    """Give back what points paid for the lines or for rewards with them, then take back what they earned; note both on the row, and return
    what is left by currency.

    In this order, so that points which come back anyway stand in for earned ones that are spent. A return only takes: where less would
    earn more, nothing is added.
    """
    purchase, setting = history.purchase, setting_of(member.programme)
    is_all = not any(line.quantity for line in after.lines)
    row.restored = [*_restore(row, purchase, before, after), *rewards.give_back(row, purchase, after, is_all=is_all)]
    row.restored_units = sum(of["units"] for of in row.restored)
    terms = terms_of_sale(member.programme, source=purchase.source, store=purchase.store_id, day=purchase.business_on)
    refunded: int | None = None if terms else row.refunded_minor
    left = history.left()
    for grant, units in takings_from(history, after.units, after.layers):
        unit = setting.currencies[grant.currency].unit
        carries = unit.is_valued and not grant.layer
        price = terms.issue.get(grant.currency) if terms and not grant.layer else None
        credit = worth_minor(grant.left, price) - worth_minor(grant.left - units, price) if price is not None else None
        taking = Taking(
            points_account=purchase.points_account_id,
            unit=unit.pk,
            source=Source.RETURN,
            key=f"return:{row.pk}:{grant.currency}" + (f":{grant.layer}" if grant.layer else ""),
            units=units,
            reason=Reason.RETURN,
            occurred_at=row.occurred_at,
            business_on=row.business_on,
        )
        outcome = points.reverse(
            grant=grant.movement,
            taking=taking,
            policy=ArrearsPolicy(unit.arrears_policy),
            limit=unit.arrears_limit,
            refunded_minor=credit if terms else refunded if carries else None,
            order=unit.consumption_order,
        )
        refunded = None if carries else refunded
        left[grant.currency] -= units
        row.reversed_units += units
        row.arrears_units += outcome.owed
        row.reversed.append(undone(grant, units, outcome) | ({} if credit is None else {"price_minor": credit}))
    if untold := row.refunded_minor if terms else refunded:
        record_unearned(setting, terms, business_on=row.business_on, paid_minor=-untold, key=f"return:{row.pk}", at=row.recorded_at)
    return left


def _restore(row: Return, purchase: Purchase, before: Stand, after: Stand) -> list[dict[str, Any]]:
    """Give back the points that paid for what came back: so many of the tender's units as its money share, whole points only.

    Their face value is what the points themselves were worth, so that the faces of several returns add up to the tender.
    """
    if purchase.tender is None:
        return []
    spent, tender_minor = redemptions.units_of(redemption=purchase.tender), purchase.tender_minor
    so_far, altogether = (spent - spent * stand.tender_minor // tender_minor for stand in (before, after))
    units = altogether - so_far
    if not units:
        return []
    redemptions.restore_tender(
        redemption=purchase.tender,
        units=units,
        key=f"return:{row.pk}:tender",
        face_minor=altogether * tender_minor // spent - so_far * tender_minor // spent,
        occurred_at=row.occurred_at,
        business_on=row.business_on,
        at=row.recorded_at,
    )
    return [rewards.restored(purchase.tender, units)]


def _line_rows(
    row: Return, lines: Sequence[PurchaseLine], kept_before: Sequence[Kept], kept_after: Sequence[Kept], before: Stand, after: Stand
) -> list[ReturnLine]:
    parts = zip(lines, kept_before, kept_after, before.lines, after.lines, strict=True)
    return [
        ReturnLine(
            id=child_id(row.pk, line.position),
            points_account_id=row.points_account_id,
            of=row,
            line=line,
            quantity=was.quantity - now.quantity,
            price_minor=whole.price_minor - rest.price_minor,
            refunded_minor=whole.paid_minor - rest.paid_minor,
        )
        for line, was, now, whole, rest in parts
        if was.quantity != now.quantity
    ]


def _holdings(purchase: Purchase, member: Member, at: dt.datetime) -> list[Holdings]:
    today = business_date(at, member.programme.time_zone)
    return points_queries.holdings(points_account=purchase.points_account_id, today=today)

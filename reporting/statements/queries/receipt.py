"""Why did this purchase earn what it earned, and what became of those points?"""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.buyers.queries import names_of
from accounts.members.models import Member
from accounts.programmes.queries import currency_of
from ledger.points.domain import State, last_day
from ledger.points.models import Lot
from ledger.points.queries import moves_since_grant
from loyalty.kit.figures import day_text, last_day_text, money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import NotFound
from reporting.statements.queries.wallet import Writer, word_writer
from rewards.earning.queries import explanations
from rewards.earning.words import Explanation
from rewards.gift_cards.queries import charges_of
from rewards.purchases.models import Purchase, PurchaseLine, PurchaseRevision, Return, ReturnLine
from rewards.purchases.queries import judged, revisions_of, rewards_taken
from rewards.redemptions.models import Redemption


class ReceiptNotFound(NotFound):
    code = "receipt_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of the receipt; `note` says what of it came back."""

    label: str
    quantity: str
    price: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Fact:
    """A label and a value, with a hint behind it."""

    label: str
    value: str
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ReturnView:
    """What came back one day, and what that did to money and points."""

    when: str
    lines: list[str]
    facts: list[Fact]


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """A purchase and its points. `fate` says what became of them, `rewards` what was taken with it; `buyer` is who bought for a member that is a
    company; `tender` is empty without points paid, `cards` are gift cards and what each paid.
    """

    place: str
    when: str
    number: str
    buyer: str
    lines: list[ReceiptLine]
    price: str
    paid: str
    tender: str
    cards: list[Fact]
    rewards: list[str]
    units: int
    scale: int
    earned: str
    gave: list[Explanation]
    missed: list[Explanation]
    fate: list[Fact]
    returns: list[ReturnView]


def receipt_of(member: Member, purchase_id: uuid.UUID, today: dt.date, locale: str) -> Receipt:
    """Return the story of one purchase; thirteen queries at most. Raises: ReceiptNotFound (also for another member's purchase)."""
    purchase = Purchase.objects.filter(member=member, pk=purchase_id).select_related("store", "channel").first()
    if purchase is None:
        raise ReceiptNotFound(_("There is no such purchase."))
    currency = currency_of(member.programme_id)
    write = word_writer(currency)
    lines = list(PurchaseLine.objects.filter(purchase=purchase.pk).order_by("position"))
    returns = list(Return.objects.filter(points_account=purchase.points_account_id, purchase=purchase.pk).order_by("pk"))
    back = _returned(returns)
    revisions = revisions_of([purchase])[purchase.pk]
    said = explanations(judged(purchase, revisions), currency=purchase.currency, locale=locale)
    return Receipt(
        place=str(purchase.store or purchase.channel),
        when=date_format(localtime(purchase.occurred_at), "j F Y, H:i"),
        number=purchase.external_id,
        buyer=names_of(member, [purchase.buyer]).get(purchase.buyer, ""),
        lines=_lines(lines, back, purchase.currency),
        price=_money(purchase.price_minor, purchase),
        paid=_money(purchase.due_minor, purchase),
        tender=_tender(purchase, write),
        cards=_cards(purchase),
        rewards=[_reward(taken, write) for taken in rewards_taken([purchase]).get(purchase.pk, ())],
        units=purchase.units,
        scale=currency.unit.scale,
        earned=write(purchase.units),
        gave=[one for one in said if one.gave],
        missed=[one for one in said if not one.gave],
        fate=_fate(purchase, revisions, write, today),
        returns=[_return_view(row, lines, back, purchase, write) for row in returns],
    )


def _money(minor: int, purchase: Purchase) -> str:
    return money_text(Money(minor, purchase.currency))


def _returned(returns: list[Return]) -> dict[uuid.UUID, list[ReturnLine]]:
    """Return what came back, by line of the purchase."""
    found: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    if returns:
        for row in ReturnLine.objects.filter(of__in=[row.pk for row in returns]).order_by("pk"):
            found[row.line_id].append(row)
    return found


def _lines(lines: list[PurchaseLine], back: dict[uuid.UUID, list[ReturnLine]], currency: str) -> list[ReceiptLine]:
    return [
        ReceiptLine(
            label=_label(line),
            quantity="" if line.quantity == 1 or line.is_amount_only else _quantity(line.quantity),
            price=money_text(Money(line.price_minor, currency)),
            note=_came_back(line, back[line.pk]) if line.pk in back else "",
        )
        for line in lines
    ]


def _label(line: PurchaseLine) -> str:
    """Name a line by what is known of it; an article number is no name."""
    if line.is_amount_only:
        return _("Purchase")
    return " · ".join(word for word in (line.category, line.brand) if word) or _("Item %(number)s") % {"number": line.position}


def _quantity(quantity: Decimal) -> str:
    return f"{number_format(quantity.normalize(), use_l10n=True)} ×"


def _came_back(line: PurchaseLine, rows: list[ReturnLine]) -> str:
    quantity = sum((row.quantity for row in rows), Decimal(0))
    if quantity == line.quantity:
        return _("Returned")
    return _("%(quantity)s of it returned") % {"quantity": number_format(quantity.normalize(), use_l10n=True)}


def _tender(purchase: Purchase, write: Writer) -> str:
    """Say what points paid: "500 points paid £5.00"."""
    if not purchase.tender_minor:
        return ""
    taken = Redemption.objects.filter(pk=purchase.tender, member=purchase.member_id).first() if purchase.tender else None
    if taken is None:
        return _("Points paid %(money)s") % {"money": _money(purchase.tender_minor, purchase)}
    return _("%(points)s paid %(money)s") % {"points": write(taken.units), "money": _money(purchase.tender_minor, purchase)}


def _cards(purchase: Purchase) -> list[Fact]:
    """Say what each gift card paid."""
    charges = charges_of([purchase.pk])[purchase.pk] if purchase.gift_card_minor else []
    return [Fact(_("Gift card •••• %(last)s") % {"last": of.last_four}, _money(of.charged_minor, purchase)) for of in charges]


def _reward(taken: Redemption, write: Writer) -> str:
    """Say what a reward cost that was taken with the purchase: "10% off for 150 points"."""
    words = {"reward": taken.title, "points": write(taken.units)}
    if taken.restored_units:
        back = write(taken.restored_units)
        return _("%(reward)s for %(points)s, of which %(back)s came back") % {**words, "back": back}
    return _("%(reward)s for %(points)s") % words


def _fate(purchase: Purchase, revisions: list[PurchaseRevision], write: Writer, today: dt.date) -> list[Fact]:
    """Say what became of the points that were earned, from their lots."""
    given = [*purchase.earned, *(earned for row in revisions for earned in row.earned)]
    grants = [uuid.UUID(earned["movement"]) for earned in given]
    if not grants:
        return []
    lots = list(Lot.objects.filter(points_account=purchase.points_account_id, pk__in=grants))
    spent = expired = sent = converted = 0
    for move in moves_since_grant(lots=grants, points_account=purchase.points_account_id):
        spent += move.units * ((move.to_state == State.REDEEMED) - (move.from_state == State.REDEEMED))
        expired += move.units * ((move.to_state == State.EXPIRED) - (move.from_state == State.EXPIRED))
        sent += move.units * ((move.to_state == State.TRANSFERRED) - (move.from_state == State.TRANSFERRED))
        converted += move.units * ((move.to_state == State.CONVERTED) - (move.from_state == State.CONVERTED))
    owed = sum(earned["units"] for earned in given) - sum(lot.granted for lot in lots)
    amounts = (
        *((_("Spent"), spent), (_("Converted"), converted), (_("Sent to another member"), sent)),
        *((_("Ended unspent"), expired), (_("Filled what you owed"), owed)),
    )
    added = (_("Added afterwards"), sum(earned["units"] for row in revisions for earned in row.earned))
    taken_back = (_("Taken back"), sum(lot.reversed for lot in lots))
    facts = [fact for lot in lots if (fact := _left(lot, write, today))]
    return facts + [Fact(label, write(units)) for label, units in (added, *amounts, taken_back) if units > 0]


def _left(lot: Lot, write: Writer, today: dt.date) -> Fact | None:
    """Say how many points of a lot are left, and from when and until when they can be spent."""
    left = lot.remaining + lot.held
    if not left:
        return None
    if lot.expires_on is not None and lot.expires_on <= today:
        return Fact(_("Ended unspent"), write(left), last_day_text(last_day(lot.expires_on), today))
    hints = []
    if lot.is_pending and lot.matures_on:
        hints.append(_("to spend from %(day)s") % {"day": day_text(lot.matures_on, today)})
    if lot.expires_on is not None:
        hints.append(last_day_text(last_day(lot.expires_on), today))
    return Fact(_("On the way") if lot.is_pending else _("Still yours"), write(left), ", ".join(hints) or _("without end"))


def _return_view(
    row: Return, lines: list[PurchaseLine], back: dict[uuid.UUID, list[ReturnLine]], purchase: Purchase, write: Writer
) -> ReturnView:
    mine = [(line, part) for line in lines for part in back.get(line.pk, ()) if part.of_id == row.pk]
    amounts = [
        (_("Refunded"), row.refunded_minor and _money(row.refunded_minor, purchase)),
        (_("of it on gift cards"), row.gift_card_minor and _money(row.gift_card_minor, purchase)),
        (_("Points taken back"), row.reversed_units and write(row.reversed_units)),
        (_("of them owed"), row.arrears_units and write(row.arrears_units)),
        (_("Points given back"), row.restored_units and write(row.restored_units)),
    ]
    return ReturnView(
        when=date_format(localtime(row.occurred_at), "j F Y, H:i"),
        lines=[_part(line, part) for line, part in mine],
        facts=[Fact(label, str(value)) for label, value in amounts if value],
    )


def _part(line: PurchaseLine, part: ReturnLine) -> str:
    return _label(line) if part.quantity == 1 else f"{_quantity(part.quantity)} {_label(line)}"

"""What was done at a till: sales, what can still come back of them, returns, and rewards handed over."""

import dataclasses
import datetime as dt
import uuid
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.programmes.models import Programme
from accounts.programmes.queries import currency_of
from loyalty.kit.figures import money_text
from loyalty.kit.money import Money
from loyalty.kit.problems import NotFound
from rewards.earning.words import Explanation, writer_of
from rewards.gift_cards.queries import charges_of
from rewards.purchases.domain import WHOLE, Kept, kept_lines
from rewards.purchases.models import Purchase, PurchaseLine, Return, ReturnLine
from rewards.purchases.queries import lines_of, purchase_by_id, revisions_of
from rewards.purchases.services import ReturnFacts, ReturnRecord
from rewards.purchases.wording import label_of
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import redemption_by_id
from rewards.till.queries import Person, balance_of, person_of, title_of, why_of


class ReturnNotFound(NotFound):
    code = "return_not_found"


@dataclasses.dataclass(frozen=True, slots=True)
class SoldLine:
    """A line of a receipt and how much of it can still come back."""

    external_id: str
    label: str
    bought: str
    left: Decimal
    left_text: str
    price: str


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """A purchase as the till shows it. One that was sold as an amount comes back as an amount, up to `left_minor`."""

    id: uuid.UUID
    number: str
    person: Person
    when: str
    place: str
    total: str
    by_points: str
    by_cards: list[tuple[str, str]]
    to_pay: str
    earned: str
    units: int
    is_amount: bool
    left_minor: int
    left_money: str
    currency: str
    lines: list[SoldLine]

    @property
    def has_more(self) -> bool:
        """Whether anything of it is still with the customer."""
        return any(line.left for line in self.lines)


@dataclasses.dataclass(frozen=True, slots=True)
class Sold:
    """The result of a sale: the receipt, what it left in the wallet, and why."""

    receipt: Receipt
    balance: str
    why: list[Explanation]


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """What comes back: quantities by line, an amount, or, with neither, everything that is left."""

    lines: tuple[tuple[str, Decimal], ...] | None = None
    amount_minor: int | None = None

    @property
    def key(self) -> str:
        """Tell one choice from another, so that only what was shown is confirmed."""
        if self.lines is not None:
            return ";".join(f"{name}={quantity.normalize():f}" for name, quantity in self.lines)
        return "everything" if self.amount_minor is None else f"amount={self.amount_minor}"

    def facts(self, source: str, number: str, at: dt.datetime) -> ReturnFacts:
        return ReturnFacts(source, number, at, self.lines, self.amount_minor)


@dataclasses.dataclass(frozen=True, slots=True)
class Undone:
    """What a return comes to; sentences are empty where nothing moves. `refund` is handed over, `to_cards` goes back on gift cards."""

    number: str
    when: str
    value: str
    refund: str
    to_cards: str
    given_back: str
    taken_back: str
    owed: str
    person: Person
    balance: str


@dataclasses.dataclass(frozen=True, slots=True)
class Handover:
    """A reward that is handed over, or waits to be."""

    id: uuid.UUID
    title: str
    person: Person
    price: str
    state: str
    state_label: str
    used_at: dt.datetime | None
    when: str
    place: str
    code: str
    balance: str


def receipt_of(programme: Programme, purchase: uuid.UUID) -> Receipt:
    """Return a purchase with what can still come back of it; five queries. Raises: PurchaseNotFound."""
    found = purchase_by_id(programme=programme, purchase_id=purchase)
    return _receipt(found, programme)


def sold(programme: Programme, purchase: uuid.UUID, today: dt.date) -> Sold:
    """Return the result of a sale. Raises: PurchaseNotFound."""
    found = purchase_by_id(programme=programme, purchase_id=purchase)
    currency = currency_of(programme)
    return Sold(_receipt(found, programme), balance_of(found.member, currency, today), why_of(found, revisions_of([found])[found.pk]))


def choices_of_receipts(programme: Programme, purchases: list[uuid.UUID]) -> list[Receipt]:
    """Return purchases that carry the same receipt number, to choose from."""
    return [receipt_of(programme, purchase) for purchase in purchases]


def undone_by(record: ReturnRecord, programme: Programme, today: dt.date) -> Undone:
    """Return what a return (or its preview) comes to."""
    return _undone(record.returned, record.purchase, programme, today)


def return_of(programme: Programme, returned: uuid.UUID, today: dt.date) -> Undone:
    """Return a recorded return of the programme. Raises: ReturnNotFound."""
    row = Return.objects.filter(pk=returned, purchase__programme=programme).select_related("purchase__member").first()
    if row is None:
        raise ReturnNotFound(_("There is no such return."))
    return _undone(row, row.purchase, programme, today)


def handover_of(programme: Programme, redemption: uuid.UUID, today: dt.date) -> Handover:
    """Return a reward that a member took. Raises: RedemptionNotFound."""
    row = redemption_by_id(programme, redemption)
    currency = currency_of(programme)
    state = Redemption.State.EXPIRED if row.is_issued and row.has_lapsed_by(today) else Redemption.State(row.state)
    return Handover(
        id=row.pk,
        title=title_of(row),
        person=person_of(row.member),
        price=writer_of(currency)(row.units),
        state=state.value,
        state_label=str(state.label),
        used_at=row.used_at,
        when=date_format(localtime(row.used_at or row.occurred_at), "j F Y, H:i"),
        place=str(row.used_store or ""),
        code=row.code or "",
        balance=balance_of(row.member, currency, today),
    )


def _receipt(purchase: Purchase, programme: Programme) -> Receipt:
    write = writer_of(currency_of(programme))
    lines = lines_of(purchase)
    left = _left_of(lines)
    is_amount = [line.external_id for line in lines] == [WHOLE] and lines[0].quantity == Money(
        purchase.price_minor, purchase.currency
    ).decimal
    kept = [Kept(left[line.pk], line.quantity) for line in lines]
    left_minor = sum(line.price_minor for line in kept_lines([line.as_bought() for line in lines], kept))
    return Receipt(
        id=purchase.pk,
        number=purchase.external_id,
        person=person_of(purchase.member),
        when=date_format(localtime(purchase.occurred_at), "j F Y, H:i"),
        place=str(purchase.store or purchase.channel),
        total=_money(purchase.price_minor, purchase),
        by_points=_money(purchase.tender_minor, purchase) if purchase.tender_minor else "",
        by_cards=_cards(purchase),
        to_pay=_money(purchase.due_minor, purchase),
        earned=write(purchase.units),
        units=purchase.units,
        is_amount=is_amount,
        left_minor=left_minor,
        left_money=_money(left_minor, purchase),
        currency=purchase.currency,
        lines=[_line(line, left[line.pk], purchase) for line in lines],
    )


def _cards(purchase: Purchase) -> list[tuple[str, str]]:
    """Return what each gift card paid, by its last four symbols."""
    charges = charges_of([purchase.pk])[purchase.pk] if purchase.gift_card_minor else []
    return [(of.last_four, _money(of.charged_minor, purchase)) for of in charges]


def _left_of(lines: list[PurchaseLine]) -> dict[uuid.UUID, Decimal]:
    """Return how much of each line earlier returns have left."""
    rows = ReturnLine.objects.filter(line__in=[line.pk for line in lines]).values_list("line").annotate(gone=Sum("quantity")).order_by()
    gone = dict(rows)
    return {line.pk: line.quantity - gone.get(line.pk, Decimal(0)) for line in lines}


def _line(line: PurchaseLine, left: Decimal, purchase: Purchase) -> SoldLine:
    return SoldLine(line.external_id, label_of(line), _quantity(line.quantity), left, _quantity(left), _money(line.price_minor, purchase))


def _undone(row: Return, purchase: Purchase, programme: Programme, today: dt.date) -> Undone:
    currency = currency_of(programme)
    write = writer_of(currency)
    return Undone(
        number=row.external_id,
        when=date_format(localtime(row.occurred_at), "j F Y, H:i"),
        value=_money(row.price_minor, purchase),
        refund=_money(row.refunded_minor - row.gift_card_minor, purchase),
        to_cards=_money(row.gift_card_minor, purchase) if row.gift_card_minor else "",
        given_back=write(row.restored_units) if row.restored_units else "",
        taken_back=write(row.reversed_units) if row.reversed_units else "",
        owed=write(row.arrears_units) if row.arrears_units else "",
        person=person_of(purchase.member),
        balance=balance_of(purchase.member, currency, today),
    )


def _quantity(quantity: Decimal) -> str:
    return number_format(f"{quantity.normalize():f}", use_l10n=True)


def _money(minor: int, purchase: Purchase) -> str:
    return money_text(Money(minor, purchase.currency))

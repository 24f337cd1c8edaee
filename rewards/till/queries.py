"""Who stands before the till, and what may they do?"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal

from django.db.models import Q
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.entities.models import Store
from accounts.members.domain import is_card_number, masked_email, normalise_card
from accounts.members.models import Member
from accounts.members.queries import find_member, search_members
from accounts.programmes.models import PointCurrency, Programme
from accounts.programmes.queries import TermsNotFound, currency_of
from ledger.points.queries import Holdings, holdings
from loyalty.kit.figures import day_text, money_text, said_points_text
from loyalty.kit.money import Money
from rewards.catalogue.cards import RewardCard, card_of, within_reach
from rewards.catalogue.queries import rewards_for
from rewards.earning.queries import explanations, setting_of
from rewards.earning.words import Explanation, writer_of
from rewards.expiry.wording import next_ending_text
from rewards.purchases.domain import PurchaseFacts
from rewards.purchases.listing import purchases_with_receipt
from rewards.purchases.models import Purchase, PurchaseRevision
from rewards.purchases.queries import judged
from rewards.purchases.services import preview_purchase
from rewards.redemptions.domain import CODE_SYMBOLS, TenderTerms, normalise_code
from rewards.redemptions.models import Redemption
from rewards.redemptions.queries import open_vouchers, tender_terms
from rewards.tiers.queries import standing
from rewards.till import domain

MOST_FOUND = 12
MOST_STORES = 20
_NO_TENDER = TenderTerms(Decimal(0))


@dataclasses.dataclass(frozen=True, slots=True)
class Person:
    """A member in a list of finds: enough to tell two people apart, and no more."""

    id: uuid.UUID
    name: str
    card: str
    contact: str
    status: str


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """What was typed or scanned: people, or the one voucher or the purchases that it names."""

    people: list[Person]
    is_exact: bool = False
    has_more: bool = False
    voucher: uuid.UUID | None = None
    purchases: tuple[uuid.UUID, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Waiting:
    """A reward that was taken before and can be handed over now."""

    id: uuid.UUID
    title: str
    until: str


@dataclasses.dataclass(frozen=True, slots=True)
class Customer:
    """All that the till shows of a member; sentences are empty where there is nothing to say."""

    person: Person
    is_active: bool
    tier: str
    points: str
    unit: str
    worth: str
    ending: str
    pending: str
    arrears: str
    rewards: list[RewardCard]
    vouchers: list[Waiting]


@dataclasses.dataclass(frozen=True, slots=True)
class Payable:
    """An amount that points can pay: what to type, and how it reads."""

    typed: str
    label: str


@dataclasses.dataclass(frozen=True, slots=True)
class Quote:
    """What a sale would come to. `payable` are amounts in the currency's steps; `step` names the step where there is one to keep."""

    earned: str
    units: int
    total: str
    by_points: str
    to_pay: str
    after: str
    payable: list[Payable]
    step: str
    why: list[Explanation]


def find(programme: Programme, text: str) -> Found:
    """Find members by card, phone, e-mail or name; else a voucher by its code, or purchases by their receipt number."""
    text = text.strip()[:100]
    members = search_members(programme, text, limit=MOST_FOUND + 1)
    if members:
        is_exact = len(members) == 1 and ("@" in text or any(character.isdigit() for character in text))
        return Found([person_of(member) for member in members[:MOST_FOUND]], is_exact, len(members) > MOST_FOUND)
    code = normalise_code(text)
    if len(code) == CODE_SYMBOLS:
        voucher = Redemption.objects.filter(programme=programme, code=code).values_list("pk", flat=True).first()
        if voucher is not None:
            return Found([], voucher=voucher)
    return Found([], purchases=tuple(purchases_with_receipt(programme, text)) if text else ())


def is_scanned_card(text: str) -> bool:
    """Tell whether a card was scanned into a field that wants something else."""
    return is_card_number(normalise_card(text.strip()))


def person_of(member: Member) -> Person:
    contact = domain.masked_phone(member.phone) if member.phone else masked_email(member.email) if member.email else ""
    card = domain.masked_card(member.number)
    name = member.name or _("Card %(number)s") % {"number": card}
    return Person(member.pk, name, card, contact, "" if member.is_active else member.get_status_display())


def member_at_till(programme: Programme, member: uuid.UUID) -> Member:
    """Return a member of the till's programme. Raises: MemberNotFound."""
    found = find_member(programme, member_id=member)
    found.programme = programme
    return found


def customer_of(member: Member, today: dt.date) -> Customer:
    """Return what the till shows of a member; twelve queries at most, however much they have."""
    currency = currency_of(member.programme_id)
    held = _held(member, currency, today)
    cards = [card_of(offer, currency, member.programme.currency) for offer in rewards_for(member, today)]
    tier = standing(member, today)
    return Customer(
        person=person_of(member),
        is_active=member.is_active,
        tier=tier.tier.local_name if tier else "",
        points=said_points_text(held.available, currency.unit.scale),
        unit=currency.word(held.available),
        worth=_worth(held.available, currency, member.programme, today),
        ending=next_ending_text(member=member, currency=currency, today=today, write=writer_of(currency)),
        pending=_("%(points)s more on the way") % {"points": writer_of(currency)(held.pending)} if held.pending else "",
        arrears=_("%(points)s are owed; the next ones fill that") % {"points": writer_of(currency)(held.arrears)} if held.arrears else "",
        rewards=within_reach(cards),
        vouchers=[
            Waiting(row.pk, title_of(row), _("until %(day)s") % {"day": day_text(row.valid_until, today)} if row.valid_until else "")
            for row in open_vouchers(member, today).rewards()[:5]
        ],
    )


def quote_of(member: Member, facts: PurchaseFacts, at: dt.datetime, today: dt.date) -> Quote:
    """Return what a sale would come to; nothing is written. Raises: as `record_purchase`."""
    record = preview_purchase(programme=member.programme, facts=facts, at=at)
    currency = currency_of(member.programme_id)
    write = writer_of(currency)
    purchase, terms = record.purchase, _tender_terms(member.programme, today)
    spendable = _held(member, currency, today).available
    return Quote(
        earned=write(purchase.units),
        units=purchase.units,
        total=_money(purchase.price_minor, purchase),
        by_points=_money(purchase.tender_minor, purchase) if purchase.tender_minor else "",
        to_pay=_money(purchase.paid_minor, purchase),
        after=balance_after(record.holdings, currency),
        payable=[
            Payable(_typed(Money(minor, purchase.currency)), _payable_label(minor, terms, purchase, write))
            for minor in domain.tender_choices(terms, purchase.price_minor, spendable)
        ],
        step=money_text(Money(terms.step_minor, purchase.currency)) if terms.step_minor > 1 else "",
        why=why_of(purchase, []),
    )


def why_of(purchase: Purchase, revisions: list[PurchaseRevision]) -> list[Explanation]:
    """Return which rules gave points, and which did not and why."""
    return explanations(judged(purchase, revisions), currency=purchase.currency, locale=get_language() or "en")


def balance_after(held: Iterable[Holdings], currency: PointCurrency) -> str:
    """Write a wallet's points of the main currency."""
    return writer_of(currency)(next((int(of.available) for of in held if of.unit == currency.unit_id), 0))


def balance_of(member: Member, currency: PointCurrency, today: dt.date) -> str:
    return writer_of(currency)(_held(member, currency, today).available)


def title_of(redemption: Redemption) -> str:
    name = redemption.reward_version.reward.local_name if redemption.reward_version else _("Paid with points")
    return name if redemption.quantity == 1 else _("%(count)s × %(name)s") % {"count": redemption.quantity, "name": name}


def categories_of(programme: Programme, today: dt.date) -> list[str]:
    """Return the categories that rules speak of, to choose from while typing lines."""
    rules = setting_of(programme).rules_on(today)
    return sorted({name for rule in rules for name in (*rule.only_categories, *rule.except_categories)})


def stores_of(programme: Programme, today: dt.date, words: str = "") -> list[Store]:
    """Return the first stores by name of the programme's company that sell today, and whose name, city or code has the words in it."""
    stores = Store.objects.selling_for(programme.legal_entity_id).open_on(today)
    for word in words.split()[:5]:
        stores = stores.filter(Q(name__icontains=word) | Q(city__icontains=word) | Q(code__iexact=word))
    return list(stores.order_by("name", "pk")[: MOST_STORES + 1])


def store_named(programme: Programme, store: str, today: dt.date) -> Store | None:
    """Return the store that a choice names, if it is the company's and sells today."""
    open_stores = Store.objects.selling_for(programme.legal_entity_id).open_on(today)
    return open_stores.filter(pk=store).first() if store.isdecimal() and len(store) < 15 else None


def _held(member: Member, currency: PointCurrency, today: dt.date) -> Holdings:
    of_wallet = holdings(points_account=member.points_account_id, today=today)
    return next((of for of in of_wallet if of.unit == currency.unit_id), Holdings(currency.unit_id, 0, 0, 0, 0))


def _worth(available: int, currency: PointCurrency, programme: Programme, today: dt.date) -> str:
    terms = currency.terms.in_force_on(today).first()
    value = int(available * terms.point_value_minor) if terms else 0
    return money_text(Money(value, programme.currency)) if value else ""


def _tender_terms(programme: Programme, today: dt.date) -> TenderTerms:
    """Return what points pay; a programme whose terms do not say it takes none."""
    try:
        return tender_terms(programme, today)
    except TermsNotFound:
        return _NO_TENDER


def _payable_label(minor: int, terms: TenderTerms, purchase: Purchase, write: Callable[[int], str]) -> str:
    money = _money(minor, purchase)
    return _("%(money)s for %(points)s") % {"money": money, "points": write(terms.units_for(minor) or 0)}


def _typed(money: Money) -> str:
    return str(money).replace(".", str(get_format("DECIMAL_SEPARATOR")))


def _money(minor: int, purchase: Purchase) -> str:
    return money_text(Money(minor, purchase.currency))

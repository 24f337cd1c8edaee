"""Agree on prices with partners, and state their months: the only code that writes either."""

import contextlib
import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.outbox.services import publish
from accounts.partners.models import Partner
from accounts.programmes.models import PointCurrency, Programme
from accounts.users.models import User
from ledger.books import chart
from ledger.books.domain import Basis, Draft, EventType, Profile
from ledger.books.models import Book, Journal, JournalSource
from ledger.books.queries import current_period
from ledger.books.services import lock_book, post_journals
from ledger.books.templates import (
    COMPANY_ACCOUNTS,
    COMPANY_TEMPLATES,
    OPERATOR_ACCOUNTS,
    PARTNER_ACCOUNTS,
    PARTNER_TEMPLATES,
    Amounts,
    Figure,
    Role,
    entries,
)
from loyalty.kit.clock import add_months, business_date, month_end
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from rewards.coalition.domain import PLACES, Way, digest_of, totals_of
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine
from rewards.coalition.queries import STATEMENTS, forget_coalition, unstated
from rewards.coalition.shapes import head_of, line_of

KNOWN_EVERYWHERE = dt.timedelta(minutes=1)
"""How long before its day a price is agreed at the latest, so that every process knows it when the day begins."""


class PriceNotAhead(Refused):
    """Points were given by then, so the price of those days stands."""

    code = "price_not_ahead"


class MalformedPrice(Malformed):
    code = "malformed_price"


class PriceDecided(Refused):
    code = "price_decided"


class AnotherPersonMustApprovePrice(Forbidden):
    code = "another_person_must_approve"


class PartnerOfAnotherCompany(Malformed):
    code = "partner_of_another_company"


class MonthNotOver(Refused):
    code = "month_not_over"


class MonthStated(Refused):
    code = "month_stated"


@transaction.atomic
def propose_price(
    *,
    partner: Partner,
    currency: PointCurrency,
    way: Way,
    price_minor: Decimal,
    valid_from: dt.date,
    author: User,
    at: dt.datetime,
    marketing_minor: Decimal = Decimal(0),
) -> PartnerPrice:
    """Propose what a unit costs or brings a partner, in minor units with at most 8 decimals, from tomorrow on or later.

    `marketing_minor` is the stand-alone price of the services that a partner gets with each unit that it pays for.
    Raises: MalformedPrice, PriceNotAhead, PartnerOfAnotherCompany.
    """
    if not _is_price(price_minor):
        detail = _("Write a price above 0 with a few decimals, for example 0.012.")
        raise MalformedPrice(detail, errors=[FieldError("/price", "out_of_range", detail)])
    if marketing_minor and not (_is_price(marketing_minor) and way == Way.ISSUE and partner.group_company_id is None):
        detail = _("Marketing services come with points that a partner outside the group pays for. Leave it at 0.")
        raise MalformedPrice(detail, errors=[FieldError("/marketing", "out_of_range", detail)])
    if partner.legal_entity_id != currency.programme.legal_entity_id:
        raise PartnerOfAnotherCompany(_("Choose a partner of the programme's company."))
    if not currency.unit.is_valued:
        detail = _("These points have no value in the books, so nobody pays for them. Choose another currency.")
        raise MalformedPrice(detail, errors=[FieldError("/currency", "without_value", detail)])
    _check_ahead(valid_from, currency.programme, at)
    return PartnerPrice.objects.create(
        partner=partner,
        currency=currency,
        way=way,
        price_minor=price_minor,
        marketing_minor=marketing_minor,
        valid_from=valid_from,
        author=author,
        proposed_at=at,
    )


def _is_price(minor: Decimal) -> bool:
    return minor.is_finite() and 0 < minor < 10**6 and minor == round(minor, PLACES)


@transaction.atomic
def approve_price(*, price: PartnerPrice, approver: User, at: dt.datetime) -> PartnerPrice:
    """Let a price count from its day on. Raises: PriceDecided, AnotherPersonMustApprovePrice, PriceNotAhead."""
    Partner.objects.select_for_update(no_key=True).get(pk=price.partner_id)
    locked = PartnerPrice.objects.select_related("currency__programme").get(pk=price.pk)
    same = PartnerPrice.objects.filter(partner=locked.partner_id, currency=locked.currency_id, way=locked.way, valid_from=locked.valid_from)
    if same.filter(approved_at__isnull=False).exists():
        raise PriceDecided(_("This partner has a price from that day on already. Propose one from a later day."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApprovePrice(_("You proposed this. Another person must approve it."))
    _check_ahead(locked.valid_from, locked.currency.programme, at)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    forget_coalition(locked.currency.programme_id)
    return locked


def _check_ahead(valid_from: dt.date, programme: Programme, at: dt.datetime) -> None:
    if valid_from <= business_date(at + KNOWN_EVERYWHERE, programme.time_zone):
        raise PriceNotAhead(_("Choose tomorrow or a later day: points were given today at the price of today."))


@transaction.atomic
def issue_statement(
    *, programme: Programme, partner: Partner, month: dt.date, at: dt.datetime, issued_by: User | None = None
) -> PartnerStatement:
    """State a month that is over: all that came through the partner by its last day and stands in no earlier statement.

    What redemptions at the partner cost follows in the books (`post_statements`); what its points cost it, they have from the purchases.
    Raises: MonthNotOver, MonthStated, PartnerOfAnotherCompany.
    """
    month = month.replace(day=1)
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if partner.legal_entity_id != programme.legal_entity_id:
        raise PartnerOfAnotherCompany(_("Choose a partner of the programme's company."))
    if business_date(at, programme.time_zone) <= month_end(month):
        raise MonthNotOver(_("The month is not over. State it from %(day)s on.") % {"day": add_months(month, 1)})
    later = PartnerStatement.objects.filter(programme=programme, partner=partner, month__gte=month)
    if later.exists():
        raise MonthStated(_("This month, or a later one, has been stated before. What came since stands in the next one."))
    found = unstated(programme, partner, month_end(month))
    totals = totals_of((key.what, sums) for key, sums in found.items())
    row = PartnerStatement(
        programme=programme,
        partner=partner,
        month=month,
        currency=programme.currency,
        invoiced_minor=totals.invoiced_minor,
        payable_minor=totals.payable_minor,
        tendered_minor=totals.tendered_minor,
        issued_at=at,
        issued_by=issued_by,
    )
    lines = [
        PartnerStatementLine(
            statement=row,
            points=key.currency,
            business_on=key.business_on,
            what=key.what,
            price_minor=key.price_minor,
            count=sums.times,
            units=sums.units,
            amount_minor=sums.amount_minor,
            face_minor=sums.face_minor,
        )
        for key, sums in found.items()
    ]
    row.digest = digest_of(head_of(row), [line_of(line, row) for line in lines])
    row.save(force_insert=True)
    PartnerStatementLine.objects.bulk_create(lines)
    publish(topic="partner_statement.issued", payload={"statement": str(row.pk)}, at=at, programme_id=programme.pk)
    return row


def state_companies(*, book: Book, month: dt.date, at: dt.datetime) -> list[PartnerStatement]:
    """State a month between a book's company and the other companies of its group, either way, where something came through them.

    Safe to repeat, and from both books at once: a month is stated once. Where it is not over yet, it waits.
    """
    ours = Q(legal_entity__book=book) | Q(group_company__book=book)
    issued = []
    for partner in Partner.objects.filter(ours, group_company__isnull=False).order_by("pk"):
        for programme in Programme.objects.filter(legal_entity=partner.legal_entity_id).order_by("pk"):
            if unstated(programme, partner, month_end(month)):
                with contextlib.suppress(MonthNotOver, MonthStated):
                    issued.append(issue_statement(programme=programme, partner=partner, month=month, at=at))
    return issued


@transaction.atomic
def post_statements(*, book: Book, at: dt.datetime, during_close: bool = False) -> list[Journal]:
    """Post every statement of a month that the book has reached and that is not in it yet: what partners are owed for what was redeemed there
    and, in the book of a company of the group, both sides of its months.

    A principal of the rewards has them as a cost, an agent less commission. A second run adds nothing. Raises: PeriodNotOpen while a close is being looked at (unless `during_close`).
    """
    book = lock_book(book)
    parties = Q(programme__legal_entity__book=book) | Q(partner__group_company__book=book)
    rows = PartnerStatement.objects.filter(parties, month__lte=current_period(book).ends_on).select_related("partner__group_company")
    posted = JournalSource.objects.filter(kind=STATEMENTS, source_id=OuterRef("pk"), journal__book=book)
    drafts = [_draft(row, book) for row in rows.exclude(Exists(posted)).order_by("month", "pk")]
    return post_journals(book=book, drafts=[draft for draft in drafts if draft.entries], at=at, during_close=during_close)


def _draft(row: PartnerStatement, book: Book) -> Draft:
    company = row.partner.group_company
    if company is not None and company.book_id == book.pk:
        event, narration, template = EventType.INTERCOMPANY, "Points of the group's programme", COMPANY_TEMPLATES[Profile(book.profile)]
        figures = {Figure.PAID: row.invoiced_minor, Figure.RELEASED: row.payable_minor, Figure.FACE: row.tendered_minor}
        accounts = COMPANY_ACCOUNTS
    else:
        event, narration = EventType.PARTNER_REWARD, "Points redeemed at a partner"
        template, figures = PARTNER_TEMPLATES[event], {Figure.FACE: row.payable_minor}
        accounts = dict(PARTNER_ACCOUNTS if company is None else OPERATOR_ACCOUNTS)
        if book.is_agent_for_rewards:
            accounts[Role.FUNDING] = chart.AGENCY_COMMISSION
    lines = entries(template, [Amounts(figures, accounts)])
    return Draft(event, Basis.EVENT, month_end(row.month), narration, lines, row.programme_id, None, [(STATEMENTS, row.pk)])

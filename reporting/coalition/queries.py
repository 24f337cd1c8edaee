"""What a book holds between its company, partners and the other companies of its group, beside what acts and statements say."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet, Sum

from accounts.partners.models import Partner
from accounts.programmes.models import Programme
from ledger.books import chart
from ledger.books.domain import Profile
from ledger.books.models import Book, Period
from ledger.books.queries import account_balance
from rewards.coalition.domain import Totals, totals_of
from rewards.coalition.models import PartnerPrice, PartnerStatement
from rewards.coalition.queries import acts_through, less_stated


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A partner in a programme through a day: what its acts come to, and what of it no statement has. Minor units."""

    partner: Partner
    acts: Totals
    unstated: Totals


@dataclasses.dataclass(frozen=True, slots=True)
class Tie:
    """An account of a book, and what it should hold, in minor units: debit positive."""

    account: str
    in_books_minor: int
    expected_minor: int


@dataclasses.dataclass(frozen=True, slots=True)
class Ties:
    """The accounts of one kind of partners, and whose statements lack something."""

    accounts: Sequence[Tie]
    unstated: Sequence[Standing]


def partner_ties(book: Book, period: Period) -> Ties:
    """Return how a book stands with partners outside the group: what they owe by all acts (an overlay has it from the shop's own books), and
    what they are owed by their statements."""
    outside = Partner.objects.filter(legal_entity__book=book, group_company__isnull=True, pk__in=_priced())
    standings = _standings(outside, period.ends_on)
    owed = sum(of.acts.invoiced_minor for of in standings) if book.profile == Profile.FULL else 0
    _invoiced, payable = _stated(period, Q(partner__legal_entity__book=book, partner__group_company__isnull=True))
    accounts = [_tie(book, period, chart.PARTNER_RECEIVABLE, owed), _tie(book, period, chart.PARTNER_PAYABLE, -payable)]
    return Ties(accounts, _lacking(standings))


def company_ties(book: Book, period: Period) -> Ties:
    """Return how a book stands with the other companies of the group: as the one that runs programmes, by all acts and by its statements; as
    one that takes part in others', by theirs."""
    ours = _standings(Partner.objects.filter(legal_entity__book=book, group_company__isnull=False), period.ends_on)
    theirs = _standings(Partner.objects.filter(group_company__book=book), period.ends_on)
    _stated_to_us, we_owe = _stated(period, Q(partner__legal_entity__book=book, partner__group_company__isnull=False))
    we_bought, we_are_owed = _stated(period, Q(partner__group_company__book=book))
    owed = sum(of.acts.invoiced_minor for of in ours) + we_are_owed
    accounts = [
        _tie(book, period, chart.INTERCOMPANY_RECEIVABLE, owed),
        _tie(book, period, chart.INTERCOMPANY_PAYABLE, -we_owe - we_bought),
    ]
    return Ties(accounts, _lacking([*ours, *theirs]))


def _priced() -> QuerySet[PartnerPrice, int]:
    """Partners without a price are our own systems."""
    return PartnerPrice.objects.filter(approved_at__isnull=False).values_list("partner", flat=True)


def _standings(partners: QuerySet[Partner], through_on: dt.date) -> list[Standing]:
    found = []
    for partner in partners.order_by("name", "pk"):
        for programme in Programme.objects.filter(legal_entity=partner.legal_entity_id).order_by("pk"):
            acts = acts_through(programme, partner, through_on)
            lacking = less_stated(acts, programme, partner, through_on)
            found.append(Standing(partner, *(totals_of((key.what, sums) for key, sums in of.items()) for of in (acts, lacking))))
    return found


def _lacking(standings: Sequence[Standing]) -> list[Standing]:
    return [of for of in standings if of.unstated.invoiced_minor or of.unstated.payable_minor]


def _stated(period: Period, whose: Q) -> tuple[int, int]:
    """Return what the statements of the months that the period has reached come to: invoiced, and payable."""
    rows = PartnerStatement.objects.filter(whose, month__lte=period.starts_on)
    sums = rows.aggregate(invoiced=Sum("invoiced_minor", default=0), payable=Sum("payable_minor", default=0))
    return int(sums["invoiced"]), int(sums["payable"])


def _tie(book: Book, period: Period, account: str, expected_minor: int) -> Tie:
    return Tie(account, account_balance(book, account, through=period.ends_on), expected_minor)

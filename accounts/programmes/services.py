"""Open programmes, change their terms, and set them going."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.entities.models import LegalEntity
from accounts.entities.services import open_entity
from accounts.programmes import domain
from accounts.programmes.models import (
    CurrencyTerms,
    PointCurrency,
    Programme,
    ProgrammeState,
    ProgrammeTerms,
)
from accounts.users.models import User
from ledger.points.models import PointsAccount, PointUnit
from ledger.points.services import open_balances
from loyalty.kit.clock import business_date
from loyalty.kit.problems import FieldError, Forbidden, Malformed, Refused
from loyalty.kit.rows import checked


class ExpiryMakesNoSense(Malformed):
    code = "expiry_makes_no_sense"


class TermsAreNotNew(Refused):
    code = "terms_are_not_new"


class TermsAlreadyApproved(Refused):
    code = "terms_already_approved"


class AnotherPersonMustApprove(Forbidden):
    code = "another_person_must_approve"


class CurrencyDiffers(Refused):
    code = "currency_differs"


class ProgrammeNotReady(Refused):
    code = "programme_not_ready"


class StateChangeNotAllowed(Refused):
    code = "state_change_not_allowed"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How points of a currency live: when they lapse, when they can be spent, and what one is worth in minor units."""

    expiry_kind: str = domain.ExpiryKind.MONTHS.value
    expiry_number: int = 12
    expiry_month: int | None = None
    expiry_day: int | None = None
    pending_days: int = 0
    point_value_minor: Decimal = Decimal(1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What points are called; `others` gives singular and plural by language."""

    code: str = "points"
    singular: str = "point"
    plural: str = "points"
    others: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)


TWELVE_MONTHS = Terms()
POINTS = Words()


@transaction.atomic
def open_programme(
    *,
    slug: str,
    name: str,
    time_zone: str,
    currency: str,
    at: dt.datetime,
    legal_entity: LegalEntity | None = None,
    country: str = "",
    words: Words = POINTS,
    terms: Terms = TWELVE_MONTHS,
    valid_from: dt.date | None = None,
    terms_texts: Mapping[str, str] | None = None,
    unit_policies: Mapping[str, Any] | None = None,
    **more: Any,
) -> Programme:
    """Open a draft programme with its main currency, its unit of the points bank, and the first version of its terms.

    Without `legal_entity` a company of the programme's name is opened in `country`, with its book. `valid_from` (default: the day
    of opening) is the first day on which points may be given. `terms_texts` are the terms and conditions by language,
    `unit_policies` fields of PointUnit (consumption_order, arrears_policy, arrears_limit, scale), `more` further fields of
    Programme (locale, accent, logo, return_window_days, join_policy).
    Raises: InvalidFields, RuleBroken (the address is taken), CurrencyDiffers, ExpiryMakesNoSense.
    """
    first_day = valid_from or business_date(at, time_zone)
    entity = legal_entity or open_entity(
        name=name, slug=slug, country=country, currency=currency, time_zone=time_zone, books_from=first_day
    )
    if entity.book.currency != currency:
        raise CurrencyDiffers(_("The company keeps its book in %(currency)s.") % {"currency": entity.book.currency})
    programme = Programme(slug=slug, name=name, legal_entity=entity, time_zone=time_zone, currency=currency, opened_at=at, **more)
    checked(programme).save(force_insert=True)
    open_currency(programme=programme, words=words, terms=terms, valid_from=first_day, at=at, unit_policies=unit_policies)
    if terms_texts:
        publish_terms(programme=programme, texts=terms_texts, effective_on=first_day, at=at)
    return programme


@transaction.atomic
def open_currency(
    *,
    programme: Programme,
    words: Words,
    terms: Terms,
    valid_from: dt.date,
    at: dt.datetime,
    unit_policies: Mapping[str, Any] | None = None,
) -> PointCurrency:
    """Add a currency with its unit, an empty balance in every wallet, and first terms, which need no second person yet.

    The first currency of a programme is its main one. Raises: InvalidFields, RuleBroken, ExpiryMakesNoSense.
    """
    unit = PointUnit(
        programme=programme.pk,
        book_id=programme.legal_entity.book_id,
        code=words.code,
        time_zone=programme.time_zone,
        **(unit_policies or {}),
    )
    checked(unit).save(force_insert=True)
    currency = PointCurrency(
        programme=programme,
        code=words.code,
        singular=words.singular,
        plural=words.plural,
        other_words={locale: list(pair) for locale, pair in words.others.items()},
        unit=unit,
        is_default=not PointCurrency.objects.filter(programme=programme).exists(),
    )
    checked(currency).save(force_insert=True)
    wallets = list(PointsAccount.objects.filter(programme=programme.pk).order_by("id").values_list("id", flat=True))
    open_balances(points_accounts=wallets, units=[unit])
    _write_terms(currency, terms, version=1, portfolio=1, valid_from=valid_from, approved_at=at)
    return currency


@transaction.atomic
def draft_currency_terms(*, currency: PointCurrency, terms: Terms, valid_from: dt.date, author: User) -> CurrencyTerms:
    """Write the next version of a currency's terms, to be approved by somebody else.

    Versions whose points lapse alike share a portfolio number. Raises: ExpiryMakesNoSense, InvalidFields.
    """
    PointCurrency.objects.select_for_update().get(pk=currency.pk)
    earlier = list(currency.terms.order_by("version"))
    portfolio = next(
        (old.portfolio for old in earlier if domain.expiry_class(old) == domain.expiry_class(terms)),
        1 + max(old.portfolio for old in earlier),
    )
    return _write_terms(currency, terms, version=earlier[-1].version + 1, portfolio=portfolio, valid_from=valid_from, author=author)


@transaction.atomic
def approve_currency_terms(*, terms: CurrencyTerms, approver: User, at: dt.datetime) -> CurrencyTerms:
    """Put a drafted version into force from its date on; lots given before keep the terms they were given under.

    Raises: TermsAlreadyApproved, AnotherPersonMustApprove, TermsAreNotNew (its date has passed or a later version exists).
    """
    programme = terms.currency.programme
    locked = CurrencyTerms.objects.select_for_update().get(pk=terms.pk)
    if locked.approved_at is not None:
        raise TermsAlreadyApproved(_("These terms have been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApprove(_("You wrote these terms. Another person must approve them."))
    later = CurrencyTerms.objects.approved().filter(currency=locked.currency_id, valid_from__gte=locked.valid_from)
    if locked.valid_from <= business_date(at, programme.time_zone) or later.exists():
        raise TermsAreNotNew(_("Terms begin on a later day than today and than every approved version."))
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    return locked


@transaction.atomic
def supersede_currency_terms(
    *, currency: PointCurrency, terms: Terms, valid_from: dt.date, author: User, approver: User, at: dt.datetime
) -> CurrencyTerms:
    """Draft and approve in one act, for callers that already hold both people's word. Raises as both do."""
    drafted = draft_currency_terms(currency=currency, terms=terms, valid_from=valid_from, author=author)
    return approve_currency_terms(terms=drafted, approver=approver, at=at)


@transaction.atomic
def publish_terms(*, programme: Programme, texts: Mapping[str, str], effective_on: dt.date, at: dt.datetime) -> list[ProgrammeTerms]:
    """Publish the next version of the terms and conditions, one text for each language. Raises: InvalidFields."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    newest = programme.terms.aggregate(newest=Max("version"))["newest"] or 0
    rows = [
        checked(
            ProgrammeTerms(
                programme=programme,
                version=newest + 1,
                locale=locale,
                text=text,
                effective_on=effective_on,
                published_at=at,
            )
        )
        for locale, text in texts.items()
    ]
    return ProgrammeTerms.objects.bulk_create(rows)


_NEXT_STATES: dict[str, set[str]] = {
    ProgrammeState.DRAFT: {ProgrammeState.LIVE, ProgrammeState.CLOSED},
    ProgrammeState.LIVE: {ProgrammeState.PAUSED, ProgrammeState.CLOSED},
    ProgrammeState.PAUSED: {ProgrammeState.LIVE, ProgrammeState.CLOSED},
    ProgrammeState.CLOSED: set(),
}


@transaction.atomic
def change_programme_state(*, programme: Programme, state: str) -> Programme:
    """Set a programme live, pause it, or close it for good.

    Raises: StateChangeNotAllowed, ProgrammeNotReady (live needs published terms and conditions).
    """
    locked = Programme.objects.select_for_update().get(pk=programme.pk)
    if state == locked.state:
        return locked
    if state not in _NEXT_STATES[locked.state]:
        raise StateChangeNotAllowed(_("A programme cannot go from %(from)s to %(to)s.") % {"from": locked.state, "to": state})
    if state == ProgrammeState.LIVE and not locked.terms.exists():
        raise ProgrammeNotReady(_("Publish the terms and conditions first; members must know what they join."))
    locked.state = state
    locked.save(update_fields=["state"])
    return locked


def _write_terms(currency: PointCurrency, terms: Terms, **columns: Any) -> CurrencyTerms:
    fault = domain.expiry_fault(terms)
    if fault is not None:
        detail = _("This does not fit the way in which points lapse.")
        raise ExpiryMakesNoSense(detail, errors=[FieldError(f"/{fault}", "does_not_fit", detail)])
    row = CurrencyTerms(currency=currency, **dataclasses.asdict(terms), **columns)
    checked(row, exclude=["author", "approver", "approved_at"]).save(force_insert=True)
    return row

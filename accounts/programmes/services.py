"""Open programmes, change their terms, and set them going."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.entities.models import LegalEntity
from accounts.entities.services import open_entity
from accounts.programmes import domain
from accounts.programmes.domain import CurrencyKind, Terms, Words
from accounts.programmes.models import (
    CurrencyTerms,
    PointCurrency,
    Programme,
    ProgrammeState,
    ProgrammeTerms,
)
from accounts.programmes.notice import check_notice
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


class KindIsFixed(Refused):
    code = "currency_kind_is_fixed"


class KindForbids(Malformed):
    """The terms say what the kind of the currency forbids."""

    code = "currency_kind_forbids"


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
    Raises: InvalidFields, RuleBroken (the address is taken), CurrencyDiffers, ExpiryMakesNoSense, KindForbids.
    """
    first_day = valid_from or business_date(at, time_zone)
    with translation.override(more.get("locale") or "en"):  # the names of the usual channels are the programme's
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
    author: User | None = None,
) -> PointCurrency:
    """Add a currency with its unit, an empty balance in every wallet, and first terms.

    They need no second person, unless an `author` is named: then they wait for `approve_currency_terms`, and nothing is given before.
    The first currency of a programme is its main one. Raises: InvalidFields, RuleBroken, ExpiryMakesNoSense, KindForbids.
    """
    _check_kind(words.kind, terms, scale=int((unit_policies or {}).get("scale", 0)))
    unit = PointUnit(
        programme=programme.pk,
        book_id=programme.legal_entity.book_id,
        code=words.code,
        time_zone=programme.time_zone,
        is_valued=domain.is_valued(words.kind),
        ends_move=PointUnit.objects.filter(programme=programme.pk, ends_move=True).exists(),
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
        kind=words.kind.value,
    )
    checked(currency).save(force_insert=True)
    wallets = list(PointsAccount.objects.filter(programme=programme.pk).order_by("id").values_list("id", flat=True))
    open_balances(points_accounts=wallets, units=[unit])
    approved_at = at if author is None else None
    row = _write_terms(currency, terms, version=1, portfolio=1, valid_from=valid_from, author=author, approved_at=approved_at)
    if approved_at:
        _note_moving_ends(row)
    return currency


@transaction.atomic
def write_currency(
    *, programme: Programme, definition: Mapping[str, Any], valid_from: dt.date, author: User, at: dt.datetime
) -> CurrencyTerms | None:
    """Write a currency as a definition says it (see domain/currency.py): open it, or draft its next terms; None if it says nothing new.

    In a programme that is live the terms wait for another person (`approve_currency_terms`); a draft programme needs none.
    Words are taken over; kind, scale and policies stand once the currency is open.
    Raises: MalformedCurrency, KindIsFixed, ExpiryMakesNoSense, KindForbids, InvalidFields, RuleBroken.
    """
    written = domain.parse_currency(definition)
    locked = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    currency = PointCurrency.objects.select_related("unit").filter(programme=programme, code=written.words.code).first()
    if currency is None:
        waits = author if locked.is_live else None
        opened = open_currency(
            programme=programme,
            words=written.words,
            terms=written.terms,
            valid_from=valid_from,
            at=at,
            unit_policies=written.unit_policies,
            author=waits,
        )
        return opened.terms.get()
    differs = [name for name, value in written.unit_policies.items() if getattr(currency.unit, name) != value]
    if currency.kind != written.words.kind or differs:
        names = ", ".join((["kind"] if currency.kind != written.words.kind else []) + differs)
        detail = _("This cannot be changed any more: %(names)s. Open another currency instead.") % {"names": names}
        raise KindIsFixed(detail, errors=[FieldError(f"/{name}", "fixed", detail) for name in names.split(", ")])
    currency.singular, currency.plural = written.words.singular, written.words.plural
    currency.other_words = {locale: list(pair) for locale, pair in written.words.others.items()}
    checked(currency).save(update_fields=["singular", "plural", "other_words"])
    newest = currency.terms.order_by("-version").first()
    if newest is not None and domain.definition_of(newest) == domain.definition_of(written.terms):
        return None
    return draft_currency_terms(currency=currency, terms=written.terms, valid_from=valid_from, author=author)


@transaction.atomic
def draft_currency_terms(*, currency: PointCurrency, terms: Terms, valid_from: dt.date, author: User) -> CurrencyTerms:
    """Write the next version of a currency's terms, to be approved by somebody else.

    Versions whose points lapse alike share a portfolio number. Raises: ExpiryMakesNoSense, KindForbids, InvalidFields.
    """
    locked = PointCurrency.objects.select_for_update(of=("self",)).select_related("unit").get(pk=currency.pk)
    _check_kind(CurrencyKind(locked.kind), terms, scale=locked.unit.scale)
    earlier = list(currency.terms.order_by("version"))
    portfolio = next(
        (old.portfolio for old in earlier if domain.expiry_class(old) == domain.expiry_class(terms)),
        1 + max(old.portfolio for old in earlier),
    )
    return _write_terms(currency, terms, version=earlier[-1].version + 1, portfolio=portfolio, valid_from=valid_from, author=author)


@transaction.atomic
def approve_currency_terms(*, terms: CurrencyTerms, approver: User, at: dt.datetime) -> CurrencyTerms:
    """Put a drafted version into force from its date on; lots given before keep the terms they were given under.

    Raises: TermsAlreadyApproved, AnotherPersonMustApprove, TermsAreNotNew (its date has passed or a later version exists),
    PointsWouldBuyLess.
    """
    programme = terms.currency.programme
    locked = CurrencyTerms.objects.select_for_update().get(pk=terms.pk)
    if locked.approved_at is not None:
        raise TermsAlreadyApproved(_("These terms have been approved before."))
    if locked.author_id == approver.pk:
        raise AnotherPersonMustApprove(_("You wrote these terms. Another person must approve them."))
    later = CurrencyTerms.objects.approved().filter(currency=locked.currency_id, valid_from__gte=locked.valid_from)
    today = business_date(at, programme.time_zone)
    first_day = today if locked.version == 1 else today + dt.timedelta(days=1)
    if locked.valid_from < first_day or later.exists():
        raise TermsAreNotNew(_("Terms begin on a later day than today and than every approved version."))
    before = CurrencyTerms.objects.in_force_on(locked.valid_from).filter(currency=locked.currency_id).first()
    if before is not None and domain.pays_less(before, locked):
        check_notice(programme=programme, counts_from=locked.valid_from, at=at)
    locked.approver, locked.approved_at = approver, at
    locked.save(update_fields=["approver", "approved_at"])
    _note_moving_ends(locked)
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
    by_tier = domain.checked_tiers(terms.tier_expiry)
    values = {field.name: getattr(terms, field.name) for field in dataclasses.fields(terms)} | {"tier_expiry": by_tier}
    row = CurrencyTerms(currency=currency, **values, **columns)
    checked(row, exclude=["author", "approver", "approved_at"]).save(force_insert=True)
    return row


def _check_kind(kind: CurrencyKind, terms: Terms, *, scale: int) -> None:
    faults = domain.kind_faults(kind, terms, scale=scale)
    if faults:
        raise KindForbids(faults[0][1], errors=[FieldError(f"/{pointer}", "does_not_fit", detail) for pointer, detail in faults])


def _note_moving_ends(terms: CurrencyTerms) -> None:
    """Let the wallets' acts look after ends that move; a programme without such terms never asks."""
    if domain.moves(terms):
        PointUnit.objects.filter(programme=terms.currency.programme_id).update(ends_move=True)

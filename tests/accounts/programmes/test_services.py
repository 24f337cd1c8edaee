import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.programmes import queries, services
from accounts.programmes.models import CurrencyTerms, ProgrammeState
from accounts.programmes.services import Terms, Words
from ledger.points.models import Balance
from loyalty.kit.rows import InvalidFields, RuleBroken
from tests.accounts.factories import AT, LegalEntityFactory, MemberFactory, ProgrammeFactory, UserFactory, give
from tests.accounts.witness import refused

pytestmark = pytest.mark.django_db
SPRING = dt.date(2026, 3, 1)


@pytest.fixture
def currency():
    return queries.currency_of(ProgrammeFactory.create())


@pytest.fixture
def people():
    return {"author": UserFactory.create(), "approver": UserFactory.create()}


def test_a_programme_opens_with_company_book_currency_unit_and_terms():
    programme = services.open_programme(
        slug="club", name="Club", country="TR", time_zone="Europe/Istanbul", currency="TRY", at=AT,
        words=Words(code="stars", singular="star", plural="stars", others={"tr": ("yıldız", "yıldız")}),
        terms=Terms(expiry_number=6, pending_days=14, point_value_minor=Decimal("0.5")), terms_texts={"en": "Rules."},
        unit_policies={"arrears_limit": 500}, locale="tr",
    )  # fmt: skip

    currency = queries.currency_of(programme)
    terms = queries.currency_terms_on(currency, dt.date(2026, 1, 15))
    assert (programme.state, programme.locale, programme.legal_entity.book.currency) == (ProgrammeState.DRAFT, "tr", "TRY")
    assert (currency.unit.programme, currency.unit.book, currency.unit.arrears_limit) == (programme.pk, programme.legal_entity.book, 500)
    assert (terms.version, terms.portfolio, terms.pending_days, terms.point_value_minor) == (1, 1, 14, Decimal("0.5"))
    assert terms.expires_on(dt.date(2026, 1, 15)) == dt.date(2026, 7, 15)
    assert [currency.word(1, "en"), currency.word(2, "en"), currency.word(2, "tr"), currency.word(0, "de")] == [
        "star",
        "stars",
        "yıldız",
        "stars",
    ]
    assert queries.programme_terms_on(programme, dt.date(2026, 1, 15), "tr").text == "Rules."


@pytest.mark.parametrize(("locale", "names"), [("en", ["Phone", "Store", "Web"]), ("tr", ["Mağaza", "Telefon", "İnternet"])])
def test_the_usual_channels_are_named_in_the_programme_s_language(locale, names):
    facts = {"slug": "deniz", "name": "Deniz", "country": "TR", "time_zone": "Europe/Istanbul", "currency": "TRY", "at": AT}

    programme = services.open_programme(locale=locale, **facts)

    assert sorted(programme.legal_entity.channels.values_list("name", flat=True)) == names


def test_a_taken_address_is_refused():
    programme = ProgrammeFactory.create()

    with refused(RuleBroken, pointers=("/slug",)):
        ProgrammeFactory.create(slug=programme.slug, legal_entity=programme.legal_entity)


@pytest.mark.parametrize(
    ("field", "value"), [("accent", "#5CC9A0"), ("accent", "green"), ("time_zone", "Mars/Base"), ("currency", "eur"), ("locale", "xx")]
)
def test_a_programme_with_a_wrong_field_is_refused(field, value):
    entity = LegalEntityFactory.create(currency="eur" if field == "currency" else "EUR")

    with refused(InvalidFields, pointers=(f"/{field}",)):
        ProgrammeFactory.create(legal_entity=entity, **{field: value})


def test_a_programme_in_another_currency_than_the_book_is_refused():
    entity = LegalEntityFactory.create(currency="TRY")

    with refused(services.CurrencyDiffers):
        ProgrammeFactory.create(legal_entity=entity, currency="EUR")


def test_terms_that_make_no_sense_open_nothing():
    entity = LegalEntityFactory.create()

    with refused(services.ExpiryMakesNoSense, pointers=("/expiry_number",)):
        ProgrammeFactory.create(legal_entity=entity, terms=Terms(expiry_number=0))


def test_a_second_currency_can_be_given_to_members_who_were_there_before(currency):
    member = MemberFactory.create(programme=currency.programme)
    services.open_currency(
        programme=currency.programme, words=Words(code="stamps", singular="stamp", plural="stamps"), terms=Terms(), valid_from=SPRING, at=AT
    )

    give(member, 3, None, code="stamps")

    assert sorted(Balance.objects.filter(points_account=member.points_account).values_list("available", flat=True)) == [0, 3]


def test_a_second_currency_is_not_the_main_one(currency):
    stamps = services.open_currency(
        programme=currency.programme, words=Words(code="stamps", singular="stamp", plural="stamps"), terms=Terms(), valid_from=SPRING, at=AT
    )

    assert not stamps.is_default
    assert queries.currency_of(currency.programme) == currency
    assert queries.currency_of(currency.programme, "stamps") == stamps
    with refused(queries.CurrencyNotFound):
        queries.currency_of(currency.programme, "miles")


def test_new_terms_hold_from_their_day_and_old_points_keep_theirs(currency, people):
    terms = services.supersede_currency_terms(currency=currency, terms=Terms(expiry_number=6), valid_from=SPRING, at=AT, **people)

    assert (terms.version, terms.portfolio) == (2, 2)
    assert queries.currency_terms_on(currency, dt.date(2026, 2, 28)).version == 1
    assert queries.currency_terms_on(currency, SPRING) == terms


def test_terms_that_lapse_alike_share_a_portfolio(currency, people):
    services.supersede_currency_terms(currency=currency, terms=Terms(expiry_number=6), valid_from=SPRING, at=AT, **people)

    back = services.supersede_currency_terms(
        currency=currency, terms=Terms(point_value_minor=Decimal(2)), valid_from=dt.date(2026, 4, 1), at=AT, **people
    )

    assert (back.version, back.portfolio) == (3, 1)


def test_a_draft_changes_nothing_until_another_person_approves_it(currency, people):
    draft = services.draft_currency_terms(currency=currency, terms=Terms(expiry_number=6), valid_from=SPRING, author=people["author"])

    assert queries.currency_terms_on(currency, SPRING).version == 1
    with refused(services.AnotherPersonMustApprove):
        services.approve_currency_terms(terms=draft, approver=people["author"], at=AT)
    services.approve_currency_terms(terms=draft, approver=people["approver"], at=AT)
    with refused(services.TermsAlreadyApproved):
        services.approve_currency_terms(terms=draft, approver=people["approver"], at=AT)


@pytest.mark.parametrize("valid_from", [dt.date(2026, 1, 15), dt.date(2025, 1, 1)])
def test_terms_do_not_begin_in_the_past(currency, people, valid_from):
    with refused(services.TermsAreNotNew):
        services.supersede_currency_terms(currency=currency, terms=Terms(), valid_from=valid_from, at=AT, **people)


def test_terms_do_not_begin_before_approved_ones(currency, people):
    services.supersede_currency_terms(currency=currency, terms=Terms(), valid_from=SPRING, at=AT, **people)

    with refused(services.TermsAreNotNew):
        services.supersede_currency_terms(currency=currency, terms=Terms(), valid_from=SPRING, at=AT, **people)


def test_the_database_keeps_approved_terms_as_they_are(currency):
    terms = currency.terms.get()

    for change in (lambda: CurrencyTerms.objects.filter(pk=terms.pk).update(pending_days=99), terms.delete):
        with pytest.raises(IntegrityError, match="row is history"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="row is history"), transaction.atomic():
        currency.programme.terms.update(text="Something else")


def test_the_database_wants_two_people(currency, people):
    terms = currency.terms.get()
    terms.pk, terms.version, terms.author, terms.approver = None, 2, people["author"], people["author"]

    with pytest.raises(IntegrityError, match="currency_terms_need_two_people"), transaction.atomic():
        terms.save(force_insert=True)
    terms.author = None
    with pytest.raises(IntegrityError, match="currency_terms_say_who_approved"), transaction.atomic():
        terms.save(force_insert=True)


def test_terms_and_conditions_are_found_by_day_and_language():
    programme = ProgrammeFactory.create(locale="tr")
    services.publish_terms(programme=programme, texts={"en": "New rules."}, effective_on=SPRING, at=AT)

    assert queries.programme_terms_on(programme, SPRING, "en").text == "New rules."
    assert queries.programme_terms_on(programme, dt.date(2026, 2, 28), "en").version == 1
    assert queries.programme_terms_on(programme, SPRING, "de").locale == "tr"
    assert queries.programme_terms_on(programme, dt.date(2024, 12, 31), "en") is None
    with refused(InvalidFields, pointers=("/text",)):
        services.publish_terms(programme=programme, texts={"en": ""}, effective_on=SPRING, at=AT)


def test_a_programme_without_terms_does_not_go_live():
    programme = ProgrammeFactory.create(terms_texts=None, state=ProgrammeState.DRAFT)

    with refused(services.ProgrammeNotReady):
        services.change_programme_state(programme=programme, state=ProgrammeState.LIVE)


def test_a_closed_programme_stays_closed():
    programme = ProgrammeFactory.create()
    services.change_programme_state(programme=programme, state=ProgrammeState.PAUSED)
    services.change_programme_state(programme=programme, state=ProgrammeState.CLOSED)

    assert services.change_programme_state(programme=programme, state=ProgrammeState.CLOSED).state == ProgrammeState.CLOSED
    with refused(services.StateChangeNotAllowed):
        services.change_programme_state(programme=programme, state=ProgrammeState.LIVE)


def test_an_unknown_address_is_not_found():
    programme = ProgrammeFactory.create()

    assert queries.programme_by_slug(programme.slug) == programme
    with refused(queries.ProgrammeNotFound):
        queries.programme_by_slug("nowhere")


def test_terms_name_themselves_without_asking_the_database(currency, django_assert_num_queries):
    terms = CurrencyTerms.objects.get(currency=currency)

    with django_assert_num_queries(0):
        assert str(terms) == "version 1, from 2025-01-01"


CASH = {"code": "cash", "kind": "credit", "singular": "cent", "plural": "cents", "terms": {"expiry": {"kind": "days", "number": 30}}}


def test_a_live_programme_s_new_currency_waits_for_a_second_person(people):
    programme = ProgrammeFactory.create()
    member = MemberFactory.create(programme=programme)

    terms = services.write_currency(programme=programme, definition=CASH, valid_from=SPRING, author=people["author"], at=AT)

    cash = queries.currency_of(programme, "cash")
    assert (cash.kind, cash.is_default, cash.unit.is_valued) == ("credit", False, True)
    assert Balance.objects.filter(points_account=member.points_account_id, unit=cash.unit).count() == 1
    with pytest.raises(queries.TermsNotFound):
        queries.currency_terms_on(cash, SPRING)
    with pytest.raises(services.AnotherPersonMustApprove):
        services.approve_currency_terms(terms=terms, approver=people["author"], at=AT)
    services.approve_currency_terms(terms=terms, approver=people["approver"], at=AT)
    assert queries.currency_terms_on(cash, SPRING).expires_on(SPRING) == dt.date(2026, 3, 31)


def test_writing_the_same_currency_again_changes_nothing_and_new_terms_are_drafted(people):
    programme = ProgrammeFactory.create()
    services.write_currency(programme=programme, definition=CASH, valid_from=SPRING, author=people["author"], at=AT)

    again = services.write_currency(programme=programme, definition=CASH, valid_from=SPRING, author=people["author"], at=AT)
    longer = {**CASH, "plural": "pence", "terms": {"expiry": {"kind": "days", "number": 60}}}
    drafted = services.write_currency(programme=programme, definition=longer, valid_from=SPRING, author=people["author"], at=AT)

    assert again is None
    assert (drafted.version, drafted.expiry_number, drafted.approved_at) == (2, 60, None)
    assert queries.currency_of(programme, "cash").plural == "pence"


def test_the_kind_of_a_currency_never_changes(people):
    programme = ProgrammeFactory.create()
    services.write_currency(programme=programme, definition=CASH, valid_from=SPRING, author=people["author"], at=AT)
    stamp = {**CASH, "kind": "stamp", "terms": {}}

    with refused(services.KindIsFixed, pointers=("/kind",)):
        services.write_currency(programme=programme, definition=stamp, valid_from=SPRING, author=people["author"], at=AT)

    with pytest.raises(IntegrityError), transaction.atomic():
        programme.currencies.filter(code="cash").update(kind="stamp")
    assert queries.currency_of(programme, "cash").kind == "credit"


def test_terms_that_a_kind_forbids_are_refused_with_the_reason(people):
    programme = ProgrammeFactory.create()
    services.write_currency(programme=programme, definition=CASH, valid_from=SPRING, author=people["author"], at=AT)
    cash = queries.currency_of(programme, "cash")

    with refused(services.KindForbids, pointers=("/sending",)):
        services.draft_currency_terms(currency=cash, terms=Terms(may_be_sent=True), valid_from=SPRING, author=people["author"])


def test_the_main_currency_is_one_that_members_can_spend():
    facts = {"slug": "deniz", "name": "Deniz", "country": "TR", "time_zone": "Europe/Istanbul", "currency": "TRY", "at": AT}

    with pytest.raises(RuleBroken):
        services.open_programme(words=Words(kind=services.CurrencyKind.ACCRUAL), **facts)


def test_terms_whose_ends_move_are_noted_on_every_unit_of_the_programme(people):
    programme = ProgrammeFactory.create()
    slides = {**CASH, "terms": {"expiry": {"kind": "none", "unless": {"activity": "any", "number": 12}}}}
    terms = services.write_currency(programme=programme, definition=slides, valid_from=SPRING, author=people["author"], at=AT)
    assert not queries.currency_of(programme).unit.ends_move

    services.approve_currency_terms(terms=terms, approver=people["approver"], at=AT)

    assert queries.currency_of(programme).unit.ends_move
    assert queries.currency_of(programme, "cash").unit.ends_move

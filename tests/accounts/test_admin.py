"""Every admin page of accounts opens, finds, names nothing by an id, and writes only what no service writes."""

import uuid

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.buyers.services import add_buyer
from accounts.entities.models import Store
from accounts.members.models import ExpiryNotice
from accounts.members.services import record_consent
from accounts.outbox.domain import MOST_ATTEMPTS
from accounts.outbox.models import OutboxEvent
from accounts.partners.models import PartnerKey
from accounts.partners.services import KeyNotValid, authenticate_key
from accounts.programmes.models import Programme
from accounts.staff.access import roles_of
from accounts.staff.roles import Role
from accounts.staff.services import appoint_staff, hide_columns, save_filter
from accounts.store_days.domain import StoreDayFacts
from accounts.store_days.services import report_store_days
from accounts.users.models import User
from tests.accounts.factories import (
    AT,
    LegalEntityFactory,
    MemberFactory,
    OutboxEventFactory,
    PartnerFactory,
    PartnerKeyFactory,
    StoreFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
REGISTERED = [model for model in apps.get_app_config("accounts").get_models() if admin.site.is_registered(model)]


def page(model, act="changelist", *args):
    return reverse(f"admin:accounts_{model._meta.model_name}_{act}", args=args)


@pytest.fixture
def everything():
    """One row of each kind, as the rows hang together."""
    member = MemberFactory.create(email="ada@example.org", user=UserFactory.create())
    store = StoreFactory.create(entity=member.programme.legal_entity)
    cashier = appoint_staff(user=UserFactory.create(), roles=[Role.CASHIER], default_store=store).user
    save_filter(owner=cashier, list_name="members", name="Active", query="status=active", is_shared=True, at=AT)
    hide_columns(user=cashier, list_name="members", hidden=["tier"])
    PartnerKeyFactory.create(partner=PartnerFactory.create(legal_entity=store.entity), programmes=[member.programme])
    OutboxEventFactory.create(programme=member.programme, member_id=member.pk)
    ExpiryNotice.objects.create(member=member, expires_on=AT.date(), lead_days=7, told_at=AT)
    add_buyer(member=member, code="ada", name="Ada", at=AT)
    record_consent(member=member, kind="email", granted=True, at=AT)
    report_store_days(programme=member.programme, reports=[StoreDayFacts(store.code, AT.date(), 1_000, 1, 0)], source="till", at=AT)
    return member


def sign_in(client, *roles):
    user = UserFactory.create()
    appoint_staff(user=user, roles=roles)
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", REGISTERED)
def test_lists_open_and_name_no_row_by_its_id(admin_client, everything, model):
    answer = admin_client.get(page(model))

    row = model.objects.first()
    assert answer.status_code == 200
    shown = answer.context["cl"].result_list
    assert len(shown) == model.objects.count() > 0
    named = str(row)
    if model._meta.pk.remote_field is None:
        row.pk = uuid.uuid4() if isinstance(row.pk, uuid.UUID) else 987_654_321
    assert str(row) == named


@pytest.mark.parametrize("model", REGISTERED)
def test_pages_of_rows_open(admin_client, everything, model):
    row = model.objects.first()

    assert admin_client.get(page(model, "change", row.pk)).status_code == 200


def test_the_rhythm_of_notices_is_changed_and_refused_with_a_sentence(admin_client, everything):
    programme = everything.programme
    asked = page(Programme, "change", programme.pk)
    fields = {"name": programme.name, "locale": "en", "accent": programme.accent, "return_window_days": 30, "join_policy": "open"}
    inline = {"currencies-TOTAL_FORMS": 0, "currencies-INITIAL_FORMS": 0}

    refused = admin_client.post(asked, fields | inline | {"expiry_notice_days": "30, 400"})
    taken = admin_client.post(asked, fields | inline | {"expiry_notice_days": "60, 14, 3"})

    assert "each once and from 1 to 365" in refused.content.decode()
    assert taken.status_code == 302
    assert Programme.objects.get(pk=programme.pk).expiry_notice_days == [60, 14, 3]


@pytest.mark.parametrize("model", REGISTERED)
def test_an_auditor_reads_everything_and_writes_nothing(client, everything, model):
    sign_in(client, Role.AUDITOR)
    row = model.objects.first()

    assert client.get(page(model)).status_code == 200
    opened = client.get(page(model, "change", row.pk))
    assert opened.status_code == 200
    assert b'name="_save"' not in opened.content
    assert client.post(page(model, "change", row.pk), {}).status_code == 403
    assert client.get(page(model, "delete", row.pk)).status_code == 403


def test_a_cashier_sees_no_admin_list(client, everything):
    sign_in(client, Role.CASHIER)

    assert {client.get(page(model)).status_code for model in REGISTERED} == {403}


@pytest.mark.parametrize("words", ["ada@example.org", "Ada", "Memb"])
def test_members_are_found(admin_client, everything, words):
    answer = admin_client.get(page(type(everything)), {"q": words})

    assert list(answer.context["cl"].result_list) == [everything]


def test_a_list_of_members_asks_the_database_a_constant_number_of_times(admin_client, everything, django_assert_max_num_queries):
    for _ in range(20):
        MemberFactory.create(programme=everything.programme)

    with django_assert_max_num_queries(15):
        admin_client.get(page(type(everything)))


def test_a_key_is_shown_once_and_revoked_for_good(client, everything):
    sign_in(client, Role.ADMINISTRATOR)
    partner = PartnerFactory.create()
    facts = {"partner": partner.pk, "name": "Till 7", "scopes": ["members:read"], "programmes": [everything.programme_id]}

    answer = client.post(page(PartnerKey, "add"), facts, follow=True)

    key = PartnerKey.objects.get(name="Till 7")
    (text,) = [str(message) for message in answer.context["messages"] if key.prefix in str(message) and "copy it now" in str(message)]
    raw = next(word for word in text.split() if word.startswith(f"{key.prefix}."))
    assert authenticate_key(raw, AT).programme_ids == {everything.programme_id}
    client.post(page(PartnerKey), {"action": "revoke", "_selected_action": [str(key.pk)]})
    with pytest.raises(KeyNotValid):
        authenticate_key(raw, AT)


def test_a_parked_event_is_tried_again(client):
    sign_in(client, Role.ADMINISTRATOR)
    parked, waiting = OutboxEventFactory.create(attempts=MOST_ATTEMPTS), OutboxEventFactory.create()

    listed = client.get(page(OutboxEvent), {"delivery": "parked"}).context["cl"].result_list
    client.post(page(OutboxEvent), {"action": "retry", "_selected_action": [str(parked.pk)]})

    assert list(listed) == [parked]
    parked.refresh_from_db()
    waiting.refresh_from_db()
    assert (parked.attempts, waiting.attempts) == (0, 0)


def test_an_administrator_makes_no_superuser(client):
    sign_in(client, Role.ADMINISTRATOR)
    somebody, root = UserFactory.create(), UserFactory.create(is_superuser=True, is_staff=True)
    facts = {"name": "New", "locale": "en", "is_active": "on", "is_superuser": "on", "is_staff": "on"}
    inline = {"staff_profile-TOTAL_FORMS": 0, "staff_profile-INITIAL_FORMS": 0}

    client.post(page(User, "change", somebody.pk), facts | inline | {"email": somebody.email})
    client.post(page(User, "change", root.pk), facts | inline | {"email": "taken-over@example.org"})

    somebody.refresh_from_db()
    root.refresh_from_db()
    assert (somebody.name, somebody.is_superuser) == ("New", False)
    assert root.email != "taken-over@example.org"


@pytest.mark.parametrize("above", [True, False])
def test_an_administrator_sets_nobodys_password(client, above):
    sign_in(client, Role.ADMINISTRATOR)
    user = UserFactory.create(is_superuser=above, is_staff=True)
    facts = {"password1": "a new long password", "password2": "a new long password"}

    answer = client.post(reverse("admin:auth_user_password_change", args=[user.pk]), facts)

    assert answer.status_code == 403
    user.refresh_from_db()
    assert not user.check_password("a new long password")


def test_an_administrator_gives_roles_to_others_only(client):
    me, other = sign_in(client, Role.ADMINISTRATOR), UserFactory.create()
    finance = Group.objects.get(name=Role.FINANCE_APPROVER)
    facts = {"name": "X", "locale": "en", "is_active": "on", "is_staff": "on", "groups": [finance.pk], "email": "taken-over@example.org"}

    for user in (me, other):
        inline = {
            "staff_profile-TOTAL_FORMS": int(user == me),
            "staff_profile-INITIAL_FORMS": int(user == me),
            "staff_profile-0-user": user.pk,
        }
        client.post(page(User, "change", user.pk), facts | inline)

    assert [roles_of(User.objects.get(pk=user.pk)) for user in (me, other)] == [{Role.ADMINISTRATOR}, {Role.FINANCE_APPROVER}]
    assert not User.objects.filter(email="taken-over@example.org").exists()


def test_a_new_login_is_made_by_address(admin_client):
    admin_client.post(
        page(User, "add"),
        {"email": "New@Example.org", "name": "New", "locale": "tr", "password1": "a new long password", "password2": "a new long password"},
    )

    user = User.objects.get(email="new@example.org")
    assert (user.locale, user.check_password("a new long password")) == ("tr", True)


def test_ids_do_not_stand_for_names_in_the_list_of_events(admin_client):
    OutboxEventFactory.create(member_id=uuid.UUID(int=7))

    assert str(uuid.UUID(int=7)).encode() not in admin_client.get(page(OutboxEvent)).content


def test_a_store_stays_its_companys_because_sales_refer_to_it(client, everything):
    store, other = Store.objects.first(), LegalEntityFactory.create()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    client.post(page(Store, "change", store.pk), {"name": "Renamed", "code": store.code, "time_zone": store.time_zone, "entity": other.pk})

    store.refresh_from_db()
    assert (store.name, store.entity == other) == ("Renamed", False)

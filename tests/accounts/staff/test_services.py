import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from accounts.staff.access import has_role, may, roles_of, staff_role_required
from accounts.staff.models import StaffProfile
from accounts.staff.roles import ROLES, Act, Role
from accounts.staff.services import appoint_staff, sync_roles
from accounts.users.models import User
from tests.accounts.factories import StoreFactory, UserFactory

pytestmark = pytest.mark.django_db


@staff_role_required(Role.CASHIER, Role.SUPPORT)
def page(request):
    return HttpResponse("open")


def opened_by(rf, user):
    request = rf.get("/till/?member=1")
    request.user = user
    return page(request)


def staff(*roles):
    user = UserFactory.create()
    appoint_staff(user=user, roles=roles)
    return User.objects.get(pk=user.pk)


def test_migrations_leave_every_role_as_the_table_says():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    cashier = Group.objects.get(name=Role.CASHIER)
    assert set(cashier.permissions.values_list("codename", flat=True)) == {"use_till", "find_members", "enrol_members"}


def test_every_permission_in_the_table_exists():
    existing = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    named = {pattern for patterns in ROLES.values() for pattern in patterns if "*" not in pattern}

    assert named - existing == set()
    assert set(Act.values) <= {name.partition(".")[2] for name in existing}


def test_nobody_prepares_and_approves():
    pairs = [
        (Act.PREPARE_CLOSE, Act.APPROVE_CLOSE),
        (Act.REQUEST_ADJUSTMENTS, Act.APPROVE_ADJUSTMENTS),
        (Act.PREPARE_RULES, Act.APPROVE_RULES),
    ]

    both = [(role, pair) for role, acts in ROLES.items() for pair in pairs if {f"accounts.{act}" for act in pair} <= set(acts)]

    assert both == []


def test_an_auditor_sees_the_ledger_and_changes_nothing():
    names = set(Group.objects.get(name=Role.AUDITOR).permissions.values_list("codename", flat=True))

    assert {"view_movement", "view_journal", "view_member"} <= names
    assert [name for name in names if name.startswith(("add_", "change_", "delete_"))] == []


def test_the_table_wins_over_what_somebody_clicked():
    cashier = Group.objects.get(name=Role.CASHIER)
    cashier.permissions.set(Permission.objects.filter(codename="delete_member"))

    sync_roles()

    assert not cashier.permissions.filter(codename="delete_member").exists()
    assert cashier.permissions.count() == 3


def test_an_appointment_gives_exactly_these_roles_and_a_store():
    store, other_group = StoreFactory.create(), Group.objects.create(name="Choir")
    user = UserFactory.create()
    user.groups.add(other_group)

    appoint_staff(user=user, roles=[Role.CASHIER, Role.SUPPORT], default_store=store)
    appoint_staff(user=user, roles=[Role.SUPPORT], default_store=store)

    user = User.objects.get(pk=user.pk)
    assert (user.is_staff, roles_of(user)) == (True, {Role.SUPPORT})
    assert user.groups.filter(pk=other_group.pk).exists()
    assert StaffProfile.objects.get().default_store == store


def test_who_has_no_role_works_here_no_longer():
    user = staff(Role.CASHIER)
    appoint_staff(user=user, roles=[])

    assert not User.objects.get(pk=user.pk).is_staff


def test_acts_follow_roles():
    assert may(staff(Role.CASHIER), Act.USE_TILL)
    assert not may(staff(Role.CASHIER), Act.APPROVE_CLOSE)
    assert may(staff(Role.FINANCE_APPROVER), Act.APPROVE_CLOSE)
    assert not may(UserFactory.create(), Act.USE_TILL)
    assert not may(AnonymousUser(), Act.USE_TILL)


def test_a_page_opens_for_its_roles_and_for_superusers(rf):
    assert opened_by(rf, staff(Role.SUPPORT)).content == b"open"
    assert opened_by(rf, UserFactory.create(is_staff=True, is_superuser=True)).content == b"open"


def test_a_stranger_signs_in_first(rf):
    answer = opened_by(rf, AnonymousUser())

    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/till/%3Fmember%3D1")


@pytest.mark.parametrize("make", [lambda: staff(Role.AUDITOR), UserFactory.create, lambda: UserFactory.create(is_superuser=True)])
def test_a_page_is_closed_to_others(rf, make):
    with pytest.raises(PermissionDenied):
        opened_by(rf, make())


def test_a_role_is_looked_up_once(django_assert_num_queries):
    user = staff(Role.AUDITOR)

    with django_assert_num_queries(1):
        assert [has_role(user, [Role.AUDITOR]), has_role(user, [Role.CASHIER])] == [True, False]

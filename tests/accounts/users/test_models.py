import pytest
from django.db import IntegrityError, transaction

from accounts.users.models import User

pytestmark = pytest.mark.django_db


def test_a_login_is_an_address_in_one_spelling():
    user = User.objects.create_user(" Ada@Example.ORG ", "a long password", name="Ada Lovelace")

    assert user.email == "ada@example.org"
    assert user.check_password("a long password")
    assert User.objects.get_by_natural_key("ADA@example.org") == user
    assert (user.get_full_name(), user.get_short_name(), str(user)) == ("Ada Lovelace", "Ada", "Ada Lovelace")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, True)


def test_a_login_without_password_cannot_sign_in_by_one():
    assert not User.objects.create_user("ada@example.org").has_usable_password()


def test_a_superuser_works_here():
    user = User.objects.create_superuser("root@example.org", "a long password")

    assert (user.is_staff, user.is_superuser) == (True, True)


def test_the_database_refuses_a_second_spelling():
    User.objects.create_user("ada@example.org")

    with pytest.raises(IntegrityError, match="user_email_is_lower_case"), transaction.atomic():
        User.objects.create(email="Ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ADA@example.org")


def test_a_person_without_name_is_called_by_address():
    user = User.objects.create_user("ada@example.org")

    assert str(user) == user.get_full_name() == user.get_short_name() == "ada@example.org"

"""How sign-up and sign-in behave (allauth)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.users.domain import normalise_email
from accounts.users.models import User


class UserAdapter(DefaultAccountAdapter):
    """Stores addresses in one spelling and remembers the language in which somebody signed up."""

    def clean_email(self, email: str) -> str:
        return normalise_email(super().clean_email(email))

    def save_user(self, request: HttpRequest, user: AbstractBaseUser, form: Any, commit: bool = True) -> AbstractBaseUser:
        assert isinstance(user, User)
        user.locale = (get_language() or "en").partition("-")[0]
        return super().save_user(request, user, form, commit)

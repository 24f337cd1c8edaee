"""What signing in does for members (allauth)."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from accounts.members.services import link_verified_user
from accounts.users.adapters import UserAdapter
from accounts.users.models import User


class MemberAdapter(UserAdapter):
    """Finds somebody's cards by their verified e-mail address whenever they sign in."""

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **details: Any) -> HttpResponse:
        assert isinstance(user, User)
        link_verified_user(user=user)
        return super().post_login(request, user, **details)

"""Gathers the models of the topics of ``accounts``, so that Django finds them."""

from accounts.users.models import User

__all__ = ["User"]

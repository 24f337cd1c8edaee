"""Gathers the admin pages of the topics of ``reporting``, so that Django finds them."""

from reporting.close import admin as close

__all__ = ["close"]

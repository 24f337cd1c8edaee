"""Gathers the admin pages of the topics of ``reporting``, so that Django finds them."""

from reporting.causes import admin as causes
from reporting.close import admin as close
from reporting.digests import admin as digests
from reporting.gift_cards import admin as gift_cards
from reporting.plans import admin as plans

__all__ = ["causes", "close", "digests", "gift_cards", "plans"]

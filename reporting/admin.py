"""Gathers the admin pages of the topics of ``reporting``, so that Django finds them."""

from reporting.close import admin as close
from reporting.gift_cards import admin as gift_cards

__all__ = ["close", "gift_cards"]

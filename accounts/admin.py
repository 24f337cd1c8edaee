"""Gathers the admin pages of the topics of ``accounts``, so that Django finds them."""

from accounts.buyers import admin as buyers
from accounts.entities import admin as entities
from accounts.members import admin as members
from accounts.outbox import admin as outbox
from accounts.partners import admin as partners
from accounts.programmes import admin as programmes
from accounts.staff import admin as staff
from accounts.store_days import admin as store_days

__all__ = ["buyers", "entities", "members", "outbox", "partners", "programmes", "staff", "store_days"]

"""Gathers the models of the topics of ``accounts``, so that Django finds them."""

from accounts.buyers.models import Buyer
from accounts.entities.models import Channel, LegalEntity, Store
from accounts.members.models import ClaimCode, Consent, ExpiryNotice, Member
from accounts.outbox.models import OutboxEvent
from accounts.partners.models import IdempotencyKey, Partner, PartnerKey
from accounts.programmes.models import CurrencyTerms, PointCurrency, Programme, ProgrammeTerms
from accounts.staff.models import ListPreference, SavedFilter, StaffProfile
from accounts.store_days.models import StoreDay
from accounts.users.models import User

__all__ = [
    "Buyer",
    "Channel",
    "ClaimCode",
    "Consent",
    "CurrencyTerms",
    "ExpiryNotice",
    "IdempotencyKey",
    "LegalEntity",
    "ListPreference",
    "Member",
    "OutboxEvent",
    "Partner",
    "PartnerKey",
    "PointCurrency",
    "Programme",
    "ProgrammeTerms",
    "SavedFilter",
    "StaffProfile",
    "Store",
    "StoreDay",
    "User",
]

"""Gathers the admin pages of the topics of ``rewards``, so that Django finds them."""

from rewards.adjustments import admin as adjustments
from rewards.catalogue import admin as catalogue
from rewards.earning import admin as earning
from rewards.purchases import admin as purchases
from rewards.redemptions import admin as redemptions
from rewards.tiers import admin as tiers

__all__ = ["adjustments", "catalogue", "earning", "purchases", "redemptions", "tiers"]

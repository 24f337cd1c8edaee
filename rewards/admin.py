"""Gathers the admin pages of the topics of ``rewards``, so that Django finds them."""

from rewards.adjustments import admin as adjustments
from rewards.campaigns import admin as campaigns
from rewards.catalogue import admin as catalogue
from rewards.causes import admin as causes
from rewards.check_ins import admin as check_ins
from rewards.chosen_days import admin as chosen_days
from rewards.coalition import admin as coalition
from rewards.connectors import admin as connectors
from rewards.conversions import admin as conversions
from rewards.devaluations import admin as devaluations
from rewards.earning import admin as earning
from rewards.events import admin as events
from rewards.gift_cards import admin as gift_cards
from rewards.import_undos import admin as import_undos
from rewards.imports import admin as imports
from rewards.plans import admin as plans
from rewards.programme_files import admin as programme_files
from rewards.purchases import admin as purchases
from rewards.quests import admin as quests
from rewards.recalculations import admin as recalculations
from rewards.recognition import admin as recognition
from rewards.redemptions import admin as redemptions
from rewards.referrals import admin as referrals
from rewards.reviews import admin as reviews
from rewards.segments import admin as segments
from rewards.setups import admin as setups
from rewards.tiers import admin as tiers
from rewards.trade_files import admin as trade_files
from rewards.transfers import admin as transfers

__all__ = [
    "adjustments",
    "campaigns",
    "catalogue",
    "causes",
    "check_ins",
    "chosen_days",
    "coalition",
    "connectors",
    "conversions",
    "devaluations",
    "earning",
    "events",
    "gift_cards",
    "import_undos",
    "imports",
    "plans",
    "programme_files",
    "purchases",
    "quests",
    "recalculations",
    "recognition",
    "redemptions",
    "referrals",
    "reviews",
    "segments",
    "setups",
    "tiers",
    "trade_files",
    "transfers",
]

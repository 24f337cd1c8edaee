"""Gathers the models of the topics of ``rewards``, so that Django finds them."""

from rewards.adjustments.models import Adjustment, AdjustmentLimit
from rewards.backtests.models import BackTest, BackTestPart
from rewards.campaigns.models import (
    Campaign,
    CampaignAudience,
    CampaignBudget,
    CampaignClip,
    CampaignTurn,
    CampaignUse,
    CampaignVersion,
)
from rewards.catalogue.models import Reward, RewardStock, RewardVersion
from rewards.causes.models import CauseDay, CauseHandover, CauseMark, CauseUntaken
from rewards.check_ins.models import CheckIn, CheckInPoint
from rewards.chosen_days.models import DayChoice
from rewards.coalition.models import PartnerPrice, PartnerStatement, PartnerStatementLine
from rewards.connectors.models import Connection, Delivery, PrivacyWish
from rewards.conversions.models import ConversionRate, ConversionRun
from rewards.devaluations.models import DevaluationNotice
from rewards.earning.models import EarningRule, EarningRuleVersion, RuleUse, UndoneDays
from rewards.events.models import Event, EventUndo, EventUndoRequest
from rewards.gift_cards.models import GiftCard, GiftCardEvent, GiftCardRequest, GiftCardTerms
from rewards.import_undos.models import ImportUndo, ImportUndoLine
from rewards.imports.models import BalanceImport, BalanceImportRow
from rewards.plans.models import EntitlementUse, Subscription, SubscriptionCancellation, SubscriptionPeriod, SubscriptionRefund
from rewards.playbooks.models import PlaybookRun
from rewards.programme_files.models import ProgrammeDraft
from rewards.purchases.models import Purchase, PurchaseClaim, PurchaseLine, PurchaseRevision, Return, ReturnLine
from rewards.quests.models import QuestAward, QuestMark
from rewards.recalculations.models import Recalculation, RecalculationItem, RecalculationResult
from rewards.recognition.models import Allowance, Recognition, RecognitionUndo
from rewards.redemptions.models import Redemption, RedemptionClaim
from rewards.referrals.models import Referral, ReferralCode
from rewards.reviews.models import Review
from rewards.segments.models import Segment, SegmentMember, SegmentVersion
from rewards.setups.models import Setup, SetupVersion
from rewards.tiers.models import (
    MemberYear,
    Tier,
    TierAward,
    TierCheck,
    TierCount,
    TierFinding,
    TierLadder,
    TierLadderVersion,
    TierRun,
    TierStanding,
)
from rewards.trade_files.models import TradeFile, TradeLine, TradePiece
from rewards.transfers.models import ReceiverLookup, Transfer

__all__ = [
    "Adjustment",
    "AdjustmentLimit",
    "Allowance",
    "BackTest",
    "BackTestPart",
    "BalanceImport",
    "BalanceImportRow",
    "Campaign",
    "CampaignAudience",
    "CampaignBudget",
    "CampaignClip",
    "CampaignTurn",
    "CampaignUse",
    "CampaignVersion",
    "CauseDay",
    "CauseHandover",
    "CauseMark",
    "CauseUntaken",
    "CheckIn",
    "CheckInPoint",
    "Connection",
    "ConversionRate",
    "ConversionRun",
    "DayChoice",
    "Delivery",
    "DevaluationNotice",
    "EarningRule",
    "EarningRuleVersion",
    "EntitlementUse",
    "Event",
    "EventUndo",
    "EventUndoRequest",
    "GiftCard",
    "GiftCardEvent",
    "GiftCardRequest",
    "GiftCardTerms",
    "ImportUndo",
    "ImportUndoLine",
    "MemberYear",
    "PartnerPrice",
    "PartnerStatement",
    "PartnerStatementLine",
    "PlaybookRun",
    "PrivacyWish",
    "ProgrammeDraft",
    "Purchase",
    "PurchaseClaim",
    "PurchaseLine",
    "PurchaseRevision",
    "QuestAward",
    "QuestMark",
    "Recalculation",
    "RecalculationItem",
    "RecalculationResult",
    "ReceiverLookup",
    "Recognition",
    "RecognitionUndo",
    "Redemption",
    "RedemptionClaim",
    "Referral",
    "ReferralCode",
    "Return",
    "ReturnLine",
    "Review",
    "Reward",
    "RewardStock",
    "RewardVersion",
    "RuleUse",
    "Segment",
    "SegmentMember",
    "SegmentVersion",
    "Setup",
    "SetupVersion",
    "Subscription",
    "SubscriptionCancellation",
    "SubscriptionPeriod",
    "SubscriptionRefund",
    "Tier",
    "TierAward",
    "TierCheck",
    "TierCount",
    "TierFinding",
    "TierLadder",
    "TierLadderVersion",
    "TierRun",
    "TierStanding",
    "TradeFile",
    "TradeLine",
    "TradePiece",
    "Transfer",
    "UndoneDays",
]

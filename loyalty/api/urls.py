"""The table of the API's addresses."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from accounts.buyers.api import Buyers, CloseBuyer
from accounts.store_days.api import StoreDays
from loyalty.api.views import documentation
from loyalty.kit.rest.problems import no_such_address
from rewards.adjustments.api import Adjustments, OneAdjustment
from rewards.campaigns.api import Campaigns, MemberOffers, Offers, OneCampaign
from rewards.catalogue.api import OneReward, Rewards
from rewards.causes.api import Causes, MemberCauses
from rewards.check_ins.api import CheckInPoints, CheckIns
from rewards.chosen_days.api import ChosenDays
from rewards.coalition.api import OnePartnerStatement, PartnerStatements
from rewards.connectors.api import Receive
from rewards.conversions.api import ConversionRuns, Conversions
from rewards.events.api import EventBatches, Events, OneEvent, UndoEvent
from rewards.feed.api import MovementFeed
from rewards.gift_cards.api import GiftCardCharges, GiftCardEvents, GiftCards, GiveBackGiftCard, LookUpGiftCard
from rewards.members.api import AllMembers, MemberBalances, MemberLots, MemberMovements, MemberPending, Members, MovementProof, OneMember
from rewards.plans.api import (
    CancelSubscription,
    GiveBackUse,
    MemberEntitlements,
    MemberSubscriptions,
    OneSubscription,
    Plans,
    RenewSubscription,
    Subscriptions,
    UseEntitlement,
)
from rewards.purchases.api import OnePurchase, PurchaseBatches, Purchases, Returns
from rewards.recognition.api import OneRecognition, Recognitions, UndoRecognition
from rewards.redemptions.api import Cancel, Capture, OneRedemption, Redemptions
from rewards.referrals.api import ReferralCodes, Referrals
from rewards.reviews.api import OneReview, Reviews, WithdrawReview
from rewards.segments.api import SegmentMembers, Segments
from rewards.tiers.api import MemberStandings, MemberTiers
from rewards.transfers.api import OneTransfer, Transfers

app_name = "api"

_programme = [
    path("members", Members.as_view(), name="members"),
    path("members/all", AllMembers.as_view(), name="all-members"),
    path("members/<uuid:member>", OneMember.as_view(), name="member"),
    path("members/<uuid:member>/balances", MemberBalances.as_view(), name="balances"),
    path("members/<uuid:member>/movements", MemberMovements.as_view(), name="movements"),
    path("members/<uuid:member>/lots", MemberLots.as_view(), name="lots"),
    path("members/<uuid:member>/pending", MemberPending.as_view(), name="pending"),
    path("members/<uuid:member>/tiers", MemberTiers.as_view(), name="tiers"),
    path("members/<uuid:member>/standings", MemberStandings.as_view(), name="standings"),
    path("movements", MovementFeed.as_view(), name="feed"),
    path("movements/<uuid:movement>/proof", MovementProof.as_view(), name="movement-proof"),
    path("purchases", Purchases.as_view(), name="purchases"),
    path("purchases/<uuid:purchase>", OnePurchase.as_view(), name="purchase"),
    path("events", Events.as_view(), name="events"),
    path("events/<uuid:event>", OneEvent.as_view(), name="event"),
    path("events/<uuid:event>/undo", UndoEvent.as_view(), name="event-undo"),
    path("check-in-points", CheckInPoints.as_view(), name="check-in-points"),
    path("check-ins", CheckIns.as_view(), name="check-ins"),
    path("reviews", Reviews.as_view(), name="reviews"),
    path("reviews/<uuid:review>", OneReview.as_view(), name="review"),
    path("reviews/<uuid:review>/withdraw", WithdrawReview.as_view(), name="review-withdraw"),
    path("referrals", Referrals.as_view(), name="referrals"),
    path("referral-codes", ReferralCodes.as_view(), name="referral-codes"),
    path("conversions", Conversions.as_view(), name="conversions"),
    path("conversion-runs", ConversionRuns.as_view(), name="conversion-runs"),
    path("batches/events", EventBatches.as_view(), name="event-batches"),
    path("batches/purchases", PurchaseBatches.as_view(), name="purchase-batches"),
    path("returns", Returns.as_view(), name="returns"),
    path("rewards", Rewards.as_view(), name="rewards"),
    path("rewards/<slug:code>", OneReward.as_view(), name="reward"),
    path("redemptions", Redemptions.as_view(), name="redemptions"),
    path("redemptions/<uuid:redemption>", OneRedemption.as_view(), name="redemption"),
    path("redemptions/<uuid:redemption>/capture", Capture.as_view(), name="capture"),
    path("redemptions/<uuid:redemption>/cancel", Cancel.as_view(), name="cancel"),
    path("campaigns", Campaigns.as_view(), name="campaigns"),
    path("campaigns/<slug:code>", OneCampaign.as_view(), name="campaign"),
    path("members/<uuid:member>/offers", MemberOffers.as_view(), name="member-offers"),
    path("members/<uuid:member>/buyers", Buyers.as_view(), name="buyers"),
    path("members/<uuid:member>/buyers/<slug:code>/close", CloseBuyer.as_view(), name="close-buyer"),
    path("members/<uuid:member>/chosen-days", ChosenDays.as_view(), name="chosen-days"),
    path("offers", Offers.as_view(), name="offers"),
    path("segments", Segments.as_view(), name="segments"),
    path("segments/<slug:code>/members", SegmentMembers.as_view(), name="segment-members"),
    path("adjustments", Adjustments.as_view(), name="adjustments"),
    path("adjustments/<uuid:adjustment>", OneAdjustment.as_view(), name="adjustment"),
    path("gift-cards", GiftCards.as_view(), name="gift-cards"),
    path("gift-cards/look-up", LookUpGiftCard.as_view(), name="gift-card-look-up"),
    path("gift-cards/charges", GiftCardCharges.as_view(), name="gift-card-charges"),
    path("gift-cards/charges/<uuid:charge>/give-back", GiveBackGiftCard.as_view(), name="gift-card-give-back"),
    path("gift-cards/<uuid:card>/events", GiftCardEvents.as_view(), name="gift-card-events"),
    path("partner-statements", PartnerStatements.as_view(), name="partner-statements"),
    path("partner-statements/<uuid:statement>", OnePartnerStatement.as_view(), name="partner-statement"),
    path("store-days", StoreDays.as_view(), name="store-days"),
    path("causes", Causes.as_view(), name="causes"),
    path("members/<uuid:member>/causes", MemberCauses.as_view(), name="member-causes"),
    path("plans", Plans.as_view(), name="plans"),
    path("subscriptions", Subscriptions.as_view(), name="subscriptions"),
    path("subscriptions/<uuid:subscription>", OneSubscription.as_view(), name="subscription"),
    path("subscriptions/<uuid:subscription>/renewals", RenewSubscription.as_view(), name="subscription-renewals"),
    path("subscriptions/<uuid:subscription>/cancellations", CancelSubscription.as_view(), name="subscription-cancellations"),
    path("members/<uuid:member>/subscriptions", MemberSubscriptions.as_view(), name="member-subscriptions"),
    path("members/<uuid:member>/entitlements", MemberEntitlements.as_view(), name="member-entitlements"),
    path("members/<uuid:member>/entitlements/<slug:code>/uses", UseEntitlement.as_view(), name="entitlement-uses"),
    path("entitlement-uses/<uuid:use>/give-back", GiveBackUse.as_view(), name="entitlement-use-give-back"),
    path("recognitions", Recognitions.as_view(), name="recognitions"),
    path("recognitions/<uuid:recognition>", OneRecognition.as_view(), name="recognition"),
    path("recognitions/<uuid:recognition>/undo", UndoRecognition.as_view(), name="recognition-undo"),
    path("transfers", Transfers.as_view(), name="transfers"),
    path("transfers/<uuid:transfer>", OneTransfer.as_view(), name="transfer"),
]

urlpatterns = [
    path("v1/programmes/<slug:programme>/connectors/<uuid:connection>", Receive.as_view(), name="connector"),
    path("v1/programmes/<slug:programme>/", include(_programme)),
    path("v1/schema/", SpectacularAPIView.as_view(permission_classes=[]), name="schema"),
    path("v1/docs/", documentation, name="docs"),
    re_path(r"^v1(?:/|$)", no_such_address),
]

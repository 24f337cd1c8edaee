"""The table of the API's addresses."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from loyalty.api.views import documentation
from loyalty.kit.rest.problems import no_such_address
from rewards.adjustments.api import Adjustments, OneAdjustment
from rewards.catalogue.api import OneReward, Rewards
from rewards.members.api import MemberBalances, MemberLots, MemberMovements, Members, OneMember
from rewards.purchases.api import OnePurchase, PurchaseBatches, Purchases, Returns
from rewards.redemptions.api import Cancel, Capture, OneRedemption, Redemptions

app_name = "api"

_programme = [
    path("members", Members.as_view(), name="members"),
    path("members/<uuid:member>", OneMember.as_view(), name="member"),
    path("members/<uuid:member>/balances", MemberBalances.as_view(), name="balances"),
    path("members/<uuid:member>/movements", MemberMovements.as_view(), name="movements"),
    path("members/<uuid:member>/lots", MemberLots.as_view(), name="lots"),
    path("purchases", Purchases.as_view(), name="purchases"),
    path("purchases/<uuid:purchase>", OnePurchase.as_view(), name="purchase"),
    path("batches/purchases", PurchaseBatches.as_view(), name="purchase-batches"),
    path("returns", Returns.as_view(), name="returns"),
    path("rewards", Rewards.as_view(), name="rewards"),
    path("rewards/<slug:code>", OneReward.as_view(), name="reward"),
    path("redemptions", Redemptions.as_view(), name="redemptions"),
    path("redemptions/<uuid:redemption>", OneRedemption.as_view(), name="redemption"),
    path("redemptions/<uuid:redemption>/capture", Capture.as_view(), name="capture"),
    path("redemptions/<uuid:redemption>/cancel", Cancel.as_view(), name="cancel"),
    path("adjustments", Adjustments.as_view(), name="adjustments"),
    path("adjustments/<uuid:adjustment>", OneAdjustment.as_view(), name="adjustment"),
]

urlpatterns = [
    path("v1/programmes/<slug:programme>/", include(_programme)),
    path("v1/schema/", SpectacularAPIView.as_view(permission_classes=[]), name="schema"),
    path("v1/docs/", documentation, name="docs"),
    re_path(r"^v1(?:/|$)", no_such_address),
]

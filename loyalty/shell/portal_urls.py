"""The member portal: pages of several apps under one programme's address."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.members import portal as members
from accounts.programmes import portal as programmes
from reporting.statements import portal as statements
from rewards.catalogue import portal as catalogue
from rewards.redemptions import portal as redemptions

app_name = "portal"


class ColourConverter(StringConverter):
    regex = "[0-9a-f]{6}"


register_converter(ColourConverter, "colour")

urlpatterns = [
    path("", statements.home, name="home"),
    path("activity/", statements.activity, name="activity"),
    path("activity/<uuid:purchase>/", statements.receipt, name="activity-receipt"),
    path("rewards/", catalogue.rewards, name="rewards"),
    path("rewards/<slug:reward>/", catalogue.reward, name="reward"),
    path("rewards/<slug:reward>/redeem/", redemptions.redeem, name="redeem"),
    path("vouchers/<uuid:redemption>/", redemptions.voucher, name="voucher"),
    path("card/", members.card, name="card"),
    path("profile/", members.profile, name="profile"),
    path("profile/consents/", members.consents, name="consents"),
    path("join/", members.join, name="join"),
    path("claim/", members.claim, name="claim"),
    path("terms/", members.terms, name="terms"),
    path("accent-<colour:colour>.css", programmes.accent, name="accent"),
]

"""The member portal: pages of several apps under one programme's address."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.members import portal as members
from accounts.programmes import portal as programmes
from reporting.statements import portal as statements
from rewards.campaigns import portal as campaigns
from rewards.catalogue import portal as catalogue
from rewards.causes import portal as causes
from rewards.check_ins import portal as check_ins
from rewards.chosen_days import portal as chosen_days
from rewards.gift_cards import portal as gift_cards
from rewards.plans import portal as plans
from rewards.quests import portal as quests
from rewards.recognition import portal as recognition
from rewards.redemptions import portal as redemptions
from rewards.referrals import portal as referrals
from rewards.transfers import portal as transfers
from rewards.what_if import portal as what_if

app_name = "portal"


class ColourConverter(StringConverter):
    regex = "[0-9a-f]{6}"


register_converter(ColourConverter, "colour")

urlpatterns = [
    path("", statements.home, name="home"),
    path("activity/", statements.activity, name="activity"),
    path("activity/<uuid:purchase>/", statements.receipt, name="activity-receipt"),
    path("activity/events/<uuid:event>/", statements.event, name="activity-event"),
    path("check-in/<str:token>/", check_ins.check_in, name="check-in"),
    path("check-in/screen/<str:token>/", check_ins.screen, name="check-in-screen"),
    path("days/", chosen_days.chosen_days, name="chosen-days"),
    path("causes/", causes.causes, name="causes"),
    path("causes/<slug:cause>/", causes.cause, name="cause"),
    path("membership/", plans.membership, name="membership"),
    path("what-if/", what_if.what_if, name="what-if"),
    path("pending/", statements.pending, name="pending"),
    path("proofs/<uuid:movement>.tlog-proof", statements.proof, name="proof"),
    path("proofs/<uuid:movement>.receipt.txt", statements.promise, name="promise"),
    path("invite/", referrals.invite, name="invite"),
    path("invited/<slug:code>/", referrals.invited, name="invited"),
    path("cards/", quests.quests, name="quests"),
    path("rewards/", catalogue.rewards, name="rewards"),
    path("rewards/<slug:reward>/", catalogue.reward, name="reward"),
    path("rewards/<slug:reward>/redeem/", redemptions.redeem, name="redeem"),
    path("offers/", campaigns.offers, name="offers"),
    path("offers/<slug:campaign>/take/", campaigns.take, name="offer-take"),
    path("vouchers/<uuid:redemption>/", redemptions.voucher, name="voucher"),
    path("recognition/", recognition.recognition, name="recognition"),
    path("send/", transfers.send, name="send"),
    path("send/confirm/", transfers.confirm, name="send-confirm"),
    path("send/<uuid:transfer>/", transfers.sent, name="sent"),
    path("gift-cards/", gift_cards.gift_cards, name="gift-cards"),
    path("gift-cards/<uuid:card>/", gift_cards.gift_card, name="gift-card"),
    path("gift-cards/<uuid:card>/take-out/", gift_cards.take_out, name="gift-card-take-out"),
    path("card/", members.card, name="card"),
    path("worker.js", members.worker, name="worker"),
    path("app.webmanifest", members.manifest, name="manifest"),
    path("profile/", members.profile, name="profile"),
    path("profile/consents/", members.consents, name="consents"),
    path("join/", members.join, name="join"),
    path("claim/", members.claim, name="claim"),
    path("terms/", members.terms, name="terms"),
    path("accent-<colour:colour>.css", programmes.accent, name="accent"),
]

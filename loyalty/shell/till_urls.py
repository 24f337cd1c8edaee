"""The till: everything that a cashier does, under /till/."""

from django.urls import path

from rewards.till import staff as till

app_name = "till"

urlpatterns = [
    path("", till.home, name="home"),
    path("store/", till.store, name="store"),
    path("enrol/", till.enrol, name="enrol"),
    path("members/<uuid:member>/", till.member, name="member"),
    path("members/<uuid:member>/welcome/", till.welcome, name="welcome"),
    path("members/<uuid:member>/code/", till.code, name="code"),
    path("members/<uuid:member>/preview/", till.preview, name="preview"),
    path("members/<uuid:member>/sale/", till.sale, name="sale"),
    path("members/<uuid:member>/rewards/<slug:reward>/", till.redeem, name="redeem"),
    path("purchases/<uuid:purchase>/", till.sold, name="sold"),
    path("purchases/<uuid:purchase>/return/", till.give_back, name="return"),
    path("vouchers/<uuid:redemption>/", till.voucher, name="voucher"),
    path("redemptions/<uuid:redemption>/", till.handed_over, name="handed-over"),
    path("returns/", till.returns, name="returns"),
    path("returns/<uuid:returned>/", till.returned, name="returned"),
]

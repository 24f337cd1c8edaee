"""The till's pages."""

from rewards.till.staff.enrolling import code, enrol, welcome
from rewards.till.staff.finding import home, store
from rewards.till.staff.handing_over import handed_over, redeem, voucher
from rewards.till.staff.returning import give_back, returned, returns
from rewards.till.staff.selling import member, preview, sale, sold

__all__ = [
    "code",
    "enrol",
    "give_back",
    "handed_over",
    "home",
    "member",
    "preview",
    "redeem",
    "returned",
    "returns",
    "sale",
    "sold",
    "store",
    "voucher",
    "welcome",
]

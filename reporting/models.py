"""Gathers the models of the topics of ``reporting``, so that Django finds them."""

from reporting.causes.models import CausePosting
from reporting.close.models import CloseCheck, CloseHand, CloseRun
from reporting.digests.models import DigestLetter, DigestSubscription
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement
from reporting.plans.models import FeePosting

__all__ = [
    "CardEstimate",
    "CardPosting",
    "CardStatement",
    "CausePosting",
    "CloseCheck",
    "CloseHand",
    "CloseRun",
    "DigestLetter",
    "DigestSubscription",
    "FeePosting",
]

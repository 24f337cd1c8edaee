"""Gathers the models of the topics of ``reporting``, so that Django finds them."""

from reporting.close.models import CloseCheck, CloseHand, CloseRun
from reporting.gift_cards.models import CardEstimate, CardPosting, CardStatement

__all__ = ["CardEstimate", "CardPosting", "CardStatement", "CloseCheck", "CloseHand", "CloseRun"]

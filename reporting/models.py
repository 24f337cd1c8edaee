"""Gathers the models of the topics of ``reporting``, so that Django finds them."""

from reporting.close.models import CloseCheck, CloseHand, CloseRun

__all__ = ["CloseCheck", "CloseHand", "CloseRun"]

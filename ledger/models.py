"""Gathers the models of the topics of ``ledger``, so that Django finds them."""

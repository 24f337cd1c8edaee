"""Gathers the models of the topics of ``rewards``, so that Django finds them."""

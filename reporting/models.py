"""Gathers the models of the topics of ``reporting``, so that Django finds them."""

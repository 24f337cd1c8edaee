"""Measurements against floors on the same machine. Nothing here runs in the product."""

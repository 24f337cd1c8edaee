"""Ends of points that move: with what a member does, and with the tier."""

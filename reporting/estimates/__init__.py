"""Estimates of how many points will be redeemed: who says so, who agreed, what they change."""

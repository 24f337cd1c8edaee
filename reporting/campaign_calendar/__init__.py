"""Campaigns on a line of time: when they run, what is left of their budgets, and what they brought."""

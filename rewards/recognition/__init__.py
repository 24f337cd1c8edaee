"""Members thank one another with points: a monthly allowance to give away, and what is received to keep."""

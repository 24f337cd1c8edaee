"""Points are integers in a currency's smallest unit."""

from typing import NewType

Points = NewType("Points", int)

MOST_POINTS = 10**9
"""The most that one act may move; a balance may hold up to 10**12."""

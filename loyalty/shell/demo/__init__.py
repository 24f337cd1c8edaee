"""A grocer with a year of trade behind it, to look at and try."""

from loyalty.shell.demo.logins import LOGINS

__all__ = ["LOGINS"]

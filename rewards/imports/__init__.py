"""Balances brought over from another system: a file is read, looked at, approved by a second person, and posted."""

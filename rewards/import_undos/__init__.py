"""Imports of balances undone: what each row had given is taken back, what it had taken is given back; previewed and approved by a second person."""

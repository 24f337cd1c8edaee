"""When was the ledger held against itself, and what was found?"""
